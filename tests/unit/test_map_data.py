"""Files of data say what the map says, in numbers that office programs and GIS read without help."""

import csv
import io
import json
import math
import re
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from pyproj import Transformer

from geo.export.fields import field_names
from geo.io.boundaries import load_units
from geo.model.coverage import CoverageQuery
from geo.model.picture import DATA, Kind, PictureQuery
from geo.model.queries import DensityQuery, Measure
from geo.model.units import Level
from geo.render.text import Text
from geo.services.coverage import coverage_view
from geo.services.density import density_view
from geo.services.pictures import map_file
from geo.services.web import place_mark
from support.hostile import HOSTILE

PL = Text("pl")
TO_METRES = Transformer.from_crs(4326, 2180, always_xy=True)
COLOUR, NAME, CODE = "Kolor na mapie", "Nazwa", "TERYT"
UNITS, POINTS, PROPOSALS, SOURCES = "jednostki", "organizacje", "propozycje", "zrodla"
WORDS, PROGRAMS = (Kind.CSV, Kind.XLSX), (Kind.GEOJSON, Kind.GPKG)
# Keys of simplestyle, which stand beside the fields.
LOOKS = {"fill", "fill-opacity", "stroke", "stroke-width", "marker-color", "marker-size", "marker-symbol"}
NAMES = {
    "formula": "=cmd()|' /C calc'!A0",
    "quoted formula": "'=1+1",
    "newline": 'Klaster\nbis;"x"\r\n=1+1',
    "return": "\r=1+1",
    "nul": "Klaster\0bis",
    "surrogate": "Klaster \ud800 bis",
    "script": "<script>alert(1)</script>",
    "long": "Ż" * 10_000,
    "mirrored": "\u202egpj.klaster",
    "hostile": HOSTILE,
}


def _density(subject, level, measure=Measure.COUNT):
    view = density_view(DensityQuery(subject, level=level, measure=measure), PL)
    return view, view.picture


def _coverage(subject, level=Level.GMINA):
    proposed = (place_mark(load_units(level).geometry.iloc[0].representative_point(), "Propozycja", "nowe miejsce"),)
    view = coverage_view(CoverageQuery(subject, level=level), PL, additions=proposed)
    return view, view.picture


MAPS = {
    "powiats": lambda: _density("lubelska-medycyna", Level.POWIAT),
    "rates": lambda: _density("kluczewski", Level.GMINA, Measure.PER_100_KM2),
    "voivodeships without members": lambda: _density("senior-slaski", Level.VOIVODESHIP),
    "coverage": lambda: _coverage("kluczewski"),
    "coverage without members": lambda: _coverage("senior-slaski", Level.POWIAT),
}


class Shown:
    """A map with its files."""

    def __init__(self, name, folder):
        self.view, self.picture = MAPS[name]()
        self.payload = self.picture.payload
        self.table = self.view.shown("units").reset_index(drop=True)
        self.files = {kind: map_file(self.picture, PictureQuery(), kind) for kind in DATA}
        self.gpkg = folder / "map.gpkg"
        self.gpkg.write_bytes(self.files[Kind.GPKG])
        self.geojson = json.loads(self.files[Kind.GEOJSON])

    def layer(self, name):
        """Return a layer of the GeoPackage."""
        return pyogrio.read_dataframe(self.gpkg, layer=name)

    def features(self, name):
        """Return a layer of GeoJSON."""
        return [f for f in self.geojson["features"] if f["properties"]["warstwa"] == name]

    def units(self, kind):
        """Return the table of units as another program reads it."""
        content = self.files[kind]
        if kind is Kind.CSV:
            reader = {"sep": ";", "decimal": ",", "encoding": "utf-8-sig", "keep_default_na": False}
            numbers = {column: [""] for column in self.table.select_dtypes("number")}
            return pd.read_csv(io.BytesIO(content), dtype={CODE: str}, na_values=numbers, **reader)
        if kind is Kind.XLSX:
            rows = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values)
            return pd.DataFrame(rows[1:], columns=rows[0])
        if kind is Kind.GEOJSON:
            rows = [{k: v for k, v in f["properties"].items() if k not in LOOKS} for f in self.features(UNITS)]
            return pd.DataFrame(rows).drop(columns="warstwa")
        return pd.DataFrame(self.layer(UNITS).drop(columns="geometry"))

    def code(self, kind):
        """Return the name of the field of codes."""
        return CODE if kind in WORDS else "teryt"


