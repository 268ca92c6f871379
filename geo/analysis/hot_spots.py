"""Find units around which there are more or fewer members than people explain."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import binom, false_discovery_control

from geo.analysis.concentration import Progress, thrown
from geo.model.concentration import ALPHA, LOCAL_SIMULATIONS, SEED, SIMULATIONS, HotSpots, Spot

# The rarest units, at most so many, are simulated so often where it matters.
MAX_REFINED, REFINED = 60, 199_999


def contiguity(units: gpd.GeoDataFrame) -> csr_array:
    """
    Say which units touch each other, at a point or along a line (queen contiguity).

    Parameters
    ----------
    units
        Outlines in EPSG:2180 that share their vertices.

    Returns
    -------
    neighbours
        (n, n), 1.0 for neighbours, without a unit itself. A row without any is an island.
    """
    outlines = units.geometry.to_numpy()
    row, column = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    other = row != column
    shape = (len(units), len(units))
    return csr_array((np.ones(other.sum()), (row[other], column[other])), shape=shape)


def gi_star(
    members: pd.Series,
    population: pd.Series,
    neighbours: csr_array,
    *,
    simulations: int = SIMULATIONS,
    seed: int = SEED,
    alpha: float = ALPHA,
) -> HotSpots:
    """
    Find hot and cold spots by Getis and Ord's Gi* against members thrown at random on people.

    Gi* (Getis and Ord 1992) is the share of all members that lies in a unit and its neighbours,
    here by `esda`. Shuffling values between units, the usual reference, takes a village and a city
    for equals (Assunção and Reis 1999); where members follow people, the number around a unit is
    binomial, with the share of people around it. So the probability is exact, both tails doubled,
    and small enough for the rate of false discoveries (Benjamini and Hochberg 1995) over thousands
    of units, for which 999 permutations are not. As many maps without concentration are simulated to
    count how often the whole rule marks any unit at all.

    Parameters
    ----------
    members, population
        Members (whole numbers, one at least) and inhabitants of each unit, same index.
    neighbours
        As from `contiguity`, in the same order. An island has only itself around it.
    simulations, seed
        Number of maps without concentration, and where their random numbers start.
    alpha
        Rate of false discoveries.
    """
    # Loaded when asked for.
    from esda.getisord import G_Local  # noqa: PLC0415

    counts = members.to_numpy(dtype=float)
    total = counts.sum()
    people = population.to_numpy(dtype=float)
    window = csr_array(neighbours + _identity(len(counts)))
    share = np.minimum(window @ people / people.sum(), 1.0)
    graph = _graph(neighbours, members.index)
    # Its own z compares with shuffled values and is not used; of equal counts it is 0 / 0.
    with np.errstate(invalid="ignore", divide="ignore"):
        result = G_Local(counts, graph, transform="B", star=True, permutations=0, island_weight=0)
    around = np.rint(np.asarray(result.Gs, dtype=float) * total)
    spread = np.sqrt(total * share * (1.0 - share))
    p = _two_tails(around, total, share)
    spot = np.where(around > total * share, str(Spot.HOT), str(Spot.COLD))
    spot = np.where(_discovered(p, alpha), spot, str(Spot.NONE))
    alarms = 0
    for maps in thrown(counts, population, simulations, seed):
        alarms += _any_discovered((window @ maps.T), total, share, alpha)
    table = pd.DataFrame(
        {
            "members": members,
            "around": around,
            "expected": total * share,
            "neighbours": _degree(neighbours),
            "statistic": np.divide(around - total * share, spread, out=np.full(len(share), np.nan), where=spread > 0),
            "p": p,
            "spot": spot,
        },
        index=members.index,
    )
    return HotSpots(table, alpha, alarms / simulations if simulations else float("nan"), simulations)


def local_moran(
    members: pd.Series,
    population: pd.Series,
    neighbours: csr_array,
    *,
    simulations: int = LOCAL_SIMULATIONS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> HotSpots:
    """
    Find clusters and outliers by local Moran's I at constant risk, against members thrown at random on people.

    Local Moran's I (Anselin 1995) of (x - e) / √e, where e is what a unit would have were members to
    follow people (Walter 1992; Waller and Gotway 2004, section 7.4), with neighbours weighing the same
    in sum. The probability is that of simulated maps in which members follow people, both tails
    doubled, held to a rate of false discoveries of 5 % (Benjamini and Hochberg 1995). Where the rarest
    units are too rare for that many maps, they are simulated further, each with its neighbours alone.
    A unit that has no more and no fewer members than people explain (binomial, 5 % in either tail) gets no
    verdict, whatever its neighbours have.
    `false_alarms` is not simulated again: NaN.

    Parameters
    ----------
    members, population
        Members (whole numbers, one at least) and inhabitants (above 0) of each unit, same index.
    neighbours
        As from `contiguity`, in the same order. An island has no neighbours to compare with and no result.
    simulations, seed
        Number of simulated maps, and where their random numbers start.
    progress
        Told how much is done, 0 to 1.
    """
    counts, people = members.to_numpy(dtype=float), population.to_numpy(dtype=float)
    expected = counts.sum() * people / people.sum()
    degree = _degree(neighbours)
    inverse = np.divide(1.0, degree, out=np.zeros(len(counts)), where=degree > 0)
    weights = csr_array(neighbours.multiply(inverse[:, None]))
    own, lag = (a[0] for a in _deviations(counts[None, :], expected, weights))
    observed = own * lag
    rarer = np.zeros((2, len(counts)))
    done = 0
    for maps in thrown(counts, population, simulations, seed):
        drawn, around = _deviations(maps, expected, weights)
        rarer += _beyond(drawn * around, observed)
        done += len(maps)
        if progress:
            progress(0.9 * done / simulations)
    p = _doubled(rarer, simulations)
    island = degree == 0
    p[island] = np.nan
    if simulations:
        _refine(p, observed, neighbours, expected, seed)
    if progress:
        progress(1.0)
    found = np.zeros(len(p), dtype=bool)
    found[~island] = _discovered(p[~island], ALPHA)
    kinds = [(own > 0) & (lag > 0), (own <= 0) & (lag <= 0), (own > 0) & (lag <= 0), (own <= 0) & (lag > 0)]
    spots = [str(s) for s in (Spot.HOT, Spot.COLD, Spot.HIGH_LOW, Spot.LOW_HIGH)]
    # Beside a hot spot one member is not many: a unit must tell something itself.
    found &= _telling(counts, expected)
    spot = np.where(found, np.select(kinds, spots, str(Spot.NONE)), str(Spot.NONE))
    window = csr_array(neighbours + _identity(len(counts)))
    table = pd.DataFrame(
        {
            "members": members,
            "around": window @ counts,
            "expected": window @ expected,
            "neighbours": degree,
            "statistic": np.where(island, np.nan, observed),
            "p": p,
            "spot": np.where(island, str(Spot.ISLAND), spot),
        },
        index=members.index,
    )
    return HotSpots(table, ALPHA, float("nan"), simulations)


def _telling(counts: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which units have more or fewer members than people explain on their own, at 5 % in either tail."""
    total = counts.sum()
    share = np.minimum(expected / total, 1.0)
    high, low = binom.sf(counts - 1, total, share), binom.cdf(counts, total, share)
    telling: NDArray[np.bool_] = np.minimum(high, low) <= ALPHA
    return telling


