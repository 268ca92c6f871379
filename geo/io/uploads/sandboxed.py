"""
Read one uploaded file inside the sandbox.

Started by `reader.py`. Takes the file on its input and answers with JSON, so that a damaged or
hostile file can harm nothing but this process.
"""

from __future__ import annotations

import json
import os
import sys

from geo.errors import UploadError
from geo.io.sandbox import bound_self
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
    Read a file of a known format. Libraries are imported only where they are needed.

    Raises
    ------
    UploadError
        If it cannot be read.
    """
    if kind == "csv":
        from geo.io.uploads.delimited import read_csv  # noqa: PLC0415

        return read_csv(content)
    if kind in ("xlsx", "ods"):
        from geo.io.uploads import sheets  # noqa: PLC0415

        return sheets.read_xlsx(content, sheet) if kind == "xlsx" else sheets.read_ods(content, sheet)
    from geo.io.uploads import layers  # noqa: PLC0415

    if kind == "geojson":
        return layers.read_geojson(content)
    return layers.read_gpkg(content, sheet) if kind == "gpkg" else layers.read_kml(content, sheet)


if __name__ == "__main__":
    main()
