"""The chosen additions are the best there are."""

import itertools

import geopandas as gpd
import numpy as np
import pulp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spopt.locate import MCLP

from geo.analysis import siting
from geo.analysis.points import coordinates
from geo.analysis.siting import best_additions, within_distance
from geo.errors import QueryError
from geo.io.gazetteer import load_localities


def demand(xy, people):
    return gpd.GeoDataFrame({"population": people}, geometry=gpd.points_from_xy(*np.array(xy, dtype=float).T), crs=2180)


def brute_force(xy, people, candidates, radius, additions):
    distance = np.sqrt(((np.array(candidates)[:, None] - np.array(xy)[None]) ** 2).sum(axis=2))
    covers = distance <= radius
    chosen = itertools.combinations(range(len(candidates)), min(additions, len(candidates)))
    return max(int(np.array(people)[covers[list(c)].any(axis=0)].sum()) for c in chosen)


spots = st.tuples(st.integers(0, 30), st.integers(0, 30))


@given(
    st.lists(st.tuples(spots, st.integers(0, 500)), min_size=1, max_size=25),
    st.lists(spots, min_size=1, max_size=9),
    st.integers(1, 4),
    st.integers(1, 12),
)
def test_choice_is_as_good_as_the_best_of_all(demands, candidates, additions, radius):
    xy, people = [d[0] for d in demands], [d[1] for d in demands]
    result = best_additions(
        demand(xy, people),
        within_distance(demand(xy, people), np.array(candidates, dtype=float), float(radius)),
        additions=additions,
    )
    assert result.optimal
    assert sum(result.gained) == brute_force(xy, people, candidates, radius, additions)
    assert sum(result.gained) + result.residual == sum(people)
    assert result.bound == sum(result.gained)
    assert list(result.gained) == sorted(result.gained, reverse=True)
    assert len(set(result.chosen)) == len(result.chosen) <= additions


# spopt still uses names that PuLP calls deprecated.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("seed", range(4))
def test_objective_is_that_of_spopt(seed):
    rng = np.random.default_rng(seed)
    xy, people = rng.uniform(0, 40_000, (60, 2)), rng.integers(1, 900, 60)
    cost = np.linalg.norm(xy[:, None] - xy[None, :25], axis=2)
    peer = MCLP.from_cost_matrix(cost, people, 6_000.0, p_facilities=3).solve(pulp.PULP_CBC_CMD(msg=False))
    ours = best_additions(demand(xy, people), within_distance(demand(xy, people), xy[:25], 6_000.0), additions=3)
    # Its objective counts people; its perc_cov counts places.
    assert sum(ours.gained) == round(peer.problem.objective.value())


def test_solver_alone_finds_the_same(monkeypatch):
    rng = np.random.default_rng(2)
    xy, people = rng.uniform(0, 40_000, (400, 2)), rng.integers(1, 900, 400)
    quick = best_additions(demand(xy, people), within_distance(demand(xy, people), xy[:150], 6_000), additions=4)
    monkeypatch.setattr(siting, "RELAX_STEPS", 1)
    solved = best_additions(
        demand(xy, people), within_distance(demand(xy, people), xy[:150], 6_000), additions=4, time_limit=60
    )
    assert quick.optimal
    assert solved.optimal
    assert sum(quick.gained) == sum(solved.gained)


def test_bound_is_honest_when_time_runs_out(monkeypatch):
    monkeypatch.setattr(siting, "RELAX_STEPS", 1)
    rng = np.random.default_rng(2)
    xy, people = rng.uniform(0, 40_000, (400, 2)), rng.integers(1, 900, 400)
    best = sum(
        best_additions(
            demand(xy, people), within_distance(demand(xy, people), xy, 9_000), additions=4, time_limit=60
        ).gained
    )
    rushed = best_additions(
        demand(xy, people), within_distance(demand(xy, people), xy, 9_000), additions=4, time_limit=0.0
    )
    assert sum(rushed.gained) <= best <= rushed.bound
    assert not rushed.optimal


def test_whole_voivodeship_is_proven_optimal():
    localities = load_localities(voivodeship="12")
    result = best_additions(
        localities, within_distance(localities, coordinates(localities.geometry), 15_000), additions=3
    )
    assert result.optimal
    assert result.residual + sum(result.gained) == localities["population"].sum()


def test_nothing_to_gain_and_nobody_to_add():
    far = demand([(0, 0)], [10])
    assert best_additions(far, within_distance(far, np.array([[9e5, 9e5]]), 1000), additions=2).chosen == ()
    assert best_additions(far, within_distance(far, np.empty((0, 2)), 1000), additions=2).residual == 10


@pytest.mark.parametrize("additions", [0, 6])
def test_number_of_additions_is_checked(additions):
    with pytest.raises(QueryError, match="additions"):
        best_additions(
            demand([(0, 0)], [1]),
            within_distance(demand([(0, 0)], [1]), np.array([[0.0, 0.0]]), 1),
            additions=additions,
        )
