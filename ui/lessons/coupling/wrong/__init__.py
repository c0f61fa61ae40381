"""What can go wrong with a flow in the plane: too few layers, no permutations, s without a bound."""

from collections.abc import Callable, Mapping

import numpy as np

from hw9core.coupling.config import BOUNDED_TWIN, FEW_LAYERS, UNBOUNDED, WITHOUT_PERMUTATIONS, CouplingConfig
from hw9core.coupling.metrics import FAR, divergence_epoch, least_loss_without_permutations
from ui.lessons.coupling.plane.material import Material, of_config
from ui.lessons.coupling.wrong import no_bound, no_permutations, texts, too_few_layers
from ui.lessons.lesson import View

Flows = tuple[Material, ...]

LAYERS, PERMUTATIONS, BOUND = "too few layers", "no permutations", "s without a bound"
VIEWS: dict[str, View[Flows]] = {
    LAYERS: View(too_few_layers.scene),
    PERMUTATIONS: View(lambda flows: no_permutations.scene(*flows)),
    BOUND: View(lambda flows: no_bound.scene(*flows)),
}
_DEEPEST = CouplingConfig("moons")
_CONFIGS: Mapping[str, tuple[CouplingConfig, ...]] = {
    LAYERS: (*FEW_LAYERS, _DEEPEST),
    PERMUTATIONS: (_DEEPEST, WITHOUT_PERMUTATIONS),
    BOUND: (UNBOUNDED, BOUNDED_TWIN),
}


def flows(broken: str) -> Flows:
    """The shipped trainings that one break compares. Raises ``CheckpointError`` where one is missing."""
    return tuple(of_config(config) for config in _CONFIGS[broken])


def text(broken: str, flows: Flows) -> str:
    """What the pictures say, with their numbers."""
    return _TEXTS[broken](flows)


def _test_losses(flows: Flows) -> list[float]:
    return [float(flow.arrays["test_loss"][-1]) for flow in flows]


def _layers_text(flows: Flows) -> str:
    of_data = too_few_layers.data_masses(flows[0].data)
    return texts.LAYERS.format(
        far=FAR,
        counts=[flow.depth for flow in flows],
        far_mass=[
            *(flow.metrics["far_mass"] for flow in flows),
            float(of_data.beyond[too_few_layers.row_of(FAR)]),
        ],
        divergence=[flow.metrics["kl_true_model"] for flow in flows],
    )


def _permutations_text(flows: Flows) -> str:
    return texts.PERMUTATIONS.format(
        depth=flows[0].depth,
        losses=_test_losses(flows),
        error=flows[1].metrics["test_nll_se"],
        least=least_loss_without_permutations(flows[1].data),
    )


def _bound_text(flows: Flows) -> str:
    losses = [flow.arrays["test_loss"] for flow in flows]
    return texts.BOUND.format(
        epoch=divergence_epoch(losses[0]),
        highest=texts.power_of_ten(float(np.nanmax(losses[0]))),
        last=_test_losses(flows)[1],
        rate=flows[0].config.learning_rate,
    )


_TEXTS: Mapping[str, Callable[[Flows], str]] = {
    LAYERS: _layers_text,
    PERMUTATIONS: _permutations_text,
    BOUND: _bound_text,
}
