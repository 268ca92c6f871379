"""Show tables and offer files for download."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import streamlit as st

WHOLE_ROWS = 16
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def csv_button(label: str, content: bytes, file_name: str, *, key: str) -> None:
    """Show a button that saves a CSV file without running the page again."""
    st.download_button(label, content, file_name, "text/csv", key=key, on_click="ignore", icon=":material/download:")


def show_table(table: Any, *, alt: str) -> None:
    """Show a table with numbers as the reader's language writes them."""
    numbers = {c: st.column_config.NumberColumn(format="localized") for c in table.select_dtypes("number").columns}
    # Nothing in a cell means that nothing is known; a table that nearly fits is shown whole.
    height: Literal["content", "auto"] = "content" if len(table) <= WHOLE_ROWS else "auto"
    st.dataframe(table, hide_index=True, alt=alt, column_config=numbers, placeholder="–", height=height)


def xlsx_button(label: str, content: bytes, file_name: str, *, key: str) -> None:
    """Show a button that saves an Excel file without running the page again."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    st.download_button(label, content, file_name, kind, key=key, on_click="ignore", icon=":material/download:")


def file_button(label: str, make: Callable[[], bytes], file_name: str, mime: str, *, key: str) -> None:
    """Show a button that makes a file when it is pressed and saves it without running the page again."""
    st.download_button(
        label,
        make,
        file_name,
        mime,
        key=key,
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
    )
