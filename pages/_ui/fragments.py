"""Run a part of a page again by itself, with the clusters that the whole page saw."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import streamlit as st

from geo.services import library

P = ParamSpec("P")


def fragment(part: Callable[P, None], *, run_every: float | None = None) -> Callable[P, None]:
    """
    Make a part of a page that runs again alone.

    It then runs in another thread, where nothing is known of the page: lists of the visitor's session
    would be unknown clusters.

    Parameters
    ----------
    part
        Shows the part.
    run_every
        Seconds after which it runs again, None where only the visitor makes it run.
    """

    @wraps(part)
    def shown(_shown: library.Library, /, *args: Any, **options: Any) -> None:
        library.show(_shown)
        part(*args, **options)

    again = st.fragment(shown, run_every=run_every)

    @wraps(part)
    def begun(*args: P.args, **options: P.kwargs) -> None:
        again(library.library(), *args, **options)

    return begun
