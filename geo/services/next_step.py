"""Say whom the best cluster of a powiat reaches, and what its head may do next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from geo.analysis.best_of_clusters import Answer, ClusterUnits
from geo.io.boundaries import load_units
from geo.model.cluster import Cluster, Status
from geo.model.names import one_line
from geo.model.selection import Subject
from geo.model.units import Level
from geo.render.text import Text
from geo.services.country import country
from geo.services.invitation import Candidate, Filling, Invitation, invitation
from geo.services.library import library, resolve
from geo.services.people import units_of
from geo.services.reaching import unknown_area
from geo.services.standing import Standing

# Longer names would take the room of the rest.
MAX_NAME = 90
# Answers that a member gives, in the powiat or within reach of it.
SURE = (Answer.COVERED, Answer.PARTIAL, Answer.REACHED)


@dataclass(frozen=True)
class Reach:
    """
    Whose reach the numbers are of, and the numbers.

    Attributes
    ----------
    cluster
        The cluster; None where all of the list give the same.
    covered, residual, unknown
        Inhabitants surely within its reach, surely out of it, and of whom that is not known.
    gminy
        Inhabitants surely out of its reach by TERYT code of the gmina, most first.
    """

    cluster: Cluster | None
    covered: int
    residual: int
    unknown: int
    gminy: pd.Series


def best_reach(code: str, people: str = "") -> Reach:
    """
    Return how many people of a powiat the best cluster reaches, at its own reach.

    It is the one that reaches most of those that give the powiat its answer; where no cluster has a member there or
    reaches half of its people, of all. Where none reaches anybody and all is known, that holds of every cluster.

    Parameters
    ----------
    code
        4-digit TERYT code.
    people
        Whom to count, as for `group_named`.
    """
    found, clusters = country(people), {c.cluster_id: c for c in library().clusters}
    row = found.powiaty.loc[code]
    given = tuple(row["clusters"])

    def worth(cluster_id: str) -> tuple[int, bool, int]:
        units = found.by_cluster[cluster_id].powiaty.loc[code]
        # Of those that surely reach as many, the one that may reach most.
        return int(units["covered_people"]), cluster_id in given, int(units["unknown_people"])

    asked = [c for c in clusters if c in given or Answer(row["answer"]) not in SURE]
    if not asked:
        return _reach(None, _nobody(code, people), code)
    best = max(asked, key=worth)
    every = Answer(row["answer"]) is Answer.NONE and not worth(best)[0]
    return _reach(None if every else clusters[best], found.by_cluster[best], code)


def _nobody(code: str, people: str) -> ClusterUnits:
    """Return the units of a powiat where there is no cluster at all: everybody is out of reach."""
    return ClusterUnits(
        *(
            units[units.index.str.startswith(code)][["population"]].assign(covered_people=0, unknown_people=0)
            for units in (units_of(Level.POWIAT, people), units_of(Level.GMINA, people))
        )
    )


def _reach(cluster: Cluster | None, units: ClusterUnits, code: str) -> Reach:
    gminy = units.gminy[units.gminy.index.str.startswith(code)]
    outside = gminy["population"] - gminy["covered_people"] - gminy["unknown_people"]
    covered, unknown = (int(gminy[f"{k}_people"].sum()) for k in ("covered", "unknown"))
    return Reach(
        cluster,
        covered,
        int(outside.sum()),
        unknown,
        outside[outside > 0].sort_values(ascending=False, kind="stable"),
    )


def next_step(found: Standing, text: Text) -> str:
    """
    Return the next step in one sentence.

    Where it is not known whether a member is there, the cluster is asked; where there is no cluster, the nearest is
    talked to; else somebody is invited: the best of the potential members, or whoever can be found where most people
    are out of reach, or from a missing sector. Who may be within reach already is asked about first.

    Parameters
    ----------
    found
        How the powiat stands over all clusters.
    text
        Language.
    """
    if found.answer is Answer.UNKNOWN:
        return _ask(_first_to_ask(found.code), text)
    reach = best_reach(found.code, found.people)
    if found.answer is Answer.NONE or reach.cluster is None:
        return _talk(found, text)
    own = invitation(found.code, Subject((reach.cluster.cluster_id,)), text, people=found.people)
    for invited in (own, *_others(found, reach.cluster, text)):
        if invited.best is not None:
            return _invite(invited.best, text)
    if reach.unknown > reach.residual:
        return _ask(reach.cluster.cluster_id, text)
    return _look(own, reach.cluster, text)


def _look(own: Invitation, cluster: Cluster, text: Text) -> str:
    """Return where a member of a cluster is to be looked for: where people are out of reach, else of which sector."""
    named = titled(cluster, text)
    if own.locality is not None:
        place, people = own.locality
        return text("sheet.step.place", cluster=named, place=place, gained=text.number(people))
    city = load_units(Level.POWIAT)["kind"][own.code].startswith("miasto")
    within = text(f"invitation.within.{'city' if city else 'powiat'}")
    for key, sectors in (("sheet.step.sector", own.missing), ("sheet.step.sector.ask", own.open)):
        if sectors:
            absent = ", ".join(text(f"powiat.sector.{s}") for s in sectors)
            return text(key, cluster=named, within=within, sectors=absent)
    return text("sheet.step.keep", cluster=named)


def _others(found: Standing, best: Cluster, text: Text) -> Iterator[Invitation]:
    """Return what other clusters with potential members in a powiat may do, one after the other."""
    members = library().members
    here = members[(members["status"] == str(Status.POTENTIAL)) & members["teryt"].str.startswith(found.code)]
    for cluster_id in dict.fromkeys(here["cluster_id"]):
        if cluster_id != best.cluster_id:
            yield invitation(found.code, Subject((cluster_id,)), text, people=found.people)


def _invite(candidate: Candidate, text: Text) -> str:
    fills = candidate.filling is Filling.YES
    key = "both" if fills and candidate.gained else "sector" if fills else "people" if candidate.gained else "open"
    return text(
        f"sheet.step.invite.{key}",
        cluster=titled(candidate.cluster, text),
        name=short(candidate.name),
        place=candidate.place,
        gained=text.number(candidate.gained or 0),
    )


def _first_to_ask(code: str) -> str:
    """Return which cluster to ask, of those that may be there: one that names the powiat, whose list is not known."""
    found = country()
    units: dict[str, pd.Series] = {
        c: found.by_cluster[c].powiaty.loc[code] for c in found.powiaty.loc[code, "clusters"]
    }
    listed = set(library().members["cluster_id"])
    return min(units, key=lambda c: (not units[c]["declared"], c in listed, -units[c]["unknown_people"]))


def _ask(cluster_id: str, text: Text) -> str:
    """Return what to ask of a cluster: its list, the places of its members, or whether it is in the city."""
    asked = resolve(Subject((cluster_id,)))
    members = asked.members[asked.members["status"] == str(Status.MEMBER)]
    key = "list" if asked.unlisted else "places" if unknown_area(members, asked) else "city"
    return text(f"sheet.step.ask.{key}", cluster=titled(asked.clusters[0], text))


def _talk(found: Standing, text: Text) -> str:
    """Return with which cluster to talk where none is."""
    nearest = found.around.table.frame
    if not len(nearest):
        return text("sheet.step.add")
    row = nearest.iloc[0]
    km = row[["to_member_km", "to_ground_km"]].min()
    if pd.isna(km):
        return text("sheet.step.talk.anywhere", cluster=short(row["cluster"]))
    return text("sheet.step.talk", cluster=short(row["cluster"]), km=text.number(float(km), 1))


def titled(cluster: Cluster, text: Text) -> str:
    """Return the name of a cluster, with a word where it is only planned."""
    return text("sheet.planned", name=short(cluster.name)) if cluster.concept else short(cluster.name)


def short(name: str) -> str:
    """Return a name that leaves room for others."""
    name = one_line(name)
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1].rstrip()}…"
