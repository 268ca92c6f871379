"""Write the files a browser loads once: Leaflet and our map script; say where the outlines are."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from geo.io.outlines import packs_key
from geo.settings import STATIC_DIR

URL_PREFIX = "../../app/static/"
# The server answers below this address with the packed outlines, see `geo.io.outlines`.
OUTLINES_PATH = "/app/outlines/"
# Our script stands in several files and is loaded as one.
_PARTS = {"map.js": ("outlines.js", "names.js", "moves.js", "reading.js", "map.js")}


@dataclass(frozen=True)
class Assets:
    """
    Addresses of the static files, as seen from the map's frame.

    Attributes
    ----------
    leaflet_js, leaflet_css, map_js, map_css
        Scripts and styles.
    outlines
        What the names of packed outlines follow.
    """

    leaflet_js: str
    leaflet_css: str
    map_js: str
    map_css: str
    outlines: str


def ensure_assets(folder: Path = STATIC_DIR) -> Assets:
    """
    Write what is missing in the static folder and return the addresses.

    Names carry a hash of the content or of what it is made from, so browsers may keep the files.

    Raises
    ------
    DataFileError
        If boundaries are missing or changed.
    """
    urls = _static_files(folder)
    # Outlines change with the state of the data, the files do not.
    outlines = f"../..{OUTLINES_PATH}{packs_key()}/"
    return Assets(urls["leaflet.js"], urls["leaflet.css"], urls["map.js"], urls["map.css"], outlines)


@cache
def _static_files(folder: Path) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    names = ("leaflet.js", "leaflet.css", "map.js", "map.css")
    return {name: URL_PREFIX + _write_hashed(folder, name, read_asset(name)) for name in names}


def read_asset(name: str) -> bytes:
    """
    Return Leaflet or our script.

    Parameters
    ----------
    name
        Name of a file.
    """
    # The images that Leaflet's style names belong to controls that are not used here.
    leaflet = resources.files("js_lib_leaflet") / "static" / "js_lib_leaflet"
    folder = leaflet if name.startswith("leaflet.") else resources.files("geo.render")
    return b"\n".join((folder / part).read_bytes() for part in _PARTS.get(name, (name,)))


def _write_hashed(folder: Path, name: str, content: bytes) -> str:
    stem, suffix = name.split(".")
    hashed = f"{stem}-{hashlib.sha256(content).hexdigest()[:10]}.{suffix}"
    if not (folder / hashed).exists():
        _write(folder / hashed, content)
    return hashed


def _write(path: Path, content: bytes) -> None:
    """Write so that a reader sees the whole file or none, even if two processes start at once."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)
