"""Keep what happens around a cluster between two lists: invitations, scenarios, and what visitors report."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from geo.errors import StoreError
from geo.io import schema
from geo.io.database import reading, writing
from geo.io.store import now

OPEN, ANSWERED = "open", "answered"


def note_invitation(engine: Engine, cluster_id: str, member_id: str, state: str, on_date: str, author: str) -> None:
    """Add what came of inviting a member; what was noted before stays."""
    row = {
        "invitation_id": uuid.uuid4().hex,
        "cluster_id": cluster_id,
        "member_id": member_id,
        "state": state,
        "on_date": on_date,
        # Several may fall into one second.
        "made_at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "author": author,
    }
    with writing(engine) as connection:
        connection.execute(insert(schema.invitation), row)


def invitations(engine: Engine, cluster_ids: Collection[str]) -> tuple[dict[str, str], ...]:
    """Return what was noted of inviting members of some clusters, oldest first."""
    table = schema.invitation
    query = (
        select(table).where(table.c.cluster_id.in_(list(cluster_ids))).order_by(table.c.made_at, table.c.invitation_id)
    )
    with reading(engine) as connection:
        return tuple(dict(r) for r in connection.execute(query).mappings())


def keep_scenario(
    engine: Engine, cluster_id: str, name: str, content: Mapping[str, Sequence[str]], author: str
) -> None:
    """Keep a scenario of a cluster under a name, in place of the one that has it."""
    table = schema.scenario
    row = {
        "cluster_id": cluster_id,
        "name": name,
        "content": json.dumps(content, ensure_ascii=False),
        "made_at": now(),
        "author": author,
    }
    with writing(engine) as connection:
        connection.execute(delete(table).where((table.c.cluster_id == cluster_id) & (table.c.name == name)))
        connection.execute(insert(table), row)


def drop_scenario(engine: Engine, cluster_id: str, name: str) -> None:
    """Drop a scenario."""
    table = schema.scenario
    with writing(engine) as connection:
        connection.execute(delete(table).where((table.c.cluster_id == cluster_id) & (table.c.name == name)))


def scenarios(engine: Engine, cluster_id: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the scenarios of a cluster by name, oldest first."""
    table = schema.scenario
    query = select(table).where(table.c.cluster_id == cluster_id).order_by(table.c.made_at, table.c.name)
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    return {r.name: {k: tuple(v) for k, v in json.loads(r.content).items()} for r in rows}


def add_message(engine: Engine, mark: str, kind: str, note: str, address: str, *, most: int) -> None:
    """
    Put a report into the queue.

    Parameters
    ----------
    engine
        As from `open_engine`.
    mark
        SHA-256 of the key of whoever sends it.
    kind, note, address
        What it is, what it says, and the view it is about.
    most
        So many open ones are taken.

    Raises
    ------
    StoreError
        With `queue_full` where as many are open already.
    """
    table = schema.message
    row = {
        "message_id": uuid.uuid4().hex,
        "mark": mark,
        "kind": kind,
        "note": note,
        "address": address,
        "made_at": now(),
        "state": OPEN,
        "answer": "",
        "answered_at": "",
        "author": "",
    }
    with writing(engine) as connection:
        if _open(connection) >= most:
            raise StoreError("queue_full", str(most))
        connection.execute(insert(table), row)


def open_messages(engine: Engine) -> int:
    """Return how many reports wait for an answer."""
    with reading(engine) as connection:
        return _open(connection)


def _open(connection: Connection) -> int:
    table = schema.message
    count = select(func.count()).select_from(table).where(table.c.state == OPEN)
    return int(connection.execute(count).scalar_one())


def messages(engine: Engine, *, mark: str | None = None) -> tuple[dict[str, Any], ...]:
    """Return what was reported, open ones first and newest first; with a mark only that one."""
    table = schema.message
    query = select(table)
    if mark is not None:
        query = query.where(table.c.mark == mark)
    query = query.order_by(table.c.state.desc(), table.c.made_at.desc(), table.c.message_id)
    with reading(engine) as connection:
        return tuple(dict(r) for r in connection.execute(query).mappings())


def answer_message(engine: Engine, message_id: str, answer: str, author: str) -> None:
    """
    Answer a report.

    Raises
    ------
    StoreError
        With `answered` where somebody else has done it, or it is gone.
    """
    table = schema.message
    where = (table.c.message_id == message_id) & (table.c.state == OPEN)
    values = {"state": ANSWERED, "answer": answer, "answered_at": now(), "author": author}
    with writing(engine) as connection:
        if connection.execute(update(table).where(where).values(**values)).rowcount == 0:
            raise StoreError("answered")


def drop_message(engine: Engine, message_id: str) -> None:
    """Delete a report for good."""
    with writing(engine) as connection:
        connection.execute(delete(schema.message).where(schema.message.c.message_id == message_id))


def forget_member(connection: Connection, cluster_id: str, ids: Collection[str]) -> None:
    """Drop what is noted of members of a cluster, in a transaction that erases them."""
    table, kept = schema.invitation, schema.scenario
    connection.execute(delete(table).where((table.c.cluster_id == cluster_id) & table.c.member_id.in_(list(ids))))
    for row in connection.execute(select(kept).where(kept.c.cluster_id == cluster_id)).all():
        content = {k: [v for v in values if v not in ids] for k, values in json.loads(row.content).items()}
        where = (kept.c.cluster_id == cluster_id) & (kept.c.name == row.name)
        connection.execute(update(kept).where(where).values(content=json.dumps(content, ensure_ascii=False)))


def forget_cluster(connection: Connection, cluster_id: str) -> None:
    """Drop what is kept around a cluster, in a transaction that erases it."""
    own, kept = schema.version_attachment, schema.attachment
    connection.execute(delete(own).where(own.c.cluster_id == cluster_id))
    used = select(own.c.attachment_id)
    connection.execute(delete(kept).where(kept.c.attachment_id.not_in(used)))
    for table in (schema.invitation, schema.scenario):
        connection.execute(delete(table).where(table.c.cluster_id == cluster_id))
