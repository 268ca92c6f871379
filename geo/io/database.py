"""Open the database of clusters: SQLite by default, PostgreSQL where a URL names it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from geo.errors import StoreError
from geo.settings import ROOT

FILE_NAME = "klastry.sqlite"
WAIT_SECONDS = 30
# Any number will do, as long as every process takes the same.
_MIGRATION_LOCK = 2_180_479
_WRITE = "write"


def data_dir() -> Path:
    """Return the folder of the SQLite file: `KLASTRY_DATA_DIR`, or `var` in the repository."""
    return Path(os.environ.get("KLASTRY_DATA_DIR") or ROOT / "var")


def database_url() -> str:
    """Return the URL of the database: `KLASTRY_DATABASE_URL`, or that of the SQLite file."""
    return os.environ.get("KLASTRY_DATABASE_URL") or f"sqlite:///{data_dir() / FILE_NAME}"


def sqlite_path(url: str) -> Path | None:
    """Return the file of an SQLite URL, None for another database."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def open_engine(url: str) -> Engine:
    """
    Open a database and bring its schema up to date.

    Parameters
    ----------
    url
        SQLAlchemy URL; "postgresql://" is taken for psycopg 3.

    Raises
    ------
    StoreError
        If the database cannot be reached or its file not be written.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if file := sqlite_path(url):
            file.parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(parsed, connect_args={"timeout": WAIT_SECONDS})
            _prepare_sqlite(engine)
        else:
            engine = create_engine(parsed, pool_pre_ping=True)
        with writing(engine) as connection:
            _migrate(connection)
    except (SQLAlchemyError, ArgumentError, OSError, ImportError) as error:
        raise StoreError("unreachable", type(error).__name__) from error
    return engine


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        # SQLAlchemy begins transactions itself, see below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # A writer takes its lock at once, so that it never fails half way for lack of it.
        immediate = connection.get_execution_options().get(_WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open one transaction that writes: all of it is kept, or nothing."""
    with engine.connect().execution_options(**{_WRITE: True}) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open one transaction that reads, and sees one state of the whole database."""
    level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**level) as connection, connection.begin():
        yield connection


def _migrate(connection: Connection) -> None:
    # Loaded when there is a database: 24 MB.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
