"""Files open in others' programs: validators made by others find nothing, and nothing is lost on the way back."""

import io
import json
import re
import subprocess
import zipfile
from pathlib import Path

import docx
import geojson_validator
import geopandas as gpd
import openpyxl
import pandas as pd
import pikepdf
import playwright
import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator, ValidationSeverity
from pptx import Presentation

from geo.export.tables import workbook
from geo.model.compare import CompareQuery, PanelQuery
from geo.model.coverage import CoverageQuery
from geo.model.picture import IMAGES, Kind, PictureQuery
from geo.model.queries import DensityQuery
from geo.model.units import Level
from geo.render.links import MAX_ADDRESS, anchored, linked
from geo.render.text import Text
from geo.services.atlas import AtlasJob, State
from geo.services.coverage import coverage_view
from geo.services.density import density_view
from geo.services.network_deck import network_deck
from geo.services.panels import PAIR_KINDS, SHEET_KINDS, pair_file, pair_view, sheet_file, sheet_view
from geo.services.pictures import map_file, saved_table
from geo.services.powiat import powiat_report
from geo.services.reports import cluster_deck, powiat_deck, report_docx_file, report_pdf_file
from geo.services.sheet import sheet_docx, sheet_pdf
from scripts.validators import GEOJSON, OPEN_XML

PL = Text("pl")


def atlas(kind):
    job = AtlasJob(CoverageQuery("kluczewski"), "1212", PictureQuery(), kind, PL)
    job.start()
    assert job.wait() is State.DONE
    return job.content


def lubelska():
    return coverage_view(CoverageQuery("lubelska-medycyna", area="06"), PL).picture


def pair(kind):
    view = pair_view(PanelQuery(("kluczewski", "skarzyski"), Level.GMINA), PL, together="")
    return pair_file(view, PictureQuery(), kind)


def voivodeships(kind):
    return sheet_file(sheet_view(PanelQuery(("regionalne-klastry-seniora",)), PL), kind)


@pytest.fixture(scope="module")
def report():
    return powiat_report(CoverageQuery("lubelska-medycyna"), "0663", PL)


@pytest.fixture(scope="module")
def made(report):
    """Return a file of each kind by its name."""
    picture = lubelska()
    files = {f"map.{kind}": map_file(picture, PictureQuery(), kind) for kind in Kind}
    network = coverage_view(CoverageQuery("uwierz-w-siebie"), PL)
    files |= {
        "table.xlsx": saved_table(density_view(DensityQuery("kluczewski"), PL)["units"], "xlsx", PL),
        "report.docx": report_docx_file(report, PL),
        "report.pdf": report_pdf_file(report, PL),
        "powiat.pptx": powiat_deck(report, PictureQuery(), PL),
        "empty.pptx": cluster_deck(network, None, PictureQuery(), PL),
        "network.pptx": network_deck(CompareQuery("kluczewski,skarzyski"), PictureQuery(), PL),
        "sheet.docx": sheet_docx("1212", PL),
        "sheet.pdf": sheet_pdf("1212", PL),
        "atlas.pdf": atlas(Kind.PDF),
        "atlas.pptx": atlas(Kind.PPTX),
    }
    files |= {f"pair.{kind}": pair(kind) for kind in PAIR_KINDS}
    return files | {f"voivodeships.{kind}": voivodeships(kind) for kind in SHEET_KINDS}


def of_kind(made, *kinds):
    return {name: content for name, content in made.items() if name.rpartition(".")[2] in kinds}


def faults(content, name, folder):
    file = folder / name
    file.write_bytes(content)
    found = OpenXmlValidator().validate(file).errors
    return sorted(e.description for e in found if e.severity is ValidationSeverity.ERROR)


