"""
The answers of all clusters together are those that plain loops over members, places and units find.

In the shipped library nobody knows where the members or the ground of Uwierz w siebie are, so that no powiat is surely
without a cluster; without it 163 of them are.
"""

import re
from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.analysis.best_of_clusters import Answer
from geo.io.boundaries import load_units
from geo.io.clusters import load_clusters
from geo.io.gazetteer import load_localities
from geo.model.coverage import CoverageQuery, SectorState, Verdict
from geo.model.units import Level
from geo.render.text import Text
from geo.services import library
from geo.services.country import country, country_view, headline_of
from geo.services.coverage import compute
from geo.services.library import Library, SessionList
from support.lists import shipped

PL, EN = Text("pl"), Text("en")
ORDER = ("covered", "partial", "reached", "territory", "unknown", "none")
ANYWHERE = "uwierz-w-siebie"


@cache
def shipped_library(ids):
    """Return a library of some of the shipped clusters, made once, so that its answers are too."""
    library.use_shipped(())
    everything = library.library()
    clusters = tuple(c for c in everything.clusters if c.cluster_id in ids)
    members = everything.members[everything.members["cluster_id"].isin(ids)].reset_index(drop=True)
    return Library(clusters, (), members, frozenset(), frozenset())


def shown(keep=lambda _: True):
    """Show the shipped clusters, or some of them."""
    ids = tuple(c.cluster_id for c in load_clusters() if keep(c.cluster_id))
    library.show(shipped_library(ids))
    return library.library()


# --- The same again, by plain loops ---------------------------------------------------------------------------------


@cache
def ground():
    """Return gminy and powiaty, and gmina, people and place of each locality."""
    localities = load_localities()
    places = shapely.get_coordinates(localities.geometry.to_numpy())
    return load_units(Level.GMINA), load_units(Level.POWIAT), localities["teryt"], localities["population"], places


def touches(code, area):
    return any(code.startswith(a) or a.startswith(code) for a in area)


def near(code, radius):
    """Say which localities lie in a unit or near it: by the distance to the nearest piece of its border."""
    _, _, teryt, _, places = ground()
    shape = load_units(next(level for level in Level if level.digits == len(code))).geometry[code]
    found = teryt.str.startswith(code).to_numpy(copy=True)
    west, south, east, north = shape.bounds
    low, high = np.array([west, south]) - radius, np.array([east, north]) + radius
    rows = np.flatnonzero(((places >= low) & (places <= high)).all(axis=1) & ~found)
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    ends = [shapely.get_coordinates(ring) for ring in rings]
    pieces = shapely.linestrings(np.concatenate([np.stack([e[:-1], e[1:]], axis=1) for e in ends]))
    (at, _), distance = shapely.STRtree(pieces).query_nearest(
        shapely.points(places[rows]), all_matches=False, return_distance=True
    )
    found[rows[at]] = distance <= radius
    return found


def reach(radius, placed, where):
    """Say of each locality whether it is in reach, and whether that is not known."""
    gminy, _, teryt, _, places = ground()
    covered, unknown = np.zeros(len(places), dtype=bool), np.zeros(len(places), dtype=bool)
    for point in placed.geometry:
        covered |= np.hypot(places[:, 0] - point.x, places[:, 1] - point.y) <= radius
    for code, city in gminy[(gminy["kind"] == "gmina miejska") & (gminy["population"] > 100_000)].iterrows():
        here = (teryt == code).to_numpy()
        circles = [p.buffer(radius, quad_segs=64) for p in placed.geometry if p.distance(city.geometry) <= radius]
        if (placed["teryt"] == code).any():
            covered[here] = True
        elif circles and not shapely.union_all(circles).covers(city.geometry):
            covered[here], unknown[here] = False, True
    for code in {code for area in where for code in area}:
        unknown |= near(code, radius) if code else True
    return covered, unknown & ~covered


def of_gmina(seated, people, maybe, declared):
    """Return the answer of a gmina; `people` are all, those in reach and those of whom it is not known."""
    every, sure, perhaps = people
    if seated:
        return "seated"
    if sure and 2 * sure >= every:
        return "reached"
    if maybe or (perhaps and 2 * (sure + perhaps) >= every):
        return "unknown"
    return "territory" if declared else "none"


