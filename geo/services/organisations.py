"""Put organisations into a table."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np

from geo.analysis.points import coordinates, degrees
from geo.model.members import SHOWN
from geo.render.table import Column, Table, named
from geo.render.text import Text
from geo.services.columns import CLUSTER, CODE, EASTING, LATITUDE, LONGITUDE, NAME, NORTHING, PLACE, SECTOR
from geo.services.labels import place_labels
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
    columns = {
        NAME: members["name"],
        Column("kind", "col.kind"): members["kind"],
        SECTOR: members["sector"],
        Column("status", "col.status", named("status")): members["status"],
        PLACE: place_labels(members, text),
        Column("precision", "col.precision", named("precision")): members["precision"],
        CLUSTER: members["cluster_id"].map(names),
    }
    more = {Column(f.name, f"col.{f.name}"): members[f.name] for f in SHOWN}
    return Table.of(name, columns | more | _placed(members), index=members.index, **around)


def _placed(members: gpd.GeoDataFrame) -> dict[Column, Any]:
    """Return codes and coordinates by which other programs join and place organisations, for files alone."""
    points = coordinates(members.geometry) if len(members) else np.empty((0, 2))
    shown = degrees(points).round(6)
    return {
        CODE: members["teryt"],
        LATITUDE: shown[:, 1],
        LONGITUDE: shown[:, 0],
        EASTING: points[:, 0].round(1),
        NORTHING: points[:, 1].round(1),
    }
