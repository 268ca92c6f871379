"""Report of one powiat: covered or not, by whom, what is missing and whom to invite."""

from functools import partial

import streamlit as st

from geo.render.text import Text
from geo.services.papers import powiat_deck, report_docx_file, report_pdf_file
from geo.services.pictures import coverage_picture, safe_stem
from geo.services.powiat import PowiatReport, powiat_report
from pages._ui import shell
from pages._ui.atlas_form import show_atlas
from pages._ui.downloads import DOCX, PDF, csv_button, file_button, show_table
from pages._ui.i18n import current_text, plain
from pages._ui.map_view import show_legend
from pages._ui.messages import explained
from pages._ui.picture_form import Taken, show_map_with_files
from pages._ui.powiat_filters import ask


def show(report: PowiatReport, text: Text) -> None:
    """Show the verdict, the map and the tables."""
    view = report.view
    st.markdown(f"### {plain(report.sentences[0])}")
    st.markdown(plain(" ".join(report.sentences[1:])))
    show_papers(report, text)
    picture = coverage_picture(view, text)
    left, right = st.columns([2.2, 1])
    with left:
        taken = Taken(f"{report.code}-{view.query.subject}", "pokrycie", lambda look: powiat_deck(report, look, text))
        show_map_with_files(picture, taken, text, key="powiat-map")
        show_atlas(view.query, text, area=report.code, key="powiat")
    with right:
        show_legend(picture, text, statuses=view.query.statuses, scoped=False)
        for note in (*view.notes, *report.borders):
            st.caption(plain(note))
    st.subheader(text("powiat.gminy"), anchor=False)
    show_table(view.table, alt=text("powiat.gminy"))
    csv_button(
        text("coverage.all.csv"), lambda: view.table_csv, f"{report.code}-{view.query.subject}.csv", key="powiat-csv"
    )
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


def show_papers(report: PowiatReport, text: Text) -> None:
    """Offer the report as a paper to print and as one to paste from."""
    stem = safe_stem(report.code, report.view.query.subject, text("report.name"))
    left, right, _ = st.columns([1, 1, 1.5])
    with left:
        file_button(text("report.pdf"), partial(report_pdf_file, report, text), f"{stem}.pdf", PDF, key="raport-pdf")
    with right:
        file_button(
            text("report.docx"), partial(report_docx_file, report, text), f"{stem}.docx", DOCX, key="raport-docx"
        )


text = current_text()
shell.begin(text, text("powiat.title"), own_address=True)
with explained(text):
    asked = ask(text)
    if asked is None:
        st.info(text("powiat.choose"))
    else:
        show(powiat_report(asked.query, asked.code, text), text)
shell.end(text)
