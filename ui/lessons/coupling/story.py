"""The story of the coupling layer: a determinant for the price of a sum, and what it takes."""

import numpy as np

from hw9core.coupling.jacobian import three_log_determinants
from hw9core.coupling.layers import (
    ComposedTransform,
    jacobian,
    random_coupling,
    random_leak,
)
from ui.lessons.coupling import one_layer, plane, wrong
from ui.lessons.coupling.plane import layers, square
from ui.lessons.coupling.plane.material import shipped
from ui.story.step import Goal, Guess, Mistake, Numbers, Pick, Prediction, Step, Story, Values, at

_DATA = "moons"
ONE, PLANE = "coupling", f"plane-{_DATA}-{plane.LAYERS}-{layers.TO_Z}"
WITHOUT = f"plane-{wrong.PERMUTATIONS}"
OUTSIDE, INSIDE, ALL = range(3)
_POINT = one_layer.Request().point
_START = {f"x{i}": x for i, x in enumerate(_POINT, start=1)} | {"order": 0.0}
_MOVED, _SAME, _CLOSED = 0.5, 1e-9, 1e-3
_PLANE = "Two dimensions"


def _point(values: Values) -> np.ndarray:
    return np.array(one_layer.point_of(values, len(_POINT)))


def log_determinants(values: Values, leaky: bool = False) -> tuple[float, float]:
    """The sum of s that the layer reports, and log|det ∂z/∂x| of the whole matrix, in nats."""
    request = one_layer.Request()
    layer = random_coupling(request.dim, request.mask, request.seed)
    shown = random_leak(layer, one_layer.LEAK_STRENGTH, request.seed) if leaky else layer
    x = _point(values)
    found = three_log_determinants(shown, x, jacobian(shown, x))
    return float(found.sum_of_s), float(found.slogdet)


def diagonal(values: Values) -> np.ndarray:
    """exp(s), which stands on the diagonal beside the ones, (n − |Ω|,)."""
    request = one_layer.Request()
    layer = random_coupling(request.dim, request.mask, request.seed)
    return np.exp(layer.log_scale(_point(values)))


def which_matter(values: Values) -> float:
    """Which coordinates change log|det|: those outside Ω, those in Ω, or all."""
    mask, now = one_layer.Request().mask, log_determinants(values)[1]
    changed = {
        i in mask
        for i in range(len(_POINT))
        if abs(log_determinants({**values, f"x{i + 1}": values[f"x{i + 1}"] + _MOVED})[1] - now) > _SAME
    }
    return {(False,): OUTSIDE, (True,): INSIDE}.get(tuple(changed), ALL)


def _of_layer(values: Values) -> Numbers:
    _, log_det = log_determinants(values)
    first, second = diagonal(values)
    return {
        "n": len(_POINT),
        "log_det": log_det,
        "volume": float(np.exp(log_det)),
        "first": first,
        "second": second,
        "first_s": float(np.log(first)),
        "second_s": float(np.log(second)),
    }


def leak(values: Values) -> float:
    """By how much the broken layer's report is wrong, in nats."""
    reported, true = log_determinants(values, leaky=True)
    return true - reported


def _of_leak(values: Values) -> Numbers:
    reported, true = log_determinants(values, leaky=True)
    return {"reported": reported, "true": true, "gap": true - reported}


def _of_stack(values: Values) -> Numbers:
    shown = shipped(_DATA)
    cell = np.array([values["cell_x"], values["cell_y"]])
    passed = shown.layers()[: int(values["layer"])]
    log_factor = float(ComposedTransform(tuple(passed)).call_and_ladj(cell)[1]) if passed else 0.0
    return {
        "depth": shown.depth,
        "passed": len(passed),
        "factor": float(np.exp(log_factor)),
        "log_factor": log_factor,
    }


def stack_start() -> Values:
    """The points as they are, and the cell where it is first shown."""
    x, y = plane_centre()
    return {"layer": 0.0, "cell_x": x, "cell_y": y}


def plane_centre() -> tuple[float, float]:
    """Where the cell is first shown."""
    x, y = square.centre(shipped(_DATA))
    return x.default, y.default


def last_layer() -> Values:
    """All layers passed."""
    return {"layer": float(shipped(_DATA).depth)}


def _of_permutations(_values: Values) -> Numbers:
    usual, without = wrong.flows(wrong.PERMUTATIONS)
    return {
        "depth": without.depth,
        "loss": float(without.arrays["test_loss"][-1]),
        "usual": float(usual.arrays["test_loss"][-1]),
    }


_ROUTES = ("readout-sum_s", "readout-slogdet", "readout-diagonal", "lines-determinant", "lines-formula")

