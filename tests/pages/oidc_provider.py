"""A small OpenID provider on loopback: authorization code with PKCE, RS256, nonce. Whoever clicks their name signs in."""

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "arbiter", "the-secret-of-the-client"
PEOPLE: dict[str, dict[str, Any]] = {
    "manager": {"name": "Mara Manager", "email": "mara@desk.example", "email_verified": True},
    "chair": {"name": "Carl Chair", "email": "carl@desk.example", "roles": ["arb"]},
    "officer": {"name": "Olga Officer", "email": "olga@esa.example", "roles": ["esa"]},
    "guard": {"name": "Greta Guard", "email": "greta@desk.example", "roles": ["security", "something else"]},
    "stranger": {"name": "Stan Stranger", "email": "stan@elsewhere.example"},
    "impostor": {"name": "Ivan Impostor", "email": "mara@desk.example", "email_verified": False},
}


@dataclass
class Provider:
    """The running provider: its address, and the codes that it gave out and that nobody used yet."""

    url: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def discovery(self) -> str:
        """The address of the discovery document."""
        return f"{self.url}/.well-known/openid-configuration"

    def document(self) -> dict[str, Any]:
        """What the provider says of itself."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def code_for(self, who: str, asked: dict[str, str]) -> str:
        """A code for somebody who signed in."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "who": who}
        return code

    def tokens(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens for a code; None when the client, the code or its proof is wrong."""
        client = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or authorization != f"Basic {client}" or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if proof != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.url, "sub": asked["who"], "aud": CLIENT_ID, "iat": now, "exp": now + 600,
            "nonce": asked["nonce"], **PEOPLE[asked["who"]],
        }  # fmt: skip
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return {"access_token": secrets.token_urlsafe(8), "token_type": "Bearer", "expires_in": 600, "id_token": token}


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/.well-known/openid-configuration":
                self._json(provider.document())
            elif parts.path == "/keys":
                self._json({"keys": [provider.key.as_dict(private=False)]})
            elif parts.path == "/authorize":
                links = "".join(
                    f'<p><a href="/as/{who}?{html.escape(parts.query)}">{html.escape(about["name"])}</a></p>'
                    for who, about in PEOPLE.items()
                )
                self._send(200, "text/html", f"<title>Provider</title><h1>Who are you?</h1>{links}".encode())
            elif parts.path.startswith("/as/"):
                answer = {"code": provider.code_for(parts.path.removeprefix("/as/"), asked), "state": asked["state"]}
                self.send_response(302)
                self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(answer)}")
                self.end_headers()
            else:
                self._send(404, "text/plain", b"not here")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            tokens = provider.tokens(form, self.headers.get("Authorization", ""))
            if tokens is None:
                self._send(400, "application/json", b'{"error": "invalid_grant"}')
            else:
                self._json(tokens)

        def _json(self, value: Any) -> None:
            self._send(200, "application/json", json.dumps(value).encode())

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said: object) -> None:
            """Nothing: the tests read the dashboard's log."""

    return Handler


@contextmanager
def running_provider() -> Iterator[Provider]:
    """The provider on a free port, until the end."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
