"""Training replayed: histograms, τ, α, β, ROC and reconstructions of every epoch move together."""

from dataclasses import dataclass

import numpy as np

from hw9core.anomaly.decisions.error_rates import ScoreSets, error_rates, mean_plus_k_sd, power_at
from hw9core.figures import anomaly_scores as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from hw9core.store.checkpoints import Checkpoint
from ui.lessons.anomaly import base
from ui.lessons.anomaly.decision import decision
from ui.lessons.anomaly.material import DIGITS, HIRAGANA, Material
from ui.live.blocks import Readout, ReadoutGroup, Sprites
from ui.live.controls import Slider
from ui.live.kernels import at
from ui.live.marks import Curve, Point, VerticalLine
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, Value, named


@dataclass(frozen=True, eq=False)
class _Replay:
    """The epoch shown and its numbers; row k of every table is that of epoch k + 1."""

    trained: Checkpoint
    sets: tuple[ScoreSets, ...]
    epoch: Slider
    tau: Value
    alpha: Value
    beta: Value

    @property
    def iterations(self) -> int:
        """Iterations of one epoch."""
        return self.trained.arrays["training_loss"].size // len(self.sets)


@published()
def scene(material: Material, scale: figures.AxisScale, trained: Checkpoint) -> Scene:
    """Everything of every epoch, at the threshold mean + 3 sd of that epoch's validation scores.

    ``trained`` is the homework's autoencoder; nothing is replayed beneath another detector's scores.
    """
    now = decision(material, scale)
    of_now = base.scene(now)
    if not material.choice.is_homeworks:
        return of_now
    replay = _replay(trained)
    spoken = replay.epoch.spoken(
        f"epoch {replay.epoch:d}: type I error {replay.alpha:.2%}, type II error {replay.beta:.2%}"
    )
    stage = (
        (Cell((spoken,)),),
        (
            Cell((_histograms(replay),), 1.5),
            Cell((_roc(replay),), 1.4),
            Cell((_readouts(replay, now.exact),), 0.8),
        ),
    )
    below = (Cell(_reconstructions(replay)), Cell((_loss(replay),)))
    return Scene((*stage, below), stage=2) + of_now


def _replay(trained: Checkpoint) -> _Replay:
    stored = [trained.arrays[f"scores/{name}"] for name in ("validation", "test", "anomaly")]
    sets = tuple(ScoreSets.from_scores(*of_epoch) for of_epoch in zip(*stored, strict=True))
    rates = [error_rates(mean_plus_k_sd(s.validation), s.test, s.anomaly) for s in sets]
    last = len(sets)
    epoch = Slider("epoch", "Epoch", default=1, low=1, high=last, step=1, format="d", tabulated=True, play=2)
    tables = {
        "epoch_tau": [r.threshold for r in rates],
        "epoch_alpha": [r.type_1_error for r in rates],
        "epoch_beta": [r.type_2_error for r in rates],
    }
    numbers = (
        named(name, at(Data(f"{name}_table", np.array(table)), epoch.index)) for name, table in tables.items()
    )
    return _Replay(trained, sets, epoch, *numbers)


def _readouts(replay: _Replay, exact: str) -> ReadoutGroup:
    readouts = (
        Readout(replay.tau, "τ = mean + 3 sd at this epoch", exact),
        Readout(replay.alpha, "Type I error α at this epoch", ".4f", tone="type_1"),
        Readout(replay.beta, "Type II error β at this epoch", ".4f", tone="type_2"),
    )
    return ReadoutGroup("epoch", "", readouts)


def _histograms(replay: _Replay) -> Figure:
    sets = replay.sets
    lowest = min(min(s.test[0], s.anomaly[0]) for s in sets)
    edges = np.geomspace(lowest, max(s.anomaly[-1] for s in sets), 121)
    test, anomaly = (_staircases([getattr(s, name) for s in sets], edges) for name in ("test", "anomaly"))
    x, row = Data("epoch_edges", np.repeat(edges, 2)), replay.epoch.index
    return Figure(
        "epoch_scores",
        figures.empty_histogram_figure(edges, max(test.max(), anomaly.max())),
        340,
        "Score histograms at the chosen epoch",
        (
            Curve(x, Data("epoch_test", test), row, IN_DISTRIBUTION, "test", fill=True),
            Curve(x, Data("epoch_anomaly", anomaly), row, ANOMALY, "anomaly", fill=True),
            VerticalLine(replay.tau, f"τ = {replay.tau:.2f}"),
        ),
    )


def _staircases(scores: list[np.ndarray], edges: np.ndarray) -> np.ndarray:
    return np.stack([figures.staircase(edges, np.histogram(s, edges)[0])[1] for s in scores])


def _roc(replay: _Replay) -> Figure:
    power = np.stack([power_at(figures.SHARES, s.test, s.anomaly) for s in replay.sets])
    x, y = Data("epoch_shares", figures.SHARES), Data("epoch_power", power)
    point = Point(replay.alpha, 1.0 - replay.beta, ANOMALY, f"epoch {replay.epoch:d}")
    marks = (Curve(x, y, replay.epoch.index, IN_DISTRIBUTION, "ROC"), point)
    return Figure("epoch_roc", figures.empty_roc_figure(), 340, "ROC curve at the chosen epoch", marks)


def _loss(replay: _Replay) -> Figure:
    figure = figures.loss_figure(replay.trained.arrays["training_loss"], replay.iterations)
    line = VerticalLine(replay.epoch * replay.iterations, f"epoch {replay.epoch:d}")
    return Figure("loss", figure, 300, "Training loss of every iteration", (line,))


def _reconstructions(replay: _Replay) -> tuple[Sprites, Sprites]:
    """The first image of each class, redrawn by the model of every epoch."""
    test, anomaly = (
        Data(f"replay_{name}", replay.trained.arrays[f"replay/{name}"]) for name in ("test", "anomaly")
    )
    row = replay.epoch.index
    return (
        Sprites("digits", "MNIST, redrawn at this epoch", test, row, DIGITS),
        Sprites("characters", "KMNIST, redrawn at this epoch", anomaly, row, HIRAGANA),
    )
