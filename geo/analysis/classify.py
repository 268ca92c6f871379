"""Cut values into classes for a map."""

from __future__ import annotations

import warnings

import mapclassify
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
    codes = np.zeros(len(array), dtype=np.int8)
    codes[array > 0] = 1 + np.searchsorted(upper * (1 + SAME), positive)
    codes[np.isnan(array)] = -1
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


def _upper_bounds(positive: NDArray[np.float64], scheme: Scheme, classes: int) -> NDArray[np.float64]:
    distinct = np.unique(positive)
    if len(distinct) <= classes:
        return distinct
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
