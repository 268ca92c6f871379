"""A member keeps its identifier for good: what changed in a list is told as it is."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.model.intake import RawTable
from geo.model.members import DETAIL_COLUMNS, Field
from geo.render.text import Text
from geo.services.access import Access
from geo.services.editing import keep, open_kept
from geo.services.intake.identity import appended, match
from geo.services.intake.review import decide, prepare, suggest_mapping
from geo.services.versions import compare_versions
from support.lists import made

PL = Text("pl")
ME = Access(may_write=True, author="ja", reason="local")
EVERYTHING = frozenset(Field)
HEADINGS = ("Nazwa", "Forma prawna", "NIP", "Miejscowość", "Gmina", "Powiat", "Telefon")


def read(*rows, headings=HEADINGS):
    raw = RawTable(headings, tuple(rows), tuple(range(2, len(rows) + 2)))
    return decide(prepare(raw, suggest_mapping(raw)), ())


def row(name, nip="", place="Klucze", gmina="Klucze", phone=""):
    return (name, "fundacja", nip, place, gmina, "olkuski", phone)


def kept(*rows):
    """Keep a list as a new cluster and return it as it is opened."""
    cluster = replace(made(0)[0], cluster_id="miesiac", name="Miesiąc")
    keep(ME, cluster, 0, read(*rows).members, action="create")
    return open_kept("miesiac")


FIRST = [
    row("Fundacja Pierwsza", nip="8567346215", phone="32 642 00 00"),
    row("Fundacja Druga"),
    row("Fundacja Trzecia", place="Rodaki"),
    row("Fundacja Czwarta"),
    row("Fundacja Piąta", place="Bukowno", gmina="Bukowno"),
]


def test_next_months_list_changes_exactly_what_it_changes():
    base = kept(*FIRST)
    review = read(
        row("Szósta Fundacja"),
        row("Fundacja PIERWSZA", nip="856-734-62-15", phone="32 642 11 11"),
        row("Fundacja „Druga”"),
        row("Fundacja Piąta", place="Bukowno", gmina="Bukowno"),
    )
    found = match(base.members, review.members, review.told)
    assert (found.added, found.gone, found.changed, found.same) == (1, 2, 2, 1)
    assert found.likely == ()
    keep(ME, base.cluster, 1, found.members, action="import")
    after = open_kept("miesiac").members
    assert after["member_id"].tolist() == ["00006", "00001", "00002", "00005"]
    changes = compare_versions("miesiac", 1, 2, PL, contacts=True)
    assert sorted(zip(changes.iloc[:, 0], changes.iloc[:, 1], strict=True)) == [
        ("dodany członek", "Szósta Fundacja"),
        ("usunięty członek", "Fundacja Czwarta"),
        ("usunięty członek", "Fundacja Trzecia"),
        ("zmieniony członek", "Fundacja Druga"),
        ("zmieniony członek", "Fundacja Pierwsza"),
    ]
    assert "32 642 11 11" in changes.to_string()
    assert "32 642" not in compare_versions("miesiac", 1, 2, PL).to_string()


def test_what_a_list_does_not_tell_stays():
    base = kept(*FIRST)
    headings = ("Nazwa", "Forma prawna", "Miejscowość", "Powiat")
    review = read(*((r[0], r[1], r[3], r[5]) for r in FIRST), headings=headings)
    found = match(base.members, review.members, review.told)
    assert (found.added, found.gone, found.changed, found.same) == (0, 0, 0, 5)
    assert found.members["phone"][0] == "32 642 00 00"
    assert found.members["nip"][0] == "8567346215"


def test_a_better_place_is_kept_and_a_corrected_one_is_a_change():
    base = kept(*FIRST)
    members = base.members.copy()
    members.loc[1, "precision"] = "point"
    members.loc[[1], "geometry"] = gpd.GeoSeries([shapely.Point(541_000.0, 272_000.0)], index=[1], crs=2180)
    moved = [*FIRST[:3], row("Fundacja Czwarta", place="Rodaki"), FIRST[4]]
    review = read(*moved)
    found = match(members, review.members, review.told)
    assert (found.added, found.gone, found.changed, found.same) == (0, 0, 1, 4)
    assert found.members.geometry[1].x == 541_000.0
    assert found.members["locality"].tolist()[3] == "Rodaki"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        # Units of one gmina share its NIP.
        (["Szkoła nr 1", "Szkoła nr 2", "Szkoła nr 3"], ["Szkoła nr 1", "Szkoła nr 2", "Przedszkole nr 9"], (1, 1, 0)),
        (["Szkoła nr 1"], ["Szkoła nr 2"], (1, 1, 0)),
        (["Fundacja Rozwoju Klucz"], ["Fundacja Rozwoju Klucze"], (0, 0, 1)),
    ],
)
def test_names_with_other_numbers_are_other_organisations(old, new, told):
    shared = "" if len(old) == 1 else "8567346215"
    base = kept(*(row(n, nip=shared) for n in old)) if not shared else None
    before = base.members if base else _plain(old, shared)
    found = match(before, _plain(new, shared), EVERYTHING)
    assert (found.added, found.gone, found.changed) == told


def _plain(names, nip=""):
    _, members = made(len(names))
    blank = dict.fromkeys(DETAIL_COLUMNS, "") | {"nip": nip}
    gmina = {"teryt": "121204", "locality": "Klucze", "precision": "locality", "person": False, "given": ""}
    alike = {"sector": "ngo", "status": "member", "joined": "", "left_on": ""}
    points = gpd.GeoSeries([shapely.Point(541_000.0, 272_000.0)] * len(names), crs=2180)
    return members.assign(name=names, **blank, **gmina, **alike).set_geometry(points)


def test_likeness_is_told_and_can_be_refused():
    before = _plain(["Fundacja Rozwoju Klucz", "Bank"])
    after = _plain(["Fundacja Rozwoju Klucze", "Bank"]).assign(
        teryt=["121204", "121205"], locality=["Klucze", "Olkusz"]
    )
    found = match(before, after, EVERYTHING - {Field.MEMBER_ID})
    assert [(i, o, n) for i, o, n in found.likely] == [
        ("00001", "Fundacja Rozwoju Klucz", "Fundacja Rozwoju Klucze"),
        ("00002", "Bank", "Bank"),
    ]
    refused = match(before, after, EVERYTHING - {Field.MEMBER_ID}, apart=["00002"])
    assert (refused.added, refused.gone, refused.changed) == (1, 1, 1)
    assert refused.members["member_id"].tolist()[0] == "00001"


def test_a_recycled_number_of_a_list_is_no_identity():
    before = _plain(["Alfa Bank", "Beta Szkoła"])
    after = _plain(["Gamma Szpital", "Beta Szkoła", "Alfa Bank"])
    found = match(before, after, EVERYTHING)
    assert (found.added, found.gone, found.changed, found.same) == (1, 0, 0, 2)
    ids = dict(zip(found.members["name"], found.members["member_id"], strict=True))
    assert (ids["Alfa Bank"], ids["Beta Szkoła"]) == ("00001", "00002")


def test_a_list_that_is_added_takes_nobodys_identifier():
    _, members = made(3)
    joined = appended(members, members)
    assert joined["member_id"].is_unique
    assert len(joined) == 6
    assert all(i.startswith("+") for i in appended(members.iloc[:0], members)["member_id"])


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(0, 30), unique=True, max_size=12),
    st.lists(st.integers(0, 30), unique=True, max_size=12),
    st.randoms(use_true_random=False),
)
def test_any_two_lists_differ_by_what_they_do_not_share(old, new, random):
    names = [
        f"{w} {v}"
        for w in ("Alfa", "Beta", "Gamma", "Delta", "Omega", "Sigma")
        for v in ("Las", "Dom", "Rzeka", "Most", "Pole", "Woda")
    ]
    random.shuffle(new)
    found = match(_plain([names[i] for i in old]), _plain([names[i] for i in new]), EVERYTHING)
    kept_ids = {f"{n:05d}": names[i] for n, i in enumerate(old, start=1)}
    assert found.added == len(set(new) - set(old))
    assert found.gone == len(set(old) - set(new))
    assert (found.changed, found.same) == (0, len(set(old) & set(new)))
    for member_id, name in zip(found.members["member_id"], found.members["name"], strict=True):
        assert kept_ids.get(member_id, name) == name
    assert pd.Index(found.members["member_id"]).is_unique
