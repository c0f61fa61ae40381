"""What viewing imports: never torch, which costs seconds and hundreds of megabytes per server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VIEWING = (
    "hw9core",
    "hw9core.divergence.additivity",
    "hw9core.anomaly.detectors.autoencoder",
    "hw9core.store.checkpoints",
    "hw9core.cli",
    "hw9core.distributions.composite",
    "hw9core.anomaly.detectors.config",
    "hw9core.coupling.jacobian",
    "hw9core.images.mnist",
    "hw9core.anomaly.detectors.left_out",
    "hw9core.anomaly.detectors.suite",
    "hw9core.anomaly.detectors.detectors",
    "hw9core.commands.diagnosis",
    "hw9core.images.download",
    "hw9core.anomaly.decisions.error_rates",
    "hw9core.anomaly.decisions.metrics",
    "hw9core.gaussians.fit",
    "hw9core.gaussians.solve",
    "hw9core.joint_maximum.bias",
    "hw9core.joint_maximum.paths",
    "hw9core.line_flow.metrics",
    "hw9core.line_flow.journey",
    "hw9core.images.image_files",
    "hw9core.line_flow.signed_mixture",
    "hw9core.gaussians.quadratic_form",
    "hw9core.anomaly.detectors.seeds",
)


@pytest.mark.parametrize("module", VIEWING)
def test_viewing_imports_neither_torch_nor_streamlit(module):
    program = (
        f"import sys, {module}; print(sorted({{'torch', 'torchvision', 'streamlit'}} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_the_check_can_fail():
    program = "import sys, hw9core.anomaly.detectors.training_torch; print('torch' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert result.stdout.strip() == "True"
