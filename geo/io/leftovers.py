"""Work in a folder of its own that a later start clears away, should the process be killed."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LOCK = ".w-uzyciu"
# Between making a folder and locking it nobody may take it for a leftover.
_GRACE_S = 60.0


@contextmanager
def own_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """
    Make a folder for the block, after clearing away what killed processes left under the same prefix.

    Parameters
    ----------
    parent
        Where it is made.
    prefix
        How its name begins.
    """
    sweep(parent, prefix)
    with tempfile.TemporaryDirectory(dir=parent, prefix=prefix) as folder, (Path(folder) / _LOCK).open("w") as lock:
        # Held until the process ends, however it ends.
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield Path(folder)


def sweep(parent: Path, prefix: str) -> None:
    """Remove the folders and files under a prefix that no process uses any more."""
    for found in parent.glob(f"{prefix}*"):
        with suppress(OSError):
            if found.is_dir():
                _remove_if_left(found)
            elif time.time() - found.stat().st_mtime > _GRACE_S:
                found.unlink()


def _remove_if_left(folder: Path) -> None:
    try:
        with (folder / _LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)
    except FileNotFoundError:
        if time.time() - folder.stat().st_mtime > _GRACE_S:
            shutil.rmtree(folder)
