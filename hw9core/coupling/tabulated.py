"""Networks of one number as tables of polynomials, for densities over fine grids of the plane.

A layer of the plane copies one coordinate, so its s and t are curves, and over 90,000 points it takes a tenth
of the time to look them up. A curve is cut into pieces, narrow near 0 and wider farther out, each with a
polynomial through Chebyshev points. Where that is not the network to rounding, and beyond the last piece, the
network itself is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hw9core.arrays import FloatArray
from hw9core.coupling.layers import ComposedTransform, Network
from hw9core.coupling.plane_sets import Region, grid_points
from hw9core.distributions.flow import NormalizingFlow

REACH = 100.0
PIECES = 128
DEGREE = 15
TOLERANCE = 1e-14  # of a curve's largest value; less is rounding

_ASINH_REACH = np.arcsinh(REACH)
_EDGES = np.sinh(np.linspace(-_ASINH_REACH, _ASINH_REACH, PIECES + 1))
_CENTRES, _HALVES = 0.5 * (_EDGES[1:] + _EDGES[:-1]), 0.5 * np.diff(_EDGES)
_PLACES = np.cos(np.pi * (np.arange(DEGREE + 1) + 0.5) / (DEGREE + 1))  # Chebyshev points, from −1 to 1
_POWERS = np.vander(_PLACES, increasing=True)
_AT_LEFT_EDGE = (-1.0) ** np.arange(DEGREE + 1)


@dataclass(frozen=True, eq=False)
class TabulatedNetwork(Network):
    """A network of one number: ``coefficients`` (DEGREE + 1, PIECES) of the powers of the place in a piece,
    which goes from −1 to 1, and whether each piece ``fits`` (PIECES,)."""

    coefficients: FloatArray
    fits: NDArray[np.bool_]

    @classmethod
    def of(cls, network: Network) -> TabulatedNetwork:
        """The table of a network with one input and one output."""
        nodes = _CENTRES + _PLACES[:, np.newaxis] * _HALVES
        coefficients = np.linalg.solve(_POWERS, network(nodes[..., np.newaxis])[..., 0])
        # Between Chebyshev points the error is largest at the edges.
        edges = network(_EDGES[:, np.newaxis])[:, 0]
        left, right = _AT_LEFT_EDGE @ coefficients - edges[:-1], coefficients.sum(axis=0) - edges[1:]
        error = np.maximum(np.abs(left), np.abs(right))
        return cls(network.layers, coefficients, error <= TOLERANCE * max(np.abs(edges).max(), 1.0))

    def __call__(self, x: FloatArray) -> FloatArray:
        """Outputs (..., 1) of real inputs (..., 1)."""
        within = np.abs(x) < REACH  # False for NaN
        looked_up = np.where(within, x, 0.0)
        pieces = ((np.arcsinh(looked_up) / _ASINH_REACH + 1.0) * (PIECES / 2)).astype(np.intp)
        pieces = np.minimum(pieces, PIECES - 1)
        place = (looked_up - _CENTRES[pieces]) / _HALVES[pieces]
        y = self.coefficients[DEGREE][pieces]
        for coefficients in self.coefficients[DEGREE - 1 :: -1]:
            y = y * place + coefficients[pieces]
        left_over = ~(within & self.fits[pieces])[..., 0]
        if left_over.any():
            y[left_over] = super().__call__(x[left_over])
        return y


def tabulated(flow: NormalizingFlow) -> NormalizingFlow:
    """The same flow of the plane, its networks as tables; equal to rounding, for real points (..., 2)."""
    layers = (
        replace(layer, **{name: TabulatedNetwork.of(getattr(layer, name)) for name in ("s_theta", "t_theta")})
        for layer in flow.transform.transforms
    )
    return NormalizingFlow(ComposedTransform(tuple(layers)), flow.base)


def grid_density(flow: NormalizingFlow, region: Region, cells: int) -> FloatArray:
    """p(x) of a flow of the plane, float64 (cells, cells), at the points of
    :func:`~hw9core.coupling.plane_sets.grid_points`."""
    return np.exp(tabulated(flow).log_prob(grid_points(region, cells)[0]))
