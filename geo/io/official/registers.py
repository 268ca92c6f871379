"""Keep registers of organisations that may join some cluster, once for all clusters, with source and date."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import pyarrow as pa

from geo.errors import OfficialFileError
from geo.io.data_state import official_folder, whole_folder


@dataclass(frozen=True)
class Register:
    """
    A register of potential members.

    Attributes
    ----------
    register_id
        Identifier: its day and the first signs of the checksum.
    title
        What it lists ("Organizacje pożytku publicznego").
    state
        Day it is of, ISO 8601.
    source
        Where the file came from.
    file, sha256, added
        Name and checksum of the file, and when it was taken in, ISO 8601, UTC.
    rows
        Organisations that were taken.
    asked, rejected, persons
        Rows that were left out: whose place or identity is a question, that have a fault, and natural persons.
    """

    register_id: str
    title: str
    state: str
    source: str
    file: str
    sha256: str
    added: str
    rows: int
    asked: int
    rejected: int
    persons: int

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return registers_folder() / self.register_id

    def frame(self) -> gpd.GeoDataFrame:
        """
        Return its organisations: columns as of members without `cluster_id`, EPSG:2180. Shared: do not change it.

        Raises
        ------
        OfficialFileError
            If its file is missing or cannot be read.
        """
        return _frame(self.folder / "data.parquet", self.sha256)


@lru_cache(maxsize=8)
def _frame(path: Path, _: str) -> gpd.GeoDataFrame:
    try:
        return gpd.read_parquet(path)
    except (OSError, ValueError, pa.ArrowException):
        raise OfficialFileError("kept_broken", name=path.parent.name) from None


def registers_folder() -> Path:
    """Return where registers are kept."""
    return official_folder() / "registers"


def all_registers() -> tuple[Register, ...]:
    """Return every register that is kept, by title and the newest first."""
    found = []
    for path in registers_folder().glob("*/register.json"):
        try:
            found.append(Register(**json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError):
            continue
    return tuple(sorted(found, key=lambda r: (r.title, r.state, r.added), reverse=True))


def keep_register(made: Register, frame: gpd.GeoDataFrame) -> None:
    """Keep a register: all of it, or nothing."""
    with whole_folder(made.folder, anew=True) as working:
        frame.to_parquet(working / "data.parquet", compression="zstd")
        text = json.dumps(asdict(made), ensure_ascii=False, indent=1)
        (working / "register.json").write_text(text + "\n", encoding="utf-8")


def remove_register(register_id: str) -> None:
    """
    Remove a register.

    Raises
    ------
    OfficialFileError
        If there is none.
    """
    known = {r.register_id: r for r in all_registers()}
    if register_id not in known:
        raise OfficialFileError("no_dataset", given=register_id, known=", ".join(known) or "–")
    shutil.rmtree(known[register_id].folder)
