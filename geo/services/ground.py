"""Hold what every map stands on: which units lie in an area, in which gmina a point lies, the state of the data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo.analysis.assign import CoverageIndex
from geo.analysis.coverage import LATTICE_M, lattice
from geo.analysis.possible import COUNTRY, Area, overlaps
from geo.io.boundaries import load_units
from geo.io.data_state import current_folder, per_state
from geo.io.integrity import read_manifest
from geo.model.units import Level

# The country is measured on a coarser lattice than an area within it.
COUNTRY_LATTICE_M = 1000.0


def within(codes: pd.Index, area: Area) -> np.ndarray:
    """Say which units lie in an area (or hold a part of it); all for ()."""
    return overlaps(codes, area or COUNTRY)


@per_state(1)
def gmina_index() -> CoverageIndex:
    """Return the index that says in which gmina a point lies, built once."""
    return CoverageIndex.build(load_units(Level.GMINA))


def manifest() -> dict[str, Any]:
    """Return the manifest of the boundaries."""
    return read_manifest(current_folder())


@per_state(32)
def ground_of(area: tuple[str, ...]) -> pd.DataFrame:
    """Return the lattice of an area, of the country for (), see `lattice`. Shared: do not change it."""
    gminy = load_units(Level.GMINA)
    inside = gminy[within(gminy.index, area)]
    return lattice(inside, gmina_index(), step_m=LATTICE_M if area else COUNTRY_LATTICE_M)
