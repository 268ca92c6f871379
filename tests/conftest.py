"""Keep tests from the clusters of whoever runs them, and close what they open."""

import pytest

from geo.services.library import close_stores


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(tmp_path / "klastry"))
    monkeypatch.delenv("KLASTRY_DATABASE_URL", raising=False)
    monkeypatch.delenv("KLASTRY_EDITORS", raising=False)
    yield
    close_stores()
