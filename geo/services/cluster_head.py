"""Say in a few lines what a cluster is: its ground, its members by sector, its reach in three numbers."""

from __future__ import annotations

from dataclasses import dataclass

from geo.model.cluster import Sector, Status
from geo.model.coverage import CoverageQuery
from geo.model.selection import Subject
from geo.render.text import Text
from geo.services.cache import Cache
from geo.services.country import SECTORS
from geo.services.coverage import compute, mixed_levels
from geo.services.labels import territory_label
from geo.services.library import content_version, resolve
from geo.services.people import who_counts
from geo.services.subjects import default_radius_km
from geo.services.ties import linked_members
from geo.services.timeline import months_of

# What the page of a cluster can show, by the key of its tab.
DENSITY, REACH, NEED, INVITE, GROWTH, LINKS, CONCENTRATION = (
    "density",
    "reach",
    "need",
    "invite",
    "growth",
    "links",
    "concentration",
)
TABS = (DENSITY, REACH, NEED, INVITE, GROWTH, LINKS, CONCENTRATION)
_KEPT = 64


@dataclass(frozen=True)
class Reached:
    """
    People of a territory: within reach for sure, for sure out of it, and those of whom it is not known.

    Attributes
    ----------
    radius_km
        Reach in a straight line, the clusters' own.
    covered, residual, unknown
        Inhabitants.
    """

    radius_km: float
    covered: int
    residual: int
    unknown: int

    @property
    def people(self) -> int:
        """All of them."""
        return self.covered + self.residual + self.unknown


@dataclass(frozen=True)
class Head:
    """
    What stands above the tabs of a cluster.

    Attributes
    ----------
    description
        Its own description, "" for none or for several clusters.
    territory
        Its ground in words.
    members
        Its organisations by status and the members by sector, in words.
    reach
        Title and value of each of three numbers; () where they would mean nothing.
    reach_note
        What the numbers are about, or why there are none.
    """

    description: str
    territory: str
    members: str
    reach: tuple[tuple[str, str], ...]
    reach_note: str


_reached: Cache[Reached] = Cache(_KEPT)


def cluster_head(subject: Subject, text: Text, people: str = "") -> Head:
    """
    Return what stands above the tabs of a cluster, or of several together.

    Parameters
    ----------
    subject
        Clusters and networks.
    text
        Language.
    people
        Whom to count, as for `group_named`.

    Raises
    ------
    UnknownClusterError
        If there is no such cluster or network.
    """
    text = who_counts(people)(text)
    asked = resolve(subject)
    ground = territory_label(asked.territory, text) or text("overview.no_territory")
    numbers: tuple[tuple[str, str], ...] = ()
    if not len(asked.members):
        note = text("place.head.unlisted")
    elif mixed_levels(subject):
        note = text("place.head.mixed")
    else:
        found = reached(subject, people)
        km = text.number(found.radius_km, 1)
        area = ground if asked.territory else text("coverage.area.country")
        note = text("place.head.reach", km=km, area=area, people=text.count("inhabitants", found.people))
        parts = {"covered": found.covered, "residual": found.residual, "unknown": found.unknown}
        numbers = tuple(
            (text(f"place.head.{key}", share=text.percent(count, found.people)), text.number(count))
            for key, count in parts.items()
        )
    return Head(
        description=asked.clusters[0].description if len(asked.clusters) == 1 else "",
        territory=ground,
        members=_members(subject, text),
        reach=numbers,
        reach_note=note,
    )


def reached(subject: Subject, people: str = "") -> Reached:
    """Return how many people of the territory are within the clusters' own reach."""
    radius_km = default_radius_km(subject)

    def count() -> Reached:
        units = compute(CoverageQuery(subject, radius_km=radius_km, people=people)).units
        sums = (int(units[f"{part}_people"].sum()) for part in ("covered", "residual", "unknown"))
        return Reached(radius_km, *sums)

    return _reached.get((subject, people, content_version(resolve(subject).clusters)), count)


def _members(subject: Subject, text: Text) -> str:
    members = resolve(subject).members
    if members.empty:
        return text("overview.no_members")
    status = members["status"].value_counts()
    counted = [text.count(f"count.{kind}", int(status[kind])) for kind in Status if kind in status]
    sector = members.loc[members["status"] == str(Status.MEMBER), "sector"].value_counts()
    # The three that a cluster should join are told always, others where they have members.
    told = [s for s in Sector if s in SECTORS or s in sector]
    parts = [f"{text(f'sector.{s}')} {text.number(int(sector.get(s, 0)))}" for s in told]
    return " · ".join([*counted, *([text("place.head.sectors", sectors=", ".join(parts))] if len(sector) else [])])


def missing_for(tab: str, subject: Subject) -> str:
    """
    Say what a tab of a cluster needs and does not have.

    Parameters
    ----------
    tab
        One of `TABS`.
    subject
        Clusters and networks.

    Returns
    -------
    need
        "list", "dates" or "links", or "" where it has what it needs.
    """
    asked = resolve(subject)
    if asked.members.empty and (tab not in (DENSITY, REACH, NEED) or not asked.territory):
        return "list"
    if tab == GROWTH and not months_of(subject):
        return "dates"
    if tab == LINKS and linked_members(subject).empty:
        return "links"
    return ""