def rows_of(package, query):
    with closing(sqlite3.connect(package)) as connection:
        return connection.execute(query).fetchall()


def aliases_of(package, layer):
    """Return what people call the fields of a layer."""
    rows = rows_of(package, "SELECT table_name, column_name, title FROM gpkg_data_columns")
    return {name: title for table, name, title in rows if table == layer}


@pytest.fixture(scope="module", params=MAPS)
def shown(request, tmp_path_factory):
    return Shown(request.param, tmp_path_factory.mktemp("maps"))


@pytest.mark.parametrize("kind", WORDS)
def test_the_units_are_those_of_the_screen(shown, kind):
    found = shown.units(kind)
    assert list(found.columns) == [*shown.table.columns, COLOUR]
    for column in shown.table:
        wanted = shown.table[column]
        if pd.api.types.is_numeric_dtype(wanted):
            values = found[column].dropna()
            assert all(isinstance(v, int | float | np.number) and math.isfinite(v) for v in values), column
            np.testing.assert_array_equal(found[column].astype(float), wanted.astype(float), column)
        else:
            # Nothing here begins with a sign that is guarded by an apostrophe.
            assert found[column].fillna("").tolist() == wanted.fillna("").tolist(), column


@pytest.mark.parametrize("kind", PROGRAMS)
def test_the_fields_of_units_are_those_of_the_table_by_plain_names(shown, kind):
    found, table = shown.units(kind), shown.picture.tables.units
    names = field_names(c.key for c in table.columns)
    assert list(found.columns) == [*names, "kolor", "symbol"]
    for name, column in zip(names, table.columns, strict=True):
        wanted, values = table[column.key], found[name]
        if wanted.dtype == bool:
            assert values.tolist() == wanted.tolist()
            assert all(isinstance(v, bool | np.bool_) for v in values)
        elif pd.api.types.is_integer_dtype(wanted) or (column.cells is None and wanted.dtype.kind == "f"):
            np.testing.assert_array_equal(
                pd.to_numeric(values).astype(float), pd.to_numeric(wanted).astype(float), column.key
            )
        else:
            # In words, and nothing where there is none.
            words = pd.Series(shown.table.iloc[:, list(table.columns).index(column)]).replace({"": None, "–": None})
            assert [None if pd.isna(v) else v for v in values] == [None if pd.isna(w) else w for w in words]
    aliases = aliases_of(shown.gpkg, UNITS)
    assert [aliases[n] for n in names] == list(shown.table.columns)


@pytest.mark.parametrize("kind", DATA)
def test_codes_are_text_with_their_zeros(shown, kind):
    codes = shown.units(kind)[shown.code(kind)]
    assert codes.str.fullmatch(r"\d" * Level(shown.payload["level"]).digits).all()
    assert codes.is_unique


@pytest.mark.parametrize("kind", DATA)
def test_colours_are_those_of_the_classes_as_they_are_seen(shown, kind):
    payload, found = shown.payload, shown.units(kind)
    keys = dict(zip(load_units(Level(payload["level"])).index, payload["classes"], strict=True))
    fills = [payload["fills"][keys[code]]["color"] for code in found[shown.code(kind)]]
    painted = found[COLOUR if kind in WORDS else "kolor"]
    rgb, seen = (np.array([list(bytes.fromhex(c[1:])) for c in colours]) for colours in (fills, painted))
    # On white, as opaque as the map.
    assert abs(seen - (rgb * payload["opacity"] + 255 * (1 - payload["opacity"]))).max() <= 1


