"""Colours that mean something are told apart with deuteranopia, in grey and beside each other."""

from importlib import import_module
from itertools import combinations, pairwise

import numpy as np
import pytest

from geo.model.queries import MAX_CLASSES, MIN_CLASSES, DensityQuery
from geo.model.selection import Subject
from geo.render import palette
from geo.render.painting import FAINT
from geo.render.text import Text
from geo.services.density import density_view

# The library changes how numpy prints, for all tests of the process.
PRINTING = np.get_printoptions()
colour = import_module("colour")
np.set_printoptions(**PRINTING)
# What is held to be told apart at a glance: CIEDE2000.
APART = 10.0
DEUTERANOPIA = np.asarray(colour.blindness.matrix_cvd_Machado2009("Deuteranomaly", 1.0))
SRGB = colour.RGB_COLOURSPACES["sRGB"]
WHITE = colour.CCS_ILLUMINANTS["CIE 1931 2 Degree Standard Observer"]["D65"]


def lab(hexes):
    """Return CIE Lab as somebody with deuteranopia sees the colours (Machado et al. 2009, severity 1)."""
    linear = colour.models.eotf_sRGB(np.array([colour.notation.HEX_to_RGB(h) for h in hexes]))
    seen = np.clip(linear @ DEUTERANOPIA.T, 0, 1)
    return colour.XYZ_to_Lab(seen @ SRGB.matrix_RGB_to_XYZ.T, WHITE)


def apart(first, second):
    one, other = lab([first, second])
    return float(colour.delta_E(one, other, method="CIE 2000"))


def seen(fill, opacity):
    return palette._mixed(fill, opacity)


@pytest.fixture(scope="module")
def opacity():
    return density_view(DensityQuery(Subject.of("kluczewski")), Text("pl")).painting.opacity


def test_the_oracle_knows_red_from_green_only_for_those_who_see_them():
    red, green = "#c40000", "#5a7000"
    assert apart(red, green) < 0.5 * colour.delta_E(
        *(colour.XYZ_to_Lab(colour.sRGB_to_XYZ(colour.notation.HEX_to_RGB(h)), WHITE) for h in (red, green)),
        method="CIE 2000",
    )


@pytest.mark.parametrize("count", range(MIN_CLASSES, MAX_CLASSES + 1))
@pytest.mark.parametrize("part", [1.0, FAINT], ids=["territory", "outside"])
def test_neighbouring_classes_are_told_apart(count, part, opacity):
    shades = [seen(c, opacity * part) for c in palette.sequential(count)]
    assert min(apart(a, b) for a, b in pairwise(["#ffffff", *shades])) >= APART


def test_steps_of_quotients_are_told_apart_in_grey_too():
    fills = palette.DIVERGING
    assert min(apart(a.colour, b.colour) for a, b in pairwise(fills)) >= APART
    # The light step below one is striped, that above is not.
    assert [bool(f.stripe) for f in fills] == [False, True, False, False, False]


def differ(one, other):
    """Say whether two fills differ by colour or by pattern."""
    return apart(one.colour, other.colour) >= APART or (bool(one.stripe), one.angle) != (
        bool(other.stripe),
        other.angle,
    )


def test_every_cluster_has_a_fill_of_its_own():
    fills = [palette.claim_fill((n,), by_colour=True) for n in range(palette.MAX_CLUSTERS)]
    assert len(set(fills)) == palette.MAX_CLUSTERS == 12
    assert all(differ(a, b) for a, b in combinations(fills, 2))
    # Numbers and names are read on each.
    assert min(palette.contrast(f.colour, "#1b2733") for f in fills) >= 4.5


@pytest.mark.parametrize(
    "fills", [palette.VERDICT_FILLS, palette.NETWORK_FILLS, palette.SPOT_FILLS], ids=["verdict", "network", "spots"]
)
def test_meanings_are_told_apart_by_colour_or_pattern(fills):
    assert all(differ(a, b) for a, b in combinations(fills.values(), 2))


@pytest.mark.parametrize("ground", ["#ffffff", "#f4f6f8", palette.NO_DATA_FILL])
def test_lines_and_stripes_are_seen_on_their_ground(ground):
    assert palette.contrast(palette.NO_DATA_STRIPE, ground) >= 3
    assert palette.contrast(palette.OUTLINE, ground) >= 3


def test_the_line_of_a_territory_is_seen_on_every_fill():
    lines = density_view(DensityQuery(Subject.of("kluczewski")), Text("pl")).painting.frame.outlines
    casing, line = [o for o in lines if o.codes]
    assert (casing.colour, casing.weight > line.weight) == ("#ffffff", True)
    for fill in (*palette.sequential(MAX_CLASSES), *(f.colour for f in palette.VERDICT_FILLS.values())):
        assert max(palette.contrast(line.colour, fill), palette.contrast(casing.colour, fill)) >= 3
