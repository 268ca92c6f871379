"""Answer the page about the data, from the manifest that travels with them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.io.boundaries import load_units
from geo.model.units import Level
from geo.render.table import Column, Table, named
from geo.render.text import Text
from geo.services.borders import border_changes, lagoons
from geo.services.columns import NAME, POWIAT, TERYT
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
        Register, publisher, table, state and licence of each source.
    changes
        Gminy whose borders are newer than their outlines.
    lagoons
        Gminy at a lagoon, land and water.
    """

    version: str
    state: str
    sources: Table
    changes: Table
    lagoons: Table


def about(text: Text) -> About:
    """Return the facts about the embedded data."""
    facts = manifest()
    counts = facts["counts"]
    state = text(
        "about.state",
        date=text.when(facts["state_date"]),
        gminy=text.units(Level.GMINA, counts["gminy"]),
        powiaty=text.units(Level.POWIAT, counts["powiaty"]),
        voivodeships=text.units(Level.VOIVODESHIP, counts["wojewodztwo"]),
        localities=text.number(counts["miejscowosci"]),
        population=text.number(facts["population"]),
    )
    registers = facts["registers"]
    keys = {"register": "name", "publisher": "publisher", "what": "table", "state": "state", "licence": "licence"}
    columns = [Column(key, f"about.col.{key}") for key in keys]
    sources = Table.of_rows("sources", columns, [tuple(r[k] for k in keys.values()) for r in registers])
    return About(text("about.version", version=VERSION), state, sources, _changes(), _lagoons())


def _named(codes: pd.Index) -> dict[Column, object]:
    names = load_units(Level.GMINA)["name"]
    powiaty = load_units(Level.POWIAT)["name"]
    return {NAME: names.loc[codes].to_numpy(), POWIAT: powiaty.loc[codes.str[:4]].to_numpy(), TERYT: codes}


def _changes() -> Table:
    rows = border_changes()
    columns = {
        Column("map_km2", "about.col.map"): rows["outline_km2"].round(2).to_numpy(),
        Column("register_km2", "about.col.table"): rows["register_km2"].round(2).to_numpy(),
        Column("difference_km2", "about.col.difference"): (rows["register_km2"] - rows["outline_km2"])
        .round(2)
        .to_numpy(),
        Column("cause", "about.col.reason", named("about.cause")): rows["cause"].to_numpy(),
        Column("state", "about.col.state"): rows["state"].to_numpy(),
    }
    return Table.of("changes", _named(rows.index) | columns, title="about.exceptions", why="about.exceptions.why")


def _lagoons() -> Table:
    rows = lagoons()
    columns = {
        Column("land_km2", "about.col.land"): rows["land_km2"].round(2).to_numpy(),
        Column("lagoon_km2", "about.col.lagoon"): rows["lagoon_km2"].round(2).to_numpy(),
        Column("register_km2", "about.col.table"): rows["official_km2"].round(2).to_numpy(),
    }
    return Table.of("lagoons", _named(rows.index) | columns, title="about.lagoons", why="about.lagoons.why")
