"""Ways to choose τ: what each rule looks at, what it gives, and what a wish costs."""

from dataclasses import dataclass
from functools import partial
from math import isfinite

from streamlit.delta_generator import DeltaGenerator

from hw9core.anomaly.decisions import threshold_rules
from hw9core.anomaly.decisions.error_rates import ErrorRates, error_rates
from hw9core.figures.anomaly_scores import AxisScale
from ui import choices
from ui.lessons.anomaly import base
from ui.lessons.anomaly.decision import decision, written_threshold
from ui.lessons.anomaly.material import Material
from ui.live.blocks import Table, TableRow
from ui.live.controls import Slider
from ui.live.published import published
from ui.live.scene import Cell, Scene
from ui.shared import shared

HALVES_SEED = 0
MNIST_ONLY = "validation"
ORACLE = "oracle: half of test and KMNIST"


@dataclass(frozen=True)
class Options:
    """Wanted rates, the cost of a miss in false alarms, and the share of anomalies; all shares in [0, 1]."""

    alpha: float
    beta: float
    cost_ratio: float
    prevalence: float


def options(box: DeltaGenerator) -> Options:
    """The controls of this view, in ``box``."""

    def number(label: str, key: str, low: float, high: float, default: float) -> float:
        return choices.number_in(box, label, low, high, default, key)

    return Options(
        alpha=number("wanted α, in %", "alpha", 0.0, 100.0, 0.9) / 100,
        beta=number("wanted β, in %", "beta", 0.0, 100.0, 1.0) / 100,
        cost_ratio=number("one miss costs … false alarms", "cost", 0.0, 1e6, 1.0),
        prevalence=number("anomalies met, in %", "share", 0.0, 100.0, 50.0) / 100,
    )


@published()
def scene(material: Material, scale: AxisScale) -> Scene:
    """The table of rules, and k as a second scale of τ."""
    now = decision(material, scale)
    k_scale = Slider(
        "k_scale",
        "k in mean + k·sd",
        low=-1.0,
        high=12.0,
        step=0.05,
        precision=0.01,
        drives=now.tau,
        slope=float(material.validation.std(ddof=1)),
        intercept=float(material.validation.mean()),
    )
    spoken = k_scale.spoken(f"mean plus {k_scale:.2f} standard deviations")
    rules = Table("rules", "Rules for τ", ("rule", "set on", "τ", "α", "β", "judged on"), control=now.tau)
    return base.scene(now, below=(spoken,)) + Scene(((Cell((rules,)),),))


def tables(material: Material, chosen: Options) -> dict[str, tuple[TableRow, ...]]:
    """The cells of the table for these options."""
    return {"rules": _rows(material, chosen)}


def wish(material: Material, chosen: Options) -> str:
    """Whether the wanted pair of rates can be had, in one sentence."""
    pair = threshold_rules.pair_is_possible(material.test, material.anomaly, chosen.alpha, chosen.beta)
    wanted = f"α ≤ {chosen.alpha:.4g} together with β ≤ {chosen.beta:.4g}"
    if pair.possible:
        tau = written_threshold(material, pair.at_alpha.threshold)
        return f"{wanted} is possible on these images: for example at τ = {_shown(tau)}."
    return (
        f"{wanted} is impossible with these scores: at that α the best β is {pair.best_type_2_error:.4f}, "
        f"and at that β the best α is {pair.best_type_1_error:.4f}."
    )


@shared(entries=64)
def _rows(material: Material, chosen: Options) -> tuple[TableRow, ...]:
    validation, rules = material.validation, threshold_rules
    from_validation = (
        ("mean + 3 sd", material.threshold),
        (f"quantile 1 − {chosen.alpha:g}", rules.validation_quantile(validation, chosen.alpha)),
        (
            f"split conformal, P(flag) ≤ {chosen.alpha:g}",
            rules.split_conformal_threshold(validation, chosen.alpha),
        ),
    )
    from_anomalies = (
        ("equal error rate", rules.equal_error_threshold),
        ("Youden's J", rules.youden_threshold),
        (
            "least expected cost",
            partial(rules.minimum_cost_threshold, cost_ratio=chosen.cost_ratio, prevalence=chosen.prevalence),
        ),
        (f"α = {chosen.alpha:g} on test", lambda test, _: rules.threshold_for_type_1(test, chosen.alpha)),
        (f"β = {chosen.beta:g}", lambda _, anomaly: rules.threshold_for_type_2(anomaly, chosen.beta)),
    )
    judged_on_all = [
        _row(material, name, MNIST_ONLY, error_rates(tau, material.test, material.anomaly), "test, KMNIST")
        for name, tau in from_validation
    ]
    judged_on_half = [_oracle_row(material, name, rule) for name, rule in from_anomalies]
    return (*judged_on_all, *judged_on_half)


def _oracle_row(material: Material, name: str, rule: threshold_rules.OracleRule) -> TableRow:
    choice = threshold_rules.choose_and_judge(rule, material.test, material.anomaly, HALVES_SEED)
    return _row(material, name, ORACLE, choice.judged, "the other halves")


def _row(material: Material, name: str, basis: str, rates: ErrorRates, judged_on: str) -> TableRow:
    """One rule; its button sets the number that is shown."""
    tau = written_threshold(material, rates.threshold)
    finite = isfinite(float(tau))
    return TableRow(
        (
            name,
            basis,
            _shown(tau) if finite else "no finite τ",
            f"{rates.type_1_error:.4f}",
            f"{rates.type_2_error:.4f}",
            judged_on,
        ),
        float(tau) if finite else None,
    )


def _shown(number: str) -> str:
    return number.replace("inf", "∞").replace("-", "−")
