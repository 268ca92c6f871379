"""Ask who might join, and keep scenarios for comparison: in the session, or with the cluster."""

from __future__ import annotations

import streamlit as st

from geo.errors import KlastryError
from geo.model.coverage import CoverageQuery
from geo.render.text import Text
from geo.services.scenarios import (
    Scenario,
    compare,
    drop_scenario,
    gmina_options,
    keep_scenario,
    kept_scenarios,
    may_keep,
    planned_options,
)
from pages._ui.access import current_access
from pages._ui.downloads import show_table
from pages._ui.i18n import label, plain
from pages._ui.messages import show_error
from pages._ui.page_state import pressed

_KEPT = "_scenarios"
_FIELD, _MEMBERS, _NAME = "dolaczy", "dolaczy-kto", "scenariusz-nazwa"


def assumed(query: CoverageQuery, text: Text) -> CoverageQuery:
    """Return the query with who was chosen in the form, of its area."""
    return _chosen(query, text).of(query)


def _chosen(query: CoverageQuery, text: Text) -> Scenario:
    """Return who is chosen, of those that there are."""
    found = []
    for field, options in ((_FIELD, gmina_options(query)), (_MEMBERS, planned_options(query.subject, text))):
        chosen = [c for c in st.session_state.get(field, []) if c in options]
        if field in st.session_state:
            st.session_state[field] = chosen
        found.append(tuple(chosen))
    return Scenario(gminy=found[0], members=found[1])


def show_whatif(query: CoverageQuery, text: Text) -> None:
    """Show the form and the table of scenarios, computed with the filters of the page."""
    gminy, members = gmina_options(query), planned_options(query.subject, text)
    placeholder = text("choose.placeholder")
    st.multiselect(
        text("whatif.gminy"), list(gminy), format_func=gminy.__getitem__, placeholder=placeholder, key=_FIELD
    )
    if members:
        st.multiselect(
            text("whatif.members"),
            list(members),
            format_func=lambda m: label(members[m]),
            placeholder=placeholder,
            key=_MEMBERS,
        )
    st.caption(text("whatif.why"))
    now = Scenario(query.added, query.planned)
    here: list[Scenario] = st.session_state.setdefault(_KEPT, [])
    left, right, _ = st.columns([1, 1, 2])
    if left.button(text("whatif.add"), disabled=now.empty or now in here):
        here.append(now)
    if right.button(text("whatif.clear"), disabled=not here):
        here.clear()
    kept = kept_scenarios(query.subject)
    if may_keep(query.subject) and current_access().may_write:
        _show_keeping(query, now, kept, text)
    listed = [*kept.values(), *(s for s in here if _of(s, gminy, members))]
    if not now.empty and now not in here:
        listed.append(now)
    if listed:
        show_table(compare(query, listed, text).shown(text), alt=text("whatif.title"))


def _of(scenario: Scenario, gminy: dict[str, str], members: dict[str, str]) -> bool:
    return all(c in gminy for c in scenario.gminy) and all(m in members for m in scenario.members)


def _show_keeping(query: CoverageQuery, now: Scenario, kept: dict[str, Scenario], text: Text) -> None:
    """Let an editor keep who is chosen with the cluster, and drop what is kept."""
    with st.expander(text("whatif.keep.title")):
        st.caption(text("whatif.keep.why"))
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        name = left.text_input(text("whatif.keep.label"), max_chars=80, key=_NAME)
        if pressed(right, text("whatif.keep"), disabled=now.empty or not name.strip(), key="zachowaj-scenariusz"):
            try:
                keep_scenario(current_access(), query.subject, Scenario(now.gminy, now.members, name))
            except KlastryError as error:
                show_error(error, text)
            else:
                st.rerun()
        for known in kept:
            left, right = st.columns([3, 1], vertical_alignment="center")
            left.markdown(plain(known))
            if pressed(right, text("whatif.drop"), key=f"usun-scenariusz-{known}", icon=":material/delete:"):
                drop_scenario(current_access(), query.subject, known)
                st.rerun()
