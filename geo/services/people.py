"""Say how old the people of units are, by the groups of the table of groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import QueryError
from geo.io.boundaries import load_units
from geo.io.data_state import per_state
from geo.io.gazetteer import load_localities
from geo.io.people import TOTAL, Group, load_ages, load_groups, people_of
from geo.model.selection import Subject
from geo.model.units import Level
from geo.render.table import Column, Table, worded
from geo.render.text import Text
from geo.services.library import resolve

# What addresses say where everybody of the newest year is counted.
EVERYBODY = "wszyscy"


def group_columns(level: Level, codes: pd.Index) -> dict[Column, pd.Series]:
    """
    Return people of each group of age and their share.

    Parameters
    ----------
    level
        Level of the units.
    codes
        TERYT codes of the units.

    Returns
    -------
    columns
        For each group a count and a share in percent of all people of the same year, index `codes`; both
        carry the year in their heading, as they never stand in a sum with people of another year.
    """
    ages = load_ages(level).loc[codes]
    columns = {}
    for group in load_groups():
        people = people_of(group, ages)
        columns[_column(group)] = people
        if not group.everyone:
            columns[_column(group, share=True)] = (100.0 * people / ages[TOTAL]).round(1)
    return columns


def _column(group: Group, *, share: bool = False) -> Column:
    def heading(text: Text) -> str:
        if group.everyone:
            return text("col.group.everyone")
        return text("col.group.share" if share else "col.group", group=group.words[text.language])

    return Column(f"group_{group.group_id}{'_percent' if share else ''}", heading)


def people_by_locality(group: Group, folder: Path | None = None) -> pd.Series:
    """
    Share the people of a group in each gmina over its localities, in proportion to all their people.

    Whole numbers that sum to what is counted in each gmina: those left over go to the largest remainders (Hamilton's
    method, Balinski and Young 1982).

    Parameters
    ----------
    group
        The group of age.
    folder
        Folder with the tables; by default that of the state in use.

    Returns
    -------
    people
        People of 2020 in the group, in the order of `load_localities`; an estimate.
    """
    localities = load_localities(folder=folder)
    everyone = localities.groupby("teryt")["population"].transform("sum")
    counted = localities["teryt"].map(people_of(group, load_ages(Level.GMINA, folder)))
    quotas = counted * localities["population"] / everyone
    whole = np.floor(quotas + 1e-9)
    left = counted - whole.groupby(localities["teryt"]).transform("sum")
    rank = (quotas - whole).groupby(localities["teryt"]).rank(method="first", ascending=False)
    return (whole + (rank <= left)).astype("int64").rename("population")


def localities_of(asked: str) -> gpd.GeoDataFrame:
    """
    Return the localities with the people who are counted in them.

    Parameters
    ----------
    asked
        As for `group_named`.

    Returns
    -------
    localities
        As from `load_localities`; shared, do not change it.

    Raises
    ------
    QueryError
        If the table has no such group.
    """
    return _localities(asked) if asked else load_localities()


@per_state(8)
def _localities(asked: str) -> gpd.GeoDataFrame:
    return load_localities().assign(population=people_by_locality(_group(asked)))


def units_of(level: Level, asked: str) -> gpd.GeoDataFrame:
    """Return the units of a level with the people who are counted in them; see `localities_of` and `load_units`."""
    return _units(level, asked) if asked else load_units(level)


@per_state(24)
def _units(level: Level, asked: str) -> gpd.GeoDataFrame:
    units = load_units(level)
    return units.assign(population=people_of(_group(asked), load_ages(level)).reindex(units.index))


def group_named(asked: str) -> Group | None:
    """
    Return the group of age of an identifier, or of its ages ("60+", "15-59"); None for everybody ("").

    Raises
    ------
    QueryError
        If the table has no such group.
    """
    return _group(asked) if asked else None


def _group(asked: str) -> Group:
    groups = [g for g in load_groups() if not g.everyone]
    by_name = {name: g for g in groups for name in (g.group_id, _ages(g))}
    if asked not in by_name:
        raise QueryError("people", asked, "one_of", options=", ".join(map(_ages, groups)))
    return by_name[asked]


def _ages(group: Group) -> str:
    return f"{group.age_from}+" if group.age_to is None else f"{group.age_from}-{group.age_to}"


def who_counts(asked: str) -> Callable[[Text], Text]:
    """Return what makes the texts of everybody those of a group, in any language; see `group_named`."""
    group = group_named(asked)
    if group is None:
        return lambda text: text
    return lambda text: text.about(text("coverage.people.who", group=group.words[text.language]))


def group_notes(asked: str, text: Text) -> list[str]:
    """Return what a reader must know of a group that is counted; nothing where everybody is."""
    group = group_named(asked)
    return [] if group is None else [text("coverage.people.note", group=group.words[text.language])]


def counted(column: Column, asked: str) -> Column:
    """Return a column whose heading says which people it counts."""
    about = who_counts(asked)
    return replace(column, heading=lambda text: worded(column.heading, about(text))) if asked else column


def table_of_group(table: Table, asked: str) -> Table:
    """Return a table of people counted in a group, which its headings say; the group's own column goes."""
    group = group_named(asked)
    if group is None:
        return table
    kept = table.without(f"group_{group.group_id}")
    own = Column("population", _column(group).heading)
    return replace(kept, columns=tuple(own if c.key == own.key else counted(c, asked) for c in kept.columns))


def people_options(text: Text) -> dict[str, str]:
    """Return whom can be counted, by identifier: everybody of today, and each group of age."""
    groups = {
        g.group_id: text("coverage.people.group", group=g.words[text.language]) for g in load_groups() if not g.everyone
    }
    return {EVERYBODY: text("coverage.people.all")} | groups


def opening_group(subject: Subject) -> str:
    """Return the group that the clusters of a subject are about, by the table of groups; `EVERYBODY` for none."""
    ids = {c.cluster_id for c in resolve(subject).clusters}
    return next((g.group_id for g in load_groups() if ids and ids <= set(g.opens)), EVERYBODY)


def read_people(value: str) -> str:
    """Return the group of a query from what an address holds."""
    return "" if value == EVERYBODY else value
