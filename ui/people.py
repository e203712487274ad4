"""Who is looking, and which roles they have."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import streamlit as st

from metrics.profile import Role
from sight.loopback import is_loopback
from sight.roles import sees_pseudonyms
from ui.installation import Auth

ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True)
class Person:
    """Somebody who looks; `id` is theirs for ever at their provider, and None where nobody signs in."""

    id: str | None
    name: str
    roles: frozenset[Role]

    @property
    def sees_pseudonyms(self) -> bool:
        """Whether others are pseudonyms for this person."""
        return sees_pseudonyms(self.roles)


ANYBODY = Person(None, "this machine", frozenset({"service_manager", "arb"}))


def looking(auth: Auth | None) -> Person | None:
    """Who is looking: anybody on this machine where nobody signs in; None when they still have to."""
    if auth is None:
        return ANYBODY
    claims = st.user.to_dict()
    return person(claims, auth, datetime.now(UTC)) if claims.get("is_logged_in") else None


def person(claims: Mapping[str, Any], auth: Auth, now: datetime) -> Person | None:
    """The person that an identity token speaks of; None when they signed in too long ago: roles may have been taken.

    A role that several lists give is one role. An address that the provider says is not verified counts for nothing.
    """
    signed_in = datetime.fromtimestamp(float(claims.get("iat") or 0), UTC)
    if now - signed_in > timedelta(hours=auth.session_hours):
        return None
    verified = str(claims.get("email_verified")).casefold() != "false"  # some providers send it as a text
    email = str(claims.get("email") or "") if verified else ""
    claimed = _texts(claims.get(auth.claim))
    known = {value.casefold() for value in (*claimed, email) if value}
    roles = {role for role in ROLES if role in claimed or known & {v.casefold() for v in auth.roles.get(role, [])}}
    name = str(claims.get("name") or email or claims["sub"])
    return Person(f"{claims['iss']} {claims['sub']}", name, frozenset(roles))


def open_to_others(auth: Auth | None) -> bool:
    """Whether others could look in without signing in: the server does not listen on loopback alone."""
    return auth is None and not is_loopback(st.get_option("server.address") or "")


def _texts(claim: Any) -> list[str]:
    values = claim if isinstance(claim, list) else [claim]
    return [value for value in values if isinstance(value, str)]
