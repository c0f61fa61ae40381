"""s without a bound: a training that diverged, beside the same one with the bound."""

import numpy as np

from hw9core.coupling.layers import DEFAULT_BOUND
from hw9core.coupling.metrics import largest_scales
from hw9core.figures.coupling import runaway_figure
from ui.lessons.coupling.plane.material import Material
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.kernels import at
from ui.live.marks import VerticalLine
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, Value, named

JUDGED = 2_000  # training samples at which s is looked at
HEIGHT = 420
UNBOUNDED, BOUNDED = ("unbounded", "bounded")
_TITLES = {UNBOUNDED: "s without a bound", BOUNDED: f"the same training, |s| ≤ {DEFAULT_BOUND:g}"}


@published(2)
def scene(unbounded: Material, bounded: Material) -> Scene:
    """Both losses over the epochs, and the largest s that any layer had."""
    flows = {UNBOUNDED: unbounded, BOUNDED: bounded}
    epoch = _epoch_slider(unbounded)
    losses = {name: _loss(name, flow, epoch) for name, flow in flows.items()}
    figure = runaway_figure({_TITLES[name]: flow.arrays["test_loss"] for name, flow in flows.items()})
    line = VerticalLine(epoch, f"epoch {epoch:d}", drag=True)
    curves = Figure("losses", figure, HEIGHT, "Test loss per epoch, with and without the bound", (line,))
    told = epoch.spoken(
        f"epoch {epoch:d}: test loss {losses[UNBOUNDED]:,.1f} nats without, "
        f"{losses[BOUNDED]:.2f} nats with the bound"
    )
    numbers = tuple(_readouts(name, flow, losses[name], epoch) for name, flow in flows.items())
    return Scene(((Cell((told,)),), (Cell((curves,), 1.8), Cell(numbers))), stage=2)


def _epoch_slider(flow: Material) -> Slider:
    last = len(flow.arrays["test_loss"]) - 1
    return Slider(
        "at_epoch",
        "Epoch",
        high=last,
        step=1,
        format="d",
        play=4,
        parameter="epoch",
        tabulated=True,
    )


def _loss(name: str, flow: Material, epoch: Slider) -> Value:
    return named(f"loss_{name}", at(Data(f"loss_{name}_table", flow.arrays["test_loss"]), epoch))


def _readouts(name: str, flow: Material, loss: Value, epoch: Slider) -> ReadoutGroup:
    # Between two snapshots what is shown is the one before.
    epochs = np.arange(flow.arrays["test_loss"].size)
    row = np.searchsorted(flow.epochs, epochs, side="right") - 1
    scales = largest_scales(flow.config, flow.arrays, flow.train[:JUDGED])
    scale = named(f"scale_{name}", at(Data(f"scale_{name}_table", scales[row]), epoch))
    readouts = (
        Readout(loss, "Test loss (nats)", ",.1f" if name == UNBOUNDED else ".4f"),
        Readout(scale, "Largest s of any layer", ".2f", "At the training samples, newest snapshot."),
    )
    title = _TITLES[name].capitalize() if name == BOUNDED else _TITLES[name]
    return ReadoutGroup(name, title, readouts)
