"""The story of the divergence: extra surprise, never negative, and additive as long as nothing is shared."""

import math

from hw9core.distributions.gaussian import Gaussian
from hw9core.divergence.additivity import equicorrelation
from hw9core.divergence.families import FAMILIES
from hw9core.divergence.jensen import RatioAtoms
from hw9core.divergence.kl import kl_closed_form, kl_quadrature
from hw9core.gaussians.kl import kl
from ui.lessons import divergence
from ui.lessons.divergence import additivity, jensen
from ui.shared import shared
from ui.story.step import Goal, Guess, Mistake, Numbers, Pick, Prediction, Step, Story, Values, at

_COUNT = jensen.DEFAULT_COUNT
ATOMS, NORMALS, TRUNCATED = f"jensen-{_COUNT}", "densities-normal", "densities-truncated"
ADDED = f"additivity-{additivity.DEFAULT_COUNT}"
_PAIRS = tuple(additivity.COORDINATES)[: additivity.DEFAULT_COUNT]
NEARLY_EQUAL, WIDE_GAP = 0.01, 0.3
FORWARD, REVERSE, SAME = range(3)


def of_atoms(values: Values) -> float:
    """D(p‖q) of the atoms, in nats: the height of their centre of mass above the curve."""
    weights = [values[f"w{i + 1}"] for i in range(_COUNT)]
    ratios = [values[f"r{i + 1}"] for i in range(_COUNT)]
    if not any(ratios):
        return math.nan  # as the page shows it: there is no q
    atoms = RatioAtoms(weights, ratios)
    return atoms.chord_height - atoms.curve_height


def of_normals(values: Values) -> tuple[float, float]:
    """D(p‖q) and D(q‖p) of the two normals, in nats."""
    p, q = FAMILIES["normal"].make(values["loc"], values["scale"], values["p_scale"])
    return kl_closed_form(p, q), kl_closed_form(q, p)


def larger(values: Values) -> float:
    """Which direction is larger, as the options have it."""
    forward, reverse = of_normals(values)
    return SAME if forward == reverse else FORWARD if forward > reverse else REVERSE


def total_correlation(rho: float) -> float:
    """−½ log det R, in nats: D of N(0, R) from N(0, I)."""
    origin = [0.0] * additivity.DEFAULT_COUNT
    matrix = equicorrelation(additivity.DEFAULT_COUNT, rho)
    return kl(Gaussian(origin, matrix), Gaussian(origin, equicorrelation(additivity.DEFAULT_COUNT, 0.0)))


def _as_text(nats: float) -> str:
    if math.isnan(nats):
        return "–"
    return "+∞" if math.isinf(nats) else f"{nats:.4f}"


def _of_atoms(values: Values) -> Numbers:
    return {"kl": _as_text(of_atoms(values)), "near": NEARLY_EQUAL}


def _of_normals(values: Values) -> Numbers:
    forward, reverse = of_normals(values)
    return {"forward": forward, "reverse": reverse, "near": NEARLY_EQUAL, **values}


def _of_sum(values: Values) -> Numbers:
    total, parts = total_correlation(values["rho"]), _parts()
    sum_of = sum(parts)
    return {
        "first": parts[0],
        "second": parts[1],
        "sum": sum_of,
        "rho": values["rho"],
        "total": total,
        "joint": sum_of + total,
        "wide": WIDE_GAP,
    }


@shared(entries=1)
def _parts() -> tuple[float, ...]:
    pairs = (additivity.COORDINATES[name] for name in _PAIRS)
    return tuple(kl_quadrature(pair.p, pair.q).value for pair in pairs)


def _of_truncated(values: Values) -> Numbers:
    return _truncated(values["low"], values["high"], values["loc"])


@shared(entries=64)
def _truncated(low: float, high: float, loc: float) -> Numbers:
    p, q = FAMILIES["truncated"].make(low, high, loc)
    forward, reverse = kl_quadrature(p, q).value, kl_quadrature(q, p).value
    return {"low": low, "high": high, "forward": forward, "reverse": _as_text(reverse)}


_GIVEN_AWAY = (
    *(f"readout-{name}" for name in ("kl", "kl_reverse", "positive", "negative")),
    *(f"figure-{name}" for name in ("forward", "reverse", "running")),
    "lines-routes",
)

