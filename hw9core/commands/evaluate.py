"""``evaluate``: compute a trained model's metrics anew, from its weights and the data."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from hw9core.anomaly.detectors.autoencoder import evaluate_autoencoder
from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig
from hw9core.anomaly.detectors.left_out import misses_by_kind
from hw9core.anomaly.detectors.suite import evaluate_detectors, load_detectors
from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.anomaly.likelihood.detector import LIKELIHOOD, load_flow_detector
from hw9core.anomaly.likelihood.metrics import image_metrics
from hw9core.anomaly.likelihood.simple_images import SimpleImageReport, measure, write_report
from hw9core.commands.options import (
    add_checkpoints_option,
    add_command,
    add_config_options,
    add_data_option,
    add_model_parsers,
    config_from,
)
from hw9core.commands.report import REPORTS, misses_lines
from hw9core.coupling.config import CouplingConfig
from hw9core.coupling.metrics import plane_metrics
from hw9core.errors import ConfigError
from hw9core.images.mnist import MNIST_TRAIN, AutoencoderData, data_dir, load_autoencoder_data, load_images
from hw9core.line_flow.bases import BASES
from hw9core.line_flow.config import FlowConfig
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform
from hw9core.store import checkpoints
from hw9core.store.checkpoints import Checkpoint

Metrics = dict[str, Any]

MODELS = {
    AutoencoderConfig: "The autoencoder of problem 1.",
    DetectorsConfig: "The detectors it is compared with, in a table at one type I error rate.",
    FlowConfig: "The one-dimensional flow of problem 2.",
    CouplingConfig: "Coupling layers, in the plane or on mnist.",
}


def add_parser(commands: Any) -> None:
    parser = add_command(
        commands,
        "evaluate",
        run,
        "Recompute a trained model's metrics from its weights and the data.",
        "python -m hw9core evaluate autoencoder --json",
    )
    for config_class, model in add_model_parsers(parser, MODELS):
        model.add_argument(
            "--json", action="store_true", help="print JSON, with the checkpoint's own as `stored`"
        )
        add_checkpoints_option(model)
        if config_class is not FlowConfig:  # its checkpoint holds its samples
            add_data_option(model)
        add_config_options(model, config_class)
        if config_class is DetectorsConfig:
            model.add_argument(
                "--left-out",
                action="store_true",
                help="instead judge on synthetic outliers of kinds left out of training (some minutes)",
            )
        if config_class is CouplingConfig:
            model.add_argument(
                "--write-report",
                action="store_true",
                help="of mnist: also keep the numbers under `likelihood`, which the page shows without data",
            )


def run(arguments: argparse.Namespace) -> int:
    config = config_from(arguments, arguments.config_class)
    directory = checkpoints.checkpoint_dir(arguments.checkpoints)
    if getattr(arguments, "left_out", False):
        return _print_misses(config, directory, arguments)
    _require_default_flow(config, arguments)
    checkpoint = checkpoints.require(config, directory)
    metrics = EVALUATORS[config.kind](config, checkpoint, arguments)
    if arguments.json:
        print(json.dumps({**metrics, "stored": checkpoint.metadata["metrics"]}, indent=2))
    else:
        print("\n".join(REPORTS[config.kind](metrics)))
        print(f"recomputed from {checkpoint.path}")
    return 0


def _evaluate_autoencoder(
    config: AutoencoderConfig, checkpoint: Checkpoint, arguments: argparse.Namespace
) -> Metrics:
    return evaluate_autoencoder(checkpoint, load_autoencoder_data(data_dir(arguments.data)))


def _evaluate_detectors(
    config: DetectorsConfig, checkpoint: Checkpoint, arguments: argparse.Namespace
) -> Metrics:
    autoencoder = checkpoints.require(config.autoencoder, checkpoint.path.parent)
    return evaluate_detectors(checkpoint, autoencoder, load_autoencoder_data(data_dir(arguments.data)))


def _evaluate_flow(config: FlowConfig, checkpoint: Checkpoint, arguments: argparse.Namespace) -> Metrics:
    from hw9core.line_flow.training_torch import evaluate_flow  # torch checks the NumPy derivatives

    flow = MixtureCDFTransform.from_snapshots(checkpoint.arrays, BASES[config.base])
    return evaluate_flow(flow, config.data_set, checkpoint.arrays["data/test"])


def _evaluate_coupling(
    config: CouplingConfig, checkpoint: Checkpoint, arguments: argparse.Namespace
) -> Metrics:
    if not isinstance(config, ImageFlowConfig):
        return plane_metrics(config, checkpoint.arrays)
    data = load_autoencoder_data(data_dir(arguments.data))
    metrics = image_metrics(config, checkpoint.arrays, data)
    if arguments.json or arguments.write_report:
        metrics["likelihood"] = _simple_images(checkpoint, data, arguments.write_report)
    return metrics


EVALUATORS = {
    AutoencoderConfig.kind: _evaluate_autoencoder,
    DetectorsConfig.kind: _evaluate_detectors,
    FlowConfig.kind: _evaluate_flow,
    CouplingConfig.kind: _evaluate_coupling,
}


def _print_misses(config: DetectorsConfig, directory: Path, arguments: argparse.Namespace) -> int:
    autoencoder = checkpoints.require(config.autoencoder, directory)
    train = load_images(data_dir(arguments.data), MNIST_TRAIN)  # KMNIST is not even read
    misses = misses_by_kind(config, autoencoder, train)
    print(json.dumps(misses, indent=2) if arguments.json else "\n".join(misses_lines(misses)))
    return 0


def _require_default_flow(config: Any, arguments: argparse.Namespace) -> None:
    if getattr(arguments, "write_report", False) and config != ImageFlowConfig():
        raise ConfigError("--write-report is for `--data-set mnist` with its defaults: the flow of the page.")


def _simple_images(flow: Checkpoint, data: AutoencoderData, keep: bool) -> SimpleImageReport:
    """What the likelihood says of simple images, beside the other detectors where they are trained."""
    directory = flow.path.parent
    detectors, models = {LIKELIHOOD: load_flow_detector(flow)}, [flow]
    if all(checkpoints.find(other, directory) for other in (DetectorsConfig(), AutoencoderConfig())):
        others = [checkpoints.require(other, directory) for other in (DetectorsConfig(), AutoencoderConfig())]
        detectors |= load_detectors(*others)
        models += others
    report = measure(detectors, flow.arrays["logit_scale"], data)
    if keep:
        write_report(report, [model.path for model in models], directory)
    return report
