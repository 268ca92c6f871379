"""Ask what the maps of reach and of whom to invite should show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from geo.io.roads import roads
from geo.model.cluster import Sector, Status
from geo.model.coverage import CoverageQuery
from geo.model.reach import DEFAULT_MINUTES, MAX_MINUTES, MAX_RADIUS_KM, MIN_MINUTES, MIN_RADIUS_KM, Reach
from geo.model.selection import ANY, Need, Subject
from geo.render.text import Text
from geo.services.coverage import mixed_levels
from geo.services.labels import voivodeship_options
from geo.services.people import EVERYBODY, opening_group, people_options, read_people
from geo.services.subjects import default_radius_km, kinds_of
from pages._ui.fields import LEVEL, Choice, Flag, Form, Number, Shown, Where, given

DECLARED = Flag("deklarowane", "coverage.declared", "density.statuses.help")
CIRCLES = Flag("okregi", "coverage.circles")
BY_ROAD = Flag("drogi", "roads.use", "roads.use.help")
MINUTES = Number("minuty", "roads.limit", round(DEFAULT_MINUTES), round(MIN_MINUTES), round(MAX_MINUTES))


@dataclass(frozen=True)
class CoverageChoice:
    """
    What the user chose.

    Attributes
    ----------
    query
        The query, or None where the clusters chosen cannot be computed together.
    circles
        Whether circles of reach are drawn.
    """

    query: CoverageQuery | None
    circles: bool


def radius_field(subject: Subject) -> Number:
    """Return the reach of some clusters, km; it follows their own until the visitor chooses another."""
    own = round(default_radius_km(subject))
    return Number("zasieg", "coverage.radius", own, round(MIN_RADIUS_KM), round(MAX_RADIUS_KM), follows=True)


def ask_reach(form: Form, line: Shown[Any], where: Where) -> Reach:
    """
    Ask how far is within reach: kilometres, or minutes by road where a road network was built.

    Parameters
    ----------
    form
        Of the page.
    line
        The field of kilometres in a straight line.
    where
        Where the fields stand.
    """
    km, by_road = float(form.read(line)), form.read(BY_ROAD)
    if roads() is None:
        form.show(line, where)
        if by_road:
            st.warning(form.text("roads.none"))
        return Reach(km)
    minutes = float(form.read(MINUTES))
    form.show(MINUTES if by_road else line, where)
    form.show(BY_ROAD, where)
    return Reach(km, minutes if by_road else None)


def ask(form: Form, subject: Subject, *, groups: bool = False) -> CoverageChoice:
    """
    Show the filters, write all to the address and return the choice.

    Parameters
    ----------
    form
        Of the page.
    subject
        Clusters and networks.
    groups
        Whether a group has to be chosen, and no circles are drawn.
    """
    text = form.text
    if mixed_levels(subject):
        st.warning(text("coverage.mixed"))
        form.write()
        return CoverageChoice(None, circles=False)
    columns = st.columns([1.4, 1, 1.6, 1.6])
    areas = {"": text("coverage.area.territory"), **voivodeship_options(text)}
    area = form.ask(Choice("obszar", "coverage.area", given(areas), "", str), columns[0])
    level = form.ask(LEVEL, columns[1])
    needs = _needs(subject, text)
    need = form.ask(Choice("potrzeba", "coverage.need", given(needs), ANY, Need.parse), columns[2])
    reach = ask_reach(form, radius_field(subject), columns[3])
    left, right, last = st.columns([1.4, 1.2, 2])
    declared, circles = form.ask(DECLARED, left), False if groups else form.ask(_drawn(reach), right)
    people = form.ask(group_field(text, subject) if groups else people_field(text, subject), last)
    form.write()
    statuses = (Status.MEMBER, Status.DECLARED) if declared else (Status.MEMBER,)
    query = CoverageQuery(subject, area, level, need, reach.km, statuses, people=people, minutes=reach.minutes)
    return CoverageChoice(query, circles)


@dataclass(frozen=True)
class People(Choice[str]):
    """Whom to count, as for `group_named`; the address has a word for everybody."""

    def spelled(self, value: str) -> str:
        """See `Shown`."""
        return value or EVERYBODY


def people_field(text: Text, subject: Subject | None = None) -> People:
    """Return the field that asks whom to count, as for `group_named`; of clusters that are about a group it is that."""
    opening = opening_group(subject) if subject else EVERYBODY
    return People("ludzie", "coverage.people.whom", given(people_options(text)), opening, read_people, follows=True)


def group_field(text: Text, subject: Subject) -> Choice[str]:
    """Return the field that asks for a group of age: that which the clusters are about, else the first."""
    names = {g: words for g, words in people_options(text).items() if g != EVERYBODY}
    opening = opening_group(subject)
    first = opening if opening in names else next(iter(names))
    return Choice("grupa", "coverage.people.whom", given(names), first, str, follows=True)


def _drawn(reach: Reach) -> Flag:
    """Return the field that asks whether the border of reach is drawn, by its shape."""
    return CIRCLES if reach.minutes is None else replace(CIRCLES, label="roads.outline")


def _needs(subject: Subject, text: Text) -> dict[str, str]:
    needs = {str(ANY): text("coverage.need.any")}
    needs |= {f"sector:{s}": text("coverage.need.sector", name=text(f"sector.{s}")) for s in Sector}
    return needs | {f"kind:{k}": text("coverage.need.kind", name=k) for k in kinds_of(subject)}
