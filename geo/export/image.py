"""Write a figure as PNG, SVG or PDF with its fonts inside and its text as text."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

import matplotlib as mpl
from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont

from geo.model.picture import Kind
from geo.render.static_map import FONT

# Fonts are embedded, text stays text, and files are the same on every run: no random identifiers.
# Set once for the process: `rc_context` puts back what it found, and of two images drawn at once the
# later one finds, and leaves behind, what the earlier one had set.
mpl.rcParams.update({"pdf.fonttype": 42, "svg.fonttype": "none", "svg.hashsalt": "klastry"})


def to_file(figure: Figure, kind: Kind, *, title: str, alt: str) -> bytes:
    """
    Write a figure.

    Parameters
    ----------
    figure
        As from `compose`.
    kind
        PNG (pixels of the page), SVG or PDF (vectors, text stays text, fonts embedded).
    title, alt
        Title and description of the picture, kept in the file.
    """
    buffer = io.BytesIO()
    metadata: dict[Kind, dict[str, str | None]] = {
        Kind.PNG: {"Title": title, "Description": alt, "Software": "Mapa klastrów"},
        Kind.SVG: {"Title": title, "Description": alt, "Date": None, "Creator": "Mapa klastrów"},
        Kind.PDF: {"Title": title, "Subject": alt, "Creator": "Mapa klastrów", "CreationDate": None},
    }
    figure.savefig(buffer, format=str(kind), dpi=figure.dpi, metadata=metadata[kind])
    content = buffer.getvalue()
    return _with_font(content.decode(), title, alt).encode() if kind is Kind.SVG else content


def _with_font(svg: str, title: str, alt: str) -> str:
    """Embed the letters used as a font, and name the picture for screen readers."""
    letters = "".join(sorted(set(svg)))
    faces = "".join(
        f"@font-face{{font-family:'{FONT}';font-weight:{weight};"
        f"src:url(data:font/ttf;base64,{_font(letters, weight)})}}"
        for weight in ("normal", "bold")
    )
    words = f"<title>{escape(title)}</title><desc>{escape(alt)}</desc><style>{faces}</style>"
    head, mark, rest = svg.partition("<svg ")
    attributes, _, body = rest.partition(">")
    return f'{head}{mark}role="img" {attributes}>{words}{body}'


@lru_cache(maxsize=64)
def _font(letters: str, weight: str) -> str:
    path = Path(findfont(FontProperties(family=FONT, weight=weight)))
    font = TTFont(path)
    options = subset.Options(layout_features=[], name_IDs=[1, 2], notdef_outline=True, drop_tables=["FFTM"])
    cutter = subset.Subsetter(options)
    cutter.populate(text=letters)
    cutter.subset(font)
    buffer = io.BytesIO()
    font.save(buffer)
    return base64.b64encode(buffer.getvalue()).decode("ascii")
