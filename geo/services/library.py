"""Bring together the clusters that are shown: shipped, kept in the store, and used in one session only."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from threading import Lock
from time import monotonic
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.analysis.best_of_clusters import BestOfClusters
from geo.analysis.points import coordinates
from geo.analysis.search import NameSearch
from geo.analysis.timeline import has_left
from geo.errors import StoreError
from geo.io.clusters import choose, load_clusters, load_members, load_networks
from geo.io.data_state import per_state
from geo.io.database import database_url, open_engine, sqlite_path
from geo.io.store import Store
from geo.io.successors import territory_today
from geo.model.cluster import Cluster, Network
from geo.model.selection import Subject
from geo.services.cache import Cache
from geo.settings import METRIC_CRS

# Of all that links may ask for, so many subjects are kept; each holds a copy of its members.
MAX_RESOLVED = 32
WARSAW = ZoneInfo("Europe/Warsaw")


@dataclass(frozen=True)
class SessionList:
    """A cluster that lives in one visitor's session and is never written to the server."""

    cluster: Cluster
    members: gpd.GeoDataFrame


@dataclass(frozen=True)
class Library:
    """
    All clusters that a visitor sees.

    Attributes
    ----------
    clusters, networks
        Shipped clusters, then kept ones, then those of the session. A kept cluster stands in for
        the shipped one with its identifier.
    members
        Members frame with `role`, of those who have not left. Shared: do not change it.
    kept, session
        Identifiers of the clusters from the store and from the session.
    damaged
        Identifiers of clusters of the store that cannot be read.
    former
        Those who have left by today, in the form of `members`.
    resolved
        The subjects looked up last, see `resolve`.
    found
        The index of names, see `services.search`.
    answers
        What all clusters together say of every powiat, see `services.country`.
    versions
        The fingerprints asked for last, see `content_version`.
    """

    clusters: tuple[Cluster, ...]
    networks: tuple[Network, ...]
    members: gpd.GeoDataFrame
    kept: frozenset[str]
    session: frozenset[str]
    damaged: tuple[str, ...] = ()
    former: gpd.GeoDataFrame = field(default_factory=lambda: load_members().iloc[:0])
    resolved: Cache[Resolved] = field(default_factory=lambda: Cache(MAX_RESOLVED), compare=False, repr=False)
    found: Cache[NameSearch] = field(default_factory=lambda: Cache(1), compare=False, repr=False)
    answers: Cache[BestOfClusters] = field(default_factory=lambda: Cache(1), compare=False, repr=False)
    versions: Cache[str] = field(default_factory=lambda: Cache(MAX_RESOLVED), compare=False, repr=False)

    @cached_property
    def rows(self) -> dict[str, NDArray[np.int64]]:
        """The rows of `members` of each cluster, by its identifier."""
        found: dict[str, NDArray[np.int64]] = self.members.groupby("cluster_id", sort=False).indices
        return found

    def members_of(self, cluster_ids: Iterable[str]) -> gpd.GeoDataFrame:
        """Return the members of some clusters in their order, found without a look at those of others."""
        own = [self.rows[i] for i in dict.fromkeys(cluster_ids) if i in self.rows]
        return self.members.iloc[np.sort(np.concatenate(own)) if own else []]


@dataclass(frozen=True)
class Resolved:
    """
    What a subject stands for in the clusters that are shown, looked up once.

    Attributes
    ----------
    clusters
        A cluster, those of a network, or several.
    members
        Their members. Shared: do not change it.
    territory
        TERYT codes that they declare, without repeats; () if one declares none.
    former
        Those who have left, in the same form.
    """

    clusters: tuple[Cluster, ...]
    members: gpd.GeoDataFrame
    territory: tuple[str, ...]
    former: gpd.GeoDataFrame = field(default_factory=lambda: load_members().iloc[:0])

    @property
    def territories(self) -> dict[str, tuple[str, ...]]:
        """TERYT codes that each cluster declares, by its identifier."""
        return {c.cluster_id: c.territory for c in self.clusters}

    @cached_property
    def unlisted(self) -> tuple[Cluster, ...]:
        """The clusters whose members nobody lists."""
        listed = set(self.members["cluster_id"].unique())
        return tuple(c for c in self.clusters if c.cluster_id not in listed)


_current: ContextVar[Library | None] = ContextVar("library", default=None)


def library() -> Library:
    """Return the clusters shown in this run of a page; outside of one, those that everybody sees."""
    return _current.get() or _shared()


