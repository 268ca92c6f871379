"""What more members and more clusters cost the services, with fitted exponents."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np

from geo.io.boundaries import load_units
from geo.model.compare import CompareQuery
from geo.model.concentration import ConcentrationQuery
from geo.model.coverage import CoverageQuery
from geo.model.queries import DensityQuery
from geo.model.selection import Subject
from geo.model.units import Level
from geo.render.text import Text
from geo.services import library
from geo.services.compare import compare_view
from geo.services.concentration.view import MapKind, concentration_view
from geo.services.country import country_view
from geo.services.coverage import coverage_view
from geo.services.density import density_view
from geo.services.library import SessionList
from geo.services.network import network_view
from geo.services.powiat import powiat_report

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from support.lists import made

PL = Text("pl")
MEMBERS = (100, 1_000, 10_000, 100_000)
CLUSTERS = (10, 30, 100)
# What one cluster has where there are many.
EACH = 20
# Its cost grows faster than that of the others.
MOST_CONCENTRATION = 10_000


def main() -> None:
    """Print CPU seconds by the number of members and of clusters, and how fast they grow."""
    seed = iter(range(1, 10_000))
    density_view(DensityQuery("kluczewski"), PL)
    coverage_view(CoverageQuery("senior-lodzki"), PL)

    def one(n: int, make: Callable[[], object]) -> float:
        cluster, members = made(n, next(seed), "duzy")
        library.use((SessionList(replace(cluster, territory=()), members),))
        return _seconds(make)

    print("CPU seconds by members of one cluster in the whole country, nothing kept from before")
    _row("density", MEMBERS, lambda n: one(n, lambda: density_view(DensityQuery("duzy"), PL)))
    _row("coverage", MEMBERS, lambda n: one(n, lambda: coverage_view(CoverageQuery("duzy"), PL)))
    few = tuple(n for n in MEMBERS if n <= MOST_CONCENTRATION)
    quotient = MapKind.QUOTIENT
    _row("concentration", few, lambda n: one(n, lambda: concentration_view(ConcentrationQuery("duzy"), quotient, PL)))

    def many(n: int, make: Callable[[Subject], object]) -> float:
        powiaty, lists = load_units(Level.POWIAT).index, []
        for i in range(n):
            cluster, members = made(EACH, next(seed), f"k{i}")
            own = (powiaty[i % len(powiaty)],)
            lists.append(SessionList(replace(cluster, name=f"Klaster {i}", territory=own), members))
        library.use(tuple(lists))
        return _seconds(lambda: make(Subject(tuple(f"k{i}" for i in range(n)))))

    print(f"CPU seconds by clusters of {EACH} members each, nothing kept from before")
    _row("comparison", CLUSTERS, lambda n: many(n, lambda s: compare_view(CompareQuery(s), PL)))
    _row("network", CLUSTERS, lambda n: many(n, lambda s: network_view(CompareQuery(s), PL)))
    _row("start page", CLUSTERS, lambda n: many(n, lambda _: country_view(PL)))
    again = _seconds(lambda: country_view(PL))
    print(f"  start page again: {again:.2f}")

    library.use(())
    query = CoverageQuery("lubelska-medycyna")
    first, warm = (_seconds(lambda: powiat_report(query, "0663", PL)) for _ in range(2))
    print(f"report of a powiat: first {first:.2f}, again {warm:.2f} CPU s")
    print(f"peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _row(name: str, sizes: tuple[int, ...], seconds: Callable[[int], float]) -> None:
    """Print the seconds of each size, and the exponent that fits them above the smallest."""
    spent = [seconds(n) for n in sizes]
    slope = np.polyfit(np.log(sizes[1:]), np.log(np.maximum(spent[1:], 1e-3)), 1)[0]
    told = ", ".join(f"{n:,}: {s:.2f}" for n, s in zip(sizes, spent, strict=True))
    print(f"  {name}: {told}; grows with n^{slope:.2f}", flush=True)


def _seconds(make: Callable[[], object]) -> float:
    began = process_time()
    make()
    return process_time() - began


if __name__ == "__main__":
    main()
