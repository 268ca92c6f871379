"""Draw the maps of concentration: location quotients, hot and cold spots, the centre of the members."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from pyproj import Transformer

from geo.analysis.concentration import Progress
from geo.export.image import to_png
from geo.io.boundaries import load_units
from geo.io.people import load_entities
from geo.model.cluster import Status
from geo.model.concentration import MIN_COUNT, ConcentrationQuery, HotSpots, Method, Spot
from geo.model.units import Level
from geo.render import palette
from geo.render.charts import envelope_chart
from geo.render.painting import BESIDE, Arc, Label, Painting, UnitClass
from geo.render.picture import LegendMark
from geo.render.table import Column, Place, Table, named
from geo.render.text import Text
from geo.services.columns import MEMBERS, NAME, TERYT
from geo.services.concentration.measure import Measured, Studied, hot_spots, measure, quotients, studied
from geo.services.concentration.words import (
    NO_NUMBERS,
    Reading,
    enough_placed,
    partial,
    quotient_sentence,
    reading,
    readings,
    spots_sentence,
)
from geo.services.dots import DOT, member_dots
from geo.services.labels import territory_label, unit_names
from geo.services.library import resolve
from geo.services.organisations import organisations_table
from geo.services.pictures import Behind, map_picture, title_of
from geo.services.view import View, nobody_listed
from geo.services.web import frame, member_marks
from geo.settings import DISPLAY_CRS, METRIC_CRS

# Quotients are cut where a unit has half, four fifths, five fourths and twice its share.
QUOTIENT_BREAKS = (0.5, 0.8, 1.25, 2.0)
QUOTIENT_KEYS = "12345"
# More places than this are drawn as dots, so that the units under them are seen.
MAX_MARKS = 60
SPOT_KEYS = {Spot.HOT: "H", Spot.COLD: "C", Spot.HIGH_LOW: "K", Spot.LOW_HIGH: "M", Spot.NONE: "n", Spot.ISLAND: "-"}


class MapKind(StrEnum):
    """What the map of concentration shows."""

    QUOTIENT = "quotient"
    GI = "gi"
    MORAN = "moran"


# How files of each map are called.
FILE_NAMES = {MapKind.QUOTIENT: "iloraz", MapKind.GI: "skupiska", MapKind.MORAN: "moran"}


@dataclass(frozen=True)
class Background:
    """
    Entities by unit that members are compared with instead of inhabitants.

    Attributes
    ----------
    name
        What is counted, in the words of the file.
    values
        By unit, index `teryt`.
    of_people
        Whether they are people themselves, who are not told by 10 000 people of another year.
    """

    name: str
    values: pd.Series
    of_people: bool = False


def entities_background(level: Level, text: Text) -> Background | None:
    """Return the entities of the register of businesses as a base, None for gminy, by which they are not known."""
    if level is Level.GMINA:
        return None
    entities = load_entities()["entities"].astype(float)
    by_unit = entities.groupby(entities.index.str[: level.digits]).sum()
    return Background(text("conc.base.entities"), by_unit)


@dataclass(frozen=True, kw_only=True)
class ConcentrationView(View):
    """
    Concentration, ready to show.

    Its tables: `units` with their numbers, no rows where there are too few members; `organisations`.

    Attributes
    ----------
    what
        What was studied.
    readings
        All measures in words; the first is that of the map.
    chart
        Ripley's envelopes as PNG, or b"" for too few members.
    """

    what: Studied
    readings: tuple[Reading, ...]
    chart: bytes


def concentration_view(
    query: ConcentrationQuery,
    kind: MapKind,
    text: Text,
    *,
    background: Background | None = None,
    progress: Progress | None = None,
) -> ConcentrationView:
    """
    Measure, draw and put into words.

    Parameters
    ----------
    query
        What is asked.
    kind
        What the map shows.
    text
        Language.
    background
        Entities for location quotients, None for inhabitants.
    progress
        Told how much is done, 0 to 1.

    Raises
    ------
    UnknownClusterError
        If there is no such cluster or network.
    """
    what = studied(query)
    report = progress or (lambda _: None)
    found = measure(query, lambda done: report(0.6 * done))
    own, painted, table = _map(query, kind, what, text, background, lambda done: report(0.6 + 0.4 * done))
    report(1.0)
    headline = own.sentence
    notes = _notes(query, what, text)
    missing = partial(what, text)
    subject = title_of(query.subject, what.clusters, text)
    marks = member_marks(what.members, text)
    many = len({(m.x, m.y) for m in marks}) > MAX_MARKS
    notes = (*notes, *([text("conc.dots")] if many else []))
    labels, ellipse = _centres(found, text)
    painting = Painting(
        frame(f"koncentracja:{query.subject}", query.level, what.area, text, title=headline),
        painted.units,
        painted.classes,
        opacity=0.85,
        tips=painted.tips,
        marks=() if many else marks,
        dots=member_dots(marks, text) if many else (),
        labels=labels,
        arcs=ellipse,
    )
    what_it_is = text(f"conc.map.{kind}")
    words = (text("picture.of", name=subject, what=what_it_is), headline, what_it_is)
    picture = map_picture(
        painting, words, Behind(what.members, table), text, notes=(*notes, *([missing] if missing else []))
    )
    known = len(resolve(query.subject).members)
    return ConcentrationView(
        clusters=what.clusters,
        known=known,
        picture=replace(picture, marks=(*picture.marks, *_extra_marks(painting, text))),
        tables=(
            replace(
                table,
                title="conc.table",
                csv="conc.csv",
                file=f"{query.subject.stem}-koncentracja-{FILE_NAMES[kind]}",
            ),
            organisations_table(what.members, text, title="density.members", place=Place.FOLDED),
        ),
        message=("", "") if known else nobody_listed(what.clusters, "density.empty", text),
        warning=missing,
        what=what,
        readings=(own, *readings(what, found, query.level, text)),
        chart=_chart(found, subject, text),
    )


def _extra_marks(painting: Painting, text: Text) -> tuple[LegendMark, ...]:
    """Return what dots and the ellipse mean."""
    marks = [LegendMark(text("conc.mark.dot"), "", DOT, "dot")] if painting.dots else []
    marks += [LegendMark(text("conc.label.ellipse"), "", a.colour, "line", a.dash) for a in painting.arcs]
    return tuple(marks)


def _chart(found: Measured, subject: str, text: Text) -> bytes:
    if not found.ripley:
        return b""
    return to_png(envelope_chart(found.ripley, text), title=subject, alt=text("conc.ripley.title"))


@dataclass(frozen=True)
class _Painted:
    """Class of each unit, the classes, and tips by position."""

    units: str
    classes: tuple[UnitClass, ...]
    tips: dict[int, str]


def _map(
    query: ConcentrationQuery,
    kind: MapKind,
    what: Studied,
    text: Text,
    background: Background | None,
    progress: Progress,
) -> tuple[Reading, _Painted, Table]:
    """Return the map's measure in words, what is painted, and the table of units."""
    names = unit_names(query.level, what.counts.index, text)
    total, units = int(what.counts.sum()), len(what.counts)
    if kind is MapKind.QUOTIENT:
        values = quotients(query, background.values if background else None)
        base = text("conc.base.people") if background is None else background.name
        sentence = None
        if values is not None:
            sentence = (quotient_sentence(values, names, base, what, text), NO_NUMBERS)
        painted, table = _quotient_map(values, names, what.counts, query.level, background, text)
        return reading(Method.QUOTIENT, sentence, total, units, query.level, text), painted, table
    spots = hot_spots(query, str(kind), progress)
    sentence = (spots_sentence(spots, names, what, query.level, text), NO_NUMBERS) if spots else None
    sure = enough_placed(what)
    # Where too few places are known, nothing is marked as more than chance.
    painted, table = _spot_map(spots if sure else None, kind, names, what.counts, query.level, text)
    if spots and not sure:
        untold = replace(painted.classes[0], label=text("conc.legend.unplaced"))
        tips = dict.fromkeys(painted.tips, untold.label)
        painted = replace(painted, classes=(untold, *painted.classes[1:]), tips=tips)
    own = reading(Method.HOT_SPOTS, sentence, total, units, query.level, text)
    return own, painted, table


