"""Answer the map of the country: for each powiat the best that any of all clusters offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.analysis import coverage as cover
from geo.analysis.best_of_clusters import Answer, BestOfClusters, ClusterUnits, answers, best, seats
from geo.analysis.density import count_by_unit
from geo.analysis.possible import overlaps
from geo.errors import UnknownUnitError
from geo.io.boundaries import load_units
from geo.io.data_state import per_state
from geo.io.gazetteer import load_localities
from geo.model.cluster import Cluster, Sector, Status
from geo.model.coverage import SectorState, Verdict
from geo.model.reach import Reach
from geo.model.selection import Subject
from geo.model.units import Level
from geo.render import palette
from geo.render.assets import ensure_assets
from geo.render.painting import BESIDE, Painting, UnitClass
from geo.render.table import Column, Place, Table, named
from geo.render.text import Text
from geo.services.cache import Cache
from geo.services.cluster_reach import reach_of
from geo.services.columns import MISSING, NAME, POPULATION, TERYT, UNKNOWN_SECTORS, VOIVODESHIP
from geo.services.coverage import with_unlisted
from geo.services.coverage_tables import known_members, of_state
from geo.services.labels import some_names, unit_label, unit_names
from geo.services.library import Library, Resolved, content_version, library, resolve
from geo.services.overview import overview
from geo.services.people import group_notes, localities_of, table_of_group, units_of, who_counts
from geo.services.pictures import Behind, map_picture
from geo.services.view import View
from geo.services.web import frame

# The sectors that every cluster is meant to join.
SECTORS = (Sector.PUBLIC, Sector.BUSINESS, Sector.NGO)
# Of so many clusters, and of so many lists of them, the answers are kept, each once for one content.
MAX_KEPT, MAX_LISTS = 64, 8
# More clusters than this are counted in a tooltip, not named.
# An answer is drawn as the verdict that it stands for.
_VERDICT = {
    Answer.COVERED: Verdict.COVERED,
    Answer.PARTIAL: Verdict.PARTIAL,
    Answer.REACHED: Verdict.REACHED,
    Answer.TERRITORY: Verdict.EMPTY,
    Answer.UNKNOWN: Verdict.NO_DATA,
    Answer.NONE: Verdict.GAP,
}
ANSWER = Column("answer", "country.col.answer", named("country.answer"))
CLUSTERS = Column("clusters", "country.col.clusters")
KNOWN_MEMBERS = Column("members", "country.col.members")
VACANT = Column("vacant", "country.col.vacant")
VACANT_UNKNOWN = Column("vacant_unknown", "country.col.vacant_unknown")

_kept: Cache[ClusterUnits] = Cache(MAX_KEPT)
# The library of who keeps a list in a session is a new one in every run of a page.
_lists: Cache[BestOfClusters] = Cache(MAX_LISTS)


@dataclass(frozen=True, kw_only=True)
class CountryView(View):
    """
    The country over all clusters, ready to show.

    Its tables: `voivodeships`, one row each; `clusters`, one row each; `powiaty`, all of them.

    Attributes
    ----------
    result
        What is said of each powiat and gmina, and by whom.
    """

    result: BestOfClusters


_views: Cache[CountryView] = Cache(2 * MAX_LISTS)


def country(people: str = "") -> BestOfClusters:
    """
    Say of every powiat and gmina what all clusters that the visitor sees offer, each at its own reach.

    Only members count. The answers are kept with the library, so that who asks again waits for nothing.

    Parameters
    ----------
    people
        Whom to count, as for `group_named`.

    Raises
    ------
    DataFileError
        If shipped data are missing or changed.
    """
    shown = library()

    def ask() -> BestOfClusters:
        versions = tuple(content_version((c,)) for c in shown.clusters)
        return _lists.get((versions, people), lambda: _best_of(shown.clusters, versions, people))

    return shown.answers.get(f"country{people}", ask)


def _best_of(clusters: tuple[Cluster, ...], versions: tuple[str, ...], counted: str) -> BestOfClusters:
    by_cluster = {c.cluster_id: _of_cluster(c, version, counted) for c, version in zip(clusters, versions, strict=True)}
    asked = resolve(Subject(tuple(by_cluster))) if clusters else Resolved((), library().members.iloc[:0], ())
    powiaty, gminy = (_joined(by_cluster, asked, level, counted) for level in (Level.POWIAT, Level.GMINA))
    key, vacant = gminy.index.str[: Level.POWIAT.digits], gminy["members"] == 0

    def people(chosen: pd.Series) -> pd.Series:
        return gminy["population"].where(chosen, 0).groupby(key).sum().reindex(powiaty.index)

    powiaty = powiaty.assign(
        gminy=key.value_counts().reindex(powiaty.index),
        seated_gminy=(~vacant).groupby(key).sum().reindex(powiaty.index),
        vacant_people=people(vacant),
        vacant_unknown_people=people(vacant & (gminy["possible"] > 0)),
    )
    return BestOfClusters(powiaty, gminy, by_cluster)


def _joined(by_cluster: Mapping[str, ClusterUnits], asked: Resolved, level: Level, counted: str) -> pd.DataFrame:
    """Return the best answers of a level with all members that are there."""
    units = units_of(level, counted)
    own = {c: u.powiaty if level is Level.POWIAT else u.gminy for c, u in by_cluster.items()}
    members = asked.members[asked.members["status"] == str(Status.MEMBER)]
    counts = count_by_unit(members, units, asked.territories).table
    possible, unlisted = with_unlisted(counts["possible"], asked)
    given = pd.DataFrame({c: u["answer"] for c, u in own.items()}, index=units.index)
    return best(given).assign(
        members=counts["members"],
        possible=possible,
        population=units["population"],
        sectors=cover.sector_states(counts, SECTORS, unlisted),
    )


def _of_cluster(cluster: Cluster, version: str, counted: str) -> ClusterUnits:
    return _kept.get((version, counted), lambda: _units_of(cluster, resolve(Subject((cluster.cluster_id,))), counted))


def _units_of(cluster: Cluster, asked: Resolved, counted: str) -> ClusterUnits:
    """Give every unit of the country the verdict that `compute` gives those of an area."""
    members = asked.members[asked.members["status"] == str(Status.MEMBER)]
    localities, gminy, powiaty = localities_of(counted), load_units(Level.GMINA), load_units(Level.POWIAT)
    covered, unknown = reach_of(cluster, (Status.MEMBER,), Reach(cluster.default_radius_km))
    people = localities["population"].to_numpy()
    sums = {
        key: np.bincount(_positions(), np.where(chosen, people, 0), len(gminy)).round().astype(int)
        for key, chosen in (
            ("population", np.ones(len(people), dtype=bool)),
            ("covered_people", covered),
            ("unknown_people", unknown),
        )
    }
    small = _seated(pd.DataFrame(sums, index=gminy.index), asked, members)
    small = small.assign(verdict=cover.verdicts(small))
    large = small[list(sums)].groupby(small.index.str[: Level.POWIAT.digits]).sum().reindex(powiaty.index)
    large = _seated(large, asked, members)
    large = large.assign(verdict=cover.verdicts_above(large, small))
    return ClusterUnits(*(units.assign(answer=answers(units)) for units in (large, small)))


def _seated(units: pd.DataFrame, asked: Resolved, members: gpd.GeoDataFrame) -> pd.DataFrame:
    """Add who is in each unit, who may be, and whether the cluster declares it."""
    counts = seats(members, units.index, asked.territories)
    territory = tuple(code for c in asked.clusters for code in c.territory)
    return units.assign(
        members=counts["members"],
        possible=with_unlisted(counts["possible"], asked)[0],
        declared=overlaps(units.index, territory),
    )


@per_state(1)
def _positions() -> NDArray[np.intp]:
    """Return the position of the gmina of each locality."""
    positions: NDArray[np.intp] = load_units(Level.GMINA).index.get_indexer(load_localities()["teryt"])
    return positions


def country_view(text: Text, area: str = "", people: str = "") -> CountryView:
    """
    Show the country, or a voivodeship of it: each powiat with the best answer of all clusters.

    Parameters
    ----------
    text
        Language.
    area
        TERYT code of a voivodeship, "" for the country.
    people
        Whom to count, as for `group_named`.

    Raises
    ------
    UnknownUnitError
        If there is no such voivodeship.
    QueryError
        If the table has no such group.
    DataFileError
        If shipped data are missing or changed.
    """
    if area and area not in load_units(Level.VOIVODESHIP).index:
        raise UnknownUnitError(area)
    shown, text = library(), who_counts(people)(text)
    # Every visitor's first page: the same for all who see the same clusters.
    key = (content_version(shown.clusters), shown.networks, text.language, area, people, ensure_assets().outlines)
    return _views.get(key, lambda: _shown(shown, text, area, people))


def _shown(shown: Library, text: Text, area: str, people: str) -> CountryView:
    result = country(people)
    names = {c.cluster_id: c.name for c in shown.clusters}
    units = result.powiaty
    inside = units.index.str.startswith(area)
    counts = units.loc[inside, "answer"].value_counts()
    headline = headline_of({answer: int(counts.get(answer, 0)) for answer in Answer}, text)
    keys = "".join(k if own else BESIDE.key for k, own in zip(painted(units["answer"]), inside, strict=True))
    painting = Painting(
        frame(f"polska{area}", Level.POWIAT, (area,) if area else (), text, title=headline),
        keys,
        (*answer_classes(text), *((BESIDE,) if area else ())),
        opacity=0.85,
        tips={i: tip for i, tip in tips(units, Level.POWIAT, names, text).items() if inside[i]},
    )
    members = shown.members[shown.members["status"] == str(Status.MEMBER)]
    powiaty = table_of_group(_powiaty(result, names, text), people)
    powiaty = powiaty.rows(powiaty.frame.index.str.startswith(area))
    voivodeships = table_of_group(_voivodeships(result, shown.clusters), people)
    title = text("country.title.of", area=unit_label(area, text)) if area else text("country.title")
    words = (title, headline, text("country.legend"))
    notes = (*group_notes(people, text), *_notes(result, shown.clusters, text))
    picture = map_picture(painting, words, Behind(members, powiaty, voivodeships), text, notes=notes)
    clusters = replace(
        overview(text).table, title="country.clusters", csv="country.clusters.csv", file="polska-klastry"
    )
    return CountryView(
        clusters=shown.clusters,
        known=len(shown.members),
        picture=picture,
        tables=(voivodeships, clusters, powiaty),
        result=result,
    )


def painted(given: pd.Series) -> str:
    """Return one character a unit: the key of the class of its answer."""
    return "".join(palette.VERDICT_KEY[_VERDICT[Answer(a)]] for a in given)


def answer_classes(text: Text) -> tuple[UnitClass, ...]:
    """Return how the answers are drawn and named, best first; what is not known stands apart."""
    keys = {answer: palette.VERDICT_KEY[verdict] for answer, verdict in _VERDICT.items()}
    return tuple(
        UnitClass(
            key,
            palette.VERDICT_FILLS[key],
            text(f"country.answer.{answer}"),
            blank=answer is Answer.UNKNOWN,
            first=answer in (Answer.COVERED, Answer.PARTIAL),
        )
        for answer, key in keys.items()
    )


def tips(units: pd.DataFrame, level: Level, names: Mapping[str, str], text: Text) -> dict[int, str]:
    """
    Return what the tooltip of each unit says, by its position: the answer, whose it is, members and people.

    Parameters
    ----------
    units
        Index `teryt`; columns `answer, clusters, members, population`.
    level
        Their level.
    names
        Names of clusters by identifier.
    text
        Language.
    """
    return {
        int(i): text(
            "country.tip.by" if row.clusters else "country.tip",
            answer=text(f"country.answer.{row.answer}"),
            clusters=some_names([names[c] for c in row.clusters], text),
            members=text.number(row.members),
            people=text.count("inhabitants", int(row.population)),
        )
        for i, row in zip(load_units(level).index.get_indexer(units.index), units.itertuples(), strict=True)
    }


def joined_names(several: Iterable[tuple[str, ...]], names: Mapping[str, str]) -> list[str]:
    """Return the names of several clusters with commas between, for each unit."""
    return [", ".join(names[c] for c in ids) for ids in several]


def headline_of(counts: Mapping[Answer, int], text: Text) -> str:
    """
    Return the numbers of powiaty of each answer in one sentence.

    Parameters
    ----------
    counts
        Number of powiaty of each answer, best first; answers without any are left out.
    text
        Language.
    """
    parts = [
        text(f"country.part.{answer}", n=text.number(n), verb=text.form(f"country.verb.{answer}", n))
        for answer, n in counts.items()
        if n
    ]
    listed = parts[0] if len(parts) == 1 else text("country.and", first=", ".join(parts[:-1]), last=parts[-1])
    return text("country.headline", total=text.of_units(Level.POWIAT, sum(counts.values())), parts=listed)


def _notes(result: BestOfClusters, clusters: tuple[Cluster, ...], text: Text) -> tuple[str, ...]:
    notes = [text("country.note.rule")]
    listed = set(library().members["cluster_id"])
    anywhere = [c for c in clusters if (result.by_cluster[c.cluster_id].powiaty["possible"] > 0).all()]
    unlisted = [c.name for c in clusters if c.cluster_id not in listed and c not in anywhere]
    if unlisted:
        notes.append(text("country.note.unlisted", names=", ".join(unlisted)))
    if anywhere:
        own = {c.cluster_id for c in anywhere}
        powiaty = result.powiaty
        unknown = powiaty.loc[powiaty["answer"] == Answer.UNKNOWN, "clusters"]
        only = sum(own.issuperset(ids) for ids in unknown)
        notes.append(
            text(
                "country.note.anywhere",
                names=", ".join(c.name for c in anywhere),
                n=text.number(only),
                total=text.of_units(Level.POWIAT, len(powiaty)),
            )
        )
    return tuple(notes)


def _voivodeships(result: BestOfClusters, clusters: tuple[Cluster, ...]) -> Table:
    """Return a row for each voivodeship: its powiaty by answer, and who is there."""
    units, powiaty = load_units(Level.VOIVODESHIP), result.powiaty
    rows = []
    for code, name in units["name"].items():
        own = powiaty[powiaty.index.str.startswith(str(code))]
        none = own["answer"] == Answer.NONE
        here = [c.name for c in clusters if _is_in(result.by_cluster[c.cluster_id].powiaty.loc[own.index])]
        seated = int((own["members"] > 0).sum())
        rows.append(
            (
                name,
                round(100.0 * seated / len(own), 1),
                *(int((own["answer"] == answer).sum()) for answer in Answer),
                int(own.loc[none, "population"].sum()),
                ", ".join(here),
            )
        )
    columns = (
        VOIVODESHIP,
        Column("member_percent", "country.col.member_percent"),
        *(Column(str(answer), f"country.answer.{answer}") for answer in Answer),
        Column("none_people", "country.col.none_people"),
        CLUSTERS,
    )
    table = Table.of_rows(
        "voivodeships",
        columns,
        rows,
        title="country.voivodeships",
        why="country.voivodeships.why",
        csv="country.voivodeships.csv",
        file="polska-wojewodztwa",
    )
    return replace(table, frame=table.frame.set_axis(units.index))


def _is_in(units: pd.DataFrame) -> bool:
    """Say whether a cluster declares one of some units or has a member there."""
    return bool((units["declared"] | (units["members"] > 0)).any())


def _powiaty(result: BestOfClusters, names: Mapping[str, str], text: Text) -> Table:
    units = result.powiaty
    columns: dict[Column, Any] = {
        NAME: unit_names(Level.POWIAT, units.index, text),
        VOIVODESHIP: load_units(Level.VOIVODESHIP)["name"].loc[units.index.str[:2]].to_numpy(),
        ANSWER: units["answer"],
        CLUSTERS: joined_names(units["clusters"], names),
        KNOWN_MEMBERS: known_members(units),
        POPULATION: units["population"],
        VACANT: units["vacant_people"],
        VACANT_UNKNOWN: units["vacant_unknown_people"],
        MISSING: of_state(units["sectors"], SectorState.ABSENT),
        UNKNOWN_SECTORS: of_state(units["sectors"], SectorState.UNKNOWN),
        TERYT: units.index,
    }
    around = {"title": "country.powiaty", "csv": "country.powiaty.csv", "place": Place.FOLDED, "file": "polska-powiaty"}
    return Table.of("powiaty", columns, index=units.index, **around)
