"""Place the rows of an uploaded list: by coordinates that agree with what is declared, else by name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.analysis import coordinates as pairs
from geo.analysis.coordinates import EAST_FIRST, NORTH_FIRST, READINGS, Readings
from geo.analysis.places import Candidate, Finding, Outcome, PlaceIndex, PlaceQuery
from geo.analysis.units_by_name import UnitNames
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.model.cluster import Precision
from geo.model.intake import Field, Option, Question
from geo.model.units import Level, level_of
from geo.render.text import LANGUAGES, Text
from geo.services.catalogue import gmina_index, place_label, unit_label
from geo.services.intake import Draft, Progress, Values
from geo.settings import DISPLAY_CRS, METRIC_CRS

# Outlines are generalised: a point this near to the declared unit agrees with it.
NEAR_M = 500.0
PROGRESS_EVERY = 250
MAX_UNITS_OFFERED = 8
PRECISION_OF_DIGITS = {6: Precision.GMINA, 4: Precision.POWIAT, 2: Precision.VOIVODESHIP}
NOWHERE: Values = {"precision": str(Precision.UNKNOWN), "teryt": "", "locality": "", "x": np.nan, "y": np.nan}


@lru_cache(maxsize=1)
def place_index() -> PlaceIndex:
    """Return the index of all localities, built once."""
    levels = (load_units(level)[["name", "kind"]] for level in Level)
    return PlaceIndex(load_localities(), UnitNames(*levels))


@lru_cache(maxsize=1)
def _points() -> NDArray[np.float64]:
    return np.asarray(shapely.get_coordinates(load_localities().geometry.to_numpy()))


def place_rows(draft: Draft, progress: Progress | None = None) -> None:
    """
    Give every row of a draft a place, or ask.

    Parameters
    ----------
    draft
        Rows; changed in place.
    progress
        Told how many rows of how many are done.
    """
    total = len(draft.raw.numbers)
    findings = []
    for position in range(total):
        findings.append(place_index().find(_query(draft, position)))
        if progress and position % PROGRESS_EVERY == 0:
            progress(position, total)
    located = _coordinates(draft, findings)
    for position, row in enumerate(draft.raw.numbers):
        if position not in located:
            _by_name(draft, position, row, findings[position])
    persons = {row for row, values in draft.values.items() if values["person"]}
    for row in persons:
        hide_place(draft.values[row])
    for answers in draft.answers.values():
        for row in persons & answers.keys():
            if "precision" in answers[row]:
                hide_place(answers[row])
    if progress:
        progress(total, total)


def hide_place(values: Values) -> None:
    """Keep of a natural person's place only the gmina."""
    if str(values.get("precision", "")) in (Precision.POINT, Precision.LOCALITY):
        values["precision"] = str(Precision.GMINA)
    values |= {"locality": "", "x": float("nan"), "y": float("nan")}


def _query(draft: Draft, position: int) -> PlaceQuery:
    fields = (Field.LOCALITY, Field.GMINA, Field.POWIAT, Field.VOIVODESHIP, Field.TERYT, Field.POSTAL_CODE)
    return PlaceQuery(*(draft.cell(position, f) for f in fields))


# Places by name


def _at_locality(place: int) -> Values:
    index, (x, y) = place_index(), _points()[place]
    return {
        "precision": str(Precision.LOCALITY),
        "teryt": index.codes[place],
        "locality": index.names[place],
        "x": round(float(x), 1),
        "y": round(float(y), 1),
    }


def _at_unit(code: str) -> Values:
    return NOWHERE | {"precision": str(PRECISION_OF_DIGITS[len(code)]), "teryt": code}


def _common(codes: tuple[str, ...]) -> str:
    """Return the finest unit that holds all of some units, "" for none."""
    return next(
        (codes[0][:n] for n in (6, 4, 2) if codes and len({c[:n] for c in codes}) == 1 and len(codes[0]) >= n), ""
    )


def _by_name(draft: Draft, position: int, row: int, finding: Finding) -> None:
    values = draft.values[row]
    codes = finding.scope.codes
    if finding.outcome is Outcome.FOUND:
        values |= _at_locality(finding.candidates[0].place)
    elif finding.outcome is Outcome.NOTHING:
        values |= NOWHERE
    elif finding.outcome is Outcome.UNIT and len(codes) == 1:
        values |= _at_unit(codes[0])
    else:
        _ask_place(draft, position, row, finding)


def _ask_place(draft: Draft, position: int, row: int, finding: Finding) -> None:
    text, query = draft.text, _query(draft, position)
    options, answers = _place_options(draft, finding)
    said = (query.locality, query.gmina, query.powiat, query.voivodeship, query.teryt)
    given = ", ".join(dict.fromkeys(s for s in said if s)) or "–"
    issue = finding.scope.issues[0] if finding.scope.issues else None
    wrong = Field(issue.field) if issue else Field.LOCALITY if query.locality else Field.GMINA
    key = f"unit_{issue.key}" if issue else str(finding.outcome)
    words = text(f"intake.ask.place.{key}", given=given)
    problem = draft.problem(row, wrong, f"place_{key}", given, text(f"intake.expected.place_{key}"))
    draft.ask(Question(f"place:{'|'.join(said)}|{query.postal_code}", "place", words, options, ()), problem, answers)


