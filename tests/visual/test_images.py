"""
Images look as they did when somebody last looked at them.

Letters come from matplotlib's own font, so that the baselines hold on any machine. After a wanted
change write them anew with `KLASTRY_BASELINES=1 pytest tests/visual`, and look at each.
"""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from geo.model.compare import CompareQuery
from geo.model.concentration import ConcentrationQuery
from geo.model.coverage import CoverageQuery
from geo.model.picture import Format, Kind, Look, PictureQuery
from geo.model.queries import DensityQuery, Measure
from geo.model.units import Level
from geo.render.text import Text
from geo.services.compare import compare_view
from geo.services.concentration.view import MapKind, concentration_view
from geo.services.coverage import coverage_view
from geo.services.density import density_view
from geo.services.pictures import map_file
from geo.services.subjects import subjects_of_all
from geo.services.ties import ties_view

BASELINES = Path(__file__).parent / "baseline"
PL = Text("pl")
# Root mean square difference of pixels, of 255; a legend row that is gone makes more than 2.
TOLERANCE = 1.5
WIDTH = 640
LINKS = """od;do;rodzaj
kluczewski-003;kluczewski-007;dostawa
kluczewski-008;kluczewski-006;skierowanie
kluczewski-007;kluczewski-008;współpraca
"""
CASES = {
    "density": lambda: (
        density_view(DensityQuery("lubelska-medycyna", level=Level.POWIAT), PL).picture,
        PictureQuery(),
    ),
    "rate-square-contrast": lambda: (
        density_view(DensityQuery("lubelska-medycyna", level=Level.POWIAT, measure=Measure.PER_10K_PEOPLE), PL).picture,
        PictureQuery(Format.SQUARE, Look.CONTRAST),
    ),
    "surface": lambda: (
        density_view(DensityQuery("regionalne-klastry-seniora", surface=True), PL).picture,
        PictureQuery(),
    ),
    "coverage": lambda: (
        coverage_view(CoverageQuery("kluczewski"), PL, circles=True).picture,
        PictureQuery(title="Gdzie sięga klaster, a gdzie są luki?"),
    ),
    "compare": lambda: (compare_view(CompareQuery(",".join(subjects_of_all())), PL).picture, PictureQuery()),
    "quotient": lambda: (
        concentration_view(ConcentrationQuery("kluczewski"), MapKind.QUOTIENT, PL).picture,
        PictureQuery(Format.A4),
    ),
    "links": lambda: (ties_view("kluczewski", LINKS.encode(), PL).picture, PictureQuery()),
    "coverage-a4-grey": lambda: (
        coverage_view(CoverageQuery("skarzyski"), PL).picture,
        PictureQuery(Format.A4_TALL, Look.GREY),
    ),
}


def small(content):
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    return picture.resize((WIDTH, round(WIDTH * picture.height / picture.width)), Image.Resampling.BOX)


@pytest.mark.parametrize("name", CASES)
def test_an_image_looks_like_its_baseline(name):
    file = BASELINES / f"{name}.png"
    made = small(map_file(*CASES[name](), Kind.PNG))
    if os.environ.get("KLASTRY_BASELINES"):
        made.quantize(128).save(file, optimize=True)
    with Image.open(file) as kept:
        wanted = np.asarray(kept.convert("RGB"), dtype=float)
    # The baseline keeps 128 colours.
    found = np.asarray(made.quantize(128).convert("RGB"), dtype=float)
    assert found.shape == wanted.shape
    assert np.sqrt(np.mean((found - wanted) ** 2)) < TOLERANCE
