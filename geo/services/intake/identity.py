"""Tell which rows of a list are members that a cluster has already, so that each keeps its identifier for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd
from rapidfuzz import fuzz, process

from geo.io.store import NEW
from geo.model.cluster import Precision
from geo.model.members import KEPT, Field
from geo.model.names import alike, fold, letters
from geo.services.versions import by_id

# Names this alike in one gmina may be one organisation; whoever keeps the list is told, and may say no.
ALIKE = 88.0
# Of these only the list itself knows when they changed.
_NOT_A_CHANGE = ("source", "source_date")
_PLACE = ("teryt", "locality", "precision", "given", "doubt")
_OF_ADDRESS = (Field.STREET, Field.HOUSE, Field.POSTAL_CODE)
_FINER = {str(p): i for i, p in enumerate(Precision)}
Key = tuple[str, ...] | None


@dataclass(frozen=True)
class Matched:
    """
    A list beside the members that a cluster has.

    Attributes
    ----------
    members
        The rows of the list: those that the cluster has carry its identifiers, others one that begins with "+" until
        they are kept. What the list does not tell of a member stays as it was.
    added, gone, changed, same
        How many members are new, are no longer there, are there with another content, and are as they were.
    likely
        Identifier, name as it was and as it is, of members told by likeness alone.
    """

    members: gpd.GeoDataFrame
    added: int
    gone: int
    changed: int
    same: int
    likely: tuple[tuple[str, str, str], ...] = ()


def match(
    existing: gpd.GeoDataFrame,
    new: gpd.GeoDataFrame,
    told: Collection[Field],
    apart: Collection[str] = (),
) -> Matched:
    """
    Match a list with the members that a cluster has.

    Members are told by an identifier of ours whose name or number agrees; by KRS, REGON or NIP; by name and gmina; and
    last by likeness: the same name elsewhere, or nearly the same name in the same gmina.

    Parameters
    ----------
    existing
        Members with details, as they are kept.
    new
        Accepted rows of the list, with details.
    told
        Fields that the list has a column for.
    apart
        Identifiers of members that the user says are others than those they look like.
    """
    pairs = _Pairs(existing.reset_index(drop=True), new.reset_index(drop=True))
    _by_identifier(pairs, told)
    _by_number(pairs)
    _by_name_and_place(pairs)
    _by_likeness(pairs)
    ids = existing["member_id"].astype(str).tolist()
    likely = tuple((ids[o], pairs.names[0][o], pairs.names[1][n]) for n, o in sorted(pairs.likely.items()))
    for position, old in pairs.likely.items():
        if ids[old] in apart:
            del pairs.found[position]
    members = _joined(pairs, ids, told)
    before = by_id(existing)
    after = by_id(members[members["member_id"].isin(list(before))])
    changed = sum(_content(before[i]) != _content(row) for i, row in after.items())
    count = len(pairs.found)
    return Matched(members, len(members) - count, len(existing) - count, changed, count - changed, likely)


def appended(existing: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a list with another added, whose members get identifiers of their own when they are kept."""
    rows = new.assign(member_id=[f"{NEW}{n}" for n in range(1, len(new) + 1)])
    if len(existing) == 0:
        return rows
    return gpd.GeoDataFrame(pd.concat([existing, rows], ignore_index=True), geometry="geometry", crs=existing.crs)


def told_by(existing: pd.DataFrame, table: pd.DataFrame) -> dict[int, int]:
    """
    Tell which rows of a list are members, before their places are known: by KRS, REGON, NIP, or a name held once.

    Parameters
    ----------
    existing
        Members with details.
    table
        Rows of a list, index `row`.

    Returns
    -------
    positions
        Position among the members, by row.
    """
    rows = table.index.tolist()
    pairs = _Pairs(existing.reset_index(drop=True), table.reset_index(drop=True))
    _by_number(pairs)
    pairs.unite(*([(n,) if n else None for n in side] for side in pairs.bare))
    return {int(rows[n]): o for n, o in pairs.found.items()}


