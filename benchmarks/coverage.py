"""Coverage of the whole country by a million members, three sectors, and the siting of additions."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from benchmarks.assign import people
from benchmarks.timing import report, timed
from geo.analysis.assign import CoverageIndex
from geo.analysis.coverage import cover_people, lattice, nearest_member, sum_units
from geo.analysis.points import coordinates
from geo.analysis.siting import best_additions, within_distance
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.model.units import Level

MEMBERS = 1_000_000
SECTORS = 3
RADIUS_M = 10_000.0


def main() -> None:
    """Print coverage beside geopandas.sjoin_nearest, and the time of siting in the largest voivodeship."""
    gminy, localities = load_units(Level.GMINA), load_localities()
    parts = np.array_split(people(MEMBERS), SECTORS)
    ground = lattice(gminy, CoverageIndex.build(gminy), step_m=1000.0)
    lattice_xy = ground[["x", "y"]].to_numpy()

    def ours() -> None:
        for xy in parts:
            covered = cover_people(localities, xy, RADIUS_M)
            reached = nearest_member(lattice_xy, xy)[1] <= RADIUS_M
            sum_units(gminy, covered, ground, reached)

    def only_people() -> None:
        for xy in parts:
            cover_people(localities, xy, RADIUS_M)

    members = [gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.T, crs=2180)) for xy in parts]

    def geopandas_way() -> None:
        for part in members:
            gpd.sjoin_nearest(localities, part, distance_col="d")

    first = timed("ours: people, localities, km², all gminy", ours, repeat=3)
    second = timed("ours: distances of localities only", only_people, repeat=3)
    peer = timed("geopandas.sjoin_nearest: distances only", geopandas_way, repeat=2)
    report(f"{MEMBERS:,} members in {SECTORS} sectors, {len(localities):,} localities", first, second, peer)

    mazowieckie = load_localities(voivodeship="14")
    candidates = coordinates(mazowieckie.geometry)
    for additions in (3, 5):
        result = best_additions(mazowieckie, within_distance(mazowieckie, candidates, 15_000.0), additions=additions)
        proof = "proven optimal" if result.optimal else f"bound {result.bound:,}"
        print(
            f"  {additions} additions among {len(candidates):,} localities of mazowieckie, 15 km: "
            f"{result.seconds:.2f} s, {sum(result.gained):,} people, {proof}"
        )


if __name__ == "__main__":
    main()
