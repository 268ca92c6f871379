"""Travel times are read from a spreadsheet's CSV, checked, and used instead of a straight line."""

import numpy as np
import pytest

from geo.__main__ import main
from geo.errors import MemberTableError
from geo.io.times import read_times
from geo.model.coverage import CoverageQuery, TravelTimes
from geo.render.error_words import problem_texts
from geo.render.text import Text
from geo.services.coverage import compute, coverage_view

LINES = (
    "TERYT;Miejscowość;Członek;Minuty",
    "121205;Olkusz;Gmina Bolesław;12,5",
    "121205;Olkusz;Stowarzyszenie „NIKIFOR”;9",
    "121207;Wolbrom;Gmina Bolesław;31",
    "",
)
FILE = "\r\n".join(LINES)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
def test_csv_of_a_polish_spreadsheet_is_read(encoding):
    table = read_times(FILE.encode(encoding))
    assert list(table["minutes"]) == [12.5, 9.0, 31.0]
    assert list(table["locality"]) == ["Olkusz", "Olkusz", "Wolbrom"]
    assert table["member"][1] == "Stowarzyszenie „NIKIFOR”"


def test_english_headings_and_lost_zero():
    table = read_times(b"teryt,locality,member,minutes\n20101,X,Y,5\n")
    assert table["teryt"][0] == "020101"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a;b\n1;2\n", "Columns missing: teryt, miejscowosc, czlonek, minuty"),
        (b"", "no CSV table"),
        (FILE.replace("31", "szybko").encode(), "row 4: minutes “szybko”"),
        (FILE.replace("31", "-1").encode(), "row 4: minutes “-1”"),
        (FILE.replace("31", "inf").encode(), "row 4: minutes “inf”"),
        (FILE.replace("121207", "12120x").encode(), "row 4: teryt “12120x”"),
    ],
)
def test_problems_are_named_with_their_row(content, words):
    with pytest.raises(MemberTableError) as caught:
        read_times(content)
    assert words in problem_texts(caught.value, Text("en"))[0]


def test_times_replace_distances():
    query = CoverageQuery("kluczewski")
    result = compute(query, TravelTimes(read_times(FILE.encode()), 30.0))
    olkusz = result.localities[(result.localities["name"] == "Olkusz")].iloc[0]
    assert (olkusz["minutes"], olkusz["covered"]) == (9.0, True)
    wolbrom = result.localities[result.localities["name"] == "Wolbrom"].iloc[0]
    assert not wolbrom["covered"]
    assert result.untimed == len(result.localities) - 2
    units = result.units
    assert (units["covered_people"] + units["residual_people"] + units["unknown_people"] == units["population"]).all()
    assert units["covered_people"].sum() == olkusz["population"]
    assert units["covered_km2"].isna().all()
    assert np.isnan(result.radius_m)


def test_page_says_that_times_were_used():
    view = coverage_view(CoverageQuery("kluczewski"), Text("pl"), times=TravelTimes(read_times(FILE.encode()), 30.0))
    assert "nie więcej niż 30 min dojazdu" in view.headline
    assert "km²" not in set(view.shown("numbers").iloc[:, 0])
    assert any(n.startswith("Bez czasu w pliku:") for n in view.notes)


def test_times_from_the_shell(tmp_path, capsys):
    file = tmp_path / "czasy.csv"
    file.write_text(FILE, encoding="utf-8")
    assert main(["coverage", "--cluster", "kluczewski", "--times", str(file), "--limit-min", "10"]) == 0
    assert "nie więcej niż 10 min" in capsys.readouterr().out
    assert main(["coverage", "--cluster", "kluczewski", "--times", str(tmp_path / "nie-ma.csv")]) == 1
    assert "nie-ma.csv" in capsys.readouterr().err


@pytest.mark.parametrize("end", [";", ";;", "; ;"])
def test_rows_that_end_with_separators_are_read(end):
    table = read_times((f"{end}\r\n".join(LINES)).encode())
    assert list(table["minutes"]) == [12.5, 9.0, 31.0]
    assert list(table["teryt"]) == ["121205", "121205", "121207"]
    assert list(table.index) == [0, 1, 2]


def test_rows_that_end_with_separators_though_their_headings_do_not_are_read():
    table = read_times(FILE.replace("12,5", "12,5;").replace("31", "31;").encode())
    assert list(table["minutes"]) == [12.5, 9.0, 31.0]
