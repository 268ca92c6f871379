"""List the formats of files that can be uploaded, one row each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

# Parts of a file that are looked at to find out what it is.
HEAD, START, DEEP = 400, 2000, 5000
_ZIP, _SQLITE, _OLE = b"PK\x03\x04", b"SQLite format 3\0", b"\xd0\xcf\x11\xe0"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
# Files of other kinds that say what they are: none of them is text.
_FOREIGN = (_OLE, b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"\x1f\x8b", _ZIP, _SQLITE)


@dataclass(frozen=True)
class Format:
    """
    A format.

    Attributes
    ----------
    name
        Its name, as messages and `RawTable.format` have it.
    extensions
        Of its files, lower case.
    fits
        Whether content is of this format; the first that fits is taken.
    reader
        Module and function that reads it inside the sandbox, imported only there.
    sheeted
        Whether a file holds several sheets or layers, one of which is read.
    """

    name: str
    extensions: tuple[str, ...]
    fits: Callable[[bytes], bool]
    reader: tuple[str, str]
    sheeted: bool = False


def _start(content: bytes) -> bytes:
    return content[:START].removeprefix(b"\xef\xbb\xbf").lstrip()


def _is_ods(content: bytes) -> bool:
    return content.startswith(_ZIP) and _ODS in content[:HEAD]


def _is_json(content: bytes) -> bool:
    return not content.startswith(_FOREIGN) and _start(content)[:1] in (b"{", b"[")


def _is_kml(content: bytes) -> bool:
    return _start(content).startswith(b"<") and b"<kml" in content[:DEEP]


_SHEETS, _LAYERS = "geo.io.uploads.sheets", "geo.io.uploads.layers"
FORMATS = (
    Format("ods", ("ods",), _is_ods, (_SHEETS, "read_ods"), sheeted=True),
    Format("xlsx", ("xlsx", "xlsm"), lambda c: c.startswith(_ZIP), (_SHEETS, "read_xlsx"), sheeted=True),
    Format("xls", ("xls",), lambda c: c.startswith(_OLE), ("geo.io.uploads.old_excel", "read_xls"), sheeted=True),
    Format("gpkg", ("gpkg",), lambda c: c.startswith(_SQLITE), (_LAYERS, "read_gpkg"), sheeted=True),
    Format("geojson", ("geojson", "json"), _is_json, (_LAYERS, "read_geojson")),
    Format("kml", ("kml",), _is_kml, (_LAYERS, "read_kml"), sheeted=True),
    # Whatever else is text.
    Format(
        "csv",
        ("csv", "txt", "tsv"),
        lambda c: not c.startswith(_FOREIGN),
        ("geo.io.uploads.delimited", "read_csv"),
    ),
)
BY_NAME = {f.name: f for f in FORMATS}
EXTENSIONS = {extension: f.name for f in FORMATS for extension in f.extensions}


def format_of(content: bytes) -> str | None:
    """Return the name of the format that content is of, None for none of them."""
    return next((f.name for f in FORMATS if f.fits(content)), None)
