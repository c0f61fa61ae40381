"""``evaluate``: compute a trained model's metrics anew, from its weights and the data."""

from __future__ import annotations

import argparse
import json
from typing import Any

from hw9core import checkpoints
from hw9core.commands.options import (
    add_checkpoints_option,
    add_command,
    add_config_options,
    add_data_option,
    config_from,
)
from hw9core.commands.report import metric_lines
from hw9core.config import AutoencoderConfig
from hw9core.data import data_dir, load_autoencoder_data
from hw9core.evaluation import evaluate_autoencoder


def add_parser(commands: Any) -> None:
    parser = add_command(
        commands,
        "evaluate",
        run,
        "Recompute threshold, error rates and AUROC from a trained model's weights and the data.",
        "python -m hw9core evaluate autoencoder --json",
    )
    parser.add_argument("model", choices=[AutoencoderConfig.kind])
    parser.add_argument(
        "--json", action="store_true", help="print JSON, with the checkpoint's own as `stored`"
    )
    add_checkpoints_option(parser)
    add_data_option(parser)
    add_config_options(parser, AutoencoderConfig)


def run(arguments: argparse.Namespace) -> int:
    config = config_from(arguments, AutoencoderConfig)
    checkpoint = checkpoints.require(config, checkpoints.checkpoint_dir(arguments.checkpoints))
    metrics = evaluate_autoencoder(checkpoint, load_autoencoder_data(data_dir(arguments.data)))
    stored = checkpoint.metadata["metrics"]
    if arguments.json:
        print(json.dumps({**metrics, "stored": stored}, indent=2))
    else:
        print("\n".join(metric_lines(metrics)))
        print(f"stored: threshold {stored['threshold']:.4f} in {checkpoint.path}")
    return 0
