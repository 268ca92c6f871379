"""List what can be asked about: clusters, networks, units and the version of the data."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.assign import CoverageIndex
from geo.io.boundaries import load_units
from geo.io.integrity import read_manifest
from geo.model.cluster import Cluster, Network
from geo.model.members import SHOWN
from geo.model.phrase import Phrase
from geo.model.selection import Subject
from geo.model.units import Level, level_of
from geo.render.table import Column, Table, named
from geo.render.text import Text
from geo.services.columns import CLUSTER, NAME, PLACE, SECTOR
from geo.services.library import library, resolve
from geo.settings import BOUNDARIES_DIR

# More units than this are counted, not named.
MANY_UNITS = 3


def subjects() -> tuple[Cluster | Network, ...]:
    """Return all clusters and, after them, all networks."""
    return (*library().clusters, *library().networks)


def subject_names(text: Text) -> dict[str, str]:
    """Return the names of all clusters and networks by identifier; networks are called so."""
    return {
        subject_id(s): text("density.network", name=s.name) if isinstance(s, Network) else s.name for s in subjects()
    }


def subject_id(subject: Cluster | Network) -> str:
    """Return the identifier of a cluster or of a network."""
    return subject.cluster_id if isinstance(subject, Cluster) else subject.network_id


def within(codes: pd.Index, area: tuple[str, ...]) -> np.ndarray:
    """Say which units lie in an area (or hold it); all for ()."""
    if not area:
        return np.ones(len(codes), dtype=bool)
    lengths = sorted({len(a) for a in area})
    known = set(area)
    # The units that hold a part of the area.
    above = {a[:n] for a in area for n in range(1, len(a))}
    return np.array([c in above or any(c[:n] in known for n in lengths) for c in codes], dtype=bool)


def unit_label(teryt: str, text: Text) -> str:
    """Return the name of a unit with its kind ("powiat olkuski")."""
    level = level_of(teryt)
    if level is None:
        return teryt
    row = load_units(level).loc[teryt]
    return text.unit(teryt, row["name"], row["kind"])


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
        parts.append(unit_label(teryt, text))
        parts = list(dict.fromkeys(parts))
    else:
        parts.append(unit_label(teryt, text))
    return ", ".join(parts)


def place_words(teryt: str, locality: str = "") -> Phrase:
    """Return a place as words to be said later."""
    return Phrase(lambda text: place_label(teryt, locality, text))


@lru_cache(maxsize=1)
def gmina_index() -> CoverageIndex:
    """Return the index that says in which gmina a point lies, built once."""
    return CoverageIndex.build(load_units(Level.GMINA))


def manifest() -> dict[str, Any]:
    """Return the manifest of the boundaries."""
    return read_manifest(BOUNDARIES_DIR)


def organisations_table(members: gpd.GeoDataFrame, text: Text, name: str = "organisations", **around: Any) -> Table:
    """
    Return organisations as a person reads them.

    Parameters
    ----------
    members
        Rows of the members frame.
    text
        Language of the names of places.
    name, around
        Name of the table and what stands around it.
    """
    names = {c.cluster_id: c.name for c in library().clusters}
    places = [place_label(t, p, text) for t, p in zip(members["teryt"], members["locality"], strict=True)]
    columns = {
        NAME: members["name"],
        Column("kind", "col.kind"): members["kind"],
        SECTOR: members["sector"],
        Column("status", "col.status", named("status")): members["status"],
        PLACE: pd.Series(places, index=members.index, dtype="str"),
        Column("precision", "col.precision", named("precision")): members["precision"],
        CLUSTER: members["cluster_id"].map(names),
    }
    more = {Column(f.name, f"col.{f.name}"): members[f.name] for f in SHOWN}
    return Table.of(name, columns | more, index=members.index, **around)


def default_radius_km(subject: Subject | str) -> float:
    """Return the reach that the clusters of a subject use by default, km."""
    return max(c.default_radius_km for c in resolve(subject).clusters)


def kinds_of(subject: Subject | str) -> list[str]:
    """Return the kinds of organisations known of a subject, sorted."""
    return sorted(set(resolve(subject).members["kind"]))


def voivodeship_options(text: Text) -> dict[str, str]:
    """Return the voivodeships by code, with their names."""
    units = load_units(Level.VOIVODESHIP)
    return {code: text("name.voivodeship", name=name) for code, name in units["name"].items()}


def subjects_of_all() -> tuple[str, ...]:
    """Return the identifiers of all clusters."""
    return tuple(c.cluster_id for c in library().clusters)
