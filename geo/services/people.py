"""Say how old the people of units are, by the groups of the table of groups."""

from __future__ import annotations

import pandas as pd

from geo.io.gazetteer import load_localities
from geo.io.people import TOTAL, Group, load_ages, load_groups, people_of
from geo.model.units import Level
from geo.render.table import Column
from geo.render.text import Text


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


def people_by_locality(group: Group) -> pd.Series:
    """
    Share the people of a group in each gmina over its localities, in proportion to all their people.

    Parameters
    ----------
    group
        The group of age.

    Returns
    -------
    people
        People of 2020 in the group, in the order of `load_localities`; an estimate, not whole, that sums to
        what is counted in each gmina.
    """
    localities = load_localities()
    everyone = localities.groupby("teryt")["population"].transform("sum")
    counted = people_of(group, load_ages(Level.GMINA))
    return localities["teryt"].map(counted) * localities["population"] / everyone
