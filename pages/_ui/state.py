"""Keep every choice in the address, as plain checked fields, so that a link reopens the view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from pages._ui.resumed import sent

Field = str | int | bool | list[str]
# What this session last wrote to the address: anything else in it came from a link.
_WRITTEN = "_written"
_KEPT = "_kept"
_SUGGESTED = "_suggested"
# Stands in the address for a set with nothing in it.
NONE = "-"
MAX_DIGITS = 9


def _incoming(name: str) -> str | None:
    value = st.query_params.get(name)
    written = st.session_state.setdefault(_WRITTEN, {}).get(name)
    return value if value is not None and value != written else None


def rejected(name: str, allowed: Iterable[str]) -> str | None:
    """Return what a link asked for where that is not a valid value, else None."""
    incoming = _incoming(name)
    return incoming if incoming is not None and incoming not in allowed else None


def _left(name: str) -> Any:
    """Return the value as the user left it; None where a link or the browser's back button asks for the default."""
    came_by_link = bool(st.query_params) and dict(st.query_params) != st.session_state.get(_WRITTEN)
    if came_by_link and name not in st.query_params:
        return None
    return st.session_state.get(name, st.session_state.setdefault(_KEPT, {}).get(name))


def choice(name: str, default: str, allowed: Iterable[str]) -> str:
    """
    Return the value of a choice and set its widget to it: from a link, else as left, else the default.

    Parameters
    ----------
    name
        Field in the address and key of the widget.
    default
        Value where nothing valid is given.
    allowed
        Valid values; anything else is ignored.
    """
    allowed = list(allowed)
    left = _left(name)
    for value in (_incoming(name), left[0] if isinstance(left, list) and left else left, default):
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
    incoming = _incoming(name)
    given = None if incoming is None else [] if incoming == NONE else incoming.split(",")
    left = _left(name)
    for values in (given, [left] if isinstance(left, str) else left, default):
        if values is not None and all(v in allowed for v in values):
            kept = [v for v in allowed if v in values]
            _set(name, kept)
            return kept
    return list(st.session_state.get(name, default))


def number(name: str, default: int, low: int, high: int) -> int:
    """Like `choice`, for a whole number in a range."""
    incoming = _incoming(name)
    given = int(incoming) if incoming is not None and incoming.isdecimal() and len(incoming) < MAX_DIGITS else None
    for value in (given, _left(name), default):
        if isinstance(value, int) and low <= value <= high:
            _set(name, value)
            return int(value)
    _set(name, default)
    return default


def flag(name: str) -> bool:
    """Like `choice`, for a switch that is off by default ("1" in the address)."""
    incoming = _incoming(name)
    value = incoming == "1" if incoming is not None else _left(name)
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
    st.session_state[_WRITTEN] = written
    st.session_state.setdefault(_KEPT, {}).update(fields)
    if dict(st.query_params) != written:
        st.query_params.from_dict(written)


def following(name: str, suggestion: int, low: int, high: int) -> int:
    """Like `number`, but the value follows the suggestion until the user chooses another."""
    remembered = st.session_state.setdefault(_SUGGESTED, {})
    if name in remembered and st.session_state.get(name) == remembered[name]:
        forget(name)
    remembered[name] = suggestion
    return number(name, suggestion, low, high)


def suggested(name: str) -> int:
    """Return what was last suggested for a field."""
    return int(st.session_state[_SUGGESTED][name])


def forget(name: str) -> None:
    """Drop the remembered value of a field."""
    st.session_state.pop(name, None)
    st.session_state.setdefault(_KEPT, {}).pop(name, None)


def _spelled(value: Field) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return (",".join(value) or NONE) if isinstance(value, list) else str(value)
