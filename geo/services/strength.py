"""Say how strong clusters are, each at its own reach, and what they offer together in each voivodeship."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.analysis.best_of_clusters import seats
from geo.analysis.coverage import sector_states
from geo.analysis.density import count_by_unit
from geo.analysis.territories import claimed
from geo.io.boundaries import load_units
from geo.io.data_state import per_state
from geo.io.gazetteer import load_localities
from geo.model.cluster import Cluster, Sector, Status
from geo.model.coverage import SectorState
from geo.model.reach import Reach
from geo.model.units import Level
from geo.render.table import Column, Table
from geo.render.text import Text
from geo.services.cluster_reach import Within, reach_of
from geo.services.columns import CLUSTER, MEMBERS, MISSING, SHARE, UNKNOWN_SECTORS
from geo.services.compare import PEOPLE, counted
from geo.services.country import SECTORS
from geo.services.coverage import with_unlisted
from geo.services.coverage_tables import of_state
from geo.services.ground import within
from geo.services.labels import territory_label
from geo.services.library import Resolved, resolve
from geo.services.people import localities_of, table_of_group
from geo.services.reaching import unknown_area

BY_SECTOR = {sector: Column(f"sector.{sector}", f"network.sector.{sector}") for sector in Sector}
COVERED = Column("covered", "network.col.covered")
RESIDUAL = Column("residual", "network.col.residual")
UNKNOWN = Column("unknown", "network.col.unknown")
SEATED = Column("member_percent", "network.col.member_percent")
SEATED_UNKNOWN = Column("powiaty_unknown", "network.col.powiaty_unknown")
POWIATY = Column("powiaty", "network.col.powiaty")
TERRITORY = Column("territory", "network.col.territory")
OWN_REACH = Column("radius_km", "network.col.radius")
# What is seen first on a narrow screen stands first.
STRENGTH = (MEMBERS, *BY_SECTOR.values(), COVERED, RESIDUAL, UNKNOWN, SHARE, MISSING, SEATED, SEATED_UNKNOWN)
STRENGTH += (UNKNOWN_SECTORS, POWIATY, PEOPLE)


@dataclass(frozen=True, eq=False)
class OneCluster:
    """
    A cluster with what of it counts.

    Attributes
    ----------
    asked
        The cluster alone.
    members
        Its organisations of the statuses asked for.
    covered, unknown
        See `reach_of`, at its own reach.
    """

    asked: Resolved
    members: gpd.GeoDataFrame
    covered: NDArray[np.bool_]
    unknown: NDArray[np.bool_]

    @property
    def cluster(self) -> Cluster:
        """The cluster."""
        return self.asked.clusters[0]

    @property
    def listed(self) -> bool:
        """Whether somebody lists its members."""
        return not self.asked.unlisted


def each_alone(clusters: tuple[Cluster, ...], statuses: tuple[Status, ...]) -> tuple[OneCluster, ...]:
    """Return each of some clusters with its organisations of some statuses and its own reach."""
    return tuple(
        OneCluster(resolve(c.cluster_id), counted((c,), statuses), *reach_of(c, statuses, Reach(c.default_radius_km)))
        for c in clusters
    )


def together(each: Iterable[OneCluster]) -> Within:
    """Say which localities are within reach of any of several clusters, and of which that is not known."""
    covered, unknown = np.zeros((2, len(load_localities())), dtype=bool)
    for one in each:
        covered, unknown = covered | one.covered, unknown | one.unknown
    return covered, unknown & ~covered


def strength_table(each: tuple[OneCluster, ...], text: Text, people: str = "") -> Table:
    """
    Return one row a cluster: its members, the people of its territory within its own reach, its powiaty with a member.

    What is not known of a cluster whose members nobody lists, or which declares no territory, is missing, never 0.

    Parameters
    ----------
    each
        The clusters.
    text
        Language of the names of territories.
    people
        Whom to count, as for `group_named`.
    """
    clusters, rows = [one.cluster for one in each], [_of_cluster(one, people) for one in each]
    values: dict[Column, Any] = {CLUSTER: [c.name for c in clusters]}
    values |= {column: [row[column] for row in rows] for column in STRENGTH}
    territories = [territory_label(c.territory, text) or text("overview.no_territory") for c in clusters]
    values |= {TERRITORY: territories, OWN_REACH: [c.default_radius_km for c in clusters]}
    around = {"title": "network.strength", "why": "network.strength.why", "csv": "network.strength.csv"}
    return table_of_group(Table.of("strength", _typed(values), file="siec-klastry", **around), people)


def voivodeship_strength(asked: Resolved, each: tuple[OneCluster, ...], people: str = "") -> dict[Column, Any]:
    """
    Return what clusters offer together in each voivodeship, each at its own reach: a column for each of `STRENGTH`.

    Parameters
    ----------
    asked
        The clusters together.
    each
        The same, one by one.
    people
        Whom to count, as for `group_named`.

    Returns
    -------
    values
        Series, index `teryt`. A count of organisations is missing where none is known to be, but one may be; people
        surely within and out of reach are missing where of nobody that is known.
    """
    units, members = load_units(Level.VOIVODESHIP), _joined(asked, each)
    counts = count_by_unit(members, units, asked.territories).table
    possible, silent = with_unlisted(counts["possible"], asked)
    states, needed = (sector_states(counts, sectors, silent) for sectors in (tuple(Sector), SECTORS))
    none = (counts["members"] == 0) & (possible > 0)
    values: dict[Column, Any] = {MEMBERS: counts["members"].astype("Int64").mask(none)}
    for sector, column in BY_SECTOR.items():
        unknown = np.array([row[sector] is SectorState.UNKNOWN for row in states])
        values[column] = counts[str(sector)].astype("Int64").mask(unknown)
    values |= {MISSING: of_state(needed, SectorState.ABSENT), UNKNOWN_SECTORS: of_state(needed, SectorState.UNKNOWN)}
    covered, unknown = together(each)
    where = _voivodeships()
    parts = [_people_of(mask, where, people) for mask in (covered, unknown, np.ones(len(where), dtype=bool))]
    reach = pd.DataFrame([_reach(*three, listed=True) for three in zip(*parts, strict=True)], units.index)
    powiaty = _powiaty(members, asked, load_units(Level.POWIAT).index)
    groups = powiaty.groupby(powiaty.index.str[: Level.VOIVODESHIP.digits])
    seated = pd.DataFrame({code: _seated(own) for code, own in groups}).T.reindex(units.index)
    values |= {column: part[column] for part in (reach, seated) for column in part}
    return _typed({column: values[column] for column in STRENGTH})


def anywhere(each: tuple[OneCluster, ...], counted: str = "") -> tuple[tuple[Cluster, ...], int]:
    """Return the clusters that may have members anywhere, and of how many people reach is not known for that alone."""
    unbound = tuple(one for one in each if "" in unknown_area(one.members, one.asked))
    (_, unknown), (_, without) = together(each), together(one for one in each if one not in unbound)
    people = localities_of(counted)["population"].to_numpy()
    return tuple(one.cluster for one in unbound), int(people[unknown & ~without].sum())


def _joined(asked: Resolved, each: tuple[OneCluster, ...]) -> gpd.GeoDataFrame:
    """Return the organisations that count of several clusters."""
    parts = [one.members for one in each if len(one.members)] or [asked.members.iloc[:0]]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=asked.members.crs)


def _of_cluster(one: OneCluster, counted: str) -> dict[Column, Any]:
    """Return the row of a cluster."""
    cluster, members, listed = one.cluster, one.members, one.listed
    sectors = members["sector"].value_counts()
    row: dict[Column, Any] = {MEMBERS: len(members) if listed else pd.NA}
    row |= {column: int(sectors.get(str(s), 0)) if listed else pd.NA for s, column in BY_SECTOR.items()}
    lacking = tuple(s for s in cluster.required_sectors if str(s) not in sectors)
    row |= {MISSING: lacking if listed else (), UNKNOWN_SECTORS: () if listed else lacking}
    if not cluster.territory:
        return row | dict.fromkeys((SHARE, COVERED, RESIDUAL, UNKNOWN, SEATED, SEATED_UNKNOWN, POWIATY, PEOPLE), pd.NA)
    localities = localities_of(counted)
    own, people = claimed(pd.Index(localities["teryt"]), [cluster.territory])[0], localities["population"].to_numpy()
    covered, unknown = (int(people[own & mask].sum()) for mask in (one.covered, one.unknown))
    powiaty = load_units(Level.POWIAT).index
    seated = _seated(_powiaty(members, one.asked, powiaty[within(powiaty, cluster.territory)]))
    return row | _reach(covered, unknown, int(people[own].sum()), listed=listed) | seated


def _reach(covered: int, unknown: int, people: int, *, listed: bool) -> dict[Column, Any]:
    """Return three numbers of people; 0 would say too much where nothing is known of anybody."""
    dark = not listed or unknown == people
    return {
        SHARE: pd.NA if dark or (unknown and not covered) else round(100.0 * covered / people, 1),
        COVERED: pd.NA if dark else covered,
        RESIDUAL: pd.NA if dark else people - covered - unknown,
        UNKNOWN: unknown,
        PEOPLE: people,
    }


def _seated(powiaty: pd.DataFrame) -> dict[Column, Any]:
    """Return the share of powiaty with an organisation, and of how many that is not known."""
    seated, unknown = int(powiaty["seated"].sum()), int(powiaty["unknown"].sum())
    return {
        SEATED: pd.NA if unknown and not seated else round(100.0 * seated / len(powiaty), 1),
        SEATED_UNKNOWN: unknown,
        POWIATY: len(powiaty),
    }


def _powiaty(members: gpd.GeoDataFrame, asked: Resolved, codes: pd.Index) -> pd.DataFrame:
    """Say of each powiat whether an organisation is seated there, and whether that is not known."""
    counts = seats(members, codes, asked.territories)
    seated, possible = counts["members"] > 0, with_unlisted(counts["possible"], asked)[0]
    return pd.DataFrame({"seated": seated, "unknown": ~seated & (possible > 0)})


def _people_of(chosen: NDArray[np.bool_], where: NDArray[np.intp], counted: str) -> list[int]:
    people = localities_of(counted)["population"].to_numpy(dtype=np.int64)
    sums = np.zeros(len(load_units(Level.VOIVODESHIP)), dtype=np.int64)
    np.add.at(sums, where[chosen], people[chosen])
    return [int(n) for n in sums]


def _typed(values: dict[Column, Any]) -> dict[Column, Any]:
    """Keep whole numbers whole where others are missing."""
    shares, whole = (SHARE, SEATED), {MEMBERS, *BY_SECTOR.values(), COVERED, RESIDUAL, UNKNOWN, SEATED_UNKNOWN}
    kinds = dict.fromkeys((*whole, POWIATY, PEOPLE), "Int64") | dict.fromkeys(shares, "Float64")
    return {c: pd.Series(v, dtype=kinds[c]) if c in kinds else pd.Series(v) for c, v in values.items()}


@per_state(1)
def _voivodeships() -> NDArray[np.intp]:
    """Return the position of the voivodeship of each locality."""
    codes = load_localities()["teryt"].str[: Level.VOIVODESHIP.digits]
    positions: NDArray[np.intp] = load_units(Level.VOIVODESHIP).index.get_indexer(codes)
    return positions
