"""Remember logins that were ended, since an open page keeps the cookie that it was opened with."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from geo.errors import StoreError
from geo.services.library import store, store_for_writing

# The cookie of a login, in parts where it is long.
COOKIE = re.compile(r"_streamlit_user(__\d+)?")
# Those of this server, should the store not answer.
_ended: set[str] = set()


def mark_of(cookies: Mapping[str, str]) -> str:
    """Return what tells one login from every other, "" without one; the cookie cannot be made from it."""
    parts = sorted((name, value) for name, value in cookies.items() if COOKIE.fullmatch(name))
    return hashlib.sha256(repr(parts).encode()).hexdigest() if parts else ""


def end(cookies: Mapping[str, str]) -> None:
    """
    Record that a login ends, on the server and for every other server of the same store.

    Parameters
    ----------
    cookies
        Of a login that is known to be one: whoever could end logins that never were would fill the store.
    """
    mark = mark_of(cookies)
    if not mark or mark in _ended:
        return
    _ended.add(mark)
    try:
        store_for_writing().end_login(mark)
    except StoreError:
        # Known here at least; without the store nobody writes.
        return


def has_ended(cookies: Mapping[str, str]) -> bool:
    """
    Say whether the login was ended.

    Raises
    ------
    StoreError
        If the store does not answer.
    """
    mark = mark_of(cookies)
    kept = store()
    return mark in _ended or bool(mark and kept and kept.login_has_ended(mark))
