"""Read the first names by which rows that are persons alone are told."""

from __future__ import annotations

from functools import lru_cache

from geo.model.names import fold
from geo.settings import FIRST_NAMES_FILE


@lru_cache(maxsize=1)
def load_first_names() -> frozenset[str]:
    """Return frequent Polish first names, folded."""
    return frozenset(fold(FIRST_NAMES_FILE.read_text(encoding="utf-8")).split())
