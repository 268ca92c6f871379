"""Recognise the headings of a member list in Polish and English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geo.model.members import MEMBER_FIELDS, Field
from geo.model.names import fold

WORDS = {f.field: f.headings for f in MEMBER_FIELDS}
_BY_WORD = {word: field for field, words in WORDS.items() for word in words}
# Words that tell a field in a longer heading, in this order; the first that fits counts.
_TELLING = (
    (Field.EMAIL, r"e mail|email|mail|poczt[ay] elektroniczn\w*"),
    (Field.WEBSITE, r"www|stron[ay] (?:internetow\w+|www)"),
    (Field.PHONE, r"tel|telefon\w*"),
    (Field.NAME, r"^(?:pelna )?nazwa(?! (?:gminy|powiatu|wojewodztwa|miejscowosci|ulicy|miasta))"),
    (
        Field.JOINED,
        (
            r"(?:data|rok|dzien) (?:przystapieni\w+|wstapieni\w+|przyjeci\w+|dolaczeni\w+|akcesji)"
            r"|czlon(?:ek|k\w+)(?: klastra)? od"
        ),
    ),
    (
        Field.LEFT_ON,
        (
            r"(?:data|rok|dzien) (?:wystapieni\w+|odejsci\w+|rezygnacji|wykresleni\w+|skresleni\w+|opuszczeni\w+"
            r"|(?:zakonczenia|ustania|wygasniecia) czlonk\w+)|czlon(?:ek|k\w+)(?: klastra)? do"
        ),
    ),
    (Field.TERYT, r"teryt|terc"),
    (Field.COORDINATES, r"wspolrzedne|geometria"),
    (Field.LATITUDE, r"szerokosc|latitude"),
    (Field.LONGITUDE, r"dlugosc geogr|longitude"),
    (
        Field.ADDRESS,
        (
            r"adres(?! (?:e mail|email|www|strony|internet|elektron|mail))"
            # One part of it: "Adres siedziby - gmina".
            r"(?!(?: siedziby| podmiotu| organizacji| firmy| czlonka)? "
            r"(?:miejscowosc|gmina|powiat|wojewodztwo|ulica(?: i n(?:ume)?r)?|kod(?: pocztowy)?|kraj)$)"
            r"|kod .*miejscowosc"
        ),
    ),
    (Field.POSTAL_CODE, r"kod poczt\w*"),
    (Field.NIP, r"nip"),
    (Field.REGON, r"regon"),
    (Field.KRS, r"krs"),
    (Field.STREET, r"ulic[ay]"),
    (Field.LOCALITY, r"miejscowosc\w*|miasto|miasta|wies|solectwo"),
    (Field.GMINA, r"gmin[ay]"),
    (Field.POWIAT, r"powiat\w*"),
    (Field.VOIVODESHIP, r"wojewodztw[oa]"),
    (Field.COUNTRY, r"kraj"),
    (Field.FORM, r"forma"),
    (Field.SECTOR, r"sektor"),
    (Field.STATUS, r"status"),
    (
        Field.NAME,
        (
            r"nazwa|podmiot|organizacja|instytucja|czlonek(?! (?:zarzadu|rady))|partner|firma|placowka|beneficjent|"
            r"^(?:uczestnik|sygnatariusz|interesariusz|wnioskodawca|przedsiebiorstwo|przedsiebiorca|uczelnia|szkola"
            r"|jednostka)(?: klastra| organizacyjna)?$"
        ),
    ),
    (Field.KIND, r"rodzaj|typ|kategoria|branza"),
    (Field.REMARKS, r"uwagi"),
)
_IN_WORDS = tuple((field, re.compile(rf"(?:^|\b)(?:{words})\b")) for field, words in _TELLING)
MAX_HEADING = 60
TOLD = 10_000
# A title may stand above the headings; they are looked for this far down.
SEARCHED_ROWS = 30
ENOUGH = 2
# "tel. 12 345 67 89" and "b@mail.pl" are no headings, whatever words are in them.
_VALUE = re.compile(r"@|www\.|https?:|\d{2}-\d{3}|\d(?:[\s-]?\d){5,}")


def folded(heading: str) -> str:
    """Return a heading without case, diacritics and punctuation."""
    return " ".join(re.sub(r"[^a-z0-9 ]", " ", fold(heading)).split())


def recognise(headings: Sequence[str], *, loosely: bool = True) -> dict[Field, int]:
    """
    Say which column holds which field.

    Parameters
    ----------
    headings
        As they stand in the file.
    loosely
        Whether a longer heading counts by a word in it.

    Returns
    -------
    columns
        Position of the column of each field that was recognised; the best heading of a field wins,
        then the first.
    """
    ranked: dict[Field, tuple[int, int]] = {}
    for column, heading in enumerate(headings):
        word = folded(heading)
        field = _BY_WORD.get(word)
        rank = (WORDS[field].index(word), column) if field is not None else (TOLD, column)
        if field is None and loosely and len(word) <= MAX_HEADING:
            field = next((f for f, telling in _IN_WORDS if telling.search(word)), None)
        if field is not None:
            ranked[field] = min(rank, ranked.get(field, rank))
    return {field: column for field, (_, column) in ranked.items()}


def is_pesel_heading(heading: str) -> bool:
    """Say whether a column is meant for PESEL numbers."""
    return "pesel" in folded(heading).split()


def heading_row(rows: Sequence[Sequence[str]]) -> int:
    """
    Find the row of the headings: the one with most known headings, at least two; else the first.

    A heading that is known as it stands counts more than a word in a longer cell: rows of data have such words too.

    Parameters
    ----------
    rows
        Rows of the file that are not blank.
    """
    found = [_known(row) for row in rows[:SEARCHED_ROWS]]
    best = max(found, default=(0, 0))
    return found.index(best) if best[1] >= ENOUGH else 0


def _known(row: Sequence[str]) -> tuple[int, int]:
    """Return how well a row is known as headings, and how many of its cells are."""
    cells = [cell for cell in row if not _VALUE.search(cell)]
    loosely, exactly = len(recognise(cells)), len(recognise(cells, loosely=False))
    return 2 * loosely + exactly, loosely


def is_list(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether rows hold a list: a row of them has at least two known headings."""
    return any(_known(row)[1] >= ENOUGH for row in rows[:SEARCHED_ROWS])


def signature(headings: Sequence[str]) -> str:
    """Return what identifies a layout of columns, so that its mapping can be remembered."""
    return "|".join(folded(h) for h in headings)
