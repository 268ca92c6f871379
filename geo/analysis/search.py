"""
Find units, places, clusters and members by what a person types, best first.

What counts, each step only breaking a tie of the one before: a code is a code; a word of kind ("powiat", "gm.",
"urząd miasta") restricts; how well the words fit (`Fit`); the kind; people. A unit named beside ("gm. Kęty",
"lubelskie", "(podlaskie)") restricts too. Typing errors are counted by the optimal string alignment distance
(Damerau 1964, restricted): one up to eight letters, two beyond.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from itertools import takewhile

from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.analysis.address import POSTAL, parse_address
from geo.analysis.inflection import adjective_forms, nominatives
from geo.analysis.places import SHORT
from geo.model.names import bare, fold


class Kind(StrEnum):
    """What an answer is, in the order in which kinds of one name stand."""

    CITY = "city"
    VOIVODESHIP = "voivodeship"
    POWIAT = "powiat"
    GMINA = "gmina"
    CLUSTER = "cluster"
    MEMBER = "member"
    LOCALITY = "locality"
    POSTAL = "postal"


class Fit(IntEnum):
    """How what was typed fits a name, from the best."""

    EXACT = 0
    WORDS = 1
    BEGINNING = 2
    INFLECTED = 3
    JOINED = 4
    HEARD = 5
    MISTYPED = 6


_ORDER = {kind: i for i, kind in enumerate(Kind)}
MOST = 20
SHORT_NAME, MIN_TYPO = 8, 4
# So many names that begin with what was typed are looked at; below this length only units are.
MAX_BEGINNING, MIN_BEGINNING = 300, 2
_SMALL = frozenset(("w", "we", "z", "ze", "i", "na", "im", "nad", "pod", "przy", "k", "o"))
# A village is asked for by its name alone; of these, what stands in front says nothing.
_BEFORE = re.compile(r"^(?:(?:w|we|z|ze|do|na|wies|miejscowosc|osada|solectwo|kod|kod pocztowy) )+(?=\S)")


@dataclass(frozen=True)
class Entry:
    """
    Something that can be found.

    Attributes
    ----------
    kind, code
        What it is, and its TERYT code, identifier, or `gmina:Name` for a locality.
    name
        As it is shown.
    people
        Who live there; 0 where that says nothing.
    within
        TERYT codes of the units it lies in, or that a cluster declares.
    words
        More words that it is known by: its place, its initials.
    other
        Whole names that count as its own: a former one, an everyday noun.
    of
        The cluster that a member belongs to.
    """

    kind: Kind
    code: str
    name: str
    people: float = 0.0
    within: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    of: str = ""

    def lies_in(self, units: tuple[str, ...]) -> bool:
        """Say whether it lies in one of some units; () is everywhere."""
        return not units or any(w.startswith(units) for w in self.within)


@dataclass(frozen=True)
class Answers:
    """
    What was found.

    Attributes
    ----------
    found
        Best first.
    guesses
        What may have been meant where nothing was found; never an answer.
    ambiguous
        Whether neither kind nor people tell the first from the next.
    """

    found: tuple[Entry, ...] = ()
    guesses: tuple[Entry, ...] = ()
    ambiguous: bool = False


@dataclass(frozen=True)
class _Reading:
    """What was typed, taken apart: words, kinds that may be meant in their order, and the units named beside."""

    words: str
    kinds: tuple[Kind, ...] = ()
    units: tuple[str, ...] = ()
    rural: bool = False
    seat: bool = False


def heard(name: str) -> str:
    """Return a name as it sounds: ó as u, rz, ż and sz as z, ch as h, nasal vowels as they are spoken."""
    spoken = name.casefold().replace("ó", "u").replace("ę", "en").replace("ą", "om")
    spoken = fold(spoken)
    for written, sound in (("rz", "z"), ("sz", "z"), ("ch", "h")):
        spoken = spoken.replace(written, sound)
    return " ".join(spoken.split())


@dataclass
class _Names:
    """Entries by whole name, and every way to look a name up."""

    exact: dict[str, list[Entry]] = field(default_factory=dict)
    forms: dict[str, list[Entry]] = field(default_factory=dict)
    joined: dict[str, list[Entry]] = field(default_factory=dict)
    sounds: dict[str, list[Entry]] = field(default_factory=dict)
    ordered: list[str] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        for name in (entry.name, *entry.other):
            key = bare(name)
            _put(self.exact, key, entry)
            _put(self.joined, key.replace(" ", ""), entry)
            _put(self.sounds, heard(name), entry)
            if entry.kind is Kind.POWIAT:
                for form in adjective_forms(fold(name)):
                    _put(self.forms, form, entry)
                _put(self.joined, "powiat" + key.replace(" ", ""), entry)
            elif entry.kind is Kind.VOIVODESHIP:
                for form in adjective_forms(fold(name)):
                    # "olkuskie" is a starostwo, "śląska" and "śląski" are no voivodeship.
                    if form not in (key.removesuffix("e"), key[:-2] + "a"):
                        _put(self.forms, form, entry)
                _put(self.joined, "wojewodztwo" + key.replace(" ", ""), entry)
            elif entry.kind is Kind.GMINA:
                _put(self.joined, "gmina" + key.replace(" ", ""), entry)

    def sort(self) -> None:
        self.ordered = sorted(self.exact)

    def beginning(self, words: str) -> Iterable[tuple[str, list[Entry]]]:
        start = bisect_left(self.ordered, words)
        for key in self.ordered[start : start + MAX_BEGINNING]:
            if not key.startswith(words):
                return
            yield key, self.exact[key]


def _put(table: dict[str, list[Entry]], key: str, entry: Entry) -> None:
    found = table.setdefault(key, [])
    if not found or found[-1] is not entry:
        found.append(entry)


class PlaceSearch:
    """
    Units and localities, ready to be searched.

    Parameters
    ----------
    units
        Cities and towns, voivodeships, powiaty and gminy.
    localities
        Villages and towns.
    parts
        Names of parts of places, with the locality that they belong to: they answer only when exact, after all others.
    postal_codes
        Answers by postal code, best first.
    seats
        Codes of powiaty by the code of the town that they are named after or that is their seat.
    """

    def __init__(
        self,
        units: Sequence[Entry],
        localities: Sequence[Entry],
        parts: Mapping[str, Sequence[Entry]],
        postal_codes: Mapping[str, Sequence[Entry]],
        seats: Mapping[str, str],
    ) -> None:
        self.parts, self.postal_codes, self.seats = parts, postal_codes, seats
        self.units, self.places = _Names(), _Names()
        for entry in units:
            self.units.add(entry)
        for entry in localities:
            self.places.add(entry)
        self.units.sort()
        self.places.sort()
        self.by_code = {e.code: e for e in units}
        self.by_code |= {w: e for e in units if e.kind is Kind.CITY for w in e.within if len(w) == 6}


class NameSearch:
    """
    Clusters and members, ready to be searched by any of their words.

    Parameters
    ----------
    entries
        Clusters and members.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = list(entries)
        self.whole: dict[str, list[int]] = {}
        self.by_word: dict[str, set[int]] = {}
        self.initials: dict[str, set[int]] = {}
        for i, entry in enumerate(self.entries):
            self.whole.setdefault(bare(entry.name), []).append(i)
            words = [w for w in bare(entry.name).split() if w not in _SMALL]
            for word in (*words, *(w for more in entry.words for w in bare(more).split())):
                self.by_word.setdefault(word, set()).add(i)
            letters = "".join(w[0] for w in words)
            for size in range(3, min(len(letters), 7) + 1):
                self.initials.setdefault(letters[:size], set()).add(i)
        self.ordered = sorted(self.by_word)

    def find(self, words: str) -> list[tuple[Fit, Fit, Entry]]:
        """
        Return what has all the words, with how its name fits, and how its words do.

        Part of a name says no more than an inflected name of a unit.
        """
        exact = [(Fit.EXACT, Fit.EXACT, self.entries[i]) for i in self.whole.get(words, ())]
        asked = [w for w in words.split() if w not in _SMALL and (len(w) > 1 or w.isdecimal())]
        if not asked:
            return exact
        found: dict[int, Fit] | None = None
        for word in asked:
            own = self._with(word)
            found = own if found is None else {i: max(f, own[i]) for i, f in found.items() if i in own}
            if not found:
                return exact
        whole = set(self.whole.get(words, ()))
        part = ((f, i) for i, f in (found or {}).items() if i not in whole)
        return exact + [(max(f, Fit.INFLECTED), f, self.entries[i]) for f, i in part]

    def _with(self, word: str) -> dict[int, Fit]:
        found = dict.fromkeys(self.by_word.get(word, ()), Fit.WORDS)
        self._note(found, Fit.BEGINNING, self.initials.get(word, ()))
        if len(word) >= MIN_BEGINNING:
            for key in self._beginning(word):
                self._note(found, Fit.BEGINNING, self.by_word[key])
        if len(word) >= STEM:
            for key in self._beginning(word[: max(STEM, len(word) - ENDING)]):
                if _one_word(word, key):
                    self._note(found, Fit.INFLECTED, self.by_word[key])
        if not found and len(word) > MIN_TYPO and not word.isdecimal():
            near = process.extract(word, self.ordered, scorer=OSA.distance, score_cutoff=_errors(word), limit=MOST)
            for key, _, _ in near:
                self._note(found, Fit.MISTYPED, self.by_word[key])
        return found

    @staticmethod
    def _note(found: dict[int, Fit], fit: Fit, entries: Iterable[int]) -> None:
        for i in entries:
            found.setdefault(i, fit)

    def _beginning(self, letters: str) -> Iterable[str]:
        start = bisect_left(self.ordered, letters)
        return takewhile(lambda key: key.startswith(letters), self.ordered[start : start + MAX_BEGINNING])


