"""Reach by road: a small network of known times, read from OpenStreetMap's own format and reckoned by hand."""

import heapq
import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.__main__ import main
from geo.analysis.points import coordinates
from geo.analysis.road_times import ACCESS_KMH, MAX_ACCESS_M, RoadNetwork, isochrone, reach_by_road, road_times
from geo.errors import OfficialFileError, QueryError
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.io.roads import SPEEDS, build_roads, load_roads, roads
from geo.model.compare import CompareQuery
from geo.model.coverage import CoverageQuery
from geo.model.reach import Reach
from geo.model.units import Level
from geo.render.text import Text
from geo.services.compare import compare_view
from geo.services.coverage import compute, counted_members, coverage_view
from geo.services.invitation import invitation
from geo.services.library import resolve
from geo.services.need import need_view
from geo.services.network import network_view
from geo.services.powiat import powiat_report
from geo.services.reaching import reached_localities
from geo.services.roads import near_by_road
from geo.services.sensitivity import sensitivity
from geo.services.siting import siting_view

PL = Text("pl")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(tmp_path / "var"))
    return tmp_path


def extract(path, nodes, ways):
    """Write nodes (x, y in EPSG:2180) and ways ((refs), tags) as an extract."""
    places = gpd.GeoSeries.from_xy(*zip(*nodes, strict=True), crs=2180).to_crs(4326)
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for n, point in enumerate(places, start=1):
            writer.add_node(osmium.osm.mutable.Node(id=n, location=(point.x, point.y), version=1))
        for n, (refs, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=n, nodes=[r + 1 for r in refs], tags=tags, version=1))
    return path


# A square of 10 km: a road around it, a quick one-way across, a private one and a path.
CORNERS = [(550_000, 250_000), (560_000, 250_000), (560_000, 260_000), (550_000, 260_000), (555_000, 250_000)]
WAYS = [
    ((0, 4, 1, 2), {"highway": "secondary"}),
    ((2, 3), {"highway": "secondary", "maxspeed": "30"}),
    ((3, 0), {"highway": "residential"}),
    ((0, 2), {"highway": "trunk", "oneway": "yes"}),
    ((1, 3), {"highway": "tertiary", "access": "private"}),
    ((4, 3), {"highway": "footway"}),
]
DIAGONAL = np.hypot(10_000, 10_000)


@pytest.mark.parametrize("ending", ["osm.pbf", "osm"])
def test_an_extract_becomes_junctions_and_times_between_them(folder, ending):
    made = build_roads(extract(folder / f"kraj.{ending}", CORNERS, WAYS))
    assert roads() == made
    xy, tail, head, seconds = load_roads(made)
    # A corner where nobody can turn is no node of its own, unless the road to it is long.
    at = {tuple(np.round(p / 1000).astype(int)): n for n, p in enumerate(xy)}
    a, b, c, d = (at[k] for k in ((550, 250), (560, 250), (560, 260), (550, 260)))
    assert made.nodes == 5
    edges = {(int(t), int(h)): float(s) for t, h, s in zip(tail, head, seconds, strict=True)}
    side = 10_000 / (SPEEDS["secondary"] / 3.6)
    wanted = {
        (a, c): DIAGONAL / (SPEEDS["trunk"] / 3.6),
        (b, c): side,
        (c, b): side,
        (c, d): 10_000 / (30 / 3.6),
        (d, a): 10_000 / (SPEEDS["residential"] / 3.6),
    }
    for pair, value in wanted.items():
        assert edges[pair] == pytest.approx(value, rel=2e-3)
    # The quick road leads one way only; the private one and the path lead nowhere.
    assert not {(c, a), (b, d), (d, b)} & set(edges)


def network_of(edges, xy):
    tail, head, seconds = (np.array(v) for v in zip(*edges, strict=True))
    return RoadNetwork(np.array(xy, dtype=float), tail.astype(np.int32), head.astype(np.int32), seconds.astype("f4"))


