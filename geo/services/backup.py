"""Save all kept clusters to one file while the app runs, and bring them back."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from geo.errors import StoreError
from geo.io.database import open_engine
from geo.io.store import Store
from geo.services.library import store, store_for_writing


def backup(file: Path) -> dict[str, int]:
    """
    Write every table to a file, as they are at one moment.

    The file is an SQLite database, whatever the store runs on. It appears under its name only when
    it is complete.

    Parameters
    ----------
    file
        Path of the new file; a file that is there is replaced.

    Returns
    -------
    rows
        Number of rows by table.

    Raises
    ------
    StoreError
        If there is nothing to save or the file cannot be written.
    """
    source = store()
    if source is None:
        raise StoreError("nothing_kept")
    if not file.parent.is_dir():
        raise StoreError("no_folder", str(file.parent))
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
        part = Path(folder) / "part.sqlite"
        target = Store(open_engine(f"sqlite:///{part}"))
        counts = source.copy_to(target)
        target.engine.dispose()
        # Out of write-ahead mode, so that the one file is all there is.
        with closing(sqlite3.connect(part)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
        part.replace(file)
    return counts


def restore(file: Path) -> dict[str, int]:
    """
    Bring back a backup into an empty store.

    Parameters
    ----------
    file
        File made by `backup`.

    Returns
    -------
    rows
        Number of rows by table.

    Raises
    ------
    StoreError
        If the file is no backup or the store already holds something.
    """
    if not file.is_file() or file.read_bytes()[:15] != b"SQLite format 3":
        raise StoreError("no_backup", str(file))
    with tempfile.TemporaryDirectory() as folder:
        # A copy, so that the backup itself is never opened for writing.
        copy = Path(folder) / "copy.sqlite"
        copy.write_bytes(file.read_bytes())
        source = Store(open_engine(f"sqlite:///{copy}"))
        counts = source.copy_to(store_for_writing())
        source.engine.dispose()
    return counts
