"""Answer the page of growth: a cluster at a date, who joined and who left each year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.density import count_by_unit
from geo.analysis.timeline import Presence, first_day, growth, last_day, months, presence
from geo.export.image import to_png
from geo.io.boundaries import load_units
from geo.model.cluster import Status
from geo.model.selection import Subject
from geo.model.ties import TimelineQuery
from geo.model.units import Level
from geo.render import palette
from geo.render.charts import growth_chart
from geo.render.painting import Painting, UnitClass
from geo.render.table import Column, Place, Table, named
from geo.render.text import Text
from geo.services.columns import CLUSTER, NAME, PLACE, TERYT
from geo.services.labels import unit_names
from geo.services.library import resolve
from geo.services.organisations import organisations_table
from geo.services.pictures import Behind, map_picture, title_of
from geo.services.versions import first_seen
from geo.services.view import View, named_after
from geo.services.web import frame, member_marks

STATE = Column("state", "timeline.col.state", named("timeline.state"))


@dataclass(frozen=True, kw_only=True)
class TimelineView(View):
    """
    A cluster at a date, ready to show.

    Its tables: `states`, how many belong, do not yet, have left or are unknown; `years`, growth by year,
    no rows without dates; `members` with their dates and state.

    Attributes
    ----------
    when
        The day whose end is shown.
    dated
        Members of known date of joining.
    chart, chart_alt
        Growth as PNG, b"" without dates, and in words.
    """

    when: date
    dated: int
    chart: bytes
    chart_alt: str


def dated_members(subject: Subject | str) -> gpd.GeoDataFrame:
    """Return the members of clusters, whatever their date, as a new frame."""
    asked = resolve(subject)
    everyone = pd.concat([asked.members, asked.former], ignore_index=True) if len(asked.former) else asked.members
    return everyone[everyone["status"] == str(Status.MEMBER)].reset_index(drop=True)


def months_of(subject: Subject | str) -> tuple[str, ...]:
    """Return the months from the first known date to this one; () where no date is known."""
    members = dated_members(subject)
    known = [d for column in ("joined", "left_on") for d in members[column] if d]
    known += [d for d in set(seen_since(members)) if d]
    if not known:
        return ()
    today = datetime.now(UTC).date()
    return months(min(map(first_day, known)), max(today, *map(last_day, known)))


def present_at(members: gpd.GeoDataFrame, when: date) -> pd.Series:
    """
    Say who belongs at the end of a day, as values of `Presence`.

    Whoever joined on a day that is not known belongs at least since the first kept version of the list that holds them.
    """
    state = presence(members["joined"], members["left_on"], when)
    held = [bool(day) and date.fromisoformat(day) <= when for day in seen_since(members)]
    since = (state == str(Presence.UNKNOWN)) & (members["joined"] == "") & np.array(held, dtype=bool)
    return state.mask(since, str(Presence.PRESENT))


def month_names(choices: tuple[str, ...], text: Text) -> dict[str, str]:
    """Return months in words, by their ISO name."""
    return {month: text.month(first_day(month)) for month in choices}


def timeline_view(query: TimelineQuery, text: Text) -> TimelineView:
    """
    Show clusters at the end of a month.

    Raises
    ------
    UnknownClusterError
        If there is no such cluster or network.
    """
    asked, members = resolve(query.subject), dated_members(query.subject)
    choices = months_of(query.subject)
    month = query.month if query.month in choices else choices[-1] if choices else ""
    today = datetime.now(UTC).date()
    # For the current month use today, not the end of the month.
    when = min(last_day(month), max(today, first_day(month))) if month else today
    state = present_at(members, when)
    present, unknown = members[state == Presence.PRESENT], members[state == Presence.UNKNOWN]
    key = "timeline.headline" if len(present) or not len(unknown) else "timeline.headline.none"
    headline = text(
        key if len(unknown) else "timeline.headline.all",
        all=text.count("conc.of", len(unknown)),
        date=text.day(when),
        present=text.count("members", len(present)),
        unknown=text.count("timeline.unknown_of", len(unknown)),
    )
    subject = title_of(query.subject, asked.clusters, text)
    territory = asked.territory
    # Drawn with a dotted ring.
    doubtful = (
        replace(mark, status="undated", status_word=text("timeline.mark", status=mark.status_word))
        for mark in member_marks(unknown, text)
    )
    painting = Painting(
        frame(f"rozwoj:{query.subject}", Level.GMINA, territory, text, title=headline),
        _unit_keys(present, unknown),
        _unit_classes(text),
        opacity=0.85,
        marks=(*member_marks(present, text), *doubtful),
    )
    shown = gpd.GeoDataFrame(pd.concat([present, unknown]), geometry="geometry", crs=members.crs)
    words = (text("picture.of", name=subject, what=text("timeline.title")), headline, text("timeline.legend"))
    years = growth(members["joined"], members["left_on"], until=today.year)
    notes = (text("timeline.note.unknown"),) if len(unknown) else ()
    alt = _chart_alt(years, text)
    picture = map_picture(painting, words, Behind(shown, _units(present, unknown, text)), text, notes=notes)
    message = "timeline.nobody" if members.empty else "timeline.undated" if years.empty else ""
    return TimelineView(
        clusters=asked.clusters,
        known=len(members),
        picture=picture,
        tables=named_after(query.subject, (_states(state), _years(years), _members(members, state, text))),
        message=("", text(message) if message else ""),
        when=when,
        dated=int((members["joined"] != "").sum()),
        chart=to_png(growth_chart(years, text), title=subject, alt=alt) if len(years) else b"",
        chart_alt=alt,
    )


def _unit_keys(present: gpd.GeoDataFrame, unknown: gpd.GeoDataFrame) -> str:
    units = load_units(Level.GMINA)
    counted, doubtful = (count_by_unit(m, units).table for m in (present, unknown))
    here = counted["members"] > 0
    # Somebody of coarser place may be there; unknown is not none.
    maybe = (doubtful["members"] > 0) | (counted["possible"] > 0) | (doubtful["possible"] > 0)
    return "".join(pd.Series("0", index=units.index).mask(maybe, "-").mask(here, "1"))


def _unit_classes(text: Text) -> tuple[UnitClass, ...]:
    words = {word: text(f"timeline.class.{word}") for word in ("present", "unknown", "none")}
    return (
        UnitClass("1", palette.PRESENT, words["present"], words["present"], always=True, first=True),
        UnitClass("-", palette.NO_DATA, words["unknown"], words["unknown"], always=True, blank=True),
        UnitClass("0", palette.ZERO, words["none"], words["none"], always=True, blank=True),
    )


def _units(present: gpd.GeoDataFrame, unknown: gpd.GeoDataFrame, text: Text) -> Table:
    units = load_units(Level.GMINA)
    here, maybe = (count_by_unit(m, units).table["members"] for m in (present, unknown))
    chosen = units.index[(here > 0) | (maybe > 0)]
    columns = {
        NAME: unit_names(Level.GMINA, chosen, text),
        TERYT: chosen,
        Column("present", "timeline.state.present"): here[chosen],
        Column("unknown", "timeline.state.unknown"): maybe[chosen],
    }
    return Table.of("units", columns, index=chosen)


def _states(state: pd.Series) -> Table:
    count = state.value_counts()
    rows = [(str(p), int(count.get(str(p), 0))) for p in Presence]
    columns = (STATE, Column("count", "timeline.col.count"))
    return Table.of_rows("states", columns, rows, title="timeline.states", place=Place.BESIDE)


def _years(years: pd.DataFrame) -> Table:
    # A year is a name here, not a quantity.
    columns = {Column("year", "timeline.col.year"): [str(y) for y in years.index]}
    columns |= {Column(c, f"timeline.col.{c}"): years[c].to_numpy() for c in ("joined", "left", "net", "members")}
    return Table.of("years", columns, title="timeline.years", csv="timeline.years.csv", file="rozwoj-lata")


def _members(members: gpd.GeoDataFrame, state: pd.Series, text: Text) -> Table:
    def joined(dates: Iterable[str], text: Text) -> list[str]:
        return [date or text("timeline.date.unknown") for date in dates]

    listed = organisations_table(members, text)
    columns = {
        NAME: listed["name"],
        PLACE: listed["place"],
        CLUSTER: listed["cluster"],
        Column("joined", "field.joined", joined): members["joined"],
        Column("left_on", "field.left_on", lambda dates, _: [date or "–" for date in dates]): members["left_on"],
        STATE: state,
    }
    around = {"title": "timeline.members", "csv": "timeline.members.csv", "file": "rozwoj-czlonkowie"}
    return Table.of("members", columns, index=members.index, **around)


def _chart_alt(years: pd.DataFrame, text: Text) -> str:
    parts = [
        text("timeline.alt.year", year=year, joined=text.number(row["joined"]), left=text.number(row["left"]))
        for year, row in years.iterrows()
        if row["joined"] or row["left"]
    ]
    return text("timeline.alt", years="; ".join(parts))


def seen_since(members: gpd.GeoDataFrame) -> list[str]:
    """
    Return since when versions of kept lists hold each member, as ISO dates; "" where no version tells.

    Parameters
    ----------
    members
        Columns `cluster_id, member_id`.
    """
    first: dict[tuple[str, str], str] = {}
    for cluster_id in members["cluster_id"].unique():
        first |= {(cluster_id, member): day for member, day in first_seen(cluster_id).items()}
    keys = zip(members["cluster_id"], members["member_id"].astype(str), strict=True)
    return [first.get(key, "") for key in keys]
