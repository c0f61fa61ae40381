"""Every shipped checkpoint is found again: no configuration and no definition of data has moved."""

from __future__ import annotations

import pytest

from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig, SeedsConfig
from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.coupling.config import BOUNDED_TWIN, FEW_LAYERS, UNBOUNDED, WITHOUT_PERMUTATIONS, CouplingConfig
from hw9core.line_flow.config import FlowConfig
from hw9core.store import checkpoints
from hw9core.store.files import REPOSITORY

SHIPPED = {
    "autoencoder-01bd19cdb1a8648a": AutoencoderConfig(),
    "seeds-8b462cac72f855ef": SeedsConfig(),
    "detectors-c835e9bfee13828d": DetectorsConfig(),
    "flow-ac436d3afb55c36a": FlowConfig("two"),
    "flow-7639af6c21574086": FlowConfig("three"),
    "flow-47bee418b21ceafc": FlowConfig("skewed"),
    "flow-78164fd3c8106c5f": FlowConfig("heavy"),
    "flow-f4b4a112d49b5f4d": FlowConfig("uniform"),
    "flow-f2e1346169a4cf49": FlowConfig("two", base="uniform"),
    "flow-ef839b9b656804ff": FlowConfig("two", base="logistic"),
    "coupling-646334a9a6db2eb3": CouplingConfig("moons"),
    "coupling-3b88eba12584f37d": CouplingConfig("rings"),
    "coupling-81716e2ef261874a": CouplingConfig("checkerboard"),
    "coupling-30fa57a651478637": CouplingConfig("spiral"),
    "coupling-89fdb5f65edc6816": ImageFlowConfig(),
    "coupling-c99098a67381b2ba": FEW_LAYERS[0],
    "coupling-af403c2ea682b83b": FEW_LAYERS[1],
    "coupling-9ca8bbe4837393cc": WITHOUT_PERMUTATIONS,
    "coupling-dc7ccdfb76b15a2b": UNBOUNDED,
    "coupling-be010c2a242dd6e8": BOUNDED_TWIN,
}


@pytest.mark.parametrize(("name", "config"), SHIPPED.items(), ids=SHIPPED)
def test_a_shipped_checkpoint_has_the_name_of_its_configuration(name, config):
    path = checkpoints.checkpoint_path(config, REPOSITORY / "checkpoints")
    assert path.stem == name and path.is_file()


def test_no_shipped_checkpoint_is_left_out():
    assert {path.stem for path in (REPOSITORY / "checkpoints").glob("*.safetensors")} == set(SHIPPED)
