"""The story of the one-dimensional flow: two bumps become one, and nothing is lost on the way."""

import numpy as np

from hw9core.distributions.likelihood import negative_log_likelihood
from hw9core.line_flow.metrics import kl_true_model, kolmogorov_smirnov
from hw9core.line_flow.signed_mixture import signed_mixture_report
from ui.lessons import line_flow
from ui.lessons.line_flow import journey, negative
from ui.lessons.line_flow.material import Material, shipped
from ui.lessons.line_flow.normality import TESTED
from ui.shared import shared
from ui.story.step import Goal, Guess, Handle, Mistake, Numbers, Prediction, Step, Story, Values, at

SIDE_BY_SIDE, NARROW = negative.PAIRS
_NARROW_PAIR = negative.PAIRS[NARROW]
_ASKED_X = 0.25  # the centre of the wider bump
_DATA, _COMPONENTS = "two", 2
_STEEP = 2.0  # how many times wider
_EARLY = 0.0
_NEAR = 0.1  # nats


def figure(view: str, pair: str = SIDE_BY_SIDE) -> str:
    """The key of a view's figure with the shipped flow on two Gaussians."""
    return f"flow-shipped-{_DATA}-{view}-{_COMPONENTS}-{pair}"


def trained() -> Material:
    """The shipped flow on two Gaussians, onto N(0, 1)."""
    return shipped(_DATA, "normal")


def probe(x: float) -> float:
    """The probe's position next to x, which is what its slider takes."""
    return trained().x_slider("probe", "", x).default


def asked_place() -> Values:
    """The probe at the x of the question, at time 0."""
    return {"probe": probe(_ASKED_X), "t": 0.0}


def z_there(values: Values) -> float:
    """z = f(x) at the probe."""
    return float(trained().final(values["probe"]))


def _u(values: Values) -> float:
    return float(trained().final.cdf(values["probe"]))


def _one_bump(values: Values) -> float:
    """z if the data were one bump: x less the mean, in standard deviations."""
    train = trained().train
    return float((values["probe"] - train.mean()) / train.std())


def slope(values: Values) -> float:
    """f′(x) at the probe."""
    return float(np.exp(trained().final.call_and_ladj(values["probe"])[1]))


def steepest() -> Values:
    """The position of the probe at which the map is steepest."""
    shown = trained()
    grid = shown.x_slider("probe", "", _ASKED_X).grid
    return {"probe": float(grid[np.argmax(shown.final.call_and_ladj(grid)[1])])}


def _of_probe(values: Values) -> Numbers:
    flow, x = trained().final, values["probe"]
    z, ladj = flow.call_and_ladj(x)
    return {
        "x": x,
        "z": float(z),
        "u": _u(values),
        "slope": slope(values),
        "log_base": float(trained().base.log_prob(z)),
        "ladj": float(ladj),
        "log_p": float(flow.flow.log_prob(x)),
        "slices": journey.SLICES,
        "share": 1.0 / journey.SLICES,
        "steep": _STEEP,
    }


def test_loss(epoch: float) -> float:
    """The mean of −log p(x) of the test samples after an epoch, in nats."""
    return float(trained().arrays["test_loss"][round(epoch)])


def _of_epoch(values: Values) -> Numbers:
    shown = trained()
    return {
        "epoch": round(values["epoch"]),
        "last": shown.last_epoch,
        "loss": test_loss(values["epoch"]),
        "best": test_loss(shown.last_epoch),
        "entropy": shown.entropy,
        "near": _NEAR,
    }


def _of_tests(_values: Values) -> Numbers:
    return _tested(trained())


@shared(entries=2)
def _tested(shown: Material) -> Numbers:
    found = kolmogorov_smirnov(shown.final(shown.test[:TESTED]), shown.base)
    loss = negative_log_likelihood(shown.final.flow, shown.test)
    return {
        "tested": TESTED,
        "p_value": found.p_value,
        "divergence": kl_true_model(shown.data, shown.final),
        "loss": loss.value,
        "error": loss.standard_error,
        "entropy": shown.entropy,
    }


def has_a_flow(weight: float) -> bool:
    """Whether F = w F₁ + (1 − w) F₂ of the narrow component in the wide one is a distribution function."""
    pair = _NARROW_PAIR
    return signed_mixture_report((weight, 1.0 - weight), pair.locs, pair.scales).is_distribution


@shared(entries=1)
def largest_weight() -> float:
    """The largest position of w at which F never falls."""
    return float(max(weight for weight in negative.W.grid if has_a_flow(weight)))


def _of_weight(values: Values) -> Numbers:
    return {"w": values["w"], "other": 1.0 - values["w"], "width": _NARROW_PAIR.scales[1]}


_SIGNED = ("variation", "fallen", "lowest", "highest", "exists")

