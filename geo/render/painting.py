"""
Describe what a map shows: one typed value that the web map, the images and the data files are made from.

`Painting.payload` is the only place that knows the keys which `map.js` reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from geo.io.boundaries import load_units
from geo.model.results import Classes
from geo.model.units import Level
from geo.render.legend import LegendRow, class_labels
from geo.render.palette import NO_DATA, UNLISTED, ZERO, Fill, sequential
from geo.render.text import Text

# Units outside the territory are drawn so much fainter: their classes are still told apart.
FAINT = 0.75
# South-west and north-east corner in degrees, latitude first, as Leaflet writes them.
Bounds = tuple[tuple[float, float], tuple[float, float]]

# How a mark is drawn: a full circle, a ring, a broken ring, a dotted ring (a member of unknown dates), or a square for
# a place where a member might be. Where several stand at one place the first of these is drawn.
PROPOSAL = "proposal"
# The class of units of which nothing is known.
NO_DATA_KEY = "-"
# More places than this have no letter.
MAX_LETTERS = 160
MARK_STATUSES = ("member", "declared", "undated", "potential", PROPOSAL)


@dataclass(frozen=True)
class Mark:
    """
    An organisation, or a place that is proposed, as a circle with a letter.

    Attributes
    ----------
    x, y
        Longitude and latitude, EPSG:4326. Marks of one place are drawn as one circle with their number.
    name, kind, sector, status_word, place, source, cluster
        What the popup says, as text; "" for nothing.
    status
        One of `MARK_STATUSES`.
    colour, letter
        Fill, and what stands in the circle.
    """

    x: float
    y: float
    name: str
    kind: str
    status: str
    colour: str
    letter: str
    sector: str = ""
    status_word: str = ""
    place: str = ""
    source: str = ""
    cluster: str = ""

    @property
    def payload(self) -> dict[str, Any]:
        """The mark as `map.js` reads it."""
        keys = {
            "x": self.x,
            "y": self.y,
            "n": self.name,
            "k": self.kind,
            "s": self.sector,
            "st": self.status_word,
            "sk": self.status,
            "c": self.colour,
            "l": self.letter,
            "p": self.place,
            "src": self.source,
        }
        return keys | {"cl": self.cluster} if self.cluster else keys


@dataclass(frozen=True)
class Dot:
    """
    A small circle: a locality out of reach, or a place of many organisations.

    Attributes
    ----------
    x, y
        Longitude and latitude, EPSG:4326.
    radius
        Pixels.
    colour, words
        Fill, and what the tooltip says.
    """

    x: float
    y: float
    radius: float
    colour: str
    words: str

    @property
    def payload(self) -> dict[str, Any]:
        """The dot as `map.js` reads it."""
        return {"x": self.x, "y": self.y, "r": self.radius, "c": self.colour, "n": self.words}


@dataclass(frozen=True)
class Arc:
    """
    A line between places.

    Attributes
    ----------
    points
        Latitude and longitude of each corner, EPSG:4326.
    colour, width
        Of the line; the width in pixels.
    dash
        Lengths of strokes and gaps in pixels, "" for none.
    words
        What the tooltip says, "" for none.
    """

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float
    dash: str = ""
    words: str = ""

    @property
    def payload(self) -> dict[str, Any]:
        """The line as `map.js` reads it."""
        points = [list(p) for p in self.points]
        return {"p": points, "c": self.colour, "d": self.dash, "w": self.width, "n": self.words}


@dataclass(frozen=True)
class Label:
    """
    A short text beside a place.

    Attributes
    ----------
    x, y
        Longitude and latitude, EPSG:4326.
    words
        The text.
    right, down
        By how much it stands away from the place, pixels.
    """

    x: float
    y: float
    words: str
    right: float = 0
    down: float = 0

    @property
    def payload(self) -> dict[str, Any]:
        """The text as `map.js` reads it."""
        return {"x": self.x, "y": self.y, "t": self.words, "o": self.right, "v": self.down}


@dataclass(frozen=True)
class Ring:
    """
    The reach of a member.

    Attributes
    ----------
    x, y
        Longitude and latitude, EPSG:4326.
    radius_m, colour
        Metres, and the line.
    """

    x: float
    y: float
    radius_m: float
    colour: str

    @property
    def payload(self) -> dict[str, Any]:
        """The ring as `map.js` reads it."""
        return {"x": self.x, "y": self.y, "r": self.radius_m, "c": self.colour}


@dataclass(frozen=True)
class Territory:
    """
    The territory of a cluster, on which its name is written once where there is room.

    Attributes
    ----------
    name
        Of the cluster; text of a user.
    codes
        TERYT codes of its units.
    """

    name: str
    codes: tuple[str, ...]

    @property
    def payload(self) -> dict[str, Any]:
        """The territory as `map.js` reads it."""
        return {"n": self.name, "codes": list(self.codes)}


@dataclass(frozen=True)
class Outline:
    """
    Borders drawn over the units.

    Attributes
    ----------
    level
        Of the units whose borders they are.
    codes
        TERYT codes, or None for all of the level.
    colour, weight
        Of the line; the weight in pixels.
    """

    level: Level
    codes: tuple[str, ...] | None
    colour: str
    weight: float

    @property
    def payload(self) -> dict[str, Any]:
        """The outline as `map.js` reads it."""
        codes = None if self.codes is None else list(self.codes)
        return {"codes": codes, "level": str(self.level), "style": {"color": self.colour, "weight": self.weight}}


@dataclass(frozen=True)
class Overlay:
    """
    A picture laid over the map, such as a density surface.

    Attributes
    ----------
    png
        Data URI, EPSG:3857.
    bounds
        Corners, EPSG:4326.
    """

    png: str
    bounds: Bounds

    @property
    def payload(self) -> dict[str, Any]:
        """The picture as `map.js` reads it."""
        return {"png": self.png, "bounds": _listed(self.bounds)}


@dataclass(frozen=True)
class Tiles:
    """
    A map of somebody else under ours.

    Attributes
    ----------
    url, attribution
        Address with {z}, {x} and {y}, and whom to name.
    """

    url: str
    attribution: str

    @property
    def payload(self) -> dict[str, Any]:
        """The tiles as `map.js` reads them."""
        return {"url": self.url, "attribution": self.attribution}


@dataclass(frozen=True)
class MapWords:
    """
    What controls and screen readers say.

    Attributes
    ----------
    title
        What the map shows.
    more, failed, surface, credit, zoom_in, zoom_out, close
        Words of the map itself; `more` holds {n}.
    whole, back
        Buttons that show the country, and again what the map is about.
    wheel, fingers, read, marks
        How to zoom with a wheel, to move with fingers, and to read units and marks with arrows.
    organisations
        The noun by plural form (CLDR).
    language
        "pl" or "en".
    """

    title: str
    more: str
    failed: str
    surface: str
    credit: str
    zoom_in: str
    zoom_out: str
    close: str
    whole: str
    back: str
    wheel: str
    fingers: str
    read: str
    marks: str
    organisations: Mapping[str, str]
    language: str

    @property
    def payload(self) -> dict[str, Any]:
        """The words as `map.js` reads them."""
        return {
            "map": self.title,
            "more": self.more,
            "failed": self.failed,
            "surface": self.surface,
            "credit": self.credit,
            "zoomIn": self.zoom_in,
            "zoomOut": self.zoom_out,
            "close": self.close,
            "whole": self.whole,
            "back": self.back,
            "wheel": self.wheel,
            "fingers": self.fingers,
            "read": self.read,
            "marks": self.marks,
            "organisations": dict(self.organisations),
            "language": self.language,
        }


@dataclass(frozen=True)
class Frame:
    """
    Where a map looks and which borders it draws.

    Attributes
    ----------
    key
        Name of the painting; tests wait for it.
    level
        Level of the painted units.
    scope
        TERYT codes of the territory; units outside are fainter. () for the country.
    outlines
        Borders over the units.
    fit_key, bounds
        The map moves to the bounds when the key changes, else it stays where the user has moved it.
    words
        Of controls.
    base
        What the addresses of the packed outlines begin with.
    tiles
        A map below, or None: then the browser asks nobody else.
    territories
        Territories with the names of their clusters; () where they are named otherwise.
    """

    key: str
    level: Level
    scope: tuple[str, ...]
    outlines: tuple[Outline, ...]
    fit_key: str
    bounds: Bounds
    words: MapWords
    base: str
    tiles: Tiles | None = None
    territories: tuple[Territory, ...] = ()


@dataclass(frozen=True)
class UnitClass:
    """
    A class of units: how they are drawn and what the legend says of them.

    Attributes
    ----------
    key
        One character, which stands for the class in `Painting.units`.
    fill
        Colour and stripes.
    label
        Words of the legend; "" for a class that stands in no legend.
    tip
        What the tooltip says of units without words of their own.
    always
        Whether the legend names it even where no unit is in it.
    blank
        Whether units outside the territory are left blank instead of drawn fainter.
    first
        Whether an image names its units before others, since something is in them.
    """

    key: str
    fill: Fill
    label: str = ""
    tip: str = ""
    always: bool = False
    blank: bool = False
    first: bool = False


# Units beside the area that a map looks at.
BESIDE = UnitClass("x", ZERO, blank=True)


@dataclass(frozen=True)
class Painting:
    """
    What a map shows.

    Attributes
    ----------
    frame
        Where it looks.
    units
        One character a unit of the level, in the order of `load_units`: the key of its class.
    classes
        The classes, in the order of the legend.
    opacity
        Of the fills, 0 to 1.
    tips
        Words of units by their position; others say what their class says.
    marks, dots, arcs, labels, rings
        What is drawn over the units.
    surface
        A density surface over the units, or None.
    together
        Maps with this word move together in the browser; "" for none.
    """

    frame: Frame
    units: str
    classes: tuple[UnitClass, ...]
    opacity: float = 0.9
    tips: Mapping[int, str] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    dots: tuple[Dot, ...] = ()
    arcs: tuple[Arc, ...] = ()
    labels: tuple[Label, ...] = ()
    rings: tuple[Ring, ...] = ()
    surface: Overlay | None = None
    together: str = ""

    @property
    def level(self) -> Level:
        """Level of the painted units."""
        return self.frame.level

    @property
    def scope(self) -> tuple[str, ...]:
        """TERYT codes of the territory, () for the country."""
        return self.frame.scope

    @cached_property
    def fills(self) -> dict[str, Fill]:
        """The fill of each class by its key."""
        return {c.key: c.fill for c in self.classes}

    @cached_property
    def blank(self) -> str:
        """Keys of the classes that are left blank outside the territory."""
        return "".join(c.key for c in self.classes if c.blank)

    @property
    def first(self) -> str:
        """Keys of the classes whose units an image names before others."""
        return "".join(c.key for c in self.classes if c.first)

    @cached_property
    def payload(self) -> dict[str, Any]:
        """The painting as `map.js` reads it; shared, so do not change it."""
        frame = self.frame
        return {
            "key": frame.key,
            "level": str(frame.level),
            "base": frame.base,
            "scope": list(frame.scope),
            "outlines": [o.payload for o in frame.outlines],
            "territories": [t.payload for t in frame.territories],
            "fit": {"key": frame.fit_key, "bounds": _listed(frame.bounds)},
            "basemap": frame.tiles.payload if frame.tiles else None,
            "text": frame.words.payload,
            "classes": self.units,
            "fills": {key: fill.payload for key, fill in self.fills.items()},
            "blank": self.blank,
            "opacity": self.opacity,
            "faint": FAINT,
            "tips": {str(i): tip for i, tip in self.tips.items()},
            "tipDefaults": {c.key: c.tip for c in self.classes if c.tip},
            "members": [m.payload for m in self.marks],
            "dots": [d.payload for d in self.dots],
            "arcs": [a.payload for a in self.arcs],
            "labels": [v.payload for v in self.labels],
            "circles": [r.payload for r in self.rings],
            "surface": self.surface.payload if self.surface else None,
            "sync": self.together or None,
        }

    def counts(self) -> Counter[str]:
        """Return the number of units of the territory in each class."""
        codes = load_units(self.level).index
        return Counter(key for key, code in zip(self.units, codes, strict=True) if is_inside(code, self.scope))

    def legend(self, text: Text) -> tuple[LegendRow, ...]:
        """Return a row for each class that occurs in the territory or is always named."""
        return legend_of(self.classes, self.counts(), self.level, text)

    @property
    def crowded(self) -> bool:
        """Whether places are so many that a file draws each as a dot without a letter, which could not be read."""
        return len({(m.x, m.y) for m in self.marks}) > MAX_LETTERS

    def restricted_to(self, scope: tuple[str, ...], outlines: Iterable[Outline]) -> Painting:
        """
        Return the painting with another territory inside it.

        Parameters
        ----------
        scope
            TERYT codes of the new territory.
        outlines
            Its borders, instead of those of the whole.

        Returns
        -------
        part
            Its legend names every class of the whole, counted anew.
        """
        counts = self.counts()
        common = [line for line in self.frame.outlines if line.codes is None]
        frame = replace(self.frame, scope=scope, outlines=(*common, *outlines))
        classes = tuple(replace(c, always=c.always or counts[c.key] > 0) for c in self.classes)
        return replace(self, frame=frame, classes=classes)


def is_inside(code: str, scope: tuple[str, ...]) -> bool:
    """Whether a unit lies in a territory or holds a part of it; every unit does for ()."""
    return not scope or any(code.startswith(s) or s.startswith(code) for s in scope)


def numeric_classes(classes: Classes, text: Text, *, whole: bool, unlisted: bool = False) -> tuple[UnitClass, ...]:
    """
    Return classes of numbers from the highest to zero and no data.

    Parameters
    ----------
    classes
        Bounds of classes 1 to k.
    text
        Language.
    whole
        True for counts: whole numbers, and classes do not share bounds.
    unlisted
        Whether nothing at all is known, which the units without data say.
    """
    if unlisted:
        # Outside the territory there is nothing to know.
        return (unlisted_class(text), replace(BESIDE, key="0"))
    labels = class_labels(classes, text, whole=whole)
    colours = sequential(len(classes.upper))
    numbered = [
        UnitClass(str(n), Fill(colour), label, always=True, first=True)
        for n, (label, colour) in enumerate(zip(labels, colours, strict=True), start=1)
    ]
    return (
        *reversed(numbered),
        UnitClass("0", ZERO, text("legend.zero"), text("tip.zero"), blank=True),
        UnitClass("-", NO_DATA, text("legend.no_data"), text("tip.no_data"), blank=True),
    )


def unlisted_class(text: Text) -> UnitClass:
    """Return the one class of a map of clusters whose members nobody lists."""
    return UnitClass("-", UNLISTED, text("legend.unlisted"), text("tip.unlisted"), blank=True)


def legend_of(
    classes: tuple[UnitClass, ...], counts: Mapping[str, int], level: Level, text: Text
) -> tuple[LegendRow, ...]:
    """
    Return the rows of a legend.

    Parameters
    ----------
    classes
        In the order of the legend.
    counts
        Number of units of each class, by key.
    level
        Level of the units.
    text
        Language.
    """
    return tuple(
        LegendRow(c.label, c.fill, text.units(level, counts.get(c.key, 0)), c.key)
        for c in classes
        if c.label and (c.always or counts.get(c.key, 0))
    )


def _listed(bounds: Bounds) -> list[list[float]]:
    return [list(corner) for corner in bounds]
