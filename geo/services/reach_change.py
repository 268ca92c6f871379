"""Say how the reach of a cluster changed between two months: who is within it now, and who was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.analysis.points import coordinates
from geo.analysis.timeline import Presence, last_day
from geo.io.boundaries import load_units
from geo.model.coverage import CoverageQuery
from geo.model.reach import Reach
from geo.model.units import Level
from geo.render.painting import BESIDE, Painting, UnitClass
from geo.render.palette import NO_DATA, Fill
from geo.render.table import Column, Place, Table, named
from geo.render.text import Text
from geo.services.columns import KIND, NAME, POWIAT, TERYT
from geo.services.coverage import area_of
from geo.services.ground import within
from geo.services.labels import territory_label
from geo.services.library import Resolved, resolve
from geo.services.people import counted, group_notes, localities_of, who_counts
from geo.services.pictures import Behind, map_picture, title_of
from geo.services.reaching import near_perhaps, reach_in_words, reached_localities, unknown_area, within_reach
from geo.services.timeline import dated_members, present_at
from geo.services.view import View
from geo.services.web import frame, member_marks


class Change(StrEnum):
    """What became of the people of a place."""

    GAINED = "gained"
    LOST = "lost"
    STAYED = "stayed"
    NEVER = "never"
    UNKNOWN = "unknown"


_FILLS = {
    Change.GAINED: ("1", Fill("#1f7a5a")),
    Change.LOST: ("2", Fill("#a63c06", "#ffe2a8", 135)),
    Change.STAYED: ("3", Fill("#c9e8d8", "#1f7a5a", 90)),
    Change.NEVER: ("4", Fill("#f2f2ee")),
    Change.UNKNOWN: ("-", NO_DATA),
}
STATE = Column("change", "change.col.state", named("change.state"))


@dataclass(frozen=True, kw_only=True)
class ChangeView(View):
    """
    Change of reach, ready to show.

    Its table `units` has a row for each gmina of the area, the largest change first.

    Attributes
    ----------
    people
        Inhabitants by `Change`.
    """

    people: dict[Change, int]


def reach_change_view(query: CoverageQuery, before: str, after: str, text: Text) -> ChangeView:
    """
    Compare the reach of the members of two months.

    Parameters
    ----------
    query
        Clusters, area, reach and whom to count; its need and statuses do not matter, as only members are dated.
    before, after
        Months, ISO 8601: the state at the end of each.
    text
        Language.

    Raises
    ------
    UnknownClusterError
        If there is no such cluster or network.
    """
    text = who_counts(query.people)(text)
    asked, area = resolve(query.subject), area_of(query)
    everywhere = localities_of(query.people)
    part = everywhere[within(pd.Index(everywhere["teryt"]), area)]
    members = dated_members(query.subject)
    days = [last_day(month) for month in (before, after)]
    states = [_reach(part, members, asked, day, query.reach) for day in days]
    change = _change(*states)
    people = part["population"]
    total = {c: int(people[change == c].sum()) for c in Change}
    units = _by_unit(part, change)
    label = territory_label(area, text) or text("coverage.area.country")
    words = {"before": text.when(before), "after": text.when(after), "reach": reach_in_words(query.reach, text)}
    headline = text(
        "change.headline" if total[Change.GAINED] or total[Change.LOST] else "change.headline.none",
        gained=text.number(total[Change.GAINED]),
        lost=text.number(total[Change.LOST]),
        area=label,
        **words,
    )
    codes = load_units(Level.GMINA).index
    keys = units["state"].map({str(c): key for c, (key, _) in _FILLS.items()})
    present = members[present_at(members, days[1]) == Presence.PRESENT]
    painting = Painting(
        frame(f"zmiana:{query.subject}{query.area}", Level.GMINA, area, text, title=headline),
        "".join(keys.reindex(codes, fill_value=BESIDE.key)),
        (*(_class(c, text) for c in Change), BESIDE),
        opacity=0.85,
        marks=member_marks(present, text),
    )
    table = _table(units, query)
    notes = list(group_notes(query.people, text))
    if total[Change.UNKNOWN]:
        notes.append(text("change.note.unknown", people=text.number(total[Change.UNKNOWN])))
    notes.append(text("change.note.people"))
    title = title_of(query.subject, asked.clusters, text)
    picture = map_picture(
        painting, (title, headline, text("change.legend", **words)), Behind(present, table), text, notes=tuple(notes)
    )
    return ChangeView(clusters=asked.clusters, known=len(members), picture=picture, tables=(table,), people=total)


def _reach(
    part: gpd.GeoDataFrame, members: gpd.GeoDataFrame, asked: Resolved, day: date, reach: Reach
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which places are surely within reach at the end of a day, and of which that is not known."""
    state = present_at(members, day)
    own, doubtful = members[state == Presence.PRESENT], members[state == Presence.UNKNOWN]
    gminy = load_units(Level.GMINA)
    gminy = gminy[gminy.index.isin(part["teryt"])]
    found, _ = reached_localities(part, gminy, own, unknown_area(own, asked), reach)
    covered = found["covered"].to_numpy(dtype=bool)
    xy = coordinates(part.geometry)
    placed = doubtful.dropna(subset="geometry")
    maybe = within_reach(xy, placed, reach)
    unplaced = doubtful[doubtful.geometry.isna()]
    if len(unplaced):
        maybe = maybe | near_perhaps(xy, part["teryt"], unknown_area(unplaced, asked), reach)
    return covered, (found["unknown"].to_numpy(dtype=bool) | maybe) & ~covered


