"""Place the rows of an uploaded list by coordinates that agree with what the rows declare, or ask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.analysis import coordinates as pairs
from geo.analysis.coordinates import EAST_FIRST, NORTH_FIRST, READINGS, Readings
from geo.analysis.places import Finding, Outcome
from geo.io.boundaries import load_units
from geo.model.cluster import Precision
from geo.model.intake import Option, Question
from geo.model.members import Field
from geo.model.phrase import Phrase
from geo.model.units import Level, level_of
from geo.render.text import LANGUAGES, Text, later
from geo.services.ground import gmina_index
from geo.services.intake.by_name import place_index, place_options
from geo.services.intake.draft import Draft, Values
from geo.services.labels import place_words, unit_label
from geo.settings import DISPLAY_CRS, METRIC_CRS

# Outlines are generalised: a point this near to the declared unit agrees with it.
NEAR_M = 500.0


@dataclass(frozen=True)
class _Pair:
    """The columns a row's coordinates stand in."""

    first: Field
    second: Field


_PAIRS = (
    _Pair(Field.NORTHING_2180, Field.EASTING_2180),
    _Pair(Field.LATITUDE, Field.LONGITUDE),
    _Pair(Field.X, Field.Y),
)
_EXPLICIT = READINGS.index(pairs.Reading(METRIC_CRS, NORTH_FIRST))


class _Sheet:
    """All coordinates of a file, read in every possible way and checked against what rows declare."""

    def __init__(self, draft: Draft, findings: list[Finding]) -> None:
        total = len(draft.raw.numbers)
        self.pair: list[_Pair | None] = [_pair_of(draft, p) for p in range(total)]
        numbers = np.full((total, 2), np.nan)
        for p, pair in enumerate(self.pair):
            if pair:
                numbers[p] = [pairs.read_number(draft.cell(p, f)) for f in (pair.first, pair.second)]
        self.readable = np.isfinite(numbers).all(axis=1)
        self.readings: Readings = pairs.read_pairs(numbers[:, 0], numbers[:, 1], gmina_index())
        self.declared = [_declared(f) for f in findings]
        self.agreeing = self._agree()
        self.usual = pairs.usual_order(self.agreeing)
        self.contrary = self._contrary()

    def _agree(self) -> NDArray[np.bool_]:
        codes = gmina_index().codes
        agreeing = np.zeros(self.readings.units.shape, dtype=bool)
        for p in np.flatnonzero(self.readable):
            if not (declared := self.declared[p]):
                continue
            possible = self.readings.possible(p)
            for k in possible:
                agreeing[k, p] = codes[self.readings.units[k, p]].startswith(declared)
            if not agreeing[:, p].any():
                near = _distance(declared, self.readings.points[possible, p])
                agreeing[possible, p] = near <= NEAR_M
        return agreeing

    def _contrary(self) -> bool:
        """Say whether some row can only be read in the order that is not usual."""
        metric = [k for k, r in enumerate(READINGS) if r.epsg != DISPLAY_CRS]
        usual = [k for k in metric if READINGS[k].order == self.usual]
        other = [k for k in metric if READINGS[k].order != self.usual]
        return bool((self.agreeing[other].any(axis=0) & ~self.agreeing[usual].any(axis=0)).any())


def _pair_of(draft: Draft, position: int) -> _Pair | None:
    return next((p for p in _PAIRS if draft.cell(position, p.first) or draft.cell(position, p.second)), None)


def _declared(finding: Finding) -> tuple[str, ...]:
    if finding.outcome is Outcome.FOUND:
        return (str(place_index().codes[finding.candidates[0].place]),)
    return finding.scope.codes


def _distance(declared: tuple[str, ...], points: NDArray[np.float64]) -> NDArray[np.float64]:
    gminy = load_units(Level.GMINA)
    solid = gminy.geometry[gminy.index.str.startswith(declared)].to_numpy()
    asked = shapely.points(points)
    return np.asarray(shapely.distance(asked[:, None], solid[None, :]).min(axis=1))


def place_by_coordinates(draft: Draft, findings: list[Finding]) -> set[int]:
    """Place the rows that have coordinates; return the positions of those placed or asked about here."""
    fields = (Field.COORDINATES, *(f for p in _PAIRS for f in (p.first, p.second)))
    if not any(f in draft.mapping for f in fields):
        return set()
    sheet, done = _Sheet(draft, findings), set()
    for position, row in enumerate(draft.raw.numbers):
        if sheet.pair[position] and _one(draft, sheet, position, row, findings[position]):
            done.add(position)
    return done


def _one(  # noqa: PLR0911 - one way out for each thing that may be wrong
    draft: Draft, sheet: _Sheet, position: int, row: int, finding: Finding
) -> bool:
    """Place one row by its coordinates; return False where its address must do."""
    pair = sheet.pair[position]
    if pair is None:
        return False
    given = f"{draft.cell(position, pair.first) or '–'}; {draft.cell(position, pair.second) or '–'}"
    if not sheet.readable[position]:
        _ask_coordinates(draft, sheet, position, row, finding, key="unreadable", given=given)
        return True
    if _is_coarse(draft, position, pair) and max(sheet.readings.possible(position), default=9) < 2:
        draft.notes.append(draft.problem(row, pair.first, "coarse", given, later("intake.expected.coarse")))
        return False
    possible = sheet.readings.possible(position)
    if pair.first is Field.NORTHING_2180:
        possible = [k for k in possible if k == _EXPLICIT]
    if not possible:
        _ask_coordinates(draft, sheet, position, row, finding, key="outside", given=given)
        return True
    agreed = [k for k in possible if sheet.agreeing[k, position]]
    if sheet.declared[position] and not agreed:
        _ask_coordinates(draft, sheet, position, row, finding, key="contradicts", given=given)
        return True
    chosen = _choose(sheet, pair, agreed or possible, checked=bool(agreed))
    if chosen is None:
        _ask_order(draft, sheet, position, row, agreed or possible, given)
        return True
    draft.values[row] |= _at_point(draft, sheet, position, chosen, finding)
    if READINGS[chosen].epsg == DISPLAY_CRS and READINGS[chosen].order == EAST_FIRST and pair.first is Field.LATITUDE:
        draft.notes.append(draft.problem(row, pair.first, "swapped", given, later("intake.expected.swapped")))
    return True


