"""What stands beside the code agrees with it: version, settings, commands, locked packages."""

import re

import pytest

from geo.__main__ import COMMANDS
from geo.settings import PROGRAM, ROOT, VERSION


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name):
    """Return the versions of a list of packages, extras left out."""
    found = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", read(name), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in found}


def test_the_version_is_the_same_everywhere():
    assert re.search(r"^version: (.+)$", read("CITATION.cff"), re.MULTILINE)[1] == VERSION
    assert f"## [{VERSION}]" in read("CHANGELOG.md")
    assert VERSION in PROGRAM


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_what_is_asked_for_is_locked_with_checksums(name):
    locked = pins(f"{name}.lock")
    wanted = pins("requirements.txt") | (pins("requirements-dev.txt") if name.endswith("dev") else {})
    assert wanted.items() <= locked.items()
    assert read(f"{name}.lock").count("--hash=sha256:") >= len(locked)
    # Addresses of registries differ from office to office.
    assert "://" not in read(f"{name}.lock")


def test_tests_run_what_is_installed():
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_readme_names_every_setting_and_command():
    code = "".join(p.read_text(encoding="utf-8") for p in (*ROOT.glob("geo/**/*.py"), *ROOT.glob("pages/**/*.py")))
    readme = read("README.md")
    settings = set(re.findall(r'"(KLASTRY_[A-Z_]+)"', code))
    assert len(settings) > 5
    assert not [name for name in settings if f"`{name}`" not in readme]
    assert not [name for name in COMMANDS if f" {name} " not in readme]


def test_the_contributors_page_names_commands_that_exist():
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", read("CONTRIBUTING.md")))
    assert len(named) > 5
    assert named <= targets
