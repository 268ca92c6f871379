"""Say how what is said of a powiat depends on the reach, on the share that counts, and on where people live."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.analysis import coverage as cover
from geo.analysis.points import coordinates
from geo.analysis.possible import COUNTRY
from geo.export.image import to_png
from geo.io.boundaries import load_units
from geo.model.coverage import REACHED_SHARE, CoverageQuery, Verdict
from geo.model.reach import MAX_RADIUS_KM, MIN_RADIUS_KM
from geo.model.units import Level, level_of
from geo.render.charts import reach_chart
from geo.render.table import Column, Table
from geo.render.text import Text
from geo.services.columns import SHARE, UNKNOWN, VERDICT
from geo.services.coverage import CoverageView, compute, counted_members, coverage_view
from geo.services.library import resolve
from geo.services.people import who_counts
from geo.services.reaching import unknown_area

RADII = tuple(range(round(MIN_RADIUS_KM), round(MAX_RADIUS_KM) + 1))
# Shares of a gmina's people from which it counts as reached: the one that counts, and what else it might be.
SHARES = (1 / 3, REACHED_SHARE, 2 / 3)
# Radii of the table.
TOLD = (1, 2, 5, 10, 15, 20, 25, 30, 40, 50, 60)


@dataclass(frozen=True)
class Sensitivity:
    """
    How a powiat's coverage depends on the reach and on the share of people that counts.

    Attributes
    ----------
    sentences
        From which reach on it counts as reached at each share, and how many people would be within reach if people
        were spread evenly over their gmina.
    table
        Some radii, with the share of people surely within reach, those of whom it is not known, and the verdict.
    curve
        Index: radius, km; `covered` and `unknown`, inhabitants; `verdict`.
    people
        Inhabitants.
    """

    sentences: tuple[str, ...]
    table: Table
    curve: pd.DataFrame
    people: int

    def chart(self, text: Text) -> bytes:
        """Return the curve as PNG."""
        return to_png(reach_chart(self.curve, self.people, text), title=text("sensitivity.title"), alt=self.alt(text))

    def alt(self, text: Text) -> str:
        """Describe the curve."""
        some = self.curve.loc[[5, 10, 20, 30, 60]]
        said = (
            text("sensitivity.alt.part", km=text.number(km), share=text.percent(row["covered"], self.people))
            for km, row in some.iterrows()
        )
        return text("sensitivity.alt", parts=", ".join(said))


def sensitivity(query: CoverageQuery, view: CoverageView, text: Text) -> Sensitivity:
    """
    Compute a powiat's coverage at every reach from 1 to 60 km.

    Parameters
    ----------
    query
        What is asked; its area is a powiat.
    view
        Its coverage by gmina.
    text
        Language.
    """
    if query.minutes is not None:
        # At every distance people are counted in a straight line.
        query = replace(query, minutes=None)
        view = coverage_view(query, text)
    text = who_counts(query.people)(text)
    units, localities = view.result.units, view.result.localities
    nearest, perhaps = localities["nearest_m"].to_numpy(), _to_perhaps(query, localities)
    held, cuts = _cities(query, localities)
    whole = compute(replace(query, level=Level.POWIAT)).units
    people = localities["population"].to_numpy()
    key = localities["teryt"].to_numpy()
    rows = []
    for km in RADII:
        cut = cuts[km]
        covered = (nearest <= 1000.0 * km) & ~cut | held
        unknown = ((perhaps <= 1000.0 * km) | cut) & ~covered
        sure, open_ = (_sum(people * part, key, units.index) for part in (covered, unknown))
        gminy = units.assign(covered_people=sure, unknown_people=open_)
        found = [_verdict(gminy, whole, share) for share in SHARES]
        rows.append((int((people * covered).sum()), int((people * unknown).sum()), *found))
    curve = pd.DataFrame(rows, index=pd.Index(RADII, name="km"), columns=["covered", "unknown", *SHARES])
    total = int(people.sum())
    sentences, table = _sentences(view, curve, text), _table(curve, total)
    return Sensitivity(sentences, table, curve.rename(columns={REACHED_SHARE: "verdict"}), total)


def _verdict(gminy: pd.DataFrame, whole: pd.DataFrame, share: float) -> str:
    table = gminy.assign(verdict=cover.verdicts(gminy, share=share))
    return str(cover.verdicts_above(whole, table).iloc[0])


def _sum(values: np.ndarray, key: np.ndarray, codes: pd.Index) -> np.ndarray:
    return np.asarray(pd.Series(values).groupby(key).sum().reindex(codes, fill_value=0))


def _to_perhaps(query: CoverageQuery, localities: gpd.GeoDataFrame) -> np.ndarray:
    """Return the distance from each locality to where members without a point may stand, metres."""
    area = unknown_area(counted_members(query), resolve(query.subject))
    points = shapely.points(coordinates(localities.geometry))
    if area == COUNTRY:
        return np.zeros(len(points))
    far = np.full(len(points), np.inf)
    for code in area:
        level = level_of(code)
        if level:
            outline = load_units(level).geometry[code]
            inside = localities["teryt"].str.startswith(code).to_numpy()
            far = np.minimum(far, np.where(inside, 0.0, shapely.distance(outline, points)))
    return far


def _cities(query: CoverageQuery, localities: gpd.GeoDataFrame) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Return which localities lie in a city with a member, and, for each radius, in one that its reach cuts."""
    members = counted_members(query)
    gminy = load_units(Level.GMINA)
    gminy = gminy[gminy.index.isin(localities["teryt"].unique())]
    nobody = localities.assign(covered=False)
    held = cover.reach_cities(nobody, gminy, members, 0.0)[0]["covered"].to_numpy()
    return held, {km: cover.reach_cities(nobody, gminy, members, 1000.0 * km)[0]["cut"].to_numpy() for km in RADII}


