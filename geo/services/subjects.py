"""List the clusters and networks that can be asked about."""

from __future__ import annotations

from geo.model.cluster import Cluster, Network
from geo.model.selection import Subject
from geo.render.text import Text
from geo.services.library import library, resolve


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


def subjects_of_all() -> tuple[str, ...]:
    """Return the identifiers of all clusters."""
    return tuple(c.cluster_id for c in library().clusters)


def default_radius_km(subject: Subject | str) -> float:
    """Return the reach that the clusters of a subject use by default, km."""
    return max(c.default_radius_km for c in resolve(subject).clusters)


def kinds_of(subject: Subject | str) -> list[str]:
    """Return the kinds of organisations known of a subject, sorted."""
    return sorted(set(resolve(subject).members["kind"]))
