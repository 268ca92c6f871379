"""Say what the official areas tell of the borders of outlines."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely


def border_changes(outlines: gpd.GeoSeries, official_km2: pd.Series, listed: pd.DataFrame, facts: Path) -> pd.DataFrame:
    """
    Say which outlines are older than the borders of today, and why.

    Parameters
    ----------
    outlines
        Outlines with the lagoons, EPSG:2180, index `teryt`.
    official_km2
        Areas by the register of 2025.
    listed
        Gminy whose area the register changed after 2019, index `teryt`; `ha` of the outline before it was
        simplified.
    facts
        Folder with `boundary_shifts_2026.csv`.

    Returns
    -------
    changes
        Index `teryt`; `cause` (`sea`: the register has added sea; `cut`: divided here by an estimate;
        `shift`: ground has passed to or from a neighbour), `outline_km2`, `register_km2`, `state`.
    """
    outer = shapely.boundary(shapely.coverage_union_all(outlines.to_numpy()))
    area = shapely.area(outlines.to_numpy()) / 1e6
    frame = pd.DataFrame({"outline_km2": listed["ha"] / 100, "register_km2": official_km2.loc[listed.index]})
    gained = frame["register_km2"] > frame["outline_km2"]
    coast = shapely.length(shapely.intersection(shapely.boundary(outlines.loc[listed.index].to_numpy()), outer)) > 0
    frame["cause"] = np.where(gained & coast, "sea", "shift")
    frame["state"] = "2025-01-01"
    later = pd.read_csv(facts / "boundary_shifts_2026.csv", sep=";", dtype={"teryt": str})
    base = frame["register_km2"].combine_first(official_km2)
    drawn = frame["outline_km2"].combine_first(pd.Series(area, index=outlines.index))
    more = pd.DataFrame(
        {
            "outline_km2": drawn[later["teryt"]].to_numpy(),
            "register_km2": base[later["teryt"]].to_numpy() + later["gained_ha"].to_numpy() / 100,
            "cause": "shift",
            "state": "2026-01-01",
        },
        index=later["teryt"],
    )
    frame = pd.concat([frame[~frame.index.isin(more.index)], more])
    return frame.round(4).sort_index().rename_axis("teryt")