def by_hand(network, members, places, limit_s):
    """Return the seconds to the quickest member by Dijkstra's own steps, one place at a time."""
    ways = {}
    for t, h, s in zip(network.tail.tolist(), network.head.tolist(), network.seconds.tolist(), strict=True):
        ways.setdefault(t, []).append((h, s))

    def join(point):
        far = np.hypot(*(network.xy - point).T)
        n = int(far.argmin())
        return n, far[n] / (ACCESS_KMH / 3.6) if far[n] <= MAX_ACCESS_M else np.inf

    ends = [join(m) for m in members]
    found = []
    for place in places:
        start, access = join(place)
        seen, queue = {}, [(access, start)] if np.isfinite(access) else []
        while queue:
            spent, node = heapq.heappop(queue)
            if node in seen:
                continue
            seen[node] = spent
            for other, s in ways.get(node, ()):
                if other not in seen:
                    heapq.heappush(queue, (spent + max(s, 0.05), other))
        times = [seen.get(n, np.inf) + max(extra, 0.05) for n, extra in ends]
        quickest = min(times, default=np.inf)
        found.append(quickest if quickest <= limit_s else np.inf)
    return np.array(found)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_times_are_those_of_the_shortest_paths(data):
    size = data.draw(st.integers(2, 12))
    whole = st.integers(0, 20_000)
    xy = data.draw(st.lists(st.tuples(whole, whole), min_size=size, max_size=size, unique=True))
    node = st.integers(0, size - 1)
    edges = data.draw(st.lists(st.tuples(node, node, st.floats(1, 900)), min_size=1, max_size=40))
    network = network_of(edges, xy)
    point = st.tuples(whole, whole)
    members = np.array(data.draw(st.lists(point, min_size=1, max_size=4)), dtype=float)
    places = np.array(data.draw(st.lists(point, min_size=1, max_size=8)), dtype=float)
    found = road_times(network, members, places, limit_min=30)
    wanted = by_hand(network, members, places, 1800)
    # Ties of two nearest nodes may fall to either.
    for got, want, place in zip(60 * found.minutes, wanted, places, strict=True):
        far = np.sort(np.hypot(*(network.xy - place).T))
        if len(far) < 2 or far[1] - far[0] > 1e-6:
            assert got == pytest.approx(want, rel=1e-4, abs=0.06)
    assert ((found.nearest >= 0) == np.isfinite(found.minutes)).all()
    assert (found.nearest < len(members)).all()


def test_far_from_roads_nothing_is_known_and_beyond_the_limit_nobody_is_reached():
    network = network_of([(0, 1, 600.0), (1, 0, 600.0)], [(0, 0), (10_000, 0)])
    members = np.array([[0.0, 0.0], [np.nan, np.nan]])
    places = np.array([[10_000.0, 0.0], [10_000.0, 3001.0], [np.nan, np.nan], [100.0, 0.0]])
    found = road_times(network, members, places, limit_min=30)
    assert found.minutes[0] == pytest.approx(10, abs=0.01)
    assert found.joined.tolist() == [True, False, False, True]
    assert found.nearest.tolist() == [0, -1, -1, 0]
    assert np.isinf(road_times(network, members, places, limit_min=5).minutes[0])
    nobody = road_times(network, np.empty((0, 2)), places, limit_min=30)
    assert np.isinf(nobody.minutes).all()


def test_the_outline_holds_what_is_reached_and_not_what_is_not():
    network = network_of([(0, 1, 600.0), (1, 0, 600.0)], [(0, 0), (10_000, 0)])
    times = road_times(network, np.array([[0.0, 0.0]]), np.empty((0, 2)), limit_min=60)
    near, all_of_it = (isochrone(network, times, m) for m in (5, 15))
    assert shapely.contains(near, shapely.Point(0, 0))
    assert not shapely.intersects(near, shapely.Point(10_000, 0))
    assert shapely.contains(all_of_it, shapely.Point(10_000, 0))
    assert shapely.is_empty(isochrone(network, times, -1))


@pytest.fixture
def olkuski(folder):
    """Build roads that join every locality of a powiat to its neighbour in a row, at 40 km/h."""
    localities = load_localities()
    own = localities[localities["teryt"].str.startswith("1212")].geometry
    order = np.argsort(own.x.to_numpy())
    points = [(p.x, p.y) for p in own.iloc[order]]
    extract(folder / "olkuski.osm.pbf", points, [(tuple(range(len(points))), {"highway": "unclassified"})])
    build_roads(folder / "olkuski.osm.pbf")


