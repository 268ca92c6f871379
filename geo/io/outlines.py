"""Hand out the packed outlines that the screen draws, as they stand in the data."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from geo.io.data_state import current_folder, state_folders
from geo.io.integrity import read_manifest, read_table
from geo.settings import BOUNDARIES_DIR

_FOLDER = "obrysy"
COUNTRY = "kraj"
# By how much the country's outlines are simplified, metres.
COUNTRY_M = 300.0
BORDERS, GMINY = "granice", "gminy"


def packs_key(folder: Path | None = None) -> str:
    """
    Return a short name of this state of the outlines, so that browsers may keep them for ever.

    Raises
    ------
    DataFileError
        If the manifest is missing or damaged.
    """
    return _packs_key(folder or current_folder())


@lru_cache(maxsize=64)
def _packs_key(folder: Path) -> str:
    files = read_manifest(folder)["files"]
    state = json.dumps({n: f["sha256"] for n, f in files.items() if n.startswith(f"{_FOLDER}/")}, sort_keys=True)
    return hashlib.sha256(state.encode()).hexdigest()[:16]


def packs_folder(key: str) -> Path | None:
    """
    Return the folder of a state by the short name of its outlines, also of one that is no longer in use.

    Whoever opened a page before another state was chosen goes on asking for the outlines of that one.
    """
    states = (current_folder(), BOUNDARIES_DIR, *state_folders())
    return next((folder for folder in states if packs_key(folder) == key), None)


def packed_outlines(name: str, folder: Path | None = None) -> bytes | None:
    """
    Return a pack of outlines, JSON compressed with gzip, or None where there is none of the name.

    Parameters
    ----------
    name
        `granice` (borders of powiaty and voivodeships), `gminy` (what else the country's gminy need), or
        the code of a voivodeship or of a powiat for its own borders, finer.
    folder
        Folder with the tables; by default that of the state in use.

    Returns
    -------
    pack
        Keys `scale` (parts of a degree), `arcs` (steps from a first point, latitude before longitude) and
        `first` or `ids` (their numbers); the country's also `rank` and, by level, `codes, names, kinds,
        kind, rings` (numbers of arcs, `~i` for arc i run backwards).

    Raises
    ------
    DataFileError
        If a data file is missing or changed.
    """
    return _packs(COUNTRY if name in (BORDERS, GMINY) else name[:2], folder or current_folder()).get(name)


def outlines_of(name: str, folder: Path | None = None) -> dict[str, Any] | None:
    """Return what a pack of outlines holds, see `packed_outlines`."""
    packed = packed_outlines(name, folder)
    content: dict[str, Any] | None = None if packed is None else json.loads(gzip.decompress(packed))
    return content


def unpacked_arcs(pack: dict[str, Any]) -> list[NDArray[np.float64]]:
    """Return the arcs of a pack, each as longitudes and latitudes, EPSG:4326, (k, 2)."""
    arcs = [np.cumsum(np.array(steps).reshape(-1, 2), axis=0)[:, ::-1] / pack["scale"] for steps in pack["arcs"]]
    return cast("list[NDArray[np.float64]]", arcs)


@lru_cache(maxsize=64)
def _packs(stem: str, folder: Path) -> dict[str, bytes]:
    file = f"{_FOLDER}/{stem}.parquet"
    if file not in read_manifest(folder)["files"]:
        return {}
    table = read_table(folder, file).to_pydict()
    return dict(zip(table["name"], table["content"], strict=True))
