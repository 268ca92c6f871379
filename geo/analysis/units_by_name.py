"""Resolve administrative units by the names people write: kinds, cases and typing errors included."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.analysis.address import split_units
from geo.analysis.identifiers import teryt_readings
from geo.analysis.inflection import adjective_forms, nominatives
from geo.model.names import bare, fold

URBAN, RURAL, MIXED = "gmina miejska", "gmina wiejska", "gmina miejsko-wiejska"
# What stands before (or after) the name of a gmina, and the kind it tells.
_GMINA_BEFORE = (
    (r"(?:urzad (?:miasta i gminy|gminy i miasta|miejsko gminny)|umig|umg)(?: w| we)?", MIXED),
    (r"(?:urzad (?:miasta|miejski)|um)(?: w| we)?", URBAN),
    (r"(?:urzad gminy|ug)(?: w| we)?", RURAL),
    (r"starostwo powiatowe(?: w| we)?", ""),
    (r"miasto i gmina|miasta i gminy|gmina i miasto|m i gm|m i g|mig|gm(?:ina|iny)? miejsko wiejska", MIXED),
    (r"gm(?:ina|iny)? miejska|miasto na prawach powiatu|miasto stoleczne|m st|miasto|miasta|m", URBAN),
    (r"gm(?:ina|iny)? (?:wiejska|w)", RURAL),
    (r"gminy|gminie|gmina|gm", ""),
)
_GMINA_AFTER = (
    (r"miasto i gmina|gm(?:ina)? miejsko wiejska|miejsko wiejska|m w|mw", MIXED),
    (r"gm(?:ina)? miejska|miejska|miasto|m", URBAN),
    (r"gm(?:ina)? wiejska|wiejska|w", RURAL),
    (r"obszar wiejski|miasto", MIXED),
    (r"gmina|gm", ""),
)
_POWIAT_WORDS = r"powiatu|powiecie|powiat|pow|miasto na prawach powiatu|miasto stoleczne|m st|m|miasto"
_VOIVODESHIP_WORDS = r"wojewodztwa|wojewodztwie|wojewodztwo|woj"
MIN_FUZZY = 5
# Cities whose districts or delegations have codes of their own: Wrocław, Łódź, Kraków, Warszawa, Poznań.
DIVIDED = ("0264", "1061", "1261", "1465", "3064")


@dataclass(frozen=True)
class UnitIssue:
    """
    What is wrong with the units a row names.

    Attributes
    ----------
    field
        `gmina`, `powiat`, `voivodeship` or `teryt`.
    key
        `unknown` (no such unit) or `contradicts` (not in the coarser unit named beside it).
    """

    field: str
    key: str


@dataclass(frozen=True)
class Scope:
    """
    Where a row says it lies.

    Attributes
    ----------
    codes
        TERYT codes, any of which may be meant; () for nothing said.
    issues
        Names that could not be used.
    guessed
        True if a typing error was mended.
    """

    codes: tuple[str, ...]
    issues: tuple[UnitIssue, ...] = field(default=())
    guessed: bool = False

    @property
    def digits(self) -> int:
        """Digits of the codes: 6, 4, 2, or 0 for the country."""
        return min((len(c) for c in self.codes), default=0)


class UnitNames:
    """
    Names of all units, ready to be asked.

    Parameters
    ----------
    gminy, powiaty, voivodeships
        Index `teryt`, columns `name, kind`.
    districts
        Folded names of the districts of large cities, with the gmina of the city.
    """

    def __init__(
        self,
        gminy: pd.DataFrame,
        powiaty: pd.DataFrame,
        voivodeships: pd.DataFrame,
        districts: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._districts = districts or {}
        in_powiat = Counter(code[:4] for code in gminy.index)
        # A powiat of one gmina is that gmina.
        self._single = {code[:4]: code for code in gminy.index if in_powiat[code[:4]] == 1}
        self.kind = gminy["kind"].to_dict()
        self.all_codes = frozenset([*gminy.index, *powiaty.index, *voivodeships.index])
        self._gmina: dict[str, tuple[str, ...]] = _group((fold(n), c) for c, n in gminy["name"].items())
        adjectival = [(c, fold(n)) for c, n in powiaty["name"].items()]
        self._powiat_names = dict(adjectival)
        self._powiat = _group((form, c) for c, n in adjectival for form in adjective_forms(n))
        self._voivodeship = _group(
            (form, c) for c, n in voivodeships["name"].items() for form in adjective_forms(fold(n))
        )
        self.resolve = lru_cache(maxsize=20_000)(self._resolve)
        self._gminy_in = lru_cache(maxsize=1000)(lambda scope: _within(self._gmina, scope))
        self._powiaty_in = lru_cache(maxsize=100)(lambda scope: _within(self._powiat, scope))

    def _resolve(self, gmina: str, powiat: str, voivodeship: str, teryt: str) -> Scope:
        """
        Return the units that a row names, the finest that agree.

        Parameters
        ----------
        gmina, powiat, voivodeship, teryt
            As they came; "" where nothing came.
        """
        gmina, said, _ = split_units(gmina, of_gmina=True)
        powiat, voivodeship = powiat or said.get("powiat", ""), voivodeship or said.get("voivodeship", "")
        issues: list[UnitIssue] = []
        guessed = False
        scope: tuple[str, ...] = ()
        steps = (
            ("voivodeship", voivodeship, self._find_voivodeship),
            ("powiat", powiat, self._find_powiat),
            ("gmina", gmina, self._find_gmina),
        )
        for name, text, find in steps:
            if not text.strip():
                continue
            found, mended = find(text, scope)
            if not found:
                issues.append(UnitIssue(name, "unknown"))
                continue
            inside = _inside(found, scope)
            if not inside:
                issues.append(UnitIssue(name, "contradicts"))
                continue
            scope, guessed = inside, guessed or mended
        if teryt.strip():
            codes = tuple(c for c in map(self._mother, teryt_readings(teryt)) if c in self.all_codes)
            agreed = _inside(codes, scope) or tuple(s for s in scope if any(s.startswith(c) for c in codes))
            if not codes:
                issues.append(UnitIssue("teryt", "unknown"))
            elif not agreed:
                issues.append(UnitIssue("teryt", "contradicts"))
            else:
                scope = agreed
        return Scope(tuple(dict.fromkeys(self._single.get(c, c) for c in scope)), tuple(issues), guessed)

    def is_city(self, powiat: str) -> bool:
        """Say whether a powiat is a city with the rights of one."""
        return self._is_city(powiat)

    def powiat_name(self, powiat: str) -> str:
        """Return the folded name of a powiat."""
        return str(self._powiat_names[powiat])

    def gminy_of(self, folded: str, scope: tuple[str, ...]) -> tuple[str, ...]:
        """Return the gminy of a folded name, inside some units or anywhere for ()."""
        return _inside(self._gmina.get(folded, ()), scope)

    def _mother(self, code: str) -> str:
        """Return the city of a district's or delegation's code, other codes unchanged."""
        divided = code not in self.all_codes and code[:4] in DIVIDED
        return self._single.get(code[:4], code) if divided else code

    def _find_voivodeship(self, text: str, _: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
        if text.strip().isdecimal():
            return tuple(c for c in teryt_readings(text) if len(c) == 2 and c in self.all_codes), False
        return _lookup(_strip(text, _VOIVODESHIP_WORDS), self._voivodeship, limit=1)

    def _find_powiat(self, text: str, scope: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
        if text.strip().isdecimal():
            return tuple(c for c in teryt_readings(text) if len(c) == 4 and c in self.all_codes), False
        name = _strip(text, _POWIAT_WORDS)
        found = self._powiat.get(name, ())
        if not found:
            found = tuple(c for form in nominatives(name) for c in self._powiat.get(form, ()) if self._is_city(c))
        return (found, False) if found else _lookup(name, self._powiaty_in(scope), limit=1)

    def _is_city(self, powiat: str) -> bool:
        return self.kind.get(f"{powiat}01", "") == URBAN and f"{powiat}02" not in self.kind

    def _city(self, text: str) -> tuple[str, ...]:
        """Return the city of a district, named with the city ("Kraków-Podgórze") or alone ("Mokotów")."""
        words = re.sub(r"^(?:dzielnica|dz) ", "", bare(text)).split()
        for n in range(len(words), 0, -1):
            city = tuple(c for c in self._gmina.get(" ".join(words[:n]), ()) if c in self._single.values())
            if city and n < len(words):
                return city
        return self._districts.get(" ".join(words), ())

    def _find_gmina(self, text: str, scope: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
        if text.strip().isdecimal():
            return tuple(c for c in teryt_readings(text) if len(c) == 6 and c in self.all_codes), False
        near = self._gminy_in(scope)
        name, kind = bare(text), ""
        if name not in near:
            # "Nowe Miasto" is a name, and "gmina Stare Miasto" too; "Zgorzelec miasto" says a kind.
            called = re.sub(r"^(?:gmin[aeyę]|gm) ", "", name)
            name, kind = (called, "") if called in near else _kind(name)
        found, mended = near.get(name, ()), False
        if not found:
            found = tuple(dict.fromkeys(c for form in nominatives(name) for c in near.get(form, ())))
        if not found and (elsewhere := self._gmina.get(name)):
            return elsewhere, False
        if not found and (city := self._city(text)):
            return city, False
        if not found:
            found, mended = _lookup(name, near, limit=1 if len(name) < 9 else 2)
        # A stated kind tells units apart; one that fits none is out of date, not wrong.
        return tuple(c for c in found if self.kind[c] == kind) or found, mended


def _group(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    grouped: dict[str, list[str]] = {}
    for name, code in pairs:
        codes = grouped.setdefault(name, [])
        if code not in codes:
            codes.append(code)
    return {name: tuple(codes) for name, codes in grouped.items()}


def _inside(codes: tuple[str, ...], scope: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(c for c in codes if c.startswith(scope)) if scope else codes


def _within(names: dict[str, tuple[str, ...]], scope: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    if not scope:
        return names
    found = {n: tuple(c for c in codes if c.startswith(scope)) for n, codes in names.items()}
    return {n: codes for n, codes in found.items() if codes}


def _strip(text: str, words: str) -> str:
    return re.sub(rf"^(?:(?:w|we|z) )?(?:(?:{words}) )+|^(?:w|we) ", "", bare(text) + " ").strip() or bare(text)


def _kind(plain: str) -> tuple[str, str]:
    """Split the name of a gmina from the words that say its kind."""
    text = re.sub(r"^(?:w|we|z) (?=\w)", "", plain)
    for words, kind in _GMINA_BEFORE:
        rest = re.sub(rf"^(?:{words}) (?=\w)", "", text)
        if rest != text and kind:
            return rest, kind
        if rest != text:
            # "gmina Lubań wiejska": the kind may stand behind.
            text = rest
            break
    for words, kind in _GMINA_AFTER:
        rest = re.sub(rf"(?<=\w) (?:{words})$", "", text)
        if rest != text:
            return rest, kind
    return text, ""


def _lookup(name: str, names: dict[str, tuple[str, ...]], *, limit: int) -> tuple[tuple[str, ...], bool]:
    """Return the codes of a name, or of the only name within a typing error of it."""
    if name in names:
        return names[name], False
    if len(name) < MIN_FUZZY:
        return (), False
    near = process.extract(name, names.keys(), scorer=OSA.distance, score_cutoff=limit, limit=4)
    best = {tuple(names[n]) for n, d, _ in near if d == near[0][1]}
    return (best.pop(), True) if len(best) == 1 else ((), False)
