"""Save all kept clusters to one file while the app runs, and bring them back."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from geo.errors import StoreError
from geo.io.checksum import check, write_checksums
from geo.io.database import database_url, open_engine, store_errors
from geo.io.leftovers import own_folder
from geo.io.store import Store
from geo.services.library import store, store_for_writing

BACKUP_PREFIX = ".backup-"
RESTORE_PREFIX = "klastry-kopia-"


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
        If there is nothing to save or the file cannot be written; a full disk leaves no part of it.
    """
    if store() is None:
        raise StoreError("nothing_kept")
    if not file.parent.is_dir():
        raise StoreError("no_folder", str(file.parent))
    # Of its own, since a large table takes longer than a visitor would wait.
    source = Store(open_engine(database_url(), patient=True))
    with store_errors(), closing_store(source), own_folder(file.parent, BACKUP_PREFIX) as folder:
        part = folder / "part.sqlite"
        target = Store(open_engine(f"sqlite:///{part}"))
        with closing_store(target):
            counts = source.copy_to(target)
        with closing(sqlite3.connect(part)) as connection:
            # Out of write-ahead mode, so that the one file is all there is.
            connection.execute("PRAGMA journal_mode=DELETE")
            write_checksums(connection, counts)
        part.replace(file)
    with suppress(StoreError):
        # The backup is whole; a store that may only be read cannot remember where it lies.
        store_for_writing().note_copy(str(file.resolve()))
    return counts


@contextmanager
def closing_store(kept: Store) -> Iterator[None]:
    """Close the connections of a store at the end of the block."""
    try:
        yield
    finally:
        kept.engine.dispose()


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
        If the file is no backup, is not what was written, or the store already holds something.
    """
    if not file.is_file() or file.read_bytes()[:15] != b"SQLite format 3":
        raise StoreError("no_backup", str(file))
    with own_folder(Path(tempfile.gettempdir()), RESTORE_PREFIX) as folder:
        # A copy, so that the backup itself is never opened for writing.
        copy = folder / "copy.sqlite"
        copy.write_bytes(file.read_bytes())
        with closing(sqlite3.connect(copy)) as connection:
            check(connection)
        source = Store(open_engine(f"sqlite:///{copy}", patient=True))
        with closing_store(source):
            return source.copy_to(store_for_writing())
