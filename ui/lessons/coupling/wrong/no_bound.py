"""s without a bound: a training that diverged, beside the same one with the bound."""

import numpy as np

from hw9core.coupling.metrics import largest_scales
from hw9core.figures.coupling import runaway_figure
from ui.lessons.coupling.plane.material import Material
from ui.live.blocks import Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.marks import VerticalLine
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field

JUDGED = 2_000  # training samples at which s is looked at
HEIGHT = 420
UNBOUNDED, BOUNDED = NAMES = ("unbounded", "bounded")
_TITLES = {UNBOUNDED: "s without a bound", BOUNDED: "the same training, |s| ≤ 2"}


def fields(flow: Material) -> tuple[Field, ...]:
    """The epoch shown; at first the last."""
    last = len(flow.arrays["test_loss"]) - 1.0
    return (Field("at_epoch", last, 0.0, last, parameter="epoch"),)


def scene(unbounded: Material, bounded: Material) -> Scene:
    """Both losses over the epochs, and the largest s that any layer had."""
    flows = dict(zip(NAMES, (unbounded, bounded), strict=True))
    losses = {_TITLES[name]: flow.arrays["test_loss"] for name, flow in flows.items()}
    last = len(unbounded.arrays["test_loss"]) - 1
    both = Scene(
        figures={
            "losses": Figure(
                runaway_figure(losses), HEIGHT, "Test loss per epoch, with and without the bound"
            )
        },
        controls=(_slider(last),),
        marks=(VerticalLine("losses", "at_epoch", "epoch {at_epoch:d}", drag=True),),
    )
    for name, flow in flows.items():
        both += _numbers(name, flow)
    readouts = tuple(f"readouts:{name}" for name in NAMES)
    return both + Scene(
        rows=((Cell(("control:at_epoch",)),), (Cell(("figure:losses",), 1.8), Cell(readouts)))
    )


def _slider(last: int) -> Slider:
    return Slider(
        name="at_epoch",
        label="Epoch",
        minimum=0,
        maximum=last,
        step=1,
        precision=1,
        format="d",
        value_text="epoch {at_epoch:d}: test loss {loss_unbounded:,.1f} nats without, "
        "{loss_bounded:.2f} nats with the bound",
        play=4,
    )


def _numbers(name: str, flow: Material) -> Scene:
    losses = flow.arrays["test_loss"]
    # Between two snapshots what is shown is the one before.
    row = np.searchsorted(flow.epochs, np.arange(losses.size), side="right") - 1
    scales = largest_scales(flow.config, flow.arrays, flow.train[:JUDGED])
    readouts = (
        Readout(f"loss_{name}", "Test loss (nats)", ",.1f" if name == UNBOUNDED else ".4f"),
        Readout(
            f"scale_{name}", "Largest s of any layer", ".2f", "At the training samples, newest snapshot."
        ),
    )
    return Scene(
        values=tuple(Value(item.name, "at", (f"{item.name}_table", "at_epoch")) for item in readouts),
        blocks=(
            ReadoutGroup(name, _TITLES[name].capitalize() if name == BOUNDED else _TITLES[name], readouts),
        ),
        arrays={
            f"loss_{name}_table": losses,
            f"scale_{name}_table": scales[row],
        },
    )
