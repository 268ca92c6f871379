"""
Keep every choice in the address, as plain checked fields, so that a link reopens the view.

Pages declare their fields in `fields.py`, which calls what stands here: `choice("poziom", "gmina", LEVELS)` reads a
field, `follow("zasieg", own_radius)` before it has it follow a default that changes, `forget("promien")` drops what was
chosen for a field that is not shown, and `write_address(fields, defaults)` writes them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar
from urllib.parse import urlencode

import streamlit as st

from pages._ui.resumed import sent

Field = str | int | bool | list[str]
# What this session last wrote to the address, what it wrote before, and what the fields held then.
_WRITTEN = "_written"
_KEPT = "_kept"
_SUGGESTED = "_suggested"
# Stands in the address for a set with nothing in it.
NONE = "-"
MAX_DIGITS = 9
# Signs that mail programs leave behind an address.
BEHIND = ".,;:!?)>]\"'”"
T = TypeVar("T")


@dataclass(frozen=True)
class Misread:
    """
    What a link asks for and no field understands.

    Attributes
    ----------
    name, given
        Field in the address, and what stands there.
    meant
        What was probably meant, "" where nothing is near.
    """

    name: str
    given: str
    meant: str

    @property
    def link(self) -> str:
        """The address with what was probably meant, relative to the page."""
        return "?" + urlencode({**dict(st.query_params), self.name: self.meant})


class _Reading:
    """What was not understood in this run of the page, and who shows it."""

    def __init__(self) -> None:
        self.misread: dict[str, Misread] = {}
        # Whether this run comes with a choice, as it was when its first field was read.
        self.chosen: bool | None = None
        self.show: Callable[[tuple[Misread, ...]], None] | None = None

    def note(self, misread: Misread) -> None:
        self.misread[misread.name] = misread
        self.tell()

    def tell(self) -> None:
        if self.show and self.misread:
            self.show(tuple(self.misread.values()))


_reading: ContextVar[_Reading | None] = ContextVar("reading", default=None)


def begin_reading() -> None:
    """Forget what was not understood before, at the start of a run."""
    _reading.set(_Reading())


def tell_misread(show: Callable[[tuple[Misread, ...]], None]) -> None:
    """
    Have everything shown that this run does not understand of the address, also what is read later.

    Parameters
    ----------
    show
        Called with all of it, each time that there is more.
    """
    reading = _reading.get()
    if reading:
        reading.show = show
        reading.tell()


def _ours() -> list[dict[str, str]]:
    """
    Return what the address may hold that this session has written itself; anything else came from a link.

    A choice that is made before the browser has heard of the address of the choice before it comes with the address
    before that one. Without a choice such an address is a link, or the way back.
    """
    record = st.session_state.setdefault(_WRITTEN, {"now": None, "before": None, "held": {}})
    reading = _reading.get()
    chosen = reading.chosen if reading else None
    if chosen is None:
        chosen = any(st.session_state.get(name) != value for name, value in record["held"].items())
        if reading:
            reading.chosen = chosen
    candidates = (record["now"], record["before"] if chosen else None)
    return [fields for fields in candidates if fields is not None]


def incoming(name: str) -> str | None:
    """Return what a link that was just opened asks for in a field, None where it asks nothing."""
    value = st.query_params.get(name)
    return value if value is not None and all(value != fields.get(name) for fields in _ours()) else None


def _from_link(name: str, understand: Callable[[str], T | None], near: Iterable[str] = ()) -> T | None:
    """Return what a link asks for; what is not understood, signs behind the address left out, is noted."""
    given = incoming(name)
    if given is None:
        return None
    for words in (given, given.rstrip(BEHIND)):
        value = understand(words)
        if value is not None:
            return value
    _note(name, given, near)
    return None


def _note(name: str, given: str, near: Iterable[str]) -> None:
    close = get_close_matches(given.rstrip(BEHIND).lower(), list(near), n=1)
    reading = _reading.get()
    if reading:
        reading.note(Misread(name, given, close[0] if close else ""))


def last_value(name: str) -> Any:
    """Return the value as the user left it; None where a link or the browser's back button asks for the default."""
    came_by_link = bool(st.query_params) and dict(st.query_params) not in _ours()
    if came_by_link and name not in st.query_params:
        return None
    return st.session_state.get(name, st.session_state.setdefault(_KEPT, {}).get(name))


