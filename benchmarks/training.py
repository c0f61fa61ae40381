"""Ten epochs of problem 1's recipe: hw9core against a plain PyTorch loop on the same CPU.

``hw9core``: what ``train_autoencoder`` trains with, from uint8 images in memory to the trained model (split,
conversion, every epoch of ``AutoencoderTrainer``). ``plain``: what a tutorial writes: a Dataset in the manner
of torchvision's MNIST class (uint8 images, each made a PIL image and put through ``ToTensor`` on demand),
a shuffling ``DataLoader``, ``torch.optim.Adam`` with its defaults, ``MSELoss``. Both do the same work and
nothing else while the clock runs, with torch's default number of threads. A third arm, without a counterpart,
is the whole of ``train_autoencoder``: it also scores 30,000 images after every epoch, which the page replays.

Pairs are interleaved and the order turns from pair to pair; pair i uses seed i everywhere. The error rates
stand beside, to show that the faster loop is no worse. Data: the official files in $HW9_DATA or data/, read
and never unpacked.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset, Subset
from torchvision.transforms import ToTensor

from benchmarks.report import Row, listed, print_table
from hw9core.anomaly.decisions.metrics import anomaly_metrics
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.anomaly.detectors.training_torch import AutoencoderTrainer, train_autoencoder
from hw9core.images.mnist import (
    PIXELS,
    AutoencoderData,
    data_dir,
    flat_pixels,
    load_autoencoder_data,
    random_split,
)

Metrics = dict[str, float | int]


def measure(pairs: int = 7, epochs: int = 10) -> list[Row]:
    """Rows for ``pairs`` interleaved trainings of ``epochs`` epochs each."""
    data = load_autoencoder_data(data_dir())
    arms = {"hw9core": _train_ours, "plain": _train_plain, "whole": _train_whole}
    seconds: dict[str, list[float]] = {name: [] for name in arms}
    metrics: dict[str, list[Metrics]] = {name: [] for name in arms}
    for pair in range(pairs):
        config = AutoencoderConfig(epochs=epochs, seed=pair)
        for name in sorted(arms, reverse=bool(pair % 2)):
            taken, result = arms[name](config, data)
            seconds[name].append(taken)
            metrics[name].append(result)
    plain = seconds["plain"]
    return [
        Row("training: plain DataLoader loop", median(plain), "s", None, listed(plain, ".1f")),
        *_speed("hw9core", seconds["hw9core"], plain, (">=", 2.0)),
        *_speed("train_autoencoder, scores too", seconds["whole"], plain, None),
        *(_quality(name, metrics) for name in ("threshold", "type_1_error", "type_2_error")),
    ]


def _speed(
    name: str, ours: list[float], plain: list[float], target: tuple[str, float] | None
) -> tuple[Row, Row]:
    """Seconds of one arm, and how many times as long the plain loop took in the same run."""
    paired = [b / a for a, b in zip(ours, plain, strict=True)]
    ratio = median(plain) / median(ours)
    beside = f"median of paired ratios {median(paired):.2f}: {listed(paired)}"
    return (
        Row(f"training: {name}", median(ours), "s", None, listed(ours, ".1f")),
        Row(f"training: plain / {name}", ratio, "", target, beside),
    )


def _quality(name: str, metrics: dict[str, list[Metrics]]) -> Row:
    """The median of one result over hw9core's seeds, and every single result of both arms."""
    ours, plain = ([float(result[name]) for result in metrics[arm]] for arm in ("hw9core", "plain"))
    beside = f"{listed(ours, '.4g')} | plain {listed(plain, '.4g')}"
    return Row(f"training: {name}", median(ours), "", None, beside)


def _train_ours(config: AutoencoderConfig, data: AutoencoderData) -> tuple[float, Metrics]:
    start = time.perf_counter()
    images = data.train.images
    training, validation = random_split(len(images), config.validation_size, config.seed)
    pixels = torch.from_numpy(flat_pixels(images[training]))
    trainer = AutoencoderTrainer(config, pixels, torch.device("cpu"))
    for _ in range(config.epochs):
        trainer.run_epoch()
    seconds = time.perf_counter() - start
    return seconds, _metrics(trainer.model, images[validation], data)


def _train_whole(config: AutoencoderConfig, data: AutoencoderData) -> tuple[float, Metrics]:
    start = time.perf_counter()
    model = train_autoencoder(config, data, torch.device("cpu"))
    return time.perf_counter() - start, dict(model.metrics)


class PlainImages(Dataset):
    """Images as torchvision's MNIST class gives them: one PIL image at a time through a transform."""

    def __init__(self, images: torch.Tensor, labels: torch.Tensor, transform: Callable) -> None:
        self.data, self.targets, self.transform = images, labels, transform

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        image, target = self.data[index], int(self.targets[index])
        return self.transform(Image.fromarray(image.numpy(), mode="L")), target


def _train_plain(config: AutoencoderConfig, data: AutoencoderData) -> tuple[float, Metrics]:
    torch.manual_seed(config.seed)
    images = torch.from_numpy(data.train.images.copy())
    dataset = PlainImages(images, torch.from_numpy(data.train.labels.copy()), ToTensor())
    order = torch.randperm(len(images))
    training, validation = order[config.validation_size :], order[: config.validation_size]

    start = time.perf_counter()
    loader = DataLoader(Subset(dataset, training.tolist()), batch_size=config.batch_size, shuffle=True)
    model = _plain_model(config)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    loss_function = nn.MSELoss()
    for _ in range(config.epochs):
        for batch, _target in loader:
            batch = batch.flatten(1)
            optimizer.zero_grad()
            loss = loss_function(model(batch), batch)
            loss.backward()
            optimizer.step()
    seconds = time.perf_counter() - start

    return seconds, _metrics(model, data.train.images[validation.numpy()], data)


def _plain_model(config: AutoencoderConfig) -> nn.Sequential:
    sizes = [PIXELS, *config.hidden_sizes, config.code_size, *config.hidden_sizes[::-1], PIXELS]
    layers: list[nn.Module] = []
    for wide, narrow in zip(sizes, sizes[1:], strict=False):
        layers += [nn.Linear(wide, narrow), nn.ReLU()]
    return nn.Sequential(*layers[:-1], nn.Sigmoid())


def _metrics(model: nn.Module, validation: NDArray[np.uint8], data: AutoencoderData) -> Metrics:
    """Problem 1's results of a trained model, the clock stopped."""
    sets = {"validation": validation, "test": data.test.images, "anomaly": data.anomaly.images}
    return anomaly_metrics(**{name: _scores(model, images) for name, images in sets.items()})


@torch.inference_mode()
def _scores(model: nn.Module, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    batches = torch.from_numpy(flat_pixels(images)).split(1000)
    return torch.cat([(batch - model(batch)).square().sum(dim=1) for batch in batches]).numpy()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=10)
    print_table(measure(**vars(parser.parse_args())))
