"""Show tables and offer files for download."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import Any, Literal

import streamlit as st

WHOLE_ROWS = 16
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def csv_button(label: str, make: Callable[[], bytes], file_name: str, *, key: str) -> None:
    """Show a button that makes a CSV file when it is pressed and saves it without running the page again."""
    file_button(label, make, file_name, "text/csv", key=key, width="content")


def show_table(table: Any, *, alt: str) -> None:
    """Show a table with numbers as the reader's language writes them."""
    numbers = {c: st.column_config.NumberColumn(format="localized") for c in table.select_dtypes("number").columns}
    # Nothing in a cell means that nothing is known; a table that nearly fits is shown whole.
    height: Literal["content", "auto"] = "content" if len(table) <= WHOLE_ROWS else "auto"
    st.dataframe(table, hide_index=True, alt=alt, column_config=numbers, placeholder="–", height=height)


def xlsx_button(label: str, make: Callable[[], bytes], file_name: str, *, key: str) -> None:
    """Show a button that makes an Excel file when it is pressed and saves it without running the page again."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file_button(label, make, file_name, kind, key=key, width="content")


def file_button(
    label: str,
    make: Callable[[], bytes],
    file_name: str,
    mime: str,
    *,
    key: str,
    width: Literal["stretch", "content"] = "stretch",
) -> None:
    """
    Show a button that makes a file when it is pressed and saves it without running the page again.

    The file is made in another thread, with the clusters that this visitor sees.
    """
    context = copy_context()
    st.download_button(
        label,
        # A context can be entered once at a time, and a button pressed twice.
        lambda: context.copy().run(make),
        file_name,
        mime,
        key=key,
        on_click="ignore",
        icon=":material/download:",
        width=width,
    )
