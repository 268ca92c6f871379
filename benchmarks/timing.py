"""Time functions and print ratios."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timed:
    """
    Seconds of several runs of one way.

    Attributes
    ----------
    name
        The way.
    seconds
        One figure a run.
    """

    name: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Median seconds."""
        return statistics.median(self.seconds)


def timed(name: str, run: Callable[[], object], *, repeat: int = 5) -> Timed:
    """Run once to warm up, then a number of times."""
    run()
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return Timed(name, tuple(seconds))


def report(title: str, ours: Timed, *peers: Timed) -> None:
    """Print the medians and how many times longer each peer takes."""
    print(f"\n{title}")
    for way in (ours, *peers):
        low, high = min(way.seconds), max(way.seconds)
        ratio = "" if way is ours else f"   {way.median / ours.median:6.1f}× ours"
        print(f"  {way.name:<44} {way.median:8.3f} s  ({low:.3f}–{high:.3f}){ratio}")
