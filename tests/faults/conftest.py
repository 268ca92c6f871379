"""A PostgreSQL server to be harmed, and pages whose visitor may write."""

import pytest
from streamlit.testing.v1 import AppTest

from geo.services import library
from geo.services.access import Access
from support.browser import ROOT
from support.postgres import running_postgres


@pytest.fixture(scope="session")
def postgres():
    with running_postgres() as database:
        yield database


@pytest.fixture
def harmed(postgres, monkeypatch):
    """Name an empty database of the server to the app; afterwards the server runs again."""
    server = postgres.server
    server.go_on()
    if not server.alive():
        server.start()
    monkeypatch.setenv("KLASTRY_DATABASE_URL", postgres())
    yield server
    server.go_on()
    library.close_stores()
    if not server.alive():
        server.start()


@pytest.fixture
def editor(monkeypatch):
    """Let every visitor write, as the owner does."""
    allowed = Access(may_write=True, author="localhost", reason="local")
    monkeypatch.setattr("pages._ui.access.access_of", lambda *_, **__: allowed)


@pytest.fixture
def page():
    """Return a function that opens a page and runs it."""

    def opened(name, **query):
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=100)
        for field, value in query.items():
            app.query_params[field] = value
        if name != "map":
            app.switch_page(f"pages/{name}.py")
        return app.run()

    return opened
