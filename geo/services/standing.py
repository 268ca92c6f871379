"""Say how one powiat stands over all clusters: the answer, who is there, what is missing and what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from geo.analysis.best_of_clusters import Answer, BestOfClusters
from geo.errors import UnknownUnitError
from geo.io.boundaries import load_units
from geo.model.cluster import Cluster, Status
from geo.model.coverage import SectorState
from geo.model.selection import Subject
from geo.model.units import Level
from geo.render.painting import BESIDE, Mark, Painting
from geo.render.table import Column, Place, Table, yes_or_no
from geo.render.text import Text
from geo.services.borders import border_notes
from geo.services.columns import CLUSTER, KIND, MISSING, NAME, POPULATION, SHARE, TERYT, UNKNOWN_SECTORS, VERDICT
from geo.services.country import (
    ANSWER,
    CLUSTERS,
    KNOWN_MEMBERS,
    answer_classes,
    country,
    joined_names,
    painted,
    tips,
)
from geo.services.coverage_tables import known_members, of_state, share_percent
from geo.services.labels import agreeing, some_names, unit_label
from geo.services.library import Library, library, resolve
from geo.services.nearby import Nearby, nearby
from geo.services.neighbours import neighbours
from geo.services.people import group_notes, table_of_group, who_counts
from geo.services.pictures import Behind, map_picture
from geo.services.presence import NAMED, presence_note
from geo.services.reaching import unknown_area
from geo.services.view import View
from geo.services.web import bounds_of, frame, member_marks

DECLARES = Column("declares", "country.col.declares", yes_or_no)
REACH = Column("radius_km", "country.col.radius")
# Of the size of a powiat, what is seen beside it.
AROUND = 0.25


@dataclass(frozen=True)
class Standing:
    """
    How a powiat stands over all clusters, each at its own reach; only members count.

    Attributes
    ----------
    code, label
        TERYT code and name.
    answer
        The best answer of all clusters.
    sentence
        The answer in one sentence, with the clusters that give it.
    empty_sentence
        How many gminy have no member, how many people live there, and what is not known; "" for a powiat of one gmina.
    sectors_sentence
        Which of the three sectors are missing, and of which that is not known.
    view
        Map of its gminy with the same answers. Its tables: `gminy`, `clusters`.
    paragraph
        Text ready to paste.
    people
        Whom it counts, as for `group_named`.
    """

    code: str
    label: str
    answer: Answer
    sentence: str
    empty_sentence: str
    sectors_sentence: str
    view: View
    paragraph: str
    people: str = ""

    @property
    def gminy(self) -> Table:
        """The gminy of the powiat."""
        return self.view["gminy"]

    @property
    def clusters(self) -> Table:
        """The clusters that name the powiat, have members there or surely reach people of it."""
        return self.view["clusters"]

    @cached_property
    def neighbours(self) -> Table:
        """Other powiaty to compare it with, see `neighbours`."""
        return neighbours(self.code, self.view.text, self.people)

    @cached_property
    def around(self) -> Nearby:
        """The nearest clusters, see `nearby`."""
        return nearby(self.code, self.view.text)

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain values, for JSON."""
        row = country(self.people).powiaty.loc[self.code]
        return {
            "powiat": {"teryt": self.code, "name": self.label},
            "answer": str(self.answer),
            "answered_by": list(row["clusters"]),
            "members": known(row),
            "people": self.people or None,
            "population": int(row["population"]),
            "vacant": int(row["vacant_people"]),
            "vacant_unknown": int(row["vacant_unknown_people"]),
            "sectors": {str(sector): str(state) for sector, state in row["sectors"].items()},
            "sentences": [s for s in (self.sentence, self.empty_sentence, self.sectors_sentence) if s],
            "clusters": self.clusters.records(),
            "gminy": self.gminy.records(),
            "neighbours": self.neighbours.records(),
            "notes": list(self.view.notes),
            "sources": self.view.picture.sources,
        }


def known(row: pd.Series) -> int | None:
    """Return how many members are in a unit; None where none is known to be, but one may be."""
    return int(row["members"]) if row["members"] or not row["possible"] else None


def standing(code: str, text: Text, people: str = "") -> Standing:
    """
    Say how a powiat stands over all clusters that the visitor sees.

    Parameters
    ----------
    code
        4-digit TERYT code.
    text
        Language.
    people
        Whom to count, as for `group_named`.

    Raises
    ------
    UnknownUnitError
        If there is no such powiat.
    """
    if code not in load_units(Level.POWIAT).index:
        raise UnknownUnitError(code)
    text = who_counts(people)(text)
    found, shown = country(people), library()
    gminy = found.gminy[found.gminy.index.str.startswith(code)]
    sentence = _sentence(code, found, shown, text)
    empty = presence_note(gminy, Level.GMINA, (Status.MEMBER,), text) if len(gminy) > 1 else ""
    sectors = _sectors(found.powiaty.loc[code, "sectors"], text)
    view = _view(code, sentence, found, shown, text, people)
    return Standing(
        code=code,
        label=unit_label(code, text),
        answer=Answer(found.powiaty.loc[code, "answer"]),
        sentence=sentence,
        empty_sentence=empty,
        sectors_sentence=sectors,
        view=view,
        paragraph=" ".join(
            s for s in (sentence, empty, sectors, *group_notes(people, text), view.picture.sources) if s
        ),
        people=people,
    )


