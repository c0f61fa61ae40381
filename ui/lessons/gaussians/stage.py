"""The stage: both ellipses with their handles, the divergences, and the three terms that add up to 2·D."""

import numpy as np

from hw9core.figures import gaussians as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from hw9core.gaussians.kl import jensen_shannon, log_ratio
from ui.lessons.gaussians import plane
from ui.lessons.gaussians.plane import P, Q, Sliders
from ui.live import kernels
from ui.live.blocks import Lines, Readout, ReadoutGroup, Term, Waterfall
from ui.live.kernels import at
from ui.live.marks import Handle, LivePath, Spoke
from ui.live.published import published
from ui.live.scene import Cell, Figure, Row, Scene
from ui.live.values import Data, Value, named
from ui.words import UNITS

DRAWS, SAMPLES, SEED = 20_000, 150, 0
_TERMS = (("log_det", "log det ratio"), ("mahalanobis", "Mahalanobis"), ("trace_minus_d", "trace − d"))
_SENTENCES = {
    "log_det": "log(det Σ₁/det Σ₀): the volumes.",
    "mahalanobis": "(μ₁ − μ₀)ᵀΣ₁⁻¹(μ₁ − μ₀): the centres, in units of q.",
    "trace_minus_d": "tr(Σ₁⁻¹Σ₀) − d: p's spread in units of q.",
}


@published(64)
def scene(numbers: plane.Numbers, unit: str) -> Scene:
    """The stage around the committed ellipses."""
    values = {slider.name: number for slider, number in zip(plane.CONTROLS, numbers, strict=True)}
    return Scene((*_stage(values, unit), _evidence(values, unit)))


def _stage(values: dict[str, float], unit: str) -> tuple[Row, ...]:
    forward, backward = _divergence("kl_pq", "", (*P, *Q), unit), _divergence("kl_qp", "_qp", (*Q, *P), unit)
    adds_up = _waterfall("pq", "What adds up to 2 · D(p‖q)", forward)
    adds_up_back = _waterfall("qp", "What adds up to 2 · D(q‖p)", backward)
    terms = tuple(
        Readout(forward[name], f"{label} ({unit})", ".4f", _SENTENCES[name]) for name, label in _TERMS
    )
    return (
        (
            Cell((_ellipses(),), 1.4),
            Cell((_divergences(values, forward["kl"], backward["kl"], unit), adds_up)),
        ),
        (
            Cell((*P.spoken(), _covariance("p", "Σ₀", P))),
            Cell((*Q.spoken(), _covariance("q", "Σ₁", Q))),
        ),
        (
            Cell((ReadoutGroup("terms", "The terms of 2 · D(p‖q)", terms, columns=3),), 1.8),
            Cell((adds_up_back,)),
        ),
    )


def _divergence(name: str, ending: str, pair: tuple, unit: str) -> dict[str, Value]:
    """A divergence and the terms of twice it, in ``unit``, for every frame."""
    nats = kernels.gaussian_terms(*pair)
    entries = (name, *(f"{term}{ending}" for term, _ in _TERMS))
    values = (named(entry, at(nats, i) * UNITS[unit]) for i, entry in enumerate(entries))
    return dict(zip(("kl", *(term for term, _ in _TERMS)), values, strict=True))


def _ellipses() -> Figure:
    figure = figures.legend_of_pair(figures.plane_figure("x₁, first coordinate", "x₂, second coordinate"))
    words = "Two ellipses of one and two standard deviations, with handles at centres and axes"
    marks = (*_marks("p", P, IN_DISTRIBUTION, ""), *_marks("q", Q, ANOMALY, "7 4"))
    return Figure("stage", figure, 500, words, marks)


def _marks(which: str, sliders: Sliders, color: str, dash: str) -> tuple[LivePath | Spoke | Handle, ...]:
    x, y, first, second, angle = sliders
    one, two = (kernels.gaussian_outline(k, *sliders) for k in (1, 2))
    return (
        LivePath(one, color, f"{which}, one sd", dash, fill=True),
        LivePath(two, color, f"{which}, two sd", dash or "2 4"),
        Spoke(x, y, first, angle, 0.0, color, "a"),
        Spoke(x, y, second, angle, 90.0, color, "b"),
        Handle(x, y, color, which),
    )


