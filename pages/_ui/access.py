"""Find out who the visitor is, afresh in every run, and offer the login where there is one."""

from __future__ import annotations

import streamlit as st
from streamlit.auth_util import get_secrets_auth_section

from geo.render.text import Text
from geo.services.access import Access, Visit, access_of, editors, trusts_unverified
from pages._ui.i18n import plain

_FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")


def current_access() -> Access:
    """
    Say what the visitor may do.

    Nothing of it is kept: the headers come from the connection and the address from the login
    cookie that the server signed, so neither a link nor the session can change the answer.
    """
    headers = st.context.headers
    login = bool(get_secrets_auth_section())
    user = st.user.to_dict() if login else {}
    logged_in = bool(user.get("is_logged_in"))
    visit = Visit(
        bound=str(st.get_option("server.address") or ""),
        host=headers.get("Host") or "",
        origin=headers.get("Origin") or "",
        forwarded=any(headers.get(name) for name in _FORWARDED),
        login=login,
        email=str(user.get("email") or "") if logged_in else "",
        verified=user.get("email_verified") is True,
    )
    return access_of(visit, editors(), trust=trusts_unverified())


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
