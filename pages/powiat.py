"""Show one powiat over all clusters: verdict, gminy, neighbours, whom to invite, letters and files."""

from functools import partial

import streamlit as st

from geo.render.table import worded
from geo.render.text import Text
from geo.services.powiat import PowiatReport, powiat_report
from geo.services.reports import powiat_deck
from geo.services.sensitivity import sensitivity
from geo.services.standing import Standing, standing
from pages._ui import shell
from pages._ui.atlas_form import show_atlas
from pages._ui.breadcrumb import show_breadcrumb
from pages._ui.downloads import show_table
from pages._ui.embed import embedded
from pages._ui.fields import Form, Tabs, Where
from pages._ui.fragments import fragment
from pages._ui.heard import result
from pages._ui.i18n import current_text, plain
from pages._ui.message_form import show_reporting
from pages._ui.messages import explained
from pages._ui.nearby_view import show_nearby
from pages._ui.picture_form import ExportNames
from pages._ui.powiat_files import show_files, show_sheet
from pages._ui.powiat_filters import ask_powiat_code, ask_whose
from pages._ui.powiat_invite import show_invitation
from pages._ui.view import show_map_and_legend, show_section

GMINY, NEIGHBOURS, INVITE, FILES = "gminy", "sasiedzi", "zaprosic", "pliki"
_WORDS = {GMINY: "gminy", NEIGHBOURS: "neighbours", INVITE: "invite", FILES: "files"}
TAB = Tabs(
    "karta", "place.powiat.tab", lambda text: {v: text(f"place.powiat.{k}") for v, k in _WORDS.items()}, GMINY, str
)


def show(code: str, form: Form, middle: Where, right: Where) -> None:
    """Show the verdict over all clusters, the map, and the tab that is chosen."""
    text = form.text
    asked, people = ask_whose(code, form, middle, right)
    found = standing(code, text, people)
    show_breadcrumb(code, text)
    verdict = result("powiat")
    verdict.header(plain(found.sentence), anchor=False)
    verdict.markdown(plain(" ".join(s for s in (found.empty_sentence, found.sectors_sentence) if s)))
    tab = form.read(TAB)
    form.write()
    with st.container(key="kartka-miejsce"):
        if tab != FILES and not embedded():
            # What most come for, within reach of few keys; among the files it stands there.
            show_sheet(found, text)
    report = powiat_report(asked, code, text) if asked else None
    # Always there, so that the map below keeps its place.
    more = result("raport")
    if report:
        more.markdown(f"**{plain(report.sentences[0])}**")
        more.markdown(plain(" ".join(report.sentences[1:])))
        show_report_map(report, text)
    else:
        show_map_and_legend(found.view, ExportNames(code, "powiat", "powiat-map"), text)
    if embedded():
        return
    form.show(TAB, st.container())
    if tab == GMINY:
        show_gminy(found, report, text)
    elif tab == NEIGHBOURS:
        show_section(found.neighbours, text)
        if report:
            show_section(report.peers, text)
    elif tab == INVITE:
        show_invitation(found, asked, text)
    else:
        show_files(found, report, text)
    show_reporting(text)


def show_report_map(report: PowiatReport, text: Text) -> None:
    """Show the map of one cluster's report."""
    view = report.view
    names = ExportNames(
        f"{report.code}-{view.query.subject.stem}",
        "pokrycie",
        "powiat-map",
        lambda look: powiat_deck(report, look, text),
    )
    atlas = partial(show_atlas, view.query, text, area=report.code, key="powiat")
    notes = (*(note for note in report.notes if note not in view.notes), *report.borders)
    show_map_and_legend(view, names, text, beneath=atlas, notes=notes)


def show_gminy(found: Standing, report: PowiatReport | None, text: Text) -> None:
    """Show the gminy and who is there: of one cluster where one is chosen, else of all."""
    if report is None:
        show_section(found.gminy, text)
        # Where there is none, the nearest are told instead.
        if len(found.clusters):
            show_section(found.clusters, text)
        show_nearby(found.around, text)
        return
    show_section(report.gminy, text)
    if report.view.known:
        show_sensitivity(report, text)
    if len(report.nearest):
        show_section(report.nearest, text)
    if len(report.who):
        show_section(report.who, text)


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


text = current_text()
shell.begin(text, text("place.powiat"), own_address=True)
with explained(text):
    form = Form(text)
    first, second, third = st.columns([1.6, 1.6, 1])
    code = ask_powiat_code(form, first)
    if code:
        show(code, form, second, third)
    else:
        form.write()
        st.info(text("place.powiat.choose"))
shell.end(text)
