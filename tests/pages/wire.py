"""The dashboard without a browser: all that a page sends when it opens, and every file that it offers.

Speaks as Streamlit's own page does, and is many times as quick. For what must reach a browser, or must not; what is to
be seen and pressed there is asked of a `Visit`.
"""

import io
import re
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

XSRF = "_streamlit_xsrf"
_AGAIN = ForwardMsg.FINISHED_EARLY_FOR_RERUN


@dataclass
class Opened:
    """What a page sent: its messages as they came; the files that it offers, by name, a workbook unpacked."""

    messages: list[bytes] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def holds(self, word: str) -> bool:
        """Whether a word came over the wire, shown or not."""
        return any(word.encode() in message for message in self.messages)


def open_page(address: str, cookies: dict[str, str] | None = None) -> Opened:
    """Opens an address in a session of its own, with the cookies of somebody who signed in, and takes every file."""
    parts, known = urlsplit(address), cookies or {}
    site = f"http://{parts.netloc}"
    with connect(
        f"ws://{parts.netloc}/_stcore/stream",
        origin=Origin(site),
        subprotocols=[Subprotocol(word) for word in ("streamlit", known.get(XSRF)) if word],
        additional_headers={"Cookie": "; ".join(f"{name}={value}" for name, value in known.items())},
        max_size=None,
    ) as socket:
        session = _Session(socket, site)
        offered = list(session.run(parts.path.strip("/"), parts.query))
        return Opened(session.messages, dict(map(session.file, offered)))


class _Session:
    def __init__(self, socket: ClientConnection, site: str) -> None:
        self._socket, self._site = socket, site
        self._name = ""
        self.messages: list[bytes] = []

    def run(self, page: str, query: str) -> Iterator[str]:
        """One run of the page; the files that it offers, each by its address, or by the id under which it is made."""
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string = page, query
        self._socket.send(asked.SerializeToString())
        message = ForwardMsg()
        while message.WhichOneof("type") != "script_finished" or message.script_finished == _AGAIN:
            message = self._next()
            self._name = message.new_session.initialize.session_id or self._name
            button = message.delta.new_element.download_button
            if button.id:
                yield button.deferred_file_id or button.url

    def _next(self) -> ForwardMsg:
        content = self._socket.recv(timeout=60)
        assert isinstance(content, bytes)
        self.messages.append(content)
        return ForwardMsg.FromString(content)

    def file(self, offered: str) -> tuple[str, bytes]:
        """A file's name and content."""
        url = offered if offered.startswith("/") else self._made(offered)
        with urllib.request.urlopen(f"{self._site}{url}", timeout=30) as answer:
            name = re.search(r'filename="(.+)"', answer.headers["Content-Disposition"])
            assert name
            return name[1], _unpacked(answer.read())

    def _made(self, file: str) -> str:
        """The address of a file that is made when it is asked for."""
        asked = BackMsg()
        asked.backend_operation_request.session_id = self._name
        asked.backend_operation_request.request_id = file
        asked.backend_operation_request.deferred_file.file_id = file
        self._socket.send(asked.SerializeToString())
        while (answer := self._next().backend_operation_response).request_id != file:
            pass
        assert not answer.error_msg, answer.error_msg
        return str(answer.deferred_file.url)


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return b"\n".join(book.read(name) for name in book.namelist())