def of_powiat(here, gminy, people, maybe, declared):
    """Return the answer of a powiat from those of its gminy."""
    if here:
        whole = len(gminy) == 1 or all(g == "seated" for g in gminy)
        return "covered" if whole or not declared else "partial"
    weight = Counter()
    for answer, (every, _, _) in zip(gminy, people, strict=True):
        weight[answer] += every
    most = max(("unknown", "reached", "territory", "none"), key=lambda a: weight[a])
    if most == "reached":
        return most
    if maybe or most == "unknown":
        return "unknown"
    if declared:
        return "territory"
    return "unknown" if any(perhaps for _, _, perhaps in people) else "none"


@cache
def said_by(cluster_id):
    """Return answer and members of a shipped cluster in each powiat."""
    cluster, listed = shipped(cluster_id)
    members = listed[(listed["status"] == "member") & (listed["precision"] != "abroad")]
    anywhere = cluster.territory or ("",)

    def areas(chosen):
        return [(t,) if t else anywhere for t in members.loc[chosen, "teryt"]] + [anywhere] * listed.empty

    gminy, powiaty, teryt, people, _ = ground()
    placed = members[members.geometry.notna()]
    covered, unknown = reach(cluster.default_radius_km * 1000, placed, areas(members.geometry.isna()))
    sums = pd.DataFrame({"every": people, "sure": people * covered, "perhaps": people * unknown}).groupby(teryt).sum()
    sums = {row.Index: (row.every, row.sure, row.perhaps) for row in sums.itertuples()}
    coarse = {n: areas(members["teryt"].str.len() < n) for n in (4, 6)}
    answers, found = {code: {} for code in powiaty.index}, {}
    for code in gminy.index:
        seated = any(t.startswith(code) for t in members["teryt"])
        maybe = any(touches(code, area) for area in coarse[6])
        answers[code[:4]][code] = of_gmina(seated, sums[code], maybe, touches(code, cluster.territory))
    for code, own in answers.items():
        here = sum(t.startswith(code) for t in members["teryt"])
        maybe = any(touches(code, area) for area in coarse[4])
        parts = [sums[g] for g in own]
        found[code] = of_powiat(here, list(own.values()), parts, maybe, touches(code, cluster.territory)), here
    return found


def by_hand(lib):
    """Return the best answer, who gives it and how many members there are, for each powiat."""
    every = {c.cluster_id: said_by(c.cluster_id) for c in lib.clusters}
    found = {}
    for code in load_units(Level.POWIAT).index:
        given = {c: said[code][0] for c, said in every.items()}
        answer = min(given.values(), key=ORDER.index)
        givers = tuple(c for c, a in given.items() if a == answer) if answer != "none" else ()
        found[code] = answer, givers, sum(said[code][1] for said in every.values())
    return found


@pytest.mark.parametrize(("without", "none"), [("", 0), (ANYWHERE, 163)])
def test_answers_are_those_of_plain_loops(without, none):
    lib = shown(lambda c: c != without)
    wanted = by_hand(lib)
    library.show(lib)
    found = country()
    rows = found.powiaty[["answer", "clusters", "members"]].itertuples()
    assert {r.Index: (r.answer, r.clusters, r.members) for r in rows} == wanted
    assert len(wanted) == sum(found.counts.values()) == 380
    assert found.counts[Answer.NONE] == none


def test_each_cluster_is_asked_as_everywhere_else():
    """What compute says of an area, the map of the country says of its powiaty."""
    shown()
    cases = [
        ("kluczewski", "2465"),
        ("kluczewski", "1212"),
        ("senior-lodzki", "1002"),
        ("skarzyski", ""),
        (ANYWHERE, "1001"),
    ]
    for cluster_id, area in cases:
        cluster = next(c for c in library.library().clusters if c.cluster_id == cluster_id)
        query = CoverageQuery(cluster_id, area=area, level=Level.POWIAT, radius_km=cluster.default_radius_km)
        wanted = compute(query).units
        found = country().by_cluster[cluster_id].powiaty.loc[wanted.index]
        for key in ("population", "covered_people", "unknown_people", "members", "possible", "declared", "verdict"):
            assert found[key].tolist() == wanted[key].tolist(), (cluster_id, area, key)


