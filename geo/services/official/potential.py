"""Take in registers of potential members, once for all clusters, and say who of them is in or near a powiat."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import OfficialFileError
from geo.io.boundaries import load_units
from geo.io.official.registers import Register, all_registers, keep_register
from geo.io.uploads.delimited import decode
from geo.io.uploads.reader import read_upload
from geo.model.cluster import Sector, Status
from geo.model.intake import PERSON_NAME, RowState
from geo.model.names import one_line
from geo.model.units import Level
from geo.render.table import Column, Table
from geo.services.cache import Cache
from geo.services.intake.review import decide, members_frame, prepare, suggest_mapping

# A file is read in pieces of so many rows, so that its size asks for no more memory.
PIECE_ROWS = 10_000
_SAMPLE = 1 << 20
_SEPARATORS = (";", ",", "\t", "|")
# Registers together, ready to be asked by place.
_KEPT = 2
_frames: Cache[gpd.GeoDataFrame] = Cache(_KEPT)


def add_register(
    path: Path,
    title: str,
    state: str,
    *,
    source: str = "",
    sector: str = "",
    progress: Callable[[float], object] = lambda _: None,
) -> Register:
    """
    Take in a register: rows whose place is sure are kept as potential members, others are counted.

    Parameters
    ----------
    path
        CSV of any size, or any other format of lists within its limits.
    title
        What it lists.
    state
        Day it is of, ISO 8601.
    source
        Where it came from; the title where nothing is said.
    sector
        Sector of all of them, "" to tell by their names and forms.
    progress
        Told how much is done, 0 to 1.

    Raises
    ------
    OfficialFileError
        If there is no such file, the day is none, or no row can be taken; nothing is changed.
    UploadError
        If the file is no list.
    """
    if not path.is_file():
        raise OfficialFileError("no_file", given=str(path))
    try:
        dt.date.fromisoformat(state)
    except ValueError:
        raise OfficialFileError("state", given=state) from None
    if sector and sector not in list(Sector):
        raise OfficialFileError("kind", given=sector, known=", ".join(Sector))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    register_id = f"register-{state}-{digest[:8]}"
    title, source = one_line(title), one_line(source)
    parts: list[gpd.GeoDataFrame] = []
    counts = {"asked": 0, "rejected": 0, "persons": 0}
    for first, name, content, done in _pieces(path):
        raw = read_upload(name, content)
        prepared = prepare(raw, suggest_mapping(raw), default_status=Status.POTENTIAL)
        table = decide(prepared, ()).table
        accepted = table["state"] == str(RowState.ACCEPTED)
        persons = accepted & table["person"].astype(bool)
        placed = accepted & ~persons & (table["teryt"].str.len() > 0)
        asked = table["state"] == str(RowState.DECIDE)
        counts["asked"] += int(asked.sum())
        counts["persons"] += int(persons.sum())
        counts["rejected"] += int((~(placed | persons | asked)).sum())
        frame = members_frame(table[placed])
        kept = frame[["name", "kind", "sector", "teryt", "locality", "precision", "geometry"]]
        numbers = [f"{register_id}:{first + int(row)}" for row in frame["row"]]
        parts.append(kept.assign(member_id=numbers))
        progress(done)
    together = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=parts[0].crs) if parts else None
    if together is None or together.empty:
        raise OfficialFileError("empty")
    said = f"{title}, {state}" + (f" ({source})" if source else "")
    together = together.assign(status=str(Status.POTENTIAL), source=said, source_date=state)
    if sector:
        together["sector"] = sector
    made = Register(
        register_id,
        title,
        state,
        source,
        one_line(path.name),
        digest,
        dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        len(together),
        **counts,
    )
    keep_register(made, together)
    return made


def _pieces(path: Path) -> Iterator[tuple[int, str, bytes, float]]:
    """Return pieces of a file that can be read as lists: rows before each, a name, the bytes, and how far it is."""
    if path.suffix.lower() not in (".csv", ".txt"):
        yield 0, path.name, path.read_bytes(), 1.0
        return
    size = path.stat().st_size
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
        if len(sample) == _SAMPLE:
            sample = sample[: sample.rfind(b"\n") + 1]
        encoding = decode(sample)[1]
        file.seek(0)
        text = io.TextIOWrapper(file, encoding=encoding, newline="", errors="replace")
        begin = text.readline()
        separator = max(_SEPARATORS, key=begin.count)
        rows = csv.reader(text, delimiter=separator)
        heading = next(csv.reader([begin], delimiter=separator))
        heading = [cell.lstrip("\ufeff") for cell in heading]
        first, piece = 0, []
        for row in rows:
            piece.append(row)
            if len(piece) == PIECE_ROWS:
                yield first, "piece.csv", _as_csv(heading, piece), min(file.tell() / size, 1.0)
                first, piece = first + len(piece), []
        if piece:
            yield first, "piece.csv", _as_csv(heading, piece), 1.0
        text.detach()


def _as_csv(heading: list[str], rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerows([heading, *rows])
    return out.getvalue().encode()


def registered() -> gpd.GeoDataFrame | None:
    """Return the organisations of all registers, one below the other; None where there are none. Shared."""
    registers = all_registers()
    if not registers:
        return None
    key = tuple((r.register_id, r.added) for r in registers)

    def join() -> gpd.GeoDataFrame:
        frames = [r.frame() for r in registers]
        joined = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=frames[0].crs)
        # The same organisation of two registers is one: of the newer state.
        order = joined.sort_values("source_date", ascending=False, kind="stable")
        return order.drop_duplicates(["name", "teryt", "locality"]).sort_index().reset_index(drop=True)

    return _frames.get(key, join)


def registered_near(cluster_id: str, members: gpd.GeoDataFrame, code: str, radius_m: float) -> gpd.GeoDataFrame:
    """
    Return the organisations of all registers in a powiat or within reach of it, without those that a cluster lists.

    Parameters
    ----------
    cluster_id
        Identifier of the cluster, whose potential members they are here.
    members
        Its own organisations, of any status.
    code
        4-digit TERYT code of the powiat.
    radius_m
        Reach in a straight line, metres.

    Returns
    -------
    potential
        Columns of `members`; empty where there are no registers.
    """
    everyone = registered()
    if everyone is None:
        return members.iloc[:0]
    outline = load_units(Level.POWIAT).geometry[code]
    near = everyone["teryt"].str.startswith(code).to_numpy(dtype=bool, copy=True)
    near[everyone.sindex.query(outline, predicate="dwithin", distance=radius_m)] = True
    everyone = everyone[near]
    known = set(zip(members["name"].str.casefold(), members["teryt"], strict=True))
    keys = zip(everyone["name"].str.casefold(), everyone["teryt"], strict=True)
    new = np.array([key not in known for key in keys], dtype=bool)
    fresh = everyone[new & (everyone["name"] != PERSON_NAME).to_numpy()]
    missing = {c: "" for c in members.columns if c not in fresh.columns and c != "geometry"}
    made = fresh.assign(**missing).assign(cluster_id=cluster_id)
    return gpd.GeoDataFrame(made[list(members.columns)], geometry="geometry", crs=members.crs)


def registers_table() -> Table:
    """Return the registers that there are: what they list, of when, how many were taken and how many not."""
    columns = (
        Column("title", "registers.col.title"),
        Column("state", "official.col.state"),
        Column("rows", "registers.col.rows"),
        Column("asked", "registers.col.asked"),
        Column("rejected", "registers.col.rejected"),
        Column("persons", "registers.col.persons"),
        Column("source", "official.col.source"),
    )
    rows = [(r.title, r.state, r.rows, r.asked, r.rejected, r.persons, r.source) for r in all_registers()]
    around = {"title": "registers.title", "why": "registers.why", "none": "registers.none"}
    return Table.of_rows("registers", columns, rows, **around)