def _view(code: str, sentence: str, found: BestOfClusters, shown: Library, text: Text, people: str) -> View:
    names = {c.cluster_id: c.name for c in shown.clusters}
    codes = load_units(Level.GMINA).index
    gminy = found.gminy[codes.str.startswith(code)]
    keys = pd.Series(list(painted(gminy["answer"])), index=gminy.index)
    members = shown.members[shown.members["status"] == str(Status.MEMBER)]
    table, clusters = (
        table_of_group(t, people) for t in (_gminy(code, gminy, names), _clusters(code, found, shown.clusters))
    )
    painting = Painting(
        frame(f"powiat:{code}", Level.GMINA, (code,), text, title=sentence),
        "".join(keys.reindex(codes, fill_value=BESIDE.key)),
        (*answer_classes(text), BESIDE),
        opacity=0.85,
        tips=tips(gminy, Level.GMINA, names, text),
        marks=tuple(m for m in member_marks(members, text, dict(names)) if _seen(m, code)),
    )
    words = (unit_label(code, text), sentence, text("country.legend.gmina"))
    whose = group_notes(people, text)
    behind = Behind(members[members["teryt"].str.startswith(code)], table, clusters)
    return View(
        clusters=shown.clusters,
        known=len(shown.members),
        picture=map_picture(painting, words, behind, text, notes=(*whose, *_notes(code, found, names, text))),
        tables=(table, clusters),
    )


def _seen(mark: Mark, code: str) -> bool:
    """Say whether a mark stands where the map of a powiat looks at first: in its box, a quarter wider on each side."""
    (south, west), (north, east) = bounds_of((code,))
    high, wide = AROUND * (north - south), AROUND * (east - west)
    return south - high <= mark.y <= north + high and west - wide <= mark.x <= east + wide


def _gminy(code: str, gminy: pd.DataFrame, names: Mapping[str, str]) -> Table:
    units = load_units(Level.GMINA).loc[gminy.index]
    columns: dict[Column, Any] = {
        NAME: units["name"],
        KIND: units["kind"],
        ANSWER: gminy["answer"],
        CLUSTERS: joined_names(gminy["clusters"], names),
        KNOWN_MEMBERS: known_members(gminy),
        POPULATION: gminy["population"],
        MISSING: of_state(gminy["sectors"], SectorState.ABSENT),
        UNKNOWN_SECTORS: of_state(gminy["sectors"], SectorState.UNKNOWN),
        TERYT: gminy.index,
    }
    around = {"title": "powiat.gminy", "csv": "country.gminy.csv", "place": Place.BELOW, "file": f"{code}-gminy"}
    return Table.of("gminy", columns, index=gminy.index, **around)


def _clusters(code: str, found: BestOfClusters, clusters: tuple[Cluster, ...]) -> Table:
    """Return the clusters that name a powiat, have members in it or reach people of it; most members first."""
    rows = []
    for cluster in clusters:
        units = found.by_cluster[cluster.cluster_id].powiaty.loc[[code]]
        row = units.iloc[0]
        if not (row["declared"] or row["members"] or row["covered_people"]):
            continue
        rows.append(
            (
                cluster.name,
                bool(row["declared"]),
                row["verdict"],
                known_members(units).iloc[0],
                share_percent(units).iloc[0],
                cluster.default_radius_km,
            )
        )
    rows.sort(key=lambda row: (-int(row[3]) if pd.notna(row[3]) else 0, row[0]))
    columns = (CLUSTER, DECLARES, VERDICT, KNOWN_MEMBERS, SHARE, REACH)
    table = Table.of_rows(
        "clusters",
        columns,
        rows,
        title="country.here",
        why="country.here.why",
        none="country.here.none",
        csv="country.clusters.csv",
        file=f"{code}-klastry",
    )
    table.frame[KNOWN_MEMBERS.key] = table.frame[KNOWN_MEMBERS.key].astype("Int64")
    return table


def _sectors(states: Mapping[Any, SectorState], text: Text) -> str:
    """Say which sectors are missing over all clusters, and of which that is not known."""
    absent, open_ = (
        ", ".join(text(f"powiat.sector.{s}") for s, own in states.items() if own is state)
        for state in (SectorState.ABSENT, SectorState.UNKNOWN)
    )
    sentences = [text("powiat.missing", sectors=absent)] if absent else []
    sentences += [text("powiat.missing.unknown", sectors=open_)] if open_ else []
    return " ".join(sentences) or text("country.sectors.all")