def test_the_csv_suits_a_polish_spreadsheet(shown):
    rows = list(csv.reader(io.StringIO(shown.files[Kind.CSV].decode("utf-8")), delimiter=";"))
    assert rows[0][0] == "\ufeffNazwa"
    assert {len(row) for row in rows} == {len(shown.table.columns) + 1}
    for at, column in enumerate(shown.table):
        if shown.table[column].dtype == float:
            assert not any("." in row[at] for row in rows[1:])


def test_geojson_is_in_degrees_and_its_rings_turn_left(shown):
    assert "crs" not in shown.geojson
    for feature in shown.geojson["features"]:
        if feature["geometry"] is None:
            assert feature["properties"]["warstwa"] == POINTS
            continue
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.is_valid
        west, south, east, north = shape.bounds
        assert 14.0 < west <= east < 24.2
        assert 48.9 < south <= north < 54.95
        for part in getattr(shape, "geoms", [shape]):
            if part.geom_type == "Polygon":
                assert shapely.is_ccw(part.exterior)
                assert not any(shapely.is_ccw(hole) for hole in part.interiors)


def test_geopackage_has_the_finest_outlines_and_geojson_what_a_wide_screen_shows(shown):
    layer = shown.layer(UNITS)
    assert layer.crs.to_epsg() == 2180
    units = load_units(Level(shown.payload["level"])).loc[layer["teryt"]]
    assert shapely.equals(layer.geometry.to_numpy(), units.geometry.to_numpy()).all()
    west, _, east, _ = layer.total_bounds
    # Of a screen so many pixels wide none shows a difference.
    pixel = (east - west) / 2500
    drawn = []
    for feature, shape in zip(shown.features(UNITS), layer.geometry, strict=True):
        degrees = shapely.geometry.shape(feature["geometry"])
        metres = shapely.transform(degrees, lambda xy: np.column_stack(TO_METRES.transform(*xy.T)))
        assert shapely.distance(shapely.points(shapely.get_coordinates(shape)), metres.boundary).max() <= pixel
        drawn.append(metres)
    # Neighbours share their borders there too, but for the last digit.
    assert shapely.area(shapely.union_all(drawn)) == pytest.approx(shapely.area(drawn).sum(), rel=1e-5)


def test_areas_are_true(shown):
    layer = shown.layer(UNITS)
    known = load_units(Level(shown.payload["level"]))["area_km2"].loc[layer["teryt"]]
    np.testing.assert_allclose(layer.area / 1e6, known, rtol=1e-5)


def test_organisations_are_those_of_the_table_with_or_without_a_point(shown):
    listed, points = shown.picture.tables.organisations, shown.picture.tables.points
    if not len(listed):
        assert POINTS not in pyogrio.list_layers(shown.gpkg)[:, 0]
        assert shown.features(POINTS) == []
        return
    layer, features = shown.layer(POINTS), shown.features(POINTS)
    assert layer.crs.to_epsg() == 2180
    words = listed.shown(PL, filed=True)
    for name, column in zip(field_names(c.key for c in listed.columns), words, strict=True):
        found = pd.Series([f["properties"][name] for f in features])
        if pd.api.types.is_numeric_dtype(words[column]):
            np.testing.assert_array_equal(layer[name], words[column].astype(float))
            np.testing.assert_array_equal(found.astype(float), words[column].astype(float))
            continue
        wanted = words[column].fillna("").tolist()
        assert ["" if pd.isna(v) else v for v in layer[name]] == wanted
        assert ["" if pd.isna(v) else v for v in found] == wanted
    assert {"nazwa", "klaster", "teryt", "dokladnosc", "data", "szer_geo"} <= set(layer.columns)
    placed = np.isfinite(points).all(axis=1)
    assert layer.geometry.notna().tolist() == placed.tolist() == [f["geometry"] is not None for f in features]
    np.testing.assert_allclose(shapely.get_coordinates(layer.geometry[placed].to_numpy()), points[placed], atol=0.01)
    degrees = [f["geometry"]["coordinates"] for f in features if f["geometry"]]
    marks = {(m["x"], m["y"]) for m in shown.payload["members"] if m["sk"] != "proposal"}
    assert {(round(x, 5), round(y, 5)) for x, y in degrees} == marks


