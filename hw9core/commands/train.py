"""``train``: train a model, or find that its checkpoint is there already."""

from __future__ import annotations

import argparse
import time
from typing import Any

from hw9core.commands.options import (
    add_command,
    add_model_parsers,
    chosen,
    contents_of,
)
from hw9core.commands.output import print_lines
from hw9core.device import resolve_device
from hw9core.models import MODELS
from hw9core.store import checkpoints


def add_parser(commands: Any) -> None:
    parser = add_command(
        commands,
        "train",
        run,
        "Train a model unless its checkpoint is there already.",
        "python -m hw9core train autoencoder --epochs 10 --seed 0 --device auto",
    )
    for model, options in add_model_parsers(parser, MODELS.values()):
        options.add_argument("--force", action="store_true", help="train even if there is a checkpoint")
        options.set_defaults(device=model.devices[0])
        if len(model.devices) > 1:
            options.add_argument("--device", choices=model.devices, help="default: %(default)s")


def run(arguments: argparse.Namespace) -> int:
    model, config, resources = chosen(arguments)
    if resources.device in ("cuda", "mps"):  # missing is an error even when there is nothing to train
        resolve_device(resources.device)
    started = time.perf_counter()
    checkpoint, found = checkpoints.obtain(
        config, resources.checkpoints, lambda: model.train(config, resources), arguments.force
    )
    seconds = time.perf_counter() - started
    with contents_of(checkpoint.path):
        lines = model.report(checkpoint.metadata["metrics"], checkpoint)
    outcome = (
        f"Found {checkpoint.path}: it was not trained again (--force would)."
        if found
        else f"Trained in {seconds:.1f} s and saved {checkpoint.path}."
    )
    print_lines([outcome, *lines])
    return 0
