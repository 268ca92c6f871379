"""The order of invitation keeps what its rule promises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import KlastryError
from geo.services.invitation import Filling, ranked

candidates = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 2_000_000)), st.sampled_from(Filling)), min_size=1, max_size=30
)
weights = st.floats(0.0, 1.0)


def split(listed):
    return [g for g, _ in listed], [f for _, f in listed]


@given(candidates, weights)
def test_scores_lie_between_0_and_1_and_order_is_by_them(listed, weight):
    order, scores = ranked(*split(listed), weight)
    assert sorted(order) == list(range(len(listed)))
    assert all(0.0 <= s <= 1.0 for s in scores)
    assert [scores[i] for i in order] == sorted(scores, reverse=True)


@given(candidates, weights)
def test_more_people_never_rank_lower_in_the_same_state(listed, weight):
    order, _ = ranked(*split(listed), weight)
    for filling in Filling:
        people = [listed[i][0] for i in order if listed[i][1] is filling]
        known = [-1 if n is None else n for n in people]
        assert known == sorted(known, reverse=True)


@given(candidates, weights, st.data())
def test_who_comes_to_gain_more_does_not_fall(listed, weight, data):
    """Of the same candidates, one that gains more than before stands no lower."""
    one = data.draw(st.integers(0, len(listed) - 1))
    more = (listed[one][0] or 0) + data.draw(st.integers(1, 100_000))
    grown = [(more, f) if n == one else (g, f) for n, (g, f) in enumerate(listed)]
    before, after = (ranked(*split(which), weight)[0].index(one) for which in (listed, grown))
    assert after <= before


@given(candidates)
def test_without_weight_people_alone_decide(listed):
    order, _ = ranked(*split(listed), 0.0)
    known = [-1 if listed[i][0] is None else listed[i][0] for i in order]
    assert known == sorted(known, reverse=True)


@given(candidates)
def test_with_full_weight_the_missing_sector_comes_first_and_people_break_ties(listed):
    order, _ = ranked(*split(listed), 1.0)
    keys = [(listed[i][1].worth, -1 if listed[i][0] is None else listed[i][0]) for i in order]
    assert keys == sorted(keys, reverse=True)


@pytest.mark.parametrize("weight", [-0.01, 1.01, float("nan")])
def test_the_weight_is_checked(weight):
    with pytest.raises(KlastryError, match="weight"):
        ranked([1], [Filling.NO], weight)
