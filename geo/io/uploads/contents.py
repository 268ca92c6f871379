"""Tell from the cells of a column what it holds, where its heading says nothing or something else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from stdnum.pl import nip, regon

from geo.io.uploads.headings import folded, recognise
from geo.model.members import Field

Fits = Callable[[str], bool]
# Cells of a column that are looked at, and fewest of them that tell anything.
SAMPLE, LEAST = 200, 2
# Share of the cells that must fit a field; below the other its heading is wrong.
ENOUGH, CONTRADICTED = 0.8, 0.2
# A number that is no code may be one by chance.
_LEAST_SHARE = {Field.TERYT: 1.0}
# Names of organisations are distinct and longer than words; few of them say what they are.
NAMES, DISTINCT, LONG = 0.3, 0.8, 8
# Columns of strict shape that show that a first row holds data.
STRICT_ENOUGH = 2
_PLACE = (
    Field.COORDINATES,
    Field.LATITUDE,
    Field.LONGITUDE,
    Field.TERYT,
    Field.ADDRESS,
    Field.POSTAL_CODE,
    Field.LOCALITY,
    Field.GMINA,
    Field.POWIAT,
    Field.VOIVODESHIP,
)
# Of a branch, a territory or the post: not where the organisation is.
_NOT_THE_SEAT = re.compile(r"\b(?:obszar|teren|zasieg|dziala\w*|oddzial\w*|fili[aei]|koresp\w*|urodz\w*|wydarze\w*)")
_FAX = re.compile(r"\bfa(?:x|ks)")
# Fields whose cells are numbers.
_NUMBERS = (
    *(Field.NIP, Field.REGON, Field.KRS, Field.POSTAL_CODE, Field.TERYT, Field.PHONE),
    *(Field.LATITUDE, Field.LONGITUDE, Field.X, Field.Y),
)
_PAIR = (Field.LATITUDE, Field.LONGITUDE)
# Ways to say where something is by numbers: one is enough.
_POINT = (Field.COORDINATES, Field.X, Field.Y, Field.EASTING_2180, Field.NORTHING_2180)

_SEPARATORS = re.compile(r"[\s\-–]")
_EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[a-z]{2,}", re.IGNORECASE)
_WEBSITE = re.compile(
    r"(?:https?://\S+\.\S+|www\.\S+\.\S+|[\w-]+(?:\.[\w-]+)*\.(?:pl|eu|com|org|net|info|edu|gov|biz)(?:/\S*)?)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*[,;/|]\s*|\s+(?:lub|oraz|i)\s+")
_PHONE_WORD = re.compile(r"^(?:tel|telefon|kom|komórka|mob|fax|faks)\b[.:]*\s*", re.IGNORECASE)
_EXTENSION = re.compile(r"\s*(?:wew|w)\.?\s*\d{1,4}$", re.IGNORECASE)
_PHONE = re.compile(r"(?P<land>(?:\+|00)\s?48|48(?=\D*(?:\d\D*){9}$))?[\s\-.]*(?P<own>\(?\d[\d\s()\-.]*)")
_MOBILE = re.compile(r"(?:45|50|51|53|57|60|66|69|72|73|78|79|88)\d{7}")
_DECIMAL = re.compile(r"(\d{2}[.,]\d{3,})°?\s?[NE]?", re.IGNORECASE)


def _digits(cell: str) -> str:
    return _SEPARATORS.sub("", cell)


def is_postal_code(cell: str) -> bool:
    """Say whether a cell is a postal code as it is written: 32-300."""
    return re.fullmatch(r"\d{2}-\d{3}", cell, re.ASCII) is not None


def is_nip(cell: str) -> bool:
    """Say whether a cell is a NIP: ten digits with a right check digit, dashes and PL allowed."""
    digits = _digits(cell.upper().removeprefix("PL"))
    return len(digits) == 10 and not digits.startswith("0") and nip.is_valid(digits)


def is_regon(cell: str) -> bool:
    """Say whether a cell is a REGON: nine or fourteen digits with a right check digit."""
    digits = _digits(cell)
    return len(digits) in (9, 14) and bool(digits.strip("0")) and regon.is_valid(digits)


def is_krs(cell: str) -> bool:
    """Say whether a cell is a KRS number: ten digits that begin with three zeros."""
    return re.fullmatch(r"000\d{7}", cell, re.ASCII) is not None and bool(cell.strip("0"))


def is_email(cell: str) -> bool:
    """Say whether a cell holds an e-mail address, or several."""
    return all(_EMAIL.fullmatch(part) for part in re.split(r"[\s,;]+", cell.strip(" ,;")))


def is_website(cell: str) -> bool:
    """Say whether a cell holds the address of a website, or several."""
    return all(_WEBSITE.fullmatch(part) and "@" not in part for part in re.split(r"[\s,;]+", cell.strip(" ,;")))


def is_phone(cell: str) -> bool:
    """Say whether a cell begins with a Polish telephone number: +48, nine digits in groups, or a mobile one."""
    plain = cell.strip()
    # A bar may part the area code, or two numbers.
    return _is_one_phone(plain.replace("/", " ")) or _is_one_phone(_BETWEEN.split(plain)[0])


def _is_one_phone(text: str) -> bool:
    found = _PHONE.fullmatch(_EXTENSION.sub("", _PHONE_WORD.sub("", text)))
    if found is None:
        return False
    digits = re.sub(r"\D", "", found["own"])
    # "(012) 345 67 89", as it was written once.
    digits = digits[1:] if len(digits) == 10 and digits[0] == "0" else digits
    grouped = len(re.findall(r"\d+", found["own"])) > 1
    return len(digits) == 9 and digits[0] != "0" and bool(found["land"] or grouped or _MOBILE.fullmatch(digits))


def _between(low: float, high: float) -> Fits:
    """Return what says whether a cell is a number of degrees in a range, with three decimals at least."""

    def fits(cell: str) -> bool:
        found = _DECIMAL.fullmatch(cell)
        return found is not None and low <= float(found[1].replace(",", ".")) <= high

    return fits


# The first that fits is taken: a KRS number may have the check digit of a NIP.
STRICT: dict[Field, Fits] = {
    Field.EMAIL: is_email,
    Field.WEBSITE: is_website,
    Field.POSTAL_CODE: is_postal_code,
    Field.KRS: is_krs,
    Field.NIP: is_nip,
    Field.REGON: is_regon,
    Field.PHONE: is_phone,
    Field.LATITUDE: _between(49.0, 54.9),
    Field.LONGITUDE: _between(14.1, 24.2),
}


@dataclass(frozen=True)
class _Column:
    """
    A column of a list.

    Attributes
    ----------
    position, heading
        Where it stands and what is written above it.
    cells
        A sample of its cells that are not blank, each with how often it occurs.
    length
        Cells in the sample.
    """

    position: int
    heading: str
    cells: Counter[str]
    length: int

    def share(self, fits: Fits) -> float:
        """Return the share of the cells that fit; 0 where there are too few to tell."""
        if self.length < LEAST:
            return 0.0
        return sum(count for cell, count in self.cells.items() if fits(cell)) / self.length

    def holds(self, field: Field, fits: Fits) -> bool:
        """Say whether the column is of a field by its cells; no more of them are looked at than that needs."""
        left = round(self.length * (1.0 - _LEAST_SHARE.get(field, ENOUGH)), 6)
        for cell, count in self.cells.items():
            left -= 0 if fits(cell) else count
            if left < 0:
                return False
        return self.length >= LEAST

    def may_hold(self, field: Field) -> bool:
        """Say whether an unknown heading leaves open that the column is of a field."""
        words = folded(self.heading)
        if field is Field.PHONE:
            return _FAX.search(words) is None
        return field not in _PLACE or _NOT_THE_SEAT.search(words) is None

    @property
    def has_no_digits(self) -> bool:
        """Whether nearly all cells are words: "E" above them does not mean a longitude."""
        return self.length >= LEAST and self.share(lambda cell: any(c.isdigit() for c in cell)) < CONTRADICTED

    @property
    def varied(self) -> bool:
        """Whether the cells are distinct and long enough for names of organisations."""
        letters = sum(len(cell) * count for cell, count in self.cells.items())
        return self.length >= LEAST and len(self.cells) >= DISTINCT * self.length and letters >= LONG * self.length


def _column(position: int, heading: str, cells: Iterable[str]) -> _Column:
    filled = [cell for cell in cells if cell]
    taken = filled[:: -(-len(filled) // SAMPLE) or 1]
    return _Column(position, heading, Counter(taken), len(taken))


def understand(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    known: Mapping[Field, int],
    shapes: Mapping[Field, Fits],
) -> dict[Field, int]:
    """
    Return the column of each field: as its heading says, else as its cells show.

    A heading gives way to the cells only where its field has a strict shape that they do not have, and they have that
    of another such field that no other column holds.

    Parameters
    ----------
    headings, rows
        The table.
    known
        Position of the column of each field that a heading told.
    shapes
        What says of a cell whether it may be of a field, besides those of strict shape; the first that fits is taken.
        For the name: whether it looks like the name of an organisation.
    """
    cells = zip(*rows, strict=True)
    columns = [_column(i, heading, own) for i, (heading, own) in enumerate(zip(headings, cells, strict=False))]
    if not columns:
        return dict(known)
    strict = STRICT | {f: fits for f, fits in shapes.items() if f is Field.TERYT}
    mapping = _corrected(known, columns, strict)
    doubtful = {f: mapping.pop(f) for f in _NUMBERS if f in mapping and columns[mapping[f]].has_no_digits}
    unexplained = [c for c in columns if c.position in doubtful.values() or not recognise([c.heading])]
    others = STRICT | {f: fits for f, fits in shapes.items() if f is not Field.NAME}
    _tell(mapping, unexplained, others)
    if Field.NAME in shapes and Field.NAME not in mapping:
        # A second telephone is no name either.
        free = [c for c in unexplained if c.varied and not any(c.holds(f, fits) for f, fits in others.items())]
        _tell_name(mapping, free, shapes[Field.NAME])
    # Cells that tell nothing do not contradict the heading either.
    return mapping | {f: i for f, i in doubtful.items() if f not in mapping and i not in mapping.values()}


def _corrected(known: Mapping[Field, int], columns: list[_Column], strict: Mapping[Field, Fits]) -> dict[Field, int]:
    """Return the fields that headings told, with those moved whose cells are of another strict shape."""
    meant: dict[Field, list[Field]] = {}
    for field, position in known.items():
        if field in strict and columns[position].share(strict[field]) < CONTRADICTED:
            # Latitude and longitude are exchanged where points are read, with a remark.
            others = [f for f in strict if f is not field and not (f in _PAIR and field in _PAIR)]
            meant[field] = [f for f in others if columns[position].holds(f, strict[f])]
    mapping = {field: position for field, position in known.items() if not meant.get(field)}
    for field, fields in meant.items():
        target = next((f for f in fields if f not in mapping), None)
        if target is not None:
            mapping[target] = known[field]
    # No other field is free: the heading stays, unless its own is taken by now.
    for field, position in known.items():
        if field not in mapping and position not in mapping.values():
            mapping[field] = position
    return mapping


def _tell(mapping: dict[Field, int], columns: list[_Column], shapes: Mapping[Field, Fits]) -> None:
    """Add the fields that no heading told and the cells of columns do."""
    half = {f for f in _PAIR if f in mapping}
    for field, fits in shapes.items():
        pointed = any(f in mapping for f in _POINT) or (field is Field.COORDINATES and set(_PAIR) <= mapping.keys())
        if field in mapping or (pointed and field in (*_PAIR, *_POINT)):
            continue
        free = [c for c in columns if c.position not in mapping.values() and c.may_hold(field)]
        fitting = [c for c in free if c.holds(field, fits)]
        if fitting:
            # The village is finer than its post town.
            mapping[field] = max(fitting, key=lambda c: len(c.cells)).position
        elif field is Field.LONGITUDE and Field.LATITUDE not in half:
            # Half a pair is none.
            mapping.pop(Field.LATITUDE, None)
    if Field.LATITUDE not in mapping and Field.LONGITUDE not in half:
        mapping.pop(Field.LONGITUDE, None)


def _tell_name(mapping: dict[Field, int], columns: list[_Column], fits: Fits) -> None:
    """Add the name where the cells of a column look like names of organisations, in the column where most do."""
    free = [c for c in columns if c.position not in mapping.values()]
    best = max(free, key=lambda c: c.share(fits), default=None)
    if best is not None and best.share(fits) >= NAMES:
        mapping[Field.NAME] = best.position


def is_data(rows: Sequence[Sequence[str]], position: int) -> bool:
    """Say whether a row is data and no headings: in two columns it has the strict shape that the rows have there."""
    fitting = 0
    # The first row may be the headings of the others.
    body = rows[1:] if position else rows
    for column, cell in enumerate(rows[position]):
        shapes = [fits for fits in STRICT.values() if cell and fits(cell)]
        if shapes:
            own = _column(column, "", (row[column] for row in body if column < len(row)))
            fitting += any(own.share(fits) >= ENOUGH for fits in shapes)
    return fitting >= STRICT_ENOUGH
