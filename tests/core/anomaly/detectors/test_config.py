"""The configuration: the homework's recipe by default, and nothing that cannot be trained."""

from __future__ import annotations

import dataclasses
import json

import pytest

from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.errors import ConfigError


def test_default_is_the_recipe_of_problem_1():
    config = AutoencoderConfig()
    assert (config.hidden_sizes, config.code_size) == ((256, 128), 32)
    assert (config.epochs, config.batch_size, config.learning_rate) == (10, 100, 1e-3)
    assert config.validation_size == 10_000


def test_survives_json():
    config = AutoencoderConfig(hidden_sizes=(64,), learning_rate=1)
    assert AutoencoderConfig(**json.loads(json.dumps(dataclasses.asdict(config)))) == config


@pytest.mark.parametrize(
    "changes",
    [
        {"hidden_sizes": (0,)},
        {"hidden_sizes": (8,) * 9},
        {"code_size": 785},
        {"epochs": 0},
        {"epochs": 2.0},
        {"epochs": True},
        {"batch_size": 50_001},
        {"learning_rate": 0},
        {"learning_rate": float("nan")},
        {"learning_rate": 1.5},
        {"validation_size": 1},
        {"validation_size": 60_000},
        {"seed": -1},
        {"precision": "fp16"},
    ],
)
def test_unusable_values_are_named(changes):
    with pytest.raises(ConfigError, match=next(iter(changes))):
        AutoencoderConfig(**changes)
