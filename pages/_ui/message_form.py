"""Let a visitor report a fault or another cluster, read the answer, and let editors answer."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import parse_qsl, urlencode, urlsplit

import streamlit as st

from geo.errors import KlastryError, StoreError
from geo.render.text import Text
from geo.services.access import Access
from geo.services.messages import (
    MAX_ANSWER,
    MAX_NOTE,
    MAX_SENT,
    Message,
    MessageKind,
    all_messages,
    answer,
    drop,
    messages_table,
    send,
    sent_with,
    waiting,
)
from pages._ui.downloads import show_table
from pages._ui.fragments import fragment
from pages._ui.i18n import plain
from pages._ui.messages import show_error
from pages._ui.page_state import pressed
from pages._ui.places import ABOUT, language_of

_SENT = "_messages_sent"
PARAMETER = "zgloszenie"
# Of a session: not for others.
_NEVER = ("klucz",)


@fragment
def show_reporting(text: Text) -> None:
    """Show the two buttons that report something about the view that is open."""
    left, right, _ = st.columns([1, 1.2, 3])
    for column, kind, icon in ((left, MessageKind.FAULT, "flag"), (right, MessageKind.CLUSTER, "add_location")):
        with column.popover(text(f"message.{kind}"), icon=f":material/{icon}:", width="content"):
            _show_form(kind, text)


def _show_form(kind: MessageKind, text: Text) -> None:
    sent: dict[str, str] = st.session_state.setdefault(_SENT, {})
    st.caption(text(f"message.{kind}.how"))
    note = st.text_area(text("message.note"), max_chars=MAX_NOTE, key=f"zgloszenie-{kind}-{len(sent)}")
    st.caption(text("message.no_personal"))
    full = len(sent) >= MAX_SENT
    if full:
        st.info(text("message.enough", n=text.number(MAX_SENT)))
    blocked = full or not note.strip()
    if pressed(st.container(), text("message.send"), type="primary", key=f"wyslij-{kind}", disabled=blocked):
        try:
            sent[send(kind, note, _here())] = kind
        except KlastryError as error:
            show_error(error, text)
            return
    keys = [key for key, of in sent.items() if of == kind]
    if keys:
        st.success(text("message.sent"))
        query = {PARAMETER: keys[-1], **language_of(text)}
        st.page_link(ABOUT, label=text("message.follow"), query_params=query, icon=":material/link:")


def _here() -> str:
    """Return the address of the view, from its page on, without what is nobody's business."""
    parts = urlsplit(st.context.url or "")
    chosen = [(k, v) for k, v in st.query_params.items() if k not in _NEVER]
    page = parts.path.rsplit("/", 1)[-1]
    return f"{page}?{urlencode(chosen)}" if chosen else page


def show_answer(text: Text) -> None:
    """Show the report that an address names by its key, with its answer."""
    key = st.query_params.get(PARAMETER, "")
    if not key:
        return
    try:
        found = sent_with(key, text)
    except KlastryError as error:
        show_error(error, text)
        return
    with st.container(border=True):
        st.header(text("message.yours"), anchor=False)
        if found is None:
            st.info(text("message.unknown"))
            return
        st.markdown(f"{plain(found.sent)} · {text(f'message.kind.{found.kind}')}: {plain(found.note)}")
        if found.open:
            st.info(text("message.waiting"))
        else:
            st.success(text("message.answered", date=found.answered, answer=plain(found.answer)))


def show_waiting(access: Access, text: Text) -> None:
    """Tell editors quietly that reports wait for an answer."""
    if not access.may_write:
        return
    with suppress(StoreError):
        if n := waiting():
            st.caption(text("message.count", messages=text.count("message.waiting_count", n)))


def show_queue(access: Access, text: Text) -> None:
    """Show editors what was reported, and let them answer or delete it."""
    st.header(text("message.queue"), anchor=False)
    if not access.may_write:
        st.info(text("message.editors"))
        return
    try:
        found = all_messages(access, text)
    except KlastryError as error:
        show_error(error, text)
        return
    unanswered = [m for m in found if m.open]
    if not found:
        st.info(text("message.nothing"))
    for message in unanswered:
        _show_open(message, access, text)
    if done := tuple(m for m in found if not m.open):
        with st.expander(f"{text('message.done')} ({text.number(len(done))})"):
            show_table(messages_table(done).shown(text), alt=text("message.done"))


def _show_open(message: Message, access: Access, text: Text) -> None:
    with st.container(border=True):
        st.markdown(f"**{text(f'message.kind.{message.kind}')}** · {plain(message.sent)}")
        st.markdown(plain(message.note))
        page, _, query = message.address.partition("?")
        st.page_link(
            f"pages/{page}.py" if page in ("powiat", "cluster") else ABOUT,
            label=text("message.view"),
            query_params=dict(parse_qsl(query)),
            icon=":material/map:",
        )
        words = st.text_input(text("message.answer"), max_chars=MAX_ANSWER, key=f"odpowiedz-{message.message_id}")
        left, right, _ = st.columns([1, 1, 2])
        try:
            if pressed(
                left,
                text("message.answer.send"),
                key=f"odpisz-{message.message_id}",
                disabled=not words.strip(),
                type="primary",
            ):
                answer(access, message.message_id, words)
                st.rerun()
            if pressed(right, text("message.drop"), key=f"skasuj-{message.message_id}", icon=":material/delete:"):
                drop(access, message.message_id)
                st.rerun()
        except KlastryError as error:
            show_error(error, text)
