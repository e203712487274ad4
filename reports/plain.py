"""Somebody else's text for a paper: one line, cut visibly, without what could turn, link or hide anything."""

import html
import re
from urllib.parse import quote

from reports.cells import CUT, safe_text

LONGEST = 300  # characters of a summary on paper
_TURNS = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")  # invisible; some reorder text
_LINKS = re.compile(r"(?i)(?<=:)(?=//)|(?<=www)(?=\.)|(?<=mailto)(?=:)|(?<=@)(?=\w)")
_ESCAPED = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]<>#|~&!$^"})  # what means something within a line
_EMOJI = re.compile(r":(?=[^\s\d])")  # `:smile:` and the like
_NO_LINK = "\u200b"  # a space without width: mail programs and wikis make links of what merely looks like one


def brief(text: str | None, longest: int = LONGEST) -> str:
    """The text on one line without control characters; what is longer is cut, and says so.

    >>> brief("Slow\\n\\x07 downloads \\u202etxt"), len(brief("x" * 40000)), brief("x" * 40000)[-9:]
    ('Slow downloads txt', 300, 'xx… (cut)')
    """
    line = " ".join(_TURNS.sub("", safe_text(text or "")).split())
    return line if len(line) <= longest else line[: longest - len(CUT)] + CUT


def lines_of(text: str) -> list[str]:
    """What somebody wrote at length, line by line, without control characters; nothing is cut but what no file holds.

    >>> lines_of("The user waits.\\r\\n\\x00Since Monday.")
    ['The user waits.', 'Since Monday.']
    """
    return [brief(line, len(line) + 1) for line in text.splitlines()]


def markdown(text: str | None) -> str:
    """`brief` for a place that reads Markdown: shown as it stands, never markup, and no address becomes a link.

    >>> print(markdown("**a** [b](c) <i>"))
    \\*\\*a\\*\\* \\[b\\](c) \\<i\\>
    """
    whole = _NO_LINK.join(part.translate(_ESCAPED) for part in _LINKS.split(brief(text)))
    return _EMOJI.sub(r"\\:", whole)


def markup(text: str | None) -> str:
    """`brief` for HTML: shown as it stands, turned its own way only, and no address becomes a link.

    >>> markup("<b>x</b>")
    '<bdi>&lt;b&gt;x&lt;/b&gt;</bdi>'
    """
    return f"<bdi>{html.escape(_NO_LINK.join(_LINKS.split(brief(text))))}</bdi>"


def link(address: str) -> str:
    """The address of a ticket at its own desk, for Markdown and HTML alike; empty for what is no web address.

    >>> link("https://jira.example.org/browse/DSD-1"), link("javascript:alert(1)"), link('https://x/a"b)c')
    ('https://jira.example.org/browse/DSD-1', '', 'https://x/a%22b%29c')
    """
    return quote(address, safe="%/:?=#;,@+~!$*-._") if address.startswith(("https://", "http://")) else ""
