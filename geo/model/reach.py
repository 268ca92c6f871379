"""Say how far reach goes: kilometres in a straight line, or minutes by road."""

from __future__ import annotations

from dataclasses import dataclass

from geo.errors import QueryError

# The least reach that can be asked for, the largest, and that of a cluster which states none.
MIN_RADIUS_KM, MAX_RADIUS_KM, DEFAULT_RADIUS_KM = 1.0, 60.0, 10.0
# The same of minutes by road.
MIN_MINUTES, MAX_MINUTES, DEFAULT_MINUTES = 5.0, 120.0, 30.0


@dataclass(frozen=True)
class Reach:
    """
    How far is within reach.

    Attributes
    ----------
    km
        In a straight line, 1 to 60 km.
    minutes
        By road, 5 to 120 minutes, instead of the straight line; None for the line.
    """

    km: float = DEFAULT_RADIUS_KM
    minutes: float | None = None

    def check(self) -> None:
        """
        Check what somebody asks for; a cluster's own reach is checked where it is kept.

        Raises
        ------
        QueryError
            If a value is out of its range.
        """
        ranges = {"radius_km": (self.km, MIN_RADIUS_KM, MAX_RADIUS_KM)}
        if self.minutes is not None:
            ranges["limit_min"] = (self.minutes, MIN_MINUTES, MAX_MINUTES)
        for name, (value, low, high) in ranges.items():
            if not low <= value <= high:
                raise QueryError(name, value, "range", low=f"{low:g}", high=f"{high:g}")

    @property
    def metres(self) -> float:
        """Reach in a straight line, metres."""
        return 1000.0 * self.km

    @property
    def told(self) -> str:
        """What names of files say of it."""
        return f"{self.km:g}km" if self.minutes is None else f"{self.minutes:g}min"
