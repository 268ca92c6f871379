"""Hold paths and constants that every room needs."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
BOUNDARIES_DIR: Final = ROOT / "data" / "voivodeships"
# Another folder of clusters may be shown instead of the shipped one.
CLUSTERS_DIR: Final = Path(os.environ.get("KLASTRY_CLUSTERS_DIR", ROOT / "data" / "clusters"))
GROUPS_FILE: Final = ROOT / "data" / "groups.csv"
POSTAL_CODES_FILE: Final = ROOT / "data" / "postal_codes.csv.gz"
SUCCESSORS_FILE: Final = ROOT / "data" / "facts" / "teryt_successors.csv"
FORMER_NAMES_FILE: Final = ROOT / "data" / "facts" / "former_names.csv"
TRANSFERS_FILE: Final = ROOT / "data" / "facts" / "locality_transfers.csv"
FIRST_NAMES_FILE: Final = ROOT / "data" / "facts" / "first_names.txt"
STATIC_DIR: Final = ROOT / "static"
# Of the program; shown on the page about the data and written into files.
VERSION: Final[str] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
PROGRAM: Final = f"Mapa klastrów {VERSION}"

METRIC_CRS: Final = 2180
DISPLAY_CRS: Final = 4326
WEB_MERCATOR_CRS: Final = 3857
