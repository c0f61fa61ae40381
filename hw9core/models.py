"""The trained models, one row each: how it is configured, trained, evaluated and reported.

torch, which takes seconds to import, is imported when something is trained: what is found needs none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hw9core import reports
from hw9core.anomaly.detectors.autoencoder import evaluate_autoencoder
from hw9core.anomaly.detectors.config import AutoencoderConfig, DetectorsConfig, SeedsConfig
from hw9core.anomaly.detectors.suite import evaluate_detectors
from hw9core.anomaly.likelihood.config import ImageFlowConfig, coupling_config
from hw9core.anomaly.likelihood.metrics import image_metrics
from hw9core.coupling.config import CouplingConfig
from hw9core.coupling.metrics import plane_metrics
from hw9core.device import DEVICES, resolve_device
from hw9core.images.mnist import AutoencoderData, load_autoencoder_data
from hw9core.line_flow.bases import BASES
from hw9core.line_flow.config import FlowConfig
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform
from hw9core.store import checkpoints
from hw9core.store.checkpoints import Checkpoint, ModelConfig, TrainedModel

Metrics = dict[str, Any]


@dataclass(frozen=True)
class Resources:
    """What a model is trained and evaluated with: folders of data and of checkpoints, a device by name."""

    data: Path
    checkpoints: Path
    device: str = "auto"

    @cached_property
    def images(self) -> AutoencoderData:
        """MNIST and KMNIST, read when they are first asked for. Raises ``DataError``."""
        return load_autoencoder_data(self.data)


@dataclass(frozen=True)
class Model:
    """One kind of trained model.

    ``configure`` makes its configuration from the fields of ``config_class``. ``report`` puts metrics of a
    checkpoint into lines, whether they are its own or computed anew by ``evaluate``, which is None where the
    training is all there is to repeat. ``devices`` are those it may train on, the default first;
    ``reads_images`` says whether it needs the data sets.
    """

    config_class: type[ModelConfig]
    summary: str
    configure: Callable[..., ModelConfig]
    train: Callable[[Any, Resources], TrainedModel]
    evaluate: Callable[[Any, Checkpoint, Resources], Metrics] | None
    report: Callable[[Mapping[str, Any], Checkpoint], list[str]]
    devices: tuple[str, ...] = DEVICES
    reads_images: bool = True


def _train_autoencoder(config: AutoencoderConfig, resources: Resources) -> TrainedModel:
    from hw9core.anomaly.detectors.training_torch import train_autoencoder

    device = resolve_device(resources.device)
    return train_autoencoder(config, resources.images, device, progress=True)


def _evaluate_autoencoder(config: AutoencoderConfig, checkpoint: Checkpoint, resources: Resources) -> Metrics:
    return evaluate_autoencoder(checkpoint, resources.images)


def _train_detectors(config: DetectorsConfig, resources: Resources) -> TrainedModel:
    from hw9core.anomaly.detectors.suite import train_detectors

    autoencoder = checkpoints.require(config.autoencoder, resources.checkpoints)
    return train_detectors(config, autoencoder, resources.images)


def _evaluate_detectors(config: DetectorsConfig, checkpoint: Checkpoint, resources: Resources) -> Metrics:
    autoencoder = checkpoints.require(config.autoencoder, resources.checkpoints)
    return evaluate_detectors(checkpoint, autoencoder, resources.images)


def _train_seeds(config: SeedsConfig, resources: Resources) -> TrainedModel:
    from hw9core.anomaly.detectors.seeds import train_seeds

    return train_seeds(config, lambda run: _train_autoencoder(run, resources))


def _train_flow(config: FlowConfig, resources: Resources) -> TrainedModel:
    import torch

    from hw9core.line_flow.training_torch import flow_device, train_flow

    device = flow_device(resources.device)
    torch.set_num_threads(1)  # the arrays are small: a second thread would only wait
    with _epoch_bar(config.epochs) as on_epoch:
        return train_flow(config, device, on_epoch)


def _evaluate_flow(config: FlowConfig, checkpoint: Checkpoint, resources: Resources) -> Metrics:
    from hw9core.line_flow.training_torch import evaluate_flow  # torch checks the NumPy derivatives

    flow = MixtureCDFTransform.from_snapshots(checkpoint.arrays, BASES[config.base])
    return evaluate_flow(flow, config.data_set, checkpoint.arrays["data/test"])


def _train_coupling(config: CouplingConfig, resources: Resources) -> TrainedModel:
    if isinstance(config, ImageFlowConfig):
        return _train_image_flow(config, resources)
    import torch

    from hw9core.coupling.training_torch import train_plane_flow

    # Small arrays stay on the CPU, where a step is over sooner, on one thread: a second would only wait.
    device = resolve_device("cpu" if resources.device == "auto" else resources.device)
    torch.set_num_threads(1)
    with _epoch_bar(config.epochs) as on_epoch:
        return train_plane_flow(config, device, on_epoch)


def _train_image_flow(config: ImageFlowConfig, resources: Resources) -> TrainedModel:
    from hw9core.anomaly.likelihood.image_flow_torch import train_image_flow

    device = resolve_device(resources.device)
    with _epoch_bar(config.epochs) as on_epoch:
        return train_image_flow(config, resources.images, device, on_epoch)


def _evaluate_coupling(config: CouplingConfig, checkpoint: Checkpoint, resources: Resources) -> Metrics:
    if isinstance(config, ImageFlowConfig):
        return image_metrics(config, checkpoint.arrays, resources.images)
    return plane_metrics(config, checkpoint.arrays)


@contextmanager
def _epoch_bar(epochs: int) -> Iterator[Callable[[Any], None]]:
    """A bar on stderr, and what hears the state after each epoch, of which number 0 is before training."""
    from tqdm import tqdm

    with tqdm(total=epochs, unit=" epochs") as bar:

        def on_epoch(state: Any) -> None:
            bar.set_postfix(train=f"{state.train_loss:.4f}", test=f"{state.test_loss:.4f}", refresh=False)
            bar.update(min(state.epoch, 1))

        yield on_epoch


MODELS: Mapping[str, Model] = {
    AutoencoderConfig.kind: Model(
        config_class=AutoencoderConfig,
        summary="The autoencoder of problem 1.",
        configure=AutoencoderConfig,
        train=_train_autoencoder,
        evaluate=_evaluate_autoencoder,
        report=reports.autoencoder_lines,
    ),
    DetectorsConfig.kind: Model(
        config_class=DetectorsConfig,
        summary="The detectors it is compared with, in a table at one type I error rate.",
        configure=DetectorsConfig,
        train=_train_detectors,
        evaluate=_evaluate_detectors,
        report=reports.detectors_lines,
        devices=("cpu",),  # mostly linear algebra in float64
    ),
    SeedsConfig.kind: Model(
        config_class=SeedsConfig,
        summary="Several autoencoders that differ in nothing but the seed.",
        configure=SeedsConfig,
        train=_train_seeds,
        evaluate=None,
        report=reports.seeds_lines,
    ),
    FlowConfig.kind: Model(
        config_class=FlowConfig,
        summary="The one-dimensional flow of problem 2, on two, three, skewed, heavy or uniform data.",
        configure=FlowConfig,
        train=_train_flow,
        evaluate=_evaluate_flow,
        report=reports.flow_lines,
        reads_images=False,  # it makes its own samples
    ),
    CouplingConfig.kind: Model(
        config_class=CouplingConfig,
        summary="Coupling layers: moons, rings, checkerboard or spiral in the plane, or mnist.",
        configure=coupling_config,
        train=_train_coupling,
        evaluate=_evaluate_coupling,
        report=reports.coupling_lines,
    ),
}
"""By kind, which is also the word on the command line."""
