"""Show what new borders have changed in kept clusters, and ask where the source and the map disagree."""

from __future__ import annotations

import streamlit as st

from geo.errors import ConflictError, KlastryError
from geo.render.text import Text
from geo.services.access import Access
from geo.services.editing import KeptCluster
from geo.services.new_borders import brought_up, decide_doubts, doubts, keep_up, unknown_units
from geo.services.versions import compare_versions
from pages._ui.conflict import hold_conflict
from pages._ui.downloads import show_table
from pages._ui.i18n import plain
from pages._ui.messages import show_error
from pages._ui.page_state import page_state, pressed, undisturbed


def show_brought_up(access: Access, names: dict[str, str], text: Text) -> None:
    """Name the clusters that new borders have changed; what was not done at the start is done now."""
    if access.may_write:
        keep_up()
    changed = [names[i] for i in brought_up() if i in names]
    if changed:
        st.info(text("borders.some", names=plain(", ".join(changed))))


def show_borders(held: KeptCluster, access: Access, text: Text) -> None:
    """Show what new borders have changed in an opened cluster, and what its editor must decide."""
    if unknown := unknown_units(held.cluster):
        st.warning(text("borders.unknown", codes=plain(", ".join(unknown))))
    try:
        _show_changes(held, text)
    except KlastryError as error:
        show_error(error, text)
    asked = doubts(held, text)
    if not len(asked):
        return
    with st.container(border=True):
        st.warning(text("borders.ask"))
        show_table(asked.shown(text), alt=text("borders.title"))
        left, right, _ = st.columns(3)
        closed = not access.may_write
        if pressed(left, text("borders.keep"), disabled=closed, key="granice-zrodlo"):
            _decide(held, access, text, follow_map=False)
        if pressed(right, text("borders.follow"), disabled=closed, key="granice-mapa"):
            _decide(held, access, text, follow_map=True)


def _show_changes(held: KeptCluster, text: Text) -> None:
    number = held.stored.version
    if number < 2 or held.cluster.cluster_id not in brought_up():
        return
    changes = compare_versions(held.cluster.cluster_id, number - 1, number, text)
    if changes.empty:
        return
    with st.expander(text("borders.title"), expanded=True):
        st.markdown(text("borders.changed", number=number))
        show_table(changes, alt=text("borders.title"))


@undisturbed()
def _decide(held: KeptCluster, access: Access, text: Text, *, follow_map: bool) -> None:
    page, cluster_id = page_state(), held.cluster.cluster_id
    try:
        number = decide_doubts(access, held, follow_map=follow_map)
    except ConflictError as error:
        hold_conflict(page, error, held.cluster, held.members)
    except KlastryError as error:
        show_error(error, text)
        return
    else:
        page["saved"] = (cluster_id, text("borders.done", number=number, name=plain(held.cluster.name)))
        page["opened"].pop(cluster_id, None)
    page["next"] = cluster_id
    st.rerun()
