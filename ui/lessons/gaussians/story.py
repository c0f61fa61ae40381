"""The story of two Gaussians: three terms, one price, and two ways to fit."""

import math

import numpy as np

from hw9core.errors import InputError
from hw9core.gaussians.kl import kl, kl_terms
from hw9core.gaussians.solve import shift_for_divergence
from ui.lessons.gaussians import fit, panels, plane, singular
from ui.shared import shared
from ui.story.step import Goal, Handle, Mistake, Numbers, Pick, Prediction, Step, Story, Values, at

STAGE, FIT, SINGULAR = "gaussian-kl", "gaussian-fit", "gaussian-singular"
NEAR, ASKED, EXPLODED = 0.1, 1.0, 1000.0
FORWARD, REVERSE, SAME = range(3)
_TURNED, _TOGETHER = 20.0, 1.0  # degrees
_RIGHT = (1.0, 0.0)


def ellipses(p: tuple[float, ...], q: tuple[float, ...]) -> Values:
    """All ten numbers of the stage: centre, half axes and angle of p and of q."""
    return {slider.name: number for slider, number in zip(plane.CONTROLS, (*p, *q), strict=True)}


def divergences(values: Values) -> tuple[float, float]:
    """D(p‖q) and D(q‖p) of the stage, in nats."""
    p, q = plane.gaussian(values, plane.P), plane.gaussian(values, plane.Q)
    return kl(p, q), kl(q, p)


def _centred(values: Values) -> tuple:
    """p and q of the stage, p's centre at x₁ = 0."""
    moved = {**values, "p_x": 0.0}
    return plane.gaussian(moved, plane.P), plane.gaussian(moved, plane.Q)


def wanted_place(values: Values, divergence: float = ASKED) -> float:
    """Where p's centre must be, right of q's, for D(p‖q) = ``divergence`` nats."""
    return shift_for_divergence(*_centred(values), _RIGHT, divergence).high


def _reversed_place(values: Values) -> float:
    """Where it must be for D(q‖p): q moves to the left instead. NaN where no place does."""
    p, q = _centred(values)
    try:
        return -shift_for_divergence(q, p, _RIGHT, ASKED).low
    except InputError:
        return math.nan


def _halved_place(values: Values) -> float:
    """Where it must be for half of the divergence; NaN where no place does."""
    try:
        return wanted_place(values, 0.5 * ASKED)
    except InputError:
        return math.nan


def larger(values: Values) -> float:
    """Which direction is larger, as the options have it."""
    forward, reverse = divergences(values)
    return SAME if forward == reverse else FORWARD if forward > reverse else REVERSE


def _of_stage(values: Values) -> Numbers:
    terms = kl_terms(plane.gaussian(values, plane.P), plane.gaussian(values, plane.Q))
    forward, reverse = divergences(values)
    return {
        "forward": forward,
        "reverse": reverse,
        "log_det": terms.log_det,
        "mahalanobis": terms.mahalanobis,
        "trace": terms.trace_minus_d,
        "twice": 2.0 * terms.kl,
        "near": NEAR,
        "asked": ASKED,
    }


def thin(values: Values) -> dict[str, float]:
    """The three divergences at the ε that is shown, in nats."""
    row = int(round((values["thin"] - singular.THIN.low) / singular.THIN.step))
    return {name: float(table[row]) for name, table in _thin_tables().items()}


@shared(entries=1)
def _thin_tables() -> dict[str, np.ndarray]:
    return singular.divergences()


def _of_thin(values: Values) -> Numbers:
    return thin(values) | {"epsilon": 10.0 ** -values["thin"], "exploded": EXPLODED}


def turned_together(values: Values) -> bool:
    """Whether both ellipses were turned by nearly the same angle, far enough to see."""
    p, q = (values[f"{name}_angle"] - start[-1] for name, start in _START.items())
    return abs(p - q) <= _TOGETHER and min(abs(p), abs(q)) >= _TURNED


_START = {"p": (0.0, 0.0, 1.6, 0.6, 35.0), "q": (0.0, 0.0, 1.9, 1.1, -20.0)}
_TURN = {"p_angle": 75.0, "q_angle": 20.0}
_GIVEN_AWAY = (
    *(f"readout-{name}" for name in ("kl_pq", "kl_qp", "jeffreys", "jensen_shannon")),
    *(f"readout-{name}" for name in ("log_det", "mahalanobis", "trace_minus_d")),
    "waterfall-pq",
    "waterfall-qp",
)

