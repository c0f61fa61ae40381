"""``train``: train a model, or find that its checkpoint is there already."""

from __future__ import annotations

import argparse
import time
from typing import Any

from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig, SeedsConfig
from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.commands.options import (
    add_checkpoints_option,
    add_command,
    add_config_options,
    add_data_option,
    add_model_parsers,
    config_from,
)
from hw9core.commands.report import REPORTS
from hw9core.coupling.config import CouplingConfig
from hw9core.device import DEVICES, resolve_device
from hw9core.images.mnist import data_dir, load_autoencoder_data
from hw9core.line_flow.config import FlowConfig
from hw9core.store import checkpoints
from hw9core.store.checkpoints import TrainedModel

MODELS = {
    AutoencoderConfig: "The autoencoder of problem 1.",
    DetectorsConfig: "The detectors it is compared with; trained on the CPU.",
    SeedsConfig: "Several autoencoders that differ in nothing but the seed.",
    FlowConfig: "The one-dimensional flow of problem 2, on two, three, skewed, heavy or uniform data.",
    CouplingConfig: "Coupling layers: moons, rings, checkerboard or spiral in the plane, or mnist.",
}


def add_parser(commands: Any) -> None:
    parser = add_command(
        commands,
        "train",
        run,
        "Train a model unless its checkpoint is there already.",
        "python -m hw9core train autoencoder --epochs 10 --seed 0 --device auto",
    )
    for config_class, model in add_model_parsers(parser, MODELS):
        if config_class is DetectorsConfig:  # mostly linear algebra in float64
            model.set_defaults(device="cpu")
        else:
            model.add_argument("--device", default="auto", choices=DEVICES, help="default: %(default)s")
        model.add_argument("--force", action="store_true", help="train even if there is a checkpoint")
        add_checkpoints_option(model)
        if config_class is not FlowConfig:  # it makes its own samples
            add_data_option(model)
        add_config_options(model, config_class)


def run(arguments: argparse.Namespace) -> int:
    config = config_from(arguments, arguments.config_class)
    directory = checkpoints.checkpoint_dir(arguments.checkpoints)
    if arguments.device in ("cuda", "mps"):  # missing is an error even when there is nothing to train
        resolve_device(arguments.device)
    started = time.perf_counter()

    def train() -> TrainedModel:
        return TRAINERS[config.kind](config, arguments)

    checkpoint, found = checkpoints.obtain(config, directory, train, arguments.force)
    if found:
        print(f"Found {checkpoint.path}: it was not trained again (--force would).")
    else:
        print(f"Trained in {time.perf_counter() - started:.1f} s and saved {checkpoint.path}.")
    print("\n".join(REPORTS[config.kind](checkpoint.metadata["metrics"])))
    return 0


# torch is imported inside these functions: a checkpoint that is found needs none, and it takes seconds.


def _train_autoencoder(config: AutoencoderConfig, arguments: argparse.Namespace) -> TrainedModel:
    from hw9core.anomaly.detectors.training_torch import train_autoencoder

    device = resolve_device(arguments.device)
    data = load_autoencoder_data(data_dir(arguments.data))
    return train_autoencoder(config, data, device, progress=True)


def _train_detectors(config: DetectorsConfig, arguments: argparse.Namespace) -> TrainedModel:
    from hw9core.anomaly.detectors.suite import train_detectors

    autoencoder = checkpoints.require(config.autoencoder, checkpoints.checkpoint_dir(arguments.checkpoints))
    return train_detectors(config, autoencoder, load_autoencoder_data(data_dir(arguments.data)))


def _train_seeds(config: SeedsConfig, arguments: argparse.Namespace) -> TrainedModel:
    from hw9core.anomaly.detectors.seeds import train_seeds
    from hw9core.anomaly.detectors.training_torch import train_autoencoder

    device = resolve_device(arguments.device)
    data = load_autoencoder_data(data_dir(arguments.data))
    return train_seeds(config, lambda run: train_autoencoder(run, data, device, progress=True))


def _train_flow(config: FlowConfig, arguments: argparse.Namespace) -> TrainedModel:
    import torch
    from tqdm import tqdm

    from hw9core.line_flow.training_torch import EpochState, flow_device, train_flow

    device = flow_device(arguments.device)
    torch.set_num_threads(1)  # the arrays are small: a second thread would only wait
    with tqdm(total=config.epochs, unit=" epochs") as bar:

        def on_epoch(state: EpochState) -> None:
            bar.set_postfix(train=f"{state.train_loss:.4f}", test=f"{state.test_loss:.4f}", refresh=False)
            bar.update(min(state.epoch, 1))  # epoch 0 is the state before training

        return train_flow(config, device, on_epoch)


def _train_coupling(config: CouplingConfig, arguments: argparse.Namespace) -> TrainedModel:
    import torch
    from tqdm import tqdm

    from hw9core.anomaly.likelihood.image_flow_torch import train_image_flow
    from hw9core.coupling.training_torch import CouplingEpoch, train_plane_flow

    is_image = isinstance(config, ImageFlowConfig)
    # Small arrays stay on the CPU, where a step is over sooner, on one thread: a second would only wait.
    device = resolve_device("cpu" if arguments.device == "auto" and not is_image else arguments.device)
    if not is_image:
        torch.set_num_threads(1)
    with tqdm(total=config.epochs, unit=" epochs") as bar:

        def on_epoch(state: CouplingEpoch) -> None:
            bar.set_postfix(train=f"{state.train_loss:.4f}", test=f"{state.test_loss:.4f}", refresh=False)
            bar.update(min(state.epoch, 1))

        if is_image:
            data = load_autoencoder_data(data_dir(arguments.data))
            return train_image_flow(config, data, device, on_epoch)
        return train_plane_flow(config, device, on_epoch)


TRAINERS = {
    AutoencoderConfig.kind: _train_autoencoder,
    DetectorsConfig.kind: _train_detectors,
    SeedsConfig.kind: _train_seeds,
    FlowConfig.kind: _train_flow,
    CouplingConfig.kind: _train_coupling,
}
