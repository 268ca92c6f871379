"""Change the list of a kept cluster member by member: add, correct, move on the map, let leave, take off, undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from geo.errors import ConflictError, KlastryError
from geo.model.cluster import Sector, Status
from geo.model.intake import REJECT, Decision, Question
from geo.model.members import Field
from geo.render.text import Text
from geo.services import member_edits
from geo.services.access import Access
from geo.services.editing import KeptCluster
from geo.services.erasure import member_choices
from geo.services.intake.by_name import offer
from geo.services.intake.decisions import clear_leader, option_keys, option_label, option_note
from geo.services.intake.map import metric
from geo.services.library import today
from geo.services.member_edits import Done, Filled
from geo.services.member_map import moving_painting, place_of
from pages._ui.conflict import hold_conflict
from pages._ui.i18n import label, plain
from pages._ui.map_view import show_clickable_map
from pages._ui.messages import show_error
from pages._ui.page_state import page_state, pressed, undisturbed

ADD, CORRECT, MOVE, LEAVE, REMOVE = "add", "correct", "move", "leave", "remove"
_ABOUT_PLACES = ("place", "coordinates", "order")
_ASKED, _DONE = "member-asked", "member-done"


def show_member_forms(held: KeptCluster, access: Access, text: Text) -> None:
    """Show what was changed last with a way back, and the form of the change that is chosen."""
    st.header(text("edit.title"), anchor=False)
    _show_done(held, access, text)
    kinds = {k: text(f"edit.{k}") for k in ((ADD, CORRECT, MOVE, LEAVE, REMOVE) if len(held.members) else (ADD,))}
    kind = st.radio(
        text("edit.what"), list(kinds), None, format_func=kinds.__getitem__, key="zmiana-listy", horizontal=True
    )
    if kind is None:
        st.caption(text("edit.how"))
        return
    if kind == ADD:
        _fill(held, "", access, text)
        return
    member_id = _ask_member(held, text)
    if member_id is None:
        return
    if kind == CORRECT:
        _fill(held, member_id, access, text)
    elif kind == MOVE:
        _move(held, member_id, access, text)
    elif kind == LEAVE:
        _leave(held, member_id, access, text)
    else:
        _remove(held, member_id, access, text)


def _ask_member(held: KeptCluster, text: Text) -> str | None:
    choices = member_choices(held, text)
    key = f"zmieniany-{held.cluster.cluster_id}"
    if st.session_state.get(key) not in choices:
        st.session_state.pop(key, None)
    return st.selectbox(
        text("edit.who"),
        list(choices),
        None,
        format_func=lambda i: label(choices[i]),
        placeholder=text("edit.who.none"),
        key=key,
    )


def _show_done(held: KeptCluster, access: Access, text: Text) -> None:
    """Say what was changed last, as long as it is the newest version, and offer to take it back."""
    cluster_id = held.cluster.cluster_id
    done: tuple[str, Done, str] | None = page_state().get(_DONE)
    if done is None or done[0] != cluster_id or done[1].after != held.stored.version:
        return
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.success(done[2])
    if pressed(right, text("edit.undo"), icon=":material/undo:", key="cofnij-zmiane", disabled=not access.may_write):
        _undo(held, done[1], access, text)


@undisturbed()
def _undo(held: KeptCluster, done: Done, access: Access, text: Text) -> None:
    page, cluster_id = page_state(), held.cluster.cluster_id
    try:
        number = member_edits.undo(access, cluster_id, done)
    except KlastryError as error:
        show_error(error, text)
        return
    page.pop(_DONE, None)
    page["saved"] = (cluster_id, text("edit.undone", number=number))
    page["opened"].pop(cluster_id, None)
    st.rerun()


def _fill(held: KeptCluster, member_id: str, access: Access, text: Text) -> None:
    """Show the form of a member, what is asked about it, and the button that keeps it."""
    page, cluster_id = page_state(), held.cluster.cluster_id
    turn = page.get("member-turn", 0)
    key = f"{cluster_id}-{held.stored.version}-{member_id or '+'}-{turn}"
    first = member_edits.form_of(held, member_id) if member_id else member_edits.blank_form()
    values = _fields(first, key, text)
    asked = (key, tuple(values.items()))
    questions = st.container()
    wording = text("edit.save" if member_id else "edit.save.new")
    unchanged = bool(member_id) and values == first
    why = None if access.may_write else text(f"access.{access.reason}", author="")
    wanted = pressed(
        st.container(),
        wording,
        type="primary",
        key="zapisz-czlonka",
        disabled=not access.may_write or unchanged,
        help=why,
    )
    held_asked: tuple[Any, Any] | None = page.get(_ASKED)
    if not wanted and (held_asked is None or held_asked[0] != asked):
        return
    if held_asked is None or held_asked[0] != asked:
        held_asked = (asked, member_edits.read_form(values, held, member_id))
        page[_ASKED] = held_asked
    with questions:
        filled = _answered(values, held, member_id, held_asked[1], key, text)
    if filled is None or not wanted:
        return
    members = member_edits.corrected(held, member_id, filled, values) if member_id else member_edits.added(held, filled)
    _keep(held, members, CORRECT if member_id else ADD, values[Field.NAME], access, text)


def _fields(first: dict[Field, str], key: str, text: Text) -> dict[Field, str]:
    """Ask for everything that is known of a member."""
    values = dict(first)
    required = text("edit.required")

    def ask(fields: tuple[Field, ...], columns: Sequence[Any]) -> None:
        for n, field in enumerate(fields):
            words = text(f"field.{field}")
            values[field] = columns[n % len(columns)].text_input(
                f"{words} {required}" if field is Field.NAME else words,
                first[field],
                max_chars=400,
                key=f"czlonek-{field}-{key}",
            )

    ask((Field.NAME,), [st])
    left, right = st.columns(2)
    values[Field.SECTOR] = _choose(Field.SECTOR, Sector, first, left, key, text)
    values[Field.STATUS] = _choose(Field.STATUS, Status, first, right, key, text)
    ask((Field.LOCALITY, Field.GMINA, Field.POWIAT), st.columns(3))
    with st.expander(text("edit.more")):
        ask((Field.STREET, Field.HOUSE, Field.POSTAL_CODE), st.columns(3))
        ask((Field.KIND, Field.ROLE), st.columns(2))
        ask((Field.NIP, Field.REGON, Field.KRS), st.columns(3))
        ask((Field.JOINED, Field.LEFT_ON), st.columns(2))
        ask((Field.SOURCE, Field.SOURCE_DATE), st.columns(2))
        ask((Field.PHONE, Field.EMAIL, Field.WEBSITE, Field.REMARKS), st.columns(2))
        st.caption(text("edit.contacts"))
    return values


def _choose(field: Field, kinds: Iterable[str], first: dict[Field, str], column: Any, key: str, text: Text) -> str:
    """Ask for a value of a fixed set; where none is known, name and kind may tell it."""
    names = {str(v): text(f"{field}.{v}") for v in kinds}
    options = list(names) if first[field] else ["", *names]
    chosen: str = column.selectbox(
        text(f"field.{field}"),
        options,
        options.index(first[field]) if first[field] in options else 0,
        format_func=lambda v: names.get(v) or text("edit.from_name"),
        key=f"czlonek-{field}-{key}",
    )
    return chosen


def _answered(
    values: dict[Field, str], held: KeptCluster, member_id: str, prepared: Any, key: str, text: Text
) -> Filled | None:
    """Show what is wrong or asked; return the form once nothing is left."""
    made: list[Decision] = []
    while True:
        filled = member_edits.check_form(values, held, member_id, made, prepared)
        if problems := filled.problems(text):
            st.error("\n".join(f"- {plain(p)}" for p in problems))
            return None
        answered = len(made)
        for question in filled.review.questions:
            answer = _ask(question, prepared, key, text)
            if answer is not None:
                made.append(Decision(question.key, answer, question.rows))
        if filled.ready:
            for remark in filled.remarks(text):
                st.caption(plain(remark))
            return filled
        if len(made) == answered:
            st.info(text("edit.answer"))
            return None


def _ask(question: Question, prepared: Any, key: str, text: Text) -> str | None:
    """Show one question about a member with its answers."""
    st.markdown(f"**{plain(text.say(question.text))}**")
    place = st.container()
    options = question
    if question.topic in _ABOUT_PLACES:
        words = st.text_input(
            text("intake.search"), key=f"szukaj-{question.key}-{key}", help=text("intake.search.help")
        )
        if words.strip():
            more = offer(prepared.draft, question, words)
            options = Question(question.key, question.topic, question.text, (*question.options, *more), question.rows)
    keys = [k for k in option_keys(options) if k != REJECT]
    return place.radio(
        text("intake.answer"),
        keys,
        clear_leader(options),
        format_func=lambda k: plain(option_label(options, k, text)),
        captions=[plain(option_note(options, k, text)) for k in keys],
        key=f"odpowiedz-{question.key}-{key}",
    )


def _move(held: KeptCluster, member_id: str, access: Access, text: Text) -> None:
    """Take a click on the map, or coordinates, as the new place of a member."""
    page = page_state()
    # A click counts for the member it was made for, and only once.
    mine = f"{held.cluster.cluster_id}-{member_id}-{held.stored.version}"
    places: dict[str, tuple[float, float]] = page.setdefault("member-places", {})
    st.caption(text("edit.move.how"))
    typed = st.text_input(text("edit.coordinates"), key=f"wspolrzedne-{mine}", help=text("edit.coordinates.help"))
    if typed.strip():
        if (place := place_of(typed)) is None:
            st.warning(text("edit.coordinates.wrong", given=plain(typed)))
        elif page.get("member-typed") != (mine, typed):
            page["member-typed"] = (mine, typed)
            places[mine] = place
    painting = moving_painting(held, member_id, places.get(mine), text)
    clicked = show_clickable_map(painting, key="member-map")
    if clicked is not None and clicked != page.get("member-click"):
        page["member-click"] = clicked
        places[mine] = clicked
        st.rerun()
    if mine not in places:
        st.info(text("edit.move.none"))
    save = text("edit.move.save")
    blocked = not access.may_write or mine not in places
    if pressed(st.container(), save, type="primary", key="zapisz-miejsce", disabled=blocked):
        _try(held, lambda: member_edits.moved(held, member_id, *metric(*places[mine])), MOVE, member_id, access, text)


def _leave(held: KeptCluster, member_id: str, access: Access, text: Text) -> None:
    """Ask on which day a member left, or let it belong again."""
    gone = member_edits.form_of(held, member_id)[Field.LEFT_ON]
    if gone:
        st.markdown(text("edit.gone", date=plain(gone)))
        if pressed(st.container(), text("edit.back"), key="czlonek-wraca", disabled=not access.may_write):
            _try(held, lambda: member_edits.departed(held, member_id, ""), CORRECT, member_id, access, text)
        return
    key = f"odejscie-{held.cluster.cluster_id}-{member_id}"
    left, _ = st.columns([1, 2])
    when = left.text_input(
        text("edit.left_on"), f"{today():%d.%m.%Y}", max_chars=20, key=key, help=text("edit.left_on.help")
    )
    st.caption(text("edit.leave.how"))
    blocked = not access.may_write or not when.strip()
    if pressed(st.container(), text("edit.leave.save"), type="primary", key="zapisz-odejscie", disabled=blocked):
        _try(held, lambda: member_edits.departed(held, member_id, when), LEAVE, member_id, access, text)


def _remove(held: KeptCluster, member_id: str, access: Access, text: Text) -> None:
    st.caption(text("edit.remove.how"))
    blocked = not access.may_write
    if pressed(st.container(), text("edit.remove.save"), key="zdejmij-z-listy", disabled=blocked):
        _try(held, lambda: member_edits.removed(held, member_id), REMOVE, member_id, access, text)


def _try(held: KeptCluster, change: Callable[[], Any], action: str, member_id: str, access: Access, text: Text) -> None:
    """Make a change and keep it, or say why that cannot be."""
    try:
        members = change()
    except KlastryError as error:
        show_error(error, text)
        return
    _keep(held, members, action, member_edits.form_of(held, member_id)[Field.NAME], access, text)


@undisturbed()
def _keep(held: KeptCluster, members: Any, action: str, name: str, access: Access, text: Text) -> None:
    page, cluster_id = page_state(), held.cluster.cluster_id
    try:
        done = member_edits.save(access, held, members, action=action, name=name)
    except ConflictError as error:
        hold_conflict(page, error, held.cluster, members, name)
        st.rerun()
    except KlastryError as error:
        show_error(error, text)
        return
    said = text(f"edit.done.{action}", name=plain(name), number=done.after)
    page[_DONE] = (cluster_id, done, f"{said} {text('edit.merged')}" if done.merged else said)
    page["member-turn"] = page.get("member-turn", 0) + 1
    page.pop(_ASKED, None)
    page.pop("saved", None)
    page["opened"].pop(cluster_id, None)
    st.rerun()
