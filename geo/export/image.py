"""Write figures as PNG, SVG or tagged PDF with their fonts inside and their text as text."""

from __future__ import annotations

import base64
import io
import re
from functools import lru_cache
from pathlib import Path
from typing import cast
from xml.sax.saxutils import escape

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.text import Text
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from geo.export.typeset import typeset
from geo.model.names import printable
from geo.render.static_map import HALO
from geo.render.text import Text as Words
from geo.render.typeface import FALLBACK, FONT, FONTS
from geo.settings import PROGRAM

# Level of zlib: higher ones take longer and save little.
COMPRESSION = 3
# Fonts are embedded, text stays text, and files are the same on every run: no random identifiers.
# Set once for the process: `rc_context` puts back what it found, and of two images drawn at once the
# later one finds, and leaves behind, what the earlier one had set.
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "klastry"})

# A hundredth of a point is finer than any printer; more digits only make the file large.
# A group that holds the text of a halo.
_HALO_GROUP = re.compile(rf'(<g id="{HALO}\d+")(>\s*(?:<!--.*?-->\s*)?(?:<g[^>]*>\s*)?<text )style="', re.DOTALL)
_OWN_FAMILIES = ", ".join(f"'{family}'" for family in FONTS)
_FAMILIES = f"'{FONT}', 'Source Sans 3', Calibri, Carlito, '{FALLBACK}', sans-serif"
_HALO_STYLE = "stroke: #ffffff; stroke-width: 2.2; stroke-linejoin: round"
_PATH, _DIGITS = re.compile(r' d="[^"]*"'), re.compile(r"(\.\d\d)\d+")


def to_png(figure: Figure, *, title: str, alt: str) -> bytes:
    """
    Write a figure as pixels.

    Parameters
    ----------
    figure
        As from `compose`.
    title, alt
        Title and description of the picture, kept in the file.
    """
    canvas = cast("FigureCanvasAgg", figure.canvas)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    picture = (
        Image.frombuffer("RGBA", pixels.shape[1::-1], pixels, "raw", "RGBA", 0, 1) if _clear(figure) else _solid(pixels)
    )
    metadata = PngInfo()
    for key, words in (("Title", title), ("Description", alt), ("Software", PROGRAM)):
        metadata.add_itxt(key, words)
    buffer = io.BytesIO()
    dots = (figure.dpi, figure.dpi)
    picture.save(buffer, "png", pnginfo=metadata, dpi=dots, compress_level=COMPRESSION)
    del pixels, picture
    _forget_pixels(figure)
    return buffer.getvalue()


def _forget_pixels(figure: Figure) -> None:
    """Let go of the pixels: a figure and its canvas hold each other, and would stay for a while."""
    vars(figure.canvas).pop("renderer", None)
    for words in figure.findobj(Text):
        # As it was before the first drawing.
        vars(words)["_renderer"] = None


def _solid(pixels: NDArray[np.uint8]) -> Image.Image:
    """
    Return pixels without their opacity, which a ground that hides everything makes needless.

    They are moved together in place, a few rows at a time: a second copy of a page for print would
    take as much memory as the rest of the drawing.
    """
    height, width, _ = pixels.shape
    flat = pixels.reshape(-1)
    for row in range(height):
        flat[3 * row * width : 3 * (row + 1) * width] = pixels[row, :, :3].reshape(-1)
    return Image.frombuffer("RGB", (width, height), flat[: 3 * width * height], "raw", "RGB", 0, 1)


def _clear(figure: Figure) -> bool:
    return bool(figure.patch.get_alpha() == 0.0)


def to_svg(figure: Figure, *, title: str, alt: str, language: str) -> bytes:
    """
    Write a figure as vectors; text stays text and its letters are embedded as a font.

    A halo is the same text below, in white and with a white line: so it fits whatever font a program takes.
    """
    halos = [words for words in figure.findobj(Text) if words.get_label() == HALO]
    for n, words in enumerate(halos):
        words.set(path_effects=None, color="white", gid=f"{HALO}{n}")
    return _with_font(_HALO_GROUP.sub(_stroked, _svg(figure)), title, alt, language).encode()