def choice(
    name: str, default: str, allowed: Iterable[str], understand: Callable[[str], str | None] | None = None
) -> str:
    """
    Return the value of a choice and set its widget to it: from a link, else as left, else the default.

    Parameters
    ----------
    name
        Field in the address and key of the widget.
    default
        Value where nothing valid is given.
    allowed
        Valid values; anything else that a link asks for is told.
    understand
        Finds the value that words of a link stand for, None for none; by default they are the value.
    """
    allowed = list(allowed)
    read = understand or (lambda words: words if words in allowed else None)
    last = last_value(name)
    for value in (_from_link(name, read, allowed), last[0] if isinstance(last, list) and last else last, default):
        if value in allowed:
            _set(name, value)
            return str(value)
    _set(name, default)
    return default


def _set(name: str, value: Any) -> None:
    """Set a widget, unless the browser has just sent what it holds to a session that knows nothing yet."""
    if not sent(name):
        st.session_state[name] = value


def choices(name: str, default: Sequence[str], allowed: Sequence[str]) -> list[str]:
    """Like `choice`, for a set of values written with commas; an empty set is a valid answer."""

    def known(words: str) -> list[str] | None:
        if words == NONE:
            return []
        found = [v for v in words.split(",") if v in allowed]
        # Of several, those that are known are taken, and the others told.
        return found or None

    given = _from_link(name, known, allowed)
    for words in (incoming(name) or "").split(",") if given else ():
        if words.rstrip(BEHIND) not in (*allowed, NONE, ""):
            _note(name, words, allowed)
    last = last_value(name)
    for values in (given, [last] if isinstance(last, str) else last, default):
        if values is not None and all(v in allowed for v in values):
            kept = [v for v in allowed if v in values]
            _set(name, kept)
            return kept
    return list(st.session_state.get(name, default))


def number(name: str, default: int, low: int, high: int) -> int:
    """Like `choice`, for a whole number in a range."""

    def whole(words: str) -> int | None:
        number = int(words) if words.isdecimal() and len(words) < MAX_DIGITS else None
        return number if number is not None and low <= number <= high else None

    for value in (_from_link(name, whole), last_value(name), default):
        if isinstance(value, int) and low <= value <= high:
            _set(name, value)
            return int(value)
    _set(name, default)
    return default


def flag(name: str) -> bool:
    """Like `choice`, for a switch that is off by default ("1" in the address)."""
    given = _from_link(name, {"1": True, "0": False}.get)
    value = given if given is not None else last_value(name)
    _set(name, bool(value))
    return bool(value)


def write_address(fields: dict[str, Field], defaults: dict[str, Field]) -> None:
    """
    Write fields to the address, leaving out those at their default.

    Parameters
    ----------
    fields
        Current values by name.
    defaults
        Values that need not stand in the address.
    """
    written = {n: _spelled(v) for n, v in fields.items() if v != defaults.get(n)}
    st.session_state.setdefault(_KEPT, {}).update(fields)
    record = st.session_state.setdefault(_WRITTEN, {"now": None, "before": None, "held": {}})
    held = {name: st.session_state.get(name) for name in fields}
    record |= {"held": held} | ({"now": written, "before": record["now"]} if written != record["now"] else {})
    if dict(st.query_params) != written:
        st.query_params.from_dict(written)


def follow(name: str, suggestion: str | int) -> None:
    """Have a field that is read next take the suggestion, unless the user has chosen another than the one before."""
    remembered = st.session_state.setdefault(_SUGGESTED, {})
    if name in remembered and st.session_state.get(name) == remembered[name]:
        forget(name)
    remembered[name] = suggestion


def forget(name: str) -> None:
    """Drop the remembered value of a field."""
    st.session_state.pop(name, None)
    st.session_state.setdefault(_KEPT, {}).pop(name, None)


def _spelled(value: Field) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return (",".join(value) or NONE) if isinstance(value, list) else str(value)
