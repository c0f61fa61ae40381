"""Training of the autoencoder (homework problem 1), the same for one seed on one device every time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from hw9core.anomaly.decisions.metrics import anomaly_metrics
from hw9core.anomaly.detectors.autoencoder_torch import Autoencoder
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.anomaly.detectors.step_torch import TrainingStep
from hw9core.errors import TrainingError
from hw9core.images.mnist import WHITE, AutoencoderData, flat_pixels, random_split
from hw9core.store.checkpoints import TrainedModel

# Reading the losses waits for the device, so it happens once in this many steps.
STEPS_BETWEEN_CHECKS = 50
SCORING_BATCH = 2_000


class AutoencoderTrainer:
    """A model and its optimiser, trained one epoch per call of :meth:`run_epoch`.

    ``images`` is float32 (n, 784) in [0, 1] on any device and is moved to ``device``. Initial weights and the
    order of the images are drawn on the CPU from a generator of this object's own, so they are the same on
    every device, and the global random state is neither used nor changed.
    """

    def __init__(self, config: AutoencoderConfig, images: Tensor, device: torch.device) -> None:
        self._generator = torch.Generator().manual_seed(config.seed)
        self.model = Autoencoder(config, self._generator).to(device)
        optimizer = torch.optim.Adam(
            self.model.parameters(), lr=config.learning_rate, fused=True, capturable=device.type == "cuda"
        )
        self._step = TrainingStep(
            self.model, optimizer, images.to(device), config.batch_size, config.precision
        )
        self.epochs_done = 0

    @property
    def steps_per_epoch(self) -> int:
        return self._step.steps_per_epoch

    def run_epoch(self, on_check: Callable[[int, float], None] | None = None) -> NDArray[np.float32]:
        """Train on every image once and return the mean squared error of each step, float32 (steps,).

        ``on_check(steps, loss)`` hears now and then how many steps were done since it was last called and the
        newest loss. Raises ``TrainingError`` naming epoch and step when a loss is not finite.
        """
        self._step.start_epoch(torch.randperm(len(self._step.images), generator=self._generator))
        checked = 0
        for done in range(1, self.steps_per_epoch + 1):
            self._step()
            if done % STEPS_BETWEEN_CHECKS and done < self.steps_per_epoch:
                continue
            losses = self._step.losses[checked:done].cpu().numpy()
            self._require_finite(losses, checked)
            if on_check is not None:
                on_check(done - checked, float(losses[-1]))
            checked = done
        self.epochs_done += 1
        return self._step.losses.cpu().numpy().copy()

    def _require_finite(self, losses: NDArray[np.float32], first_step: int) -> None:
        bad = np.flatnonzero(~np.isfinite(losses))
        if bad.size:
            raise TrainingError(
                f"The loss became {losses[bad[0]]} in epoch {self.epochs_done + 1}, "
                f"step {first_step + bad[0] + 1}: try a smaller learning rate."
            )


def train_autoencoder(
    config: AutoencoderConfig, data: AutoencoderData, device: torch.device, progress: bool = False
) -> TrainedModel:
    """Train on a random part of ``data.train`` and score the rest, ``data.test`` and ``data.anomaly``.

    The arrays of the result, n the number of images of a set: the weights, float32; ``training_loss`` float32
    (iterations,); ``scores/validation``, ``scores/test`` and ``scores/anomaly`` float32 (epochs, n), the last
    row the final one; ``replay/test`` and ``replay/anomaly`` uint8 (epochs, 10, 784), the first image of each
    class as every epoch's model redraws it; ``codes/test`` and ``codes/anomaly`` float16 (n, code_size);
    ``labels/test`` and ``labels/anomaly`` uint8 (n,); ``validation_index`` int32, the held-out rows of
    ``data.train`` ascending. The metrics are those of homework problem 1 at the threshold mean + 3 sd of the
    validation scores; the anomalies serve for nothing else. ``progress`` shows a bar on stderr. Raises
    ``TrainingError``.
    """
    training_index, validation_index = random_split(
        len(data.train.images), config.validation_size, config.seed
    )
    trainer = AutoencoderTrainer(config, _pixels(data.train.images[training_index], device), device)
    image_sets = {name: _pixels(images, device) for name, images in data.scored(validation_index).items()}
    examples = {
        name: image_sets[name][_first_of_each_class(images.labels)]
        for name, images in (("test", data.test), ("anomaly", data.anomaly))
    }
    replays: dict[str, list[NDArray]] = {name: [] for name in examples}

    def on_epoch() -> None:
        for name, images in examples.items():
            replays[name].append(_redrawn(trainer.model, images))

    losses, score_rows = _run_epochs(
        trainer, config.epochs, image_sets, len(training_index), on_epoch, progress
    )

    arrays = {name: value.detach().cpu().numpy() for name, value in trainer.model.named_parameters()}
    arrays["training_loss"] = np.concatenate(losses)
    for name, rows in score_rows.items():
        arrays[f"scores/{name}"] = np.stack(rows)
    for name, labels in (("test", data.test.labels), ("anomaly", data.anomaly.labels)):
        arrays[f"codes/{name}"] = _codes(trainer.model, image_sets[name])
        arrays[f"labels/{name}"] = labels
        arrays[f"replay/{name}"] = np.stack(replays[name])
    arrays["validation_index"] = validation_index
    final_scores = {name: rows[-1] for name, rows in score_rows.items()}
    return TrainedModel(arrays, anomaly_metrics(**final_scores), device.type)


def _run_epochs(
    trainer: AutoencoderTrainer,
    epochs: int,
    image_sets: dict[str, Tensor],
    n_images: int,
    on_epoch: Callable[[], None],
    progress: bool,
) -> tuple[list[NDArray], dict[str, list[NDArray]]]:
    """Losses per epoch, and for each image set its scores per epoch; ``on_epoch`` is called after each."""
    losses: list[NDArray] = []
    score_rows: dict[str, list[NDArray]] = {name: [] for name in image_sets}
    images_per_step = n_images / trainer.steps_per_epoch
    with tqdm(total=epochs * n_images, unit=" images", unit_scale=True, disable=not progress) as bar:

        def on_check(steps: int, loss: float) -> None:
            bar.set_postfix(loss=f"{loss:.4f}", refresh=False)
            bar.update(steps * images_per_step)

        for epoch in range(1, epochs + 1):
            bar.set_description(f"epoch {epoch}/{epochs}")
            losses.append(trainer.run_epoch(on_check))
            for name, images in image_sets.items():
                score_rows[name].append(_scores(trainer.model, images))
            on_epoch()
    return losses, score_rows


def _pixels(images: NDArray[np.uint8], device: torch.device) -> Tensor:
    return torch.from_numpy(flat_pixels(images)).to(device)


@torch.inference_mode()
def _scores(model: Autoencoder, images: Tensor) -> NDArray[np.float32]:
    batches = [(batch - model(batch)).square().sum(dim=1) for batch in images.split(SCORING_BATCH)]
    return torch.cat(batches).cpu().numpy()


@torch.inference_mode()
def _redrawn(model: Autoencoder, images: Tensor) -> NDArray[np.uint8]:
    return (model(images) * WHITE).round().to(torch.uint8).cpu().numpy()


@torch.inference_mode()
def _codes(model: Autoencoder, images: Tensor) -> NDArray[np.float16]:
    return torch.cat([model.encode(batch).half() for batch in images.split(SCORING_BATCH)]).cpu().numpy()


def _first_of_each_class(labels: NDArray[np.uint8]) -> NDArray[np.intp]:
    return np.unique(labels, return_index=True)[1]
