"""
Read one uploaded file inside the sandbox.

Started by `reader.py`. Takes the file on its input and answers with JSON, so that a damaged or
hostile file can harm nothing but this process.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module

from geo.errors import UploadError
from geo.io.sandbox import bound_self
from geo.io.uploads.formats import BY_NAME
from geo.io.uploads.grid import Grid
from geo.io.uploads.limits import CPU_SECONDS, MEMORY_BYTES

# Drivers that read other files, ask servers, or are not for lists; a test names any that is missing.
SKIPPED_DRIVERS = (
    "PCIDSK",
    "PDS4",
    "VICAR",
    "PDF",
    "MBTiles",
    "EEDA",
    "OGCAPI",
    "GDALG",
    "ESRI Shapefile",
    "MapInfo File",
    "LVBAG",
    "S57",
    "DGN",
    "OGR_VRT",
    "CSV",
    "GML",
    "GPX",
    "GeoJSON",
    "GeoJSONSeq",
    "ESRIJSON",
    "TopoJSON",
    "OGR_GMT",
    "SQLite",
    "WAsP",
    "OpenFileGDB",
    "DXF",
    "FlatGeobuf",
    "GeoRSS",
    "VFK",
    "PGDUMP",
    "OSM",
    "GPSBabel",
    "OGR_PDS",
    "WFS",
    "OAPIF",
    "EDIGEO",
    "Idrisi",
    "ODS",
    "XLSX",
    "Elasticsearch",
    "Carto",
    "AmigoCloud",
    "SXF",
    "Selafin",
    "JML",
    "PLSCENES",
    "CSW",
    "VDV",
    "MVT",
    "NGW",
    "MapML",
    "GTFS",
    "PMTiles",
    "JSONFG",
    "MiraMonVector",
    "ADBC",
    "AVCBin",
    "AVCE00",
    "AIVector",
    "HTTP",
)


def main() -> None:
    """Read the format and the sheet from the arguments and the file from the input."""
    bound_self(MEMORY_BYTES, CPU_SECONDS)
    # GDAL registers its drivers when it is loaded: only those that are needed.
    os.environ["GDAL_SKIP"] = ",".join(SKIPPED_DRIVERS)
    kind, sheet = sys.argv[1:3]
    try:
        answer = {"grid": read(kind, sys.stdin.buffer.read(), sheet).as_dict()}
    except UploadError as error:
        answer = {"problem": {"key": error.problem, "details": error.details}}
    except (MemoryError, RecursionError):
        answer = {"problem": {"key": "bomb", "details": {}}}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))


def read(kind: str, content: bytes, sheet: str) -> Grid:
    """
    Read a file of a known format. Its reader is imported only now.

    Raises
    ------
    UploadError
        If it cannot be read.
    """
    chosen = BY_NAME[kind]
    module, function = chosen.reader
    reader: Callable[..., Grid] = getattr(import_module(module), function)
    return reader(content, sheet) if chosen.sheeted else reader(content)


if __name__ == "__main__":
    main()
