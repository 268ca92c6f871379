"""Create, edit, archive and export clusters, and go back to earlier versions."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo.errors import ConflictError, KlastryError
from geo.model.cluster import Cluster
from geo.render.text import Text
from geo.services.access import Access
from geo.services.editing import (
    KeptCluster,
    blank_cluster,
    blank_members,
    editable_names,
    exports,
    is_taken,
    keep,
    kept_names,
    known_contacts,
    members_listed,
    new_identifier,
    unit_options,
)
from pages._ui.borders_view import show_borders, show_brought_up
from pages._ui.confirm_form import show_confirmed
from pages._ui.conflict import hold_conflict, show_conflict
from pages._ui.downloads import file_button, show_table
from pages._ui.erase_form import NEW, show_scrub
from pages._ui.i18n import plain
from pages._ui.intake.target import opened
from pages._ui.member_form import show_member_forms
from pages._ui.messages import show_error
from pages._ui.page_state import page_state, pressed, undisturbed
from pages._ui.requirements_form import ask_requirements
from pages._ui.territory_map import pick_territory

KINDS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def ask_cluster(access: Access, text: Text, *, view: str, new: bool) -> KeptCluster | None:
    """
    Ask which cluster is looked after, and say what has happened to it.

    Parameters
    ----------
    access
        Whether the visitor may write.
    text
        Language.
    view
        What is shown of the cluster.
    new
        Whether a new one stands first, where none was chosen yet.

    Returns
    -------
    cluster
        None for a new one.
    """
    names = editable_names()
    shown = kept_names()
    labels = {NEW: text("cluster.new")} | {
        k: n if k in shown or k not in kept_names(archived=True) else text("cluster.archived", name=n)
        for k, n in names.items()
    }
    page = page_state()
    if (wanted := page.pop("next", None)) in labels:
        # A new select box: the browser may still send the old one's value with its next event.
        page |= {"chosen": wanted, "turn": page.get("turn", 0) + 1}
    options, turn = list(labels), page.get("turn", 0)
    first = options.index(page["chosen"]) if page.get("chosen") in labels else min(0 if new else 1, len(options) - 1)
    chosen = st.selectbox(
        text("cluster.choose"), options, first, format_func=labels.__getitem__, key=f"edytowany-{turn}"
    )
    page["chosen"] = chosen
    place = st.empty()
    show_conflict(access, text)
    show_scrub(access, text)
    show_brought_up(access, names, text)
    held = None if chosen == NEW else opened(chosen)
    _show_saved(place, chosen, held, view)
    if held and not held.stored.version:
        st.caption(text("cluster.shipped"))
    return held


def _show_saved(place: st.delta_generator.DeltaGenerator, chosen: str, held: KeptCluster | None, view: str) -> None:
    """
    Say what was kept last, as long as that is the newest version and the same part of the page is open.

    The map of a new version may make the page run again: once would be too little.
    """
    page = page_state()
    saved = page.get("saved")
    if saved is None:
        return
    now = (saved, chosen, held.stored.version if held else 0, view)
    first = page.setdefault("saved-first", now)
    if first[0] != saved:
        first = page["saved-first"] = now
    if first == now and saved[0] == chosen:
        place.success(saved[1])
    elif first != now:
        page.pop("saved", None)


def show_definition_of(held: KeptCluster | None, access: Access, text: Text) -> None:
    """Show the definition of a cluster, or of a new one, to be changed and kept; then what new borders changed."""
    page, chosen = page_state(), held.cluster.cluster_id if held else NEW
    before = held.cluster if held else replace(blank_cluster("-"), name="")
    key = f"{chosen}-{held.stored.version if held else 0}"
    # What was typed stays while the user looks at another cluster or page.
    drafts: dict[str, Cluster] = page["drafts"]
    bases: dict[str, Cluster] = page.setdefault("bases", {})
    if f"nazwa-{key}" not in st.session_state:
        # The fields begin with the draft once; while they are there they keep what they began with.
        bases[key] = drafts.get(key, before)
    after = _form(bases.get(key, before), key, text)
    drafts[key] = after
    _buttons(held, before, after, access, text)
    if held:
        show_borders(held, access, text)


def _form(cluster: Cluster, key: str, text: Text) -> Cluster:
    """Ask for a definition and return it as it stands."""
    left, right = st.columns(2)
    name = left.text_input(text("cluster.name"), cluster.name.strip(), max_chars=200, key=f"nazwa-{key}")
    coordinator = right.text_input(
        text("cluster.coordinator"), cluster.coordinator, max_chars=300, key=f"koordynator-{key}"
    )
    required, radius = ask_requirements(left, right, cluster, key, text)
    territory = pick_territory(cluster.territory, unit_options(text), key, text)
    description = st.text_input(text("cluster.description"), cluster.description, max_chars=1000, key=f"opis-{key}")
    left, right = st.columns([2, 1])
    source = left.text_input(text("cluster.source"), cluster.source, max_chars=1000, key=f"zrodlo-{key}")
    founded = right.text_input(text("cluster.founded"), cluster.founded, max_chars=40, key=f"zalozony-{key}")
    concept = st.toggle(text("cluster.concept"), cluster.concept, key=f"koncepcja-{key}")
    return replace(
        cluster,
        name=name.strip(),
        coordinator=coordinator,
        required_sectors=required,
        default_radius_km=radius,
        territory=territory,
        description=description,
        source=source,
        founded=founded,
        concept=concept,
    )


def _buttons(held: KeptCluster | None, before: Cluster, after: Cluster, access: Access, text: Text) -> None:
    changed = held is None or after != before
    # Always there, so that the buttons below keep their place, and the focus.
    unsaved = st.empty()
    if held and changed:
        unsaved.caption(text("cluster.unsaved"))
    left, right, _ = st.columns(3)
    why = None if access.may_write else text(f"access.{access.reason}", author="")
    label = text("cluster.save" if held else "cluster.create")
    usable = access.may_write and changed
    if pressed(left, label, type="primary", disabled=not usable, help=why, key="zapisz-klaster"):
        _keep(held, after, "edit" if held else "create", access, text)
    if held is None:
        return
    action = "unarchive" if held.stored.archived else "archive"
    tip = why or text("cluster.archive.help")
    if pressed(right, text(f"cluster.{action}"), disabled=not access.may_write, help=tip, key="archiwum"):
        _keep(held, before, action, access, text)


@undisturbed()
def _keep(held: KeptCluster | None, cluster: Cluster, action: str, access: Access, text: Text) -> None:
    if held is None:
        if not cluster.name or is_taken(cluster.name):
            key = "intake.taken" if cluster.name else "intake.no_target"
            st.error(text(key, name=plain(cluster.name)))
            return
        cluster = replace(cluster, cluster_id=new_identifier(cluster.name))
    members, page = None if held else blank_members(), page_state()
    try:
        number = keep(access, cluster, held.stored.version if held else 0, members, action=action)
    except ConflictError as error:
        hold_conflict(page, error, cluster, held.members if held else members)
        st.rerun()
    except KlastryError as error:
        show_error(error, text)
        return
    done = f"cluster.done.{action}" if action in ("archive", "unarchive") else "cluster.saved"
    page["saved"] = (cluster.cluster_id, text(done, number=number, name=plain(cluster.name)))
    page["next"] = cluster.cluster_id
    page["drafts"].clear()
    page["opened"].pop(cluster.cluster_id, None)
    st.rerun()


def show_list(held: KeptCluster, access: Access, text: Text) -> None:
    """Show the members of a cluster with what changes them, when the list was confirmed, and the files of it."""
    st.header(text("cluster.members"), anchor=False)
    show_confirmed(held, access, text)
    if len(held.members):
        show_table(members_listed(held, text, contacts=access.may_write).shown(text), alt=text("cluster.members"))
    else:
        st.info(text("cluster.no_members"))
    if access.may_write:
        show_member_forms(held, access, text)
    st.header(text("cluster.export"), anchor=False)
    st.caption(text("cluster.export.help"))
    offered = access.may_write and known_contacts(held)
    contacts = bool(offered and st.toggle(text("cluster.export.contacts"), key="eksport-kontakty"))
    columns = st.columns(4)
    for column, (kind, write) in zip(columns, exports(held, contacts=contacts).items(), strict=False):
        label, name = text("cluster.export.file", kind=kind.upper()), f"{held.cluster.cluster_id}.{kind}"
        with column:
            file_button(
                label, write, name, KINDS.get(kind, "application/geo+json"), key=f"eksport-{kind}", look="content"
            )
