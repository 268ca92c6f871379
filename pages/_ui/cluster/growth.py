"""Show clusters at a date, and who joined and left each year."""

from __future__ import annotations

import streamlit as st

from geo.model.coverage import CoverageQuery
from geo.model.selection import Subject
from geo.model.ties import TimelineQuery
from geo.render.table import worded
from geo.render.text import Text
from geo.services.coverage import mixed_levels
from geo.services.people import people_options, read_people
from geo.services.reach_change import comparable_people, reach_change_view
from geo.services.subjects import default_radius_km
from geo.services.timeline import TimelineView, month_names, months_of, timeline_view
from pages._ui.downloads import show_table
from pages._ui.fields import Form, Slider, given
from pages._ui.fragments import fragment
from pages._ui.picture_form import ExportNames
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


def show(form: Form, subject: Subject) -> None:
    """Ask for a month and show the cluster then."""
    month = ask_month(subject, form)
    form.write()
    _show(subject, timeline_view(TimelineQuery(subject, month), form.text), form.text)


def _show(subject: Subject, view: TimelineView, text: Text) -> None:
    """Show the map at the date, growth by year and the members."""
    show_view(view, ExportNames(subject.stem, "rozwoj", "timeline-map"), text)
    years = view["years"]
    if len(years):
        title = worded(years.title, text)
        st.header(title, anchor=False)
        st.caption(text("timeline.dated", dated=view.dated, known=view.known))
        chart, table = st.columns([1.3, 1])
        chart.image(view.chart, width="stretch", alt=view.chart_alt)
        with table:
            show_table(years.shown(text), alt=title)
            show_savers(years, text)
    show_tables(view, text, "members")
    _show_change(subject, text)


@fragment
def _show_change(subject: Subject, text: Text) -> None:
    """Show how reach changed between two months, once that is asked for."""
    words = month_names(months_of(subject), text)
    if len(words) < 2 or mixed_levels(subject):
        return
    title = text("change.title")
    part = st.expander(title, icon=":material/compare_arrows:", key="zmiana-zasiegu", on_change="rerun")
    if not part.open:
        return
    with part:
        left, middle, right = st.columns(3)
        months = list(words)
        before = left.selectbox(text("change.before"), months, 0, format_func=words.__getitem__, key="zmiana-od")
        last = len(months) - 1
        after = middle.selectbox(text("change.after"), months, last, format_func=words.__getitem__, key="zmiana-do")
        people = right.selectbox(
            text("coverage.people.whom"),
            list(people_options(text)),
            format_func=people_options(text).__getitem__,
            key="zmiana-ludzie",
        )
        if before >= after:
            st.warning(text("change.order"))
            return
        query = CoverageQuery(subject, radius_km=default_radius_km(subject), people=read_people(people))
        view = reach_change_view(query, before, after, text, earlier=_ask_state(query.people, text))
        show_view(view, ExportNames(subject.stem, "zmiana-zasiegu", "change-map"), text)
        show_tables(view, text)


def _ask_state(people: str, text: Text) -> str | None:
    """Ask of which state the people of the earlier date are, where there is another than the one in use."""
    states: dict[str | None, str] = {None: text("change.people.same")}
    states.update(comparable_people(people, text))
    if len(states) == 1:
        return None
    chosen: str | None = st.selectbox(
        text("change.people.before"), list(states), format_func=states.__getitem__, key="zmiana-stan"
    )
    return chosen
