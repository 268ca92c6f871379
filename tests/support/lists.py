"""Make clusters and lists of members for tests."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely

from geo.io.clusters import load_clusters, load_members
from geo.model.members import DETAIL_COLUMNS


def shipped(cluster_id="kluczewski"):
    """Return a shipped cluster and its members, with empty details."""
    cluster = next(c for c in load_clusters() if c.cluster_id == cluster_id)
    members = load_members()
    members = members[members["cluster_id"] == cluster_id].reset_index(drop=True)
    return cluster, members.assign(**dict.fromkeys(DETAIL_COLUMNS, ""), person=False)


def made(count, seed=1, cluster_id="proba"):
    """Return a cluster and so many members made from nothing."""
    rng = np.random.default_rng(seed)
    cluster = replace(shipped()[0], cluster_id=cluster_id, name=f"Próba {cluster_id}")
    rows = {
        "member_id": [f"{n:05d}" for n in range(1, count + 1)],
        "cluster_id": cluster_id,
        "name": [f"Członek {n} „=ąćęłńóśźż”" for n in range(count)],
        "kind": "fundacja",
        "sector": rng.choice(["public", "business", "ngo", "science"], count),
        "status": rng.choice(["member", "declared", "potential"], count),
        "precision": "point",
        "locality": "Olkusz",
        "teryt": "121205",
        "source": "próba",
        "source_date": "2026-11-22",
        "joined": rng.choice(["", "2019", "2019-05", "2019-05-01"], count),
        "left_on": rng.choice(["", "", "2099-12-31"], count),
        "role": "",
        **dict.fromkeys(DETAIL_COLUMNS, ""),
        "person": False,
    }
    points = shapely.points(
        rng.uniform(540_000, 560_000, count).round(1), rng.uniform(265_000, 280_000, count).round(1)
    )
    return cluster, gpd.GeoDataFrame(rows, geometry=points, crs=2180)
