"""Compare what-if scenarios: which gminy might join, and what that would change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geo.io.boundaries import load_units
from geo.model.coverage import CoverageQuery, Verdict
from geo.model.units import Level
from geo.render.table import Column, Table
from geo.render.text import Text
from geo.services.columns import COVERED, RESIDUAL, SHARE, UNKNOWN
from geo.services.coverage import area_of, compute
from geo.services.ground import within

COLUMNS = (
    Column("scenario", "whatif.name"),
    COVERED,
    SHARE,
    Column("gain", "whatif.gain"),
    RESIDUAL,
    UNKNOWN,
    Column("gaps", "whatif.gaps"),
)


def gmina_options(query: CoverageQuery) -> dict[str, str]:
    """Return the gminy of the area by code; names that occur twice carry their powiat."""
    gminy, powiaty = load_units(Level.GMINA), load_units(Level.POWIAT)["name"]
    inside = gminy[within(gminy.index, area_of(query))].sort_values("name")
    twice = inside["name"].duplicated(keep=False)
    labels = [
        f"{name} ({kind}, {powiaty[code[:4]]})" if double else name
        for code, name, kind, double in zip(inside.index, inside["name"], inside["kind"], twice, strict=True)
    ]
    return dict(zip(inside.index, labels, strict=True))


def compare(query: CoverageQuery, scenarios: list[tuple[str, ...]], text: Text) -> Table:
    """
    Compute each scenario with the filters of a query, beside the state as it is.

    Parameters
    ----------
    query
        Cluster, area, need and reach.
    scenarios
        TERYT codes of the gminy that would join, one tuple a scenario.
    text
        Language of the name of the state as it is.

    Returns
    -------
    table
        One row a scenario; people gained are against the state as it is.
    """
    names = load_units(Level.GMINA)["name"]
    rows = []
    now = 0
    for added in [(), *scenarios]:
        units = compute(replace(query, added=added)).units
        covered, total = int(units["covered_people"].sum()), int(units["population"].sum())
        now = now if added else covered
        named = " + ".join(names[list(added)]) if added else text("whatif.now")
        gaps = int(units["verdict"].isin([str(v) for v in Verdict if v.is_gap]).sum())
        unknown = int(units["unknown_people"].sum())
        # Where nobody is surely within reach and somebody may be, there is no share.
        share = round(100.0 * covered / total, 1) if covered or not unknown else np.nan
        rows.append((named, covered, share, covered - now, total - covered - unknown, unknown, gaps))
    return Table.of_rows("scenarios", COLUMNS, rows, title="whatif.title")
