"""``score``: how unusual a trained detector finds the images of some files."""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import Any

import numpy as np

from hw9core.anomaly.comparison import OFFERED, load_detector
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.commands.options import (
    add_checkpoints_option,
    add_command,
    add_config_options,
    config_from,
    contents_of,
)
from hw9core.commands.output import print_lines
from hw9core.errors import InputError
from hw9core.images.uploads import read_images
from hw9core.store.checkpoints import checkpoint_dir
from hw9core.store.files import write_atomically


def add_parser(commands: Any) -> None:
    parser = add_command(
        commands,
        "score",
        run,
        "Score images with a trained detector and say which are anomalies.",
        "python -m hw9core score --images digits.npy photo.png --detector pca --out scores.npy",
    )
    parser.add_argument(
        "--images",
        nargs="+",
        required=True,
        type=Path,
        metavar="FILE",
        help="arrays to take as they are (.npy, Nx28x28 or Nx784, uint8 or float in [0, 1], white on black), "
        "or PNG and JPEG pictures to bring into MNIST's form as the page does",
    )
    parser.add_argument(
        "--detector",
        type=_detector,
        choices=OFFERED,
        default=AutoencoderConfig.kind,
        metavar="NAME",
        help=f"one of {', '.join(OFFERED)}, or its label on the page (default: %(default)s)",
    )
    parser.add_argument("--out", type=Path, metavar="FILE.npy", help="also save the scores, float64 (N,)")
    add_checkpoints_option(parser)
    add_config_options(parser, AutoencoderConfig)


def run(arguments: argparse.Namespace) -> int:
    if arguments.out is not None and arguments.out.suffix.lower() != ".npy":
        raise InputError(f"{arguments.out} does not end in .npy: name the output file so.")
    images = [(path, read_images(path)) for path in arguments.images]
    recipe = config_from(arguments, AutoencoderConfig, AutoencoderConfig)
    directory = checkpoint_dir(arguments.checkpoints)
    with contents_of(directory):
        detector = load_detector(arguments.detector, recipe, directory)
        scores = [(path, detector.decision_function(pixels)) for path, pixels in images]
    if arguments.out is not None:
        _save(arguments.out, np.concatenate([values for _, values in scores]))
    print_lines(
        f"{path}[{index}]  score {score:.4f}  threshold {detector.threshold_:.4f}  "
        + ("anomaly" if score > detector.threshold_ else "in-distribution")
        for path, values in scores
        for index, score in enumerate(values)
    )
    return 0


def _detector(text: str) -> str:
    """The name of a detector, or of one with that label."""
    return next((name for name, label in OFFERED.items() if label == text), text)


def _save(path: Path, scores: np.ndarray) -> None:
    content = io.BytesIO()
    np.save(content, scores)
    try:
        write_atomically(path, content.getvalue())
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}): choose another --out.") from error
