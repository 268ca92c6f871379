"""
Hold what a page remembers, and buttons whose press survives an interrupted run.

Every access to the session may end a run of the page when another is asked for. A change that was
kept must not be forgotten by that, so the dictionary is fetched once, at the start of a run; and the
newer run, which starts beside the older one, waits until what is being kept is held in it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

import streamlit as st

FORGOTTEN_S = 30.0
KEEPING_S = 30.0

_held: ContextVar[dict[str, Any] | None] = ContextVar("page_state", default=None)


def begin_page() -> None:
    """Fetch the dictionary of this session, at the start of a run, once no older run is keeping a change."""
    page = st.session_state.setdefault("_members_page", {"opened": {}, "drafts": {}, "keeping": Lock()})
    # A store that does not answer must not hold the page for ever.
    if page["keeping"].acquire(timeout=KEEPING_S):
        page["keeping"].release()
    _held.set(page)


@contextmanager
def undisturbed() -> Iterator[None]:
    """
    Let newer runs of the page wait until a change is kept and what is said of it is held.

    The run that keeps it may not show anything any more: only the newest run reaches the browser.
    """
    with page_state()["keeping"]:
        yield


def page_state() -> dict[str, Any]:
    """Return the dictionary; unlike the session itself, it can be asked for at any time."""
    held = _held.get()
    if held is None:
        begin_page()
        return page_state()
    return held


def pressed(
    where: st.delta_generator.DeltaGenerator, label: str, *, key: str, disabled: bool = False, **options: Any
) -> bool:
    """
    Show a button and say whether it was pressed since it was last asked.

    A press is noted before the page runs, so that it is not lost when the run it started is ended by
    another event of the browser, such as one of the map.
    """
    page, noted = page_state(), f"pressed:{key}"
    # A place of its own, so that the button stays what it is whatever comes and goes above it, and with it the focus.
    where.container(key=f"miejsce-{key}").button(
        label, key=key, disabled=disabled, on_click=_note, args=(page, noted), **options
    )
    # A press that nobody asked for in time, because the user went elsewhere, is not made up for later.
    return time.monotonic() - page.pop(noted, -math.inf) < FORGOTTEN_S and not disabled


def _note(page: dict[str, Any], noted: str) -> None:
    page[noted] = time.monotonic()
