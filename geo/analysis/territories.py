"""Compare territories: who claims a unit, how far people are, whose reach crosses a border."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Crossing:
    """
    How the reach of two clusters overlaps across the border of their territories.

    Attributes
    ----------
    first, second
        Positions of the two clusters.
    into_second, into_first
        Inhabitants of the other's territory, outside one's own, within reach of the first, of the second.
    shared
        Inhabitants within reach of both, wherever they live.
    into_second_unknown, into_first_unknown, shared_unknown
        Of whom the same is not known, since members stand nobody knows where.
    """

    first: int
    second: int
    into_second: int
    into_first: int
    shared: int
    into_second_unknown: int = 0
    into_first_unknown: int = 0
    shared_unknown: int = 0


def claimed(codes: pd.Index, territories: Sequence[tuple[str, ...]]) -> NDArray[np.bool_]:
    """
    Say which units lie in which territories.

    Parameters
    ----------
    codes
        TERYT codes of the units, (n,).
    territories
        TERYT codes of each territory, at the level of the units or coarser, (m,).

    Returns
    -------
    inside
        (m, n).
    """
    inside = np.zeros((len(territories), len(codes)), dtype=bool)
    for position, territory in enumerate(territories):
        for code in territory:
            inside[position] |= codes.str.startswith(code)
    return inside


def weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the smallest value that half of the weight does not exceed; NaN without weight."""
    if weights.sum() <= 0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2.0)])


def evenness(counts: NDArray[np.float64]) -> float:
    """
    Say how evenly members are shared by sectors (Pielou 1966): H / ln k, 0 for one sector alone, 1 for equal shares.

    Parameters
    ----------
    counts
        Members of each sector that the cluster is meant to join, (k,). NaN for fewer than two or no member.
    """
    total = counts.sum()
    if len(counts) < 2 or total <= 0:
        return float("nan")
    share = counts[counts > 0] / total
    return float(-(share * np.log(share)).sum() / np.log(len(counts)))


def crossings(
    reached: NDArray[np.bool_],
    perhaps: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    population: NDArray[np.float64],
) -> tuple[Crossing, ...]:
    """
    Find pairs of clusters whose reach crosses the border between them.

    Parameters
    ----------
    reached, perhaps, inside
        Whether each locality is within reach, may be within reach (never both), and lies in the territory, of each
        cluster, (m, n).
    population
        Inhabitants of each locality, (n,).

    Returns
    -------
    pairs
        Pairs of different territories where one surely reaches into the other's own part, most inhabitants first.
    """

    def people(chosen: NDArray[np.bool_]) -> int:
        return int(population[chosen].sum())

    may = reached | perhaps
    found = []
    for i in range(len(reached)):
        for j in range(i + 1, len(reached)):
            only_i, only_j = inside[i] & ~inside[j], inside[j] & ~inside[i]
            into_j, into_i = people(reached[i] & only_j), people(reached[j] & only_i)
            both = reached[i] & reached[j]
            if into_i or into_j:
                open_ = people(perhaps[i] & only_j), people(perhaps[j] & only_i), people(may[i] & may[j] & ~both)
                found.append(Crossing(i, j, into_j, into_i, people(both), *open_))
    return tuple(sorted(found, key=lambda c: -(c.into_first + c.into_second)))
