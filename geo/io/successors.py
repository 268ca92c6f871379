"""Say which units have taken the place of units that are gone."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from geo.errors import DataFileError
from geo.io.boundaries import load_units
from geo.io.integrity import shown
from geo.model.units import level_of
from geo.settings import FORMER_NAMES_FILE, SUCCESSORS_FILE


@dataclass(frozen=True)
class Territory:
    """
    A territory as the units of today.

    Attributes
    ----------
    codes
        TERYT codes that exist.
    unknown
        Codes that do not and have no successor.
    """

    codes: tuple[str, ...]
    unknown: tuple[str, ...]


@lru_cache(maxsize=2)
def load_successors(path: Path = SUCCESSORS_FILE) -> dict[str, tuple[str, ...]]:
    """
    Load the TERYT codes of today that stand for a code of before, by that code.

    Raises
    ------
    DataFileError
        If the table is missing or lacks a column.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["old"]: tuple(row["new"].split()) for row in csv.DictReader(file, delimiter=";")}
    except FileNotFoundError:
        raise DataFileError(shown(path), "missing") from None
    except (KeyError, AttributeError):
        raise DataFileError(shown(path), "unreadable") from None


@lru_cache(maxsize=2)
def former_names(path: Path = FORMER_NAMES_FILE) -> dict[str, tuple[str, ...]]:
    """
    Load the names that units had before, by their TERYT code of today.

    Raises
    ------
    DataFileError
        If the table is missing or lacks a column.
    """
    found: dict[str, tuple[str, ...]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter=";"):
                found[row["teryt"]] = (*found.get(row["teryt"], ()), row["former"])
    except FileNotFoundError:
        raise DataFileError(shown(path), "missing") from None
    except KeyError:
        raise DataFileError(shown(path), "unreadable") from None
    return found


def territory_today(territory: tuple[str, ...]) -> Territory:
    """Return a territory with units that are gone replaced by those that took their place."""
    successors = load_successors()
    found: list[str] = []
    unknown: list[str] = []
    for code in territory:
        level = level_of(code)
        if level and code in load_units(level).index:
            found.append(code)
        elif code in successors:
            found.extend(successors[code])
        else:
            unknown.append(code)
    if tuple(found) == territory:
        return Territory(territory, ())
    # A successor may have been there before, or lie in a unit that is.
    codes = sorted({c for c in found if not any(c != other and c.startswith(other) for other in found)})
    return Territory(tuple(codes), tuple(unknown))
