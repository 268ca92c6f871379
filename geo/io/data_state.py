"""Say which official data are in use: those that came with the app, or a state made with newer files."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, update_wrapper
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar

from geo.io.database import data_dir
from geo.settings import BOUNDARIES_DIR

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class DataState:
    """
    Official data that are in use together.

    Attributes
    ----------
    key
        Short name of the state, "" for what came with the app.
    folder
        Where its tables are; as `data/voivodeships`.
    datasets
        For each kind of dataset that is not the embedded one its identifier.
    missing
        Whether another state was chosen whose files are not here.
    """

    key: str
    folder: Path
    datasets: tuple[tuple[str, str], ...] = ()
    missing: bool = False


EMBEDDED = DataState("", BOUNDARIES_DIR)


def official_folder() -> Path:
    """Return where datasets and states are kept: beside the store."""
    return data_dir() / "official"


def state_folder(key: str) -> Path:
    """Return the folder of a state."""
    return official_folder() / "states" / key if key else BOUNDARIES_DIR


def state_folders() -> tuple[Path, ...]:
    """Return the folders of all states that were made here."""
    return tuple(p.parent for p in sorted((official_folder() / "states").glob("*/manifest.json")))


def current_state() -> DataState:
    """Return the state that is in use, as any process on the same folder chose it last."""
    # Asked for by every cached answer, so it takes a question of the system and no more.
    path = _current_file(os.environ.get("KLASTRY_DATA_DIR"))
    try:
        found = os.stat(path)  # noqa: PTH116 - a path of pathlib costs ten times as much
    except OSError:
        return EMBEDDED
    chosen = _read(Path(path), found.st_mtime_ns, found.st_size, found.st_ino)
    if chosen.key and not chosen.folder.is_dir():
        return DataState("", BOUNDARIES_DIR, chosen.datasets, missing=True)
    return chosen


@lru_cache(maxsize=4)
def _current_file(_: str | None) -> str:
    """Return the file that says which state is in use, for a value of the variable that `data_dir` reads."""
    return str(official_folder() / "current.json")


@lru_cache(maxsize=4)
def _read(path: Path, *_: int) -> DataState:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        key, datasets = str(content["key"]), dict(content["datasets"])
    except (OSError, ValueError, KeyError, TypeError):
        return DataState("", BOUNDARIES_DIR, missing=True)
    return DataState(key, path.parent / "states" / key, tuple(sorted(datasets.items()))) if key else EMBEDDED


def choose_state(key: str, datasets: dict[str, str]) -> None:
    """Have every process on the same folder use a state from now on: whoever reads sees the old or the new one."""
    write_whole(official_folder() / "current.json", json.dumps({"key": key, "datasets": datasets}).encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees all of it or what was there before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)


@contextmanager
def whole_folder(target: Path, *, anew: bool = False) -> Iterator[Path]:
    """
    Give a folder to write into, which takes its place when all is written: readers see all of it or what was before.

    Parameters
    ----------
    target
        Where it will be.
    anew
        Whether what is there already goes; else it stays, and what was written is dropped.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    working = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
    try:
        yield working
        working.chmod(0o755)
        if anew and target.exists():
            shutil.rmtree(target)
        try:
            working.rename(target)
        except OSError:
            # Somebody else has made the same meanwhile.
            if anew or not target.exists():
                raise
    finally:
        shutil.rmtree(working, ignore_errors=True)


def current_folder() -> Path:
    """Return the folder of the tables that are in use."""
    return current_state().folder


class PerState(Generic[P, T]):
    """
    A function whose answers are kept like by `functools.lru_cache`, apart for each state of the official data.

    Parameters
    ----------
    function
        What is asked; its arguments can be hashed.
    maxsize
        How many answers are kept.
    """

    def __init__(self, function: Callable[P, T], maxsize: int) -> None:
        def answer(_folder: Path, *args: Any, **kwargs: Any) -> T:
            return function(*args, **kwargs)

        self._kept = lru_cache(maxsize=maxsize)(answer)
        update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return the answer with the data in use."""
        return self._kept(current_folder(), *args, **kwargs)  # type: ignore[arg-type]

    def cache_clear(self) -> None:
        """Forget all answers."""
        self._kept.cache_clear()


def per_state(maxsize: int) -> Callable[[Callable[P, T]], PerState[P, T]]:
    """Return a decorator for what rests on the official data: another state, another answer. See `PerState`."""
    return lambda function: PerState(function, maxsize)
