"""Load in which gminy each Polish postal code lies."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from geo.errors import DataFileError
from geo.io.integrity import shown
from geo.settings import POSTAL_CODES_FILE


@lru_cache(maxsize=2)
def load_postal_codes(path: Path = POSTAL_CODES_FILE) -> dict[str, tuple[str, ...]]:
    """
    Load the gminy of postal codes (GeoNames 2022).

    Returns
    -------
    gminy
        TERYT codes of 6 digits by postal code ("32-310"); 96 % of the codes lie in one gmina. Shared: do not change it.

    Raises
    ------
    DataFileError
        If the table is missing or damaged.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter=";"):
                found[row["postal_code"]].append(row["teryt"])
    except FileNotFoundError:
        raise DataFileError(shown(path), "missing") from None
    except (OSError, EOFError, KeyError, UnicodeDecodeError):
        raise DataFileError(shown(path), "unreadable") from None
    return {code: tuple(gminy) for code, gminy in found.items()}
