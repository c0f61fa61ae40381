"""What of the plane the views of a flow show, and points as marks take them."""

import numpy as np
from numpy.typing import NDArray

from hw9core.arrays import FloatArray
from hw9core.coupling.plane_sets import Region

FRAME: Region = ((-3.0, 3.0), (-3.0, 3.0))  # of x that is shown; it holds every shipped data set
CLOSE = 5.0  # x and z fill half of this window; some layers throw points out of it
CLIPPED = 0.02  # the share of the points, at each end of an axis, that may leave the plot
_MARGIN = 0.06
_FARTHEST = 1e6  # what float32 and the browser's paths can still place


def frame(region: Region) -> Region:
    """The square of x that is shown: the same for all data sets but a visitor's own points far out."""
    half = max(FRAME[0][1], float(np.ceil(np.abs(region).max())))
    return ((-half, half), (-half, half))


def window(points: FloatArray, close: bool) -> Region:
    """The square around x and z, or one that shows nearly all points (rows, n, 2) of every row."""
    if close:
        return ((-CLOSE, CLOSE), (-CLOSE, CLOSE))
    low, high = np.quantile(finite(points), [CLIPPED, 1.0 - CLIPPED], axis=1)
    low = np.minimum(low.min(axis=0), -CLOSE)
    high = np.maximum(high.max(axis=0), CLOSE)
    half = (0.5 + _MARGIN) * (high - low).max()
    return tuple((float(middle - half), float(middle + half)) for middle in 0.5 * (low + high))


def table(points: FloatArray) -> NDArray[np.float32]:
    """Points as a swarm or a mesh takes them."""
    return finite(points).astype(np.float32)


def finite(points: FloatArray) -> FloatArray:
    """Points within a million, also where a training went astray."""
    return np.clip(np.nan_to_num(points, nan=_FARTHEST), -_FARTHEST, _FARTHEST)
