"""Draw the map on which a member of a kept cluster is put somewhere else."""

from __future__ import annotations

from dataclasses import replace

import shapely

from geo.analysis.coordinates import read_number, split_pair
from geo.io.boundaries import load_units
from geo.model.cluster import Sector
from geo.model.units import Level
from geo.render import palette
from geo.render.painting import Mark, Painting, UnitClass
from geo.render.text import Text
from geo.services.editing import KeptCluster
from geo.services.intake.map import MAX_PINS, around, metric, unit_at
from geo.services.labels import unit_label
from geo.services.web import bounds_of, frame, member_marks, place_mark


def moving_painting(held: KeptCluster, member_id: str, place: tuple[float, float] | None, text: Text) -> Painting:
    """
    Return what the map for moving a member shows: the members, and the new place once there is one.

    Parameters
    ----------
    held
        The cluster.
    member_id
        Who is moved.
    place
        Latitude and longitude of the new place in degrees, or None.
    text
        Language.
    """
    members = held.members[held.members["sector"].isin(list(Sector))]
    mine = members[members["member_id"] == member_id]
    others = members[members["member_id"] != member_id].head(MAX_PINS)
    pins = member_marks(others, text)
    own = member_marks(mine, text)
    new: tuple[Mark, ...] = ()
    if place is not None:
        point = shapely.Point(*metric(*place))
        code = unit_at(*place, Level.GMINA)
        new = (place_mark(point, text("edit.new_place"), unit_label(code, text) if code else "", letter="+"),)
    where = frame("member", Level.GMINA, (), text, title=text("edit.map"))
    look = own or pins
    bounds = around(look) if look else bounds_of(held.cluster.territory)
    key = f"member:{held.cluster.cluster_id}:{member_id}"
    where = replace(where, key=f"{key}:{place}", fit_key=key, bounds=bounds)
    empty = UnitClass("0", palette.ZERO, blank=True)
    return Painting(where, empty.key * len(load_units(Level.GMINA)), (empty,), marks=(*pins, *own, *new))


def place_of(words: str) -> tuple[float, float] | None:
    """
    Return the place that typed coordinates name.

    Parameters
    ----------
    words
        Latitude and longitude in degrees, "50,2833 19,5667" or "50.2833, 19.5667".

    Returns
    -------
    place
        Latitude and longitude in degrees; None for what is no place in Poland.
    """
    pair = split_pair(words)
    if pair is None:
        return None
    latitude, longitude = (read_number(part) for part in pair)
    return (latitude, longitude) if unit_at(latitude, longitude, Level.GMINA) else None
