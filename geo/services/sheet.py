"""Put the answer for a powiat on one page for the desk of its head: verdict, map, three numbers, the next step."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from matplotlib.figure import Figure

from geo.export.documents import Report, Section, report_docx
from geo.export.image import bare_svg, to_png
from geo.export.sheet import Block, Number, Sheet, sheet_file
from geo.io.boundaries import load_units
from geo.model.picture import Page, PictureQuery
from geo.model.units import Level
from geo.render.figure import compose
from geo.render.text import Text
from geo.services.ground import manifest
from geo.services.labels import agreeing, unit_label
from geo.services.nearby import list_date
from geo.services.next_step import Reach, best_reach, next_step, short
from geo.services.people import group_notes, who_counts
from geo.services.standing import Standing, standing
from geo.services.web import bounds_of

# The map, inches; as wide as what the margins of A4 leave.
SHEET_MAP = Page(7.09, 4.2, 200)
# So many gminy with people out of reach, and so many of the nearest clusters.
GMINY, NEAREST = 2, 3
# What a legend says besides organisations, and the sign for several at one place.
BESIDES, SEVERAL = frozenset({"line", "reach", "dot"}), "2"


def sheet_pdf(code: str, text: Text, people: str = "", *, logo: bytes | None = None) -> bytes:
    """
    Return a powiat on one page of A4, as tagged PDF.

    Parameters
    ----------
    code
        4-digit TERYT code.
    text
        Language.
    people
        Whom to count, as for `group_named`.
    logo
        PNG of the office's mark.

    Raises
    ------
    UnknownUnitError
        If there is no such powiat.
    """
    found = standing(code, text, people)
    return sheet_file(replace(sheet_of(found, text), logo=logo or b"", logo_alt=text("slides.logo")))


def sheet_docx(code: str, text: Text, people: str = "") -> bytes:
    """Return the same as DOCX for pasting; see `sheet_pdf`."""
    found = standing(code, text, people)
    picture, sheet = found.view.picture, sheet_of(found, text)
    png = to_png(_figure(found), title=picture.title, alt=picture.alt)
    numbers = pd.DataFrame([[f"{n.value} {n.share}".strip() for n in sheet.numbers]])
    numbers.columns = pd.Index([n.label for n in sheet.numbers])
    sections = (
        Section(sheet.numbers_title, numbers),
        *(Section(b.heading, None, b.lines) for column in sheet.columns for b in column),
        Section(sheet.step_title, None, (sheet.step,)),
        Section(text("report.sources"), None, (sheet.sources,)),
    )
    return report_docx(
        Report(
            title=sheet.title,
            lead=sheet.verdict,
            paragraphs=(*sheet.more, sheet.date),
            svg=sheet.svg,
            png=png,
            alt=picture.alt,
            caption=text("report.map", title=found.label, measure=picture.legend_title),
            sections=sections,
            footer=text("report.footer", powiat=found.label),
            language=text.language,
        )
    )


def _figure(found: Standing) -> Figure:
    """Draw the map with the names of gminy, and only marks that are in it in the legend."""
    picture = found.view.picture
    (south, west), (north, east) = bounds_of((found.code,))
    shown = tuple(m for m in picture.painting.marks if south <= m.y <= north and west <= m.x <= east)
    fills, statuses = {m.colour for m in shown}, {m.status for m in shown} | BESIDES
    several = len({(m.x, m.y) for m in shown}) < len(shown)
    legend = tuple(
        m
        for m in picture.marks
        if m.status in statuses and (not m.letter or m.colour in fills or (several and m.letter == SEVERAL))
    )
    painting = replace(picture.painting, marks=shown)
    plain = replace(picture, title="", subtitle="", sources="", notes=(), painting=painting, marks=legend)
    return compose(plain, PictureQuery(), page=SHEET_MAP)


def sheet_of(found: Standing, text: Text) -> Sheet:
    """
    Return what a page says of a powiat.

    Parameters
    ----------
    found
        How the powiat stands over all clusters.
    text
        Language, the same.
    """
    text = who_counts(found.people)(text)
    code, called = found.code, agreeing(found.code, text)
    reach = best_reach(code, found.people)
    gminy = [
        text("sheet.out.gmina", gmina=unit_label(gmina, text), people=text.number(int(n)))
        for gmina, n in reach.gminy.head(GMINY).items()
    ]
    voivodeship = text("name.voivodeship", name=load_units(Level.VOIVODESHIP)["name"][code[:2]])
    dates = {"list": text.when(list_date()), "state": text.when(manifest()["state_date"])}
    return Sheet(
        title=called["unit"],
        date=text("sheet.date", voivodeship=voivodeship, **dates),
        verdict=found.sentence,
        more=(found.empty_sentence,) if found.empty_sentence else (),
        svg=bare_svg(_figure(found)),
        alt=found.view.picture.alt,
        numbers_title=_whose(reach, text),
        numbers=_numbers(reach, text),
        columns=(
            (
                Block(text("sheet.out"), tuple(gminy) or (text("sheet.out.none"),)),
                Block(text("sheet.sectors"), (found.sectors_sentence,)),
            ),
            (Block(text("sheet.nearest"), _nearest(found, text)),),
        ),
        step_title=text("sheet.step"),
        step=next_step(found, text),
        sources=" ".join([found.view.picture.sources, text("sheet.straight"), *group_notes(found.people, text)]),
        language=text.language,
    )


def _whose(reach: Reach, text: Text) -> str:
    """Return the heading of the numbers: of which cluster and of what reach they are."""
    if reach.cluster is None:
        return text("sheet.numbers.every")
    km = text.number(reach.cluster.default_radius_km, 1)
    return text("sheet.numbers.cluster", cluster=short(reach.cluster.name), km=km)


def _numbers(reach: Reach, text: Text) -> tuple[Number, ...]:
    total = reach.covered + reach.residual + reach.unknown
    # Where nothing is known of anybody, 0 would say too much.
    dark = reach.unknown == total
    return tuple(
        Number("–", "", text(f"sheet.number.{key}"))
        if dark and key != "unknown"
        else Number(text.number(people), text.percent(people, total), text(f"sheet.number.{key}"))
        for key, people in (("covered", reach.covered), ("residual", reach.residual), ("unknown", reach.unknown))
    )


def _nearest(found: Standing, text: Text) -> tuple[str, ...]:
    """Return the nearest clusters with their distances from the most populous locality."""
    lines = []
    for row in found.around.table.frame.head(NEAREST).to_dict("records"):
        member, ground = row["to_member_km"], row["to_ground_km"]
        parts = [text("sheet.nearest.member", km=text.number(member, 1))] if pd.notna(member) else []
        if ground == 0:
            parts.append(text("sheet.nearest.within"))
        elif pd.notna(ground):
            parts.append(text("sheet.nearest.ground", km=text.number(ground, 1)))
        if parts:
            lines.append(text("sheet.nearest.line", cluster=short(row["cluster"]), distances=", ".join(parts)))
    return (*lines, text("sheet.nearest.from")) if lines else (text("sheet.nearest.none"),)
