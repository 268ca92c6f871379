"""Clusters side by side say what a plain count says."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from geo.analysis.territories import claimed, crossings, evenness, weighted_median
from geo.export.tables import table_file
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.model.cluster import Status
from geo.model.compare import CompareQuery, PanelQuery
from geo.model.coverage import CoverageQuery
from geo.model.picture import Kind, PictureQuery
from geo.model.queries import Measure
from geo.model.units import Level
from geo.render.text import Text
from geo.services.compare import compare_view
from geo.services.coverage import compute
from geo.services.network import network_view
from geo.services.panels import pair_view, sheet_file, sheet_view
from geo.services.pictures import map_file
from geo.services.subjects import subjects_of_all

PL = Text("pl")
EVERY = ",".join(subjects_of_all())


@pytest.fixture(scope="module")
def everybody():
    return compare_view(CompareQuery(EVERY, radius_km=10.0), PL)


def row_of(view, name):
    return view.shown("clusters").set_index("Klaster").loc[name]


def test_a_row_agrees_with_the_coverage_page(everybody):
    row = row_of(everybody, "Kluczewski klaster")
    result = compute(CoverageQuery("kluczewski", radius_km=10.0))
    assert row["Mieszkańcy w zasięgu"] == result.units["covered_people"].sum()
    assert row["Mieszkańcy"] == result.units["population"].sum()
    assert row["Gminy"] == len(result.units) == 6
    assert row["Członkowie"] == 7
    assert row["Deklarowane"] == 2
    assert row["Potencjalne"] == 12
    assert row["Miejsce znane"] + row["Miejsce nieznane"] == 7
    # Half of the people, each counted, are no farther than the median.
    near = np.repeat(result.localities["nearest_m"], result.localities["population"]) / 1000.0
    assert row["Mediana odległości mieszkańca od członka o znanym miejscu (km)"] == pytest.approx(
        np.quantile(near, 0.5, method="lower"), abs=0.051
    )


def test_unknown_is_empty_not_zero(everybody):
    for name in ("Śląski Klaster Seniora", "Klaster Społeczny Uwierz w siebie"):
        row = row_of(everybody, name)
        assert pd.isna(row["Członkowie"])
        assert pd.isna(row["Biznes"])
        assert pd.isna(row["Mieszkańcy w zasięgu"])
        assert pd.isna(row["Mediana odległości mieszkańca od członka o znanym miejscu (km)"])
        assert pd.isna(row["Równowaga sektorów (0–1)"])
        assert name in " ".join(everybody.notes)
    assert pd.isna(row_of(everybody, "Klaster Społeczny Uwierz w siebie")["Gminy"])
    assert (everybody.shown("clusters")["Gini (gminy)"].isna()).all(), (
        "no shipped cluster has ten members of known gmina"
    )


def test_files_of_the_table_keep_whole_numbers_and_empty_cells(everybody):
    text = table_file(everybody["clusters"], "csv", PL).decode("utf-8-sig")
    last = text.strip().splitlines()[-1]
    assert last.startswith("11;Klaster Społeczny Uwierz w siebie;nie podano;;;;")
    assert ";7;2;12;71,5;75119;9260;20621;6,1;6;617;105000;" in text
    assert table_file(everybody["clusters"], "xlsx", PL)[:2] == b"PK"


def test_overlapping_territories_are_hatched_and_listed(everybody):
    overlaps = everybody.shown("overlaps").set_index("Klastry")
    assert overlaps.loc["Kluczewski klaster, Małopolski Klaster Seniora", "Obszar"] == "powiat olkuski"
    assert overlaps.loc["Klaster Lubelska Medycyna, Lubelski Klaster Seniora", "Gminy"] == 213
    codes = load_units(Level(everybody.payload["level"])).index
    key = dict(zip(codes, everybody.payload["classes"], strict=True))
    for code in ("1212", "0663"):
        assert everybody.payload["fills"][key[code]]["stripe"], code
    # Of clusters beyond the sixth the fill has upright stripes: that is no overlap.
    assert everybody.payload["fills"][key["1261"]].get("angle", 0) == 0
    assert everybody.payload["fills"][key["1212"]]["angle"] in (45, 135)
    # Every unit that nobody claims is blank, every other is not.
    inside = claimed(codes, [c.territory for c in everybody.clusters]).any(axis=0)
    assert [k != "0" for k in everybody.payload["classes"]] == inside.tolist()


def test_many_clusters_are_told_by_how_many_claim_a_unit(monkeypatch):
    monkeypatch.setattr("geo.services.compare.MAX_COLOURS", 3)
    view = compare_view(CompareQuery(EVERY), PL)
    assert [r.label for r in view.legend] == ["dwa klastry", "jeden klaster"]
    assert "stripe" in view.payload["fills"]["2"]
    codes = load_units(Level(view.payload["level"])).index
    tip = view.payload["tips"][str(codes.get_loc("1212"))]
    assert tip == "Kluczewski klaster, Małopolski Klaster Seniora"


def test_files_of_the_map(everybody):
    png = map_file(everybody.picture, PictureQuery(), Kind.PNG)
    assert Image.open(io.BytesIO(png)).size == (1920, 1080)
    table = map_file(everybody.picture, PictureQuery(), Kind.CSV).decode("utf-8-sig")
    assert "Kluczewski klaster, Małopolski Klaster Seniora" in table
    assert b"Lubelski Klaster Seniora" in map_file(everybody.picture, PictureQuery(), Kind.GEOJSON)


def test_voivodeships_without_a_cluster():
    view = network_view(CompareQuery("regionalne-klastry-seniora"), PL)
    table = view.shown("voivodeships").set_index("Województwo")
    without = set(table.index[table["Stan"] == "żaden z wybranych"])
    assert len(without) == 10
    assert "mazowieckie" in without
    assert "opolskie" in without, "the cluster of Opole is not of this network"
    assert table.loc["dolnośląskie", "Organizacje"] == 8
    assert table.loc["małopolskie", "Stan"] == "całe, nie wiadomo kto"
    assert "bez żadnego z tych klastrów: 10 województw" in view.headline
    assert pd.isna(table.loc["małopolskie", "Organizacje"]), "nobody lists its members: unknown, not none"


def test_reach_across_a_border_is_what_a_plain_loop_finds():
    random = np.random.default_rng(4)
    places = random.uniform(0, 100, (400, 2))
    people = random.integers(1, 500, 400).astype(float)
    inside = np.array([places[:, 0] < 50, places[:, 0] >= 50, places[:, 1] < 20])
    reached = random.random((3, 400)) < 0.2
    perhaps = ~reached & (random.random((3, 400)) < 0.3)
    found = {(c.first, c.second): c for c in crossings(reached, perhaps, inside, people)}
    for (i, j), pair in found.items():
        parts = dict.fromkeys(("into_second", "into_first", "shared"), 0)
        unknown = dict(parts)
        for k, p in enumerate(people):
            for part, mine, other in (("into_second", i, j), ("into_first", j, i)):
                if inside[other, k] and not inside[mine, k]:
                    parts[part] += p if reached[mine, k] else 0
                    unknown[part] += p if perhaps[mine, k] else 0
            states = {("in" if reached[c, k] else "open" if perhaps[c, k] else "out") for c in (i, j)}
            parts["shared"] += p if states == {"in"} else 0
            unknown["shared"] += p if "open" in states and "out" not in states else 0
        for part, n in parts.items():
            assert getattr(pair, part) == n
            assert getattr(pair, f"{part}_unknown") == unknown[part]
    assert set(found) == {(0, 1), (0, 2), (1, 2)}


@pytest.mark.parametrize("subject", ["kluczewski", "lubelska-medycyna", "senior-slaski", "senior-dolnoslaski"])
def test_comparison_says_what_coverage_says(subject):
    row = compare_view(CompareQuery(subject, radius_km=10.0), PL)["clusters"].frame.iloc[0]
    units = compute(CoverageQuery(subject, radius_km=10.0)).units
    parts = {k: int(units[f"{k}_people"].sum()) for k in ("covered", "residual", "unknown")}
    assert row["unknown"] == parts["unknown"]
    if subject == "senior-slaski":
        assert pd.isna(row["covered"])
        assert pd.isna(row["residual"])
        assert row["unknown"] == row["people"]
    else:
        assert (row["covered"], row["residual"]) == (parts["covered"], parts["residual"])
        assert row["covered"] + row["residual"] + row["unknown"] == row["people"]


def test_what_is_compared_has_one_radius():
    table = compare_view(CompareQuery("kluczewski,senior-dolnoslaski"), PL)["clusters"].frame.set_index("number")
    assert list(table["own_reach"]) == [10.0, 30.0]
    far = compare_view(CompareQuery("kluczewski", radius_km=10.0), PL)["clusters"].frame.iloc[0]
    assert table.loc[1, "own_share"] == far["share"] < table.loc[1, "share"]


def test_who_is_in_nobodys_reach():
    near, far = (network_view(CompareQuery("kluczewski", radius_km=r), PL).shown("alone") for r in (10.0, 20.0))
    assert list(near["Nazwa"]) == [
        "PSONI Koło w Wolbromiu (od 1995-12-11)",
        "Klub Senior (MOPS Wolbrom), ul. Żwirki i Wigury",
    ]
    assert (near["Najbliższy znany członek (km)"] > 10).all()
    assert far.empty


def test_a_cluster_without_members_reaches_nobody():
    view = network_view(CompareQuery("senior-malopolski"), PL)
    assert len(view["alone"]) == 12, "all potential members in its voivodeship"
    assert view.shown("alone")["Najbliższy znany członek (km)"].isna().all()


def test_two_maps_have_the_same_classes():
    view = pair_view(PanelQuery(("kluczewski", "lubelska-medycyna"), Level.GMINA), PL, together="słowo")
    first, second = view.payloads
    assert first["fills"] == second["fills"]
    assert first["sync"] == second["sync"] == "słowo"
    codes = load_units(Level.GMINA).index
    # The same number of members has the same class on both.
    assert first["classes"][codes.get_loc("121204")] != "0"
    table = view.table.shown(PL).set_index("Miara")
    assert table.loc["Członkowie"].tolist() == ["7", "32"]


def test_sixteen_voivodeships_at_one_scale():
    view = sheet_view(PanelQuery(subjects_of_all(), Level.POWIAT, Measure.COUNT, (Status.MEMBER,)), PL)
    assert Image.open(io.BytesIO(view.png)).size[0] == 1560
    assert sheet_file(view, Kind.SVG).count(b"100 km") == 1
    assert view.table.shown(PL)["Województwo"].tolist()[:3] == ["dolnośląskie", "kujawsko-pomorskie", "lubelskie"]
    assert len(view.table) == 16
    assert view.table.shown(PL)["Ludność (2024)"].sum() == load_localities()["population"].sum()
    assert "36" in view.headline


@pytest.mark.parametrize(
    ("counts", "even"), [([4, 4, 4], 1.0), ([9, 0, 0], 0.0), ([1, 1, 0], np.log(2) / np.log(3)), ([5], np.nan)]
)
def test_evenness(counts, even):
    assert evenness(np.array(counts, float)) == pytest.approx(even, nan_ok=True)


def test_weighted_median_is_the_median_of_everybody():
    random = np.random.default_rng(2)
    for _ in range(50):
        values, weights = random.uniform(0, 10, 9), random.integers(0, 6, 9)
        if weights.sum():
            everyone = np.quantile(np.repeat(values, weights), 0.5, method="inverted_cdf")
            assert weighted_median(values, weights.astype(float)) == everyone
    assert np.isnan(weighted_median(np.array([1.0]), np.array([0.0])))