@pytest.mark.usefixtures("olkuski")
def test_coverage_by_road_is_that_of_the_row_of_places():
    query = CoverageQuery("kluczewski", "1212", minutes=45)
    result, localities = compute(query), load_localities()
    members = coordinates(counted_members(query).geometry)
    network = RoadNetwork(*load_roads(roads()))
    own = result.localities
    seconds = by_hand(network, members[np.isfinite(members).all(axis=1)], coordinates(own.geometry), 7200)
    np.testing.assert_allclose(own["minutes"], seconds / 60, atol=0.01)
    sure = np.abs(seconds / 60 - 45) > 0.01
    assert (own["covered"].to_numpy() == (seconds / 60 <= 45))[sure].all()
    # A road goes along every place of the row, so its time is known, be it longer than two hours.
    assert own["untimed"].mean() < 0.05
    untimed = own["untimed"] & ~own["covered"]
    assert own["unknown"][untimed].all()
    assert result.untimed == untimed.sum()
    assert 0 < own["covered"].sum() < len(own)
    view = coverage_view(query, PL, circles=True)
    assert "45 min jazdy samochodem" in view.headline
    assert any("OpenStreetMap" in note for note in view.notes)
    assert view.painting.arcs
    assert "przerywana linia: do 45 min jazdy od członka" in [m.label for m in view.picture.marks]
    assert not view.painting.rings
    # From its largest place, in whole minutes, beside the distance in a straight line.
    table = view["units"].frame
    seats = own.sort_values(["population", "name"], ascending=[False, True]).drop_duplicates("teryt")
    wanted = seats.set_index("teryt")["minutes"].round().replace(np.inf, np.nan)
    np.testing.assert_allclose(table["minutes"].astype(float), wanted.loc[table["teryt"]])
    assert not coverage_view(query, PL).painting.arcs
    # Elsewhere there are no roads, so nothing is known.
    away = compute(replace(query, area="1213"))
    assert away.localities["untimed"].any()
    assert len(localities) > len(own)


@pytest.mark.usefixtures("olkuski")
def test_whoever_may_stand_somewhere_reaches_what_the_roads_from_there_reach():
    members = counted_members(CoverageQuery("kluczewski", "1212"))
    localities, network = load_localities(), RoadNetwork(*load_roads(roads()))
    own = localities[localities["teryt"].str.startswith("1212")]
    units = load_units(Level.GMINA)
    nodes = network.xy[shapely.contains_xy(units.geometry["121204"], network.xy)]
    assert len(nodes)
    seconds = by_hand(network, nodes, coordinates(own.geometry), 7200)
    near = near_by_road(coordinates(own.geometry), own["teryt"], ("121204",), 20)
    wanted = (seconds / 60 <= 20) | (own["teryt"] == "121204")
    sure = np.abs(seconds / 60 - 20) > 0.01
    assert (near == wanted)[sure].all()
    assert 0 < near.sum() < len(near)
    assert near_by_road(coordinates(own.geometry), own["teryt"], ("",), 20).all()
    assert not near_by_road(coordinates(own.geometry), own["teryt"], (), 20).any()
    # Of a member without a point its gmina alone is known.
    unplaced = members.assign(geometry=None).assign(teryt="121204", precision="gmina").head(1)
    found, _ = reached_localities(own, units[units.index.str.startswith("1212")], unplaced, ("121204",), Reach(10, 20))
    assert not found["covered"].any()
    assert (found["unknown"] == near | found["untimed"]).all()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_each_site_reaches_what_it_alone_would_reach(data):
    size = data.draw(st.integers(2, 10))
    whole = st.integers(0, 9000)
    xy = data.draw(st.lists(st.tuples(whole, whole), min_size=size, max_size=size, unique=True))
    node = st.integers(0, size - 1)
    edges = data.draw(st.lists(st.tuples(node, node, st.floats(1, 900)), min_size=1, max_size=30))
    network = network_of(edges, xy)
    point = st.tuples(whole, whole)
    sites = np.array(data.draw(st.lists(point, min_size=1, max_size=12)), dtype=float)
    places = np.array(data.draw(st.lists(point, min_size=1, max_size=8)), dtype=float)
    limit = data.draw(st.integers(5, 40))
    found = reach_by_road(network, sites, places, limit_min=limit).toarray() > 0
    assert found.shape == (len(sites), len(places))
    for row, site in zip(found, sites, strict=True):
        alone = road_times(network, site[None], places, limit_min=120).minutes
        sure = np.abs(alone - limit) > 0.01
        assert (row == (alone <= limit))[sure].all()


def test_a_reach_that_nobody_may_ask_for_may_be_a_clusters_own():
    assert Reach(0.5).metres == 500
    for out in (Reach(0.5), Reach(61), Reach(10, 4), Reach(10, 121)):
        with pytest.raises(QueryError):
            out.check()
    with pytest.raises(QueryError):
        CoverageQuery("kluczewski", radius_km=0.5)
    with pytest.raises(QueryError):
        CompareQuery("kluczewski", minutes=121)


def test_more_sites_and_places_than_can_be_looked_at_are_refused(monkeypatch):
    monkeypatch.setattr("geo.analysis.road_times.MAX_SOURCES", 2)
    network = network_of([(n, n + 1, 60.0) for n in range(5)], [(1000 * n, 0) for n in range(6)])
    many = network.xy
    # The road leads one way: to a site come those who stand before it.
    assert reach_by_road(network, many[3:5], many, limit_min=30).toarray().sum(axis=1).tolist() == [4, 5]
    assert reach_by_road(network, many, many[3:5], limit_min=30).toarray().sum(axis=0).tolist() == [3, 2]
    with pytest.raises(QueryError, match="pairs"):
        reach_by_road(network, many, many, limit_min=30)


