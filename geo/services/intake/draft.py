"""Turn an uploaded table into rows with questions: what is sure is taken, what is not is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from geo.analysis import identifiers, sectors
from geo.analysis.address import Address, looks_like_address, parse_address
from geo.analysis.coordinates import split_pair
from geo.analysis.identifiers import check_krs
from geo.analysis.persons import looks_like_person
from geo.analysis.timeline import first_day, last_day, read_date
from geo.io.first_names import load_first_names
from geo.io.uploads.headings import is_pesel_heading
from geo.io.uploads.masking import MASK
from geo.model.cluster import Sector, Status
from geo.model.intake import PERSON_KIND, PERSON_NAME, Option, Problem, Question, RawTable
from geo.model.members import DETAIL_COLUMNS, KEPT, PLAIN, Field
from geo.model.names import bare, fold
from geo.model.phrase import Words
from geo.render.text import LANGUAGES, Text, later

# Fields that an address in one cell may tell.
_OF_ADDRESS = {
    Field.STREET: "street",
    Field.HOUSE: "house",
    Field.POSTAL_CODE: "postal_code",
    Field.LOCALITY: "locality",
    Field.GMINA: "gmina",
    Field.POWIAT: "powiat",
    Field.VOIVODESHIP: "voivodeship",
}
_OF_PAIR = (Field.LATITUDE, Field.LONGITUDE)
# Where lists say that an organisation has left.
_TOLD_IN = (Field.STATUS, Field.KIND, Field.ROLE, Field.REMARKS)
# Rows that stand below a table.
_SUM = re.compile(
    r"^(?:razem|suma|ogolem|lacznie)(?: (?:czlonkow|podmiotow|organizacji|firm|pozycji|w klastrze))?(?: \d+)*$"
)
_FOOTER = re.compile(
    r"^(?:zrodlo|stan na|opracowa\w*|uwag[ai]|legenda|sporzadz\w*|przygotowa\w*|dane (?:na|wg|wedlug)|"
    r"objasnieni\w*|liczba (?:czlonkow|podmiotow|organizacji))\b"
)
_TEXTS = tuple(Text(language) for language in LANGUAGES)
_POLAND = frozenset(("polska", "pl", "pol", "poland", "rp"))
_NO_COUNTRY = ("brak", "n d", "nd", "nie dotyczy", "nieznany", "nieznane")
COLUMNS = (*(f.name for f in KEPT), "x", "y", "person", "given")
Values = dict[str, object]
Progress = Callable[[int, int], None]
MAX_NAME = 400
# The question whether a row is a natural person, its topic and its first answer; and the other answer.
PERSON, ORGANISATION = "person", "organisation"
# What is dropped of a natural person; its name and kind say only that it is one.
_OF_PERSON = (*DETAIL_COLUMNS, "role", "source", "name", "kind", "member_id")
OUR_ID = re.compile(r"\d{5}")


@dataclass
class Draft:
    """
    Rows of a list while they are read, with what is asked about them.

    Attributes
    ----------
    raw, mapping
        The table, and the column of each field.
    values
        What is known of each row, by row number.
    rejected, notes
        Why rows cannot be taken, and remarks on rows that can.
    questions
        By key.
    answers
        What an answer sets: by question and option, then by row.
    asked
        What led to each question, by row.
    confirmed_counts
        How many rows surely lie in each powiat and voivodeship; nothing where they lie all over the country.
    settled
        Place and street of addresses whose words alone do not tell a village from a street, by position.
    """

    raw: RawTable
    mapping: Mapping[Field, int]
    values: dict[int, Values] = field(default_factory=dict)
    rejected: dict[int, list[Problem]] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    answers: dict[tuple[str, str], dict[int, Values]] = field(default_factory=dict)
    asked: dict[str, dict[int, Problem]] = field(default_factory=dict)
    confirmed_counts: Counter[str] = field(default_factory=Counter)
    settled: dict[int, dict[Field, str]] = field(default_factory=dict)

    def cell(self, position: int, name: Field) -> str:
        """Return a cell of the row at a position, or what an address in one cell says of it; "" for nothing."""
        own = self._own(position, name)
        if name in _OF_PAIR and not own and (pair := self._own(position, Field.COORDINATES)):
            return (split_pair(pair) or (pair, pair))[_OF_PAIR.index(name)]
        if name not in _OF_ADDRESS or (own and not looks_like_address(own)):
            return own
        told = self.settled.get(position, {}).get(name) or getattr(self.address(position), _OF_ADDRESS[name])
        return told or (own if name is not Field.LOCALITY else "")

    def _own(self, position: int, name: Field) -> str:
        column = self.mapping.get(name)
        return "" if column is None else self.raw.rows[position][column]

    def address(self, position: int) -> Address:
        """Return the address that a row has in one cell, whatever the column is called."""
        cells = [self._own(position, Field.ADDRESS)]
        cells += [c for f in (Field.LOCALITY, Field.STREET) if looks_like_address(c := self._own(position, f))]
        return parse_address("; ".join(c for c in cells if c))

    def heading(self, name: Field) -> Words:
        """Return the heading of a field's column as it stands in the file."""
        column = self.mapping.get(name)
        return later(f"field.{name}") if column is None else self.raw.headings[column]

    def problem(self, row: int, name: Field | None, key: str, given: Words, expected: Words) -> Problem:
        """Return a problem of a row."""
        return Problem(row, self.heading(name) if name else "", key, given, expected)

    def reject(self, problem: Problem) -> None:
        """Leave a row out."""
        self.rejected.setdefault(problem.row, []).append(problem)

    def ask(self, question: Question, problem: Problem, answers: Mapping[str, Values]) -> None:
        """Ask about one row; rows with the same key are decided together."""
        row = problem.row
        known = self.questions.get(question.key)
        rows = (*known.rows, row) if known else (row,)
        base = known or question
        self.questions[question.key] = Question(base.key, base.topic, base.text, base.options, rows)
        self.asked.setdefault(question.key, {})[row] = problem
        for option, values in answers.items():
            self.answers.setdefault((question.key, option), {})[row] = values