def sdk_faults(content, name, folder):
    """Return what Microsoft's Open XML SDK says of a file."""
    file = folder / name
    file.write_bytes(content)
    said = subprocess.run(
        [OPEN_XML.folder / "package" / "ooxml-validator", file],
        capture_output=True,
        check=False,
        env={"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        timeout=120,
    )
    return sorted(fault["description"] for fault in json.loads(said.stdout)["errors"])


def saved(save):
    """Return what a library saves."""
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


#: What the libraries save of a file with nothing in it, by kind.
EMPTY = {
    "docx": lambda: saved(docx.Document().save),
    "pptx": lambda: saved(Presentation().save),
    "xlsx": lambda: saved(openpyxl.Workbook().save),
}


def test_office_files_have_no_fault_that_an_empty_file_of_the_library_has_not(made, tmp_path):
    empty = {kind: faults(save(), f"empty.{kind}", tmp_path) for kind, save in EMPTY.items()}
    files = of_kind(made, "docx", "pptx", "xlsx")
    assert len(files) >= 9
    for name, content in files.items():
        own = faults(content, name, tmp_path)
        assert set(own) <= set(empty[name.rpartition(".")[2]]), name


@pytest.mark.parametrize("found", [faults, sdk_faults], ids=["openxml-audit", "SDK"])
def test_a_fault_would_be_found(made, tmp_path, found):
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made["map.pptx"])) as old, zipfile.ZipFile(broken, "w") as new:
        for item in old.namelist():
            content = old.read(item)
            new.writestr(
                item, content.replace(b"<p:cSld", b"<p:wrong/><p:cSld") if item.endswith("slide1.xml") else content
            )
    assert found(broken.getvalue(), "broken.pptx", tmp_path)


@pytest.mark.parametrize("kind", ["docx", "pptx", "xlsx"])
def test_the_open_xml_sdk_finds_no_more_than_in_an_empty_file_of_the_library(made, tmp_path, kind):
    empty = sdk_faults(EMPTY[kind](), f"empty.{kind}", tmp_path)
    for name, content in of_kind(made, kind).items():
        assert set(sdk_faults(content, name, tmp_path)) <= set(empty), name


def hint_faults(content, folder):
    """Return what Mapbox's geojsonhint says of a file."""
    (folder / "map.geojson").write_bytes(content)
    (folder / "hint.js").write_text(
        "const [, , lib, file] = process.argv;"
        "const { hint } = require(lib);"
        "const read = JSON.parse(require('fs').readFileSync(file));"
        "console.log(JSON.stringify(hint(read, { precisionWarning: false })));"
    )
    node = Path(playwright.__file__).parent / "driver" / "node"
    lib = GEOJSON.folder / "package" / "lib" / "object.js"
    said = subprocess.run(
        [node, folder / "hint.js", lib, folder / "map.geojson"], capture_output=True, check=True, timeout=60
    )
    return json.loads(said.stdout)


def test_geojsonhint_finds_nothing(made, tmp_path):
    assert hint_faults(made["map.geojson"], tmp_path) == []
    content = json.loads(made["map.geojson"])
    content["features"][0]["type"] = "Something"
    assert hint_faults(json.dumps(content).encode(), tmp_path)


def test_pdf_files_are_whole(made):
    files = of_kind(made, "pdf")
    assert len(files) == 6
    for name, content in files.items():
        with pikepdf.open(io.BytesIO(content)) as file:
            assert file.check_pdf_syntax() == [], name
            assert file.Root.MarkInfo.Marked
            assert str(file.Root.Lang).startswith("pl")


