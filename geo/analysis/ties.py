"""Measure the links between members: density, degree, isolated members, gmina by gmina."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.model.ties import TieKind, TieMeasures

# An arc bulges by this share of its length, and has so many points.
BULGE, ARC_POINTS = 0.18, 17


def measure_ties(ties: pd.DataFrame, members: pd.Index) -> TieMeasures:
    """
    Measure links as a graph (Wasserman and Faust 1994), by `networkx`.

    Parameters
    ----------
    ties
        Columns `source`, `target` (identifiers of members, different) and `kind` (a `TieKind`). Several
        links of one pair are one pair.
    members
        Identifiers of all members, those without links too.
    """
    # Loaded when asked for.
    import networkx as nx  # noqa: PLC0415

    graph = nx.Graph()
    graph.add_nodes_from(members)
    graph.add_edges_from(zip(ties["source"], ties["target"], strict=True))
    vertical = ties[ties["kind"].map(lambda kind: TieKind(kind).directed).astype(bool)]
    parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    number = {member: n for n, part in enumerate(parts) for member in part}
    table = pd.DataFrame(
        {
            "degree": [graph.degree[m] for m in members],
            "out": vertical.groupby("source")["target"].nunique().reindex(members, fill_value=0).to_numpy(),
            "into": vertical.groupby("target")["source"].nunique().reindex(members, fill_value=0).to_numpy(),
            "component": [number[m] for m in members],
        },
        index=members,
    )
    return TieMeasures(
        members=table,
        density=float(nx.density(graph)) if len(members) > 1 else float("nan"),
        pairs=graph.number_of_edges(),
        components=sum(len(part) > 1 for part in parts),
        isolated=int(nx.number_of_isolates(graph)),
    )


def tie_matrix(ties: pd.DataFrame, unit: pd.Series) -> pd.DataFrame:
    """
    Count links from unit to unit.

    Parameters
    ----------
    ties
        As for `measure_ties`. A horizontal link counts in both directions, once within a unit.
    unit
        Unit of each member, by identifier; "" where not known.

    Returns
    -------
    matrix
        Square, rows from and columns to, in the order of the codes; "" last, if any.
    """
    directed = ties["kind"].map(lambda kind: TieKind(kind).directed).astype(bool)
    pairs = pd.DataFrame({"from": ties["source"].map(unit), "to": ties["target"].map(unit)})
    back = pairs[~directed & (pairs["from"] != pairs["to"])].rename(columns={"from": "to", "to": "from"})
    both = pd.concat([pairs, back], ignore_index=True)
    codes = sorted({*both["from"], *both["to"]} - {""}) + ([""] if "" in {*both["from"], *both["to"]} else [])
    counted = pd.crosstab(both["from"], both["to"]).reindex(index=codes, columns=codes, fill_value=0)
    matrix: pd.DataFrame = counted.rename_axis(index=None, columns=None)
    return matrix


def arc(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Return a curve from one place to another that bulges to the left, so that both directions are seen.

    Parameters
    ----------
    start, end
        Easting and northing, metres, (2,).

    Returns
    -------
    points
        A quadratic Bézier curve, (17, 2).
    """
    t = np.linspace(0.0, 1.0, ARC_POINTS)[:, None]
    across = end - start
    middle = (start + end) / 2.0 + 2.0 * BULGE * np.array([-across[1], across[0]])
    curve: NDArray[np.float64] = (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end
    return curve
