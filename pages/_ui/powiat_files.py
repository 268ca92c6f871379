"""Offer the papers of a powiat: one sheet for the starosta, the full report, a paragraph to paste."""

from __future__ import annotations

from functools import partial

import streamlit as st

from geo.render.text import Text
from geo.services.pictures import safe_stem
from geo.services.powiat import PowiatReport
from geo.services.reports import report_docx_file, report_pdf_file
from geo.services.sheet import sheet_pdf
from geo.services.standing import Standing
from pages._ui.downloads import DOCX, PDF, file_button


def show_sheet(found: Standing, text: Text) -> None:
    """Show the button of the one sheet for the starosta: one button, wherever it stands, so that no press is lost."""
    name = f"{safe_stem(found.code, found.people, text('place.powiat.sheet.file'))}.pdf"
    make = partial(sheet_pdf, found.code, text, found.people)
    file_button(text("place.powiat.sheet"), make, name, PDF, key="kartka-pdf", look="content")


def show_files(found: Standing, report: PowiatReport | None, text: Text) -> None:
    """Show the buttons, and the paragraph to paste: of one cluster where one is chosen, else of all."""
    show_sheet(found, text)
    if report:
        stem = safe_stem(found.code, str(report.view.query.subject), text("report.name"))
        st.header(text("place.powiat.report.one"), anchor=False)
        left, right, _ = st.columns([1, 1, 1.5])
        with left:
            file_button(
                text("report.pdf"), partial(report_pdf_file, report, text), f"{stem}.pdf", PDF, key="raport-pdf"
            )
        with right:
            file_button(
                text("report.docx"), partial(report_docx_file, report, text), f"{stem}.docx", DOCX, key="raport-docx"
            )
    else:
        st.caption(text("place.powiat.report.choose"))
    st.header(text("powiat.paste"), anchor=False)
    st.code((report or found).paragraph, language=None, wrap_lines=True)
