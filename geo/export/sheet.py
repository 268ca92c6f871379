"""Write one page for a desk as tagged PDF and as DOCX: the answer, a map, three numbers, the next step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geo.export.typeset import typeset
from geo.model.names import one_line
from geo.render.text import unbroken

# Sizes of type, points, with shares of the page's width that the map takes, tried until all is on one page.
FITS = (
    (10.0, 100),
    (9.5, 100),
    (9.0, 100),
    (9.0, 92),
    (8.5, 88),
    (8.0, 84),
    (7.5, 78),
    (7.0, 72),
    (6.5, 64),
    (6.0, 54),
)


@dataclass(frozen=True)
class Number:
    """
    A number that is read from afar.

    Attributes
    ----------
    value, share, label
        The number, its share of all ("" for none), and what it counts.
    """

    value: str
    share: str
    label: str


@dataclass(frozen=True)
class Block:
    """A heading with a few lines below it."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """
    One page.

    Attributes
    ----------
    title, date
        Of whom it is, and of when.
    verdict, more
        The answer in one sentence, and what belongs to it.
    svg, alt
        The map and its description.
    numbers_title, numbers
        Three numbers, and of what they are.
    columns
        Blocks in two columns.
    step_title, step
        What to do next.
    sources
        Where it comes from.
    logo, logo_alt
        PNG of the office's mark or nothing, and its description.
    language
        "pl" or "en".
    """

    title: str
    date: str
    verdict: str
    more: tuple[str, ...]
    svg: bytes
    alt: str
    numbers_title: str
    numbers: tuple[Number, ...]
    columns: tuple[tuple[Block, ...], tuple[Block, ...]]
    step_title: str
    step: str
    sources: str
    language: str
    logo: bytes = b""
    logo_alt: str = ""


def sheet_file(sheet: Sheet) -> bytes:
    """Write a page as PDF/UA-1; type and map shrink until it is one."""
    data: dict[str, Any] = {
        "title": one_line(sheet.title),
        "language": sheet.language,
        "date": _sound(sheet.date),
        "verdict": _sound(sheet.verdict),
        "more": [_sound(line) for line in sheet.more],
        "alt": one_line(sheet.alt),
        "numbers_title": _sound(sheet.numbers_title),
        "numbers": [{k: _sound(v) for k, v in vars(n).items()} for n in sheet.numbers],
        "blocks": [
            [{"heading": _sound(b.heading), "lines": [_sound(line) for line in b.lines]} for b in column]
            for column in sheet.columns
        ],
        "step_title": _sound(sheet.step_title),
        "step": _sound(sheet.step),
        "sources": _sound(sheet.sources),
        "logo": bool(sheet.logo),
        "logo_alt": one_line(sheet.logo_alt),
    }
    files = {"map.svg": sheet.svg} | ({"logo.png": sheet.logo} if sheet.logo else {})
    made = b""
    for size, width in FITS:
        made, pages = typeset("sheet", data | {"size": size, "width": width}, files, label="pages")
        if pages == 1:
            break
    return made


def _sound(words: str) -> str:
    return unbroken(one_line(words))
