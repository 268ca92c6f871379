"""Answer one question: is my powiat covered? With the evidence, the neighbours and a paragraph to paste."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from geo.analysis.search import Kind
from geo.errors import UnknownUnitError
from geo.io.boundaries import load_units
from geo.model.cluster import Cluster
from geo.model.coverage import CoverageQuery, SectorState, Verdict
from geo.model.names import fold
from geo.model.selection import Subject
from geo.model.units import Level, level_of
from geo.render.table import Column, Place, Table, named, yes_or_no
from geo.render.text import Text
from geo.services.borders import border_notes
from geo.services.columns import (
    DISTANCE,
    MEMBERS,
    NAME,
    PLACE,
    POPULATION,
    RESIDUAL,
    SEAT,
    SECTOR,
    SHARE,
    UNKNOWN,
    VERDICT,
)
from geo.services.coverage import CoverageView, compute, coverage_view
from geo.services.coverage_tables import known_members, share_percent
from geo.services.ground import manifest
from geo.services.labels import addresses, agreeing, cited, place_labels, unit_label
from geo.services.library import library, resolve
from geo.services.nearby import nearby
from geo.services.overview import ask_powiat
from geo.services.people import group_notes, table_of_group, units_of, who_counts
from geo.services.pictures import title_of
from geo.services.reaching import reach_in_words
from geo.services.search import find
from geo.services.sensitivity import spread_notes
from geo.services.siting import SitingView, siting_view

PEERS = 5
# What lies in a powiat and can be looked for.
_PLACES = (Kind.POWIAT, Kind.CITY, Kind.GMINA, Kind.LOCALITY, Kind.POSTAL)
WHY = Column("group", "powiat.peers.why", named("powiat.peers"))


def _levels(several: Iterable[tuple[Level, ...]], text: Text) -> list[str]:
    return [", ".join(text(f"level.{v}") for v in levels) or text("powiat.who.none") for levels in several]


WHO = (
    Column("cluster", "powiat.who.cluster"),
    Column("levels", "powiat.who.level", _levels),
    Column("declares", "powiat.who.declares", yes_or_no),
    VERDICT,
    Column("members", "powiat.who.members"),
    Column("share_percent", "powiat.who.share"),
    Column("own_radius_km", "powiat.who.radius"),
    Column("own_share_percent", "powiat.who.own_share"),
)


@dataclass(frozen=True)
class PowiatReport:
    """
    The report of a powiat for a cluster.

    Attributes
    ----------
    code, label
        TERYT code and name.
    verdict
        Verdict of the powiat as a whole.
    whole
        The powiat as a row of `Coverage.units`.
    sentences
        Verdict, people within reach, missing sectors, rank: one sentence each.
    view
        Coverage of its gminy.
    peers
        This powiat beside those of its voivodeship and those of similar size.
    siting
        Best additions, potential members first; None where nobody is out of reach or known.
    who
        Every cluster that names the powiat or has members in it, each at the reach of the report and at its own.
    nearest
        Members nearest to the powiat's most populous locality.
    borders
        What a reader must know of the borders and areas of its gminy, one sentence each.
    paragraph
        Text ready to paste.
    notes
        Caveats: of the map, of its borders, and how the result depends on where people live.
    none_here
        That no listed cluster covers the powiat, "" where one names it or has members in it.
    sources
        Where it comes from and of when, by name.
    addresses
        Pages on the web that these are.
    """

    code: str
    label: str
    verdict: Verdict
    whole: pd.Series
    sentences: tuple[str, ...]
    view: CoverageView
    peers: Table
    siting: SitingView | None
    who: Table
    nearest: Table
    borders: tuple[str, ...]
    paragraph: str
    notes: tuple[str, ...]
    none_here: str
    sources: str
    addresses: tuple[str, ...]

    @property
    def gminy(self) -> Table:
        """The gminy of the powiat."""
        file = f"{self.code}-{self.view.query.subject.stem}"
        return replace(self.view["units"], title="powiat.gminy", place=Place.BELOW, file=file)

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers as plain values, for JSON."""
        units, names = self.view.result.units, self.view["units"]["name"]
        gminy = [
            {
                "teryt": code,
                "name": names[code],
                "verdict": row["verdict"],
                "population": int(row["population"]),
                "covered": int(row["covered_people"]),
                "residual": int(row["residual_people"]),
                "members": int(row["members"]),
                **_known(row),
            }
            for code, row in units.iterrows()
        ]
        return {
            "powiat": {"teryt": self.code, "name": self.label},
            "cluster": str(self.view.query.subject),
            "radius_km": self.view.query.radius_km,
            "minutes": self.view.query.minutes,
            "people": self.view.query.people or None,
            "verdict": str(self.verdict),
            "population": int(units["population"].sum()),
            "covered": int(units["covered_people"].sum()),
            "residual": int(units["residual_people"].sum()),
            **_known(self.whole),
            "sentences": list(self.sentences),
            "borders": list(self.borders),
            "notes": list(self.notes),
            "gminy": gminy,
            "sources": self.sources,
        }


