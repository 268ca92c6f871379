"""On ten thousand rows with planted faults, and on lists of the shapes of real ones, rows go where their truth says."""

import resource
import time

import numpy as np
import pandas as pd
import pytest

from geo.io.uploads.masking import MASK
from geo.io.uploads.reader import read_upload
from geo.model.intake import REJECT, Decision, RowState
from geo.render.text import Text
from geo.services.intake.review import decide, describe, prepare, suggest_mapping
from support.planted import PLACE, REJECTED, figures, first_three, judged, planted, planted_lists

PL = Text("pl")
SHAPES = (
    *("address", "postal_code", "own_name", "abroad", "around", "districts", "spellings", "teryt", "coordinates"),
    *("powiat_twice", "table"),
)
PLACED = 0.97


@pytest.fixture(scope="module")
def run():
    file = planted()
    start = time.perf_counter()
    raw = read_upload("lista.csv", file.content)
    told = []
    prepared = prepare(raw, suggest_mapping(raw), progress=lambda done, total: told.append((done, total)))
    review = decide(prepared, [])
    seconds = time.perf_counter() - start
    truth = file.truth.set_index("row")
    return file, raw, prepared, review, truth, told, seconds


def test_numbers_for_the_record(run, capsys):
    _, raw, _, review, truth, _, seconds = run
    placed, right = _placed(review, truth)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts = {str(s): review.count(s) for s in RowState}
    with capsys.disabled():
        print(  # noqa: T201 - the figures of the closing note
            f"\n10 000 rows: read {len(raw.rows)}, {counts}; placed {len(placed)}, right {right.mean():.4%}, "
            f"of placeable {right.sum() / truth['placeable'].sum():.4%}; {seconds:.2f} s; peak {peak:.0f} MB"
        )
    assert sum(counts.values()) == len(raw.rows) == len(truth)


def test_every_row_is_read_and_stands_in_exactly_one_group(run):
    _, raw, _, review, truth, _, _ = run
    assert list(raw.numbers) == list(truth.index)
    assert review.table["state"].isin(list(RowState)).all()
    waiting = {r for q in review.questions for r in q.rows}
    assert set(review.table.index[review.table["state"] == "decide"]) == waiting
    assert set(review.table.index[review.table["state"] == "rejected"]) == set(review.reasons)


def test_rows_go_where_their_truth_says(run):
    _, _, _, review, truth, _, _ = run
    wrong = review.table["state"] != truth["expected"]
    by_fault = truth[wrong].groupby("fault").size()
    # What must be asked or refused is never taken.
    taken = (review.table["state"] == "accepted") & (truth["expected"] != "accepted")
    assert not taken.any(), truth[taken]
    # An inflected name that is also another place's name is asked about: a handful.
    assert wrong.sum() <= 0.002 * len(truth), by_fault


def _placed(review, truth):
    table = review.table
    placed = table[(table["state"] == "accepted") & table["precision"].isin(["point", "locality"])]
    told = truth.loc[placed.index]
    distance = np.hypot(placed["x"].astype(float) - told["x"], placed["y"].astype(float) - told["y"])
    return placed, (distance <= 1.0) & (placed["teryt"] == told["teryt"])


def test_precision_and_recall_of_places(run):
    _, _, _, review, truth, _, _ = run
    _, right = _placed(review, truth)
    assert right.mean() >= 0.995
    assert right.sum() / truth["placeable"].sum() >= 0.97


def test_rows_known_to_a_gmina_have_no_point(run):
    _, _, _, review, truth, _, _ = run
    only = review.table[truth["fault"] == "gmina_only"]
    assert set(only["precision"]) == {"gmina"}
    assert only["x"].isna().all()
    assert (only["teryt"] == truth.loc[only.index, "teryt"]).all()


def test_natural_persons_are_counted_in_their_gmina_and_nothing_else_is_left(run):
    _, raw, _, review, truth, _, _ = run
    persons = review.table[truth["person"]]
    assert review.table["person"].astype(bool).equals(truth["person"])
    assert set(persons["name"]) == {"Osoba fizyczna"}
    assert (persons[["nip", "regon", "krs", "street", "house", "postal_code", "locality"]] == "").all().all()
    assert persons["x"].isna().all()
    assert (persons["teryt"] == truth.loc[persons.index, "teryt"]).all()
    names = {raw.rows[raw.numbers.index(row)][0] for row in persons.index}
    shown = review.accepted_table(PL).to_csv() + review.members.drop(columns="geometry").to_csv()
    assert not any(name in shown for name in names)


