"""Say where the data come from, how they are computed and what they cannot tell."""

import streamlit as st

from geo.services.about import about
from pages._ui import shell
from pages._ui.downloads import show_table
from pages._ui.i18n import current_text
from pages._ui.messages import explained

text = current_text()
shell.begin(text, text("about.title"))
with explained(text):
    facts = about(text)
    st.markdown(facts.state)
    st.markdown(facts.version)
    st.header(text("about.sources"), anchor=False)
    st.table(facts.sources.set_index(facts.sources.columns[0]))
    st.markdown(text("about.odbl"))
    for title, key in (
        ("about.method", "about.method.items"),
        ("about.limits", "about.limits.items"),
        ("about.accessibility", "about.accessibility.items"),
    ):
        st.header(text(title), anchor=False)
        st.markdown("\n".join(f"- {item}" for item in text.items(key)))
    for title, why, table in (
        ("about.exceptions", "about.exceptions.why", facts.changes),
        ("about.lagoons", "about.lagoons.why", facts.lagoons),
    ):
        st.header(text(title), anchor=False)
        st.markdown(text(why))
        show_table(table, alt=text(title))
shell.end(text)
