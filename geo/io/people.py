"""Load people by age and the groups of age that are asked about."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from geo.errors import DataFileError
from geo.io.boundaries import read_tables
from geo.io.data_state import current_folder
from geo.io.integrity import shown
from geo.model.units import Level
from geo.settings import GROUPS_FILE

TOTAL = "everyone"
# The table counts in steps of five years and ends with everyone of this age and over.
STEP, OPEN_FROM = 5, 85


@dataclass(frozen=True)
class Group:
    """
    A group of people by age.

    Attributes
    ----------
    group_id
        Identifier, ASCII.
    age_from, age_to
        First and last whole year of age; None for no end.
    words
        What it is called, by language.
    opens
        Identifiers of the clusters that are about these people: pages of theirs count them first.
    """

    group_id: str
    age_from: int
    age_to: int | None
    words: dict[str, str]
    opens: tuple[str, ...] = ()

    @property
    def everyone(self) -> bool:
        """Whether it holds people of every age."""
        return self.age_from == 0 and self.age_to is None


@lru_cache(maxsize=4)
def load_groups(path: Path = GROUPS_FILE) -> tuple[Group, ...]:
    """
    Load the groups of age, in the order of their table.

    Raises
    ------
    DataFileError
        If the table is missing, lacks a column or has an age that is not the edge of a group of five years.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return tuple(_group(row) for row in csv.DictReader(file, delimiter=";"))
    except FileNotFoundError:
        raise DataFileError(shown(path), "missing") from None
    except (KeyError, ValueError, TypeError):
        raise DataFileError(shown(path), "unreadable") from None


def _group(row: dict[str, str]) -> Group:
    first, last = int(row["age_from"]), int(row["age_to"]) if row["age_to"] else None
    if first % STEP or not 0 <= first <= OPEN_FROM or (last is not None and not first < last < OPEN_FROM):
        raise ValueError(row["id"])
    if last is not None and (last + 1) % STEP:
        raise ValueError(row["id"])
    if not (row["id"] and row["pl"] and row["en"]):
        raise ValueError(row)
    return Group(row["id"], first, last, {"pl": row["pl"], "en": row["en"]}, tuple((row.get("opens") or "").split()))


def load_ages(level: Level, folder: Path | None = None) -> pd.DataFrame:
    """
    Load people by age, of the manifest's `ages_date`.

    Parameters
    ----------
    level
        Level of the units; coarser units are sums of gminy.
    folder
        Folder with the tables; by default that of the state in use.

    Returns
    -------
    ages
        Index `teryt`, sorted; `everyone` and columns such as `age_0_4` … `age_85_plus` that sum to it, whole
        numbers (18 columns of five years in the embedded data). They may rest on another census than the
        population of the units: they never stand in one sum with it, and the difference is no trend. Shared:
        do not change it.

    Raises
    ------
    DataFileError
        If a data file is missing or changed.
    """
    return _load_ages(level, folder or current_folder())


@lru_cache(maxsize=8)
def _load_ages(level: Level, folder: Path) -> pd.DataFrame:
    frame = read_tables("wiek", None, folder).to_pandas(ignore_metadata=True).set_index("teryt")
    # The first column counts everybody, and its name carries the year.
    frame = frame.rename(columns={frame.columns[0]: TOTAL})
    if level is Level.GMINA:
        return frame.sort_index()
    return frame.groupby(frame.index.str[: level.digits]).sum().rename_axis("teryt")


def people_of(group: Group, ages: pd.DataFrame) -> pd.Series:
    """
    Count a group.

    Parameters
    ----------
    group
        The group.
    ages
        As from `load_ages`.

    Returns
    -------
    people
        People of the group, of the year of the table, with its index.
    """
    columns = [c for c in ages.columns if c != TOTAL and _within(c, group)]
    return ages[columns].sum(axis=1)


def _within(column: str, group: Group) -> bool:
    first = int(column.split("_")[1])
    last = None if column.endswith("_plus") else int(column.split("_")[2])
    return first >= group.age_from and (group.age_to is None or (last is not None and last <= group.age_to))


def load_entities(folder: Path | None = None) -> pd.DataFrame:
    """
    Load the entities of the national register of businesses (REGON) by powiat, 2022-12-31.

    Returns
    -------
    entities
        Index 4-digit `teryt`, sorted; `entities`, whole numbers estimated from the published entities per
        10 000 people and the people of 2022, so rounded to about one in a thousand. Shared: do not change it.

    Raises
    ------
    DataFileError
        If a data file is missing or changed.
    """
    return _load_entities(folder or current_folder())


@lru_cache(maxsize=2)
def _load_entities(folder: Path) -> pd.DataFrame:
    frame = read_tables("regon", None, folder).to_pandas(ignore_metadata=True).set_index("teryt")
    counted = frame["regon_entities_2022_est"].round().astype("int64")
    return counted.rename("entities").to_frame().sort_index()
