"""Need beside reach: shares, thirds and states recomputed by hand, and what the map and the sentence say of them."""

import numpy as np
import pytest

from geo.io.boundaries import load_units
from geo.io.people import TOTAL, load_ages
from geo.model.coverage import CoverageQuery
from geo.model.units import Level
from geo.render.text import Text
from geo.services.coverage import compute
from geo.services.need import need_view

PL, EN = Text("pl"), Text("en")
SIXTY = ["age_60_64", "age_65_69", "age_70_74", "age_75_79", "age_80_84", "age_85_plus"]
YOUNG = ["age_0_4", "age_5_9", "age_10_14"]


@pytest.mark.parametrize(
    ("subject", "people", "columns", "level"),
    [
        ("senior-lubelski", "", SIXTY, Level.GMINA),
        ("lubelska-medycyna", "age_under_15", YOUNG, Level.GMINA),
        ("senioralny-opolski", "age_60_plus", SIXTY, Level.POWIAT),
    ],
)
def test_shares_thirds_and_states_are_those_of_the_numbers(subject, people, columns, level):
    query = CoverageQuery(subject, level=level, people=people)
    view, ages = need_view(query, PL), load_ages(level)
    share = 100.0 * ages[columns].sum(axis=1) / ages[TOTAL]
    ordered = np.sort(share.to_numpy())
    low, high = (np.quantile(ordered, q) for q in (1 / 3, 2 / 3))
    assert view.thresholds == pytest.approx((low, high))
    units = compute(view.query).units
    frame = view["units"].frame
    assert sorted(frame.index) == sorted(units.index)
    counts = dict.fromkeys("123456-", 0)
    for code, row in frame.iterrows():
        assert row["share"] == pytest.approx(share[code], abs=0.051)
        amount = "many" if share[code] >= high else "some" if share[code] >= low else "few"
        one = units.loc[code]
        near = one["members"] > 0 or (one["covered_people"] > 0 and 2 * one["covered_people"] >= one["population"])
        state = "unknown" if one["verdict"] == "no_data" else "in" if near else "out"
        assert (row["amount"], row["reach"]) == (amount, state)
        key = "-" if state == "unknown" else str({"few": 1, "some": 2, "many": 3}[amount] + 3 * (state == "out"))
        counts[key] += 1
    drawn = view.painting.units
    assert {k: drawn.count(k) for k in counts} == counts
    worst = frame[(frame["amount"] == "many") & (frame["reach"] == "out")]
    if len(worst):
        assert f"{PL.number(len(worst))} z " in view.headline
        assert PL.number(int(worst["residual"].sum())) in view.headline
        # The worst stand first, most people out of reach on top.
        assert list(frame.index[: len(worst)]) == list(
            worst.sort_values("residual", ascending=False, kind="stable").index
        )
        assert load_units(level)["name"][worst.index[0]] in view.headline


def test_the_share_alone_is_a_map_of_its_own():
    view = need_view(CoverageQuery("senior-lubelski"), EN, alone=True)
    inside = load_units(Level.GMINA).index.str.startswith("06")
    drawn = np.array(list(view.painting.units))
    assert set(drawn[~inside]) == {"x"}
    assert set(drawn[inside]) == set("12345")
    share = view["units"]["share"].astype(float)
    codes = dict(zip(load_units(Level.GMINA).index, drawn, strict=True))
    highest = {c for c in share.index if codes[c] == "5"}
    assert min(share[list(highest)]) >= max(share[[c for c in share.index if codes[c] == "4"]])
    assert view.picture.legend_title == "60 and over: share of people (%)"


def test_a_cluster_without_a_list_says_that_nothing_is_known_and_no_zero():
    view = need_view(CoverageQuery("uwierz-w-siebie"), PL)
    assert view.headline.startswith("Nie wiadomo")
    frame = view["units"].frame
    assert set(frame["reach"]) == {"unknown"}
    assert frame[["covered", "residual"]].isna().all(axis=None)
    assert set(view.painting.units) == {"-"}
    assert frame["share"].between(10, 45).all()