def _quotient_map(
    values: pd.DataFrame | None,
    names: pd.Series,
    counts: pd.Series,
    level: Level,
    background: Background | None,
    text: Text,
) -> tuple[_Painted, Table]:
    base = text("conc.base.people") if background is None else background.name
    codes = load_units(level).index
    if values is None:
        return _nothing(level, names, text), _counted(names, counts)
    cut = np.searchsorted(QUOTIENT_BREAKS, values["lq"].to_numpy(), side="right")
    key = np.where(values["enough"], np.array(list(QUOTIENT_KEYS))[np.minimum(cut, 4)], "-")
    tips = {}
    for code, row in values.iterrows():
        few = text("conc.tip.few", members=text.count("members", int(row["members"])), needed=MIN_COUNT)
        value = text(
            "conc.tip.lq", lq=text.measure(row["lq"]), low=text.measure(row["low"]), high=text.measure(row["high"])
        )
        tips[code] = value if row["enough"] else few
    classes = (
        *(
            UnitClass(k, fill, text(f"conc.lq.{k}"), first=True)
            for k, fill in zip(QUOTIENT_KEYS, palette.DIVERGING, strict=True)
        ),
        _untold(text),
    )
    columns = {
        NAME: names,
        TERYT: names.index,
        MEMBERS: values["members"],
        Column("base", lambda text: text("conc.col.base", base=base)): values["base"],
        **({} if background is None or background.of_people else _per_people(values, level, base)),
        Column("expected", "conc.col.expected"): values["expected"].round(2),
        Column("lq", "conc.col.lq"): values["lq"].round(2),
        Column("low", "conc.col.low"): values["low"].round(2),
        Column("high", "conc.col.high"): values["high"].round(2),
    }
    table = Table.of("units", columns, index=names.index)
    order = table.frame.sort_values(["lq", "members"], ascending=False, kind="stable").index
    return _painted(codes, key, values.index, classes, tips), table.rows(order)


