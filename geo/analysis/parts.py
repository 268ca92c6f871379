"""Tie names of parts of towns and villages to the place they belong to."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

# Districts and delegacies of the largest cities have codes of their own in SIMC; the city is one gmina.
DISTRICT_KINDS = ("8", "9")
CITY = "96"


def parts_of(simc: pd.DataFrame, localities: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Return the names of parts whose mother place is known to a point.

    Parameters
    ----------
    simc
        The register of places: `sym, sympod` (of the place a part belongs to), `teryt` (6 digits), `rodz` (kind of
        the unit, one digit), `kind` (of the place: 96 is a town) and `name`, all text.
    localities
        Columns `name, teryt`; the mother is found by its name in its gmina, else in its powiat, and only
        where it is the only one of that name there.

    Returns
    -------
    parts
        Columns `name, teryt` (gmina of the mother), `locality` (name of the mother) and `place` (row of the
        mother among the localities of the same voivodeship), sorted; names repeated at one mother are one.
    """
    raw = simc.copy()
    city = raw["teryt"].str[:4] + "01"
    within = raw["rodz"].isin(DISTRICT_KINDS)
    raw["teryt"] = raw["teryt"].mask(within, city)
    cities = raw[(raw["kind"] == CITY) & ~within].set_index("teryt")["sym"]
    raw["sympod"] = raw["sympod"].mask(within, raw["teryt"].map(cities))
    known = pd.DataFrame({"mother": localities["name"], "gmina": localities["teryt"]})
    known["place"] = known.groupby(known["gmina"].str[:2]).cumcount()
    known["powiat"] = known["gmina"].str[:4]
    mothers = raw.loc[raw["sym"] == raw["sympod"], ["sym", "name", "teryt"]].rename(columns={"name": "mother"})
    mothers["powiat"] = mothers["teryt"].str[:4]
    in_gmina = mothers.merge(
        known.drop_duplicates(["mother", "gmina"], keep=False),
        left_on=["mother", "teryt"],
        right_on=["mother", "gmina"],
        how="inner",
    )
    rest = mothers[~mothers["sym"].isin(in_gmina["sym"])]
    in_powiat = rest.merge(known.drop_duplicates(["mother", "powiat"], keep=False), on=["mother", "powiat"])
    found = pd.concat([in_gmina, in_powiat])[["sym", "mother", "gmina", "place"]]
    own = raw.loc[raw["sym"] != raw["sympod"], ["name", "sympod"]]
    joined = own.merge(found, left_on="sympod", right_on="sym")
    joined = joined[joined["name"] != joined["mother"]]
    result = pd.DataFrame(
        {"name": joined["name"], "teryt": joined["gmina"], "locality": joined["mother"], "place": joined["place"]}
    )
    return result.drop_duplicates().sort_values(["teryt", "locality", "name", "place"], ignore_index=True)
