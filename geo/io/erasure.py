"""Erase a member or a whole cluster from every version that is kept, and from what the database left on disk."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, true, update

from geo.errors import StoreError
from geo.io import schema
from geo.io.database import LOCK_S, open_engine, reading, sqlite_path, store_errors, writing
from geo.io.register import forget_cluster, forget_member
from geo.io.store import CHUNK, Change, Store, advance, attach, now, write_version
from geo.model.names import alike, bare

# What stands where a name stood in a definition or the name of a file.
GONE = "•••"
# Two names of one identifier are one organisation if they are this alike; identifiers were once given again.
ALIKE = 80.0
TRIES, WAIT_S = 20, 0.25
# The tables from which something is erased.
SCRUBBED = (
    schema.member,
    schema.version,
    schema.cluster,
    schema.attachment,
    schema.version_attachment,
    schema.invitation,
    schema.scenario,
)
_NUMBERS = ("nip", "regon", "krs")
_FIELDS = ("member_id", "name", "person", *_NUMBERS)


@dataclass(frozen=True)
class Wanted:
    """
    Whom to erase.

    Attributes
    ----------
    member_id, name
        Identifier and name as they are kept now.
    numbers
        NIP, REGON and KRS that are known.
    person
        Whether it is kept as a natural person: then only the identifier tells it from others.
    """

    member_id: str
    name: str
    numbers: frozenset[str] = frozenset()
    person: bool = False

    def is_row(self, row: Any) -> bool:
        """Say whether a row of a list, of whatever version, is this member."""
        if self.person or row.person:
            return bool(row.person) and self.person and row.member_id == self.member_id
        if self.is_called(row.name):
            return True
        # Units of one gmina share its NIP: a number alone tells nobody.
        numbered = bool(self.numbers & {getattr(row, n) for n in _NUMBERS if getattr(row, n)})
        if row.member_id == self.member_id:
            return numbered or alike(self.name, row.name, ALIKE)
        mine, other = set(bare(self.name).split()), set(bare(row.name).split())
        return numbered and (mine <= other or other <= mine)

    def is_called(self, name: str) -> bool:
        """Say whether a name is this member's, case, diacritics and punctuation aside."""
        return not self.person and bare(self.name) == bare(name)


def held_in(store: Store, wanted: Wanted) -> dict[str, int]:
    """Return in how many versions of each cluster a member is kept."""
    version = schema.version
    with reading(store.engine) as connection:
        lists = _lists(connection, wanted)
        query = select(version.c.cluster_id, version.c.list_id)
        found = [r.cluster_id for r in connection.execute(query) if r.list_id in lists]
    return {cluster_id: found.count(cluster_id) for cluster_id in dict.fromkeys(found)}


def erase_member(store: Store, cluster_id: str, wanted: Wanted, based_on: int, author: str) -> int:
    """
    Erase a member from every version of a cluster, as a new version of it.

    The identifier is remembered, without anything else: whoever still has the member in an open page and keeps the
    list again keeps it without.

    Parameters
    ----------
    store
        Where it is kept.
    cluster_id
        The cluster.
    wanted
        Whom.
    based_on
        The version that the editor saw.
    author
        The editor.

    Returns
    -------
    number
        Number of the new version.

    Raises
    ------
    ConflictError
        If somebody else has kept a version since.
    StoreError
        If the store does not do it.
    """
    version, member = schema.version, schema.member
    with writing(store.engine) as connection:
        number = advance(connection, cluster_id, based_on)
        own = select(version).where(version.c.cluster_id == cluster_id).order_by(version.c.number)
        rows = connection.execute(own).all()
        lists = {r.list_id for r in rows}
        ids: set[str] = set()
        for list_id, positions, found in _rows_of(connection, wanted, lists):
            ids |= found
            for start in range(0, len(positions), CHUNK):
                some = member.c.position.in_(positions[start : start + CHUNK])
                connection.execute(delete(member).where((member.c.list_id == list_id) & some))
        _remember(connection, cluster_id, ids, lists)
        if not wanted.person:
            for row in rows:
                _blank(connection, row, wanted.name)
        head = next(r for r in rows if r.number == based_on)
        mine = (version.c.cluster_id == cluster_id) & (version.c.number == based_on)
        definition = str(connection.execute(select(version.c.definition).where(mine)).scalar_one())
        write_version(connection, cluster_id, number, definition, head.list_id, Change(author, "erase"))
        attach(connection, cluster_id, based_on, number, {})
        forget_member(connection, cluster_id, ids)
    return number


