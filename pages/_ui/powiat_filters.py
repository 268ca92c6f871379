"""Ask for a powiat and a cluster."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from geo.errors import UnknownUnitError
from geo.model.coverage import CoverageQuery
from geo.model.selection import Subject
from geo.render.text import Text
from geo.services.labels import powiat_options
from geo.services.nearby import Nearby, nearby
from geo.services.overview import ask_powiat
from geo.services.powiat import find_powiaty
from geo.services.subjects import subject_names
from pages._ui.coverage_filters import radius_field
from pages._ui.fields import Choice, Form, given
from pages._ui.i18n import plain
from pages._ui.leading import turn
from pages._ui.state import forget, incoming, last_value

# No cluster is chosen.
NOBODY = "zaden"


@dataclass(frozen=True)
class PowiatChoice:
    """
    What the user chose.

    Attributes
    ----------
    code
        4-digit TERYT code.
    query
        Cluster and reach, None where no cluster is chosen.
    around
        Which clusters are near.
    """

    code: str
    query: CoverageQuery | None
    around: Nearby


def ask(text: Text) -> PowiatChoice | None:
    """Show the search and, once a powiat is chosen, the cluster and the reach."""
    form, options = Form(text), powiat_options(text)
    known = given({"": "", **options})
    chosen = form.read(Choice("powiat", "overview.search", known, "", str, understand=_meant))
    code = _typed(st.session_state.get(f"powiat-wybor-{turn()}"), options, text) or chosen
    left, middle, right = st.columns([1.6, 1.6, 1])
    left.selectbox(
        text("overview.search"),
        list(options),
        index=list(options).index(code) if code else None,
        format_func=lambda c: options.get(c, c),
        placeholder=text("overview.search.placeholder"),
        help=text("overview.search.help"),
        accept_new_options=True,
        key=f"powiat-wybor-{turn()}",
    )
    form.set("powiat", code)
    if not code:
        form.write()
        return None
    names = subject_names(text)
    answer, around = ask_powiat(code, text), nearby(code, text)
    near = (*answer.declaring, *(c for c, _ in answer.present), *around.reaching)
    # Never a cluster that has nothing to do with the powiat.
    first = near[0].cluster_id if near else NOBODY
    _drop_unrelated(code, first, {c.cluster_id for c in near})
    offered = given({NOBODY: text("powiat.cluster.none"), **names} if not near else names)
    subject = form.ask(Choice("klaster", "powiat.cluster", offered, Subject.of(first), Subject.of, always=True), middle)
    if str(subject) == NOBODY:
        form.write()
        return PowiatChoice(code, None, around)
    radius = form.ask(radius_field(subject), right)
    form.write()
    return PowiatChoice(code, CoverageQuery(subject, radius_km=float(radius)), around)


def _drop_unrelated(code: str, first: str, related: set[str]) -> None:
    """Forget the cluster of another powiat or page, unless it has to do with this one or the visitor chose it."""
    seen = st.session_state.setdefault("_raport", {"code": None, "first": None, "own": None})
    link, shown = incoming("klaster"), last_value("klaster")
    if link or (seen["code"] == code and shown != seen["first"]):
        seen["own"] = link or shown
    elif seen["code"] != code and shown not in {*related, seen["own"]}:
        forget("klaster")
    seen |= {"code": code, "first": first}


def _meant(words: str) -> str | None:
    """Return the powiat that a link means: its code, the code of one of its gminy, or its name."""
    if not words:
        return words
    try:
        found = find_powiaty(words)
    except UnknownUnitError:
        return None
    return found[0] if len(found) == 1 else None


def _typed(words: str | None, options: dict[str, str], text: Text) -> str | None:
    """Understand what was picked or typed; say so where it fits none or several."""
    if not words or words in options:
        return words
    try:
        found = find_powiaty(words)
    except UnknownUnitError:
        st.warning(text("error.unit", given=plain(words)))
        return None
    if len(found) > 1:
        several = ", ".join(options[c] for c in found)
        st.warning(text("powiat.several", given=plain(words), names=plain(several)))
        return None
    return found[0]
