"""Make any view by its name and options, each of which is honoured or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from geo.errors import OptionError, QueryError
from geo.io.times import read_times
from geo.model.cluster import Sector, Status
from geo.model.compare import COMPARED_KM, CompareQuery
from geo.model.concentration import ConcentrationQuery
from geo.model.coverage import CoverageQuery, TravelTimes
from geo.model.queries import DensityQuery, Measure
from geo.model.reach import DEFAULT_MINUTES
from geo.model.selection import ANY, Need, NeedKind, Subject
from geo.model.ties import TimelineQuery
from geo.model.units import Level
from geo.render.text import Text
from geo.services.compare import compare_view
from geo.services.concentration.bases import group_base
from geo.services.concentration.view import MapKind, concentration_view
from geo.services.country import country_view
from geo.services.coverage import coverage_view
from geo.services.density import density_view
from geo.services.excerpts import part_of
from geo.services.need import need_view
from geo.services.network import network_view
from geo.services.people import group_named
from geo.services.subjects import default_radius_km
from geo.services.ties import ties_view
from geo.services.timeline import timeline_view
from geo.services.view import View


@dataclass(frozen=True)
class Given:
    """
    The options that were given.

    Attributes
    ----------
    subject
        Clusters and networks.
    text
        Language.
    options
        Values by the name of their option, those that were given.
    """

    subject: Subject
    text: Text
    options: Mapping[str, Any]

    @property
    def level(self) -> Level:
        """Level of the units, gminy by default."""
        return Level(self.options.get("level", Level.GMINA))

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Statuses that count, members by default."""
        return (Status.MEMBER, Status.DECLARED) if self.options.get("declared") else (Status.MEMBER,)

    @property
    def need(self) -> Need:
        """What is needed, any member by default."""
        return Need.parse(self.options["need"]) if "need" in self.options else ANY

    @property
    def sectors(self) -> tuple[Sector, ...]:
        """Sectors that count; a need by kind is refused where only sectors can be chosen."""
        need = self.need
        if need.by is NeedKind.KIND:
            raise QueryError("need", str(need), "sector_need")
        return tuple(Sector) if need == ANY else (Sector(need.value),)

    @property
    def people(self) -> str:
        """Whom to count, everybody by default."""
        group = group_named(self.options.get("people", ""))
        return group.group_id if group else ""

    @property
    def coverage(self) -> CoverageQuery:
        """The coverage that is asked about."""
        radius = self.options.get("radius_km")
        return CoverageQuery(
            self.subject,
            self.options.get("area", ""),
            self.level,
            self.need,
            default_radius_km(self.subject) if radius is None else radius,
            self.statuses,
            people=self.people,
            minutes=self.minutes,
        )

    @property
    def minutes(self) -> float | None:
        """Reach by road, minutes; None for a straight line."""
        return self.options.get("limit_min", DEFAULT_MINUTES) if self.options.get("roads") else None

    @property
    def density(self) -> DensityQuery:
        """The density that is asked about."""
        measure = Measure(self.options.get("measure", Measure.COUNT))
        return DensityQuery(self.subject, self.level, measure, self.sectors, self.statuses, people=self.people)

    @property
    def comparison(self) -> CompareQuery:
        """The comparison that is asked about."""
        radius = self.options.get("radius_km") or COMPARED_KM
        return CompareQuery(self.subject, radius, self.statuses, self.people, self.minutes)


def _density(given: Given, *, surface: bool = False) -> View:
    area = given.options.get("area")
    view = density_view(replace(given.density, surface=surface), given.text, parts=bool(area))
    if not area:
        return view
    units = view["units"]
    inside = units.rows(units.frame.index.str.startswith(area))
    tables = tuple(inside if t is units else t for t in view.tables)
    return replace(view, picture=part_of(view.picture, view, area, given.text), tables=tables)


def _coverage(given: Given) -> View:
    times, limit = given.options.get("times"), given.options.get("limit_min", DEFAULT_MINUTES)
    if given.minutes is not None:
        if times is not None:
            raise OptionError("refused", "coverage --roads", "times", "limit_min")
        # The line around what is within reach says more than circles would.
        return coverage_view(given.coverage, given.text, circles=True)
    return coverage_view(
        given.coverage, given.text, times=None if times is None else TravelTimes(read_times(times), limit)
    )


def _need(given: Given, *, alone: bool = False) -> View:
    return need_view(given.coverage, given.text, alone=alone)


def _concentration(given: Given) -> View:
    query = ConcentrationQuery(given.subject, given.level, given.sectors, given.statuses)
    kind = MapKind(given.options.get("map", MapKind.QUOTIENT))
    if given.people and kind is not MapKind.QUOTIENT:
        raise OptionError("refused", "concentration", "people", "map")
    return concentration_view(query, kind, given.text, background=group_base(given.people, given.level, given.text))


def _ties(given: Given) -> View:
    if "links" not in given.options:
        raise OptionError("needed", "ties", "links")
    return ties_view(given.subject, given.options["links"], given.text)


# How far is within reach.
_REACH = ("radius_km", "roads", "limit_min")
# Each view with what makes it and the options that it honours.
VIEWS: dict[str, tuple[Callable[[Given], View], tuple[str, ...]]] = {
    "density": (_density, ("area", "level", "need", "declared", "measure", "people")),
    "surface": (
        lambda given: _density(given, surface=True),
        ("area", "level", "need", "declared", "measure", "people"),
    ),
    "coverage": (
        _coverage,
        ("area", "level", "need", "declared", *_REACH, "times", "people"),
    ),
    "need": (_need, ("area", "level", "need", "declared", *_REACH, "people")),
    "share": (lambda given: _need(given, alone=True), ("area", "level", "need", "declared", *_REACH, "people")),
    "compare": (lambda given: compare_view(given.comparison, given.text), (*_REACH, "declared", "people")),
    "network": (lambda given: network_view(given.comparison, given.text), (*_REACH, "declared", "people")),
    "concentration": (_concentration, ("level", "need", "declared", "map", "people")),
    "timeline": (
        lambda given: timeline_view(TimelineQuery(given.subject, given.options.get("month", "")), given.text),
        ("month",),
    ),
    "ties": (_ties, ("links",)),
    "country": (lambda given: country_view(given.text, people=given.people), ("people",)),
}
# Views of all clusters that are shown, of which none is chosen.
OF_ALL = ("country",)
# Options that every view knows.
ALWAYS = ("lang", "table")


def view_of(name: str, given: Given) -> View:
    """
    Return a view by its name.

    Parameters
    ----------
    name
        One of `VIEWS`.
    given
        What is asked.

    Raises
    ------
    OptionError
        If an option was given that the view does not honour, or one is missing that it needs.
    QueryError
        If a value is out of range.
    UnknownClusterError
        If there is no such cluster or network.
    """
    return VIEWS[name][0](checked(name, given))


def checked(name: str, given: Given) -> Given:
    """Return what is asked of a view; OptionError for an option that the view does not honour."""
    honoured = VIEWS[name][1]
    for option in given.options:
        if option not in honoured:
            raise OptionError("refused", name, option, *(honoured or ALWAYS))
    if "limit_min" in given.options and not {"roads", "times"} & set(given.options):
        raise OptionError("needed", name, "roads")
    return given