def test_a_pesel_is_nowhere(run):
    file, raw, _, review, truth, _, _ = run
    lines = file.content.decode("cp1250").split("\r\n")
    numbers = [lines[row - 1].split(";")[4] for row in truth.index[truth["fault"] == "pesel"]]
    assert len(numbers) == 40
    everything = (
        repr(raw)
        + review.rejected_table(PL).to_csv()
        + "".join(describe(p, PL) for problems in review.reasons.values() for p in problems)
    )
    assert not any(number in everything for number in numbers)
    assert MASK in everything


def test_progress_is_told_up_to_the_end(run):
    told = run[5]
    assert told[-1] == (10_000, 10_000)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_problem_names_row_column_what_came_and_what_was_expected(run):
    review = run[3]
    for problems in review.reasons.values():
        for problem in problems:
            assert PL.say(problem.given)
            assert PL.say(problem.expected)
            assert PL.say(problem.column) or problem.key == "extra"
    for question in review.questions:
        assert PL.say(question.text)
        for row in question.rows:
            assert review.asked[question.key][row].row == row


def test_decisions_move_rows_and_undo_brings_them_back(run):
    _, _, prepared, before, truth, _, _ = run
    made = [Decision(q.key, q.options[0].key, q.rows) for q in before.questions]
    after = decide(prepared, made)
    # Places that were open may turn out to be duplicates; nothing else is asked again.
    assert {q.topic for q in after.questions} <= {"duplicate"}
    assert after.count(RowState.REJECTED) == before.count(RowState.REJECTED)
    swapped = after.table[truth["fault"] == "swapped_2180"]
    assert set(swapped["precision"]) == {"point"}
    again = decide(prepared, [])
    assert again.table.equals(before.table)
    refused = decide(prepared, [Decision(before.questions[0].key, REJECT)])
    assert refused.count(RowState.REJECTED) > before.count(RowState.REJECTED)


def test_a_decision_for_some_rows_leaves_the_others_open(run):
    _, _, prepared, before, _, _, _ = run
    question = next(q for q in before.questions if q.topic == "order")
    after = decide(prepared, [Decision(question.key, question.options[0].key, question.rows[:3])])
    left = next(q for q in after.questions if q.key == question.key)
    assert left.rows == question.rows[3:]
    assert set(after.table.loc[list(question.rows[:3]), "state"]) == {"accepted"}


def test_a_list_read_once_is_asked_about_in_both_languages(run):
    """The words of questions, answers and problems are made when they are shown: nothing is read again for them."""
    review, english = run[3], Text("en")
    question = next(q for q in review.questions if q.topic == "place")
    said = {text.language: text.say(question.text) for text in (PL, english)}
    assert said["pl"] != said["en"]
    problem = next(iter(review.asked[question.key].values()))
    assert PL.say(problem.expected) != english.say(problem.expected)
    assert {text.say(o.label) for o in question.options for text in (PL, english)} > {
        PL("intake.option.nowhere"),
        english("intake.option.nowhere"),
    }
    columns = [set(review.question_table(question).shown(text).columns) for text in (PL, english)]
    assert not columns[0] & columns[1]


@pytest.fixture(scope="module")
def shapes():
    """Judge some five hundred rows, every variant once at least; former members are left to another test."""
    rows = pd.concat([judged(made) for made in planted_lists(rows=450)])
    return rows[rows["shape"] != "former"]


def _told(rows):
    columns = ["variant", "cells", "right", "found", "answers"]
    return "\n".join(str(line) for line in rows[columns].to_dict("records"))


def test_shapes_for_the_record(shapes, capsys):
    with capsys.disabled():
        print(f"\n{figures(shapes).to_string()}")  # noqa: T201 - the figures of the closing note
    assert set(shapes["shape"]) == set(SHAPES)
    assert len(shapes) <= 600


@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_is_placed_wrongly_in_silence(shapes, shape):
    wrong = shapes[(shapes["shape"] == shape) & (shapes["outcome"] == "wrong")]
    assert wrong.empty, _told(wrong)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_question_has_the_right_answer_among_the_first_three_and_words_tell_it_apart(shapes, shape):
    asked = shapes[(shapes["shape"] == shape) & (shapes["outcome"] == "asked")]
    untold = asked[~first_three(asked)]
    assert untold.empty, _told(untold)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_a_clerk_would_place_is_placed(shapes, shape):
    placeable = shapes[(shapes["shape"] == shape) & (shapes["expected"] == PLACE) & (shapes["right"] != (REJECTED,))]
    missed = placeable[placeable["outcome"] != "right"]
    assert len(placeable)
    assert len(missed) <= (1 - PLACED) * len(placeable), _told(missed)


def test_only_rows_below_a_table_are_refused(shapes):
    below = shapes["right"] == (REJECTED,)
    refused = shapes[below]
    assert set(refused["outcome"]) == {"rejected"}, _told(refused)
    lost = shapes[~below & shapes["outcome"].isin(["rejected", "lost"])]
    assert lost.empty, _told(lost)
