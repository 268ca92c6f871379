"""Say in plain words what each measure of concentration found, and how it was found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from geo.model.concentration import (
    ALPHA,
    ENVELOPES,
    LEAST_PLACED,
    LOCAL_SIMULATIONS,
    NEEDS,
    SEED,
    SIMULATIONS,
    Expected,
    HotSpots,
    Method,
    Spot,
)
from geo.model.units import Level
from geo.render.table import Column, Table
from geo.render.text import Text
from geo.services.concentration.measure import Measured, Studied
from geo.services.labels import direction

P_STEP = 0.001

MEASURE = Column("measure", "conc.col.measure", lambda keys, text: [text(key) for key in keys])
VALUE = Column("value", "conc.col.value")
NO_NUMBERS = Table("numbers", pd.DataFrame(), ())


@dataclass(frozen=True)
class Reading:
    """
    One measure in words.

    Attributes
    ----------
    method
        The measure.
    title
        Its name.
    sentence
        What it found, or that there are too few members.
    enough
        Whether there were enough members and units.
    numbers
        The numbers behind it; no rows where there are none.
    formula, source, assumes, needs
        How it is computed, where it comes from, what it takes for granted, and from how many members and units on.
    """

    method: Method
    title: str
    sentence: str
    enough: bool
    numbers: Table
    formula: str
    source: str
    assumes: str
    needs: str


def readings(what: Studied, found: Measured, level: Level, text: Text) -> tuple[Reading, ...]:
    """Return the measures that are read without a map, in the order of the page."""
    n, total, units = len(what.points), int(what.counts.sum()), len(what.counts)
    counted = {
        Method.CENTRE: (n, 0),
        Method.SECTORS: (len(what.chosen), 0),
        Method.UNEVENNESS: (total, units),
        Method.NEIGHBOURS: (n, 0),
        Method.RIPLEY: (n, 0),
    }
    sentence: dict[Method, tuple[str, Table] | None] = {
        Method.CENTRE: _centre(found, text),
        Method.SECTORS: _sectors(found, what, text),
        Method.UNEVENNESS: _unevenness(found, what, level, text),
        Method.NEIGHBOURS: _neighbours(found, what, text),
        Method.RIPLEY: _ripley(found, what, text),
    }
    return tuple(reading(m, sentence[m], *counted[m], level, text) for m in counted)


def partial(what: Studied, text: Text) -> str:
    """Say of how many of the members chosen anything about places can be said; "" if of all."""
    total = len(what.chosen) - what.outside
    if not what.coarse or total <= 0:
        return ""
    return text("conc.partial", known=text.number(total - what.coarse), members=text.count("conc.of", total))


def reading(
    method: Method, sentence: tuple[str, Table] | None, members: int, units: int, level: Level, text: Text
) -> Reading:
    """Return a measure in words; without numbers, that there are too few members or units."""
    words, numbers = sentence or (too_few(method, members, units, level, text), NO_NUMBERS)
    how = {k: text(f"conc.{method}.{k}") for k in ("title", "formula", "source", "assumes")}
    return Reading(
        method=method,
        title=how["title"],
        sentence=words,
        enough=sentence is not None,
        numbers=numbers,
        formula=how["formula"],
        source=how["source"],
        assumes=how["assumes"],
        needs=_threshold(method, text),
    )


def _threshold(method: Method, text: Text) -> str:
    needs = NEEDS[method]
    # Sectors need no place.
    key = "conc.needs.any" if method is Method.SECTORS else "conc.needs.members"
    members = text(key, members=text.count("conc.of", needs.members))
    return members + (" " + text("conc.needs.units", units=needs.units) if needs.units else "")


def too_few(method: Method, members: int, units: int, level: Level, text: Text) -> str:
    """Say that a measure has too few members or units, and how many it needs."""
    needs = NEEDS[method]
    if members >= needs.members and units >= needs.units:
        # Enough of them, but not enough places.
        return text("conc.few.places")
    if units < needs.units and level is Level.GMINA:
        return text("conc.few.gminy", units=text.units(level, units), needed=needs.units)
    if units < needs.units:
        return text("conc.few.units", units=text.units(level, units), needed=text.units(level, needs.units))
    counted = text.count("members" if method is Method.SECTORS else "conc.placed", members)
    return text("conc.few.members", members=counted, needed=needs.members)


def _centre(found: Measured, text: Text) -> tuple[str, Table] | None:
    centre = found.centre
    if centre is None:
        return None
    offset, spread, people = (_km(v, text) for v in (centre.offset_m, centre.spread_m, centre.people_spread_m))
    sentence = text("conc.centre.said", offset=offset, direction=direction(centre.bearing, text))
    key = "closer" if centre.spread_m < centre.people_spread_m else "wider"
    sentence += " " + text(f"conc.centre.{key}", spread=spread, people=people)
    rows = [("conc.centre.offset", offset), ("conc.centre.spread", spread), ("conc.centre.people_spread", people)]
    if centre.ellipse:
        long, short, angle = centre.ellipse
        axis = text(f"axis.{round(angle / 45.0) % 4}")
        sentence += " " + text("conc.centre.ellipse", long=_km(long, text), short=_km(short, text), axis=axis)
        rows += [("conc.centre.long", _km(long, text)), ("conc.centre.short", _km(short, text))]
    else:
        sentence += " " + text("conc.centre.no_ellipse", needed=NEEDS[Method.ELLIPSE].members)
    return sentence, _pairs(rows)


def _sectors(found: Measured, what: Studied, text: Text) -> tuple[str, Table] | None:
    if found.sector_hhi is None:
        return None
    counts = what.chosen["sector"].value_counts()
    several = int((counts == counts.iloc[0]).sum()) > 1
    sentence = text(
        "conc.sectors.said.several" if several else "conc.sectors.said",
        hhi=text.number(found.sector_hhi, 2),
        like=text.number(1.0 / found.sector_hhi, 1),
        top=", ".join(text(f"sector.{s}") for s in counts.index[counts == counts.iloc[0]]),
        share=text.percent(int(counts.iloc[0]), int(counts.sum())),
        members=text.count("conc.of", int(counts.sum())),
    )
    rows = [(f"sector.{sector}", text.number(int(count))) for sector, count in counts.items()]
    return sentence, _pairs(rows)


def _unevenness(found: Measured, what: Studied, level: Level, text: Text) -> tuple[str, Table] | None:
    spread = found.unevenness
    if spread is None:
        return None
    sure = enough_placed(what)
    sentence = text(
        f"conc.unevenness.said.{_sign(spread.gini)}" if sure else "conc.unevenness.figure",
        gini=text.number(spread.gini.value, 2),
        low=text.number(spread.gini.low, 2),
        high=text.number(spread.gini.high, 2),
        units=text.units(level, spread.units),
    )
    if spread.groups > 1 and not np.isnan(spread.between):
        between = text.percent(spread.between, 1.0)
        sentence += " " + text(f"conc.unevenness.between.{spread.grouped}", share=between)
    if not sure:
        sentence += " " + too_few_placed(what, text)
    rows = [
        (f"conc.unevenness.{name}", *(text.number(v, 3) for v in (index.value, index.low, index.high)))
        for name, index in (("gini", spread.gini), ("theil", spread.theil), ("hhi", spread.hhi))
    ]
    columns = (MEASURE, VALUE, Column("low", "conc.col.low"), Column("high", "conc.col.high"))
    return sentence, Table.of_rows("numbers", columns, rows)


def _neighbours(found: Measured, what: Studied, text: Text) -> tuple[str, Table] | None:
    near = found.neighbours
    if near is None or np.isnan(near.people.value):
        return None
    sure = enough_placed(what)
    sentence = text(
        f"conc.neighbours.said.{_sign(near.people)}" if sure else "conc.neighbours.figure",
        mean=_km(near.mean_m, text),
        ratio=text.percent(near.people.value, 1.0),
        low=text.percent(near.people.low, 1.0),
        high=text.percent(near.people.high, 1.0),
    )
    if not sure:
        sentence += " " + too_few_placed(what, text)
    if near.sharing:
        sentence += " " + text("conc.neighbours.sharing", members=text.count("conc.of", near.sharing))
    rows = [
        ("conc.neighbours.people", text.number(near.people.value, 3)),
        ("conc.neighbours.space", text.number(near.space.value, 3)),
        ("conc.neighbours.naive", text.number(near.naive, 3)),
        ("conc.neighbours.mean", _km(near.mean_m, text)),
        ("conc.neighbours.area", f"{text.number(near.area_km2)} km²"),
    ]
    return sentence, _pairs(rows)


def _ripley(found: Measured, what: Studied, text: Text) -> tuple[str, Table] | None:
    around = found.ripley
    if around is None:
        return None
    scale = np.where(around.high > around.low, around.high - around.low, 1.0)
    most = int(np.argmax(np.abs(around.others - around.middle) / scale))
    beyond = "none" if around.p > ALPHA else "more" if around.others[most] > around.middle[most] else "fewer"
    sure = enough_placed(what)
    sentence = text(
        f"conc.ripley.said.{beyond}" if sure else "conc.ripley.figure",
        radius=_km(around.radii_m[most], text),
        others=text.number(around.others[most], 1),
        low=text.number(around.low[most], 1),
        high=text.number(around.high[most], 1),
        p=text.number(around.p, 3),
    )
    if not sure:
        sentence += " " + too_few_placed(what, text)
    columns = {
        "radius": around.radii_m / 1000.0,
        "others": np.round(around.others, 2),
        "low": np.round(around.low, 2),
        "high": np.round(around.high, 2),
        "l": np.round(around.l_m / 1000.0, 2),
        "l_low": np.round(around.l_low_m / 1000.0, 2),
        "l_high": np.round(around.l_high_m / 1000.0, 2),
    }
    table = Table.of("numbers", {Column(key, f"conc.ripley.{key}"): values for key, values in columns.items()})
    return sentence, table


def enough_placed(what: Studied) -> bool:
    """Say whether enough members have a known unit to say what is chance, see `LEAST_PLACED`."""
    total = len(what.chosen) - what.outside
    return total - what.coarse >= LEAST_PLACED * total


def too_few_placed(what: Studied, text: Text) -> str:
    """Say of how many members the place is known, and that this is too few to speak of chance."""
    total = len(what.chosen) - what.outside
    return text("conc.quotient.placed", known=text.number(total - what.coarse), members=text.count("conc.of", total))


def quotient_sentence(table: pd.DataFrame, names: pd.Series, base: str, what: Studied, text: Text) -> str:
    """
    Return what location quotients say: the highest and the lowest unit that has enough members.

    Whether chance explains them is said only where at least `LEAST_PLACED` of the members have a known unit.
    """
    few = "" if enough_placed(what) else too_few_placed(what, text)
    known = table[table["enough"]].sort_values("lq", ascending=False, kind="stable")
    if known.empty:
        return text("conc.quotient.none")
    # One of many units was picked because it stands out: held to the rate of false discoveries among them.
    beyond = pd.Series(false_discovery_control(known["p"]) <= ALPHA, index=known.index)
    sentence = []
    for key, row in (("top", known.iloc[0]), ("bottom", known.iloc[-1])):
        if key == "bottom" and (len(known) < 2 or row["lq"] >= 1):
            continue
        words = text(
            f"conc.quotient.{key}",
            unit=names[row.name],
            lq=text.number(row["lq"], 2),
            low=text.number(row["low"], 2),
            high=text.number(row["high"], 2),
            members=text.count("members", int(row["members"])),
            expected=text.number(row["expected"], 1),
            base=base,
        )
        chance = text("conc.quotient.sure" if beyond[row.name] else "conc.quotient.unsure", n=len(known))
        sentence.append(f"{words} {few or chance}")
    return " ".join(sentence)


def spots_sentence(spots: HotSpots, names: pd.Series, what: Studied, level: Level, text: Text) -> str:
    """Return how many units are hot or cold, which stands out most, and how often the rule is wrong."""
    if not enough_placed(what):
        top = spots.table["members"].idxmax()
        most = text.count("members", int(spots.table.loc[top, "members"]))
        return f"{text('conc.spots.placed', unit=names[top], members=most)} {too_few_placed(what, text)}"
    count = spots.table["spot"].value_counts()
    hot, cold = int(count.get(str(Spot.HOT), 0)), int(count.get(str(Spot.COLD), 0))
    odd = int(count.get(str(Spot.HIGH_LOW), 0) + count.get(str(Spot.LOW_HIGH), 0))
    if hot + cold + odd == 0:
        sentence = text("conc.spots.none", units=text.of_units(level, len(spots.table)))
    else:
        sentence = text("conc.spots.some", hot=text.units(level, hot), cold=text.units(level, cold))
        if odd:
            sentence += " " + text("conc.spots.odd", odd=text.units(level, odd))
    marked = spots.table[spots.table["spot"].isin([str(Spot.HOT), str(Spot.HIGH_LOW)])]
    if len(marked):
        top = marked.sort_values(["members", "p"], ascending=[False, True], kind="stable").iloc[0]
        sentence += " " + text(
            "conc.spots.top", unit=names[top.name], members=text.count("members", int(top["members"]))
        )
    if not np.isnan(spots.false_alarms):
        share = text.percent(spots.false_alarms, 1.0)
        sentence += " " + text("conc.spots.alarms", simulations=spots.simulations, share=share)
    return sentence


def _sign(index: Expected) -> str:
    return {1: "above", -1: "below", 0: "between"}[index.sign]


def _km(metres: float, text: Text) -> str:
    return f"{text.number(metres / 1000.0, 1)} km"


def _pairs(rows: list[tuple[str, str]]) -> Table:
    return Table.of_rows("numbers", (MEASURE, VALUE), rows)


def simulated(text: Text) -> str:
    """Return how simulations are made, for the foot of the page."""
    return text(
        "conc.simulated", seed=SEED, maps=SIMULATIONS, envelopes=ENVELOPES, local=text.number(LOCAL_SIMULATIONS)
    )