def test_proposals_are_a_layer_of_their_own(shown):
    marks = [m for m in shown.payload["members"] if m["sk"] == "proposal"]
    found = [f["properties"]["nazwa"] for f in shown.features(PROPOSALS)]
    assert found == [m["n"] for m in marks]
    if marks:
        layer = shown.layer(PROPOSALS)
        wanted = np.column_stack(TO_METRES.transform([m["x"] for m in marks], [m["y"] for m in marks]))
        np.testing.assert_allclose(shapely.get_coordinates(layer.geometry.to_numpy()), wanted, atol=0.5)


def test_organisations_of_the_workbook_lie_where_the_map_marks_them(shown):
    rows = list(openpyxl.load_workbook(io.BytesIO(shown.files[Kind.XLSX])).worksheets[1].values)
    listed = pd.DataFrame(rows[1:], columns=rows[0])
    assert len(listed) == len(shown.picture.tables.organisations)
    placed = sorted(row[-2:] for row in listed.itertuples(index=False) if pd.notna(row[-1]))
    marks = [m for m in shown.payload["members"] if m["l"] != "+"]
    wanted = sorted(zip(*TO_METRES.transform([m["x"] for m in marks], [m["y"] for m in marks]), strict=True))
    np.testing.assert_allclose(np.reshape(placed, (-1, 2)).astype(float), np.reshape(wanted, (-1, 2)), atol=1.0)


def test_sources_and_licences_go_with_the_data(shown):
    book = openpyxl.load_workbook(io.BytesIO(shown.files[Kind.XLSX]))
    assert book.sheetnames[-1] == "Źródła"
    workbook, package = book.worksheets[-1].values, shown.layer(SOURCES).to_numpy()
    for rows in (workbook, package, shown.geojson["sources"]):
        said = "\n".join(f"{what}: {value}" for what, value in rows)
        missing = [w for w in ("OpenStreetMap", "ODbL", "CC BY", "2026", shown.picture.title) if w not in said]
        assert not missing


def _with_name(picture, name):
    """Return a picture whose organisations, and whatever is said of them, have a name."""
    tables = picture.tables
    # As objects: columns of words refuse halves of pairs.
    named = pd.Series(name, tables.organisations.frame.index, dtype=object)
    nearest = pd.Series(name, tables.units.frame.index, dtype=object)
    units = replace(tables.units, frame=tables.units.frame.assign(nearest=nearest))
    organisations = replace(tables.organisations, frame=tables.organisations.frame.assign(name=named, source=named))
    marks = tuple(replace(m, name=name, source=name) for m in picture.painting.marks)
    said = replace(tables, units=units, organisations=organisations, credits=(*tables.credits, ("Źródło", name)))
    return replace(picture, painting=replace(picture.painting, marks=marks), tables=said, title=name)


