"""No permutations: every layer copies the same coordinate, so it never moves."""

from hw9core.arrays import FloatArray
from hw9core.coupling.plane_points import largest_moves, sectors
from hw9core.coupling.stack import points_by_layer
from hw9core.figures import coupling as figures
from ui.lessons.coupling.plane.layers import STEPS, layer_slider, spoken, stage_figure, told_outside
from ui.lessons.coupling.plane.material import Material
from ui.lessons.coupling.plane.points import table
from ui.live.blocks import Lines, Readout, ReadoutGroup
from ui.live.controls import Slider
from ui.live.kernels import at
from ui.live.marks import Swarm
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, named

POINTS = 300
HEIGHT = 430
WITH, WITHOUT = "with", "without"
_TITLES = {WITH: "The coordinates take turns", WITHOUT: "No permutations"}


@published(2)
def scene(flow: Material, without: Material) -> Scene:
    """The same points through both stacks, which have one depth and one data set."""
    layer = layer_slider(flow.depth)
    stages = (_stage(WITH, flow, layer), _stage(WITHOUT, without, layer))
    return Scene(((Cell((spoken(layer),)),), stages), stage=2)


def _stage(name: str, flow: Material, layer: Slider) -> Cell:
    start = flow.test[:POINTS]
    points = points_by_layer(flow.layers(), start)
    figure, region = stage_figure(points, True)
    outside = told_outside(f"outside_{name}", [points], region, layer.index)
    groups = sectors(start, flow.train.mean(axis=0))
    swarm = Swarm(
        Data(f"points_{name}", table(points)), layer, Data(f"groups_{name}", groups), figures.SECTOR_COLORS
    )
    words = f"{_TITLES[name]}: points on their way to z"
    return Cell(
        (
            Lines(name, _TITLES[name], (f"After {layer:.2f} of {flow.depth} layers. {outside}",)),
            Figure(name, figures.add_base(figure), HEIGHT, words, (swarm,)),
            _readouts(name, flow, points, layer),
        )
    )


def _readouts(name: str, flow: Material, points: FloatArray, layer: Slider) -> ReadoutGroup:
    moves = Data(f"moved_{name}_table", largest_moves(points, STEPS))
    moved = named(f"moved_{name}", at(moves, layer.index))
    loss = named(f"loss_{name}", float(flow.arrays["test_loss"][-1]))
    sentence = f"Of {POINTS} points after the layers passed."
    readouts = (
        Readout(moved, "Farthest that any x₁ has moved, max |z₁ − x₁|", ".4f", sentence),
        Readout(loss, "Test loss (nats)", ".4f", "Mean −log p(x) of the test samples."),
    )
    return ReadoutGroup(name, "", readouts, columns=2)
