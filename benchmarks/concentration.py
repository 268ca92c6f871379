"""Hot spots over all gminy and Ripley's envelopes of 2 000 members: ours beside esda and pointpats."""

from __future__ import annotations

import numpy as np
import pandas as pd
from esda.getisord import G_Local
from libpysal.graph import Graph
from pointpats import k_test

from benchmarks.timing import report, timed
from geo.analysis.hot_spots import contiguity, gi_star, local_moran
from geo.analysis.point_pattern import among_people, radii_for, ripley
from geo.io.boundaries import load_units
from geo.model.concentration import ENVELOPES, SIMULATIONS, Reference
from geo.model.units import Level
from geo.services.concentration.measure import ground_for

MEMBERS, SEED = 2_000, 1


def main() -> None:
    """Print the comparisons."""
    units = load_units(Level.GMINA)
    random = np.random.default_rng(SEED)
    population = units["population"]
    members = pd.Series(random.multinomial(MEMBERS, population / population.sum()), index=units.index)
    touching = contiguity(units)
    values, graph = members.to_numpy(dtype=float), Graph.from_sparse(touching, ids=units.index.to_numpy())
    ours = timed(
        f"ours: Gi*, exact, and {SIMULATIONS} maps by people", lambda: gi_star(members, population, touching), repeat=3
    )
    peer = timed(
        f"esda G_Local, {SIMULATIONS} permutations",
        lambda: G_Local(values, graph, transform="B", star=True, permutations=SIMULATIONS, seed=SEED),
        repeat=3,
    )
    moran = timed(
        "ours: local Moran, 9 999 maps by people", lambda: local_moran(members, population, touching), repeat=2
    )
    report(f"hot spots of {MEMBERS:,} members in {len(units):,} gminy", ours, peer, moran)

    ground = ground_for(())
    radii = radii_for(ground)
    points = among_people(ground)(random, MEMBERS)
    people = timed(f"ours: {ENVELOPES} maps by people", lambda: ripley(points, ground, radii), repeat=2)
    space = timed(
        f"ours: {ENVELOPES} maps on the land",
        lambda: ripley(points, ground, radii, reference=Reference.SPACE),
        repeat=2,
    )
    pointpats = timed(
        f"pointpats k_test, {ENVELOPES} uniform maps",
        lambda: k_test(points, support=radii, n_simulations=ENVELOPES, keep_simulations=True),
        repeat=1,
    )
    report(f"Ripley's envelopes of {MEMBERS:,} members at {len(radii)} distances", people, space, pointpats)


if __name__ == "__main__":
    main()
