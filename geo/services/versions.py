"""List the versions of a cluster, say what differs between two, and merge the changes of two editors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.errors import StoreError
from geo.export import cluster_files
from geo.io.boundaries import load_units
from geo.model.cluster import Cluster
from geo.model.members import COMPARED, CONTACT_COLUMNS
from geo.model.units import level_of
from geo.render.table import Column, Table, named
from geo.render.text import Text
from geo.services.cache import Cache
from geo.services.editing import KeptCluster, as_shipped, open_kept
from geo.services.labels import unit_label
from geo.services.library import WARSAW, note_failure, store, store_for_writing

# Who is in lists that were kept, each list once.
_lists: Cache[tuple[str, ...]] = Cache(512)
_COMPARED = list(COMPARED)
# Fields that hold the code of a unit, and those whose values have words.
_UNITS = ("teryt", "given", "doubt")
_HIDDEN = "•••"
_WORDED = ("sector", "status", "precision")


def versions_table(cluster_id: str) -> Table:
    """Return the versions of a cluster, newest first: number, when, who, what, from which file, members."""
    kept = store()
    rows = kept.versions(cluster_id) if kept else ()

    def files(names: Iterable[str], text: Text) -> list[str]:
        # A version that was brought back names that one.
        pairs = zip((r["action"] for r in rows), names, strict=True)
        return [text("version.restored", number=n[1:]) if a == "restore" else n for a, n in pairs]

    columns = (
        Column("number", "version.number"),
        Column("made_at", "version.when", lambda moments, _: [_local(m) for m in moments]),
        Column("author", "version.who"),
        Column("action", "version.what", named("version.action")),
        Column("file_name", "version.file", files),
        Column("members", "version.members"),
    )
    return Table.of_rows(
        "versions", columns, [tuple(r[c.key] for c in columns) for r in rows], title="cluster.versions"
    )


def _moment(moment: str, text: Text) -> str:
    there = datetime.fromisoformat(moment).astimezone(WARSAW)
    return f"{text.day(there.date())}, {there:%H:%M}"


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(WARSAW).date()


def _local(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(WARSAW).strftime("%Y-%m-%d %H:%M:%S")


def version_labels(cluster_id: str, text: Text) -> dict[int, str]:
    """Return the versions of a cluster by number, newest first, as they are chosen: when, what, and the number."""
    kept = store()
    rows = kept.versions(cluster_id) if kept else ()
    return {
        int(r["number"]): text(
            "version.label",
            when=_moment(r["made_at"], text),
            what=text(f"version.action.{r['action']}"),
            number=r["number"],
        )
        for r in rows
    }


def version_days(cluster_id: str) -> tuple[date, ...]:
    """Return the days on which versions of a cluster were kept, newest first."""
    kept = store()
    rows = kept.versions(cluster_id) if kept else ()
    return tuple(_day(r["made_at"]) for r in rows)


def first_seen(cluster_id: str) -> dict[str, str]:
    """
    Return the day of the first version of a kept cluster that holds each member, by identifier.

    Nothing while the store does not answer.
    """
    try:
        kept = store()
        if kept is None:
            return {}
        rows = kept.versions(cluster_id)
        found: dict[str, str] = {}
        for row in reversed(rows):
            day, list_id = _day(row["made_at"]).isoformat(), kept.get(cluster_id, int(row["number"])).list_id
            for member in _members_of(list_id, cluster_id):
                found.setdefault(member, day)
    except StoreError as error:
        note_failure(error)
        return {}
    return found


def _members_of(list_id: str, cluster_id: str) -> tuple[str, ...]:
    """Return who is in a list, which never changes once it is kept."""

    def read() -> tuple[str, ...]:
        return tuple(store_for_writing().members(list_id, cluster_id)["member_id"].astype(str))

    return _lists.get((list_id, cluster_id), read)


def version_before(cluster_id: str, day: date) -> int:
    """
    Return the version that a cluster had when a day began, its first where it was not kept yet.

    Raises
    ------
    StoreError
        If the cluster is not kept.
    """
    kept = store_for_writing()
    rows = kept.versions(cluster_id)
    if not rows:
        raise StoreError("no_cluster", cluster_id)
    numbers = (int(r["number"]) for r in rows if _day(r["made_at"]) < day)
    return next(numbers, int(rows[-1]["number"]))


def compare_versions(cluster_id: str, old: int, new: int, text: Text, *, contacts: bool = False) -> pd.DataFrame:
    """
    Return what differs between two versions: members added, removed and changed, fields of the definition.

    Parameters
    ----------
    cluster_id, old, new
        The cluster and two of its versions.
    text
        Language.
    contacts
        Whether telephones, addresses of e-mail and remarks are shown, or only that they changed.

    Raises
    ------
    StoreError
        If there is no such version.
    """
    kept = store_for_writing()
    before, after = kept.get(cluster_id, old), kept.get(cluster_id, new)
    moments = {int(r["number"]): str(r["made_at"]) for r in kept.versions(cluster_id)}
    return _difference(
        KeptCluster(before, kept.members(before.list_id, cluster_id)),
        KeptCluster(after, kept.members(after.list_id, cluster_id)),
        tuple(text("compare.version", number=n, when=_moment(moments[n], text)) for n in (old, new)),
        text,
        contacts=contacts,
    )


def merge_changes(
    mine: Cluster, my_members: gpd.GeoDataFrame, based_on: int
) -> tuple[Cluster, gpd.GeoDataFrame] | None:
    """
    Join a refused change with what is kept now, or return None where both changed the same thing.

    Parameters
    ----------
    mine, my_members
        What the editor wanted to keep.
    based_on
        The version both changes were made from; 0 for a shipped cluster.

    Returns
    -------
    merged
        The definition, field by field as whoever changed it left it, and the list of members.
    """
    now = open_kept(mine.cluster_id)
    if based_on:
        kept = store_for_writing()
        stored = kept.get(mine.cluster_id, based_on)
        base = KeptCluster(stored, kept.members(stored.list_id, mine.cluster_id))
    else:
        base = as_shipped(mine.cluster_id)
    base_members = base.members
    changed: dict[str, Any] = {}
    for name, was in vars(base.cluster).items():
        wanted, there = getattr(mine, name), getattr(now.cluster, name)
        if wanted not in (was, there) and there != was:
            return None
        changed[name] = there if wanted == was else wanted
    members = _merge_members(base_members, my_members, now.members)
    return None if members is None else (Cluster(**changed), members)


def _merge_members(base: gpd.GeoDataFrame, mine: gpd.GeoDataFrame, theirs: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    """
    Join two lists made from one, member by member and field by field; None where both changed the same field.

    The order is that of what is kept now, with whoever was added at the end.
    """
    was, wanted, there = by_id(base), by_id(mine), by_id(theirs)
    if was == wanted:
        return theirs
    rows = {i: theirs.iloc[[n]] for n, i in enumerate(theirs["member_id"].astype(str))}
    own = {i: mine.iloc[[n]] for n, i in enumerate(mine["member_id"].astype(str))}
    for i in dict.fromkeys([*was, *wanted]):
        before, my_row, their_row = was.get(i), wanted.get(i), there.get(i)
        if my_row in (before, their_row):
            continue
        if their_row == before:
            if my_row is None:
                rows.pop(i, None)
            else:
                rows[i] = own[i]
        elif before is None or my_row is None or their_row is None:
            return None
        else:
            joined = _merge_rows(before, my_row, their_row, own[i], rows[i])
            if joined is None:
                return None
            rows[i] = joined
    if not rows:
        return theirs.iloc[:0]
    return gpd.GeoDataFrame(pd.concat(rows.values(), ignore_index=True), geometry="geometry", crs=theirs.crs)


# A place is one thing, in several columns.
_SPOT = ("precision", "teryt", "locality", "given", "doubt", "x")


def _merge_rows(
    before: dict[str, str],
    mine: dict[str, str],
    theirs: dict[str, str],
    my_row: gpd.GeoDataFrame,
    their_row: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame | None:
    """Join two states of one member; None where both changed the same field to something else."""
    by_me, by_them = ({f for f in before if side[f] != before[f]} for side in (mine, theirs))
    if any(mine[f] != theirs[f] for f in by_me & by_them):
        return None
    moved = [f for f in _SPOT if f in by_me]
    if moved and any(f in by_them for f in _SPOT) and any(mine[f] != theirs[f] for f in _SPOT if f in before):
        return None
    joined = their_row.copy()
    for field in by_me - {"x"}:
        joined[field] = my_row[field].to_numpy() if field in my_row else ""
    if "x" in by_me:
        joined = joined.set_geometry(gpd.GeoSeries(my_row.geometry.to_numpy(), index=joined.index, crs=my_row.crs))
    return joined


def difference(mine: Cluster, my_members: gpd.GeoDataFrame, cluster_id: str, text: Text) -> pd.DataFrame:
    """Return what differs between what is kept now and what an editor wanted to keep."""
    theirs = open_kept(cluster_id)
    sides = (text("compare.kept"), text("compare.mine"))
    mine_kept = KeptCluster(replace(theirs.stored, cluster=mine), my_members)
    return _difference(theirs, mine_kept, sides, text, contacts=True)


def _difference(
    before: KeptCluster, after: KeptCluster, sides: Sequence[str], text: Text, *, contacts: bool
) -> pd.DataFrame:
    rows: list[tuple[str, str, str, str]] = []
    pairs = zip(
        cluster_files.definition_rows(before.cluster), cluster_files.definition_rows(after.cluster), strict=True
    )
    empty = text("conflict.empty")
    rows += [(text("compare.definition"), h, a or empty, b or empty) for (h, a), (_, b) in pairs if a != b]
    old, new = by_id(before.members), by_id(after.members)
    rows += [(text("compare.removed"), old[i]["name"], text("compare.there"), "–") for i in old if i not in new]
    rows += [(text("compare.added"), new[i]["name"], "–", text("compare.there")) for i in new if i not in old]
    for i in old:
        if i in new and (changed := [f for f in old[i] if old[i][f] != new[i][f]]):
            values = [
                ", ".join(
                    f"{text(f'field.{f}')}: "
                    + (_HIDDEN if f in CONTACT_COLUMNS and not contacts else _in_words(f, side[f], text))
                    for f in changed
                )
                for side in (old[i], new[i])
            ]
            rows.append((text("compare.changed"), old[i]["name"], values[0], values[1]))
    headings = [text("compare.what"), text("compare.which"), *sides]
    return pd.DataFrame(rows, columns=headings)


def _in_words(field: str, value: str, text: Text) -> str:
    """Return a field of a member as a person reads it: the name of a unit before its code, a sector's word."""
    if not value:
        return "–"
    if field in _UNITS:
        level = level_of(value)
        known = level is not None and value in load_units(level).index
        return f"{unit_label(value, text)} ({value})" if known else value
    return text(f"{field}.{value}") if field in _WORDED else value


def by_id(members: gpd.GeoDataFrame) -> dict[str, dict[str, str]]:
    """Return by identifier what makes two versions of a member differ: its fields and its point."""
    full = members.reindex(columns=[*members.columns, *(c for c in _COMPARED if c not in members)], fill_value="")
    # The point, to the decimetre it is kept with; "" for none.
    x, y = members.geometry.x.round(1), members.geometry.y.round(1)
    place = ["" if pd.isna(a) else f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)]
    rows = full[_COMPARED].fillna("").astype(str).assign(x=place).to_dict("records")
    return {str(i): {str(k): str(v) for k, v in row.items()} for i, row in zip(full["member_id"], rows, strict=True)}
