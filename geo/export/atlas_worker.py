"""
Draw pages of an atlas in a process of its own, so that the server stays quick and a stop is at once.

Started by `geo.services.atlas`, which names files on its input in which it has pickled jobs. Writes a
file a page and says on its output which page is done.
"""

from __future__ import annotations

import os
import pickle
import sys
from dataclasses import dataclass
from pathlib import Path

from geo.export.image import bare_svg, to_png
from geo.export.slides import slide_png
from geo.model.picture import Kind, PictureQuery
from geo.render.figure import compose
from geo.render.picture import Picture

# Pixels an inch of a map on a slide; fewer than for a single one, since there may be 380.
SLIDE_DPI = 120


@dataclass(frozen=True)
class Job:
    """
    Pages to draw.

    Attributes
    ----------
    pages
        Number of a page and what it says.
    query
        Format and colours.
    kind
        PNG, or PDF and PPTX for the parts of them: vectors without fonts, maps without words.
    folder
        Where the files go, named by the number of the page.
    """

    pages: tuple[tuple[int, Picture], ...]
    query: PictureQuery
    kind: Kind
    folder: str


def draw(picture: Picture, query: PictureQuery, kind: Kind) -> bytes:
    """Draw one page."""
    if kind is Kind.PDF:
        return bare_svg(compose(picture, query))
    if kind is Kind.PNG:
        return to_png(compose(picture, query), title=picture.title, alt=picture.alt)
    return slide_png(picture, query, dpi=SLIDE_DPI)


def main() -> None:
    """Draw every page of every job that is named, until there are no more."""
    # Drawing is to leave room for those who look at maps meanwhile.
    os.nice(5)
    for line in sys.stdin:
        job: Job = pickle.loads(Path(line.strip()).read_bytes())  # noqa: S301 - from our own parent process
        for number, picture in job.pages:
            (Path(job.folder) / str(number)).write_bytes(draw(picture, job.query, job.kind))
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
