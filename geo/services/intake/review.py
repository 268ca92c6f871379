"""Review an uploaded list: every row is accepted, to be decided or rejected, and nothing is silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.sectors import RULES, rule_for
from geo.model.cluster import Precision, Status
from geo.model.intake import REJECT, Decision, Option, Problem, Question, RawTable, RowState
from geo.model.members import DETAIL_COLUMNS, MEMBER_COLUMNS, Field
from geo.model.names import letters
from geo.model.phrase import Words
from geo.render.table import Column, Table
from geo.render.text import Text, later
from geo.services.columns import NAME
from geo.services.intake.draft import ORGANISATION, PERSON, Draft, Progress, frame_of, is_person, may_be_person, start
from geo.services.intake.placing import place_rows
from geo.services.intake.shapes import columns_of
from geo.services.organisations import organisations_table
from geo.settings import METRIC_CRS

DUPLICATE = "duplicate"
KEEP = "keep"
# Of so many rows without a place it is asked where they are.
MAX_PLACELESS = 200
ROW = Column("row", "intake.col.row")
_SAME = ("nip", "krs", "regon", "name_gmina")


@dataclass(frozen=True)
class Prepared:
    """
    A list read once; decisions are applied to it again and again.

    Attributes
    ----------
    draft
        Rows, questions and problems.
    table
        The rows as a table, index `row`.
    """

    draft: Draft
    table: pd.DataFrame


@dataclass(frozen=True)
class Review:
    """
    Where every row stands after the decisions so far.

    Attributes
    ----------
    table
        All rows, index `row`; `state` is accepted, decide or rejected.
    questions
        What is still asked, most rows first.
    reasons
        Why rows are rejected, by row.
    notes
        Remarks on rows that are taken.
    asked
        The problem behind each open question, by question and row.
    twins
        What a duplicate repeats, by row: the other row's number, or 0 for a member that is already
        in the cluster, and the other's name.
    raw
        The table that came.
    told
        Fields that it has a column for.
    placeless
        A question about the place of each accepted row that has none, of the first of them; nobody needs to answer.
    private
        Rows that are natural persons, or may be: they are shown masked where nobody decides on them.
    """

    table: pd.DataFrame
    questions: tuple[Question, ...]
    reasons: Mapping[int, Sequence[Problem]]
    notes: tuple[Problem, ...]
    asked: Mapping[str, Mapping[int, Problem]]
    twins: Mapping[int, tuple[int, str]]
    raw: RawTable
    told: frozenset[Field] = frozenset()
    placeless: tuple[Question, ...] = ()
    private: frozenset[int] = frozenset()

    def count(self, state: RowState) -> int:
        """Return the number of rows of a state."""
        return int((self.table["state"] == str(state)).sum())

    @cached_property
    def members(self) -> gpd.GeoDataFrame:
        """The accepted rows as a members frame without `cluster_id`, with the details that are kept."""
        return members_frame(self.table[self.table["state"] == str(RowState.ACCEPTED)])

    @property
    def persons(self) -> int:
        """Natural persons among the accepted rows."""
        return int((self.table["person"] & (self.table["state"] == str(RowState.ACCEPTED))).sum())

    @property
    def nowhere(self) -> int:
        """Accepted rows whose place is not known at all."""
        accepted = self.table["state"] == str(RowState.ACCEPTED)
        return int((accepted & (self.table["precision"] == str(Precision.UNKNOWN))).sum())

    def accepted_table(self, text: Text) -> pd.DataFrame:
        """Return the accepted rows as a person reads them."""
        shown = organisations_table(self.members.assign(cluster_id=""), text).without("cluster").shown(text)
        shown.insert(0, text("intake.col.row"), self.members["row"].to_numpy())
        return shown

    def rejected_table(self, text: Text) -> pd.DataFrame:
        """Return the rejected rows as they came, each with its reasons. Personal data stay masked."""
        position = {row: i for i, row in enumerate(self.raw.numbers)}
        lines = []
        for row in self.table.index[self.table["state"] == str(RowState.REJECTED)]:
            reasons = "; ".join(describe(p, text) for p in self.reasons.get(row, ()))
            cells = self.raw.rows[position[row]]
            lines.append([row, reasons, *(_masked(cells) if row in self.private else cells)])
        headings = [text("intake.col.row"), text("intake.col.reason"), *_unique(self.raw.headings)]
        return pd.DataFrame(lines, columns=headings)

    def notes_table(self) -> Table:
        """Return the remarks on rows that are taken."""
        return problems_table(self.notes)

    def question_table(self, question: Question) -> Table:
        """Return the rows that ask a question, with what came and, for duplicates, the other one."""
        problems = [self.asked[question.key][row] for row in question.rows]
        columns = {ROW: list(question.rows), NAME: [self.table.loc[row, "name"] for row in question.rows]}
        columns |= _problem_columns(problems)
        if question.topic == DUPLICATE:
            columns |= {
                Column("twin", "intake.col.twin"): [self.twins[row][1] for row in question.rows],
                Column("twin_row", "intake.col.twin_row", _twin_rows): [self.twins[row][0] for row in question.rows],
            }
        return Table.of("question", columns)


def _twin_rows(rows: Iterable[int], text: Text) -> list[str]:
    return [str(row) if row else text("intake.twin.member") for row in rows]


PREVIEW_ROWS = 5


def preview_table(raw: RawTable, mapping: Mapping[Field, int]) -> pd.DataFrame:
    """Return the first rows of a list as they came; what is or looks like a natural person is masked."""
    draft = Draft(raw, mapping)
    rows = [
        _masked(cells) if is_person(draft, i) or may_be_person(draft, i) else cells
        for i, cells in enumerate(raw.rows[:PREVIEW_ROWS])
    ]
    return pd.DataFrame(rows, columns=_unique(raw.headings))


def _masked(cells: Sequence[str]) -> list[str]:
    return ["•••" if cell else cell for cell in cells]


def unread_persons(raw: RawTable, mapping: Mapping[Field, int]) -> list[str]:
    """Return the headings of columns that are not read although they say that rows are natural persons."""
    found = []
    for column, heading in enumerate(raw.headings):
        if column not in mapping.values():
            rules = (rule_for(cell, "") for cell in dict.fromkeys(row[column] for row in raw.rows) if len(cell) < 80)
            if any(rule is not None and rule.person for rule in rules):
                found.append(heading)
    return found


def rules_table() -> Table:
    """Return the table by which kind and sector are suggested."""

    def sectors(values: Iterable[str], text: Text) -> list[str]:
        return [text(f"sector.{v}") if v else text("intake.rules.ask") for v in values]

    rows = [(r.words, r.kind, str(r.sector or "")) for r in RULES]
    columns = (
        Column("words", "intake.rules.words"),
        Column("kind", "col.kind"),
        Column("sector", "col.sector", sectors),
    )
    return Table.of_rows("rules", columns, rows, title="intake.rules")


def suggest_mapping(raw: RawTable) -> dict[Field, int]:
    """Return the column of each field as the headings suggest, else the cells."""
    return columns_of(raw)


def prepare(
    raw: RawTable,
    mapping: Mapping[Field, int],
    *,
    default_status: Status = Status.MEMBER,
    progress: Progress | None = None,
) -> Prepared:
    """
    Read, check and place all rows of a list.

    Parameters
    ----------
    raw
        The table.
    mapping
        Position of the column of each field.
    default_status
        Status of rows that state none.
    progress
        Told how many rows of how many are done.
    """
    draft = start(raw, mapping, default_status=default_status)
    place_rows(draft, progress)
    return Prepared(draft, frame_of(draft))


def decide(prepared: Prepared, decisions: Sequence[Decision], existing: pd.DataFrame | None = None) -> Review:
    """
    Apply decisions and say where every row stands.

    Parameters
    ----------
    prepared
        The list.
    decisions
        In the order they were made; a later one on the same row and question wins.
    existing
        Members that are already in the cluster the list is added to: columns `name, teryt, nip,
        krs, regon`.
    """
    draft = prepared.draft
    table = prepared.table.copy()
    reasons = {row: list(problems) for row, problems in draft.rejected.items()}
    made = _made(draft, decisions)
    changes: dict[str, dict[int, object]] = {}
    for (row, key), option in made.items():
        if option == REJECT:
            reasons.setdefault(row, []).append(Problem(row, "", "by_user", "–", later("intake.expected.by_user")))
        for column, value in draft.answers.get((key, option), {}).get(row, {}).items():
            changes.setdefault(column, {})[row] = value
    for column, by_row in changes.items():
        new = pd.Series(by_row)
        table.loc[new.index, column] = new.astype(table[column].dtype)
    _hide_places(table)
    open_rows: dict[str, list[int]] = {}
    for key, question in draft.questions.items():
        rows = [r for r in question.rows if (r, key) not in made and r not in reasons]
        if rows:
            open_rows[key] = rows
    questions = [
        Question(key, q.topic, q.text, q.options, tuple(rows))
        for key, rows in open_rows.items()
        for q in [draft.questions[key]]
    ]
    asked: dict[str, Mapping[int, Problem]] = dict(draft.asked)
    twins = _duplicates(table[~table.index.isin(list(reasons))], existing)
    repeated = [r for r in twins if (r, DUPLICATE) not in made]
    if repeated:
        options = (Option(KEEP, later("intake.option.keep")), Option(REJECT, later("intake.option.drop")))
        questions.append(Question(DUPLICATE, DUPLICATE, later("intake.ask.duplicate"), options, tuple(repeated)))
        asked[DUPLICATE] = {r: _twin_problem(r, twins[r], table) for r in repeated}
    waiting = {r for q in questions for r in q.rows}
    state = np.full(len(table), str(RowState.ACCEPTED), dtype=object)
    state[table.index.isin(list(waiting))] = str(RowState.DECIDE)
    state[table.index.isin(list(reasons))] = str(RowState.REJECTED)
    table["state"] = state
    placeless = _placeless(table)
    asked |= {q.key: {r: _nowhere(r) for r in q.rows} for q in placeless}
    notes = tuple(n for n in draft.notes if n.row not in reasons)
    ordered = tuple(sorted(questions, key=lambda q: -len(q.rows)))
    maybe = draft.questions.get(PERSON)
    private = {r for r in maybe.rows if made.get((r, PERSON)) != ORGANISATION} if maybe else set()
    private |= set(table.index[table["person"].astype(bool)])
    return Review(
        table,
        ordered,
        reasons,
        notes,
        asked,
        twins={r: t[:2] for r, t in twins.items()},
        raw=draft.raw,
        told=frozenset(draft.mapping),
        placeless=placeless,
        private=frozenset(private),
    )


def _placeless(table: pd.DataFrame) -> tuple[Question, ...]:
    accepted = (table["state"] == str(RowState.ACCEPTED)) & ~table["person"].astype(bool)
    rows = table.index[accepted & (table["precision"] == str(Precision.UNKNOWN))][:MAX_PLACELESS]
    return tuple(Question(f"placeless:{r}", "place", later("intake.ask.placeless"), (), (int(r),)) for r in rows)


def _nowhere(row: int) -> Problem:
    return Problem(row, "", "placeless", "–", later("intake.expected.placeless"))


def _hide_places(table: pd.DataFrame) -> None:
    """Keep of natural persons only the gmina, whatever was answered."""
    exact = table["person"].astype(bool) & table["precision"].isin([str(Precision.POINT), str(Precision.LOCALITY)])
    table.loc[exact, "precision"] = str(Precision.GMINA)
    table.loc[table["person"].astype(bool), "locality"] = ""
    table.loc[table["person"].astype(bool), ["x", "y"]] = np.nan


def _made(draft: Draft, decisions: Sequence[Decision]) -> dict[tuple[int, str], str]:
    made: dict[tuple[int, str], str] = {}
    for decision in decisions:
        known = draft.questions.get(decision.question)
        rows = decision.rows or (known.rows if known else ())
        for row in rows:
            made[row, decision.question] = decision.option
    return made


def _duplicates(table: pd.DataFrame, existing: pd.DataFrame | None) -> dict[int, tuple[int, str, str]]:
    """Return for each repeated row: the row it repeats (0 for a member), its name and what is the same."""
    found: dict[int, tuple[int, str, str]] = {}
    part = table[~table["person"].astype(bool)]
    for what in _SAME:
        keys = _keys(part, what)
        if existing is not None and len(existing):
            there = _keys(existing, what)
            names = dict(zip(there[there != ""], existing.loc[there != "", "name"], strict=True))
            for row in keys.index[keys.isin(list(names))]:
                found.setdefault(row, (0, str(names[keys[row]]), what))
        keys = keys[keys != ""]
        first = keys.drop_duplicates()
        by_key = dict(zip(first, first.index, strict=True))
        for row in keys.index[keys.duplicated()]:
            other = by_key[keys[row]]
            found.setdefault(row, (int(other), str(part.loc[other, "name"]), what))
    return found


def _keys(table: pd.DataFrame, what: str) -> pd.Series:
    if what != "name_gmina":
        column = table[what] if what in table else pd.Series("", index=table.index)
        return column.astype(str)
    pairs = zip(table["name"], table["teryt"], strict=True)
    keys = [f"{letters(n)}|{t}" if len(t) == 6 else "" for n, t in pairs]
    return pd.Series(keys, index=table.index, dtype="str")


def _twin_problem(row: int, twin: tuple[int, str, str], table: pd.DataFrame) -> Problem:
    what = twin[2]
    given = str(table.loc[row, "name"] if what == "name_gmina" else table.loc[row, what])
    return Problem(row, later(f"intake.same.{what}"), "duplicate", given, later("intake.expected.duplicate"))


def members_frame(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """
    Return rows as a members frame, numbered where they have no identifier.

    Parameters
    ----------
    table
        Columns of a draft; index `row`.
    """
    rows = table.rename_axis("row").reset_index()
    x, y = rows["x"].to_numpy(dtype=float), rows["y"].to_numpy(dtype=float)
    geometry = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=METRIC_CRS)
    rows["member_id"] = _numbered(rows["member_id"].astype(str).tolist())
    kept = ["row", *[c for c in MEMBER_COLUMNS[:-1] if c != "cluster_id"], *DETAIL_COLUMNS, "person", "given"]
    return gpd.GeoDataFrame(rows[kept], geometry=geometry.where(np.isfinite(x), None), crs=METRIC_CRS)


def _numbered(given: list[str]) -> list[str]:
    """Keep identifiers that are there once, and number the rest."""
    taken: set[str] = set()
    numbers = []
    free = (f"{n:05d}" for n in range(1, 10_000_000))
    reserved = set(given)
    for identifier in given:
        new = identifier if identifier and identifier not in taken else next(n for n in free if n not in reserved)
        taken.add(new)
        numbers.append(new)
    return numbers


def describe(problem: Problem, text: Text) -> str:
    """Return a problem as one sentence: column, what came, what was expected."""
    column, given, expected = (text.say(w) for w in (problem.column, problem.given, problem.expected))
    if given == "–":
        return text("intake.problem.missing", column=column or "–", expected=expected)
    return text("intake.problem", column=column or "–", given=given, expected=expected)


def problems_table(problems: Sequence[Problem]) -> Table:
    """Return problems as a table: row, column, what came, what was expected."""
    return Table.of("problems", {ROW: [p.row for p in problems]} | _problem_columns(problems))


def _problem_columns(problems: Sequence[Problem]) -> dict[Column, list[Words]]:
    return {
        Column("column", "intake.col.column", _said): [p.column for p in problems],
        Column("given", "intake.col.given", _said): [p.given for p in problems],
        Column("expected", "intake.col.expected", _said): [p.expected for p in problems],
    }


def _said(values: Iterable[Words], text: Text) -> list[str]:
    return [text.say(value) for value in values]


def _unique(headings: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    out = []
    for i, heading in enumerate(headings):
        name = heading or f"({i + 1})"
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out
