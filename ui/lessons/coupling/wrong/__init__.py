"""What can go wrong with a flow in the plane: too few layers, no permutations, s without a bound."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import streamlit as st

from hw9core.coupling.config import BOUNDED_TWIN, FEW_LAYERS, UNBOUNDED, WITHOUT_PERMUTATIONS, CouplingConfig
from hw9core.coupling.metrics import FAR, divergence_epoch
from ui.lessons.coupling.plane.material import Material, of_config
from ui.lessons.coupling.wrong import no_bound, no_permutations, texts, too_few_layers
from ui.live.payloads import Payload
from ui.live.scene import Scene
from ui.state import Field

LAYERS, PERMUTATIONS, BOUND = BREAKS = ("too few layers", "no permutations", "s without a bound")
_DEEPEST = CouplingConfig("moons")
_CONFIGS: Mapping[str, tuple[CouplingConfig, ...]] = {
    LAYERS: (*FEW_LAYERS, _DEEPEST),
    PERMUTATIONS: (_DEEPEST, WITHOUT_PERMUTATIONS),
    BOUND: (UNBOUNDED, BOUNDED_TWIN),
}
Flows = tuple[Material, ...]


@dataclass(frozen=True)
class Choice:
    """Which break is shown."""

    broken: str = LAYERS


def options() -> Choice:
    """The choice of the break, kept in the address."""
    return Choice(
        st.segmented_control(
            "What is broken", BREAKS, default=LAYERS, required=True, key="broken", bind="query-params"
        )
    )


def fields(choice: Choice) -> tuple[Field, ...]:
    """The controls of the break. Raises ``CheckpointError`` where a shipped flow is missing."""
    if choice.broken == LAYERS:
        return too_few_layers.fields()
    module = no_permutations if choice.broken == PERMUTATIONS else no_bound
    return module.fields(_flows(choice)[0])


def scene(choice: Choice) -> Scene:
    """The scene of the break. Raises ``CheckpointError``."""
    return _scene(choice.broken, _flows(choice))


def payload(choice: Choice) -> Payload:
    """The packed scene, built once for all sessions. Raises ``CheckpointError``."""
    return _payload(choice.broken, _flows(choice))


def show_text(choice: Choice) -> None:
    """What the pictures say, with their numbers. Raises ``CheckpointError``."""
    st.markdown(_TEXTS[choice.broken](_flows(choice)))


def _flows(choice: Choice) -> Flows:
    return tuple(of_config(config) for config in _CONFIGS[choice.broken])


def _scene(broken: str, flows: Flows) -> Scene:
    if broken == LAYERS:
        return too_few_layers.scene(flows)
    return (no_permutations if broken == PERMUTATIONS else no_bound).scene(*flows)


@lru_cache(maxsize=6)
def _payload(broken: str, flows: Flows) -> Payload:
    return Payload.of(_scene(broken, flows).payload())


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
    return texts.PERMUTATIONS.format(depth=flows[0].depth, losses=_test_losses(flows))


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
