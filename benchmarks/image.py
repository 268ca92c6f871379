"""Map images: ours with legend, scale, inset and names beside a plain plot of the same units."""

from __future__ import annotations

import io
import resource

from matplotlib.figure import Figure

from benchmarks.timing import report, timed
from geo.io.boundaries import load_units
from geo.model.picture import PAGES, Format, Kind, PictureQuery
from geo.model.queries import DensityQuery
from geo.model.units import Level
from geo.render.text import Text
from geo.services.density import density_view
from geo.services.pictures import density_picture, map_file

SUBJECT = "lubelska-medycyna"


def main() -> None:
    """Print the comparisons for a slide and for A4 at 300 dpi, and the memory of the process."""
    text = Text("pl")
    view = density_view(DensityQuery(SUBJECT, level=Level.GMINA), text)
    picture = density_picture(view, text)
    units = load_units(Level.GMINA)
    shown = units[view.inside]
    values = view.values[view.inside]

    for page in (Format.WIDE, Format.A4):
        size = PAGES[page]

        def ours(page: Format = page) -> bytes:
            return map_file(picture, PictureQuery(page), Kind.PNG)

        def plain(page: Format = page) -> bytes:
            size = PAGES[page]
            figure = Figure(figsize=(size.width_in, size.height_in), dpi=size.dpi)
            shown.assign(value=values).plot(
                column="value", ax=figure.subplots(), legend=True, missing_kwds={"color": "0.8"}
            )
            buffer = io.BytesIO()
            figure.savefig(buffer, format="png")
            return buffer.getvalue()

        # Both warm: shapes and fonts are loaded.
        ours(), plain()
        made = timed(f"ours, {size.pixels[0]} × {size.pixels[1]}", ours)
        peer = timed("GeoDataFrame.plot + savefig, the territory alone", plain)
        report(f"PNG {page}, {len(shown)} gminy in the territory, 2479 around", made, peer)
    print(f"peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