def start(raw: RawTable, mapping: Mapping[Field, int], *, default_status: Status) -> Draft:
    """
    Read everything about each row but its place.

    Parameters
    ----------
    raw
        The uploaded table.
    mapping
        Position of the column of each field; a name is needed.
    default_status
        Status of rows that state none.
    """
    draft = Draft(raw, mapping)
    _flaws(draft)
    hidden = later("intake.expected.hidden")
    draft.notes += [Problem(row, "", "hidden", "–", hidden) for row in raw.hidden]
    for position, row in enumerate(raw.numbers):
        values: Values = dict.fromkeys(COLUMNS, "")
        values |= {"person": False, "x": float("nan"), "y": float("nan")}
        draft.values[row] = values
        name = draft.cell(position, Field.NAME)
        if _is_footer(raw.rows[position]):
            given = next(c for c in raw.rows[position] if c)
            draft.reject(Problem(row, "", "footer", given, later("intake.expected.footer")))
        elif not name:
            draft.reject(draft.problem(row, Field.NAME, "no_name", "–", later("intake.expected.name")))
        values["name"] = name[:MAX_NAME]
        for column in PLAIN:
            values[column] = draft.cell(position, column)
        _numbers(draft, position, row, values)
        _dates(draft, position, row, values)
        _kind_and_sector(draft, position, row, values)
        _status(draft, position, row, values, default_status)
        _person(draft, position, row, values)
        if values["person"]:
            _hide(values)
    return draft


