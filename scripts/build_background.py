"""
Build the land around Poland that images draw, so that the sea and other countries are told apart.

Run `python scripts/build_background.py FILE` from the top of the repository, FILE being `countries-10m.json` of npm
`world-atlas` 2.0.2 (Natural Earth 1:10m, public domain). Writes `data/background/land_abroad.parquet`, EPSG:2180.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import geopandas as gpd
import shapely

from geo.io.boundaries import load_units
from geo.model.units import Level
from geo.settings import DISPLAY_CRS, METRIC_CRS

SHA256 = "3bc6f1d367a9bcec479841bae0e76092f512838411d0cef124e92eec4db45f79"
OUT = Path("data/background/land_abroad.parquet")
# What a map of the country can show beside it: metres around Poland, east and west, north and south.
AROUND_M = (650_000.0, 450_000.0)
# Poland of the source, by its number of ISO 3166.
POLAND = "616"
# Where both borders of Poland differ, land within so many metres of another country is land.
GAP_M = 6_000.0
TOLERANCE_M = 700.0
LEAST_M2 = 4e6


def build(source: Path) -> gpd.GeoDataFrame:
    """Return the land of other countries as one row, EPSG:2180, without what is Poland on our outlines."""
    content = source.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        said = f"{source} is not the file that is expected"
        raise SystemExit(said)
    countries = gpd.read_file(source, layer="countries", engine="pyogrio").set_crs(DISPLAY_CRS)
    near = countries[countries.geometry.make_valid().intersects(shapely.box(-5, 40, 45, 65))]
    shapes = near.geometry.make_valid().clip(shapely.box(-5, 40, 45, 65)).to_crs(METRIC_CRS).make_valid()
    own = near.loc[shapes.index, "id"] == POLAND
    ours = shapely.union_all(load_units(Level.VOIVODESHIP).geometry.to_numpy())
    west, south, east, north = ours.bounds
    frame = shapely.box(west - AROUND_M[0], south - AROUND_M[1], east + AROUND_M[0], north + AROUND_M[1])
    others = shapely.union_all(shapes[~own].to_numpy())
    gap = shapely.union_all(shapes[own].to_numpy()).difference(ours).intersection(shapely.buffer(others, GAP_M))
    land = shapely.union_all([others, gap]).intersection(frame).difference(ours)
    parts = [p for p in shapely.get_parts(shapely.simplify(land, TOLERANCE_M)) if p.area >= LEAST_M2]
    whole = shapely.set_precision(shapely.union_all(parts), 10.0)
    return gpd.GeoDataFrame({"name": ["land"]}, geometry=[whole], crs=METRIC_CRS)


if __name__ == "__main__":
    OUT.parent.mkdir(exist_ok=True)
    build(Path(sys.argv[1])).to_parquet(OUT, compression="zstd", index=False)
