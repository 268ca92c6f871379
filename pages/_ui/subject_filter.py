"""Ask for a cluster, a network, or several clusters together, and keep the answer in the address."""

from __future__ import annotations

import streamlit as st

from geo.model.selection import Subject
from geo.render.text import Text
from geo.services.subjects import subject_names, subjects_of_all
from pages._ui.fields import Choices, Form, Where, given
from pages._ui.resumed import sent

_ONE, _SEVERAL = "klaster-jeden", "klaster-kilka"


def subjects_field(text: Text) -> Choices[str]:
    """Return the choice of clusters and networks, the first by default."""
    names = subject_names(text)
    return Choices("klaster", "coverage.subjects", given(names), (next(iter(names)),), str, always=True, listed=True)


def ask_subject(form: Form, where: Where, switch: Where) -> Subject | None:
    """
    Show a list to choose one from, and a switch to take several together; return the choice.

    Parameters
    ----------
    form
        Form of the page.
    where, switch
        Where the list and the switch stand.

    Returns
    -------
    subject
        None where of several none is chosen, which is said.
    """
    field, text = subjects_field(form.text), form.text
    chosen = form.read(field)
    names = field.options(text)
    several = len(chosen) != 1 or bool(st.session_state.get(_SEVERAL))
    if several:
        form.show(field, where)
    else:
        if not sent(_ONE):
            st.session_state[_ONE] = chosen[0]
        one = where.selectbox(
            text("density.subject"), list(names), format_func=names.__getitem__, key=_ONE, on_change=_take
        )
        if sent(_ONE) and one in names:
            # Chosen while the server did not know this page.
            chosen = (one,)
            form.set(field.name, [one])
    if not sent(_SEVERAL):
        st.session_state[_SEVERAL] = several
    switch.toggle(text("place.several"), key=_SEVERAL, on_change=_keep_first, help=text("place.several.help"))
    if not chosen:
        st.warning(text("coverage.choose"))
    return Subject(chosen) if chosen else None


def _take() -> None:
    st.session_state["klaster"] = [st.session_state[_ONE]]


def _keep_first() -> None:
    """Leave of several clusters the first, where one is wanted again."""
    if not st.session_state[_SEVERAL]:
        st.session_state["klaster"] = st.session_state.get("klaster", [])[:1] or list(subjects_of_all()[:1])
