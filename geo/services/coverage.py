"""Answer the page of coverage and gaps: who is within reach, who is not, and where the gaps are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis import coverage as cover
from geo.analysis.density import count_by_unit
from geo.analysis.points import coordinates
from geo.analysis.possible import overlaps
from geo.errors import QueryError, UnknownUnitError
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.model.cluster import Precision, Sector, Status
from geo.model.coverage import Coverage, CoverageQuery, TravelTimes, Verdict
from geo.model.reach import Reach
from geo.model.selection import Need, NeedKind, Subject
from geo.model.units import Level, level_of
from geo.render import palette
from geo.render.painting import BESIDE, Mark, Painting, UnitClass, unlisted_class
from geo.render.picture import LegendMark
from geo.render.table import Column, Place, Table
from geo.render.text import Text
from geo.services.cache import Cache
from geo.services.coverage_tables import evidence, gaps_table, reach_label, units_table
from geo.services.dots import MAX_DOTS, dots_of, dots_table
from geo.services.ground import ground_of, within
from geo.services.labels import territory_label
from geo.services.library import Resolved, content_version, member_keys, resolve
from geo.services.people import group_notes, localities_of, table_of_group, who_counts
from geo.services.pictures import Behind, map_picture, title_of
from geo.services.presence import presence_note
from geo.services.reaching import near_perhaps, reached_localities, unknown_area
from geo.services.roads import outline_legend, road_key, road_outline, road_state
from geo.services.view import View
from geo.services.web import frame, member_marks, place_mark, rings_of, with_names

_PARTS = ("covered", "residual", "unknown")
# Results that are kept for all visitors: about so many bytes a cell, so many results, so many bytes together.
_CELL_BYTES, _MOST_KEPT, _MOST_BYTES = 8, 512, 64 * 2**20


@dataclass(frozen=True, kw_only=True)
class CoverageView(View):
    """
    Coverage of an area, ready to show.

    Its tables: `numbers` within reach, out of reach and in total; `gaps`, the units that are gaps, most
    inhabitants out of reach first; `units`, all of them.

    Attributes
    ----------
    query
        What was asked.
    result
        The numbers, see `Coverage`.
    members
        The members counted.
    """

    query: CoverageQuery
    result: Coverage
    members: gpd.GeoDataFrame

    @property
    def timed(self) -> bool:
        """Whether reach is counted by travel times."""
        return not np.isnan(self.result.limit_min)


def area_of(query: CoverageQuery) -> tuple[str, ...]:
    """Return the TERYT codes looked at: the area asked for, else the territory; () for the country."""
    return (query.area,) if query.area else resolve(query.subject).territory


def check_area(area: str, level: Level) -> None:
    """
    Check that there is such an area and that it can be divided into units of a level.

    Raises
    ------
    UnknownUnitError
        If there is no such unit.
    QueryError
        If the units are larger than the area.
    """
    own = level_of(area)
    if own is None or area not in load_units(own).index:
        raise UnknownUnitError(area)
    if own.digits > level.digits:
        raise QueryError("level", str(level), "finer", level=own, area=area)


def coarsest(territory: tuple[str, ...]) -> Level:
    """Return the coarsest level whose units make up a territory, voivodeships for the country."""
    own = [level for code in territory if (level := level_of(code))]
    return max(own, key=lambda level: level.digits, default=Level.VOIVODESHIP)


def mixed_levels(subject: Subject) -> bool:
    """
    Say whether clusters declare territories of different levels.

    Such clusters are not computed together: a share of a powiat cluster and one of a voivodeship
    cluster mean different things.
    """
    return len({level_of(t) for c in resolve(subject).clusters for t in c.territory}) > 1


def counted_members(query: CoverageQuery) -> gpd.GeoDataFrame:
    """Return the members that a query counts, as a new frame; assumed ones have no `cluster_id`."""
    present = _present(query)
    return _with_assumed(present[needed(present, query.need)], query.added)


def needed(members: gpd.GeoDataFrame, need: Need) -> pd.Series:
    """Say of each member whether it is what is needed."""
    if need.by is NeedKind.ANY:
        return pd.Series(data=True, index=members.index)
    return members[str(need.by)] == need.value


def _with_assumed(members: gpd.GeoDataFrame, added: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Add a member without a sector in the most populous locality of each gmina that would join."""
    if not added:
        return members.reset_index(drop=True)
    names, localities = load_units(Level.GMINA)["name"], load_localities()
    rows = []
    for code in added:
        if code not in names.index:
            raise UnknownUnitError(code)
        seat = localities.loc[localities["population"].where(localities["teryt"] == code).idxmax()]
        rows.append(
            {
                "member_id": f"assumed-{code}",
                "cluster_id": "",
                "name": f"+ {names[code]}",
                "kind": "",
                "sector": "",
                "status": str(Status.MEMBER),
                "precision": str(Precision.LOCALITY),
                "locality": seat["name"],
                "teryt": code,
                "geometry": seat["geometry"],
            }
        )
    assumed = gpd.GeoDataFrame(rows, crs=members.crs).reindex(columns=members.columns, fill_value="")
    return gpd.GeoDataFrame(pd.concat([members, assumed], ignore_index=True), crs=members.crs)


