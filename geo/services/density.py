"""Answer the density page: where the organisations of a cluster are and how densely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.classify import class_codes, classify
from geo.analysis.density import count_by_unit, default_bandwidth_km, density_by_unit, kernel_density
from geo.export.tables import to_csv
from geo.io.boundaries import load_areas, load_units
from geo.model.cluster import Cluster
from geo.model.queries import DensityQuery, Measure
from geo.model.results import Classes, DensitySurface, UnitCounts
from geo.model.units import Level
from geo.render.legend import LegendRow, class_labels
from geo.render.painting import Painting, numeric_classes
from geo.render.surface_image import surface_overlay
from geo.render.text import Text
from geo.services.catalogue import organisations_table, territory_label, within
from geo.services.library import Resolved, resolve
from geo.services.people import group_columns
from geo.services.web import class_string, frame, member_marks

SURFACE_CELL_M = 1000.0
MIN_SURFACE_PLACES = 3


@dataclass(frozen=True)
class DensityView:
    """
    A density map with all that stands beside it.

    Attributes
    ----------
    clusters, query
        What was asked.
    painting
        What the map shows.
    classes, legend
        Classes of the units in the territory and the rows of the legend.
    table
        Units of the territory and units with organisations, headings included, in the order of the
        value from high to low; `values` and `inside` have the same index (TERYT).
    values, inside
        Value of the measure and whether the unit is in the territory, for all units of the level.
    members, organisations
        The organisations counted, as rows of the members frame and with headings.
    unlocated
        Those of them that have no unit of this level.
    surface
        The kernel surface, if asked for and possible.
    headline, notes
        One sentence that sums up the map, and caveats.
    known
        Number of organisations known of these clusters before filtering.
    """

    clusters: tuple[Cluster, ...]
    query: DensityQuery
    painting: Painting
    classes: Classes
    legend: tuple[LegendRow, ...]
    table: pd.DataFrame
    values: pd.Series
    inside: pd.Series
    members: gpd.GeoDataFrame
    organisations: pd.DataFrame
    unlocated: pd.DataFrame
    surface: DensitySurface | None
    headline: str
    notes: tuple[str, ...]
    known: int

    @property
    def payload(self) -> dict[str, Any]:
        """The painting as the browser reads it."""
        return self.painting.payload

    @property
    def outside(self) -> int:
        """Units outside the territory that have organisations."""
        return int((self.values[~self.inside] > 0).sum())

    @property
    def table_csv(self) -> bytes:
        """The table of units as CSV."""
        return to_csv(self.table)

    @property
    def organisations_csv(self) -> bytes:
        """The list of organisations as CSV."""
        return to_csv(self.organisations)


def density_view(query: DensityQuery, text: Text, *, basemap: bool = False) -> DensityView:
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

    Raises
    ------
    UnknownClusterError
        If there is no such cluster or network.
    DataFileError
        If shipped data are missing or changed.
    """
    asked = resolve(query.subject)
    everyone, clusters, territory = asked.members, asked.clusters, asked.territory
    members = _chosen(everyone, query)
    units = load_units(query.level)
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
    labels = _labels(codes, scoped, query, text)
    whole = query.measure is Measure.COUNT
    headline, notes = _sentences(query, text, members, counts.table["members"], inside, surface)
    notes = (*_shares(len(everyone), len(members), len(counts.unlocated), text), *notes)
    painting = Painting(
        frame(query.subject, query.level, territory, text, title=headline, basemap=basemap),
        class_string(codes),
        numeric_classes(scoped, text, whole=whole, unlisted=everyone.empty),
        opacity=0.15 if surface else 0.9,
        tips=_tips(values, counts.table["members"], query, text),
        marks=member_marks(members, text),
        surface=surface_overlay(surface) if surface else None,
    )
    return DensityView(
        clusters=clusters,
        query=query,
        painting=painting,
        classes=scoped,
        legend=painting.legend(text),
        table=_table(units, counts.table, _Shown(values, inside, bool(territory), labels), query, text),
        values=values,
        inside=pd.Series(inside, index=units.index),
        members=members,
        organisations=organisations_table(members, text),
        unlocated=organisations_table(counts.unlocated, text),
        surface=surface,
        headline=headline,
        notes=notes,
        known=len(everyone),
    )


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
    counts = count_by_unit(members, units)
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
    for i in np.flatnonzero(members.to_numpy() > 0):
        count = text.count("organisations", int(members.iloc[i]))
        if query.measure is not Measure.COUNT:
            value = f"{text('measure.' + query.measure)}: {text.measure(values.iloc[i])}"
            count = text("tip.value", organisations=count, value=value)
        tips[int(i)] = count
    return tips


