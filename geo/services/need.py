"""Set need beside reach: how large a group of people is in each gmina, and whether a member is within its reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from geo.analysis.classify import class_codes, classify
from geo.io.boundaries import load_units
from geo.io.people import TOTAL, Group, load_ages, load_groups, people_of
from geo.model.coverage import CoverageQuery, Verdict
from geo.model.queries import Scheme
from geo.model.units import Level
from geo.render.painting import BESIDE, Painting, UnitClass, numeric_classes
from geo.render.palette import NO_DATA, Fill
from geo.render.table import Column, Place, Table, named
from geo.render.text import Text
from geo.services.columns import COVERED, KIND, NAME, POWIAT, RESIDUAL, SHARE, TERYT, UNKNOWN, VERDICT
from geo.services.coverage import area_of, compute, counted_members, mixed_levels
from geo.services.coverage_tables import share_percent
from geo.services.ground import within
from geo.services.labels import some_names, territory_label
from geo.services.library import resolve
from geo.services.people import counted, group_named, group_notes, who_counts
from geo.services.pictures import Behind, map_picture, title_of
from geo.services.view import View
from geo.services.web import class_string, frame, member_marks

# Shares are many, some or few beside all units of the country of the level: a third of them each.
THIRDS = (1 / 3, 2 / 3)
CLASSES = 5
_IN = (Verdict.COVERED, Verdict.PARTIAL, Verdict.UNDECLARED, Verdict.REACHED)


class Reach(StrEnum):
    """Whether a member is within reach of half of the group."""

    OUT = "out"
    UNKNOWN = "unknown"
    IN = "in"


class Amount(StrEnum):
    """How large the share of the group is beside other units of the country."""

    MANY = "many"
    SOME = "some"
    FEW = "few"


# Out of reach is solid, within reach striped, so that both are told apart in grey.
_FILLS = {
    (Reach.OUT, Amount.MANY): ("6", Fill("#a63c06")),
    (Reach.OUT, Amount.SOME): ("5", Fill("#ef9b53")),
    (Reach.OUT, Amount.FEW): ("4", Fill("#fbdfc0")),
    (Reach.IN, Amount.MANY): ("3", Fill("#5fae9a", "#12543f", 90)),
    (Reach.IN, Amount.SOME): ("2", Fill("#a9d6c8", "#1f7a5a", 90)),
    (Reach.IN, Amount.FEW): ("1", Fill("#e3f3ee", "#1f7a5a", 90)),
}
_UNKNOWN_KEY = "-"
AMOUNT = Column("amount", "need.col.amount", named("need.amount"))
REACH = Column("reach", "need.col.reach", named("need.reach"))


@dataclass(frozen=True, kw_only=True)
class NeedView(View):
    """
    Need beside reach, ready to show.

    Its table `units` has a row for each unit of the area: many out of reach first.

    Attributes
    ----------
    query
        What was asked, with the group that is counted.
    thresholds
        Shares from which a unit has some, and many, percent.
    """

    query: CoverageQuery
    thresholds: tuple[float, float]


def need_view(query: CoverageQuery, text: Text, *, alone: bool = False) -> NeedView:
    """
    Set the share of a group beside reach.

    Parameters
    ----------
    query
        Clusters, area, level and reach; the first group of the table where it counts everybody.
    text
        Language.
    alone
        Whether the map shows the share alone, without reach.

    Raises
    ------
    UnknownClusterError
        If there is no such cluster or network.
    QueryError
        If the table has no such group.
    """
    group = group_named(query.people) or next(g for g in load_groups() if not g.everyone)
    query = replace(query, people=group.group_id)
    text = who_counts(query.people)(text)
    asked, area = resolve(query.subject), area_of(query)
    result = compute(query)
    units = result.units
    everywhere = share_of(group, query.level)
    share = everywhere.loc[units.index]
    low, high = (float(everywhere.quantile(q)) for q in THIRDS)
    amount = pd.Series(np.select([share >= high, share >= low], [Amount.MANY, Amount.SOME], Amount.FEW), units.index)
    reach = pd.Series([_reach(Verdict(v)) for v in units["verdict"]], units.index)
    if not len(asked.members) and not query.added:
        # Nobody lists who belongs, so nobody is known to be within reach, nor out of it.
        reach = pd.Series(str(Reach.UNKNOWN), units.index)
        units = units.assign(covered_people=pd.NA, residual_people=pd.NA)
    label = territory_label(area, text) or text("coverage.area.country")
    headline = _headline(units, amount, reach, label, text)
    table = _table(query, group, units, share, amount, reach)
    codes = load_units(query.level).index
    inside = within(codes, area)
    where = frame(f"potrzeby:{query.subject}{query.area}", query.level, area, text, title=headline)
    if alone:
        classes = classify(everywhere[inside], scheme=Scheme.NATURAL, classes=CLASSES)
        keys = class_string(class_codes(everywhere, classes.upper))
        painted = "".join(k if own else BESIDE.key for k, own in zip(keys, inside, strict=True))
        measure = text("need.share", group=group.words[text.language])
        painting = Painting(where, painted, (*numeric_classes(classes, text, whole=False), BESIDE), opacity=0.9)
    else:
        keys = pd.Series([_key(r, a) for r, a in zip(reach, amount, strict=True)], units.index)
        painted = "".join(keys.reindex(codes, fill_value=BESIDE.key))
        measure = text("need.legend")
        members = counted_members(query)
        painting = Painting(
            where, painted, (*_classes(low, high, text), BESIDE), opacity=0.85, marks=member_marks(members, text)
        )
    title = title_of(query.subject, asked.clusters, text)
    thirds = text("need.note.thirds", low=text.number(low, 1), high=text.number(high, 1), level=text.level(query.level))
    notes = (*group_notes(query.people, text), thirds)
    picture = map_picture(
        painting, (title, headline, measure), Behind(counted_members(query), table), text, notes=notes
    )
    return NeedView(
        clusters=asked.clusters,
        known=len(asked.members),
        picture=picture,
        tables=(table,),
        query=query,
        thresholds=(low, high),
        message=("", text("coverage.mixed") if mixed_levels(query.subject) and not query.area else ""),
    )


def share_of(group: Group, level: Level) -> pd.Series:
    """Return the share of a group among all people of the same year, percent, index `teryt`."""
    ages = load_ages(level)
    return (100.0 * people_of(group, ages) / ages[TOTAL]).rename("share")


def _reach(verdict: Verdict) -> str:
    if verdict in _IN:
        return str(Reach.IN)
    return str(Reach.UNKNOWN if verdict is Verdict.NO_DATA else Reach.OUT)


def _key(reach: str, amount: str) -> str:
    return _UNKNOWN_KEY if reach == Reach.UNKNOWN else _FILLS[Reach(reach), Amount(amount)][0]


def _classes(low: float, high: float, text: Text) -> tuple[UnitClass, ...]:
    spans = {
        Amount.MANY: text("need.span.many", high=text.number(high, 1)),
        Amount.SOME: text("need.span.some", low=text.number(low, 1), high=text.number(high, 1)),
        Amount.FEW: text("need.span.few", low=text.number(low, 1)),
    }
    made = [
        UnitClass(
            key,
            fill,
            text(f"need.class.{reach}", amount=text(f"need.amount.{amount}"), span=spans[amount]),
            always=reach is Reach.OUT,
            first=amount is Amount.MANY,
        )
        for (reach, amount), (key, fill) in _FILLS.items()
    ]
    return (*made, UnitClass(_UNKNOWN_KEY, NO_DATA, text("need.class.unknown"), blank=True))


def _headline(units: pd.DataFrame, amount: pd.Series, reach: pd.Series, label: str, text: Text) -> str:
    """Say in how many units many people of the group live and no member is within reach."""
    worst = units[(amount == Amount.MANY) & (reach == Reach.OUT)]
    unknown = int(((amount == Amount.MANY) & (reach == Reach.UNKNOWN)).sum())
    level = next(own for own in Level if own.digits == len(units.index[0]))
    values = {"area": label, "total": text.of_units(level, len(units)), "unknown": text.number(unknown)}
    if not len(worst):
        return text("need.headline.unknown" if unknown else "need.headline.none", **values)
    names = load_units(level)["name"]
    first = worst.sort_values("residual_people", ascending=False, kind="stable").index
    return text(
        "need.headline",
        n=text.number(len(worst)),
        people=text.number(int(worst["residual_people"].sum())),
        names=some_names([names[c] for c in first], text),
        **values,
    )


def _table(
    query: CoverageQuery, group: Group, units: pd.DataFrame, share: pd.Series, amount: pd.Series, reach: pd.Series
) -> Table:
    names = load_units(query.level)
    columns: dict[Column, Any] = {NAME: names.loc[units.index, "name"], KIND: names.loc[units.index, "kind"]}
    if query.level is Level.GMINA:
        columns[POWIAT] = units.index.str[:4].map(load_units(Level.POWIAT)["name"])

    def of_group(text: Text) -> str:
        return text("col.group", group=group.words[text.language])

    def in_percent(text: Text) -> str:
        return text("col.group.share", group=group.words[text.language])

    columns |= {
        Column("share", in_percent): share.round(1),
        AMOUNT: amount,
        REACH: reach,
        Column("population", of_group): units["population"],
        counted(COVERED, query.people): units["covered_people"],
        counted(RESIDUAL, query.people): units["residual_people"],
        counted(UNKNOWN, query.people): units["unknown_people"],
        SHARE: share_percent(units) if units["covered_people"].notna().all() else np.nan,
        VERDICT: units["verdict"],
        TERYT: units.index,
    }
    around = {"title": "need.table", "why": "need.table.why", "csv": "need.csv", "place": Place.BELOW}
    table = Table.of("units", columns, index=units.index, file=f"{query.subject.stem}-{query.level}-potrzeby", **around)
    order = pd.DataFrame(
        {
            "reach": reach.map({r: n for n, r in enumerate(Reach)}),
            "amount": amount.map({a: n for n, a in enumerate(Amount)}),
            "out": -units["residual_people"].fillna(0).astype("int64"),
        }
    )
    return table.rows(order.sort_values(["reach", "amount", "out"], kind="stable").index)
