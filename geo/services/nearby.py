"""Say which clusters are nearest to a powiat that none of them names, reaches or has a member in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import shapely

from geo.analysis.coverage import nearest_member
from geo.analysis.points import coordinates
from geo.io.boundaries import load_units
from geo.io.clusters import load_state_date
from geo.io.gazetteer import load_localities
from geo.model.cluster import Cluster, Status
from geo.model.reach import Reach
from geo.model.selection import Subject
from geo.model.units import Level, level_of
from geo.render.table import Column, Table
from geo.render.text import Text
from geo.services.columns import CLUSTER
from geo.services.labels import powiat_options
from geo.services.library import Resolved, library, resolve
from geo.services.reaching import reached_localities, unknown_area

NEAREST = 5


@dataclass(frozen=True)
class Nearby:
    """
    The clusters around a powiat.

    Attributes
    ----------
    reaching
        Clusters that surely reach people of it from their placed members, each at its own reach; nearest first.
    sentence
        That none of the listed clusters names it, has a member in it or reaches it, with the day of the list, and of
        how many that is not known. "" where one does.
    table
        The nearest clusters with their distances from its most populous locality.
    """

    reaching: tuple[Cluster, ...]
    sentence: str
    table: Table


def nearby(code: str, text: Text) -> Nearby:
    """
    Say which clusters reach a powiat, and where none does, which are nearest.

    Parameters
    ----------
    code
        4-digit TERYT code.
    text
        Language.
    """
    everywhere, gminy = load_localities(), load_units(Level.GMINA)
    localities = everywhere[everywhere["teryt"].str.startswith(code)]
    gminy = gminy[gminy.index.str.startswith(code)]
    seat = localities.loc[localities["population"].idxmax()]
    rows, reaching, open_ = [], [], 0
    for cluster in library().clusters:
        asked = resolve(Subject((cluster.cluster_id,)))
        members = asked.members[asked.members["status"] == str(Status.MEMBER)]
        perhaps, reach = unknown_area(members, asked), Reach(cluster.default_radius_km)
        found, _ = reached_localities(localities, gminy, members, perhaps, reach)
        to_member = float(nearest_member(_xy(seat), coordinates(members.geometry))[1][0]) / 1000.0
        if found["covered"].any():
            reaching.append((to_member, cluster))
        elif found["unknown"].any():
            open_ += 1
        rows.append((cluster.name, _km(to_member), _km(_to_ground(seat["geometry"], asked))))
    columns = (CLUSTER, Column("to_member_km", "nearby.to_member"), Column("to_ground_km", "nearby.to_ground"))
    table = Table.of_rows("nearby", columns, rows, title="nearby.title")
    order = table.frame[["to_member_km", "to_ground_km"]].min(axis=1).sort_values(kind="stable").index
    table = replace(table, frame=table.frame.loc[order[:NEAREST]].reset_index(drop=True))
    ours = tuple(cluster for _, cluster in sorted(reaching, key=lambda pair: pair[0]))
    return Nearby(ours, "" if ours or _named(code) else _none(code, len(rows), open_, text), table)


def _named(code: str) -> bool:
    """Say whether a cluster names a powiat or has a known member in it."""
    members = library().members
    here = members["teryt"].str.startswith(code) & (members["status"] == str(Status.MEMBER))
    return bool(here.any()) or any(
        code.startswith(t) or t.startswith(code) for c in library().clusters for t in c.territory
    )


def _none(code: str, listed: int, open_: int, text: Text) -> str:
    sentence = text(
        "nearby.none" if listed > 1 else "nearby.none.one",
        powiat=powiat_options(text)[code],
        clusters=text.count("clusters.of", listed),
        date=text.when(list_date()),
    )
    return f"{sentence} {text('nearby.open', clusters=text.count('clusters.about', open_))}" if open_ else sentence


def list_date() -> str:
    """Return the day of which the list of clusters is: that of the shipped one, or today where clusters are kept."""
    return str(datetime.now(UTC).date()) if library().kept else load_state_date()


def _xy(place: pd.Series) -> np.ndarray:
    return np.array([[place["geometry"].x, place["geometry"].y]])


def _to_ground(place: shapely.Point, asked: Resolved) -> float:
    """Return the distance to the territory, km; infinite where the cluster states none."""
    outlines = [load_units(level).geometry[code] for code in asked.territory if (level := level_of(code))]
    return min((place.distance(outline) for outline in outlines), default=np.inf) / 1000.0


def _km(distance: float) -> float:
    return round(distance, 1) if np.isfinite(distance) else np.nan
