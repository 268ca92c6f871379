"""
Rebuild `data/voivodeships/` from the files of `data/sources/`, without a network.

Run `python scripts/build_boundaries.py` from the top of the repository. The same sources give the same
files, byte for byte; `--voivodeship 12` builds one folder alone and leaves the manifest as it is.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT)]

from boundaries import official, output  # noqa: E402


def build(sources: Path, facts: Path, target: Path, voivodeship: str | None = None) -> None:
    """Build the country, or one voivodeship, and write it to the target folder."""
    state = official.read_state(sources, facts, voivodeship)
    output.write(state, target, whole=voivodeship is None)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, default=ROOT / "data" / "sources")
    parser.add_argument("--target", type=Path, default=ROOT / "data" / "voivodeships")
    parser.add_argument("--voivodeship", help="2-digit TERYT code")
    arguments = parser.parse_args()
    build(arguments.sources, ROOT / "data" / "facts", arguments.target, arguments.voivodeship)
