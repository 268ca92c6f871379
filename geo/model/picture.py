"""Say what a map image is: its format, its look and its words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from geo.errors import QueryError

MAX_TITLE = 300
# Of a size of one's own: the shorter side, all pixels, and how many times longer the longer side may be.
LEAST_SIDE, MAX_PIXELS, MAX_ASPECT = 300, 40_000_000, 4
# A slide of 13.33 by 7.5 inches: pictures of any size have type as large as it has.
SLIDE_AREA = 100.0


class Format(StrEnum):
    """A page or a screen."""

    WIDE = "1920x1080"
    WIDE_4K = "3840x2160"
    CLASSIC = "1600x1200"
    SQUARE = "1080x1080"
    A4 = "a4"
    A4_TALL = "a4-portrait"
    A3 = "a3"
    A3_TALL = "a3-portrait"


class Look(StrEnum):
    """Colours of an image."""

    COLOUR = "colour"
    GREY = "grey"
    CONTRAST = "contrast"


class Kind(StrEnum):
    """Kind of file of a map."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"
    PPTX = "pptx"
    HTML = "html"
    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"
    GPKG = "gpkg"


IMAGES = (Kind.PNG, Kind.SVG, Kind.PDF, Kind.PPTX, Kind.HTML)
DATA = (Kind.CSV, Kind.XLSX, Kind.GEOJSON, Kind.GPKG)
MIME = {
    Kind.PNG: "image/png",
    Kind.SVG: "image/svg+xml",
    Kind.PDF: "application/pdf",
    Kind.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    Kind.HTML: "text/html",
    Kind.CSV: "text/csv",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.GEOJSON: "application/geo+json",
    Kind.GPKG: "application/geopackage+sqlite3",
}


@dataclass(frozen=True)
class Page:
    """
    Size of an image.

    Attributes
    ----------
    width_in, height_in
        Inches.
    dpi
        Pixels an inch.
    projected
        Whether it is shown on a wall or a screen, where type has to be larger than on paper.
    """

    width_in: float
    height_in: float
    dpi: float
    projected: bool = False

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return round(self.width_in * self.dpi), round(self.height_in * self.dpi)

    @property
    def tall(self) -> bool:
        """Whether the legend goes below the map."""
        return self.height_in >= self.width_in


PAGES = {
    Format.WIDE: Page(1920 / 144, 1080 / 144, 144, projected=True),
    Format.WIDE_4K: Page(3840 / 288, 2160 / 288, 288, projected=True),
    Format.CLASSIC: Page(1600 / 160, 1200 / 160, 160, projected=True),
    Format.SQUARE: Page(1080 / 135, 1080 / 135, 135, projected=True),
    Format.A4: Page(3508 / 300, 2480 / 300, 300),
    Format.A4_TALL: Page(2480 / 300, 3508 / 300, 300),
    Format.A3: Page(4961 / 300, 3508 / 300, 300),
    Format.A3_TALL: Page(3508 / 300, 4961 / 300, 300),
}


@dataclass(frozen=True)
class PictureQuery:
    """
    How a map is to be drawn.

    Attributes
    ----------
    page
        Format.
    look
        Colours.
    title, subtitle
        Words above the map; None for the prefilled ones.
    framed
        False for the map alone.
    transparent
        Whether the ground is clear.
    labels
        Whether units are named.
    extent
        West, south, east and north of what the screen shows, degrees; None for the whole territory.
    logo
        PNG of the office's mark, or nothing.
    size
        Width and height in pixels, in place of the format; None for the format's own.

    Raises
    ------
    QueryError
        If a text is too long, the extent is none, or the size is too small, too large or too narrow.
    """

    page: Format = Format.WIDE
    look: Look = Look.COLOUR
    title: str | None = None
    subtitle: str | None = None
    framed: bool = True
    transparent: bool = False
    labels: bool = True
    extent: tuple[float, float, float, float] | None = None
    logo: bytes = b""
    size: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        """Check the texts and the extent."""
        if self.extent is not None:
            west, south, east, north = self.extent
            if not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
                raise QueryError("extent", self.extent, "extent")
        if self.size is not None:
            least, most = sorted(self.size)
            if least < LEAST_SIDE or self.size[0] * self.size[1] > MAX_PIXELS or most > MAX_ASPECT * least:
                limits = {"least": LEAST_SIDE, "most": MAX_PIXELS // 1_000_000, "aspect": MAX_ASPECT}
                raise QueryError("size", self.sized, "pixels", **limits)
        for field in ("title", "subtitle"):
            value = getattr(self, field)
            if value is not None and len(value) > MAX_TITLE:
                raise QueryError(field, len(value), "length", low=0, high=MAX_TITLE)

    @property
    def sheet(self) -> Page:
        """The page that is drawn: of the format, or of a size of one's own with type as large as on a slide."""
        if self.size is None:
            return PAGES[self.page]
        width, height = self.size
        dpi = (width * height / SLIDE_AREA) ** 0.5
        return Page(width / dpi, height / dpi, dpi, projected=True)

    @property
    def sized(self) -> str:
        """The format or the size in pixels, for the name of a file."""
        return str(self.page) if self.size is None else f"{self.size[0]}x{self.size[1]}"
