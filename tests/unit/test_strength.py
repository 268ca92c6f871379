"""
How strong clusters and voivodeships are is what plain loops over members, places and powiaty find.

Nobody knows where the members or the ground of Uwierz w siebie are, so that with it reach is nowhere surely missing.
"""

import math
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
import shapely

from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.model.cluster import Sector, Status
from geo.model.selection import Subject
from geo.model.units import Level
from geo.render.text import Text
from geo.services import library
from geo.services.cluster_head import reached
from geo.services.library import SessionList, resolve
from geo.services.strength import anywhere, each_alone, strength_table, voivodeship_strength
from geo.services.subjects import subjects_of_all
from support.lists import shipped

PL = Text("pl")
MEMBER = (Status.MEMBER,)
ANYWHERE = "uwierz-w-siebie"
THREE = ["covered", "residual", "unknown"]
# With two clusters and many members of unknown place, and one of each.
CODES = ("06", "16")


@cache
def clusters(statuses=MEMBER):
    return each_alone(tuple(c for c in library.library().clusters if c.cluster_id != ANYWHERE), statuses)


@cache
def of_clusters(statuses=MEMBER):
    table = strength_table(clusters(statuses), PL).frame
    return table.set_axis([one.cluster.cluster_id for one in clusters(statuses)])


@cache
def of_voivodeships():
    asked = resolve(Subject(tuple(one.cluster.cluster_id for one in clusters())))
    return pd.DataFrame({c.key: v for c, v in voivodeship_strength(asked, clusters()).items()})


def touches(code, area):
    return any(code.startswith(a) or a.startswith(code) for a in area)


def where(member, territory):
    """Return where a member without a point may be: its own unit, else the territory of its cluster."""
    return (member.teryt,) if member.teryt else territory


@cache
def plain():
    """Return of each cluster its distance, its places, its members' possible areas and its cities in and cut."""
    gminy, found = load_units(Level.GMINA), []
    large = gminy[(gminy["kind"] == "gmina miejska") & (gminy["population"] > 100_000)]
    for one in clusters():
        radius, territory = 1000.0 * one.cluster.default_radius_km, one.cluster.territory
        placed = [m for m in one.members.itertuples() if m.geometry is not None]
        areas = [] if one.listed else [territory]
        areas += [where(m, territory) for m in one.members.itertuples() if m.geometry is None]
        # The people of a city stand at one point: all are in reach with a member in it, else what is cut is open.
        inside = {m.teryt for m in placed} & set(large.index)
        circles = shapely.union_all([m.geometry.buffer(radius, quad_segs=64) for m in placed])
        cut = {
            c for c, outline in large.geometry.items() if circles.intersects(outline) and not circles.covers(outline)
        }
        spots = {(m.geometry.x, m.geometry.y) for m in placed}
        found.append((radius, spots, {a for several in areas for a in several}, inside, cut - inside))
    return found


def of_locality(code, x, y):
    """Say by loops over clusters and members whether a place is within reach, out of it, or not known to be either."""
    sure = perhaps = False
    for radius, spots, areas, inside, cut in plain():
        near = any(math.hypot(u - x, v - y) <= radius for u, v in spots)
        sure = sure or code in inside or (near and code not in cut)
        perhaps = perhaps or code in cut or any(code.startswith(a) or _near(a, x, y, radius) for a in areas)
    return "covered" if sure else "unknown" if perhaps else "residual"


@cache
def outline_of(code):
    outline = load_units(next(level for level in Level if level.digits == len(code))).geometry[code]
    shapely.prepare(outline)
    return outline, outline.bounds


def _near(code, x, y, radius):
    outline, (west, south, east, north) = outline_of(code)
    inside = west - radius <= x <= east + radius and south - radius <= y <= north + radius
    return inside and shapely.dwithin(outline, shapely.Point(x, y), radius)


@pytest.mark.parametrize("voivodeship", ["08", "16"])
def test_people_of_a_voivodeship_are_what_plain_loops_find(voivodeship):
    localities = load_localities()
    own = localities[localities["teryt"].str.startswith(voivodeship)]
    people = dict.fromkeys(THREE, 0)
    for place in own.itertuples():
        people[of_locality(place.teryt, place.geometry.x, place.geometry.y)] += place.population
    row = of_voivodeships().loc[voivodeship]
    assert {key: row[key] for key in THREE} == people
    assert people["covered"] > 0 < people["unknown"]
    # Only the first has people whom surely nobody reaches; its city is cut.
    assert (people["residual"] > 0) == (voivodeship == "08")
    assert row["people"] == own["population"].sum()
    assert row["share_percent"] == round(100 * people["covered"] / row["people"], 1)


@pytest.mark.parametrize("voivodeship", CODES)
def test_powiaty_and_sectors_of_a_voivodeship_are_what_plain_loops_find(voivodeship):
    seated, open_, sectors = set(), set(), dict.fromkeys(Sector, 0)
    powiaty = {code for code in load_units(Level.POWIAT).index if code.startswith(voivodeship)}
    may_be = set()
    for one in clusters():
        for member in one.members.itertuples():
            if member.teryt.startswith(voivodeship):
                sectors[Sector(member.sector)] += 1
            if len(member.teryt) >= 4:
                seated |= {member.teryt[:4]} & powiaty
            else:
                open_ |= {p for p in powiaty if touches(p, where(member, one.cluster.territory))}
                if not member.teryt and touches(voivodeship, one.cluster.territory):
                    may_be.add(member.sector)
    row = of_voivodeships().loc[voivodeship]
    assert row["members"] == sum(sectors.values()) > 0
    for sector, n in sectors.items():
        expected = pd.NA if not n and sector in may_be else n
        assert row[f"sector.{sector}"] is expected or row[f"sector.{sector}"] == expected
    missing = [s for s in ("public", "business", "ngo") if not sectors[s]]
    assert list(row["missing_sectors"]) == [s for s in missing if s not in may_be]
    assert list(row["unknown_sectors"]) == [s for s in missing if s in may_be]
    assert row["member_percent"] == round(100 * len(seated) / len(powiaty), 1)
    assert row["powiaty_unknown"] == len(open_ - seated)
    assert row["powiaty"] == len(powiaty)


