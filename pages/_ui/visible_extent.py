"""Remember which part of a map the browser shows, for files that are made when a button is pressed."""

from __future__ import annotations

from threading import Event

import streamlit as st

Extent = tuple[float, float, float, float]
WAIT_S = 10.0


class VisibleExtent:
    """The part of one map that a browser shows: told by the page, asked for by buttons in other threads."""

    def __init__(self) -> None:
        self._extent: Extent | None = None
        self._known = Event()

    def update(self, extent: Extent | None) -> None:
        """Note the part: west, south, east and north in degrees, or nothing where the browser has not said it."""
        if extent is not None:
            self._extent = extent
            self._known.set()

    def reset(self) -> None:
        """Know nothing until the browser says it again."""
        self._known.clear()

    @property
    def known(self) -> Extent | None:
        """The part that the browser said last; None where it has said none."""
        return self._extent

    def wait_for(self) -> Extent:
        """
        Return the part, as soon as it is known.

        Raises
        ------
        TimeoutError
            If the browser says nothing for ten seconds.
        """
        if not self._known.wait(WAIT_S) or self._extent is None:
            raise TimeoutError("the browser has not said which part of the map it shows")
        return self._extent


def visible_extent(key: str) -> VisibleExtent:
    """Return what this session knows of a map, by the map's key."""
    part: VisibleExtent = st.session_state.setdefault(f"_seen-{key}", VisibleExtent())
    return part