def _refine(
    p: NDArray[np.float64],
    observed: NDArray[np.float64],
    neighbours: csr_array,
    expected: NDArray[np.float64],
    seed: int,
) -> None:
    """
    Simulate the rarest units further, in place, where more maps could still make discoveries of them.

    What is at a unit and at each of its neighbours, of members who follow people, is multinomial, so no
    other unit need be drawn.
    """
    known = np.isfinite(p)
    rare = np.flatnonzero(known & (p == p[known].min(initial=2.0)))
    if len(rare) > MAX_REFINED or not len(rare) or _discovered(p[known], ALPHA).any():
        return
    random = np.random.default_rng([seed, 1])
    total = round(expected.sum())
    for unit in rare:
        near = neighbours.indices[neighbours.indptr[unit] : neighbours.indptr[unit + 1]]
        mean = expected[np.append(unit, near)]
        share = mean / expected.sum()
        drawn = random.multinomial(total, np.append(share, max(0.0, 1.0 - share.sum())), size=REFINED)[:, :-1]
        deviation = (drawn - mean) / np.sqrt(mean)
        simulated = deviation[:, 0] * deviation[:, 1:].mean(axis=1)
        p[unit] = _doubled(_beyond(simulated[:, None], observed[unit : unit + 1]), REFINED)[0]


