"""Cut a map down to one unit, keeping the classes of the whole map (pages of an atlas, slides of a powiat)."""

from __future__ import annotations

from dataclasses import replace

from geo.errors import QueryError, UnknownUnitError
from geo.io.boundaries import load_units
from geo.model.cluster import Status
from geo.model.coverage import Coverage
from geo.model.queries import Measure
from geo.model.units import level_of
from geo.render.painting import Painting
from geo.render.picture import Picture
from geo.render.table import Table
from geo.render.text import Text
from geo.services.coverage import CoverageView, headline_of, numbers_of
from geo.services.density import DensityView, lead, top_units
from geo.services.dots import dots_of
from geo.services.labels import unit_label
from geo.services.people import who_counts
from geo.services.pictures import alt_text, marks_of
from geo.services.presence import presence_heading, presence_note
from geo.services.web import bounds_of, territory_lines


def part_of(picture: Picture, view: CoverageView | DensityView, code: str, text: Text) -> Picture:
    """
    Return the picture of one unit of a map.

    Parameters
    ----------
    picture, view
        The whole: its picture, perhaps with other classes in the legend, and its numbers.
    code
        TERYT code of a unit as fine as the painted ones or coarser.
    text
        Language.

    Returns
    -------
    part
        The unit in the middle, with its own sentence and numbers. Its legend has every class of the
        whole, in the same colours and with the same bounds, counted in the unit alone.

    Raises
    ------
    UnknownUnitError
        If there is no such unit.
    QueryError
        If it is finer than the painted ones.
    """
    level = level_of(code)
    if level is None or code not in load_units(level).index:
        raise UnknownUnitError(code)
    if level.digits > view.query.level.digits:
        raise QueryError("area", code, "coarser", level=view.query.level)
    label = unit_label(code, text)
    painting = _alone(picture.painting.restricted_to((code,), territory_lines((code,))), code)
    if isinstance(view, CoverageView):
        text = who_counts(view.query.people)(text)
        part = _within(view, code)
        sentence, numbers = headline_of(part, label, text), numbers_of(part, view.query.level, people=view.query.people)
        painting = replace(painting, dots=dots_of(part, None))
        vacant: tuple[str, ...] = (presence_note(part.units, view.query.level, view.query.statuses, text),)
    else:
        (sentence, numbers), vacant = _density(view, code, text), ()
    if not view.known:
        sentence = view.headline
    title = text("atlas.page", unit=label[0].upper() + label[1:], cluster=picture.title)
    counts = painting.counts()
    legend = tuple(r if counts[r.key] else replace(r, units="") for r in painting.legend(text))
    units = picture.tables.units
    tables = replace(
        picture.tables,
        numbers=numbers.shown(text),
        localities=None,
        units=units.rows(units.frame.index.str.startswith(code)),
    )
    return replace(
        picture,
        painting=painting,
        title=title,
        subtitle=sentence,
        legend=legend,
        marks=marks_of(painting, text, besides=picture.marks),
        notes=_own_notes(picture.notes, vacant if counts.total() > 1 else (), view, text),
        alt=alt_text(title, sentence, legend, text),
        tables=tables,
    )


def _own_notes(
    notes: tuple[str, ...], own: tuple[str, ...], view: CoverageView | DensityView, text: Text
) -> tuple[str, ...]:
    """Return the notes of a whole without which units of it have no member, and with that of the part where given."""
    sets = (view.query.statuses, (Status.MEMBER,))
    headings = tuple(presence_heading(view.query.level, statuses, text) for statuses in sets)
    had = any(note.startswith(headings) for note in notes)
    return (*(own if had else ()), *(note for note in notes if not note.startswith(headings)))


def _alone(painting: Painting, code: str) -> Painting:
    """Return a painting of a unit without stripes and marks beyond it, which would draw the eye away."""
    (south, west), (north, east) = bounds_of((code,))
    classes = tuple(replace(c, blank=c.blank or bool(c.fill.stripe)) for c in painting.classes)
    marks = tuple(m for m in painting.marks if south <= m.y <= north and west <= m.x <= east)
    return replace(painting, classes=classes, marks=marks)


def _within(view: CoverageView, code: str) -> Coverage:
    result = view.result
    places = result.localities
    return replace(
        result,
        units=result.units[result.units.index.str.startswith(code)],
        localities=places[places["teryt"].str.startswith(code)],
    )


def _density(view: DensityView, code: str, text: Text) -> tuple[str, Table]:
    inside = view.values.index[view.values.index.str.startswith(code)]
    units = view["units"].rows(view["units"].frame.index.isin(inside))
    sentence = lead(units["members"], len(inside), view.query.level, unit_label(code, text), text)
    return sentence, top_units(units, Measure.COUNT)
