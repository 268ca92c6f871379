"""Bring localities from the gmina they were registered in to that of 2026-01-01, and name what moved."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

STATE_DATE = "2026-01-01"


def moved(localities: gpd.GeoDataFrame, facts: Path) -> pd.Series:
    """
    Return the gmina of each locality after the transfers of 2019-2026.

    Parameters
    ----------
    localities
        Columns `name, teryt`.
    facts
        Folder with `locality_transfers.csv`.

    Raises
    ------
    ValueError
        If a row names a locality that the former gmina does not have.
    """
    result = localities["teryt"].copy()
    transfers = pd.read_csv(facts / "locality_transfers.csv", sep=";", dtype=str, keep_default_na=False)
    for row in transfers.itertuples():
        names = row.localities.split(", ")
        chosen = localities.index[(localities["teryt"] == row[2]) & localities["name"].isin(names)]
        if len(chosen) != len(names):
            msg = f"{row.name}: of {names} only {list(localities.loc[chosen, 'name'])} stand in gmina {row[2]}"
            raise ValueError(msg)
        result.loc[chosen] = row.to
    return result


def divided(facts: Path) -> dict[str, str]:
    """Return the gminy that were cut out of another that still exists, with that gmina."""
    transfers = pd.read_csv(facts / "locality_transfers.csv", sep=";", dtype=str, keep_default_na=False)
    return {row.to: row[2] for row in transfers[transfers["effective"] >= "2025"].itertuples()}


def published_people(facts: Path) -> dict[str, int]:
    """Return the people of new gminy where their number was published, by code."""
    transfers = pd.read_csv(facts / "locality_transfers.csv", sep=";", dtype=str, keep_default_na=False)
    return {row.to: int(row.population) for row in transfers.itertuples() if row.population}


def renamed(facts: Path) -> dict[str, str]:
    """Return the new names of gminy renamed after the register of 2025, by code."""
    rows = pd.read_csv(facts / "gmina_changes_2019_2026.csv", sep=";", dtype=str, keep_default_na=False)
    rows = rows[(rows["type"] == "gmina renamed") & (rows["effective"] > "2025-01-01")]
    return {r.new_code[:6]: r.unit.split(" -> ")[1] for r in rows.itertuples()}
