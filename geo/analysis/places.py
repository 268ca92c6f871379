"""Find the locality that a row of a list means, and say how sure that is and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import geopandas as gpd
import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.analysis.inflection import nominatives
from geo.analysis.units_by_name import Scope, UnitNames
from geo.model.names import bare, fold

# How sure a unique exact name is by the digits of the unit said beside it: gmina, powiat,
# voivodeship, nothing.
CONFIDENCE = {6: 1.0, 4: 0.99, 2: 0.97, 0: 0.95}
INFLECTED, MISTYPED, MENDED_UNIT = 0.97, 0.9, 0.97
# Of a place that is offered, not taken: the share of people is scaled by how well the name fits.
OFFERED = {"exact": 0.9, "inflected": 0.85, "mistyped": 0.3, "elsewhere": 0.3}
MAX_MISTYPED = 12
MIN_TYPO = 4
LONG_NAME = 8
# First digit of a postal code: voivodeships of its postal district. Used only to rank.
POSTAL_DISTRICTS = {
    "0": ("14",),
    "1": ("28", "20"),
    "2": ("06", "26", "14"),
    "3": ("12", "18"),
    "4": ("24", "16"),
    "5": ("02",),
    "6": ("30", "08"),
    "7": ("32", "22", "30"),
    "8": ("04", "22"),
    "9": ("10",),
}
_BEFORE = re.compile(r"^(?:(?:w|we|z|ze|wies|m st|m|miasto|miejscowosc|osada) )+(?=\w)")
_POSTAL = re.compile(r"\b\d{2}-\d{3}\b")
_PARTS = re.compile(r"[,;()/]")


class Outcome(StrEnum):
    """What came of looking for a place."""

    FOUND = "found"
    UNIT = "unit"
    NOTHING = "nothing"
    AMBIGUOUS = "ambiguous"
    ELSEWHERE = "elsewhere"
    MISTYPED = "mistyped"
    UNKNOWN = "unknown"
    UNITS = "units"


@dataclass(frozen=True)
class Candidate:
    """
    A place that may be meant.

    Attributes
    ----------
    place
        Position of the locality in the frame the index was built from.
    confidence
        From 0 to 1. Of several places, the share of the people of all of them who live in this
        one, scaled by how well the name fits.
    reason
        Key: `exact`, `inflected`, `mistyped`, `elsewhere`.
    """

    place: int
    confidence: float
    reason: str


@dataclass(frozen=True)
class Finding:
    """
    The answer for one place.

    Attributes
    ----------
    outcome
        What came of it.
    candidates
        Places, best first; exactly one where it was found.
    scope
        The units the row names.
    """

    outcome: Outcome
    candidates: tuple[Candidate, ...]
    scope: Scope


@dataclass(frozen=True)
class PlaceQuery:
    """What a row says of its place, as it came."""

    locality: str = ""
    gmina: str = ""
    powiat: str = ""
    voivodeship: str = ""
    teryt: str = ""
    postal_code: str = ""


class PlaceIndex:
    """
    All localities by name.

    Parameters
    ----------
    localities
        Columns `name, teryt, population`.
    units
        Names of the units.
    """

    def __init__(self, localities: gpd.GeoDataFrame, units: UnitNames) -> None:
        self.units = units
        self.names = localities["name"].to_numpy(dtype=object)
        self.codes = localities["teryt"].to_numpy(dtype=object)
        self.people = localities["population"].to_numpy(dtype=float)
        folded = np.array([fold(n) for n in self.names], dtype=object)
        self._by_name: dict[str, list[int]] = {}
        self._by_gmina: dict[str, list[int]] = {}
        for i, (name, code) in enumerate(zip(folded, self.codes, strict=True)):
            self._by_name.setdefault(name, []).append(i)
            self._by_gmina.setdefault(code, []).append(i)
        self._folded = folded
        self._all_names = list(self._by_name)
        self._gminy = sorted(self._by_gmina)
        self._codes_of = lru_cache(maxsize=5000)(self._gminy_of)
        self.find = lru_cache(maxsize=50_000)(self._find)

    def _gminy_of(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(c for c in self._gminy if c.startswith(codes))

    def _inside(self, places: list[int], scope: Scope) -> list[int]:
        return [p for p in places if self.codes[p].startswith(scope.codes)] if scope.codes else places

    def _find(self, query: PlaceQuery) -> Finding:
        """
        Find a place.

        Parameters
        ----------
        query
            Locality and units in any combination; case, diacritics, inflection and small typing
            errors do not matter.
        """
        query, folded, spelled, said = _read(query)
        scope = self.units.resolve(query.gmina, query.powiat, query.voivodeship, query.teryt)
        if not folded:
            if scope.issues:
                return Finding(Outcome.UNITS, (), scope)
            return Finding(Outcome.UNIT if scope.codes else Outcome.NOTHING, (), scope)
        finding = self._by_spelling(query, folded, spelled, scope, sure=said or bool(scope.codes))
        # A unit that does not exist, or contradicts another, is a question whatever was found.
        if scope.issues and finding.outcome is Outcome.FOUND:
            return Finding(Outcome.UNITS, finding.candidates, scope)
        return finding

    def _by_spelling(  # noqa: PLR0911 - from exact to unknown, one way out each
        self, query: PlaceQuery, folded: str, spelled: str, scope: Scope, *, sure: bool
    ) -> Finding:
        everywhere = self._by_name.get(folded, [])
        exact = self._spelled(self._inside(everywhere, scope), spelled)
        if exact:
            return self._answer(exact, "exact", CONFIDENCE[scope.digits], query, scope)
        forms = [p for form in nominatives(folded) for p in self._by_name.get(form, [])]
        inflected = self._inside(list(dict.fromkeys(forms)), scope)
        if inflected and not everywhere:
            if len(inflected) == 1 and sure:
                return self._answer(inflected, "inflected", INFLECTED * CONFIDENCE[scope.digits], query, scope)
            return self._ask(Outcome.AMBIGUOUS, inflected, "inflected", query, scope)
        mistyped = self._mistyped(folded, scope)
        if mistyped and self._may_mend(mistyped, folded, everywhere, scope):
            return self._answer([mistyped[0][0]], "mistyped", MISTYPED, query, scope)
        if everywhere:
            near = [p for p, _ in mistyped] + inflected
            return self._ask(Outcome.ELSEWHERE, [*dict.fromkeys([*near, *everywhere])], "elsewhere", query, scope)
        if mistyped:
            return self._ask(Outcome.MISTYPED, [p for p, _ in mistyped], "mistyped", query, scope)
        # "Rabka" for "Rabka-Zdrój".
        longer = [
            p for n in self._all_names if n.startswith(f"{folded} ") for p in self._inside(self._by_name[n], scope)
        ]
        if longer:
            return self._ask(Outcome.MISTYPED, longer, "mistyped", query, scope)
        far = self._mistyped(folded, Scope(()))
        if far:
            return self._ask(Outcome.MISTYPED, [p for p, _ in far], "mistyped", query, scope)
        return Finding(Outcome.UNKNOWN, (), scope)

    def _spelled(self, places: list[int], spelled: str) -> list[int]:
        """Of several names that differ only in diacritics, keep the one written exactly, if one is."""
        if len(places) > 1 and not spelled.isascii():
            same = [p for p in places if self.names[p].casefold() == spelled]
            return same or places
        return places

    def _mistyped(self, folded: str, scope: Scope) -> list[tuple[int, int]]:
        """Return places whose names are within a typing error, with their distances, nearest first."""
        if len(folded) < MIN_TYPO:
            return []
        limit = 1 if len(folded) < LONG_NAME else 2
        if scope.digits >= 4:
            places = [p for code in self._codes_of(scope.codes) for p in self._by_gmina[code]]
            names = [self._folded[p] for p in places]
            near = process.extract(folded, names, scorer=OSA.distance, score_cutoff=limit, limit=MAX_MISTYPED)
            return [(places[i], int(d)) for _, d, i in near]
        near = process.extract(folded, self._all_names, scorer=OSA.distance, score_cutoff=limit, limit=MAX_MISTYPED)
        return [(p, int(d)) for name, d, _ in near for p in self._inside(self._by_name[name], scope)]

    def _may_mend(self, mistyped: list[tuple[int, int]], folded: str, everywhere: list[int], scope: Scope) -> bool:
        """Say whether a typing error may be mended without asking: one name, clearly nearest, in a small area."""
        nearest = mistyped[0][1]
        if len(mistyped) > 1 and mistyped[1][1] == nearest:
            return False
        powiaty = {c[:4] for c in scope.codes}
        if any(self.codes[p][:4] in powiaty for p in everywhere) or (everywhere and nearest > 1):
            return False
        return scope.digits == 6 or (scope.digits == 4 and nearest == 1 and len(folded) >= 6)

    def _answer(self, places: list[int], reason: str, confidence: float, query: PlaceQuery, scope: Scope) -> Finding:
        if len(places) > 1:
            return self._ask(Outcome.AMBIGUOUS, places, reason, query, scope)
        confidence *= MENDED_UNIT if scope.guessed else 1.0
        return Finding(Outcome.FOUND, (Candidate(places[0], round(confidence, 3), reason),), scope)

    def _ask(self, outcome: Outcome, places: list[int], reason: str, query: PlaceQuery, scope: Scope) -> Finding:
        """Rank places: near the units said, then in the postal district, then by people."""
        district = POSTAL_DISTRICTS.get(query.postal_code[:1], ())
        total = float(self.people[places].sum()) or 1.0
        kept = sorted(
            places,
            key=lambda p: (-_shared(self.codes[p], scope.codes), self.codes[p][:2] not in district, -self.people[p]),
        )
        found = tuple(Candidate(p, round(float(self.people[p]) / total * OFFERED[reason], 3), reason) for p in kept)
        return Finding(outcome, found, scope)


def _shared(code: str, scope: tuple[str, ...]) -> int:
    """Return how many digits a place shares with the nearest unit said."""
    return max((next((n for n in (6, 4, 2) if s[:n] == code[:n] and len(s) >= n), 0) for s in scope), default=0)


def _read(query: PlaceQuery) -> tuple[PlaceQuery, str, str, bool]:
    """
    Split what stands in the cell of the locality.

    Returns the query with units that stood there, the folded name, the name as spelled, and whether
    words before the name said that it is a place ("w Olkuszu").
    """
    text = _POSTAL.sub(" ", query.locality)
    parts = [p.strip() for p in _PARTS.split(text) if p.strip()]
    if not parts:
        return query, "", "", False
    units = {"gmina": query.gmina, "powiat": query.powiat, "voivodeship": query.voivodeship}
    for part in parts[1:]:
        words = fold(part).replace(".", " ").split()
        for field, starts in (
            ("gmina", ("gm", "gmina")),
            ("powiat", ("pow", "powiat")),
            ("voivodeship", ("woj", "wojewodztwo")),
        ):
            if words and words[0] in starts and not units[field]:
                units[field] = part
    query = PlaceQuery(parts[0], **units, teryt=query.teryt, postal_code=query.postal_code)
    plain = bare(parts[0])
    name = _BEFORE.sub("", plain)
    dropped = len(plain.split()) - len(name.split())
    spelled = " ".join(re.sub(r"\.", " ", parts[0]).casefold().split()[dropped:])
    return query, name, spelled, name != plain
