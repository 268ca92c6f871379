"""Pack the outlines for the screen: every border once, as steps in degrees, at three resolutions."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.analysis.topology import Rings, Topology
from geo.io.integrity import entry_of
from geo.io.outlines import COUNTRY_M
from geo.model.units import Level

FOLDER = "obrysy"
# Metres, and parts of a degree: the country, a voivodeship, a powiat (as fine as the source).
VOIVODESHIP_M, POWIAT_M = 60.0, 0.0
COUNTRY_SCALE, FINE_SCALE = 10_000, 100_000


def packs(levels: dict[Level, gpd.GeoDataFrame], topology: Topology) -> dict[str, dict[str, bytes]]:
    """
    Pack a country.

    Parameters
    ----------
    levels
        Units of each level, index `teryt`.
    topology
        Borders of the same units.

    Returns
    -------
    packs
        By file (`kraj`, then a voivodeship's code) and name: `granice` (powiaty and voivodeships), `gminy`
        (what they lack), the code of a voivodeship or of a powiat (its borders, finer); each JSON
        compressed with gzip.
    """
    borders = int((topology.rank > 0).sum())
    coarse = _steps(topology.simplified(COUNTRY_M), COUNTRY_SCALE)
    country = {
        "granice": {
            "scale": COUNTRY_SCALE,
            "first": 0,
            "arcs": coarse[:borders],
            "rank": topology.rank[:borders].tolist(),
        }
        | {str(k): _units(levels[k], topology.rings[k]) for k in (Level.POWIAT, Level.VOIVODESHIP)},
        "gminy": {"scale": COUNTRY_SCALE, "first": borders, "arcs": coarse[borders:]}
        | {str(Level.GMINA): _units(levels[Level.GMINA], topology.rings[Level.GMINA])},
    }
    result = {"kraj": {name: _packed(content) for name, content in country.items()}}
    middle = _steps(topology.simplified(VOIVODESHIP_M), FINE_SCALE)
    fine = _steps(topology.arcs, FINE_SCALE)
    for code in levels[Level.VOIVODESHIP].index:
        inner = [c for c in levels[Level.POWIAT].index if c.startswith(code)]
        result[code] = {code: _part(levels, topology, Level.VOIVODESHIP, code, middle)} | {
            c: _part(levels, topology, Level.POWIAT, c, fine) for c in inner
        }
    return result


def write(levels: dict[Level, gpd.GeoDataFrame], target: Path) -> dict[str, dict[str, object]]:
    """Write the packs, one file a voivodeship and one for the country; return what the manifest says of them."""
    folder, files = target / FOLDER, {}
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.parquet"):
        old.unlink()
    for name, content in packs(levels, Topology.build(levels)).items():
        path = folder / f"{name}.parquet"
        frame = pd.DataFrame({"name": list(content), "content": list(content.values())})
        # The content is packed already.
        frame.to_parquet(path, compression=None, index=False)
        files[path.relative_to(target).as_posix()] = entry_of(path, len(frame))
    return files


def _part(
    levels: dict[Level, gpd.GeoDataFrame], topology: Topology, level: Level, code: str, steps: list[list[int]]
) -> bytes:
    owner = np.append(levels[Level.GMINA].index.str[: level.digits].to_numpy(dtype=object), "")
    ids = np.flatnonzero((owner[topology.sides] == code).any(axis=1))
    return _packed({"scale": FINE_SCALE, "ids": ids.tolist(), "arcs": [steps[i] for i in ids]})


def _units(units: gpd.GeoDataFrame, rings: tuple[Rings, ...]) -> dict[str, Any]:
    kinds = sorted(set(units["kind"]))
    return {
        "codes": list(units.index),
        "names": list(units["name"]),
        "kinds": kinds,
        "kind": [kinds.index(k) for k in units["kind"]],
        "rings": [[[ring.tolist() for ring in polygon] for polygon in unit] for unit in rings],
    }


def _steps(lines: NDArray[np.object_], scale: int) -> list[list[int]]:
    """Write each line as whole-number steps, latitude first, from its first point."""
    shown = gpd.GeoSeries(lines, crs=2180).to_crs(4326).to_numpy()
    xy, owner = shapely.get_coordinates(shown, return_index=True)
    whole = np.rint(xy[:, ::-1] * scale).astype(int)
    return [_deltas(part) for part in np.split(whole, np.searchsorted(owner, np.arange(1, len(lines))))]


def _deltas(whole: NDArray[np.int64]) -> list[int]:
    steps = np.diff(whole, axis=0)
    steps = steps[(steps != 0).any(axis=1)]
    flat: list[int] = np.vstack([whole[:1], steps]).ravel().tolist()
    return flat


def _packed(content: dict[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return gzip.compress(text, compresslevel=9, mtime=0)
