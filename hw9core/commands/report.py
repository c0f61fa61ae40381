"""How commands print what they measured."""

from __future__ import annotations

from collections.abc import Mapping


def metric_lines(metrics: Mapping[str, float | int]) -> list[str]:
    """The metrics of homework problem 1 in words, one line each."""
    n_validation, n_test, n_anomaly = (metrics[f"n_{name}"] for name in ("validation", "test", "anomaly"))
    return [
        f"threshold      {metrics['threshold']:.4f}  (mean + 3 sd of {n_validation:,} validation scores)",
        f"type I error   {metrics['type_1_error']:.4f}  (flagged, of {n_test:,} MNIST test images)",
        f"type II error  {metrics['type_2_error']:.4f}  (not flagged, of {n_anomaly:,} KMNIST test images)",
        f"AUROC          {metrics['auroc']:.4f}",
    ]


def seeds_lines(metrics: Mapping[str, float | int]) -> list[str]:
    """Mean and standard deviation over the runs of one recipe, one line each."""
    names = {"threshold": "threshold", "type_1_error": "type I error", "type_2_error": "type II error"}
    return [
        f"{metrics['count']} runs of one recipe, mean ± standard deviation over their seeds",
        *(
            f"{label:13}  {metrics[f'{name}_mean']:.4f} ± {metrics[f'{name}_sd']:.4f}"
            for name, label in {**names, "auroc": "AUROC"}.items()
        ),
    ]


REPORTS = {"autoencoder": metric_lines, "seeds": seeds_lines}
