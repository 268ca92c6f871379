"""Measure how members lie as points: centre, spread, nearest neighbours, Ripley's K and L."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from geo.analysis.concentration import Progress
from geo.analysis.coverage import bearing
from geo.model.concentration import (
    ENVELOPES,
    NEEDS,
    SEED,
    SIMULATIONS,
    Centre,
    Expected,
    Method,
    NearestNeighbours,
    Reference,
    Ripley,
)

Points = NDArray[np.float64]
# A random map: some points, (n, 2), from a generator.
Draw = Callable[[np.random.Generator, int], Points]
STEPS = 30


@dataclass(frozen=True)
class Ground:
    """
    Where members could be.

    Attributes
    ----------
    localities
        Eastings and northings of the localities, metres in EPSG:2180, (n, 2).
    population
        Inhabitants of each, (n,).
    lattice
        Land as points that each stand for some km²: columns `x, y` (metres), `km2`.
    step_m
        Distance of neighbouring points of the lattice, metres.
    """

    localities: Points
    population: NDArray[np.float64]
    lattice: pd.DataFrame
    step_m: float

    @property
    def area_km2(self) -> float:
        """Land area, km²."""
        return float(self.lattice["km2"].sum())


def among_people(ground: Ground) -> Draw:
    """Return random maps of members who follow people: localities drawn by population, with repeats."""
    edges = np.cumsum(ground.population) / ground.population.sum()

    def draw(random: np.random.Generator, count: int) -> Points:
        found: Points = ground.localities[_chosen(edges, random.random(count))]
        return found

    return draw


def on_land(ground: Ground) -> Draw:
    """Return random maps of members who stand anywhere on the land alike, within half a step of the lattice."""
    places = ground.lattice[["x", "y"]].to_numpy()
    share = ground.lattice["km2"].to_numpy() / ground.area_km2
    edges = np.cumsum(share)

    def draw(random: np.random.Generator, count: int) -> Points:
        chosen = _chosen(edges, random.random(count))
        jitter = (random.random((count, 2)) - 0.5) * ground.step_m
        found: Points = places[chosen] + jitter
        return found

    return draw


def _chosen(edges: NDArray[np.float64], drawn: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return which of the shares that end at these edges each number between 0 and 1 falls in."""
    return np.minimum(np.searchsorted(edges, drawn, "right"), len(edges) - 1)


def snapped(points: Points, ground: Ground) -> Points:
    """Return the locality nearest to each point, (n, 2): the places of simulated maps are no finer."""
    found: Points = ground.localities[KDTree(ground.localities).query(points)[1]]
    return found


def centre(points: Points, ground: Ground) -> Centre:
    """
    Find the middle of the members, how far they spread and in which direction.

    Mean centre, standard distance (Bachi 1963) and standard deviational ellipse (Lefever 1926, as
    corrected in CrimeStat, Levine 2010) by `pointpats`; the same of inhabitants, as a weighted
    centre.

    Parameters
    ----------
    points
        Members, metres in EPSG:2180, (n, 2), two different ones at least.
    ground
        The territory.
    """
    # Loaded when asked for.
    from pointpats.centrography import ellipse, mean_center, std_distance, weighted_mean_center  # noqa: PLC0415

    middle = np.asarray(mean_center(points), dtype=float)
    # From their own middle, since squares of coordinates in metres leave no digits for what is near.
    apart = points - middle
    people = np.asarray(weighted_mean_center(ground.localities, ground.population), dtype=float)
    from_people = ((ground.localities - people) ** 2).sum(axis=1)
    spread = float(np.sqrt(from_people @ ground.population / ground.population.sum()))
    axes = None
    if len(points) >= NEEDS[Method.ELLIPSE].members and np.linalg.matrix_rank(apart, tol=1.0) == 2:
        first, second, angle = (float(v) for v in ellipse(apart))
        # Its angle is that of the first axis, counter-clockwise from east.
        direction = 90.0 - np.degrees(angle) + (90.0 if second > first else 0.0)
        axes = (max(first, second), min(first, second), float(direction % 180.0))
    return Centre(
        members=(float(middle[0]), float(middle[1])),
        people=(float(people[0]), float(people[1])),
        offset_m=float(np.linalg.norm(middle - people)),
        bearing=float(bearing(people[None, :], middle[None, :])[0]),
        spread_m=float(std_distance(apart)),
        people_spread_m=spread,
        ellipse=axes,
        count=len(points),
    )


