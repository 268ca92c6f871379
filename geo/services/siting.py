"""Answer whom to invite: the additions that bring the most people within reach."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from geo.analysis.points import coordinates
from geo.analysis.siting import best_additions, within_distance
from geo.errors import QueryError
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.model.coverage import CoverageQuery
from geo.model.reach import Reach
from geo.model.units import Level
from geo.render.painting import Mark
from geo.render.table import Column, Table
from geo.render.text import Text
from geo.services.coverage import area_of, compute, needed
from geo.services.ground import within
from geo.services.invited import without_asked
from geo.services.labels import place_label
from geo.services.library import member_keys, resolve
from geo.services.people import counted, who_counts
from geo.services.roads import reached_from
from geo.services.web import place_mark
from geo.settings import METRIC_CRS

AMONG = ("potential", "localities")
_COLUMNS = (
    Column("number", "siting.col.no"),
    Column("place", "siting.col.place"),
    Column("gain", "siting.col.gain"),
)
_NOBODY = Table.of_rows("siting", _COLUMNS, [], title="siting.title")


@dataclass(frozen=True)
class SitingView:
    """
    The best additions, ready to show.

    Attributes
    ----------
    table
        Place and people gained, in order. Empty where nothing helps.
    marks
        The places for the map.
    residual
        People still out of reach.
    optimal, bound
        Whether the choice is proven best, and the most any choice could gain.
    message
        What there is to say of it.
    """

    table: Table
    marks: tuple[Mark, ...]
    residual: int
    optimal: bool
    bound: int
    message: str


def siting_view(
    query: CoverageQuery,
    text: Text,
    *,
    additions: int,
    among: str,
) -> SitingView:
    """
    Choose the best additions to a cluster in an area.

    Parameters
    ----------
    query
        The coverage that is to grow.
    text
        Language.
    additions
        How many, 1 to 5.
    among
        "potential" (potential members of known place) or "localities" (of the area).
    """
    text = who_counts(query.people)(text)
    everywhere = compute(query).localities
    area = area_of(query)
    inside = everywhere[within(pd.Index(everywhere["teryt"]), area)]
    unreached = gpd.GeoDataFrame(inside[~inside["covered"]], crs=METRIC_CRS)
    residual = int(unreached["population"].sum())
    if not residual:
        return SitingView(_NOBODY, (), 0, optimal=True, bound=0, message=text("siting.full"))
    candidates = _potential(query, text) if among == "potential" else _localities(area, text)
    if candidates.empty:
        return SitingView(_NOBODY, (), residual, optimal=True, bound=0, message=text("siting.none"))
    places = coordinates(candidates.geometry)
    try:
        found = best_additions(unreached, _within(unreached, places, query.reach), additions=additions)
    except QueryError:
        message = text("siting.too_large")
        return SitingView(_NOBODY, (), residual, optimal=False, bound=residual, message=message)
    if not found.chosen:
        return SitingView(_NOBODY, (), residual, optimal=True, bound=0, message=text("siting.useless"))
    chosen = candidates.iloc[list(found.chosen)]
    proof = text("siting.optimal") if found.optimal else text("siting.bound", bound=text.number(found.bound))
    rest = text("siting.residual", people=text.count("inhabitants", found.residual))
    rows = list(zip(range(1, len(chosen) + 1), chosen["label"], found.gained, strict=True))
    columns = tuple(counted(c, query.people) for c in _COLUMNS)
    table = Table.of_rows("siting", columns, rows, title="siting.title")
    return SitingView(
        table, _marks(chosen, found.gained, text), found.residual, found.optimal, found.bound, f"{proof} {rest}"
    )


def _within(demand: gpd.GeoDataFrame, places: np.ndarray, reach: Reach) -> csr_matrix:
    """Say which localities each place would bring within reach."""
    if reach.minutes is None:
        return within_distance(demand, places, reach.metres)
    return reached_from(places, coordinates(demand.geometry), reach.minutes)


def _potential(query: CoverageQuery, text: Text) -> gpd.GeoDataFrame:
    members = resolve(query.subject).members
    members = members[(members["status"] == "potential") & members.geometry.notna() & needed(members, query.need)]
    # Whoever was asked, or is counted as if it had joined, is not proposed.
    members = without_asked(members)
    members = members[~member_keys(members).isin(list(query.planned))]
    labels = [
        f"{n} ({place_label(t, p, text)})"
        for n, t, p in zip(members["name"], members["teryt"], members["locality"], strict=True)
    ]
    return members.assign(label=pd.Series(labels, index=members.index, dtype="str")).reset_index(drop=True)


def _localities(area: tuple[str, ...], text: Text) -> gpd.GeoDataFrame:
    localities = load_localities()
    part = localities[within(pd.Index(localities["teryt"]), area)].reset_index(drop=True)
    gminy, powiaty = load_units(Level.GMINA)["name"], load_units(Level.POWIAT)
    names = part["teryt"].str[:4].map(powiaty["name"])
    kinds = part["teryt"].str[:4].map(powiaty["kind"])
    whole = [text.unit("0000", n, k) for n, k in zip(names, kinds, strict=True)]
    labels = part["name"] + " (" + text("siting.gmina") + " " + part["teryt"].map(gminy) + ", " + whole + ")"
    return part.assign(label=labels)


def _marks(chosen: gpd.GeoDataFrame, gained: tuple[int, ...], text: Text) -> tuple[Mark, ...]:
    notes = [text("siting.step", place=text("siting.proposal"), people=text.count("inhabitants", g)) for g in gained]
    rows = zip(chosen.geometry, chosen["label"], notes, strict=True)
    return tuple(place_mark(point, label, note) for point, label, note in rows)
