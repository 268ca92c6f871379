"""Export answers as a report in PDF or DOCX and as a deck of slides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from geo.export.documents import Report, Section, report_docx, report_pdf
from geo.export.image import bare_svg, to_png
from geo.export.slides import MapSlide, TextSlide, deck
from geo.model.coverage import CoverageQuery
from geo.model.picture import Page, PictureQuery
from geo.model.queries import DensityQuery
from geo.render.figure import compose
from geo.render.picture import Picture
from geo.render.table import Table
from geo.render.text import Text
from geo.services.coverage import CoverageView
from geo.services.density import density_view
from geo.services.excerpts import part_of
from geo.services.pictures import map_slide
from geo.services.powiat import PowiatReport
from geo.services.siting import SitingView, siting_view

# The map of a report, inches.
REPORT_MAP = Page(7.09, 4.5, 200)
# Peers around a powiat in a report: so many better and so many worse.
AROUND = 4
INVITED = 3
GMINA_COLUMNS = (
    "name",
    "verdict",
    "members",
    "population",
    "residual",
    "share_percent",
    "missing_sectors",
    "nearest",
    "distance_km",
)


def report_pdf_file(report: PowiatReport, text: Text) -> bytes:
    """Return the report of a powiat as a tagged PDF of two A4 pages."""
    return report_pdf(_report(report, text))


def report_docx_file(report: PowiatReport, text: Text) -> bytes:
    """Return the report of a powiat as DOCX."""
    return report_docx(_report(report, text))


def _report(report: PowiatReport, text: Text) -> Report:
    view = report.view
    picture = view.picture
    figure = compose(replace(picture, title="", subtitle="", sources=""), PictureQuery(), page=REPORT_MAP)
    gminy = view["units"].only(*GMINA_COLUMNS).shown(text)
    siting = _siting(report, text)
    peers, left_out = _near(report.peers, report.code)
    note = text("report.peers.shown", n=text.number(left_out)) if left_out else ""
    sources = (picture.sources, report.sources, *report.borders, " · ".join(report.addresses))
    sections = (
        # The others stand beside the map.
        Section(text("powiat.gminy"), gminy, tuple(note for note in report.notes if note not in view.notes)),
        Section(
            text("powiat.nearest"),
            report.nearest.shown(text),
            (() if len(report.nearest) else (text("report.none"),)),
            new_page=True,
        ),
        Section(
            text("siting.title"),
            siting.table.shown(text) if len(siting.table) else None,
            (siting.message,),
        ),
        Section(text("powiat.peers"), peers.shown(text), (note,)),
        Section(
            text("powiat.who"),
            report.who.shown(text),
            (text("powiat.who.why") if len(report.who) else report.none_here,),
        ),
        Section(text("report.sources"), None, sources),
    )
    return Report(
        title=text("report.title", powiat=report.label, cluster=picture.title),
        lead=report.sentences[0],
        paragraphs=(" ".join(report.sentences[1:]),),
        svg=bare_svg(figure),
        png=to_png(figure, title=picture.title, alt=picture.alt),
        alt=picture.alt,
        sections=sections,
        footer=text("report.footer", powiat=report.label),
        language=text.language,
    )


def _siting(report: PowiatReport, text: Text) -> SitingView:
    """Return whom to invite, or the reason why nobody is named."""
    return report.siting or siting_view(report.view.query, text, additions=INVITED, among="potential")


def _near(peers: Table, code: str) -> tuple[Table, int]:
    """Return the peers next to the powiat in rank and those of its size, and how many are left out."""
    own = int((peers["teryt"] == code).to_numpy().argmax())
    group = (peers["group"] == peers["group"].iloc[own]).to_numpy()
    around = (abs(np.arange(len(peers)) - own) <= AROUND) | ~group
    return peers.rows(around), int((~around).sum())


def powiat_deck(report: PowiatReport, query: PictureQuery, text: Text) -> bytes:
    """Return a deck for a powiat: verdict, density, gaps, whom to invite, sources."""
    words = (report.label[0].upper() + report.label[1:], report.sentences)
    return _deck(words, report.view, _siting(report, text), query, text)


def cluster_deck(view: CoverageView, siting: SitingView | None, query: PictureQuery, text: Text) -> bytes:
    """
    Return a deck for a cluster: verdict, density, gaps, whom to invite, sources.

    Parameters
    ----------
    view
        Coverage as the page shows it.
    siting
        Whom to invite as the page shows it; where it shows none, chosen here among potential members,
        and among localities where none of those helps.
    query
        Format, colours and logo.
    text
        Language.
    """
    chosen = siting or siting_view(view.query, text, additions=INVITED, among="potential")
    if siting is None and chosen.residual and not len(chosen.table):
        chosen = siting_view(view.query, text, additions=INVITED, among="localities")
    return _deck((view.picture.title, (view.headline, *view.notes)), view, chosen, query, text)


def _deck(
    words: tuple[str, tuple[str, ...]],
    view: CoverageView,
    siting: SitingView,
    query: PictureQuery,
    text: Text,
) -> bytes:
    picture, (title, sentences) = view.picture, words
    # The words above a map are those of the page; a title the user wrote goes on the first slide.
    title = query.title or title
    plain = replace(query, title=None, subtitle=None, extent=None)
    density = _density(view.query, text)
    gaps = view["gaps"].only("name", "verdict", "residual").shown(text)
    gaps_picture = replace(
        picture,
        title=text("deck.gaps", cluster=picture.title),
        tables=replace(picture.tables, numbers=gaps if len(gaps) else picture.tables.numbers),
    )
    table = siting.table.shown(text) if len(siting.table) else None
    credits_table = pd.DataFrame(picture.tables.credits[4:], columns=[text("data.what"), text("data.value")])
    slides: list[MapSlide | TextSlide] = [
        TextSlide(title, sentences, picture.tables.numbers, " ".join(sentences), text.language),
        map_slide(density, plain),
        map_slide(gaps_picture, plain),
        TextSlide(text("siting.title"), (siting.message,), table, siting.message, text.language),
        TextSlide(text("report.sources"), (picture.sources,), credits_table, picture.sources, text.language),
    ]
    return deck(slides, query.sheet, title=title)


def _density(query: CoverageQuery, text: Text) -> Picture:
    """Return the density map of the same cluster, looking at the same area."""
    asked = DensityQuery(query.subject, level=query.level, statuses=query.statuses)
    shown = density_view(asked, text, parts=bool(query.area))
    picture = shown.picture
    title = text("deck.density", cluster=picture.title)
    if not query.area:
        return replace(picture, title=title)
    return replace(part_of(picture, shown, query.area, text), title=title)
