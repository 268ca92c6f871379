"""Say how many units of an area have a member, surely have none, and of how many that is not known."""

from __future__ import annotations

import pandas as pd

from geo.io.boundaries import load_units
from geo.model.cluster import Status
from geo.model.units import Level
from geo.render.text import Text
from geo.services.labels import unit_names

NAMED = 6


def presence_heading(level: Level, statuses: tuple[Status, ...], text: Text) -> str:
    """Return how the sentence of `presence_note` begins."""
    key = "presence.none" if statuses == (Status.MEMBER,) else "presence.none.declared"
    return text(key, level=_level(level, text))


def presence_note(units: pd.DataFrame, level: Level, statuses: tuple[Status, ...], text: Text) -> str:
    """
    Return in one sentence which units have no member, with the people living there, and of which that is not known.

    Pages that are asked which units are empty all answer with this sentence.

    Parameters
    ----------
    units
        Index `teryt`; columns `members` (seated there), `possible` (that may be there), `population`.
    level
        Their level.
    statuses
        Of the organisations counted.
    text
        Language.
    """
    heading = presence_heading(level, statuses, text)
    vacant = units["members"] == 0
    perhaps, empty = vacant & (units["possible"] > 0), vacant & (units["possible"] == 0)
    parts = [_part(heading, units[empty], len(units), text)]
    if perhaps.any():
        parts.append(_part(text("presence.unknown"), units[perhaps], len(units), text))
    return " ".join(parts)


def _level(level: Level, text: Text) -> str:
    words = text.level(level)
    return words[0].upper() + words[1:]


def _part(heading: str, units: pd.DataFrame, total: int, text: Text) -> str:
    if units.empty:
        return text("presence.part.zero", heading=heading, total=text.number(total))
    names = _told_apart(units.index, text) if len(units) <= NAMED else []
    return text(
        "presence.part.named" if len(names) else "presence.part",
        heading=heading,
        n=text.number(len(units)),
        total=text.number(total),
        people=text.count("inhabitants", int(units["population"].sum())),
        names=", ".join(names),
    )


def _told_apart(codes: pd.Index, text: Text) -> list[str]:
    """Return the names of units; those that have the same with their kinds."""
    level = next(own for own in Level if own.digits == len(codes[0]))
    short, long = load_units(level)["name"].loc[codes], unit_names(level, codes, text)
    twice = short.duplicated(keep=False)
    return [whole if same else name for name, whole, same in zip(short, long, twice, strict=True)]
