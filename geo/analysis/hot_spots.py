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
    result = G_Local(counts, graph, transform="B", star=True, permutations=0, island_weight=0)
    around = np.rint(np.asarray(result.Gs, dtype=float) * total)
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
            "statistic": result.Zs,
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
    Find clusters and outliers by local Moran's I of rates, against members thrown at random on people.

    Local Moran's I (Anselin 1995) of rates standardised by empirical Bayes (Assunção and Reis 1999),
    with neighbours weighing the same in sum. The probability is that of simulated maps in which
    members follow people, both tails doubled, held to a rate of false discoveries of 5 % (Benjamini
    and Hochberg 1995). `false_alarms` is not simulated again: NaN.

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
    degree = _degree(neighbours)
    inverse = np.divide(1.0, degree, out=np.zeros(len(counts)), where=degree > 0)
    weights = csr_array(neighbours.multiply(inverse[:, None]))
    own, lag, observed = (a[0] for a in _moran(counts[None, :], people, weights))
    above, below = np.zeros(len(counts)), np.zeros(len(counts))
    done = 0
    for maps in thrown(counts, population, simulations, seed):
        _, _, simulated = _moran(maps, people, weights)
        above += (simulated >= observed).sum(axis=0)
        below += (simulated <= observed).sum(axis=0)
        done += len(maps)
        if progress:
            progress(done / simulations)
    p = np.minimum(2.0 * (np.minimum(above, below) + 1.0) / (simulations + 1.0), 1.0)
    island = degree == 0
    p[island] = np.nan
    found = np.zeros(len(p), dtype=bool)
    found[~island] = _discovered(p[~island], ALPHA)
    kinds = [(own > 0) & (lag > 0), (own <= 0) & (lag <= 0), (own > 0) & (lag <= 0), (own <= 0) & (lag > 0)]
    spots = [str(s) for s in (Spot.HOT, Spot.COLD, Spot.HIGH_LOW, Spot.LOW_HIGH)]
    spot = np.where(found, np.select(kinds, spots, str(Spot.NONE)), str(Spot.NONE))
    window = csr_array(neighbours + _identity(len(counts)))
    table = pd.DataFrame(
        {
            "members": members,
            "around": window @ counts,
            "expected": counts.sum() * (window @ people) / people.sum(),
            "neighbours": degree,
            "statistic": np.where(island, np.nan, observed),
            "p": p,
            "spot": np.where(island, str(Spot.ISLAND), spot),
        },
        index=members.index,
    )
    return HotSpots(table, ALPHA, float("nan"), simulations)


def empirical_bayes(counts: NDArray[np.float64], people: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Standardise rates so that units of any size have about the same variance (Assunção and Reis 1999).

    Parameters
    ----------
    counts
        Members by map and unit, (m, n).
    people
        Inhabitants of each unit, above 0, (n,).

    Returns
    -------
    rates
        (m, n), about 0 where the rate is that of all units together.
    """
    total = people.sum()
    mean = counts.sum(axis=1, keepdims=True) / total
    rate = counts / people
    spread = ((rate - mean) ** 2 @ people)[:, None] / total
    extra = spread - mean / (total / len(people))
    variance = extra + mean / people
    variance = np.where(variance > 0, variance, mean / people)
    standard: NDArray[np.float64] = (rate - mean) / np.sqrt(variance)
    return standard


def _moran(
    counts: NDArray[np.float64], people: NDArray[np.float64], weights: csr_array
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return deviations, their spatial lag and local Moran's I, each (m, n)."""
    rate = empirical_bayes(counts, people)
    own = rate - rate.mean(axis=1, keepdims=True)
    own /= own.std(axis=1, keepdims=True)
    lag = np.asarray((weights @ own.T).T)
    n = own.shape[1]
    return own, lag, (n - 1) / n * own * lag


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