# Two forms of a word share this many letters at least, and differ in at most so many at the end.
STEM, ENDING = 4, 3
_ADJECTIVE = re.compile(r"(?<=[a-z])(?:sk|ck|dzk|zk)(?:i|a|o|ie|iego|iej|im|ich|iemu)$")


def _one_word(word: str, other: str) -> bool:
    """Say whether two words are forms of one: a case, or the adjective and the name it is made of."""
    if word in nominatives(other) or other in nominatives(word):
        return True
    stems = [_ADJECTIVE.sub("", w) for w in (word, other)]
    if stems[0] == stems[1]:
        return stems[0] != word
    # "olkuski" of Olkusz, "opolski" of Opole.
    pairs = ((s, w) for s, mine, w in zip(stems, (word, other), (other, word), strict=True) if s != mine)
    return any(len(s) >= STEM and w.startswith(s) and len(w) - len(s) <= ENDING for s, w in pairs)


def _errors(words: str) -> int:
    return 1 if len(words) <= SHORT_NAME else 2


def search(query: str, places: PlaceSearch, names: NameSearch) -> Answers:
    """
    Return what a person may mean.

    Parameters
    ----------
    query
        As it was typed.
    places, names
        Where to look.
    """
    plain = bare(query)
    if not plain:
        return Answers()
    by_code = _code(query, plain, places)
    if by_code is not None:
        return Answers(tuple(_without_own_villages(by_code)[:MOST]))
    ranked = _ranked(query, plain, places, names)
    if not ranked:
        return Answers(guesses=tuple(_guesses(plain, places)))
    found = _without_own_villages(list(dict.fromkeys(entry for _, entry in ranked)))
    first = ranked[0]
    equal = [e for k, e in ranked if k[0] == first[0][0] and k[1] == first[0][1]]
    return Answers(tuple(found[:MOST]), ambiguous=len(set(equal)) > 1 and _undecided(equal))


