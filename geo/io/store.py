"""Keep clusters, their members and every version of them."""

from __future__ import annotations

import hashlib
import json
import math
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from geo.errors import ConflictError, StoreError
from geo.io import schema
from geo.io.boundaries import units_key
from geo.io.database import reading, writing
from geo.io.schema import MEMBER_NAMES, TABLES
from geo.model.cluster import Cluster, Precision, Sector, Status
from geo.model.members import DETAIL_COLUMNS, OPTIONAL_COLUMNS, PLACE_COLUMNS
from geo.model.units import level_of
from geo.settings import METRIC_CRS

CHUNK = 500
# What stands before the identifier of a member until it is kept: the store gives it a number of its own.
NEW = "+"
# Digits of a number that is counted on from.
MAX_NUMBER = 9
_WORDS = ("cluster_id", "name", "network", "coordinator", "founded", "description", "source")


@dataclass(frozen=True)
class StoredCluster:
    """
    A cluster as it is kept.

    Attributes
    ----------
    cluster
        Its definition.
    version
        Number of the version this is.
    archived
        True if it is no longer shown.
    list_id
        The list of members of this version.
    """

    cluster: Cluster
    version: int
    archived: bool
    list_id: str


@dataclass(frozen=True)
class Change:
    """
    Who changes a cluster, how and from what.

    Attributes
    ----------
    author
        Address of the editor, or "localhost".
    action
        `create`, `import`, `edit`, `add`, `correct`, `move`, `leave`, `remove`, `undo`, `confirm`, `ties`, `times`,
        `adopt`, `restore`, `archive`, `unarchive`, `borders` or `erase`.
    file_name
        The file the change came from, or "".
    """

    author: str
    action: str
    file_name: str = ""


