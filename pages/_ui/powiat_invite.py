"""Show whom to invite in a powiat, in which order, with the draft of a letter to each."""

from __future__ import annotations

from functools import partial

import streamlit as st

from geo.model.coverage import CoverageQuery
from geo.model.reach import Reach
from geo.model.selection import Subject
from geo.render.text import Text
from geo.services.invitation import Candidate, Invitation, invitation, weight_names
from geo.services.invitation_letter import letter_docx
from geo.services.next_step import best_reach
from geo.services.pictures import safe_stem
from geo.services.standing import Standing
from geo.services.subjects import subjects_of_all
from pages._ui.access import current_access
from pages._ui.downloads import DOCX, file_button
from pages._ui.fragments import fragment
from pages._ui.i18n import label, plain
from pages._ui.invited_form import show_invited
from pages._ui.view import show_section


@fragment
def show_invitation(standing: Standing, asked: CoverageQuery | None, text: Text) -> None:
    """Ask what counts more; show the candidates, and make the letter to one of them."""
    weights = weight_names(text)
    weight = st.radio(
        text("place.powiat.weight"), list(weights), format_func=weights.__getitem__, horizontal=True, key="waga"
    )
    subject, reach = _whose(standing, asked, text)
    found = invitation(
        standing.code,
        subject,
        text,
        reach=reach,
        weight=weight,
        people=standing.people,
        for_editors=current_access().may_write,
    )
    st.markdown(f"**{plain(found.sentence)}**")
    if found.candidates:
        show_section(found.table, text)
    for note in found.notes:
        st.caption(plain(note))
    if found.asked:
        st.caption(text("invited.left_out", organisations=text.count("organisations", found.asked)))
    if found.candidates:
        _show_letter(found, text)
    show_invited(subject, {f"{c.cluster.cluster_id}/{c.member_id}": c.name for c in found.candidates}, text)


def _whose(standing: Standing, asked: CoverageQuery | None, text: Text) -> tuple[Subject, Reach | None]:
    """Return the clusters and the reach that count: those chosen, else the one that offers most, which is said."""
    if asked:
        return asked.subject, asked.reach
    cluster = best_reach(standing.code, standing.people).cluster
    if cluster is None:
        return Subject(subjects_of_all()), None
    km = text.number(cluster.default_radius_km, 1)
    st.caption(text("place.powiat.invite.for", name=plain(cluster.name), km=km))
    return Subject((cluster.cluster_id,)), None


def _show_letter(found: Invitation, text: Text) -> None:
    left, right = st.columns(2)
    names = {i: label(f"{i + 1}. {c.name}") for i, c in enumerate(found.candidates)}
    chosen = left.selectbox(
        text("place.powiat.letter.for"), list(names), format_func=names.__getitem__, key=f"pismo-{found.code}"
    )
    office = right.text_input(text("place.powiat.office"), max_chars=200, key="urzad")
    candidate: Candidate = found.candidates[chosen]
    name = f"{safe_stem(found.code, candidate.name, text('place.powiat.letter.file'))}.docx"
    make = partial(letter_docx, candidate, found, text, office)
    file_button(text("place.powiat.letter.make"), make, name, DOCX, key="pismo-docx")
