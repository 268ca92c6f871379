"""Typeset tagged PDF (PDF/UA-1) with Typst: words are data, never markup."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, cast

import typst

from geo.render.typeface import font_files
from geo.settings import PROGRAM


def typeset(
    template: str, data: Mapping[str, Any], files: Mapping[str, bytes], *, label: str = ""
) -> tuple[bytes, int]:
    """
    Fill a template.

    Parameters
    ----------
    template
        Name of a file in `templates/`, without its ending.
    data
        What it shows, JSON-like; reaches the template as a string, so that no word in it is code.
    files
        Pictures by their names, which the template finds beside it.
    label
        A number in the template to return too.

    Returns
    -------
    pdf, number
        PDF 1.7 that claims PDF/UA-1: tagged, with language, title and descriptions. Typst refuses to
        write it where a description is missing. Fonts are embedded; the same input gives the same file.
    """
    source = (resources.files("geo.export") / "templates" / f"{template}.typ").read_bytes()
    with tempfile.TemporaryDirectory(prefix="klastry-") as folder:
        place = Path(folder)
        (place / "main.typ").write_bytes(source)
        for name, content in files.items():
            (place / name).write_bytes(content)
        compiler = typst.Compiler(
            place / "main.typ",
            root=place,
            font_paths=_fonts(),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False), "program": PROGRAM},
        )
        made = cast("bytes", compiler.compile(format="pdf", pdf_standards=["ua-1"]))
        number = int(compiler.query(f"<{label}>", field="value", one=True)) if label else 0
    return made, number


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts that come with packages, so that files are the same on every machine; they are read late."""
    folders = sorted({str(file.parent) for file in font_files()})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
