"""Share the embedded data and the Hypothesis profile, and keep tests from anybody's clusters."""

import os

import pytest
from hypothesis import HealthCheck, settings

from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.model.units import Level
from geo.services import library

settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# The longest files without a browser. In their turn the last of them would run alone, with the other worker idle.
LONG = ("test_uploads.py", "test_operations_hostile.py")
# What folders and files are marked with; files count as slow from about ten seconds on.
FOLDERS = {"e2e": "browser", "pages": "slow", "faults": "store", "store": "store", "visual": "slow"}
SLOW = (
    *LONG,
    "test_assign.py",
    "test_atlas.py",
    "test_cluster_files.py",
    "test_concentration_oracles.py",
    "test_intake_planted.py",
    "test_logo.py",
    "test_map_data.py",
    "test_outlines.py",
    "test_papers.py",
    "test_pictures.py",
    "test_sheet.py",
    "test_slides.py",
    "test_tables_fuzz.py",
    "test_upload_bounds.py",
    "test_uploads_fuzz.py",
)


def pytest_collection_modifyitems(items):
    """Mark tests by where they stand; run long files first and the others in their order."""
    for item in items:
        name = FOLDERS.get(item.path.parent.name) or ("slow" if item.path.name in SLOW else None)
        if name:
            item.add_marker(name)
        # They drive other programs: a browser, a database that is killed.
        if name in ("browser", "store"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: item.path.name not in LONG)


def pytest_terminal_summary(terminalreporter):
    """Name the tests that passed only the second time: each is a fault to look for, in the test or in the page."""
    again = {report.nodeid for report in terminalreporter.stats.get("rerun", [])}
    failed = {report.nodeid for report in terminalreporter.stats.get("failed", [])}
    for test in sorted(again - failed):
        terminalreporter.write_line(f"PASSED AT THE SECOND TRY {test}", yellow=True)


@pytest.fixture(scope="session")
def gminy():
    return load_units(Level.GMINA)


@pytest.fixture(scope="session")
def localities():
    return load_localities()


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    """Give every test an empty store, and close what it opens."""
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(tmp_path / "klastry"))
    for name in ("KLASTRY_DATABASE_URL", "KLASTRY_EDITORS", "KLASTRY_TRUST_EMAIL"):
        monkeypatch.delenv(name, raising=False)
    yield
    library.close_stores()
    # What a test has shown is not what the next one sees.
    library.forget()
