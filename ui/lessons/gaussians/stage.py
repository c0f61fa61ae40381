"""The stage: both ellipses with their handles, the divergences, and the three terms that add up to 2·D."""

import numpy as np

from hw9core.figures import gaussians as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from hw9core.gaussians.kl import jensen_shannon, log_ratio
from ui.lessons.gaussians import plane
from ui.lessons.gaussians.plane import P, Q
from ui.live.blocks import Lines, Readout, ReadoutGroup, Term, Waterfall
from ui.live.marks import Handle, LivePath, Spoke
from ui.live.scene import Cell, Figure, Scene, Value

DRAWS, SAMPLES, SEED = 20_000, 150, 0
_TERMS = (("log_det", "log det ratio"), ("mahalanobis", "Mahalanobis"), ("trace_minus_d", "trace − d"))
_SENTENCES = {
    "log_det": "log(det Σ₁/det Σ₀): the volumes.",
    "mahalanobis": "(μ₁ − μ₀)ᵀΣ₁⁻¹(μ₁ − μ₀): the centres, in units of q.",
    "trace_minus_d": "tr(Σ₁⁻¹Σ₀) − d: p's spread in units of q.",
}


def scene(values: dict[str, float], nats: float, unit: str) -> Scene:
    """The stage at the committed values; ``nats`` is what one nat is in ``unit``."""
    return _ellipses() + _numbers(values, nats, unit) + _evidence(values, nats, unit)


def divergence_values(nats: float) -> tuple[Value, ...]:
    """Both divergences, Jeffreys' and the terms of each, for every frame."""
    directions = (("pq", (*P, *Q), ""), ("qp", (*Q, *P), "_qp"))
    result = [Value(f"terms_{name}", "gaussianTerms", numbers) for name, numbers, _ in directions]
    for name, _, ending in directions:
        for i, entry in enumerate((f"kl_{name}", *(f"{term}{ending}" for term, _ in _TERMS))):
            result += [
                Value(f"{entry}_nats", "at", (f"terms_{name}", i)),
                Value(entry, "multiply", (f"{entry}_nats", nats)),
            ]
        result.append(Value(f"twice_{name}", "multiply", (f"kl_{name}", 2.0)))
    return (*result, Value("jeffreys", "add", ("kl_pq", "kl_qp")))


def _ellipses() -> Scene:
    figure = figures.legend_of_pair(figures.plane_figure("x₁, first coordinate", "x₂, second coordinate"))
    return Scene(
        figures={
            "stage": Figure(
                figure,
                500,
                "Two ellipses of one and two standard deviations, with handles at centres and axes",
            )
        },
        values=tuple(
            Value(f"{which}_outline_{k}", "gaussianOutline", (k, *plane.names(which)))
            for which in ("p", "q")
            for k in (1, 2)
        ),
        marks=(
            *_marks("p", IN_DISTRIBUTION, ""),
            *_marks("q", ANOMALY, "7 4"),
        ),
    )


def _marks(which: str, color: str, dash: str) -> tuple[LivePath | Spoke | Handle, ...]:
    x, y, first, second, angle = plane.names(which)
    return (
        LivePath("stage", f"{which}_outline_1", color, f"{which}, one sd", dash, fill=True),
        LivePath("stage", f"{which}_outline_2", color, f"{which}, two sd", dash or "2 4"),
        Spoke("stage", x, y, first, angle, 0.0, color, "a"),
        Spoke("stage", x, y, second, angle, 90.0, color, "b"),
        Handle("stage", x, y, color, which),
    )