def _place_options(draft: Draft, finding: Finding) -> tuple[tuple[Option, ...], dict[str, Values]]:
    text, options, answers = draft.text, [], {}
    for candidate in finding.candidates:
        options.append(_option(draft, candidate))
        answers[options[-1].key] = _at_locality(candidate.place)
    codes = finding.scope.codes
    units = codes if len(codes) <= MAX_UNITS_OFFERED else ()
    shared = _common(codes)
    for code in dict.fromkeys([*units, *([shared] if shared else [])]):
        label = text("intake.option.unit", unit=place_label(code, "", text))
        options.append(Option(f"unit:{code}", label, reason=text("intake.reason.unit")))
        answers[f"unit:{code}"] = _at_unit(code)
    options.append(Option("nowhere", text("intake.option.nowhere"), reason=text("intake.reason.nowhere")))
    answers["nowhere"] = dict(NOWHERE)
    return tuple(options), answers


def _option(draft: Draft, candidate: Candidate) -> Option:
    index, (x, y) = place_index(), _points()[candidate.place]
    label = place_label(index.codes[candidate.place], index.names[candidate.place], draft.text)
    reason = draft.text(f"intake.reason.{candidate.reason}", people=draft.text.number(index.people[candidate.place]))
    return Option(f"locality:{candidate.place}", label, float(x), float(y), candidate.confidence, reason)


# Places by coordinates


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


def _coordinates(draft: Draft, findings: list[Finding]) -> set[int]:
    """Place the rows that have coordinates; return the positions of those placed or asked about here."""
    if not any(f in draft.mapping for p in _PAIRS for f in (p.first, p.second)):
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
        draft.notes.append(draft.problem(row, pair.first, "coarse", given, draft.text("intake.expected.coarse")))
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
        draft.notes.append(draft.problem(row, pair.first, "swapped", given, draft.text("intake.expected.swapped")))
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
    said = _said_precision(draft, position)
    return {
        "precision": str(said if said is Precision.LOCALITY and locality else Precision.POINT),
        "teryt": code,
        "locality": locality,
        "x": round(float(x), 1),
        "y": round(float(y), 1),
    }


def _said_precision(draft: Draft, position: int) -> Precision | None:
    said = draft.cell(position, Field.PRECISION)
    words = [Text(language) for language in LANGUAGES]
    return next((p for p in Precision if said in (str(p), *(t(f"precision.{p}") for t in words))), None)


def _ask_coordinates(  # noqa: PLR0913
    draft: Draft, sheet: _Sheet, position: int, row: int, finding: Finding, *, key: str, given: str
) -> None:
    """Ask whom to believe: the coordinates or the address."""
    text, options, answers = draft.text, [], {}
    for k in sheet.readings.possible(position) if key == "contradicts" else []:
        values = _at_point(draft, sheet, position, k, finding)
        label = text(f"intake.option.reading.{READINGS[k].order}", place=place_label(str(values["teryt"]), "", text))
        x, y = float(str(values["x"])), float(str(values["y"]))
        options.append(Option(f"reading:{k}", label, x, y, 0.5, text("intake.reason.reading", epsg=READINGS[k].epsg)))
        answers[f"reading:{k}"] = values | {"locality": ""}
    by_place, by_answers = _place_options(draft, finding)
    declared = ", ".join(unit_label(c, text) for c in sheet.declared[position][:3]) or "–"
    words = text(f"intake.ask.coordinates.{key}", given=given, declared=declared)
    pair = sheet.pair[position]
    problem = draft.problem(
        row,
        pair.first if pair else None,
        f"coordinates_{key}",
        given,
        text(f"intake.expected.coordinates_{key}", declared=declared),
    )
    question = Question(f"coordinates:{row}", "coordinates", words, (*options, *by_place), ())
    draft.ask(question, problem, answers | by_answers)


def _ask_order(draft: Draft, sheet: _Sheet, position: int, row: int, possible: list[int], given: str) -> None:
    """Ask which column is north, once for all rows alike."""
    text = draft.text
    pair = sheet.pair[position]
    checked = bool(sheet.declared[position])
    key = f"order:{checked}:{'.'.join(map(str, possible))}"
    options, answers = [], {}
    for k in possible:
        label = text(f"intake.option.order.{READINGS[k].order}", epsg=READINGS[k].epsg)
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
    words = text(f"intake.ask.coordinates.{kind}")
    expected = text(f"intake.expected.coordinates_{kind}")
    problem = draft.problem(row, pair.first if pair else None, f"coordinates_{kind}", given, expected)
    draft.ask(Question(key, "order", words, tuple(options), ()), problem, answers)