def test_three_numbers_are_all_people():
    for table in (of_clusters(), of_voivodeships()):
        assert (table[THREE].sum(axis=1) == table["people"]).all()
    assert of_voivodeships()["people"].sum() == load_localities()["population"].sum()


@pytest.mark.parametrize("cluster_id", ["kluczewski", "senioralny-opolski", "skarzyski"])
def test_a_cluster_reaches_whom_its_own_page_says(cluster_id):
    found, row = reached(Subject((cluster_id,))), of_clusters().loc[cluster_id]
    assert [row[key] for key in THREE] == [getattr(found, key) for key in THREE]
    assert row["people"] == found.people
    assert row["radius_km"] == found.radius_km


def test_members_of_a_cluster_and_their_powiaty():
    row = of_clusters().loc["senior-dolnoslaski"]
    # Three of eight are in powiaty that are known, the others somewhere in the voivodeship of thirty.
    assert [row[f"sector.{s}"] for s in Sector] == [0, 5, 1, 2]
    assert row["members"] == 8
    assert (row["member_percent"], row["powiaty_unknown"], row["powiaty"]) == (10.0, 27, 30)
    assert (row["missing_sectors"], row["unknown_sectors"]) == ((Sector.PUBLIC,), ())


def test_what_is_not_known_is_missing_and_never_0():
    row = of_clusters().loc["senior-slaski"]
    known = ["members", *(f"sector.{s}" for s in Sector), "share_percent", "covered", "residual", "member_percent"]
    assert row[known].isna().all()
    assert row["unknown"] == row["people"] == load_units(Level.VOIVODESHIP)["population"]["24"]
    assert row["powiaty_unknown"] == row["powiaty"] == 36
    assert (row["missing_sectors"], row["unknown_sectors"]) == ((), (Sector.PUBLIC, Sector.BUSINESS, Sector.NGO))
    row = of_voivodeships().loc["24"]
    assert row["unknown"] > 0.9 * row["people"]
    assert row[["members", "sector.public", "sector.science", "member_percent"]].isna().all()
    # Where clusters are known not to be, 0 is what is known.
    row = of_voivodeships().loc["22"]
    assert [row[k] for k in ("members", "covered", "unknown", "powiaty_unknown")] == [0, 0, 0, 0]
    assert row["residual"] == row["people"]
    assert row["missing_sectors"] == (Sector.PUBLIC, Sector.BUSINESS, Sector.NGO)


def test_a_list_without_members_of_these_statuses_is_known_to_have_none():
    row = of_clusters().loc["skarzyski"]
    assert (row["members"], row["covered"], row["unknown"], row["member_percent"]) == (0, 0, 0, 0)
    (skarzyski,) = each_alone(resolve("skarzyski").clusters, (Status.MEMBER, Status.DECLARED))
    row = strength_table((skarzyski,), PL).frame.iloc[0]
    assert row["members"] == 6
    assert (row["covered"] + row["unknown"], row["residual"], row["member_percent"]) == (row["people"], 0, 100)


def test_members_of_unknown_place_may_be_in_any_powiat_of_the_territory():
    cluster, members = shipped("kluczewski")
    members = members[members["status"] == "member"].assign(cluster_id="lost", teryt="", precision="unknown")
    members = members.assign(geometry=None, sector="business").set_crs(2180)
    cluster = replace(
        cluster, cluster_id="lost", territory=("1212", "1206"), required_sectors=(Sector.BUSINESS, Sector.SCIENCE)
    )
    library.use_shipped((SessionList(cluster, members),))
    asked = resolve("lost")
    (one,) = each_alone(asked.clusters, MEMBER)
    row = strength_table((one,), PL).frame.iloc[0]
    assert (row["members"], row["powiaty_unknown"], row["powiaty"]) == (7, 2, 2)
    assert row[["member_percent", "covered", "residual"]].isna().all()
    assert (row["missing_sectors"], row["unknown_sectors"]) == ((Sector.SCIENCE,), ())
    table = pd.DataFrame({c.key: v for c, v in voivodeship_strength(asked, (one,)).items()})
    assert pd.isna(table.loc["12", "members"])
    assert pd.isna(table.loc["12", "sector.business"])
    assert table.loc["12", "sector.public"] == 0
    assert table.loc["12", "unknown_sectors"] == (Sector.BUSINESS,)
    assert table.loc["22", "members"] == 0


def test_a_cluster_that_may_be_anywhere_is_named_with_what_it_hides():
    every = each_alone(library.library().clusters, MEMBER)
    found, people = anywhere(every)
    assert [c.cluster_id for c in found] == [ANYWHERE]
    table = strength_table(every, PL).frame.iloc[-1]
    assert table[[*THREE, "members", "powiaty", "people", "powiaty_unknown", "member_percent"]].isna().all()
    # Without it these people are surely out of reach.
    assert people == of_voivodeships()["residual"].sum() > 0
    asked = resolve(Subject(subjects_of_all()))
    hidden = pd.DataFrame({c.key: v for c, v in voivodeship_strength(asked, every).items()})
    assert hidden["residual"].fillna(0).eq(0).all()
    assert hidden["covered"].sum() == of_voivodeships()["covered"].sum()
    assert hidden.loc["22", ["members", "sector.ngo", "member_percent"]].isna().all()
    assert anywhere(clusters()) == ((), 0)