@pytest.mark.parametrize("kind", DATA)
@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_are_only_words(tmp_path, kind, name):
    content = map_file(_with_name(_coverage("kluczewski")[1], NAMES[name]), PictureQuery(), kind)
    # What a format cannot hold may be left out.
    start = NAMES[name].split("\0")[0].split("\ud800")[0]
    if kind is Kind.CSV:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
        found = [row[rows[0].index("Najbliższy członek")] for row in rows[1:]]
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    elif kind is Kind.XLSX:
        sheets = openpyxl.load_workbook(io.BytesIO(content)).worksheets
        cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
        assert not any(c.data_type == "f" for c in cells)
        # A text that looks like a formula is held as one, without a sign that people would see.
        assert all(c.quotePrefix for c in cells if isinstance(c.value, str) and c.value.startswith(("=", "+", "@")))
        package = zipfile.ZipFile(io.BytesIO(content))
        assert not any(b"<f>" in package.read(n) or b"<f " in package.read(n) for n in package.namelist())
        found = [row[0].value for row in sheets[1].iter_rows(min_row=2)]
    elif kind is Kind.GEOJSON:
        features = json.loads(content)["features"]
        found = [f["properties"]["nazwa"] for f in features if f["properties"]["warstwa"] == POINTS]
    else:
        (tmp_path / "map.gpkg").write_bytes(content)
        found = pyogrio.read_dataframe(tmp_path / "map.gpkg", layer=POINTS)["nazwa"].tolist()
    assert len(found) > 2
    assert all(isinstance(f, str) and f.startswith((start, f"'{start}")) for f in found if f != "Propozycja")


def test_circles_of_reach_are_a_layer(tmp_path):
    drawn = coverage_view(CoverageQuery("kluczewski"), PL, circles=True).picture
    file = tmp_path / "map.gpkg"
    file.write_bytes(map_file(drawn, PictureQuery(), Kind.GPKG))
    circles = pyogrio.read_dataframe(file, layer="zasieg")
    assert len(circles) == len(drawn.payload["circles"]) > 0
    assert circles.crs.to_epsg() == 2180
    assert circles.area.to_numpy() == pytest.approx(np.pi * 10_000.0**2, rel=1e-3)
    assert set(circles["zasieg_km"]) == {10.0}
    content = json.loads(map_file(drawn, PictureQuery(), Kind.GEOJSON))
    layer = [f for f in content["features"] if f["properties"]["warstwa"] == "zasieg"]
    assert {f["geometry"]["type"] for f in layer} == {"Polygon"}


def test_a_surface_is_a_layer_of_its_cells(tmp_path):
    view = density_view(DensityQuery("regionalne-klastry-seniora", surface=True), PL)
    file = tmp_path / "map.gpkg"
    file.write_bytes(map_file(view.picture, PictureQuery(), Kind.GPKG))
    cells = pyogrio.read_dataframe(file, layer="powierzchnia")
    value = cells.columns[0]
    assert cells[value].max() == pytest.approx(100.0 * view.surface.peak, abs=1e-6)
    # Summed over its cells of 1 km² the surface is the organisations it was made of, but for its faint rim.
    assert cells[value].sum() / 100.0 == pytest.approx(view.surface.count, rel=0.02)
    highest = cells.geometry[cells[value].idxmax()]
    lublin = load_units(Level.GMINA).geometry["066301"]
    assert highest.distance(lublin) < 1000.0
    content = json.loads(map_file(view.picture, PictureQuery(), Kind.GEOJSON))
    assert sum(f["properties"]["warstwa"] == "powierzchnia" for f in content["features"]) == len(cells)


def test_names_of_layers_and_fields_suit_every_program(shown):
    layers = pyogrio.list_layers(shown.gpkg)[:, 0].tolist()
    for layer in layers:
        fields = pyogrio.read_info(shown.gpkg, layer=layer)["fields"].tolist()
        assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,9}", f) for f in fields) or layer == "layer_styles", (layer, fields)
        assert len({f.casefold() for f in fields}) == len(fields)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", layer) for layer in layers)


