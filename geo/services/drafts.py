"""Put the review of a list into words that can be kept, and take it up again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geo.io.drafts import Drafts, bounds
from geo.io.uploads.reader import read_upload
from geo.model.cluster import Status
from geo.model.intake import Decision, RawTable
from geo.model.members import Field
from geo.model.phrase import Phrase, Words
from geo.render.text import Text
from geo.services.intake.decisions import answered_words, several_words
from geo.services.intake.review import Prepared, prepare
from geo.services.library import WARSAW

Batch = tuple[Words, tuple[Decision, ...]]


@dataclass(frozen=True)
class Reopened:
    """
    A list that was taken up again.

    Attributes
    ----------
    raw
        The table.
    mapping, status
        The column of each field, and the status of rows that state none.
    prepared
        The rows with what may be meant; None where the columns were not settled yet.
    batches
        What was decided, in order, each with its words for the undo.
    """

    raw: RawTable
    mapping: dict[Field, int]
    status: Status
    prepared: Prepared | None
    batches: list[Batch]


def identifier_of(name: str, content: bytes) -> str:
    """Return the identifier of the draft of a file: the same file goes on with the same draft."""
    return hashlib.sha256(name.encode() + b"\0" + content).hexdigest()[:16]


def review_state(
    mapping: Mapping[Field, int], status: Status, prepared: Prepared | None, batches: Sequence[Batch]
) -> dict[str, Any]:
    """Return the part of a draft that says how far a review has come, as JSON can hold it."""
    answers = prepared.draft.answers if prepared else {}
    made = [
        [
            {
                "question": d.question,
                "option": d.option,
                "rows": list(d.rows),
                # Places that were searched for or clicked are answers that nothing but this knows of.
                "values": {
                    str(row): answers[d.question, d.option][row]
                    for row in d.rows
                    if row in answers.get((d.question, d.option), {})
                },
            }
            for d in decisions
        ]
        for _, decisions in batches
    ]
    return {
        "mapping": {str(f): i for f, i in mapping.items()},
        "status": str(status),
        "checked": prepared is not None,
        "batches": made,
    }


def reopen(name: str, content: bytes, state: Mapping[str, Any]) -> Reopened:
    """
    Read a list again and decide it as far as it was.

    Raises
    ------
    UploadError
        If the file cannot be read.
    """
    raw = read_upload(name, content, sheet=str(state["sheet"]), heading=int(state["heading"]))
    mapping = {Field(f): int(i) for f, i in state["mapping"].items() if int(i) < len(raw.headings)}
    status = Status(state["status"])
    if not state["checked"]:
        return Reopened(raw, mapping, status, None, [])
    prepared = prepare(raw, mapping, default_status=status)
    batches: list[Batch] = []
    for kept in state["batches"]:
        made = []
        for one in kept:
            for row, values in one["values"].items():
                found = prepared.draft.answers.setdefault((one["question"], one["option"]), {})
                found.setdefault(int(row), dict(values))
            made.append(Decision(one["question"], one["option"], tuple(int(r) for r in one["rows"])))
        batches.append((_words(prepared, made), tuple(made)))
    return Reopened(raw, mapping, status, prepared, batches)


def _words(prepared: Prepared, made: Sequence[Decision]) -> Phrase:
    """Return what was decided, as the undo says it."""
    if len(made) == 1 and (question := prepared.draft.questions.get(made[0].question)):
        return answered_words(question, made[0].option)
    return several_words(made)


def kept_drafts(key: str) -> dict[str, dict[str, Any]]:
    """Return the drafts of whoever holds a key, newest first; none for what is no key."""
    try:
        return Drafts(key).states()
    except ValueError:
        return {}


def draft_label(state: Mapping[str, Any], text: Text) -> str:
    """Return what a draft is: its file, when it was left, how much was decided."""
    there = datetime.fromtimestamp(float(state["saved_at"]), WARSAW)
    made = sum(len(batch) for batch in state["batches"])
    when = f"{text.day(there.date())}, {there:%H:%M}"
    return text("draft.label", name=state["name"], when=when, decisions=text.count("decisions", made))


def draft_days() -> int:
    """Return after how many days without a change a draft is deleted; 0 where none are kept."""
    limit = bounds()
    return limit.days if limit.most else 0
