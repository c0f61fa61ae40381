"""The layer at the x that the sliders show: tables along each coordinate, looked up where one has moved."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.coupling.jacobian import Family
from ui.live.controls import Slider
from ui.live.kernels import along, at
from ui.live.values import Data, Value, named


@dataclass(frozen=True, eq=False)
class Followed:
    """``family`` along the sliders x₁ … x_n; what it shows is unknown where two of them have moved."""

    family: Family
    sliders: tuple[Slider, ...]

    @cached_property
    def place(self) -> Value:
        """The place in every table: coordinates one after the other, positions within."""
        grid, base = Data("grid", self.sliders[0].grid), Data("base", self.family.points[0, -1])
        return along(grid, base, *self.sliders)

    def number(self, name: str, table: FloatArray) -> Value:
        """One number by its readout's name; ``table`` (coordinates, positions)."""
        return named(name, at(Data(f"{name}_table", table.ravel()), self.place))

    @cached_property
    def sum_s(self) -> Value:
        """Σ s, which the layer reports as its log-determinant."""
        return self.number("sum_s", self.family.log_det.sum_of_s)

    @cached_property
    def slogdet(self) -> Value:
        """log|det ∂z/∂x| of the whole matrix."""
        return self.number("slogdet", self.family.log_det.slogdet)

    @cached_property
    def gap(self) -> Value:
        """log|det(I + diag(x) ∂s/∂x)| over the coordinates outside Ω."""
        return self.number("gap", self.family.leak_gap)

    @cached_property
    def jacobian(self) -> Data:
        """The entries of ∂z/∂x, as a matrix block takes them."""
        return Data("jacobian", by_entry(self.family.jacobian))


def by_entry(matrices: FloatArray) -> FloatArray:
    """(coordinates, positions, n, n) as (n², coordinates · positions): rows that stay constant pack well."""
    n = matrices.shape[-1]
    return np.ascontiguousarray(matrices.reshape(-1, n * n).T)
