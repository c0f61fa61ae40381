"""What is said of a trained model: its metrics in words, one line each.

Every function takes the metrics, the checkpoint's own or computed anew, and the checkpoint. Where a share of
missed anomalies would mislead alone, what belongs to it stands beside it, see
:class:`hw9core.anomaly.comparison.Comparison`.
"""

from __future__ import annotations

from collections.abc import Mapping

from hw9core.anomaly.comparison import compare, kept_report
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.anomaly.detectors.suite import DETECTORS
from hw9core.anomaly.likelihood.detector import LIKELIHOOD
from hw9core.store.checkpoints import Checkpoint

_SCALED = "once its characters are scaled and centred as MNIST's digits were"
_NOT_KEPT = " (`evaluate coupling --data-set mnist --write-report` measures it)."


def autoencoder_lines(metrics: Mapping[str, float | int], checkpoint: Checkpoint) -> list[str]:
    """The metrics of homework problem 1, and what is missed of scaled KMNIST where that is kept."""
    return [*_anomaly_lines(metrics), *_scaled_lines(AutoencoderConfig.kind, checkpoint)]


def _anomaly_lines(metrics: Mapping[str, float | int]) -> list[str]:
    n_validation, n_test, n_anomaly = (metrics[f"n_{name}"] for name in ("validation", "test", "anomaly"))
    return [
        f"threshold      {metrics['threshold']:.4f}  (mean + 3 sd of {n_validation:,} validation scores)",
        f"type I error   {metrics['type_1_error']:.4f}  (flagged, of {n_test:,} MNIST test images)",
        f"type II error  {metrics['type_2_error']:.4f}  (not flagged, of {n_anomaly:,} KMNIST test images)",
        f"AUROC          {metrics['auroc']:.4f}",
    ]


def _scaled_lines(detector: str, checkpoint: Checkpoint) -> list[str]:
    report = kept_report(checkpoint)
    if report is None:
        return []
    shares = report[detector]
    return [
        f"at α = 0.9 %   {shares['kmnist_missed']:.4f} of KMNIST is missed, "
        f"{shares['kmnist_missed_in_mnist_form']:.4f} {_SCALED}"
    ]


def detectors_lines(metrics: Mapping[str, Mapping[str, float | int]], checkpoint: Checkpoint) -> list[str]:
    """A table of detectors: β at one α, of KMNIST and of KMNIST scaled; α and β at mean + 3 sd; AUROC."""
    compared = compare(checkpoint, report=kept_report(checkpoint))
    scaled = {name: f"{share:.4f}" for name, share in compared.missed_in_mnist_form.items()}
    lines = [f"{'':36}  β at α = 0.9 %   if scaled   α at mean + 3 sd   β there    AUROC"]
    for name, label in DETECTORS.items():
        values = metrics[name]
        lines.append(
            f"{label:36}  {values['type_2_error_at_equal_type_1']:14.4f}   {scaled.get(name, '–'):>9}"
            f"   {values['type_1_error']:16.4f}   {values['type_2_error']:7.4f}   {values['auroc']:.6f}"
        )
    lines.append(f"If scaled: β at that α for KMNIST {_SCALED}{'.' if scaled else _NOT_KEPT}")
    if compared.missed_by_pca_at_code_size is not None:
        lines.append(
            f"PCA has {compared.components} components here; with {compared.code_size}, as many as the "
            f"autoencoder's code has numbers, it misses {compared.missed_by_pca_at_code_size:.4f}."
        )
    return lines


def misses_lines(misses: Mapping[str, Mapping[str, float]]) -> list[str]:
    """How many synthetic outliers of a kind that was left out each detector misses, the mean last."""
    kinds = list(misses[next(iter(DETECTORS))])
    lines = [f"{'missed at α = 0.9 % of validation':36}  " + "  ".join([*kinds, "mean"])]
    for name, label in DETECTORS.items():
        shares = misses[name]
        cells = [f"{shares[kind]:{len(kind)}.3f}" for kind in kinds]
        mean = sum(shares.values()) / len(kinds)
        lines.append(f"{label:36}  " + "  ".join([*cells, f"{mean:.4f}"]))
    return lines


def seeds_lines(metrics: Mapping[str, float | int], checkpoint: Checkpoint) -> list[str]:
    """Mean and standard deviation over the runs of one recipe, one line each."""
    names = {"threshold": "threshold", "type_1_error": "type I error", "type_2_error": "type II error"}
    return [
        f"{metrics['count']} runs of one recipe, mean ± standard deviation over their seeds",
        *(
            f"{label:13}  {metrics[f'{name}_mean']:.4f} ± {metrics[f'{name}_sd']:.4f}"
            for name, label in {**names, "auroc": "AUROC"}.items()
        ),
    ]


def flow_lines(metrics: Mapping[str, float], checkpoint: Checkpoint) -> list[str]:
    """The metrics of homework problem 2 in words, one line each."""
    paired = []
    if "kl_paired" in metrics:  # a model trained before it was measured has none
        estimate = f"{metrics['kl_paired']:.6f} ± {metrics['kl_paired_se']:.6f}"
        paired = [f"the same, estimated   {estimate} nats (its se), over the test samples"]
    return [
        f"test NLL              {metrics['test_nll']:.4f} ± {metrics['test_nll_se']:.4f} nats (its se)",
        f"entropy of the data   {metrics['true_entropy']:.4f} nats, which no NLL in expectation is below",
        f"KL(data, model)       {metrics['kl_true_model']:.6f} nats, by quadrature",
        *paired,
        f"Kolmogorov–Smirnov    p = {metrics['ks_p_value']:.4f} for fresh z against the base",
        f"log dz/dx             within {metrics['ladj_max_error']:.1e} of automatic differentiation",
    ]


def coupling_lines(metrics: Mapping[str, float | int | str | None], checkpoint: Checkpoint) -> list[str]:
    """The metrics of a coupling flow in words, one line each."""
    diverged = []
    if "diverged_epoch" in metrics:
        diverged = [f"this run diverged: in epoch {metrics['diverged_epoch']} its loss was beyond all use"]
    if "test_nll" not in metrics:
        return diverged
    reference = metrics["reference_nll"]
    lines = [f"test NLL              {metrics['test_nll']:.4f} ± {metrics['test_nll_se']:.4f} nats (its se)"]
    if reference is not None:
        lines.append(f"zuko's RealNVP        {reference:.4f} nats, at equal parameters on the same data")
    if "true_entropy" in metrics:
        divergence = f"{metrics['kl_true_model']:.4f} ± {metrics['kl_true_model_se']:.4f}"
        lines += [
            f"entropy of the data   {metrics['true_entropy']:.4f} nats, which no NLL in expectation is below",
            f"KL(data, model)       {divergence} nats, over the test samples",
        ]
    if "far_mass" in metrics:
        lines.append(f"mass far from data    {metrics['far_mass']:.4f}, 4 noises and more, in their region")
    lines.append(f"log|det|              within {metrics['ladj_max_error']:.1e} of automatic differentiation")
    if "bits_per_pixel" in metrics:
        lines += [f"bits per pixel        {metrics['bits_per_pixel']:.4f}", *_anomaly_lines(metrics)]
        lines += _scaled_lines(LIKELIHOOD, checkpoint)
    return lines + diverged
