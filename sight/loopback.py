"""Whether only this machine can look in: where that is so, nobody has to sign in."""

from contextlib import suppress
from ipaddress import ip_address

LOOPBACK = "127.0.0.1"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"
