"""Answer the page about the data, from the manifest that travels with them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.model.units import Level
from geo.render.text import Text
from geo.services.catalogue import manifest


@dataclass(frozen=True)
class About:
    """
    Facts about the data.

    Attributes
    ----------
    state
        One sentence: date, counts, population.
    sources
        Package, licence and credit of each source, headings included.
    exceptions
        Gminy whose area differs from the statistical table, with the reason.
    """

    state: str
    sources: pd.DataFrame
    exceptions: pd.DataFrame


def about(text: Text) -> About:
    """Return the facts about the embedded data."""
    facts = manifest()
    counts = facts["counts"]
    state = text(
        "about.state",
        date=facts["state_date"],
        gminy=text.units(Level.GMINA, counts["gminy"]),
        powiaty=text.units(Level.POWIAT, counts["powiaty"]),
        voivodeships=text.units(Level.VOIVODESHIP, counts["wojewodztwo"]),
        localities=text.number(counts["miejscowosci"]),
        population=text.number(facts["population"]),
    )
    sources = pd.DataFrame(
        {
            text("about.col.package"): [f"{s['name']} {s['version']} ({s['registry']})" for s in facts["sources"]],
            text("about.col.licence"): [s["licence"] for s in facts["sources"]],
            text("about.col.credit"): [s["credit"] for s in facts["sources"]],
        }
    )
    rows = facts["checks"]["area_exceptions"]
    exceptions = pd.DataFrame(
        {
            text("col.teryt"): [r["teryt"] for r in rows],
            text("col.name"): [r["name"] for r in rows],
            text("about.col.map"): [r["area_km2"] for r in rows],
            text("about.col.table"): [r["lau_km2"] for r in rows],
            text("about.col.reason"): [r["reason"] for r in rows],
        }
    )
    return About(state, sources, exceptions)
