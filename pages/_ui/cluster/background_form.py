"""Take a background table for this session, or the one that is kept with a cluster."""

from __future__ import annotations

import streamlit as st

from geo.errors import KlastryError, TableError
from geo.io.background import read_background
from geo.model.selection import Subject
from geo.model.units import Level
from geo.render.text import Text
from geo.services.attached import BACKGROUND
from geo.services.concentration.view import Background
from pages._ui.cluster.keep_form import show_keeping
from pages._ui.i18n import label, plain
from pages._ui.messages import show_error, show_problems


def ask_background(subject: Subject, level: Level, text: Text) -> Background | None:
    """Show the form; None where no usable table is given or kept, and members are compared with inhabitants."""
    with st.expander(text("background.title")):
        st.caption(text("background.help"))
        file = st.file_uploader(text("times.upload"), type=["csv", "txt"], key="tlo")
        content = show_keeping(subject, BACKGROUND, None if file is None else file.getvalue(), text, key="tlo")
        if content is None:
            return None
        try:
            table = read_background(content)
        except TableError as error:
            show_problems(error, text, text("background.problem"))
            return None
        except KlastryError as error:
            show_error(error, text)
            return None
        columns = list(table.columns)
        name = st.selectbox(
            text("background.column"),
            [*columns, ""],
            format_func=lambda column: label(column) if column else text("background.none"),
            key="tlo-kolumna",
        )
        if not name:
            return None
        values = table.at(name, level)
        if values is None:
            st.error(text("background.level", level=text.level(level)))
            return None
        missing = int(values.isna().sum())
        st.caption(text("background.read", units=text.units(level, len(values)), missing=text.number(missing)))
        if table.unknown:
            some = ", ".join(table.unknown[:5])
            st.warning(text("background.unknown", n=text.number(len(table.unknown)), codes=plain(some)))
        return Background(label(name), values)
