"""Report of one powiat: covered or not, by whom, what is missing and whom to invite."""

from functools import partial

import streamlit as st

from geo.render.table import worded
from geo.render.text import Text
from geo.services.pictures import safe_stem
from geo.services.powiat import PowiatReport, powiat_report
from geo.services.reports import powiat_deck, report_docx_file, report_pdf_file
from geo.services.sensitivity import sensitivity
from pages._ui import shell
from pages._ui.atlas_form import show_atlas
from pages._ui.downloads import DOCX, PDF, file_button, show_table
from pages._ui.fragments import fragment
from pages._ui.i18n import current_text, plain
from pages._ui.messages import explained
from pages._ui.nearby_view import show_nearby
from pages._ui.picture_form import ExportNames
from pages._ui.powiat_filters import ask
from pages._ui.view import show_map_and_legend, show_section


def show(report: PowiatReport, text: Text) -> None:
    """Show the verdict, the map and the tables."""
    view = report.view
    st.markdown(f"### {plain(report.sentences[0])}")
    st.markdown(plain(" ".join(report.sentences[1:])))
    show_reports(report, text)
    names = ExportNames(
        f"{report.code}-{view.query.subject.stem}",
        "pokrycie",
        "powiat-map",
        lambda look: powiat_deck(report, look, text),
    )
    atlas = partial(show_atlas, view.query, text, area=report.code, key="powiat")
    notes = (*(note for note in report.notes if note not in view.notes), *report.borders)
    show_map_and_legend(view, names, text, beneath=atlas, notes=notes)
    show_section(report.gminy, text)
    if view.known:
        show_sensitivity(report, text)
    for table in (report.nearest, report.siting.table if report.siting else None):
        if table is not None and len(table):
            show_section(table, text)
    if report.siting:
        st.caption(plain(report.siting.message))
    show_section(report.peers, text)
    if len(report.who):
        show_section(report.who, text)
    st.subheader(text("powiat.paste"), anchor=False)
    st.code(report.paragraph, language=None, wrap_lines=True)


@fragment
def show_sensitivity(report: PowiatReport, text: Text) -> None:
    """Show how the result depends on the reach, once that is asked for."""
    title = text("sensitivity.title")
    part = st.expander(title, icon=":material/show_chart:", key="powiat-zaleznosc", on_change="rerun")
    if not part.open:
        return
    with part:
        found = sensitivity(report.view.query, report.view, text)
        for sentence in found.sentences:
            st.markdown(plain(sentence))
        st.image(found.chart(text), width=640, alt=found.alt(text))
        st.caption(worded(found.table.why, text))
        show_table(found.table.shown(text), alt=title)


def show_reports(report: PowiatReport, text: Text) -> None:
    """Offer the report as a paper to print and as one to paste from."""
    stem = safe_stem(report.code, str(report.view.query.subject), text("report.name"))
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
        show_nearby(asked.around, text)
        if asked.query is None:
            st.info(text("powiat.cluster.choose"))
        else:
            show(powiat_report(asked.query, asked.code, text), text)
shell.end(text)
