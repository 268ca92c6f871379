"""Show where every row stands, and let the user decide with undo."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from geo.export.tables import to_csv, to_xlsx
from geo.model.intake import REJECT, Decision, Question, RowState
from geo.model.phrase import Words
from geo.render.table import worded
from geo.render.text import Text
from geo.services.intake.by_name import offer, offer_point
from geo.services.intake.decisions import (
    DECISION,
    TABLE_QUESTIONS,
    answered_words,
    as_kept,
    best_places,
    clear_leader,
    decision_choices,
    decision_table,
    decisions_of,
    option_keys,
    option_label,
    option_note,
    question_label,
    same_answers,
    several_words,
)
from geo.services.intake.map import MAX_PINS, metric, review_painting
from geo.services.intake.review import Prepared, Review, decide
from pages._ui.downloads import csv_button, show_table, xlsx_button
from pages._ui.heard import focus_on
from pages._ui.i18n import plain
from pages._ui.intake.file import DECISIONS
from pages._ui.intake.target import ADD, REPLACE, members_there
from pages._ui.map_view import show_clickable_map
from pages._ui.page_state import pressed

# Where the map was clicked: for each question, the last time, and which of these was chosen as an answer.
_CLICKS, _LAST_CLICK, _CHOSEN = "_intake_clicks", "_intake_last_click", "_intake_clicked_answer"
# The place of the question; its first field takes the focus when there is something new to decide.
QUESTION = "pytanie-miejsce"
_ABOUT_PLACES = ("place", "coordinates", "order")
Batch = tuple[Words, tuple[Decision, ...]]


def show_review(prepared: Prepared, text: Text) -> Review:
    """Show the third step and return the review as it stands."""
    st.header(text("intake.step.review"), anchor=False)
    batches: list[Batch] = st.session_state.setdefault(DECISIONS, [])
    review = decide(prepared, [d for _, made in batches for d in made], members_there(ADD))
    _numbers(review, text)
    _undo(batches, text)
    # Always there, so that question and map keep their place.
    with st.container(key="jak-w-klastrze-miejsce"):
        _as_kept(review, prepared, batches, text)
    # The map stands first, so that on a phone its numbers are seen before the answers.
    with st.container(key="przeglad"):
        right, left = st.columns([1, 1])
    with left, st.container(key=QUESTION):
        question = _ask(review, prepared, batches, text)
    with right:
        _map(review, question, text)
        if review.count(RowState.ACCEPTED) > MAX_PINS:
            st.caption(text("intake.pins", n=text.number(MAX_PINS)))
    if review.questions:
        _table(review, batches, text)
    _tables(review, text)
    return review


def _map(review: Review, question: Question | None, text: Text) -> None:
    """Show the map; where a place is asked for, a click on it is an answer."""
    clicked = show_clickable_map(review_painting(review, question, text), key="review-map")
    clicks: dict[str, tuple[float, float]] = st.session_state.setdefault(_CLICKS, {})
    if clicked is None or clicked == st.session_state.get(_LAST_CLICK):
        return
    asked = question.key if question and question.topic in _ABOUT_PLACES else ""
    if asked:
        # Noted first: asking the session may end this run, and the next must still know of the click.
        clicks[asked] = clicked
    st.session_state[_LAST_CLICK] = clicked
    if asked:
        # The answers stand already; the point joins them in the next run.
        st.rerun()


def _numbers(review: Review, text: Text) -> None:
    columns = st.columns(3)
    for column, state in zip(columns, RowState, strict=True):
        column.metric(text(f"intake.state.{state}"), text.number(review.count(state)), border=True)
    notes = [text("intake.total", rows=text.count("rows.of", len(review.raw.rows)))]
    if review.persons:
        notes.append(text("intake.persons", n=text.number(review.persons)))
    if review.nowhere:
        notes.append(text("intake.nowhere", n=text.number(review.nowhere)))
    st.caption(" ".join(notes))


def _undo(batches: list[Batch], text: Text) -> None:
    place = st.empty()
    label = text("intake.undo", what=plain(text.say(batches[-1][0]))) if batches else ""
    if batches and pressed(place, label, icon=":material/undo:", key="cofnij"):
        batches.pop()
        _go_on()


def _go_on() -> None:
    """Show what stands now, with the focus on the question that comes next."""
    focus_on(QUESTION)
    st.rerun()


def _as_kept(review: Review, prepared: Prepared, batches: list[Batch], text: Text) -> None:
    """Offer to answer for members that are there already as the cluster has it: last month it was decided."""
    existing = members_there(REPLACE)
    made = as_kept(prepared, review, existing) if existing is not None and review.questions else ()
    if not made:
        return
    rows = text.count("rows", sum(len(d.rows) for d in made))
    if pressed(st.container(), text("intake.as_kept", rows=rows), key="jak-w-klastrze", icon=":material/history:"):
        batches.append((several_words(made), made))
        _go_on()


def _ask(review: Review, prepared: Prepared, batches: list[Batch], text: Text) -> Question | None:
    """Ask one question; return it, so that the map shows its places."""
    if not review.questions:
        st.success(text("intake.done"))
        if not review.placeless:
            return None
        st.caption(text("intake.placeless"))
    by_key = {q.key: q for q in (*review.questions, *review.placeless)}
    if st.session_state.get("pytanie") not in by_key:
        st.session_state["pytanie"] = next(iter(by_key))
    key = st.selectbox(
        text("intake.question"), list(by_key), format_func=lambda k: question_label(by_key[k], text), key="pytanie"
    )
    question = by_key[key]
    st.markdown(f"**{plain(text.say(question.text))}**")
    rows = review.question_table(question).shown(text)
    selection: Any = st.dataframe(
        rows,
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key=f"wiersze-{key}-{len(batches)}",
        height=min(180, 40 + 36 * len(rows)),
        alt=question_label(question, text),
    )
    chosen = tuple(question.rows[i] for i in selection["selection"]["rows"] if i < len(question.rows))
    if len(question.rows) > 1:
        st.caption(text("intake.rows.help"))
    # Places found later come last, below all others and right above the search: no answer moves under a hand.
    answers = st.container()
    if question.topic in _ABOUT_PLACES:
        words = st.text_input(text("intake.search"), key=f"szukaj-{key}", help=text("intake.search.help"))
        if words.strip():
            more = offer(prepared.draft, question, words)
            question = replace(question, options=(*question.options, *more))
        question = _with_click(question, prepared, text)
    with answers:
        answer = _answer(question, text)
    _decide(question, answer, chosen, batches, len(review.questions), text)
    _best(review, batches, text)
    _same(review, batches, text)
    return question


def _with_click(question: Question, prepared: Prepared, text: Text) -> Question:
    """Return a question with the point that was clicked for it as its last answer."""
    clicked = st.session_state.get(_CLICKS, {}).get(question.key)
    if clicked is None:
        return question
    option = offer_point(prepared.draft, question, *metric(*clicked))
    if option is None:
        st.warning(text("intake.clicked.outside"))
        return question
    chosen = f"odpowiedz-{question.key}"
    if st.session_state.get(_CHOSEN) != option.key:
        # A click is an answer: it is chosen at once, and kept when the button is pressed.
        st.session_state[chosen] = st.session_state[_CHOSEN] = option.key
    return replace(question, options=(*question.options, option))


def _answer(question: Question, text: Text) -> str | None:
    """Show the answers; none is chosen beforehand unless it is clearly the best."""
    options = option_keys(question)
    return st.radio(
        text("intake.answer"),
        options,
        clear_leader(question),
        format_func=lambda k: _numbered(question, options.index(k) + 1, k, text),
        captions=[plain(option_note(question, o, text)) for o in options],
        # One key whatever is offered: an answer chosen while a search still runs stays chosen.
        key=f"odpowiedz-{question.key}",
    )


def _decide(
    question: Question,
    answer: str | None,
    chosen: tuple[int, ...],
    batches: list[Batch],
    left: int,
    text: Text,
) -> None:
    if (
        pressed(st.container(), text("intake.decide"), type="primary", key="zdecyduj", disabled=answer is None)
        and answer
    ):
        batches.append((answered_words(question, answer), (Decision(question.key, answer, chosen or question.rows),)))
        st.toast(text("intake.decided", rows=text.number(max(0, left - (not chosen)))))
        _go_on()


def _numbered(question: Question, number: int, key: str, text: Text) -> str:
    """Return an answer with its number on the map; that of an answer never changes when more are found."""
    label = plain(option_label(question, key, text))
    return label if key == REJECT else f"{number}. {label}"


def _best(review: Review, batches: list[Batch], text: Text) -> None:
    if not any(q.topic == "place" for q in review.questions):
        return
    least = st.slider(text("intake.best"), 30, 90, 80, step=5, key="pewnosc", help=text("intake.best.help"))
    made = best_places(review, least)
    if pressed(
        st.container(), text("intake.best.do", n=text.count("decisions", len(made))), disabled=not made, key="najlepsze"
    ):
        batches.append((several_words(made), made))
        _go_on()


def _same(review: Review, batches: list[Batch], text: Text) -> None:
    """Offer to answer all questions about coordinates alike."""
    for believed, made in same_answers(review).items():
        wording = text(f"intake.alike.{believed}", n=text.count("decisions", len(made)))
        if pressed(st.container(), wording, key=f"wspolrzedne-{believed}"):
            batches.append((several_words(made), made))
            _go_on()


def _table(review: Review, batches: list[Batch], text: Text) -> None:
    with st.expander(text("intake.table")):
        st.caption(text("intake.table.help"))
        if len(review.questions) > TABLE_QUESTIONS:
            st.caption(text("intake.table.more", n=TABLE_QUESTIONS))
        table, key = decision_table(review, text), f"decyzje-{len(batches)}"
        labels: dict[str, Any] = {c.key: st.column_config.Column(worded(c.heading, text)) for c in table.columns}
        label, choices = labels[DECISION.key]["label"], decision_choices(text)
        st.data_editor(
            table.frame,
            hide_index=True,
            key=key,
            disabled=[c.key for c in table.columns if c is not DECISION],
            column_config=labels | {DECISION.key: st.column_config.SelectboxColumn(label, options=choices)},
            placeholder="–",
        )
        edited: Any = st.session_state.get(key, {})
        made = decisions_of(review, edited.get("edited_rows", {}), text)
        if pressed(st.container(), text("intake.table.apply"), disabled=not made, key="zapisz-tabele"):
            batches.append((several_words(made), made))
            _go_on()


def _tables(review: Review, text: Text) -> None:
    accepted, rejected = review.count(RowState.ACCEPTED), review.count(RowState.REJECTED)
    with st.expander(f"{text('intake.accepted')} ({text.number(accepted)})"):
        show_table(review.accepted_table(text), alt=text("intake.accepted"))
    if review.notes:
        with st.expander(f"{text('intake.notes')} ({text.number(len(review.notes))})"):
            show_table(review.notes_table().shown(text), alt=text("intake.notes"))
    if rejected:
        with st.expander(f"{text('intake.rejected')} ({text.number(rejected)})", expanded=True):
            table = review.rejected_table(text)
            show_table(table, alt=text("intake.rejected"))
            left, right, _ = st.columns([1, 1, 1])
            with left:
                csv_button(text("intake.rejected.csv"), partial(to_csv, table), "odrzucone.csv", key="rejected-csv")
            with right:
                xlsx_button(
                    text("intake.rejected.xlsx"),
                    partial(to_xlsx, table, text("intake.rejected")),
                    "odrzucone.xlsx",
                    key="rejected-xlsx",
                )
