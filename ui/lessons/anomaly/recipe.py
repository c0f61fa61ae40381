"""Problem 1: both errors of the detector at the threshold, from the scores that its checkpoint keeps."""

from __future__ import annotations

from hw9core.anomaly.likelihood.detector import LIKELIHOOD
from ui.lessons.anomaly.material import AUTOENCODER, OFFERED
from ui.takehome.recipe import Recipe, State

_REQUIRE = "from hw9core.store.checkpoints import require"
_SCORES = {
    AUTOENCODER: (
        "from hw9core.anomaly.detectors.config import AutoencoderConfig",
        "arrays = require(AutoencoderConfig()).arrays\n"
        'test, anomaly = arrays["scores/test"][-1], arrays["scores/anomaly"][-1]',
    ),
    LIKELIHOOD: (
        "from hw9core.anomaly.likelihood.config import ImageFlowConfig\n"
        "from hw9core.anomaly.likelihood.detector import flow_scores",
        "scores = flow_scores(require(ImageFlowConfig()))\ntest, anomaly = scores.test, scores.anomaly",
    ),
}


def recipe(state: State) -> Recipe | None:
    """For every view, since all have τ."""
    if state.view != "threshold":
        return None
    names = {label: name for name, label in OFFERED.items()}
    name = names[state.choice("detector")]
    imports, scores = _SCORES.get(name) or _of_suite(name, state)
    code = f"""\
{scores}
tau = {state.values["tau"]!r}
# Scores were computed, and are compared, in single precision.
rates = error_rates(tau, np.float32(test), np.float32(anomaly))"""
    numbers = {"tau": "tau", "type_1_error": "rates.type_1_error", "type_2_error": "rates.type_2_error"}
    rates = "from hw9core.anomaly.decisions.error_rates import error_rates"
    return Recipe(f"import numpy as np\n\n{rates}\n{imports}\n{_REQUIRE}", code, numbers)


def _of_suite(name: str, state: State) -> tuple[str, str]:
    """Imports and lines for a detector that is trained beside the homework's."""
    components = f", components={state.choice('components')}" if name == "pca" else ""
    return (
        "from hw9core.anomaly.detectors.config import DetectorsConfig\n"
        "from hw9core.anomaly.detectors.suite import detector_scores",
        f"scores = detector_scores(require(DetectorsConfig()), {name!r}{components})\n"
        "test, anomaly = scores.test, scores.anomaly",
    )
