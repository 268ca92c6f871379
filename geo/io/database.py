"""Open the database of clusters: SQLite by default, PostgreSQL where a URL names it."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from errno import EDQUOT, ENOSPC
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, SQLAlchemyError

from geo.errors import StoreError
from geo.settings import ROOT

FILE_NAME = "klastry.sqlite"
# How long a visitor waits for a connection, for one statement and for what another one holds.
CONNECT_S, STATEMENT_S, LOCK_S = 3, 10, 3
NEW_PREFIX = ".nowa-baza-"
_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number will do, as long as every process takes the same.
_MIGRATION_LOCK = 2_180_479
_WRITE = "write"
# Primary result codes of SQLite and classes of SQLSTATE, by what a person can do about them.
_SQLITE_PROBLEMS = {5: "busy", 6: "busy", 8: "readonly", 11: "damaged", 13: "full", 26: "damaged"}
_SQLSTATE_PROBLEMS = {"57014": "busy", "55P03": "busy", "53100": "full", "25006": "readonly"}


def data_dir() -> Path:
    """Return the folder of the SQLite file: `KLASTRY_DATA_DIR`, or `var` in the repository."""
    return Path(os.environ.get("KLASTRY_DATA_DIR") or ROOT / "var")


def database_url() -> str:
    """Return the URL of the database: `KLASTRY_DATABASE_URL`, or that of the SQLite file."""
    return os.environ.get("KLASTRY_DATABASE_URL") or f"sqlite:///{data_dir() / FILE_NAME}"


def sqlite_path(url: str) -> Path | None:
    """
    Return the file of an SQLite URL, None for another database.

    Raises
    ------
    StoreError
        If it is no URL of a database.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError("unreachable", "URL") from None
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def open_engine(url: str, *, patient: bool = False) -> Engine:
    """
    Open a database and bring its schema up to date.

    Parameters
    ----------
    url
        SQLAlchemy URL; "postgresql://" is taken for psycopg 3.
    patient
        Whether a statement may take as long as it takes, as those of a backup do.

    Raises
    ------
    StoreError
        If the database cannot be reached, is damaged or of a newer version of the app.
    """
    with store_errors():
        file = sqlite_path(url)
        engine = _postgres(url, patient=patient) if file is None else _sqlite(url, file)
        try:
            _bring_up_to_date(engine)
        except BaseException:
            engine.dispose()
            raise
    return engine


@contextmanager
def store_errors() -> Iterator[None]:
    """
    Turn what a database raises into an error of ours; what is wrong with the rows given goes through.

    Raises
    ------
    StoreError
        With `unreachable`, `busy`, `damaged`, `newer`, `full` or `readonly`.
    """
    try:
        yield
    except IntegrityError:
        raise
    except SQLAlchemyError as error:
        raise StoreError(_problem(getattr(error, "orig", None), error), type(error).__name__) from error
    except sqlite3.Error as error:
        raise StoreError(_problem(error, error), type(error).__name__) from error
    except (OSError, ImportError) as error:
        full = isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT)
        raise StoreError("full" if full else "unreachable", type(error).__name__) from error


def _problem(cause: Any, error: Exception) -> str:
    if isinstance(cause, sqlite3.Error):
        return _SQLITE_PROBLEMS.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF, "unreachable")
    state = getattr(cause, "sqlstate", None)
    if state and not state.startswith(("08", "57P")):
        # The server is there and does not do as asked: what it holds is not what we wrote.
        return _SQLSTATE_PROBLEMS.get(state, "damaged")
    return "unreachable" if isinstance(error, DatabaseError) else "damaged"


