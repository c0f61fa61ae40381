"""Ten epochs of problem 1's recipe: hw9core against a plain PyTorch loop on the same CPU.

``hw9core``: the whole of ``train_autoencoder``: split, training, and after each epoch the scores of 30,000
images that the page replays. ``plain``: what a tutorial writes: a Dataset in the manner of torchvision's
MNIST class (uint8 images, each made a PIL image and put through ``ToTensor`` when asked for), a shuffling
``DataLoader``, ``torch.optim.Adam`` with its defaults, ``MSELoss``; only its training is timed. Both start
from the same data in memory and use torch's default number of threads. Pairs are interleaved and so is the
order within a pair; pair i uses seed i in both. The error rates of both stand beside, to show that the faster
loop is no worse. Data: the official files in $HW9_DATA or data/, read and never unpacked.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median

import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset, Subset
from torchvision.transforms import ToTensor

from benchmarks.report import Row, listed, print_table
from hw9core.config import AutoencoderConfig
from hw9core.data import PIXELS, AutoencoderData, data_dir, flat_pixels, load_autoencoder_data
from hw9core.evaluation import anomaly_metrics
from hw9core.training import train_autoencoder

Metrics = dict[str, float | int]


def measure(pairs: int = 7, epochs: int = 10) -> list[Row]:
    """Rows for ``pairs`` interleaved trainings of ``epochs`` epochs each."""
    data = load_autoencoder_data(data_dir())
    arms = {"hw9core": _train_ours, "plain": _train_plain}
    seconds: dict[str, list[float]] = {name: [] for name in arms}
    metrics: dict[str, list[Metrics]] = {name: [] for name in arms}
    for pair in range(pairs):
        config = AutoencoderConfig(epochs=epochs, seed=pair)
        for name in sorted(arms, reverse=bool(pair % 2)):
            taken, result = arms[name](config, data)
            seconds[name].append(taken)
            metrics[name].append(result)
    ours, plain = seconds["hw9core"], seconds["plain"]
    paired = [b / a for a, b in zip(ours, plain, strict=True)]
    beside = f"median of paired ratios {median(paired):.2f}: {listed(paired)}"
    return [
        Row("training: hw9core", median(ours), "s", None, listed(ours, ".1f")),
        Row("training: plain DataLoader loop", median(plain), "s", None, listed(plain, ".1f")),
        Row("training: plain / hw9core", median(plain) / median(ours), "", (">=", 2.0), beside),
        *(_quality(name, metrics) for name in ("threshold", "type_1_error", "type_2_error")),
    ]


def _quality(name: str, metrics: dict[str, list[Metrics]]) -> Row:
    """The median of one result over hw9core's seeds, and every result of both arms."""
    ours, plain = ([float(result[name]) for result in metrics[arm]] for arm in ("hw9core", "plain"))
    return Row(
        f"training: {name}", median(ours), "", None, f"{listed(ours, '.4g')} | plain {listed(plain, '.4g')}"
    )


def _train_ours(config: AutoencoderConfig, data: AutoencoderData) -> tuple[float, Metrics]:
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

    sets = {"validation": data.train.images[validation.numpy()], "test": data.test.images}
    sets["anomaly"] = data.anomaly.images
    return seconds, anomaly_metrics(**{name: _scores(model, flat_pixels(x)) for name, x in sets.items()})


def _plain_model(config: AutoencoderConfig) -> nn.Sequential:
    sizes = [PIXELS, *config.hidden_sizes, config.code_size, *config.hidden_sizes[::-1], PIXELS]
    layers: list[nn.Module] = []
    for wide, narrow in zip(sizes, sizes[1:], strict=False):
        layers += [nn.Linear(wide, narrow), nn.ReLU()]
    return nn.Sequential(*layers[:-1], nn.Sigmoid())


@torch.inference_mode()
def _scores(model: nn.Module, pixels) -> torch.Tensor:
    images = torch.from_numpy(pixels)
    return torch.cat([(x - model(x)).square().sum(dim=1) for x in images.split(1000)]).numpy()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=10)
    print_table(measure(**vars(parser.parse_args())))
