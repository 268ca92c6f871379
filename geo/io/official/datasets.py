"""Keep official datasets beside the store: what was read of a file, of when it is, from where, and its checksum."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from geo.errors import OfficialFileError
from geo.io.data_state import current_state, official_folder, whole_folder
from geo.io.official.found import OfficialKind


@dataclass(frozen=True)
class Dataset:
    """
    An official dataset that was taken in.

    Attributes
    ----------
    dataset_id
        Identifier: kind, day, and the first signs of the checksum.
    kind
        What it holds, one of `OfficialKind`.
    state
        Day it is of, ISO 8601.
    title, publisher, credit, licence
        Name of the register, who publishes it, how it is named in short, and under what licence it may be used.
    source
        Where the file came from, in the words of whoever took it in; "" where they did not say.
    file, sha256
        Name of the file, and its checksum.
    added
        When it was taken in, ISO 8601 with the time, UTC.
    rows
        How many units, places or numbers it holds.
    scope
        2-digit codes of the voivodeships that it is of.
    unknown
        Codes of the file that are no unit of today.
    left_out
        How many rows of the file stand beside what is counted.
    options
        What was chosen when it was taken in ("water": "cut" or "keep").
    """

    dataset_id: str
    kind: str
    state: str
    title: str
    publisher: str
    credit: str
    licence: str
    source: str
    file: str
    sha256: str
    added: str
    rows: int
    scope: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    left_out: int = 0
    options: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return datasets_folder() / self.dataset_id

    def frame(self) -> pd.DataFrame:
        """
        Return its content.

        Raises
        ------
        OfficialFileError
            If its file is missing or cannot be read.
        """
        path = self.folder / "data.parquet"
        try:
            if self.kind == OfficialKind.OUTLINES:
                return gpd.read_parquet(path)
            return pd.read_parquet(path)
        except (OSError, ValueError, pa.ArrowException):
            raise OfficialFileError("kept_broken", name=self.dataset_id) from None


def datasets_folder() -> Path:
    """Return where datasets are kept."""
    return official_folder() / "datasets"


def all_datasets() -> tuple[Dataset, ...]:
    """Return every dataset that is kept, by kind and the newest first."""
    found = [_read(p) for p in datasets_folder().glob("*/dataset.json")]
    known = [d for d in found if d is not None]
    kinds = list(OfficialKind)
    return tuple(
        sorted(known, key=lambda d: (-kinds.index(OfficialKind(d.kind)), d.state, d.added, d.dataset_id), reverse=True)
    )


def _read(path: Path) -> Dataset | None:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        content |= {key: tuple(content[key]) for key in ("scope", "unknown")}
        made = Dataset(**content)
        OfficialKind(made.kind)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return made


def dataset(dataset_id: str) -> Dataset:
    """
    Return a dataset by its identifier.

    Raises
    ------
    OfficialFileError
        If there is none.
    """
    known = {d.dataset_id: d for d in all_datasets()}
    if dataset_id not in known:
        raise OfficialFileError("no_dataset", given=dataset_id, known=", ".join(known) or "–")
    return known[dataset_id]


def keep(made: Dataset, frame: pd.DataFrame) -> None:
    """Keep a dataset: all of it, or nothing. One that is kept already stays as it is."""
    if made.folder.exists():
        return
    with whole_folder(made.folder) as working:
        frame.to_parquet(working / "data.parquet", compression="zstd")
        text = json.dumps(asdict(made), ensure_ascii=False, indent=1)
        (working / "dataset.json").write_text(text + "\n", encoding="utf-8")


def remove(dataset_id: str) -> None:
    """
    Remove a dataset.

    Raises
    ------
    OfficialFileError
        If there is none, or it is in use.
    """
    found = dataset(dataset_id)
    if dataset_id in dict(current_state().datasets).values():
        raise OfficialFileError("in_use", name=dataset_id)
    shutil.rmtree(found.folder)
