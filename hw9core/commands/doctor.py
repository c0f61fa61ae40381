"""``doctor``: what is installed, found and intact, for the app and for training."""

from __future__ import annotations

import argparse
import platform
import sys
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig, SeedsConfig
from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.commands.options import add_checkpoints_option, add_command, add_data_option
from hw9core.commands.output import print_json, print_lines
from hw9core.coupling.config import SHIPPED_FLOWS
from hw9core.device import resolve_device
from hw9core.errors import CheckpointError, ConfigError
from hw9core.images.mnist import DATA_FILES, DataFile, data_dir, md5_hex
from hw9core.line_flow.bases import BASES
from hw9core.line_flow.config import FlowConfig
from hw9core.line_flow.data_sets import DATA_SETS
from hw9core.store import checkpoints
from hw9core.store.checkpoints import checkpoint_dir

MINIMUM_PYTHON = (3, 11)
APP_PACKAGES = ("streamlit", "plotly", "numpy", "scipy", "safetensors", "filelock", "pillow")
TRAINING_PACKAGES = ("torch", "torchvision", "tqdm")
# The threshold page cannot be without the first; without the others a part of a page is left out.
SHIPPED = (
    AutoencoderConfig(),
    DetectorsConfig(),
    SeedsConfig(),
    *(FlowConfig(data_set=name) for name in DATA_SETS),
    *(FlowConfig(base=name) for name in BASES),
    *SHIPPED_FLOWS,
    ImageFlowConfig(),
)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; ``needed`` says whether the app works without it."""

    name: str
    ok: bool
    needed: bool
    detail: str


def add_parser(commands: Any) -> None:
    parser = add_command(
        commands,
        "doctor",
        run,
        "Check Python, packages, device, data and every checkpoint; exit code 1 if the app cannot work.",
        "python -m hw9core doctor --json",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_checkpoints_option(parser)
    add_data_option(parser)


def run(arguments: argparse.Namespace) -> int:
    checks = diagnose(data_dir(arguments.data), checkpoint_dir(arguments.checkpoints))
    healthy = all(check.ok for check in checks if check.needed)
    if arguments.json:
        print_json({"healthy": healthy, "checks": [asdict(check) for check in checks]})
    else:
        verdict = "The app has what it needs." if healthy else "The app lacks what is BROKEN above."
        print_lines([*(f"{_state(check):8}{check.name}: {check.detail}" for check in checks), verdict])
    return 0 if healthy else 1


def _state(check: Check) -> str:
    if check.ok:
        return "ok"
    return "BROKEN" if check.needed else "warning"


def diagnose(data_directory: Path, checkpoint_directory: Path) -> list[Check]:
    """Look at Python, packages, devices, data files and every checkpoint; changes nothing."""
    return [
        _python(),
        *(_package(name, needed=True) for name in APP_PACKAGES),
        *(_package(name, needed=False) for name in TRAINING_PACKAGES),
        _device(),
        *(_data_file(file, data_directory) for file in DATA_FILES),
        *_checkpoints(checkpoint_directory),
    ]


def _python() -> Check:
    ok = sys.version_info >= MINIMUM_PYTHON
    return Check("python", ok, True, f"{platform.python_version()} on {platform.platform()}")


def _package(name: str, needed: bool) -> Check:
    try:
        return Check(name, True, needed, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Check(name, False, needed, "not installed: pip install -r requirements.txt")


def _device() -> Check:
    """The device that training would take; torch is imported only here."""
    try:
        return Check("device", True, False, f"training would use {resolve_device('auto').type}")
    except (ImportError, OSError, ConfigError) as error:  # a broken torch may fail to load a library
        return Check("device", False, False, f"training is not possible: {error}")


def _data_file(file: DataFile, directory: Path) -> Check:
    """Missing data is no fault: the app works from the checkpoints alone."""
    path = file.path_in(directory)
    try:
        ok = md5_hex(path.read_bytes()) == file.md5
        detail = f"{path} {'verified' if ok else 'is damaged: python -m hw9core data fetch'}"
    except OSError as error:
        ok, detail = False, f"{path} cannot be read ({error.strerror}): python -m hw9core data fetch"
    return Check(file.relative_path, ok, False, detail)


def _checkpoints(directory: Path) -> list[Check]:
    """Every checkpoint in the folder, and the shipped ones even when they are not there."""
    shipped = [checkpoints.checkpoint_path(config, directory) for config in SHIPPED]
    try:
        others = set(directory.glob("*.safetensors"))
    except OSError:  # why, the shipped ones will say
        others = set()
    return [_checkpoint(path, needed=path == shipped[0]) for path in sorted({*shipped, *others})]


def _checkpoint(path: Path, needed: bool) -> Check:
    try:
        checkpoint = checkpoints.load(path)
    except CheckpointError as error:
        return Check(path.name, False, needed, str(error))
    return Check(path.name, True, needed, f"verified, made {checkpoint.metadata['created']}")
