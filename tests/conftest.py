"""Share the embedded data and the Hypothesis profile."""

import os

import pytest
from hypothesis import HealthCheck, settings

from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.model.units import Level

settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def gminy():
    return load_units(Level.GMINA)


@pytest.fixture(scope="session")
def localities():
    return load_localities()
