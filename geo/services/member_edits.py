"""Change one member of a kept cluster: add, correct, move, let it leave, take it off the list, and undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Point

from geo.analysis.timeline import first_day, last_day, read_date
from geo.errors import ConflictError, KlastryError, StoreError
from geo.io.boundaries import load_units
from geo.model.cluster import Precision
from geo.model.intake import PERSON_NAME, Decision, RawTable, RowState
from geo.model.members import Field
from geo.model.units import Level
from geo.render.text import LANGUAGES, Text
from geo.services.access import Access
from geo.services.editing import KeptCluster, adopted, keep
from geo.services.ground import gmina_index
from geo.services.intake.identity import appended
from geo.services.intake.review import Prepared, Review, decide, describe, prepare
from geo.services.library import store_for_writing
from geo.services.versions import merge_changes
from geo.settings import METRIC_CRS

# What a form asks for, in the order in which it does.
WORDS = (Field.NAME, Field.KIND, Field.ROLE, Field.NIP, Field.REGON, Field.KRS)
PLACE = (Field.LOCALITY, Field.GMINA, Field.POWIAT, Field.STREET, Field.HOUSE, Field.POSTAL_CODE)
DATES = (Field.JOINED, Field.LEFT_ON)
ORIGIN = (Field.SOURCE, Field.SOURCE_DATE)
REACHED = (Field.PHONE, Field.EMAIL, Field.WEBSITE, Field.REMARKS)
CHOICES = (Field.SECTOR, Field.STATUS)
FIELDS = (*WORDS, *CHOICES, *PLACE, *DATES, *ORIGIN, *REACHED)
# What the names of a place decide; street, house and code are kept beside it.
_OF_PLACE = (Field.LOCALITY, Field.GMINA, Field.POWIAT)
_SPOT = ("precision", "teryt", "locality", "given", "doubt")
_ROW = 1
_POLISH = Text(LANGUAGES[0])


@dataclass(frozen=True)
class Filled:
    """
    A form about one member, checked as a row of a list is.

    Attributes
    ----------
    prepared
        The row with what may be meant, for further answers about its place.
    review
        Where it stands after the decisions so far.
    """

    prepared: Prepared
    review: Review

    @property
    def ready(self) -> bool:
        """Whether nothing is asked any more and nothing is wrong."""
        return self.review.count(RowState.ACCEPTED) == 1

    def problems(self, text: Text) -> list[str]:
        """Return what is wrong with it, in words."""
        return [describe(p, text) for p in self.review.reasons.get(_ROW, ())]

    def remarks(self, text: Text) -> list[str]:
        """Return what was mended or left out, in words."""
        return [describe(p, text) for p in self.review.notes]


@dataclass(frozen=True)
class Done:
    """
    A change that was kept.

    Attributes
    ----------
    before, after
        Versions of the cluster.
    merged
        Whether somebody else had changed something else in the meantime; both changes are kept.
    """

    before: int
    after: int
    merged: bool


def blank_form() -> dict[Field, str]:
    """Return the values of a form for a new member."""
    return dict.fromkeys(FIELDS, "") | {Field.STATUS: "member"}


def form_of(held: KeptCluster, member_id: str) -> dict[Field, str]:
    """
    Return what is known of a member as a form holds it.

    Raises
    ------
    StoreError
        If there is no such member.
    """
    row = _row(held, member_id)
    code = str(row["teryt"])
    place = {
        Field.GMINA: load_units(Level.GMINA)["name"].get(code, ""),
        Field.POWIAT: load_units(Level.POWIAT)["name"].get(code[: Level.POWIAT.digits], ""),
    }
    return {f: str(place[f] if f in place else row.get(str(f)) or "") for f in FIELDS}


def check_form(
    values: Mapping[Field, str],
    held: KeptCluster,
    member_id: str = "",
    decisions: Sequence[Decision] = (),
    prepared: Prepared | None = None,
) -> Filled:
    """
    Check a form by the rules of lists: numbers, dates, sector, place, and whether the organisation is there already.

    Parameters
    ----------
    values
        What was filled in.
    held
        The cluster.
    member_id
        The member that is corrected, "" for a new one.
    decisions
        Answers so far.
    prepared
        The same form as it was read before, so that answers found since then still count; None to read it.
    """
    ready = prepared or read_form(values, held, member_id)
    others = held.members[held.members["member_id"] != member_id]
    return Filled(ready, decide(ready, decisions, others))


def read_form(values: Mapping[Field, str], held: KeptCluster, member_id: str = "") -> Prepared:
    """Read a form as a list of one row; the place of a member stays what it is where nothing of it was changed."""
    told = {f: " ".join(str(v).split()) for f, v in values.items()}
    for field in CHOICES:
        told[field] = _POLISH(f"{field}.{told[field]}") if told[field] else ""
    same_place = member_id and not place_changed(values, held, member_id)
    asked = [f for f in FIELDS if not (same_place and f in _OF_PLACE)]
    mapping = {f: i for i, f in enumerate(asked)}
    headings = tuple(_POLISH(f"field.{f}") for f in asked)
    raw = RawTable(headings, (tuple(told[f] for f in asked),), (_ROW,))
    return prepare(raw, mapping)


def place_changed(values: Mapping[Field, str], held: KeptCluster, member_id: str) -> bool:
    """Say whether a form names another place than the member has."""
    known = form_of(held, member_id)
    return any(values[f].strip() != known[f] for f in _OF_PLACE)


def added(held: KeptCluster, filled: Filled) -> gpd.GeoDataFrame:
    """Return the list with the member of a form, who gets an identifier when it is kept."""
    return appended(held.members, filled.review.members.drop(columns="row"))


def corrected(held: KeptCluster, member_id: str, filled: Filled, values: Mapping[Field, str]) -> gpd.GeoDataFrame:
    """
    Return the list with a member as a form has it.

    Raises
    ------
    StoreError
        If there is no such member.
    """
    old, new = _row(held, member_id), filled.review.members.iloc[0]
    fields: dict[str, object] = {str(f): str(new[str(f)]) for f in FIELDS if str(f) in new.index and f not in _OF_PLACE}
    fields["person"] = bool(new["person"])
    spot: dict[str, object] = {}
    if place_changed(values, held, member_id):
        spot = {c: str(new.get(c) or "") for c in _SPOT}
        point = new["geometry"]
    else:
        point = old["geometry"]
    return _with(held, member_id, fields | spot, point)


def moved(held: KeptCluster, member_id: str, x: float, y: float) -> gpd.GeoDataFrame:
    """
    Return the list with a member at a point.

    Parameters
    ----------
    held
        The cluster.
    member_id
        The member.
    x, y
        EPSG:2180, metres.

    Raises
    ------
    KlastryError
        If the point is not in Poland, or the member is a natural person: of these only the gmina is kept.
    StoreError
        If there is no such member.
    """
    row = _row(held, member_id)
    if bool(row["person"]) or row["name"] == PERSON_NAME:
        raise KlastryError("edit.person_point")
    found = int(gmina_index().locate(np.array([x]), np.array([y]))[0])
    if found < 0:
        raise KlastryError("edit.outside")
    code = str(gmina_index().codes[found])
    # The name of the place stays where the point is in the same gmina.
    locality = str(row["locality"]) if code == row["teryt"] else ""
    spot = {"precision": str(Precision.POINT), "teryt": code, "locality": locality, "given": code, "doubt": ""}
    return _with(held, member_id, spot, Point(round(x, 1), round(y, 1)))


def departed(held: KeptCluster, member_id: str, on: str) -> gpd.GeoDataFrame:
    """
    Return the list with a member that has left; "" lets it belong again.

    Raises
    ------
    KlastryError
        If the date cannot be read, or it is before the member joined.
    StoreError
        If there is no such member.
    """
    row, when = _row(held, member_id), read_date(on)
    if when is None:
        raise KlastryError("edit.date", given=on)
    joined = str(row.get("joined") or "")
    if when and joined and last_day(when) < first_day(joined):
        raise KlastryError("edit.left_before", left=when, joined=joined)
    return _with(held, member_id, {"left_on": when}, row["geometry"])


def removed(held: KeptCluster, member_id: str) -> gpd.GeoDataFrame:
    """
    Return the list without a member that should not have been on it; earlier versions still hold it.

    Raises
    ------
    StoreError
        If there is no such member.
    """
    _row(held, member_id)
    return held.members[held.members["member_id"] != member_id].reset_index(drop=True)


def save(access: Access, held: KeptCluster, members: gpd.GeoDataFrame, *, action: str, name: str = "") -> Done:
    """
    Keep a changed list at once; where somebody else has changed something else in the meantime, both changes.

    Parameters
    ----------
    access
        Who asks.
    held
        The cluster as the editor saw it.
    members
        The list after the change.
    action
        `add`, `correct`, `move`, `leave` or `remove`.
    name
        Whom the change is about.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    ConflictError
        If somebody else has changed the same.
    StoreError
        If the store cannot be written.
    """
    based_on = adopted(access, held)
    try:
        number = keep(access, held.cluster, based_on, members, action=action, file_name=name)
    except ConflictError as error:
        merged = merge_changes(held.cluster, members, based_on)
        if merged is None:
            raise
        number = keep(access, merged[0], error.current, merged[1], action=action, file_name=name)
        return Done(error.current, number, merged=True)
    return Done(based_on, number, merged=False)


def undo(access: Access, cluster_id: str, done: Done) -> int:
    """
    Take the last change back, as a version of its own.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    ConflictError
        If the cluster was changed since.
    StoreError
        If the store cannot be written.
    """
    access.require()
    return store_for_writing().restore_version(cluster_id, done.before, done.after, access.author, action="undo")


def confirm(access: Access, held: KeptCluster) -> Done:
    """
    Say that the list is right as it stands, as a version of its own.

    Raises
    ------
    NotAllowedError
        If the visitor may not write.
    ConflictError
        If somebody else has changed the cluster since.
    StoreError
        If the store cannot be written.
    """
    based_on = adopted(access, held)
    return Done(based_on, keep(access, held.cluster, based_on, None, action="confirm"), merged=False)


def _row(held: KeptCluster, member_id: str) -> pd.Series:
    rows = held.members[held.members["member_id"] == member_id]
    if rows.empty:
        raise StoreError("no_member", member_id)
    return rows.iloc[0]


def _with(held: KeptCluster, member_id: str, fields: Mapping[str, object], point: Point | None) -> gpd.GeoDataFrame:
    """Return the list with some fields of a member changed, and its point."""
    members = held.members.copy()
    mine = members["member_id"] == member_id
    for column, value in fields.items():
        if column not in members:
            members[column] = ""
        members.loc[mine, column] = value
    geometry = [point if own else there for own, there in zip(mine, members.geometry, strict=True)]
    return gpd.GeoDataFrame(members.drop(columns="geometry"), geometry=geometry, crs=METRIC_CRS)
