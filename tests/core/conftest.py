"""Fixtures of the core tests: the real data where it is, and small synthetic data where it need not be."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.images.mnist import AutoencoderData, LabelledImages

# A deadline measures how busy the computer is, not whether the code is right.
settings.register_profile("core", deadline=None)
settings.load_profile("core")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def real_data_dir() -> Path:
    """The folder with the official files: $HW9_DATA, else ../shared/data beside the repository."""
    directory = Path(os.environ.get("HW9_DATA") or ROOT.parent / "shared" / "data")
    if not (directory / "MNIST" / "raw").is_dir():
        reason = f"the MNIST and KMNIST files are not in {directory}: set HW9_DATA"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return directory


@pytest.fixture
def one_thread():
    """One torch thread: on a busy computer, threads that wait for each other make tiny models very slow."""
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tiny_config() -> AutoencoderConfig:
    """A few seconds' work at most, with a last batch that is smaller than the others."""
    return AutoencoderConfig(
        hidden_sizes=(24, 12), code_size=6, epochs=2, batch_size=32, validation_size=50, seed=3
    )


@pytest.fixture(scope="session")
def tiny_data() -> AutoencoderData:
    """Bright blobs as digits, noise as anomalies: uint8 like the real images."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:28, :28]

    def blobs(n: int) -> LabelledImages:
        centres = rng.uniform(9, 19, size=(n, 2, 1, 1))
        squared = (rows - centres[:, 0]) ** 2 + (columns - centres[:, 1]) ** 2
        return LabelledImages((255 * np.exp(-squared / 20)).astype(np.uint8), np.zeros(n, np.uint8))

    noise = rng.integers(0, 256, size=(40, 28, 28), dtype=np.uint8)
    return AutoencoderData(blobs(250), blobs(40), LabelledImages(noise, np.ones(40, np.uint8)))
