"""Answer the page of growth: a cluster at a date, who joined and who left each year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.analysis.density import count_by_unit
from geo.analysis.timeline import Presence, first_day, growth, last_day, months, presence
from geo.export.image import to_png
from geo.export.tables import to_csv
from geo.io.boundaries import load_units
from geo.model.cluster import Cluster, Status
from geo.model.ties import TimelineQuery
from geo.model.units import Level
from geo.render import palette
from geo.render.charts import growth_chart
from geo.render.legend import LegendRow
from geo.render.painting import Painting, UnitClass
from geo.render.picture import Picture
from geo.render.text import Text
from geo.services.catalogue import organisations_table, unit_names
from geo.services.library import resolve
from geo.services.pictures import map_picture, tables_of, title_of
from geo.services.web import frame, member_marks


@dataclass(frozen=True)
class TimelineView:
    """
    A cluster at a date, ready to show.

    Attributes
    ----------
    clusters, when
        The clusters, and the day whose end is shown.
    known
        Members whether dated or not.
    dated
        Members of known date of joining.
    headline, notes
        One sentence and caveats.
    painting, legend, picture
        The map, its meaning, and the same for files.
    states
        How many belong, do not yet, have left or are unknown; headings included.
    years
        Growth by year; headings included, no rows without dates.
    members
        The members with their dates and state; headings included.
    chart
        Growth as PNG, or b"" without dates.
    chart_alt
        The chart in words.
    """

    clusters: tuple[Cluster, ...]
    when: date
    known: int
    dated: int
    headline: str
    notes: tuple[str, ...]
    painting: Painting
    legend: tuple[LegendRow, ...]
    picture: Picture
    states: pd.DataFrame
    years: pd.DataFrame
    members: pd.DataFrame
    chart: bytes
    chart_alt: str

    @property
    def payload(self) -> dict[str, Any]:
        """The painting as the browser reads it."""
        return self.painting.payload

    @property
    def years_csv(self) -> bytes:
        """Growth as CSV."""
        return to_csv(self.years)

    @property
    def members_csv(self) -> bytes:
        """The members as CSV."""
        return to_csv(self.members)


def dated_members(subject: str) -> gpd.GeoDataFrame:
    """Return the members of clusters, whatever their date, as a new frame."""
    everyone = resolve(subject).members
    return everyone[everyone["status"] == str(Status.MEMBER)].reset_index(drop=True)


def months_of(subject: str) -> tuple[str, ...]:
    """Return the months from the first known date to this one; () where no date is known."""
    members = dated_members(subject)
    known = [d for column in ("joined", "left_on") for d in members[column] if d]
    if not known:
        return ()
    today = datetime.now(UTC).date()
    return months(min(map(first_day, known)), max(today, *map(last_day, known)))


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
    # Of the month that still runs, what is known today.
    when = min(last_day(month), max(today, first_day(month))) if month else today
    state = presence(members["joined"], members["left_on"], when)
    present, unknown = members[state == Presence.PRESENT], members[state == Presence.UNKNOWN]
    headline = text(
        "timeline.headline" if len(unknown) else "timeline.headline.all",
        date=text.day(when),
        present=text.count("members", len(present)),
        unknown=text.count("timeline.unknown_of", len(unknown)),
    )
    subject = title_of(query.subject, asked.clusters, text)
    territory = asked.territory
    # Drawn with a broken ring.
    doubtful = (
        replace(mark, status=str(Status.POTENTIAL), status_word=text("timeline.mark", status=mark.status_word))
        for mark in member_marks(unknown, text)
    )
    painting = Painting(
        frame(f"rozwoj:{query.subject}", Level.GMINA, territory, text, title=headline),
        _unit_keys(present, unknown),
        _unit_classes(text),
        opacity=0.85,
        marks=(*member_marks(present, text), *doubtful),
    )
    legend = painting.legend(text)
    shown = gpd.GeoDataFrame(pd.concat([present, unknown]), geometry="geometry", crs=members.crs)
    words = (text("picture.of", name=subject, what=text("timeline.title")), headline, text("timeline.legend"))
    listed = _units(present, unknown, text)
    years = growth(members["joined"], members["left_on"], until=datetime.now(UTC).year)
    dated = int((members["joined"] != "").sum())
    notes = (text("timeline.note.unknown"),) if len(unknown) else ()
    alt = _chart_alt(years, text)
    picture = map_picture(painting, legend, notes, words, tables_of(pd.DataFrame(), listed, shown, text), text)
    # A broken ring means something else here than on other maps.
    ring = text("timeline.mark.legend")
    marks_said = tuple(replace(m, label=ring) if m.status == "potential" else m for m in picture.marks)
    return TimelineView(
        clusters=asked.clusters,
        when=when,
        known=len(members),
        dated=dated,
        headline=headline,
        notes=notes,
        painting=painting,
        legend=legend,
        picture=replace(picture, marks=marks_said),
        states=_states(state, text),
        years=_years(years, text),
        members=_members(members, state, text),
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


def _units(present: gpd.GeoDataFrame, unknown: gpd.GeoDataFrame, text: Text) -> pd.DataFrame:
    units = load_units(Level.GMINA)
    here, maybe = (count_by_unit(m, units).table["members"] for m in (present, unknown))
    chosen = units[(here > 0) | (maybe > 0)]
    return pd.DataFrame(
        {
            text("col.name"): unit_names(Level.GMINA, chosen.index, text),
            text("col.teryt"): chosen.index,
            text("timeline.state.present"): here[chosen.index],
            text("timeline.state.unknown"): maybe[chosen.index],
        },
        index=chosen.index,
    )


def _states(state: pd.Series, text: Text) -> pd.DataFrame:
    count = state.value_counts()
    rows = [(text(f"timeline.state.{p}"), int(count.get(str(p), 0))) for p in Presence]
    return pd.DataFrame(rows, columns=[text("timeline.col.state"), text("timeline.col.count")])


def _years(years: pd.DataFrame, text: Text) -> pd.DataFrame:
    # A year is a name here, not a quantity.
    named = {text(f"timeline.col.{c}"): years[c].to_numpy() for c in ("joined", "left", "net", "members")}
    return pd.DataFrame({text("timeline.col.year"): [str(y) for y in years.index]} | named)


def _members(members: gpd.GeoDataFrame, state: pd.Series, text: Text) -> pd.DataFrame:
    table = organisations_table(members, text)[[text("col.name"), text("col.place"), text("col.cluster")]]
    unknown = text("timeline.date.unknown")
    table[text("field.joined")] = members["joined"].where(members["joined"] != "", unknown)
    table[text("field.left_on")] = members["left_on"].where(members["left_on"] != "", "–")
    table[text("timeline.col.state")] = [text(f"timeline.state.{s}") for s in state]
    return table


def _chart_alt(years: pd.DataFrame, text: Text) -> str:
    said = [
        text("timeline.alt.year", year=year, joined=text.number(row["joined"]), left=text.number(row["left"]))
        for year, row in years.iterrows()
        if row["joined"] or row["left"]
    ]
    return text("timeline.alt", years="; ".join(said))
