"""Show tables and offer files for download."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from hashlib import blake2s
from html import escape
from threading import Thread
from typing import Any, Literal

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from geo.render.table import decimals
from geo.render.web_table import printed_note, web_table
from pages._ui.fragments import fragment
from pages._ui.i18n import current_text

# A table that nearly fits is shown whole; more rows than the last are never as high as the page asks.
FIRST_ROWS, WHOLE_ROWS, MOST_ROWS = 10, 16, 200
# Of more columns than these some are out of sight, on the screen and on paper.
SEEN_COLUMNS = 8
# Heights of a row and of the heading with its borders, as Streamlit draws them.
ROW_PX, HEAD_PX = 35, 37
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def csv_button(label: str, make: Callable[[], bytes], file_name: str, *, key: str) -> None:
    """Show a button that makes a CSV file when it is pressed and saves it without running the page again."""
    file_button(label, make, file_name, "text/csv", key=key, look="content")


def show_table(table: Any, *, alt: str) -> None:
    """
    Show a table with numbers as the language of the page writes them, with as many decimals in all of a column.

    A short one is a real table: it prints whole and is read row by row. Of a long one ten rows are seen whole; a
    finger on them moves the page, and a switch shows all of them.

    Parameters
    ----------
    table
        A frame of words and numbers, which may be hostile; the first column names the rows.
    alt
        What it is, for screen readers.
    """
    if not len(table):
        return
    if len(table) <= WHOLE_ROWS:
        _show_whole(table, alt)
    else:
        _show_long(table, alt)


def _show_whole(table: Any, alt: str) -> None:
    """Show a table as HTML; of one with many columns paper holds the first, and says so."""
    text = current_text()
    note = printed_note(table.shape[1], text)
    paper = f"<p class='klastry-paper'>{escape(note)}</p>" if note else ""
    kind = "klastry-table klastry-wide" if note else "klastry-table"
    written = web_table(table, text, name=alt)
    st.html(f"{paper}<div class='{kind}' role='region' tabindex='0' aria-label='{escape(alt)}'>{written}</div>")


@fragment
def _show_long(table: Any, alt: str) -> None:
    name = blake2s(repr((alt, len(table), list(table.columns))).encode(), digest_size=6).hexdigest()
    place, text = st.container(), current_text()
    whole = st.toggle(text("rows.all", n=text.number(len(table))), key=f"caly-{name}")
    with place.container(key=f"{'caly' if whole else 'skrot'}-tabela-{name}"):
        _show_rows(table, alt, HEAD_PX + ROW_PX * (min(len(table), MOST_ROWS) if whole else FIRST_ROWS))


def _show_rows(table: Any, alt: str, height: int) -> None:
    """Show a table whose first column stays while the others are moved, and say so where there are many."""
    text, names = current_text(), list(table.columns)
    shown = {
        name: st.column_config.NumberColumn(format="localized", step=10.0**-digits)
        for name, values in table.items()
        if (digits := decimals(values)) is not None
    }
    if names[0] not in shown:
        shown[names[0]] = st.column_config.Column(pinned=True)
    # Nothing in a cell means that nothing is known.
    st.dataframe(table, hide_index=True, alt=alt, column_config=shown, placeholder="–", height=height)
    if len(names) > SEEN_COLUMNS:
        st.caption(text("columns.more", columns=text.count("columns", len(names))))


def xlsx_button(label: str, make: Callable[[], bytes], file_name: str, *, key: str) -> None:
    """Show a button that makes an Excel file when it is pressed and saves it without running the page again."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file_button(label, make, file_name, kind, key=key, look="content")


def file_button(
    label: str,
    make: Callable[[], bytes],
    file_name: str,
    mime: str,
    *,
    key: str,
    look: Literal["stretch", "content", "first"] = "stretch",
) -> None:
    """
    Show a button that makes a file when it is pressed and saves it without running the page again.

    The file is made in another thread, with the clusters that this visitor sees, and stays this
    visitor's until the page is next shown anew: Streamlit alone drops it as soon as any two pages,
    of whichever visitor, have run between its making and its fetching.
    """
    context, visitor = copy_context(), get_script_run_ctx()

    def made() -> bytes:
        # A context can be entered once at a time, and a button pressed twice.
        content = context.copy().run(make)
        keeper = Thread(target=_keep, args=(content, mime, file_name, key))
        add_script_run_ctx(keeper, visitor)
        keeper.start()
        keeper.join()
        return content

    st.download_button(
        label,
        made,
        file_name,
        mime,
        key=key,
        on_click="ignore",
        icon=":material/download:",
        width="content" if look == "content" else "stretch",
        type="primary" if look == "first" else "secondary",
    )


def _keep(content: bytes, mime: str, file_name: str, key: str) -> None:
    """Note a made file as one of the visitor whose run context this thread has."""
    if runtime.exists():
        files = runtime.get_instance().media_file_mgr
        files.add(content, mime, f"file-{key}", file_name, is_for_static_download=True)