def _per_people(values: pd.DataFrame, level: Level, base: str) -> dict[Column, pd.Series]:
    """Return how many of what members are compared with there are by 10 000 inhabitants."""
    people = load_units(level)["population"].loc[values.index]
    rate = (10_000.0 * values["base"] / people.where(people > 0)).round(1)
    return {Column("base_per_10k", lambda text: text("conc.col.base_per_10k", base=base)): rate}


def _spot_map(
    spots: HotSpots | None, kind: MapKind, names: pd.Series, counts: pd.Series, level: Level, text: Text
) -> tuple[_Painted, Table]:
    codes = load_units(level).index
    if spots is None:
        return _nothing(level, names, text), _counted(names, counts)
    key = spots.table["spot"].map({str(s): k for s, k in SPOT_KEYS.items()}).to_numpy()
    tips = {
        code: text(
            "conc.tip.spot",
            around=text.number(row["around"]),
            expected=text.number(row["expected"], 1),
            p=_probability(row["p"], text),
        )
        for code, row in spots.table.iterrows()
    }
    fills = palette.SPOT_FILLS | {"-": palette.NO_DATA}
    classes = tuple(
        UnitClass(k, fills[k], text(f"conc.spot.{s}"), always=k in "HCn", blank=k == "-", first=k in "HCK")
        for s, k in ((s, SPOT_KEYS[s]) for s in Spot)
    )
    order_by = spots.table.assign(p=spots.table["p"].fillna(2.0)).sort_values(
        ["p", "around"], ascending=[True, False], kind="stable"
    )
    columns = {
        NAME: names,
        TERYT: names.index,
        Column("spot", "conc.col.spot", named("conc.spot")): spots.table["spot"],
        MEMBERS: spots.table["members"],
        Column("around", "conc.col.around"): spots.table["around"].astype(int),
        Column("expected_around", "conc.col.expected_around"): spots.table["expected"].round(2),
        Column("statistic", f"conc.col.{kind}"): spots.table["statistic"].round(2),
        Column("p", "conc.col.p", lambda values, text: [_probability(p, text) for p in values]): spots.table["p"],
    }
    table = Table.of("units", columns, index=names.index).rows(order_by.index)
    return _painted(codes, key, spots.table.index, classes, tips), table


