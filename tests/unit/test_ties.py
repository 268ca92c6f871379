"""Links between members are read strictly and measured as a graph."""

import numpy as np
import pandas as pd
import pytest

from geo.analysis.ties import arc, measure_ties, tie_matrix
from geo.errors import MemberTableError
from geo.io.ties import read_ties
from geo.model.ties import TieKind
from geo.render.error_words import problem_texts
from geo.render.palette import TERRITORY_LINE
from geo.render.text import Text
from geo.services.ties import linked_members, template_csv, ties_view

PL = Text("pl")
MEMBERS = pd.DataFrame(
    {"member_id": ["a", "b", "c", "d", "e"], "name": ["Ósemka", "Beta", "Gmina", "Gmina", "=Epsilon"]}
)


def read(*rows):
    return read_ties(("\n".join(["od;do;rodzaj", *rows])).encode(), MEMBERS)


def test_names_and_identifiers_are_known():
    ties = read("osemka;Beta;dostawa", "a;c;Współpraca", "a;c;wspolpraca", "d;=Epsilon;skierowanie")
    assert ties.to_numpy().tolist() == [["a", "b", "supply"], ["a", "c", "cooperation"], ["d", "e", "referral"]]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Gmina;Beta;dostawa", "row 2: “Gmina” is the name of 2 members"),
        ("Zeta;Beta;dostawa", "row 2: “Zeta” is no member"),
        ("a;b;przyjaźń", "row 2: kind “przyjaźń”; allowed: "),
        ("a;Ósemka;dostawa", "is linked with itself"),
        ("a;b;dostawa;uwaga", "row 2: more cells than the 3 columns"),
    ],
)
def test_what_is_wrong_is_named_by_row(row, words):
    with pytest.raises(MemberTableError) as caught:
        read(row, "a;b;dostawa")
    assert len(caught.value.problems) == 1
    assert all(PL(key, **values) for key, values in caught.value.problems)
    assert words in problem_texts(caught.value, Text("en"))[0]


def test_rows_are_counted_as_a_spreadsheet_does():
    with pytest.raises(MemberTableError, match="row: 4, given: nikt"):
        read_ties(b"od;do;rodzaj\na;b;dostawa\n\na;nikt;dostawa\n", MEMBERS)


def test_a_horizontal_link_is_the_same_from_either_end():
    ties = read("b;a;wspolpraca", "a;b;wspolpraca", "b;a;dostawa", "a;b;dostawa")
    assert ties.to_numpy().tolist() == [["a", "b", "cooperation"], ["b", "a", "supply"], ["a", "b", "supply"]]


def test_a_file_of_another_kind_is_refused():
    with pytest.raises(MemberTableError, match="missing: od, do"):
        read_ties(b"nazwa;rodzaj\nx;dostawa", MEMBERS)


def test_measures_of_a_graph_drawn_by_hand():
    ties = read("a;b;dostawa", "b;a;dostawa", "a;b;konkurencja", "a;c;skierowanie", "b;c;wspolpraca")
    found = measure_ties(ties, pd.Index(MEMBERS["member_id"]))
    # A triangle among five: three of ten pairs.
    assert found.density == pytest.approx(0.3)
    assert (found.pairs, found.components, found.isolated) == (3, 1, 2)
    assert found.members["degree"].to_dict() == {"a": 2, "b": 2, "c": 2, "d": 0, "e": 0}
    assert found.members["out"].to_dict() == {"a": 2, "b": 1, "c": 0, "d": 0, "e": 0}
    assert found.members["into"].to_dict() == {"a": 1, "b": 1, "c": 1, "d": 0, "e": 0}


def test_the_matrix_counts_vertical_links_one_way_and_horizontal_ones_both():
    ties = read("a;b;dostawa", "a;c;wspolpraca", "b;d;konkurencja")
    unit = pd.Series({"a": "120401", "b": "120401", "c": "020101", "d": "", "e": ""})
    matrix = tie_matrix(ties, unit)
    assert matrix.index.tolist() == matrix.columns.tolist() == ["020101", "120401", ""]
    assert matrix.to_numpy().tolist() == [[0, 1, 0], [1, 1, 1], [0, 1, 0]]


def test_an_arc_joins_its_ends_and_both_directions_are_apart():
    start, end = np.array([0.0, 0.0]), np.array([10_000.0, 0.0])
    there, back = arc(start, end), arc(end, start)
    np.testing.assert_allclose(there[[0, -1]], [start, end])
    assert there[8, 1] == pytest.approx(1800.0)
    assert back[8, 1] == pytest.approx(-1800.0)


def test_links_of_a_shipped_cluster():
    names = linked_members("kluczewski")["name"].tolist()
    rows = [f"{names[0]};{names[1]};współpraca", f"{names[1]};{names[2]};skierowanie"]
    view = ties_view("kluczewski", "\n".join(["od;do;rodzaj", *rows]).encode(), PL)
    assert view.measures.pairs == 2
    assert len(view["members"]) == 9
    assert len(view["isolated"]) == 6
    assert len(view.payload["arcs"]) + (1 if view.notes else 0) >= 1
    assert [m.label for m in view.picture.marks if m.status == "line" and m.colour != TERRITORY_LINE] == [
        "skierowanie: 1 powiązanie",
        "współpraca: 1 powiązanie",
    ]
    assert view.shown("links")["Rodzaj"].tolist() == ["współpraca", "skierowanie"]


def test_the_template_lists_everybody_who_can_be_linked():
    text = template_csv("kluczewski", PL).decode("utf-8-sig")
    assert text.startswith("od;do;rodzaj;")
    assert len(text.strip().splitlines()) == 1 + len(linked_members("kluczewski"))


def test_kinds_that_have_a_direction():
    assert [k.directed for k in TieKind] == [True, True, False, False]