def _stroked(group: re.Match[str]) -> str:
    """Return the text of a halo with its line, unread by screen readers."""
    return group.group(1) + ' aria-hidden="true"' + group.group(2) + f'style="{_HALO_STYLE}; '


def to_pdf(figure: Figure, *, title: str, alt: str, language: str) -> bytes:
    """Write a figure as a tagged page of its size; text stays text and its fonts are embedded."""
    size = tuple(figure.get_size_inches())
    return to_pages([(bare_svg(figure), alt, title)], page=size, title=title, language=language)


def bare_svg(figure: Figure) -> bytes:
    """Return a figure as vectors for a page: without fonts, which the page brings."""
    return _svg(figure).encode()


def to_pages(
    pages: list[tuple[bytes, str, str]], *, page: tuple[float, float], title: str, language: str, contents: str = ""
) -> bytes:
    """
    Write pictures as the pages of one tagged PDF.

    Parameters
    ----------
    pages
        SVG from `bare_svg`, its description and its title.
    page
        Width and height, inches.
    title, language
        Of the document.
    contents
        Heading of a list of the pages, which follows the first; then each page has a bookmark and a number.
        "" for none.
    """
    names = [f"{n}.svg" for n in range(len(pages))]
    data = {
        "title": printable(title) or "Mapa klastrów",
        "language": language,
        "width": page[0],
        "height": page[1],
        "contents": contents,
        "of": Words(language)("picture.page.of"),
        "pages": [
            {"file": n, "alt": printable(alt), "title": printable(named)}
            for n, (_, alt, named) in zip(names, pages, strict=True)
        ],
    }
    return typeset("maps", data, dict(zip(names, (svg for svg, *_ in pages), strict=True)))[0]


def _svg(figure: Figure) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", dpi=figure.dpi, metadata={"Date": None, "Creator": PROGRAM})
    return _PATH.sub(lambda path: _DIGITS.sub(r"\1", path.group()), buffer.getvalue().decode())


def _with_font(svg: str, title: str, alt: str, language: str) -> str:
    """Embed the letters used as fonts, and name the picture for screen readers and its language."""
    letters = "".join(sorted(set(svg)))
    faces = "".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};src:url(data:font/ttf;base64,{face})}}"
        for family in FONTS
        for weight in ("normal", "bold")
        if (face := _font(letters, family, weight))
    )
    words = f"<title>{escape(title)}</title><desc>{escape(alt)}</desc><style>{faces}</style>"
    head, mark, rest = svg.partition("<svg ")
    attributes, _, body = rest.partition(">")
    # Of the head its first line is kept: a document type would make validators ask a server.
    first = head.partition("\n")[0]
    # A program that takes no font from a file finds one of about the same width.
    body = body.replace(_OWN_FAMILIES, _FAMILIES)
    return f'{first}\n{mark}role="img" xml:lang="{language}" {attributes}>{words}{body}'


@lru_cache(maxsize=64)
def _font(letters: str, family: str, weight: str) -> str:
    """Return the letters of a text that a typeface draws as a font; of the second only what the first has not."""
    # Loaded when an SVG is asked for: 13 MB.
    from fontTools import subset  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    own, fallback = (TTFont(Path(findfont(FontProperties(family=f, weight=weight)))) for f in FONTS)
    had = set(own.getBestCmap())
    needed = set(map(ord, letters)) & (had if family == FONT else set(fallback.getBestCmap()) - had)
    font = own if family == FONT else fallback
    if not needed:
        return ""
    options = subset.Options(layout_features=[], name_IDs=[1, 2], notdef_outline=True, drop_tables=["FFTM"])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=needed)
    cutter.subset(font)
    buffer = io.BytesIO()
    font.save(buffer)
    return base64.b64encode(buffer.getvalue()).decode("ascii")
