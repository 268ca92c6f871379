"""Show clusters at a date, and who joined and left each year."""

import streamlit as st

from geo.model.selection import Subject
from geo.model.ties import TimelineQuery
from geo.render.table import worded
from geo.render.text import Text
from geo.services.timeline import TimelineView, month_names, months_of, timeline_view
from pages._ui import shell
from pages._ui.downloads import show_table
from pages._ui.fields import Form, Slider, given
from pages._ui.i18n import current_text
from pages._ui.messages import explained
from pages._ui.picture_form import ExportNames
from pages._ui.subject_filter import ask_subject
from pages._ui.view import show_savers, show_tables, show_view


def ask_month(subject: Subject, form: Form) -> str:
    """Show the slider where dates are known; return the month, "" for none."""
    words = month_names(months_of(subject), form.text)
    if not words:
        return ""
    field = Slider("miesiac", "timeline.month", given(words), list(words)[-1], str)
    month = form.read(field)
    if len(words) > 1:
        form.show(field, st.container())
    return month


def show(subject: Subject, view: TimelineView, text: Text) -> None:
    """Show the map at the date, growth by year and the members."""
    show_view(view, ExportNames(subject.stem, "rozwoj", "timeline-map"), text)
    years = view["years"]
    if len(years):
        title = worded(years.title, text)
        st.subheader(title, anchor=False)
        st.caption(text("timeline.dated", dated=view.dated, known=view.known))
        chart, table = st.columns([1.3, 1])
        chart.image(view.chart, width="stretch", alt=view.chart_alt)
        with table:
            show_table(years.shown(text), alt=title)
            show_savers(years, text)
    show_tables(view, text, "members")


text = current_text()
shell.begin(text, text("timeline.title"), own_address=True)
with explained(text):
    form = Form(text)
    subject = ask_subject(form)
    month = ask_month(subject, form) if subject else ""
    form.write()
    if subject:
        show(subject, timeline_view(TimelineQuery(subject, month), text), text)
shell.end(text)