def _table(curve: pd.DataFrame, people: int) -> Table:
    some = curve.loc[list(TOLD)]
    share = (100.0 * some["covered"] / people).round(1).mask((some["covered"] == 0) & (some["unknown"] > 0))
    columns = {
        Column("km", "sensitivity.km"): some.index,
        SHARE: share,
        UNKNOWN: some["unknown"],
        VERDICT: some[REACHED_SHARE],
    }
    return Table.of("sensitivity", columns, index=some.index, title="sensitivity.title", why="sensitivity.why")


def _sentences(view: CoverageView, curve: pd.DataFrame, text: Text) -> tuple[str, ...]:
    sentences = list(spread_notes(view, text))
    reached = {Verdict.REACHED, Verdict.COVERED, Verdict.PARTIAL, Verdict.UNDECLARED}
    first = {
        share: next((km for km, found in curve[share].items() if Verdict(found) in reached), None) for share in SHARES
    }
    if first[REACHED_SHARE] != RADII[0]:
        words = [
            text("sensitivity.from", share=f"{100 * share:.0f}%", km=text.number(km))
            if km
            else text("sensitivity.never", share=f"{100 * share:.0f}%", km=text.number(RADII[-1]))
            for share, km in first.items()
        ]
        sentences.append(text("sensitivity.reached", parts="; ".join(words)))
    return tuple(sentences)


def spread_notes(view: CoverageView, text: Text) -> tuple[str, ...]:
    """Say how many people are within reach counted at their locality, and if they lived evenly over their gmina."""
    text = who_counts(view.query.people)(text)
    units = view.result.units
    if view.timed:
        # The ground within a time by road is not measured.
        return ()
    even = round(float((units["population"] * units["covered_km2"] / units["area_km2"]).sum()))
    points = int(units["covered_people"].sum())
    # Where both are the same, as where all or nobody is within reach, there is nothing to say.
    if points == even:
        return ()
    return (text("sensitivity.spread", points=text.number(points), even=text.number(even)),)
