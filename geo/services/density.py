"""Answer the density page: where the organisations of a cluster are and how densely."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.classify import class_codes, classify
from geo.analysis.density import (
    count_by_unit,
    default_bandwidth_km,
    density_by_unit,
    kernel_density,
    rate_interval,
)
from geo.io.boundaries import load_areas, load_units
from geo.model.cluster import Status
from geo.model.queries import DEFAULT_STATUSES, DensityQuery, Measure
from geo.model.results import Classes, DensitySurface, UnitCounts
from geo.model.units import Level
from geo.render.legend import class_labels
from geo.render.painting import NO_DATA_KEY, Painting, numeric_classes
from geo.render.palette import ZERO
from geo.render.picture import Picture, SurfaceBar
from geo.render.surface_image import surface_overlay
from geo.render.table import Column, Place, Table, yes_or_no
from geo.render.text import Text
from geo.services.columns import AREA, KIND, MEMBERS, NAME, OFFICIAL_AREA, POPULATION, POWIAT, TERYT, VOIVODESHIP
from geo.services.coverage import coarsest
from geo.services.coverage_tables import known_members
from geo.services.ground import within
from geo.services.labels import territory_label
from geo.services.library import Resolved, resolve
from geo.services.organisations import organisations_table
from geo.services.people import group_columns, group_notes, table_of_group, units_of, who_counts
from geo.services.pictures import Behind, alt_text, map_picture, title_of
from geo.services.presence import presence_note
from geo.services.view import View
from geo.services.web import class_string, frame, member_marks, with_names

SURFACE_CELL_M = 1000.0
MIN_SURFACE_PLACES = 3
# Units that a slide lists.
TOP_UNITS = 6


@dataclass(frozen=True, kw_only=True)
class DensityView(View):
    """
    A density map with all that stands beside it.

    Its tables: `units` of the territory and those with organisations, from high to low values;
    `organisations` counted; `unlocated`, those of them that have no unit of this level.

    Attributes
    ----------
    query
        What was asked.
    classes
        Classes of the units in the territory.
    values, inside
        Value of the measure and whether the unit is in the territory, for all units of the level.
    members
        The organisations counted, as rows of the members frame.
    surface
        The kernel surface, if asked for and possible.
    """

    query: DensityQuery
    classes: Classes
    values: pd.Series
    inside: pd.Series
    members: gpd.GeoDataFrame
    surface: DensitySurface | None


def density_view(query: DensityQuery, text: Text, *, basemap: bool = False, parts: bool = False) -> DensityView:
    """
    Count, classify and draw.

    Parameters
    ----------
    query
        What is asked.
    text
        Language.
    basemap
        Whether the browser may fetch OpenStreetMap tiles.
    parts
        Whether parts of the map will be shown: then a cluster without a list keeps the level asked for.

    Raises
    ------
    UnknownClusterError
        If there is no such cluster or network.
    DataFileError
        If shipped data are missing or changed.
    """
    text = who_counts(query.people)(text)
    asked = resolve(query.subject)
    everyone, clusters, territory = asked.members, asked.clusters, asked.territory
    if everyone.empty and not parts:
        # One flat tone says that nothing is known; its parts would say no more.
        query = replace(query, level=coarsest(territory), surface=False)
    members = _chosen(everyone, query)
    units = units_of(query.level, query.people)
    inside = within(units.index, territory)
    values, counts = values_by_unit(asked, members, units, query.measure)
    scoped = classify(values[inside], scheme=query.scheme, classes=query.classes)
    codes = class_codes(values, scoped.upper)
    bandwidth = query.bandwidth_km or default_bandwidth_km(members.geometry, query.kernel)
    surface = None
    if query.surface and members.geometry.dropna().to_wkb().nunique() >= MIN_SURFACE_PLACES:
        surface = kernel_density(
            members.geometry, bandwidth_m=bandwidth * 1000.0, cell_m=SURFACE_CELL_M, kernel=query.kernel
        )
    headline, notes = _sentences(query, text, members, counts.table, inside, surface)
    classed = numeric_classes(scoped, text, whole=query.measure is Measure.COUNT, unlisted=everyone.empty)
    if surface:
        # The colours are those of the surface alone; where nothing is known is said all the same.
        classed = tuple(c if c.key == NO_DATA_KEY else replace(c, fill=ZERO) for c in classed)
    painting = Painting(
        with_names(frame(str(query.subject), query.level, territory, text, title=headline, basemap=basemap), clusters),
        class_string(codes),
        classed,
        opacity=0.15 if surface and basemap else 0.9,
        tips=_tips(values, counts.table["members"], query, text),
        marks=member_marks(members, text),
        surface=surface_overlay(surface) if surface else None,
    )
    stem = query.subject.stem
    found = pd.Series(inside, index=units.index)
    table = _table(units, counts.table, _Shown(values, inside, bool(territory), codes, scoped), query)
    tables = (
        replace(
            table,
            title="density.table",
            csv="density.csv",
            file=f"{stem}-{query.level}-gestosc",
        ),
        organisations_table(
            members,
            text,
            title="density.members",
            none="density.filtered",
            csv="density.members.csv",
            file=f"{stem}-organizacje",
        ),
        organisations_table(
            counts.unlocated,
            text,
            "unlocated",
            title=lambda text: text(
                "density.unlocated", organisations=text.count("organisations", len(counts.unlocated))
            ),
            why="density.unlocated.why",
            place=Place.FOLDED,
        ),
    )
    measure = text(f"measure.{query.measure}")
    title = title_of(query.subject, clusters, text)
    picture = map_picture(
        painting,
        (title, headline, measure),
        Behind(members, table, top_units(table, query.measure)),
        text,
        notes=(*_shares(everyone, members, len(counts.unlocated), text), *notes),
    )
    message = ("", "" if len(members) else text("density.filtered"))
    return DensityView(
        clusters=clusters,
        known=len(everyone),
        picture=_over(picture, surface, text),
        tables=tables,
        faint=bool((values[~found] > 0).any()),
        message=message if len(everyone) else ("", ""),
        query=query,
        classes=scoped,
        values=values,
        inside=found,
        members=members,
        surface=surface,
    )


def top_units(units: Table, measure: Measure) -> Table:
    """Return the first rows of a table of units: those with most organisations, without those that have none."""
    filled = units.rows(units["members"] > 0).only("name", "members", *(() if measure is Measure.COUNT else ("value",)))
    return filled.rows(filled.frame.index[:TOP_UNITS])


def _over(picture: Picture, surface: DensitySurface | None, text: Text) -> Picture:
    """Return a picture with a surface: its description says what the surface shows, in place of the classes below."""
    if surface is None:
        return picture
    bar = SurfaceBar(text("legend.surface"), "0", text.measure(100.0 * surface.peak))
    alt = alt_text(picture.title, picture.subtitle, (), text, bar)
    return replace(picture, surface=bar, alt=alt, tables=replace(picture.tables, grid=surface))


def values_by_unit(
    asked: Resolved, members: gpd.GeoDataFrame, units: gpd.GeoDataFrame, measure: Measure
) -> tuple[pd.Series, UnitCounts]:
    """
    Return a measure of the members chosen, and their counts, by unit.

    Parameters
    ----------
    asked
        Clusters looked at; where the members of one are not known at all, there are no data.
    members
        Those of their members that count.
    units
        Units of one level.
    measure
        What is wanted.
    """
    counts = count_by_unit(members, units, asked.territories)
    return _without_unlisted(density_by_unit(counts, units, measure), asked), counts


def suggested_bandwidth_km(query: DensityQuery) -> float:
    """Return the bandwidth suggested for the organisations a query chooses, km."""
    members = _chosen(resolve(query.subject).members, query)
    return default_bandwidth_km(members.geometry, query.kernel)


def _chosen(everyone: gpd.GeoDataFrame, query: DensityQuery) -> gpd.GeoDataFrame:
    chosen = everyone["sector"].isin(list(query.sectors)) & everyone["status"].isin(list(query.statuses))
    return everyone[chosen].reset_index(drop=True)


def _without_unlisted(values: pd.Series, asked: Resolved) -> pd.Series:
    """Zero means "none there"; where a cluster's members are not known at all, there are no data."""
    for cluster in asked.unlisted:
        where = within(values.index, cluster.territory)
        values = values.mask(where & (values == 0))
    return values


