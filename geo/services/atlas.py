"""Make an atlas: one map a unit with the same classes, as images in a ZIP, as PDF or as a deck."""

from __future__ import annotations

import contextlib
import contextvars
import io
import logging
import pickle
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import IO, cast

import numpy as np
import pandas as pd

from geo.errors import AtlasError, QueryError, UnknownUnitError
from geo.export.atlas_worker import Job
from geo.export.image import to_pages
from geo.export.slides import MapSlide, deck
from geo.io.boundaries import load_units
from geo.io.leftovers import own_folder
from geo.model.coverage import CoverageQuery
from geo.model.picture import MIME, Kind, PictureQuery
from geo.model.queries import DensityQuery
from geo.model.units import Level, level_of
from geo.render.picture import Picture, Tables
from geo.render.text import Text
from geo.services.coverage import CoverageView, coverage_view
from geo.services.density import DensityView, density_view
from geo.services.excerpts import part_of
from geo.services.labels import powiat_options, unit_label
from geo.services.library import resolve
from geo.services.pictures import NOTHING, marks_of, safe_stem
from geo.services.web import label_marks
from geo.settings import ROOT

# What a kind of atlas is a file of.
KINDS = {Kind.PNG: "zip", Kind.PDF: "pdf", Kind.PPTX: "pptx"}
_LOG = logging.getLogger(__name__)
_NO_TABLES = Tables(pd.DataFrame(), NOTHING, NOTHING, np.empty((0, 2)), ())
WORKERS = 2
FOLDER_PREFIX = "klastry-atlas-"
# A server draws one atlas at a time; others wait.
_TURN = threading.Semaphore(1)