def _untold(text: Text) -> UnitClass:
    """Return the class of units without a measure."""
    return UnitClass("-", palette.NO_DATA, text("conc.legend.few"), blank=True)


def _probability(p: float, text: Text) -> str:
    return "–" if np.isnan(p) else f"< {text.number(0.001, 3)}" if p < 0.001 else text.number(p, 3)


def _painted(
    codes: pd.Index, key: np.ndarray, own: pd.Index, classes: tuple[UnitClass, ...], tips: dict[Any, str]
) -> _Painted:
    known = pd.Series(key, index=own).reindex(codes, fill_value=BESIDE.key)
    place = {code: i for i, code in enumerate(codes)}
    return _Painted("".join(known), (*classes, BESIDE), {place[code]: tip for code, tip in tips.items()})


def _counted(names: pd.Series, counts: pd.Series) -> Table:
    """Return the units with their members alone, where there are too few for more."""
    table = Table.of("units", {NAME: names, TERYT: names.index, MEMBERS: counts}, index=names.index)
    return table.rows(counts.sort_values(ascending=False, kind="stable").index)


def _nothing(level: Level, names: pd.Series, text: Text) -> _Painted:
    """Return a map without a measure: every unit of the area without data."""
    untold = _untold(text)
    key = np.full(len(names), untold.key)
    tips = dict.fromkeys(names.index, untold.label)
    return _painted(load_units(level).index, key, names.index, (untold,), tips)


def _centres(found: Measured, text: Text) -> tuple[tuple[Label, ...], tuple[Arc, ...]]:
    """Return the names of the centres of members and of people, and the ellipse as a line."""
    if not found.centre:
        return (), ()
    change = Transformer.from_crs(METRIC_CRS, DISPLAY_CRS, always_xy=True)
    north = found.centre.members[1] > found.centre.people[1]
    labels, arcs = [], []
    for name, point, above in (("members", found.centre.members, north), ("people", found.centre.people, not north)):
        x, y = (round(v, 5) for v in change.transform(*point))
        sentence = text(f"conc.label.{name}")
        # Names stand above and below their points and show where these are, so that near ones stay apart.
        arrow = "▼" if above else "▲"
        labels.append(Label(x, y, f"{arrow} {sentence}", down=-13 if above else 13))
    if found.centre.ellipse:
        long, short, direction = found.centre.ellipse
        turn, around = np.radians(direction), np.linspace(0.0, 2.0 * np.pi, 73)
        along, across = long * np.cos(around), short * np.sin(around)
        east = found.centre.members[0] + along * np.sin(turn) + across * np.cos(turn)
        north = found.centre.members[1] + along * np.cos(turn) - across * np.sin(turn)
        x, y = change.transform(east, north)
        line = tuple((round(float(b), 5), round(float(a), 5)) for a, b in zip(x, y, strict=True))
        arcs.append(Arc(line, palette.TERRITORY_LINE, 2, "6 4", text("conc.label.ellipse")))
    return tuple(labels), tuple(arcs)


def _notes(query: ConcentrationQuery, what: Studied, text: Text) -> tuple[str, ...]:
    area = territory_label(what.area, text) or text("conc.area.country")
    notes = [
        text("conc.note.area", area=area, members=text.count("members", len(what.members)), points=len(what.points))
    ]
    if what.outside:
        notes.append(text("conc.note.outside", members=text.count("members", what.outside)))
    if query.statuses != (Status.MEMBER,):
        notes.append(text("conc.note.statuses", statuses=", ".join(text(f"status.{s}") for s in query.statuses)))
    return (*notes, text("conc.not_porter"))
