"""Read dates of joining and leaving, and say who belongs to a cluster at a date."""

from __future__ import annotations

import calendar
import re
from datetime import date
from enum import StrEnum

import numpy as np
import pandas as pd

_ISO = re.compile(r"(\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?", re.ASCII)
_POLISH = re.compile(r"(?:(\d{1,2})[-./])?(\d{1,2})[-./](\d{4})", re.ASCII)
# An Excel cell that holds a date comes with midnight.
_MIDNIGHT = re.compile(r"[ T]00:00(?::00)?(?:\.0+)?$")
FIRST_YEAR, LAST_YEAR = 1900, 2100


class Presence(StrEnum):
    """Whether an organisation belongs to a cluster at a date."""

    PRESENT = "present"
    UNKNOWN = "unknown"
    LATER = "later"
    LEFT = "left"


def read_date(given: str) -> str | None:
    """
    Return a date as ISO 8601, as exact as it came: a year, a month or a day.

    Parameters
    ----------
    given
        "2016", "2016-12", "2016-12-08", "12.2016", "8.12.2016" and the like; "" is no date.

    Returns
    -------
    iso
        "" for no date, None for what is no date.
    """
    text = _MIDNIGHT.sub("", given.strip().rstrip("r. ").strip())
    if not text:
        return ""
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := _POLISH.fullmatch(text):
        day, month, year = found.groups()
    else:
        return None
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return None
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return year + (f"-{int(month):02d}" if month else "") + (f"-{int(day):02d}" if day else "")


def first_day(iso: str) -> date:
    """Return the first day that a date of any exactness can mean."""
    year, month, day = ([int(p) for p in iso.split("-")] + [1, 1])[:3]
    return date(year, month, day)


def last_day(iso: str) -> date:
    """Return the last day that a date of any exactness can mean."""
    parts = [int(p) for p in iso.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])


def presence(joined: pd.Series, left: pd.Series, when: date) -> pd.Series:
    """
    Say who belongs at the end of a day.

    A date that is known to a month or a year only is not guessed: until it is over, it is unknown
    whether it has come.

    Parameters
    ----------
    joined, left
        ISO dates of any exactness, "" where not known, same index. An organisation of which no date of
        leaving is known has not left.
    when
        The day.

    Returns
    -------
    state
        Values of `Presence`.
    """
    return pd.Series(
        [str(_state(*dates, when)) for dates in zip(joined, left, strict=True)], index=joined.index, dtype="str"
    )


def _state(joined: str, left: str, when: date) -> Presence:
    if left and last_day(left) <= when:
        return Presence.LEFT
    if joined and first_day(joined) > when:
        return Presence.LATER
    if not joined or last_day(joined) > when or (left and first_day(left) <= when):
        return Presence.UNKNOWN
    return Presence.PRESENT


def has_left(left: pd.Series, when: date) -> pd.Series:
    """
    Say who has surely left by the end of a day.

    Parameters
    ----------
    left
        ISO dates of any exactness, "" where not known.
    when
        The day.

    Returns
    -------
    gone
        Booleans, same index.
    """
    gone = {iso: bool(iso) and last_day(iso) <= when for iso in set(left)}
    return pd.Series([gone[iso] for iso in left], index=left.index, dtype=bool)


def growth(joined: pd.Series, left: pd.Series, *, until: int | None = None) -> pd.DataFrame:
    """
    Count who joined and left by year.

    Parameters
    ----------
    joined, left
        As for `presence`.
    until
        Last year at least, if later than the last date.

    Returns
    -------
    years
        Index `year`, every year from the first date to the last; `joined`, `left` (in that year), `net`, and
        `members` (of known date of joining, at the end of the year). No rows without dates.
    """
    came, went = (pd.to_numeric(s.str[:4].where(s != "")).dropna().astype("int64") for s in (joined, left))
    if came.empty and went.empty:
        return pd.DataFrame(columns=["joined", "left", "net", "members"], dtype="int64")
    both = np.concatenate([came.to_numpy(), went.to_numpy()])
    years = pd.RangeIndex(both.min(), max(both.max(), until or 0) + 1, name="year")
    table = pd.DataFrame({"joined": came.value_counts(), "left": went.value_counts()}).reindex(years).fillna(0)
    table = table.astype("int64")
    table["net"] = table["joined"] - table["left"]
    # Those who left without a known date of joining were never counted in.
    known = pd.to_numeric(left[joined != ""].str[:4].where(left[joined != ""] != "")).dropna().astype("int64")
    gone = known.value_counts().reindex(years).fillna(0).astype("int64")
    table["members"] = (table["joined"] - gone).cumsum()
    return table


def months(first: date, last: date) -> tuple[str, ...]:
    """Return every month from one day to another, as "2016-12"."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple(
        f"{(first.month - 1 + n) // 12 + first.year}-{(first.month - 1 + n) % 12 + 1:02d}" for n in range(count)
    )
