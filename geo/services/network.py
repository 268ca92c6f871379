"""Answer how clusters stand together: voivodeships without one, reach across borders, organisations nobody reaches."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.coverage import nearest_member
from geo.analysis.points import coordinates
from geo.analysis.possible import Area, merged
from geo.analysis.territories import Crossing, claimed, crossings
from geo.io.boundaries import load_units
from geo.model.cluster import Cluster, Status
from geo.model.compare import CompareQuery
from geo.model.reach import Reach
from geo.model.units import Level
from geo.render import palette
from geo.render.painting import Painting, UnitClass
from geo.render.table import Column, Table, named
from geo.render.text import Text
from geo.services.cluster_reach import reach_of
from geo.services.columns import VOIVODESHIP
from geo.services.coverage import road_notes
from geo.services.library import Resolved, library, resolve
from geo.services.organisations import organisations_table
from geo.services.people import group_notes, localities_of, table_of_group, who_counts
from geo.services.pictures import Behind, map_picture
from geo.services.reaching import near_perhaps, unknown_area, within_reach
from geo.services.roads import outline_legend, road_outline, road_state
from geo.services.strength import OneCluster, anywhere, each_alone, strength_table, voivodeship_strength
from geo.services.view import View
from geo.services.web import frame, member_marks, rings_of

# Classes of a voivodeship: it is declared whole and has members, is declared, a part is declared, nobody declares it.
STATES = ("with", "declared", "part", "none")
WITH, DECLARED, PART, NONE = STATES


@dataclass(frozen=True, kw_only=True)
class NetworkView(View):
    """
    Clusters as a network, ready to show.

    Its tables: `voivodeships`, one row each; `strength`, one row a cluster; `crossing`, pairs whose reach crosses the
    border between them, most inhabitants first; `alone`, potential members that no cluster reaches. In the first two
    every cluster has its own reach, in the others and on the map the one asked for.

    Attributes
    ----------
    query
        What was asked.
    """

    query: CompareQuery


def network_view(query: CompareQuery, text: Text) -> NetworkView:
    """
    Look at clusters as a network.

    Raises
    ------
    UnknownClusterError
        If there is no such cluster or network.
    """
    text = who_counts(query.people)(text)
    asked = resolve(query.subject)
    clusters = asked.clusters
    each = each_alone(clusters, query.statuses)
    members = [one.members for one in each]
    places = [_points(m) for m in members]
    reach, localities = query.reach, localities_of(query.people)
    line = reach.minutes is None
    inside = claimed(pd.Index(localities["teryt"]), [c.territory for c in clusters])
    areas = [unknown_area(one.members, one.asked) for one in each]
    found = [reach_of(c, query.statuses, reach) for c in clusters]
    reached, perhaps = (
        np.array([f[k] for f in found], dtype=bool).reshape(len(found), len(localities)) for k in (0, 1)
    )
    pairs = crossings(reached, perhaps, inside, localities["population"].to_numpy(dtype=float))
    table = _voivodeships(asked, each, query.people)
    state = table["state"]
    unreached_points, unreached_table = _unreached(clusters, members, merged(areas), reach, text)
    without = table["state"].eq(NONE).sum()
    headline = text(
        "network.headline",
        clusters=text.count("clusters", len(clusters)),
        declared=text.number(len(state) - without),
        without=text.units(Level.VOIVODESHIP, int(without)),
    )
    everyone = pd.concat(members) if members else asked.members
    shown = gpd.GeoDataFrame(pd.concat([everyone, unreached_points]), geometry="geometry", crs=everyone.crs)
    painting = Painting(
        frame(f"siec:{query.subject}", Level.VOIVODESHIP, (), text, title=headline),
        "".join(s[0] for s in state),
        _state_classes(text),
        opacity=0.75,
        marks=member_marks(shown, text, {c.cluster_id: c.name for c in library().clusters}),
        rings=tuple(r for own in members for r in rings_of(member_marks(own, text), reach.metres)) if line else (),
        arcs=tuple(arc for own in members for arc in road_outline(own, reach.minutes)) if reach.minutes else (),
    )
    roads = road_notes(road_state() if reach.minutes else "", text)
    words = (text("network.title"), headline, text("network.legend"))
    picture = map_picture(
        painting,
        words,
        Behind(shown, table),
        text,
        notes=(*group_notes(query.people, text), *_notes(each, places, query.people, text), *roads),
    )
    if reach.minutes and painting.arcs:
        picture = replace(picture, marks=(*picture.marks, outline_legend(reach.minutes, text)))
    return NetworkView(
        clusters=clusters,
        known=len(everyone),
        picture=picture,
        tables=(
            table,
            strength_table(each, text, query.people),
            table_of_group(_crossing(pairs, clusters), query.people),
            unreached_table,
        ),
        query=query,
    )


def _points(members: gpd.GeoDataFrame) -> np.ndarray:
    return coordinates(members.geometry) if len(members) else np.empty((0, 2))


def _voivodeships(asked: Resolved, each: tuple[OneCluster, ...], people: str) -> Table:
    rows = []
    clusters, strength = asked.clusters, voivodeship_strength(asked, each, people)
    seated = {code[: Level.VOIVODESHIP.digits] for one in each for code in one.members["teryt"]}
    for code, name in load_units(Level.VOIVODESHIP)["name"].items():
        whole = [c for c in clusters if code in c.territory]
        part = [c for c in clusters if c not in whole and any(t.startswith(code) for t in c.territory)]
        key = (WITH if code in seated else DECLARED) if whole else PART if part else NONE
        rows.append((name, ", ".join(c.name for c in (*whole, *part)), key))
    columns = (
        VOIVODESHIP,
        Column("clusters", "network.col.clusters"),
        Column("state", "network.col.state", named("network.standing")),
    )
    around = {"title": "network.table", "why": "network.table.why", "csv": "network.csv", "file": "siec-wojewodztwa"}
    table = Table.of_rows("voivodeships", columns, rows, **around)
    table = replace(table, frame=table.frame.set_axis(load_units(Level.VOIVODESHIP).index)).plus(strength)
    return table_of_group(table, people)


def _state_classes(text: Text) -> tuple[UnitClass, ...]:
    words = {state: text(f"network.state.{state}") for state in STATES}
    return tuple(
        UnitClass(s[0], palette.NETWORK_FILLS[s], words[s], words[s], always=True, first=s == WITH) for s in STATES
    )


def _crossing(pairs: tuple[Crossing, ...], clusters: tuple[Cluster, ...]) -> Table:
    """Return the pairs, with what is sure and what is not known."""
    parts = ("into_second", "into_first", "shared")
    counts = [f"{part}{rest}" for part in parts for rest in ("", "_unknown")]
    rows = [(clusters[p.first].name, clusters[p.second].name, *(getattr(p, key) for key in counts)) for p in pairs]
    return Table.of_rows(
        "crossing",
        [Column(key, f"network.crossing.{key}") for key in ("first", "second", *counts)],
        rows,
        title="network.crossing",
        why="network.crossing.why",
        none="network.crossing.none",
        csv="network.crossing.csv",
        file="siec-granice",
    )


def _unreached(
    clusters: tuple[Cluster, ...], members: list[gpd.GeoDataFrame], perhaps: Area, reach: Reach, text: Text
) -> tuple[gpd.GeoDataFrame, Table]:
    """Return potential members in the territories, or of the clusters, that no cluster reaches for sure."""
    everyone = library().members
    potential = everyone[(everyone["status"] == str(Status.POTENTIAL)) & everyone.geometry.notna()]
    own = potential["cluster_id"].isin([c.cluster_id for c in clusters]).to_numpy()
    within = claimed(pd.Index(potential["teryt"]), [c.territory for c in clusters]).any(axis=0)
    potential = potential[own | within]
    places = _points(potential)
    far = [nearest_member(places, _points(m)) for m in members]
    distance = np.array([d for _, d in far]).reshape(len(far), len(places))
    outside = ~np.array([within_reach(places, m, reach) for m in members]).reshape(len(far), len(places)).any(axis=0)
    unreached = potential[outside]
    table = organisations_table(
        unreached,
        text,
        "alone",
        title="network.alone",
        why="network.alone.why",
        none="network.alone.none",
        csv="network.alone.csv",
        file="siec-poza-zasiegiem",
    ).only("name", "kind", "sector", "place", "cluster")
    nearest = distance.min(axis=0)[outside] / 1000.0 if far else np.full(len(unreached), np.inf)
    far_km = np.where(np.isfinite(nearest), np.round(nearest, 1), np.nan)
    maybe = near_perhaps(places[outside], unreached["teryt"], perhaps, reach)
    frame = table.frame.assign(nearest_km=far_km, reach=np.where(maybe, "unknown", "outside"))
    more = (
        Column("nearest_km", "network.alone.km"),
        Column("reach", "network.alone.reach", named("network.alone.reach")),
    )
    frame = frame.sort_values("nearest_km", ignore_index=True)
    return unreached, replace(table, frame=frame, columns=(*table.columns, *more))


def _notes(each: tuple[OneCluster, ...], places: list[np.ndarray], counted: str, text: Text) -> tuple[str, ...]:
    # Whose list has nobody of these statuses is known; of whom nobody lists, or places, it is not.
    nobody = [one.listed and one.members.empty for one in each]
    silent = [not np.isfinite(xy).any() and not none for xy, none in zip(places, nobody, strict=True)]
    notes = []
    for key, chosen in (("network.note.silent", silent), ("compare.note.nobody", nobody)):
        if names := [one.cluster.name for one, named_here in zip(each, chosen, strict=True) if named_here]:
            notes.append(text(key, names=", ".join(names)))
    unbound, people = anywhere(each, counted)
    if unbound:
        count = text.count("inhabitants", people)
        notes.append(text("network.note.anywhere", names=", ".join(c.name for c in unbound), people=count))
    return tuple(notes)
