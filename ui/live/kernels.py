"""The functions of ``browser/kernels.js`` as Python sees them: each gives the value that is computed there.

Arguments are values, numbers and arrays. What a function does stands in its twin's comment in JavaScript,
which names its own twin in hw9core where it has one; a test holds the two lists together.
"""

from __future__ import annotations

from ui.live.values import Argument, Computed, as_argument


def _kernel(name: str, *arguments: Argument) -> Computed:
    return Computed(name, tuple(map(as_argument, arguments)))


def count_above(ascending: Argument, x: Argument) -> Computed:
    """How many entries of an ascending array are strictly greater than x."""
    return _kernel("countAbove", ascending, x)


def count_not_above(ascending: Argument, x: Argument) -> Computed:
    """How many entries of an ascending array are not greater than x."""
    return _kernel("countNotAbove", ascending, x)


def at(table: Argument, index: Argument) -> Computed:
    """Entry ``index`` of a table, for an index that is a whole number up to rounding errors."""
    return _kernel("at", table, index)


def cell(table: Argument, columns: int, row: Argument, column: Argument) -> Computed:
    """Entry (row, column) of a flat table with ``columns`` columns."""
    return _kernel("cell", table, columns, row, column)


def subtract_each(a: Argument, b: Argument) -> Computed:
    """Each entry of a less that of b."""
    return _kernel("subtractEach", a, b)


def above(a: Argument, b: Argument) -> Computed:
    """1 when a is strictly greater than b, else 0; NaN when either is."""
    return _kernel("above", a, b)


def exp(x: Argument) -> Computed:
    """e to the x."""
    return _kernel("exp", x)


def pair(a: Argument, b: Argument) -> Computed:
    """Two numbers as an array, a point for kernels that take x, y, x, y, …"""
    return _kernel("pair", a, b)


def along(grid: Argument, base: Argument, *point: Argument) -> Computed:
    """The place of ``point`` in tables along each of its controls over one grid; NaN off the tables."""
    return _kernel("along", grid, base, *point)


def along_own(grids: Argument, base: Argument, *point: Argument) -> Computed:
    """The same where every control has a grid of its own, one after the other in ``grids``."""
    return _kernel("alongOwn", grids, base, *point)


def shares(*weights: Argument) -> Computed:
    """Weights divided by their sum."""
    return _kernel("shares", *weights)


def weighted_mean(weights: Argument, xs: Argument) -> Computed:
    """The mean of xs under weights that sum to 1."""
    return _kernel("weightedMean", weights, xs)


def unit_mean(weights: Argument, *ratios: Argument) -> Computed:
    """Ratios divided by their mean under ``weights``; NaN when all are 0."""
    return _kernel("unitMean", weights, *ratios)


def minus_log(x: Argument, scale: Argument) -> Computed:
    """−scale · log x."""
    return _kernel("minusLog", x, scale)


def minus_logs(xs: Argument, scale: Argument) -> Computed:
    """−scale · log x of every x."""
    return _kernel("minusLogs", xs, scale)


def jensen_gap(weights: Argument, ratios: Argument) -> Computed:
    """D(p‖q) in nats for atoms of r = q/p."""
    return _kernel("jensenGap", weights, ratios)


def approximation_gap(
    thetas: Argument, star: Argument, size: Argument, slope: Argument, bowl: Argument
) -> Computed:
    """c(θ) at every θ: a bowl around θ*, or, for a bowl of 0, a gap with a slope there."""
    return _kernel("approximationGap", thetas, star, size, slope, bowl)


def mixture_density(xs: Argument, *parameters: Argument) -> Computed:
    """Density of a Gaussian mixture w₁, μ₁, σ₁, w₂, … at every x."""
    return _kernel("mixtureDensity", xs, *parameters)


def mixture_map(xs: Argument, *parameters: Argument) -> Computed:
    """z = f(x) of the mixture flow onto N(0, 1) at every x."""
    return _kernel("mixtureMap", xs, *parameters)


def mixture_slope(xs: Argument, *parameters: Argument) -> Computed:
    """f′(x) of the mixture flow at every x."""
    return _kernel("mixtureSlope", xs, *parameters)


def mixture_loss(xs: Argument, *parameters: Argument) -> Computed:
    """Mean negative log-likelihood of samples, in nats."""
    return _kernel("mixtureLoss", xs, *parameters)


def gaussian_terms(*numbers: Argument) -> Computed:
    """[D(p‖q), log det ratio, Mahalanobis, trace − d] in nats of two plane Gaussians, five numbers each."""
    return _kernel("gaussianTerms", *numbers)


def plane_covariance(first: Argument, second: Argument, angle: Argument) -> Computed:
    """[variance of x₁, covariance, variance of x₂, correlation] of an ellipse."""
    return _kernel("planeCovariance", first, second, angle)


def gaussian_outline(scale: Argument, *numbers: Argument) -> Computed:
    """The ellipse of ``scale`` standard deviations of one plane Gaussian: x, y, x, y, …"""
    return _kernel("gaussianOutline", scale, *numbers)


def whitened_outline(scale: Argument, *numbers: Argument) -> Computed:
    """The same of p, in the coordinates in which q is N(0, I)."""
    return _kernel("whitenedOutline", scale, *numbers)


def square_outline(x: Argument, y: Argument, side: Argument) -> Computed:
    """The corners of a square around (x, y)."""
    return _kernel("squareOutline", x, y, side)


def polygon_area(points: Argument) -> Computed:
    """The area of a polygon x, y, x, y, …"""
    return _kernel("polygonArea", points)


def carried_points(points: Argument, *flow: Argument) -> Computed:
    """Points x, y, x, y, … after some layers of a flow in the plane."""
    return _kernel("carriedPoints", points, *flow)


def carried_square(x: Argument, y: Argument, side: Argument, *flow: Argument) -> Computed:
    """The outline of a square after some layers of a flow in the plane."""
    return _kernel("carriedSquare", x, y, side, *flow)


def carried_log_area(x: Argument, y: Argument, *flow: Argument) -> Computed:
    """Σ s along the way of one point through some layers of a flow in the plane."""
    return _kernel("carriedLogArea", x, y, *flow)
