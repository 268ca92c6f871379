"""Answer the comparison page: territories of clusters with their overlaps, and one row of numbers a cluster."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.concentration import Progress, herfindahl
from geo.analysis.territories import claimed, evenness, weighted_median
from geo.io.boundaries import load_units
from geo.io.data_state import per_state
from geo.model.cluster import Cluster, Sector, Status
from geo.model.compare import CompareQuery
from geo.model.concentration import NEEDS, Method
from geo.model.reach import Reach
from geo.model.selection import Subject
from geo.model.units import Level, level_of
from geo.render import palette
from geo.render.legend import LegendRow
from geo.render.painting import Frame, Painting, UnitClass
from geo.render.table import Column, Table
from geo.render.text import Text
from geo.services.columns import CLUSTER, NAME, TERYT
from geo.services.concentration.measure import clustering_of
from geo.services.ground import within
from geo.services.labels import territory_label, unit_names
from geo.services.library import Resolved, content_version, library, members_of, resolve
from geo.services.overview import PLACED
from geo.services.people import counted as counted_in
from geo.services.people import group_notes, localities_of, table_of_group, units_of, who_counts
from geo.services.pictures import Behind, map_picture
from geo.services.reaching import reached_localities, unknown_area, way_in_words
from geo.services.roads import road_key
from geo.services.view import View, named_after
from geo.services.web import frame, label_marks, member_marks

# Above so many clusters, or so many ways to overlap, colours tell only how many claim a unit.
MAX_COLOURS = palette.MAX_CLUSTERS
KEYS = "ABCDEFGHIJKLMPQRSTUVWXYZabcdefghijklmpqrstuvwyz"
MAX_ROWS = 24
CLAIMING = Column("claiming", "compare.overlap.clusters")
PEOPLE = Column("people", "compare.col.people")
# Columns that sum a comparison up in a file of its map.
SUMMARY = ("number", "cluster", "territory", "member", "declared", "potential", "share", "covered")


@dataclass(frozen=True, kw_only=True)
class CompareView(View):
    """
    Clusters side by side, ready to show.

    Its tables: `clusters`, one row each, where a missing number stands for "not known" or "too few";
    `overlaps`, units that several clusters claim.

    Attributes
    ----------
    query
        What was asked.
    """

    query: CompareQuery


def compare_view(query: CompareQuery, text: Text, *, progress: Progress | None = None) -> CompareView:
    """
    Lay clusters side by side.

    Parameters
    ----------
    query
        What is asked.
    text
        Language.
    progress
        Told how much is done, 0 to 1.

    Raises
    ------
    UnknownClusterError
        If there is no such cluster or network.
    DataFileError
        If shipped data are missing or changed.
    """
    text = who_counts(query.people)(text)
    clusters = resolve(query.subject).clusters
    table = _table(clusters, query, text, progress)
    overlaps = _overlaps(clusters, text, query.people)
    headline, notes = _sentences(clusters, overlaps, query, text)
    level = finest_level(clusters)
    codes = load_units(level).index
    inside = claimed(codes, [c.territory for c in clusters])
    territory = tuple(sorted({t for c in clusters for t in c.territory}))
    shown = counted(clusters, query.statuses)
    painting = replace(
        _claims(clusters, inside, frame(f"porownanie:{query.subject}", level, territory, text, title=headline), text),
        marks=member_marks(shown, text, {c.cluster_id: c.name for c in clusters}),
    )
    picture = map_picture(
        painting,
        (text("compare.title"), headline, text("compare.legend")),
        Behind(shown, _units(clusters, inside, query, text), table.only(*SUMMARY)),
        text,
        notes=notes,
        legend=_shortened(painting.legend(text), text),
    )
    return CompareView(
        clusters=clusters,
        known=len(shown),
        picture=picture,
        tables=named_after(query.subject, (table, overlaps)),
        query=query,
    )


def finest_level(clusters: tuple[Cluster, ...]) -> Level:
    """Return the finest level at which one of some clusters declares its territory; voivodeships if none does."""
    levels = {level_of(t) for c in clusters for t in c.territory}
    return next((own for own in (Level.GMINA, Level.POWIAT) if own in levels), Level.VOIVODESHIP)


def counted(clusters: tuple[Cluster, ...], statuses: tuple[Status, ...]) -> gpd.GeoDataFrame:
    """Return the members of some clusters that have one of some statuses."""
    members = members_of(clusters)
    return members[members["status"].isin(list(statuses))]


def _table(clusters: tuple[Cluster, ...], query: CompareQuery, text: Text, progress: Progress | None) -> Table:
    rows = []
    networks = {n.network_id: n.name for n in library().networks}
    for number, cluster in enumerate(clusters, start=1):
        version = content_version((cluster,)) + road_key(query.reach)
        numbers = _numbers(version, cluster, query.reach, query.statuses, query.people)
        territory = territory_label(cluster.territory, text) or text("overview.no_territory")
        if progress:
            progress(number / len(clusters))
        head = {"number": number, "cluster": cluster.name, "territory": territory}
        rows.append(head | numbers | {"network": networks.get(cluster.network, "")})
    frame = pd.DataFrame(rows)
    # Whole numbers stay whole where others are missing.
    ground = ("gminy", "km2", "people", "covered", "residual", "unknown", "located", "unlocated")
    whole = [*ground, *Status, *(f"sector.{s}" for s in Sector)]
    frame = frame.astype(dict.fromkeys(map(str, whole), "Int64"))
    heads = {key: CLUSTER if key == "cluster" else Column(key, f"compare.col.{key}") for key in frame.columns}
    return Table(
        "clusters",
        frame,
        tuple(counted_in(c, query.people) for c in heads.values()),
        title="compare.numbers",
        why="compare.numbers.help",
        csv="compare.csv",
        xlsx="compare.xlsx",
        file="porownanie",
    )


def thresholds(text: Text) -> str:
    """Return from how many members on each measure of the table is given."""
    return text(
        "compare.thresholds",
        sectors=NEEDS[Method.SECTORS].members,
        unevenness=NEEDS[Method.UNEVENNESS].members,
        units=NEEDS[Method.UNEVENNESS].units,
        neighbours=NEEDS[Method.NEIGHBOURS].members,
    )


@per_state(512)
def _numbers(
    version: str,  # noqa: ARG001 - the version keys the cache
    cluster: Cluster,
    reach: Reach,
    statuses: tuple[Status, ...],
    people: str,
) -> dict[str, float]:
    """Return the numbers of one cluster; NaN where nothing can be said."""
    everyone, members = members_of((cluster,)), counted((cluster,), statuses)
    status, sector = everyone["status"].value_counts(), members["sector"].value_counts()
    located = members["precision"].isin(list(PLACED))
    asked = resolve(Subject((cluster.cluster_id,)))
    near = reach_numbers(asked, members, reach, people)
    own = reach_numbers(asked, members, Reach(cluster.default_radius_km), people)
    numbers: dict[str, float] = {str(s): int(status.get(s, 0)) for s in Status}
    numbers |= near | _ground_numbers(cluster, people)
    numbers |= {"located": int(located.sum()), "unlocated": int((~located).sum())}
    numbers |= {f"sector.{s}": int(sector.get(s, 0)) for s in Sector} | {
        "own_reach": cluster.default_radius_km,
        "own_share": own["share"],
    }
    if everyone.empty:
        # Nobody lists the organisations of this cluster: none is known, which is not none.
        counts = (*Status, "located", "unlocated", *(f"sector.{s}" for s in Sector))
        numbers |= dict.fromkeys((str(c) for c in counts), np.nan)
    by_sector = np.array([sector.get(s, 0) for s in cluster.required_sectors], dtype=float)
    enough = len(members) >= NEEDS[Method.SECTORS].members and by_sector.sum() > 0
    numbers["balance"] = round(evenness(by_sector), 2) if enough else np.nan
    numbers["sector_hhi"] = round(herfindahl(sector.to_numpy(dtype=float)), 2) if enough else np.nan
    return numbers | clustering_of(cluster, statuses)


def _ground_numbers(cluster: Cluster, people: str) -> dict[str, float]:
    if not cluster.territory:
        return dict.fromkeys(("gminy", "km2", "people"), np.nan)
    gminy = units_of(Level.GMINA, people)
    own = gminy[within(gminy.index, cluster.territory)]
    return {"gminy": len(own), "km2": round(float(own["area_km2"].sum())), "people": int(own["population"].sum())}


def median_of(reach: Reach) -> str:
    """Return the name of the median: of kilometres in a straight line, or of minutes by road."""
    return "median_km" if reach.minutes is None else "median_min"


def reach_numbers(asked: Resolved, members: gpd.GeoDataFrame, reach: Reach, counted: str = "") -> dict[str, float]:
    """
    Return the inhabitants of a territory within reach of members, surely out of reach, and of whom it is not known.

    Parameters
    ----------
    asked
        The clusters; nothing is told without a territory.
    members
        Members that count.
    reach
        How far.
    counted
        Whom to count, as for `group_named`.

    Returns
    -------
    numbers
        `share` (% surely within reach), `covered`, `residual`, `unknown` (inhabitants), and how far half of the
        inhabitants have to the nearest placed member, `median_km` or `median_min`; NaN where not told, as what
        is surely within or out of reach of members that nobody lists.
    """
    median = median_of(reach)
    heads = ("share", "covered", "residual", "unknown", median)
    numbers = dict.fromkeys(heads, np.nan)
    if not asked.territory:
        return numbers
    localities, gminy = localities_of(counted), load_units(Level.GMINA)
    own = localities[within(pd.Index(localities["teryt"]), asked.territory)]
    perhaps = unknown_area(members, asked)
    found, _ = reached_localities(own, gminy[within(gminy.index, asked.territory)], members, perhaps, reach)
    people = own["population"]
    covered, unknown = (int(people[found[k]].sum()) for k in ("covered", "unknown"))
    numbers["unknown"] = unknown
    if len(asked.members):
        numbers |= {"covered": covered, "residual": int(people.sum()) - covered - unknown}
    if covered or not unknown:
        numbers["share"] = round(100.0 * covered / people.sum(), 1)
    if (found["nearest"] >= 0).any():
        far = (found["nearest_m"] / 1000.0 if reach.minutes is None else found["minutes"]).to_numpy()
        middle = weighted_median(far, people.to_numpy(dtype=float))
        # Nobody looks for times beyond two hours.
        numbers[median] = round(middle, 1) if np.isfinite(middle) else np.nan
    return numbers


def _units(clusters: tuple[Cluster, ...], inside: np.ndarray, query: CompareQuery, text: Text) -> Table:
    """Return the units that are claimed, index `teryt`, and by whom."""
    level = finest_level(clusters)
    units = units_of(level, query.people)
    own = np.flatnonzero(inside.any(axis=0))
    chosen = units.iloc[own]
    claims = [", ".join(c.name for c, claims in zip(clusters, inside[:, i], strict=True) if claims) for i in own]
    columns = {
        NAME: unit_names(level, chosen.index, text),
        TERYT: chosen.index,
        CLAIMING: claims,
        PEOPLE: chosen["population"],
    }
    return table_of_group(Table.of("units", columns, index=chosen.index), query.people)


def _overlaps(clusters: tuple[Cluster, ...], text: Text, people: str) -> Table:
    """Return the parts of the country that several clusters claim, most inhabitants first."""
    gminy = units_of(Level.GMINA, people)
    inside = claimed(gminy.index, [c.territory for c in clusters])
    several = np.flatnonzero(inside.sum(axis=0) > 1)
    groups: dict[tuple[int, ...], list[int]] = {}
    for i in several:
        groups.setdefault(tuple(np.flatnonzero(inside[:, i]).tolist()), []).append(int(i))
    rows = []
    for who, where in groups.items():
        part = gminy.iloc[where]
        names = ", ".join(clusters[k].name for k in who)
        rows.append((names, _common(list(part.index), text), len(part), int(part["population"].sum())))
    rows.sort(key=lambda row: -row[-1])
    columns = (CLAIMING, Column("where", "compare.overlap.where"), Column("gminy", "compare.col.gminy"), PEOPLE)
    table = Table.of_rows("overlaps", columns, rows, title="compare.overlap.title", none="compare.overlap.none")
    return table_of_group(table, people)


def _common(codes: list[str], text: Text) -> str:
    """Return the smallest units that hold exactly these gminy, in words."""
    everywhere, wanted = load_units(Level.GMINA).index, set(codes)
    named: list[str] = []
    for level in (Level.VOIVODESHIP, Level.POWIAT):
        for code in sorted({c[: level.digits] for c in wanted}):
            part = {c for c in everywhere if c.startswith(code)}
            if part <= wanted:
                named.append(code)
                wanted -= part
    return territory_label((*named, *sorted(wanted)), text)


def _claims(clusters: tuple[Cluster, ...], inside: np.ndarray, where: Frame, text: Text) -> Painting:
    """Return the map of units by the clusters that claim them."""
    who = [tuple(np.flatnonzero(column).tolist()) for column in inside.T]
    kinds = sorted({w for w in who if w})
    by_colour = len(clusters) <= MAX_COLOURS and len(kinds) <= len(KEYS)
    key_of = {w: KEYS[n] if by_colour else str(min(len(w), 3)) for n, w in enumerate(kinds)}
    numbers = [str(n + 1) for n in range(len(clusters))]
    names = {w: ", ".join(clusters[k].name for k in w) for w in kinds}
    classes = {}
    for w, key in key_of.items():
        label = (
            " + ".join(f"{numbers[k]} {clusters[k].name}" for k in w) if by_colour else text(f"compare.claims.{key}")
        )
        fill = palette.claim_fill(w if by_colour else w[:1] * len(w), by_colour=by_colour)
        classes[key] = UnitClass(key, fill, label, names[w] if by_colour else "", first=True)
    declared = [(n, c.territory) for n, c in zip(numbers, clusters, strict=True) if c.territory]
    return Painting(
        where,
        "".join(key_of.get(w, "0") for w in who),
        (*classes.values(), UnitClass("0", palette.ZERO, tip=text("compare.unclaimed"), blank=True)),
        opacity=0.8,
        tips={i: names[w] for i, w in enumerate(who) if w and not by_colour},
        labels=label_marks(declared) if by_colour else (),
    )


def _shortened(legend: tuple[LegendRow, ...], text: Text) -> tuple[LegendRow, ...]:
    """Return a legend of not too many rows; the last says how many are left out."""
    more = len(legend) - MAX_ROWS
    if more <= 0:
        return legend
    return (*legend[:MAX_ROWS], LegendRow(text("compare.claims.more", n=more), palette.ZERO, ""))


def _sentences(
    clusters: tuple[Cluster, ...], overlaps: Table, query: CompareQuery, text: Text
) -> tuple[str, tuple[str, ...]]:
    declaring = [c for c in clusters if c.territory]
    headline = text(
        "compare.headline", clusters=text.count("clusters", len(clusters)), declaring=text.number(len(declaring))
    )
    if not len(overlaps):
        headline += " " + text("compare.headline.apart")
    else:
        gminy, people = (int(overlaps[k].sum()) for k in ("gminy", "people"))
        units, inhabitants = text.units(Level.GMINA, gminy), text.count("inhabitants", people)
        headline += " " + text("compare.headline.overlaps", gminy=units, people=inhabitants)
    notes = [*group_notes(query.people, text), text("compare.note.radius", reach=way_in_words(query.reach, text))]
    without = [c.name for c in clusters if not c.territory]
    if without:
        notes.append(text("compare.note.no_territory", names=", ".join(without)))
    shown = {c.name: counted((c,), query.statuses) for c in clusters}
    # Nobody is listed, or those who are have no known point; whose list has nobody of these statuses is known.
    listed = {c.name for c in clusters if len(members_of((c,)))}
    silent = [n for n, m in shown.items() if n not in listed or (len(m) and not m.geometry.notna().any())]
    nobody = [n for n, m in shown.items() if n in listed and m.empty]
    for key, names in (("compare.note.no_places", silent), ("compare.note.nobody", nobody)):
        if names:
            notes.append(text(key, names=", ".join(names)))
    return headline, tuple(notes)
