"""Compute the checksum of the rows of a backup, so that a changed byte is noticed."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable

from geo.errors import StoreError

_TABLE = "backup_checksum"


def write_checksums(connection: sqlite3.Connection, tables: Iterable[str]) -> None:
    """Write the SHA-256 of every table into a table of its own."""
    connection.execute(f"CREATE TABLE {_TABLE} (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL)")
    for name in tables:
        connection.execute(f"INSERT INTO {_TABLE} VALUES (?, ?)", (name, _sum(connection, name)))  # noqa: S608
    connection.commit()


def check(connection: sqlite3.Connection) -> bool:
    """
    Compare every table with its checksum.

    Returns
    -------
    summed
        False for a backup that was made before there were checksums.

    Raises
    ------
    StoreError
        If a table is not what it was.
    """
    try:
        has = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (_TABLE,)).fetchone()
        if has is None:
            return False
        for name, expected in connection.execute(f"SELECT name, sha256 FROM {_TABLE}").fetchall():  # noqa: S608
            if not str(name).isidentifier() or _sum(connection, name) != expected:
                raise StoreError("backup_changed", str(name)[:40])
    except sqlite3.Error as error:
        raise StoreError("backup_changed", type(error).__name__) from error
    return True


def _sum(connection: sqlite3.Connection, table: str) -> str:
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    keys = ", ".join(f'"{c[1]}"' for c in sorted(columns, key=lambda c: c[5]) if c[5])
    # Texts as the bytes they are, so that no decoding hides a change.
    names = ", ".join(f'typeof("{c[1]}"), CAST("{c[1]}" AS BLOB)' for c in columns)
    digest = hashlib.sha256()
    for row in connection.execute(f"SELECT {names} FROM {table} ORDER BY {keys}"):  # noqa: S608 - names of our schema
        digest.update(repr(row).encode())
    return digest.hexdigest()