def test_vectors_and_pages_are_xml_and_ask_nobody(made):
    for name, content in of_kind(made, "svg").items():
        assert b"<!DOCTYPE" not in content, name
        root = etree.fromstring(content)
        assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "pl"
        texts = root.findall(".//{*}text")
        # A halo is the same text, so it fits whatever font a program has.
        halos = [
            t for g in root.findall(".//{*}g") if (g.get("id") or "").startswith("halo") for t in g.findall("{*}text")
        ]
        shown = [t.text for t in texts if t not in halos]
        assert all(h.text in shown and "stroke: #ffffff" in h.get("style") for h in halos)
        if name.startswith("map"):
            assert len(halos) > 10
            assert not any(
                g.get("aria-hidden") != "true" for g in root.findall(".//{*}g") if "halo" in (g.get("id") or "")
            )
        families = {
            re.search("font-family: ([^;]*);", t.get("style"))[1] for t in texts if "font-family" in t.get("style")
        }
        assert all(f.startswith("'Source Sans Pro', ") and "Calibri" in f for f in families)


def test_geojson_is_as_the_standard_has_it(made):
    content = json.loads(made["map.geojson"])
    assert geojson_validator.validate_structure(content) == {}
    placed = [f for f in content["features"] if f["geometry"]]
    assert len(placed) < len(content["features"]), "members without a point are rows all the same"
    assert geojson_validator.validate_geometries({**content, "features": placed})["invalid"] == {}


@pytest.mark.parametrize(("driver", "ending"), [("GML", "gml"), ("ESRI Shapefile", "shp")])
def test_a_geopackage_goes_to_other_formats_and_back(made, tmp_path, driver, ending):
    source = tmp_path / "map.gpkg"
    source.write_bytes(made["map.gpkg"])
    for layer, key in (("jednostki", "teryt"), ("organizacje", "nazwa")):
        units = gpd.read_file(source, layer=layer)
        out = tmp_path / f"{layer}.{ending}"
        units.to_file(out, driver=driver, encoding="utf-8", engine="pyogrio")
        if driver == "GML":
            etree.parse(out)
        back = gpd.read_file(out)
        assert len(back) == len(units)
        assert set(units.columns) <= set(back.columns)
        assert back[key].tolist() == units[key].tolist()
        for column in units.columns[[kind.kind in "if" for kind in units.dtypes]]:
            read, kept = (frame[column].astype(float).fillna(-1).tolist() for frame in (back, units))
            assert read == pytest.approx(kept)


ADDRESS = "https://medycyna.lublin.eu/klaster?a=1&b=2"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (f"Strona {ADDRESS}.", [("Strona ", ""), (ADDRESS, ADDRESS), (".", "")]),
        (f"({ADDRESS}), dalej", [("(", ""), (ADDRESS, ADDRESS), ("), dalej", "")]),
        ("javascript:alert(1) data:text/html,x ftp://a.b file:///etc", None),
        ("http:// sam", None),
        ("", None),
        ("HTTP://A.PL/x", [("HTTP://A.PL/x", "HTTP://A.PL/x")]),
        (f"https://a.pl/{'x' * MAX_ADDRESS}", None),
        ('https://a.pl/"onmouseover="x', [("https://a.pl/", "https://a.pl/"), ('"onmouseover="x', "")]),
    ],
)
def test_only_addresses_of_the_web_are_links(words, wanted):
    parts = linked(words)
    assert "".join(part for part, _ in parts) == words
    assert parts == (wanted if wanted is not None else [(words, "")] if words else [])
    assert all(address.lower().startswith(("http://", "https://")) for _, address in parts if address)


def test_a_link_in_html_stays_one_attribute():
    html = anchored('https://a.pl/?x=<script>&y=1 "><img src=x>')
    assert html.startswith('<a href="https://a.pl/?x=" rel="noopener noreferrer">https://a.pl/?x=</a>&lt;script&gt;')
    assert "<img" not in html


def targets(content, kind):
    """Return the addresses that a file leads to, as its format tells them."""
    if kind == "pdf":
        with pikepdf.open(io.BytesIO(content)) as file:
            marks = [a for page in file.pages for a in page.get("/Annots", [])]
            return {str(a.A.URI) for a in marks if "/A" in a and "/URI" in a.A}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(n).decode() for n in archive.namelist() if n.endswith(".rels")]
    found = [etree.fromstring(part.encode()) for part in parts]
    return {r.get("Target") for root in found for r in root if r.get("Type").endswith("/hyperlink")}


