"""Keep lists whose members were placed by outlines of before."""

from dataclasses import replace

import shapely
from sqlalchemy import update

from geo.io import schema
from geo.io.boundaries import load_units
from geo.io.database import writing
from geo.io.store import Change
from geo.model.units import Level
from support.lists import made

ME = Change("jan@urzad.example", "create", "lista.xlsx")
KLUCZE, OLKUSZ = "121204", "121205"


def near_border(inside, beside):
    """Return a point inside one gmina, some metres from another."""
    gminy = load_units(Level.GMINA).geometry
    shared = shapely.line_merge(shapely.intersection(gminy[inside].boundary, gminy[beside].boundary))
    middle = shapely.line_interpolate_point(shapely.get_parts(shared)[0], 0.5, normalized=True)
    spot = shapely.intersection(middle.buffer(60), gminy[inside]).representative_point()
    assert gminy[inside].contains(spot)
    return spot


def put(kept, rows, territory=("1212",), outlines=""):
    """Keep a list whose members are (teryt, given, precision, point) as outlines of before placed them."""
    cluster, members = made(len(rows))
    teryt, given, precision, points = zip(*rows, strict=True)
    members = members.assign(teryt=teryt, given=given, doubt="", precision=precision, geometry=list(points))
    cluster = replace(cluster, territory=territory)
    kept.create(cluster, members, ME)
    with writing(kept.engine) as connection:
        connection.execute(update(schema.member_list).values(outlines=outlines))
    return cluster.cluster_id
