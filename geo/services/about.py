"""Answer the page about the data, from the manifest that travels with them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.io.boundaries import load_units
from geo.model.units import Level
from geo.render.text import Text
from geo.services.borders import border_changes, lagoons
from geo.services.ground import manifest
from geo.settings import VERSION


@dataclass(frozen=True)
class About:
    """
    Facts about the data.

    Attributes
    ----------
    version
        Of the program, and the licence of its code.
    state
        One sentence: date, counts, population.
    sources
        Register, publisher, table, state and licence of each source, headings included.
    changes
        Gminy whose borders are newer than their outlines, headings included.
    lagoons
        Gminy at a lagoon, land and water, headings included.
    """

    version: str
    state: str
    sources: pd.DataFrame
    changes: pd.DataFrame
    lagoons: pd.DataFrame


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
    registers = facts["registers"]
    sources = pd.DataFrame(
        {
            text("about.col.register"): [r["name"] for r in registers],
            text("about.col.publisher"): [r["publisher"] for r in registers],
            text("about.col.what"): [r["table"] for r in registers],
            text("about.col.state"): [r["state"] for r in registers],
            text("about.col.licence"): [r["licence"] for r in registers],
        }
    )
    return About(text("about.version", version=VERSION), state, sources, _changes(text), _lagoons(text))


def _named(codes: pd.Index, text: Text) -> dict[str, object]:
    names = load_units(Level.GMINA)["name"]
    powiaty = load_units(Level.POWIAT)["name"]
    return {
        text("col.name"): names.loc[codes].to_numpy(),
        text("col.powiat"): powiaty.loc[codes.str[:4]].to_numpy(),
        text("col.teryt"): codes,
    }


def _changes(text: Text) -> pd.DataFrame:
    rows = border_changes()
    return pd.DataFrame(
        _named(rows.index, text)
        | {
            text("about.col.map"): rows["outline_km2"].round(2).to_numpy(),
            text("about.col.table"): rows["register_km2"].round(2).to_numpy(),
            text("about.col.difference"): (rows["register_km2"] - rows["outline_km2"]).round(2).to_numpy(),
            text("about.col.reason"): [text(f"about.cause.{cause}") for cause in rows["cause"]],
            text("about.col.state"): rows["state"].to_numpy(),
        }
    )


def _lagoons(text: Text) -> pd.DataFrame:
    rows = lagoons()
    return pd.DataFrame(
        _named(rows.index, text)
        | {
            text("about.col.land"): rows["land_km2"].round(2).to_numpy(),
            text("about.col.lagoon"): rows["lagoon_km2"].round(2).to_numpy(),
            text("about.col.table"): rows["official_km2"].round(2).to_numpy(),
        }
    )
