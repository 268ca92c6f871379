"""Find the locality that a row of a list means, and say how sure that is and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.analysis.address import POSTAL, split_units
from geo.analysis.identifiers import check_postal_code
from geo.analysis.inflection import nominatives
from geo.analysis.points import coordinates
from geo.analysis.units_by_name import Scope, UnitNames
from geo.model.names import bare, fold

# How sure a unique exact name is by the digits of the unit said beside it: gmina, powiat,
# voivodeship, nothing.
CONFIDENCE = {6: 1.0, 4: 0.99, 2: 0.97, 0: 0.95}
INFLECTED, MISTYPED, MENDED_UNIT, PART = 0.97, 0.9, 0.97, 0.96
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
# A powiat is named after a city if so many letters are the same.
SAME_BEGINNING = 4
# A district of a city of so many may be meant where only a name is given.
DISTRICT_OF = 100_000
# Powiaty around a city whose name does not show that.
AROUND = {"0206": "0261", "0609": "0663", "1210": "1262"}
# A place said to be near a town lies no farther from it than this.
NEAR_KM = 25.0
# The kind of a locality that is no village.
TOWN = "miasto"
# Everyday names of Warszawa.
CALLED = {"w wa": "Warszawa", "wwa": "Warszawa", "wawa": "Warszawa"}
# Everyday shortenings that are not the beginning of the word.
SHORT = {"wlkp": "wielkopolsk", "wlk": "wielk", "gd": "gdansk", "swietokrz": "swietokrzysk", "k": "k"}
_TOWN_SAID = re.compile(r"(?:m st|m|miasto) \w")
_BEFORE = re.compile(r"^(?:(?:w|we|z|ze|wies|m st|m|miasto|miejscowosc|osada|dzielnica|dz|osiedle|solectwo) )+(?=\w)")


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
        Key: `exact`, `inflected`, `mistyped`, `elsewhere`, `part`, `shortened`.
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
        Columns `name, kind, teryt, population, geometry`.
    units
        Names of the units.
    parts
        Columns `name` and `place`: parts of towns and villages, with the position of the one they belong to.
    postal_codes
        Gminy of each postal code.
    """

    def __init__(
        self,
        localities: gpd.GeoDataFrame,
        units: UnitNames,
        parts: pd.DataFrame | None = None,
        postal_codes: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._postal = postal_codes or {}
        self.units = units
        self.names = localities["name"].to_numpy(dtype=object)
        self.codes = localities["teryt"].to_numpy(dtype=object)
        self.kinds = localities["kind"].to_numpy(dtype=object)
        self.people = localities["population"].to_numpy(dtype=float)
        self._points = coordinates(localities.geometry)
        folded = np.array([fold(n) for n in self.names], dtype=object)
        self._by_name: dict[str, list[int]] = {}
        self._by_gmina: dict[str, list[int]] = {}
        for i, (name, code) in enumerate(zip(folded, self.codes, strict=True)):
            self._by_name.setdefault(name, []).append(i)
            self._by_gmina.setdefault(code, []).append(i)
        self._folded = folded
        self._parts: dict[str, list[int]] = {}
        if parts is not None:
            for name, place in zip(parts["name"], parts["place"], strict=True):
                known = self._parts.setdefault(fold(name), [])
                if int(place) not in known:
                    known.append(int(place))
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
        whole = query.locality
        query, folded, spelled, said, near = _read(query)
        as_town = bool(_TOWN_SAID.match(bare(whole)))
        query = self._of_district(query, folded)
        scope = self.units.resolve(query.gmina, query.powiat, query.voivodeship, query.teryt)
        postal = self._gminy_of_code(query.postal_code)
        if not folded:
            if scope.issues:
                return Finding(Outcome.UNITS, (), scope)
            return Finding(Outcome.UNIT if scope.codes else Outcome.NOTHING, (), scope)
        literal = fold(whole)
        if literal != folded and self._inside(self._by_name.get(literal, []), scope):
            # A few places are called by words that mostly only lead to a name: "Osada Leśna", "Górki k. Brodów".
            folded, spelled, near = literal, " ".join(whole.casefold().split()), ""
        scope = self._near(folded, near) if near and not scope.codes else scope
        scope = self._of_city(folded, scope)
        if (part := self._with_part(whole, folded, scope)) is not None:
            return part
        if postal and not scope.issues:
            finding = self._by_code(query, folded, spelled, scope, postal)
            if finding is not None:
                return finding
        finding = self._by_spelling(query, folded, spelled, scope, sure=said or bool(scope.codes))
        if finding.outcome is not Outcome.FOUND or finding.candidates[0].reason == "mistyped":
            # A part of a place of exactly this name is meant before a place of another name.
            finding = self._by_other_names(folded, scope) or finding
        if not scope.codes and not query.postal_code and finding.outcome in (Outcome.FOUND, Outcome.AMBIGUOUS):
            finding = self._or_district(finding, folded, query, scope)
        finding = self._as_town(finding, scope) if as_town else finding
        # A unit that does not exist, or contradicts another, is a question whatever was found.
        if scope.issues and finding.outcome is Outcome.FOUND:
            return Finding(Outcome.UNITS, finding.candidates, scope)
        return finding

    def _of_district(self, query: PlaceQuery, folded: str) -> PlaceQuery:
        """Take the large city for a "gmina" that is a district of it ("Kraków", "Łagiewniki")."""
        cities = [p for p in self._by_name.get(folded, ()) if self.people[p] >= DISTRICT_OF]
        parts = self._parts.get(fold(query.gmina), ()) if query.gmina else ()
        of = [p for p in cities if p in parts]
        return replace(query, gmina=str(self.names[of[0]])) if of else query

    def _with_part(self, whole: str, folded: str, scope: Scope) -> Finding | None:
        """Find a place with its part behind a comma or in brackets ("Łódź (Śródmieście)")."""
        pieces = [fold(p) for p in re.split(r"[,;()/|]", whole) if p.strip()]
        if len(pieces) != 2 or pieces[0] != folded or scope.issues:
            return None
        heads = self._inside(self._by_name.get(folded, []), scope)
        both = [p for p in heads if p in self._parts.get(pieces[1], ())]
        return Finding(Outcome.FOUND, (Candidate(both[0], PART, "part"),), scope) if len(both) == 1 else None

    def lying(self, name: str, postal_code: str, town: str) -> str:
        """
        Say where a name that may be a street or a village is one of a village.

        Parameters
        ----------
        name
            The name, as it came.
        postal_code, town
            What stands beside it in the address.

        Returns
        -------
        where
            `gmina`: in a gmina of the code, or of the town where there is none; `powiat`, `voivodeship`: only farther
            away; "" for nowhere in the voivodeship.
        """
        folded = fold(name)
        places = [*self._by_name.get(folded, ()), *self._parts.get(folded, ())]
        around = self._gminy_of_code(postal_code) or tuple(self.codes[p] for p in self._by_name.get(fold(town), ()))
        for digits, where in ((6, "gmina"), (4, "powiat"), (2, "voivodeship")):
            units = {c[:digits] for c in around}
            if any(self.codes[p][:digits] in units for p in places):
                return where
        return ""

    def _near(self, folded: str, town: str) -> Scope:
        """Return the gminy of the places of a name near a town: of several towns of its name, the largest is meant."""
        towns = sorted(
            (p for form in (town, *nominatives(town)) for p in self._by_name.get(form, ())),
            key=lambda p: -self.people[p],
        )
        places = self._by_name.get(folded, [])
        if not towns or not places:
            return Scope(())
        away = np.hypot(*(self._points[places] - self._points[towns[0]]).T)
        return Scope(
            tuple(dict.fromkeys(self.codes[p] for p, m in zip(places, away, strict=True) if m <= NEAR_KM * 1000))
        )

    def _as_town(self, finding: Finding, scope: Scope) -> Finding:
        """Take the only town of several places, where the row says that it is one ("m. Rybnik")."""
        towns = [c for c in finding.candidates if self.kinds[c.place] == TOWN]
        several = finding.outcome is Outcome.AMBIGUOUS and len(towns) == 1
        return Finding(Outcome.FOUND, (towns[0],), scope) if several else finding

    def named(self, words: str) -> list[int]:
        """Return the places that inflected words name, most people first."""
        folded = fold(words)
        found = [p for form in (folded, *nominatives(folded)) for p in self._by_name.get(form, [])]
        return sorted(dict.fromkeys(found), key=lambda p: -self.people[p])

    def has_twin(self, place: int) -> bool:
        """Say whether another place of its gmina has the name of a place."""
        alike = self._by_name[self._folded[place]]
        return sum(bool(self.codes[p] == self.codes[place]) for p in alike) > 1

    def _gminy_of_code(self, given: str) -> tuple[str, ...]:
        code = check_postal_code(given) if given else None
        return self._postal.get(code, ()) if code else ()

    def _of_city(self, folded: str, scope: Scope) -> Scope:
        """Narrow a powiat to the city that it lies around: "Kraków, powiat krakowski" is said loosely."""
        if scope.digits != 4 or scope.issues or self._inside(self._by_name.get(folded, []), scope):
            return scope
        cities = [
            self.codes[p]
            for p in self._by_name.get(folded, [])
            if self.units.is_city(self.codes[p][:4])
            and any(_around(s, self.codes[p], folded, self.units) for s in scope.codes)
        ]
        return Scope((cities[0],)) if len(cities) == 1 else scope

    def _by_code(  # noqa: PLR0911 - from exact to contradicted, one way out each
        self, query: PlaceQuery, folded: str, spelled: str, scope: Scope, postal: tuple[str, ...]
    ) -> Finding | None:
        """Find a place where its postal code lies; None where the code says nothing against the other words."""
        agreed = tuple(c for c in postal if c.startswith(scope.codes)) if scope.codes else postal
        if not agreed:
            # A post office serves places across a border; another voivodeship it does not.
            same = {c[:2] for c in postal} & {c[:2] for c in scope.codes}
            return None if same else self._against(query, folded, scope, postal)
        inside = Scope(agreed)
        exact = self._spelled(self._inside(self._by_name.get(folded, []), inside), spelled)
        if exact:
            return self._answer(exact, "exact", CONFIDENCE[4], query, scope)
        parts = self._inside(self._parts.get(folded, []), inside)
        if len(parts) == 1:
            return self._answer(parts, "part", PART, query, scope)
        named = self.units.gminy_of(folded, agreed)
        if len(named) == 1:
            return Finding(Outcome.UNIT, (), Scope(named))
        other = self._by_other_names(folded, inside)
        if other is not None and other.outcome is Outcome.FOUND:
            return other
        if scope.codes:
            return None
        finding = self._by_spelling(query, folded, spelled, inside, sure=True)
        if finding.outcome is Outcome.FOUND:
            return finding
        return self._against(query, folded, scope, postal)

    def _against(self, query: PlaceQuery, folded: str, scope: Scope, postal: tuple[str, ...]) -> Finding:
        """Ask: the name is known elsewhere only, or not at all; the gminy of the code are offered first."""
        places = self._by_name.get(folded, [])
        offered = Scope(postal, scope.issues)
        if not places:
            return Finding(Outcome.UNKNOWN, (), offered)
        return self._ask(Outcome.ELSEWHERE, places, "elsewhere", query, offered)

    def _by_other_names(  # noqa: PLR0911 - one way out for each kind of name
        self, folded: str, scope: Scope
    ) -> Finding | None:
        """Find what is no name of a locality: a gmina, a part of a place, a place with its part, a short name."""
        if scope.issues:
            return None
        words = folded.split()
        # "Kraków Nowa Huta": a place, and a part of it.
        for n in range(len(words) - 1, 0, -1):
            heads = self._inside(self._by_name.get(" ".join(words[:n]), []), scope)
            both = [p for p in heads if p in self._parts.get(" ".join(words[n:]), ())]
            if len(both) == 1:
                return Finding(Outcome.FOUND, (Candidate(both[0], PART, "part"),), scope)
        if self._inside(self._by_name.get(folded, []), scope):
            return None
        gminy = self.units.gminy_of(folded, scope.codes)
        if len(gminy) == 1:
            return Finding(Outcome.UNIT, (), Scope(gminy))
        parts = self._inside(self._parts.get(folded, []), scope)
        if len(parts) == 1:
            return Finding(Outcome.FOUND, (Candidate(parts[0], PART, "part"),), scope)
        long = self._inside([p for n in self._unshortened(words) for p in self._by_name[n]], scope)
        if len(long) == 1:
            return Finding(Outcome.FOUND, (Candidate(long[0], PART, "shortened"),), scope)
        # "Warszawa 44": the number is that of a post office or a house.
        plain = re.sub(r"(?: \d+\w?)+$", "", folded)
        numbered = self._inside(self._by_name.get(plain, []), scope) if plain != folded else []
        if len(numbered) == 1:
            return Finding(Outcome.FOUND, (Candidate(numbered[0], PART, "exact"),), scope)
        # "Mokotów" alone: a district of a large city before parts of that name elsewhere.
        large = any(self.people[p] >= DISTRICT_OF for p in parts) and folded not in self._by_name
        several = long or numbered or (parts if large else [])
        return self._ask(Outcome.AMBIGUOUS, several, "inflected", PlaceQuery(), scope) if several else None

    def _unshortened(self, words: list[str]) -> list[str]:
        """Return the names whose words begin with these; the first word is written in full."""
        if len(words) < 2:
            return []
        starts = [SHORT.get(w, w) for w in words]
        found = []
        for name in self._all_names:
            own = name.split()
            if (
                len(own) == len(starts)
                and own[0] == starts[0]
                and all(o.startswith(s) for o, s in zip(own, starts, strict=True))
            ):
                found.append(name)
        return found

    def _or_district(self, finding: Finding, folded: str, query: PlaceQuery, scope: Scope) -> Finding:
        """Ask whether a name that nothing else tells of is a village or a district of a large city."""
        cities = [p for p in self._parts.get(folded, []) if self.people[p] >= DISTRICT_OF]
        if not cities or folded not in self._by_name:
            return finding
        known = [c.place for c in finding.candidates]
        return self._ask(Outcome.AMBIGUOUS, list(dict.fromkeys([*known, *cities])), "exact", query, scope)

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


def _around(powiat: str, city: str, folded: str, units: UnitNames) -> bool:
    """Say whether a powiat is the one around a city: of its name, and in its voivodeship."""
    if powiat[:2] != city[:2]:
        return False
    if AROUND.get(powiat) == city[:4]:
        return True
    name = units.powiat_name(powiat).replace(" ", "")
    return name[:SAME_BEGINNING] == folded.replace(" ", "")[:SAME_BEGINNING]


def _read(query: PlaceQuery) -> tuple[PlaceQuery, str, str, bool, str]:
    """
    Split what stands in the cell of the locality.

    Returns the query with units that stood there, the folded name, the name as spelled, whether words
    before the name said that it is a place ("w Olkuszu"), and the folded name of what it is near to.
    """
    given, said, near = split_units(query.locality)
    if not given:
        return query, "", "", False, ""
    units = {name: getattr(query, name) or said.get(name, "") for name in ("gmina", "powiat", "voivodeship")}
    if not units["gmina"] and re.match(r"(?:gm|gmina|gminie)\b", fold(given)):
        # "gmina Klucze" is no locality.
        units["gmina"], given = given, ""
    query = PlaceQuery(given, **units, teryt=query.teryt, postal_code=query.postal_code or _code_in(query.locality))
    given = CALLED.get(bare(given), given)
    plain = bare(given)
    name = _BEFORE.sub("", plain)
    dropped = len(plain.split()) - len(name.split())
    spelled = " ".join(re.sub(r"\.", " ", given).casefold().split()[dropped:])
    return query, name, spelled, name != plain, bare(near)


def _code_in(text: str) -> str:
    found = POSTAL.search(text)
    return f"{found[1]}-{found[2]}" if found else ""
