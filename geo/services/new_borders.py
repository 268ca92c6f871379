"""Bring kept clusters to the borders of today: members by their points, territories by the units that are left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely

from geo.analysis.assign import assign_to_units
from geo.errors import ConflictError, StoreError
from geo.io.boundaries import load_units, units_key
from geo.io.gazetteer import load_localities
from geo.io.store import Change, Store
from geo.io.successors import load_successors, territory_today
from geo.model.cluster import Cluster, Precision
from geo.model.units import Level, level_of
from geo.render.table import Column, Table
from geo.render.text import Text
from geo.services.access import Access
from geo.services.columns import NAME, PLACE
from geo.services.editing import KeptCluster, keep
from geo.services.ground import gmina_index
from geo.services.labels import place_labels, unit_label
from geo.services.library import note_failure, store

ACTION = "borders"
AUTHOR = "program"
# A member this far from the unit it is kept in was not put there by its point: somebody said so.
SAID_M = 500.0


def placed_today(members: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Place members anew in the outlines of today.

    A member at a locality is in the gmina of that locality by the register, one at a point in the gmina
    that holds it. A code that the source gave stays, and so does one that no point near its border
    explains: what the point says instead is put into `doubt`, for the editor to decide.

    Parameters
    ----------
    members
        Members frame with `given` and `doubt`.

    Returns
    -------
    placed
        A new frame; `teryt`, `precision` and `doubt` may differ.
    """
    if members.empty:
        return members.copy()
    found = _found(members).reindex(members.index, fill_value="")
    rows = zip(members["teryt"], members["precision"], members["given"], members["doubt"], found, strict=True)
    settled = [_settled(*row, point) for row, point in zip(rows, members.geometry, strict=True)]
    columns = zip(("teryt", "precision", "doubt"), zip(*settled, strict=True), strict=True)
    return members.assign(**{name: list(values) for name, values in columns})


def _settled(
    old: str, precision: str, given: str, doubt: str, found: str, point: shapely.Point | None
) -> tuple[str, str, str]:
    """Return code, precision and doubt of a member."""
    level = level_of(old)
    if not old:
        return old, precision, doubt
    if level is None or old not in load_units(level).index:
        return _instead(old, found, precision)
    if level is not Level.GMINA or not found:
        return old, precision, doubt
    if found == old:
        return old, precision, ""
    if given == old or (not given and shapely.distance(point, load_units(Level.GMINA).geometry[old]) > SAID_M):
        return old, precision, found
    return found, precision, ""


def _found(members: gpd.GeoDataFrame) -> pd.Series:
    """Return the gmina of each member that has a point, by the register or by the outlines."""
    pointed = members[members.geometry.notna()]
    if pointed.empty:
        return pd.Series(dtype="str")
    found = assign_to_units(pointed, gmina_index())
    localities = load_localities()
    nearest, distance = localities.sindex.nearest(pointed.geometry, return_all=False, return_distance=True)
    own = localities.iloc[nearest[1]]
    at_locality = (
        (pointed["precision"].iloc[nearest[0]].to_numpy() == str(Precision.LOCALITY))
        & (distance < 1.0)
        & (own["name"].to_numpy() == pointed["locality"].iloc[nearest[0]].to_numpy())
    )
    found.iloc[nearest[0][at_locality]] = own["teryt"].to_numpy()[at_locality]
    return found


def _instead(old: str, found: str, precision: str) -> tuple[str, str, str]:
    """Return code, precision and doubt of a member whose unit is gone."""
    if found:
        return found, precision, ""
    successors = load_successors().get(old, ())
    if len(successors) == 1:
        return successors[0], precision, ""
    for level, kept in ((Level.POWIAT, Precision.POWIAT), (Level.VOIVODESHIP, Precision.VOIVODESHIP)):
        parents = {code[: level.digits] for code in successors or (old,)}
        if len(parents) == 1 and (parent := parents.pop()) in load_units(level).index:
            return parent, str(kept), ""
    return "", str(Precision.UNKNOWN), ""


def keep_up() -> tuple[str, ...]:
    """
    Bring every kept cluster to the borders of today, once; what changes is a version of its own.

    Nothing is lost: the version before stays, and a cluster that somebody changes at the same moment is
    left for the next time.

    Returns
    -------
    changed
        Identifiers of the clusters that have a new version.
    """
    key = units_key()
    try:
        kept = store()
        if kept is None:
            return ()
        waiting = kept.placed_elsewhere(key)
        if not waiting:
            return ()
        return tuple(i for i in sorted(waiting) if _keep_up_one(kept, i, key))
    except StoreError as error:
        note_failure(error)
        return ()


def _keep_up_one(kept: Store, cluster_id: str, key: str) -> bool:
    try:
        stored = kept.get(cluster_id)
        members = kept.members(stored.list_id, cluster_id)
    except StoreError as error:
        if error.problem != "damaged_cluster":
            raise
        return False
    placed = placed_today(members)
    cluster = replace(stored.cluster, territory=territory_today(stored.cluster.territory).codes)
    same = placed[["teryt", "precision", "doubt"]].equals(members[["teryt", "precision", "doubt"]])
    if same and cluster == stored.cluster:
        kept.mark_placed(stored.list_id, key)
        return False
    try:
        kept.save(cluster, stored.version, Change(AUTHOR, ACTION), members=placed)
    except ConflictError:
        return False
    return True


def brought_up() -> tuple[str, ...]:
    """Return the identifiers of the clusters whose newest version was made by `keep_up`."""
    try:
        kept = store()
        return kept.last_changed_by(ACTION) if kept else ()
    except StoreError as error:
        note_failure(error)
        return ()


def doubts(held: KeptCluster, text: Text) -> Table:
    """Return the members whose source and point name different gminy."""
    doubt = held.members["doubt"] if "doubt" in held.members else pd.Series("", index=held.members.index)
    rows = held.members[doubt.fillna("") != ""]
    columns = {
        NAME: rows["name"],
        PLACE: place_labels(rows, text),
        Column("by_source", "borders.col.source", _units): rows["teryt"],
        Column("by_map", "borders.col.map", _units): doubt[rows.index],
    }
    return Table.of("doubts", columns, index=rows.index, title="borders.title")


def _units(codes: Iterable[str], text: Text) -> list[str]:
    return [unit_label(code, text) for code in codes]


def decide_doubts(access: Access, held: KeptCluster, *, follow_map: bool) -> int:
    """
    Settle all doubts of a cluster one way, as a new version.

    Parameters
    ----------
    access
        Who asks.
    held
        The cluster as it was opened.
    follow_map
        True to take the gminy that the points lie in, False to keep those of the source.

    Returns
    -------
    number
        The new version.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    ConflictError
        If somebody else has changed the cluster since.
    StoreError
        If the store cannot be written.
    """
    members = held.members.copy()
    asked = members["doubt"] != ""
    if follow_map:
        members.loc[asked, "teryt"] = members.loc[asked, "doubt"]
    # Either way the editor has said where it is.
    members.loc[asked, "given"] = members.loc[asked, "teryt"]
    members["doubt"] = ""
    return keep(access, held.cluster, held.stored.version, members, action="edit")


def unknown_units(cluster: Cluster) -> tuple[str, ...]:
    """Return the codes of a territory that are no units of today and have no successor."""
    return territory_today(cluster.territory).unknown
