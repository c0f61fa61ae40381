"""Training replayed: histograms, τ, α, β, ROC and reconstructions of every epoch move together."""

import numpy as np

from hw9core.anomaly.decisions.error_rates import ScoreSets, error_rates, mean_plus_k_sd, power_at
from hw9core.figures import anomaly_scores as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from hw9core.store.checkpoints import Checkpoint
from ui.lessons.anomaly.material import DIGITS, HIRAGANA
from ui.live.blocks import Readout, ReadoutGroup, Sprites
from ui.live.controls import Slider
from ui.live.marks import Curve, Point, VerticalLine
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field


def fields(trained: Checkpoint) -> tuple[Field, ...]:
    """The epoch shown, 1 to the last; the last one to begin with."""
    epochs = trained.metadata["config"]["epochs"]
    return (Field("epoch", float(epochs), 1.0, float(epochs)),)


def scene(trained: Checkpoint) -> Scene:
    """Everything of every epoch, at the threshold mean + 3 sd of that epoch's validation scores."""
    arrays = trained.arrays
    sets = [
        ScoreSets.from_scores(*(arrays[f"scores/{name}"][i] for name in ("validation", "test", "anomaly")))
        for i in range(len(arrays["scores/test"]))
    ]
    return _plots(trained, sets) + _numbers(sets) + _reconstructions(trained)


def _plots(trained: Checkpoint, sets: list[ScoreSets]) -> Scene:
    lowest = min(min(s.test[0], s.anomaly[0]) for s in sets)
    edges = np.geomspace(lowest, max(s.anomaly[-1] for s in sets), 121)
    test, anomaly = (_staircases([getattr(s, name) for s in sets], edges) for name in ("test", "anomaly"))
    highest = max(test.max(), anomaly.max())
    loss = trained.arrays["training_loss"]
    return Scene(
        figures={
            "epoch_scores": Figure(
                figures.empty_histogram_figure(edges, highest), 340, "Score histograms at the chosen epoch"
            ),
            "epoch_roc": Figure(figures.empty_roc_figure(), 340, "ROC curve at the chosen epoch"),
            "loss": Figure(
                figures.loss_figure(loss, loss.size // len(sets)), 300, "Training loss of every iteration"
            ),
        },
        marks=(
            Curve("epoch_scores", "epoch_edges", "epoch_test", "row", IN_DISTRIBUTION, "test", fill=True),
            Curve("epoch_scores", "epoch_edges", "epoch_anomaly", "row", ANOMALY, "anomaly", fill=True),
            VerticalLine("epoch_scores", "epoch_tau", "τ = {epoch_tau:.2f}"),
            Curve("epoch_roc", "epoch_shares", "epoch_power", "row", IN_DISTRIBUTION, "ROC"),
            Point("epoch_roc", "epoch_alpha", "epoch_power_at", ANOMALY, "epoch {epoch:d}"),
            VerticalLine("loss", "iteration", "epoch {epoch:d}"),
        ),
        values=(
            Value("row", "subtract", ("epoch", 1.0)),
            Value("iteration", "multiply", ("epoch", loss.size // len(sets))),
        ),
        controls=(_slider(len(sets)),),
        rows=(
            (Cell(("control:epoch", "readouts:epoch")),),
            (Cell(("figure:epoch_scores",)), Cell(("figure:epoch_roc",))),
        ),
        arrays={
            "epoch_edges": np.repeat(edges, 2),
            "epoch_test": test,
            "epoch_anomaly": anomaly,
            "epoch_shares": figures.SHARES,
            "epoch_power": np.stack([power_at(figures.SHARES, s.test, s.anomaly) for s in sets]),
        },
    )


def _numbers(sets: list[ScoreSets]) -> Scene:
    rates = [error_rates(mean_plus_k_sd(s.validation), s.test, s.anomaly) for s in sets]
    tables = {
        "epoch_tau": [r.threshold for r in rates],
        "epoch_alpha": [r.type_1_error for r in rates],
        "epoch_beta": [r.type_2_error for r in rates],
    }
    readouts = (
        Readout("epoch_tau", "τ = mean + 3 sd at this epoch", ".4f"),
        Readout("epoch_alpha", "Type I error α at this epoch", ".4f", tone="type_1"),
        Readout("epoch_beta", "Type II error β at this epoch", ".4f", tone="type_2"),
    )
    return Scene(
        values=(
            *(Value(name, "at", (f"{name}_table", "row")) for name in tables),
            Value("epoch_power_at", "subtract", (1.0, "epoch_beta")),
        ),
        blocks=(ReadoutGroup("epoch", "", readouts, columns=3),),
        arrays={f"{name}_table": np.array(values) for name, values in tables.items()},
    )


def _reconstructions(trained: Checkpoint) -> Scene:
    """The first image of each class, redrawn by the model of every epoch."""
    return Scene(
        blocks=(
            Sprites("digits", "MNIST, redrawn at this epoch", "replay_test", "row", DIGITS),
            Sprites("characters", "KMNIST, redrawn at this epoch", "replay_anomaly", "row", HIRAGANA),
        ),
        rows=((Cell(("sprites:digits", "sprites:characters")), Cell(("figure:loss",))),),
        arrays={f"replay_{name}": trained.arrays[f"replay/{name}"] for name in ("test", "anomaly")},
    )


def _slider(epochs: int) -> Slider:
    return Slider(
        name="epoch",
        label="Epoch",
        minimum=1,
        maximum=epochs,
        step=1,
        precision=1,
        format="d",
        value_text="epoch {epoch:d}: type I error {epoch_alpha:.2%}, type II error {epoch_beta:.2%}",
        play=2,
    )


def _staircases(scores: list[np.ndarray], edges: np.ndarray) -> np.ndarray:
    return np.stack([figures.staircase(edges, np.histogram(s, edges)[0])[1] for s in scores])
