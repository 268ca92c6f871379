"""Put organisations into a table."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from geo.model.members import SHOWN
from geo.render.table import Column, Table, named
from geo.render.text import Text
from geo.services.columns import CLUSTER, NAME, PLACE, SECTOR
from geo.services.labels import place_label
from geo.services.library import library


def organisations_table(members: gpd.GeoDataFrame, text: Text, name: str = "organisations", **around: Any) -> Table:
    """
    Return organisations as a person reads them.

    Parameters
    ----------
    members
        Rows of the members frame.
    text
        Language of the names of places.
    name, around
        Name of the table and what stands around it.
    """
    names = {c.cluster_id: c.name for c in library().clusters}
    places = [place_label(t, p, text) for t, p in zip(members["teryt"], members["locality"], strict=True)]
    columns = {
        NAME: members["name"],
        Column("kind", "col.kind"): members["kind"],
        SECTOR: members["sector"],
        Column("status", "col.status", named("status")): members["status"],
        PLACE: pd.Series(places, index=members.index, dtype="str"),
        Column("precision", "col.precision", named("precision")): members["precision"],
        CLUSTER: members["cluster_id"].map(names),
    }
    more = {Column(f.name, f"col.{f.name}"): members[f.name] for f in SHOWN}
    return Table.of(name, columns | more, index=members.index, **around)
