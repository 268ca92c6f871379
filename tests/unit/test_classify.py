"""Classes hold every value once, are stable and keep zero and no data apart."""

import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.analysis.classify import classify
from geo.model.queries import Scheme
from geo.model.units import Level
from geo.render.painting import legend_of, numeric_classes
from geo.render.text import Text

values = st.lists(st.one_of(st.just(0.0), st.just(float("nan")), st.floats(0.001, 1e6)), min_size=1, max_size=60)


@given(values, st.sampled_from(list(Scheme)), st.integers(2, 7))
def test_every_value_is_in_its_class(numbers, scheme, k):
    series = pd.Series(numbers)
    result = classify(series, scheme=scheme, classes=k)
    array = np.array(numbers)
    assert ((result.codes == -1) == np.isnan(array)).all()
    assert ((result.codes == 0) == (array == 0)).all()
    assert result.zeros + result.missing + sum(result.counts) == len(numbers)
    assert list(result.upper) == sorted(set(result.upper))
    for code, value in zip(result.codes, array, strict=True):
        if code > 0:
            assert value <= result.upper[code - 1] * (1 + 1e-6)
            assert code == 1 or value > result.upper[code - 2] * (1 - 1e-6)
    again = classify(series, scheme=scheme, classes=k)
    assert (again.codes == result.codes).all()


def within_variance(groups):
    return sum(np.var(g) * len(g) for g in groups if len(g))


@given(st.lists(st.integers(1, 50), min_size=5, max_size=9, unique=True))
def test_natural_breaks_are_optimal(numbers):
    ordered = sorted(numbers)
    result = classify(pd.Series(ordered, dtype=float), scheme=Scheme.NATURAL, classes=3)
    found = within_variance([[v for v, c in zip(ordered, result.codes, strict=True) if c == k] for k in (1, 2, 3)])
    cuts = itertools.combinations(range(1, len(ordered)), 2)
    best = min(within_variance([ordered[:a], ordered[a:b], ordered[b:]]) for a, b in cuts)
    assert found == pytest.approx(best, rel=1e-4, abs=1e-4)


def rows_of(result, *, whole):
    counts = Counter("-" if c < 0 else str(c) for c in result.codes)
    return legend_of(numeric_classes(result, Text("pl"), whole=whole), counts, Level.GMINA, Text("pl"))


def test_few_distinct_values_get_a_class_each():
    result = classify(pd.Series([0, 1, 1, 7]), scheme=Scheme.NATURAL, classes=5)
    assert result.upper == (1.0, 7.0)
    rows = rows_of(result, whole=True)
    assert [(r.label, r.units) for r in rows] == [
        ("7", "1 gmina"),
        ("1", "2 gminy"),
        ("0 znanych organizacji", "1 gmina"),
    ]


def test_thousands_of_values_are_cut_fast_and_fully():
    numbers = pd.Series(np.random.default_rng(0).lognormal(size=2479))
    result = classify(numbers, scheme=Scheme.NATURAL, classes=7)
    assert len(result.upper) == 7
    assert (result.codes > 0).all()


def test_rates_share_bounds_in_the_legend():
    result = classify(pd.Series([0.5, 1.0, 2.0, 4.0, 8.0]), scheme=Scheme.QUANTILES, classes=2)
    labels = [r.label for r in rows_of(result, whole=False)]
    assert labels == ["2–8", "0,5–2"]