def _without_own_villages(found: list[Entry]) -> list[Entry]:
    """Leave out towns and villages whose gmina, of the same name, is an answer already."""
    units = {(e.within[0], fold(e.name)) for e in found if e.kind in (Kind.CITY, Kind.GMINA)}
    return [e for e in found if e.kind is not Kind.LOCALITY or (e.within[0], fold(e.name)) not in units]


def _undecided(equal: Sequence[Entry]) -> bool:
    """Say whether entries of one name and kind are told apart by nothing that the user said."""
    return equal[0].kind in (Kind.POWIAT, Kind.GMINA, Kind.MEMBER, Kind.LOCALITY)


# Codes

_CODE_WORDS = re.compile(r"^(?:(?:kod pocztowy|kod teryt|kod terc|teryt|terc|kod) )+")


def _code(query: str, plain: str, places: PlaceSearch) -> list[Entry] | None:
    """Return what a code stands for; None where what was typed is no code."""
    rest = _CODE_WORDS.sub("", f"{plain} ").strip()
    digits = re.sub(r"[\s_]", "", rest)
    if not digits.isdecimal() or not digits.isascii():
        postal = POSTAL.search(query)
        return _address(query, f"{postal[1]}-{postal[2]}", places) if postal else None
    parted = re.fullmatch(r"\s*(?:\D*\s)?(\d{2})\s*[-–\s]\s*(\d{3})\s*", query)
    if parted or len(digits) == 5:
        return list(places.postal_codes.get(f"{digits[:2]}-{digits[2:]}", ()))
    code = digits[:6] if len(digits) == 7 else digits
    found = places.by_code.get(code) if len(code) in (2, 4, 6) else None
    return [found] if found else []


