"""One search for everything, on every page: answers come while somebody types, and lead to their page."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from geo.analysis.search import Answers, Entry, Kind
from geo.render.text import Text
from geo.services.search import find, grouped
from pages._ui.fragments import fragment
from pages._ui.leading import lead_to
from pages._ui.places import CLUSTER, MAP, POWIAT

_KEY = "szukaj"
_HERE = Path(__file__).parent
_HTML, _CSS, _JS = ((_HERE / f"search_box.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))


@cache
def _box() -> Any:
    return st.components.v2.component("klastry.search", html=_HTML, css=_CSS, js=_JS)


@fragment
def show_search(text: Text) -> None:
    """Show the field, with the answers to what was typed last."""
    held: Any = st.session_state.get(_KEY) or {}
    query = str(held.get("query") or "")
    answers = find(query)
    made = _box()(key=_KEY, data=_data(query, answers, text), on_query_change=_nothing, on_taken_change=_nothing)
    taken = made.taken
    if taken:
        found = find(str(taken["query"]))
        chosen = [*found.found, *found.guesses]
        if 0 <= int(taken["id"]) < len(chosen):
            page, asked = leads_to(chosen[int(taken["id"])])
            lead_to(page, asked, text.language)


def _nothing() -> None:
    """Let the component keep a value; what it means is read when the fragment runs."""


def _data(query: str, answers: Answers, text: Text) -> dict[str, Any]:
    note = ""
    if len(query) > 1 and not answers.found:
        note = text("find.meant" if answers.guesses else "find.nothing")
    elif answers.ambiguous:
        note = text("find.several")
    return {
        "query": query,
        "groups": grouped(answers, text),
        "note": note,
        "said": " ".join(p for p in (text.count("find.count", len(answers.found)) + ".", note) if p),
        "guessed": not answers.found,
        "words": {key: text(f"find.{key}") for key in ("label", "placeholder", "searching")},
    }


def leads_to(entry: Entry) -> tuple[str, dict[str, str]]:
    """Return the page that an answer leads to, and what its address asks for."""
    if entry.kind is Kind.CLUSTER:
        return CLUSTER, {"klaster": entry.code}
    if entry.kind is Kind.MEMBER:
        return CLUSTER, {"klaster": entry.of, "karta": "gestosc"}
    if entry.kind is Kind.VOIVODESHIP:
        return MAP, {"obszar": entry.code}
    return POWIAT, {"powiat": entry.within[0][:4]}
