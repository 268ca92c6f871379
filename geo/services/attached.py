"""Keep links of members, travel times and a background table with a cluster's versions, members by identifiers."""

from __future__ import annotations

import io

import pandas as pd

from geo.errors import ConflictError, TableError
from geo.io.background import read_background, spelled_background
from geo.io.store import Change
from geo.io.ties import KINDS, read_ties
from geo.io.times import read_times
from geo.services.access import Access
from geo.services.editing import KeptCluster, adopted, open_kept
from geo.services.library import library, store, store_for_writing

TIES, TIMES, BACKGROUND = "ties", "times", "background"
# Every version refers to it, and every copy of the store carries it.
MAX_BACKGROUND = 2_000_000


def is_kept(cluster_id: str) -> bool:
    """Say whether tables can be kept with a cluster: not with one of a session."""
    return cluster_id not in library().session


def kept_table(cluster_id: str, kind: str) -> pd.DataFrame | None:
    """
    Return the links or times that are kept with the newest version of a cluster, None where there are none.

    Returns
    -------
    table
        Links: `source, target, kind`, identifiers of members; travel times: `teryt, locality, member, minutes`, with
        the name of the member. Rows of members that are no longer there are left out.
    """
    content = _stored(cluster_id, kind)
    if not content:
        return None
    members = library().members
    names = members[members["cluster_id"] == cluster_id].set_index("member_id")["name"]
    table = pd.read_csv(io.StringIO(content), dtype=str, keep_default_na=False)
    if kind == TIES:
        return table[table["source"].isin(names.index) & table["target"].isin(names.index)].reset_index(drop=True)
    table = table[table["member"].isin(names.index)].reset_index(drop=True)
    return table.assign(member=table["member"].map(names), minutes=table["minutes"].astype(float))


def kept_csv(cluster_id: str, kind: str) -> bytes | None:
    """Return a table that is kept with a cluster as it can be loaded, None where nothing is kept."""
    if kind == BACKGROUND:
        return _stored(cluster_id, kind).encode() or None
    table = kept_table(cluster_id, kind)
    if table is None or table.empty:
        return None
    if kind == TIES:
        named = {"source": "from", "target": "to", "kind": "kind"}
        table = table.assign(kind=table["kind"].map({str(k): words[-1] for k, words in KINDS.items()}))
    else:
        named = {"teryt": "teryt", "locality": "miejscowosc", "member": "czlonek", "minutes": "minuty"}
    spelled: str = table.rename(columns=named)[list(named.values())].to_csv(index=False, sep=";")
    return spelled.encode()


def _stored(cluster_id: str, kind: str) -> str:
    """Return what the newest version of a cluster keeps, "" where it keeps nothing."""
    kept = store()
    head = next((n for i, n, _ in kept.heads() if i == cluster_id), 0) if kept else 0
    return kept.attached(cluster_id, head).get(kind, "") if kept and head else ""


def keep_table(access: Access, cluster_id: str, kind: str, content: bytes | None) -> int:
    """
    Keep a table with a cluster, as a new version of it.

    Parameters
    ----------
    access
        Who asks.
    cluster_id
        The cluster.
    kind
        `ties`, `times` or `background`.
    content
        CSV as it was loaded; None to take the table away.

    Returns
    -------
    number
        The new version.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    TableError, UploadError
        If the table cannot be read.
    ConflictError
        If somebody else has changed the cluster in this moment.
    StoreError
        If the store cannot be written.
    """
    access.require()
    held = open_kept(cluster_id)
    version = adopted(access, held)
    spelled = "" if content is None else _spelled(held, kind, content)
    change = Change(access.author, kind)
    try:
        return store_for_writing().save(held.cluster, version, change, attached={kind: spelled})
    except ConflictError as error:
        # The table stands beside whatever else was changed meanwhile.
        now = open_kept(cluster_id)
        return store_for_writing().save(now.cluster, error.current, change, attached={kind: spelled})


def _spelled(held: KeptCluster, kind: str, content: bytes) -> str:
    if kind == BACKGROUND:
        if len(spelled := spelled_background(read_background(content))) > MAX_BACKGROUND:
            sizes: dict[str, object] = {"mb": -(-len(spelled) // 1_000_000), "limit": MAX_BACKGROUND // 1_000_000}
            raise TableError((("table.size", sizes),))
        return spelled
    members = held.members
    if kind == TIES:
        return str(read_ties(content, members).to_csv(index=False))
    table = read_times(content)
    ids = members.drop_duplicates("name", keep=False).set_index("name")["member_id"]
    # Of names that several have nobody can be told.
    known = table[table["member"].isin(ids.index)]
    return str(known.assign(member=known["member"].map(ids)).to_csv(index=False))
