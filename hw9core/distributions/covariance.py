"""Covariance matrices: what makes one valid, the nearest valid one, random ones, and plane ellipses."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hw9core.checks import finite_array
from hw9core.errors import InputError

EPS = float(np.finfo(np.float64).eps)
SYMMETRY_TOLERANCE = 1e-12  # of the largest entry: what rounding leaves of a product such as A S Aᵀ
SMALLEST, LARGEST = 1e-100, 1e100  # of a variance: squares and ratios of such numbers stay finite


def require_covariance(matrix: ArrayLike) -> NDArray[np.float64]:
    """A symmetric positive definite matrix (d, d) as float64, exactly symmetric; a scalar is 1-D's variance.

    Raises ``InputError`` that names the entry or eigenvalue at fault. Positive definite is judged after
    scaling to unit variances, where Cholesky's accuracy is decided (van der Sluis 1969), so diag(1, 1e-20)
    is valid and [[1, 1], [1, 1]] is not.
    """
    covariance = _square(matrix)
    asymmetry = abs(covariance - covariance.T)
    if asymmetry.max() > SYMMETRY_TOLERANCE * abs(covariance).max():
        i, j = (int(k) + 1 for k in np.unravel_index(asymmetry.argmax(), asymmetry.shape))
        pair = f"({i}, {j}) and ({j}, {i}), {covariance[i - 1, j - 1]:.6g} and {covariance[j - 1, i - 1]:.6g}"
        raise InputError(f"The covariance must be symmetric, but its entries {pair}, differ.")
    covariance = (covariance + covariance.T) / 2
    _require_variances(np.diag(covariance))
    if np.linalg.eigvalsh(_correlation(covariance))[0] <= 4 * len(covariance) * EPS:
        raise InputError(_eigenvalue_sentence(np.linalg.eigvalsh(covariance)))
    return covariance


def nearest_valid_covariance(matrix: ArrayLike, relative_floor: float = 1e-8) -> NDArray[np.float64]:
    """The symmetric part if that is valid, else the nearest matrix with eigenvalues of at least a floor.

    Symmetrise, then raise eigenvalues below ``relative_floor`` times the largest magnitude to that: the
    minimum of the Frobenius distance (Higham 1988, with a floor in place of 0). (d, d) float64. Raises
    ``InputError`` unless square and finite.
    """
    square = _square(matrix)
    symmetric = (square + square.T) / 2
    try:
        return require_covariance(symmetric)
    except InputError:
        values, vectors = np.linalg.eigh(symmetric)
    floor = relative_floor * (abs(values).max() or 1.0)
    nearest = (vectors * np.maximum(values, floor)) @ vectors.T
    return require_covariance((nearest + nearest.T) / 2)


def random_covariance(d: int, rng: np.random.Generator, condition_number: float) -> NDArray[np.float64]:
    """A covariance (d, d) with a uniformly random rotation and the given condition number (d ≥ 2).

    Eigenvalues: log-uniform in [1/√c, √c], both ends taken; for d = 1 one such draw.
    """
    half = math.log(condition_number) / 2
    exponents = rng.uniform(-half, half, d)
    if d > 1:
        exponents[:2] = -half, half
    gauss, triangle = np.linalg.qr(rng.normal(size=(d, d)))
    rotation = gauss * np.sign(np.diag(triangle))  # the signs make QR's Q uniform: Mezzadri (2007)
    covariance = (rotation * np.exp(exponents)) @ rotation.T
    return (covariance + covariance.T) / 2


@dataclass(frozen=True)
class Ellipse:
    """The one-standard-deviation ellipse of a 2-D covariance: half axes (sd) and the first one's angle.

    ``angle`` in radians, counter-clockwise from the first coordinate axis; a half turn changes nothing.
    """

    first: float
    second: float
    angle: float


def covariance_from_ellipse(ellipse: Ellipse) -> NDArray[np.float64]:
    """R diag(first², second²) Rᵀ with R the rotation by ``angle``: (2, 2). Raises ``InputError``."""
    axes = finite_array([ellipse.first, ellipse.second, ellipse.angle], "ellipse")
    if axes[:2].min() <= 0:
        raise InputError("The half axes of an ellipse must be greater than 0.")
    cos, sin = math.cos(ellipse.angle), math.sin(ellipse.angle)
    rotation = np.array([[cos, -sin], [sin, cos]])
    covariance = (rotation * axes[:2] ** 2) @ rotation.T
    return require_covariance((covariance + covariance.T) / 2)


def _square(matrix: ArrayLike) -> NDArray[np.float64]:
    square = finite_array(matrix, "covariance")
    square = square.reshape(1, 1) if square.ndim == 0 else square
    if square.ndim != 2 or square.shape[0] != square.shape[1] or square.size == 0:
        shape = " × ".join(map(str, square.shape))
        raise InputError(f"The covariance must be a square matrix, not of shape {shape}.")
    return square


def _require_variances(variances: NDArray[np.float64]) -> None:
    for index, variance in enumerate(variances, start=1):
        if variance <= 0:
            raise InputError(
                f"The covariance must be positive definite, but variance {index} of {len(variances)} on its "
                f"diagonal is {variance:.6g}, which is not greater than 0."
            )
        if not SMALLEST <= variance <= LARGEST:
            raise InputError(f"Variance {index} is {variance:.6g}: keep it between {SMALLEST} and {LARGEST}.")


def _correlation(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    sd = np.sqrt(np.diag(covariance))
    return covariance / sd[:, None] / sd


def _eigenvalue_sentence(eigenvalues: NDArray[np.float64]) -> str:
    smallest, d = eigenvalues[0], len(eigenvalues)
    start = "The covariance must be positive definite, but"
    negative = int((eigenvalues < -4 * d * EPS * abs(eigenvalues).max()).sum())
    if negative == 0:
        return f"{start} its smallest eigenvalue of {d}, {smallest:.6g}, cannot be told from 0."
    if negative == 1:
        return f"{start} its smallest eigenvalue of {d} is {smallest:.6g}."
    return f"{start} {negative} of its {d} eigenvalues are negative, the smallest {smallest:.6g}."
