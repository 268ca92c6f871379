"""Show how to use the app; say where the data come from, how they are computed and what they cannot tell."""

import streamlit as st

from geo.render.table import worded
from geo.services.about import about
from pages._ui import shell
from pages._ui.declaration_view import show_declaration
from pages._ui.downloads import show_table
from pages._ui.fields import Form, Tabs
from pages._ui.help_view import show_help
from pages._ui.i18n import current_text
from pages._ui.message_form import show_answer
from pages._ui.messages import explained
from pages._ui.official_form import show_official

DATA, OFFICIAL, DECLARATION = "dane", "urzedowe", "deklaracja"
_WORDS = {DATA: "data", OFFICIAL: "official", DECLARATION: "declaration"}
VIEW = Tabs("widok", "about.view", lambda text: {v: text(f"about.view.{k}") for v, k in _WORDS.items()}, DATA, str)


def show_data(form: Form) -> None:
    """Show how to use the app, then where the data come from and what they cannot tell."""
    text = form.text
    show_answer(text)
    show_help(form)
    facts = about(text)
    st.header(text("about.data"), anchor=False)
    st.markdown(facts.state)
    st.markdown(facts.version)
    st.header(text("about.sources"), anchor=False)
    show_table(facts.sources.shown(text), alt=text("about.sources"))
    st.markdown(text("about.odbl"))
    for title, key in (
        ("about.glossary", "about.glossary.items"),
        ("about.method", "about.method.items"),
        ("about.limits", "about.limits.items"),
    ):
        st.header(text(title), anchor=False)
        st.markdown("\n".join(f"- {item}" for item in text.items(key)))
    st.header(text("about.accessibility"), anchor=False)
    st.markdown(text("about.accessibility.aim"))
    for table in (facts.changes, facts.lagoons):
        title = worded(table.title, text)
        st.header(title, anchor=False)
        st.markdown(worded(table.why, text))
        show_table(table.shown(text), alt=title)


text = current_text()
shell.begin(text, text("place.about"), own_address=True)
with explained(text):
    form = Form(text)
    view = form.ask(VIEW, st.container())
    if view == DECLARATION:
        form.write()
        show_declaration(text)
    elif view == OFFICIAL:
        form.write()
        show_official(text)
    else:
        show_data(form)
shell.end(text)