def test_people_and_sectors_of_a_powiat():
    """Olkuski has 7 members in Klucze and Bolesław, no firm; only a cluster without a list leaves open that one is."""
    shown()
    row = country().powiaty.loc["1212"]
    gminy = load_units(Level.GMINA)["population"]
    empty = int(sum(gminy[c] for c in ("121201", "121205", "121206", "121207")))
    assert (row["gminy"], row["seated_gminy"], row["members"]) == (6, 2, 7)
    assert (row["vacant_people"], row["vacant_unknown_people"]) == (empty, empty)
    assert row["sectors"]["business"] is SectorState.UNKNOWN
    shown(lambda c: c == "kluczewski")
    row = country().powiaty.loc["1212"]
    assert (row["vacant_people"], row["vacant_unknown_people"]) == (empty, 0)
    assert row["sectors"]["business"] is SectorState.ABSENT
    assert row["sectors"]["public"] is SectorState.PRESENT


def test_ground_without_members_is_known_only_of_a_cluster_with_a_list():
    """Skarżyski has a list without a member; were the list not known, nobody could say that its ground is empty."""
    shown(lambda c: c == "skarzyski")
    answers = country().powiaty["answer"]
    assert answers["2610"] == Answer.TERRITORY
    assert (answers.drop("2610") == Answer.NONE).all()
    cluster, members = shipped("skarzyski")
    library.show(Library((cluster,), (), members.iloc[:0], frozenset(), frozenset()))
    found = country()
    assert found.powiaty.loc["2610", "answer"] == Answer.UNKNOWN
    assert found.powiaty.loc["2610", "sectors"]["ngo"] is SectorState.UNKNOWN
    near = load_units(Level.POWIAT)
    touching = near.index[near.geometry.distance(near.geometry["2610"]) <= 1.0]
    # Someone in it could reach people beyond its border, so there too nothing is known; further away nobody can.
    assert (found.powiaty.loc[touching, "answer"] == Answer.UNKNOWN).all()
    far = near.index[near.geometry.distance(near.geometry["2610"]) > 1000.0 * cluster.default_radius_km]
    assert (found.powiaty.loc[far, "answer"] == Answer.NONE).all()


def test_a_member_outside_the_ground_of_its_cluster_covers():
    cluster, members = shipped("kluczewski")
    library.show(Library((replace(cluster, territory=("0201",)),), (), members, frozenset(), frozenset()))
    found = country()
    assert found.by_cluster["kluczewski"].powiaty.loc["1212", "verdict"] == Verdict.UNDECLARED
    assert found.powiaty.loc["1212", "answer"] == Answer.COVERED
    assert found.powiaty.loc["0201", "answer"] == Answer.TERRITORY


def test_a_powiat_of_which_a_gmina_is_declared_is_not_without_a_cluster():
    """Its verdict is that of most of its people, a gap; but somebody names it, and somebody unplaced may be in it."""
    cluster, members = shipped("skarzyski")
    cluster = replace(cluster, territory=("261004",))
    library.show(Library((cluster,), (), members, frozenset(), frozenset()))
    found = country()
    assert found.by_cluster["skarzyski"].powiaty.loc["2610", "verdict"] == Verdict.GAP
    assert found.powiaty.loc["2610", "answer"] == Answer.TERRITORY
    lost = members.assign(status="member", teryt="", precision="unknown", locality="").set_geometry(
        [None] * len(members), crs=members.crs
    )
    library.show(Library((cluster,), (), lost.iloc[:1], frozenset(), frozenset()))
    assert country().powiaty.loc["2610", "answer"] == Answer.UNKNOWN


def test_who_keeps_a_list_in_a_session_sees_it_counted_and_others_do_not():
    shown()
    before = country().powiaty.loc["3201"]
    cluster, members = shipped("kluczewski")
    moved = members.assign(cluster_id="nowy", teryt=members["teryt"].where(members["status"] != "member", "3201"))
    library.use((SessionList(replace(cluster, cluster_id="nowy", territory=("3201",)), moved),))
    after = country().powiaty.loc["3201"]
    assert (before["answer"], after["answer"]) == (Answer.UNKNOWN, Answer.PARTIAL)
    assert after["clusters"] == ("nowy",)
    # The library of this visitor is made anew in every run of a page, the answers are not.
    library.use((SessionList(replace(cluster, cluster_id="nowy", territory=("3201",)), moved),))
    assert country().powiaty.loc["3201"].equals(after)
    found = country()
    library.use((SessionList(replace(cluster, cluster_id="nowy", territory=("3201",)), moved.iloc[:0]),))
    assert country() is not found
    assert country().powiaty.loc["3201", "answer"] == Answer.UNKNOWN
    library.forget()
    assert country().powiaty.loc["3201", "answer"] == Answer.UNKNOWN


