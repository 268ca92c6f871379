"""Answer the start page: which clusters there are and which of them name a powiat."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from geo.model.cluster import Cluster, Network, Precision, Status
from geo.render.table import Column, Table
from geo.render.text import Text
from geo.services.labels import powiat_options, territory_label
from geo.services.library import library, members_of

PLACED = (Precision.POINT, Precision.LOCALITY, Precision.GMINA)


@dataclass(frozen=True)
class Overview:
    """
    The clusters, ready to show.

    Attributes
    ----------
    clusters
        The clusters in order.
    table
        One row a cluster.
    networks
        The networks.
    """

    clusters: tuple[Cluster, ...]
    table: Table
    networks: tuple[Network, ...]


@dataclass(frozen=True)
class PowiatAnswer:
    """
    What the shipped clusters say of one powiat.

    Attributes
    ----------
    label
        Name of the powiat.
    declaring
        Clusters whose territory holds the powiat.
    present
        Clusters with organisations placed in it, and how many.
    """

    label: str
    declaring: tuple[Cluster, ...]
    present: tuple[tuple[Cluster, int], ...]


def overview(text: Text) -> Overview:
    """Return all clusters with their numbers of organisations by status."""
    clusters = library().clusters
    rows = []
    for cluster in clusters:
        members = members_of((cluster,))
        status = members["status"].value_counts()
        territory = territory_label(cluster.territory, text) or text("overview.no_territory")
        founded = text("overview.concept") if cluster.concept else text.when(cluster.founded)
        counts = [*(int(status.get(s, 0)) for s in Status), int(members["precision"].isin(list(PLACED)).sum())]
        # Of a cluster whose organisations nobody lists, none is known, which is not none.
        rows.append((cluster.name, territory, *(counts if len(members) else [pd.NA] * len(counts)), founded))
    heads = ("cluster", "territory", "members", "declared", "potential", "located", "founded")
    columns = [Column(key, f"overview.col.{key}") for key in heads]
    table = Table.of_rows("clusters", columns, rows, title="overview.clusters")
    whole = table.frame.astype(dict.fromkeys(heads[2:-1], "Int64"))
    table = replace(table, frame=whole)
    return Overview(clusters, table, library().networks)


def ask_powiat(code: str, text: Text) -> PowiatAnswer:
    """Say which clusters name a powiat as theirs and which have organisations placed in it."""
    members = library().members
    inside = members[members["teryt"].str.startswith(code) & (members["status"] != "potential")]
    count = inside["cluster_id"].value_counts()
    clusters = library().clusters
    return PowiatAnswer(
        label=powiat_options(text)[code],
        declaring=tuple(c for c in clusters if any(code.startswith(t) for t in c.territory)),
        present=tuple((c, int(count[c.cluster_id])) for c in clusters if c.cluster_id in count),
    )