def find_powiaty(words: str) -> list[str]:
    """
    Find powiaty by what a person types, as the one search reads it: name, seat, place, postal code or TERYT.

    Parameters
    ----------
    words
        For example "Powiat olkuski", "olkuski", "Olkusz", "1212", or the code of a gmina.

    Returns
    -------
    codes
        4-digit TERYT codes; more than one where a name occurs twice.

    Raises
    ------
    UnknownUnitError
        If nothing fits.
    """
    found = [e for e in find(words).found if e.kind in _PLACES]
    if not found:
        raise UnknownUnitError(words)
    # Of the first kind that fits, all of its name: several powiaty are a question to whoever asks.
    same = [e for e in found if e.kind is found[0].kind and fold(e.name) == fold(found[0].name)]
    return sorted({e.within[0][: Level.POWIAT.digits] for e in same})


def powiat_report(query: CoverageQuery, code: str, text: Text) -> PowiatReport:
    """
    Compose the report.

    Parameters
    ----------
    query
        Cluster, need, reach and statuses; its area and level are set here.
    code
        4-digit TERYT code.
    text
        Language.

    Raises
    ------
    UnknownUnitError
        If there is no such powiat.
    UnknownClusterError
        If there is no such cluster.
    """
    if code not in load_units(Level.POWIAT).index:
        raise UnknownUnitError(code)
    text = who_counts(query.people)(text)
    query = replace(query, area=code, level=Level.GMINA)
    clusters = resolve(query.subject).clusters
    siting = siting_view(query, text, additions=3, among="potential")
    view = coverage_view(query, text, additions=siting.marks)
    whole = compute(replace(query, level=Level.POWIAT)).units.loc[code]
    neighbours = compute(replace(query, area=code[:2], level=Level.POWIAT)).units
    label = unit_label(code, text)
    verdict = Verdict(whole["verdict"])
    who = agreeing(code, text) | {"cluster": _named(clusters, code, whole, query.subject, text)}
    sentences = _sentences(view, verdict, whole, who, text)
    # Only those that the cluster means to cover and of which nothing is open can be compared.
    ranked = neighbours[neighbours["declared"] & (neighbours["unknown_people"] == 0)]
    if whole["covered_people"] and code in ranked.index and len(ranked) > 1:
        share = ranked["covered_people"] / ranked["population"]
        rank, tied = int((share > share[code]).sum()) + 1, int((share == share[code]).sum()) - 1
        values = {"rank": rank, "total": text.number(len(ranked)), "others": text.count("powiaty.with", tied)}
        sentences = (*sentences, text("powiat.rank.shared" if tied else "powiat.rank", **values))
    listed = cited(view.members, text) or [text("powiat.source.none")]
    sources = text("powiat.source.line", date=text.when(manifest()["state_date"]), sources="; ".join(listed))
    who_covers = _who(query, code, text)
    return PowiatReport(
        code=code,
        label=label,
        verdict=verdict,
        whole=whole,
        sentences=sentences,
        view=view,
        peers=_peers(query, code, neighbours),
        siting=siting if len(siting.table) else None,
        who=who_covers,
        nearest=_nearest(view, text),
        borders=border_notes(code, text),
        paragraph=" ".join([*sentences, *group_notes(query.people, text), sources]),
        notes=(*view.notes, *spread_notes(view, text)),
        none_here=nearby(code, text).sentence if not len(who_covers) else "",
        sources=sources,
        addresses=tuple(addresses(view.members)),
    )


def _known(row: pd.Series) -> dict[str, Any]:
    """Return what is not known of a unit, as plain values."""
    unknown = int(row["unknown_people"])
    return {
        "unknown": unknown,
        "at_least": unknown > 0,
        "sectors": {str(sector): str(state) for sector, state in row["sectors"].items()},
    }


def _sentences(
    view: CoverageView, verdict: Verdict, whole: pd.Series, who: dict[str, str], text: Text
) -> tuple[str, ...]:
    units, cut = view.result.units, bool(view.result.cut)
    seated, reach = int((units["members"] > 0).sum()), reach_in_words(view.query.reach, text)
    who = who | {"n": text.number(seated), "has": text.form("powiat.has", seated), "reach": reach}
    sentences = [text(_first(view, verdict, seated), total=text.of_units(Level.GMINA, len(units)), **who)]
    people, covered, unknown = (int(whole[k]) for k in ("population", "covered_people", "unknown_people"))
    if view.known and (unknown or (view.result.localities["nearest"] >= 0).any()):
        sure, least, some = "powiat.people", "powiat.people.at_least", "powiat.people.unknown"
        sentences.append(
            text(
                sure if not unknown else least if covered else some,
                share=text.percent(covered, people),
                population=text.number(people),
                unknown=text.about("").count("inhabitants.of", unknown),
                why=text("powiat.why.cut" if cut else "powiat.why.places"),
                reach=reach,
            )
        )
    if seated:
        absent, open_ = (
            ", ".join(text(f"powiat.sector.{s}") for s, own in whole["sectors"].items() if own is state)
            for state in (SectorState.ABSENT, SectorState.UNKNOWN)
        )
        sentences += [text("powiat.missing", sectors=absent)] if absent else []
        sentences += [text("powiat.missing.unknown", sectors=open_)] if open_ else []
        sentences += [] if absent or open_ else [text("powiat.missing.none")]
    return tuple(sentences)


