"""Export answers as a report in PDF or DOCX and as a deck of slides."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo.export.documents import Report, Section, report_docx, report_pdf
from geo.export.image import bare_svg, to_png
from geo.export.slides import MapSlide, TextSlide, TitleSlide, deck
from geo.model.coverage import CoverageQuery
from geo.model.picture import Page, PictureQuery
from geo.model.queries import DensityQuery
from geo.render.figure import compose
from geo.render.picture import Picture
from geo.render.table import Table
from geo.render.text import Text
from geo.services.coverage import CoverageView, area_of
from geo.services.density import density_view
from geo.services.excerpts import part_of
from geo.services.ground import manifest
from geo.services.labels import territory_label
from geo.services.library import today
from geo.services.people import who_counts
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
        caption=text("report.map", title=picture.title, measure=picture.legend_title),
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
    """Return a deck for a powiat: title, reach, organisations, gaps, whom to invite, the next step."""
    label = report.label[0].upper() + report.label[1:]
    return _deck(_Told(label, label, report.sentences), report.view, _siting(report, text), query, text)


def cluster_deck(view: CoverageView, siting: SitingView | None, query: PictureQuery, text: Text) -> bytes:
    """
    Return a deck for a cluster: title, reach, organisations, gaps, whom to invite, the next step.

    Where nobody knows a member of it there is no map and no advice: the deck says what is missing.

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
    if siting is None and chosen.residual and not len(chosen.table) and view.known:
        chosen = siting_view(view.query, text, additions=INVITED, among="localities")
    place = territory_label(area_of(view.query), text)
    return _deck(_Told(view.picture.title, place, (view.headline, *view.notes)), view, chosen, query, text)


@dataclass(frozen=True)
class _Told:
    """What a deck is about: its title, the place, and sentences, the finding first."""

    title: str
    place: str
    sentences: tuple[str, ...]


def _deck(told: _Told, view: CoverageView, siting: SitingView, query: PictureQuery, text: Text) -> bytes:
    # The words above a map are those of the page; a title the user wrote goes on the first slide.
    title, finding = query.title or told.title, told.sentences[0]
    plain = replace(query, title=None, subtitle=None, extent=None)
    credits_said = "\n".join(f"{what}: {words}" for what, words in view.picture.tables.credits)
    text = who_counts(view.query.people)(text)
    day = text("deck.made", place=told.place, day=text.day(today())) if told.place else text.day(today())
    state = text("deck.data", state=text.when(manifest()["state_date"]))
    lines = (day, *((told.title,) if query.title else ()), state)
    spoken = "\n".join((*told.sentences, "", credits_said))
    slides: list[TitleSlide | MapSlide | TextSlide] = [
        TitleSlide(title, finding, lines, query.logo, spoken, text.language)
    ]
    if view.known:
        slides += [*_maps(told, view, plain, text), *_invited(view, siting, text)]
    slides.append(_next(view, siting, text))
    return deck(slides, query.sheet, title=title)


def _maps(told: _Told, view: CoverageView, plain: PictureQuery, text: Text) -> list[MapSlide]:
    """Return the slides with a map: reach, organisations, and gaps where there are any."""
    sums = {key: int(view.result.units[f"{key}_people"].sum()) for key in ("covered", "residual", "unknown")}
    everyone = int(view.result.units["population"].sum())
    reach = replace(
        map_slide(view.picture, plain),
        title=told.sentences[0],
        number=text.percent(sums["covered"], everyone) if sums["covered"] else "?",
        caption=text("deck.sure", covered=text.number(sums["covered"]), all=text.number(everyone))
        if sums["covered"]
        else text("deck.unknown"),
        spoken="\n".join(told.sentences),
    )
    density, count = _density(view.query, text)
    shown = replace(
        map_slide(density, plain),
        title=density.subtitle,
        number=text.number(count),
        caption=text("deck.organisations", noun=text.form("organisations", count)),
    )
    gaps = view["gaps"]
    out = gaps.frame["residual"].fillna(0) if len(gaps) else pd.Series(dtype=float)
    if not sums["residual"] or not out.any():
        return [reach, shown]
    worst = gaps.frame.loc[out.idxmax()]
    listed = replace(view.picture.tables, numbers=gaps.only("name", "verdict", "residual").shown(text))
    people = text.count("inhabitants", int(out.max()))
    # The same map with another finding: it is drawn once.
    far = replace(
        reach,
        picture=replace(view.picture, tables=listed),
        spoken="",
        title=text("deck.gaps", unit=worst["name"], people=people),
        number=text.number(sums["residual"]),
        caption=text("deck.gap"),
    )
    return [reach, shown, far]


def _invited(view: CoverageView, siting: SitingView, text: Text) -> list[TextSlide]:
    """Return whom to invite, where anybody helps."""
    if not len(siting.table):
        return []
    shown = siting.table.shown(text)
    words = (siting.message,)
    return [TextSlide(text("siting.title"), words, shown, siting.message, text.language, view.picture.sources)]


def _next(view: CoverageView, siting: SitingView, text: Text) -> TextSlide:
    """Return the next step: to get a list, to invite somebody, to ask about places, or to keep the list current."""
    unknown = int(view.result.units["unknown_people"].sum())
    if not view.known:
        words: tuple[str, ...] = (text("unlisted.next"),)
    elif len(siting.table):
        words = (text("deck.next.invite", who=siting.table.frame["place"].iloc[0]),)
    elif unknown:
        words = (text("deck.next.ask", people=text.count("inhabitants.of", unknown)),)
    else:
        words = (text("deck.next.keep"),)
    return TextSlide(text("deck.next"), words, None, words[0], text.language, view.picture.sources)


def _density(query: CoverageQuery, text: Text) -> tuple[Picture, int]:
    """Return the density map of the same cluster, looking at the same area, and how many organisations it counts."""
    asked = DensityQuery(query.subject, level=query.level, statuses=query.statuses)
    shown = density_view(asked, text, parts=bool(query.area))
    table = shown["units"].frame
    inside = table[table.index.str.startswith(query.area)] if query.area else table
    picture = part_of(shown.picture, shown, query.area, text) if query.area else shown.picture
    return picture, int(inside["members"].sum())
