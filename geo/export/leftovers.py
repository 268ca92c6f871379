"""Take out of office files what the libraries' templates leave in them, and put in what they are."""

from __future__ import annotations

from typing import Any

from lxml import etree

from geo.model.picture import Page
from geo.render.typeface import FONT
from geo.settings import PROGRAM

_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>{program}</Application>{format}</Properties>"
)
# Ratios of width to height by the names that office suites give them.
_FORMATS = ((16 / 9, "Widescreen"), (4 / 3, "On-screen Show (4:3)"))
# Of the template's author: a picture of an empty page, settings of a printer, and styles of Word 2010.
_FOREIGN = ("thumbnail", "printerSettings", "stylesWithEffects")
# The version of Word whose layout is kept: later ones open such files without a mode for old ones.
_WORD_MODE = "15"


def tidy_slides(show: Any, page: Page, tag: str) -> None:
    """
    Clean a presentation before it is saved.

    Parameters
    ----------
    show
        A presentation of python-pptx.
    page
        Size of a slide.
    tag
        Language of the words, such as "pl-PL".
    """
    package, part = show.part.package, show.part
    _drop(package._rels)  # noqa: SLF001 - python-pptx has no other way
    _drop(part.rels)
    ratio = page.width_in / page.height_in
    name = next((n for r, n in _FORMATS if abs(ratio - r) < 0.01), "Custom")
    count = len(show.slides)
    facts = f"<PresentationFormat>{name}</PresentationFormat><Slides>{count}</Slides><Notes>{count}</Notes>"
    for other in package.iter_parts():
        path = str(other.partname)
        if path == "/docProps/app.xml":
            other._blob = _APP.format(program=PROGRAM, format=facts).encode()  # noqa: SLF001
        elif path.startswith("/ppt/theme/"):
            other._blob = _renamed(other.blob)  # noqa: SLF001
        elif hasattr(other, "_element"):
            _speak(other._element, tag)  # noqa: SLF001


def tidy_document(document: Any, tag: str) -> None:
    """
    Clean a document before it is saved.

    Parameters
    ----------
    document
        A document of python-docx.
    tag
        Language of the words.
    """
    package = document.part.package
    _drop(package.rels)
    _drop(document.part.rels)
    settings = document.settings.element
    compat = settings.find(f"{_WORD}compat")
    if compat is None:
        compat = etree.SubElement(settings, f"{_WORD}compat")
    for old in compat.findall(f"{_WORD}compatSetting"):
        if old.get(f"{_WORD}name") == "compatibilityMode":
            compat.remove(old)
    mode = etree.SubElement(compat, f"{_WORD}compatSetting")
    for key, value in (
        ("name", "compatibilityMode"),
        ("uri", "http://schemas.microsoft.com/office/word"),
        ("val", _WORD_MODE),
    ):
        mode.set(f"{_WORD}{key}", value)
    themed = settings.find(f"{_WORD}themeFontLang")
    if themed is not None:
        themed.attrib.clear()
        themed.set(f"{_WORD}val", tag)
    for node in document.styles.element.iter(f"{_WORD}lang"):
        node.attrib.clear()
        node.set(f"{_WORD}val", tag)
    for other in package.iter_parts():
        if str(other.partname) == "/docProps/app.xml":
            other._blob = _APP.format(program=PROGRAM, format="").encode()  # noqa: SLF001 - python-docx has no other way


def _drop(relations: Any) -> None:
    """Drop the relations to what is not ours; parts that nothing leads to are not saved."""
    for name, relation in list(relations.items()):
        if any(relation.reltype.endswith(kind) for kind in _FOREIGN):
            relations.pop(name)


def _renamed(theme: bytes) -> bytes:
    """Return a theme whose headings and texts are of our typeface."""
    root = etree.fromstring(theme)
    for face in ("majorFont", "minorFont"):
        for latin in root.iter(f"{_TEXT}{face}"):
            latin.find(f"{_TEXT}latin").set("typeface", FONT)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _speak(root: Any, tag: str) -> None:
    """Set the language of whatever the template has in another."""
    for node in root.iter(f"{_TEXT}defRPr", f"{_TEXT}endParaRPr", f"{_TEXT}rPr"):
        if node.get("lang") not in (None, tag):
            node.set("lang", tag)
