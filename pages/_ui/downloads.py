"""Offer files for download."""

from __future__ import annotations

import streamlit as st


def csv_button(label: str, content: bytes, file_name: str, *, key: str) -> None:
    """Show a button that saves a CSV file without running the page again."""
    st.download_button(label, content, file_name, "text/csv", key=key, on_click="ignore", icon=":material/download:")
