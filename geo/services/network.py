"""Answer how clusters stand together: voivodeships without one, reach across borders, organisations nobody reaches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.coverage import nearest_member
from geo.analysis.points import coordinates
from geo.analysis.territories import Crossing, claimed, crossings, reaches
from geo.export.tables import to_csv
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.model.cluster import Cluster, Status
from geo.model.compare import CompareQuery
from geo.model.units import Level
from geo.render import palette
from geo.render.legend import LegendRow
from geo.render.painting import Painting, UnitClass
from geo.render.picture import Picture
from geo.render.text import Text
from geo.services.catalogue import organisations_table
from geo.services.compare import counted, reach_km
from geo.services.library import Resolved, library, resolve
from geo.services.pictures import map_picture, tables_of
from geo.services.web import frame, member_marks, rings_of

# Classes of a voivodeship: it is declared whole and has members, is declared, a part is declared, nobody declares it.
STATES = ("with", "declared", "part", "none")
WITH, DECLARED, PART, NONE = STATES


@dataclass(frozen=True)
class NetworkView:
    """
    Clusters as a network.

    Attributes
    ----------
    clusters
        The clusters.
    headline, notes
        One sentence and caveats.
    painting, legend, picture
        The map of voivodeships, its meaning, and the same for files.
    voivodeships
        One row a voivodeship: its clusters, members, state; headings included.
    crossing
        Pairs whose reach crosses the border between them, most inhabitants first.
    alone
        Potential members that no cluster reaches, with the nearest member; headings included.
    """

    clusters: tuple[Cluster, ...]
    headline: str
    notes: tuple[str, ...]
    painting: Painting
    legend: tuple[LegendRow, ...]
    picture: Picture
    voivodeships: pd.DataFrame
    crossing: pd.DataFrame
    alone: pd.DataFrame

    @property
    def payload(self) -> dict[str, Any]:
        """The painting as the browser reads it."""
        return self.painting.payload

    @property
    def voivodeships_csv(self) -> bytes:
        """The voivodeships as CSV."""
        return to_csv(self.voivodeships)

    @property
    def crossing_csv(self) -> bytes:
        """The pairs as CSV."""
        return to_csv(self.crossing)

    @property
    def alone_csv(self) -> bytes:
        """The organisations nobody reaches as CSV."""
        return to_csv(self.alone)


def network_view(query: CompareQuery, text: Text) -> NetworkView:
    """
    Look at clusters as a network.

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
    table, state = _voivodeships(asked, members, text)
    unreached_points, unreached_table = _unreached(clusters, members, radii, text)
    without = [name for name, key in zip(table[text("col.voivodeship")], state, strict=True) if key == NONE]
    headline = text(
        "network.headline",
        clusters=text.count("clusters", len(clusters)),
        declared=text.number(sum(key != NONE for key in state)),
        without=text.units(Level.VOIVODESHIP, len(without)),
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
    legend = painting.legend(text)
    notes = _notes(clusters, places, text)
    words = (text("network.title"), headline, text("network.legend"))
    tables = tables_of(pd.DataFrame(), table, shown, text)
    picture = map_picture(painting, legend, notes, words, tables, text)
    reach = _reach_words(radii, places, text)
    marks = tuple(replace(m, label=reach) if m.status == "reach" else m for m in picture.marks)
    return NetworkView(
        clusters=clusters,
        headline=headline,
        notes=notes,
        painting=painting,
        legend=legend,
        picture=replace(picture, marks=marks),
        voivodeships=table,
        crossing=_crossing(pairs, clusters, places, text),
        alone=unreached_table,
    )


def _points(members: gpd.GeoDataFrame) -> np.ndarray:
    return coordinates(members.geometry) if len(members) else np.empty((0, 2))


def _voivodeships(asked: Resolved, members: list[gpd.GeoDataFrame], text: Text) -> tuple[pd.DataFrame, list[str]]:
    rows, state = [], []
    clusters, silent = asked.clusters, set(asked.unlisted)
    for code, name in load_units(Level.VOIVODESHIP)["name"].items():
        whole = [c for c in clusters if code in c.territory]
        part = [c for c in clusters if c not in whole and any(t.startswith(code) for t in c.territory)]
        here = sum(int(m["teryt"].str.startswith(code).sum()) for m in members)
        key = (WITH if here else DECLARED) if whole else PART if part else NONE
        state.append(key)
        rows.append(
            {
                text("col.voivodeship"): name,
                text("network.col.clusters"): ", ".join(c.name for c in (*whole, *part)),
                text("network.col.state"): text(f"network.state.{key}"),
                # Of clusters whose members nobody lists, none is known.
                text("col.members"): here if here or not any(c in silent for c in (*whole, *part)) else pd.NA,
            }
        )
    return pd.DataFrame(rows, index=load_units(Level.VOIVODESHIP).index), state


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


def _crossing(
    pairs: tuple[Crossing, ...], clusters: tuple[Cluster, ...], places: list[np.ndarray], text: Text
) -> pd.DataFrame:
    """Return the pairs; what a cluster reaches whose members' places are not known is not known."""
    placed = [bool(np.isfinite(xy).any()) for xy in places]
    heads = [text(f"network.crossing.{k}") for k in ("first", "second", "into_second", "into_first", "shared")]
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
    return pd.DataFrame(rows, columns=heads).astype(dict.fromkeys(heads[2:], "Int64"))


def _unreached(
    clusters: tuple[Cluster, ...], members: list[gpd.GeoDataFrame], radii: list[float], text: Text
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
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
    table = organisations_table(unreached, text)[
        [text(k) for k in ("col.name", "col.kind", "col.sector", "col.place", "col.cluster")]
    ]
    nearest = distance.min(axis=0)[outside] / 1000.0 if far else np.full(len(unreached), np.inf)
    table[text("network.alone.km")] = np.where(np.isfinite(nearest), np.round(nearest, 1), np.nan)
    return unreached, table.sort_values(text("network.alone.km"), ignore_index=True)


def _notes(clusters: tuple[Cluster, ...], places: list[np.ndarray], text: Text) -> tuple[str, ...]:
    silent = [c.name for c, xy in zip(clusters, places, strict=True) if not np.isfinite(xy).any()]
    return (text("network.note.silent", names=", ".join(silent)),) if silent else ()