def _beyond(simulated: NDArray[np.float64], observed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many simulated values are at least, and at most, as large as each observed one, (2, n)."""
    # Sums in another order differ in the last digit.
    slack = 1e-9 * np.maximum(np.abs(observed), 1.0)
    return np.array(
        [(simulated >= observed - slack).sum(axis=0), (simulated <= observed + slack).sum(axis=0)], dtype=float
    )


def _doubled(rarer: NDArray[np.float64], simulations: int) -> NDArray[np.float64]:
    p: NDArray[np.float64] = np.minimum(2.0 * (rarer.min(axis=0) + 1.0) / (simulations + 1.0), 1.0)
    return p


def _deviations(
    counts: NDArray[np.float64], expected: NDArray[np.float64], weights: csr_array
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return standardised deviations from what people explain and the mean of the neighbours', each (m, n)."""
    own = (counts - expected) / np.sqrt(expected)
    return own, np.asarray((weights @ own.T).T)


def _two_tails(around: NDArray[np.float64], total: float, share: NDArray[np.float64]) -> NDArray[np.float64]:
    high, low = binom.sf(around - 1, total, share), binom.cdf(around, total, share)
    p: NDArray[np.float64] = np.minimum(2.0 * np.minimum(high, low), 1.0)
    return p


def _discovered(p: NDArray[np.float64], alpha: float) -> NDArray[np.bool_]:
    if not len(p):
        return np.zeros(0, dtype=bool)
    found: NDArray[np.bool_] = false_discovery_control(p) <= alpha
    return found


def _any_discovered(around: NDArray[np.float64], total: float, share: NDArray[np.float64], alpha: float) -> int:
    """Return on how many maps, columns of `around`, any unit is discovered."""
    # Only what is beyond one of these counts can be discovered; the rest need not be computed.
    high, low = binom.isf(alpha / 2.0, total, share), binom.ppf(alpha / 2.0, total, share)
    low = np.where(binom.cdf(low, total, share) <= alpha / 2.0, low, low - 1)
    far = (around > high[:, None]) | (around <= low[:, None])
    row, column = np.nonzero(far)
    p = np.ones(around.shape)
    p[row, column] = _two_tails(around[row, column], total, share[row])
    smallest = np.sort(p, axis=0)
    bound = alpha * np.arange(1, len(p) + 1)[:, None] / len(p)
    return int((smallest <= bound).any(axis=0).sum())


def _degree(neighbours: csr_array) -> NDArray[np.int64]:
    degree: NDArray[np.int64] = np.diff(neighbours.indptr).astype(np.int64)
    return degree


def _identity(size: int) -> csr_array:
    where = np.arange(size)
    return csr_array((np.ones(size), (where, where)), shape=(size, size))


def _graph(neighbours: csr_array, codes: pd.Index) -> Any:
    from libpysal.graph import Graph  # noqa: PLC0415

    return Graph.from_sparse(neighbours, ids=codes.to_numpy())
