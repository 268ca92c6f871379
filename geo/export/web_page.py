"""Write a map as one HTML file that opens without a network."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from importlib import resources
from string import Template
from typing import Any

import pandas as pd

from geo.io.outlines import BORDERS, GMINY, outlines_of
from geo.model.picture import PictureQuery
from geo.model.units import Level
from geo.render.assets import read_asset
from geo.render.legend_svg import ramp, sample, swatch
from geo.render.links import anchored, linked
from geo.render.painting import Painting
from geo.render.palette import looked, on_white, surface_ramp, toned
from geo.render.picture import Picture
from geo.render.text import Text, escaped
from geo.render.web_map import CENTRE, ZOOM, encode_payload
from geo.render.web_table import printed_note, web_table
from geo.settings import PROGRAM

LONG_TABLE = 40
# A page of more units than these carries their borders as the country's.
MAX_VOIVODESHIPS, MAX_POWIATY = 4, 30
# The options of the map on the screen; map.js adds the controls.
START = (
    'const map = L.map("map", {center: [%s, %s], zoom: %d, zoomControl: false, minZoom: 5, maxZoom: 14,'
    " zoomSnap: 0.25, zoomDelta: 0.5}); klastry.start(map);"
)
# What the screen shows is what the paper shows: the map is made as large as there, and its part fitted anew.
PAPER = """
let seen = null;
const sized = (width, height) => {
  Object.assign(map.getContainer().style, { width: width, height: height });
  map.invalidateSize({ animate: false });
};
addEventListener("beforeprint", () => {
  seen = [map.getCenter(), map.getZoom()];
  const part = map.getBounds();
  sized("190mm", "125mm");
  map.fitBounds(part, { animate: false });
  klastry.writeNames();
});
addEventListener("afterprint", () => { sized("", ""); map.setView(...seen, { animate: false }); });
"""


def map_page(picture: Picture, query: PictureQuery) -> bytes:
    """
    Write a map that can be moved and asked, with its legend and tables, as a page of its own.

    Parameters
    ----------
    picture
        What it says; names in it may be hostile.
    query
        Words, colours and extent.

    Returns
    -------
    page
        HTML. Leaflet, the outlines and our script are inside; a policy forbids everything else:
        only scripts of these very words run, and nothing is asked of any server.
    """
    text = Text(picture.language)
    painting = _for_file(picture, query)
    files = {name: outlines_of(name) for name in _outlines_needed(painting)}
    scripts = [
        read_asset("leaflet.js").decode(),
        f"window.KLASTRY_FILES = {_script_json(files)};",
        read_asset("map.js").decode(),
        START % (*CENTRE, ZOOM) + f'klastry.paint("{encode_payload(painting.payload)}");' + PAPER,
    ]
    scripts = [s.replace("</script", "<\\/script") for s in scripts]
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    template = Template((resources.files("geo.export") / "templates" / "page.html").read_text(encoding="utf-8"))
    page = template.substitute(
        language=picture.language,
        program=escaped(PROGRAM),
        hashes=hashes,
        title=escaped(picture.title or picture.subtitle),
        subtitle=escaped(picture.subtitle),
        css=read_asset("leaflet.css").decode() + read_asset("map.css").decode(),
        legend=_legend(picture, query),
        tables=_tables(picture, text),
        sources=_sources(picture),
        alt=escaped(picture.alt),
        noscript=escaped(text("page.noscript")),
        scripts="\n".join(f"<script>{s}</script>" for s in scripts),
    )
    return page.encode("utf-8", "replace")


def _for_file(picture: Picture, query: PictureQuery) -> Painting:
    """Return the painting in the look and extent asked for; a file asks no server for tiles."""
    painting = picture.painting
    words = replace(painting.frame.words, title=picture.title or picture.subtitle)
    frame = replace(painting.frame, tiles=None, words=words)
    if query.extent:
        west, south, east, north = query.extent
        frame = replace(frame, bounds=((south, west), (north, east)))
    return replace(
        painting,
        frame=frame,
        classes=tuple(replace(c, fill=looked(c.fill, query.look)) for c in painting.classes),
        marks=tuple(replace(m, colour=toned(m.colour, query.look)) for m in painting.marks),
        dots=tuple(replace(d, colour=toned(d.colour, query.look)) for d in painting.dots),
    )


def _outlines_needed(painting: Painting) -> list[str]:
    """Name the packs of outlines a page needs: the country's, and finer ones of a small territory."""
    names = [BORDERS, *([GMINY] if painting.level is Level.GMINA else [])]
    scope = painting.scope
    voivodeships = sorted({code[: Level.VOIVODESHIP.digits] for code in scope})
    if 0 < len(voivodeships) <= MAX_VOIVODESHIPS:
        names += voivodeships
    powiaty = {code[: Level.POWIAT.digits] for code in scope if len(code) >= Level.POWIAT.digits}
    return names + (sorted(powiaty) if len(powiaty) <= MAX_POWIATY else [])


def _script_json(value: Any) -> str:
    """Return JSON that cannot end the script it stands in."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _sources(picture: Picture) -> str:
    """Return the sources in a sentence, and every page of the web among them as a link."""
    pages = sorted({address for _, words in picture.tables.credits for _, address in linked(words) if address})
    return "<br>".join([escaped(picture.sources), *map(anchored, pages)])


def _legend(picture: Picture, query: PictureQuery) -> str:
    lines = [f"<h2>{escaped(picture.heading)}</h2>"] if picture.heading else []
    if picture.surface:
        bar = picture.surface
        box = ramp(tuple(toned(c, query.look) for c in surface_ramp()))
        lines.append(f"<h2>{escaped(bar.title)}</h2><p>{escaped(bar.low)} {box} {escaped(bar.high)}</p>")
    if picture.rows:
        lines.append("<ul>")
    for row in picture.rows:
        fill = on_white(looked(row.fill, query.look), picture.painting.opacity)
        lines.append(f"<li>{swatch(fill)}<span>{escaped(row.label)}</span>")
        lines.append(f"<small>{escaped(row.units)}</small></li>")
    if picture.rows:
        lines.append("</ul>")
    if picture.marks:
        lines.append("<ul>")
        lines.extend(
            f"<li>{sample(mark, toned(mark.colour, query.look))}<span>{escaped(mark.label)}</span></li>"
            for mark in picture.marks
        )
        lines.append("</ul>")
    lines.extend(f'<p class="note">{escaped(note)}</p>' for note in picture.notes)
    return "".join(lines)


def _tables(picture: Picture, text: Text) -> str:
    tables = picture.tables
    parts = [
        (text("data.sheet.units"), tables.units.shown(text), " open"),
        (text("data.sheet.points"), tables.organisations.shown(text), ""),
    ]
    # Long tables are opened by those who want them.
    return "".join(
        _details(escaped(name), table, opened if len(table) <= LONG_TABLE else "", text)
        for name, table, opened in parts
        if len(table)
    )


def _details(name: str, table: pd.DataFrame, opened: str, text: Text) -> str:
    head = f"<summary><h2>{name} ({text.number(len(table))})</h2></summary>"
    # The style of the page hides the other columns on paper.
    if note := printed_note(table.shape[1], text):
        head += f"<p class='paper'>{escaped(note)}</p>"
    box = f"<div class='scroll' tabindex='0' role='region' aria-label='{name}'>{web_table(table, text)}</div>"
    return f"<details{opened}>{head}{box}</details>"
