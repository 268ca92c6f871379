"""Choose whom or where to add so that the most people left out come within reach."""

from __future__ import annotations

import time
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, hstack, identity, vstack
from scipy.spatial import KDTree

from geo.analysis.points import coordinates
from geo.errors import QueryError

MAX_ADDITIONS = 5
# More (candidate, demand) pairs than this would not fit a small server: a smaller area is asked for.
MAX_PAIRS = 10_000_000
RELAX_STEPS = 3000
RELAX_PATIENCE = 40
RELAX_MEMORY = 0.9
RELAX_SMALLEST = 0.002
ROUNDING = 1e-3
# Above so many (candidate, demand) pairs the solver would not start within its time.
SOLVER_PAIRS = 300_000


@dataclass(frozen=True)
class Siting:
    """
    The best additions to what exists.

    Attributes
    ----------
    chosen
        Rows of the chosen candidates, the one that gains most first, then the next given it.
    gained
        People gained by each, in the same order.
    residual
        People still out of reach.
    optimal
        Whether the solver proved that no choice gains more.
    bound
        The most people any choice could gain; equal to the sum of `gained` where optimal.
    seconds
        Time taken.
    """

    chosen: tuple[int, ...]
    gained: tuple[int, ...]
    residual: int
    optimal: bool
    bound: int
    seconds: float


def best_additions(
    demand: gpd.GeoDataFrame,
    within: csr_matrix,
    *,
    additions: int,
    time_limit: float = 10.0,
) -> Siting:
    """
    Solve the maximal covering location problem (Church and ReVelle 1974), weighted by people.

    What members already reach is left out of `demand` beforehand, so they are fixed. A Lagrangean
    relaxation (Galvão and ReVelle 1996) first finds a good choice and removes every candidate that
    it proves cannot be part of a better one; the rest goes to HiGHS (mixed integer), which proves
    the choice optimal, or the time limit passes and the bound is reported.

    Parameters
    ----------
    demand
        Localities out of reach: `population`, (n,).
    within
        1 where a place that may be added would bring a locality within reach, as from `within_distance` or
        `reach_by_road`, (m, n).
    additions
        How many to add, 1 to 5.
    time_limit
        Seconds the solver may take.

    Raises
    ------
    QueryError
        If the number of additions is out of its range.
    """
    if not 1 <= additions <= MAX_ADDITIONS:
        raise QueryError("additions", additions, "range", low=1, high=MAX_ADDITIONS)
    started = time.monotonic()
    weight = demand["population"].to_numpy(dtype=np.int64)
    total = int(weight.sum())
    # Where nobody lives nothing is gained.
    covers = csr_matrix(within.multiply(weight > 0))
    covers.eliminate_zeros()
    gains = np.asarray(covers @ weight).ravel()
    useful = np.flatnonzero(gains > 0)
    if not len(useful):
        return Siting((), (), total, optimal=True, bound=0, seconds=time.monotonic() - started)
    additions = min(additions, len(useful))
    relaxed = _relax(covers[useful], weight.astype(float), additions, started + 0.6 * time_limit)
    pick, most = useful[relaxed.chosen], relaxed.bound
    optimal = most <= relaxed.gain
    if not optimal:
        kept = _undominated(covers, useful[relaxed.open_rows])
        limit = time_limit - (time.monotonic() - started)
        if limit > 0 and covers[kept].nnz <= SOLVER_PAIRS:
            found, optimal, bound = _solve(covers[kept], weight, min(additions, len(kept)), limit)
            if found is not None and _gain(covers[kept[found]], weight) > relaxed.gain:
                pick = kept[found]
            # Outside the kept candidates nothing is better than the relaxation's own choice.
            most = min(most, max(bound, relaxed.gain))
    ordered = [(c, g) for c, g in _greedy(covers[pick], weight, len(pick)) if g > 0]
    gained = tuple(g for _, g in ordered)
    return Siting(
        chosen=tuple(int(pick[c]) for c, _ in ordered),
        gained=gained,
        residual=total - sum(gained),
        optimal=optimal,
        bound=sum(gained) if optimal else max(most, sum(gained)),
        seconds=time.monotonic() - started,
    )


def within_distance(demand: gpd.GeoDataFrame, candidates: NDArray[np.float64], radius_m: float) -> csr_matrix:
    """
    Say which localities each candidate has within a straight line of some length.

    Parameters
    ----------
    demand
        Localities: `population`, `geometry` (points, EPSG:2180); those without people are passed over.
    candidates
        Eastings and northings in EPSG:2180, metres, (m, 2).
    radius_m
        Reach, metres.

    Returns
    -------
    within
        (m, n), 1 where within reach.

    Raises
    ------
    QueryError
        If too many places are within reach of each other.
    """
    points, weight = coordinates(demand.geometry), demand["population"].to_numpy()
    people = np.flatnonzero(weight > 0)
    if not len(people) or not len(candidates):
        return csr_matrix((len(candidates), len(points)))
    tree, sites = KDTree(points[people]), KDTree(candidates)
    if sites.count_neighbors(tree, radius_m) > MAX_PAIRS:
        raise QueryError("candidates", len(candidates), "pairs", limit=MAX_PAIRS)
    pairs = sites.sparse_distance_matrix(tree, radius_m, output_type="ndarray")
    ones = np.ones(len(pairs))
    return csr_matrix((ones, (pairs["i"], people[pairs["j"]])), shape=(len(candidates), len(points)))


