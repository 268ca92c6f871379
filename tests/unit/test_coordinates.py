"""Pairs of numbers are read in every system and order, and checked against what the row declares."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from geo.analysis.coordinates import EAST_FIRST, NORTH_FIRST, READINGS, decimals, read_number, read_pairs
from geo.io.boundaries import load_units
from geo.io.uploads.reader import read_upload
from geo.model.intake import Decision, RowState
from geo.model.units import Level
from geo.services.ground import gmina_index
from geo.services.intake.review import decide, prepare, suggest_mapping

GMINY = load_units(Level.GMINA)
PLACES = GMINY.geometry.representative_point()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("50,2817", 50.2817),
        ("50.2817", 50.2817),
        (" 245 123,45 ", 245123.45),
        ("245\xa0123.5", 245123.5),
        ("50°16'54\"N", 50 + 16 / 60 + 54 / 3600),
        ("N 50° 16,9'", 50 + 16.9 / 60),
        ("19°33'W", -(19 + 33 / 60)),
        ("50.2817°", 50.2817),
    ],
)
def test_numbers_as_people_write_them(text, number):
    assert read_number(text) == pytest.approx(number)


@pytest.mark.parametrize("text", ["", "brak", "50,28,1", "1e5", "--3", "50;19", "٣"])
def test_what_is_no_number(text):
    assert np.isnan(read_number(text)) or text == "٣"


def test_decimals():
    assert [decimals(t) for t in ("50", "50,2", "50.28171", "50°16'")] == [0, 1, 5, 9]


def _zone(longitude):
    return 2176 + int(np.clip((longitude - 13.5) // 3, 0, 3))


@given(st.integers(0, len(PLACES) - 1), st.sampled_from([4326, 2180, 2000]), st.booleans())
@settings(max_examples=300)
def test_the_true_reading_is_always_among_the_possible_ones(place, epsg, swapped):
    point = PLACES.iloc[place]
    longitude = Transformer.from_crs(2180, 4326, always_xy=True).transform(point.x, point.y)[0]
    epsg = _zone(longitude) if epsg == 2000 else epsg
    east, north = Transformer.from_crs(2180, epsg, always_xy=True).transform(point.x, point.y)
    pair = (east, north) if swapped else (north, east)
    readings = read_pairs(np.array([pair[0]]), np.array([pair[1]]), gmina_index())
    true = next(
        k for k, r in enumerate(READINGS) if r.epsg == epsg and r.order == (EAST_FIRST if swapped else NORTH_FIRST)
    )
    assert true in readings.possible(0)
    assert readings.points[true, 0] == pytest.approx((point.x, point.y), abs=0.01)
    assert gmina_index().codes[readings.units[true, 0]] == PLACES.index[place]
    if epsg == 4326:
        # Degrees leave no doubt which is which.
        assert readings.possible(0) == [true]


def test_most_swapped_pairs_of_2180_still_lie_in_poland():
    xy = np.column_stack([PLACES.x, PLACES.y])
    readings = read_pairs(xy[:, 1], xy[:, 0], gmina_index())
    swapped = next(k for k, r in enumerate(READINGS) if r.epsg == 2180 and r.order == EAST_FIRST)
    assert (readings.units[swapped] >= 0).mean() > 0.7


def review(lines, decisions=()):
    raw = read_upload("a.csv", "\n".join(lines).encode())
    return decide(prepare(raw, suggest_mapping(raw)), list(decisions))


def test_a_pair_that_contradicts_its_gmina_is_a_question_with_both_answers():
    # Klucze is near 50.33 N, 19.56 E; these are the coordinates of Warsaw.
    asked = review(["Nazwa;Sektor;Miejscowość;Gmina;Powiat;Lat;Lon", "A;NGO;Klucze;Klucze;olkuski;52.2297;21.0122"])
    (question,) = asked.questions
    assert question.topic == "coordinates"
    assert [o.key.partition(":")[0] for o in question.options] == ["locality", "reading", "unit", "nowhere"]
    here = review(
        ["Nazwa;Sektor;Miejscowość;Gmina;Powiat;Lat;Lon", "A;NGO;Klucze;Klucze;olkuski;52.2297;21.0122"],
        [Decision(question.key, question.options[0].key)],
    )
    assert here.table.loc[2, "teryt"] == "121204"
    assert here.table.loc[2, "precision"] == "locality"


def test_unlabelled_metres_without_a_place_are_asked_once_for_all_rows():
    lines = ["Nazwa;Sektor;X;Y", *(f"Firma {n};biznes;{260000 + n};{550000 + n}" for n in range(20))]
    asked = review(lines)
    (question,) = asked.questions
    assert (question.topic, len(question.rows)) == ("order", 20)
    assert asked.count(RowState.ACCEPTED) == 0


def test_one_checked_row_settles_the_order_for_rows_that_say_nothing():
    lines = ["Nazwa;Sektor;Powiat;X;Y", "Sprawdzona;biznes;olkuski;273000;551000"]
    lines += [f"Firma {n};biznes;;{260000 + n};{550000 + n}" for n in range(5)]
    assert review(lines).count(RowState.ACCEPTED) == 6
    # A row that can only be read the other way round makes the order doubtful again.
    lines.append("Odwrotna;biznes;olkuski;551000;273000")
    lines.append("Zgodna;biznes;olkuski;273100;551100")
    asked = review(lines)
    assert {q.topic for q in asked.questions} == {"order"}
    assert asked.count(RowState.DECIDE) == 6


@pytest.mark.parametrize(
    ("pair", "topic"), [("abc;19", "coordinates"), ("10;10", "coordinates"), ("50.3;", "coordinates")]
)
def test_unusable_coordinates_are_asked_not_dropped(pair, topic):
    asked = review(["Nazwa;Sektor;Miejscowość;Powiat;Lat;Lon", f"A;NGO;Klucze;olkuski;{pair}"])
    assert [q.topic for q in asked.questions] == [topic]


def test_rounded_degrees_are_no_point():
    taken = review(["Nazwa;Sektor;Miejscowość;Powiat;Lat;Lon", "A;NGO;Klucze;olkuski;50,3;19,6"])
    assert taken.table.loc[2, "precision"] == "locality"
    assert [n.key for n in taken.notes] == ["coarse"]


def test_swapped_degrees_are_mended_and_said():
    taken = review(["Nazwa;Sektor;Gmina;Powiat;Lat;Lon", "A;NGO;Klucze;olkuski;19,5625;50,3278"])
    assert taken.table.loc[2, "precision"] == "point"
    assert taken.table.loc[2, "teryt"] == "121204"
    assert [n.key for n in taken.notes] == ["swapped"]
