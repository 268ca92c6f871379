"""Take what visitors report on a powiat or a cluster, and let editors answer."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from geo.errors import KlastryError
from geo.io import register
from geo.io.uploads.masking import mask
from geo.render.table import Column, Table, named
from geo.render.text import Text
from geo.services.access import Access
from geo.services.library import WARSAW, store, store_for_writing

MIN_NOTE, MAX_NOTE, MAX_ANSWER, MAX_ADDRESS = 10, 600, 1000, 1000
# So many wait for an answer; then no more are taken.
MAX_OPEN = 500
# So many from one session.
MAX_SENT = 5
MASK = "•••"
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.\w+")
_PHONE = re.compile(r"(?<!\d)(?:\+?48[ -]?)?(?:\d{3}[ -]?){2}\d{3}(?!\d)")


class MessageKind(StrEnum):
    """What a visitor reports: that something is wrong here, or that there is another cluster."""

    FAULT = "fault"
    CLUSTER = "cluster"


@dataclass(frozen=True)
class Message:
    """
    What a visitor reported.

    Attributes
    ----------
    message_id
        Its identifier.
    kind, note, address
        What it is, what it says, and the address of the view it is about, from its page on.
    sent, answered
        In words, when; "" for an open one.
    answer
        What an editor answered.
    """

    message_id: str
    kind: MessageKind
    note: str
    address: str
    sent: str
    answered: str
    answer: str

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return not self.answered


def send(kind: MessageKind, note: str, address: str) -> str:
    """
    Put a report into the queue of the editors.

    Addresses of e-mail, telephone numbers and PESEL are masked: nothing of a person is asked for.

    Parameters
    ----------
    kind
        What it is.
    note
        What it says: 10 to 600 characters.
    address
        The view it is about: page and choices, without the host.

    Returns
    -------
    key
        With it whoever sent it reads the answer; the server keeps only its SHA-256.

    Raises
    ------
    KlastryError
        If the note is too short or too long.
    StoreError
        If the store cannot be written, or as many wait already as are taken.
    """
    words = without_personal(" ".join(note.split()))
    if not MIN_NOTE <= len(words) <= MAX_NOTE:
        raise KlastryError("message.length", low=MIN_NOTE, high=MAX_NOTE, given=len(words))
    key = secrets.token_urlsafe(16)
    engine = store_for_writing().engine
    register.add_message(engine, _mark(key), str(kind), words, address[:MAX_ADDRESS], most=MAX_OPEN)
    return key


def without_personal(note: str) -> str:
    """Return a note with addresses of e-mail, telephone numbers and PESEL masked."""
    return _PHONE.sub(MASK, mask(_EMAIL.sub(MASK, note)))


def sent_with(key: str, text: Text) -> Message | None:
    """Return the report that a key belongs to, None where there is none."""
    kept = store()
    rows = register.messages(kept.engine, mark=_mark(key)) if kept and key else ()
    return _message(rows[0], text) if rows else None


def all_messages(access: Access, text: Text) -> tuple[Message, ...]:
    """
    Return all reports, open ones first.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    """
    access.require()
    kept = store()
    return tuple(_message(row, text) for row in register.messages(kept.engine)) if kept else ()


def waiting() -> int:
    """Return how many reports wait for an answer."""
    kept = store()
    return register.open_messages(kept.engine) if kept else 0


def answer(access: Access, message_id: str, words: str) -> None:
    """
    Answer a report.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    KlastryError
        If the answer is empty or too long.
    StoreError
        If somebody else has answered it, or the store cannot be written.
    """
    access.require()
    said = " ".join(words.split())
    if not 0 < len(said) <= MAX_ANSWER:
        raise KlastryError("message.length", low=1, high=MAX_ANSWER, given=len(said))
    register.answer_message(store_for_writing().engine, message_id, said, access.author)


def drop(access: Access, message_id: str) -> None:
    """
    Delete a report for good.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    StoreError
        If the store cannot be written.
    """
    access.require()
    register.drop_message(store_for_writing().engine, message_id)


def messages_table(found: tuple[Message, ...]) -> Table:
    """Return reports as a table."""
    columns = (
        Column("sent", "message.col.sent"),
        Column("kind", "message.col.kind", named("message.kind")),
        Column("note", "message.col.note"),
        Column("address", "message.col.address"),
        Column("answered", "message.col.answered"),
        Column("answer", "message.col.answer"),
    )
    rows = [(m.sent, str(m.kind), m.note, m.address, m.answered, m.answer) for m in found]
    return Table.of_rows("messages", columns, rows, title="message.queue")


def _message(row: dict[str, str], text: Text) -> Message:
    return Message(
        message_id=row["message_id"],
        kind=MessageKind(row["kind"]),
        note=row["note"],
        address=row["address"],
        sent=_moment(row["made_at"], text),
        answered=_moment(row["answered_at"], text) if row["answered_at"] else "",
        answer=row["answer"],
    )


def _moment(moment: str, text: Text) -> str:
    return text.day(datetime.fromisoformat(moment).astimezone(WARSAW).date())


def _mark(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
