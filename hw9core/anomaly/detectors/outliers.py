"""Float32Array that are no digits, made from digits alone: what a detector can learn "abnormal" from.

Turned, mirrored, cut, overlaid and squeezed digits keep the pen strokes of MNIST and lose the digit, so no
second data set is needed (and none that a detector is judged on). The idea is outlier exposure (Hendrycks,
Mazeika & Dietterich 2019) with outliers cut from the data themselves (CutPaste, Li et al. 2021).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from hw9core.arrays import Float32Array
from hw9core.images.mnist import IMAGE_SHAPE, PIXELS


def _left_half(images: Float32Array) -> Float32Array:
    """The whole image squeezed into its left half: (n, 28, 14), means of neighbouring columns."""
    return images.reshape(len(images), 28, 14, 2).mean(axis=3)


def _upper_half(images: Float32Array) -> Float32Array:
    return images.reshape(len(images), 14, 2, 28).mean(axis=2)


TRANSFORMS: dict[str, Callable[[Float32Array, Float32Array], Float32Array]] = {
    "turn left": lambda a, b: np.rot90(a, 1, axes=(1, 2)),
    "turn right": lambda a, b: np.rot90(a, 3, axes=(1, 2)),
    "upside down": lambda a, b: a[:, ::-1],
    "mirror": lambda a, b: a[:, :, ::-1],
    "left and right": lambda a, b: np.concatenate([a[:, :, :14], b[:, :, 14:]], axis=2),
    "top and bottom": lambda a, b: np.concatenate([a[:, :14], b[:, 14:]], axis=1),
    "overlay": np.maximum,
    "side by side": lambda a, b: np.concatenate([_left_half(a), _left_half(b)], axis=2),
    "stacked": lambda a, b: np.concatenate([_upper_half(a), _upper_half(b)], axis=1),
}
"""What makes an outlier of images a, or of images a and b, float32 (n, 28, 28)."""

KINDS = tuple(TRANSFORMS)

# Digits that a transform leaves a digit: a mirrored 8 is an 8.
UNCHANGED_DIGITS = {
    "turn left": (0, 1, 8),
    "turn right": (0, 1, 8),
    "upside down": (0, 1, 3, 8),
    "mirror": (0, 1, 8),
}
# Made of two images of one digit, these may show that digit again.
NEEDS_TWO_DIGITS = ("left and right", "top and bottom", "overlay")


def synthetic_outliers(
    images: NDArray, labels: NDArray, rng: np.random.Generator, kinds: Sequence[str] = KINDS
) -> Float32Array:
    """One outlier, of a random kind, per image from which that kind makes one: float32 (m, 784), m ≤ n.

    ``images`` is (n, 784) in [0, 1] and ``labels`` their digits (n,). The partner of an image is drawn from
    the same images. Raises ``KeyError`` for an unknown kind.
    """
    squares = np.asarray(images, dtype=np.float32).reshape(-1, *IMAGE_SHAPE)
    partner = rng.permutation(len(squares))
    kind_of = rng.integers(len(kinds), size=len(squares))
    outliers = []
    for index, kind in enumerate(kinds):
        usable = (kind_of == index) & ~np.isin(labels, UNCHANGED_DIGITS.get(kind, ()))
        if kind in NEEDS_TWO_DIGITS:
            usable &= labels != labels[partner]
        outliers.append(TRANSFORMS[kind](squares[usable], squares[partner[usable]]))
    return np.concatenate(outliers).reshape(-1, PIXELS)