STORY = Story(
    "You believe q, but p is true: how much more surprised are you than you need to be?",
    (
        Step(
            title="The price of a wrong belief",
            text="An event of probability q surprises by −log q: rare is surprising. Believe q while p is "
            "true and you pay extra, on average **D(p‖q)** = E_p[log p/q], the Kullback–Leibler divergence. "
            "Every dot is an event of weight p at its ratio r = q/p; D, now {kl} nats, is the height of "
            "their centre of mass over the curve −log r.",
            figure=ATOMS,
            choices={"view": divergence.JENSEN, "atoms": _COUNT},
            values=lambda: jensen.example("as at first", _COUNT),
            numbers=_of_atoms,
            look="readout-kl",
            goal=Goal(
                task="Drag the dots until D is below {near:g} nats. Can it get below 0?",
                done="D is {kl} nats. The curve bends upwards, so the mean of its heights lies above it: D ≥ "
                "0, and 0 only where all ratios are 1, p = q (Jensen).",
                reached=lambda values: of_atoms(values) < NEARLY_EQUAL,
                example=lambda: jensen.example("p = q", _COUNT),
            ),
        ),
        Step(
            title="Is it a distance?",
            text="Here p, solid, is narrow (σ = {p_scale:g}), and q, dashed, is wide (σ = {scale:g}), both "
            "around 0. D(p‖q) averages log p/q where **p** has its mass, D(q‖p) averages log q/p where **q** "
            "has its own.",
            figure=NORMALS,
            choices={"view": divergence.DENSITIES, "pair": "normal"},
            values=at(loc=0.0, scale=2.0, p_scale=0.5),
            numbers=_of_normals,
            look="figure-pair",
            prediction=Prediction(
                prompt="Which of the two is larger?",
                answer=Pick("Larger is", ("D(p‖q)", "D(q‖p)", "neither")),
                truth=larger,
                because="D(p‖q) = {forward:.3f} and D(q‖p) = {reverse:.3f} nats: whoever believes the narrow "
                "p is shocked by what the wide q brings from far out. D is no distance, it has a direction.",
                hides=_GIVEN_AWAY,
            ),
        ),
        Step(
            title="How large is one nat?",
            text="Now p is N(0, 1) and q is twice as wide and one step to the right. The formula has a log, "
            r"a square and a half: $D(p\|q) = \log\frac{{\sigma_q}}{{\sigma_p}} + "
            r"\frac{{\sigma_p^2 + (\mu_p - \mu_q)^2}}{{2\sigma_q^2}} - \tfrac12$. Guess before you compute.",
            figure=NORMALS,
            choices={"view": divergence.DENSITIES, "pair": "normal"},
            values=at(loc=1.0, scale=2.0, p_scale=1.0),
            numbers=_of_normals,
            look="figure-pair",
            prediction=Prediction(
                prompt="How many nats is D(p‖q)?",
                answer=Guess("D(p‖q) in nats", 0.0, 3.0, 0.0, 0.05),
                truth=lambda values: of_normals(values)[0],
                tolerance=0.1,
                because="D(p‖q) = {forward:.4f} nats. Where p log(p/q) is below 0 the area is subtracted, "
                "but what is left is never negative.",
                mistakes=(
                    Mistake(lambda values: of_normals(values)[1], "That is the other direction, D(q‖p)."),
                    Mistake(lambda values: 2.0 * of_normals(values)[0], "That is twice as much: the half."),
                ),
                hides=_GIVEN_AWAY,
            ),
        ),
        Step(
            title="What a fit does",
            text="To fit a model q to data from p is to make D(p‖q) small: the mean of −log q over the data "
            "is the entropy of p, which nobody can change, plus D. Now it is {forward:.4f} nats. Watch the "
            "areas: the integrand p log(p/q) is negative wherever q > p.",
            figure=NORMALS,
            choices={"view": divergence.DENSITIES, "pair": "normal"},
            values=at(loc=1.0, scale=2.0, p_scale=1.0),
            numbers=_of_normals,
            look="readout-kl",
            goal=Goal(
                task="Fit q by hand: bring D(p‖q) below {near:g} nats.",
                done="D(p‖q) is {forward:.4f} nats: as good as p = q.",
                reached=lambda values: of_normals(values)[0] < NEARLY_EQUAL,
                example=at(loc=0.0, scale=1.0, p_scale=1.0),
            ),
        ),
        Step(
            title="It adds up, until something is shared",
            text="Two independent coordinates cost {first:.4f} and {second:.4f} nats, together {sum:.4f}: "
            "the log of a product is a sum. Let p's coordinates depend on each other, with correlation ρ = "
            "{rho:.2f}, and the joint price is {joint:.4f}: the extra {total:.4f} nats, the **total "
            "correlation**, are what two separate beliefs can never know.",
            figure=ADDED,
            choices={"view": divergence.ADDITIVITY, "d": 2, "correlated": additivity.OF_P}
            | {f"pair{i}": name for i, name in enumerate(_PAIRS, start=1)},
            values=at(rho=0.0),
            numbers=_of_sum,
            look="readout-gap",
            goal=Goal(
                task="Break additivity by more than {wide:g} nats.",
                done="The joint divergence is {total:.4f} nats above the sum.",
                reached=lambda values: total_correlation(values["rho"]) > WIDE_GAP,
                example=at(rho=0.8),
            ),
        ),
        Step(
            title="Try this: a belief that rules something out",
            text="p is cut off: below {low:.2f} and above {high:.2f} it is 0. D(p‖q) is {forward:.4f} nats. "
            "But believe the cut p while the bell q is true, and sooner or later something comes that you "
            "held impossible: D(q‖p) = {reverse}. One exclusion costs more than any amount of vagueness.",
            figure=TRUNCATED,
            choices={"view": divergence.DENSITIES, "pair": "truncated"},
            values=at(low=-0.5, high=2.1, loc=0.5),
            numbers=_of_truncated,
            look="readout-kl_reverse",
        ),
    ),
    start={"unit": "nats"},
)
