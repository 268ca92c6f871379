"""Tables have the same identifiers in every language and words only where shown; options are honoured or refused."""

import csv
import inspect
import io
import json
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.__main__ import main
from geo.errors import OfficialFileError, OptionError, QueryError
from geo.model.concentration import ConcentrationQuery
from geo.model.coverage import CoverageQuery
from geo.render.table import Column, Table, named, worded
from geo.render.text import LANGUAGES, Text
from geo.services import views
from geo.services.concentration.view import MapKind, concentration_view
from geo.services.powiat import powiat_report
from geo.services.views import OF_ALL, VIEWS, Given, view_of
from geo.settings import ROOT

PL, EN = Text("pl"), Text("en")
LINKS = b"od;do;rodzaj\nkluczewski-003;kluczewski-007;dostawa\n"
NEEDED = {"ties": {"links": LINKS}}
# A value of every option that differs from the default.
OTHER = {
    "area": "121204",
    "level": "powiat",
    "need": "sector:ngo",
    "declared": True,
    "measure": "per_10k_people",
    "radius_km": 3.0,
    "map": "gi",
    "month": "2014-02",
    "links": LINKS,
    "times": "teryt;miejscowosc;czlonek;minuty\n121205;Olkusz;Stowarzyszenie „NIKIFOR”;10\n".encode(),
    "limit_min": 5.0,
    "people": "65+",
    "roads": True,
}
# In these the default of another option would hide what changes.
CLUSTER = {"declared": "skarzyski", "level": "lubelska-medycyna", "month": "lubelska-medycyna"}


def asked(name, text, **options):
    return view_of(name, Given("kluczewski", text, NEEDED.get(name, {}) | options))


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_has_the_same_identifiers_in_both_languages(name):
    polish, english = (asked(name, text) for text in (PL, EN))
    assert [t.name for t in polish.tables] == [t.name for t in english.tables]
    for table in polish.tables:
        other = english[table.name]
        assert list(table.frame.columns) == [c.key for c in table.columns]
        assert list(table.frame.columns) == list(other.frame.columns)
        assert len(set(table.frame.columns)) == len(table.columns)
        assert not any(re.search(r"[^a-z0-9_.]", key) for key in table.frame.columns if table.name != "matrix")
        assert len(table) == len(other)
        shown = polish.shown(table.name)
        assert list(shown.columns) == [worded(c.heading, PL) for c in table.columns if not c.filed]
        if table.name != "matrix":
            assert list(shown.columns) != list(english.shown(table.name).columns)


def documented():
    """Return the identifiers of every table that the page of the data contract lists, by its heading."""
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    parts = re.split(r"^## ", page, flags=re.MULTILINE)[1:]
    return {part.splitlines()[0].strip("` "): re.findall(r"`([a-z0-9_.]+)`", part.split("\n", 1)[1]) for part in parts}


@pytest.mark.parametrize("name", VIEWS)
def test_identifiers_of_json_are_the_documented_ones(name):
    view = asked(name, PL)
    for table in view.tables:
        if table.name == "matrix":
            continue
        listed = documented()[f"{name} {table.name}"]
        optional = {"possible", "value", "minutes", "median_min"}
        assert [k for k in table.frame.columns if k not in optional] == [k for k in listed if k not in optional]


