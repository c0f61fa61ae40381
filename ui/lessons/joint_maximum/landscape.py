"""The landscape: g as a heat map with a point to drag, its profile, the sets, the lemma in numbers."""

import numpy as np

from hw9core.figures import joint_maximum as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from hw9core.joint_maximum.maximum import lemma, same_set
from ui.lessons.joint_maximum.material import Material
from ui.lessons.joint_maximum.names import PHI, POINT, THETA, arguments, maximisers
from ui.live.blocks import Readout, ReadoutGroup, Table, TableRow
from ui.live.kernels import at, cell
from ui.live.marks import Handle, Point, VerticalLine
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, Value, named
from ui.words import written


@published(32)
def scene(material: Material) -> Scene:
    """The live point with f, h, g and the gap; two tables whose cells come with the page."""
    land = material.land
    f = named("f", at(Data("f_table", land.f), THETA.index))
    h = named("h", cell(Data("h_table", land.h.ravel()), land.phi.size, THETA.index, PHI.index))
    g = named("g", f - h)
    size = land.theta.size
    sets = Table("sets", "The maximisers, from f alone and from g alone", ("", "from f", "from g", ""))
    lines = Table(
        "lemma",
        f"The lemma, line by line, on the grid of {size} × {size} pairs",
        ("line", "why", "left", "right", "difference"),
    )
    return Scene(
        (
            (
                Cell((_profile(material, f, g), _heat(material)), 1.7),
                Cell((*POINT, _readouts(material, f, h, g))),
            ),
            (Cell((sets,)),),
            (Cell((lines,)),),
        )
    )


def _profile(material: Material, f: Value, g: Value) -> Figure:
    land, ridge = material.land, material.ridge
    figure = figures.profile_figure(land.theta, land.f, land.f - ridge.least)
    marks = (VerticalLine(THETA), Point(THETA, f, IN_DISTRIBUTION), Point(THETA, g, ANOMALY))
    return Figure("profile", figure, 210, "f and the profile of g over θ", marks)


def _heat(material: Material) -> Figure:
    point = Handle(THETA, PHI, ANOMALY, f"({THETA:.2f}, {PHI:.2f})")
    words = "g over θ and φ, with its ridge and its maximisers"
    return Figure("heat", material.heat, 420, words, (point,))


def _readouts(material: Material, f: Value, h: Value, g: Value) -> ReadoutGroup:
    below = named("below", material.of_f.value - g)
    return ReadoutGroup(
        "point",
        "At the point",
        (
            Readout(f, "f(θ)", ".5f", "What is to be made large."),
            Readout(h, "h(θ, φ), the gap f − g", ".5f", "Zero on the ridge: move φ until it closes."),
            Readout(g, "g(θ, φ) = f − h", ".5f", f"{g:.4f} = {f:.4f} − {h:.4f}"),
            Readout(below, "max f − g", ".5f", "What is left to climb."),
        ),
    )


def tables(material: Material) -> dict[str, tuple[TableRow, ...]]:
    """The printed sets, and each line of the lemma with its two numbers."""
    return {"sets": _sets(material), "lemma": _lemma(material)}


def _sets(material: Material) -> tuple[TableRow, ...]:
    of_f, of_g = material.of_f, material.of_g
    same = "equal" if same_set(of_f, of_g) else "differ"
    return (
        TableRow(
            (
                "largest value",
                written(round(of_f.value, 12), ".8g"),
                written(round(of_g.value, 12), ".8g"),
                written(of_f.value - of_g.value, ".1e"),
            )
        ),
        TableRow(("θ of the maximisers", maximisers(of_f), maximisers(of_g), same)),
        TableRow(("φ that go with them", "–", arguments(material.of_g_phi), "")),
    )


def _lemma(material: Material) -> tuple[TableRow, ...]:
    found = lemma(material.land.g)
    rise = float(np.abs(material.ridge.least).max())
    lines = (
        (
            "max over (θ, φ) of g ≥ max over θ of max over φ",
            "the iterated maximum is the value at one pair",
            found.pair,
            found.theta_then_phi,
        ),
        (
            "max over (θ, φ) of g ≤ max over θ of max over φ",
            "g(θ, φ) ≤ max over φ of g(θ, ·) for every pair",
            found.pair,
            found.theta_then_phi,
        ),
        (
            "max over (θ, φ) of g = max over φ of max over θ",
            "the same two lines with θ and φ exchanged",
            found.pair,
            found.phi_then_theta,
        ),
    )
    rows = [
        TableRow((line, why, written(left, ".10g"), written(right, ".10g"), written(left - right, "g")))
        for line, why, left, right in lines
    ]
    rows.append(
        TableRow(
            ("max over φ of g = f, at every θ", "min over φ of h = 0", "", "largest", written(rise, ".1e"))
        )
    )
    of_f, of_g = material.of_f.value, material.of_g.value
    rows.append(
        TableRow(
            (
                "max over (θ, φ) of g = max f",
                "both lines together",
                written(round(of_g, 12), ".8g"),
                written(round(of_f, 12), ".8g"),
                written(of_g - of_f, ".1e"),
            )
        )
    )
    return tuple(rows)
