"""Give every row of an uploaded list a place, or ask."""

from __future__ import annotations

from geo.analysis.places import Finding, PlaceQuery
from geo.model.members import Field
from geo.model.units import Level
from geo.render.text import later
from geo.services.intake.by_coordinates import place_by_coordinates
from geo.services.intake.by_name import (
    ABROAD,
    hide_place,
    note_neighbours,
    place_by_name,
    place_index,
    query_of,
    settle_address,
)
from geo.services.intake.draft import Draft, Progress, is_abroad

PROGRESS_EVERY = 250


def place_rows(draft: Draft, progress: Progress | None = None) -> None:
    """
    Give every row of a draft a place, or ask.

    Parameters
    ----------
    draft
        Rows; changed in place.
    progress
        Told how many rows of how many are done.
    """
    total = len(draft.raw.numbers)
    findings = []
    for position, row in enumerate(draft.raw.numbers):
        settle_address(draft, position, row)
        query = PlaceQuery() if is_abroad(draft, position) else query_of(draft, position)
        findings.append(place_index().find(query))
        if progress and position % PROGRESS_EVERY == 0:
            progress(position, total)
    note_neighbours(draft, findings)
    located = place_by_coordinates(draft, findings)
    for position, row in enumerate(draft.raw.numbers):
        if is_abroad(draft, position):
            _place_abroad(draft, position, row)
        elif position not in located:
            place_by_name(draft, position, row, findings[position])
    _note_given(draft, findings)
    _hide_persons(draft)
    if progress:
        progress(total, total)


def _place_abroad(draft: Draft, position: int, row: int) -> None:
    draft.values[row] |= ABROAD
    given = draft.cell(position, Field.COUNTRY) or draft.cell(position, Field.PRECISION)
    draft.notes.append(draft.problem(row, Field.COUNTRY, "abroad", given, later("intake.expected.abroad")))


def _hide_persons(draft: Draft) -> None:
    """Keep of natural persons only the gmina, whatever is answered."""
    persons = {row for row, values in draft.values.items() if values["person"]}
    for row in persons:
        hide_place(draft.values[row])
    for answers in draft.answers.values():
        for row in persons & answers.keys():
            if "precision" in answers[row]:
                hide_place(answers[row])


def _note_given(draft: Draft, findings: list[Finding]) -> None:
    """Remember the gmina that a row itself names: it stays when borders move."""
    for row, finding in zip(draft.raw.numbers, findings, strict=True):
        named = finding.scope.codes
        draft.values[row]["given"] = named[0] if len(named) == 1 and len(named[0]) == Level.GMINA.digits else ""
