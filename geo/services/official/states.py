"""Make a state of the official data from the embedded ones and newer datasets, in a folder of its own."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.analysis import shore
from geo.analysis.parts import parts_of
from geo.analysis.shares import divide, largest_remainder
from geo.errors import OfficialFileError
from geo.io.boundaries import read_tables, units_key
from geo.io.data_state import state_folder, whole_folder
from geo.io.integrity import read_manifest
from geo.io.official.datasets import Dataset
from geo.io.official.found import OfficialKind
from geo.io.successors import load_successors
from geo.model.units import Level
from geo.services.official import packs
from geo.services.official.tables import BY_PLACE, BY_UNIT, dissolved, write_tables
from geo.settings import BOUNDARIES_DIR, METRIC_CRS, TRANSFERS_FILE

# Raised where states that are already made would be made otherwise.
FORMAT = 1
MOST_NAMED = 8
# Water that is cut off and is less is not told.
SHOWN_WATER_KM2 = 0.05


def make_state(chosen: Mapping[str, Dataset], progress: Callable[[float], object] = lambda _: None) -> str:
    """
    Make the state that some datasets give, unless it is there.

    Parameters
    ----------
    chosen
        A dataset for each kind that is not to be the embedded one.
    progress
        Told how much is done, 0 to 1.

    Returns
    -------
    key
        Of the state; "" where nothing is chosen.

    Raises
    ------
    OfficialFileError
        If the datasets do not go together: a gmina without people or ages.
    DataFileError
        If an embedded file is missing or changed.
    """
    used = {kind: one for kind, one in chosen.items() if kind in USED}
    if not used:
        return ""
    stated = {"format": FORMAT, "embedded": _manifest_key(), "datasets": {k: d.dataset_id for k, d in used.items()}}
    key = hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()[:16]
    target = state_folder(key)
    if (target / "manifest.json").exists():
        return key
    with whole_folder(target) as working:
        _Making(used, working, progress).run()
    return key


def _manifest_key() -> str:
    return hashlib.sha256((BOUNDARIES_DIR / "manifest.json").read_bytes()).hexdigest()


def read_units(level: Level, folder: Path = BOUNDARIES_DIR) -> gpd.GeoDataFrame:
    """Read the units of a level with every column of their table, index `teryt`, EPSG:2180."""
    frame = read_tables(level.file_stem, None, folder).to_pandas(ignore_metadata=True).set_index("teryt")
    geometry = shapely.from_wkb(frame.pop("geometry").to_numpy())
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=METRIC_CRS).sort_index()


def divided_units() -> dict[str, str]:
    """Return the gminy that were cut out of another that still exists, with that one."""
    with TRANSFERS_FILE.open(encoding="utf-8", newline="") as file:
        return {row["to"]: row["from"] for row in csv.DictReader(file, delimiter=";") if row["effective"] >= "2025"}


def on_units(
    frame: pd.DataFrame,
    weights: pd.Series,
    *,
    heirs: Mapping[str, str] | None = None,
    parents: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """
    Bring what is counted by gminy of some year to those of today.

    Codes that are gone are added to the only gmina that took their place. A gmina that was cut out of another later
    than the table has its share of that one's people.

    Parameters
    ----------
    frame
        Whole numbers, index 6-digit `teryt`.
    weights
        People of each gmina of today, by which the numbers of one that was divided are shared.
    heirs, parents
        Which gmina took the place of one that is gone, and which a new one was cut out of, beside the changes that are
        known.

    Returns
    -------
    counted, unknown
        The same columns with a row for each gmina of today, and codes that have no place in them.

    Raises
    ------
    OfficialFileError
        If a gmina of today has no number.
    """
    successors = load_successors() | {old: (new,) for old, new in (heirs or {}).items()}
    goes = {c: successors.get(c, ()) for c in frame.index.difference(weights.index)}
    moved = {old: new[0] for old, new in goes.items() if len(new) == 1 and new[0] in weights.index}
    unknown = tuple(sorted(set(goes) - set(moved)))
    kept = frame[~frame.index.isin(list(unknown))]
    added = kept.groupby(kept.index.map(lambda c: moved.get(c, c))).sum(min_count=1)
    cut = divided_units() | dict(parents or {})
    parents = {new: old for new, old in cut.items() if new in weights.index and new not in added.index}
    empty = added.index[added.isna().any(axis=1)]
    lacking = weights.index.difference(added.index).difference(list(parents)).union(empty)
    lacking = lacking.union([new for new, old in parents.items() if old not in added.index])
    if len(lacking):
        raise OfficialFileError("lacking", n=len(lacking), some=", ".join(lacking[:MOST_NAMED]))
    return divide(added.round().astype("int64"), weights, parents).loc[weights.index], unknown


class _Making:
    """Everything that stands in the tables of a state, changed dataset by dataset and written at the end."""

    def __init__(self, chosen: Mapping[str, Dataset], target: Path, progress: Callable[[float], object]) -> None:
        self.chosen, self.target, self.progress = chosen, target, progress
        self.manifest: dict[str, Any] = json.loads(json.dumps(read_manifest(BOUNDARIES_DIR)))
        self.gminy = read_units(Level.GMINA)
        self.names = {level: read_units(level)["name"].to_dict() for level in (Level.POWIAT, Level.VOIVODESHIP)}
        self.places = self._places()
        self.parts = self._with_mothers(read_tables("czesci", None, BOUNDARIES_DIR).to_pandas())
        self.ages = read_tables("wiek", None, BOUNDARIES_DIR).to_pandas(ignore_metadata=True).set_index("teryt")
        self.entities = read_tables("regon", None, BOUNDARIES_DIR).to_pandas(ignore_metadata=True).set_index("teryt")
        self.drawn_anew = self.named_anew = False
        # Of gminy that new outlines abolish or found: who took their place, and what they were cut out of.
        self.heirs: dict[str, str] = {}
        self.parents: dict[str, str] = {}

    @staticmethod
    def _places() -> gpd.GeoDataFrame:
        frame = read_tables("miejscowosci", None, BOUNDARIES_DIR).to_pandas()
        geometry = shapely.from_wkb(frame.pop("geometry").to_numpy())
        return gpd.GeoDataFrame(frame, geometry=geometry, crs=METRIC_CRS)

    def _with_mothers(self, parts: pd.DataFrame) -> pd.DataFrame:
        """Say of each part which row of all places it belongs to, whatever becomes of their order."""
        digits = Level.VOIVODESHIP.digits
        first = pd.Series(self.places.index, self.places["teryt"].str[:digits].to_numpy()).groupby(level=0).min()
        return parts.assign(mother=parts["place"] + parts["teryt"].str[:digits].map(first))

    def run(self) -> None:
        """Apply every dataset, in the order in which one rests on another, and write the tables."""
        for n, (kind, apply) in enumerate(USED.items()):
            if kind in self.chosen:
                dataset = self.chosen[kind]
                apply(self, dataset, dataset.frame())
                self._credit(dataset)
            self.progress(0.5 * (n + 1) / len(USED))
        self._write()
        self.progress(1.0)

    def outlines(self, dataset: Dataset, frame: pd.DataFrame) -> None:
        """Take new outlines; localities that lie in another gmina now go there, with their people."""
        new = gpd.GeoDataFrame(frame, geometry="geometry", crs=METRIC_CRS)
        before = self.gminy
        known = before.drop(columns="geometry").reindex(new.index)
        area = shapely.area(new.geometry.to_numpy()) / 1e6
        kinds = new["kind"].where(new["kind"] != "", known["kind"])
        gminy = known.assign(
            name=new["name"].where(new["name"] != "", known["name"]),
            kind=kinds,
            terc=new["terc"].where(new["terc"] != "", known["terc"]),
            area_km2=np.round(area, 4),
            approximate=False,
            official_km2=known["official_km2"].fillna(pd.Series(area, new.index)).round(4),
            lagoon_km2=new["water_km2"],
        )
        self.gminy = gpd.GeoDataFrame(gminy, geometry=new.geometry, crs=METRIC_CRS).rename_axis("teryt")
        former = self.places["teryt"].copy()
        self._bring_home(new.geometry, before.index)
        self.heirs, self.parents = self._kin(former, before.index)
        self._share_people(self._on_units(before[["population"]])["population"])
        self.ages = self._on_units(self.ages)
        powiaty = sorted(set(self.gminy.index.str[: Level.POWIAT.digits]))
        self.names[Level.POWIAT] = {c: self.names[Level.POWIAT].get(c, c) for c in powiaty}
        whole = len(dataset.scope) == len(self.names[Level.VOIVODESHIP])
        year = dataset.state[:4]
        parts = ", ".join(self.names[Level.VOIVODESHIP][c] for c in dataset.scope)
        self.manifest["outlines"] = year if whole else f"{self.manifest['outlines']}; {parts} {year}"
        if whole:
            self.manifest["state_date"] = dataset.state
        checks = self.manifest["checks"]
        gone = set(new.index[new["new"]]) | set(before.index.difference(new.index))
        for key in ("border_changes", "lagoons"):
            checks[key] = [r for r in checks[key] if r["teryt"] not in gone]
        checks["approximate_units"] = [c for c in checks["approximate_units"] if c not in gone]
        cut = self.gminy[(self.gminy["lagoon_km2"] > SHOWN_WATER_KM2) & new["new"]]
        checks["lagoons"] += [
            {"teryt": r.Index, "land_km2": r.area_km2, "lagoon_km2": r.lagoon_km2, "official_km2": r.official_km2}
            for r in cut.itertuples()
        ]
        checks["lagoons"].sort(key=lambda r: r["teryt"])
        self.drawn_anew = True

    def _on_units(self, frame: pd.DataFrame) -> pd.DataFrame:
        return on_units(frame, self._weights(), heirs=self.heirs, parents=self.parents)[0]

    def _kin(self, former: pd.Series, before: pd.Index) -> tuple[dict[str, str], dict[str, str]]:
        """Say who took the place of gminy that are gone and what new ones were cut out of: by people of localities."""
        moves = pd.DataFrame({"old": former, "new": self.places["teryt"], "people": self.places["population"]})
        moves = moves[moves["old"] != moves["new"]].groupby(["old", "new"], as_index=False)["people"].sum()
        moves = moves.sort_values(["people", "old", "new"], ascending=[False, True, True], kind="stable")
        gone, born = before.difference(self.gminy.index), self.gminy.index.difference(before)
        heirs = moves[moves["old"].isin(gone)].drop_duplicates("old").set_index("old")["new"]
        parents = moves[moves["new"].isin(born)].drop_duplicates("new").set_index("new")["old"]
        return heirs.to_dict(), {new: old for new, old in parents.items() if old in self.gminy.index}

    def _bring_home(self, outlines: gpd.GeoSeries, before: pd.Index) -> None:
        for code in outlines.index.difference(before):
            # A new gmina has the places that lie in it, however near to the old border.
            inside = shapely.intersects(outlines[code], self.places.geometry.to_numpy())
            self.places.loc[inside, "teryt"] = code
        there = self.places["teryt"].isin(outlines.index)
        wrong = shore.misplaced(outlines, self.places[there])
        moved = wrong[wrong["distance_m"] > shore.RECORD_ERROR_M]
        self.places.loc[moved.index, "teryt"] = moved["found"]
        homeless = self.places[~there]
        if len(homeless):
            nearest = shapely.STRtree(outlines.to_numpy()).nearest(homeless.geometry.to_numpy())
            self.places.loc[homeless.index, "teryt"] = outlines.index.to_numpy()[nearest]

    def _weights(self) -> pd.Series:
        """Return people of each gmina by its localities."""
        return self.places.groupby("teryt")["population"].sum().reindex(self.gminy.index, fill_value=0)

    def _share_people(self, totals: pd.Series) -> None:
        """Give each gmina its people, and its localities theirs in proportion to what they had: sums are exact."""
        self.gminy["population"] = totals.loc[self.gminy.index].astype("int64")
        shared = self.places["population"].copy()
        for code, rows in self.places.groupby("teryt")["population"]:
            weights = rows.to_numpy(dtype=float)
            shared.loc[rows.index] = largest_remainder(
                weights if weights.sum() else np.ones(len(rows)), int(totals[code])
            )
        self.places["population"] = shared.astype("int64")
        self.manifest["population"] = int(self.gminy["population"].sum())

    def take_names(self, dataset: Dataset, frame: pd.DataFrame) -> None:
        """Take names and kinds; units that are only in the register have no outline and stay out."""
        own = frame.reindex(self.gminy.index)
        for column in ("name", "kind", "terc"):
            self.gminy[column] = own[column].fillna(self.gminy[column])
        for level, names in self.names.items():
            names.update({c: frame.loc[c, "name"] for c in names if c in frame.index and len(c) == level.digits})
        self.manifest["names_date"] = dataset.state
        self.named_anew = True

    def take_places(self, _: Dataset, frame: pd.DataFrame) -> None:
        """Take parts of towns and villages of the newer register of places."""
        ordered = self._sorted_places().reset_index(drop=True)
        parts = parts_of(frame, ordered)
        digits = Level.VOIVODESHIP.digits
        first = pd.Series(ordered.index, ordered["teryt"].str[:digits].to_numpy()).groupby(level=0).min()
        rows = parts["place"] + parts["teryt"].str[:digits].map(first)
        self.parts = parts.assign(mother=self._sorted_places().index.to_numpy()[rows.to_numpy()])

    def people(self, dataset: Dataset, frame: pd.DataFrame) -> None:
        """Take people of a newer year."""
        self._share_people(self._on_units(frame[["population"]])["population"])
        self.manifest["population_date"] = dataset.state
        self.manifest.pop("people_census", None)

    def take_ages(self, dataset: Dataset, frame: pd.DataFrame) -> None:
        """Take people by age of a newer year."""
        ages = self._on_units(frame)
        ages.insert(0, f"population_{dataset.state[:4]}", ages.sum(axis=1))
        self.ages = ages
        self.manifest["ages_date"] = dataset.state
        self.manifest.pop("ages_census", None)

    def _sorted_places(self) -> gpd.GeoDataFrame:
        """Return places in the order of the tables, with the index they were read with."""
        ordered: gpd.GeoDataFrame = self.places.sort_values(["teryt", "name", "population"], kind="stable")
        return ordered

    def _credit(self, dataset: Dataset) -> None:
        """Name the dataset among the sources, in place of what it takes the place of."""
        credit = {
            "name": dataset.title,
            "publisher": dataset.publisher,
            "table": dataset.file,
            "state": dataset.state,
            "licence": dataset.licence,
            "credit": f"{dataset.credit} {dataset.state[:4]}".strip(),
        }
        starts = REGISTERED_AS[OfficialKind(dataset.kind)]
        registers = self.manifest["registers"]
        where = next((n for n, r in enumerate(registers) if r["name"].startswith(starts)), len(registers))
        partly = dataset.kind == OfficialKind.OUTLINES and len(dataset.scope) < len(self.names[Level.VOIVODESHIP])
        registers[where : where + (0 if partly else 1)] = [credit]

    def _write(self) -> None:
        names = self.names
        levels = {
            Level.GMINA: self.gminy,
            Level.POWIAT: dissolved(self.gminy, Level.POWIAT.digits, names[Level.POWIAT]),
            Level.VOIVODESHIP: dissolved(self.gminy, Level.VOIVODESHIP.digits, names[Level.VOIVODESHIP]),
        }
        self.progress(0.6)
        tables = {level.file_stem: frame for level, frame in levels.items()}
        places = self._sorted_places()
        parts = self._parts(places)
        places = places.reset_index(drop=True)
        tables |= {"wiek": self.ages, "regon": self.entities, "miejscowosci": places, "czesci": parts}
        files = write_tables({k: tables[k] for k in (*BY_UNIT, *BY_PLACE)}, names[Level.VOIVODESHIP], self.target)
        self.progress(0.8)
        if self.drawn_anew or self.named_anew:
            files |= packs.write(levels, self.target)
        else:
            files |= _copied_packs(self.target)
        counts = {"gminy": len(self.gminy), "powiaty": len(levels[Level.POWIAT]), "miejscowosci": len(places)}
        self.manifest["counts"] |= counts | {"czesci": len(parts)}
        self.manifest["files"] = files
        self.manifest["outlines_key"] = _outlines_key(self.gminy) if self.drawn_anew else units_key(BOUNDARIES_DIR)
        self.manifest["datasets"] = {kind: d.dataset_id for kind, d in self.chosen.items()}
        text = json.dumps(self.manifest, ensure_ascii=False, indent=1)
        (self.target / "manifest.json").write_text(text + "\n", encoding="utf-8")

    def _parts(self, places: gpd.GeoDataFrame) -> pd.DataFrame:
        """Return parts with the rows in which their mothers stand now; `places` keep the index they were read with."""
        row = places.groupby(places["teryt"].str[: Level.VOIVODESHIP.digits]).cumcount()
        mothers = self.parts["mother"]
        made = self.parts.assign(teryt=places["teryt"].loc[mothers].to_numpy(), place=row.loc[mothers].to_numpy())
        made = made.drop(columns="mother").astype({"place": "int64"})
        return made.sort_values(["teryt", "locality", "name", "place"], ignore_index=True)


def _copied_packs(target: Path) -> dict[str, dict[str, object]]:
    """Take over the outlines of the embedded data, without a copy where the disk can do without."""
    folder = packs.FOLDER
    (target / folder).mkdir(parents=True)
    named: dict[str, dict[str, object]] = {
        n: e for n, e in read_manifest(BOUNDARIES_DIR)["files"].items() if n.startswith(f"{folder}/")
    }
    for name in named:
        try:
            os.link(BOUNDARIES_DIR / name, target / name)
        except OSError:
            shutil.copyfile(BOUNDARIES_DIR / name, target / name)
    return named


def _outlines_key(gminy: gpd.GeoDataFrame) -> str:
    digest = hashlib.sha256()
    for code, shape in zip(gminy.index, shapely.to_wkb(gminy.geometry.to_numpy()), strict=True):
        digest.update(code.encode() + shape)
    return digest.hexdigest()[:16]


# What a dataset of a kind does to the tables, in the order in which one rests on another.
USED: dict[str, Callable[[_Making, Dataset, pd.DataFrame], None]] = {
    OfficialKind.OUTLINES: _Making.outlines,
    OfficialKind.NAMES: _Making.take_names,
    OfficialKind.PEOPLE: _Making.people,
    OfficialKind.AGES: _Making.take_ages,
    OfficialKind.PLACES: _Making.take_places,
}
# The register of the manifest that holds each kind, by how its name begins.
REGISTERED_AS = {
    OfficialKind.OUTLINES: "Państwowy Rejestr Granic",
    OfficialKind.NAMES: "Wykaz powierzchni",
    OfficialKind.PEOPLE: "Ludność według gmin",
    OfficialKind.AGES: "Ludność według wieku",
    OfficialKind.PLACES: "TERYT, SIMC",
}
