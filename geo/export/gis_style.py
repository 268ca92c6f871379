"""Write how layers look for QGIS, so that a GeoPackage opens as the map that was on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree import ElementTree as ET

from geo.render.legend import LegendRow
from geo.render.palette import OUTLINE, TERRITORY_LINE, Fill, on_white

# Millimetres of QGIS's symbols.
BORDER_MM, STRIPE_MM, STRIPE_GAP_MM, MARK_MM, DOT_MM = 0.2, 0.4, 1.6, 3.6, 1.6
LABEL_PT, HALO_MM = 8, 0.8


def units_style(legend: Iterable[LegendRow], opacity: float) -> str:
    """Return the QML of units: a class a row of the legend, by the field `symbol`, with names."""
    rows = [row for row in legend if row.key]
    renderer = _categories("symbol", [(row.key, row.label) for row in rows])
    symbols = ET.SubElement(renderer, "symbols")
    for n, row in enumerate(rows):
        _fill(symbols, str(n), on_white(row.fill, opacity))
    return _document(renderer, label="nazwa")


def points_style(colours: Mapping[str, str]) -> str:
    """Return the QML of organisations: a circle in the colour of each sector, by the field `sektor`."""
    renderer = _categories("sektor", [(word, word) for word in colours])
    symbols = ET.SubElement(renderer, "symbols")
    for n, colour in enumerate(colours.values()):
        _marker(symbols, str(n), "circle", colour, MARK_MM)
    return _document(renderer)


def mark_style(shape: str, colour: str) -> str:
    """Return the QML of points that look alike: "circle" or "square"."""
    renderer = ET.Element("renderer-v2", {"type": "singleSymbol", "symbollevels": "0", "enableorderby": "0"})
    _marker(ET.SubElement(renderer, "symbols"), "0", shape, colour, MARK_MM if shape == "square" else DOT_MM)
    return _document(renderer)


def ring_style() -> str:
    """Return the QML of circles of reach: a thin line and no fill."""
    renderer = ET.Element("renderer-v2", {"type": "singleSymbol", "symbollevels": "0", "enableorderby": "0"})
    symbol = _symbol(ET.SubElement(renderer, "symbols"), "0", "fill")
    _layer(symbol, "SimpleFill", style="no", outline_color=_rgba(TERRITORY_LINE), outline_width=str(BORDER_MM))
    return _document(renderer)


def _document(renderer: ET.Element, label: str = "") -> str:
    root = ET.Element("qgis", {"version": "3.22.0", "styleCategories": "Symbology|Labeling"})
    if label:
        root.set("labelsEnabled", "1")
    root.append(renderer)
    if label:
        settings = ET.SubElement(ET.SubElement(root, "labeling", {"type": "simple"}), "settings")
        written = {
            "fieldName": label,
            "fontSize": str(LABEL_PT),
            "fontSizeUnit": "Point",
            "textColor": _rgba("#1b2733"),
        }
        style = ET.SubElement(settings, "text-style", written)
        halo = {"bufferDraw": "1", "bufferSize": str(HALO_MM), "bufferSizeUnits": "MM", "bufferColor": _rgba("#ffffff")}
        ET.SubElement(style, "text-buffer", halo)
        ET.SubElement(settings, "placement", {"placement": "1"})
        ET.SubElement(settings, "rendering", {"drawLabels": "1", "obstacle": "1"})
    return ET.tostring(root, encoding="unicode")


def _categories(field: str, classes: list[tuple[str, str]]) -> ET.Element:
    how = {"type": "categorizedSymbol", "attr": field, "symbollevels": "0", "enableorderby": "0"}
    renderer = ET.Element("renderer-v2", how)
    categories = ET.SubElement(renderer, "categories")
    for n, (value, label) in enumerate(classes):
        kept = {"value": value, "symbol": str(n), "label": label, "render": "true", "type": "string"}
        ET.SubElement(categories, "category", kept)
    return renderer


def _fill(symbols: ET.Element, name: str, fill: Fill) -> None:
    symbol = _symbol(symbols, name, "fill")
    border = {"outline_color": _rgba(OUTLINE), "outline_width": str(BORDER_MM), "outline_width_unit": "MM"}
    _layer(symbol, "SimpleFill", color=_rgba(fill.colour), style="solid", outline_style="solid", **border)
    if fill.stripe:
        # QGIS turns flat lines to the left, we turn upright ones to the right.
        angle = str((90 - fill.angle) % 180)
        stripes = {"angle": angle, "distance": str(STRIPE_GAP_MM), "line_width": str(STRIPE_MM)}
        layer = _layer(symbol, "LinePatternFill", color=_rgba(fill.stripe), **stripes)
        line = _symbol(layer, f"@{name}@1", "line")
        _layer(line, "SimpleLine", line_color=_rgba(fill.stripe), line_width=str(STRIPE_MM), line_style="solid")


def _marker(symbols: ET.Element, name: str, shape: str, colour: str, size: float) -> None:
    symbol = _symbol(symbols, name, "marker")
    _layer(symbol, "SimpleMarker", name=shape, color=_rgba(colour), outline_color=_rgba("#ffffff"), size=str(size))


def _symbol(parent: ET.Element, name: str, kind: str) -> ET.Element:
    return ET.SubElement(parent, "symbol", {"name": name, "type": kind, "alpha": "1", "clip_to_extent": "1"})


def _layer(symbol: ET.Element, kind: str, **values: str) -> ET.Element:
    layer = ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(layer, "Option", {"type": "Map"})
    for name, value in values.items():
        ET.SubElement(options, "Option", {"name": name, "value": value, "type": "QString"})
        # As QGIS before 3.26 reads it.
        ET.SubElement(layer, "prop", {"k": name, "v": value})
    return layer


def _rgba(colour: str) -> str:
    return ",".join(str(c) for c in (*bytes.fromhex(colour.lstrip("#")), 255))