def _postgres(url: str, *, patient: bool) -> Engine:
    # Loaded where there is such a server.
    from geo.io.bounded_connection import BoundedConnection  # noqa: PLC0415

    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    limits = f"-c lock_timeout={LOCK_S}s" + ("" if patient else f" -c statement_timeout={STATEMENT_S}s")
    engine = create_engine(
        parsed,
        pool_pre_ping=True,
        pool_timeout=STATEMENT_S,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_S,
            "options": limits,
            "keepalives_idle": CONNECT_S,
            "tcp_user_timeout": 1000 * STATEMENT_S,
        },
    )

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, arguments: Any, options: Any) -> BoundedConnection:
        made = BoundedConnection.connect(*arguments, **options)
        # The server keeps the limit of a statement; a little later we do, should it answer no more.
        made.seconds = None if patient else STATEMENT_S + 1
        return made

    ping = engine.dialect.do_ping

    def quick_ping(connection: Any) -> bool:
        usual, connection.seconds = connection.seconds, CONNECT_S
        try:
            return ping(connection)
        finally:
            connection.seconds = usual

    engine.dialect.do_ping = quick_ping  # type: ignore[assignment, method-assign]
    return engine


def _sqlite(url: str, file: Path) -> Engine:
    if not file.exists():
        _make_file(file)
    if file.stat().st_size == 0:
        # We never leave such a file; whatever was in it is lost.
        raise StoreError("damaged", file.name)
    frozen = not os.access(file.parent, os.W_OK) or not os.access(file, os.W_OK)
    if frozen:
        engine = create_engine(f"sqlite:///{_frozen_uri(file)}", hide_parameters=True)
    else:
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)
        engine = create_engine(url, connect_args={"timeout": LOCK_S}, hide_parameters=True)
    _prepare_sqlite(engine, frozen=frozen)
    return engine


def _frozen_uri(file: Path) -> str:
    """Return how SQLite reads a file in a folder where it may write nothing beside it."""
    left = file.with_name(f"{file.name}-wal")
    unchanging = "" if left.exists() and left.stat().st_size else "&immutable=1"
    return f"file:{quote(str(file.resolve()))}?mode=ro{unchanging}&uri=true"


def _make_file(file: Path) -> None:
    """Make a database that appears under its name when it is complete, readable by its owner only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=NEW_PREFIX, suffix=".sqlite", dir=file.parent)
    os.close(descriptor)
    made = Path(name)
    try:
        engine = create_engine(f"sqlite:///{made}", hide_parameters=True)
        _prepare_sqlite(engine)
        _bring_up_to_date(engine)
        engine.dispose()
        with closing(sqlite3.connect(made)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
        try:
            os.link(made, file)
        except FileExistsError:
            # Another process was faster; its database counts.
            return
    finally:
        for leftover in made.parent.glob(f"{made.name}*"):
            leftover.unlink(missing_ok=True)


def _prepare_sqlite(engine: Engine, *, frozen: bool = False) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        # SQLAlchemy begins transactions itself, see below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("foreign_keys=ON", *(() if frozen else ("journal_mode=WAL", "synchronous=FULL"))):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # A writer takes its lock at once, so that it never fails half way for lack of it.
        immediate = connection.get_execution_options().get(_WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """
    Open one transaction that writes: all of it is kept, or nothing.

    Raises
    ------
    StoreError
        If the database does not do it, see `store_errors`.
    """
    with store_errors(), engine.connect().execution_options(**{_WRITE: True}) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """
    Open one transaction that reads, and sees one state of the whole database.

    Raises
    ------
    StoreError
        If the database does not do it, see `store_errors`.
    """
    level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with store_errors(), engine.connect().execution_options(**level) as connection, connection.begin():
        yield connection


@lru_cache(maxsize=1)
def _revisions() -> tuple[str, ...]:
    """Return the versions of the schema that this app knows, oldest first."""
    return tuple(sorted(f.name.partition("_")[0] for f in (_MIGRATIONS / "versions").glob("[0-9]*_*.py")))


def _bring_up_to_date(engine: Engine) -> None:
    """Migrate where the schema is older; what is up to date is only read, so that no lock is waited for."""
    with reading(engine) as connection:
        found = _revision(connection)
    if found == _revisions()[-1]:
        return
    if found is not None and found not in _revisions():
        raise StoreError("newer", found)
    with writing(engine) as connection:
        _migrate(connection)


def _revision(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _migrate(connection: Connection) -> None:
    # Loaded when there is a database: 24 MB.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError("newer", type(error).__name__) from error
