"""Say which list of another session an address asks for, and offer it again where its draft is there."""

from __future__ import annotations

import streamlit as st

from geo.io.store import cluster_from
from geo.render.text import Text
from geo.services.drafts import kept_drafts
from geo.services.editing import session_list
from geo.services.intake.review import decide
from pages._ui import session_lists
from pages._ui.drafts import listen, opened_draft, owner_key
from pages._ui.i18n import plain
from pages._ui.page_state import pressed
from pages._ui.places import MY_CLUSTER, language_of


def offer_again(cluster_id: str, text: Text) -> None:
    """Say what a list was that was used in one session only, and load it again when asked."""
    key = owner_key()
    drafts = kept_drafts(key) if key else {}
    found = next(((i, d) for i, d in drafts.items() if d["session"] and d["session"][0] == cluster_id), None)
    if key is None or found is None:
        st.warning(text("session.gone"))
    else:
        identifier, state = found
        st.warning(text("session.gone.named", name=plain(str(state["session"][1]["name"])), file=plain(state["name"])))
        if pressed(st.container(), text("session.again"), type="primary", key="wczytaj-ponownie"):
            opened = opened_draft(key, identifier, state, text)
            if opened is not None and opened[3].prepared is not None:
                review = decide(opened[3].prepared, [d for _, made in opened[3].batches for d in made])
                session_lists.add(session_list(cluster_from(state["session"][1]), review.members))
                st.rerun()
    st.page_link(
        MY_CLUSTER,
        label=text("session.load"),
        query_params={"widok": "wczytaj", **language_of(text)},
        icon=":material/upload:",
    )
    listen()
