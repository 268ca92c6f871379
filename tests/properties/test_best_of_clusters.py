"""The best answer of several clusters is never worse for one more, and short ways count as the long ones do."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analysis.best_of_clusters import Answer, answers, best, seats
from geo.analysis.density import count_by_unit
from geo.analysis.possible import near_area
from geo.model.coverage import Verdict

ORDER = list(Answer)
CODES = ("120101", "120102", "120201", "240101", "240102", "240201")
columns = st.lists(st.lists(st.sampled_from(ORDER), min_size=6, max_size=6), max_size=5)
metres = st.floats(-20_000, 20_000)


def frame(given_answers):
    return pd.DataFrame({f"k{n}": [str(a) for a in own] for n, own in enumerate(given_answers)}, index=list(CODES))


@given(columns)
def test_the_best_answer_is_the_first_in_order_and_its_givers_give_it(given_answers):
    found = best(frame(given_answers))
    for row, code in enumerate(CODES):
        own = [a[row] for a in given_answers]
        wanted = min(own, key=ORDER.index, default=Answer.NONE)
        assert found.loc[code, "answer"] == wanted
        givers = tuple(f"k{n}" for n, a in enumerate(own) if a is wanted) if wanted is not Answer.NONE else ()
        assert found.loc[code, "clusters"] == givers


@given(columns, st.lists(st.sampled_from(ORDER), min_size=6, max_size=6))
def test_one_cluster_more_never_makes_an_answer_worse(given_answers, another):
    before, after = best(frame(given_answers)), best(frame([*given_answers, another]))
    for first, second in zip(before["answer"], after["answer"], strict=True):
        assert ORDER.index(Answer(second)) <= ORDER.index(Answer(first))


units = st.lists(
    st.tuples(st.sampled_from(list(Verdict)), st.integers(0, 2), st.integers(0, 50), st.booleans()), min_size=1
)


@given(units)
def test_none_is_said_only_where_nobody_may_be_and_nobody_declares(rows):
    table = pd.DataFrame(rows, columns=["verdict", "possible", "unknown_people", "declared"])
    table["verdict"] = [str(v) for v in table["verdict"]]
    for row, answer in zip(table.itertuples(), answers(table), strict=True):
        verdict = Verdict(row.verdict)
        if verdict in (Verdict.COVERED, Verdict.UNDECLARED):
            assert answer == Answer.COVERED
        elif verdict in (Verdict.PARTIAL, Verdict.REACHED):
            assert answer == str(verdict)
        elif verdict is Verdict.NO_DATA or row.possible:
            assert answer == Answer.UNKNOWN
        elif row.declared:
            assert answer == Answer.TERRITORY
        else:
            assert answer == (Answer.UNKNOWN if row.unknown_people else Answer.NONE)


places = st.sampled_from(["", "12", "24", "1201", "1202", "2401", *CODES])
people = st.lists(st.tuples(places, st.sampled_from(["a", "b"]), st.booleans()), max_size=12)


@settings(max_examples=25)
@given(people, st.sampled_from([(), ("12",), ("1201", "240102")]), st.sampled_from([4, 6]))
def test_seats_are_counted_as_by_unit(rows, territory, digits):
    members = gpd.GeoDataFrame(
        {
            "teryt": pd.Series([t for t, _, _ in rows], dtype="str"),
            "cluster_id": [c for _, c, _ in rows],
            "precision": ["abroad" if gone else "unknown" for _, _, gone in rows],
            "sector": "ngo",
            "status": "member",
        },
        geometry=[None] * len(rows),
        crs=2180,
    )
    codes = pd.Index(sorted({c[:digits] for c in CODES}), name="teryt")
    territories = {"a": territory}
    wanted = count_by_unit(members, pd.DataFrame(index=codes), territories).table[["members", "possible"]]
    pd.testing.assert_frame_equal(seats(members, codes, territories), wanted, check_dtype=False, check_names=False)


@given(st.lists(st.tuples(metres, metres), min_size=1, max_size=20), st.floats(100, 9000), st.booleans())
def test_near_an_area_is_near_one_of_its_outlines(xy, radius, anywhere):
    outlines = {"1201": shapely.box(0, 0, 3000, 8000), "24": shapely.Point(-9000, 2000).buffer(2500)}
    points = np.array(xy, dtype=float)
    codes = pd.Series(["120102" if x > 0 else "240101" if x < -15_000 else "990101" for x, _ in xy], dtype="str")
    found = near_area(points, codes, ("",) if anywhere else ("1201", "24"), outlines, radius)
    for (x, y), code, near in zip(xy, codes, found, strict=True):
        distance = min(o.distance(shapely.Point(x, y)) for o in outlines.values())
        if abs(distance - radius) > 1e-6:
            assert near == (anywhere or code.startswith(("1201", "24")) or distance < radius)
    assert not near_area(points, codes, (), {}, radius).any()
