"""Compose a map image: title, map, legend, scale bar, north, inset, names and sources."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from pyproj import Transformer

from geo.model.picture import Page, PictureQuery
from geo.render.furniture import draw_inset, draw_north, draw_scale, free_corner
from geo.render.layout import Layout
from geo.render.lettering import Sheet, write_names
from geo.render.painting import Painting
from geo.render.picture import Picture
from geo.render.placing import Room
from geo.render.static_map import MARKS, Ink, View, draw_labels, draw_map, view_of
from geo.render.text import Text
from geo.render.typeface import drawable, undrawn
from geo.settings import DISPLAY_CRS, METRIC_CRS

# A view wider than this share of the country shows most of it.
COUNTRY_SHARE = 0.7
# Territories side by side have one scale unless one is so many times as wide.
ONE_SCALE = 2.5
# More labels than these are what a map is about: names of units would hide them.
FEW_LABELS = 2


@dataclass(frozen=True)
class Half:
    """
    One of several maps beside each other.

    Attributes
    ----------
    name, headline
        Words above it.
    painting
        What it shows.
    """

    name: str
    headline: str
    painting: Painting


def compose(picture: Picture, query: PictureQuery, *, page: Page | None = None, words: bool = True) -> Figure:
    """
    Draw an image.

    Parameters
    ----------
    picture
        What it says.
    query
        How it is drawn.
    page
        Its size, if not that of the format asked for.
    words
        False where title, legend and sources stand beside the image as text of their own.

    Returns
    -------
    figure
        A matplotlib figure of the page's size; nothing in it depends on the machine's fonts.
    """
    page = page or query.sheet
    picture, layout = _drawn(picture), _blank(page, query)
    figure = layout.figure
    needed = query.framed and _part_of_country(picture, query)
    if query.framed and words:
        layout.words(picture, query.logo)
        layout.legend(picture, query.look, inset=needed)
    elif query.framed:
        layout.fill()
    box = layout.rest
    aspect = box.width * page.width_in / (box.height * page.height_in)
    view = _view_of_screen(query.extent, aspect) if query.extent else _view(picture).fitted(aspect)
    sheet = _draw(box, picture, query, view, layout)
    if needed and view.width <= COUNTRY_SHARE * view_of(()).width:
        place = layout.inset or free_corner(sheet, picture.painting.scope)
        if place:
            draw_inset(figure, place, view, picture.painting.scope, query.look)
    _write(sheet, picture, query)
    return figure


def compose_pair(picture: Picture, halves: tuple[Half, ...], query: PictureQuery) -> Figure:
    """
    Draw maps beside each other, at one scale where their territories are about as large, with one legend below.

    Parameters
    ----------
    picture
        Title, sentence, legend and sources of all.
    halves
        What each map shows.
    query
        How they are drawn.
    """
    page = query.sheet
    picture, layout = _drawn(picture), _blank(page, query)
    layout.words(picture, query.logo)
    layout.legend_below(picture, query.look, columns=2 if page.tall else 4)
    boxes = layout.columns([(half.name, half.headline) for half in halves])
    aspect = boxes[0].width * page.width_in / (boxes[0].height * page.height_in)
    views = [view_of(half.painting.scope).fitted(aspect) for half in halves]
    widths = [view.width for view in views]
    # A powiat beside a voivodeship would be a dot at its scale.
    alike = max(widths) <= ONE_SCALE * min(widths)
    for half, box, view in zip(halves, boxes, views, strict=True):
        shown = replace(picture, painting=half.painting)
        _write(_draw(box, shown, query, view.widened(max(widths)) if alike else view, layout), shown, query)
    return layout.figure


def _blank(page: Page, query: PictureQuery) -> Layout:
    """Return a page on which nothing stands."""
    figure = Figure(figsize=(page.width_in, page.height_in), dpi=page.dpi)
    FigureCanvasAgg(figure)
    figure.patch.set_alpha(0.0 if query.transparent else 1.0)
    return Layout(figure, page)


def _draw(box: Bbox, picture: Picture, query: PictureQuery, view: View, layout: Layout) -> Sheet:
    """Draw a map in its frame, which is a box in fractions of the page, with scale bar and north."""
    page = layout.page
    ax = layout.figure.add_axes((box.x0, box.y0, box.width, box.height))
    ink = Ink(query.look, box.width * page.pixels[0], page.width_in, ground=not query.transparent)
    draw_map(ax, picture.painting, view, ink)
    for spine in ax.spines.values():
        spine.set(color="#5f6973", linewidth=0.6, visible=query.framed)
    if query.transparent:
        ax.patch.set_alpha(0.0)
    sheet = Sheet(ax, view, Room(ax.get_window_extent()), layout.name, page.projected)
    sheet.room.take(_circles(sheet))
    if query.framed:
        draw_scale(sheet)
        draw_north(sheet)
    return sheet


def _write(sheet: Sheet, picture: Picture, query: PictureQuery) -> None:
    draw_labels(sheet.ax, picture.painting.labels, sheet.view, sheet.room)
    if query.labels and len(picture.painting.labels) <= FEW_LABELS:
        write_names(sheet, picture.painting)


def _drawn(picture: Picture) -> Picture:
    """Return a picture without the signs that no letter is there for; that some are left out is said."""
    said = (picture.title, picture.subtitle, *picture.notes, *(r.label for r in picture.legend), picture.sources)
    lost = len(undrawn("".join(said)))
    if not lost:
        return picture
    note = Text(picture.language).count("picture.undrawn", lost)
    return replace(
        picture,
        title=drawable(picture.title),
        subtitle=drawable(picture.subtitle),
        legend=tuple(replace(r, label=drawable(r.label), units=drawable(r.units)) for r in picture.legend),
        marks=tuple(replace(m, label=drawable(m.label)) for m in picture.marks),
        notes=(*map(drawable, picture.notes), note),
        sources=drawable(picture.sources),
    )


def _part_of_country(picture: Picture, query: PictureQuery) -> bool:
    """Tell whether the map shows a part of Poland only, so that an inset helps."""
    view = _view_of_screen(query.extent, 1.0) if query.extent else _view(picture)
    return max(view.width, view.height) <= COUNTRY_SHARE * view_of(()).width


def _view(picture: Picture) -> View:
    return view_of(picture.painting.scope)


def _view_of_screen(extent: tuple[float, float, float, float], aspect: float) -> View:
    """Return the part of the country that holds all that the screen shows."""
    change = Transformer.from_crs(DISPLAY_CRS, METRIC_CRS, always_xy=True)
    return View(*change.transform_bounds(*extent)).fitted(aspect, margin=0.0)


def _circles(sheet: Sheet) -> list[Bbox]:
    """Return the boxes of circles that say something, in pixels; names may lie on dots."""
    boxes = []
    for drawn in sheet.ax.collections:
        if not isinstance(drawn, PathCollection) or drawn.get_label() != MARKS:
            continue
        # Masked arrays are slow, and no offset is masked.
        offsets = sheet.ax.transData.transform(np.ma.getdata(drawn.get_offsets()))
        sizes = np.broadcast_to(np.sqrt(drawn.get_sizes()), len(offsets)) * sheet.pixels(1.0) / 2
        boxes += [Bbox.from_extents(x - r, y - r, x + r, y + r) for (x, y), r in zip(offsets, sizes, strict=True)]
    return boxes
