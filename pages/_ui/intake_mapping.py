"""Ask what the columns of a list mean, and remember the answer."""

from __future__ import annotations

import hashlib

import streamlit as st

from geo.io.uploads.headings import signature
from geo.model.cluster import Status
from geo.model.intake import Field, RawTable
from geo.render.text import Text
from geo.services.access import Access
from geo.services.intake_review import Prepared, prepare, suggest_mapping
from geo.services.keeping import remember_mapping, remembered_mapping
from pages._ui.i18n import plain
from pages._ui.intake_file import Upload

_PREPARED = "_intake_prepared"
_MAPPINGS = "_intake_mappings"
DECISIONS = "_intake_decisions"
NONE = ""


def ask_mapping(upload: Upload, access: Access, text: Text) -> Prepared | None:
    """Show the second step; None until the list is checked."""
    raw = upload.raw
    if not raw.rows:
        return None
    st.subheader(text("intake.step.columns"), anchor=False)
    layout = hashlib.sha256(signature(raw.headings).encode()).hexdigest()[:12]
    first, remembered = _first(raw)
    known = len(first)
    summary = [text("intake.mapping.known", known=known, total=len(raw.headings))]
    unread = [h for i, h in enumerate(raw.headings) if i not in first.values() and h]
    if unread:
        summary.append(text("intake.mapping.unknown", columns=plain(", ".join(unread))))
    if remembered:
        summary.append(text("intake.mapping.remembered"))
    st.markdown(" ".join(summary))
    with st.expander(text("intake.mapping.fix"), expanded=Field.NAME not in first):
        chosen = _ask_columns(raw, first, layout, text)
    statuses = {str(s): text(f"status.{s}") for s in Status}
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    status = left.selectbox(text("intake.status"), list(statuses), format_func=statuses.__getitem__, key="status-listy")
    repeated = sorted({f for f in chosen if chosen.count(f) > 1 and f != NONE})
    message = st.empty()
    if repeated:
        message.error(text("intake.mapping.twice", fields=", ".join(text(f"field.{f}") for f in repeated)))
    elif Field.NAME not in chosen:
        message.error(text("intake.mapping.no_name"))
    ready = not repeated and Field.NAME in chosen
    mapping = {Field(f): i for i, f in enumerate(chosen) if f != NONE}
    key = f"{upload.key}:{text.language}:{status}:{sorted(mapping.items())}"
    if right.button(text("intake.check"), type="primary", disabled=not ready):
        _check(raw, mapping, Status(status), key, text)
        _remember(raw, mapping, access)
    held = st.session_state.get(_PREPARED)
    return held[1] if held and held[0] == key and ready else None


def _first(raw: RawTable) -> tuple[dict[Field, int], bool]:
    """Return the mapping to begin with: as remembered in the session or on the server, else as recognised."""
    layout = signature(raw.headings)
    known = st.session_state.get(_MAPPINGS, {}).get(layout) or remembered_mapping(layout)
    if not known:
        return suggest_mapping(raw), False
    return {Field(f): int(i) for f, i in known.items() if f in list(Field) and int(i) < len(raw.headings)}, True


def _ask_columns(raw: RawTable, first: dict[Field, int], layout: str, text: Text) -> list[str]:
    labels = {NONE: text("intake.mapping.none")} | {str(f): text(f"field.{f}") for f in Field}
    options, chosen = list(labels), []
    by_column = {i: str(f) for f, i in first.items()}
    columns = st.columns(3)
    for i, heading in enumerate(raw.headings):
        example = next((row[i] for row in raw.rows if row[i]), "–")
        chosen.append(
            columns[i % 3].selectbox(
                plain(f"{i + 1}. {heading or '–'}"),
                options,
                index=options.index(by_column.get(i, NONE)),
                format_func=labels.__getitem__,
                key=f"kolumna-{layout}-{i}",
                help=plain(text("intake.mapping.example", value=example[:60])),
            )
        )
    return chosen


def _check(raw: RawTable, mapping: dict[Field, int], status: Status, key: str, text: Text) -> None:
    bar = st.progress(0.0)

    def told(done: int, total: int) -> None:
        bar.progress(done / total, text("intake.progress", done=text.number(done), total=text.number(total)))

    st.session_state[_PREPARED] = (key, prepare(raw, mapping, text, default_status=status, progress=told))
    st.session_state[DECISIONS] = []
    bar.empty()


def _remember(raw: RawTable, mapping: dict[Field, int], access: Access) -> None:
    layout = signature(raw.headings)
    plain_mapping = {str(f): str(i) for f, i in mapping.items()}
    st.session_state.setdefault(_MAPPINGS, {})[layout] = plain_mapping
    if access.may_write:
        remember_mapping(access, layout, plain_mapping)
