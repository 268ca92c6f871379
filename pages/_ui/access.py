"""Find out who the visitor is, afresh in every run, and offer the login where there is one."""

from __future__ import annotations

import streamlit as st
from streamlit.auth_util import get_secrets_auth_section

from geo.errors import StoreError
from geo.render.text import Text
from geo.services import logins, owner
from geo.services.access import Access, access_of, editors, trusts_unverified
from pages._ui.i18n import plain
from pages._ui.server import bound_address, keyed, visit_of


def current_access() -> Access:
    """
    Say what the visitor may do.

    Nothing of it is kept: the headers come from the connection, the address from the login cookie that
    the server signed, the owner from the cookie that the key gave, so neither a link nor the session
    can change the answer.
    """
    login = bool(get_secrets_auth_section())
    user = st.user.to_dict() if login else {}
    logged_in = bool(user.get("is_logged_in"))
    cookies = st.context.cookies.to_dict()
    visit = visit_of(
        st.context.headers,
        bound=bound_address(),
        login=login,
        email=str(user.get("email") or "") if logged_in else "",
        verified=user.get("email_verified") is True,
        ended=logged_in and _has_ended(cookies),
        owner=keyed() and owner.is_owner(cookies.get(owner.cookie_name())),
    )
    return access_of(visit, editors(), trust=trusts_unverified())


def _has_ended(cookies: dict[str, str]) -> bool:
    try:
        return logins.has_ended(cookies)
    except StoreError:
        # Nothing can be written now, and the page says why; the login is asked about again in the next run.
        return False


def show_access(access: Access, text: Text) -> None:
    """Say what the visitor may do, with the login or logout button."""
    words = text(f"access.{access.reason}", author=plain(access.author))
    left, right = st.columns([5, 1], vertical_alignment="center")
    (left.caption if access.may_write else left.info)(words)
    if access.reason == "logged_out":
        if right.button(text("access.login"), type="primary"):
            st.login()
    elif access.reason in ("editor", "not_editor", "unverified") and right.button(text("access.logout")):
        st.logout()
