"""Choose for each unit the best answer that any of several clusters gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.possible import Area, overlaps, possible_areas
from geo.model.coverage import Verdict


class Answer(StrEnum):
    """What all clusters together say of a unit, from best to worst."""

    COVERED = "covered"
    PARTIAL = "partial"
    REACHED = "reached"
    TERRITORY = "territory"
    UNKNOWN = "unknown"
    NONE = "none"


_OF_VERDICT = {
    Verdict.COVERED: Answer.COVERED,
    Verdict.PARTIAL: Answer.PARTIAL,
    Verdict.UNDECLARED: Answer.COVERED,
    Verdict.REACHED: Answer.REACHED,
    Verdict.NO_DATA: Answer.UNKNOWN,
    Verdict.EMPTY: Answer.TERRITORY,
    Verdict.GAP: Answer.NONE,
}


@dataclass(frozen=True)
class ClusterUnits:
    """
    What one cluster says of every unit of the country, at its own reach.

    Attributes
    ----------
    powiaty, gminy
        Index `teryt`; `population, covered_people, unknown_people` (inhabitants), `members` (seated there),
        `possible` (members of coarser place, and one of a cluster whose list is not known, that may be there),
        `declared` (bool), `verdict` (`Verdict`), `answer` (`Answer`).
    """

    powiaty: pd.DataFrame
    gminy: pd.DataFrame


@dataclass(frozen=True)
class BestOfClusters:
    """
    What all clusters together say of every unit of the country. Shared: do not change it.

    Attributes
    ----------
    powiaty, gminy
        Index `teryt`; `answer` (`Answer`), `clusters` (identifiers of those that give it, none for `none`), `members`
        (seated there, of any cluster), `possible` (that may be there), `population` (inhabitants), `sectors` (state by
        sector). Of powiaty also `gminy` (count), `seated_gminy` (with a member), `vacant_people` (inhabitants of gminy
        without a known member) and `vacant_unknown_people` (of those, where one may be).
    by_cluster
        What each cluster says, by its identifier.
    """

    powiaty: pd.DataFrame
    gminy: pd.DataFrame
    by_cluster: Mapping[str, ClusterUnits]

    @property
    def counts(self) -> dict[Answer, int]:
        """Number of powiaty of each answer, best first."""
        found = self.powiaty["answer"].value_counts()
        return {answer: int(found.get(answer, 0)) for answer in Answer}


def answers(units: pd.DataFrame) -> pd.Series:
    """
    Turn the verdicts of one cluster into answers.

    1. A member is there, or half of the people are within reach: as the verdict says.
    2. A member of unknown place may be there: unknown.
    3. The cluster declares the unit or a part of it: territory, known to have no member.
    4. Some people may be within reach of a member of unknown place: unknown.
    5. Else none.

    The verdict of a powiat is that of the gminy of most of its people; without 2 to 4 a cluster that may be in the
    others would count as known not to be.

    Parameters
    ----------
    units
        Columns `verdict`, `possible` and `unknown_people` (counts), `declared` (bool).
    """
    found = units["verdict"].map({str(v): str(a) for v, a in _OF_VERDICT.items()})
    sure = found.isin([Answer.COVERED, Answer.PARTIAL, Answer.REACHED])
    open_ = (units["possible"] > 0) | (found == Answer.UNKNOWN)
    rules = [
        (sure, found),
        (open_, Answer.UNKNOWN),
        (units["declared"], Answer.TERRITORY),
        (units["unknown_people"] > 0, Answer.UNKNOWN),
    ]
    chosen = np.select(
        [r.to_numpy(dtype=bool) for r, _ in rules],
        [a.to_numpy(dtype=object) if isinstance(a, pd.Series) else str(a) for _, a in rules],
        str(Answer.NONE),
    )
    return pd.Series(chosen, index=units.index, dtype="str")


def best(given: pd.DataFrame) -> pd.DataFrame:
    """
    Take the best answer of each unit.

    Parameters
    ----------
    given
        Index `teryt`, a column of answers for each cluster.

    Returns
    -------
    chosen
        The same index; `answer`, and `clusters`, the columns that give it (() where the answer is none).
    """
    order = [str(a) for a in Answer]
    place = {answer: n for n, answer in enumerate(order)}
    ranks = [given[c].map(place).to_numpy(dtype=int) for c in given.columns]
    rank = np.array(ranks, dtype=int).reshape(len(ranks), len(given)).T
    first = rank.min(axis=1, initial=len(order) - 1)
    none = order.index(Answer.NONE)
    names = np.array(given.columns, dtype=object)
    givers = [tuple(names[row == k]) if k != none else () for row, k in zip(rank, first, strict=True)]
    return pd.DataFrame(
        {
            "answer": pd.Series([order[k] for k in first], index=given.index, dtype="str"),
            "clusters": pd.Series(givers, index=given.index, dtype=object),
        }
    )


def seats(members: gpd.GeoDataFrame, codes: pd.Index, territories: Mapping[str, Area]) -> pd.DataFrame:
    """
    Count members in each unit, and those that may be there, as `count_by_unit` does, without their sectors.

    Parameters
    ----------
    members
        Members frame; `teryt` is as deep as the place is known ("" if unknown).
    codes
        TERYT codes of the units of one level.
    territories
        TERYT codes that each cluster declares, by identifier.

    Returns
    -------
    counts
        Index `codes`; `members` and `possible`.
    """
    digits = len(codes[0])
    known = members["teryt"].str.len() >= digits
    here = members.loc[known, "teryt"].str[:digits].value_counts().reindex(codes, fill_value=0)
    coarse = members[~known]
    possible = np.zeros(len(codes), dtype=int)
    # Points are left aside: what counts here is the unit.
    areas = possible_areas(coarse.set_geometry([None] * len(coarse), crs=members.crs), territories)
    for area, count in Counter(areas).items():
        possible += count * overlaps(codes, area)
    return pd.DataFrame({"members": here, "possible": possible}, index=codes)
