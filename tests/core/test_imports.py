"""What viewing imports: never torch, which costs seconds and hundreds of megabytes per server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VIEWING = (
    "hw9core",
    "hw9core.additivity",
    "hw9core.autoencoder",
    "hw9core.checkpoints",
    "hw9core.cli",
    "hw9core.composite_densities",
    "hw9core.config",
    "hw9core.coupling_jacobian",
    "hw9core.data",
    "hw9core.detector_choice",
    "hw9core.detector_evaluation",
    "hw9core.detectors",
    "hw9core.diagnosis",
    "hw9core.download",
    "hw9core.error_rates",
    "hw9core.evaluation",
    "hw9core.gaussian_fit",
    "hw9core.gaussian_solve",
    "hw9core.joint_bias",
    "hw9core.joint_paths",
    "hw9core.flow_metrics",
    "hw9core.flow_slices",
    "hw9core.image_files",
    "hw9core.signed_mixture",
    "hw9core.quadratic_form",
    "hw9core.seeds",
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
    program = "import sys, hw9core.training; print('torch' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert result.stdout.strip() == "True"