class State(StrEnum):
    """State of an atlas that is being made."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EMPTY = "empty"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class AtlasPage:
    """
    A page.

    Attributes
    ----------
    name
        Stem of its file: code, name and kind, so that files sort ("1212-olkuski-pokrycie").
    picture
        What it says.
    code
        TERYT code of its unit.
    empty
        Whether no organisation is in the unit, and nobody surely within reach.
    """

    name: str
    picture: Picture
    code: str = ""
    empty: bool = False


@dataclass(frozen=True)
class Chosen:
    """
    Which pages an atlas has.

    Attributes
    ----------
    codes
        TERYT codes of their units; () for all of the area.
    skip_empty
        Whether pages of units without an organisation and with nobody within reach are left out.
    """

    codes: tuple[str, ...] = ()
    skip_empty: bool = False


def units_of(area: str) -> tuple[str, ...]:
    """
    Return the TERYT codes an atlas of an area has pages for.

    Parameters
    ----------
    area
        "" for every powiat of the country, a voivodeship for its powiaty, a powiat for its gminy.

    Raises
    ------
    UnknownUnitError
        If there is no such unit, or it is a gmina.
    """
    level = level_of(area) if area else None
    if area and (level is None or level is Level.GMINA or area not in load_units(level).index):
        raise UnknownUnitError(area)
    codes = load_units(Level.GMINA if level is Level.POWIAT else Level.POWIAT).index
    return tuple(codes[codes.str.startswith(area)])


def atlas_areas(text: Text) -> dict[str, str]:
    """Return what an atlas can be made of, by code: voivodeships, the country, powiaty; with numbers of pages."""
    areas = {}
    for code, name in load_units(Level.VOIVODESHIP)["name"].items():
        count = text.units(Level.POWIAT, len(units_of(code)))
        areas[code] = text("atlas.option", area=text("name.voivodeship", name=name), pages=count)
    country = text(
        "atlas.option", area=text("coverage.area.country"), pages=text.units(Level.POWIAT, len(units_of("")))
    )
    gminy = load_units(Level.GMINA).index.str[:4].value_counts()
    powiaty = {
        code: text("atlas.option", area=label, pages=text.units(Level.GMINA, int(gminy[code])))
        for code, label in powiat_options(text).items()
    }
    return {**areas, "": country, **powiaty}


def unit_pages(area: str, text: Text) -> dict[str, str]:
    """Return the units an atlas of an area has pages for, by code, with their names."""
    return {code: unit_label(code, text) for code in units_of(area)}


def proposed_area(query: CoverageQuery | DensityQuery) -> str:
    """Return the area an atlas of a map is most likely wanted of: that looked at, else that of the territory."""
    area = getattr(query, "area", "") or next(iter(resolve(query.subject).territory), "")
    return area if len(area) == Level.POWIAT.digits else area[: Level.VOIVODESHIP.digits]


def atlas_pages(query: CoverageQuery | DensityQuery, area: str, text: Text) -> Iterator[list[AtlasPage]]:
    """
    Return the pages of an atlas, some at a time. Classes are those of the whole, so that pages can be compared.

    Parameters
    ----------
    query
        The map of which it is an atlas; it is painted by gmina.
    area
        As for `units_of`.
    text
        Language.
    """
    codes = units_of(area)
    names = load_units(level_of(codes[0]) or Level.POWIAT)["name"]
    what = text("atlas.coverage" if isinstance(query, CoverageQuery) else "atlas.density")
    for view, whole in _wholes(query, area, text):
        inside = [c for c in codes if isinstance(view, DensityView) or c.startswith(view.query.area)]
        yield [
            AtlasPage(safe_stem(c, names[c], what), part_of(whole, view, c, text), c, _empty(view, c)) for c in inside
        ]


def _empty(view: CoverageView | DensityView, code: str) -> bool:
    """Tell whether a unit has no organisation, and nobody surely within reach."""
    members = view.members["teryt"].str.startswith(code)
    if members.any() or isinstance(view, DensityView):
        return not members.any()
    units = view.result.units
    return not units["covered_people"][units.index.str.startswith(code)].any()


def _cover(query: CoverageQuery | DensityQuery, area: str, pages: list[AtlasPage], before: int, text: Text) -> Picture:
    """Return the first page: the whole area with the number of the page of each unit."""
    if isinstance(query, DensityQuery):
        view: CoverageView | DensityView = density_view(replace(query, level=Level.GMINA), text, parts=True)
    else:
        view = coverage_view(replace(query, area=area, level=Level.GMINA if area else Level.POWIAT), text)
    picture = part_of(view.picture, view, area, text) if area else view.picture
    numbers = label_marks([(str(before + n), (p.code,)) for n, p in enumerate(pages, start=1)])
    labels = tuple(replace(label, right=0, down=0) for label in numbers)
    painting = replace(picture.painting, labels=labels, marks=(), dots=())
    where = unit_label(area, text) if area else text("coverage.area.country")
    title = text("atlas.title", area=where, cluster=view.picture.title)
    notes = (text("atlas.index"), *picture.notes)
    return replace(
        picture, title=title, painting=painting, marks=marks_of(painting, text), notes=notes, tables=_NO_TABLES
    )


def _wholes(
    query: CoverageQuery | DensityQuery, area: str, text: Text
) -> Iterator[tuple[CoverageView | DensityView, Picture]]:
    """Return the map or maps that pages are parts of; all have one legend."""
    if isinstance(query, DensityQuery):
        density = density_view(replace(query, level=Level.GMINA), text, parts=True)
        yield density, density.picture
        return
    # A verdict does not depend on the area looked at: the country is its voivodeships one by one.
    for part in [area] if area else load_units(Level.VOIVODESHIP).index:
        view = coverage_view(replace(query, area=part, level=Level.GMINA), text)
        picture = view.picture
        if not area:
            every = tuple(replace(c, always=True) for c in picture.painting.classes)
            painting = replace(picture.painting, classes=every)
            picture = replace(picture, painting=painting, legend=painting.legend(text))
        yield view, picture


ALL_PAGES = Chosen()


class AtlasJob:
    """
    An atlas that is being made, in a thread and processes of its own.

    Parameters
    ----------
    query, area
        As for `atlas_pages`.
    look
        Format, colours and logo; its words and extent are those of each page.
    kind
        PNG for a ZIP of images, PDF or PPTX.
    text
        Language.
    chosen
        Which pages it has. A PDF and a deck begin with a map of the whole area, on which pages are numbered.

    Raises
    ------
    UnknownUnitError
        If a page is asked for that the area does not have.

    Attributes
    ----------
    state
        Where it stands.
    done, total
        Pages made and asked for.
    content, name, mime
        The file, when it is done.
    problem
        What went wrong, for the log, when it failed.
    """

    def __init__(
        self,
        query: CoverageQuery | DensityQuery,
        area: str,
        look: PictureQuery,
        kind: Kind,
        text: Text,
        chosen: Chosen = ALL_PAGES,
    ) -> None:
        if kind not in KINDS:
            raise QueryError("kind", kind, "one_of", options=", ".join(KINDS))
        units = units_of(area)
        for code in chosen.codes:
            if code not in units:
                raise UnknownUnitError(code)
        self._chosen = chosen
        # The first page of what is bound shows the whole.
        self._first = 0 if kind is Kind.PNG else 1
        self.total = len(chosen.codes or units) + self._first
        self.state = State.WAITING
        self.done = 0
        self.content = b""
        self.problem = ""
        self._asked = (query, area, replace(look, title=None, subtitle=None, extent=None), kind, text)
        stem = safe_stem(area or "polska", str(query.subject), text("atlas.name"))
        self.name = f"{stem}.{KINDS[kind]}"
        self.mime = "application/zip" if kind is Kind.PNG else MIME[kind]
        self._stop = threading.Event()
        self._lock = threading.Lock()
        # The thread sees the clusters of whoever asks, lists of the session among them.
        self._thread = threading.Thread(target=contextvars.copy_context().run, args=(self._run,), daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def cancel(self) -> None:
        """Stop as soon as may be; nothing is kept."""
        self._stop.set()

    def wait(self) -> State:
        """Wait for the end, and return how it ended."""
        self._thread.join()
        return self.state

    @property
    def running(self) -> bool:
        """Whether it is still to end."""
        return self.state in (State.WAITING, State.RUNNING)

    def _run(self) -> None:
        while not _TURN.acquire(timeout=0.2):
            if self._stop.is_set():
                self.state = State.CANCELLED
                return
        try:
            self.state = State.RUNNING
            self.content = self._made()
            ended = State.DONE if self.content else State.EMPTY
            self.state = State.CANCELLED if self._stop.is_set() else ended
        except Exception as error:  # noqa: BLE001 - whatever it is, the page must hear of the end
            _LOG.exception("atlas failed")
            self.problem = str(error)
            self.state = State.FAILED
        finally:
            _TURN.release()

    def _made(self) -> bytes:
        _, _, look, kind, text = self._asked
        with own_folder(Path(tempfile.gettempdir()), FOLDER_PREFIX) as folder:
            pages = self._draw(str(folder))
            if self._stop.is_set() or not pages:
                return b""
            return _bound(pages, folder, look, kind, text)

    def _draw(self, folder: str) -> list[AtlasPage]:
        """Let processes draw pages as they come, every second one each, and count what they finish."""
        query, area, _, kind, text = self._asked
        pages: list[AtlasPage] = []
        with contextlib.ExitStack() as stack:
            workers = [stack.enter_context(self._worker()) for _ in range(WORKERS)]
            for batch in atlas_pages(query, area, text):
                if self._stop.is_set():
                    break
                named = [p for p in batch if not self._chosen.codes or p.code in self._chosen.codes]
                kept = [p for p in named if not (self._chosen.skip_empty and p.empty)]
                self.total -= len(named) - len(kept)
                first = len(pages) + self._first
                bare = [(first + n, replace(p.picture, tables=_NO_TABLES)) for n, p in enumerate(kept)]
                pages += kept
                self._hand(bare, workers, folder)
            if self._first and pages and not self._stop.is_set():
                # A list of the pages follows the map of the whole in a PDF.
                cover = _cover(query, area, pages, 2 if kind is Kind.PDF else 1, text)
                self._hand([(0, cover)], workers, folder)
                pages.insert(0, AtlasPage(safe_stem(area, text("atlas.name")), cover))
        return pages

    def _hand(self, pages: list[tuple[int, Picture]], workers: list[IO[bytes]], folder: str) -> None:
        """Give pages to the processes, every second one each."""
        _, _, look, kind, _ = self._asked
        for n, worker in enumerate(workers):
            own = tuple(pages[n::WORKERS])
            if own:
                file = Path(folder) / f"job-{n}-{own[0][0]}"
                file.write_bytes(pickle.dumps(Job(own, look, kind, folder)))
                # One that has ended takes nothing; its end is told below.
                with contextlib.suppress(BrokenPipeError):
                    worker.write(f"{file}\n".encode())

    @contextlib.contextmanager
    def _worker(self) -> Iterator[IO[bytes]]:
        """Run a process that draws; hand over its input, and wait for its end."""
        command = [sys.executable, "-m", "geo.export.atlas_worker"]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=ROOT, bufsize=0) as process:  # noqa: S603
            threads = [threading.Thread(target=run, args=(process,), daemon=True) for run in (self._watch, self._count)]
            for thread in threads:
                thread.start()
            try:
                yield cast("IO[bytes]", process.stdin)
            except BaseException:
                self._stop.set()
                raise
            finally:
                cast("IO[bytes]", process.stdin).close()
                code = process.wait()
                for thread in threads:
                    thread.join()
        if code and not self._stop.is_set():
            self._stop.set()
            raise AtlasError(code)

    def _count(self, process: subprocess.Popen[bytes]) -> None:
        for _ in cast("IO[bytes]", process.stdout):
            with self._lock:
                self.done += 1

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None:
            if self._stop.wait(0.1):
                process.kill()
                return


def _bound(pages: list[AtlasPage], folder: Path, look: PictureQuery, kind: Kind, text: Text) -> bytes:
    """Put the pages together."""
    drawn = [(folder / str(n)).read_bytes() for n in range(len(pages))]
    page, title = look.sheet, pages[0].picture.title
    if kind is Kind.PDF:
        described = [(svg, p.picture.alt, p.picture.title) for svg, p in zip(drawn, pages, strict=True)]
        size, contents = (page.width_in, page.height_in), text("atlas.contents")
        return to_pages(described, page=size, title=title, language=text.language, contents=contents)
    if kind is Kind.PPTX:
        slides = (MapSlide(p.picture, png, look.logo, look.look) for p, png in zip(pages, drawn, strict=True))
        return deck(slides, page, title=title)
    buffer = io.BytesIO()
    # Images are compressed already.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for content, p in zip(drawn, pages, strict=True):
            archive.writestr(f"{p.name}.png", content)
    return buffer.getvalue()
