"""No permutations: every layer copies the same coordinate, so it never moves."""

from hw9core.coupling.plane_points import largest_moves, sectors
from hw9core.coupling.stack import points_by_layer
from hw9core.figures import coupling as figures
from ui.lessons.coupling.plane.layers import STEPS, layer_slider, stage_figure
from ui.lessons.coupling.plane.material import Material
from ui.lessons.coupling.plane.points import table
from ui.live.blocks import Lines, Readout, ReadoutGroup
from ui.live.marks import Swarm
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field

POINTS = 300
HEIGHT = 430
WITH, WITHOUT = NAMES = ("with", "without")
_TITLES = {WITH: "The coordinates take turns", WITHOUT: "No permutations"}


def fields(flow: Material) -> tuple[Field, ...]:
    """How many layers are passed; at first all."""
    return (Field("layer", float(flow.depth), 0.0, float(flow.depth)),)


def scene(flow: Material, without: Material) -> Scene:
    """The same points through both stacks, which have one depth and one data set."""
    both = Scene(controls=(layer_slider(flow.depth),), values=(Value("step", "multiply", ("layer", STEPS)),))
    for name, shown in zip(NAMES, (flow, without), strict=True):
        both += _stage(name, shown)
    stages = tuple(Cell((f"lines:{name}", f"figure:{name}", f"readouts:{name}")) for name in NAMES)
    return both + Scene(rows=((Cell(("control:layer",)),), stages))


def _stage(name: str, flow: Material) -> Scene:
    start = flow.test[:POINTS]
    points = points_by_layer(flow.layers(), start)
    figure, _ = stage_figure(points, True)
    loss = float(flow.arrays["test_loss"][-1])
    sentence = f"Of {POINTS} points after the layers passed."
    return Scene(
        figures={
            name: Figure(figures.add_base(figure), HEIGHT, f"{_TITLES[name]}: points on their way to z")
        },
        values=(
            Value(f"moved_{name}", "at", (f"moved_{name}_table", "step")),
            Value(f"loss_{name}", "add", (loss, 0.0)),
        ),
        blocks=(
            Lines(name, _TITLES[name], (f"After {{layer:.2f}} of {flow.depth} layers.",)),
            ReadoutGroup(
                name,
                "",
                (
                    Readout(
                        f"moved_{name}", "Farthest that any x₁ has moved, max |z₁ − x₁|", ".4f", sentence
                    ),
                    Readout(f"loss_{name}", "Test loss (nats)", ".4f", "Mean −log p(x) of the test samples."),
                ),
                columns=2,
            ),
        ),
        marks=(Swarm(name, f"points_{name}", "layer", f"groups_{name}", figures.SECTOR_COLORS),),
        arrays={
            f"points_{name}": table(points),
            f"groups_{name}": sectors(start, flow.train.mean(axis=0)),
            f"moved_{name}_table": largest_moves(points, STEPS),
        },
    )
