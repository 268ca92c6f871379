"""Show a view: its message, map, legend, notes and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from geo.render.table import Place, Table, worded
from geo.render.text import Text
from geo.services.pictures import saved_table
from geo.services.view import View
from pages._ui.downloads import csv_button, show_table, xlsx_button
from pages._ui.embed import embedded, framed
from pages._ui.fragments import fragment
from pages._ui.heard import result
from pages._ui.i18n import plain
from pages._ui.map_view import show_legend, show_map
from pages._ui.picture_form import ExportNames, show_map_with_files

# Kinds of files of a table, and what shows their buttons.
_SAVERS = (("csv", csv_button), ("xlsx", xlsx_button))


def show_view(view: View, names: ExportNames, text: Text, *, beneath: Callable[[], None] | None = None) -> None:
    """
    Show what a view says, its map with the form for files, and what stands beside the map; embedded, the map alone.

    Parameters
    ----------
    view
        The view.
    names
        Names of the files.
    text
        Language.
    beneath
        Shows what belongs under the map.
    """
    if embedded():
        show_map_and_legend(view, names, text)
        return
    # Always there, so that the map below keeps its place on the page and is repainted, not rebuilt.
    message = st.empty()
    title, body = view.message
    if body:
        message.info("\n\n".join(([f"**{title}**"] if title else []) + [plain(body)]))
    result(names.key).markdown(f"**{plain(view.headline)}**")
    warning = st.empty()
    if view.warning:
        warning.warning(plain(view.warning))
    beside = [table for table in view.tables if table.place is Place.BESIDE and len(table)]
    show_map_and_legend(view, names, text, beneath=beneath, beside=beside)


def show_map_and_legend(
    view: View,
    names: ExportNames,
    text: Text,
    *,
    beneath: Callable[[], None] | None = None,
    beside: Sequence[Table] = (),
    notes: Sequence[str] = (),
) -> None:
    """Show the map of a view with the form for files; beside it the legend, tables, caveats and further notes."""
    if embedded():
        with framed(view.picture, text):
            left, right = st.columns([2.2, 1])
            with left:
                show_map(view.painting, key=names.key)
            with right:
                show_legend(view.picture, text, scoped=view.faint)
        return

    def legend_and_more() -> None:
        show_legend(view.picture, text, scoped=view.faint)
        for table in beside:
            show_table(table.shown(text), alt=worded(table.title, text))
        for note in (*view.notes, *notes):
            st.caption(plain(note))

    show_map_with_files(view.picture, names, text, legend_and_more)
    if beneath:
        beneath()


def show_tables(view: View, text: Text, *names: str) -> None:
    """Show the tables of a view that stand below its map, or those of these names; none where the map is embedded."""
    if embedded():
        return
    for table in [view[name] for name in names] or view.tables:
        if table.place is not Place.BESIDE:
            show_section(table, text)


def show_section(table: Table, text: Text) -> None:
    """Show a table under its heading, with what explains it and the buttons that save it."""
    title = worded(table.title, text)
    if table.place is Place.FOLDED:
        if len(table):
            _show_folded(table, title, text)
        return
    st.header(title, anchor=False)
    _show_rows(table, title, text)


@fragment
def _show_folded(table: Table, title: str, text: Text) -> None:
    """Show a table that is folded away; its rows are sent once it is opened."""
    part = st.expander(title, key=f"zwiniete-{table.name}-{table.file}", on_change="rerun")
    if part.open:
        with part:
            _show_rows(table, title, text)


def _show_rows(table: Table, title: str, text: Text) -> None:
    if table.why:
        st.caption(worded(table.why, text))
    if table.none and not len(table):
        (st.success if table.good else st.info)(worded(table.none, text))
        return
    show_table(table.shown(text), alt=title)
    show_savers(table, text)


def show_savers(table: Table, text: Text) -> None:
    """Show the buttons that save a table, if there are any."""
    savers = [(kind, label, show) for kind, show in _SAVERS if (label := getattr(table, kind))]
    columns = st.columns([1, 1, 2]) if len(savers) > 1 else [st.container() for _ in savers]
    for (kind, label, show), column in zip(savers, columns, strict=False):
        with column:
            make = partial(saved_table, table, kind, text)
            show(text(label), make, f"{table.file}.{kind}", key=f"{table.name}-{table.file}-{kind}")