def test_json_of_the_report_is_the_documented_one():
    report = powiat_report(CoverageQuery("kluczewski"), "1212", PL).as_dict()
    keys = [*report, *report["powiat"], *report["gminy"][0]]
    assert sorted(set(keys)) == sorted(set(documented()["report"]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_json_from_the_shell_is_the_same_in_every_language(language, capsys):
    assert main(["coverage", "--cluster", "kluczewski", "--format", "json", "--lang", language]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {r["teryt"]: r["verdict"] for r in rows}["121204"] == "covered"
    assert rows[0].keys() == json.loads(json.dumps(asked("coverage", PL)["units"].records()))[0].keys()
    assert all(isinstance(r["missing_sectors"], list) for r in rows)


@pytest.mark.parametrize("option", OTHER)
@pytest.mark.parametrize("name", VIEWS)
def test_an_option_is_honoured_or_refused(name, option):
    subject = CLUSTER.get(option, "kluczewski")
    base = {} if subject != "kluczewski" else NEEDED.get(name, {})
    if option == "limit_min":
        base = base | ({"times": OTHER["times"]} if name == "coverage" else {"roads": True})
    given = Given(subject, PL, base | {option: OTHER[option]})
    if option not in VIEWS[name][1]:
        with pytest.raises(OptionError, match="refused"):
            view_of(name, given)
        return
    if option == "roads" or base.get("roads"):
        # Nobody has built a network here, and that is said.
        with pytest.raises(OfficialFileError, match="no_network"):
            view_of(name, given)
        return
    if name == "ties":
        assert len(view_of(name, given)["links"]) == 1
        return
    plain = view_of(name, Given(subject, PL, base))
    changed = view_of(name, given)
    told = [(v.picture.subtitle, v.payload, [t.frame.to_csv() for t in v.tables]) for v in (plain, changed)]
    if option == "limit_min":
        # Ten minutes are within thirty and not within five.
        assert "30 min" in plain.headline
        assert "5 min" in changed.headline
    assert told[0] != told[1]


def test_every_option_of_a_view_is_tried_above():
    assert {option for _, honoured in VIEWS.values() for option in honoured} == set(OTHER)
    assert set(re.findall(r'options(?:\.get\(|\[)"(\w+)"', inspect.getsource(views))) == set(OTHER)


def test_what_an_option_needs_is_said():
    with pytest.raises(OptionError, match="needed"):
        view_of("ties", Given("kluczewski", PL, {}))
    with pytest.raises(OptionError, match="needed"):
        view_of("coverage", Given("kluczewski", PL, {"limit_min": 5.0}))
    with pytest.raises(QueryError, match="need"):
        view_of("density", Given("kluczewski", PL, {"need": "kind:szkoła"}))


def test_the_shell_names_what_a_view_knows(capsys, tmp_path):
    arguments = ["map", "--view", "density", "--cluster", "kluczewski", "--radius-km", "3", "--out"]
    assert main([*arguments, str(tmp_path / "x.csv")]) == 1
    said = capsys.readouterr().err
    assert "[error.option.refused] Widok „density” nie zna opcji --radius-km." in said
    assert "--area, --level, --need, --declared, --measure" in said
    arguments = ["atlas", "--kind", "density", "--cluster", "kluczewski", "--area", "1212", "--radius-km", "3"]
    assert main([*arguments, "--out", str(tmp_path / "x.pdf")]) == 1


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_can_be_had_from_the_shell(name, tmp_path, capsys):
    links = tmp_path / "links.csv"
    links.write_bytes(LINKS)
    more = ["--links", str(links)] if name == "ties" else []
    line = ["map", "--view", name, *([] if name in OF_ALL else ["--cluster", "kluczewski"]), *more]
    written = {}
    for ending in ("csv", "xlsx", "json", "png"):
        out = tmp_path / f"x.{ending}"
        assert main([*line, "--out", str(out)]) == 0
        written[ending] = out.read_bytes()
    assert written["png"].startswith(b"\x89PNG")
    assert written["xlsx"].startswith(b"PK")
    rows = json.loads(written["json"])
    view = asked(name, PL)
    first = view["units"] if "units" in [t.name for t in view.tables] else view.tables[0]
    assert len(rows) == len(first)
    for table in view.tables:
        out = tmp_path / f"{table.name}.csv"
        assert main([*line, "--table", table.name, "--out", str(out)]) == 0
        read = list(csv.reader(io.StringIO(out.read_bytes().decode("utf-8-sig")), delimiter=";"))
        assert len(read) == len(table) + 1
    assert main([*line, "--table", "zzz", "--out", str(out)]) == 1
    assert "zzz" in capsys.readouterr().err


def test_a_view_of_all_clusters_knows_no_cluster_and_others_need_one(capsys, tmp_path):
    out = ["--out", str(tmp_path / "x.json")]
    assert main(["map", "--view", "country", "--cluster", "kluczewski", *out]) == 1
    assert "[error.option.refused] Widok „country” nie zna opcji --cluster. Zna: --lang" in capsys.readouterr().err
    assert main(["map", "--view", "country", "--level", "gmina", *out]) == 1
    assert "nie zna opcji --level. Zna: --people" in capsys.readouterr().err
    assert main(["map", "--view", "density", *out]) == 1
    assert "[error.option.needed] Widok „density” wymaga opcji --cluster." in capsys.readouterr().err


def test_density_from_the_shell_counts_what_is_asked(tmp_path):
    def members(*more):
        out = tmp_path / "x.json"
        assert main(["map", "--kind", "density", "--cluster", "skarzyski", *more, "--out", str(out)]) == 0
        out = tmp_path / "y.json"
        line = ["map", "--view", "density", "--cluster", "skarzyski", *more, "--table", "organisations"]
        assert main([*line, "--out", str(out)]) == 0
        return [row["status"] for row in json.loads(out.read_text(encoding="utf-8"))]

    assert set(members()) <= {"member"}
    assert "declared" in members("--declared")


def test_no_number_comes_from_a_word():
    """Of two columns of one heading both stay, and values of an identifier are words only when shown."""
    same = (Column("a", "col.name"), Column("b", "col.name"), Column("v", "coverage.verdict", named("verdict")))
    table = Table.of_rows("x", same, [(1, 2, "gap"), (3, 4, "covered")])
    assert table.shown(PL).shape == (2, 3)
    assert table["v"].tolist() == ["gap", "covered"]
    assert table.shown(PL).iloc[:, 2].tolist() == [PL("verdict.gap"), PL("verdict.covered")]
    assert table.only("v", "a", "nothing").shown(EN).columns.tolist() == [EN("coverage.verdict"), EN("col.name")]
    assert table.without("v").frame.columns.tolist() == ["a", "b"]
    assert table.rows([1, 0])["a"].tolist() == [3, 1]
    assert table.records() == [{"a": 1, "b": 2, "v": "gap"}, {"a": 3, "b": 4, "v": "covered"}]


@given(
    st.lists(
        st.tuples(st.integers(-(10**9), 10**9), st.floats(allow_nan=True, allow_infinity=False, width=32), st.text()),
        max_size=8,
    )
)
def test_records_are_what_went_in(rows):
    columns = [Column(key, "col.name") for key in ("whole", "real", "words")]
    rows = [(a, b, c.encode("utf-8", "ignore").decode()) for a, b, c in rows]
    records = Table.of_rows("x", columns, rows).records()
    assert len(records) == len(rows)
    for record, (whole, real, words) in zip(records, rows, strict=True):
        assert record["whole"] == whole
        assert record["words"] == words
        assert record["real"] is None if pd.isna(real) else record["real"] == pytest.approx(real, abs=1e-9, rel=1e-9)


def test_the_view_of_a_hidden_part_says_so():
    view = concentration_view(ConcentrationQuery("lubelska-medycyna"), MapKind.QUOTIENT, PL)
    assert view.warning
    assert view.warning in view.picture.notes, "a file says it too"
    assert view.warning not in view.notes, "the page says it once"
