"""Files of data say what the map says, in numbers that office programs and GIS read without help."""

import csv
import io
import json
import math
import zipfile
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from pyproj import Transformer

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
UNITS, POINTS, PROPOSALS, SOURCES = "jednostki", "organizacje", "propozycje", "źródła"
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
            return pd.DataFrame([f["properties"] for f in self.features(UNITS)]).drop(columns="warstwa")
        return pd.DataFrame(self.layer(UNITS).drop(columns="geometry"))


@pytest.fixture(scope="module", params=MAPS)
def shown(request, tmp_path_factory):
    return Shown(request.param, tmp_path_factory.mktemp("maps"))


@pytest.mark.parametrize("kind", DATA)
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


@pytest.mark.parametrize("kind", DATA)
def test_codes_are_text_with_their_zeros(shown, kind):
    codes = shown.units(kind)[CODE]
    assert codes.str.fullmatch(r"\d" * Level(shown.payload["level"]).digits).all()
    assert codes.is_unique


@pytest.mark.parametrize("kind", DATA)
def test_colours_are_those_of_the_classes_as_they_are_seen(shown, kind):
    payload, found = shown.payload, shown.units(kind)
    keys = dict(zip(load_units(Level(payload["level"])).index, payload["classes"], strict=True))
    fills = [payload["fills"][keys[code]]["color"] for code in found[CODE]]
    rgb, seen = (np.array([list(bytes.fromhex(c[1:])) for c in colours]) for colours in (fills, found[COLOUR]))
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
    units = load_units(Level(shown.payload["level"])).loc[layer[CODE]]
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
    known = load_units(Level(shown.payload["level"]))["area_km2"].loc[layer[CODE]]
    np.testing.assert_allclose(layer.area / 1e6, known, rtol=1e-5)


def test_organisations_are_those_of_the_table_with_or_without_a_point(shown):
    listed, points = shown.picture.tables.organisations, shown.picture.tables.points
    if listed.empty:
        assert POINTS not in pyogrio.list_layers(shown.gpkg)[:, 0]
        assert shown.features(POINTS) == []
        return
    layer, features = shown.layer(POINTS), shown.features(POINTS)
    assert layer.crs.to_epsg() == 2180
    for column in listed.columns:
        wanted = listed[column].fillna("").astype(str).tolist()
        assert layer[column].fillna("").astype(str).tolist() == wanted
        assert [str(f["properties"][column] or "") for f in features] == wanted
    placed = np.isfinite(points).all(axis=1)
    assert layer.geometry.notna().tolist() == placed.tolist() == [f["geometry"] is not None for f in features]
    np.testing.assert_allclose(shapely.get_coordinates(layer.geometry[placed].to_numpy()), points[placed], atol=0.01)
    degrees = [f["geometry"]["coordinates"] for f in features if f["geometry"]]
    marks = {(m["x"], m["y"]) for m in shown.payload["members"] if m["sk"] != "proposal"}
    assert {(round(x, 5), round(y, 5)) for x, y in degrees} == marks


def test_proposals_are_a_layer_of_their_own(shown):
    marks = [m for m in shown.payload["members"] if m["sk"] == "proposal"]
    found = [f["properties"][NAME] for f in shown.features(PROPOSALS)]
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
    assert book.sheetnames[-1] == SOURCES.capitalize()
    workbook, package = book.worksheets[-1].values, shown.layer(SOURCES).to_numpy()
    for rows in (workbook, package, shown.geojson["sources"]):
        said = "\n".join(f"{what}: {value}" for what, value in rows)
        missing = [w for w in ("OpenStreetMap", "ODbL", "CC BY", "2026", shown.picture.title) if w not in said]
        assert not missing


def _with_name(picture, name):
    """Return a picture whose organisations, and whatever is said of them, have a name."""
    tables = picture.tables
    units = tables.units.assign(**{"Najbliższy członek": pd.Series(name, tables.units.index, dtype=object)})
    named = pd.Series(name, tables.organisations.index, dtype=object)
    organisations = tables.organisations.assign(**{NAME: named, "Źródło": named})
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
        assert not any(c.data_type == "f" or str(c.value).startswith(("=", "+", "@")) for c in cells)
        package = zipfile.ZipFile(io.BytesIO(content))
        assert not any(b"<f>" in package.read(n) or b"<f " in package.read(n) for n in package.namelist())
        found = [row[0].value for row in sheets[1].iter_rows(min_row=2)]
    elif kind is Kind.GEOJSON:
        features = json.loads(content)["features"]
        found = [f["properties"][NAME] for f in features if f["properties"]["warstwa"] == POINTS]
    else:
        (tmp_path / "map.gpkg").write_bytes(content)
        found = pyogrio.read_dataframe(tmp_path / "map.gpkg", layer=POINTS)[NAME].tolist()
    assert len(found) > 2
    assert all(isinstance(f, str) and f.startswith((start, f"'{start}")) for f in found if f != "Propozycja")


def test_circles_of_reach_are_a_layer(tmp_path):
    drawn = coverage_view(CoverageQuery("kluczewski"), PL, circles=True).picture
    file = tmp_path / "map.gpkg"
    file.write_bytes(map_file(drawn, PictureQuery(), Kind.GPKG))
    circles = pyogrio.read_dataframe(file, layer="zasięg")
    assert len(circles) == len(drawn.payload["circles"]) > 0
    assert circles.crs.to_epsg() == 2180
    assert circles.area.to_numpy() == pytest.approx(np.pi * 10_000.0**2, rel=1e-3)
    assert set(circles["Zasięg, km"]) == {10.0}
    content = json.loads(map_file(drawn, PictureQuery(), Kind.GEOJSON))
    layer = [f for f in content["features"] if f["properties"]["warstwa"] == "zasięg"]
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
