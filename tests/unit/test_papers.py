"""The report of a powiat: two tagged pages, and a document for pasting."""

import io

import docx
import pytest
from pypdf import PdfReader

from geo.io.boundaries import load_units
from geo.model.coverage import CoverageQuery
from geo.model.units import Level
from geo.render.text import Text
from geo.services.powiat import powiat_report
from geo.services.reports import report_docx_file, report_pdf_file
from support.office import rendered

PL = Text("pl")


@pytest.fixture(scope="module")
def report():
    return powiat_report(CoverageQuery("kluczewski"), "1212", PL)


def tags(reader):
    """Return the tags of a file in the order of reading, with the description of each."""
    found = []

    def walk(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        for entry in node if isinstance(node, list) else [node]:
            child = entry.get_object() if hasattr(entry, "get_object") else entry
            if isinstance(child, dict) and "/S" in child:
                found.append((child["/S"].removeprefix("/"), child.get("/Alt")))
                if "/K" in child:
                    walk(child["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


def flat(text):
    return " ".join(text.replace("\xa0", " ").split())


def test_the_report_is_tagged(report):
    reader = PdfReader(io.BytesIO(report_pdf_file(report, PL)))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "pl"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == "Raport: powiat olkuski – Kluczewski klaster"
    names = [name for name, _ in tags(reader)]
    assert names.count("H1") == 1
    assert names.count("H2") == 6
    assert names.count("Table") == names.count("THead") == 5
    assert names.count("TH") >= 20
    (alt,) = [alt for name, alt in tags(reader) if name == "Figure"]
    assert alt.startswith("Mapa: Kluczewski klaster.")
    assert "teren klastra, bez członków" in alt
    # Headings come before what they head, the figure between the answer and the tables.
    assert names.index("H1") < names.index("Figure") < names.index("Table")


def test_the_report_says_what_the_page_says(report):
    reader = PdfReader(io.BytesIO(report_pdf_file(report, PL)))
    assert len(reader.pages) == 2
    said = flat(" ".join(p.extract_text() for p in reader.pages))
    for sentence in report.sentences:
        assert flat(sentence) in said
    for name in report.view["units"]["name"]:
        assert name in said
    for name in report.nearest["name"]:
        assert flat(name).split()[0] in said
    assert flat(report.sources) in said
    assert all(round(float(v)) == w for v, w in zip(reader.pages[0].mediabox[2:], (595, 842), strict=True))


def busiest():
    gminy = load_units(Level.GMINA).index.str[:4].value_counts()
    return [gminy.index[0], gminy.index[-1], "1465", "0663"]


@pytest.mark.parametrize("code", busiest())
@pytest.mark.parametrize("cluster", ["lubelska-medycyna", "uwierz-w-siebie"])
def test_every_report_has_two_pages(code, cluster):
    made = report_pdf_file(powiat_report(CoverageQuery(cluster), code, PL), PL)
    assert len(PdfReader(io.BytesIO(made)).pages) == 2


def test_the_same_report_is_the_same_file(report):
    assert report_pdf_file(report, PL) == report_pdf_file(report, PL)


def test_the_document_can_be_read_and_pasted(report, tmp_path):
    content = report_docx_file(report, PL)
    paper = docx.Document(io.BytesIO(content))
    heads = [p.text for p in paper.paragraphs if p.style.name.startswith("Heading")]
    assert heads[0] == "Raport: powiat olkuski – Kluczewski klaster"
    assert len(heads) == 7
    assert paper.tables[0].rows[1].cells[0].text == report.view["units"]["name"].iloc[0]
    for table in paper.tables:
        assert table.rows[0]._tr.trPr.xpath("./w:tblHeader")
    (picture,) = paper.inline_shapes
    assert picture._inline.docPr.get("descr").startswith("Mapa: Kluczewski klaster.")
    assert paper.core_properties.language == "pl-PL"
    texts, pages = rendered(content, "report.docx", tmp_path)
    assert len(pages) in (2, 3)
    assert flat(report.sentences[0]) in flat(" ".join(texts))


def test_english_reports_are_english():
    english = Text("en")
    made = report_pdf_file(powiat_report(CoverageQuery("kluczewski"), "1212", english), english)
    reader = PdfReader(io.BytesIO(made))
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert "Report: " in reader.pages[0].extract_text()