@pytest.mark.parametrize(("driver", "ending"), [("GML", "gml"), ("ESRI Shapefile", "shp"), ("MapInfo File", "tab")])
def test_layers_go_on_into_other_formats_and_back(shown, tmp_path, driver, ending):
    for name in (UNITS, POINTS):
        if name not in pyogrio.list_layers(shown.gpkg)[:, 0]:
            continue
        layer = shown.layer(name)
        file = tmp_path / f"{name}.{ending}"
        layer.to_file(file, driver=driver, engine="pyogrio", encoding=None if driver == "GML" else "UTF-8")
        if driver == "GML":
            ET.parse(file)  # noqa: S314 - ours
        again = pyogrio.read_dataframe(file)
        assert len(again) == len(layer)
        assert again["nazwa"].tolist() == layer["nazwa"].tolist()
        # Not every format tells no words from an empty one.
        assert again["teryt"].fillna("").tolist() == layer["teryt"].fillna("").tolist()
        kept = {c.casefold() for c in again.columns}
        assert {c for c in layer.columns if c != "geometry"} <= kept


def test_a_package_opens_as_the_map(shown):
    styles = dict(rows_of(shown.gpkg, "SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault"))
    spatial = [name for name, kind in pyogrio.list_layers(shown.gpkg) if kind]
    assert set(styles) == set(spatial)
    look = ET.fromstring(styles[UNITS])  # noqa: S314 - ours
    renderer = look.find("renderer-v2")
    drawn = {s.get("name"): s for s in renderer.find("symbols")}
    colours, labels = {}, {}
    for category in renderer.find("categories"):
        layer = drawn[category.get("symbol")].find("layer[@class='SimpleFill']")
        red, green, blue, _ = layer.find("prop[@k='color']").get("v").split(",")
        colours[category.get("value")] = f"#{int(red):02x}{int(green):02x}{int(blue):02x}"
        labels[category.get("value")] = category.get("label")
    units = shown.layer(UNITS)
    assert [colours[key] for key in units["symbol"]] == units["kolor"].tolist()
    assert labels == {row.key: row.label for row in shown.picture.legend if row.key}
    assert renderer.get("attr") == "symbol"
    assert look.find("labeling/settings/text-style").get("fieldName") == "nazwa"


def test_a_package_says_what_it_is_and_of_what_licence(shown):
    ((said,),) = rows_of(shown.gpkg, "SELECT metadata FROM gpkg_metadata")
    assert shown.picture.title in said
    assert "ODbL" in said
    assert rows_of(shown.gpkg, "PRAGMA integrity_check") == [("ok",)]
    assert rows_of(shown.gpkg, "PRAGMA foreign_key_check") == []
    listed = {name for (name,) in rows_of(shown.gpkg, "SELECT table_name FROM gpkg_contents")}
    assert {UNITS, SOURCES, "layer_styles"} <= listed


def test_geojson_has_the_colours_that_web_maps_read(shown):
    for feature in shown.features(UNITS):
        assert feature["properties"]["fill"] == feature["properties"]["kolor"]
    for feature in shown.features(POINTS):
        assert re.fullmatch("#[0-9a-f]{6}", feature["properties"]["marker-color"])


def test_localities_out_of_reach_come_with_their_numbers(tmp_path):
    view = coverage_view(CoverageQuery("kluczewski", radius_km=5.0), PL)
    file = tmp_path / "map.gpkg"
    file.write_bytes(map_file(view.picture, PictureQuery(), Kind.GPKG))
    layer = pyogrio.read_dataframe(file, layer="miejscowosci")
    assert len(layer) == len(view.picture.painting.dots) > 10
    found = view.result.localities
    out = found[~found["covered"] & ~found["unknown"]].nlargest(len(layer), "population")
    assert layer["ludnosc"].tolist() == out["population"].tolist()
    assert layer["nazwa"].tolist() == out["name"].tolist()
    np.testing.assert_allclose(layer["odl_km"], out["nearest_m"] / 1000, atol=0.051)
    np.testing.assert_allclose(
        shapely.get_coordinates(layer.geometry.to_numpy()), shapely.get_coordinates(out.geometry.to_numpy()), atol=1.0
    )
