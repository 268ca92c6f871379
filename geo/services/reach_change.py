"""Say how the reach of a cluster changed between two months: who is within it now, and who was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.analysis.points import coordinates
from geo.analysis.timeline import Presence, last_day
from geo.errors import QueryError
from geo.io.boundaries import load_units
from geo.io.data_state import EMBEDDED, current_folder, state_folder, state_folders
from geo.io.gazetteer import load_localities
from geo.io.integrity import read_manifest
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
from geo.services.people import counted, group_named, group_notes, localities_of, people_by_locality, who_counts
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


def comparable_people(people: str, text: Text) -> dict[str, str]:
    """
    Return the states of official data whose people can be set beside those in use, by key, with their words.

    They have the same places in the same gminy, and people of another day.

    Parameters
    ----------
    people
        Whom to count, as for `group_named`.
    text
        Language.
    """
    own, now = load_localities(), current_folder()
    found = {}
    for folder in (state_folder(""), *state_folders()):
        if folder == now or _day(folder, people) == _day(now, people):
            continue
        other = load_localities(folder=folder)
        if own["teryt"].equals(other["teryt"]) and own.geometry.equals(other.geometry):
            found[folder.name if folder != state_folder("") else EMBEDDED.key] = text.when(_day(folder, people))
    return found


def _day(folder: Path, people: str) -> str:
    """Return of which day the people of a state are."""
    return str(read_manifest(folder)["ages_date" if people else "population_date"])


def _counted_in(folder: Path, people: str) -> pd.Series:
    """Return the people of each locality in a state, in the order of `load_localities`."""
    group = group_named(people)
    return load_localities(folder=folder)["population"] if group is None else people_by_locality(group, folder)


def reach_change_view(
    query: CoverageQuery, before: str, after: str, text: Text, *, earlier: str | None = None
) -> ChangeView:
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
    earlier
        Key of the state of official data whose people count for the earlier month, one of `comparable_people`; None
        for the same people in both.

    Raises
    ------
    UnknownClusterError
        If there is no such cluster or network.
    QueryError
        If people of that state cannot be compared.
    """
    if earlier is not None and earlier not in comparable_people(query.people, text):
        raise QueryError("earlier", earlier, "one_of", options=", ".join(comparable_people(query.people, text)))
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
    folder = current_folder() if earlier is None else state_folder(earlier)
    former = people if earlier is None else _counted_in(folder, query.people)[part.index]
    units = _by_unit(part, change, former)
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
    table = _table(units, query, two_states=earlier is not None)
    notes = list(group_notes(query.people, text))
    if total[Change.UNKNOWN]:
        notes.append(text("change.note.unknown", people=text.number(total[Change.UNKNOWN])))
    if earlier is not None:
        days_of_people = {"day_before": _day(folder, query.people), "day_after": _day(current_folder(), query.people)}
        notes.append(_of_two_states(units, {k: text.when(d) for k, d in days_of_people.items()}, text))
    notes.append(text("change.note.people" if earlier is None else "change.note.members"))
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


def _of_two_states(units: pd.DataFrame, days: dict[str, str], text: Text) -> str:
    """Say how many people were within reach of those that there were, and are of those that there are."""
    was, now, all_then, all_now = (int(units[k].sum()) for k in ("before", "after", "then", "population"))
    return text(
        "change.note.states",
        before=text.number(was),
        then=text.number(all_then),
        share_before=text.percent(was, all_then),
        after=text.number(now),
        now=text.number(all_now),
        share_after=text.percent(now, all_now),
        **days,
    )


def _by_unit(part: gpd.GeoDataFrame, change: NDArray[np.str_], former: pd.Series) -> pd.DataFrame:
    """Sum people by gmina and change; a gmina is drawn as what most of its people are."""
    sums = {
        str(c): pd.Series(np.where(change == c, part["population"], 0), part["teryt"].to_numpy()).groupby(level=0).sum()
        for c in Change
    }
    units = pd.DataFrame(sums).rename_axis("teryt")
    known_before = np.isin(change, [Change.STAYED, Change.LOST])
    codes = part["teryt"].to_numpy()
    sums_before = {
        "before": pd.Series(np.where(known_before, former, 0), codes).groupby(level=0).sum(),
        "then": pd.Series(former.to_numpy(), codes).groupby(level=0).sum(),
    }
    return units.assign(
        state=units.idxmax(axis=1),
        population=units.sum(axis=1),
        after=units["stayed"] + units["gained"],
        **sums_before,
    )


def _class(change: Change, text: Text) -> UnitClass:
    key, fill = _FILLS[change]
    changed = change in (Change.GAINED, Change.LOST)
    return UnitClass(key, fill, text(f"change.state.{change}"), always=changed, first=changed, blank=not changed)


def _table(units: pd.DataFrame, query: CoverageQuery, *, two_states: bool) -> Table:
    names = load_units(Level.GMINA).loc[units.index]
    columns: dict[Column, Any] = {
        NAME: names["name"],
        KIND: names["kind"],
        POWIAT: units.index.str[: Level.POWIAT.digits].map(load_units(Level.POWIAT)["name"]),
        STATE: units["state"],
        counted(Column("gained", "change.col.gained"), query.people): units["gained"],
        counted(Column("lost", "change.col.lost"), query.people): units["lost"],
        counted(Column("before", "change.col.before"), query.people): units["before"],
        counted(Column("after", "change.col.after"), query.people): units["after"],
        counted(Column("unknown", "coverage.population.unknown"), query.people): units["unknown"],
        **(
            {
                counted(Column("then", "change.col.then"), query.people): units["then"],
                counted(Column("population", "change.col.now"), query.people): units["population"],
            }
            if two_states
            else {}
        ),
        TERYT: units.index,
    }
    around = {"title": "change.table", "csv": "change.csv", "place": Place.BELOW, "none": "change.none"}
    table = Table.of("units", columns, index=units.index, file=f"{query.subject.stem}-zmiana-zasiegu", **around)
    order = (units["gained"] + units["lost"]).sort_values(ascending=False, kind="stable").index
    return table.rows(order)
