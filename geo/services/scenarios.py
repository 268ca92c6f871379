"""Compare what-if scenarios: which gminy might join, and what that would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.errors import KlastryError, StoreError
from geo.io import register
from geo.io.boundaries import load_units
from geo.model.cluster import Status
from geo.model.coverage import CoverageQuery, Verdict
from geo.model.intake import PERSON_NAME
from geo.model.selection import Subject
from geo.model.units import Level
from geo.render.table import Column, Table
from geo.render.text import Text
from geo.services.access import Access
from geo.services.columns import COVERED, RESIDUAL, SHARE, UNKNOWN
from geo.services.coverage import area_of, compute
from geo.services.ground import within
from geo.services.labels import place_label
from geo.services.library import library, member_keys, note_failure, resolve, store, store_for_writing
from geo.services.people import table_of_group

MAX_NAME, MAX_KEPT = 80, 50


@dataclass(frozen=True)
class Scenario:
    """
    Who might join.

    Attributes
    ----------
    gminy
        TERYT codes of gminy of which a member is assumed.
    members
        Potential members, as "cluster/member".
    name
        Under which it is kept with the cluster, "" for one of this session.
    """

    gminy: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    name: str = ""

    @property
    def empty(self) -> bool:
        """Whether nobody would join."""
        return not self.gminy and not self.members

    def of(self, query: CoverageQuery) -> CoverageQuery:
        """Return a query with these counted as if they had joined."""
        return replace(query, added=self.gminy, planned=self.members)


COLUMNS = (
    Column("scenario", "whatif.name"),
    COVERED,
    SHARE,
    Column("gain", "whatif.gain"),
    RESIDUAL,
    UNKNOWN,
    Column("gaps", "whatif.gaps"),
)


def gmina_options(query: CoverageQuery) -> dict[str, str]:
    """Return the gminy of the area by code; names that occur twice carry their powiat."""
    gminy, powiaty = load_units(Level.GMINA), load_units(Level.POWIAT)["name"]
    inside = gminy[within(gminy.index, area_of(query))].sort_values("name")
    twice = inside["name"].duplicated(keep=False)
    labels = [
        f"{name} ({kind}, {powiaty[code[:4]]})" if double else name
        for code, name, kind, double in zip(inside.index, inside["name"], inside["kind"], twice, strict=True)
    ]
    return dict(zip(inside.index, labels, strict=True))


def planned_options(subject: Subject, text: Text) -> dict[str, str]:
    """Return the potential members of clusters that a scenario may count, by "cluster/member", with their places."""
    members = resolve(subject).members
    members = members[(members["status"] == str(Status.POTENTIAL)) & (members["name"] != PERSON_NAME)]
    return {
        f"{row['cluster_id']}/{row['member_id']}": f"{row['name']} ({place_label(row['teryt'], row['locality'], text)})"
        for row in members.sort_values(["name", "member_id"]).to_dict("records")
    }


def compare(query: CoverageQuery, scenarios: Sequence[Scenario], text: Text) -> Table:
    """
    Compute each scenario with the filters of a query, beside the state as it is.

    Parameters
    ----------
    query
        Cluster, area, need and reach.
    scenarios
        Who would join.
    text
        Language of the name of the state as it is.

    Returns
    -------
    table
        One row a scenario; people gained are against the state as it is.
    """
    rows = []
    now = 0
    for scenario in [Scenario(), *scenarios]:
        units = compute(scenario.of(query)).units
        covered, total = int(units["covered_people"].sum()), int(units["population"].sum())
        now = covered if scenario.empty else now
        gaps = int(units["verdict"].isin([str(v) for v in Verdict if v.is_gap]).sum())
        unknown = int(units["unknown_people"].sum())
        # Where nobody is surely within reach and somebody may be, there is no share.
        share = round(100.0 * covered / total, 1) if covered or not unknown else np.nan
        named = _label(scenario, query.subject, text)
        rows.append((named, covered, share, covered - now, total - covered - unknown, unknown, gaps))
    return table_of_group(Table.of_rows("scenarios", COLUMNS, rows, title="whatif.title"), query.people)


def _label(scenario: Scenario, subject: Subject, text: Text) -> str:
    if scenario.name:
        return scenario.name
    if scenario.empty:
        return text("whatif.now")
    names = load_units(Level.GMINA)["name"]
    members = resolve(subject).members
    people = members["name"][member_keys(members).isin(list(scenario.members))].tolist()
    return " + ".join([*names[list(scenario.gminy)], *people])


def kept_scenarios(subject: Subject) -> dict[str, Scenario]:
    """
    Return the scenarios that are kept with a cluster, by name.

    None where several clusters are asked for, and while the store does not answer. Members and gminy that are no
    longer there are left out.
    """
    cluster_id = _single(subject)
    if cluster_id is None:
        return {}
    try:
        kept = store()
        found = register.scenarios(kept.engine, cluster_id) if kept else {}
    except StoreError as error:
        note_failure(error)
        return {}
    gminy, members = load_units(Level.GMINA).index, resolve(subject).members
    there = set(members["member_id"][members["status"] == str(Status.POTENTIAL)].astype(str))
    scenarios = {
        name: Scenario(
            gminy=tuple(c for c in content.get("gminy", ()) if c in gminy),
            members=tuple(f"{cluster_id}/{m}" for m in content.get("members", ()) if m in there),
            name=name,
        )
        for name, content in found.items()
    }
    return {name: one for name, one in scenarios.items() if not one.empty}


def keep_scenario(access: Access, subject: Subject, scenario: Scenario) -> None:
    """
    Keep a scenario with a cluster, in place of the one that has its name.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    KlastryError
        If it has no name or too long a one, nobody would join, or as many are kept as are allowed.
    StoreError
        If the store cannot be written.
    """
    access.require()
    name, cluster_id = " ".join(scenario.name.split()), _single(subject)
    if not 0 < len(name) <= MAX_NAME or scenario.empty or cluster_id is None:
        raise KlastryError("whatif.keep.name", high=MAX_NAME)
    known = kept_scenarios(subject)
    if name not in known and len(known) >= MAX_KEPT:
        raise KlastryError("whatif.keep.many", most=MAX_KEPT)
    content = {"gminy": scenario.gminy, "members": tuple(m.partition("/")[2] for m in scenario.members)}
    register.keep_scenario(store_for_writing().engine, cluster_id, name, content, access.author)


def drop_scenario(access: Access, subject: Subject, name: str) -> None:
    """
    Drop a scenario of a cluster.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    StoreError
        If the store cannot be written.
    """
    access.require()
    if cluster_id := _single(subject):
        register.drop_scenario(store_for_writing().engine, cluster_id, name)


def may_keep(subject: Subject) -> bool:
    """Say whether a scenario of a subject can be kept: it is one cluster, and not one of a session."""
    return _single(subject) is not None


def _single(subject: Subject) -> str | None:
    clusters = resolve(subject).clusters
    one = clusters[0].cluster_id if len(clusters) == 1 else None
    return one if one not in library().session else None
