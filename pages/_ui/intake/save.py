"""Keep the accepted rows on the server, or use them in the session only."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import PurePath
from typing import Any

import streamlit as st

from geo.errors import ConflictError, KlastryError, StoreError
from geo.io.store import definition_of
from geo.model.cluster import Cluster
from geo.model.intake import RowState
from geo.render.text import Text
from geo.services.access import Access
from geo.services.editing import (
    blank_cluster,
    blank_members,
    definition_in,
    editable_names,
    is_taken,
    keep,
    new_identifier,
    remember_mapping,
    session_list,
    territory_choices,
    unit_options,
)
from geo.services.intake.identity import Matched, appended, match
from geo.services.intake.review import Review
from geo.services.versions import difference
from pages._ui import session_lists
from pages._ui.conflict import hold_conflict, show_conflict
from pages._ui.downloads import show_table
from pages._ui.drafts import drop_draft
from pages._ui.heard import focus_on
from pages._ui.i18n import label, plain
from pages._ui.intake.file import Upload
from pages._ui.intake.mapping import held_mapping
from pages._ui.intake.target import ADD, NEW, begun, chosen_target, note_field, opened
from pages._ui.messages import show_error
from pages._ui.page_state import page_state, pressed, undisturbed
from pages._ui.places import CLUSTER, MY_CLUSTER, language_of
from pages._ui.requirements_form import ask_requirements

# Where a list that was kept leads to.
_KEPT = "po-zapisie"


def show_save(review: Review, upload: Upload, access: Access, text: Text) -> bool:
    """Show the fourth step; say whether the list is kept on the server as it stands."""
    st.header(text("intake.step.save"), anchor=False)
    accepted = review.count(RowState.ACCEPTED)
    if not accepted:
        st.info(text("intake.nothing"))
        return False
    if waiting := review.count(RowState.DECIDE):
        st.warning(text("intake.left", n=text.number(waiting)))
    cluster = _ask_target(review, upload, text)
    show_conflict(access, text)
    # An identifier of a new cluster changes once it is taken; the name does not.
    ground = (cluster.territory, cluster.required_sectors, cluster.default_radius_km)
    state = (upload.key, chosen_target(), cluster.name, accepted, ground)
    saved = page_state().get("list")
    if saved and saved[2] == state:
        with st.container(key=_KEPT):
            _links(saved[0], saved[1], text)
        return not saved[0].startswith(session_lists.SESSION_PREFIX)
    members = _members(review, cluster, text)
    with st.container(key="zapis-listy"):
        left, right = st.columns(2)
    if pressed(left, text("intake.session"), help=text("intake.session.help"), key="sesja") and _named(cluster, text):
        _use(review, cluster, state, text)
    wording = text("intake.save", organisations=text.count("organisations", accepted))
    why = None if access.may_write else text(f"access.{access.reason}", author="")
    wanted = pressed(right, wording, type="primary", disabled=not access.may_write, help=why, key="zapisz")
    if wanted and _named(cluster, text):
        _save(members, upload, cluster, state, access, text)
    return False


def _members(review: Review, cluster: Cluster, text: Text) -> Any:
    """Return the members that will be kept; where they take the place of others, say first what changes."""
    kind = chosen_target()[0]
    if kind == NEW or not cluster.cluster_id:
        return review.members
    base = opened(cluster.cluster_id).members
    if kind == ADD:
        return appended(base, review.members)
    key = f"inne-{cluster.cluster_id}"
    matched = match(base, review.members, review.told, st.session_state.get(key, ()))
    parts = {k: text.count(f"identity.{k}", getattr(matched, k)) for k in ("added", "gone", "changed")}
    st.info(text("identity.summary", **parts, same=text.number(matched.same)))
    st.caption(text("identity.how"))
    _ask_apart(matched, key, text)
    changes = difference(cluster, matched.members, cluster.cluster_id, text)
    if not changes.empty:
        with st.expander(text("identity.changes")):
            show_table(changes, alt=text("identity.changes"))
    return matched.members


def _ask_apart(matched: Matched, key: str, text: Text) -> None:
    """Let the user say which members that were told by likeness are others."""
    if not matched.likely:
        return
    labels = {
        member_id: text("identity.same_name", name=new) if old == new else text("identity.pair", old=old, new=new)
        for member_id, old, new in matched.likely
    }
    st.multiselect(
        text("identity.likely"),
        list(labels),
        format_func=lambda i: label(labels[i]),
        placeholder=text("identity.likely.none"),
        key=key,
    )


def show_definition(upload: Upload, access: Access, text: Text) -> None:
    """Offer to keep a cluster whose file holds its definition but no members."""
    found = definition_in(upload.raw.definition) if not upload.raw.rows else None
    if found is None:
        return
    st.info(text("intake.only_definition", name=plain(found.name)))
    cluster = replace(found, cluster_id=new_identifier(found.name))
    state = (upload.key, chosen_target(), cluster.name, 0)
    st.session_state["dokad"] = NEW
    saved = page_state().get("list")
    if saved and saved[2] == state:
        with st.container(key=_KEPT):
            _links(saved[0], saved[1], text)
        return
    wanted = pressed(
        st.container(), text("cluster.create"), type="primary", disabled=not access.may_write, key="zapisz-opis"
    )
    if wanted and _named(cluster, text):
        _save(blank_members(), upload, cluster, state, access, text)


def _named(cluster: Cluster, text: Text) -> bool:
    """Say whether the target can be kept: it has a name, and a new one a name of its own."""
    if not cluster.name:
        st.error(text("intake.no_target"))
        return False
    if cluster.cluster_id not in editable_names() and is_taken(cluster.name):
        st.error(text("intake.taken", name=plain(cluster.name)))
        return False
    return True


def _ask_target(review: Review, upload: Upload, text: Text) -> Cluster:
    """Ask where the list goes; the cluster has no name until one is given."""
    kind, cluster_id = chosen_target()
    if kind != NEW and cluster_id in editable_names():
        return _ask_ground(opened(cluster_id).cluster, text)
    came_with = definition_in(upload.raw.definition)
    suggested = came_with.name if came_with else ""
    first_name = begun("nazwa-klastra", suggested)
    name = st.text_input(text("intake.target.name"), value=first_name, max_chars=200, key="nazwa-klastra").strip()
    note_field("nazwa-klastra", name)
    if came_with:
        st.caption(text("intake.definition", name=plain(came_with.name)))
        return replace(came_with, name=name, cluster_id=new_identifier(name))
    choices = territory_choices(review.members)
    labels = {k: text(f"intake.territory.{k}", units=len(v)) for k, v in choices.items()}
    # Few powiaty are likely what the cluster means; many are likely not.
    first = list(choices).index("powiaty") if len(choices.get("powiaty", ())) in range(1, 4) else 0
    kept = begun("terytorium-listy", "")
    first = list(choices).index(kept) if kept in choices else first
    chosen = st.radio(
        text("intake.territory"), list(labels), first, format_func=labels.__getitem__, key="terytorium-listy"
    )
    note_field("terytorium-listy", chosen)
    return _ask_ground(blank_cluster(name, choices[chosen]), text, chosen)


def _ask_ground(cluster: Cluster, text: Text, suggested: str = "") -> Cluster:
    """Ask for territory, sectors and reach, so that nothing has to be set afterwards."""
    key = f"{cluster.cluster_id if not suggested else 'nowy'}-{suggested}"
    grounds: dict[str, tuple[Any, ...]] = page_state().setdefault("ground", {})
    usual = (cluster.territory, cluster.required_sectors, cluster.default_radius_km)
    territory, sectors, radius = grounds.get(key, usual)
    now = replace(cluster, territory=territory, required_sectors=sectors, default_radius_km=radius)
    part = st.expander(text("intake.ground"), key=f"teren-listy-{key}", on_change="rerun")
    if not part.open:
        # What was set stays set while the part is closed; its long list is sent only where it is seen.
        return now
    with part:
        units = unit_options(text)
        known = [c for c in now.territory if c in units]
        chosen = st.multiselect(
            text("cluster.territory"),
            list(units),
            known,
            format_func=units.__getitem__,
            placeholder=text("choose.placeholder"),
            key=f"jednostki-listy-{key}",
        )
        left, right = st.columns(2)
        sectors, radius = ask_requirements(left, right, now, f"listy-{key}", text)
    # What was not touched stays as it is, to the unit that is gone.
    territory = now.territory if set(chosen) == set(known) else tuple(sorted(chosen))
    grounds[key] = (territory, sectors, radius)
    return replace(now, territory=territory, required_sectors=sectors, default_radius_km=radius)


def _use(review: Review, cluster: Cluster, state: object, text: Text) -> None:
    named = replace(
        cluster,
        cluster_id=f"{session_lists.SESSION_PREFIX}{cluster.cluster_id}",
        name=text("intake.session.name", name=cluster.name),
    )
    page = page_state()
    session_lists.add(session_list(named, review.members))
    page["list"] = (named.cluster_id, text("intake.used", name=plain(named.name)), state)
    page["used"] = (named.cluster_id, definition_of(named))
    focus_on(_KEPT)
    st.rerun()


@undisturbed()
def _save(members: Any, upload: Upload, cluster: Cluster, state: object, access: Access, text: Text) -> None:
    kind, mapping = chosen_target()[0], held_mapping(upload.raw)
    base = None if kind == NEW else opened(cluster.cluster_id)
    version = base.stored.version if base else 0
    file_name, page = PurePath(upload.name).name, page_state()
    try:
        action = "create" if kind == NEW else "import"
        number = keep(access, cluster, version, members, action=action, file_name=file_name)
    except ConflictError as error:
        hold_conflict(page, error, cluster, members, file_name)
        st.rerun()
    except KlastryError as error:
        show_error(error, text)
        return
    page["list"] = (cluster.cluster_id, text("intake.saved", number=number, name=plain(cluster.name)), state)
    page["opened"].pop(cluster.cluster_id, None)
    # What is looked after next is the cluster just kept; what was said of another before is no news.
    page["next"] = cluster.cluster_id
    page.pop("saved", None)
    drop_draft(upload.name, upload.content)
    if mapping:
        # The list is kept; headings that are not remembered are only asked for again.
        with suppress(StoreError):
            remember_mapping(access, *mapping)
    focus_on(_KEPT)
    st.rerun()


def _links(cluster_id: str, message: str, text: Text) -> None:
    st.success(message)
    left, right, last = st.columns(3)
    for column, tab, view in ((left, "gestosc", "density"), (right, "zasieg", "coverage")):
        column.page_link(
            CLUSTER,
            label=text(f"intake.open.{view}"),
            query_params={"klaster": cluster_id, "karta": tab, **language_of(text)},
            icon=":material/map:",
        )
    if not cluster_id.startswith(session_lists.SESSION_PREFIX):
        last.page_link(
            MY_CLUSTER,
            label=text("intake.open.edit"),
            query_params={"widok": "lista", **language_of(text)},
            icon=":material/edit:",
        )


def show_session_lists(text: Text) -> None:
    """Show the lists of the session, each with a way to drop it."""
    entries = session_lists.session_lists()
    if not entries:
        return
    with st.expander(f"{text('session.lists')} ({len(entries)})"):
        for entry in entries:
            wording = text("session.drop", name=plain(entry.cluster.name))
            if pressed(st.container(), wording, key=f"usun-{entry.cluster.cluster_id}", icon=":material/delete:"):
                session_lists.drop(entry.cluster.cluster_id)
                page_state().pop("list", None)
                st.rerun()
