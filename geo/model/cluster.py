"""Say what a cluster and its members are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sector(StrEnum):
    """A sector that a cluster may join."""

    PUBLIC = "public"
    BUSINESS = "business"
    NGO = "ngo"
    SCIENCE = "science"


class Status(StrEnum):
    """How an organisation belongs to a cluster."""

    MEMBER = "member"
    DECLARED = "declared"
    POTENTIAL = "potential"


class Precision(StrEnum):
    """How well the place of a member is known, from the finest to none."""

    POINT = "point"
    LOCALITY = "locality"
    GMINA = "gmina"
    POWIAT = "powiat"
    VOIVODESHIP = "voivodeship"
    UNKNOWN = "unknown"
    ABROAD = "abroad"


@dataclass(frozen=True)
class Cluster:
    """
    A cluster: its name, where it wants to be and what it wants to join.

    Attributes
    ----------
    cluster_id
        Short stable identifier, ASCII.
    name
        Full name.
    network
        Identifier of the network it belongs to, or "".
    coordinator
        Name of the coordinator, or "" where not known.
    territory
        TERYT codes of the units it declares as its own, at any level; may be empty.
    required_sectors
        Sectors the cluster is meant to join.
    default_radius_km
        Reach used where the user has not chosen one.
    concept
        True for a cluster that was planned but not known to be founded.
    founded
        ISO date of foundation, or "".
    description
        One sentence in Polish.
    source
        Where this is stated.
    """

    cluster_id: str
    name: str
    network: str
    coordinator: str
    territory: tuple[str, ...]
    required_sectors: tuple[Sector, ...]
    default_radius_km: float
    concept: bool
    founded: str
    description: str
    source: str


@dataclass(frozen=True)
class Network:
    """A network of clusters with a common coordinator."""

    network_id: str
    name: str
    coordinator: str
    source: str