STORY = Story(
    "How does a network know by how much it stretches space, without computing a determinant?",
    (
        Step(
            title="Which coordinates matter?",
            text="A flow must know by how much it stretches volumes: |det ∂z/∂x|, the determinant of all "
            "slopes, whose cost grows like n³. A **coupling layer** copies the coordinates in Ω and lets "
            "them set a scale e^s and a shift t for the others: z = e^s·x + t. Here Ω holds x₂ and x₄.",
            figure=ONE,
            values=lambda: _START,
            numbers=_of_layer,
            look="matrix-jacobian",
            prediction=Prediction(
                prompt="Which of the {n} coordinates change log|det|?",
                answer=Pick("log|det| depends on", ("x₁ and x₃", "x₂ and x₄", "all four")),
                truth=which_matter,
                because="s sees only what is copied, and the copies come out as they went in. So x₁ and x₃ "
                "move z, but no volume: drag them and log|det| stays {log_det:.4f}.",
                hides=_ROUTES,
            ),
        ),
        Step(
            title="Make the volume grow",
            text="At this x a small volume becomes {volume:.3f} times as large: log|det| = {log_det:.4f}. "
            "Below 0 the layer squeezes, above 0 it stretches, and only the coordinates in Ω decide.",
            figure=ONE,
            values=lambda: _START,
            numbers=_of_layer,
            look="readout-slogdet",
            goal=Goal(
                task="Find an x at which the layer stretches.",
                done="It stretches: a small volume becomes {volume:.3f} times as large.",
                reached=lambda values: log_determinants(values)[1] > 0.0,
                example=at(x2=1.65),
            ),
        ),
        Step(
            title="A triangle costs a sum",
            text="Write the coordinates in Ω first and the matrix is **lower triangular**: nothing that is "
            "copied depends on the rest, so the corner above the diagonal is 0. The determinant of a "
            "triangle is the product of its diagonal: here twice 1, then {first:.3f} and {second:.3f}.",
            figure=ONE,
            values=lambda: {**_START, "order": 1.0},
            numbers=_of_layer,
            look="matrix-jacobian",
            prediction=Prediction(
                prompt="What is log|det|, with its sign?",
                answer=Guess("log|det|", -3.0, 3.0, 0.0, 0.05),
                truth=lambda values: log_determinants(values)[1],
                tolerance=0.1,
                because="The log of a product is a sum, and log e^s is s: {first_s:.3f} + ({second_s:.3f}) = "
                "{log_det:.3f}. The layer computed s anyway, so the determinant is free.",
                mistakes=(
                    Mistake(lambda v: float(diagonal(v).prod()), "That is the determinant without the log."),
                    Mistake(lambda v: float(diagonal(v).sum()), "That is the diagonal's sum without logs."),
                    Mistake(
                        lambda v: -log_determinants(v)[1],
                        "The sign is the other: below 1 a factor squeezes, and its log is below 0.",
                    ),
                ),
                hides=_ROUTES,
            ),
        ),
        Step(
            title="Break it: let s see too much",
            text="Now s also sees x₁ and x₃. The zeros above the diagonal fill: the layer still reports Σ s "
            "= {reported:.4f}, but log|det| is {true:.4f}. Whoever trusts the report learns a wrong density, "
            "off by {gap:.4f} nats here, and to undo the layer one would need the very x that is sought.",
            figure=ONE,
            choices={"leak": True},
            values=lambda: {**_START, "order": 1.0},
            numbers=_of_leak,
            look="readout-missing",
            goal=Goal(
                task="Close the gap between report and truth.",
                done="Closed: where x₁ and x₃ are 0 there is nothing that a wrong s could scale.",
                reached=lambda values: abs(leak(values)) < _CLOSED,
                example=at(x1=0.0, x3=0.0),
            ),
        ),
        Step(
            title="Stack them",
            text="One layer leaves half of the coordinates alone, so layers take turns. Here {depth} of them "
            "carry two moons to a round cloud, N(0, I). After {passed} of them the small square's area has "
            "grown {factor:.3f} times: log factors simply add up, {log_factor:.3f} so far.",
            figure=PLANE,
            choices={"part": _PLANE, "view": plane.LAYERS, "data": _DATA, "direction": layers.TO_Z},
            values=stack_start,
            numbers=_of_stack,
            look="control-layer",
            goal=Goal(
                task="Play all {depth} layers.",
                done="Each colour stayed together: the map bends and stretches, but never tears.",
                reached=lambda values: values["layer"] >= shipped(_DATA).depth,
                example=last_layer,
            ),
        ),
        Step(
            title="Try this: never take turns",
            text="On the right every layer copies the same coordinate. Then {depth} layers are worth one: "
            "whatever they do, x₁ comes out as it went in, and the test loss ends at {loss:.3f} nats instead "
            "of {usual:.3f}. Play both and watch the points on the right move up and down only.",
            figure=WITHOUT,
            choices={"part": _PLANE, "view": plane.WRONG, "broken": wrong.PERMUTATIONS},
            values=at(layer=0.0),
            numbers=_of_permutations,
            look="figure-without",
        ),
    ),
    start={"part": "One layer", "n": 4, "omega": [2, 4], "seed": 0, "leak": False},
    model="plane_model",
)