def test_every_page_of_the_web_among_sources_is_a_link(made, report):
    assert report.addresses
    for name in ("report.pdf", "report.docx"):
        assert targets(made[name], name.rpartition(".")[2]) == set(report.addresses), name
    listed = {words for _, words in lubelska().tables.credits if words.startswith("http")}
    assert listed <= targets(made["map.xlsx"], "xlsx")
    page = made["map.html"].decode()
    assert all(f'<a href="{address}" rel="noopener noreferrer">' in page for address in listed)


def test_no_leftover_of_a_template_is_in_an_office_file(made):
    for name, content in of_kind(made, "pptx", "docx").items():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            assert not [n for n in names if re.search("thumbnail|printerSettings|stylesWithEffects", n)], name
            app = archive.read("docProps/app.xml").decode()
            assert "Mapa klastrów" in app
            said = "".join(
                archive.read(n).decode() for n in names if re.search(r"(slide|notes)\w*\d*\.xml$|document\.xml$", n)
            )
            assert 'lang="en-US"' not in said
            if name.endswith("pptx"):
                assert "Widescreen" in app
                assert f"<Slides>{len(Presentation(io.BytesIO(content)).slides)}</Slides>" in app
                runs = [archive.read(n).decode() for n in names if "notesSlides/notesSlide" in n and n.endswith(".xml")]
                assert runs
                assert all('lang="pl-PL"' in r for r in runs)
                assert 'typeface="Source Sans Pro"' in archive.read("ppt/theme/theme1.xml").decode()
            else:
                settings = archive.read("word/settings.xml").decode()
                assert re.search(r'compatibilityMode"[^>]*w:val="15"', settings)
                assert settings.count("compatibilityMode") == 1


def test_a_document_has_readable_tables_and_whole_rows(made):
    for name in ("report.docx", "sheet.docx"):
        paper = docx.Document(io.BytesIO(made[name]))
        assert any(p.style.name == "Caption" and p.text.startswith("Mapa: ") for p in paper.paragraphs)
        for table in paper.tables:
            assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in table.rows)
            assert table._tbl.tblPr.xpath("./w:tblCaption")
            assert not table._tbl.tblPr.xpath("./w:tblLook[@w:firstColumn='1']")
            sizes = {r.font.size.pt for row in table.rows for c in row.cells for p in c.paragraphs for r in p.runs}
            assert min(sizes) >= 9


def test_an_address_in_a_workbook_is_a_link_and_a_formula_is_not():
    table = pd.DataFrame({"a": [ADDRESS, "javascript:alert(1)", f'=HYPERLINK("{ADDRESS}")', f"patrz {ADDRESS}"]})
    sheet = openpyxl.load_workbook(io.BytesIO(workbook({"x": table}))).active
    links = [cell.hyperlink.target if cell.hyperlink else None for cell in sheet["A"][1:]]
    assert links == [ADDRESS, None, None, None]
    assert [cell.data_type for cell in sheet["A"][1:]] == ["s"] * 4


def test_files_of_two_side_by_side_and_of_the_sixteen_are_images_with_words(made):
    assert {kind for kind in PAIR_KINDS if kind in IMAGES} == set(PAIR_KINDS)
    for kind in (Kind.SVG, Kind.PDF):
        assert made[f"pair.{kind}"]
        assert made[f"voivodeships.{kind}"]
    svg = made["pair.svg"].decode()
    for words in ("Kluczewski klaster", "Skarżyski klaster społeczny", "Liczba organizacji", "Granice: PRG"):
        assert words in svg.replace("\xa0", " ")
    (slide,) = Presentation(io.BytesIO(made["pair.pptx"])).slides
    assert slide.shapes.title.text.replace("\xa0", " ") == "Kluczewski klaster – Skarżyski klaster społeczny"