def _notes(code: str, found: BestOfClusters, names: Mapping[str, str], text: Text) -> tuple[str, ...]:
    """Return which clusters may be here too, how the answer is found, and what must be known of the borders."""
    notes = [text("country.note.gminy")]
    own = {c: u.powiaty.loc[code] for c, u in found.by_cluster.items()}
    silent = {c: row for c, row in own.items() if not (row["members"] or row["covered_people"])}
    perhaps = [names[c] for c, row in silent.items() if row["possible"] or row["unknown_people"]]
    if perhaps:
        notes.append(text("country.note.perhaps", names=", ".join(perhaps)))
    return (*notes, *border_notes(code, text))


def _sentence(code: str, found: BestOfClusters, shown: Library, text: Text) -> str:
    """Say the answer, whose it is and where the members are."""
    row = found.powiaty.loc[code]
    answer = Answer(row["answer"])
    own = [c for c in shown.clusters if c.cluster_id in row["clusters"]]
    values: dict[str, Any] = agreeing(code, text) | {"clusters": some_names([c.name for c in own], text)}
    if answer in (Answer.COVERED, Answer.PARTIAL):
        return _where(code, answer, found, values, text)
    if answer is Answer.REACHED:
        reaches = [text("country.reach", name=c.name, km=text.number(c.default_radius_km, 1)) for c in own]
        return text("country.stands.reached", **(values | {"clusters": some_names(reaches, text)}))
    if answer is Answer.TERRITORY:
        whole = any(code.startswith(t) for c in own for t in c.territory)
        several = "several" if len(own) > 1 else "one"
        return text(f"country.stands.territory.{several}" if whole else f"country.stands.part.{several}", **values)
    if answer is Answer.UNKNOWN:
        return text("country.stands.unknown" if _perhaps(own) else "country.stands.cut", **values)
    return nearby(code, text).sentence or text(
        "country.stands.few", reached=_reached(code, found, shown, text), **values
    )


def _perhaps(clusters: list[Cluster]) -> bool:
    """Say whether the place of a member of some clusters is not known."""
    for cluster in clusters:
        asked = resolve(Subject((cluster.cluster_id,)))
        members = asked.members[asked.members["status"] == str(Status.MEMBER)]
        if unknown_area(members, asked):
            return True
    return False


def _where(code: str, answer: Answer, found: BestOfClusters, values: dict[str, Any], text: Text) -> str:
    """Say of a powiat with members in which of its gminy they are, and whose they are."""
    row, gminy = found.powiaty.loc[code], _called(code, text)
    present = [c for c in library().clusters if found.by_cluster[c.cluster_id].powiaty.loc[code, "members"]]
    here: dict[tuple[str, ...], list[str]] = {}
    for gmina, name in gminy.items():
        whose = tuple(c.name for c in present if found.by_cluster[c.cluster_id].gminy.loc[gmina, "members"])
        if whose:
            here.setdefault(whose, []).append(name)
    inside = any(found.by_cluster[c.cluster_id].powiaty.loc[code, "declared"] for c in present)
    several = "several" if len(present) > 1 else "one"
    seated, total = int(row["seated_gminy"]), int(row["gminy"])
    places = [text("country.where", gminy=", ".join(g), clusters=some_names([*w], text)) for w, g in here.items()]
    values |= {
        "clusters": some_names([c.name for c in present], text),
        "outside": "" if inside else text(f"country.stands.outside.{several}"),
        "members": text.number(row["members"]),
        "n": text.number(seated),
        "total": text.of_units(Level.GMINA, total),
        "where": "; ".join(places),
    }
    if total == 1:
        return text("country.stands.city", **values)
    if not seated:
        return text(f"country.stands.somewhere.{answer}", **values)
    return text(f"country.stands.{answer}.many" if seated > NAMED else f"country.stands.{answer}", **values)


def _called(code: str, text: Text) -> dict[str, str]:
    """Return the names of the gminy of a powiat; a town and the villages around it that share one are told apart."""
    units = load_units(Level.GMINA)
    names = units["name"][units.index.str.startswith(code)]
    twice = names.duplicated(keep=False)
    return {g: unit_label(g, text) if twice[g] else name for g, name in names.items()}


def _reached(code: str, found: BestOfClusters, shown: Library, text: Text) -> str:
    """Return the clusters that reach some people of a powiat, with their shares."""
    parts = []
    for cluster in shown.clusters:
        row = found.by_cluster[cluster.cluster_id].powiaty.loc[code]
        if row["covered_people"]:
            share = text.percent(row["covered_people"], row["population"])
            parts.append(text("country.share", name=cluster.name, share=share))
    return ", ".join(parts)
