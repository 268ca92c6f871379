"""One search for everything: 200 queries with their right answers, and what must never be an answer."""

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.__main__ import main
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_parts
from geo.model.names import fold
from geo.model.units import Level
from geo.services import library
from geo.services.access import Access
from geo.services.editing import keep
from geo.services.search import find
from support.lists import made

ME = Access(may_write=True, author="ja", reason="local")
with (Path(__file__).parent / "search_queries.csv").open(encoding="utf-8", newline="") as file:
    QUERIES = list(csv.DictReader(file, delimiter=";"))
RIGHT = 195


def is_right(row, codes):
    """Say whether the first answer, and those that must be among the first five, are right."""
    also = [a for a in row["also"].split("|") if a]
    if row["kind"] == "none":
        return codes == []
    if row["also"].startswith("ambiguous:"):
        wanted = row["also"].removeprefix("ambiguous:").split("|")
        return bool(codes) and codes[0] in wanted and set(wanted) <= set(codes[:5])
    five = [a.removeprefix("five:") for a in also if a.startswith("five:")]
    first = {*row["code"].split("|"), *(a for a in also if not a.startswith("five:"))}
    return bool(codes) and codes[0] in first and set(five) <= set(codes[:5])


def codes_of(query):
    return [e.code for e in find(query).found]


def test_200_queries():
    assert len(QUERIES) == 200
    wrong = {row["query"]: codes_of(row["query"])[:5] for row in QUERIES if not is_right(row, codes_of(row["query"]))}
    assert len(QUERIES) - len(wrong) >= RIGHT, wrong


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Łodzi", "1061"),
        ("powiat Olkusz", "1212"),
        ("starostwo Zamość", "0620"),
        ("jeleniogórski", "0206"),
        ("Sitkówka-Nowiny", "260417"),
        ("Praga-Południe", "146501:Warszawa"),
        ("Małopolska", "12"),
        ("gm. Słupsk", "221208"),
        ("nowosądecki", "1210"),
        ("powiat nowy sacz", "1210"),
    ],
)
def test_other_queries_of_the_same_kinds(query, first):
    assert codes_of(query)[0] == first


@pytest.mark.parametrize("level", Level)
def test_every_unit_is_found_by_its_code_and_by_its_name(level):
    units = load_units(level)
    cities = {c for c, k in load_units(Level.POWIAT)["kind"].items() if k.startswith("miasto")}
    word = "woj. " if level is Level.VOIVODESHIP else ""
    often = Counter(fold(n) for n in units["name"])
    # Every third of the gminy, so that the test stays short.
    for code, name in list(units["name"].items())[:: 3 if level is Level.GMINA else 1]:
        own = code[:4] if level is Level.GMINA and code[:4] in cities else code
        assert codes_of(code)[0] == own
        if often[fold(name)] == 1:
            assert own in codes_of(f"{word}{name}")[:5], name


@given(st.text(max_size=60))
def test_anything_may_be_typed(query):
    answers = find(query)
    assert len(answers.found) <= 20
    assert not (answers.found and answers.guesses)
    assert len({(e.kind, e.code) for e in answers.found}) == len(answers.found)


@given(
    st.sampled_from(["Kraków", "olkuski", "gmina Klucze", "Zielona Góra", "32-310"]), st.randoms(use_true_random=False)
)
def test_case_diacritics_hyphens_and_spaces_around_never_matter(query, random):
    noisy = "".join(random.choice((c.upper(), c.lower())) for c in query)
    noisy = (
        noisy.replace("-", random.choice(("-", " ", "–")))
        if "32" in query
        else noisy.replace(" ", random.choice((" ", "-", "  ")))
    )
    assert codes_of(f"  {noisy}. ")[0] == codes_of(query)[0]


def test_persons_and_archived_clusters_are_no_answer():
    cluster, members = made(3)
    members = members.assign(name=["Osoba fizyczna", "Zespół Żubrzyków", "Trzecia"])
    keep(ME, cluster, 0, members, action="create")
    assert codes_of("Zespół Żubrzyków") == ["00002"]
    assert codes_of("osoba fizyczna") == []
    assert codes_of("Próba proba")[0] == "proba"
    keep(ME, replace(cluster), 1, None, action="archive")
    assert codes_of("Zespół Żubrzyków") == []
    assert "proba" not in codes_of("Próba proba")
    library.close_stores()


def test_a_part_of_a_place_answers_last_as_its_mother():
    parts = load_parts()
    named = parts[parts["name"] == "Nowa Huta"].iloc[0]
    assert f"{named['teryt']}:{named['locality']}" in codes_of("Nowa Huta")


def test_the_shell_answers_a_line_for_a_line(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("krakow\n\nasdfgh\nOlksuz\n"))
    assert main(["find", "-", "--format", "json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["query"] for line in lines] == ["krakow", "", "asdfgh", "Olksuz"]
    assert lines[0]["answers"][0] == {"kind": "city", "code": "1261", "name": "Kraków"}
    assert lines[1]["answers"] == lines[2]["answers"] == []
    assert lines[3]["answers"][0]["code"] == "121205"
    assert main(["find", "powiat", "brzeski"]) == 0
    shown = capsys.readouterr().out
    assert "powiat brzeski (małopolskie)" in shown
    assert "powiat brzeski (opolskie)" in shown