class Store:
    """
    The clusters that users keep.

    Parameters
    ----------
    engine
        As from `open_engine`.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def heads(self) -> tuple[tuple[str, int, bool], ...]:
        """Return identifier, newest version and whether archived, of all clusters; this changes with any change."""
        query = select(schema.cluster).order_by(schema.cluster.c.cluster_id)
        with reading(self.engine) as connection:
            return tuple((r.cluster_id, r.head, bool(r.archived)) for r in connection.execute(query))

    def clusters(self, *, archived: bool = False) -> tuple[StoredCluster, ...]:
        """Return the newest version of all clusters that can be read, by name; archived ones only if asked for."""
        kept = [c for c in self.read_heads()[0] if archived or not c.archived]
        return tuple(sorted(kept, key=lambda c: (c.cluster.name, c.cluster.cluster_id)))

    def read_heads(self) -> tuple[tuple[StoredCluster, ...], tuple[str, ...]]:
        """Return the newest version of all clusters, archived ones too, and identifiers of those that are damaged."""
        version, cluster = schema.version, schema.cluster
        columns = (cluster.c.cluster_id, cluster.c.archived, cluster.c.head, version.c.number)
        query = select(*columns, version.c.definition, version.c.list_id).select_from(
            cluster.outerjoin(version, _at_head())
        )
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(cluster.c.cluster_id)).all()
        found, damaged = [], []
        for row in rows:
            try:
                found.append(_stored(row))
            except StoreError:
                damaged.append(str(row.cluster_id))
        return tuple(found), tuple(damaged)

    def get(self, cluster_id: str, number: int | None = None) -> StoredCluster:
        """
        Return a cluster at a version, the newest by default.

        Raises
        ------
        StoreError
            If there is no such cluster or version, or it is damaged.
        """
        version, cluster = schema.version, schema.cluster
        query = select(version, cluster.c.archived).join(cluster, cluster.c.cluster_id == version.c.cluster_id)
        query = query.where(version.c.cluster_id == cluster_id)
        query = query.where(version.c.number == (cluster.c.head if number is None else number))
        with reading(self.engine) as connection:
            row = connection.execute(query).first()
        if row is None:
            raise StoreError("no_version", f"{cluster_id} {number or ''}".strip())
        return _stored(row)

    def members(self, list_id: str, cluster_id: str) -> gpd.GeoDataFrame:
        """
        Return a list of members.

        Returns
        -------
        members
            The members frame of the contract with `role`, the details (`nip`, `regon`, `krs`,
            `street`, `house`, `postal_code`), `person`, and of the place `given` and `doubt`.

        Raises
        ------
        StoreError
            If a row is damaged.
        """
        table = schema.member
        query = select(table).where(table.c.list_id == list_id).order_by(table.c.position)
        with reading(self.engine) as connection:
            rows = connection.execute(query).mappings().all()
        frame = pd.DataFrame([dict(r) for r in rows], columns=["list_id", "position", *MEMBER_NAMES])
        try:
            x, y = (frame[c].to_numpy(dtype=float) for c in ("x", "y"))
            _check_members(frame)
        except (TypeError, ValueError):
            raise StoreError("damaged_cluster", cluster_id) from None
        points = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=METRIC_CRS).where(np.isfinite(x), None)
        frame = frame.drop(columns=["list_id", "position", "x", "y"]).assign(cluster_id=cluster_id)
        frame["person"] = frame["person"].astype(bool)
        return gpd.GeoDataFrame(frame, geometry=points, crs=METRIC_CRS)

    def versions(self, cluster_id: str) -> tuple[dict[str, Any], ...]:
        """Return the versions of a cluster, newest first: number, made_at, author, action, file_name, members."""
        version, member = schema.version, schema.member
        count = select(func.count()).where(member.c.list_id == version.c.list_id).scalar_subquery()
        query = select(version, count.label("members")).where(version.c.cluster_id == cluster_id)
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(version.c.number.desc())).mappings().all()
        fields = ("number", "made_at", "author", "action", "file_name", "members")
        return tuple({f: r[f] for f in fields} for r in rows)

    def create(self, cluster: Cluster, members: pd.DataFrame, change: Change) -> int:
        """
        Keep a new cluster; all of it, or nothing.

        Raises
        ------
        StoreError
            If there is a cluster with this identifier.
        """
        try:
            with writing(self.engine) as connection:
                row = {"cluster_id": cluster.cluster_id, "head": 1, "archived": False}
                connection.execute(insert(schema.cluster), row)
                list_id = _write_list(connection, cluster.cluster_id, _rows(members))
                write_version(connection, cluster.cluster_id, 1, dumped(cluster), list_id, change)
        except IntegrityError as error:
            raise StoreError("exists", cluster.cluster_id) from error
        return 1

    def save(
        self,
        cluster: Cluster,
        based_on: int,
        change: Change,
        *,
        members: pd.DataFrame | None = None,
        attached: Mapping[str, str] | None = None,
    ) -> int:
        """
        Keep a new version of a cluster, made from the version the editor saw.

        Parameters
        ----------
        cluster
            The new definition.
        based_on
            Number of the version the change was made from.
        change
            Who and how.
        members
            The new list, or None to keep the list of `based_on`.
        attached
            New content of tables beside it by kind, "" to take one away; the others stay as they are.

        Returns
        -------
        number
            Number of the new version.

        Raises
        ------
        ConflictError
            If somebody else has kept a version since.
        StoreError
            If there is no such cluster.
        """
        rows = None if members is None else _rows(members)
        with writing(self.engine) as connection:
            number = advance(connection, cluster.cluster_id, based_on)
            if change.action in ("archive", "unarchive"):
                where = schema.cluster.c.cluster_id == cluster.cluster_id
                connection.execute(update(schema.cluster).where(where).values(archived=change.action == "archive"))
            if rows is None:
                list_id = _list_of(connection, cluster.cluster_id, based_on)
            else:
                list_id = _write_list(connection, cluster.cluster_id, rows)
            write_version(connection, cluster.cluster_id, number, dumped(cluster), list_id, change)
            attach(connection, cluster.cluster_id, based_on, number, attached or {})
        return number

    def attached(self, cluster_id: str, number: int) -> dict[str, str]:
        """Return the tables beside a version, by kind."""
        table, kept = schema.version_attachment, schema.attachment
        query = select(table.c.kind, kept.c.content).join(kept, kept.c.attachment_id == table.c.attachment_id)
        query = query.where((table.c.cluster_id == cluster_id) & (table.c.number == number))
        with reading(self.engine) as connection:
            return {r.kind: r.content for r in connection.execute(query)}

    def restore_version(
        self, cluster_id: str, number: int, based_on: int, author: str, *, action: str = "restore"
    ) -> int:
        """
        Make an earlier version the newest, as a version of its own.

        Raises
        ------
        ConflictError
            If somebody else has kept a version since.
        """
        old = self.get(cluster_id, number)
        with writing(self.engine) as connection:
            new = advance(connection, cluster_id, based_on)
            change = Change(author, action, f"#{number}")
            write_version(connection, cluster_id, new, dumped(old.cluster), old.list_id, change)
            attach(connection, cluster_id, number, new, {})
        return new

    def placed_elsewhere(self, outlines: str) -> frozenset[str]:
        """Return the clusters whose members were placed by other outlines than those of a name."""
        cluster, version, kept = schema.cluster, schema.version, schema.member_list
        query = select(cluster.c.cluster_id).join(version, _at_head()).join(kept, kept.c.list_id == version.c.list_id)
        with reading(self.engine) as connection:
            return frozenset(connection.execute(query.where(kept.c.outlines != outlines)).scalars())

    def erased(self) -> frozenset[tuple[str, str]]:
        """Return cluster and identifier of the members that were erased."""
        query = select(schema.erased.c.cluster_id, schema.erased.c.member_id)
        with reading(self.engine) as connection:
            return frozenset((r.cluster_id, r.member_id) for r in connection.execute(query))

    def note_copy(self, path: str) -> None:
        """Record where a backup lies, so that it can be said what it still holds."""
        table = schema.saved_copy
        with writing(self.engine) as connection:
            connection.execute(delete(table).where(table.c.path == path))
            connection.execute(insert(table), {"path": path, "made_at": now()})

    def copies(self) -> tuple[tuple[str, str], ...]:
        """Return path and moment of the backups that were made, newest first."""
        query = select(schema.saved_copy).order_by(schema.saved_copy.c.made_at.desc(), schema.saved_copy.c.path)
        with reading(self.engine) as connection:
            return tuple((r.path, r.made_at) for r in connection.execute(query))

    def mark_placed(self, list_id: str, outlines: str) -> None:
        """Record that a list stands as the outlines of a name place it."""
        where = schema.member_list.c.list_id == list_id
        with writing(self.engine) as connection:
            connection.execute(update(schema.member_list).where(where).values(outlines=outlines))

    def last_changed_by(self, action: str) -> tuple[str, ...]:
        """Return the clusters whose newest version came of an action."""
        cluster, version = schema.cluster, schema.version
        query = select(cluster.c.cluster_id).join(version, _at_head()).where(version.c.action == action)
        with reading(self.engine) as connection:
            return tuple(connection.execute(query.order_by(cluster.c.cluster_id)).scalars())

    def last_done(self, actions: Sequence[str], cluster_ids: Sequence[str]) -> dict[str, str]:
        """Return the moment of the last version that came of some actions, by cluster."""
        version = schema.version
        query = select(version.c.cluster_id, func.max(version.c.made_at).label("moment"))
        query = query.where(version.c.action.in_(list(actions)) & version.c.cluster_id.in_(list(cluster_ids)))
        with reading(self.engine) as connection:
            return {r.cluster_id: r.moment for r in connection.execute(query.group_by(version.c.cluster_id))}

    def end_login(self, mark: str) -> None:
        """Record that a login was ended."""
        known = select(schema.ended_login.c.mark).where(schema.ended_login.c.mark == mark)
        with writing(self.engine) as connection:
            if connection.execute(known).first() is None:
                connection.execute(insert(schema.ended_login), {"mark": mark, "ended_at": now()})

    def login_has_ended(self, mark: str) -> bool:
        """Say whether a login was ended."""
        query = select(schema.ended_login.c.mark).where(schema.ended_login.c.mark == mark)
        with reading(self.engine) as connection:
            return connection.execute(query).first() is not None

    def mapping(self, signature: str) -> dict[str, str] | None:
        """Return the remembered heading of each field for a layout of columns."""
        key = hashlib.sha256(signature.encode()).hexdigest()
        with reading(self.engine) as connection:
            found = connection.execute(
                select(schema.mapping.c.columns).where(schema.mapping.c.signature == key)
            ).scalar_one_or_none()
        return None if found is None else dict(json.loads(found))

    def remember(self, signature: str, columns: dict[str, str]) -> None:
        """Remember the heading of each field for a layout of columns."""
        key = hashlib.sha256(signature.encode()).hexdigest()
        with writing(self.engine) as connection:
            connection.execute(delete(schema.mapping).where(schema.mapping.c.signature == key))
            row = {"signature": key, "columns": json.dumps(columns, ensure_ascii=False), "made_at": now()}
            connection.execute(insert(schema.mapping), row)

    def is_empty(self) -> bool:
        """Say whether nothing is kept."""
        with reading(self.engine) as connection:
            counts = (select(func.count()).select_from(t) for t in TABLES if t is not schema.erased)
            return all(connection.execute(count).scalar_one() == 0 for count in counts)

    def copy_to(self, other: Store) -> dict[str, int]:
        """
        Copy every table, row for row, as they are at one moment.

        Returns
        -------
        rows
            Number of rows by table.

        Raises
        ------
        StoreError
            If the other store is not empty.
        """
        if not other.is_empty():
            raise StoreError("not_empty")
        counts = {}
        with reading(self.engine) as source, writing(other.engine) as target:
            for table in TABLES:
                counts[table.name] = 0
                target.execute(delete(table))
                result = source.execute(select(table).order_by(*table.primary_key.columns))
                for part in result.mappings().partitions(CHUNK):
                    target.execute(insert(table), [dict(r) for r in part])
                    counts[table.name] += len(part)
        return counts


def _at_head() -> ColumnElement[bool]:
    """Join a cluster with its newest version."""
    cluster, version = schema.cluster, schema.version
    return and_(version.c.cluster_id == cluster.c.cluster_id, version.c.number == cluster.c.head)


def advance(connection: Connection, cluster_id: str, based_on: int) -> int:
    """
    Take the next version number, if the cluster is still at the version that was seen.

    Raises
    ------
    ConflictError
        If somebody else has kept a version since.
    StoreError
        If there is no such cluster.
    """
    where = (schema.cluster.c.cluster_id == cluster_id) & (schema.cluster.c.head == based_on)
    done = connection.execute(update(schema.cluster).where(where).values(head=based_on + 1))
    if done.rowcount == 0:
        query = select(schema.cluster.c.head).where(schema.cluster.c.cluster_id == cluster_id)
        current = connection.execute(query).scalar_one_or_none()
        if current is None:
            raise StoreError("no_cluster", cluster_id)
        raise ConflictError(cluster_id, based_on, current)
    return based_on + 1


def _list_of(connection: Connection, cluster_id: str, number: int) -> str:
    where = (schema.version.c.cluster_id == cluster_id) & (schema.version.c.number == number)
    return str(connection.execute(select(schema.version.c.list_id).where(where)).scalar_one())


def _write_list(
    connection: Connection, cluster_id: str, rows: Iterator[dict[str, Any]] | Sequence[dict[str, Any]]
) -> str:
    """Write a list; new members get numbers that nobody of the cluster ever had, erased ones are left out."""
    list_id = uuid.uuid4().hex
    connection.execute(insert(schema.member_list), {"list_id": list_id, "outlines": units_key()})
    mine = schema.cluster.c.cluster_id == cluster_id
    last = int(connection.execute(select(schema.cluster.c.last_number).where(mine)).scalar_one())
    gone = set(
        connection.execute(select(schema.erased.c.member_id).where(schema.erased.c.cluster_id == cluster_id)).scalars()
    )
    kept = [row for row in rows if row["member_id"] not in gone]
    last = max(last, *(number_of(row["member_id"]) for row in kept), 0)
    for row in kept:
        if row["member_id"].startswith(NEW):
            last += 1
            row["member_id"] = f"{last:05d}"
    connection.execute(update(schema.cluster).where(mine).values(last_number=last))
    for start in range(0, len(kept), CHUNK):
        part = enumerate(kept[start : start + CHUNK], start)
        connection.execute(insert(schema.member), [row | {"list_id": list_id, "position": i} for i, row in part])
    return list_id


def number_of(member_id: str) -> int:
    """Return the number that an identifier is, 0 for one of another kind."""
    return int(member_id) if member_id.isascii() and member_id.isdecimal() and len(member_id) <= MAX_NUMBER else 0


def write_version(
    connection: Connection, cluster_id: str, number: int, definition: str, list_id: str, change: Change
) -> None:
    """Write a version of a cluster in a transaction that has taken its number."""
    row = {
        "cluster_id": cluster_id,
        "number": number,
        "made_at": now(),
        "author": change.author,
        "action": change.action,
        "file_name": change.file_name,
        "definition": definition,
        "list_id": list_id,
    }
    connection.execute(insert(schema.version), row)


def attach(connection: Connection, cluster_id: str, source: int, number: int, changed: Mapping[str, str]) -> None:
    """Give a version the tables of another, but for those that changed."""
    table, kept = schema.version_attachment, schema.attachment
    own = select(table).where((table.c.cluster_id == cluster_id) & (table.c.number == source))
    marks = {r.kind: r.attachment_id for r in connection.execute(own)}
    for kind, content in changed.items():
        marks.pop(kind, None)
        if content:
            marks[kind] = hashlib.sha256(content.encode()).hexdigest()
            known = select(kept.c.attachment_id).where(kept.c.attachment_id == marks[kind])
            if connection.execute(known).first() is None:
                connection.execute(insert(kept), {"attachment_id": marks[kind], "content": content})
    for kind, mark in marks.items():
        row = {"cluster_id": cluster_id, "number": number, "kind": kind, "attachment_id": mark}
        connection.execute(insert(table), row)


def _rows(members: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Return the rows of a members frame as they are kept."""
    texts = [f for f in MEMBER_NAMES if f not in ("x", "y", "person")]
    frame = members.assign(**{c: "" for c in PLACE_COLUMNS if c not in members}).reindex(columns=[*texts, "person"])
    for column in (*OPTIONAL_COLUMNS, *DETAIL_COLUMNS, *PLACE_COLUMNS):
        frame[column] = frame[column].fillna("")
    person = frame["person"].eq(True)  # noqa: FBT003 - a column, not a flag
    points = members.geometry if "geometry" in members else [None] * len(members)
    for values, is_person, point in zip(frame[texts].to_dict("records"), person, points, strict=True):
        known = point is not None and not is_person
        yield {
            **{str(k): str(v) for k, v in values.items()},
            "x": float(point.x) if known else None,
            "y": float(point.y) if known else None,
            "person": bool(is_person),
        }


