"""Shared by page and browser tests: the shipped checkpoint's final scores, widened to float64."""

import numpy as np
import pytest

from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.store import checkpoints


@pytest.fixture(scope="session")
def scores():
    arrays = checkpoints.load(checkpoints.find(AutoencoderConfig())).arrays
    names = ("validation", "test", "anomaly")
    return {name: arrays[f"scores/{name}"][-1].astype(np.float64) for name in names}
