"""Share counted people over localities and over units of today, in whole numbers that sum exactly."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Places of 500 people and more are listed with their number.
UNLISTED_MAX = 499.0


def share_population(
    codes: pd.Series, listed: pd.Series, totals: pd.Series, counted: pd.Series | None = None
) -> pd.Series:
    """
    Share each gmina's population over its localities.

    A town whose people are counted has them. Of the rest, listed places keep their population and what is
    left goes in equal parts to the others, each at most 499 (places of 500 and more are listed) unless
    that leaves people over; then everything but the town is scaled and rounded by largest remainder, so
    that the sum is the gmina's population exactly.

    Parameters
    ----------
    codes
        Gmina of each locality.
    listed
        Listed population of each locality, or NaN.
    totals
        Population of each gmina.
    counted
        Counted population of each locality, or NaN; None where no town is counted.
    """
    result = pd.Series(0, index=codes.index)
    known_towns = pd.Series(np.nan, index=codes.index) if counted is None else counted
    for code, rows in listed.groupby(codes):
        towns = known_towns[rows.index].dropna().astype(int)
        rest = rows.drop(towns.index)
        total = int(totals[code]) - int(towns.sum())
        if rest.empty or total < 0:
            # All people of a town that is the gmina.
            rest, total, towns = rows, int(totals[code]), towns.iloc[:0]
        known = rest.notna()
        count = int((~known).sum())
        left = total - rest[known].sum()
        # Where the listed places already hold nearly everyone, the small ones keep a modest share.
        floor = min(60.0, 0.3 * total / len(rest))
        each = np.clip(left / count, floor, UNLISTED_MAX) if count else 0.0
        weights = rest.fillna(each).to_numpy()
        result.loc[rest.index] = largest_remainder(weights if weights.sum() > 0 else np.ones(len(rest)), total)
        result.loc[towns.index] = towns
    return result


def divide(people: pd.DataFrame, shares: pd.Series, parents: dict[str, str]) -> pd.DataFrame:
    """
    Divide the people of gminy that a table still counts as one.

    Parameters
    ----------
    people
        Whole numbers by `teryt`, one column a group; the first column is the sum of all groups where
        there are several.
    shares
        People of each present gmina by their localities, index `teryt`.
    parents
        Present gminy that stand in the table inside another, with that gmina.

    Returns
    -------
    people
        The same columns with a row for each present gmina; every column keeps its sum.
    """
    result = people.copy()
    for new, old in parents.items():
        weights = shares[[old, new]].to_numpy(dtype=float)
        for column in people.columns:
            kept, given = largest_remainder(weights, int(result.loc[old, column]))
            result.loc[new, column] = given
            result.loc[old, column] = kept
    return result.sort_index().astype("int64")


def largest_remainder(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Share a whole number out by weights, so that the parts are whole and sum to it."""
    exact = weights / weights.sum() * total
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: total - whole.sum()]] += 1
    result: NDArray[np.int64] = whole
    return result
