"""Take in an official file: find out what it is, bring it to our rules, and keep it as a dataset."""

from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import geopandas as gpd
import pandas as pd

from geo.analysis.new_outlines import OutlineError, fitted
from geo.errors import OfficialFileError
from geo.io.boundaries import load_units
from geo.io.official import prg, teryt
from geo.io.official.bdl import read_bdl
from geo.io.official.datasets import Dataset, keep
from geo.io.official.found import Found, OfficialKind
from geo.model.names import one_line
from geo.model.units import Level
from geo.services.official.states import MOST_NAMED, on_units, read_units
from geo.settings import BOUNDARIES_DIR, METRIC_CRS

# Tables of the Bank and registers are read whole, so they are bounded; outlines are read in pieces.
MAX_TABLE_BYTES = 300_000_000
MAX_BYTES = 2_000_000_000
_CHUNK = 1 << 20
_LOOKED_AT = 4096
PUBLIC = "dane publiczne, ponowne wykorzystanie ze wskazaniem źródła"


Fitted = tuple[pd.DataFrame, tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Given:
    """
    What is said of a file beside its content.

    Attributes
    ----------
    state
        Day it is of, ISO 8601; "" where the file says it.
    year
        Which of several years of a table is wanted; 0 for the latest.
    kind
        What it is, where that is not to be told by its content; "" to tell.
    source, licence
        Where it came from and under what licence; "" for what the publisher states.
    crs
        What coordinates are in, where the file does not say so.
    land_only
        Whether water that the embedded outlines leave out is cut off new ones.
    """

    state: str = ""
    year: int = 0
    kind: str = ""
    source: str = ""
    licence: str = ""
    crs: str = ""
    land_only: bool = True


def take_in(
    path: Path, given: Given, *, name: str = "", progress: Callable[[float], object] = lambda _: None
) -> Dataset:
    """
    Take in a file.

    Parameters
    ----------
    path
        The file.
    given
        What is said of it.
    name
        Name of the file, where its path has another.
    progress
        Told how much is done, 0 to 1.

    Raises
    ------
    OfficialFileError
        If it is no official file that is known here, or has a fault; nothing is changed.
    """
    if not path.is_file():
        raise OfficialFileError("no_file", given=str(path))
    if path.stat().st_size > MAX_BYTES:
        raise OfficialFileError("size", mb=path.stat().st_size // 1_000_000, limit=MAX_BYTES // 1_000_000)
    checksum = _checksum(path)
    found = _read(path, given, lambda part: progress(0.5 * part))
    state = given.state or found.state
    if not state:
        raise OfficialFileError("no_state")
    try:
        state = str(dt.date.fromisoformat(state))
    except ValueError:
        raise OfficialFileError("state", given=state) from None
    frame, scope, unknown = _fitted(found, given, lambda part: progress(0.5 + 0.5 * part))
    title, publisher, credit, licence = _ABOUT[found.kind]
    made = Dataset(
        dataset_id=f"{found.kind}-{state}-{checksum[:8]}{'' if given.land_only else '-z-wodami'}",
        kind=str(found.kind),
        state=state,
        title=title,
        publisher=publisher,
        credit=credit,
        licence=one_line(given.licence) or licence,
        source=one_line(given.source),
        file=one_line(name or path.name),
        sha256=checksum,
        added=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        rows=len(frame),
        scope=scope,
        unknown=tuple(dict.fromkeys((*found.unknown, *unknown))),
        left_out=found.left_out,
        options={"water": "cut" if given.land_only else "keep"} if found.kind is OfficialKind.OUTLINES else {},
    )
    keep(made, frame)
    return made


def _checksum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()


def _read(path: Path, given: Given, progress: Callable[[float], object]) -> Found:
    """Read a file as what its content is."""
    wanted = _wanted(given.kind)
    try:
        if prg.sources_in(path) and prg.is_prg(path):
            return prg.read_prg(path, _known().geometry, crs=given.crs, progress=progress)
        with _opened(path) as stream:
            start = stream.read(_LOOKED_AT)
        heading = start.decode("utf-8-sig", errors="replace").partition("\n")[0].split(";")
        with _opened(path) as stream:
            if _is_xml(start):
                return teryt.read_xml(stream)
            if teryt.kind_of(heading):
                return teryt.read_csv(stream)
            content = stream.read(MAX_TABLE_BYTES + 1)
    except (zipfile.BadZipFile, EOFError, NotImplementedError):
        raise OfficialFileError("broken") from None
    if len(content) > MAX_TABLE_BYTES:
        raise OfficialFileError("size", mb=len(content) // 1_000_000, limit=MAX_TABLE_BYTES // 1_000_000)
    if prg.sources_in(path):
        # It has layers, and none of them is of gminy: the reader says which there are.
        return prg.read_prg(path, _known().geometry, crs=given.crs)
    return read_bdl(content, _known()["population"], year=given.year, wanted=wanted)


def _wanted(kind: str) -> OfficialKind | None:
    if not kind:
        return None
    if kind not in list(OfficialKind):
        raise OfficialFileError("kind", given=kind, known=", ".join(OfficialKind))
    return OfficialKind(kind)


def _known() -> gpd.GeoDataFrame:
    return load_units(Level.GMINA, folder=BOUNDARIES_DIR)


def _is_xml(start: bytes) -> bool:
    return start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, or the only table within a ZIP archive; a workbook, which is one too, is opened as it is."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(path) as archive:
        names = [n for n in archive.namelist() if not n.endswith("/")]
        if "[Content_Types].xml" in names:
            with path.open("rb") as file:
                yield file
            return
        tables = [n for n in names if n.lower().endswith((".csv", ".xml", ".txt"))]
        if len(tables) != 1:
            raise OfficialFileError("archive", found=", ".join(names[:MOST_NAMED]) or "–")
        if archive.getinfo(tables[0]).file_size > MAX_BYTES:
            raise OfficialFileError("size", mb=archive.getinfo(tables[0]).file_size // 1_000_000, limit=2000)
        with archive.open(tables[0]) as file:
            yield file


def _fitted(found: Found, given: Given, progress: Callable[[float], object]) -> Fitted:
    """Bring what was read to our rules; return it with the voivodeships that it is of, and codes without a place."""
    frame = found.frame
    digits = Level.VOIVODESHIP.digits
    if found.kind is OfficialKind.OUTLINES:
        return _outlines(found, given, progress)
    codes = frame.index if frame.index.name == "teryt" else pd.Index(frame["teryt"])
    scope = tuple(sorted({c[:digits] for c in codes if len(c) >= digits}))
    unknown: tuple[str, ...] = ()
    if found.kind in (OfficialKind.PEOPLE, OfficialKind.AGES):
        # Whether every gmina has a number is known now, not when somebody wants to use it.
        _, unknown = on_units(frame, _known()["population"])
    progress(1.0)
    return frame, scope, unknown


def _outlines(found: Found, given: Given, progress: Callable[[float], object]) -> Fitted:
    known = read_units(Level.GMINA)
    new = gpd.GeoDataFrame(found.frame)
    strange = sorted(set(new.index.str[: Level.VOIVODESHIP.digits]) - set(known.index.str[: Level.VOIVODESHIP.digits]))
    if strange:
        raise OfficialFileError("strange", some=", ".join(strange[:MOST_NAMED]))
    try:
        made = fitted(new.geometry, known.geometry, land_only=given.land_only, progress=progress)
    except OutlineError as error:
        names = ", ".join(_called(c, new, known) for c in error.units[:MOST_NAMED])
        if error.problem == "overlap":
            raise OfficialFileError("outlines_overlap", n=len(error.units), some=names) from None
        raise OfficialFileError("outlines_missing", n=len(error.units), some=names) from None
    codes = made.shapes.index
    frame = gpd.GeoDataFrame(
        {
            "name": new["name"].reindex(codes).fillna(""),
            "terc": new["terc"].reindex(codes).fillna(""),
            "kind": new["terc"].str[6:7].map(teryt.GMINA_KINDS).reindex(codes).fillna(""),
            "water_km2": made.water_km2.reindex(codes).combine_first(known["lagoon_km2"]).fillna(0.0),
            "new": codes.isin(new.index),
        },
        geometry=made.shapes.to_numpy(),
        index=codes,
        crs=METRIC_CRS,
    )
    return frame, tuple(sorted(set(new.index.str[: Level.VOIVODESHIP.digits]))), ()


def _called(code: str, *frames: pd.DataFrame) -> str:
    name = next((str(f.loc[code, "name"]) for f in frames if code in f.index and f.loc[code, "name"]), "")
    return f"{name} ({code})" if name else code


# Name, publisher, short name and licence of what a kind comes from.
_ABOUT = {
    OfficialKind.OUTLINES: (
        "Państwowy Rejestr Granic (PRG)",
        "Główny Urząd Geodezji i Kartografii",
        "PRG (GUGiK)",
        "jak podaje wydawca, ze wskazaniem źródła",
    ),
    OfficialKind.NAMES: ("TERYT, TERC", "Główny Urząd Statystyczny", "TERC (GUS)", PUBLIC),
    OfficialKind.PLACES: ("TERYT, SIMC", "Główny Urząd Statystyczny", "SIMC (GUS)", PUBLIC),
    OfficialKind.STREETS: ("TERYT, ULIC", "Główny Urząd Statystyczny", "ULIC (GUS)", PUBLIC),
    OfficialKind.PEOPLE: ("Ludność według gmin (BDL)", "Główny Urząd Statystyczny", "GUS", PUBLIC),
    OfficialKind.AGES: ("Ludność według wieku (BDL)", "Główny Urząd Statystyczny", "GUS", PUBLIC),
    OfficialKind.TABLE: ("Tabela Banku Danych Lokalnych", "Główny Urząd Statystyczny", "GUS", PUBLIC),
}
