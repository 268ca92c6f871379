"""Write everything of a cluster into one file that can be read back unchanged."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import shapely

from geo.export.tables import fill_sheet, heading_cell, safe_cell, saved
from geo.model.cluster import Cluster, Sector
from geo.model.members import ASKED, CONTACTS, DETAIL_COLUMNS, DIGITS, WRITTEN, Field
from geo.model.reach import DEFAULT_RADIUS_KM
from geo.render.text import Text
from geo.settings import DISPLAY_CRS

# Files are for Polish offices, whatever the language of the page; reading knows these headings.
PL = Text("pl")
DEFINITION_SHEET, MEMBERS_SHEET, HELP_SHEET = "Klaster", "Członkowie", "Objaśnienia"
_DEFINITION = (
    ("name", "Nazwa klastra"),
    ("cluster_id", "Identyfikator klastra"),
    ("network", "Sieć"),
    ("coordinator", "Koordynator"),
    ("territory", "Terytorium (TERYT)"),
    ("required_sectors", "Wymagane sektory"),
    ("default_radius_km", "Domyślny zasięg (km)"),
    ("concept", "Koncepcja"),
    ("founded", "Założony"),
    ("description", "Opis"),
    ("source", "Źródło klastra"),
)


def definition_rows(cluster: Cluster) -> list[tuple[str, str]]:
    """Return the definition of a cluster as pairs of heading and value."""
    values = {
        "territory": ", ".join(cluster.territory),
        "required_sectors": ", ".join(PL(f"sector.{s}") for s in cluster.required_sectors),
        "default_radius_km": f"{cluster.default_radius_km:g}".replace(".", ","),
        "concept": PL("yes" if cluster.concept else "no"),
    }
    return [(heading, str(values.get(key, getattr(cluster, key)))) for key, heading in _DEFINITION]


def read_definition(rows: Sequence[Sequence[str]]) -> Cluster | None:
    """
    Return the cluster that definition rows describe, or None where they are no definition.

    Parameters
    ----------
    rows
        Pairs of heading and value; others are ignored.
    """
    by_heading = {heading: key for key, heading in _DEFINITION}
    found = {by_heading[r[0]]: r[1] if len(r) > 1 else "" for r in rows if r and r[0] in by_heading}
    if not found.get("name"):
        return None
    sectors = {PL(f"sector.{s}"): s for s in Sector}
    try:
        radius = float(found.get("default_radius_km", str(DEFAULT_RADIUS_KM)).replace(",", "."))
    except ValueError:
        radius = DEFAULT_RADIUS_KM
    listed = {
        k: [v.strip() for v in found.get(k, "").split(",") if v.strip()] for k in ("territory", "required_sectors")
    }
    return Cluster(
        cluster_id=found.get("cluster_id", ""),
        name=found["name"],
        network=found.get("network", ""),
        coordinator=found.get("coordinator", ""),
        territory=tuple(t.zfill(len(t) + len(t) % 2) for t in listed["territory"] if t.isdecimal()),
        required_sectors=tuple(sectors[s] for s in listed["required_sectors"] if s in sectors),
        default_radius_km=radius,
        concept=found.get("concept", "") == PL("yes"),
        founded=found.get("founded", ""),
        description=found.get("description", ""),
        source=found.get("source", ""),
    )


def members_table(members: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return members as a table that can be read back, headings in Polish; numbers stay numbers."""
    full = members.reindex(columns=[*members.columns, *(c for c in (*DETAIL_COLUMNS, "person") if c not in members)])
    person = full["person"].eq(True).to_numpy()  # noqa: FBT003 - a column, not a flag
    xy = shapely.get_coordinates(members.geometry.to_numpy(), include_z=False) if len(members) else np.empty((0, 2))
    located = members.geometry.notna().to_numpy()
    points = np.full((len(members), 2), np.nan)
    points[located] = xy
    columns: dict[Field, object] = {
        Field.SECTOR: [PL(f"sector.{s}") for s in full["sector"]],
        Field.STATUS: [PL(f"status.{s}") for s in full["status"]],
        Field.PERSON: [PL("yes") if p else "" for p in person],
        Field.PRECISION: [PL(f"precision.{p}") for p in full["precision"]],
        Field.EASTING_2180: points[:, 0],
        Field.NORTHING_2180: points[:, 1],
    }
    # How to reach members is written only where it was handed over.
    written = [c for c in WRITTEN if c not in CONTACTS or str(c) in members]
    data = {c: columns.get(c, full.get(str(c), "")) for c in written}
    table = pd.DataFrame({PL(f"field.{c}"): v for c, v in data.items()})
    texts = [c for c in table.columns if table[c].dtype.kind not in "fi"]
    table[texts] = table[texts].fillna("")
    return table


def cluster_csv(cluster: Cluster, members: gpd.GeoDataFrame) -> bytes:
    """
    Return the list of members as CSV, one plain table: UTF-8 with BOM, semicolons, decimal commas.

    What a cluster is besides its list, its name and territory, is in the other files.
    """
    del cluster
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    table = members_table(members)
    writer.writerow(map(heading_cell, table.columns))
    for row in table.itertuples(index=False):
        writer.writerow([_decimal(v) if isinstance(v, float) else safe_cell(v) for v in row])
    return buffer.getvalue().encode("utf-8-sig")


def _decimal(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.10g}".replace(".", ",")


def cluster_xlsx(cluster: Cluster, members: gpd.GeoDataFrame) -> bytes:
    """Return a workbook with the members on one sheet and the definition on another."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = MEMBERS_SHEET
    table = members_table(members)
    fill_sheet(sheet, list(table.columns), table.itertuples(index=False))
    fill_sheet(book.create_sheet(DEFINITION_SHEET), ("Pole", "Wartość"), definition_rows(cluster))
    return saved(book)


def cluster_geojson(cluster: Cluster, members: gpd.GeoDataFrame) -> bytes:
    """
    Return GeoJSON (RFC 7946, degrees); members without a point have no geometry.

    The properties carry the coordinates in EPSG:2180 too, so that nothing is lost by rounding.
    """
    table = members_table(members)
    shown = members.geometry.to_crs(DISPLAY_CRS)
    records = table.astype(object).where(table.notna(), None).to_dict("records")
    features = [
        {
            "type": "Feature",
            "geometry": None if p is None else {"type": "Point", "coordinates": [round(p.x, 6), round(p.y, 6)]},
            "properties": record,
        }
        for p, record in zip(shown, records, strict=True)
    ]
    content = {
        "type": "FeatureCollection",
        "klaster": dict(definition_rows(cluster)),
        "features": features,
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def template_xlsx(text: Text) -> bytes:
    """
    Return an empty list to fill in, with a sheet that explains each column.

    Parameters
    ----------
    text
        Language of the explanations; the headings are Polish.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = MEMBERS_SHEET
    fill_sheet(sheet, [PL(f"field.{f}") for f in ASKED], ())
    for column, field in enumerate(ASKED, start=1):
        if field in DIGITS:
            # Kept as text, so that leading zeros stay.
            for row in range(2, 502):
                sheet.cell(row, column).number_format = "@"
    rows = [(PL(f"field.{f}"), text(f"template.{f}")) for f in ASKED]
    fill_sheet(book.create_sheet(HELP_SHEET), (text("template.column"), text("template.meaning")), rows)
    return saved(book)
