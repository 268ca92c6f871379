"""Measure and choose the letters of images: one typeface with Polish letters and figures of one width."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.ft2font import LoadFlags

# Source Sans comes from a package and DejaVu with matplotlib, so that images are the same on every machine.
# The second draws the signs that the first does not have.
FONT, FALLBACK = "Source Sans Pro", "DejaVu Sans"
FONTS = (FONT, FALLBACK)
_FILES = resources.files("font_source_sans_pro") / "files"
OWN_FONTS = tuple(Path(str(_FILES / f"SourceSansPro-{style}.ttf")) for style in ("Regular", "Bold"))
for _file in OWN_FONTS:
    fontManager.addfont(_file)


def font_files() -> tuple[Path, ...]:
    """Return the files of the typeface and of the one that helps out, regular and bold of each."""
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    return (*OWN_FONTS, folder / "DejaVuSans.ttf", folder / "DejaVuSans-Bold.ttf")


def text_width(text: str, points: float, *, bold: bool = False, family: str = FONT) -> float:
    """
    Return the width of a line of text in points.

    Parameters
    ----------
    text
        The line.
    points
        Size of type.
    bold
        Its weight.
    family
        The typeface; for files that others' machines draw, one that is wider than theirs.
    """
    return points * _unit_width(text, bold=bold, family=family)


@lru_cache(maxsize=20_000)
def _unit_width(text: str, *, bold: bool, family: str) -> float:
    """Return the width of a text at a size of one point; a width grows with the size."""
    if not text.strip():
        return 0.3 * len(text)
    font = get_font(_files_of(family, bold=bold))
    font.set_size(100, 72)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    # In 64ths of a pixel, which is a point here.
    return float(font.get_width_height()[0]) / 64 / 100


@cache
def _files_of(family: str, *, bold: bool) -> tuple[str, ...]:
    weight = "bold" if bold else "normal"
    return tuple(findfont(FontProperties(family=f, weight=weight)) for f in dict.fromkeys((family, FALLBACK)))


@cache
def _signs() -> frozenset[int]:
    """Return the code points that both typefaces have, regular and bold."""
    regular, bold = (frozenset[int]().union(*(get_font(f).get_charmap() for f in fonts)) for fonts in _pairs())
    return regular & bold


def _pairs() -> tuple[tuple[str, ...], tuple[str, ...]]:
    return _files_of(FONT, bold=False), _files_of(FONT, bold=True)


def undrawn(words: str) -> str:
    """Return the signs of a text that no letter is there for, each once: emoji, Chinese and the like."""
    return "".join(dict.fromkeys(c for c in words if not _drawn(c) and c not in "\ufe0e\ufe0f\u200d"))


def drawable(words: str) -> str:
    """Return a text without the signs that no letter is there for."""
    if words.isascii():
        return words
    kept = "".join(c for c in words if _drawn(c))
    return kept if len(kept) == len(words) else " ".join(kept.split(" ")).replace("  ", " ").strip()


def _drawn(sign: str) -> bool:
    return ord(sign) in _signs() or unicodedata.category(sign) in ("Zs", "Cc")