@dataclass
class _Pairs:
    """Members and rows of a list, by position, while pairs are found among those that are left."""

    existing: pd.DataFrame
    new: pd.DataFrame
    found: dict[int, int] = field(default_factory=dict)
    likely: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sides = (self.existing, self.new)
        self.names = [side["name"].astype(str).tolist() for side in sides]
        self.persons = [side["person"].astype(bool).tolist() for side in sides]
        self.places = [side["teryt"].astype(str).tolist() for side in sides]
        self.bare = [
            ["" if p else letters(n) for n, p in zip(*both, strict=True)]
            for both in zip(self.names, self.persons, strict=True)
        ]
        self.taken: set[int] = set()

    def column(self, side: int, name: str) -> list[str]:
        """Return a column of one side as text, empty where it is missing."""
        frame = (self.existing, self.new)[side]
        return frame[name].fillna("").astype(str).tolist() if name in frame else [""] * len(frame)

    def add(self, position: int, old: int, *, likely: bool = False) -> None:
        """Record that a row is a member."""
        self.found[position] = old
        self.taken.add(old)
        if likely:
            self.likely[position] = old

    def left(self, keys: Iterable[Key], side: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Return position and key of what has a key and is not matched yet."""
        done: Collection[int] = self.found if side else self.taken
        return ((i, k) for i, k in enumerate(keys) if k is not None and i not in done)

    def unite(self, old_keys: Iterable[Key], new_keys: Iterable[Key], *, once: bool = True) -> None:
        """Pair what has one key on both sides: only if it is there once, or in the order it stands."""
        there, here = _by_key(self.left(old_keys, 0)), _by_key(self.left(new_keys, 1))
        for key, rows in here.items():
            others = there.get(key, [])
            if once and (len(rows) != 1 or len(others) != 1):
                continue
            for position, old in zip(rows, others, strict=False):
                self.add(position, old)


def _by_key(pairs: Iterable[tuple[int, tuple[str, ...]]]) -> dict[tuple[str, ...], list[int]]:
    found: dict[tuple[str, ...], list[int]] = {}
    for position, key in pairs:
        found.setdefault(key, []).append(position)
    return found


def _by_identifier(pairs: _Pairs, told: Collection[Field]) -> None:
    """Pair by an identifier that came with the list, where name or number say that it is the same organisation."""
    if Field.MEMBER_ID not in told:
        return
    there = {i: o for o, i in enumerate(pairs.column(0, "member_id"))}
    numbers = [[pairs.column(side, c) for c in ("regon", "krs")] for side in (0, 1)]
    for position, identifier in enumerate(pairs.column(1, "member_id")):
        old = there.get(identifier)
        if old is None or old in pairs.taken:
            continue
        numbered = any(a[old] and a[old] == b[position] for a, b in zip(*numbers, strict=True))
        both_persons = pairs.persons[0][old] and pairs.persons[1][position]
        if numbered or both_persons or alike(pairs.names[0][old], pairs.names[1][position], ALIKE):
            pairs.add(position, old)


def _by_number(pairs: _Pairs) -> None:
    for number in ("krs", "regon", "nip"):
        keys = [pairs.column(side, number) for side in (0, 1)]
        # Units of one gmina share its number: then the name tells them apart.
        sides = zip(keys, pairs.bare, strict=True)
        named = [[(k, n) if k and n else None for k, n in zip(*side, strict=True)] for side in sides]
        pairs.unite(*named)
        alone = [Counter(side) for side in keys]
        once = [[(k,) if k and alone[i][k] == 1 else None for k in side] for i, side in enumerate(keys)]
        pairs.unite(*once)


def _by_name_and_place(pairs: _Pairs) -> None:
    """Pair by name and gmina in the order they stand; of natural persons only the gmina is kept."""
    keys = [
        [
            ("person", place) if person else (name, place) if name else None
            for name, place, person in zip(*s, strict=True)
        ]
        for s in zip(pairs.bare, pairs.places, pairs.persons, strict=True)
    ]
    pairs.unite(keys[0], keys[1], once=False)


def _by_likeness(pairs: _Pairs) -> None:
    """Pair what is held once by name, and then what nearly has the same name in one gmina."""
    once = [[(n,) if n else None for n in side] for side in pairs.bare]
    there, here = (_by_key(pairs.left(once[side], side)) for side in (0, 1))
    for key, rows in here.items():
        others = there.get(key, [])
        if len(rows) == len(others) == 1:
            old, new = pairs.places[0][others[0]], pairs.places[1][rows[0]]
            # A place that is known better than before is no other place.
            pairs.add(rows[0], others[0], likely=not (old.startswith(new) or new.startswith(old)))
    places = [
        [(p,) if n and p else None for n, p in zip(*s, strict=True)] for s in zip(pairs.bare, pairs.places, strict=True)
    ]
    there, here = (_by_key(pairs.left(places[side], side)) for side in (0, 1))
    for key, rows in here.items():
        _nearly(pairs, rows, there.get(key, []))


def _nearly(pairs: _Pairs, rows: list[int], others: list[int]) -> None:
    """Pair each row with the member whose name is most like its own, if neither is more like another."""
    if not others:
        return
    scores = process.cdist(
        [pairs.bare[1][i] for i in rows], [pairs.bare[0][i] for i in others], scorer=fuzz.ratio, dtype=float
    )
    for i, position in enumerate(rows):
        j = int(scores[i].argmax())
        best = int(scores[:, j].argmax()) == i
        if best and alike(pairs.names[1][position], pairs.names[0][others[j]], ALIKE):
            pairs.add(position, others[j], likely=True)


def _joined(pairs: _Pairs, ids: list[str], told: Collection[Field]) -> gpd.GeoDataFrame:
    """Return the rows of the list with the identifiers of members, and what only the cluster knows of them."""
    frame = gpd.GeoDataFrame(pairs.new.copy(), geometry="geometry", crs=pairs.new.geometry.crs)
    fresh = iter(range(1, len(frame) + 1))
    frame["member_id"] = [ids[pairs.found[n]] if n in pairs.found else f"{NEW}{next(fresh)}" for n in range(len(frame))]
    rows, olds = list(pairs.found), list(pairs.found.values())
    for name in _untold(told):
        if name in frame and name in pairs.existing:
            mine, theirs = frame[name].tolist(), pairs.existing[name].fillna("").tolist()
            for position, old in pairs.found.items():
                mine[position] = mine[position] or theirs[old]
            frame[name] = mine
    stays = [(n, o) for n, o in zip(rows, olds, strict=True) if _place_stays(pairs, n, o)]
    points = frame.geometry.tolist()
    old_points = pairs.existing.geometry.tolist()
    for name in _PLACE:
        values, theirs = pairs.column(1, name), pairs.column(0, name)
        for position, old in stays:
            values[position] = theirs[old]
        frame[name] = values
    for position, old in stays:
        points[position] = old_points[old]
    return frame.set_geometry(gpd.GeoSeries(points, crs=pairs.new.geometry.crs, index=frame.index))


def _untold(told: Collection[Field]) -> list[str]:
    """Return the columns of which a list says nothing: an empty cell there takes nothing away."""
    address = Field.ADDRESS in told
    return [
        f.name
        for f in KEPT
        if f.field not in told
        and f.name not in ("member_id", "name", *_PLACE)
        and not (address and f.field in _OF_ADDRESS)
    ]


def _place_stays(pairs: _Pairs, position: int, old: int) -> bool:
    """Say whether a list tells no more of a member's place than the cluster knows."""
    was, now = _place(pairs.existing, old), _place(pairs.new, position)
    if now["precision"] == Precision.UNKNOWN:
        return True
    if now["precision"] in (Precision.ABROAD, Precision.POINT):
        return False
    same = was["teryt"].startswith(now["teryt"]) and fold(now["locality"]) in ("", fold(was["locality"]))
    return same and _FINER[was["precision"]] <= _FINER[now["precision"]]


def _place(frame: pd.DataFrame, position: int) -> Mapping[str, str]:
    return {c: str(frame[c].iloc[position]) for c in ("teryt", "locality", "precision")}


def _content(row: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in row.items() if k not in _NOT_A_CHANGE}