def _tips(values: pd.Series, members: pd.Series, query: DensityQuery, text: Text) -> dict[int, str]:
    tips = {}
    bounds = _rate_bounds(members, query)
    for i in np.flatnonzero(members.to_numpy() > 0):
        count = text.count("organisations", int(members.iloc[i]))
        if query.measure is not Measure.COUNT:
            value = f"{text('measure.' + query.measure)}: {text.measure(values.iloc[i])}"
            if bounds:
                low, high = (text.measure(edge[i]) for edge in bounds)
                value = text("tip.interval", value=value, low=low, high=high)
            count = text("tip.value", organisations=count, value=value)
        tips[int(i)] = count
    return tips


def _rate_bounds(members: pd.Series, query: DensityQuery) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the bounds of members by 10 000 people, since few members in a small unit say little; else nothing."""
    if query.measure is not Measure.PER_10K_PEOPLE:
        return None
    people = units_of(query.level, query.people)["population"].loc[members.index].to_numpy(dtype=float)
    return rate_interval(members.to_numpy(dtype=float), people / 10_000.0)


def lead(members: pd.Series, total: int, level: Level, scope: str, text: Text) -> str:
    """
    Return in one sentence how many organisations are in how many units of an area.

    Parameters
    ----------
    members
        Organisations by unit; nothing where it is not known whether any is there.
    total
        Units of the area.
    level
        Their level.
    scope
        Name of the area.
    text
        Language.
    """
    filled, perhaps = int((members > 0).sum()), int(members.isna().sum())
    some = "density.lead.unknown" if perhaps else "density.lead"
    none = "density.lead.none.unknown" if perhaps else "density.lead.none"
    return text(
        some if filled else none,
        organisations=text.count("organisations", int(members.sum())),
        units=text.number(filled),
        unknown=text.number(perhaps),
        total=text.of_units(level, total),
        scope=scope[0].upper() + scope[1:],
    )


def _sentences(
    query: DensityQuery,
    text: Text,
    chosen: gpd.GeoDataFrame,
    counts: pd.DataFrame,
    inside: np.ndarray,
    surface: DensitySurface | None,
) -> tuple[str, tuple[str, ...]]:
    asked = resolve(query.subject)
    if asked.members.empty:
        names = ", ".join(c.name for c in asked.clusters)
        return text("density.unlisted", name=names), (text("unlisted.next"),)
    members = counts["members"]
    scope = territory_label(asked.territory, text) or text("density.scope.no_territory")
    headline = lead(known_members(counts)[inside], int(inside.sum()), query.level, scope, text)
    notes = group_notes(query.people, text)
    if inside.sum() > 1:
        listed = asked.members[asked.members["status"] == str(Status.MEMBER)]
        own = units_of(query.level, query.people).loc[members.index[inside]]
        counts = count_by_unit(listed, own, asked.territories).table
        seen = counts[["members", "possible"]].assign(population=own["population"])
        for cluster in asked.unlisted:
            seen["possible"] += within(own.index, cluster.territory)
        notes.append(presence_note(seen, query.level, (Status.MEMBER,), text))
    outside = int(members[~inside].sum())
    if outside:
        notes.append(text("density.outside", organisations=text.count("organisations", outside)))
    pointless = int((chosen["precision"] == "gmina").sum())
    if pointless:
        notes.append(text("density.pointless", organisations=text.count("organisations", pointless)))
    if any(c.concept for c in asked.clusters):
        notes.append(text("density.concept"))
    if surface:
        notes.append(
            text(
                "density.surface.legend",
                peak=text.measure(100.0 * surface.peak),
                kernel=text(f"kernel.{surface.kernel}"),
                km=text.number(surface.bandwidth_m / 1000.0, 1),
                n=surface.count,
            )
        )
        if surface.omitted:
            notes.append(text("density.surface.omitted", n=text.count("organisations.of", surface.omitted)))
    elif query.surface:
        notes.append(text("density.surface.none"))
    return headline, tuple(notes)


@dataclass(frozen=True)
class _Shown:
    """What the table needs beside counts: values, the territory, and the class of each unit."""

    values: pd.Series
    inside: np.ndarray
    scoped: bool
    codes: np.ndarray
    classes: Classes


def _class_column(classes: Classes, measure: Measure) -> Column:
    """Return the column of classes: -1 for no data, 0 for none, then from low to high."""

    def words(codes: pd.Series, text: Text) -> Iterable[object]:
        bounds = class_labels(classes, text, whole=measure is Measure.COUNT)
        names = np.array([text("legend.zero"), *bounds, text("legend.no_data")], dtype=object)
        return list(names[codes.to_numpy()])

    return Column("class", "col.class", words)


def _shares(everyone: gpd.GeoDataFrame, chosen: gpd.GeoDataFrame, unplaced: int, text: Text) -> tuple[str, ...]:
    """Return how many organisations the map leaves out: of its own accord, and because of what somebody chose."""
    notes = []
    if unplaced:
        notes.append(text("density.unplaced", n=text.number(unplaced), all=text.number(len(chosen))))
    left = everyone[~everyone.index.isin(chosen.index)]
    asked = left["status"].isin([str(s) for s in DEFAULT_STATUSES])
    if asked.any():
        notes.append(text("density.hidden", n=text.count("organisations", int(asked.sum()))))
    if not asked.all():
        notes.append(text("density.others", n=text.count("organisations", int((~asked).sum()))))
    if len(everyone):
        notes.append(text("density.partial"))
    return tuple(notes)


def _table(units: pd.DataFrame, counts: pd.DataFrame, what: _Shown, query: DensityQuery) -> Table:
    values, inside = what.values, what.inside
    shown = inside | (counts["members"] > 0).to_numpy()
    part, count = units[shown], counts[shown]
    powiaty, voivodeships = load_units(Level.POWIAT)["name"], load_units(Level.VOIVODESHIP)["name"]
    columns: dict[Column, Any] = {NAME: part["name"], KIND: part["kind"]}
    if query.level is Level.GMINA:
        columns[POWIAT] = part.index.str[:4].map(powiaty)
    if query.level is not Level.VOIVODESHIP:
        columns[VOIVODESHIP] = part.index.str[:2].map(voivodeships)
    columns[_class_column(what.classes, query.measure)] = what.codes[shown]
    columns[MEMBERS] = known_members(count)
    if query.measure is not Measure.COUNT:
        columns[Column("value", f"measure.{query.measure}")] = values[shown].round(3)
    if bounds := _rate_bounds(count["members"], query):
        # Of a unit of which nothing is known there are no bounds either.
        low, high = (pd.Series(edge, part.index).where(values[shown].notna()).round(3) for edge in bounds)
        columns |= {Column("low", "conc.col.low"): low, Column("high", "conc.col.high"): high}
    for sector in query.sectors:
        # None is known of is not none, where one may be.
        own, may = count[str(sector)].astype("Int64"), count[f"possible_{sector}"] > 0
        columns[Column(f"sector_{sector}", f"sector.{sector}")] = own.mask((own == 0) & may)
    if count["possible"].any():
        columns[Column("possible", "col.possible")] = count["possible"]
    columns[POPULATION] = part["population"]
    columns[AREA] = part["area_km2"].round(1)
    columns[OFFICIAL_AREA] = load_areas(query.level)["official_km2"].loc[part.index].round(1)
    if what.scoped:
        columns[Column("in_territory", "col.territory", yes_or_no)] = inside[shown]
    columns[TERYT] = part.index
    columns |= group_columns(query.level, part.index)
    table = table_of_group(Table.of("units", columns, index=part.index), query.people)
    order = values[shown].fillna(-1.0)
    return table.rows(order.sort_values(ascending=False, kind="stable").index)
