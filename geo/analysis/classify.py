"""Cut values into classes for a map."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.model.queries import Scheme
from geo.model.results import Classes

# Exact natural breaks take time with the square of the number of values; above this many, breaks
# are found on evenly spaced order statistics, the smallest and largest value among them.
NATURAL_SAMPLE = 400
SAME = 1e-9


def classify(values: pd.Series, *, scheme: Scheme, classes: int) -> Classes:
    """
    Cut positive values into classes; zero and no data stay apart.

    Parameters
    ----------
    values
        Values of at least 0; NaN for no data.
    scheme
        Natural breaks (Fisher 1958), quantiles, equal intervals or round numbers.
    classes
        Number of classes wanted; fewer come out where there are fewer distinct values.

    Returns
    -------
    result
        The class of each value and the bounds. The same values always give the same classes.
    """
    array = values.to_numpy(dtype=float)
    positive = array[array > 0]
    upper = _upper_bounds(positive, scheme, classes) if len(positive) else np.array([])
    codes = class_codes(values, upper)
    counts = np.bincount(codes[codes > 0], minlength=len(upper) + 1)[1:]
    lower = [array[codes == k + 1].min() if n else np.nan for k, n in enumerate(counts)]
    return Classes(
        codes=codes,
        lower=tuple(float(v) for v in lower),
        upper=tuple(float(u) for u in upper),
        counts=tuple(int(c) for c in counts),
        zeros=int((codes == 0).sum()),
        missing=int((codes == -1).sum()),
    )


def class_codes(values: pd.Series, upper: Sequence[float] | NDArray[np.float64]) -> NDArray[np.int8]:
    """
    Put values into classes whose bounds are known.

    Parameters
    ----------
    values
        Values of at least 0; NaN for no data.
    upper
        Upper bounds of classes 1 to k, inclusive, ascending. Higher values fall into the last class.

    Returns
    -------
    codes
        1 to k from low to high, 0 for zero, -1 for no data, (n,).
    """
    array = values.to_numpy(dtype=float)
    found = 1 + np.searchsorted(np.asarray(upper, dtype=float) * (1 + SAME), array)
    codes = np.where(array > 0, np.minimum(found, len(upper)), 0).astype(np.int8)
    codes[np.isnan(array)] = -1
    return codes


def _upper_bounds(positive: NDArray[np.float64], scheme: Scheme, classes: int) -> NDArray[np.float64]:
    distinct = np.unique(positive)
    if len(distinct) <= classes:
        return distinct
    # Loaded when there is something to cut: 60 MB with what it loads itself.
    import mapclassify  # noqa: PLC0415

    with warnings.catch_warnings():
        # mapclassify warns where values repeat so often that classes fall together.
        warnings.simplefilter("ignore")
        if scheme is Scheme.NATURAL:
            bins = mapclassify.FisherJenks(_thinned(positive), k=classes).bins
        else:
            method = {
                Scheme.QUANTILES: mapclassify.Quantiles,
                Scheme.EQUAL: mapclassify.EqualInterval,
                Scheme.ROUND: mapclassify.PrettyBreaks,
            }[scheme]
            bins = method(positive, k=classes).bins
    bounds = np.unique(np.asarray(bins, dtype=float))
    return bounds[: np.searchsorted(bounds, positive.max() * (1 - SAME)) + 1]


def _thinned(positive: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(positive) <= NATURAL_SAMPLE:
        return positive
    position = np.linspace(0, len(positive) - 1, NATURAL_SAMPLE).round().astype(int)
    ordered: NDArray[np.float64] = np.sort(positive)[position]
    return ordered