def _address(query: str, code: str, places: PlaceSearch) -> list[Entry]:
    """Return the town named beside a postal code, else where the code lies."""
    lying = list(places.postal_codes.get(code, ()))
    said = parse_address(query)
    town = bare(said.locality)
    if not town:
        return lying
    units = tuple(w for e in lying for w in e.within if len(w) == 6)
    named = [e for _, e in _look_up(_Reading(town), places) if e.kind is not Kind.VOIVODESHIP]
    inside = [e for e in named if e.lies_in(units)] if units else named
    near = inside or [e for e in named if any(e.lies_in((u[:4],)) for u in units)] or (named if not lying else [])
    return list(dict.fromkeys([*near, *lying]))


# Words

_CITY, _RURAL = (Kind.CITY,), (Kind.GMINA, Kind.CITY)
# What stands in front, the kinds that it tells in their order, and whether a town's name means its powiat there.
_KINDS: tuple[tuple[str, tuple[Kind, ...], bool], ...] = (
    (r"starostwo powiatowe|starostwa powiatowego|starostwo|starosta", (Kind.POWIAT,), True),
    (r"powiat(?:u)? (?:miasto|miasta|m|m st)|miasto na prawach powiatu", _CITY, False),
    (r"powiat|powiatu|powiecie|powiatem|pow", (Kind.POWIAT,), True),
    (
        r"urzad (?:miasta i gminy|gminy i miasta)|miasto i gmina|gmina i miasto|miasta i gminy|um i g|umig|umg",
        _RURAL,
        False,
    ),
    (r"gmina miejsko wiejska|gminy miejsko wiejskiej", _RURAL, False),
    (r"gmina miejska|gminy miejskiej|gmina miasto|gmina miasta|gmina m", _CITY, False),
    (r"gmina wiejska|gminy wiejskiej", (Kind.GMINA,), False),
    (
        r"urz(?:ad|edu) (?:miasta|miejskiego|miejski)|um|miast[oa] stoleczn(?:e|ego)|m st|miast[oa]|miescie|m",
        _CITY,
        False,
    ),
    (r"urzad gminy|urzedu gminy|ug|gmina|gminy|gminie|gminą|gm", _RURAL, False),
    (r"wojewodztwo|wojewodztwa|wojewodztwie|woj|urzad wojewodzki|urzad marszalkowski", (Kind.VOIVODESHIP,), False),
    (r"wies|wsi|miejscowosc|osada|solectwo", (Kind.LOCALITY, Kind.GMINA, Kind.CITY), False),
)
_IN_FRONT = tuple(
    (re.compile(rf"^(?:(?:w|we|z|ze|do) )?(?:{words})(?: (?:w|we|z|ze))? (?=\S)"), k, s) for words, k, s in _KINDS
)
_BEHIND = (
    (re.compile(r"(?<=\S) (?:gmina wiejska|wiejska|gm wiejska)$"), (Kind.GMINA,)),
    (re.compile(r"(?<=\S) (?:gmina miejska|miejska|miasto|m)$"), _CITY),
    (re.compile(r"(?<=\S) (?:gmina|gm)$"), _RURAL),
    (re.compile(r"(?<=\S) (?:powiat|pow)$"), (Kind.POWIAT,)),
    (re.compile(r"(?<=\S) (?:wies|w)$"), (Kind.LOCALITY, Kind.GMINA)),
)
_BESIDE = re.compile(r"(?<=\S) (?P<unit>woj|wojewodztwo|wojewodztwa|pow|powiat|powiatu|gm|gmina|gminy) (?P<name>\S.*)$")
_UNIT_KIND = {"w": (Kind.VOIVODESHIP,), "p": (Kind.POWIAT, Kind.CITY), "g": (Kind.GMINA, Kind.CITY)}


_Key = tuple[float, int, int, float, str]


