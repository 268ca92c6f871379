"""Say who may write: the one user of a local app, or an editor who has logged in."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from geo.errors import NotAllowedError

LOOPBACK = ("localhost", "127.0.0.1", "::1")
LOCAL_AUTHOR = "localhost"


@dataclass(frozen=True)
class Visit:
    """
    What the server knows of a visitor.

    Attributes
    ----------
    bound
        Address the server listens on, or "" for all.
    host, origin
        Headers of the request, or "".
    forwarded
        True if a proxy says that it passed the request on.
    login
        True if a login by OpenID Connect is configured.
    email, verified
        Address the login gave ("" without one), and whether the provider vouches for it.
    ended
        True if this login was ended by a logout, though an open page still carries it.
    owner
        True if the browser proves that it opened the address with the key.
    """

    bound: str
    host: str
    origin: str
    forwarded: bool
    login: bool
    email: str = ""
    verified: bool = False
    ended: bool = False
    owner: bool = False


@dataclass(frozen=True)
class Access:
    """
    What a visitor may do.

    Attributes
    ----------
    may_write
        Whether clusters may be kept and changed.
    author
        Who is written into versions.
    reason
        Key of why not, or of why: `local`, `editor`, `no_key`, `no_login`, `logged_out`, `unverified`,
        `not_editor`.
    """

    may_write: bool
    author: str
    reason: str

    def require(self) -> None:
        """
        Stop whoever may not write.

        Raises
        ------
        NotAllowedError
            Always for them.
        """
        if not self.may_write:
            raise NotAllowedError(self.reason)


def editors() -> frozenset[str]:
    """Return the addresses that may write: `KLASTRY_EDITORS`, separated by commas."""
    return frozenset(e.strip().casefold() for e in os.environ.get("KLASTRY_EDITORS", "").split(",") if e.strip())


def trusts_unverified() -> bool:
    """Say whether addresses count that the provider does not call verified (`KLASTRY_TRUST_EMAIL=1`)."""
    return os.environ.get("KLASTRY_TRUST_EMAIL") == "1"


def access_of(visit: Visit, allowed: Iterable[str], *, trust: bool = False) -> Access:
    """
    Decide what a visitor may do.

    Without a login, only the owner may write: whoever opened the address that carries the key. What
    headers say can only take that right away, since every visitor can write them: the server listens
    on loopback, the browser asked for it by a loopback name, the page is the app's own, and no proxy
    says that it stands between.

    Parameters
    ----------
    visit
        What is known.
    allowed
        Addresses of editors.
    trust
        Whether an address counts that is not said to be verified.
    """
    if visit.login:
        return _by_login(visit, allowed, trust=trust)
    if not is_local(visit):
        return Access(may_write=False, author="", reason="no_login")
    if not visit.owner:
        return Access(may_write=False, author="", reason="no_key")
    return Access(may_write=True, author=LOCAL_AUTHOR, reason="local")


def _by_login(visit: Visit, allowed: Iterable[str], *, trust: bool) -> Access:
    email = visit.email.strip().casefold()
    if not email or visit.ended:
        return Access(may_write=False, author="", reason="logged_out")
    if not (visit.verified or trust):
        return Access(may_write=False, author="", reason="unverified")
    if email not in set(allowed):
        return Access(may_write=False, author="", reason="not_editor")
    return Access(may_write=True, author=email, reason="editor")


def is_local(visit: Visit) -> bool:
    """Say whether nothing that is known speaks against a visitor at the machine itself; no proof of it."""
    return (
        visit.bound in LOOPBACK
        and not visit.forwarded
        and _name(f"//{visit.host}") in LOOPBACK
        # A page of another port of this machine is another's page.
        and (not visit.origin or _place(visit.origin) == visit.host)
    )


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _place(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""
