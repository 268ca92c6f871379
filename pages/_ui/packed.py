"""Keep Streamlit's own scripts and styles packed, each once; by itself it sends all of them unpacked."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

from streamlit.file_util import get_static_dir

_KINDS = {".js": "text/javascript", ".css": "text/css"}


@cache
def _files() -> dict[str, Path]:
    """Return the files by their address; no other address is looked for."""
    folder = Path(get_static_dir())
    found = (folder / "static").rglob("*")
    return {f"/{file.relative_to(folder).as_posix()}": file for file in found if file.suffix in _KINDS}


def kind_of(address: str) -> str | None:
    """
    Return the media type of a script or style of Streamlit, or None for whatever is none.

    Parameters
    ----------
    address
        Path of the request below the base of the server, such as `/static/js/index.abc.js`.
    """
    file = _files().get(address)
    return None if file is None else _KINDS[file.suffix]


@cache
def packed(address: str) -> bytes:
    """Return a script or style that `kind_of` knows, compressed with gzip."""
    return gzip.compress(_files()[address].read_bytes(), mtime=0)