def compute(query: CoverageQuery, times: TravelTimes | None = None) -> Coverage:
    """
    Compute the coverage of an area: in a straight line, by road where minutes are asked for, by given travel times.

    Raises
    ------
    UnknownClusterError
        If there is no such cluster or network.
    UnknownUnitError
        If the area or a gmina that would join does not exist.
    QueryError
        If the units asked for are larger than the area.
    DataFileError
        If shipped data are missing or changed.
    OfficialFileError
        If minutes are asked for and no road network was built.

    Notes
    -----
    Without given times the result is kept and shared: do not change it.
    """
    if times is not None:
        return _compute(query, times)
    clusters = resolve(query.subject).clusters
    key = (content_version(clusters), query, road_key(query.reach))
    return _computed.get(key, lambda: _compute(query, None))


def _weight(result: Coverage) -> int:
    """Return about how many bytes a result takes; names and points are shared with the tables of the data."""
    return sum(_CELL_BYTES * len(frame) * frame.shape[1] for frame in (result.units, result.localities))


_computed: Cache[Coverage] = Cache(_MOST_KEPT, _weight, _MOST_BYTES)


def _compute(query: CoverageQuery, times: TravelTimes | None) -> Coverage:
    """Do what `compute` says."""
    asked, area = resolve(query.subject), area_of(query)
    if query.area:
        check_area(query.area, query.level)
    members = counted_members(query)
    units = load_units(query.level)
    units = units[within(units.index, area)]
    gminy = load_units(Level.GMINA)
    gminy = gminy[gminy.index.str[: query.level.digits].isin(units.index)]
    everywhere = load_localities()
    part = everywhere[everywhere["teryt"].isin(gminy.index)]
    places = coordinates(members.geometry)
    ground = ground_of(tuple(units.index) if area else ())
    perhaps, reach = unknown_area(members, asked), query.reach
    timed = times is not None or reach.minutes is not None
    cut: tuple[str, ...] = ()
    land = ground.assign(covered=False, unknown=False)
    if times is None:
        localities, cut = reached_localities(part, gminy, members, perhaps, reach)
    else:
        localities = cover.cover_by_times(part, times.table, members, times.limit_min)
        # Times to members of unknown place are not known either: nearness stands in for them.
        maybe = near_perhaps(coordinates(localities.geometry), localities["teryt"], perhaps, Reach(query.radius_km))
        localities = localities.assign(untimed=localities["nearest"] < 0)
        localities["unknown"] = (maybe | localities["untimed"]) & ~localities["covered"]
    if not timed:
        xy = ground[["x", "y"]].to_numpy()
        reached = cover.nearest_member(xy, places)[1] <= reach.metres
        land = ground.assign(covered=reached, unknown=~reached & near_perhaps(xy, ground["teryt"], perhaps, reach))
    if query.people:
        localities = localities.assign(population=localities_of(query.people)["population"].reindex(localities.index))
    localities = localities.assign(bearing=cover.bearings(localities, places))
    table = cover.sum_units(gminy, localities, land)
    if timed:
        table[["covered_km2", "residual_km2", "unknown_km2"]] = np.nan
    table = _with_members(table, query, asked, members)
    table["verdict"] = cover.verdicts(table)
    coarser = {}
    if query.level is Level.GMINA and all(len(code) <= Level.POWIAT.digits for code in area):
        coarser[Level.POWIAT] = _above(table, Level.POWIAT, query, asked, members)["verdict"]
    if query.level is not Level.GMINA:
        table = _above(table, query.level, query, asked, members)
    table = table.join(cover.nearest_of_units(units, localities, places))
    unplaced = int((~np.isfinite(places).all(axis=1) & (members["precision"] != str(Precision.ABROAD))).sum())
    if not timed:
        return Coverage(table, localities, reach.metres, unplaced, cut=cut, coarser=coarser)
    limit_min = times.limit_min if times is not None else reach.minutes or 0.0
    return Coverage(
        table,
        localities,
        float("nan"),
        unplaced if times is None else 0,
        limit_min=limit_min,
        untimed=int((localities["untimed"] & localities["unknown"]).sum()),
        roads=road_state() if times is None else "",
        cut=cut,
        coarser=coarser,
    )


