"""One recipe trained from several seeds: how much of τ, α and β is the luck of one run (problem 1)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from hw9core.anomaly.decisions.metrics import anomaly_metrics
from hw9core.anomaly.detectors.config import AutoencoderConfig, SeedsConfig
from hw9core.images.mnist import IMAGE_SETS
from hw9core.store.checkpoints import TrainedModel

RUN_METRICS = ("threshold", "type_1_error", "type_2_error", "auroc")


def train_seeds(config: SeedsConfig, train: Callable[[AutoencoderConfig], TrainedModel]) -> TrainedModel:
    """Train every run of ``config`` with ``train`` and keep the final scores and rates of each.

    The arrays, one row per run: ``seed`` int64 (count,); ``scores/validation``, ``scores/test`` and
    ``scores/anomaly`` float32 (count, n) as training computed them, test and anomaly images in the order of
    their files; ``threshold`` (mean + 3 sd of that run's validation scores), ``type_1_error``,
    ``type_2_error`` and ``auroc`` float64 (count,), what :func:`anomaly_metrics` gives for that row. The
    metrics are the mean and the standard deviation (ddof 1) of these four.
    """
    scores: dict[str, list] = {name: [] for name in IMAGE_SETS}
    run_metrics = []
    for run in config.runs:
        model = train(run)
        final = {name: model.arrays[f"scores/{name}"][-1] for name in IMAGE_SETS}
        run_metrics.append(anomaly_metrics(**final))
        for name, row in final.items():
            scores[name].append(row)

    arrays = {f"scores/{name}": np.stack(rows) for name, rows in scores.items()}
    arrays["seed"] = np.array([run.seed for run in config.runs], dtype=np.int64)
    metrics: dict[str, float | int] = {"count": config.count}
    for name in RUN_METRICS:
        values = np.array([metric[name] for metric in run_metrics])
        arrays[name] = values
        metrics[f"{name}_mean"] = float(values.mean())
        metrics[f"{name}_sd"] = float(values.std(ddof=1))
    return TrainedModel(arrays, metrics, model.device)
