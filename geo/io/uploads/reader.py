"""Take an uploaded file, find out what it is, and have it read within limits."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from geo.errors import UploadError
from geo.io.sandbox import run_sandboxed
from geo.io.uploads.contents import is_data
from geo.io.uploads.formats import EXTENSIONS, format_of
from geo.io.uploads.headings import heading_row, recognise
from geo.io.uploads.limits import MAX_BYTES, MAX_ROWS, MAX_SHEET_NAME, WALL_SECONDS
from geo.model.intake import Flaw, RawTable


def read_upload(
    name: str, content: bytes, *, sheet: str = "", heading: int = 0, waiting: Callable[[], object] | None = None
) -> RawTable:
    """
    Read an uploaded list as text.

    PESEL numbers are masked by the process that reads the file, before anything else sees them.

    Parameters
    ----------
    name
        File name; only its extension is used.
    content
        The bytes that came.
    sheet
        Sheet or layer to read, or "" for the first that holds a list.
    heading
        Row of the file with the headings, 0 to look for it.
    waiting
        Called once if other files are being read first.

    Raises
    ------
    BusyError
        If other files take too long.
    UploadError
        If the file is too large, empty, of another kind than it says, damaged or dangerous.
    """
    kind = detect(name, content)
    if len(sheet) > MAX_SHEET_NAME:
        raise UploadError("broken")
    grid = _in_sandbox(kind, content, sheet, waiting)
    rows: list[tuple[int, list[str]]] = [(n, c) for n, c in grid["rows"]]
    if not rows and grid["definition"]:
        # A cluster without members.
        rows = [(1, [])]
    if not rows:
        raise UploadError("empty")
    stated = next((i for i, (n, _) in enumerate(rows) if n == heading), None)
    start = _start(rows, layered=grid["layered"]) if stated is None else stated
    headings = _joined(rows, start) if start is not None else _numbered(rows)
    above, body = (rows[:start], rows[start + 1 :]) if start is not None else ([], rows)
    first = rows[start][0] if start is not None else 0
    if len(body) > MAX_ROWS:
        raise UploadError("rows", limit=MAX_ROWS)
    flaws = [Flaw(*f) for f in grid["flaws"] if f[0] > first]
    flaws += _surplus(body, len(headings))
    width = len(headings)
    definition = grid["definition"] or [c[:2] for _, c in above if len(c) >= 2]
    return RawTable(
        headings=tuple(headings),
        rows=tuple(tuple((*cells, *[""] * (width - len(cells)))[:width]) for _, cells in body),
        numbers=tuple(n for n, _ in body),
        flaws=tuple(flaws),
        format=kind,
        sheets=tuple(grid["sheets"]),
        sheet=grid["sheet"],
        encoding=grid["encoding"],
        separator=grid["separator"],
        preamble=tuple(tuple(c) for _, c in above),
        definition=tuple(tuple(d) for d in definition),
        shapes=grid["shapes"],
        heading=first,
        hidden=tuple(n for n in grid["hidden"] if n > first),
    )


def _start(rows: list[tuple[int, list[str]]], *, layered: bool) -> int | None:
    """Return the position of the headings; None where the rows begin with data."""
    if layered:
        return 0
    table = [cells for _, cells in rows]
    found = heading_row(table)
    if is_data(table, found):
        # Words in the cells of that row looked like headings.
        return None if is_data(table, 0) else 0
    return found + 1 if _goes_on_below(rows, found) else found


def _goes_on_below(rows: list[tuple[int, list[str]]], start: int) -> bool:
    """Say whether the next row holds headings too: nothing else, below blanks and cells that head several columns."""
    below = rows[start + 1][1] if start + 1 < len(rows) else []
    filled = [cell for cell in below if cell]
    if not filled or not all(recognise([cell]) for cell in filled):
        return False
    return len(recognise(_joined(rows, start + 1))) > len(recognise(rows[start][1]))


def _numbered(rows: list[tuple[int, list[str]]]) -> list[str]:
    return [f"Kolumna {n}" for n in range(1, max(len(cells) for _, cells in rows) + 1)]


def detect(name: str, content: bytes) -> str:
    """
    Say what a file is, by its content and its extension.

    Raises
    ------
    UploadError
        If it is empty, too large, of an unknown kind, or not what its extension says.
    """
    if not content.strip():
        raise UploadError("empty")
    if len(content) > MAX_BYTES:
        raise UploadError("too_large", found=len(content), limit=MAX_BYTES)
    extension = Path(name).suffix.lower().removeprefix(".")
    stated = EXTENSIONS.get(extension)
    if stated is None:
        raise UploadError("extension", found=extension[:20] or "–", expected=", ".join(sorted(set(EXTENSIONS))))
    found = format_of(content)
    if found is None:
        raise UploadError("binary")
    if found != stated:
        raise UploadError("wrong_extension", said=extension, found=found)
    return found


def _in_sandbox(kind: str, content: bytes, sheet: str, waiting: Callable[[], object] | None) -> dict[str, Any]:
    try:
        done = run_sandboxed(["geo.io.uploads.sandboxed", kind, sheet], content, seconds=WALL_SECONDS, waiting=waiting)
    except subprocess.TimeoutExpired:
        raise UploadError("bomb") from None
    except ValueError:  # a NUL in the name of a sheet
        raise UploadError("broken") from None
    if done.returncode:
        # Killed at a limit, or a parser fell over.
        raise UploadError("bomb" if done.returncode < 0 else "broken")
    answer = json.loads(done.stdout)
    if "problem" in answer:
        raise UploadError(answer["problem"]["key"], **answer["problem"]["details"])
    grid: dict[str, Any] = answer["grid"]
    return grid


def _joined(rows: list[tuple[int, list[str]]], start: int) -> list[str]:
    """Return the headings; where they stand in two rows, one below the other, blanks are filled from above."""
    below = rows[start][1]
    if not start or rows[start - 1][0] != rows[start][0] - 1:
        return below
    above = rows[start - 1][1]
    width = max(len(above), len(below))
    upper, lower = ([*cells, *[""] * (width - len(cells))] for cells in (above, below))
    fills = sum(bool(u) and not low for u, low in zip(upper, lower, strict=True))
    # A title above is one cell, and above a heading; two-row headings fill blanks of the lower row.
    if not fills or not recognise([u for u, low in zip(upper, lower, strict=True) if not low]):
        return below
    return [low or up for up, low in zip(upper, lower, strict=True)]


def _surplus(body: list[tuple[int, list[str]]], width: int) -> Iterator[Flaw]:
    return (Flaw(number, width, "extra") for number, cells in body if any(cells[width:]))