@pytest.mark.usefixtures("olkuski")
def test_whom_to_invite_is_counted_by_road():
    query = CoverageQuery("kluczewski", "1212", minutes=20)
    out = compute(query).localities
    out = out[~out["covered"]]
    network = RoadNetwork(*load_roads(roads()))
    gains = {}
    everyone = resolve(query.subject).members
    for row in everyone[(everyone["status"] == "potential") & everyone.geometry.notna()].itertuples():
        seconds = by_hand(network, np.array([[row.geometry.x, row.geometry.y]]), coordinates(out.geometry), 1200)
        gains[row.name] = int(out["population"][np.isfinite(seconds)].sum())
    best = siting_view(query, PL, additions=1, among="potential")
    assert best.table.frame["gain"].iloc[0] == max(gains.values()) > 0
    invited = invitation("1212", "kluczewski", PL, reach=Reach(10, 20))
    assert {c.name: c.gained for c in invited.candidates if c.gained is not None} == {
        name: gains[name] for name in (c.name for c in invited.candidates if c.gained is not None)
    }
    assert "20 min jazdy" in invited.rule
    somewhere = siting_view(query, PL, additions=1, among="localities")
    assert somewhere.table.frame["gain"].iloc[0] >= best.table.frame["gain"].iloc[0]


@pytest.mark.usefixtures("olkuski")
def test_every_place_that_offers_kilometres_counts_minutes():
    query = CoverageQuery("kluczewski", minutes=15)
    sure = int(compute(replace(query, area="1212")).units["covered_people"].sum())
    report = powiat_report(query, "1212", PL)
    assert "15 min jazdy" in report.paragraph
    assert " km" not in report.sentences[1]
    assert report.as_dict()["minutes"] == 15
    assert report.as_dict()["covered"] == sure
    needed = need_view(replace(query, people="age_60_plus"), PL)
    assert needed["units"].frame["covered"].sum() == compute(needed.query).units["covered_people"].sum()
    compared = compare_view(CompareQuery("kluczewski", minutes=15), PL)
    row = compared["clusters"].frame.iloc[0]
    assert row["covered"] == sure
    assert any("15 min jazdy" in note for note in compared.notes)
    own = compute(replace(query, area="1212")).localities
    order = own.sort_values("minutes")
    half = order["population"].cumsum() >= order["population"].sum() / 2
    assert row["median_min"] == round(order["minutes"][half].iloc[0], 1)
    pair = network_view(CompareQuery("kluczewski,skarzyski", minutes=15), PL)
    assert pair.painting.arcs
    assert not pair.painting.rings
    assert any("OpenStreetMap" in note for note in pair.notes)
    # The curve over all distances stays one of the straight line.
    line = powiat_report(replace(query, minutes=None), "1212", PL)
    curves = [sensitivity(replace(r.view.query), r.view, PL).curve for r in (report, line)]
    pd.testing.assert_frame_equal(*curves)


def test_the_shell_builds_once_and_counts_by_road(folder, capsys):
    assert main(["coverage", "--cluster", "kluczewski", "--roads", "--limit-min", "30"]) == 1
    assert "official roads" in capsys.readouterr().err
    path = extract(folder / "a.osm.pbf", CORNERS, WAYS)
    assert main(["official", "roads", str(path)]) == 0
    assert "Sieć dróg: 5 węzłów" in capsys.readouterr().out
    assert main(["coverage", "--cluster", "kluczewski", "--roads", "--limit-min", "30", "--format", "json"]) == 0
    capsys.readouterr()
    assert main(["report", "--powiat", "1212", "--cluster", "kluczewski", "--roads", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["minutes"] == 30
    assert main(["compare", "--cluster", "kluczewski", "--limit-min", "30"]) == 1
    assert "--roads" in capsys.readouterr().err
    assert main(["compare", "--cluster", "kluczewski", "--roads", "--limit-min", "300"]) == 1
    assert main(["official", "roads", str(folder / "nie-ma.pbf")]) == 1
    (folder / "b.osm.pbf").write_bytes(b"nic")
    assert main(["official", "roads", str(folder / "b.osm.pbf")]) == 1
    empty = extract(folder / "c.osm.pbf", CORNERS, [((0, 1), {"highway": "footway"})])
    with pytest.raises(OfficialFileError, match="no_roads"):
        build_roads(empty)
    # What was there before stays.
    assert roads().file == "a.osm.pbf"