def _is_footer(cells: tuple[str, ...]) -> bool:
    """Say whether a row is a sum, a source or a date below the table: little in it but numbers, and such words."""
    words = [c for c in cells if any(letter.isalpha() for letter in c)]
    if len(words) == 1 and _SUM.match(bare(words[0])):
        return True
    filled = [c for c in cells if c]
    return 0 < len(filled) <= max(1, len(cells) // 3) and any(_FOOTER.match(bare(c)) for c in filled)


def is_abroad(draft: Draft, position: int) -> bool:
    """Say whether a row names another country than Poland."""
    country = bare(draft.cell(position, Field.COUNTRY))
    stated = draft.cell(position, Field.PRECISION)
    elsewhere = bool(country) and country not in _NO_COUNTRY and not _POLAND & set(country.split())
    return elsewhere or stated in (text("precision.abroad") for text in _TEXTS)


def _flaws(draft: Draft) -> None:
    """Refuse rows with cells that could not be read, in the columns that matter."""
    used = set(draft.mapping.values())
    for flaw in draft.raw.flaws:
        inside = flaw.column < len(draft.raw.headings)
        heading = draft.raw.headings[flaw.column] if inside else ""
        counts = flaw.kind == "extra" or flaw.column in used or (flaw.kind == "pesel" and is_pesel_heading(heading))
        if counts:
            known: dict[str, Words] = {"pesel": MASK, "extra": later("intake.given.extra")}
            given = known.get(flaw.kind, "–")
            expected = later(f"intake.expected.{flaw.kind}", columns=len(draft.raw.headings))
            draft.reject(Problem(flaw.row, heading, flaw.kind, given, expected))


def _numbers(draft: Draft, position: int, row: int, values: Values) -> None:
    """Check identifiers; a wrong one is asked about, a wrong postal code only remarked."""
    checks = (
        (Field.NIP, identifiers.check_nip),
        (Field.REGON, identifiers.check_regon),
        (Field.KRS, identifiers.check_krs),
    )
    for column, check in checks:
        given = draft.cell(position, column)
        if not given:
            continue
        number = check(given)
        values[column] = number or ""
        if number is None:
            label = later("intake.option.without", field=later(f"field.{column}"))
            question = Question(
                f"{column}", "identifier", later(f"intake.ask.{column}"), (Option("without", label),), ()
            )
            expected = later(f"intake.expected.{column}")
            draft.ask(question, draft.problem(row, column, "identifier", given, expected), {"without": {column: ""}})
    given = draft.cell(position, Field.POSTAL_CODE)
    if given:
        code = identifiers.check_postal_code(given)
        values["postal_code"] = code or ""
        if code is None:
            expected = later("intake.expected.postal_code")
            draft.notes.append(draft.problem(row, Field.POSTAL_CODE, "postal_code", given, expected))


def _dates(draft: Draft, position: int, row: int, values: Values) -> None:
    """Read when an organisation joined and left; what is no date is remarked and stays unknown."""
    for column in (Field.JOINED, Field.LEFT_ON):
        given = draft.cell(position, column)
        read = read_date(given)
        values[column] = read or ""
        if read is None:
            expected = later("intake.expected.date")
            draft.notes.append(draft.problem(row, column, "date", given, expected))
    joined, left = str(values[Field.JOINED]), str(values[Field.LEFT_ON])
    if joined and left and last_day(left) < first_day(joined):
        values[Field.LEFT_ON] = ""
        expected = later("intake.expected.left_on", joined=joined)
        draft.notes.append(draft.problem(row, Field.LEFT_ON, "date", left, expected))


def _kind_and_sector(draft: Draft, position: int, row: int, values: Values) -> None:
    form, kind = draft.cell(position, Field.FORM), draft.cell(position, Field.KIND)
    name, stated = str(values["name"]), draft.cell(position, Field.SECTOR)
    rule = sectors.rule_for(form or kind, name)
    values["kind"] = kind or (rule.kind if rule else form)
    values["person"] = is_person(draft, position)
    sector = sectors.read_sector(stated) if stated else None
    if sector is None and not stated and rule is not None:
        sector = rule.sector
    if sector is not None:
        values["sector"] = str(sector)
        if not stated and rule is not None and rule.noted:
            told = later("intake.expected.sector_told", sector=later(f"sector.{sector}"))
            draft.notes.append(draft.problem(row, Field.SECTOR, "sector_told", rule.kind, told))
        return
    options = tuple(Option(str(s), later(f"sector.{s}")) for s in Sector)
    what = stated or form or kind or (rule.kind if rule else "")
    key = f"sector:{fold(what)}"
    words = later("intake.ask.sector", form=what) if what else later("intake.ask.sector.none")
    column = Field.SECTOR if stated else Field.FORM
    problem = draft.problem(row, column, "sector", what or "–", later("intake.expected.sector"))
    draft.ask(Question(key, "sector", words, options, ()), problem, {str(s): {"sector": str(s)} for s in Sector})


def is_person(draft: Draft, position: int) -> bool:
    """Say whether a row says of itself that it is a natural person."""
    form = draft.cell(position, Field.FORM) or draft.cell(position, Field.KIND)
    by_form = sectors.rule_for(form, "") if form else None
    told = by_form is not None and by_form.person and not check_krs(draft.cell(position, Field.KRS))
    return told or sectors.is_yes(draft.cell(position, Field.PERSON))


def may_be_person(draft: Draft, position: int) -> bool:
    """Say whether a row looks like a natural person and says nothing else of itself."""
    told = (Field.PERSON, Field.FORM, Field.NIP, Field.REGON, Field.KRS)
    if any(draft.cell(position, f) for f in told):
        return False
    return looks_like_person(draft.cell(position, Field.NAME), load_first_names())


def _person(draft: Draft, position: int, row: int, values: Values) -> None:
    """Ask once whether rows that look like natural persons are; kept as such, they lose what tells of them."""
    if values["person"] or not may_be_person(draft, position):
        return
    kept = dict(values)
    _hide(kept)
    hidden = {c: kept[c] for c in _OF_PERSON} | {"person": True}
    options = (
        Option(PERSON, later("intake.option.person"), confidence=0.9, reason=later("intake.reason.person")),
        Option(ORGANISATION, later("intake.option.organisation")),
    )
    expected = later("intake.expected.person")
    problem = draft.problem(row, Field.NAME, PERSON, draft.cell(position, Field.NAME), expected)
    question = Question(PERSON, PERSON, later("intake.ask.person"), options, ())
    draft.ask(question, problem, {PERSON: hidden, ORGANISATION: {"person": False}})


def _status(draft: Draft, position: int, row: int, values: Values, default: Status) -> None:
    for column in _TOLD_IN:
        if sectors.is_former(told := draft.cell(position, column)):
            # A row that says so is left out, with or without a date; a date alone keeps somebody in the history.
            draft.reject(draft.problem(row, column, "former", told, later("intake.expected.former")))
            return
    given = draft.cell(position, Field.STATUS)
    status = sectors.read_status(given) if given else default
    if status is not None:
        values["status"] = str(status)
        return
    options = tuple(Option(str(s), later(f"status.{s}")) for s in Status)
    question = Question(f"status:{fold(given)}", "status", later("intake.ask.status", given=given), options, ())
    problem = draft.problem(row, Field.STATUS, "status", given, later("intake.expected.status"))
    draft.ask(question, problem, {str(s): {"status": str(s)} for s in Status})


def _hide(values: Values) -> None:
    """Keep of a natural person only what is counted: the name and the address are dropped here."""
    # Identifiers of ours say nothing of a person; those of others might.
    ours = values["member_id"] if OUR_ID.fullmatch(str(values["member_id"])) else ""
    values |= dict.fromkeys(_OF_PERSON, "")
    values |= {"name": PERSON_NAME, "kind": PERSON_KIND, "member_id": ours}


def frame_of(draft: Draft) -> pd.DataFrame:
    """Return the rows as a table, index `row`."""
    table = pd.DataFrame.from_dict(draft.values, orient="index", columns=list(COLUMNS))
    return table.rename_axis("row")