def dumped(cluster: Cluster) -> str:
    """Return a cluster's definition as it is kept."""
    return json.dumps(definition_of(cluster), ensure_ascii=False)


def definition_of(cluster: Cluster) -> dict[str, Any]:
    """Return a cluster's definition as JSON-like values."""
    return vars(cluster) | {
        "territory": list(cluster.territory),
        "required_sectors": [str(s) for s in cluster.required_sectors],
    }


def cluster_from(definition: dict[str, Any]) -> Cluster:
    """
    Return the cluster of a definition.

    Raises
    ------
    TypeError, KeyError, ValueError
        If a field is missing, unknown or of another type.
    """
    cluster = Cluster(
        **definition
        | {
            "territory": tuple(definition["territory"]),
            "required_sectors": tuple(Sector(s) for s in definition["required_sectors"]),
        }
    )
    words = (getattr(cluster, f) for f in _WORDS)
    if not all(isinstance(w, str) for w in words) or not isinstance(cluster.concept, bool):
        raise TypeError(cluster.cluster_id)
    if not all(isinstance(t, str) and level_of(t) for t in cluster.territory):
        raise ValueError(cluster.territory)
    if isinstance(cluster.default_radius_km, bool) or not 0 < cluster.default_radius_km < math.inf:
        raise ValueError(cluster.default_radius_km)
    return cluster


def _stored(row: Any) -> StoredCluster:
    try:
        cluster = replace(cluster_from(json.loads(row.definition)), cluster_id=row.cluster_id)
    except (TypeError, KeyError, ValueError, AttributeError):
        raise StoreError("damaged_cluster", str(row.cluster_id)) from None
    return StoredCluster(cluster, row.number, bool(row.archived), row.list_id)


def _check_members(frame: pd.DataFrame) -> None:
    """Raise ValueError where a column with a fixed set of values holds another."""
    for column, kind in (("sector", Sector), ("status", Status), ("precision", Precision)):
        if set(frame[column]) - {str(v) for v in kind}:
            raise ValueError(column)


def now() -> str:
    """Return the moment as it is kept: UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
