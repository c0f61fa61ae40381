"""``evaluate``: compute a trained model's metrics anew, from its weights and the data."""

from __future__ import annotations

import argparse
from typing import Any

from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig
from hw9core.anomaly.detectors.left_out import misses_by_kind
from hw9core.anomaly.detectors.suite import load_detectors
from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.anomaly.likelihood.detector import LIKELIHOOD, load_flow_detector
from hw9core.anomaly.likelihood.simple_images import SimpleImageReport, measure, write_report
from hw9core.commands.options import add_command, add_model_parsers, chosen, contents_of
from hw9core.commands.output import print_json, print_lines
from hw9core.coupling.config import CouplingConfig
from hw9core.errors import ConfigError
from hw9core.images.mnist import MNIST_TRAIN, load_images
from hw9core.models import MODELS, Resources
from hw9core.reports import misses_lines
from hw9core.store import checkpoints
from hw9core.store.checkpoints import Checkpoint


def add_parser(commands: Any) -> None:
    parser = add_command(
        commands,
        "evaluate",
        run,
        "Recompute a trained model's metrics from its weights and the data.",
        "python -m hw9core evaluate autoencoder --json",
    )
    for model, options in add_model_parsers(parser, filter(lambda row: row.evaluate, MODELS.values())):
        options.add_argument(
            "--json", action="store_true", help="print JSON, with the checkpoint's own as `stored`"
        )
        if model.config_class is DetectorsConfig:
            options.add_argument(
                "--left-out",
                action="store_true",
                help="instead judge on synthetic outliers of kinds left out of training (some minutes)",
            )
        if model.config_class is CouplingConfig:
            options.add_argument(
                "--write-report",
                action="store_true",
                help="of mnist: also keep the numbers under `likelihood`, which the page shows without data",
            )


def run(arguments: argparse.Namespace) -> int:
    model, config, resources = chosen(arguments)
    if getattr(arguments, "left_out", False):
        return _print_misses(config, resources, arguments.json)
    keep_report = getattr(arguments, "write_report", False)
    if keep_report and config != ImageFlowConfig():
        raise ConfigError("--write-report is for `--data-set mnist` with its defaults: the flow of the page.")
    checkpoint = checkpoints.require(config, resources.checkpoints)
    with contents_of(checkpoint.path):
        metrics = model.evaluate(config, checkpoint, resources)
        if isinstance(config, ImageFlowConfig) and (arguments.json or keep_report):
            metrics["likelihood"] = _simple_images(checkpoint, resources, keep_report)
        lines = [] if arguments.json else model.report(metrics, checkpoint)
    if arguments.json:
        print_json({**metrics, "stored": checkpoint.metadata["metrics"]})
    else:
        print_lines([*lines, f"recomputed from {checkpoint.path}"])
    return 0


def _print_misses(config: DetectorsConfig, resources: Resources, as_json: bool) -> int:
    autoencoder = checkpoints.require(config.autoencoder, resources.checkpoints)
    train = load_images(resources.data, MNIST_TRAIN)  # KMNIST is not even read
    with contents_of(autoencoder.path):
        misses = misses_by_kind(config, autoencoder, train)
    if as_json:
        print_json(misses)
    else:
        print_lines(misses_lines(misses))
    return 0


def _simple_images(flow: Checkpoint, resources: Resources, keep: bool) -> SimpleImageReport:
    """What the likelihood says of simple images, beside the other detectors where they are trained."""
    directory = flow.path.parent
    detectors, models = {LIKELIHOOD: load_flow_detector(flow)}, [flow]
    others = (DetectorsConfig(), AutoencoderConfig())
    if all(checkpoints.find(config, directory) for config in others):
        loaded = [checkpoints.require(config, directory) for config in others]
        detectors |= load_detectors(*loaded)
        models += loaded
    report = measure(detectors, flow.arrays["logit_scale"], resources.images)
    if keep:
        write_report(report, [model.path for model in models], directory)
    return report
