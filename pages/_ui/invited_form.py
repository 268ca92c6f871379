"""Let editors note what came of an invitation, and see who was asked already."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from geo.errors import KlastryError
from geo.model.selection import Subject
from geo.render.text import Text
from geo.services.invited import InvitationState, asked_names, asked_table, note
from geo.services.library import library, resolve, today
from pages._ui.access import current_access
from pages._ui.downloads import show_table
from pages._ui.i18n import label
from pages._ui.messages import show_error
from pages._ui.page_state import pressed

_DAY, _STATE, _WHO = "zaproszenie-dzien", "zaproszenie-stan", "zaproszenie-kto"


def show_invited(subject: Subject, proposed: Mapping[str, str], text: Text) -> None:
    """
    Show to editors who was asked, and take what came of inviting somebody.

    Parameters
    ----------
    subject
        The clusters that invite.
    proposed
        Who may be asked, as "cluster/member", with the name.
    text
        Language.
    """
    access = current_access()
    if not access.may_write:
        return
    clusters = tuple(c for c in resolve(subject).clusters if c.cluster_id not in library().session)
    known = asked_names(clusters)
    everybody = {
        **{k: n for k, n in proposed.items() if k.partition("/")[0] in {c.cluster_id for c in clusters}},
        **known,
    }
    if not everybody:
        return
    with st.expander(text("invited.title"), icon=":material/mail:"):
        st.caption(text("invited.why"))
        left, middle, right = st.columns([2, 1.4, 1], vertical_alignment="bottom")
        who = left.selectbox(text("invited.who"), list(everybody), format_func=lambda k: label(everybody[k]), key=_WHO)
        states = {
            s: text(f"invited.state.{s}") for s in InvitationState if s is not InvitationState.AGAIN or who in known
        }
        state = middle.selectbox(text("invited.col.state"), list(states), format_func=states.__getitem__, key=_STATE)
        day = right.date_input(text("invited.col.on"), today(), format="DD.MM.YYYY", max_value=today(), key=_DAY)
        if pressed(st.container(), text("invited.save"), key="zapisz-zaproszenie", disabled=day is None):
            cluster_id, _, member_id = who.partition("/")
            try:
                note(access, cluster_id, member_id, InvitationState(state), day)
            except KlastryError as error:
                show_error(error, text)
            else:
                st.rerun()
        table = asked_table(clusters)
        if len(table):
            show_table(table.shown(text), alt=text("invited.title"))
