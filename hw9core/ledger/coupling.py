"""The ledger of problem 3: the log-determinant of an affine coupling layer is the sum of s.

One side of a line differentiates the whole layer by a complex step and decomposes the matrix, the other
builds it from scalar formulas, coordinate by coordinate. A matrix is read between two random vectors.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from hw9core.arrays import FloatArray
from hw9core.coupling.jacobian import block_form, masks_that_show_order_erratum
from hw9core.coupling.layers import (
    AffineCouplingTransform,
    LeakyCouplingTransform,
    complex_step_jacobian,
    jacobian,
    proper_masks,
    random_coupling,
    random_leak,
)
from hw9core.ledger.errata import Erratum
from hw9core.ledger.ledger import Ledger, Switch
from hw9core.ledger.lines import Line, Tolerance

MOST_DIMENSIONS = 8
BLIND = "s does not see the transformed half"
_STRENGTH = 1.0
_LINEAR_ALGEBRA = Tolerance(1e-11, 1e-11, "rounding errors of a matrix product and a decomposition")


@dataclass(frozen=True)
class Layer:
    """A layer of ``dim`` coordinates with Ω = ``mask`` (from 0), random networks, and a point x."""

    dim: int
    mask: tuple[int, ...]
    seed: int
    x: tuple[float, ...]
    leaky: bool = False

    @cached_property
    def coupling(self) -> AffineCouplingTransform:
        return random_coupling(self.dim, self.mask, self.seed)

    @cached_property
    def transform(self) -> AffineCouplingTransform | LeakyCouplingTransform:
        return random_leak(self.coupling, _STRENGTH, self.seed) if self.leaky else self.coupling

    @cached_property
    def point(self) -> FloatArray:
        return np.array(self.x)

    @cached_property
    def s(self) -> FloatArray:
        """s(x), (n − |Ω|,)."""
        return self.transform.log_scale(self.point)

    @cached_property
    def whole(self) -> FloatArray:
        """∂z/∂x by a complex step through the whole layer, (n, n)."""
        return jacobian(self.transform, self.point)

    @cached_property
    def block(self) -> FloatArray:
        """P⁻¹ (∂z/∂x) P, (n, n), rows and columns with Ω first."""
        return block_form(self.mask, self.whole).block

    @cached_property
    def probes(self) -> tuple[FloatArray, FloatArray]:
        """Two vectors between which a matrix is read as one number."""
        u, v = np.random.default_rng([self.seed, 1]).standard_normal((2, self.dim))
        return u, v

    @property
    def order(self) -> list[int]:
        """The coordinates with Ω first."""
        return [*self.mask, *(i for i in range(self.dim) if i not in self.mask)]

    @cached_property
    def by_formula(self) -> FloatArray:
        """[[I, 0], [⋆, diag(e^s)]], where ⋆ = diag(x_Ωᶜ e^s) ∂s/∂x_Ω + ∂t/∂x_Ω, from scalar formulas."""
        kept, rest = len(self.mask), self.coupling.rest
        x_in = self.point[list(self.mask)]
        layer = self.coupling
        ds = complex_step_jacobian(lambda x: layer.bound * np.tanh(layer.s_theta(x) / layer.bound), x_in)
        dt = complex_step_jacobian(layer.t_theta, x_in)
        matrix = np.zeros((self.dim, self.dim))
        for i in range(kept):
            matrix[i, i] = 1.0
        for k, coordinate in enumerate(rest):
            scale = math.exp(self.s[k])
            for j in range(kept):
                matrix[kept + k, j] = self.x[coordinate] * scale * ds[k, j] + dt[k, j]
            matrix[kept + k, kept + k] = scale
        return matrix


def _between(s: Layer, matrix: FloatArray) -> float:
    u, v = s.probes
    return float(u @ matrix @ v)


def _log_abs_det(matrix: FloatArray) -> float:
    return float(np.linalg.slogdet(matrix).logabsdet)


def _by_elimination(matrix: FloatArray) -> float:
    """log|det| by Gaussian elimination with partial pivoting, written out."""
    a, total = np.array(matrix), 0.0
    for k in range(len(a)):
        pivot = k + int(np.argmax(np.abs(a[k:, k])))
        a[[k, pivot]] = a[[pivot, k]]
        total += math.log(abs(a[k, k]))
        a[k + 1 :] -= np.outer(a[k + 1 :, k] / a[k, k], a[k])
    return total


def _permuted(s: Layer, matrix: FloatArray, order: list[int]) -> FloatArray:
    """P M P⁻¹ for the permutation that carries place k to coordinate ``order[k]``, entry by entry."""
    result = np.empty_like(matrix)
    for k, i in enumerate(order):
        for m, j in enumerate(order):
            result[i, j] = matrix[k, m]
    return result


def _inverse_order(order: list[int]) -> list[int]:
    return [order.index(i) for i in range(len(order))]


def _line(name: str, left: str, right: str, why: str, *routes: Callable, **options) -> Line[Layer]:
    defaults = {"tolerance": _LINEAR_ALGEBRA, "size": lambda s: float(np.abs(s.whole).sum())}
    return Line(name, left, right, why, *routes, **(defaults | options))


_JACOBIAN = r"\tfrac{\partial z}{\partial x}"
_BLOCK = r"\begin{pmatrix} I & 0 \\ \star & \operatorname{diag}(e^{s_\theta(x_\Omega)}) \end{pmatrix}"
_SIGHT = frozenset({BLIND})

LINES: tuple[Line[Layer], ...] = (
    _line(
        "what is copied",
        r"u_\Omega^\top z_\Omega",
        r"u_\Omega^\top x_\Omega",
        "the layer copies Ω",
        lambda s: float(s.probes[0][list(s.mask)] @ s.transform.call_and_ladj(s.point)[0][list(s.mask)]),
        lambda s: math.fsum(s.probes[0][i] * s.x[i] for i in s.mask),
    ),
    _line(
        "what is transformed",
        r"u^\top z_{\Omega^c}",
        r"u^\top\left(e^{s_\theta(x_\Omega)} \odot x_{\Omega^c} + t_\theta(x_\Omega)\right)",
        "the definition, coordinate by coordinate",
        lambda s: float(
            s.probes[0][list(s.coupling.rest)] @ s.transform.call_and_ladj(s.point)[0][list(s.coupling.rest)]
        ),
        lambda s: math.fsum(
            s.probes[0][i] * (math.exp(s.s[k]) * s.x[i] + float(s.coupling.t_theta(s.point[list(s.mask)])[k]))
            for k, i in enumerate(s.coupling.rest)
        ),
    ),
    _line(
        "the Jacobian from its blocks",
        rf"u^\top {_JACOBIAN} v",
        rf"u^\top P_\sigma {_BLOCK} P_\sigma^{{-1}} v",
        "the chain rule, with P from block order back",
        lambda s: _between(s, s.whole),
        lambda s: _between(s, _permuted(s, s.by_formula, s.order)),
        rests_on=_SIGHT,
    ),
    _line(
        "nothing above the diagonal",
        r"\sum_{i<j} \left|B_{ij}\right|",
        "0",
        "no coordinate of Ω depends on the others, and each other one on itself alone",
        lambda s: float(np.abs(np.triu(s.block, 1)).sum()),
        lambda _: 0.0,
        rests_on=_SIGHT,
    ),
    _line(
        "the permutation leaves the determinant",
        rf"\log\left|\det {_JACOBIAN}\right|",
        r"\log\left|\det B\right|",
        "det P · det P⁻¹ = 1",
        lambda s: _log_abs_det(s.whole),
        lambda s: _by_elimination(s.whole[np.ix_(s.order, s.order)]),
    ),
    _line(
        "a triangular determinant",
        r"\log\left|\det B\right|",
        r"\log \prod_i \left|B_{ii}\right|",
        "B is triangular",
        lambda s: _by_elimination(s.block),
        lambda s: math.log(math.prod(abs(float(entry)) for entry in np.diag(s.block))),
        rests_on=_SIGHT,
    ),
    _line(
        "what stands on the diagonal",
        r"\log \prod_i \left|B_{ii}\right|",
        r"\log \prod_i e^{s_\theta(x_\Omega)_i}",
        "ones for Ω, scales for the others",
        lambda s: float(np.log(np.abs(np.diag(s.block))).sum()),
        lambda s: math.log(math.prod(math.exp(value) for value in s.s)),
        rests_on=_SIGHT,
    ),
    _line(
        "the log of a product",
        r"\log \prod_i e^{s_\theta(x_\Omega)_i}",
        r"\sum_i s_\theta(x_\Omega)_i",
        "log and exp undo each other",
        lambda s: math.log(math.prod(math.exp(value) for value in s.s)),
        lambda s: math.fsum(s.s),
    ),
    _line(
        "the sum as a product with ones",
        r"\sum_i s_\theta(x_\Omega)_i",
        r"\mathbf{1}_{n-|\Omega|}^\top s_\theta(x_\Omega)",
        "the definition of the dot product",
        lambda s: math.fsum(s.s),
        lambda s: float(np.ones(s.dim - len(s.mask)) @ s.s),
    ),
    _line(
        "the claim",
        rf"\log\left|\det {_JACOBIAN}\right|",
        r"\sum_i s_\theta(x_\Omega)_i",
        "all lines together",
        lambda s: _log_abs_det(s.whole),
        lambda s: float(s.transform.call_and_ladj(s.point)[1]),
        rests_on=_SIGHT,
    ),
    _line(
        "the inverse's determinant",
        r"\log\left|\det \tfrac{\partial x}{\partial z}\right|",
        r"-\sum_i s_\theta(x_\Omega)_i",
        "the determinant of an inverse matrix",
        lambda s: _by_elimination(np.linalg.inv(s.whole)),
        lambda s: -math.fsum(s.s),
        rests_on=_SIGHT,
    ),
)


# Errata 1 and 2


def _erratum_1() -> Erratum[Layer]:
    handed_in = _line(
        "P⁻¹ B P as handed in",
        rf"u^\top {_JACOBIAN} v",
        rf"u^\top P_\sigma^{{-1}} {_BLOCK} P_\sigma v",
        "the permutations stood the wrong way round",
        lambda s: _between(s, s.whole),
        lambda s: _between(s, _permuted(s, s.by_formula, _inverse_order(s.order))),
    )
    corrected = replace(
        handed_in,
        name="P B P⁻¹ corrected",
        right=rf"u^\top P_\sigma {_BLOCK} P_\sigma^{{-1}} v",
        why="P carries block order back to the original order",
        right_route=lambda s: _between(s, _permuted(s, s.by_formula, s.order)),
    )

    def showing(rng: np.random.Generator) -> Layer:
        dim = int(rng.integers(3, MOST_DIMENSIONS + 1))
        masks = masks_that_show_order_erratum(dim)
        return _with(rng, dim, masks[int(rng.integers(len(masks)))])

    def hidden(s: Layer) -> str:
        own = s.order == _inverse_order(s.order)
        return "σ is its own inverse for this Ω: the slip hides." if own else ""

    return Erratum(1, "P⁻¹ B P where P B P⁻¹ is meant", handed_in, corrected, showing, hidden)


def _erratum_2() -> Erratum[Layer]:
    handed_in = _line(
        "upper triangular as handed in",
        r"\sum_{i>j} \left|B_{ij}\right|",
        "0",
        "the block matrix was called upper triangular",
        lambda s: float(np.abs(np.tril(s.block, -1)).sum()),
        lambda _: 0.0,
    )
    corrected = replace(
        handed_in,
        name="lower triangular corrected",
        left=r"\sum_{i<j} \left|B_{ij}\right|",
        why="the zeros stand above the diagonal",
        left_route=lambda s: float(np.abs(np.triu(s.block, 1)).sum()),
    )

    def hidden(s: Layer) -> str:
        diagonal = np.abs(np.tril(s.block, -1)).sum() < 1e-12
        return "⋆ = 0 here: the matrix is diagonal, and the slip hides." if diagonal else ""

    return Erratum(2, "Upper triangular where lower is meant", handed_in, corrected, _random, hidden)


# States


def _random(rng: np.random.Generator) -> Layer:
    dim = int(rng.integers(2, MOST_DIMENSIONS + 1))
    masks = proper_masks(dim)
    return _with(rng, dim, masks[int(rng.integers(len(masks)))])


def _with(rng: np.random.Generator, dim: int, mask: tuple[int, ...]) -> Layer:
    x = tuple(float(value) for value in rng.uniform(-2.0, 2.0, dim))
    return Layer(dim, mask, int(rng.integers(2**31)), x)


def _leaky(s: Layer, rng: np.random.Generator) -> Layer:
    """s sees x_Ωᶜ; of one coordinate alone it would still make a triangle, so there are at least two."""
    while s.dim - len(s.mask) < 2:
        s = _random(rng)
    return replace(s, leaky=True)


def _simpler(s: Layer) -> tuple[Layer, ...]:
    """Fewer coordinates, then coordinates at 1, 0, or with two digits."""
    candidates = []
    if s.dim > 2:
        dim = s.dim - 1
        mask = tuple(i for i in s.mask if i < dim)
        if 0 < len(mask) < dim:
            candidates.append(replace(s, dim=dim, mask=mask, x=s.x[:dim]))
    for i, value in enumerate(s.x):
        for simple in (0.0, 1.0, round(value, 1)):
            if value == simple:
                break
            candidates.append(replace(s, x=(*s.x[:i], simple, *s.x[i + 1 :])))
    return tuple(candidates)


def _describe(s: Layer) -> str:
    omega = ", ".join(str(i + 1) for i in s.mask)
    return f"n = {s.dim}, Ω = {{{omega}}}, x = ({', '.join(f'{value:.3g}' for value in s.x)})"


def _missed(s: Layer) -> float:
    """log|det(I + diag(x_Ωᶜ) ∂s/∂x_Ωᶜ)|: what Σ s misses where s sees x_Ωᶜ."""
    rest = list(s.coupling.rest)
    ds = complex_step_jacobian(s.transform.log_scale, s.point)[:, rest]
    return _by_elimination(np.eye(len(rest)) + s.point[rest][:, None] * ds)


LEDGER = Ledger(
    problem="3",
    title="The log-determinant of a coupling layer",
    lines=LINES,
    random_state=_random,
    simpler=_simpler,
    describe=_describe,
    errata=(_erratum_1(), _erratum_2()),
    switches={
        BLIND: Switch(
            BLIND,
            "s sees the transformed half too",
            _leaky,
            measured="the claim",
            amount=_missed,
        )
    },
)
