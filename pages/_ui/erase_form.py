"""Erase a member or a whole cluster for good, after saying where it is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import PurePath
from typing import Any

import streamlit as st

from geo.errors import ConflictError, KlastryError, StoreError
from geo.render.text import Text
from geo.services.access import Access
from geo.services.editing import KeptCluster, open_kept, ships
from geo.services.erasure import Trace, erase_cluster, erase_member, member_choices, scrub, trace
from pages._ui.i18n import label, plain
from pages._ui.messages import show_error
from pages._ui.page_state import page_state, pressed, undisturbed

_DIRTY = "not_scrubbed"
# What is chosen where no cluster is.
NEW = "+"


def show_erasing(held: KeptCluster, access: Access, text: Text) -> None:
    """Show where a member is kept, and the buttons that erase it or the cluster; for those who may write."""
    st.header(text("erase.title"), anchor=False)
    st.markdown(text("erase.retention"))
    try:
        _member(held, access, text)
    except KlastryError as error:
        show_error(error, text)
    if held.stored.version:
        _cluster(held, access, text)


def show_scrub(access: Access, text: Text) -> None:
    """Say that the database's files still hold what was erased, where they could not be cleaned, and offer it again."""
    page = page_state()
    if not page.get(_DIRTY):
        return
    st.warning(text("error.store.not_scrubbed"))
    if pressed(st.container(), text("erase.scrub"), disabled=not access.may_write, key="oczysc"):
        try:
            scrub(access)
        except KlastryError as error:
            show_error(error, text)
            return
        page.pop(_DIRTY)
        st.success(text("erase.scrubbed"))


def _member(held: KeptCluster, access: Access, text: Text) -> None:
    cluster_id, version = held.cluster.cluster_id, held.stored.version
    choices, key = member_choices(held, text), f"{held.cluster.cluster_id}-{version}"
    if not choices:
        return
    member_id = st.selectbox(
        text("erase.member"),
        list(choices),
        None,
        format_func=lambda i: label(choices[i]),
        placeholder=text("erase.member.none"),
        key=f"usuwany-{key}",
    )
    if member_id is None:
        return
    found = trace(held, member_id)
    _say(found, text)
    elsewhere = False
    if found.elsewhere:
        names = plain(", ".join(found.elsewhere.values()))
        elsewhere = st.toggle(text("erase.elsewhere", names=names), key=f"usun-wszedzie-{key}")
    sure = st.checkbox(text("erase.understood"), key=f"usun-pewne-{cluster_id}-{member_id}")
    if pressed(st.container(), text("erase.do"), disabled=not sure, key="usun-na-zawsze", icon=":material/delete:"):
        _erase(held, member_id, found, access, text, elsewhere=elsewhere)


def _say(found: Trace, text: Text) -> None:
    versions = text.count("erase.versions.of", found.versions)
    lines = [text("erase.versions", versions=versions) if found.versions else text("erase.versions.none")]
    if found.shipped:
        lines.append(text("erase.shipped"))
    if not found.backups:
        lines.append(text("erase.backups.none"))
    st.markdown(" ".join(lines))
    if found.backups:
        said = [
            text(f"erase.backup.{state}", file=plain(PurePath(path).name), when=text.day(datetime.fromisoformat(made)))
            for path, made, state in found.backups
        ]
        st.warning("\n".join([text("erase.backups"), "", *(f"- {line}" for line in said)]))


@undisturbed()
def _erase(held: KeptCluster, member_id: str, found: Trace, access: Access, text: Text, *, elsewhere: bool) -> None:
    page, cluster_id = page_state(), held.cluster.cluster_id
    if not _erased(page, cluster_id, lambda: erase_member(access, held, member_id, elsewhere=elsewhere), text):
        return
    words, number = "erase.done.shipped" if found.shipped else "erase.done", open_kept(cluster_id).stored.version
    page["saved"] = (cluster_id, text(words, name=plain(held.cluster.name), number=number))
    _forget(page, cluster_id)
    st.rerun()


def _erased(page: dict[str, Any], cluster_id: str, erase: Callable[[], object], text: Text) -> bool:
    """Erase, or say why not; note where only the database's files are still to be cleaned."""
    try:
        erase()
    except ConflictError as error:
        # Nothing was typed that could be lost; the newest version is opened, and can be looked at first.
        _forget(page, cluster_id)
        show_error(error, text)
        return False
    except StoreError as error:
        if error.problem != _DIRTY:
            show_error(error, text)
            return False
        page[_DIRTY] = True
    return True


def _cluster(held: KeptCluster, access: Access, text: Text) -> None:
    cluster_id = held.cluster.cluster_id
    st.markdown(f"**{text('erase.cluster', name=plain(held.cluster.name))}**")
    if ships(cluster_id):
        st.markdown(text("erase.cluster.shipped"))
    sure = st.checkbox(text("erase.understood"), key=f"usun-klaster-pewne-{cluster_id}")
    wording = text("erase.cluster.do")
    if pressed(st.container(), wording, disabled=not sure, key="usun-klaster", icon=":material/delete_forever:"):
        _erase_cluster(held, access, text)


@undisturbed()
def _erase_cluster(held: KeptCluster, access: Access, text: Text) -> None:
    page, cluster_id = page_state(), held.cluster.cluster_id
    if not _erased(page, cluster_id, lambda: erase_cluster(access, held), text):
        return
    # A cluster that came with the app is shown as it came; of others nothing is left to show.
    page["next"] = shown = cluster_id if ships(cluster_id) else NEW
    page["saved"] = (shown, text("erase.cluster.done", name=plain(held.cluster.name)))
    _forget(page, cluster_id)
    st.rerun()


def _forget(page: dict[str, Any], cluster_id: str) -> None:
    """Forget what this session still holds of a cluster, and everything half typed."""
    page["opened"].pop(cluster_id, None)
    page["drafts"].clear()
    page.get("bases", {}).clear()