def _ranked(query: str, plain: str, places: PlaceSearch, names: NameSearch) -> list[tuple[_Key, Entry]]:
    """Return what fits, best first, with what it is ordered by."""
    readings = list(_readings(query, plain, places))
    found: dict[Entry, _Key] = {}

    def note(fit: Fit, entry: Entry, reading: _Reading, words: Fit = Fit.EXACT) -> None:
        kinds = reading.kinds
        order = kinds.index(entry.kind) if entry.kind in kinds else len(kinds) + _ORDER[entry.kind]
        # A village that only begins so comes after whatever has that name in another case.
        behind = fit is Fit.BEGINNING and entry.kind is Kind.LOCALITY
        key = (Fit.INFLECTED + 0.5 if behind else float(fit), order, int(words), -entry.people, entry.name)
        if entry not in found or key < found[entry]:
            found[entry] = key

    for whole, fit, entry in names.find(plain):
        note(whole, entry, _Reading(plain), fit)
    best: Fit | None = None
    for reading in readings:
        for fit, entry in _look_up(reading, places):
            note(fit, entry, reading)
            best = fit if best is None else min(best, fit)
        if best is not None and best <= Fit.JOINED:
            break
    ranked = sorted(((key, entry) for entry, key in found.items()), key=lambda pair: pair[0])
    ranked += [((99.0, 0, 0, 0.0, e.name), e) for e in places.parts.get(plain, ()) if e not in found]
    return ranked


def _readings(query: str, plain: str, places: PlaceSearch) -> Iterable[_Reading]:
    """Return in how many ways what was typed may be taken apart, the likeliest first."""
    if _is_name(plain, places):
        yield _Reading(plain)
    opened = re.sub(r"[()\[\],;/|]", " \0 ", query)
    pieces = [p for p in (bare(p) for p in opened.split("\0")) if p]
    if len(pieces) > 1:
        head = _head(pieces[0], places)
        units: tuple[str, ...] = ()
        for piece in pieces[1:]:
            kind_only = next((kinds for pattern, kinds in _BEHIND if pattern.search(f"x {piece}")), None)
            if kind_only and not _BEFORE.match(f"{piece} x") and " " not in piece:
                head = _Reading(head.words, kind_only, seat=head.seat)
                continue
            units = _narrowed(units, _unit(piece, places, marked=True))
        if units:
            yield _Reading(head.words, head.kinds, units, seat=head.seat)
    whole = _by_kind(plain)
    beside = _BESIDE.search(plain)
    if beside:
        units = _unit(plain[beside.start() :].strip(), places, marked=True)
        if units:
            head = _head(plain[: beside.start()].strip(), places)
            yield _Reading(head.words, head.kinds, units, seat=head.seat)
    yield whole
    words = whole.words.split()
    for cut in range(len(words) - 1, 0, -1):
        units = _unit(" ".join(words[cut:]), places, marked=False)
        if units:
            yield _Reading(" ".join(words[:cut]), whole.kinds, units, seat=whole.seat)


def _is_name(plain: str, places: PlaceSearch) -> bool:
    return plain in places.units.exact or plain in places.places.exact


def _head(plain: str, places: PlaceSearch) -> _Reading:
    """Return what stands before a unit: "Nowa Wieś" is a name, "gmina Klucze" a kind and a name."""
    return _Reading(plain) if _is_name(plain, places) else _by_kind(plain)


