"""Make clusters of which the truth is known: members who follow people, and more where a hot spot is planted."""

import csv
import json

import numpy as np

from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.model.units import Level

PLANTED = "1212"
CLUSTER = "posadzony"
SECTORS = ("public", "business", "ngo", "science")
COLUMNS = (
    "member_id", "cluster_id", "name", "kind", "sector", "status", "precision", "locality", "teryt", "x", "y",
    "role", "source", "source_date", "joined", "left_on",
)  # fmt: skip


def write_clusters(folder, *, seed=7, members=300, planted=40):
    """
    Write `clusters.json` and `members.csv` into a folder.

    The cluster has the whole country (no territory), `members` organisations at localities drawn by population and
    `planted` more in one powiat. Another, `zachodni`, has a voivodeship and 30 members in it.
    """
    random = np.random.default_rng(seed)
    localities = load_localities()
    share = localities["population"].to_numpy(float)
    everywhere = localities.iloc[random.choice(len(localities), members, p=share / share.sum())]
    near = localities[localities["teryt"].str.startswith(PLANTED)]
    there = near.iloc[random.choice(len(near), planted)]
    west = localities[localities["teryt"].str.startswith("02")]
    weights = west["population"].to_numpy(float)
    other = west.iloc[random.choice(len(west), 30, p=weights / weights.sum())]
    rows = [*_rows(CLUSTER, everywhere, random), *_rows(CLUSTER, there, random, start=members)]
    rows += _rows("zachodni", other, random)
    with (folder / "members.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    common = {"required_sectors": ["public", "business", "ngo"], "default_radius_km": 10, "source": "test"}
    clusters = [
        {"cluster_id": CLUSTER, "name": "Klaster posadzony", "territory": [], **common},
        {"cluster_id": "zachodni", "name": "Klaster zachodni", "territory": ["02"], "network": "proba", **common},
    ]
    networks = [{"network_id": "proba", "name": "Próba", "coordinator": "Nikt", "source": "test"}]
    (folder / "clusters.json").write_text(json.dumps({"networks": networks, "clusters": clusters}), encoding="utf-8")
    return folder


def gminy_of_planted():
    """Return the gminy in which the hot spot is planted."""
    codes = load_units(Level.GMINA).index
    return set(codes[codes.str.startswith(PLANTED)])


def _rows(cluster, places, random, *, start=0):
    for number, place in enumerate(places.itertuples(), start=start):
        year = int(random.integers(2014, 2025))
        yield {
            "member_id": f"{cluster}-{number}", "cluster_id": cluster, "name": f"Członek {number}", "kind": "firma",
            "sector": SECTORS[int(random.integers(4))], "status": "member", "precision": "locality",
            "locality": place.name, "teryt": place.teryt, "x": place.geometry.x, "y": place.geometry.y, "role": "",
            "source": "test", "source_date": "", "joined": "" if number % 5 == 0 else f"{year}-03-01",
            "left_on": f"{year + 1}-06-30" if number % 10 == 1 and cluster == "posadzony" else "",
        }  # fmt: skip