def nearest_neighbours(
    points: Points, ground: Ground, *, simulations: int = SIMULATIONS, seed: int = SEED
) -> NearestNeighbours:
    """
    Compare the distance to the nearest other member with chance.

    Clark and Evans (1954). Their ratio has no edge correction: near a border neighbours beyond it are
    missing. Here the mean of maps simulated on the same land stands in its place (Besag and Diggle
    1977), which holds for a territory of any shape; Donnelly's formula (1978) holds for rectangles.

    Parameters
    ----------
    points
        Members, metres in EPSG:2180, (n, 2), two at least. Members at one point are 0 m apart.
    ground
        The territory. Against people, members are taken at their nearest locality.
    simulations, seed
        Number of random maps, and where their random numbers start.
    """
    count = len(points)
    mean = _mean_nearest(points)
    naive = mean / (0.5 / np.sqrt(count / (ground.area_km2 * 1e6)))
    random = np.random.default_rng(seed)
    ratios = []
    for observed, draw in ((points, on_land(ground)), (snapped(points, ground), among_people(ground))):
        drawn = np.array([_mean_nearest(draw(random, count)) for _ in range(simulations)])
        # Where all members fall on one place by chance every distance is 0; then there is nothing to compare with.
        middle = drawn.mean() or np.nan
        low, high = np.quantile(drawn, [0.025, 0.975]) / middle
        ratios.append(Expected(float(_mean_nearest(observed) / middle), float(low), float(high), simulations))
    _, inverse, times = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    sharing = int((times[inverse] > 1).sum())
    return NearestNeighbours(mean, float(naive), ratios[0], ratios[1], count, sharing, ground.area_km2)


def ripley(  # noqa: PLR0913 - three of them steer the simulation
    points: Points,
    ground: Ground,
    radii_m: NDArray[np.float64],
    *,
    reference: Reference = Reference.PEOPLE,
    simulations: int = ENVELOPES,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Ripley:
    """
    Compare the number of members near a member with chance, at many distances at once.

    Ripley's K (1976) and Besag's L (1977) = √(K/π), without an edge correction: what is simulated on
    the same territory misses neighbours beyond the border just as the members do. By default maps
    are simulated by drawing localities by population, since organisations follow people; members are
    then taken at their nearest locality. `p` is the rank of the largest standardised distance from the
    mean of the maps at any radius (Myllymäki et al. 2017), so one test, not one for each radius.

    Parameters
    ----------
    points
        Members, metres in EPSG:2180, (n, 2), two at least.
    ground
        The territory.
    radii_m
        Distances, metres: whole multiples of the first.
    reference
        People, or space (members anywhere on the land alike).
    simulations, seed
        Number of random maps, and where their random numbers start.
    progress
        Told how much is done, 0 to 1.
    """
    people = reference is Reference.PEOPLE
    draw = among_people(ground) if people else on_land(ground)
    count = len(points)
    observed = _others(snapped(points, ground) if people else points, radii_m)
    random = np.random.default_rng(seed)
    maps = np.empty((simulations, len(radii_m)))
    for i in range(simulations):
        maps[i] = _others(draw(random, count), radii_m)
        if progress:
            progress((i + 1) / simulations)
    low, high = np.quantile(maps, [0.025, 0.975], axis=0)
    everything = np.vstack([observed, maps])
    middle, deviation = everything.mean(axis=0), everything.std(axis=0)
    far = np.abs(everything - middle) / np.where(deviation > 0, deviation, 1.0)
    largest = far.max(axis=1)
    area = ground.area_km2 * 1e6

    def besag(others: NDArray[np.float64]) -> NDArray[np.float64]:
        l_m: NDArray[np.float64] = np.sqrt(others * area / ((count - 1) * np.pi))
        return l_m

    return Ripley(
        radii_m=radii_m,
        others=observed,
        low=low,
        high=high,
        middle=maps.mean(axis=0),
        l_m=besag(observed),
        l_low_m=besag(low),
        l_high_m=besag(high),
        p=float((largest >= largest[0] * (1 - 1e-12)).mean()),
        reference=reference,
        simulations=simulations,
        count=count,
        area_km2=ground.area_km2,
    )


def radii_for(ground: Ground) -> NDArray[np.float64]:
    """Return thirty distances up to a quarter of the shorter side of the territory's box, but to 3 km at least."""
    sides = np.ptp(ground.lattice[["x", "y"]].to_numpy(), axis=0) + ground.step_m
    step = max(100.0, float(np.floor(sides.min() / 4.0 / STEPS / 100.0) * 100.0))
    radii: NDArray[np.float64] = step * np.arange(1, STEPS + 1, dtype=float)
    return radii


def _mean_nearest(points: Points) -> float:
    tree = KDTree(points, balanced_tree=False, compact_nodes=False)
    return float(tree.query(points, k=2)[0][:, 1].mean())


def _others(points: Points, radii_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean number of other points within each radius of a point, (k,)."""
    # Points at one place are counted once, with how many they are.
    code = points[:, 0] + 1j * points[:, 1]
    place, times = np.unique(code, return_counts=True)
    weight = times.astype(float)
    xy = np.column_stack([place.real, place.imag])
    step, size = radii_m[0], len(radii_m)
    # Pairs farther apart than the largest radius count for nothing.
    near = KDTree(xy, balanced_tree=False).query_pairs(radii_m[-1] * (1.0 + 1e-12), output_type="ndarray")
    first, second = near.T
    east, north = (v[first] - v[second] for v in (place.real, place.imag))
    apart = np.sqrt(east * east + north * north) / step
    ring = np.minimum(np.ceil(apart), size + 1).astype(np.int64)
    pairs = np.bincount(ring, weight[first] * weight[second], minlength=size + 2)
    pairs[1] += (weight * (weight - 1.0)).sum() / 2.0 + pairs[0]
    within: NDArray[np.float64] = 2.0 * np.cumsum(pairs[1 : size + 1]) / len(points)
    return within