def _sentences(
    query: DensityQuery,
    text: Text,
    chosen: gpd.GeoDataFrame,
    members: pd.Series,
    inside: np.ndarray,
    surface: DensitySurface | None,
) -> tuple[str, tuple[str, ...]]:
    asked = resolve(query.subject)
    within = members[inside]
    scope = territory_label(asked.territory, text) or text("density.scope.no_territory")
    filled = int((within > 0).sum())
    total = text.of_units(query.level, int(inside.sum()))
    if filled:
        headline = text(
            "density.lead",
            organisations=text.count("organisations", int(within.sum())),
            units=text.number(filled),
            total=total,
            scope=scope,
        )
    else:
        headline = text("density.lead.none", scope=scope)
    notes = []
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
    """What the table needs beside counts: values, the territory and the class of each unit in words."""

    values: pd.Series
    inside: np.ndarray
    scoped: bool
    labels: np.ndarray


def _labels(codes: np.ndarray, scoped: Classes, query: DensityQuery, text: Text) -> np.ndarray:
    words = class_labels(scoped, text, whole=query.measure is Measure.COUNT)
    names = np.array([text("legend.zero"), *words, text("legend.no_data")], dtype=object)
    labels: np.ndarray = names[codes]
    return labels


def _shares(known: int, chosen: int, unplaced: int, text: Text) -> tuple[str, ...]:
    notes = []
    if unplaced:
        notes.append(text("density.unplaced", n=text.number(unplaced), all=text.number(chosen)))
    if chosen < known:
        notes.append(text("density.hidden", n=text.count("organisations", known - chosen)))
    if known:
        notes.append(text("density.partial"))
    return tuple(notes)


def _table(units: pd.DataFrame, counts: pd.DataFrame, what: _Shown, query: DensityQuery, text: Text) -> pd.DataFrame:
    values, inside = what.values, what.inside
    shown = inside | (counts["members"] > 0).to_numpy()
    part, count = units[shown], counts[shown]
    powiaty, voivodeships = load_units(Level.POWIAT)["name"], load_units(Level.VOIVODESHIP)["name"]
    columns: dict[str, Any] = {
        text("col.name"): part["name"],
        text("col.kind"): [text(f"kind.{k}") for k in part["kind"]],
    }
    if query.level is Level.GMINA:
        columns[text("col.powiat")] = part.index.str[:4].map(powiaty)
    if query.level is not Level.VOIVODESHIP:
        columns[text("col.voivodeship")] = part.index.str[:2].map(voivodeships)
    columns[text("col.class")] = what.labels[shown]
    columns[text("col.members")] = count["members"]
    if query.measure is not Measure.COUNT:
        columns[text(f"measure.{query.measure}")] = values[shown].round(3)
    for sector in query.sectors:
        columns[text(f"sector.{sector}")] = count[str(sector)]
    if count["possible"].any():
        columns[text("col.possible")] = count["possible"]
    columns[text("col.population")] = part["population"]
    columns[text("col.area")] = part["area_km2"].round(1)
    columns[text("col.area.official")] = load_areas(query.level)["official_km2"].loc[part.index].round(1)
    if what.scoped:
        columns[text("col.territory")] = np.where(inside[shown], text("yes"), text("no"))
    columns[text("col.teryt")] = part.index
    columns |= group_columns(query.level, part.index, text)
    table = pd.DataFrame(columns, index=part.index)
    order = values[shown].fillna(-1.0)
    return table.loc[order.sort_values(ascending=False, kind="stable").index]
