"""Ask what the columns of a list mean, and remember the answer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import streamlit as st

from geo.io.uploads.headings import signature
from geo.model.cluster import Status
from geo.model.intake import RawTable
from geo.model.members import Field
from geo.render.text import Text
from geo.services.drafts import Reopened, review_state
from geo.services.editing import remembered_mapping
from geo.services.intake.review import Prepared, prepare, unread_persons
from pages._ui.heard import focus_on
from pages._ui.i18n import label, plain
from pages._ui.intake.file import DECISIONS, Upload
from pages._ui.intake.review import QUESTION
from pages._ui.page_state import page_state, pressed

_PREPARED = "_intake_prepared"
_MAPPINGS = "_intake_mappings"
_STATUS = "_intake_status"
NONE = ""


@dataclass(frozen=True)
class _Checked:
    """What was checked, and the result."""

    upload: str
    mapping: tuple[tuple[Field, int], ...]
    status: Status
    prepared: Prepared


def ask_mapping(upload: Upload, text: Text) -> Prepared | None:
    """Show the second step; None until the list is checked."""
    raw = upload.raw
    if not raw.rows:
        return None
    st.header(text("intake.step.columns"), anchor=False)
    layout = hashlib.sha256(signature(raw.headings).encode()).hexdigest()[:12]
    first, remembered = _first(upload)
    summary = st.empty()
    with st.expander(text("intake.mapping.fix"), expanded=Field.NAME not in first):
        chosen = _ask_columns(raw, first, layout, text)
    mapping = {Field(f): i for i, f in enumerate(chosen) if f != NONE}
    _summarise(summary, raw, mapping, text, remembered=remembered)
    status = _ask_status(text)
    ready = _check_choice(raw, chosen, mapping, text)
    st.session_state.setdefault(_MAPPINGS, {})[signature(raw.headings)] = plain_mapping(mapping)
    asked = (upload.key, tuple(sorted(mapping.items())), status)
    held: _Checked | None = st.session_state.get(_PREPARED)
    same = held is not None and (held.upload, held.mapping, held.status) == asked
    page = page_state()
    if pressed(st.container(), text("intake.check"), type="primary", disabled=not ready, key="sprawdz"):
        page["checking"] = asked
    # Always there, so that what stands below keeps its place while it shows how far the check is.
    place = st.empty()
    if page.get("checking") == asked and ready:
        # Asked for until it is done: another event of the browser may end a run that takes its time.
        held = _check(place, raw, *asked, text)
        focus_on(QUESTION)
        st.session_state[DECISIONS] = []
        page.pop("checking", None)
    elif not same:
        held = None
    return held.prepared if held and ready else None


def review_so_far(upload: Upload) -> dict[str, Any]:
    """Return how far the review of the open list has come, as a draft keeps it."""
    mapping = {Field(f): int(i) for f, i in st.session_state.get(_MAPPINGS, {}).get(_layout(upload), {}).items()}
    held: _Checked | None = st.session_state.get(_PREPARED)
    checked = held.prepared if held and held.upload == upload.key else None
    status = Status(st.session_state.get(_STATUS, Status.MEMBER))
    return review_state(mapping, status, checked, st.session_state.get(DECISIONS, []) if checked else [])


def take_review(upload: Upload, found: Reopened) -> None:
    """Go on with the review of a list where it was left."""
    layout = hashlib.sha256(_layout(upload).encode()).hexdigest()[:12]
    for i in range(len(found.raw.headings)):
        st.session_state.pop(f"kolumna-{layout}-{i}", None)
    if found.mapping:
        st.session_state.setdefault(_MAPPINGS, {})[_layout(upload)] = plain_mapping(found.mapping)
    st.session_state[_STATUS] = str(found.status)
    st.session_state.pop("status-listy", None)
    if found.prepared:
        asked = (upload.key, tuple(sorted(found.mapping.items())), found.status)
        st.session_state[_PREPARED] = _Checked(*asked, found.prepared)
    st.session_state[DECISIONS] = list(found.batches)


def _layout(upload: Upload) -> str:
    return signature(upload.raw.headings)


def _summarise(
    place: st.delta_generator.DeltaGenerator, raw: RawTable, mapping: dict[Field, int], text: Text, *, remembered: bool
) -> None:
    lines = [text("intake.mapping.known", known=len(mapping), total=len(raw.headings))]
    unread = [h for i, h in enumerate(raw.headings) if i not in mapping.values() and h]
    if unread:
        lines.append(text("intake.mapping.unknown", columns=plain("; ".join(h.rstrip(".") for h in unread))))
    if remembered:
        lines.append(text("intake.mapping.remembered"))
    place.markdown(" ".join(lines))


def _ask_status(text: Text) -> Status:
    statuses = {str(s): text(f"status.{s}") for s in Status}
    left, _ = st.columns([1, 2])
    kept = list(statuses).index(str(st.session_state.get(_STATUS, Status.MEMBER)))
    choice = left.selectbox(
        text("intake.status"), list(statuses), kept, format_func=statuses.__getitem__, key="status-listy"
    )
    st.session_state[_STATUS] = choice
    return Status(choice)


def _check_choice(raw: RawTable, chosen: list[str], mapping: dict[Field, int], text: Text) -> bool:
    """Say what is wrong with the columns chosen; return whether the list can be checked."""
    repeated = sorted({f for f in chosen if chosen.count(f) > 1 and f != NONE})
    message = st.empty()
    if repeated:
        message.error(text("intake.mapping.twice", fields=", ".join(text(f"field.{f}") for f in repeated)))
    elif Field.NAME not in chosen:
        message.error(text("intake.mapping.no_name"))
    elif persons := unread_persons(raw, mapping):
        message.warning(text("intake.unread_persons", columns=plain(", ".join(persons))))
    return not repeated and Field.NAME in chosen


def _first(upload: Upload) -> tuple[dict[Field, int], bool]:
    """Return the mapping to begin with: as remembered in the session or on the server, else as recognised."""
    raw, suggested = upload.raw, upload.suggested
    layout = signature(raw.headings)
    here = st.session_state.get(_MAPPINGS, {}).get(layout)
    known = here or remembered_mapping(layout)
    if not known:
        return suggested, False
    first = {Field(f): int(i) for f, i in known.items() if f in list(Field) and int(i) < len(raw.headings)}
    return first, first != suggested


def _ask_columns(raw: RawTable, first: dict[Field, int], layout: str, text: Text) -> list[str]:
    labels = {NONE: text("intake.mapping.none")} | {str(f): text(f"field.{f}") for f in Field}
    options, chosen = list(labels), []
    by_column = {i: str(f) for f, i in first.items()}
    columns = st.columns(3)
    for i, heading in enumerate(raw.headings):
        example = next((row[i] for row in raw.rows if row[i]), "–")
        chosen.append(
            columns[i % 3].selectbox(
                text("intake.mapping.label", n=i + 1, heading=label(heading)),
                options,
                index=options.index(by_column.get(i, NONE)),
                format_func=labels.__getitem__,
                key=f"kolumna-{layout}-{i}",
                help=plain(text("intake.mapping.example", value=example[:60])),
            )
        )
    return chosen


def _check(
    place: st.delta_generator.DeltaGenerator,
    raw: RawTable,
    upload: str,
    mapping: tuple[tuple[Field, int], ...],
    status: Status,
    text: Text,
) -> _Checked:
    bar = place.progress(0.0)

    def progress(done: int, total: int) -> None:
        bar.progress(done / total, text("intake.progress", done=text.number(done), total=text.number(total)))

    prepared = prepare(raw, dict(mapping), default_status=status, progress=progress)
    bar.empty()
    checked = _Checked(upload, mapping, status, prepared)
    st.session_state[_PREPARED] = checked
    return checked


def plain_mapping(mapping: dict[Field, int]) -> dict[str, str]:
    """Return a mapping as it is remembered."""
    return {str(f): str(i) for f, i in mapping.items()}


def held_mapping(raw: RawTable) -> tuple[str, dict[str, str]] | None:
    """Return a layout of columns and what they mean, as chosen in this session."""
    layout = signature(raw.headings)
    mapping = st.session_state.get(_MAPPINGS, {}).get(layout)
    return (layout, mapping) if mapping else None
