"""Show the versions of a cluster, what differs between two, and bring one back."""

from __future__ import annotations

import streamlit as st

from geo.errors import ConflictError, KlastryError
from geo.render.text import Text
from geo.services.access import Access
from geo.services.editing import KeptCluster, restore_version
from geo.services.library import today
from geo.services.versions import compare_versions, version_before, version_days, version_labels, versions_table
from pages._ui.conflict import hold_conflict
from pages._ui.downloads import show_table
from pages._ui.i18n import plain
from pages._ui.messages import show_error
from pages._ui.page_state import page_state, pressed, undisturbed


def show_versions(held: KeptCluster, access: Access, text: Text) -> None:
    """Show the versions of an opened cluster, or why they cannot be shown."""
    try:
        _show(held, access, text)
    except KlastryError as error:
        show_error(error, text)


def _show(held: KeptCluster, access: Access, text: Text) -> None:
    cluster_id = held.cluster.cluster_id
    st.header(text("cluster.versions"), anchor=False)
    table = versions_table(cluster_id)
    show_table(table.shown(text), alt=text("cluster.versions"))
    labels = version_labels(cluster_id, text)
    numbers = list(labels)
    if len(numbers) < 2:
        return
    _show_since(cluster_id, numbers[0], access, text)
    with st.expander(text("cluster.compare")):
        left, right = st.columns(2)
        key = f"{cluster_id}-{numbers[0]}"
        old = left.selectbox(
            text("cluster.compare.old"), numbers, index=1, format_func=labels.__getitem__, key=f"starsza-{key}"
        )
        new = right.selectbox(
            text("cluster.compare.new"), numbers, index=0, format_func=labels.__getitem__, key=f"nowsza-{key}"
        )
        changes = compare_versions(cluster_id, old, new, text, contacts=access.may_write)
        if changes.empty:
            st.info(text("cluster.compare.same"))
        else:
            show_table(changes, alt=text("cluster.compare"))
        label = text("cluster.restore", number=old)
        if pressed(st.container(), label, disabled=not access.may_write or old == numbers[0], key="przywroc"):
            _restore(held, old, access, text)


def _show_since(cluster_id: str, newest: int, access: Access, text: Text) -> None:
    """Show what has changed since a day began."""
    st.header(text("cluster.since"), anchor=False)
    first = version_days(cluster_id)[-1]
    left, _ = st.columns([1, 2])
    day = left.date_input(
        text("cluster.since.day"), first, format="DD.MM.YYYY", max_value=today(), key=f"od-dnia-{cluster_id}"
    )
    if day is None:
        return
    changes = compare_versions(cluster_id, version_before(cluster_id, day), newest, text, contacts=access.may_write)
    if changes.empty:
        st.info(text("cluster.since.nothing", date=text.day(day)))
    else:
        show_table(changes, alt=text("cluster.since"))


@undisturbed()
def _restore(held: KeptCluster, old: int, access: Access, text: Text) -> None:
    page, cluster_id = page_state(), held.cluster.cluster_id
    try:
        number = restore_version(access, cluster_id, old, held.stored.version)
    except ConflictError as error:
        hold_conflict(page, error, held.cluster, held.members)
    else:
        message = text("cluster.done.restore", old=old, name=plain(held.cluster.name), number=number)
        page["saved"] = (cluster_id, message)
        page["opened"].pop(cluster_id, None)
    page["next"] = cluster_id
    st.rerun()
