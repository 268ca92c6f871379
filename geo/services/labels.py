"""Name units, territories and places as people call them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from geo.io.boundaries import load_units
from geo.io.data_state import per_state
from geo.model.phrase import Phrase
from geo.model.units import Level, level_of
from geo.render.text import Text

# More units than this are counted, not named.
MANY_UNITS = 3
# More names than this are counted, too.
SOME_NAMES = 3
# Directions are named by eight points.
POINTS = 8


def some_names(names: Sequence[str], text: Text) -> str:
    """Name up to three members or clusters and count the rest."""
    shown = ", ".join(names[:SOME_NAMES])
    return shown if len(names) <= SOME_NAMES else text("evidence.more", names=shown, n=len(names) - SOME_NAMES)


def unit_label(teryt: str, text: Text) -> str:
    """Return the name of a unit with its kind ("powiat olkuski")."""
    level = level_of(teryt)
    if level is None:
        return teryt
    return _labels(text.language)[teryt]


@per_state(4)
def _labels(language: str) -> dict[str, str]:
    """Return the names of all units with their kinds, by code."""
    text, made = Text(language), dict[str, str]()
    for level in Level:
        units = load_units(level)
        made |= {c: text.unit(c, n, k) for c, n, k in zip(units.index, units["name"], units["kind"], strict=True)}
    return made


@per_state(4)
def _powiaty_in_places(language: str) -> dict[str, str]:
    """Return how a place names its powiat, by code: ten names are those of two, and say their voivodeship."""
    text, names = Text(language), load_units(Level.POWIAT)["name"]
    options, twice = powiat_options(text), names.duplicated(keep=False)
    return {code: options[code] if twice[code] else unit_label(code, text) for code in names.index}


def agreeing(teryt: str, text: Text) -> dict[str, str]:
    """
    Return how a sentence calls a powiat or voivodeship, and the words of it that agree with that.

    Returns
    -------
    words
        `unit` at the start of a sentence, `label` within one ("miasto Łódź", so that names of any gender and number
        agree), `covered` and `declared` in the gender of its kind.
    """
    level = level_of(teryt)
    city = level is Level.POWIAT and load_units(level)["kind"][teryt].startswith("miasto")
    called = text("name.city", name=unit_label(teryt, text)) if city else unit_label(teryt, text)
    kind = "city" if city else "voivodeship" if level is Level.VOIVODESHIP else "powiat"
    agreed = {word: text(f"agree.{word}.{kind}") for word in ("covered", "declared")}
    return {"unit": called[0].upper() + called[1:], "label": called} | agreed


def unit_names(level: Level, codes: pd.Index, text: Text) -> pd.Series:
    """Return the names of units of a level with their kinds, index `teryt`."""
    units = load_units(level).loc[codes]
    rows = zip(codes, units["name"], units["kind"], strict=True)
    return pd.Series([text.unit(code, name, kind) for code, name, kind in rows], index=codes, dtype="str")


def territory_label(territory: tuple[str, ...], text: Text) -> str:
    """Return the names of the units of a territory ("6 województw" where they are many), or ""."""
    levels = {level for code in territory if (level := level_of(code))}
    if len(territory) > MANY_UNITS and len(levels) == 1:
        return text.units(levels.pop(), len(territory))
    return ", ".join(unit_label(code, text) for code in territory)


def place_label(teryt: str, locality: str, text: Text) -> str:
    """Return a place from the finest to the coarsest known unit ("Klucze, powiat olkuski")."""
    if not teryt:
        return text("precision.unknown")
    parts = [locality] if locality else []
    if level_of(teryt) is Level.GMINA:
        gmina = unit_label(teryt, text)
        parts += [] if locality and gmina.startswith(f"{locality} (") else [gmina]
        teryt = teryt[:4]
    if level_of(teryt) is Level.POWIAT:
        parts.append(_powiaty_in_places(text.language)[teryt])
        parts = list(dict.fromkeys(parts))
    else:
        parts.append(unit_label(teryt, text))
    return ", ".join(parts)


def place_labels(places: pd.DataFrame, text: Text) -> pd.Series:
    """Return the same of many places, columns `teryt` and `locality`; each that occurs is put into words once."""
    pairs = list(rows_of(places, "teryt", "locality"))
    words = {pair: place_label(pair[0], pair[1], text) for pair in dict.fromkeys(pairs)}
    return pd.Series([words[pair] for pair in pairs], index=places.index, dtype="str")


def rows_of(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Return the rows of some columns as plain values, ten times as fast as columns of texts give them one by one."""
    return zip(*(frame[c].to_numpy(dtype=object) for c in columns), strict=True)


def place_words(teryt: str, locality: str = "") -> Phrase:
    """Return a place as words to be said later."""
    return Phrase(lambda text: place_label(teryt, locality, text))


def voivodeship_options(text: Text) -> dict[str, str]:
    """Return the voivodeships by code, with their names."""
    units = load_units(Level.VOIVODESHIP)
    return {code: text("name.voivodeship", name=name) for code, name in units["name"].items()}


def powiat_options(text: Text) -> dict[str, str]:
    """
    Return every powiat by code with a label to search in.

    The voivodeship is part of the label: ten names of powiaty occur twice.
    """
    return dict(_powiaty(text.language))


@per_state(4)
def _powiaty(language: str) -> dict[str, str]:
    text, powiaty = Text(language), load_units(Level.POWIAT)
    voivodeships = load_units(Level.VOIVODESHIP)["name"]
    labels = {
        code: f"{text.unit(code, name, kind)} ({voivodeships[code[:2]]})"
        for code, name, kind in zip(powiaty.index, powiaty["name"], powiaty["kind"], strict=True)
    }
    return dict(sorted(labels.items(), key=lambda item: item[1].replace("powiat ", "")))


def direction(degrees: float, text: Text) -> str:
    """Return the name of the nearest of eight directions, "" for none."""
    return "" if np.isnan(degrees) else text(f"direction.{round(degrees / 45.0) % POINTS}")


def cited(members: pd.DataFrame, text: Text) -> list[str]:
    """
    Return the sources of members by name and year; a page on the web is named by its site.

    Parameters
    ----------
    members
        Columns `source` and `source_date`.
    text
        Language.
    """
    years: dict[str, set[str]] = {}
    for source, day in dict.fromkeys(rows_of(members, "source", "source_date")):
        if source:
            address = re.fullmatch(r"https?://(?:www\.)?([^/\s]+)\S*", source.strip())
            name = address[1] if address else re.sub(r"\b\d{4}-\d\d-\d\d\b", lambda d: text.when(d[0]), source)
            # The year may stand in the name already.
            years.setdefault(name, set()).update({day[:4]} - {"", *re.findall(r"\b\d{4}\b", name)})
    return [f"{name} ({', '.join(sorted(known))})" if known else name for name, known in sorted(years.items())]


def addresses(members: pd.DataFrame) -> list[str]:
    """Return the addresses among the sources of members, sorted."""
    return sorted({s for s in members["source"] if re.match(r"https?://", s)})