def _with_members(
    table: pd.DataFrame, query: CoverageQuery, asked: Resolved, members: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Add who is in each unit, who may be, who declares it and what is known of the sectors."""
    counts = count_by_unit(members, table, asked.territories).table
    seated = counts if _everyone(query) else count_by_unit(_present(query), table, asked.territories).table
    possible, silent = with_unlisted(counts["possible"], asked)
    required = [s for s in Sector if any(s in c.required_sectors for c in asked.clusters)]
    return table.assign(
        members=counts["members"],
        possible=possible,
        declared=overlaps(table.index, tuple(t for c in asked.clusters for t in c.territory)),
        sectors=cover.sector_states(seated, required, silent),
    )


def with_unlisted(possible: pd.Series, asked: Resolved) -> tuple[np.ndarray, np.ndarray]:
    """
    Count that each cluster whose members nobody lists may have one in every unit of its territory.

    Parameters
    ----------
    possible
        Members that may be in each unit, index `teryt`.
    asked
        The clusters.

    Returns
    -------
    possible, silent
        The counts with those clusters, and whether one of them may be in the unit.
    """
    counted, silent = possible.to_numpy().copy(), np.zeros(len(possible), dtype=bool)
    for cluster in asked.unlisted:
        here = within(possible.index, cluster.territory)
        counted += here
        silent |= here
    return counted, silent


def _above(
    gminy: pd.DataFrame, level: Level, query: CoverageQuery, asked: Resolved, members: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Return units of a coarser level: the sums of their gminy, with the members and the verdict of their own."""
    units = load_units(level).index
    sums = gminy.drop(columns=["members", "possible", "declared", "sectors", "verdict"])
    table = sums.groupby(gminy.index.str[: level.digits]).sum(min_count=1)
    table.index.name = gminy.index.name
    table = _with_members(table.loc[units[units.isin(table.index)]], query, asked, members)
    return table.assign(verdict=cover.verdicts_above(table, gminy))


def coverage_view(
    query: CoverageQuery,
    text: Text,
    *,
    circles: bool = False,
    additions: tuple[Mark, ...] = (),
    times: TravelTimes | None = None,
) -> CoverageView:
    """
    Compute coverage and put it into a map, sentences and tables.

    Parameters
    ----------
    query
        What is asked.
    text
        Language.
    circles
        Whether to draw how far the reach of members goes; not for given times.
    additions
        Further places to mark, as from `member_marks`.
    times
        Travel times to use instead of a straight line or roads.
    """
    text = who_counts(query.people)(text)
    asked, area = resolve(query.subject), area_of(query)
    unlisted = not len(asked.members) and not query.added
    if unlisted and not query.area:
        # One flat tone says that nothing is known; its parts would say no more.
        query, times = replace(query, level=coarsest(area)), None
    result, members = compute(query, times), counted_members(query)
    area_name = territory_label(area, text) or text("coverage.area.country")
    names = ", ".join(c.name for c in asked.clusters)
    headline = text("coverage.unlisted", name=names) if unlisted else headline_of(result, area_name, text)
    evidences = evidence(result, members, len(asked.members), text)
    real = members[members["cluster_id"] != ""]
    assumed = (_assumed_mark(row, text) for row in members[members["cluster_id"] == ""].itertuples())
    marks = (*member_marks(real, text), *assumed, *additions)
    codes = load_units(query.level).index
    verdict = result.units["verdict"]
    painting = Painting(
        with_names(frame(f"{query.subject}:{'.'.join(area)}", query.level, area, text, title=headline), asked.clusters),
        "".join(verdict.map(palette.VERDICT_KEY).reindex(codes, fill_value=BESIDE.key)),
        (*((unlisted_class(text),) if unlisted else verdict_classes(text)), BESIDE),
        opacity=0.85,
        tips={
            i: text("coverage.tip", verdict=text(f"verdict.{verdict[code]}"), evidence=evidences[code])
            for i, code in enumerate(codes)
            if code in verdict.index
        },
        marks=marks,
        dots=dots_of(result, text),
        rings=rings_of(marks, result.radius_m) if circles and not np.isfinite(result.limit_min) else (),
        arcs=road_outline(members, result.limit_min) if circles and result.roads else (),
    )
    stem = f"{query.subject.stem}-{query.level}"
    units = units_table(result, members, evidences, query.level, file=f"{stem}-pokrycie-{query.reach.told}")
    units = table_of_group(units, query.people)
    if unlisted:
        # Nobody is known to be within reach, nor to be out of it.
        units = replace(units, frame=_without_sure(units.frame, "covered", "residual"))
    numbers = numbers_of(result, query.level, unlisted=unlisted, people=query.people)
    words = (title_of(query.subject, asked.clusters, text), headline, text("coverage.verdict"))
    gaps = gaps_table(result, units, query.level, stem)
    tables = (numbers, gaps, units)
    notes = (*_notes(query, result, text), *road_notes(result.roads, text))
    behind = Behind(members, units, numbers, dots_table(result) if painting.dots else None)
    picture = map_picture(painting, words, behind, text, notes=notes)
    dots = (
        (LegendMark(text("legend.dot.out", n=MAX_DOTS), "", painting.dots[0].colour, "dot"),) if painting.dots else ()
    )
    lines = (outline_legend(result.limit_min, text),) if painting.arcs else ()
    return CoverageView(
        clusters=asked.clusters,
        known=len(asked.members),
        picture=replace(picture, marks=(*picture.marks, *dots, *lines)),
        tables=tables,
        query=query,
        result=result,
        members=members,
    )


def road_notes(state: str, text: Text) -> tuple[str, ...]:
    """Return what must be known of times by road of a day; nothing where they follow none."""
    return (text("roads.note", state=text.when(state)),) if state else ()


def _assumed_mark(row: Any, text: Text) -> Mark:
    return place_mark(row.geometry, row.name, text("whatif.mark"))


def _everyone(query: CoverageQuery) -> bool:
    """Say whether the members counted are all that are present."""
    return query.need.by is NeedKind.ANY and not query.added and not query.planned


def _present(query: CoverageQuery) -> gpd.GeoDataFrame:
    """Members of every sector, for the sectors that are missing."""
    everyone = resolve(query.subject).members
    counted = everyone["status"].isin(list(query.statuses))
    if query.planned:
        counted |= (everyone["status"] == str(Status.POTENTIAL)) & member_keys(everyone).isin(list(query.planned))
    return everyone[counted]


def headline_of(result: Coverage, area: str, text: Text) -> str:
    """Return coverage in one sentence, for an area of this name."""
    total, covered = int(result.units["population"].sum()), int(result.units["covered_people"].sum())
    unknown, residual = (int(result.units[f"{k}_people"].sum()) for k in ("unknown", "residual"))
    if not (result.localities["nearest"] >= 0).any() and not residual:
        return text("coverage.headline.none", area=area)
    sure, least, open_ = "coverage.headline", "coverage.headline.at_least", "coverage.headline.unknown"
    return text(
        sure if not unknown else least if covered else open_,
        covered=text.number(covered),
        # Who is counted is said once.
        unknown=text.about("").count("inhabitants.of", unknown),
        residual=text.number(residual),
        population=text.number(total),
        share=text.percent(covered, total),
        reach=reach_label(result, text),
        way=text("way.line" if np.isnan(result.limit_min) else "way.road" if result.roads else "way.times"),
        area=area,
    )


def _notes(query: CoverageQuery, result: Coverage, text: Text) -> tuple[str, ...]:
    if not len(resolve(query.subject).members) and not query.added:
        return (text("unlisted.next"),)
    notes = group_notes(query.people, text)
    if query.need.by is NeedKind.ANY and len(result.units) > 1:
        notes.append(presence_note(result.units, query.level, query.statuses, text))
    if result.unplaced:
        notes.append(text("coverage.unplaced", members=text.count("members", result.unplaced)))
    if result.cut:
        cities = load_units(Level.GMINA)["name"].loc[list(result.cut)]
        notes.append(text("coverage.cut", cities=", ".join(cities)))
    if result.untimed:
        missing = "roads.missing" if result.roads else "times.missing"
        notes.append(text(missing, localities=text.count("localities", result.untimed)))
    return tuple(notes)


def verdict_classes(text: Text) -> tuple[UnitClass, ...]:
    """Return how the verdicts are drawn and named, in their order."""
    keys = {verdict: palette.VERDICT_KEY[verdict] for verdict in Verdict}
    return tuple(
        UnitClass(
            key,
            palette.VERDICT_FILLS[key],
            text(f"verdict.{verdict}"),
            blank=verdict is Verdict.NO_DATA,
            first=verdict in (Verdict.COVERED, Verdict.PARTIAL, Verdict.UNDECLARED),
        )
        for verdict, key in keys.items()
    )


def numbers_of(result: Coverage, level: Level, *, unlisted: bool = False, people: str = "") -> Table:
    """Return what is within reach, surely out of reach, not known, and in total; dashes where nobody is listed."""
    about = who_counts(people)
    units = result.units
    rows = [_parts("people", *(units[f"{k}_people"].sum() for k in _PARTS))]
    if np.isnan(result.limit_min):
        rows.append(_parts("km2", *(units[f"{k}_km2"].sum() for k in _PARTS)))
    for kind in Level:
        if kind.digits <= level.digits and (kind.digits > Level.VOIVODESHIP.digits or level is kind):
            if kind is not level and kind not in result.coarser:
                continue
            found = [Verdict(v) for v in (units["verdict"] if kind is level else result.coarser[kind])]
            gaps, unknown = sum(v.is_gap for v in found), found.count(Verdict.NO_DATA)
            rows.append(_parts(str(kind), len(found) - gaps - unknown, gaps, unknown))
    columns = (
        Column("measure", "coverage.measure", lambda measures, text: [_measure(m, about(text)) for m in measures]),
        Column("reached", "coverage.reached"),
        Column("residual", "coverage.residual"),
        Column("unknown", "coverage.unknown"),
        Column("total", "coverage.total"),
    )
    table = Table.of_rows("numbers", columns, rows, title="coverage.numbers", place=Place.BESIDE)
    return replace(table, frame=_without_sure(table.frame, "reached", "residual")) if unlisted else table


def _without_sure(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return a frame whose columns of what is sure hold nothing: where nobody is listed, 0 would say too much."""
    return frame.assign(**{c: pd.array([pd.NA] * len(frame), dtype="Int64") for c in columns})


def _parts(measure: str, covered: float, residual: float, unknown: float) -> tuple[str, int, int, int, int]:
    """Return the parts of a measure as whole numbers that add up."""
    total, reached, perhaps = round(float(covered + residual + unknown)), round(float(covered)), round(float(unknown))
    return measure, reached, total - reached - perhaps, perhaps, total


def _measure(measure: str, text: Text) -> str:
    """Return what a row of numbers counts, in words."""
    return text(f"coverage.{measure}") if measure in ("people", "km2") else text.level(Level(measure))
