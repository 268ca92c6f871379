"""Say whom to invite to a cluster in a powiat, in which order and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.coverage import is_city
from geo.analysis.points import coordinates
from geo.analysis.possible import overlaps, possible_areas
from geo.errors import KlastryError, UnknownUnitError
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.io.roads import SPEEDS
from geo.model.cluster import Cluster, Sector, Status
from geo.model.coverage import Coverage, CoverageQuery, SectorState
from geo.model.intake import PERSON_NAME
from geo.model.members import KEPT, Field
from geo.model.names import one_line
from geo.model.reach import Reach
from geo.model.selection import Subject
from geo.model.units import Level
from geo.render.table import Column, Table, named
from geo.render.text import Text
from geo.services.columns import CLUSTER, NAME, PLACE, SECTOR
from geo.services.coverage import compute, counted_members
from geo.services.editing import open_kept
from geo.services.invited import without_asked
from geo.services.labels import place_label
from geo.services.library import Resolved, library, resolve
from geo.services.official.potential import registered_near
from geo.services.people import table_of_group, who_counts
from geo.services.reaching import reach_in_words, reached_localities, way_in_words
from geo.services.roads import reached_from
from geo.services.siting import siting_view
from geo.services.subjects import default_radius_km
from geo.settings import METRIC_CRS

# How much a missing sector counts against people: both alike, people only, the missing sector first.
WEIGHTS = {"balanced": 0.5, "people": 0.0, "sector": 1.0}
# What of a member serves to write or call; remarks are nobody's address.
_REACHED_BY = (Field.EMAIL, Field.PHONE, Field.WEBSITE)


class Filling(StrEnum):
    """Whether a candidate would bring a sector that the cluster lacks in the powiat."""

    YES = "yes"
    UNKNOWN = "unknown"
    NO = "no"

    @property
    def worth(self) -> float:
        """What it adds to the score at full weight."""
        return {Filling.YES: 1.0, Filling.UNKNOWN: 0.5, Filling.NO: 0.0}[self]


@dataclass(frozen=True)
class Candidate:
    """
    An organisation that may be invited.

    Attributes
    ----------
    member_id, cluster
        Its identifier in the list of a cluster, and that cluster.
    name, sector, place, source
        As the list says; the place in words.
    gained
        Inhabitants of the powiat who would newly be surely within reach; None where its point is not known.
    filling
        Whether it would bring a missing sector.
    score
        From 0 to 1, see `ranked`.
    contact
        How to reach it, "" where that is not known or not to be shown.
    """

    member_id: str
    cluster: Cluster
    name: str
    sector: str
    place: str
    source: str
    gained: int | None
    filling: Filling
    score: float
    contact: str


@dataclass(frozen=True)
class Invitation:
    """
    Whom to invite in a powiat.

    Attributes
    ----------
    code, query, weight
        The powiat, what coverage was asked for, and the weight of a missing sector.
    candidates
        The best first; natural persons are never among them.
    table
        The same as a table, with its button for XLSX.
    covered, population
        Inhabitants surely within reach today, and all.
    missing, open
        Sectors that the clusters should join: those surely missing in the powiat, and those of which that is not
        known.
    rule
        In words, how the order is made.
    locality
        Where nobody on the list helps: the locality in which a member would gain most, and how many people; None
        where nobody is out of reach.
    sentence
        Whom to invite first, or that locality.
    notes
        Who is not listed and why, what is not known.
    asked
        How many more in the powiat or near it are not proposed, since they were asked already.
    """

    code: str
    query: CoverageQuery
    weight: float
    candidates: tuple[Candidate, ...]
    table: Table
    covered: int
    population: int
    missing: tuple[Sector, ...]
    open: tuple[Sector, ...]
    rule: str
    locality: tuple[str, int] | None
    sentence: str
    notes: tuple[str, ...]
    asked: int = 0

    @property
    def best(self) -> Candidate | None:
        """Whom to invite first; None where nobody would surely bring people within reach or fill a missing sector."""
        first = self.candidates[0] if self.candidates else None
        return first if first is not None and (first.gained or first.filling is not Filling.NO) else None


def ranked(gained: Sequence[int | None], fillings: Sequence[Filling], weight: float) -> tuple[list[int], list[float]]:
    """
    Put candidates in order.

    A score is `(1 - weight) * people gained / most people gained + weight * worth of the filling`. Of equal scores
    who gains more people comes first, then who fills more, then who stands first.

    Parameters
    ----------
    gained
        People gained by each; None, not known, counts as nobody but stands behind who surely gains nobody.
    fillings
        Whether each brings a missing sector.
    weight
        Weight of a missing sector, 0 to 1.

    Returns
    -------
    order, scores
        Positions of the candidates, the best first, and the score of each in the order given, 0 to 1.

    Raises
    ------
    KlastryError
        If the weight is out of its range.
    """
    if not 0.0 <= weight <= 1.0:
        raise KlastryError("invitation.weight.range", given=weight)
    known = [-1 if n is None else n for n in gained]
    most = max([1, *known])
    pairs = list(zip(known, fillings, strict=True))
    # Rounding may lift a full score a hair above 1.
    scores = [min(1.0, (1.0 - weight) * max(people, 0) / most + weight * filling.worth) for people, filling in pairs]
    keys = [(-score, -people, -filling.worth) for score, (people, filling) in zip(scores, pairs, strict=True)]
    return sorted(range(len(keys)), key=keys.__getitem__), scores


def weight_names(text: Text) -> dict[float, str]:
    """Return the weights that a person may choose from, with their names."""
    return {weight: text(f"invitation.weight.{name}") for name, weight in WEIGHTS.items()}


def invitation(  # noqa: PLR0913 - what weighs, who counts and who asks, each with a usual value
    code: str,
    subject: Subject | str,
    text: Text,
    *,
    reach: Reach | None = None,
    weight: float = WEIGHTS["balanced"],
    people: str = "",
    for_editors: bool = False,
) -> Invitation:
    """
    Say whom to invite in a powiat, among the potential members in it or near it.

    Parameters
    ----------
    code
        4-digit TERYT code.
    subject
        A cluster, or several.
    text
        Language.
    reach
        How far is within reach; None for that of the clusters.
    weight
        Weight of a missing sector against people, 0 to 1.
    people
        Whom to count, as for `group_named`.
    for_editors
        Whether how to reach organisations is shown where the list says it is for editors only.

    Raises
    ------
    UnknownUnitError, UnknownClusterError
        If there is no such powiat or cluster.
    QueryError, KlastryError
        If the reach or the weight is out of its range.
    StoreError
        If the store cannot be read; it is asked for editors only.
    """
    if code not in load_units(Level.POWIAT).index:
        raise UnknownUnitError(code)
    reach = Reach(default_radius_km(subject)) if reach is None else reach
    text = who_counts(people)(text)
    query = CoverageQuery(
        Subject.of(subject), area=code, level=Level.POWIAT, radius_km=reach.km, minutes=reach.minutes, people=people
    )
    result, asked = compute(query), resolve(query.subject)
    states = result.units["sectors"][code]
    potential = _potential(asked, code, _at_most(reach))
    persons = potential["name"] == PERSON_NAME
    fresh = without_asked(potential[~persons])
    found = _in_or_near(fresh, code, reach)
    found = found.assign(gained=_gained(found, result, query))
    # Who stands in another powiat helps this one by its reach only.
    found = found[found["inside"] | (found["gained"].fillna(0) > 0)]
    fillings = [
        _filling(states.get(sector), inside=inside)
        for sector, inside in zip(found["sector"], found["inside"], strict=True)
    ]
    gained = [None if pd.isna(n) else int(n) for n in found["gained"]]
    order, scores = ranked(gained, fillings, weight)
    contacts = _contacts(found, for_editors=for_editors)
    clusters = {c.cluster_id: c for c in asked.clusters}
    rows = found.to_dict("records")
    candidates = tuple(
        Candidate(
            member_id=rows[i]["member_id"],
            cluster=clusters[rows[i]["cluster_id"]],
            name=rows[i]["name"],
            sector=rows[i]["sector"],
            place=place_label(rows[i]["teryt"], rows[i]["locality"], text),
            source=rows[i]["source"],
            gained=gained[i],
            filling=fillings[i],
            score=scores[i],
            contact=contacts[i],
        )
        for i in order
    )
    whole = Invitation(
        code=code,
        query=query,
        weight=weight,
        candidates=candidates,
        table=_table(candidates, query, weight, code),
        covered=int(result.units["covered_people"].sum()),
        population=int(result.units["population"].sum()),
        missing=tuple(s for s, state in states.items() if state is SectorState.ABSENT),
        open=tuple(s for s, state in states.items() if state is SectorState.UNKNOWN),
        rule=_rule(weight, query, text),
        locality=None,
        sentence="",
        notes=_notes(candidates, potential, persons, query, text),
        asked=_asked(potential[~persons], fresh, code, reach),
    )
    locality = None if whole.best else _best_locality(query, text)
    whole = replace(whole, locality=locality)
    return replace(whole, sentence=_said(whole, text))


def _potential(asked: Resolved, code: str, radius_m: float) -> gpd.GeoDataFrame:
    """Return the potential members of clusters, and of registers those in a powiat or within reach of it."""
    own = asked.members[asked.members["status"] == str(Status.POTENTIAL)]
    if not asked.clusters:
        return own
    more = registered_near(asked.clusters[0].cluster_id, asked.members, code, radius_m)
    if more.empty:
        return own
    return gpd.GeoDataFrame(pd.concat([own, more], ignore_index=True), geometry="geometry", crs=own.crs)


def _at_most(reach: Reach) -> float:
    """Return how far in a straight line somebody within reach can be, metres."""
    return reach.metres if reach.minutes is None else 1000.0 / 60.0 * reach.minutes * max(SPEEDS.values())


def _asked(potential: gpd.GeoDataFrame, fresh: gpd.GeoDataFrame, code: str, reach: Reach) -> int:
    """Count who would be considered but was asked already."""
    gone = potential[~potential.index.isin(fresh.index)]
    return len(_in_or_near(gone, code, reach)) if len(gone) else 0


def _in_or_near(members: gpd.GeoDataFrame, code: str, reach: Reach) -> gpd.GeoDataFrame:
    """Return the members in a powiat or with a point within reach of it; `inside` says which, by name after."""
    inside = members["teryt"].str.startswith(code)
    near = members.geometry.distance(load_units(Level.POWIAT).geometry[code]) <= _at_most(reach)
    if reach.minutes is not None and near.any():
        localities = load_localities()
        own = coordinates(localities.geometry[localities["teryt"].str.startswith(code)])
        reached = reached_from(coordinates(members.geometry[near]), own, reach.minutes)
        near[near] = reached.getnnz(axis=1) > 0
    chosen = members.assign(inside=inside)[inside | near]
    return chosen.sort_values(["name", "cluster_id", "member_id"], kind="stable").reset_index(drop=True)


def _gained(candidates: gpd.GeoDataFrame, result: Coverage, query: CoverageQuery) -> pd.Series:
    """
    Count who is within reach if a candidate joins and is not without it, by the rule of every coverage.

    Returns
    -------
    people
        Inhabitants by candidate; NA where its point is not known.
    """
    localities = gpd.GeoDataFrame(result.localities[["name", "teryt", "population", "geometry"]], crs=METRIC_CRS)
    gminy = load_units(Level.GMINA)
    gminy = gminy[gminy.index.str.startswith(query.area)]
    members = counted_members(query).dropna(subset="geometry")[["teryt", "geometry"]]
    known: dict[tuple[str, float, float], int] = {}
    quick = _by_road(candidates, localities, gminy, result, query) if query.minutes is not None else {}
    people: list[int | None] = []
    for teryt, point in zip(candidates["teryt"], candidates.geometry, strict=True):
        if point is None:
            people.append(None)
            continue
        key = (teryt, point.x, point.y)
        if key in quick:
            known[key] = quick[key]
        if key not in known:
            joined = gpd.GeoDataFrame({"teryt": [teryt]}, geometry=[point], crs=METRIC_CRS)
            more = gpd.GeoDataFrame(pd.concat([members, joined], ignore_index=True), crs=METRIC_CRS)
            reached, _ = reached_localities(localities, gminy, more, (), query.reach)
            newly = reached["covered"] & ~result.localities["covered"]
            known[key] = int(localities["population"][newly].sum())
        people.append(known[key])
    return pd.Series(people, index=candidates.index, dtype="Int64")


def _by_road(
    candidates: gpd.GeoDataFrame,
    localities: gpd.GeoDataFrame,
    gminy: gpd.GeoDataFrame,
    result: Coverage,
    query: CoverageQuery,
) -> dict[tuple[str, float, float], int]:
    """Count the same by road, for all candidates at once; not for those that reach a large city, see `reach_cities`."""
    placed = candidates.dropna(subset="geometry")
    if placed.empty:
        return {}
    reached = reached_from(coordinates(placed.geometry), coordinates(localities.geometry), query.minutes or 0.0)
    city = localities["teryt"].isin(gminy.index[is_city(gminy)]).to_numpy()
    fresh = np.where(result.localities["covered"], 0, localities["population"])
    gained, cities = reached @ fresh, reached @ city
    keys = zip(placed["teryt"], placed.geometry, strict=True)
    own = set(localities["teryt"][city])
    return {
        (teryt, point.x, point.y): round(float(people))
        for (teryt, point), people, hits in zip(keys, gained, cities, strict=True)
        if not hits and teryt not in own
    }


def _filling(state: SectorState | None, *, inside: bool) -> Filling:
    """Say whether a candidate brings a missing sector; None where the clusters need not join it."""
    if not inside or state is None:
        return Filling.NO
    return {SectorState.ABSENT: Filling.YES, SectorState.UNKNOWN: Filling.UNKNOWN}.get(state, Filling.NO)


def _contacts(found: gpd.GeoDataFrame, *, for_editors: bool) -> list[str]:
    """Return how to reach each candidate, of what may be shown."""
    shown = [f.name for f in KEPT if f.field in _REACHED_BY and (f.public or for_editors)]
    details: dict[tuple[str, str], str] = {}
    # Lists of a session hold no more than what everybody sees.
    for cluster_id in sorted(set(found["cluster_id"]) - library().session) if shown else ():
        members = open_kept(cluster_id).members
        members = members[~members["person"].astype(bool)]
        for row in members.fillna({c: "" for c in shown if c in members}).to_dict("records"):
            parts = [str(row[c]).strip() for c in shown if row.get(c)]
            details[cluster_id, str(row["member_id"])] = ", ".join(p for p in parts if p)
    keys = zip(found["cluster_id"], found["member_id"].astype(str), strict=True)
    return [details.get(key, "") for key in keys]


def _table(candidates: tuple[Candidate, ...], query: CoverageQuery, weight: float, code: str) -> Table:
    columns = [
        Column("rank", "invitation.col.rank"),
        NAME,
        SECTOR,
        Column("filling", "invitation.col.filling", named("invitation.filling")),
        PLACE,
        Column("gained", "invitation.col.gained"),
        Column("score", "invitation.col.score"),
        CLUSTER,
        Column("source", "col.source"),
        Column("contact", "invitation.col.contact"),
    ]
    rows = [
        (n, c.name, c.sector, c.filling, c.place, c.gained, round(c.score, 2), c.cluster.name, c.source, c.contact)
        for n, c in enumerate(candidates, start=1)
    ]

    def rule(text: Text) -> str:
        return _rule(weight, query, text)

    table = Table.of_rows(
        "invitation",
        columns,
        rows,
        title="invitation.title",
        why=rule,
        none="invitation.nobody",
        xlsx="invitation.xlsx",
        file=f"{code}-{query.subject.stem}-zaproszenia",
    )
    frame = table.frame.astype({"rank": "int64", "gained": "Int64", "score": "float64"})
    table = replace(table, frame=frame)
    empty = [] if any(c.contact for c in candidates) else ["contact"]
    return table_of_group(table, query.people).without(*empty, *([] if len(query.subject.ids) > 1 else ["cluster"]))


def _rule(weight: float, query: CoverageQuery, text: Text) -> str:
    """Return in words how the order is made and what is counted."""
    text = who_counts(query.people)(text)
    key = {0.0: "invitation.rule.people", 1.0: "invitation.rule.sector"}.get(weight, "invitation.rule.both")
    order = text(key, people=text.number(1.0 - weight, 2), sector=text.number(weight, 2))
    return f"{order} {text('invitation.rule.counted', reach=way_in_words(query.reach, text))}"


def _best_locality(query: CoverageQuery, text: Text) -> tuple[str, int] | None:
    """Return where a member would gain most, and how many people; None where that is nobody."""
    found = siting_view(query, text, additions=1, among="localities").table.frame
    return (str(found.iloc[0]["place"]), int(found.iloc[0]["gain"])) if len(found) else None


def _said(found: Invitation, text: Text) -> str:
    """Return whom to invite first, or where a member would gain most."""
    if (first := found.best) is not None:
        gained = text("invitation.not_known") if first.gained is None else text.number(first.gained)
        return text(
            "invitation.first",
            name=one_line(first.name),
            place=first.place,
            gained=gained,
            filling=text(f"invitation.filling.{first.filling}"),
        )
    begin = text("invitation.none.useful" if found.candidates else "invitation.none")
    if found.locality is not None:
        place, people = found.locality
        return begin + text("invitation.none.locality", people=text.count("inhabitants", people), place=place)
    everybody = found.covered == found.population
    return begin + (text("invitation.none.full", reach=reach_in_words(found.query.reach, text)) if everybody else ".")


def _notes(
    candidates: tuple[Candidate, ...], potential: gpd.GeoDataFrame, persons: pd.Series, query: CoverageQuery, text: Text
) -> tuple[str, ...]:
    """Return who is not listed and why, and what is not known of those who are."""
    code, unplaced = query.area, sum(c.gained is None for c in candidates)
    listed = potential["teryt"].str.startswith(code)
    areas = possible_areas(potential, resolve(query.subject).territories)
    somewhere = np.array([bool(overlaps(pd.Index([code]), area)[0]) for area in areas], dtype=bool)
    counted = {
        "invitation.note.unplaced": unplaced,
        "invitation.note.somewhere": int((somewhere & ~listed & ~persons).sum()),
        "invitation.note.persons": int((listed & persons).sum()),
    }
    return tuple(text(key, n=text.number(n)) for key, n in counted.items() if n)
