"""Map images: ours with legend, scale, inset and names beside a plain plot of the same units."""

from __future__ import annotations

import io
import subprocess
import sys
import time

from matplotlib.figure import Figure

from benchmarks.timing import report, timed
from geo.io.boundaries import load_units
from geo.model.coverage import CoverageQuery
from geo.model.picture import PAGES, Format, Kind, PictureQuery
from geo.model.queries import DensityQuery
from geo.model.units import Level
from geo.render.text import Text
from geo.services.atlas import AtlasJob
from geo.services.density import density_view
from geo.services.pictures import map_file

SUBJECT = "lubelska-medycyna"
ALONE = f"""
import sys
from geo.model.coverage import CoverageQuery
from geo.model.picture import Format, Kind, PictureQuery
from geo.model.queries import DensityQuery
from geo.render.text import Text
from geo.services.atlas import AtlasJob
from geo.services.density import density_view
from geo.services.pictures import map_file
peak = lambda: int(next(l for l in open("/proc/self/status") if l.startswith("VmHWM")).split()[1]) // 1024
picture = density_view(DensityQuery({SUBJECT!r}), Text("pl")).picture
before = peak()
for _ in range(3):
    map_file(picture, PictureQuery(Format(sys.argv[1])), Kind.PNG)
print(before, peak())
"""


def main() -> None:
    """Print the comparisons for a slide and for A4 at 300 dpi, peaks of memory, and an atlas of all powiaty."""
    text = Text("pl")
    view = density_view(DensityQuery(SUBJECT, level=Level.GMINA), text)
    picture = view.picture
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
    for page in (Format.WIDE, Format.A4):
        # Each in a process of its own: the peak of one would hide that of the other.
        told = subprocess.run([sys.executable, "-c", ALONE, page], check=True, capture_output=True, text=True)
        before, after = told.stdout.split()
        print(f"peak memory of a process that draws {page}: {after} MB, of that {before} MB before the first image")
    job = AtlasJob(CoverageQuery("kluczewski"), "", PictureQuery(), Kind.PNG, text)
    start = time.perf_counter()
    job.start()
    state, seconds = job.wait(), time.perf_counter() - start
    print(f"atlas of {job.total} powiaty, {state}: {seconds:.1f} s, {len(job.content) / 1e6:.0f} MB")
