"""Run the commands for official files in a process of their own, with bounded memory and time, for the page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Timer
from typing import Any

from geo.errors import KlastryError, OfficialFileError
from geo.services.access import Access
from geo.services.official.commands import PROGRESS, SECONDS
from geo.services.official.intake import Given
from geo.settings import ROOT

# What a page takes; larger files go by the shell.
MAX_UPLOAD_BYTES = 20_000_000
COMMAND = "python -m geo official add"
_KNOWN = {"zip", "gpkg", "gml", "geojson", "json", "csv", "xml", "xlsx", "txt"}


def add_uploaded(
    access: Access, content: bytes, name: str, given: Given, progress: Callable[[float], object]
) -> dict[str, Any]:
    """
    Take in a file that an editor has chosen on a page.

    Parameters
    ----------
    access
        Of the visitor.
    content, name
        The file.
    given
        What is said of it.
    progress
        Told how much is done, 0 to 1.

    Returns
    -------
    made
        The dataset as plain values.

    Raises
    ------
    NotAllowedError
        If the visitor is no editor.
    OfficialFileError
        If the file cannot be taken in; nothing is changed.
    """
    access.require()
    if len(content) > MAX_UPLOAD_BYTES:
        raise OfficialFileError("size", mb=len(content) // 1_000_000, limit=MAX_UPLOAD_BYTES // 1_000_000)
    ending = name.rpartition(".")[2].lower()
    with tempfile.TemporaryDirectory(prefix="klastry-urzedowe-") as folder:
        path = Path(folder) / f"plik.{ending if ending in _KNOWN else 'csv'}"
        path.write_bytes(content)
        asked = [
            *("add", str(path), f"--name={name[:200]}", f"--state={given.state}", f"--source={given.source[:300]}"),
            f"--water={'cut' if given.land_only else 'keep'}",
        ]
        made: dict[str, Any] = _run(asked, progress)["datasets"][0]
        return made


def use_datasets(access: Access, ids: list[str], progress: Callable[[float], object]) -> None:
    """
    Have the app use datasets; see `shelf.use`.

    Raises
    ------
    NotAllowedError
        If the visitor is no editor.
    OfficialFileError
        If they do not go together; nothing is changed.
    """
    access.require()
    _run(["use", *ids], progress)


def _run(asked: list[str], progress: Callable[[float], object]) -> dict[str, Any]:
    command = [sys.executable, "-m", "geo", "official", *asked, "--bounded", "--format=json"]
    frugal = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
    late: list[bool] = []
    with subprocess.Popen(  # noqa: S603 - our own module; what came from outside stands behind a name
        command, cwd=ROOT, env=frugal, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:

        def stop() -> None:
            late.append(True)
            process.kill()

        timer = Timer(SECONDS, stop)
        timer.start()
        try:
            for line in process.stderr or ():
                if line.startswith(PROGRESS):
                    progress(int(line.removeprefix(PROGRESS).partition(" ")[0]) / 100)
            said = process.stdout.read() if process.stdout else ""
            code = process.wait()
        finally:
            timer.cancel()
    if late:
        raise OfficialFileError("slow", minutes=SECONDS // 60, command=f"{COMMAND} FILE")
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        raise OfficialFileError("stopped", code=code, command=f"{COMMAND} FILE") from None
    if "error" in answer:
        problems = tuple((key, dict(values)) for key, values in answer["problems"])
        raise KlastryError(answer["error"], *problems, **answer["values"])
    return answer
