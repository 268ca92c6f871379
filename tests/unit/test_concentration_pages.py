"""What the page of concentration says: thresholds, shipped clusters, planted ones, and results kept by content."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.io.clusters import load_clusters, load_members
from geo.io.gazetteer import load_localities
from geo.model.concentration import ConcentrationQuery, Method
from geo.model.units import Level
from geo.render.text import Text
from geo.services import library
from geo.services.concentration import measure as measuring
from geo.services.concentration.view import Background, MapKind, concentration_view
from geo.services.library import SessionList
from support.concentrated import CLUSTER, gminy_of_planted, write_clusters
from support.lists import shipped

PL = Text("pl")


@pytest.fixture
def own():
    """Show a list in this test only."""

    def show(cluster, members):
        library.use((SessionList(cluster, members),))

    yield show
    library._current.set(None)


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    folder = write_clusters(tmp_path_factory.mktemp("clusters"))
    cluster = next(c for c in load_clusters(folder) if c.cluster_id == CLUSTER)
    members = load_members(folder)
    return cluster, members[members["cluster_id"] == CLUSTER].reset_index(drop=True)


def said(view, method):
    return next(r for r in view.readings if r.method is method)


def test_a_shipped_cluster_as_checked_by_hand():
    view = concentration_view(ConcentrationQuery("kluczewski"), MapKind.QUOTIENT, PL)
    assert view.headline.startswith(
        "Klucze (gmina wiejska): 6 członków, a gdyby rozkładali się tak jak ludność, byłoby 1. "
        "To najwyższy iloraz lokalizacji (LQ): 6,27 (95%: 3,08–7,28). To raczej nie przypadek"
    )
    centre = said(view, Method.CENTRE)
    assert centre.sentence.startswith("Środek członków leży 3,7 km na zachód od środka ludności terenu klastra.")
    assert "(4,5 km) niż mieszkańcy swojego (9,7 km)" in centre.sentence
    assert said(view, Method.SECTORS).sentence.startswith("Najliczniejszy sektor: NGO, 71% z 7 członków. HHI 0,59")
    for method in (Method.UNEVENNESS, Method.NEIGHBOURS, Method.RIPLEY):
        assert not said(view, method).enough
        assert not len(said(view, method).numbers)
        assert said(view, method).sentence.startswith("Za mało danych")


def test_places_that_are_not_known_are_said_beside_every_number():
    view = concentration_view(ConcentrationQuery("lubelska-medycyna"), MapKind.QUOTIENT, PL)
    assert "tylko dla 9 z 32 członków" in view.warning
    # Sectors need no place.
    assert "66% z 32 członków" in said(view, Method.SECTORS).sentence
    assert concentration_view(ConcentrationQuery("kluczewski"), MapKind.QUOTIENT, PL).warning == ""


def test_chance_is_not_judged_where_most_places_are_unknown():
    # 9 of 32 members have a known unit; the others may stand anywhere.
    view = concentration_view(ConcentrationQuery("lubelska-medycyna", Level.POWIAT), MapKind.QUOTIENT, PL)
    words = said(view, Method.QUOTIENT).sentence
    assert "LQ" in words
    assert "dla 9 z 32 członków" in words
    assert "przypadek nie tłumaczy" not in words
    assert "To może być przypadek" not in words


def test_members_at_one_place_are_not_called_too_few(own):
    cluster, members = shipped()
    point = members.geometry.dropna().iloc[0]
    same = members.assign(status="member", precision="locality", teryt="121204", geometry=point)
    own(replace(cluster, cluster_id="jedno"), same.assign(cluster_id="jedno"))
    view = concentration_view(ConcentrationQuery("jedno"), MapKind.GI, PL)
    assert said(view, Method.CENTRE).sentence.startswith("Wszyscy członkowie o znanym miejscu są w jednej miejscowości")


@pytest.mark.parametrize("kind", list(MapKind))
def test_every_map_of_every_level_has_a_class_for_every_unit(kind):
    for level in Level:
        view = concentration_view(ConcentrationQuery("lubelska-medycyna", level), kind, PL)
        assert set(view.payload["classes"]) <= set(view.payload["fills"])
        assert view["units"].frame.index.is_unique


def test_the_planted_hot_spot_is_found_and_nothing_far_from_it(own, planted):
    own(*planted)
    view = concentration_view(ConcentrationQuery(CLUSTER), MapKind.GI, PL)
    spots = measuring.hot_spots(ConcentrationQuery(CLUSTER), "gi").table
    hot = set(spots.index[spots["spot"] == "hot"])
    assert gminy_of_planted() <= hot
    assert all(code[:2] in ("12", "24") for code in hot)
    assert view.chart.startswith(b"\x89PNG")
    assert "skupiają się bardziej niż ludność" in said(view, Method.RIPLEY).sentence
    # Forty among 340 are too few to bring the mean distance to the nearest below chance, and that is said.
    assert "Nie widać różnicy względem rozkładu ludności" in said(view, Method.NEIGHBOURS).sentence


def test_many_planted_members_stand_nearer_to_each_other_than_people(own, tmp_path):
    folder = write_clusters(tmp_path, planted=150)
    cluster = next(c for c in load_clusters(folder) if c.cluster_id == CLUSTER)
    members = load_members(folder)
    own(cluster, members[members["cluster_id"] == CLUSTER].reset_index(drop=True))
    view = concentration_view(ConcentrationQuery(CLUSTER), MapKind.QUOTIENT, PL)
    assert "są bliżej siebie niż ludność" in said(view, Method.NEIGHBOURS).sentence


def test_members_who_follow_people_are_not_called_concentrated(own, planted):
    cluster, members = planted
    plain = members.iloc[:300]
    own(cluster, plain)
    view = concentration_view(ConcentrationQuery(CLUSTER), MapKind.MORAN, PL)
    assert view.headline.startswith("Na mapie 2")
    assert "Nie widać różnicy względem rozkładu ludności" in said(view, Method.RIPLEY).sentence
    assert "od tej, jaką dają ludność i przypadek" in said(view, Method.UNEVENNESS).sentence


def test_results_are_kept_by_the_content_of_the_list(own, planted):
    cluster, members = planted
    query = ConcentrationQuery(CLUSTER)
    own(cluster, members)
    first, spots = measuring.measure(query), measuring.hot_spots(query, "gi")
    own(cluster, members.copy())
    assert measuring.measure(query) is first
    assert measuring.hot_spots(query, "gi") is spots
    moved = members.copy()
    moved.loc[0, "geometry"] = moved.geometry[1]
    own(cluster, moved)
    assert measuring.measure(query) is not first
    own(cluster, members.iloc[1:])
    assert measuring.measure(query).ripley.count == int((members["left_on"] == "").sum()) - 1
    np.testing.assert_array_equal(measuring.measure(query).ripley.radii_m, first.ripley.radii_m)


def test_a_background_that_knows_nothing_of_a_unit_gives_it_no_quotient(own):
    localities = load_localities()
    there = localities[localities["teryt"].str.startswith("1212")].iloc[:40]
    cluster, members = shipped()
    rows = gpd.GeoDataFrame(pd.concat([members.iloc[:1]] * len(there), ignore_index=True), crs=members.crs)
    rows = rows.assign(teryt=there["teryt"].to_numpy(), status="member", precision="locality", cluster_id="tlo")
    own(replace(cluster, cluster_id="tlo"), rows.set_geometry(there.geometry.to_numpy(), crs=members.crs))
    values = pd.Series(dict.fromkeys(sorted(set(there["teryt"]))[1:], 10.0))
    view = concentration_view(
        ConcentrationQuery("tlo"), MapKind.QUOTIENT, PL, background=Background("podmioty", values)
    )
    table = view.shown("units").set_index("TERYT")
    unknown = min(there["teryt"])
    assert pd.isna(table.loc[unknown, "LQ"])
    assert "Odniesienie: podmioty" in table.columns
