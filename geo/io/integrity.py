"""Read shipped data files only if they are the ones the manifest names."""

from __future__ import annotations

import hashlib
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import DataFileError
from geo.settings import ROOT


def shown(path: Path) -> str:
    """Return the path as a person sees it: relative to the repository where it lies in it."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()


@cache
def read_manifest(folder: Path) -> dict[str, Any]:
    """
    Read `manifest.json` of a data folder.

    Raises
    ------
    DataFileError
        If the manifest is missing or is not valid JSON.
    """
    path = folder / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataFileError(shown(path), "missing") from None
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise DataFileError(shown(path), "unreadable") from None
    return manifest


def entry_of(path: Path, rows: int) -> dict[str, object]:
    """Return what a manifest says of a file."""
    return {"rows": rows, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def read_table(folder: Path, name: str) -> pa.Table:
    """
    Read a Parquet file of a data folder after checking its SHA-256 against the manifest.

    Raises
    ------
    DataFileError
        If the file is missing, is not the one the manifest names, or cannot be read.
    """
    path = folder / name
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataFileError(shown(path), "missing") from None
    expected = read_manifest(folder)["files"].get(name, {}).get("sha256")
    if hashlib.sha256(content).hexdigest() != expected:
        raise DataFileError(shown(path), "changed")
    try:
        return pq.read_table(io.BytesIO(content))
    except pa.ArrowException:
        raise DataFileError(shown(path), "unreadable") from None
