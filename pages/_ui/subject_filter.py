"""Ask for clusters or networks, and keep the answer in the address."""

from __future__ import annotations

import streamlit as st

from geo.model.selection import Subject
from geo.render.text import Text
from geo.services.subjects import subject_names
from pages._ui.fields import Choices, Form, given


def subjects_field(text: Text) -> Choices[str]:
    """Return the choice of clusters and networks, the first by default."""
    names = subject_names(text)
    return Choices("klaster", "coverage.subjects", given(names), (next(iter(names)),), str, always=True, listed=True)


def ask_subject(form: Form) -> Subject | None:
    """Show the choice of clusters and return it; None where none is chosen, which is said."""
    chosen = form.ask(subjects_field(form.text), st.container())
    if not chosen:
        st.warning(form.text("coverage.choose"))
    return Subject(chosen) if chosen else None
