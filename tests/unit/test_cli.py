"""The shell gives the same numbers as the pages, and errors a person can act on."""

import csv
import io
import json
import os
import subprocess
import sys

import openpyxl
import pytest

from geo.__main__ import main
from geo.model.coverage import CoverageQuery
from geo.render.text import Text
from geo.services.powiat import powiat_report
from geo.services.standing import standing


def test_report_as_json_has_the_numbers_of_the_page(capsys):
    arguments = ["report", "--cluster", "kluczewski", "--powiat", "1212", "--radius-km", "10", "--format", "json"]
    assert main(arguments) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer == powiat_report(CoverageQuery("kluczewski", radius_km=10), "1212", Text("pl")).as_dict()
    assert answer["covered"] == 75_119


def test_report_as_markdown(capsys):
    assert main(["report", "--cluster", "kluczewski", "--powiat", "olkuski"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("# powiat olkuski\n")
    assert "| Klucze | gmina wiejska |" in out


def test_report_of_all_clusters_is_what_the_page_of_the_powiat_says(capsys):
    assert main(["report", "--powiat", "Olkusz", "--format", "json"]) == 0
    found = standing("1212", Text("pl"))
    assert json.loads(capsys.readouterr().out) == found.as_dict()
    assert main(["report", "--powiat", "1212"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"# powiat olkuski\n\n{found.sentence}\n\n{found.empty_sentence}\n")
    assert "| Klucze | gmina wiejska | objęty | Kluczewski klaster | 6 |" in out
    assert out.endswith(f"{found.view.picture.sources}\n")


def test_a_report_of_all_clusters_in_a_file_is_the_sheet(capsys, tmp_path):
    for ending, begins in (("pdf", b"%PDF"), ("docx", b"PK")):
        out = tmp_path / f"kartka.{ending}"
        assert main(["report", "--powiat", "1212", "--out", str(out)]) == 0
        assert out.read_bytes().startswith(begins)
        assert capsys.readouterr().out == f"{out}: {out.stat().st_size} B\n"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--radius-km", "3"], "[error.option.refused] Widok „report” nie zna opcji --radius-km. Zna: --powiat"),
        (["--declared"], "nie zna opcji --declared"),
        (["--need", "sector:ngo"], "nie zna opcji --need"),
        (["--out", "x.png"], "x.png"),
    ],
)
def test_what_a_report_of_all_clusters_does_not_know_is_refused(capsys, more, words):
    assert main(["report", "--powiat", "1212", *more]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err


def test_coverage_as_csv(capsys):
    assert main(["coverage", "--cluster", "kluczewski", "--radius-km", "10"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out), delimiter=";"))
    assert [r["TERYT"] for r in rows] == ["121201", "121203", "121204", "121205", "121206", "121207"]
    assert {r["Werdykt"] for r in rows} == {
        "objęty",
        "w zasięgu, bez członka",
        "teren klastra, bez członków",
        "brak danych",
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["report", "--cluster", "nie-ma", "--powiat", "1212"], "Nie ma klastra „nie-ma”"),
        (["report", "--cluster", "kluczewski", "--powiat", "Nibylandia"], "„Nibylandia” nie jest kodem"),
        (["report", "--cluster", "kluczewski", "--powiat", "brzeski"], "jedna z wartości: 1202, 1601"),
        (["coverage", "--cluster", "kluczewski", "--radius-km", "900"], "Oczekiwano: od 1 do 60"),
        (["coverage", "--cluster", "kluczewski", "--area", "9999"], "„9999” nie jest kodem"),
        (["coverage", "--cluster", "kluczewski", "--area", "abc"], "„abc” nie jest kodem"),
        (["coverage", "--cluster", "kluczewski", "--area", "121201", "--level", "powiat"], "gmina lub mniejsze"),
        (["map", "--cluster", "kluczewski", "--area", "9999", "--out", "x.png"], "„9999” nie jest kodem"),
        (["map", "--cluster", "kluczewski", "--out", "/nie/ma/x.svg"], "/nie/ma/x.svg"),
        (["atlas", "--cluster", "nie-ma", "--area", "1212", "--out", "x.pdf"], "Nie ma klastra „nie-ma”"),
        (["deck", "--cluster", "kluczewski", "--powiat", "9999", "--out", "x.pptx"], "„9999” nie jest kodem"),
        (["coverage", "--cluster", "kluczewski", "--times", "/nie/ma.csv"], "/nie/ma.csv"),
    ],
)
def test_errors_go_to_stderr_with_exit_code_1(capsys, arguments, words):
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err


def test_wrong_usage_ends_with_2(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["report"])
    assert caught.value.code == 2
    assert "--powiat" in capsys.readouterr().err


def test_clusters_side_by_side(capsys, tmp_path):
    assert main(["compare", "--cluster", "all", "--radius-km", "10"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out), delimiter=";"))
    assert len(rows) == 11
    assert rows[0]["Mieszkańcy w zasięgu"] == "75119"
    assert main(["compare", "--cluster", "kluczewski,skarzyski", "--out", str(tmp_path / "p.xlsx")]) == 0
    assert (tmp_path / "p.xlsx").read_bytes()[:2] == b"PK"


def test_concentration_in_words(capsys):
    assert main(["concentration", "--cluster", "kluczewski"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("## Iloraz lokalizacji")
    assert "Klucze (gmina wiejska): 6 członków, a gdyby rozkładali się tak jak ludność, byłoby 1." in out
    assert out.count("Za mało danych") == 3


@pytest.mark.parametrize("page", ["cp1250", "cp852", "iso-8859-2"])
def test_the_shell_writes_utf_8_whatever_the_code_page(page):
    asked = [sys.executable, "-m", "geo", "coverage", "--cluster", "kluczewski", "--area", "1212"]
    answer = subprocess.run(asked, check=True, capture_output=True, env=os.environ | {"PYTHONIOENCODING": page})
    head, *rows = answer.stdout.decode("utf-8").splitlines()
    assert "(km²)" in head
    assert any(row.startswith("Bolesław;") for row in rows)


def test_the_table_of_coverage_can_be_written_to_a_file(tmp_path):
    file = tmp_path / "gminy.xlsx"
    assert main(["coverage", "--cluster", "kluczewski", "--area", "1212", "--out", str(file)]) == 0
    units, sources = openpyxl.load_workbook(file).worksheets
    assert units.max_row == 7
    said = " ".join(str(c.value) for row in sources.iter_rows() for c in row)
    assert "ODbL" in said
