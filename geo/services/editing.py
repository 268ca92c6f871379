"""Create, edit, archive and export the clusters that users keep."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial

import geopandas as gpd

from geo.errors import ConflictError, QueryError, StoreError, UnknownClusterError
from geo.export import cluster_files
from geo.io.boundaries import load_units
from geo.io.clusters import load_clusters, load_members
from geo.io.database import database_url
from geo.io.store import Change, StoredCluster
from geo.io.successors import territory_today
from geo.model.cluster import Cluster, Sector
from geo.model.members import CONTACT_COLUMNS, DETAIL_COLUMNS, PLACE_COLUMNS
from geo.model.names import fold
from geo.model.reach import DEFAULT_RADIUS_KM, MAX_RADIUS_KM, MIN_RADIUS_KM
from geo.model.units import Level, level_of
from geo.render.table import Column, Table
from geo.render.text import Text
from geo.services.access import Access
from geo.services.labels import powiat_options
from geo.services.library import SessionList, library, note_failure, shipped_members, store, store_for_writing
from geo.services.organisations import organisations_table

MAX_NAME = 200
MAX_TEXT = 2000
MAX_TERRITORY = 400


@dataclass(frozen=True)
class KeptCluster:
    """
    A cluster that may be changed.

    Attributes
    ----------
    stored
        The newest version; `version` 0 for a shipped cluster that nobody has changed.
    members
        Its members, with details.
    """

    stored: StoredCluster
    members: gpd.GeoDataFrame

    @property
    def cluster(self) -> Cluster:
        """The definition."""
        return self.stored.cluster


# Names by address of the store and whether archived ones are among them, as they were when it last answered.
_last_names: dict[tuple[str, bool], dict[str, str]] = {}


def kept_names(*, archived: bool = False) -> dict[str, str]:
    """
    Return the names of the kept clusters by identifier, with the archived ones if asked for.

    While the store does not answer they are those it last gave, so that what is being edited stays open.
    """
    key = (database_url(), archived)
    try:
        kept = store()
        found = {s.cluster.cluster_id: s.cluster.name for s in kept.clusters(archived=archived)} if kept else {}
    except StoreError as error:
        note_failure(error)
        return _last_names.get(key, {})
    _last_names[key] = found
    return found


def editable_names() -> dict[str, str]:
    """
    Return the names of all clusters that may be changed: kept, archived and shipped.

    Names that occur twice carry their identifier, so that a choice is never ambiguous.
    """
    shown = {c.cluster_id: c.name for c in library().clusters if c.cluster_id not in library().session}
    names = kept_names(archived=True) | shown
    count = Counter(names.values())
    return {i: n if count[n] == 1 else f"{n} [{i}]" for i, n in names.items()}


def is_taken(name: str) -> bool:
    """Say whether a cluster has this name, diacritics and case aside."""
    names = [*kept_names(archived=True).values(), *(c.name for c in library().clusters)]
    return fold(name) in {fold(n) for n in names}


def territory_choices(members: gpd.GeoDataFrame) -> dict[str, tuple[str, ...]]:
    """
    Return territories that a new cluster may have, by the places of its members.

    Returns
    -------
    choices
        `none`, then `gminy`, `powiaty` and `voivodeships`: the units that hold a member.
    """
    choices: dict[str, tuple[str, ...]] = {"none": ()}
    for key, digits in (("powiaty", 4), ("gminy", 6), ("voivodeships", 2)):
        codes = {t[:digits] for t in members["teryt"] if len(t) >= digits}
        if codes and len(codes) <= MAX_TERRITORY:
            choices[key] = tuple(sorted(codes))
    return choices


def open_kept(cluster_id: str) -> KeptCluster:
    """
    Open a cluster for a change; a shipped one is copied when it is first kept.

    Raises
    ------
    StoreError
        If the cluster cannot be read.
    UnknownClusterError
        If there is no such cluster.
    """
    kept = store()
    if kept and any(cluster_id == identifier for identifier, _, _ in kept.heads()):
        stored = kept.get(cluster_id)
        return KeptCluster(stored, kept.members(stored.list_id, cluster_id))
    return as_shipped(cluster_id)


def as_shipped(cluster_id: str, *, everybody: bool = False) -> KeptCluster:
    """
    Return a cluster as it came with the app: version 0.

    Parameters
    ----------
    cluster_id
        The cluster.
    everybody
        Whether members that were erased are among them; else they are hidden.

    Raises
    ------
    UnknownClusterError
        If it did not come with the app.
    """
    found = next((c for c in load_clusters() if c.cluster_id == cluster_id), None)
    if found is None:
        raise UnknownClusterError(cluster_id, tuple(c.cluster_id for c in library().clusters))
    everyone = load_members() if everybody else shipped_members()
    members = everyone[everyone["cluster_id"] == cluster_id].reset_index(drop=True)
    details = dict.fromkeys((*DETAIL_COLUMNS, *PLACE_COLUMNS), "")
    return KeptCluster(StoredCluster(found, 0, archived=False, list_id=""), members.assign(**details, person=False))


def ships(cluster_id: str) -> bool:
    """Say whether a cluster came with the app."""
    return any(c.cluster_id == cluster_id for c in load_clusters())


def new_identifier(name: str) -> str:
    """Return an identifier for a new cluster: its name in ASCII, numbered where it is taken."""
    base = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:60] or "klaster"
    taken = {c.cluster_id for c in library().clusters} | {n.network_id for n in library().networks}
    taken |= set(kept_names(archived=True))
    return next(i for i in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if i not in taken)


def check_definition(cluster: Cluster) -> Cluster:
    """
    Return a definition without stray spaces, if it is one.

    Raises
    ------
    QueryError
        If the name is empty or too long, a unit does not exist, or the reach is out of range.
    """
    name, coordinator, description, source, founded = (
        " ".join(v.split())
        for v in (cluster.name, cluster.coordinator, cluster.description, cluster.source, cluster.founded)
    )
    cluster = replace(
        cluster, name=name, coordinator=coordinator, description=description, source=source, founded=founded
    )
    if not cluster.name or len(cluster.name) > MAX_NAME:
        raise QueryError("name", cluster.name[:40], "length", low=1, high=MAX_NAME)
    for field in ("coordinator", "description", "source", "founded"):
        if len(getattr(cluster, field)) > MAX_TEXT:
            raise QueryError(field, len(getattr(cluster, field)), "length", low=0, high=MAX_TEXT)
    if len(cluster.territory) > MAX_TERRITORY:
        raise QueryError("territory", len(cluster.territory), "most", limit=MAX_TERRITORY)
    for code in cluster.territory:
        level = level_of(code)
        if level is None or code not in load_units(level).index:
            raise QueryError("territory", code, "teryt")
    if not MIN_RADIUS_KM <= cluster.default_radius_km <= MAX_RADIUS_KM:
        raise QueryError(
            "default_radius_km", cluster.default_radius_km, "range", low=f"{MIN_RADIUS_KM:g}", high=f"{MAX_RADIUS_KM:g}"
        )
    return replace(cluster, territory=without_nested(cluster.territory))


def without_nested(territory: tuple[str, ...]) -> tuple[str, ...]:
    """Return a territory without units that lie in another of its units, sorted."""
    unique = sorted(set(territory))
    return tuple(t for t in unique if not any(t != other and t.startswith(other) for other in unique))


def toggled(territory: tuple[str, ...], code: str) -> tuple[str, ...]:
    """Return a territory with a unit added, or taken out if it was there."""
    return tuple(t for t in territory if t != code) if code in territory else without_nested((*territory, code))


def keep(
    access: Access,
    cluster: Cluster,
    based_on: int,
    members: gpd.GeoDataFrame | None,
    *,
    action: str,
    file_name: str = "",
) -> int:
    """
    Keep a new cluster or a new version of one.

    Parameters
    ----------
    access
        Who asks.
    cluster
        The definition.
    based_on
        Version the change was made from; 0 for a cluster that is not kept yet.
    members
        The new list; None to keep the present one.
    action
        `create`, `import`, `edit`, `archive` or `unarchive`.
    file_name
        Where the list came from.

    Returns
    -------
    number
        The new version.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    QueryError
        If the definition is wrong.
    ConflictError
        If somebody else has changed the cluster since.
    StoreError
        If the store cannot be written.
    """
    access.require()
    cluster = check_definition(cluster)
    change = Change(access.author, action, file_name[:200])
    if based_on == 0:
        first = as_shipped(cluster.cluster_id).members if members is None else members
        number = _first_version(cluster, first, change)
        return keep(access, cluster, number, None, action="archive") if action == "archive" else number
    return store_for_writing().save(cluster, based_on, change, members=members)


def _first_version(cluster: Cluster, members: gpd.GeoDataFrame, change: Change) -> int:
    """Keep a cluster for the first time; where another editor of a shipped one was faster, both must be compared."""
    kept = store_for_writing()
    try:
        return kept.create(cluster, members, change)
    except StoreError as error:
        if error.problem != "exists" or not ships(cluster.cluster_id):
            raise
        current = next(head for cluster_id, head, _ in kept.heads() if cluster_id == cluster.cluster_id)
        raise ConflictError(cluster.cluster_id, 0, current) from error


def adopted(access: Access, held: KeptCluster) -> int:
    """
    Return the version that a change is made from; a cluster that came with the app is kept as it came first.

    So the change is seen in the history and can be undone. It confirms nothing.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    ConflictError
        If somebody else has kept it meanwhile.
    StoreError
        If the store cannot be written.
    """
    return held.stored.version or keep(access, held.cluster, 0, None, action="adopt")


def restore_version(access: Access, cluster_id: str, number: int, based_on: int) -> int:
    """
    Make an earlier version the newest.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    ConflictError
        If somebody else has changed the cluster since.
    """
    access.require()
    return store_for_writing().restore_version(cluster_id, number, based_on, access.author)


def remember_mapping(access: Access, signature: str, headings: dict[str, str]) -> None:
    """
    Remember which heading holds which field.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    """
    access.require()
    store_for_writing().remember(signature, headings)


def remembered_mapping(signature: str) -> dict[str, str] | None:
    """Return the remembered heading of each field, or None where there is none or the store does not answer."""
    try:
        kept = store()
        return kept.mapping(signature) if kept else None
    except StoreError as error:
        note_failure(error)
        return None


def session_list(cluster: Cluster, members: gpd.GeoDataFrame) -> SessionList:
    """Return a list for one session: seen by its visitor only, never written."""
    return SessionList(cluster, members.assign(cluster_id=cluster.cluster_id))


def blank_cluster(name: str, territory: tuple[str, ...] = ()) -> Cluster:
    """Return the definition of a new cluster with nothing but a name and a territory."""
    return Cluster(
        cluster_id=new_identifier(name),
        name=name,
        network="",
        coordinator="",
        territory=territory,
        required_sectors=(Sector.PUBLIC, Sector.BUSINESS, Sector.NGO),
        default_radius_km=DEFAULT_RADIUS_KM,
        concept=False,
        founded="",
        description="",
        source="",
    )


def blank_members() -> gpd.GeoDataFrame:
    """Return a list without members."""
    return library().members.iloc[:0].copy()


def definition_in(rows: tuple[tuple[str, ...], ...]) -> Cluster | None:
    """Return the definition that came with a list, or None."""
    found = cluster_files.read_definition(rows)
    if found is None:
        return None
    today = territory_today(found.territory)
    # What is no unit of today is left for the check to name.
    return replace(found, territory=(*today.codes, *today.unknown)) if today.codes != found.territory else found


def exports(kept: KeptCluster, *, contacts: bool = False) -> dict[str, partial[bytes]]:
    """
    Return what writes a cluster's files, by extension; nothing is written until it is called.

    Parameters
    ----------
    kept
        The cluster.
    contacts
        Whether telephones, e-mails, web addresses and remarks are written.
    """
    members = kept.members if contacts else kept.members.drop(columns=list(CONTACT_COLUMNS), errors="ignore")
    writers = {
        "csv": cluster_files.cluster_csv,
        "xlsx": cluster_files.cluster_xlsx,
        "geojson": cluster_files.cluster_geojson,
    }
    return {kind: partial(write, kept.cluster, members) for kind, write in writers.items()}


def template(text: Text) -> bytes:
    """Return an empty list to fill in."""
    return cluster_files.template_xlsx(text)


def unit_options(text: Text) -> dict[str, str]:
    """Return every unit by code with a label to search in: voivodeships, powiaty, gminy."""
    voivodeships = load_units(Level.VOIVODESHIP)["name"]
    options = {code: text("name.voivodeship", name=name) for code, name in voivodeships.items()}
    options |= powiat_options(text)
    powiaty, gminy = load_units(Level.POWIAT)["name"], load_units(Level.GMINA)
    for code, name, kind in zip(gminy.index, gminy["name"], gminy["kind"], strict=True):
        options[code] = f"{text.unit(code, name, kind)}, {powiaty[code[:4]]}, {voivodeships[code[:2]]}"
    return options


def members_listed(kept: KeptCluster, text: Text, *, contacts: bool = False) -> Table:
    """
    Return the members of a kept cluster as a person reads them.

    Parameters
    ----------
    kept
        The cluster.
    text
        Language.
    contacts
        Whether how to reach them and remarks are shown, where any are known.
    """
    table = organisations_table(kept.members, text).without("cluster")
    known = known_contacts(kept) if contacts else ()
    return table.plus({Column(c, f"field.{c}"): kept.members[c].fillna("") for c in known})


def known_contacts(kept: KeptCluster) -> tuple[str, ...]:
    """Return the columns that say how to reach members, and of remarks, in which anything stands."""
    members = kept.members
    return tuple(c for c in CONTACT_COLUMNS if c in members and members[c].fillna("").astype(bool).any())
