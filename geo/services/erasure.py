"""Say where a member is kept, and erase it or a whole cluster for good."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from geo.errors import StoreError
from geo.io import erasure
from geo.io.clusters import load_members
from geo.io.database import database_url
from geo.io.erasure import Wanted
from geo.render.text import Text
from geo.services.access import Access
from geo.services.editing import KeptCluster, as_shipped, editable_names, keep, open_kept, ships
from geo.services.library import forget_members, shipped_members, store, store_for_writing

# What a backup is found to be.
HOLDS, CLEAN, GONE, UNREADABLE = "holds", "clean", "gone", "unreadable"


@dataclass(frozen=True)
class Trace:
    """
    Where a member is kept.

    Attributes
    ----------
    versions
        In how many versions of its cluster.
    elsewhere
        Names of other clusters that hold it, by identifier.
    shipped
        Whether it came with the app: then it can only be hidden.
    backups
        Path, moment and state (`holds`, `unreadable`) of the backups that hold it or may do so.
    """

    versions: int
    elsewhere: dict[str, str]
    shipped: bool
    backups: tuple[tuple[str, str, str], ...]


def wanted_of(held: KeptCluster, member_id: str) -> Wanted:
    """
    Return whom an identifier names in a cluster.

    Raises
    ------
    StoreError
        If nobody has it.
    """
    rows = held.members[held.members["member_id"] == member_id]
    if rows.empty:
        raise StoreError("no_member", member_id)
    row = rows.iloc[0]
    numbers = frozenset(str(row[c]) for c in ("nip", "regon", "krs") if row[c])
    return Wanted(member_id, str(row["name"]), numbers, bool(row["person"]))


def member_choices(held: KeptCluster, text: Text) -> dict[str, str]:
    """Return the members that can be erased: identifier and name, numbered where a name tells nobody apart."""
    names = held.members["name"].astype(str)
    twice = set(names[names.duplicated(keep=False)])
    pairs = zip(held.members["member_id"].astype(str), names, strict=True)
    return {i: text("erase.member.label", name=n, number=i) if n in twice else n for i, n in pairs}


def trace(held: KeptCluster, member_id: str) -> Trace:
    """
    Say where a member is kept.

    Raises
    ------
    StoreError
        If the store does not answer.
    """
    wanted, kept = wanted_of(held, member_id), store()
    cluster_id = held.cluster.cluster_id
    found = erasure.held_in(kept, wanted) if kept else {}
    own = {i for i, _, _ in kept.heads()} if kept else set()
    # Clusters as they came are in no store.
    came = shipped_members()
    there = {
        i for i, name in zip(came["cluster_id"], came["name"], strict=True) if i not in own and wanted.is_called(name)
    }
    everywhere, names = load_members(), editable_names()
    mine = (everywhere["cluster_id"] == cluster_id) & (everywhere["member_id"] == member_id)
    return Trace(
        versions=found.get(cluster_id, 0),
        elsewhere={i: names.get(i, i) for i in sorted({*found, *there} - {cluster_id})},
        shipped=bool(mine.any()),
        backups=tuple(b for b in backups(wanted) if b[2] in (HOLDS, UNREADABLE)),
    )


def backups(wanted: Wanted) -> tuple[tuple[str, str, str], ...]:
    """
    Return the backups that were made: path, moment and state.

    Parameters
    ----------
    wanted
        Whom to look for in them.
    """
    kept = store()
    return tuple((path, made, _state(Path(path), wanted)) for path, made in kept.copies()) if kept else ()


def _state(file: Path, wanted: Wanted) -> str:
    if not file.is_file():
        return GONE
    try:
        uri = f"file:{quote(str(file.resolve()))}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            query = "SELECT DISTINCT member_id, name, person, nip, regon, krs FROM member"
            rows = (_Row(**dict(r)) for r in connection.execute(query))
            return HOLDS if any(wanted.is_row(row) for row in rows) else CLEAN
    except sqlite3.Error:
        return UNREADABLE


@dataclass(frozen=True)
class _Row:
    """A row of a backup."""

    member_id: str
    name: str
    person: int
    nip: str
    regon: str
    krs: str


def erase_member(access: Access, held: KeptCluster, member_id: str, *, elsewhere: bool = False) -> int:
    """
    Erase a member from every version of a cluster; one that came with the app is hidden.

    Parameters
    ----------
    access
        Who asks.
    held
        The cluster as the editor saw it.
    member_id
        Whom.
    elsewhere
        Whether to erase it from other clusters too.

    Returns
    -------
    number
        The new version of the cluster.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    ConflictError
        If somebody else has changed the cluster since.
    StoreError
        If the store does not do it; with `not_scrubbed`, the member is erased, and only the database's files were not
        written anew yet.
    """
    access.require()
    wanted = wanted_of(held, member_id)
    others = trace(held, member_id).elsewhere if elsewhere else {}
    number = _erase(access, held, wanted)
    for cluster_id in others:
        there = open_kept(cluster_id)
        own = [str(row.member_id) for row in there.members.itertuples() if wanted.is_row(row)]
        _erase(access, there, replace(wanted, member_id=own[0] if own else ""))
    _scrub()
    return number


def _erase(access: Access, held: KeptCluster, wanted: Wanted) -> int:
    based_on = held.stored.version
    if not based_on:
        # A version of its own, from which the member can be taken.
        based_on = keep(access, held.cluster, 0, held.members, action="edit")
    return erasure.erase_member(store_for_writing(), held.cluster.cluster_id, wanted, based_on, access.author)


def erase_cluster(access: Access, held: KeptCluster) -> bool:
    """
    Erase a cluster with all its versions.

    Parameters
    ----------
    access
        Who asks.
    held
        The cluster as the editor saw it.

    Returns
    -------
    shipped
        Whether it came with the app, and is shown again as it came.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    ConflictError
        If somebody else has changed the cluster since.
    StoreError
        As `erase_member`.
    """
    access.require()
    cluster_id = held.cluster.cluster_id
    shipped = ships(cluster_id)
    own = as_shipped(cluster_id, everybody=True).members["member_id"].astype(str) if shipped else ()
    erasure.erase_cluster(store_for_writing(), cluster_id, held.stored.version, own)
    _scrub()
    return shipped


def scrub(access: Access) -> None:
    """
    Write the database's files anew, where that could not be done when something was erased.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    StoreError
        As `erase_member`.
    """
    access.require()
    _scrub()


def _scrub() -> None:
    forget_members()
    erasure.scrub(database_url())
