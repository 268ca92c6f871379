"""Ask for a powiat and for whose view of it."""

from __future__ import annotations

import streamlit as st

from geo.errors import UnknownUnitError
from geo.model.coverage import CoverageQuery
from geo.model.selection import Subject
from geo.services.labels import powiat_options
from geo.services.powiat import find_powiaty
from geo.services.subjects import subject_names
from pages._ui.cluster.reach_filters import ask_reach, people_field, radius_field
from pages._ui.fields import Choice, Form, Where, given
from pages._ui.i18n import plain
from pages._ui.leading import turn
from pages._ui.state import forget, incoming

# All clusters together, each at its own reach.
ALL = "wszystkie"


def ask_powiat_code(form: Form, where: Where) -> str:
    """Show the list of powiaty, which also understands what is typed; return a 4-digit TERYT code, "" for none."""
    text, options = form.text, powiat_options(form.text)
    known = given({"": "", **options})
    chosen = form.read(Choice("powiat", "overview.search", known, "", str, understand=_meant))
    code = _typed(st.session_state.get(f"powiat-wybor-{turn()}"), options, form) or chosen
    where.selectbox(
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
    return code


def ask_whose(code: str, form: Form, where: Where, beside: Where) -> tuple[CoverageQuery | None, str]:
    """
    Show the list of clusters, all of them first, for one of them its reach, and whom to count.

    Returns
    -------
    query, people
        The query of one cluster, None for all together; whom to count, as for `group_named`.
    """
    names = {ALL: form.text("place.powiat.all"), **subject_names(form.text)}
    _begin_with_all(code)
    # In earlier addresses nobody stood for a powiat that no cluster covers.
    field = Choice("klaster", "powiat.cluster", given(names), ALL, str, understand=lambda w: _known(w, names))
    chosen = form.ask(field, where)
    if chosen == ALL:
        return None, form.ask(people_field(form.text), beside)
    subject = Subject.of(chosen)
    reach = ask_reach(form, radius_field(subject), beside)
    people = form.ask(people_field(form.text, subject), beside)
    return CoverageQuery(subject, radius_km=reach.km, people=people, minutes=reach.minutes), people


def _known(words: str, names: dict[str, str]) -> str | None:
    return ALL if words == "zaden" else words if words in names else None


def _begin_with_all(code: str) -> None:
    """Forget the cluster of another powiat or place, unless a link asks for one."""
    if st.session_state.get("_powiat_of") != code:
        if incoming("klaster") is None:
            forget("klaster")
        st.session_state["_powiat_of"] = code


def _meant(words: str) -> str | None:
    """Return the powiat that a link means: its code, the code of one of its gminy, or its name."""
    if not words:
        return words
    try:
        found = find_powiaty(words)
    except UnknownUnitError:
        return None
    return found[0] if len(found) == 1 else None


def _typed(words: str | None, options: dict[str, str], form: Form) -> str | None:
    """Understand what was picked or typed; say so where it fits none or several."""
    text = form.text
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
