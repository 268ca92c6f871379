"""Ask for a file and read it once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from geo.errors import KlastryError
from geo.io.uploads.formats import EXTENSIONS
from geo.io.uploads.limits import MAX_BYTES
from geo.io.uploads.reader import read_upload
from geo.model.intake import RawTable
from geo.model.members import Field
from geo.render.text import Text
from geo.services.editing import template
from geo.services.intake.review import preview_table, rules_table, suggest_mapping
from pages._ui.downloads import show_table, xlsx_button
from pages._ui.i18n import plain
from pages._ui.messages import show_error
from pages._ui.page_state import page_state, pressed
from pages._ui.resumed import resumed

_READ = "_intake_read"
# Headings stand no deeper than this in a file.
MAX_HEADING_ROW = 200
DECISIONS = "_intake_decisions"
_SEPARATORS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}


@dataclass(frozen=True)
class Upload:
    """
    A file that was read.

    Attributes
    ----------
    key
        Identifies the file and the sheet in this session.
    name
        File name as the browser gave it.
    raw
        The table.
    suggested
        The column of each field, as headings and cells suggest.
    content
        The file as it came.
    asked
        Sheet and row of the headings that were asked for, "" and 0 where they were found.
    """

    key: str
    name: str
    raw: RawTable
    suggested: dict[Field, int]
    content: bytes
    asked: tuple[str, int]


def open_upload() -> Upload | None:
    """Return the list that is open in this session."""
    held: Upload | None = st.session_state.get(_READ)
    return held


def take_upload(name: str, content: bytes, raw: RawTable, asked: tuple[str, int]) -> Upload:
    """Open a list that was read already, and return it."""
    held = Upload(f"szkic-{name}", name, raw, suggest_mapping(raw), content, asked)
    st.session_state[_READ] = held
    return held


def ask_file(text: Text) -> Upload | None:
    """Show the first step; None until a file is read."""
    st.header(text("intake.step.file"), anchor=False)
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with right:
        xlsx_button(text("intake.template"), lambda: template(text), "lista-czlonkow.xlsx", key="template")
        with st.popover(text("intake.how"), width="stretch"):
            st.markdown("\n".join(f"- {item}" for item in text.items("intake.how.items")))
            st.markdown(f"**{text('intake.rules')}**")
            show_table(rules_table().shown(text), alt=text("intake.rules"))
    left.caption(text("intake.upload.help"))
    # Always there, so that what stands below keeps its place.
    queue = st.empty()
    file = left.file_uploader(
        text("intake.upload"), type=sorted(EXTENSIONS), key="lista", max_upload_size=MAX_BYTES // 10**6
    )
    if file is not None:
        sheet = str(st.session_state.get(f"arkusz-{file.file_id}", ""))
        heading = int(st.session_state.get(f"naglowki-{file.file_id}-{sheet}", 0))
        upload = _read(file.file_id, file.name, file.getvalue(), (sheet, heading), queue, text)
    else:
        # The list stays open while the user looks at the maps and comes back.
        upload = _held(text)
        if upload is None and resumed():
            # The browser may still show the file; the server has it no more.
            left.warning(text("intake.lost"))
    if upload:
        _describe(upload, file.file_id if file else "", text)
    return upload


def _held(text: Text) -> Upload | None:
    """Return the list that is open in this session, with a way to close it."""
    held: Upload | None = st.session_state.get(_READ)
    if held is None:
        return None
    made = text.count("decisions", len(st.session_state.get(DECISIONS, [])))
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.markdown(text("intake.open", name=plain(held.name), decisions=made))
    if pressed(right, text("intake.close"), key="zamknij-liste", icon=":material/close:"):
        st.session_state.pop(_READ)
        st.rerun()
    return held


def _read(
    file_id: str,
    name: str,
    content: bytes,
    part: tuple[str, int],
    queue: st.delta_generator.DeltaGenerator,
    text: Text,
) -> Upload | None:
    sheet, heading = part
    key = f"{file_id}:{sheet}:{heading}"
    held: Upload | None = st.session_state.get(_READ)
    # The field says the row that was found, too: that is no other list.
    same = held is not None and held.key.startswith(f"{file_id}:{sheet}:")
    if held and (held.key == key or (same and heading in (0, held.raw.heading))):
        return held
    try:
        with st.spinner(text("intake.step.file")):
            waiting = partial(queue.info, text("upload.queue"))
            raw = read_upload(name, content, sheet=sheet, heading=heading, waiting=waiting)
    except KlastryError as error:
        show_error(error, text)
        return None
    finally:
        queue.empty()
    held = Upload(key, name, raw, suggest_mapping(raw), content, part)
    # What a draft of another file held is not its.
    page_state().pop("taken", None)
    st.session_state[_READ] = held
    return held


def _describe(upload: Upload, file_id: str, text: Text) -> None:
    raw = upload.raw
    separator = text(f"intake.separator.{_SEPARATORS[raw.separator]}") if raw.separator in _SEPARATORS else ""
    how = ", ".join(p for p in (raw.format.upper(), raw.encoding, separator) if p)
    rows = text.count("rows", len(raw.rows))
    st.markdown(text("intake.read", rows=rows, name=plain(upload.name), how=how))
    if len(raw.sheets) > 1 and file_id:
        others = "; ".join(s for s in raw.sheets if s != raw.sheet)
        st.selectbox(
            text("intake.sheet"),
            raw.sheets,
            index=raw.sheets.index(raw.sheet),
            key=f"arkusz-{file_id}",
        )
        st.caption(text("intake.sheet.others", sheets=plain(others)))
    if raw.format in ("csv", "xlsx", "xls", "ods") and file_id:
        sheet = str(st.session_state.get(f"arkusz-{file_id}", ""))
        told = text("intake.heading.fix" if raw.heading else "intake.heading.none", row=raw.heading)
        with st.expander(told):
            st.number_input(text("intake.heading"), 0, MAX_HEADING_ROW, raw.heading, key=f"naglowki-{file_id}-{sheet}")
    if raw.shapes:
        st.warning(text("intake.shapes", n=raw.shapes))
    if not raw.rows:
        if not raw.definition:
            st.error(text("intake.blank"))
        return
    with st.expander(text("intake.preview")):
        show_table(preview_table(raw, upload.suggested), alt=text("intake.preview"))