def test_no_clusters_at_all():
    shown(lambda _: False)
    view = country_view(PL)
    assert view.result.counts[Answer.NONE] == 380
    assert view.headline.replace("\xa0", " ") == "Z 380 powiatów poza wszystkimi klastrami z listy jest 380."
    assert len(view["clusters"]) == 0
    assert view["voivodeships"]["none_people"].sum() == load_units(Level.POWIAT)["population"].sum()


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (
            (1, 2, 5, 22, 349, 1),
            (
                "Z 380 powiatów objęty jest 1, częściowo objęte są 2, w zasięgu bez członka jest 5, terenem klastra "
                "bez członków są 22, o 349 nie wiadomo, czy są objęte, a poza wszystkimi klastrami z listy jest 1."
            ),
        ),
        (
            (5, 1, 1, 1, 1, 371),
            (
                "Z 380 powiatów objętych jest 5, częściowo objęty jest 1, w zasięgu bez członka jest 1, terenem "
                "klastra bez członków jest 1, o 1 nie wiadomo, czy jest objęty, a poza wszystkimi klastrami z listy "
                "jest 371."
            ),
        ),
        ((12, 0, 0, 0, 368, 0), "Z 380 powiatów objętych jest 12, a o 368 nie wiadomo, czy są objęte."),
        ((0, 0, 0, 0, 380, 0), "Z 380 powiatów o 380 nie wiadomo, czy są objęte."),
    ],
)
def test_the_sentence_has_the_right_forms(counts, words):
    assert headline_of(dict(zip(Answer, counts, strict=True)), PL).replace("\xa0", " ") == words


@pytest.mark.parametrize("text", [PL, EN], ids=["pl", "en"])
def test_sentence_legend_and_tables_say_the_same_numbers(text):
    shown(lambda c: c != ANYWHERE)
    view = country_view(text)
    numbers = [int(n) for n in re.findall(r"\d+", view.headline)]
    assert numbers == [380, *(n for n in view.result.counts.values() if n)]
    assert sum(numbers[1:]) == 380
    assert [int(re.match(r"\d+", row.units)[0]) for row in view.legend] == numbers[1:]
    assert [row.label for row in view.legend] == [
        text(f"country.answer.{a}") for a, n in view.result.counts.items() if n
    ]
    voivodeships, powiaty = view["voivodeships"], view["powiaty"]
    assert {str(a): int(voivodeships[str(a)].sum()) for a in Answer} == {
        str(a): n for a, n in view.result.counts.items()
    }
    assert powiaty["answer"].value_counts().to_dict() == {str(a): n for a, n in view.result.counts.items() if n}
    assert len(view.painting.tips) == len(view.painting.units) == len(powiaty) == 380
    none = powiaty.frame[powiaty["answer"] == "none"]
    assert voivodeships["none_people"].sum() == none["population"].sum()
    seated = powiaty["members"].fillna(0).gt(0).groupby(powiaty["teryt"].str[:2]).mean()
    assert voivodeships["member_percent"].tolist() == [round(100 * v, 1) for v in seated]
    assert all(t.title and t.csv and t.file for t in view.tables)


def test_a_tooltip_says_whose_answer_it_is():
    shown()
    view = country_view(PL)
    position = load_units(Level.POWIAT).index.get_loc("1212")
    assert view.painting.tips[position].replace("\xa0", " ") == (
        "objęty częściowo: Kluczewski klaster; znani członkowie: 7; 105 000 mieszkańców"
    )
    assert view.painting.units[position] == "C"
    # What is not known is striped, and no colour of an answer.
    assert view.painting.fills["-"].stripe


def test_notes_say_why_so_much_is_not_known():
    shown()
    view = country_view(PL)
    assert any("Uwierz w siebie" in note and "w 163 z 380 powiatów" in note for note in view.notes)
    assert any("Śląski Klaster Seniora, Małopolski" in note for note in view.notes)
    shown(lambda c: c == "skarzyski")
    assert len(country_view(PL).notes) == 1


def test_what_is_not_known_of_members_is_no_zero():
    shown(lambda c: c in ("kluczewski", ANYWHERE))
    members = country_view(PL)["powiaty"]["members"]
    assert members["1212"] == 7
    assert pd.isna(members["0201"])
    shown(lambda c: c == "kluczewski")
    assert country_view(PL)["powiaty"]["members"]["0201"] == 0