def _change(
    before: tuple[NDArray[np.bool_], NDArray[np.bool_]], after: tuple[NDArray[np.bool_], NDArray[np.bool_]]
) -> NDArray[np.str_]:
    (was, was_unknown), (now, now_unknown) = before, after
    chosen = [was_unknown | now_unknown, now & ~was, was & ~now, was & now]
    return np.select(chosen, [Change.UNKNOWN, Change.GAINED, Change.LOST, Change.STAYED], Change.NEVER)


def _by_unit(part: gpd.GeoDataFrame, change: NDArray[np.str_]) -> pd.DataFrame:
    """Sum people by gmina and change; a gmina is drawn as what most of its people are."""
    sums = {
        str(c): pd.Series(np.where(change == c, part["population"], 0), part["teryt"].to_numpy()).groupby(level=0).sum()
        for c in Change
    }
    units = pd.DataFrame(sums).rename_axis("teryt")
    return units.assign(state=units.idxmax(axis=1), population=units.sum(axis=1))


def _class(change: Change, text: Text) -> UnitClass:
    key, fill = _FILLS[change]
    changed = change in (Change.GAINED, Change.LOST)
    return UnitClass(key, fill, text(f"change.state.{change}"), always=changed, first=changed, blank=not changed)


def _table(units: pd.DataFrame, query: CoverageQuery) -> Table:
    names = load_units(Level.GMINA).loc[units.index]
    columns: dict[Column, Any] = {
        NAME: names["name"],
        KIND: names["kind"],
        POWIAT: units.index.str[: Level.POWIAT.digits].map(load_units(Level.POWIAT)["name"]),
        STATE: units["state"],
        counted(Column("gained", "change.col.gained"), query.people): units["gained"],
        counted(Column("lost", "change.col.lost"), query.people): units["lost"],
        counted(Column("before", "change.col.before"), query.people): units["stayed"] + units["lost"],
        counted(Column("after", "change.col.after"), query.people): units["stayed"] + units["gained"],
        counted(Column("unknown", "coverage.population.unknown"), query.people): units["unknown"],
        TERYT: units.index,
    }
    around = {"title": "change.table", "csv": "change.csv", "place": Place.BELOW, "none": "change.none"}
    table = Table.of("units", columns, index=units.index, file=f"{query.subject.stem}-zmiana-zasiegu", **around)
    order = (units["gained"] + units["lost"]).sort_values(ascending=False, kind="stable").index
    return table.rows(order)
