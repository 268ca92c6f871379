"""
Rebuild `data/clusters/members.csv` from the sourced facts.

Run `python scripts/build_clusters.py` from the top of the repository. Places come from the
gazetteer: by locality within gmina within powiat within voivodeship, never by a guess. What is not
found or not unique keeps the coarser place.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from geo.io.boundaries import load_units  # noqa: E402
from geo.io.gazetteer import find_locality, load_localities  # noqa: E402
from geo.model.cluster import Precision, Sector, Status  # noqa: E402
from geo.model.names import fold  # noqa: E402
from geo.model.units import Level  # noqa: E402

# What a source says of an organisation -> its status. An invitation, an award or a part in a
# conference or a project is not a membership: such organisations are `declared`.
STATUS_BY_WORDS = (
    ("relevant org, not member", Status.POTENTIAL),
    ("invited", Status.DECLARED),
    ("conference participant", Status.DECLARED),
    ("ambassador", Status.DECLARED),
    ("project", Status.DECLARED),
    ("rada", Status.MEMBER),
    ("award", Status.DECLARED),
    ("coordinator", Status.MEMBER),
    ("co-founder", Status.MEMBER),
    ("founding", Status.MEMBER),
    ("signatory", Status.MEMBER),
    ("participant of thursday meetings", Status.MEMBER),
    ("host of next meeting", Status.MEMBER),
    ("meeting host", Status.MEMBER),
    ("team leader", Status.MEMBER),
    ("member", Status.MEMBER),
)
# The words of the sources, in Polish; a year or a date after them is kept.
ROLES = {
    "relevant org, not member": "działa w tej dziedzinie, nie należy do klastra",
    "founding member": "członek założyciel",
    "founding partner": "partner założyciel",
    "member": "członek",
    "signatory": "sygnatariusz",
    "participant of Thursday meetings": "uczestnik spotkań czwartkowych",
    "invited JST": "zaproszony samorząd",
    "invited": "zaproszony",
    "host of next meeting": "gospodarz kolejnego spotkania",
    "meeting host": "gospodarz spotkania",
    "coordinator": "koordynator",
    "co-founder": "współzałożyciel",
    "award": "nagroda klastra",
    "team leader": "lider zespołu",
    "ambassador/initiator": "ambasador i inicjator",
    "conference participant": "uczestnik konferencji",
    "project leader": "lider projektu",
    "project partner": "partner projektu",
}
SECTORS = {"publiczny": Sector.PUBLIC, "firma": Sector.BUSINESS, "NGO": Sector.NGO}
COLUMNS = ["member_id", "cluster_id", "name", "kind", "sector", "status", "precision", "locality", "teryt"]


JOINING = ("founding", "co-founder", "signatory", "coordinator")


@dataclass(frozen=True)
class Place:
    """Where an organisation is, as exactly as the source and the gazetteer say."""

    precision: Precision
    teryt: str = ""
    locality: str = ""
    x: float | None = None
    y: float | None = None


def status_of(words: str) -> Status:
    """Read the status from the words of the source."""
    for part, status in STATUS_BY_WORDS:
        if part in words.casefold():
            return status
    msg = f"no rule for the status {words!r}"
    raise ValueError(msg)


def joined_of(words: str, date: str, founded: str) -> str:
    """
    Return when an organisation joined, where the source says so.

    Founders and signatories joined on the date beside the word. Any other date only says that the
    organisation was seen in the cluster then, unless the cluster was founded on that very day.
    """
    founding = any(word in words.casefold() for word in JOINING)
    return date if founding or (date and date == founded and "member" in words.casefold()) else ""


def role_of(words: str) -> str:
    """Write the words of the source in Polish."""
    for english, polish in ROLES.items():
        if words.startswith(english):
            return polish + words[len(english) :].replace("(person of)", "(dla osoby z organizacji)")
    return words.replace("award", "nagroda")


def sector_of(sector: str, kind: str) -> Sector:
    """Read the sector; universities are science whoever runs them."""
    if kind.startswith("uczelnia") or sector.endswith("/nauka"):
        return Sector.SCIENCE
    return SECTORS[sector.split("/", maxsplit=1)[0]]


def locate(row: pd.Series, localities: gpd.GeoDataFrame) -> Place:
    """Find the place of one organisation, level by level."""
    within, precision = "", Precision.UNKNOWN
    for level, column in ((Level.VOIVODESHIP, "voivodeship"), (Level.POWIAT, "powiat"), (Level.GMINA, "gmina")):
        if not row[column]:
            continue
        units = load_units(level)
        inside = units[units.index.str.startswith(within)]
        found = inside.index[[fold(n) == fold(row[column]) for n in inside["name"]]]
        if len(found) != 1:
            break
        within, precision = str(found[0]), Precision(level)
    if row["locality"]:
        spots = find_locality(localities, row["locality"], within=within)
        if len(spots) == 1:
            spot = spots.iloc[0]
            point = spot["geometry"]
            return Place(Precision.LOCALITY, spot["teryt"], spot["name"], round(point.x, 1), round(point.y, 1))
    return Place(precision, within)


def build() -> pd.DataFrame:
    """Return the table of members of all shipped clusters."""
    shipped = json.loads((ROOT / "data" / "clusters" / "clusters.json").read_text(encoding="utf-8"))["clusters"]
    ids = {c["facts_name"]: c["cluster_id"] for c in shipped if "facts_name" in c}
    facts = pd.read_csv(
        ROOT / "data" / "facts" / "members_known_clusters.csv", sep=";", dtype=str, keep_default_na=False
    )
    founded = {c["cluster_id"]: c.get("founded", "") for c in shipped}
    localities = load_localities()
    rows = []
    for number, row in facts[facts["cluster"].isin(ids)].groupby("cluster", sort=False).cumcount().items():
        fact = facts.loc[number]
        place = locate(fact, localities)
        date = re.search(r"(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?", fact["status"])
        rows.append(
            {
                "member_id": f"{ids[fact['cluster']]}-{row + 1:03d}",
                "cluster_id": ids[fact["cluster"]],
                "name": fact["name"],
                "kind": fact["kind"],
                "sector": sector_of(fact["sector"], fact["kind"]),
                "status": status_of(fact["status"]),
                "precision": place.precision,
                "locality": place.locality,
                "teryt": place.teryt,
                "x": place.x,
                "y": place.y,
                "role": role_of(fact["status"]),
                "source": fact["source"],
                "source_date": date.group(0) if date else "",
                "joined": joined_of(fact["status"], date.group(0) if date else "", founded[ids[fact["cluster"]]]),
                "left_on": "",
            }
        )
    return pd.DataFrame(rows)


if __name__ == "__main__":
    table = build()
    table.to_csv(ROOT / "data" / "clusters" / "members.csv", sep=";", index=False)
    print(pd.crosstab(table["cluster_id"], table["status"]))
    print(pd.crosstab(table["cluster_id"], table["precision"]))
