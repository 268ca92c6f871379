"""Put open questions into a table, and turn answers given there into decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd

from geo.model.cluster import Precision
from geo.model.intake import REJECT, Decision, Question
from geo.model.phrase import Phrase
from geo.render.table import Column, Table
from geo.render.text import Text
from geo.services.columns import NAME
from geo.services.intake.draft import PERSON
from geo.services.intake.identity import told_by
from geo.services.intake.review import Prepared, Review

# Questions in the table, and proposals beside each.
TABLE_QUESTIONS = 200
TABLE_PROPOSALS = 4
# An answer less sure than this is not preselected.
CLEAR = 0.8


def option_label(question: Question, key: str, text: Text) -> str:
    """Return an answer in words."""
    label = next((o.label for o in question.options if o.key == key), "")
    return text.say(label) or text("intake.option.reject")


def option_keys(question: Question) -> list[str]:
    """Return the answers to a question, rejecting last where it is not among them."""
    return list(dict.fromkeys([*(o.key for o in question.options), REJECT]))


def clear_leader(question: Question) -> int | None:
    """Return the position of the answer that may be preselected, or None where none is clearly the best."""
    if not question.options or question.options[0].confidence < CLEAR:
        return None
    return 0


def option_note(question: Question, key: str, text: Text) -> str:
    """Return why an answer is offered and how sure it is, "" where there is nothing to say."""
    option = next((o for o in question.options if o.key == key), None)
    if option is None:
        return ""
    sure = text("intake.confidence", share=text.percent(option.confidence, 1.0)) if option.confidence else ""
    return " · ".join(p for p in (text.say(option.reason), sure) if p)


def answered_words(question: Question, option: str) -> Phrase:
    """Return what was answered to a question, in whatever language it is undone."""
    return Phrase(lambda text: f"{text.say(question.text)} → {option_label(question, option, text)}")


def several_words(made: Sequence[Decision]) -> Phrase:
    """Return how many decisions were made at once, in whatever language they are undone."""
    return Phrase(lambda text: text("intake.undo.batch", n=text.count("decisions", len(made))))


def question_label(question: Question, text: Text) -> str:
    """Return a question with the number of rows that ask it."""
    return text("intake.question.label", text=text.say(question.text), rows=text.count("rows", len(question.rows)))


def decision_choices(text: Text) -> list[str]:
    """Return what may stand in the column of decisions."""
    return ["", *(str(n) for n in range(1, TABLE_PROPOSALS + 1)), text("intake.table.reject")]


DECISION = Column("decision", "intake.table.decision")


def decision_table(review: Review, text: Text) -> Table:
    """Return the open questions, one row each: question, rows, proposals, and an empty decision."""
    lines = []
    for question in review.questions[:TABLE_QUESTIONS]:
        numbers = ", ".join(map(str, question.rows[:5])) + (" …" if len(question.rows) > 5 else "")
        name = str(review.table.loc[question.rows[0], "name"])
        offered = [text.say(o.label) for o in question.options[:TABLE_PROPOSALS]]
        offered += [""] * (TABLE_PROPOSALS - len(offered))
        lines.append(("", text.say(question.text), numbers, name, *offered))
    columns = (
        DECISION,
        Column("question", "intake.question"),
        Column("rows", "intake.col.row"),
        NAME,
        *(_proposal(n) for n in range(1, TABLE_PROPOSALS + 1)),
    )
    return Table.of_rows("decisions", columns, lines)


def _proposal(number: int) -> Column:
    return Column(f"proposal_{number}", lambda text: text("intake.table.proposal", n=number))


def decisions_of(review: Review, edited: Mapping[int, Mapping[str, str]], text: Text) -> tuple[Decision, ...]:
    """
    Return the decisions made in the table.

    Parameters
    ----------
    review
        The review the table was made from.
    edited
        Changed cells, by position of the row and identifier of the column.
    text
        Language of the choices.
    """
    made = []
    for position, cells in edited.items():
        choice = cells.get(DECISION.key)
        question = review.questions[int(position)]
        if choice == text("intake.table.reject"):
            made.append(Decision(question.key, REJECT, question.rows))
        elif choice and int(choice) <= len(question.options):
            made.append(Decision(question.key, question.options[int(choice) - 1].key, question.rows))
    return tuple(made)


def best_places(review: Review, percent: int) -> tuple[Decision, ...]:
    """Return the decisions that take the first proposal of every place that is sure enough."""
    return tuple(
        Decision(q.key, q.options[0].key, q.rows)
        for q in review.questions
        if q.topic == "place" and q.options and 100.0 * q.options[0].confidence >= percent
    )


# What a member that is there already answers of itself, by the topic of a question.
_KEPT_ANSWERS = {
    "place": ("precision", "teryt", "locality", "x", "y"),
    "coordinates": ("precision", "teryt", "locality", "x", "y"),
    "order": ("precision", "teryt", "locality", "x", "y"),
    "sector": ("sector",),
    "status": ("status",),
    PERSON: ("person",),
}
AS_KEPT = "as_kept"


def as_kept(prepared: Prepared, review: Review, existing: gpd.GeoDataFrame) -> tuple[Decision, ...]:
    """
    Return the decisions that answer open questions as the cluster has it, for rows that are members of it already.

    Parameters
    ----------
    prepared
        The list; the answers are added to it.
    review
        Where its rows stand.
    existing
        Members with details.
    """
    positions = told_by(existing, review.table)
    kept = existing.assign(x=existing.geometry.x, y=existing.geometry.y).to_dict("records")
    made = []
    for question in review.questions:
        wanted = _KEPT_ANSWERS.get(question.topic, ())
        rows = []
        for row in question.rows if wanted else ():
            member = kept[positions[row]] if row in positions else None
            # What the cluster does not know either stays a question.
            if member is None or ("precision" in wanted and member["precision"] == Precision.UNKNOWN):
                continue
            values = {name: member[name] for name in wanted}
            prepared.draft.answers.setdefault((question.key, AS_KEPT), {})[row] = values
            rows.append(row)
        if rows:
            made.append(Decision(question.key, AS_KEPT, tuple(rows)))
    return tuple(made)


# What may be believed in all questions about coordinates at once, and how the keys of such answers begin.
BELIEVED = {"points": ("reading:",), "address": ("locality:", "unit:"), "nowhere": ("nowhere",)}


def same_answers(review: Review) -> dict[str, tuple[Decision, ...]]:
    """
    Return what answers all questions about coordinates alike, where at least two of them can be.

    Returns
    -------
    decisions
        By what is believed: `points`, `address` or, where neither is, `nowhere`.
    """
    asked = [q for q in review.questions if q.topic == "coordinates"]
    found = {}
    for believed, starts in BELIEVED.items():
        pairs = ((q, next((o.key for o in q.options if o.key.startswith(starts)), None)) for q in asked)
        made = tuple(Decision(q.key, key, q.rows) for q, key in pairs if key)
        if len(made) > 1:
            found[believed] = made
    return found
