"""How commands print what they measured."""

from __future__ import annotations

from collections.abc import Mapping

from hw9core.anomaly.detectors.suite import DETECTORS


def metric_lines(metrics: Mapping[str, float | int]) -> list[str]:
    """The metrics of homework problem 1 in words, one line each."""
    n_validation, n_test, n_anomaly = (metrics[f"n_{name}"] for name in ("validation", "test", "anomaly"))
    return [
        f"threshold      {metrics['threshold']:.4f}  (mean + 3 sd of {n_validation:,} validation scores)",
        f"type I error   {metrics['type_1_error']:.4f}  (flagged, of {n_test:,} MNIST test images)",
        f"type II error  {metrics['type_2_error']:.4f}  (not flagged, of {n_anomaly:,} KMNIST test images)",
        f"AUROC          {metrics['auroc']:.4f}",
    ]


def detectors_lines(metrics: Mapping[str, Mapping[str, float | int]]) -> list[str]:
    """A table of detectors: β at one α, both error rates at mean + 3 sd of validation, AUROC."""
    lines = [f"{'':36}  β at α = 0.9 %   α at mean + 3 sd   β there    AUROC"]
    for name, label in DETECTORS.items():
        values = metrics[name]
        lines.append(
            f"{label:36}  {values['type_2_error_at_equal_type_1']:14.4f}"
            f"   {values['type_1_error']:16.4f}   {values['type_2_error']:7.4f}   {values['auroc']:.6f}"
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


def flow_lines(metrics: Mapping[str, float]) -> list[str]:
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


def coupling_lines(metrics: Mapping[str, float | int | str | None]) -> list[str]:
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
        lines += [f"bits per pixel        {metrics['bits_per_pixel']:.4f}", *metric_lines(metrics)]
    return lines + diverged


REPORTS = {
    "autoencoder": metric_lines,
    "detectors": detectors_lines,
    "seeds": seeds_lines,
    "flow": flow_lines,
    "coupling": coupling_lines,
}