STORY = Story(
    "What does it cost to take one cloud of points for another?",
    (
        Step(
            title="Two clouds",
            text="An ellipse stands for a **Gaussian**: its centre is the mean, its half axes are standard "
            "deviations. Believe that points come from q, dashed, while they come from p, solid, and each "
            "costs you on average D(p‖q) = {forward:.4f} nats of extra surprise.",
            figure=STAGE,
            values=lambda: ellipses(plane.P_START, plane.Q_START),
            numbers=_of_stage,
            look="readout-kl_pq",
            goal=Goal(
                task="Drag centres and axes until D(p‖q) is below {near:g} nats.",
                done="D(p‖q) is {forward:.4f} nats: the two can hardly be told apart.",
                reached=lambda values: divergences(values)[0] < NEAR,
                example=lambda: ellipses(plane.Q_START, plane.Q_START),
            ),
        ),
        Step(
            title="How far is far?",
            text="p is round, with standard deviation 1; q is twice as wide along x₁ and sits at the middle. "
            "Distance counts in units of **q's** own spread (that is the Mahalanobis distance), and squared: "
            "a step that q holds for usual is cheap.",
            figure=STAGE,
            values=lambda: ellipses((0.0, 0.0, 1.0, 1.0, 0.0), (0.0, 0.0, 2.0, 1.0, 0.0)),
            numbers=_of_stage,
            look="control-p_x",
            prediction=Prediction(
                prompt="Move p's centre to the right, until D(p‖q) is {asked:g} nat.",
                answer=Handle("p_x"),
                truth=wanted_place,
                tolerance=0.25,
                because="D(p‖q) is {forward:.3f} nats where your p is.",
                mistakes=(
                    Mistake(_reversed_place, "There D(q‖p) is: q measured in units of the narrower p."),
                    Mistake(
                        _halved_place,
                        "There the three terms add up to it; D is half their sum.",
                    ),
                ),
                hides=_GIVEN_AWAY,
            ),
        ),
        Step(
            title="Three terms pay",
            text=r"$2 D(p\|q) = \log\frac{{\det\Sigma_1}}{{\det\Sigma_0}} + "
            r"(\mu_1 - \mu_0)^\top\Sigma_1^{{-1}}(\mu_1 - \mu_0) + "
            r"\operatorname{{tr}}(\Sigma_1^{{-1}}\Sigma_0) - d$, and every term has its meaning: the "
            "**volumes** {log_det:.3f}, the **distance** {mahalanobis:.3f}, p's **spread** in units of q, "
            "less the dimension, {trace:.3f}. Together {twice:.3f}. Drag one axis and see the first and the "
            "last fight.",
            figure=STAGE,
            values=lambda: ellipses(plane.P_START, plane.Q_START),
            numbers=_of_stage,
            look="readout-log_det",
        ),
        Step(
            title="Thin in wide, or wide in thin?",
            text="Same centre, but p is thin and q is round. D(p‖q) is the price of the round belief when "
            "the thin cloud is true, D(q‖p) that of the thin belief when the round one is.",
            figure=STAGE,
            values=lambda: ellipses((0.0, 0.0, 1.5, 0.3, 20.0), (0.0, 0.0, 1.5, 1.5, 0.0)),
            numbers=_of_stage,
            look="figure-stage",
            prediction=Prediction(
                prompt="Which is larger?",
                answer=Pick("Larger is", ("D(p‖q)", "D(q‖p)", "neither")),
                truth=larger,
                because="D(p‖q) = {forward:.3f}, D(q‖p) = {reverse:.3f} nats. A belief that leaves no room "
                "where the truth has mass is dear; too much room costs a little everywhere.",
                hides=_GIVEN_AWAY,
            ),
        ),
        Step(
            title="Why the direction matters",
            text="Split p in two and let q, one ellipse, do its best. Making **D(p‖q)** small, as maximum "
            "likelihood does, q must cover both halves. Making **D(q‖p)** small, as variational inference "
            "does, it may settle on one and forget the other.",
            figure=FIT,
            choices={"panel": panels.FIT, "target": fit.TWO, "apart": fit.DISTANCE, "diagonal": False},
            values=at(fit_step=0.0),
            look="control-fit_step",
            goal=Goal(
                task="Play the descent to its end.",
                done="One q covers, the other seeks a mode.",
                reached=lambda values: values["fit_step"] >= fit.STEPS,
                example=at(fit_step=float(fit.STEPS)),
            ),
        ),
        Step(
            title="Break it: no width at all",
            text="Let a variance go to 0, ε = {epsilon:.1e}. If only q goes flat, D(p‖q) = {thin_q:,.1f} "
            "nats: p's points hit what q excludes. If only p does, {thin_p:.2f}; if both do alike, "
            "{thin_both:.4f}, whatever ε is.",
            figure=SINGULAR,
            choices={"panel": panels.SINGULAR},
            values=lambda: {"thin": singular.THIN.default},
            numbers=_of_thin,
            look="readout-thin_q",
            goal=Goal(
                task="Make D(p‖q) of the flat q exceed {exploded:,g} nats.",
                done="{thin_q:,.1f} nats, and it has no bound.",
                reached=lambda values: thin(values)["thin_q"] > EXPLODED,
                example=at(thin=6.0),
            ),
        ),
        Step(
            title="Try this: turn the world",
            text="D(p‖q) is {forward:.4f} nats here. Turn **both** ellipses by the same angle, or stretch "
            "both alike, and it does not change: it depends only on p as seen by q. Drawn so that q is the "
            "unit circle (**whitened**, below), every such pair looks the same.",
            figure=STAGE,
            values=lambda: ellipses(_START["p"], _START["q"]),
            numbers=_of_stage,
            look="figure-white",
            goal=Goal(
                task="Turn both by the same angle and read D(p‖q) again.",
                done="Still {forward:.4f} nats.",
                reached=turned_together,
                example=lambda: _TURN,
            ),
        ),
    ),
    start={"unit": "nats"},
)