def _divergences(values: dict[str, float], forward: Value, backward: Value, unit: str) -> ReadoutGroup:
    readouts = (
        Readout(forward, f"D(p‖q) ({unit})", ".4f", "The price of coding p with q's code.", "type_1"),
        Readout(backward, f"D(q‖p) ({unit})", ".4f", "The other way round: another number.", "type_2"),
        Readout(named("jeffreys", forward + backward), f"Jeffreys ({unit})", ".4f", "D(p‖q) + D(q‖p)."),
        _jensen_shannon(values, unit),
    )
    return ReadoutGroup("divergences", "", readouts, columns=2)


def _jensen_shannon(values: dict[str, float], unit: str) -> Readout:
    """The estimate is that of the committed ellipses: as soon as one moves it is not known."""
    estimate = jensen_shannon(plane.gaussian(values, P), plane.gaussian(values, Q), DRAWS, SEED)
    committed = np.array(plane.numbers(values))
    place = kernels.along(np.array([np.nan]), committed, *plane.CONTROLS)
    scale = UNITS[unit]
    value = named(
        "jensen_shannon", at(Data("jensen_shannon_table", np.array([scale * estimate.value])), place)
    )
    error = at(Data("jensen_shannon_error_table", np.array([scale * estimate.standard_error])), place)
    sentence = f"± {error:.4f} (standard error, {DRAWS:,} draws of each). Anew on release."
    return Readout(value, f"Jensen–Shannon ({unit}, Monte Carlo)", ".4f", sentence)


def _covariance(which: str, symbol: str, sliders: Sliders) -> Lines:
    sigma = kernels.plane_covariance(sliders.first, sliders.second, sliders.angle)
    var_1, cov, var_2, rho = (at(sigma, i) for i in range(4))
    rows = f"[[{var_1:.3f}, {cov:.3f}], [{cov:.3f}, {var_2:.3f}]]"
    return Lines(f"sigma_{which}", "", (f"{symbol} = {rows}, correlation {rho:.4f}",))


def _waterfall(name: str, title: str, divergence: dict[str, Value]) -> Waterfall:
    terms = tuple(Term(label, divergence[term]) for term, label in _TERMS)
    total = Term("sum = 2 · D", named(f"twice_{name}", divergence["kl"] * 2.0))
    return Waterfall(name, title, terms, total)


def _evidence(values: dict[str, float], unit: str) -> Row:
    """The plane in which q is N(0, I), in every frame; the field log p/q and samples, on release."""
    white = Lines(
        "white",
        "Whitened: q becomes N(0, I)",
        ("Turned and scaled so, the divergence is the same. Follows every move.",),
    )
    field = Lines(
        "field",
        "Where p is likelier (blue) and where q is (vermilion)",
        ("log p/q, whose mean under p is D(p‖q), with samples. Drawn anew on release.",),
    )
    return Cell((white, _whitened())), Cell((field, _field(values, unit)))


def _whitened() -> Figure:
    plot = figures.plane_figure("along q's axis a, in its sd", "along q's axis b, in its sd", 6.0)
    white = (kernels.whitened_outline(k, *P, *Q) for k in (1, 2))
    circles = (kernels.gaussian_outline(k, 0.0, 0.0, 1.0, 1.0, 0.0) for k in (1, 2))
    marks = (
        LivePath(next(white), IN_DISTRIBUTION, "p whitened, one sd", fill=True),
        LivePath(next(white), IN_DISTRIBUTION, "p whitened, two sd", "2 4"),
        LivePath(next(circles), ANOMALY, "unit circle", "7 4", fill=True),
        LivePath(next(circles), ANOMALY, "circle of two sd", "7 4"),
    )
    words = "Both ellipses in the coordinates in which q is the unit circle"
    return Figure("white", figures.legend_of_pair(plot, "p, whitened", "q is N(0, I)"), 400, words, marks)


def _field(values: dict[str, float], unit: str) -> Figure:
    p, q = plane.gaussian(values, P), plane.gaussian(values, Q)
    x, y = np.linspace(*figures.X_RANGE, 101), np.linspace(*figures.Y_RANGE, 81)
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    field = log_ratio(p, q, points).reshape(y.size, x.size)
    samples = tuple(g.sample(SAMPLES, np.random.default_rng(SEED + i)) for i, g in enumerate((p, q)))
    plot = figures.field_figure(x, y, field, samples, unit, UNITS[unit])
    words = "The log ratio of both densities as colours, with contours and samples"
    return Figure("field", plot, 400, words)
