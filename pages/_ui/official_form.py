"""Show which official data there are and of when; let editors take in newer files and switch between them."""

from __future__ import annotations

import streamlit as st

from geo.errors import KlastryError
from geo.io.official.datasets import all_datasets, remove
from geo.render.table import worded
from geo.render.text import Text
from geo.services.official.differences import differences
from geo.services.official.intake import Given
from geo.services.official.potential import registers_table
from geo.services.official.run import COMMAND, MAX_UPLOAD_BYTES, add_uploaded, use_datasets
from geo.services.official.shelf import EMBEDDED, shelf
from geo.services.official.states import USED
from pages._ui.access import current_access
from pages._ui.downloads import show_table
from pages._ui.fragments import fragment
from pages._ui.i18n import label, plain
from pages._ui.messages import show_error
from pages._ui.page_state import pressed, undisturbed
from pages._ui.picture_form import ExportNames
from pages._ui.view import show_map_and_legend, show_section

# Columns of the table in view, and of the one behind it.
_MAIN = ("kind", "state", "age_months", "used", "scope", "source")
_MORE = ("id", "rows", "licence", "file", "added", "sha256")
_SAID = "_official_said"
_ENDINGS = ["zip", "gpkg", "gml", "geojson", "json", "csv", "xml", "xlsx"]


def show_official(text: Text) -> None:
    """Show the datasets to everybody, and the forms to editors."""
    found = shelf(text)
    st.header(text("official.title"), anchor=False)
    st.markdown(text("official.why"))
    if found.missing:
        command = "python -m geo official remake"
        st.warning(text("official.missing", datasets=plain(", ".join(found.missing)), command=command))
    if found.reminders:
        st.info(text("official.reminder", data=plain(" ".join(found.reminders))))
    title = worded(found.table.title, text)
    show_table(found.table.only(*_MAIN).shown(text), alt=title)
    with st.expander(text("official.more"), key="urzedowe-sumy"):
        show_table(found.table.only(*_MORE).shown(text), alt=text("official.more"))
    said = st.session_state.pop(_SAID, "")
    if said:
        st.success(said)
    if not current_access().may_write:
        st.caption(text("official.editors"))
    else:
        _show_adding(text)
        _show_switching(text)
    _show_differences(text)
    show_section(registers_table(), text)


def _show_adding(text: Text) -> None:
    with st.expander(text("official.add"), icon=":material/upload:", key="urzedowe-dodaj"):
        mb = MAX_UPLOAD_BYTES // 1_000_000
        file = st.file_uploader(
            text("official.file"),
            type=_ENDINGS,
            help=text("official.file.help", mb=mb, command=COMMAND),
            key="urzedowe-plik",
        )
        left, right = st.columns(2)
        state = left.text_input(
            text("official.state"), help=text("official.state.help"), max_chars=10, key="urzedowe-stan"
        )
        source = right.text_input(text("official.source"), max_chars=300, key="urzedowe-zrodlo")
        water = st.checkbox(text("official.water"), help=text("official.water.help"), key="urzedowe-wody")
        add = pressed(st.container(), text("official.add"), type="primary", key="urzedowe-wczytaj", disabled=not file)
        if add and file is not None:
            _add(file.getvalue(), file.name, Given(state.strip(), source=source, land_only=not water), text)


@undisturbed()
def _add(content: bytes, name: str, given: Given, text: Text) -> None:
    bar = st.progress(0.0, text=text("official.adding"))
    try:
        made = add_uploaded(
            current_access(), content, name, given, lambda part: bar.progress(part, text=text("official.adding"))
        )
    except KlastryError as error:
        bar.empty()
        show_error(error, text)
        return
    key = "official.added" if made["kind"] in USED else "official.added.kept"
    said = [text(key, kind=text(f"official.kind.{made['kind']}"), state=text.when(made["state"]))]
    if made["unknown"]:
        said.append(text("official.unknown", codes=plain(", ".join(made["unknown"]))))
    st.session_state[_SAID] = " ".join(said)
    st.rerun()


def _show_switching(text: Text) -> None:
    kept = {d.dataset_id: d for d in all_datasets()}
    if not kept:
        return
    names = {i: label(f"{text(f'official.kind.{d.kind}')}, {d.state} ({i})") for i, d in kept.items()}
    left, *buttons = st.columns([2.4, 1, 1, 1.4], vertical_alignment="bottom")
    chosen = left.selectbox(text("official.choose"), list(names), format_func=names.__getitem__, key="urzedowe-zestaw")
    one = kept[chosen]
    if pressed(buttons[0], text("official.use"), type="primary", key="urzedowe-uzyj", disabled=one.kind not in USED):
        words = {"kind": text(f"official.kind.{one.kind}"), "state": text.when(one.state)}
        _use([chosen], text("official.used", **words), text)
    if pressed(buttons[1], text("official.remove"), key="urzedowe-usun"):
        _remove(chosen, text)
    if pressed(buttons[2], text("official.back"), key="urzedowe-wroc"):
        _use([EMBEDDED], text("official.back.done"), text)


@undisturbed()
def _use(ids: list[str], said: str, text: Text) -> None:
    bar = st.progress(0.0, text=text("official.using"))
    try:
        use_datasets(current_access(), ids, lambda part: bar.progress(part, text=text("official.using")))
    except KlastryError as error:
        bar.empty()
        show_error(error, text)
        return
    st.session_state[_SAID] = said
    st.rerun()


@undisturbed()
def _remove(dataset_id: str, text: Text) -> None:
    try:
        current_access().require()
        remove(dataset_id)
    except KlastryError as error:
        show_error(error, text)
        return
    st.session_state[_SAID] = text("official.removed", name=plain(dataset_id))
    st.rerun()


@fragment
def _show_differences(text: Text) -> None:
    """Show how borders of a dataset differ from the embedded ones, once that is asked for."""
    outlines = {d.dataset_id: d for d in all_datasets() if d.kind == "outlines"}
    if not outlines:
        return
    title = text("official.differences")
    part = st.expander(title, icon=":material/compare:", key="urzedowe-roznice", on_change="rerun")
    if not part.open:
        return
    with part:
        chosen = st.selectbox(text("official.choose"), list(outlines), key="urzedowe-roznice-zestaw")
        try:
            view = differences(outlines[chosen], text)
        except KlastryError as error:
            show_error(error, text)
            return
        st.markdown(plain(view.picture.subtitle))
        show_map_and_legend(view, ExportNames(chosen, "granice", "official-map"), text)
        show_section(view["differences"], text)
