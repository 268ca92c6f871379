"""Say which cells look like a place, a legal form or the name of an organisation, whatever their heading."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from geo.analysis.address import looks_like_address, split_units
from geo.analysis.coordinates import read_number, split_pair
from geo.analysis.identifiers import teryt_readings
from geo.analysis.sectors import is_former, read_sector, read_status, rule_for
from geo.io.boundaries import load_units
from geo.io.data_state import per_state
from geo.io.gazetteer import load_localities
from geo.io.uploads.contents import SAMPLE, understand
from geo.io.uploads.headings import recognise
from geo.model.intake import RawTable
from geo.model.members import Field
from geo.model.names import bare, fold
from geo.model.units import Level

LONGEST = {Field.ADDRESS: 150, Field.NAME: 150, Field.LOCALITY: 40, Field.FORM: 40}
# Words that are names of villages too.
_EVERYDAY = ("mala", "srednia", "duza", "wielka", "zielona", "czarna", "biala", "czerwona", "szpital", "oddzial")
_STREET = re.compile(r"^(?:ul|ulica|al|aleja|pl|plac|os|osiedle|rynek)\b")
_QUOTED = re.compile(r"[„”“«»\"]")
# A word that begins with a capital behind another: names have it, forms only in "S.A.".
_NAME_LIKE = re.compile(r"\S\s+[A-ZĄĆĘŁŃÓŚŹŻ]\w{2,}")
# So much of an organisation's form is what a rule knows, of its name less.
FORM_SHARE = 0.6
# Where addresses and localities differ more often, they are of different places.
MAX_DISAGREEING = 0.2
_LATITUDES, _LONGITUDES = (48.0, 56.0), (13.0, 25.0)


def columns_of(raw: RawTable) -> dict[Field, int]:
    """Return the column of each field as the headings of a list tell, else its cells."""
    known = recognise(raw.headings)
    mapping = understand(raw.headings, raw.rows, known, SHAPES)
    return _agreeing(raw, known, mapping)


def _agreeing(raw: RawTable, known: Mapping[Field, int], mapping: dict[Field, int]) -> dict[Field, int]:
    """Drop a locality, or else an address, that only cells told where the two are not of the same place."""
    told = [f for f in (Field.LOCALITY, Field.ADDRESS) if f in mapping and f not in known]
    if not told or not {Field.LOCALITY, Field.ADDRESS} <= mapping.keys():
        return mapping
    pairs = [(row[mapping[Field.LOCALITY]], row[mapping[Field.ADDRESS]]) for row in raw.rows]
    pairs = [(place, address) for place, address in pairs if place and looks_like_address(address)][:SAMPLE]
    apart = sum(fold(split_units(place)[0]) not in fold(address) for place, address in pairs)
    if apart > MAX_DISAGREEING * len(pairs):
        del mapping[told[0]]
    return mapping


@per_state(1)
def _localities() -> frozenset[str]:
    return frozenset(map(fold, load_localities()["name"].unique())) - frozenset(_EVERYDAY)


@per_state(3)
def _unit_names(level: Level) -> frozenset[str]:
    return frozenset(map(fold, load_units(level)["name"]))


@per_state(1)
def _gmina_codes() -> frozenset[str]:
    return frozenset(load_units(Level.GMINA).index)


def _is_pair(cell: str) -> bool:
    pair = split_pair(cell)
    if pair is None:
        return False
    low, high = sorted(map(read_number, pair))
    return _LONGITUDES[0] < low < _LONGITUDES[1] and _LATITUDES[0] < high < _LATITUDES[1]


def _is_teryt(cell: str) -> bool:
    return re.fullmatch(r"\d{6,7}", cell, re.ASCII) is not None and any(
        code in _gmina_codes() for code in teryt_readings(cell)
    )


def _is_address(cell: str) -> bool:
    return looks_like_address(cell) and any(c.isalpha() for c in cell)


def _is_voivodeship(cell: str) -> bool:
    return re.sub(r"^(?:wojewodztwo|woj) ", "", bare(cell)) in _unit_names(Level.VOIVODESHIP)


def _is_powiat(cell: str) -> bool:
    words = bare(cell)
    return re.match(r"(?:powiat|pow) \w", words) is not None or words in _unit_names(Level.POWIAT)


def _is_gmina(cell: str) -> bool:
    return re.match(r"(?:gmina|gm|miasto i gmina) \w", bare(cell)) is not None


def _is_locality(cell: str) -> bool:
    return cell[0].isupper() and fold(split_units(cell)[0]) in _localities()


def _is_sector(cell: str) -> bool:
    return len(cell) > 1 and read_sector(cell) is not None


def _is_status(cell: str) -> bool:
    return bare(cell) not in ("tak", "nie", "yes") and (is_former(cell) or read_status(cell) is not None)


def _is_form(cell: str) -> bool:
    rule = rule_for(cell, "")
    if rule is None or _QUOTED.search(cell) or any(c.isdigit() for c in cell):
        return False
    words = bare(cell)
    found = re.search(rule.pattern, words)
    told = len(found.group()) / len(words) if found else 0.0
    return told >= FORM_SHARE or (not _NAME_LIKE.search(cell) and not cell.isupper())


def _is_name(cell: str) -> bool:
    if _STREET.match(bare(cell)):
        return False
    return bool(_QUOTED.search(cell)) or rule_for("", cell) is not None


def _short(field: Field, fits: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda cell: len(cell) <= LONGEST[field] and fits(cell)


# In this order: a city is a locality before it is a powiat, and a name is what is left.
SHAPES: Mapping[Field, Callable[[str], bool]] = {
    Field.TERYT: _is_teryt,
    Field.COORDINATES: _is_pair,
    Field.ADDRESS: _short(Field.ADDRESS, _is_address),
    Field.VOIVODESHIP: _is_voivodeship,
    Field.LOCALITY: _short(Field.LOCALITY, _is_locality),
    Field.GMINA: _is_gmina,
    Field.POWIAT: _is_powiat,
    Field.SECTOR: _is_sector,
    Field.STATUS: _is_status,
    Field.FORM: _short(Field.FORM, _is_form),
    Field.NAME: _short(Field.NAME, _is_name),
}