def erase_cluster(store: Store, cluster_id: str, based_on: int, hidden: Iterable[str] = ()) -> None:
    """
    Erase a cluster with all its versions and lists.

    Parameters
    ----------
    store
        Where it is kept.
    cluster_id
        The cluster.
    based_on
        The version that the editor saw.
    hidden
        Identifiers of erased members that stay remembered, for a cluster that comes with the app.

    Raises
    ------
    ConflictError
        If somebody else has kept a version since.
    StoreError
        If the store does not do it.
    """
    cluster, version, member, erased = schema.cluster, schema.version, schema.member, schema.erased
    with writing(store.engine) as connection:
        advance(connection, cluster_id, based_on)
        own = version.c.cluster_id == cluster_id
        lists = set(connection.execute(select(version.c.list_id).where(own)).scalars())
        forget_cluster(connection, cluster_id)
        connection.execute(delete(version).where(own))
        for list_id in lists:
            connection.execute(delete(member).where(member.c.list_id == list_id))
            connection.execute(delete(schema.member_list).where(schema.member_list.c.list_id == list_id))
        connection.execute(delete(cluster).where(cluster.c.cluster_id == cluster_id))
        stale = (erased.c.cluster_id == cluster_id) & erased.c.member_id.not_in(list(hidden))
        connection.execute(delete(erased).where(stale))


def scrub(url: str) -> None:
    """
    Write the database anew, so that nothing erased is left in its files; its log is emptied.

    Raises
    ------
    StoreError
        With `not_scrubbed` where others use it all the time; what was erased is gone from every list, and scrubbing
        can be asked for again.
    """
    file = sqlite_path(url)
    clean: Callable[[], bool] = (lambda: _scrub_postgres(url)) if file is None else (lambda: _scrub_sqlite(file))
    for attempt in range(TRIES):
        if attempt:
            time.sleep(WAIT_S)
        try:
            if clean():
                return
        except StoreError as error:
            if error.problem != "busy":
                raise
    raise StoreError("not_scrubbed")


def _scrub_sqlite(file: Path) -> bool:
    with store_errors(), closing(sqlite3.connect(file, timeout=LOCK_S, isolation_level=None)) as connection:
        connection.execute("VACUUM")
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _scrub_postgres(url: str) -> bool:
    engine = open_engine(url, patient=True)
    try:
        with store_errors(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in SCRUBBED:
                connection.exec_driver_sql(f"VACUUM (FULL) {table.name}")
    finally:
        engine.dispose()
    return True


def _lists(connection: Connection, wanted: Wanted) -> set[str]:
    return {list_id for list_id, _, _ in _rows_of(connection, wanted, None)}


def _rows_of(
    connection: Connection, wanted: Wanted, lists: set[str] | None
) -> Iterable[tuple[str, list[int], set[str]]]:
    """Return list, positions and identifiers of the rows that are a member, in some lists or in all."""
    table = schema.member
    # Most rows stand in every version: each content is looked at once.
    contents = select(*(table.c[f] for f in _FIELDS)).distinct()
    within = true() if lists is None else table.c.list_id.in_(lists)
    mine = [row for row in connection.execute(contents.where(within)) if wanted.is_row(row)]
    found: dict[str, tuple[list[int], set[str]]] = {}
    for one in mine:
        same = and_(*(table.c[f] == getattr(one, f) for f in _FIELDS))
        for row in connection.execute(select(table.c.list_id, table.c.position).where(within & same)):
            positions, ids = found.setdefault(row.list_id, ([], set()))
            positions.append(row.position)
            ids.add(one.member_id)
    return [(list_id, *rest) for list_id, rest in found.items()]


def _remember(connection: Connection, cluster_id: str, ids: set[str], lists: set[str]) -> None:
    """Remember identifiers that nobody else has."""
    member, erased = schema.member, schema.erased
    others = select(member.c.member_id).where(member.c.list_id.in_(lists) & member.c.member_id.in_(ids))
    known = select(erased.c.member_id).where(erased.c.cluster_id == cluster_id)
    new = ids - set(connection.execute(others).scalars()) - set(connection.execute(known).scalars())
    for member_id in sorted(new):
        connection.execute(insert(erased), {"cluster_id": cluster_id, "member_id": member_id, "erased_at": now()})


def _blank(connection: Connection, row: Any, name: str) -> None:
    """Take a name out of the definition and the file name of a version."""
    version, found = schema.version, re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    words = json.loads(row.definition)
    cleaned = {k: found.sub(GONE, v) if isinstance(v, str) and k != "cluster_id" else v for k, v in words.items()}
    file_name = found.sub(GONE, row.file_name)
    if cleaned != words or file_name != row.file_name:
        where = (version.c.cluster_id == row.cluster_id) & (version.c.number == row.number)
        definition = json.dumps(cleaned, ensure_ascii=False)
        connection.execute(update(version).where(where).values(definition=definition, file_name=file_name))
