"""Answer how clusters stand together: voivodeships without one, reach across borders, organisations nobody reaches."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.coverage import nearest_member
from geo.analysis.points import coordinates
from geo.analysis.territories import Crossing, claimed, crossings, reaches
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.model.cluster import Cluster, Status
from geo.model.compare import CompareQuery
from geo.model.units import Level
from geo.render import palette
from geo.render.painting import Painting, UnitClass
from geo.render.table import Column, Table, named
from geo.render.text import Text
from geo.services.columns import MEMBERS, VOIVODESHIP
from geo.services.compare import counted, reach_km
from geo.services.library import Resolved, library, resolve
from geo.services.organisations import organisations_table
from geo.services.pictures import Behind, map_picture
from geo.services.view import View
from geo.services.web import frame, member_marks, rings_of

# Classes of a voivodeship: it is declared whole and has members, is declared, a part is declared, nobody declares it.
STATES = ("with", "declared", "part", "none")
WITH, DECLARED, PART, NONE = STATES


def network_view(query: CompareQuery, text: Text) -> View:
    """
    Look at clusters as a network.

    Its tables: `voivodeships`, one row each; `crossing`, pairs whose reach crosses the border between
    them, most inhabitants first; `alone`, potential members that no cluster reaches.

    Raises
    ------
    UnknownClusterError
        If there is no such cluster or network.
    """
    asked = resolve(query.subject)
    clusters = asked.clusters
    members = [counted((c,), query.statuses) for c in clusters]
    places = [_points(m) for m in members]
    radii = [1000.0 * reach_km(c, query.radius_km) for c in clusters]
    localities = load_localities()
    inside = claimed(pd.Index(localities["teryt"]), [c.territory for c in clusters])
    reached = reaches(coordinates(localities.geometry), places, radii)
    pairs = crossings(reached, inside, localities["population"].to_numpy(dtype=float))
    table = _voivodeships(asked, members)
    state = table["state"]
    unreached_points, unreached_table = _unreached(clusters, members, radii, text)
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
        rings=tuple(
            ring
            for own, radius in zip(members, radii, strict=True)
            for ring in rings_of(member_marks(own, text), radius)
        ),
    )
    words = (text("network.title"), headline, text("network.legend"))
    picture = map_picture(painting, words, Behind(shown, table), text, notes=_notes(clusters, places, text))
    reach = _reach_words(radii, places, text)
    marks = tuple(replace(m, label=reach) if m.status == "reach" else m for m in picture.marks)
    return View(
        clusters=clusters,
        known=len(everyone),
        picture=replace(picture, marks=marks),
        tables=(table, _crossing(pairs, clusters, places), unreached_table),
        statuses=(*query.statuses, Status.POTENTIAL),
        marks=("reach",),
    )


def _points(members: gpd.GeoDataFrame) -> np.ndarray:
    return coordinates(members.geometry) if len(members) else np.empty((0, 2))


def _voivodeships(asked: Resolved, members: list[gpd.GeoDataFrame]) -> Table:
    rows = []
    clusters, silent = asked.clusters, set(asked.unlisted)
    for code, name in load_units(Level.VOIVODESHIP)["name"].items():
        whole = [c for c in clusters if code in c.territory]
        part = [c for c in clusters if c not in whole and any(t.startswith(code) for t in c.territory)]
        here = sum(int(m["teryt"].str.startswith(code).sum()) for m in members)
        key = (WITH if here else DECLARED) if whole else PART if part else NONE
        # Of clusters whose members nobody lists, none is known.
        count = here if here or not any(c in silent for c in (*whole, *part)) else pd.NA
        rows.append((name, ", ".join(c.name for c in (*whole, *part)), key, count))
    columns = (
        VOIVODESHIP,
        Column("clusters", "network.col.clusters"),
        Column("state", "network.col.state", named("network.state")),
        MEMBERS,
    )
    around = {"title": "network.table", "csv": "network.csv", "file": "siec-wojewodztwa"}
    table = Table.of_rows("voivodeships", columns, rows, **around)
    return replace(table, frame=table.frame.set_axis(load_units(Level.VOIVODESHIP).index))


def _state_classes(text: Text) -> tuple[UnitClass, ...]:
    words = {state: text(f"network.state.{state}") for state in STATES}
    return tuple(
        UnitClass(s[0], palette.NETWORK_FILLS[s], words[s], words[s], always=True, first=s == WITH) for s in STATES
    )


def _reach_words(radii: list[float], places: list[np.ndarray], text: Text) -> str:
    """Return what the circles mean; their size is that of each cluster."""
    used = [r / 1000.0 for r, xy in zip(radii, places, strict=True) if np.isfinite(xy).any()]
    if not used or min(used) == max(used):
        return text("legend.reach", km=text.number(used[0] if used else 0, 1))
    return text("network.reach", low=text.number(min(used), 1), high=text.number(max(used), 1))


def _crossing(pairs: tuple[Crossing, ...], clusters: tuple[Cluster, ...], places: list[np.ndarray]) -> Table:
    """Return the pairs; what a cluster reaches whose members' places are not known is not known."""
    placed = [bool(np.isfinite(xy).any()) for xy in places]
    heads = ("first", "second", "into_second", "into_first", "shared")
    rows = [
        (
            clusters[p.first].name,
            clusters[p.second].name,
            p.into_second if placed[p.first] else pd.NA,
            p.into_first if placed[p.second] else pd.NA,
            p.shared if placed[p.first] and placed[p.second] else pd.NA,
        )
        for p in pairs
    ]
    table = Table.of_rows(
        "crossing",
        [Column(key, f"network.crossing.{key}") for key in heads],
        rows,
        title="network.crossing",
        why="network.crossing.why",
        none="network.crossing.none",
        csv="network.crossing.csv",
        file="siec-granice",
    )
    return replace(table, frame=table.frame.astype(dict.fromkeys(heads[2:], "Int64")))


def _unreached(
    clusters: tuple[Cluster, ...], members: list[gpd.GeoDataFrame], radii: list[float], text: Text
) -> tuple[gpd.GeoDataFrame, Table]:
    """Return potential members in the territories, or of the clusters, that no cluster reaches."""
    everyone = library().members
    potential = everyone[(everyone["status"] == str(Status.POTENTIAL)) & everyone.geometry.notna()]
    own = potential["cluster_id"].isin([c.cluster_id for c in clusters]).to_numpy()
    within = claimed(pd.Index(potential["teryt"]), [c.territory for c in clusters]).any(axis=0)
    potential = potential[own | within]
    places = _points(potential)
    far = [nearest_member(places, _points(m)) for m in members]
    distance = np.array([d for _, d in far]).reshape(len(far), len(places))
    outside = (distance > np.array(radii).reshape(-1, 1)).all(axis=0) if far else np.ones(len(places), dtype=bool)
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
    frame = table.frame.assign(nearest_km=far_km).sort_values("nearest_km", ignore_index=True)
    return unreached, replace(table, frame=frame, columns=(*table.columns, Column("nearest_km", "network.alone.km")))


def _notes(clusters: tuple[Cluster, ...], places: list[np.ndarray], text: Text) -> tuple[str, ...]:
    silent = [c.name for c, xy in zip(clusters, places, strict=True) if not np.isfinite(xy).any()]
    return (text("network.note.silent", names=", ".join(silent)),) if silent else ()
