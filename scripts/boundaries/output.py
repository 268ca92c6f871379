"""Write the coverage, the places and the people, one folder a voivodeship, with a manifest."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from boundaries.changes import STATE_DATE
from boundaries.official import State
from boundaries.register import VOIVODESHIPS
from boundaries.sources import PACKAGES, REGISTERS
from geo.analysis import shore
from geo.model.units import Level
from geo.services.official import packs
from geo.services.official.tables import dissolved, write_tables

AREA_TOLERANCE = 0.002


def write(state: State, target: Path, *, whole: bool) -> None:
    """Write the voivodeship folders that a state has; with the whole country also `manifest.json`."""
    levels = {
        "gminy": state.gminy,
        "powiaty": dissolved(state.gminy, 4, state.powiaty),
        "wojewodztwo": dissolved(state.gminy, 2, VOIVODESHIPS),
        "wiek": state.ages,
        "regon": state.entities,
    }
    tables = levels | {"miejscowosci": state.localities, "czesci": state.parts}
    files = write_tables(tables, VOIVODESHIPS, target)
    if whole:
        shapes = {level: levels[level.file_stem] for level in Level}
        files |= packs.write(shapes, target)
        _write_manifest(state, levels, files, target)


def _write_manifest(
    state: State, levels: dict[str, pd.DataFrame], files: dict[str, dict[str, object]], target: Path
) -> None:
    manifest = {
        "state_date": STATE_DATE,
        "outlines": "2019",
        "population_date": "2024-12-31",
        "people_census": "2021",
        "ages_date": "2020-12-31",
        "ages_census": "2011",
        "entities_date": "2022-12-31",
        "counts": {
            **{level: len(levels[level]) for level in ("gminy", "powiaty", "wojewodztwo")},
            "miejscowosci": len(state.localities),
            "czesci": len(state.parts),
        },
        "population": int(state.gminy["population"].sum()),
        "crs": "EPSG:2180",
        "registers": [vars(r) for r in REGISTERS],
        "packages": [vars(p) for p in PACKAGES],
        "checks": _checks(state),
        "files": files,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (target / "manifest.json").write_text(text + "\n", encoding="utf-8")
    print(json.dumps({k: v for k, v in manifest["checks"].items() if not isinstance(v, list)}, ensure_ascii=False))


def _checks(state: State) -> dict[str, object]:
    outside = shore.misplaced(state.gminy.geometry, state.localities)
    changed, lagoons = state.border_changes, state.gminy["lagoon_km2"] > 0
    compared = state.gminy[~lagoons & ~state.gminy["approximate"] & ~state.gminy.index.isin(changed.index)]
    ratio = compared["area_km2"] / compared["official_km2"] - 1
    inside = len(state.localities) - len(outside) - len(state.outdated)
    return {
        "area_within_0.2_percent": round(float((ratio.abs() <= AREA_TOLERANCE).mean()), 4),
        "localities_in_declared_gmina": round(inside / len(state.localities), 5),
        "approximate_units": sorted(state.gminy.index[state.gminy["approximate"]]),
        "border_changes": [
            {
                "teryt": r.Index,
                "cause": r.cause,
                "outline_km2": r.outline_km2,
                "register_km2": r.register_km2,
                "state": r.state,
            }
            for r in changed.itertuples()
        ],
        "lagoons": [
            {"teryt": r.Index, "land_km2": r.area_km2, "lagoon_km2": r.lagoon_km2, "official_km2": r.official_km2}
            for r in state.gminy[lagoons].itertuples()
        ],
        "records_older_than_boundaries": [
            {"name": r.name, "declared": r.teryt, "placed_in": r.found, "distance_m": round(r.distance_m)}
            for r in state.outdated.itertuples(index=False)
        ],
    }