def _numbers(values: dict[str, float], nats: float, unit: str) -> Scene:
    estimate = jensen_shannon(plane.gaussian(values, "p"), plane.gaussian(values, "q"), DRAWS, SEED)
    readouts = (
        Readout("kl_pq", f"D(p‖q) ({unit})", ".4f", "The price of coding p with q's code.", "type_1"),
        Readout("kl_qp", f"D(q‖p) ({unit})", ".4f", "The other way round: another number.", "type_2"),
        Readout("jeffreys", f"Jeffreys ({unit})", ".4f", "D(p‖q) + D(q‖p)."),
        Readout(
            "jensen_shannon",
            f"Jensen–Shannon ({unit}, Monte Carlo)",
            ".4f",
            f"± {{jensen_shannon_error:.4f}} (standard error, {DRAWS:,} draws of each). Anew on release.",
        ),
    )
    return Scene(
        controls=(*plane.sliders("p"), *plane.sliders("q")),
        values=(
            *divergence_values(nats),
            *_covariance_values("p"),
            *_covariance_values("q"),
            # The estimate is that of the committed ellipses: as soon as one moves it is not known.
            Value("as_committed", "along", ("no_grid", "committed", *P, *Q)),
            Value("jensen_shannon", "at", ("jensen_shannon_table", "as_committed")),
            Value("jensen_shannon_error", "at", ("jensen_shannon_error_table", "as_committed")),
        ),
        blocks=(
            ReadoutGroup("divergences", "", readouts, columns=2),
            _covariance("p", "Σ₀"),
            _covariance("q", "Σ₁"),
            _waterfall("pq", "What adds up to 2 · D(p‖q)", ""),
            _waterfall("qp", "What adds up to 2 · D(q‖p)", "_qp"),
            ReadoutGroup(
                "terms",
                "The terms of 2 · D(p‖q)",
                tuple(Readout(name, f"{label} ({unit})", ".4f", _SENTENCES[name]) for name, label in _TERMS),
                columns=3,
            ),
        ),
        rows=(
            (
                Cell(("figure:stage",), 1.4),
                Cell(("readouts:divergences", "waterfall:pq", "waterfall:qp")),
            ),
            tuple(
                Cell((*(f"control:{name}" for name in plane.names(which)), f"lines:sigma_{which}"))
                for which in ("p", "q")
            ),
            (Cell(("readouts:terms",)),),
        ),
        arrays={
            "no_grid": np.array([np.nan]),
            "committed": np.array([values[name] for name in (*P, *Q)]),
            "jensen_shannon_table": np.array([nats * estimate.value]),
            "jensen_shannon_error_table": np.array([nats * estimate.standard_error]),
        },
    )


def _covariance_values(which: str) -> tuple[Value, ...]:
    _, _, *shape = plane.names(which)
    entries = (f"{which}_var_1", f"{which}_cov", f"{which}_var_2", f"{which}_rho")
    return (
        Value(f"{which}_sigma", "planeCovariance", tuple(shape)),
        *(Value(entry, "at", (f"{which}_sigma", i)) for i, entry in enumerate(entries)),
    )


def _covariance(which: str, symbol: str) -> Lines:
    rows = f"[[{{{which}_var_1:.3f}}, {{{which}_cov:.3f}}], [{{{which}_cov:.3f}}, {{{which}_var_2:.3f}}]]"
    return Lines(f"sigma_{which}", "", (f"{symbol} = {rows}, correlation {{{which}_rho:.4f}}",))


def _waterfall(name: str, title: str, ending: str) -> Waterfall:
    terms = tuple(Term(label, f"{term}{ending}") for term, label in _TERMS)
    total = Term("sum = 2 · D", f"twice_{name}")
    return Waterfall(name, title, terms, total)


def _evidence(values: dict[str, float], nats: float, unit: str) -> Scene:
    """The plane in which q is N(0, I), in every frame; the field log p/q and samples, on release."""
    p, q = (plane.gaussian(values, which) for which in ("p", "q"))
    x, y = np.linspace(*figures.X_RANGE, 101), np.linspace(*figures.Y_RANGE, 81)
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    field = log_ratio(p, q, points).reshape(y.size, x.size)
    samples = tuple(g.sample(SAMPLES, np.random.default_rng(SEED + i)) for i, g in enumerate((p, q)))
    white = figures.plane_figure("along q's axis a, in its sd", "along q's axis b, in its sd", 6.0)
    return Scene(
        figures={
            "white": Figure(
                figures.legend_of_pair(white, "p, whitened", "q is N(0, I)"),
                400,
                "Both ellipses in the coordinates in which q is the unit circle",
            ),
            "field": Figure(
                figures.field_figure(x, y, field, samples, unit, nats),
                400,
                "The log ratio of both densities as colours, with contours and samples",
            ),
        },
        values=(
            *(Value(f"white_{k}", "whitenedOutline", (k, *P, *Q)) for k in (1, 2)),
            *(Value(f"circle_{k}", "gaussianOutline", (k, 0.0, 0.0, 1.0, 1.0, 0.0)) for k in (1, 2)),
        ),
        marks=(
            LivePath("white", "white_1", IN_DISTRIBUTION, "p whitened, one sd", fill=True),
            LivePath("white", "white_2", IN_DISTRIBUTION, "p whitened, two sd", "2 4"),
            LivePath("white", "circle_1", ANOMALY, "unit circle", "7 4", fill=True),
            LivePath("white", "circle_2", ANOMALY, "circle of two sd", "7 4"),
        ),
        blocks=(
            Lines(
                "white",
                "Whitened: q becomes N(0, I)",
                ("Turned and scaled so, the divergence is the same. Follows every move.",),
            ),
            Lines(
                "field",
                "Where p is likelier (blue) and where q is (vermilion)",
                ("log p/q, whose mean under p is D(p‖q), with samples. Drawn anew on release.",),
            ),
        ),
        rows=((Cell(("lines:white", "figure:white")), Cell(("lines:field", "figure:field"))),),
    )