def use(lists: tuple[SessionList, ...]) -> None:
    """
    Read the store afresh for this run of a page, and add the lists of the visitor's session.

    Parameters
    ----------
    lists
        Lists of the session; they are seen by this visitor only.

    Raises
    ------
    StoreError
        If the store cannot be reached.
    """
    _current.set(_with_lists(_shared(), lists))


def use_shipped(lists: tuple[SessionList, ...]) -> None:
    """Do the same without the store, where it cannot be reached."""
    _current.set(_with_lists(_with_kept(None, (), today(), _erased(None)), lists))


def show(seen: Library) -> None:
    """Show the clusters that were seen before: in a part of a page that runs again, or in a thread of its own."""
    _current.set(seen)


def forget() -> None:
    """Show again what everybody sees."""
    _current.set(None)


def _with_lists(shared: Library, lists: tuple[SessionList, ...]) -> Library:
    if not lists:
        return shared
    own = tuple(entry.cluster for entry in lists)
    members, former = _parted(_join([entry.members for entry in lists]), today())
    return Library(
        clusters=(*shared.clusters, *own),
        networks=shared.networks,
        members=_join([shared.members, members]),
        former=_join([shared.former, former]),
        kept=shared.kept,
        session=frozenset(c.cluster_id for c in own),
        damaged=shared.damaged,
    )


def clusters_of(subject: Subject | str) -> tuple[Cluster, ...]:
    """
    Return the cluster with an identifier, the clusters of a network, or those of several with commas.

    Raises
    ------
    UnknownClusterError
        If an identifier is of neither.
    """
    shown = library()
    return choose(Subject.of(subject), shown.clusters, shown.networks)


def members_of(clusters: tuple[Cluster, ...]) -> gpd.GeoDataFrame:
    """Return the members of some clusters, as a new frame."""
    return library().members_of(c.cluster_id for c in clusters).reset_index(drop=True)


def territory_of(clusters: tuple[Cluster, ...]) -> tuple[str, ...]:
    """Return the TERYT codes that some clusters declare, without repeats; () if one declares none."""
    if any(not c.territory for c in clusters):
        return ()
    return tuple(sorted({code for c in clusters for code in c.territory}))


def resolve(subject: Subject | str) -> Resolved:
    """
    Return what a subject stands for; asked again, the same.

    Parameters
    ----------
    subject
        Clusters and networks.

    Raises
    ------
    UnknownClusterError
        If an identifier is of neither.
    """
    wanted = Subject.of(subject)

    def look_up() -> Resolved:
        clusters = clusters_of(wanted)
        former = library().former
        gone = former[former["cluster_id"].isin([c.cluster_id for c in clusters])].reset_index(drop=True)
        return Resolved(clusters, members_of(clusters), territory_of(clusters), gone)

    return library().resolved.get(wanted, look_up)


def member_keys(members: pd.DataFrame) -> pd.Series:
    """Return what names a member among all clusters: "cluster/member"."""
    return members["cluster_id"] + "/" + members["member_id"].astype(str)


def content_version(clusters: tuple[Cluster, ...]) -> str:
    """
    Return a fingerprint of some clusters and their members as shown now: results may be cached under it.

    It is made of every value that is counted or drawn, so two lists with one fingerprint give the same results.
    """
    return library().versions.get(repr(clusters), lambda: _fingerprint(clusters))


def _fingerprint(clusters: tuple[Cluster, ...]) -> str:
    own = library().members_of(c.cluster_id for c in clusters)
    digest = hashlib.sha256(repr(clusters).encode())
    columns = own.drop(columns="geometry")
    digest.update(columns.to_csv(index=False).encode("utf-8", "replace"))
    digest.update(coordinates(own.geometry).tobytes() if len(own) else b"")
    return digest.hexdigest()


def store() -> Store | None:
    """Return the store if there is one; reading never makes it."""
    url = database_url()
    file = sqlite_path(url)
    return None if file is not None and not file.exists() else _open(url)


def store_for_writing() -> Store:
    """
    Return the store, made if there is none.

    Raises
    ------
    StoreError
        If it cannot be opened.
    """
    return _open(database_url())


# A store that did not answer is not asked again for so long, so that nobody waits for it in a queue.
PAUSE_S = 5.0
_stores: dict[str, Store] = {}
_failures: dict[str, tuple[float, StoreError]] = {}
_opening = Lock()


