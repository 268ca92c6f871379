"""Write the files a browser loads once: Leaflet, our map script and the outlines of units."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.io.boundaries import load_units
from geo.io.integrity import read_manifest
from geo.model.units import Level
from geo.settings import BOUNDARIES_DIR, DISPLAY_CRS, METRIC_CRS, STATIC_DIR

# coverage_simplify takes out vertices whose triangle is smaller than the square of this.
SIMPLIFY_M = 90.0
# 4 decimals of a degree: 7 to 11 metres.
SCALE = 10_000
URL_PREFIX = "../../app/static/"
_FORMAT = "1"


@dataclass(frozen=True)
class Assets:
    """Addresses of the static files, as seen from the map's frame, and the order of units in them."""

    leaflet_js: str
    leaflet_css: str
    map_js: str
    map_css: str
    geometry: dict[Level, str]
    codes: dict[Level, tuple[str, ...]]


@cache
def ensure_assets(folder: Path = STATIC_DIR) -> Assets:
    """
    Write what is missing in the static folder and return the addresses.

    Names carry a hash of the content or of what it is made from, so browsers may keep the files.

    Raises
    ------
    DataFileError
        If boundaries are missing or changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = ("leaflet.js", "leaflet.css", "map.js", "map.css")
    urls = {name: URL_PREFIX + _write_hashed(folder, name, read_asset(name)) for name in names}
    geometry, codes = _ensure_geometry(folder)
    return Assets(urls["leaflet.js"], urls["leaflet.css"], urls["map.js"], urls["map.css"], geometry, codes)


def read_asset(name: str) -> bytes:
    """
    Return Leaflet, our script or an outline file.

    Parameters
    ----------
    name
        Name of a file, or the address of an outline file as in `Assets.geometry`.
    """
    if name.startswith(URL_PREFIX):
        return (STATIC_DIR / name.removeprefix(URL_PREFIX)).read_bytes()
    # The images that Leaflet's style names belong to controls that are not used here.
    leaflet = resources.files("js_lib_leaflet") / "static" / "js_lib_leaflet"
    return ((leaflet if name.startswith("leaflet.") else resources.files("geo.render")) / name).read_bytes()


def _ensure_geometry(folder: Path) -> tuple[dict[Level, str], dict[Level, tuple[str, ...]]]:
    state = json.dumps(read_manifest(BOUNDARIES_DIR)["files"], sort_keys=True)
    key = hashlib.sha256(f"{_FORMAT}|{SIMPLIFY_M}|{SCALE}|{state}".encode()).hexdigest()[:10]
    names = {level: f"units-{level}-{key}.json" for level in Level}
    codes = {level: tuple(load_units(level).index) for level in Level}
    if not all((folder / name).exists() for name in names.values()):
        gminy = load_units(Level.GMINA)
        simple = shapely.coverage_simplify(gminy.geometry.to_numpy(), tolerance=SIMPLIFY_M)
        for level, name in names.items():
            _write(folder / name, _encode(level, simple, gminy.index.to_numpy(dtype=str)))
    return {level: URL_PREFIX + name for level, name in names.items()}, codes


def _encode(level: Level, simple: NDArray[np.object_], gminy: NDArray[np.str_]) -> bytes:
    """
    Encode the units of a level as whole-number steps along each ring, latitude first.

    Coarser levels are dissolved from the simplified gminy, so their lines coincide.
    """
    units = load_units(level)
    owner = np.array([c[: level.digits] for c in gminy])
    solid = [shapely.coverage_union_all(simple[owner == code]) for code in units.index]
    shown = gpd.GeoSeries(solid, crs=METRIC_CRS).to_crs(DISPLAY_CRS).to_numpy()
    rows: list[dict[str, Any]] = []
    for code, name, kind, geometry in zip(units.index, units["name"], units["kind"], shown, strict=True):
        polygons = [[_steps(ring) for ring in shapely.get_rings(part)] for part in shapely.get_parts(geometry)]
        rows.append({"t": code, "n": name, "k": kind, "r": polygons})
    return json.dumps({"scale": SCALE, "units": rows}, ensure_ascii=False, separators=(",", ":")).encode()


def _steps(ring: shapely.LinearRing) -> list[int]:
    whole = np.rint(shapely.get_coordinates(ring)[:-1, ::-1] * SCALE).astype(int)
    steps = np.vstack([whole[:1], np.diff(whole, axis=0)])
    kept = np.append(True, (steps[1:] != 0).any(axis=1))
    flat: list[int] = steps[kept].ravel().tolist()
    return flat


def _write_hashed(folder: Path, name: str, content: bytes) -> str:
    stem, suffix = name.split(".")
    hashed = f"{stem}-{hashlib.sha256(content).hexdigest()[:10]}.{suffix}"
    if not (folder / hashed).exists():
        _write(folder / hashed, content)
    return hashed


def _write(path: Path, content: bytes) -> None:
    """Write so that a reader sees the whole file or none, even if two processes start at once."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)