def _narrowed(units: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    inside = tuple(m for m in more if m.startswith(units)) if units else more
    return inside or units


def _by_kind(plain: str) -> _Reading:
    for pattern, kinds, seat in _IN_FRONT:
        rest = pattern.sub("", plain)
        if rest != plain:
            # "gmina Bochnia wiejska": a kind may stand behind, too.
            behind = next(((p.sub("", rest), k) for p, k in _BEHIND if p.search(rest)), None)
            if behind and kinds == _RURAL:
                return _Reading(behind[0], behind[1])
            return _Reading(rest, kinds, seat=seat)
    for behind_pattern, kinds in _BEHIND:
        rest = behind_pattern.sub("", plain)
        if rest != plain:
            return _Reading(rest, kinds, seat=Kind.POWIAT in kinds)
    return _Reading(_BEFORE.sub("", plain))


def _unit(words: str, places: PlaceSearch, *, marked: bool) -> tuple[str, ...]:
    """Return the codes of a unit that stands beside a name; without a word of kind it must be exact or inflected."""
    match = re.match(r"(woj\w*|pow\w*|gm\w*) (\S.*)", words) if marked else None
    kinds = _UNIT_KIND[match[1][0]] if match else (Kind.VOIVODESHIP, Kind.POWIAT, Kind.GMINA, Kind.CITY)
    name = match[2] if match else words
    most = Fit.MISTYPED if match else Fit.INFLECTED
    found = [(f, e) for f, e in _fits(name, places.units) if e.kind in kinds and f <= most and f != Fit.BEGINNING]
    best = min((f for f, _ in found), default=None)
    return tuple(dict.fromkeys(w for f, e in found if f == best for w in e.within[:1]))


def _look_up(reading: _Reading, places: PlaceSearch) -> list[tuple[Fit, Entry]]:
    """Return what fits a reading: units and localities."""
    tables = [places.units]
    if not reading.kinds or Kind.LOCALITY in reading.kinds:
        tables.append(places.places)
    found = [
        (fit, entry)
        for table in tables
        for fit, entry in _fits(reading.words, table)
        if (not reading.kinds or entry.kind in reading.kinds) and entry.lies_in(reading.units)
    ]
    if reading.seat and not any(fit <= Fit.INFLECTED for fit, _ in found):
        towns = [e for fit, e in _fits(reading.words, places.units) if e.kind is Kind.CITY and fit <= Fit.INFLECTED]
        of_towns = [places.by_code[places.seats[t.code]] for t in towns if t.code in places.seats]
        found = [(Fit.WORDS, e) for e in of_towns if e.lies_in(reading.units)] or found
    best = min((fit for fit, _ in found), default=None)
    if best is None:
        return []
    # Errors of typing and hearing are only mended where nothing fits better.
    return [(fit, e) for fit, e in found if fit <= Fit.JOINED or fit == best]


def _fits(words: str, table: _Names) -> list[tuple[Fit, Entry]]:
    """Return what fits whole names; errors of hearing and typing are only looked for where nothing else fits."""
    found: dict[Entry, Fit] = {}
    for fit, entries in (*_spelled(words, table), *_joined(words, table)):
        for entry in entries:
            found.setdefault(entry, fit)
    if not found:
        found = dict.fromkeys(table.sounds.get(heard(words), ()), Fit.HEARD)
    if not found:
        found = dict.fromkeys(_mistyped(words, table), Fit.MISTYPED)
    return [(fit, entry) for entry, fit in found.items()]


def _spelled(words: str, table: _Names) -> Iterable[tuple[Fit, Iterable[Entry]]]:
    exact = table.exact.get(words, ())
    yield Fit.EXACT, exact
    if len(words) >= MIN_BEGINNING:
        yield from ((Fit.BEGINNING, entries) for _, entries in table.beginning(words))
    yield Fit.BEGINNING, _shortened(words, table)
    yield Fit.INFLECTED, table.forms.get(words, ())
    if not exact:
        yield from ((Fit.INFLECTED, table.exact.get(form, ())) for form in nominatives(words))


def _joined(words: str, table: _Names) -> Iterable[tuple[Fit, Iterable[Entry]]]:
    yield Fit.JOINED, table.joined.get(words.replace(" ", ""), ())


def _mistyped(words: str, table: _Names) -> list[Entry]:
    if len(words) < MIN_TYPO or words.isdecimal():
        return []
    near = process.extract(words, table.ordered, scorer=OSA.distance, score_cutoff=_errors(words), limit=MOST)
    nearest = min((distance for _, distance, _ in near), default=0)
    return [entry for key, distance, _ in near if distance == nearest for entry in table.exact[key]]


def _shortened(words: str, table: _Names) -> list[Entry]:
    """Return the names whose words begin with the words typed, one by one ("Piotrków Tryb.")."""
    parts = words.split()
    if len(parts) < 2:
        return []
    starts = [SHORT.get(p, p) for p in parts]
    found: list[Entry] = []
    for key, entries in table.beginning(starts[0]) if len(starts[0]) > 1 else ():
        of_name = key.split()
        if len(of_name) == len(starts) and all(n.startswith(s) for n, s in zip(of_name, starts, strict=True)):
            found += entries
    return found


def _guesses(plain: str, places: PlaceSearch) -> list[Entry]:
    """Return the nearest names where nothing was found, for a question "did you mean"."""
    if len(plain) < MIN_TYPO or plain.replace(" ", "").isdecimal():
        return []
    words = _by_kind(plain).words
    near = process.extract(words, places.units.ordered, scorer=OSA.distance, score_cutoff=3, limit=5)
    return list(dict.fromkeys(e for key, _, _ in near for e in places.units.exact[key]))[:5]