def _greedy(covers: csr_matrix, weight: NDArray[np.int64], steps: int) -> list[tuple[int, int]]:
    """Take the candidate that gains most, again and again; ties go to the lowest row."""
    left = weight.astype(float)
    taken = []
    for _ in range(steps):
        gains = np.asarray(covers @ left).ravel()
        best = int(np.argmax(gains))
        taken.append((best, round(gains[best])))
        left[covers[best].indices] = 0.0
    return taken


def _gain(covers: csr_matrix, weight: NDArray[np.int64]) -> int:
    """People reached by all the given candidates together."""
    return int(weight[np.unique(covers.indices)].sum())


@dataclass(frozen=True)
class _Relaxed:
    """The best choice found, what it gains, an upper bound, and the candidates still in question."""

    chosen: NDArray[np.int64]
    gain: int
    bound: int
    open_rows: NDArray[np.int64]


def _relax(covers: csr_matrix, weight: NDArray[np.float64], additions: int, deadline: float) -> _Relaxed:
    """
    Bound the gain by subgradient steps on the Lagrangean dual.

    With a price between 0 and its weight on each demand, the weights not priced plus the highest
    priced totals of candidates bound every choice. Forcing in a candidate lowers that bound by as
    much as its total lies below the chosen ones.
    """
    alive = np.arange(covers.shape[0])
    chosen = np.array([c for c, _ in _greedy(covers, weight.astype(np.int64), additions)])
    whole = weight.astype(np.int64)
    gain = _gain(covers[chosen], whole)
    price = weight / np.maximum(1.0, np.asarray(covers.sum(axis=0)).ravel() * additions / covers.shape[0])
    rows, bound, step, stale = covers, float("inf"), 1.5, 0
    best_price = price
    last: NDArray[np.float64] = np.zeros(len(weight))
    for turn in range(RELAX_STEPS):
        value = np.asarray(rows @ price).ravel()
        top = np.argpartition(value, -additions)[-additions:] if len(value) > additions else np.arange(len(value))
        upper = float((weight - price).sum() + value[top].sum())
        stale = 0 if upper < bound - 0.5 else stale + 1
        if upper < bound:
            bound, best_price = upper, price
        found = _gain(rows[top], whole)
        if found > gain:
            gain, chosen = found, alive[top]
        # Whole people: a better choice gains at least one more.
        stays = upper - value[top].min() + value >= gain + 1 - ROUNDING
        stays[top] = True
        if upper < gain + 1 - ROUNDING or time.monotonic() > deadline:
            break
        slope = np.bincount(rows[top].indices, minlength=len(weight)) - 1.0
        # Averaging directions damps the zigzag of plain subgradients (Camerini et al. 1975).
        slope = slope + RELAX_MEMORY * last
        slope[(price <= 0) & (slope > 0)] = 0.0
        slope[(price >= weight) & (slope < 0)] = 0.0
        last = slope.astype(np.float64)
        norm = float(slope @ slope)
        if norm == 0:
            break
        if stale >= RELAX_PATIENCE:
            step, stale = step / 2, 0
            price, last = best_price, np.zeros(len(weight))
            if step < RELAX_SMALLEST:
                break
        price = np.clip(price - step * (upper - gain) / norm * slope, 0.0, weight)
        if turn % 10 == 0 and not stays.all():
            alive, rows = alive[stays], rows[stays]
    return _Relaxed(chosen, gain, max(gain, int(np.floor(bound + ROUNDING))), alive)


def _undominated(covers: csr_matrix, kept: NDArray[np.int64]) -> NDArray[np.int64]:
    """Drop candidates whose reach is a part of another's; of equal ones the first stays."""
    part = covers[kept]
    size = np.diff(part.indptr)
    shared = (part @ part.T).tocoo()
    inside = (shared.data == size[shared.row]) & (shared.row != shared.col)
    row, col = shared.row[inside], shared.col[inside]
    loses = (size[row] < size[col]) | ((size[row] == size[col]) & (row > col))
    return np.delete(kept, np.unique(row[loses]))


def _solve(
    covers: csr_matrix, weight: NDArray[np.int64], additions: int, limit: float
) -> tuple[NDArray[np.int64] | None, bool, int]:
    """Maximise the weight covered; demands seen by the same candidates are taken together."""
    seen = np.flatnonzero(np.diff(covers.tocsc().indptr) > 0)
    columns = covers.tocsc()[:, seen]
    pattern = pd.Series(
        [columns.indices[a:b].tobytes() for a, b in zip(columns.indptr, columns.indptr[1:], strict=False)]
    )
    group, first = pattern.factorize()[0], ~pattern.duplicated().to_numpy()
    people = np.bincount(group, weight[seen].astype(float))
    by_group = columns[:, np.flatnonzero(first)].T.tocsr()
    count, groups = covers.shape[0], len(people)
    # Variables: one per candidate (0 or 1), one per group (0 to 1, covered or not).
    cost = np.concatenate([np.zeros(count), -people])
    reached = LinearConstraint(hstack([by_group, -identity(groups)]), lb=0.0)
    number = LinearConstraint(vstack([csr_matrix(np.concatenate([np.ones(count), np.zeros(groups)]))]), ub=additions)
    result = milp(
        cost,
        constraints=[reached, number],
        integrality=np.concatenate([np.ones(count), np.zeros(groups)]),
        bounds=Bounds(0, 1),
        options={"time_limit": limit, "mip_rel_gap": 0.0},
    )
    bound = int(np.floor(-result.mip_dual_bound + 1e-6)) if result.mip_dual_bound is not None else int(people.sum())
    if result.x is None:
        return None, False, bound
    return np.flatnonzero(result.x[:count] > 0.5), result.status == 0, bound
