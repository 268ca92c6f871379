"""Say where the outlines on the map are older than the borders of today, and where land is not all."""

from __future__ import annotations

import pandas as pd

from geo.io.boundaries import load_units
from geo.model.units import Level
from geo.render.text import Text
from geo.services.ground import manifest
from geo.services.labels import unit_label

# A border that moved less than this share of the area is not worth a sentence.
NOTED_SHARE = 0.005


def border_changes() -> pd.DataFrame:
    """
    Return the gminy whose register area differs from the outline because their borders have changed.

    Returns
    -------
    changes
        Index `teryt`; `cause` (`shift`, `sea` or `cut`), `outline_km2` (with lagoons), `register_km2`,
        `state` (ISO date of the register).
    """
    return pd.DataFrame(manifest()["checks"]["border_changes"]).set_index("teryt")


def lagoons() -> pd.DataFrame:
    """Return the gminy at a lagoon: index `teryt`; `land_km2`, `lagoon_km2`, `official_km2`."""
    return pd.DataFrame(manifest()["checks"]["lagoons"]).set_index("teryt")


def border_notes(within: str, text: Text) -> tuple[str, ...]:
    """
    Return what a reader must know of the borders and the area of units, one sentence each.

    Parameters
    ----------
    within
        TERYT code of a unit at any level; its gminy are looked at.
    text
        Language.
    """
    notes = []
    changes, water = border_changes(), lagoons()
    for code in load_units(Level.GMINA).index:
        if not code.startswith(within):
            continue
        if code in changes.index:
            row = changes.loc[code]
            moved = row["register_km2"] - row["outline_km2"]
            if abs(moved) > NOTED_SHARE * row["outline_km2"]:
                notes.append(
                    text(
                        f"unit.border.{row['cause']}",
                        unit=unit_label(code, text),
                        km2=text.measure(abs(moved)),
                        share=text.percent(abs(moved), row["outline_km2"]),
                        state=row["state"],
                        outline=text.measure(row["outline_km2"]),
                        register=text.measure(row["register_km2"]),
                    )
                )
        if code in water.index and water.loc[code, "lagoon_km2"] > NOTED_SHARE * water.loc[code, "land_km2"]:
            row = water.loc[code]
            land, register = text.measure(row["land_km2"]), text.measure(row["official_km2"])
            notes.append(text("unit.lagoon", unit=unit_label(code, text), land=land, register=register))
    return tuple(notes)