def _first(view: CoverageView, verdict: Verdict, seated: int) -> str:
    """Return the key of the sentence that says the verdict."""
    gminy = len(view.result.units)
    several = len(resolve(view.query.subject).clusters) > 1
    fuller = {
        Verdict.COVERED: "powiat.verdict.full" if seated == gminy > 1 else "",
        Verdict.PARTIAL: "powiat.verdict.part" if seated else "",
        Verdict.NO_DATA: "powiat.verdict.no_data.cut" if view.result.cut else _unlisted(view),
        Verdict.GAP: "powiat.verdict.gap.several" if several else "",
    }
    return fuller.get(verdict) or f"powiat.verdict.{verdict}"


def _unlisted(view: CoverageView) -> str:
    return "" if view.known else "powiat.verdict.no_data.unlisted"


def _named(clusters: tuple[Cluster, ...], code: str, whole: pd.Series, subject: Subject, text: Text) -> str:
    """Return the clusters that a sentence on a powiat is about: those with members there, else those that name it."""
    answer = ask_powiat(code, text)
    asked = {c.cluster_id for c in clusters}
    present = [c.name for c, _ in answer.present if c.cluster_id in asked]
    declaring = [c.name for c in answer.declaring if c.cluster_id in asked]
    chosen = present if whole["members"] and present else declaring
    return ", ".join(chosen) if chosen else title_of(subject, clusters, text)


def _nearest(view: CoverageView, text: Text) -> Table:
    """Members with a point, nearest to the most populous locality first."""
    localities = view.result.localities
    seat = localities.loc[localities["population"].idxmax()]
    placed = view.members.dropna(subset="geometry")
    distance = placed.geometry.distance(seat["geometry"]).sort_values(kind="stable").head(PEERS)
    rows = placed.loc[distance.index]
    columns = {
        NAME: rows["name"],
        SECTOR: rows["sector"],
        PLACE: place_labels(rows, text),
        DISTANCE: (distance / 1000.0).round(1),
        SEAT: seat["name"],
    }
    return Table.of("nearest", columns, index=rows.index, title="powiat.nearest")


def _who(query: CoverageQuery, code: str, text: Text) -> Table:
    """
    Clusters at this powiat, one row each, at the reach of the report; their own stands in columns that say so.

    Shares of different clusters are never joined.
    """
    answer, listed = ask_powiat(code, text), set(library().members["cluster_id"])
    rows = []
    for cluster in dict.fromkeys([*answer.declaring, *(c for c, _ in answer.present)]):
        one = replace(query, subject=Subject((cluster.cluster_id,)), level=Level.POWIAT)
        units = compute(one).units
        own = compute(replace(one, radius_km=cluster.default_radius_km, minutes=None)).units
        rows.append(
            (
                cluster.name,
                tuple(sorted({level for t in cluster.territory if (level := level_of(t))})),
                bool(units.loc[code, "declared"]),
                units.loc[code, "verdict"],
                known_members(units)[code] if cluster.cluster_id in listed else pd.NA,
                share_percent(units)[code],
                cluster.default_radius_km,
                share_percent(own)[code],
            )
        )
    return table_of_group(Table.of_rows("who", WHO, rows, title="powiat.who", why="powiat.who.why"), query.people)


def _peers(query: CoverageQuery, code: str, neighbours: pd.DataFrame) -> Table:
    """Powiaty of the voivodeship, and those of the country nearest in population."""
    powiaty = units_of(Level.POWIAT, query.people)
    other = powiaty.drop(index=code)
    distance = (other["population"] - powiaty.loc[code, "population"]).abs()
    similar = distance[other.index.str[:2] != code[:2]].nsmallest(PEERS).index
    groups = [(c, "voivodeship") for c in neighbours.index]
    groups += [(c, "size") for c in similar]
    elsewhere = [compute(replace(query, area=v, level=Level.POWIAT)).units for v in sorted({c[:2] for c in similar})]
    units = pd.concat([neighbours, *elsewhere])
    share, members, rows = share_percent(units), known_members(units), []
    for peer, group in groups:
        unit = units.loc[peer]
        people = (int(unit[k]) for k in ("residual_people", "unknown_people", "population"))
        rows.append((peer, group, unit["verdict"], members[peer], share[peer], *people))

    def label(codes: Iterable[str], text: Text) -> list[str]:
        return [("→ " if c == code else "") + unit_label(c, text) for c in codes]

    columns = (Column("teryt", "col.name", label), WHY, VERDICT, MEMBERS, SHARE, RESIDUAL, UNKNOWN, POPULATION)
    table = table_of_group(Table.of_rows("peers", columns, rows, title="powiat.peers"), query.people)
    frame = table.frame.sort_values(["group", "share_percent"], ascending=[False, False], kind="stable")
    return replace(table, frame=frame.reset_index(drop=True))
