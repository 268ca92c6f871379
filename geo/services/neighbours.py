"""Set a powiat beside its neighbours, those of its voivodeship and those of its size, over all clusters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.analysis.best_of_clusters import BestOfClusters
from geo.errors import UnknownUnitError
from geo.io.boundaries import load_units
from geo.model.units import Level
from geo.render.table import Column, Table, named
from geo.render.text import Text
from geo.services.columns import NAME, POPULATION, TERYT
from geo.services.country import ANSWER, CLUSTERS, KNOWN_MEMBERS, country, joined_names
from geo.services.coverage_tables import known_members, share_percent
from geo.services.labels import powiat_options
from geo.services.library import library
from geo.services.people import table_of_group, units_of

# So many powiaty of similar population elsewhere.
SIMILAR = 5
GROUP = Column("group", "country.col.group", named("country.group"))
BEST_SHARE = Column("share_percent", "country.col.best_share")


def neighbours(code: str, text: Text, people: str = "") -> Table:
    """
    Return the powiaty that one is compared with.

    Parameters
    ----------
    code
        4-digit TERYT code.
    text
        Language.
    people
        Whom to count, as for `group_named`.

    Returns
    -------
    table
        Index `teryt`. First those that share a line of the border, then others of the voivodeship, both by code, then
        five elsewhere whose population is nearest.

    Raises
    ------
    UnknownUnitError
        If there is no such powiat.
    """
    powiaty = units_of(Level.POWIAT, people)
    if code not in powiaty.index:
        raise UnknownUnitError(code)
    found, names = country(people), {c.cluster_id: c.name for c in library().clusters}
    beside = bordering(code)
    same = [c for c in powiaty.index if c[:2] == code[:2] and c != code and c not in beside]
    other = powiaty[[c[:2] != code[:2] and c not in beside for c in powiaty.index]]
    distance = (other["population"] - powiaty.loc[code, "population"]).abs()
    similar = distance.sort_values(kind="stable").index[:SIMILAR]
    groups = {**dict.fromkeys(beside, "border"), **dict.fromkeys(same, "voivodeship"), **dict.fromkeys(similar, "size")}
    units = found.powiaty.loc[list(groups)]
    labels = powiat_options(text)
    columns: dict[Column, Any] = {
        GROUP: list(groups.values()),
        NAME: [labels[c] for c in groups],
        ANSWER: units["answer"],
        CLUSTERS: joined_names(units["clusters"], names),
        KNOWN_MEMBERS: known_members(units),
        POPULATION: units["population"],
        BEST_SHARE: best_share(found, units.index),
        TERYT: units.index,
    }
    around = {"title": "country.neighbours", "why": "country.neighbours.why", "csv": "country.powiaty.csv"}
    table = Table.of("neighbours", columns, index=units.index, **around, file=f"{code}-sasiedzi")
    return table_of_group(table, people)


def best_share(found: BestOfClusters, codes: pd.Index) -> pd.Series:
    """Return the share of people surely within reach of the cluster that reaches most of them, percent."""
    shares = pd.DataFrame({c: share_percent(u.powiaty.loc[codes]) for c, u in found.by_cluster.items()}, index=codes)
    most = shares.max(axis=1)
    # Where one cluster surely reaches nobody, another may.
    return most.mask((most == 0) & shares.isna().any(axis=1))


def bordering(code: str) -> tuple[str, ...]:
    """
    Return the powiaty that share a line of their borders with one, not only a point.

    Borders nest to the vertex, so two units share a line where they share an edge between two vertices.

    Parameters
    ----------
    code
        4-digit TERYT code.
    """
    shapes = load_units(Level.POWIAT).geometry
    near = shapes.index[shapely.intersects(shapely.box(*shapes.bounds.to_numpy().T), shapely.box(*shapes[code].bounds))]
    return tuple(c for c in near if c != code and share_a_line(shapes[code], shapes[c]))


def share_a_line(first: shapely.Geometry, second: shapely.Geometry) -> bool:
    """Say whether two outlines share an edge between two vertices."""
    return len(np.intersect1d(_edges(first), _edges(second))) > 0


def _edges(shape: shapely.Geometry) -> NDArray[np.void]:
    """Return the edges of an outline, each as the coordinates of its ends in one order."""
    # A zero has two signs, and what is compared below is bytes.
    xy, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(shape)), return_index=True)
    points = (xy[:, 0] + 1j * xy[:, 1]) + 0.0
    inside = ring[1:] == ring[:-1]
    ends = np.sort(np.stack([points[:-1], points[1:]], axis=1)[inside], axis=1)
    return np.ascontiguousarray(ends).view(np.dtype((np.void, ends.dtype.itemsize * 2))).ravel()
