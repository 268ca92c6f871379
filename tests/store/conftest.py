"""Run every test of the store against SQLite and against a real PostgreSQL."""

import pytest

from geo.io.database import open_engine
from geo.io.store import Store
from support.postgres import running_postgres


@pytest.fixture(scope="session")
def postgres():
    with running_postgres() as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'klastry.sqlite'}"
    return request.getfixturevalue("postgres")()


@pytest.fixture
def open_store():
    opened = []

    def open_one(where):
        opened.append(Store(open_engine(where)))
        return opened[-1]

    yield open_one
    for kept in opened:
        kept.engine.dispose()


@pytest.fixture
def store(url, open_store):
    return open_store(url)
