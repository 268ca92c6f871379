"""Measure how concentrated members are over units: location quotient, Gini, Theil, Herfindahl-Hirschman."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaincinv, xlogy
from scipy.stats import binom

from geo.model.concentration import MIN_COUNT, SEED, SIMULATIONS, Expected, Unevenness
from geo.model.units import Level, level_of

BATCH = 256
Progress = Callable[[float], None]


def location_quotient(members: pd.Series, base: pd.Series, *, min_count: float = MIN_COUNT) -> pd.DataFrame:
    """
    Compare each unit's share of members with its share of a base.

    LQ = (x_i / Σx) / (b_i / Σb) (Florence 1939; Isserman 1977). The bounds are those of Clopper and
    Pearson (1934) for x_i / Σx. Assumes that members join independently of each other.

    Parameters
    ----------
    members
        Members in each unit, whole numbers.
    base
        Inhabitants or entities in each unit, same index, not negative. NaN where unknown: such units
        have no quotient and neither their members nor their base count in the totals.
    min_count
        A unit has a quotient only if this many members are there or would be expected there.

    Returns
    -------
    quotient
        Same index; `members`, `base`, `expected` (members by the share of the base), `lq`, `low`, `high`
        (bounds of 95 % of this unit alone), `p` (two-sided binomial probability), `enough` (whether the unit has
        as many as it needs; where not, the others are NaN).
    """
    known = base.notna() & (base > 0)
    count = members.where(known, 0).astype(float)
    total, whole = float(count.sum()), float(base[known].sum())
    expected = (base.where(known) / whole * total) if whole else base * np.nan
    enough = known & (np.maximum(count, expected) >= min_count)
    n, x = np.full(len(count), total), count.to_numpy()
    low = np.where(x > 0, betaincinv(np.maximum(x, 1), n - x + 1, 0.025), 0.0)
    high = np.where(x < n, betaincinv(x + 1, np.maximum(n - x, 1), 0.975), 1.0)
    per_share = total / expected.where(enough)
    share = (expected / total).fillna(0.0).to_numpy() if total else np.zeros(len(count))
    p = np.minimum(2.0 * np.minimum(binom.sf(x - 1, n, share), binom.cdf(x, n, share)), 1.0)
    return pd.DataFrame(
        {
            "members": members,
            "base": base,
            "expected": expected,
            "lq": count / expected.where(enough),
            "low": low * per_share,
            "high": high * per_share,
            "p": np.where(enough, p, np.nan),
            "enough": enough,
        }
    )


def unevenness(
    members: pd.Series,
    population: pd.Series,
    groups: pd.Series,
    *,
    simulations: int = SIMULATIONS,
    seed: int = SEED,
) -> Unevenness:
    """
    Measure how unevenly members are spread over units, beside members thrown at random on people.

    Gini (1912), Theil's T (1967) split between and within groups, by PySAL's `inequality`, and the
    Herfindahl-Hirschman index of shares (Hirschman 1964). With few members every index is high by
    chance alone, so each comes with the range it has where as many members fall on inhabitants at
    random.

    Parameters
    ----------
    members, population
        Members and inhabitants of each unit, same index; at least one of each in all.
    groups
        TERYT code of a coarser unit that holds each unit, same index.
    simulations, seed
        Number of random maps, and where their random numbers start.
    """
    # Loaded when asked for.
    from inequality.gini import Gini  # noqa: PLC0415
    from inequality.theil import TheilD  # noqa: PLC0415

    counts = members.to_numpy(dtype=float)
    drawn = np.vstack(list(thrown(counts, population, simulations, seed)))
    split = TheilD(counts, groups.to_numpy())
    # Of equal counts it is 0 but for the last digit.
    theil = max(float(split.T), 0.0)
    between = float(np.asarray(split.bg).ravel()[0])
    return Unevenness(
        gini=_expected(float(Gini(counts).g), ginis(drawn)),
        theil=_expected(theil, theils(drawn)),
        hhi=_expected(herfindahl(counts), ((drawn / drawn.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)),
        between=min(max(between / theil, 0.0), 1.0) if theil > 0 else float("nan"),
        groups=groups.nunique(),
        grouped=level_of(str(groups.iloc[0])) or Level.VOIVODESHIP,
        units=len(counts),
        members=int(counts.sum()),
    )


def thrown(
    counts: NDArray[np.float64], population: pd.Series, simulations: int, seed: int
) -> list[NDArray[np.float64]]:
    """
    Throw as many members on units at random, by population, many times over.

    Parameters
    ----------
    counts
        Members of each unit, (n,); only their sum matters.
    population
        Inhabitants of each unit, (n,).
    simulations, seed
        Number of maps, and where the random numbers start.

    Returns
    -------
    batches
        Arrays of members by map and unit, (maps, n); maps of all batches are `simulations`.
    """
    random = np.random.default_rng(seed)
    people = population.to_numpy(dtype=float)
    share, total = people / people.sum(), int(counts.sum())
    sizes = [min(BATCH, simulations - start) for start in range(0, simulations, BATCH)]
    return [random.multinomial(total, share, size=size).astype(float) for size in sizes]


def _expected(value: float, simulated: NDArray[np.float64]) -> Expected:
    low, high = np.quantile(simulated, [0.025, 0.975])
    return Expected(value, float(low), float(high), len(simulated))


def ginis(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Gini coefficient of each row, (m,), for counts (m, n) with a sum above 0."""
    ordered = np.sort(counts, axis=1)
    n = counts.shape[1]
    rank = 2.0 * np.arange(1, n + 1) - n - 1.0
    gini: NDArray[np.float64] = ordered @ rank / (n * counts.sum(axis=1))
    return gini


def theils(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Theil's T of each row, (m,), for counts (m, n) with a sum above 0; 0·ln 0 is 0."""
    relative = counts / counts.mean(axis=1, keepdims=True)
    theil: NDArray[np.float64] = np.asarray(xlogy(relative, relative).mean(axis=1), dtype=float)
    return theil


def herfindahl(counts: NDArray[np.float64]) -> float:
    """Return the sum of squared shares, 1/n (all equal) to 1 (all in one), for counts with a sum above 0."""
    share = counts / counts.sum()
    return float(share @ share)