def _choose(sheet: _Sheet, pair: _Pair, possible: list[int], *, checked: bool) -> int | None:
    """Return the reading that needs no question, or None."""
    if pair.first is Field.NORTHING_2180 or READINGS[possible[0]].epsg == DISPLAY_CRS:
        return possible[0]
    usual = [k for k in possible if READINGS[k].order == sheet.usual]
    if len(usual) == 1 and (checked or not sheet.contrary):
        return usual[0]
    # Only one of the orders is a place in Poland at all, as in most of PL-2000.
    return possible[0] if len(possible) == 1 and not checked and READINGS[possible[0]].epsg != METRIC_CRS else None


def _is_coarse(draft: Draft, position: int, pair: _Pair) -> bool:
    return max(pairs.decimals(draft.cell(position, f)) for f in (pair.first, pair.second)) < pairs.MIN_DECIMALS


def _at_point(draft: Draft, sheet: _Sheet, position: int, reading: int, finding: Finding) -> Values:
    x, y = sheet.readings.points[reading, position]
    code = str(gmina_index().codes[sheet.readings.units[reading, position]])
    declared = sheet.declared[position]
    if declared and not code.startswith(declared) and len(declared) == 1 and level_of(declared[0]) is Level.GMINA:
        # Just across a generalised border: the row knows better.
        code = declared[0] if sheet.agreeing[reading, position] else code
    found = finding.outcome is Outcome.FOUND
    locality = str(place_index().names[finding.candidates[0].place]) if found else draft.cell(position, Field.LOCALITY)
    given = _given_precision(draft, position)
    return {
        "precision": str(given if given is Precision.LOCALITY and locality else Precision.POINT),
        "teryt": code,
        "locality": locality,
        "x": round(float(x), 1),
        "y": round(float(y), 1),
    }


def _given_precision(draft: Draft, position: int) -> Precision | None:
    given = draft.cell(position, Field.PRECISION)
    words = [Text(language) for language in LANGUAGES]
    return next((p for p in Precision if given in (str(p), *(t(f"precision.{p}") for t in words))), None)


def _ask_coordinates(  # noqa: PLR0913
    draft: Draft, sheet: _Sheet, position: int, row: int, finding: Finding, *, key: str, given: str
) -> None:
    """Ask whom to believe: the coordinates or the address."""
    options: list[Option] = []
    answers: dict[str, Values] = {}
    for k in sheet.readings.possible(position) if key == "contradicts" else []:
        values = _at_point(draft, sheet, position, k, finding)
        label = later(f"intake.option.reading.{READINGS[k].order}", place=place_words(str(values["teryt"])))
        x, y = float(str(values["x"])), float(str(values["y"]))
        options.append(Option(f"reading:{k}", label, x, y, 0.5, later("intake.reason.reading", epsg=READINGS[k].epsg)))
        answers[f"reading:{k}"] = values | {"locality": ""}
    by_place, by_answers = place_options(draft, finding)
    known = sheet.declared[position][:3]
    declared = Phrase(lambda text: ", ".join(unit_label(c, text) for c in known) or "–")
    words = later(f"intake.ask.coordinates.{key}", given=given, declared=declared)
    pair = sheet.pair[position]
    problem = draft.problem(
        row,
        pair.first if pair else None,
        f"coordinates_{key}",
        given,
        later(f"intake.expected.coordinates_{key}", declared=declared),
    )
    ordered = sorted((*options, *by_place), key=lambda o: -o.confidence)
    question = Question(f"coordinates:{row}", "coordinates", words, tuple(ordered), ())
    draft.ask(question, problem, answers | by_answers)


def _ask_order(draft: Draft, sheet: _Sheet, position: int, row: int, possible: list[int], given: str) -> None:
    """Ask which column is north, once for all rows alike."""
    pair = sheet.pair[position]
    checked = bool(sheet.declared[position])
    key = f"order:{checked}:{'.'.join(map(str, possible))}"
    options: list[Option] = []
    answers: dict[str, Values] = {}
    for k in possible:
        label = later(f"intake.option.order.{READINGS[k].order}", epsg=READINGS[k].epsg)
        options.append(Option(f"reading:{k}", label))
        code = str(gmina_index().codes[sheet.readings.units[k, position]])
        x, y = sheet.readings.points[k, position]
        answers[f"reading:{k}"] = {
            "precision": str(Precision.POINT),
            "teryt": code,
            "locality": draft.cell(position, Field.LOCALITY),
            "x": round(float(x), 1),
            "y": round(float(y), 1),
        }
    kind = "order_checked" if checked else "order"
    words = later(f"intake.ask.coordinates.{kind}")
    expected = later(f"intake.expected.coordinates_{kind}")
    problem = draft.problem(row, pair.first if pair else None, f"coordinates_{kind}", given, expected)
    draft.ask(Question(key, "order", words, tuple(options), ()), problem, answers)
