"""Show clusters at a date, and who joined and left each year."""

import streamlit as st

from geo.model.cluster import Status
from geo.model.ties import TimelineQuery
from geo.render.text import Text
from geo.services.timeline import TimelineView, month_names, months_of, timeline_view
from pages._ui import shell, state
from pages._ui.downloads import csv_button, show_table
from pages._ui.i18n import current_text, plain
from pages._ui.map_view import show_legend, show_marks
from pages._ui.messages import explained
from pages._ui.picture_form import Taken, show_map_with_files
from pages._ui.subject_filter import ask_subject


def ask_month(subject: str, text: Text) -> tuple[str, str]:
    """Show the slider where dates are known; return the month and the last one, "" for none."""
    choices = months_of(subject)
    if not choices:
        return "", ""
    month = state.choice("miesiac", choices[-1], choices)
    if len(choices) > 1:
        words = month_names(choices, text)
        st.select_slider(text("timeline.month"), choices, key="miesiac", format_func=words.__getitem__)
    return month, choices[-1]


def show(subject: str, view: TimelineView, text: Text) -> None:
    """Show the map at the date, growth by year and the members."""
    message = st.empty()
    if not view.known:
        message.info(text("timeline.nobody"))
    elif view.years.empty:
        message.info(text("timeline.undated"))
    st.markdown(f"**{plain(view.headline)}**")
    left, right = st.columns([2.2, 1])
    with left:
        show_map_with_files(view.picture, Taken(subject.replace(",", "+"), "rozwoj"), text, key="timeline-map")
    with right:
        show_legend(view.picture, text, statuses=(Status.MEMBER,), scoped=False)
        show_marks(view.picture.marks, ("potential",))
        show_table(view.states, alt=text("timeline.states"))
        for note in view.notes:
            st.caption(plain(note))
    if not view.years.empty:
        st.subheader(text("timeline.years"), anchor=False)
        st.caption(text("timeline.dated", dated=view.dated, known=view.known))
        chart, table = st.columns([1.3, 1])
        chart.image(view.chart, width="stretch", alt=view.chart_alt)
        with table:
            show_table(view.years, alt=text("timeline.years"))
            csv_button(text("timeline.years.csv"), lambda: view.years_csv, "rozwoj-lata.csv", key="years-csv")
    st.subheader(text("timeline.members"), anchor=False)
    show_table(view.members, alt=text("timeline.members"))
    csv_button(text("timeline.members.csv"), lambda: view.members_csv, "rozwoj-czlonkowie.csv", key="dates-csv")


text = current_text()
shell.begin(text, text("timeline.title"), own_address=True)
with explained(text):
    chosen = ask_subject(text)
    fields: dict[str, state.Field] = {"lang": text.language, "klaster": list(chosen)}
    if chosen:
        subject = ",".join(chosen)
        month, last = ask_month(subject, text)
        state.write_address({**fields, "miesiac": month}, {"lang": "pl", "miesiac": last})
        show(subject, timeline_view(TimelineQuery(subject, month), text), text)
    else:
        state.write_address(fields, {"lang": "pl"})
shell.end(text)
