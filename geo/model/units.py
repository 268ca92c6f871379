"""Name the levels of administrative units."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """A level of administrative units; TERYT codes of a level have the same number of digits."""

    GMINA = "gmina"
    POWIAT = "powiat"
    VOIVODESHIP = "voivodeship"

    @property
    def digits(self) -> int:
        """Number of digits of a TERYT code at this level: 6, 4 or 2."""
        return {"gmina": 6, "powiat": 4, "voivodeship": 2}[self.value]

    @property
    def file_stem(self) -> str:
        """Name of the data file of this level, without its extension."""
        return {"gmina": "gminy", "powiat": "powiaty", "voivodeship": "wojewodztwo"}[self.value]


def level_of(teryt: str) -> Level | None:
    """Return the level a TERYT code belongs to by its length, or None if it is not such a code."""
    if not teryt.isdigit():
        return None
    return {6: Level.GMINA, 4: Level.POWIAT, 2: Level.VOIVODESHIP}.get(len(teryt))
