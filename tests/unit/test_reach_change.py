"""Reach of two months: who came within it and who dropped out, recomputed place by place."""

import numpy as np
import pandas as pd
import pytest

from geo.analysis.points import coordinates
from geo.analysis.timeline import last_day
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.model.coverage import CoverageQuery
from geo.model.units import Level
from geo.render.text import Text
from geo.services import reach_change, timeline
from geo.services.coverage import area_of
from geo.services.ground import within
from geo.services.people import group_named, people_by_locality
from geo.services.reach_change import Change, reach_change_view
from geo.services.timeline import dated_members, months_of

PL = Text("pl")


@pytest.fixture
def dated(monkeypatch):
    """Give the placed members of a cluster dates: some joined in 2015, some in 2020, one of the first left in 2018."""
    members = dated_members("lubelska-medycyna").dropna(subset="geometry").reset_index(drop=True)
    # Places of their own, so that each reaches something.
    towns = load_localities()
    towns = towns[towns["name"].isin(["Chełm", "Zamość", "Puławy", "Kraśnik", "Biłgoraj", "Łuków"])]
    towns = towns[(towns["kind"] == "miasto") & towns["teryt"].str.startswith("06")]
    chosen = members.iloc[[n % len(members) for n in range(len(towns))]].reset_index(drop=True)
    chosen = chosen.assign(teryt=towns["teryt"].to_numpy(), precision="locality").set_geometry(
        towns.geometry.to_numpy(), crs=2180
    )
    chosen["joined"] = ["2015" if n % 2 else "2020-03" for n in range(len(chosen))]
    chosen["left_on"] = ["2018-06-30" if n == 1 else "" for n in range(len(chosen))]
    chosen["member_id"] = [f"m{n}" for n in range(len(chosen))]
    monkeypatch.setattr(reach_change, "dated_members", lambda _: chosen)
    monkeypatch.setattr(timeline, "seen_since", lambda m: [""] * len(m))
    return chosen


@pytest.mark.parametrize("people", ["", "age_60_plus"])
def test_what_is_gained_is_what_the_later_members_reach_and_the_earlier_do_not(dated, people):
    query = CoverageQuery("lubelska-medycyna", radius_km=12, people=people)
    view = reach_change_view(query, "2017-12", "2021-01", PL)
    localities = load_localities()
    own = localities[within(pd.Index(localities["teryt"]), area_of(query))]
    counts = people_by_locality(group_named(people)).loc[own.index] if people else own["population"]
    xy = coordinates(own.geometry)

    def near(chosen):
        found = np.zeros(len(own), bool)
        for point in dated.geometry[chosen]:
            found |= np.hypot(xy[:, 0] - point.x, xy[:, 1] - point.y) <= 12_000
        return found

    n = np.arange(len(dated))
    was, now = near(n % 2 == 1), near((n % 2 == 0) | ((n % 2 == 1) & (n != 1)))
    # A large city stands at one point and has rules of its own; other clusters of the subject list nobody elsewhere.
    large = own["teryt"].map(load_units(Level.GMINA)["population"]).to_numpy() > 100_000
    gained, lost = (counts[chosen & ~large].groupby(own["teryt"]).sum() for chosen in (now & ~was, was & ~now))
    assert gained.sum() > 0
    assert lost.sum() > 0
    units = view["units"].frame.set_index("teryt")
    small = units.index[units.index.map(load_units(Level.GMINA)["population"]) <= 100_000]
    assert units.loc[small, "gained"].sum() == gained.sum()
    assert units.loc[small, "lost"].sum() == lost.sum()
    assert units["gained"][gained.index].tolist() == gained.tolist()
    assert (units["before"] + units["gained"] - units["lost"] == units["after"]).all()
    changed = view["units"].frame[["gained", "lost"]].sum(axis=1)
    assert (changed.diff().dropna() <= 0).all()
    assert sum(view.people.values()) == counts.sum()
    assert view.painting.units.count("x") == (~load_units(Level.GMINA).index.str.startswith("06")).sum()
    assert PL.number(view.people[Change.GAINED]) in view.headline
    assert PL.number(view.people[Change.LOST]) in view.headline
    assert ("w wieku 60 lat i więcej w 2020 r." in view.headline) == bool(people)


def test_the_same_month_twice_changes_nothing():
    month = months_of("lubelska-medycyna")[-1]
    view = reach_change_view(CoverageQuery("lubelska-medycyna"), month, month, PL)
    assert (view.people[Change.GAINED], view.people[Change.LOST]) == (0, 0)
    assert "nie zmienił" in view.headline


def test_states_of_places_are_told_apart():
    was = (np.array([True, False, True, False, False]), np.array([False, False, False, False, True]))
    now = (np.array([True, True, False, False, True]), np.array([False] * 5))
    assert list(reach_change._change(was, now)) == ["stayed", "gained", "lost", "never", "unknown"]


def test_whoever_a_kept_version_holds_belongs_since_its_day(monkeypatch):
    members = dated_members("kluczewski")
    assert (members["joined"] == "").any()
    free = members[members["joined"] == ""]["member_id"].astype(str).tolist()
    monkeypatch.setattr(
        timeline, "seen_since", lambda m: ["2020-05-10" if i in free else "" for i in m["member_id"].astype(str)]
    )
    early, late = (timeline.present_at(members, last_day(m)) for m in ("2020-04", "2020-05"))
    undated = (members["joined"] == "").to_numpy()
    assert set(early[undated]) == {"unknown"}
    assert set(late[undated]) == {"present"}
    assert early[~undated].equals(late[~undated])
