"""Show how the borders of a dataset differ from the embedded ones: a sentence, a map and a table."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.new_outlines import changed_km2
from geo.io.boundaries import load_units
from geo.io.official.datasets import Dataset
from geo.model.units import Level
from geo.render.painting import Painting, UnitClass
from geo.render.palette import Fill
from geo.render.table import Column, Table
from geo.render.text import Text
from geo.services.columns import NAME, POWIAT, TERYT
from geo.services.library import library
from geo.services.pictures import Behind, map_picture
from geo.services.view import View
from geo.services.web import frame
from geo.settings import BOUNDARIES_DIR

# Less is how finely outlines are drawn; more than the second is a change of borders, km².
DRAWN_KM2, LARGE_KM2 = 0.1, 1.0
_KEYS = {"same": "0", "some": "1", "large": "2", "gone": "3"}
_FILLS = {"same": Fill("#f2f2ee"), "some": Fill("#f0c36d"), "large": Fill("#c45a1b"), "gone": Fill("#5b2a86")}


def differences(made: Dataset, text: Text) -> View:
    """
    Compare the borders of a dataset with the embedded ones.

    Parameters
    ----------
    made
        A dataset of outlines.
    text
        Language.

    Returns
    -------
    view
        Its table `differences` has a row for each gmina that changed, the largest change first; the map shows the
        units in use.

    Raises
    ------
    OfficialFileError
        If the dataset cannot be read.
    """
    old, new = load_units(Level.GMINA, folder=BOUNDARIES_DIR), gpd.GeoDataFrame(made.frame())
    changed = changed_km2(old.geometry, new.geometry)
    rows = changed[changed["changed_km2"] > DRAWN_KM2].sort_values("changed_km2", ascending=False, kind="stable")
    names = new["name"].where(new["name"] != "").combine_first(old["name"])
    powiaty = load_units(Level.POWIAT, folder=BOUNDARIES_DIR)["name"]
    columns = {
        NAME: names.reindex(rows.index),
        POWIAT: rows.index.str[: Level.POWIAT.digits].map(powiaty),
        Column("old_km2", "official.differences.old"): rows["old_km2"].round(2),
        Column("new_km2", "official.differences.new"): rows["new_km2"].round(2),
        Column("changed_km2", "official.differences.changed"): rows["changed_km2"].round(2),
        TERYT: rows.index,
    }
    table = Table.of(
        "differences",
        columns,
        index=rows.index,
        title="official.differences",
        why="official.differences.why",
        none="official.differences.none",
        file="granice-roznice",
    )
    total = len(changed)
    headline = (
        text("official.differences.headline", n=text.number(len(rows)), total=text.number(total))
        if len(rows)
        else text("official.differences.none")
    )
    shown = load_units(Level.GMINA).index
    keys = _keys(changed).reindex(shown, fill_value="same")
    painting = Painting(
        frame(f"roznice:{made.dataset_id}", Level.GMINA, (), text, title=headline),
        "".join(keys.map(_KEYS)),
        tuple(UnitClass(_KEYS[k], fill, text(f"official.change.{k}")) for k, fill in _FILLS.items()),
    )
    words = (text("official.differences"), headline, text("official.change"))
    nobody = library().members.iloc[:0]
    picture = map_picture(painting, words, Behind(nobody, table), text)
    return View(clusters=(), known=0, picture=picture, tables=(table,))


def _keys(changed: pd.DataFrame) -> pd.Series:
    gone = changed["old_km2"].isna() | changed["new_km2"].isna()
    value = changed["changed_km2"]
    keys = np.select([gone, value > LARGE_KM2, value > DRAWN_KM2], ["gone", "large", "some"], "same")
    return pd.Series(keys, changed.index)