STORY = Story(
    "Can one rising curve turn two bumps of data into one bell?",
    (
        Step(
            title="Two bumps, one bell",
            text="Data x come from two bumps. A **flow** is one rising curve z = f(x) that moves every x so "
            "that z follows the bell N(0, 1). Each of the {slices} colours holds {share:.1%} of the data, at "
            "the start as at the end: **mass is conserved**, only spread or squeezed.",
            figure=figure(line_flow.JOURNEY),
            choices={"view": line_flow.JOURNEY},
            values=asked_place,
            numbers=_of_probe,
            look="control-t",
            goal=Goal(
                task="Press play, or drag t to the end.",
                done="The slices have arrived: the same areas, under a bell.",
                reached=lambda values: values["t"] >= 1.0,
                example=at(t=1.0),
            ),
        ),
        Step(
            title="Where does one x go?",
            text="The curve has no choice: as many data must lie below x as there is bell below z. So first "
            "u = F(x), the share of data below x, and then the z with the share u of N(0, 1) below it.",
            figure=figure(line_flow.JOURNEY),
            choices={"view": line_flow.JOURNEY},
            values=asked_place,
            numbers=_of_probe,
            look="control-probe",
            prediction=Prediction(
                prompt="x = {x:.2f} is the middle of the right bump, and each bump holds half of the data. "
                "Where is its z?",
                answer=Guess("z", -2.0, 2.0, 0.0, 0.05),
                truth=z_there,
                tolerance=0.05,
                because="The left bump and half of the right one lie below: u = {u:.3f}, and that share of "
                "N(0, 1) lies below z = {z:.3f}.",
                mistakes=(
                    Mistake(_u, "That is u, the share below x; z is the place on the bell."),
                    Mistake(_one_bump, "So it would be for one bump: x less its mean, in its widths."),
                    Mistake(lambda _values: 0.0, "At 0 half of N(0, 1) lies below; here more does."),
                ),
                hides=("readout-probe_z", "readout-probe_log_p", "readout-probe_ladj", "figure-map"),
            ),
        ),
        Step(
            title="The price of stretching",
            text="Density is mass per length, so where f stretches the data thin out: **log p(x) = log φ(z) "
            "+ log f′(x)**, where φ is the density of the bell. At x = {x:.2f}: {log_base:.3f} {ladj:+.3f} = "
            "{log_p:.3f} nats (a nat is a unit of log probability). Here f stretches {slope:.2f} times.",
            figure=figure(line_flow.JOURNEY),
            choices={"view": line_flow.JOURNEY},
            values=asked_place,
            numbers=_of_probe,
            look="control-probe",
            goal=Goal(
                task="Drag the probe to an x where f stretches more than {steep:g} times.",
                done="f stretches {slope:.2f} times here: steep where data are dense, flat between the "
                "bumps.",
                reached=lambda values: slope(values) > _STEEP,
                example=steepest,
            ),
        ),
        Step(
            title="How it learns",
            text="Nobody tells f where the bumps are. Training makes the mean of −log p(x) over samples "
            "small, which pushes density to where data are. After epoch {epoch} of {last} it is {loss:.4f} "
            "nats on samples that training never saw; the **entropy** of the data, {entropy:.4f} nats, is "
            "the least that any model can expect.",
            figure=figure(line_flow.LEARNING),
            choices={"view": line_flow.LEARNING},
            values=at(epoch=_EARLY),
            numbers=_of_epoch,
            look="control-epoch",
            goal=Goal(
                task="Play the epochs until the test loss is within {near:g} nats of the last one's.",
                done="After epoch {epoch} the loss is {loss:.4f} nats; the last is {best:.4f}.",
                reached=lambda values: test_loss(values["epoch"]) < test_loss(trained().last_epoch) + _NEAR,
                example=lambda: {"epoch": float(trained().last_epoch)},
            ),
        ),
        Step(
            title="Is z really a bell?",
            text="If the flow is right, z is a sample of N(0, 1), which can be tested: of {tested:,} z the "
            "Kolmogorov–Smirnov test, which looks at the largest gap between both distribution functions, "
            "gives p = {p_value:.2f}. The **KL divergence** from the truth, the extra nats that the model "
            "costs on average, is {divergence:.5f}.",
            figure=figure(line_flow.NORMALITY),
            choices={"view": line_flow.NORMALITY},
            numbers=_of_tests,
            look="table-tests",
        ),
        Step(
            title="Break it: a weight below zero",
            text="F is a weighted sum of bells' distribution functions. Take a narrow bell **out of** a wide "
            "one with the same centre: weights w and 1 − w, here {w:.2f} and {other:.2f}. They sum to 1, but "
            "once F falls anywhere, one u belongs to several x and the flow is gone.",
            figure=figure(line_flow.NEGATIVE, NARROW),
            choices={"view": line_flow.NEGATIVE, "pair": NARROW},
            values=at(w=0.5),
            numbers=_of_weight,
            look="control-w",
            prediction=Prediction(
                prompt="Put w at the largest weight that still leaves a flow.",
                answer=Handle("w"),
                truth=lambda _values: largest_weight(),
                tolerance=1.5 * negative.W.step,
                because="F′ is least at the centre, where the narrow bell, of width {width:g}, is "
                "1/{width:g} times as high as the wide one: w + (1 − w)/{width:g} must stay above 0. **A "
                "negative weight alone breaks nothing.**",
                mistakes=(
                    Mistake(
                        lambda _values: 1.0,
                        "From there on a weight is negative; but F falls only where F′ is.",
                    ),
                ),
                hides=tuple(f"readout-{name}" for name in _SIGNED),
            ),
        ),
        Step(
            title="And back: a sampler",
            text="A rising curve can be undone. Draw z from N(0, 1), which every computer can, and x = "
            "f⁻¹(z) is a fresh sample of the data: play it. What is learned as a density is a generator for "
            "free. Real flows do the same in thousands of dimensions, with layers like those of the next "
            "lesson.",
            figure=figure(line_flow.JOURNEY),
            choices={"view": line_flow.JOURNEY, "direction": journey.TO_X},
            values=asked_place,
            numbers=_of_probe,
            look="control-t",
            goal=Goal(
                task="Play from z to x.",
                done="Two bumps, out of one bell.",
                reached=lambda values: values["t"] >= 1.0,
                example=at(t=1.0),
            ),
        ),
    ),
    start={
        "data": _DATA,
        "base": "normal",
        "unit": "nats",
        "way": journey.ONE_STAGE,
        "direction": journey.TO_Z,
        "pair": SIDE_BY_SIDE,
        "components": _COMPONENTS,
    },
    model="model",
)
