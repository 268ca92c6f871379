"""Read the shipped clusters and their members, and check them once at the door."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import DataFileError, MemberTableError, Problem, UnknownClusterError
from geo.io.integrity import shown
from geo.model.cluster import Cluster, Network, Precision, Sector, Status
from geo.model.members import CORE, MEMBER_COLUMNS, OPTIONAL_COLUMNS
from geo.model.selection import Subject
from geo.settings import CLUSTERS_DIR, METRIC_CRS

DIGITS_OF_PRECISION = {
    Precision.POINT: 6,
    Precision.LOCALITY: 6,
    Precision.GMINA: 6,
    Precision.POWIAT: 4,
    Precision.VOIVODESHIP: 2,
    Precision.UNKNOWN: 0,
    Precision.ABROAD: 0,
}
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
REQUIRED = (*CORE, "cluster_id", "x", "y")


@lru_cache(maxsize=8)
def load_clusters(folder: Path = CLUSTERS_DIR) -> tuple[Cluster, ...]:
    """
    Read the clusters, in the order they are listed.

    Raises
    ------
    DataFileError
        If `clusters.json` is missing or broken.
    """
    content = _read_json(folder)
    defaults = content.get("network_defaults", {})
    coordinators = {n["network_id"]: n["coordinator"] for n in content["networks"]}
    return tuple(_cluster({**defaults.get(c.get("network", ""), {}), **c}, coordinators) for c in content["clusters"])


@lru_cache(maxsize=8)
def load_networks(folder: Path = CLUSTERS_DIR) -> tuple[Network, ...]:
    """
    Read the networks of clusters.

    Raises
    ------
    DataFileError
        If `clusters.json` is missing or broken.
    """
    return tuple(Network(**row) for row in _read_json(folder)["networks"])


def load_state_date(folder: Path = CLUSTERS_DIR) -> str:
    """
    Return the day of which the list of clusters is, YYYY-MM-DD.

    Raises
    ------
    DataFileError
        If `clusters.json` is missing or broken.
    """
    return str(_read_json(folder)["state_date"])


def clusters_of(subject: Subject | str, folder: Path = CLUSTERS_DIR) -> tuple[Cluster, ...]:
    """
    Return the cluster with an identifier, the clusters of a network, or those of several.

    Several identifiers are separated by commas.

    Raises
    ------
    UnknownClusterError
        If an identifier is of neither.
    """
    return choose(Subject.of(subject), load_clusters(folder), load_networks(folder))


def choose(subject: Subject, clusters: tuple[Cluster, ...], networks: tuple[Network, ...]) -> tuple[Cluster, ...]:
    """
    Return those of some clusters that a subject names.

    Raises
    ------
    UnknownClusterError
        If an identifier is of neither a cluster nor a network.
    """
    known = (*(c.cluster_id for c in clusters), *(n.network_id for n in networks))
    for identifier in subject.ids:
        if identifier not in known:
            raise UnknownClusterError(identifier, known)
    return tuple(c for c in clusters if c.cluster_id in subject.ids or (c.network and c.network in subject.ids))


@lru_cache(maxsize=8)
def load_members(folder: Path = CLUSTERS_DIR) -> gpd.GeoDataFrame:
    """
    Read the members of all shipped clusters.

    Returns
    -------
    members
        The members frame of the contract, with `role` (the source's words). Geometry is a point in
        EPSG:2180 where the place is known to a locality or better, else None. The frame is shared:
        do not change it.

    Raises
    ------
    DataFileError
        If `members.csv` is missing or is no table.
    MemberTableError
        If rows break the contract; all problems are named.
    """
    path = folder / "members.csv"
    try:
        table = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise DataFileError(shown(path), "missing") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError):
        raise DataFileError(shown(path), "unreadable") from None
    return check_members(table, {c.cluster_id for c in load_clusters(folder)})


def check_members(table: pd.DataFrame, cluster_ids: set[str]) -> gpd.GeoDataFrame:
    """
    Turn a table of text into the members frame, or name every problem.

    Parameters
    ----------
    table
        Text columns `member_id, cluster_id, name, kind, sector, status, precision, locality, teryt,
        x, y` (EPSG:2180, metres, empty where not known), `role, source, source_date`.
    cluster_ids
        Identifiers of the clusters that exist.

    Raises
    ------
    MemberTableError
        If a column is missing or a value is not of its kind.
    """
    missing = [c for c in REQUIRED if c not in table.columns]
    if missing:
        raise MemberTableError((("member.columns", {"missing": ", ".join(missing)}),))
    problems = [p for row in table.to_dict("records") for p in _problems(row, cluster_ids)]
    repeated = table.loc[table["member_id"].duplicated(), "member_id"]
    problems += [("member.twice", {"who": m}) for m in repeated]
    if problems:
        raise MemberTableError(tuple(problems))
    x, y = (pd.to_numeric(table[c], errors="coerce").to_numpy(dtype=float) for c in ("x", "y"))
    points = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=METRIC_CRS)
    geometry = points.where(np.isfinite(x), None)
    frame = gpd.GeoDataFrame(table.drop(columns=["x", "y"]), geometry=geometry, crs=METRIC_CRS)
    for column in OPTIONAL_COLUMNS:
        if column not in frame:
            frame[column] = ""
    return frame[list(MEMBER_COLUMNS)]


def _problems(row: dict[Hashable, str], cluster_ids: set[str]) -> list[Problem]:
    who = row["member_id"] or row["name"] or "–"
    found: list[Problem] = []
    if not row["member_id"] or not row["name"].strip():
        found.append(("member.unnamed", {"who": who}))
    if row["cluster_id"] not in cluster_ids:
        found.append(("member.cluster", {"who": who, "given": row["cluster_id"]}))
    for column, kind in (("sector", Sector), ("status", Status), ("precision", Precision)):
        if row[column] not in list(kind):
            options: dict[str, object] = {
                "who": who,
                "column": column,
                "given": row[column],
                "options": ", ".join(kind),
            }
            found.append(("member.option", options))
    if row["precision"] in list(Precision):
        precision = Precision(row["precision"])
        digits = DIGITS_OF_PRECISION[precision]
        dates = [(c, row[c]) for c in ("joined", "left_on") if row.get(c)]
        wrong = [(c, given) for c, given in dates if not _DATE.fullmatch(given)]
        found += [("member.date", {"who": who, "column": c, "given": given}) for c, given in wrong]
        if len(row["teryt"]) != digits or (digits and not row["teryt"].isdigit()):
            expected = {"digits": digits, "precision": precision}
            found.append(("member.teryt", {"who": who, "given": row["teryt"]} | expected))
        pointed = precision in (Precision.POINT, Precision.LOCALITY)
        if pointed != (_is_number(row["x"]) and _is_number(row["y"])):
            given: dict[str, object] = {"x": row["x"], "y": row["y"], "precision": precision}
            found.append(("member.point", {"who": who} | given))
    return found


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


@lru_cache(maxsize=8)
def _read_json(folder: Path) -> dict[str, Any]:
    path = folder / "clusters.json"
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataFileError(shown(path), "missing") from None
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise DataFileError(shown(path), "unreadable") from None
    return content


def _cluster(row: dict[str, Any], coordinators: dict[str, str]) -> Cluster:
    network = row.get("network", "")
    return Cluster(
        cluster_id=row["cluster_id"],
        name=row["name"],
        network=network,
        coordinator=row.get("coordinator") or coordinators.get(network, ""),
        territory=tuple(row["territory"]),
        required_sectors=tuple(Sector(s) for s in row["required_sectors"]),
        default_radius_km=float(row["default_radius_km"]),
        concept=bool(row.get("concept", False)),
        founded=row.get("founded", ""),
        description=row.get("description", ""),
        source=row["source"],
    )
