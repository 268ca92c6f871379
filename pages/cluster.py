"""Show one cluster, or several together: what it is, and in tabs where it is dense, whom it reaches, whom to invite."""

import streamlit as st

from geo.render.text import Text
from geo.services.cluster_head import (
    CONCENTRATION,
    DENSITY,
    GROWTH,
    INVITE,
    LINKS,
    NEED,
    REACH,
    cluster_head,
    missing_for,
)
from pages._ui import shell
from pages._ui.cluster import concentration, density, growth, links, need, reach
from pages._ui.cluster.reach_filters import people_field
from pages._ui.embed import embedded
from pages._ui.fields import Form, Tabs
from pages._ui.i18n import current_text, plain
from pages._ui.message_form import show_reporting
from pages._ui.messages import explained
from pages._ui.places import MY_CLUSTER, language_of
from pages._ui.subject_filter import ask_subject

# Tabs by their name in the address.
TABS = {
    "gestosc": (DENSITY, density.show),
    "zasieg": (REACH, reach.show),
    "potrzeby": (NEED, need.show),
    "zaprosic": (INVITE, reach.show_invite),
    "rozwoj": (GROWTH, growth.show),
    "powiazania": (LINKS, links.show),
    "koncentracja": (CONCENTRATION, concentration.show),
}
TAB = Tabs(
    "karta",
    "place.tab",
    lambda text: {v: text(f"place.tab.{key}") for v, (key, _) in TABS.items()},
    "gestosc",
    str,
    always=True,
)


def show(text: Text) -> None:
    """Ask for a cluster and a tab and show them."""
    form = Form(text)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    subject, place = ask_subject(form, left, right), st.container()
    tab = form.read(TAB)
    if subject is None:
        form.write()
        return
    head = cluster_head(subject, text, form.read(people_field(text, subject)))
    with place:
        left, *three = st.columns([2.4, 1, 1, 1])
        if head.description:
            left.markdown(plain(head.description))
        left.markdown(f"**{plain(text('place.head.territory', territory=head.territory))}** · {plain(head.members)}")
        for column, (title, people) in zip(three, head.reach, strict=False):
            column.metric(title, people)
        left.caption(plain(head.reach_note))
    form.show(TAB, st.container())
    key, part = TABS[tab]
    need = missing_for(key, subject)
    if need:
        form.write()
        st.info(text(f"place.need.{need}"))
        st.page_link(
            MY_CLUSTER,
            label=text("place.need.load"),
            query_params={"widok": "wczytaj", **language_of(text)},
            icon=":material/upload:",
        )
    else:
        part(form, subject)
    if not embedded():
        show_reporting(text)


text = current_text()
shell.begin(text, text("place.cluster"), own_address=True)
with explained(text):
    show(text)
shell.end(text)
