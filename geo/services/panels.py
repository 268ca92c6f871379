"""Show the same measure on several maps with the same classes: two clusters, or the sixteen voivodeships."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from geo.analysis.classify import class_codes, classify
from geo.analysis.density import count_by_unit, density_by_unit
from geo.export.image import to_pdf, to_png, to_svg
from geo.export.slides import MapSlide, deck, map_box
from geo.model.compare import PanelQuery
from geo.model.picture import Kind, PictureQuery
from geo.model.queries import Measure, Scheme
from geo.model.results import Classes
from geo.model.selection import Subject
from geo.model.units import Level
from geo.render.figure import Half, compose_pair
from geo.render.painting import Painting, legend_of, numeric_classes
from geo.render.picture import Picture
from geo.render.small_multiples import Panel, Sheet, draw_sheet
from geo.render.table import Column, Table
from geo.render.text import Text
from geo.services.columns import MEMBERS, POPULATION, VOIVODESHIP
from geo.services.compare import median_of, reach_numbers
from geo.services.density import values_by_unit
from geo.services.ground import manifest, within
from geo.services.labels import territory_label
from geo.services.library import resolve
from geo.services.people import table_of_group, units_of, who_counts
from geo.services.pictures import SLIDE_DPI, Behind, map_picture, worded
from geo.services.reaching import reach_in_words
from geo.services.subjects import subject_names
from geo.services.web import class_string, frame, member_marks

CLASSES = 5


@dataclass(frozen=True)
class PairView:
    """
    Two clusters beside each other.

    Attributes
    ----------
    names, headlines
        Of each.
    paintings
        What each of the two maps shows; they move together.
    table
        One row a measure, a column for each cluster.
    picture
        The first map with the legend of both.
    """

    names: tuple[str, ...]
    headlines: tuple[str, ...]
    paintings: tuple[Painting, ...]
    table: Table
    picture: Picture

    @property
    def halves(self) -> tuple[Half, ...]:
        """What each of the two maps of a file shows."""
        parts = zip(self.names, self.headlines, self.paintings, strict=True)
        return tuple(Half(name, headline, painting) for name, headline, painting in parts)

    @property
    def payloads(self) -> tuple[dict[str, Any], ...]:
        """The paintings as the browser reads them."""
        return tuple(p.payload for p in self.paintings)


@dataclass(frozen=True)
class SheetView:
    """
    The sixteen voivodeships beside each other.

    Attributes
    ----------
    headline, alt
        What is shown, and for those who do not see it.
    png
        The picture.
    table
        One row a voivodeship.
    sheet, language
        What the picture is drawn from, and "pl" or "en".
    """

    headline: str
    alt: str
    png: bytes
    table: Table
    sheet: Sheet
    language: str


@dataclass(frozen=True)
class _Part:
    """What one map shows."""

    members: gpd.GeoDataFrame
    listed: bool
    territory: tuple[str, ...]
    inside: np.ndarray
    values: pd.Series
    counts: pd.Series

    @property
    def unknown(self) -> int:
        """Units of the territory without a member, where one may be."""
        return int((self.values.isna() & (self.counts == 0))[self.inside].sum())


def _part(subject: str, query: PanelQuery) -> _Part:
    asked = resolve(subject)
    everyone = asked.members
    members = everyone[everyone["status"].isin(list(query.statuses))].reset_index(drop=True)
    units = units_of(query.level, query.people)
    territory = asked.territory
    values, counts = values_by_unit(asked, members, units, query.measure)
    return _Part(
        members, not everyone.empty, territory, within(units.index, territory), values, counts.table["members"]
    )


def pair_view(query: PanelQuery, text: Text, *, together: str) -> PairView:
    """
    Put clusters on maps of their own with the same classes.

    Parameters
    ----------
    query
        What is asked; each subject gets a map.
    text
        Language.
    together
        Maps with this word move together in the browser.

    Raises
    ------
    UnknownClusterError
        If there is no such cluster or network.
    """
    text = who_counts(query.people)(text)
    parts = [_part(s, query) for s in query.subjects]
    classes = classify(
        pd.concat([p.values[p.inside] for p in parts], ignore_index=True), scheme=Scheme.NATURAL, classes=CLASSES
    )
    whole = query.measure is Measure.COUNT
    names = tuple(subject_names(text)[s] for s in query.subjects)
    headlines = tuple(_headline(p, query.level, text) for p in parts)
    paintings = []
    for n, (part, name) in enumerate(zip(parts, names, strict=True)):
        title = f"{name}: {headlines[n]}"
        tips = {int(i): text.count("organisations", int(part.counts.iloc[i])) for i in np.flatnonzero(part.counts > 0)}
        paintings.append(
            Painting(
                frame(f"para:{n}:{query.subjects[n]}", query.level, part.territory, text, title=title),
                class_string(class_codes(part.values, classes.upper)),
                numeric_classes(classes, text, whole=whole, unlisted=part.members.empty),
                tips=tips,
                marks=member_marks(part.members, text),
                together=together,
            )
        )
    counts = sum((p.counts() for p in paintings), Counter())
    legend = legend_of(paintings[0].classes, counts, query.level, text)
    table = _pair_table(query, parts, names, text)
    words = (" – ".join(names), text("compare.pair"), text(f"measure.{query.measure}"))
    # One legend explains the marks of both.
    both = replace(paintings[0], marks=tuple(m for p in paintings for m in p.marks))
    picture = map_picture(both, words, Behind(parts[0].members), text, legend=legend)
    return PairView(names, headlines, tuple(paintings), table, picture)


def _headline(part: _Part, level: Level, text: Text) -> str:
    own = part.counts[part.inside]
    scope = territory_label(part.territory, text) or text("density.scope.no_territory")
    if not part.listed:
        return text("panels.headline.unlisted", scope=scope)
    return text(
        "panels.headline.unknown" if part.unknown else "panels.headline",
        organisations=text.count("organisations", len(part.members)),
        units=text.number(int((own > 0).sum())),
        total=text.of_units(level, len(own)),
        unknown=text.number(part.unknown),
        scope=scope,
    )


def _pair_table(query: PanelQuery, parts: list[_Part], names: tuple[str, ...], text: Text) -> Table:
    columns: dict[Column, list[str]] = {}
    unknown, median = text("compare.unknown"), median_of(query.reach)

    def told(value: float, words: str) -> str:
        return unknown if np.isnan(value) else words.format(text.number(value, 1))

    for subject, part, name in zip(query.subjects, parts, names, strict=True):
        own = part.counts[part.inside]
        asked = resolve(subject)
        status = asked.members["status"].value_counts()
        near = reach_numbers(asked, part.members, query.reach, query.people)
        # Two clusters may have one name.
        same = sum(1 for other in (text("conc.col.measure"), *names[: len(columns)]) if other == name)
        known = [int(status.get(s, 0)) for s in ("member", "declared", "potential")]
        known += [int(part.members.geometry.notna().sum()), int((own > 0).sum())]
        columns[_cluster(subject, f"{name} ({same + 1})" if same else name)] = [
            *(text.number(n) if part.listed else unknown for n in known),
            text.number(part.unknown),
            text.number(len(own)),
            reach_in_words(query.reach, text),
            unknown if np.isnan(near["share"]) else text.percent(near["share"], 100),
            told(near["residual"], "{}"),
            told(near["unknown"], "{}"),
            told(near[median], "{} km" if median == "median_km" else "{} min"),
        ]
    heads = (
        *("member", "declared", "potential", "point", "units", "units_unknown", "units_all"),
        *("reach", "share", "residual", "unknown", median),
    )
    about = who_counts(query.people)
    measure = Column(
        "measure",
        "conc.col.measure",
        lambda keys, text: [about(text)(f"panels.row.{k}", level=text.level(query.level)) for k in keys],
    )
    return Table.of("pair", {measure: heads} | columns, title="compare.numbers")


def _cluster(subject: str, name: str) -> Column:
    return Column(subject, lambda _: name)


def sheet_view(query: PanelQuery, text: Text) -> SheetView:
    """
    Draw every voivodeship with the members of some clusters, at one scale.

    Parameters
    ----------
    query
        What is asked; the members of all subjects are taken together.
    text
        Language.

    Raises
    ------
    UnknownClusterError
        If there is no such cluster or network.
    """
    text = who_counts(query.people)(text)
    asked = resolve(Subject(query.subjects))
    everyone = asked.members
    members = everyone[everyone["status"].isin(list(query.statuses))].reset_index(drop=True)
    units = units_of(query.level, query.people)
    values, counts = values_by_unit(asked, members, units, query.measure)
    classes = classify(values, scheme=Scheme.NATURAL, classes=CLASSES)
    table, panels = _voivodeships(members, counts.table["members"], values, query, text)
    found = counts.table["members"]
    headline = text(
        "panels.sheet",
        organisations=text.count("organisations", len(members)),
        placed=text.number(int((members["teryt"].str.len() >= 2).sum())),
        voivodeships=text.of_units(Level.VOIVODESHIP, len(panels)),
        filled=text.number(int((found.groupby(found.index.str[:2]).sum() > 0).sum())),
    )
    sheet = _sheet(query, classes, values, panels, text)
    alt = text("panels.alt", title=headline)
    png = to_png(draw_sheet(sheet), title=headline, alt=alt)
    return SheetView(headline, alt, png, table, sheet, text.language)


# What the sixteen, and two beside each other, can be saved as.
SHEET_KINDS, PAIR_KINDS = (Kind.PNG, Kind.SVG, Kind.PDF), (Kind.PNG, Kind.PPTX, Kind.SVG, Kind.PDF)


def sheet_file(view: SheetView, kind: Kind) -> bytes:
    """Return the sixteen voivodeships as a file of one of `SHEET_KINDS`."""
    return (
        view.png if kind is Kind.PNG else _image(draw_sheet(view.sheet), kind, view.headline, view.alt, view.language)
    )


def pair_file(view: PairView, query: PictureQuery, kind: Kind) -> bytes:
    """Return two clusters beside each other as a file of one of `PAIR_KINDS`, a slide with its native legend."""
    picture = worded(view.picture, query)
    title = picture.title or picture.subtitle
    if kind is Kind.PPTX:
        plain = replace(picture, title="", subtitle="", sources="", legend=(), marks=(), notes=())
        left, top, width, height = map_box(query.sheet)
        del left, top
        page = replace(query, size=(round(SLIDE_DPI * width), round(SLIDE_DPI * height)), logo=b"")
        drawn = to_png(compose_pair(plain, view.halves, page), title=title, alt=picture.alt)
        return deck([MapSlide(picture, drawn, query.logo, query.look)], query.sheet, title=title)
    figure = compose_pair(picture, view.halves, query)
    return _image(figure, kind, title, picture.alt, picture.language)


def _image(figure: Figure, kind: Kind, title: str, alt: str, language: str) -> bytes:
    if kind is Kind.PNG:
        return to_png(figure, title=title, alt=alt)
    write = to_svg if kind is Kind.SVG else to_pdf
    return write(figure, title=title, alt=alt, language=language)


def _sheet(query: PanelQuery, classes: Classes, values: pd.Series, panels: tuple[Panel, ...], text: Text) -> Sheet:
    units = class_string(class_codes(values, classes.upper))
    kinds = numeric_classes(classes, text, whole=query.measure is Measure.COUNT)
    return Sheet(
        panels=panels,
        level=query.level,
        classes=units,
        fills={c.key: c.fill for c in kinds},
        legend=legend_of(kinds, Counter(units), query.level, text),
        legend_title=text(f"measure.{query.measure}"),
        sources=text("picture.sources", date=text.when(manifest()["state_date"])),
    )


def _voivodeships(
    members: gpd.GeoDataFrame, counts: pd.Series, values: pd.Series, query: PanelQuery, text: Text
) -> tuple[Table, tuple[Panel, ...]]:
    voivodeships = units_of(Level.VOIVODESHIP, query.people)
    whole = members["teryt"].str[:2].value_counts()
    units = counts.index.str[:2].value_counts()
    filled = counts[counts > 0].index.str[:2].value_counts()
    rate = density_by_unit(count_by_unit(members, voivodeships), voivodeships, Measure.PER_10K_PEOPLE)
    open_units = counts.index[(counts == 0) & values.isna()].str[:2].value_counts()
    rows, panels = [], []
    for code in voivodeships.index:
        name = voivodeships.loc[code, "name"]
        count, there, total = int(whole.get(code, 0)), int(filled.get(code, 0)), int(units[code])
        people = int(voivodeships.loc[code, "population"])
        perhaps = int(open_units.get(code, 0))
        words = f"{text.count('organisations', count)} · {there} / {text.of_units(query.level, total)}"
        known: tuple[object, ...] = (count, there)
        if not count and perhaps == total:
            # Nobody lists who is here: none is known, which is not none.
            words, known = text("panels.nothing"), (pd.NA, pd.NA)
        share = round(float(rate[code]), 4) if known[0] is count else np.nan
        rows.append((name, *known, perhaps, total, people, share))
        panels.append(Panel(code, name, words))
    columns = (
        VOIVODESHIP,
        MEMBERS,
        Column("units_with_members", lambda text: text("panels.col.units", level=text.level(query.level))),
        Column("units_unknown", lambda text: text("panels.col.unknown", level=text.level(query.level))),
        Column("units", "panels.col.of"),
        POPULATION,
        Column("per_10k_people", "measure.per_10k_people"),
    )
    around = {"title": "panels.table", "csv": "compare.csv", "file": "wojewodztwa"}
    table = table_of_group(Table.of_rows("voivodeships", columns, rows, **around), query.people)
    whole = dict.fromkeys(("members", "units_with_members"), "Int64")
    return replace(table, frame=table.frame.astype(whole)), tuple(panels)
