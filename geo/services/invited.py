"""Remember what came of inviting potential members, so that the same ones are not proposed again and again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from geo.analysis.timeline import read_date
from geo.errors import KlastryError, StoreError
from geo.io import register
from geo.model.cluster import Cluster
from geo.render.table import Column, Table, named
from geo.render.text import Text
from geo.services.access import Access
from geo.services.columns import CLUSTER, NAME
from geo.services.library import library, member_keys, note_failure, store, store_for_writing, today


class InvitationState(StrEnum):
    """What came of an invitation; `AGAIN` lets somebody be proposed anew."""

    INVITED = "invited"
    ANSWERED = "answered"
    REFUSED = "refused"
    AGAIN = "again"


@dataclass(frozen=True)
class Asked:
    """
    What was noted last of inviting a potential member.

    Attributes
    ----------
    state
        What came of it.
    on
        The day, ISO 8601.
    """

    state: InvitationState
    on: str


def asked_of(cluster_ids: Iterable[str]) -> dict[tuple[str, str], Asked]:
    """
    Return what was noted last of each member that was asked, by cluster and member.

    Nothing while the store does not answer.
    """
    try:
        kept = store()
        rows = register.invitations(kept.engine, tuple(cluster_ids)) if kept else ()
    except StoreError as error:
        note_failure(error)
        return {}
    last = {(r["cluster_id"], r["member_id"]): Asked(InvitationState(r["state"]), r["on_date"]) for r in rows}
    return {key: one for key, one in last.items() if one.state is not InvitationState.AGAIN}


def without_asked(candidates: pd.DataFrame) -> pd.DataFrame:
    """Return potential members without those that were asked already; columns `cluster_id`, `member_id`."""
    asked = asked_of(set(candidates["cluster_id"]))
    if not asked:
        return candidates
    return candidates[~member_keys(candidates).isin(["/".join(key) for key in asked])]


def note(access: Access, cluster_id: str, member_id: str, state: InvitationState, on: date) -> None:
    """
    Note what came of inviting a member.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    KlastryError
        If the day is still to come.
    StoreError
        If the store cannot be written.
    """
    access.require()
    if on > today():
        raise KlastryError("invited.later", given=on.isoformat())
    engine = store_for_writing().engine
    register.note_invitation(engine, cluster_id, member_id, str(state), on.isoformat(), access.author)


def asked_names(clusters: tuple[Cluster, ...]) -> dict[str, str]:
    """Return who was asked, as "cluster/member", with the name."""
    members = library().members
    known = dict(zip(member_keys(members), members["name"], strict=True))
    asked = map("/".join, asked_of(c.cluster_id for c in clusters))
    return {key: str(known[key]) for key in asked if key in known}


def asked_table(clusters: tuple[Cluster, ...]) -> Table:
    """Return who was asked, latest first: name, what came of it, when, and of which cluster."""
    asked = asked_of(c.cluster_id for c in clusters)
    names = {c.cluster_id: c.name for c in clusters}
    known = asked_names(clusters)
    rows = [
        (known["/".join(key)], str(one.state), one.on, names[key[0]])
        for key, one in sorted(asked.items(), key=lambda item: item[1].on, reverse=True)
        if "/".join(key) in known
    ]
    columns = (
        NAME,
        Column("state", "invited.col.state", named("invited.state")),
        Column("on", "invited.col.on", _days),
        CLUSTER,
    )
    table = Table.of_rows("asked", columns, rows, title="invited.title", why="invited.why", none="invited.none")
    return table if len(clusters) > 1 else table.without("cluster")


def _days(days: Iterable[str], text: Text) -> list[str]:
    return [text.when(read_date(day) or "") for day in days]
