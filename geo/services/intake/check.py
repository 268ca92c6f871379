"""Say of every row of a list what importing it would do; nothing is kept."""

from __future__ import annotations

from typing import Any

from geo.io.uploads.reader import read_upload
from geo.model.cluster import Precision
from geo.model.intake import Question, RowState
from geo.model.units import Level
from geo.services.intake.draft import Draft
from geo.services.intake.review import decide, prepare, suggest_mapping

# So many answers of a question are told.
ANSWERS = 3
_STATES = {RowState.ACCEPTED: "accepted", RowState.DECIDE: "question", RowState.REJECTED: "rejected"}


def check_list(name: str, content: bytes, *, sheet: str = "") -> list[dict[str, Any]]:
    """
    Read a list as the page does and say where each row stands before anybody decides.

    Parameters
    ----------
    name, content
        File name, of which the ending is used, and the bytes.
    sheet
        Sheet to read, "" for the first that holds a list.

    Returns
    -------
    rows
        One dictionary a row: `row`, `state` (accepted, question, rejected or abroad), `teryt` (6 digits, or None where
        no gmina is known), `locality`, `precision`, `questions` (topics) and `answers` (the first three of the question
        about the place: `teryt`, `locality`).

    Raises
    ------
    UploadError
        If the file cannot be read.
    """
    raw = read_upload(name, content, sheet=sheet)
    prepared = prepare(raw, suggest_mapping(raw))
    seen = decide(prepared, ())
    asked: dict[int, list[Question]] = {}
    for question in seen.questions:
        for row in question.rows:
            asked.setdefault(row, []).append(question)
    return [
        _row(int(row), values, asked.get(int(row), []), prepared.draft)
        for row, values in seen.table.to_dict("index").items()
    ]


def _row(row: int, values: dict[str, Any], asked: list[Question], draft: Draft) -> dict[str, Any]:
    state = _STATES[RowState(values["state"])]
    if state == "accepted" and values["precision"] == Precision.ABROAD:
        state = "abroad"
    place = next((q for q in asked if q.topic in ("place", "coordinates", "order")), None)
    return {
        "row": row,
        "state": state,
        "teryt": values["teryt"] if len(values["teryt"]) == Level.GMINA.digits else None,
        "locality": values["locality"],
        "precision": values["precision"] or None,
        "questions": [q.topic for q in asked],
        "answers": _answers(place, row, draft) if place else [],
    }


def _answers(question: Question, row: int, draft: Draft) -> list[dict[str, Any]]:
    answers = []
    for option in question.options[:ANSWERS]:
        values = draft.answers.get((question.key, option.key), {}).get(row, {})
        teryt = str(values.get("teryt", ""))
        answers.append({"teryt": teryt or None, "locality": str(values.get("locality", ""))})
    return answers
