"""Report of one powiat: covered or not, by whom, what is missing and whom to invite."""

import streamlit as st

from geo.render.text import Text
from geo.services.pictures import coverage_picture
from geo.services.powiat import PowiatReport, powiat_report
from pages._ui import shell
from pages._ui.downloads import csv_button, show_table
from pages._ui.i18n import current_text, plain
from pages._ui.map_view import show_legend, show_map
from pages._ui.messages import explained
from pages._ui.picture_form import show_pictures
from pages._ui.powiat_filters import ask


def show(report: PowiatReport, text: Text) -> None:
    """Show the verdict, the map and the tables."""
    view = report.view
    st.markdown(f"### {plain(report.sentences[0])}")
    st.markdown(plain(" ".join(report.sentences[1:])))
    left, right = st.columns([2.2, 1])
    with left:
        show_map(view.payload, key="powiat-map")
        show_pictures(coverage_picture(view, text), f"{report.code}-{view.query.subject}", "raport", text)
    with right:
        show_legend(text("coverage.verdict"), view.legend, text, statuses=view.query.statuses, scoped=False)
        for note in view.notes:
            st.caption(plain(note))
    st.subheader(text("powiat.gminy"), anchor=False)
    show_table(view.table, alt=text("powiat.gminy"))
    csv_button(text("coverage.all.csv"), view.table_csv, f"{report.code}-{view.query.subject}.csv", key="powiat-csv")
    if not report.nearest.empty:
        st.subheader(text("powiat.nearest"), anchor=False)
        show_table(report.nearest, alt=text("powiat.nearest"))
    if report.siting:
        st.subheader(text("siting.title"), anchor=False)
        show_table(report.siting.table, alt=text("siting.title"))
        st.caption(plain(report.siting.message))
    st.subheader(text("powiat.peers"), anchor=False)
    show_table(report.peers, alt=text("powiat.peers"))
    if not report.who.empty:
        st.subheader(text("powiat.who"), anchor=False)
        show_table(report.who, alt=text("powiat.who"))
        st.caption(text("powiat.who.why"))
    st.subheader(text("powiat.paste"), anchor=False)
    st.code(report.paragraph, language=None, wrap_lines=True)


text = current_text()
shell.begin(text, text("powiat.title"), own_address=True)
with explained(text):
    asked = ask(text)
    if asked is None:
        st.info(text("powiat.choose"))
    else:
        show(powiat_report(asked.query, asked.code, text), text)
shell.end(text)
