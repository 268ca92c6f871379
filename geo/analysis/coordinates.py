"""Find out what a pair of numbers means: degrees or metres, which system, which of the two is north."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from geo.analysis.assign import CoverageIndex
from geo.settings import DISPLAY_CRS, METRIC_CRS

# PL-2000 (EPSG:2176 to 2179): central meridian by the leading digit of the easting, in degrees.
ZONES = {5: (2176, 15.0), 6: (2177, 18.0), 7: (2178, 21.0), 8: (2179, 24.0)}
# A zone is 3 degrees wide; maps may run a little over.
ZONE_HALF_DEG = 1.8
NORTH_FIRST, EAST_FIRST = "north_first", "east_first"
# Fewer decimals of a degree than this name an area, not a point (0.001 degrees is about 100 m).
MIN_DECIMALS = 3
_DMS = re.compile(
    r"^\s*([NSEW])?\s*(\d{1,3})\s*[°º]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*['’′])?\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:\"|”|″|''))?\s*([NSEWnsew])?\s*$"
)
_NUMBER = re.compile(r"^[+-]?\d+(?:[.,]\d+)?$")


@dataclass(frozen=True)
class Reading:
    """
    One way to read pairs of numbers.

    Attributes
    ----------
    epsg
        System: 4326, 2180 or 2176 to 2179.
    order
        Whether the first number is the northing (or latitude) or the easting.
    """

    epsg: int
    order: str


READINGS = tuple(
    Reading(epsg, order)
    for epsg in (DISPLAY_CRS, METRIC_CRS, *(z[0] for z in ZONES.values()))
    for order in (NORTH_FIRST, EAST_FIRST)
)


@dataclass(frozen=True)
class Readings:
    """
    All ways to read the pairs of a file.

    Attributes
    ----------
    points
        Easting and northing in EPSG:2180, metres, shape (readings, n, 2).
    units
        Position of the gmina each point lies in, -1 where a reading is not possible, shape (readings, n).
    """

    points: NDArray[np.float64]
    units: NDArray[np.int32]

    def possible(self, row: int | np.integer) -> list[int]:
        """Return the positions in `READINGS` that put a row into the country."""
        return [int(k) for k in np.flatnonzero(self.units[:, row] >= 0)]


_SIDE = re.compile(r"(?P<before>[NSEW])?\s*(?P<number>[^NSEW]+?)\s*(?P<behind>[NSEW])?", re.IGNORECASE)
_NAMED = re.compile(
    r"(?P<first>lat\w*|szer\w*|lon\w*|lng|dł\w*)\W*?[:=\s]\s*(?P<one>-?\d[^a-złśćżźąęó]*?)\s*"
    r"(?:lat\w*|szer\w*|lon\w*|lng|dł\w*)\W*?[:=\s]\s*(?P<two>-?\d.*)",
    re.IGNORECASE,
)
_WKT = re.compile(r"(?:SRID=\d+;)?\s*POINT\s*Z?\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)[^)]*\)", re.IGNORECASE)


def _signs(text: str) -> str:
    """Return degrees, minutes and seconds with the usual signs, whichever look-alikes were typed."""
    plain = re.sub(r"[º˚]", "°", text.strip())
    plain = re.sub(r"''|´´|′′", '"', plain)
    plain = re.sub(r"[´`’′]", "'", plain).replace("″", '"').replace("”", '"')
    # "50 19 50 N": three numbers without signs.
    bare = re.fullmatch(r"([NSEW]?)\s*(\d{1,3})\s+(\d{1,2})\s+(\d{1,2}(?:[.,]\d+)?)\s*([NSEW]?)", plain, re.IGNORECASE)
    if bare:
        return f"{bare[1]}{bare[2]}°{bare[3]}'{bare[4]}\"{bare[5]}"
    # "54 21,12 N": degrees, and minutes with decimals.
    short = re.fullmatch(r"([NSEW]?)\s*(\d{1,3})\s+(\d{1,2}[.,]\d+)\s*([NSEW]?)", plain, re.IGNORECASE)
    if short and (short[1] or short[4]):
        return f"{short[1]}{short[2]}°{short[3]}'{short[4]}"
    return plain


def split_pair(text: str) -> tuple[str, str] | None:
    """
    Split two coordinates in one cell into latitude and longitude as text, or return None.

    Parameters
    ----------
    text
        "50.33, 19.55", "50,33; 19,55", "N 50.33 E 19.55", WKT ("POINT (19.55 50.33)": longitude first), or degrees,
        minutes and seconds.
    """
    plain = text.strip()
    if wkt := _WKT.fullmatch(plain):
        return wkt[2], wkt[1]
    plain = plain.strip(" ()[]")
    named = _NAMED.fullmatch(plain)
    if named:
        pair = named["one"].strip(" ,;"), named["two"].strip(" ,;")
        return pair if named["first"].lower().startswith(("la", "sz")) else pair[::-1]
    letters = re.findall(r"[NSEW]", plain, re.IGNORECASE)
    if len(letters) == 2:
        # The letters stand before both numbers or behind both.
        first = re.match(r"[NSEW]", plain, re.IGNORECASE)
        cut = [m.start() for m in re.finditer(r"[NSEW]", plain, re.IGNORECASE)][1 if first else 0]
        cut = cut if first else cut + 1
        one, two = plain[:cut].strip(" ,;"), plain[cut:].strip(" ,;")
        return (one, two) if letters[0].upper() in "NS" else (two, one)
    for separator in (";", " ", ","):
        parts = [p.strip(" ,") for p in plain.split(separator) if p.strip(" ,")]
        if len(parts) == 2 and all(math.isfinite(read_number(p)) for p in parts):
            return parts[0], parts[1]
    return None


def read_number(text: str) -> float:
    """Return a number written with comma or point, spaces between thousands, or degrees, minutes and seconds; NaN."""
    side = _SIDE.fullmatch(text.strip())
    if side and _NUMBER.match(number := side["number"].strip().removesuffix("°")):
        sign = -1.0 if (side["before"] or side["behind"] or "").upper() in ("S", "W") else 1.0
        return sign * float(number.replace(",", "."))
    plain = re.sub(r"(?<=\d)[\s ](?=\d{3}(?:\D|$))", "", text.strip()).removesuffix("°")
    if _NUMBER.match(plain):
        return float(plain.replace(",", "."))
    found = _DMS.match(_signs(text))
    if found is None:
        return float("nan")
    degrees, minutes, seconds = (float((g or "0").replace(",", ".")) for g in found.group(2, 3, 4))
    sign = -1.0 if (found.group(1) or found.group(5) or "").upper() in ("S", "W") else 1.0
    return sign * (degrees + minutes / 60.0 + seconds / 3600.0)


def decimals(text: str) -> int:
    """Return the number of decimals a number is written with; many for degrees with minutes."""
    _, _, after = text.strip().removesuffix("°").replace(",", ".").partition(".")
    return 9 if _DMS.match(_signs(text)) else len(after)


def read_pairs(first: NDArray[np.float64], second: NDArray[np.float64], index: CoverageIndex) -> Readings:
    """
    Read pairs of numbers in every way that puts them into the country.

    Parameters
    ----------
    first, second
        The two columns, shape (n,); NaN where there is no number.
    index
        Index of the gminy.
    """
    points = np.full((len(READINGS), len(first), 2), np.nan)
    for k, reading in enumerate(READINGS):
        north, east = (first, second) if reading.order == NORTH_FIRST else (second, first)
        fits = _fits(reading.epsg, north, east)
        if not fits.any():
            continue
        if reading.epsg == METRIC_CRS:
            points[k, fits] = np.column_stack([east[fits], north[fits]])
        else:
            change = Transformer.from_crs(reading.epsg, METRIC_CRS, always_xy=True)
            points[k, fits] = np.column_stack(change.transform(east[fits], north[fits]))
    units = np.array([index.locate(p[:, 0], p[:, 1]) for p in points], dtype=np.int32)
    return Readings(points, units)


def _fits(epsg: int, north: NDArray[np.float64], east: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which pairs have the size of numbers of a system."""
    if epsg == DISPLAY_CRS:
        return (north > 48) & (north < 56) & (east > 13) & (east < 25)
    if epsg == METRIC_CRS:
        return (north > 100_000) & (north < 800_000) & (east > 150_000) & (east < 900_000)
    zone = epsg - 2171
    inside = (north > 5_300_000) & (north < 6_200_000) & (np.floor(east / 1_000_000) == zone)
    if inside.any():
        change = Transformer.from_crs(epsg, DISPLAY_CRS, always_xy=True)
        longitude = np.full(len(east), np.inf)
        longitude[inside] = change.transform(east[inside], north[inside])[0]
        inside &= np.abs(longitude - ZONES[zone][1]) <= ZONE_HALF_DEG
    return np.asarray(inside, dtype=bool)


def usual_order(agreeing: NDArray[np.bool_]) -> str | None:
    """
    Return the order of a file's metric columns, by the rows that can be checked; None where none can.

    Most swapped pairs of EPSG:2180 still lie in Poland, so being there proves nothing; lying in the
    gmina, powiat or voivodeship that the row names does.

    Parameters
    ----------
    agreeing
        Whether a reading lies where its row says, shape (readings, n).
    """
    metric = np.array([r.epsg != DISPLAY_CRS for r in READINGS])
    north = np.array([r.order == NORTH_FIRST for r in READINGS])
    first, second = agreeing[metric & north].any(axis=0), agreeing[metric & ~north].any(axis=0)
    votes = int((first & ~second).sum()), int((second & ~first).sum())
    if votes[0] == votes[1]:
        return None
    return NORTH_FIRST if votes[0] > votes[1] else EAST_FIRST