def _open(url: str) -> Store:
    _refuse_while_paused(url)
    with _opening:
        _refuse_while_paused(url)
        if url not in _stores:
            try:
                _stores[url] = Store(open_engine(url))
            except StoreError as error:
                note_failure(error, url)
                raise
        return _stores[url]


def _refuse_while_paused(url: str) -> None:
    since, error = _failures.get(url, (-math.inf, None))
    if error is not None and monotonic() - since < PAUSE_S:
        raise StoreError(error.problem, error.details)


def note_failure(error: StoreError, url: str | None = None) -> None:
    """Remember for a moment that the store did not answer, so that others need not wait for it too."""
    if error.problem in ("unreachable", "busy"):
        _failures[url or database_url()] = (monotonic(), error)


def close_stores() -> None:
    """Close the connections to every store that was opened."""
    with _opening:
        for kept in _stores.values():
            kept.engine.dispose()
        _stores.clear()
        _failures.clear()


def _shared() -> Library:
    kept = store()
    try:
        return _with_kept(kept, kept.heads() if kept else (), today(), _erased(kept))
    except StoreError as error:
        note_failure(error)
        raise


# Members that came with the app and were erased, by address of the store, as it last said.
_last_erased: dict[str, frozenset[tuple[str, str]]] = {}


def _erased(kept: Store | None) -> frozenset[tuple[str, str]]:
    """Return cluster and identifier of erased members; while the store does not answer, as it last said."""
    if kept is not None:
        _last_erased[database_url()] = kept.erased()
    return _last_erased.get(database_url(), frozenset())


def shipped_members() -> gpd.GeoDataFrame:
    """Return the members that came with the app, without those that were erased."""
    return _unhidden(_erased(store()))


def _unhidden(erased: frozenset[tuple[str, str]]) -> gpd.GeoDataFrame:
    members = load_members()
    if not erased:
        return members
    pairs = zip(members["cluster_id"], members["member_id"].astype(str), strict=True)
    return members[[pair not in erased for pair in pairs]].reset_index(drop=True)


def forget_members() -> None:
    """Forget the members read so far, so that none of those erased is left in memory."""
    _with_kept.cache_clear()


@per_state(4)
def _with_kept(
    kept: Store | None,
    heads: tuple[tuple[str, int, bool], ...],
    day: date,
    erased: frozenset[tuple[str, str]] = frozenset(),
) -> Library:
    shipped, members = load_clusters(), _unhidden(erased)
    if kept is None or not heads:
        here, former = _parted(members, day)
        return Library(shipped, load_networks(), here, frozenset(), frozenset(), former=former)
    stored, damaged = kept.read_heads()
    shown: list[Cluster] = []
    lists: list[gpd.GeoDataFrame] = []
    for one in stored:
        if one.archived:
            continue
        try:
            lists.append(kept.members(one.list_id, one.cluster.cluster_id))
        except StoreError as error:
            if error.problem != "damaged_cluster":
                raise
            damaged = (*damaged, one.cluster.cluster_id)
        else:
            # A unit that is gone cannot be drawn; the editor is told on the page of members.
            shown.append(replace(one.cluster, territory=territory_today(one.cluster.territory).codes))
    # A shipped cluster stands in again for its kept version that cannot be read.
    replaced = {cluster_id for cluster_id, _, _ in heads} - set(damaged)
    here, former = _parted(_join([members[~members["cluster_id"].isin(list(replaced))], *lists]), day)
    return Library(
        clusters=(
            *(c for c in shipped if c.cluster_id not in replaced),
            *sorted(shown, key=lambda c: (c.name, c.cluster_id)),
        ),
        networks=load_networks(),
        members=here,
        former=former,
        kept=frozenset(c.cluster_id for c in shown),
        session=frozenset(),
        damaged=tuple(sorted(damaged)),
    )


def today() -> date:
    """Return the day that it is in Poland."""
    return datetime.now(WARSAW).date()


def _parted(members: gpd.GeoDataFrame, day: date) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return those who have not left by the end of a day, and those who have."""
    gone = has_left(members["left_on"], day)
    return members[~gone].reset_index(drop=True), members[gone].reset_index(drop=True)


def _join(parts: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    columns = list(load_members().columns)
    filled = [p[columns] for p in parts if len(p)]
    if not filled:
        return load_members().iloc[:0]
    joined = pd.concat(filled, ignore_index=True)
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=METRIC_CRS)
