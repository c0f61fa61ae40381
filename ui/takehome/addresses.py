"""What the static site shows: addresses of the program by lesson, view and preset, as its pages read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hw9core.divergence.families import FAMILIES
from hw9core.joint_maximum.problems import PROBLEMS
from ui.catalogue import LESSONS, Lesson
from ui.lessons import anomaly, divergence, joint_maximum, line_flow
from ui.lessons.anomaly.material import AUTOENCODER, OFFERED
from ui.lessons.coupling import one_layer, plane, wrong
from ui.lessons.coupling.plane import layers
from ui.lessons.coupling.plane.material import DATA_SET_NAMES as PLANE_SETS
from ui.lessons.divergence import additivity, jensen
from ui.lessons.gaussians import fit, panels
from ui.lessons.joint_maximum import gap
from ui.lessons.joint_maximum.material import shipped
from ui.lessons.line_flow import by_hand, journey, negative
from ui.lessons.line_flow.material import BASE_NAMES, DATA_SET_NAMES

Query = Mapping[str, str]
_OF_ANY_DETECTOR = ("overview", "rules", "classes")  # the others' scenes are large, and alike
_PLANE = "Two dimensions"


@dataclass(frozen=True)
class Address:
    """One page of the site: where in the program it is, and which of the live views there it shows.

    ``names`` are those views' names; none: what is there needs the server.
    """

    word: str
    view: str
    preset: str
    query: Query = field(default_factory=dict)
    names: tuple[str, ...] = ()

    @property
    def lesson(self) -> Lesson:
        """The lesson that it is of."""
        return next(lesson for lesson in LESSONS if lesson.word == self.word)


def addresses() -> list[Address]:
    """All of them, in the order of the lessons and of their views."""
    return [
        *_anomaly(),
        *_line_flow(),
        *_coupling(),
        *_divergence(),
        *_gaussians(),
        *_joint_maximum(),
    ]


def _anomaly() -> Iterator[Address]:
    for view in anomaly.VIEWS:
        for name, label in OFFERED.items():
            if name == AUTOENCODER or view in _OF_ANY_DETECTOR:
                query = {"view": view, "detector": label}
                yield Address("anomaly", view, label, query, ("threshold",))


def _line_flow() -> Iterator[Address]:
    usual, *others = DATA_SET_NAMES.values()
    bases = list(BASE_NAMES)[1:]
    ways = [
        (way, to) for way in (journey.ONE_STAGE, journey.TWO_STAGES) for to in (journey.TO_Z, journey.TO_X)
    ]
    for way, to in ways:
        yield _flow(line_flow.JOURNEY, _joined(usual, way, to), data=usual, way=way, direction=to)
    for view in (line_flow.JOURNEY, line_flow.NORMALITY):
        for data in others if view == line_flow.JOURNEY else (usual, *others):
            yield _flow(view, data, data=data)
        for base in bases:
            yield _flow(view, f"{usual} onto {BASE_NAMES[base]}", base=base)
    for data in (usual, *others):
        yield _flow(line_flow.LEARNING, data, data=data)
    for data in (usual, *others):
        for count in range(1, by_hand.MOST_COMPONENTS + 1):
            yield _flow(line_flow.BY_HAND, f"{data}, K = {count}", data=data, components=str(count))
    for pair in negative.PAIRS:
        yield _flow(line_flow.NEGATIVE, pair, pair=pair)
    yield Address("line_flow", "train it yourself", "")


def _flow(view: str, preset: str, **query: str) -> Address:
    return Address("line_flow", view, preset, {"view": view, **query}, ("flow",))


def _coupling() -> Iterator[Address]:
    for dim in one_layer.DIMS:
        yield Address("coupling", "One layer", f"n = {dim}", {"n": str(dim)}, ("coupling",))
    yield Address("coupling", "One layer", "hypothesis broken", {"leak": "true"}, ("coupling",))
    for data in PLANE_SETS.values():
        for direction in layers.DIRECTIONS:
            query = {"part": _PLANE, "view": plane.LAYERS, "data": data, "direction": direction}
            yield Address("coupling", plane.LAYERS, _joined(data, direction), query, ("plane",))
    for data in PLANE_SETS.values():
        query = {"part": _PLANE, "view": plane.LEARNING, "data": data}
        yield Address("coupling", plane.LEARNING, data, query, ("plane",))
    for broken in wrong.VIEWS:
        query = {"part": _PLANE, "view": plane.WRONG, "broken": broken}
        yield Address("coupling", plane.WRONG, broken, query, ("plane",))
    yield Address("coupling", "train it yourself", "")


def _divergence() -> Iterator[Address]:
    for count in jensen.COUNTS:
        query = {"view": divergence.JENSEN, "atoms": str(count)}
        yield Address("divergence", divergence.JENSEN, f"{count} atoms", query, ("jensen",))
    for name in jensen.EXAMPLES:
        values = {key: str(value) for key, value in jensen.example(name, jensen.DEFAULT_COUNT).items()}
        query = {"view": divergence.JENSEN, **values}
        yield Address("divergence", divergence.JENSEN, name, query, ("jensen",))
    for family in FAMILIES.values():
        query = {"view": divergence.DENSITIES, "pair": family.title}
        yield Address("divergence", divergence.DENSITIES, family.title, query, ("densities",))
    for correlated in additivity.CORRELATED:
        for count in additivity.COUNTS:
            query = {"view": divergence.ADDITIVITY, "d": str(count), "correlated": correlated}
            preset = f"d = {count}, correlated: {correlated}"
            yield Address("divergence", divergence.ADDITIVITY, preset, query, ("additivity",))


def _gaussians() -> Iterator[Address]:
    yield Address("gaussians", "two ellipses", "", {}, ("gaussian-kl",))
    for target in fit.TARGETS:
        for diagonal, words in (("false", ""), ("true", "diagonal Σ₁")):
            query = {"panel": panels.FIT, "target": target, "diagonal": diagonal}
            yield Address("gaussians", panels.FIT, _joined(target, words), query, ("gaussian-fit",))
    yield Address("gaussians", panels.SINGULAR, "", {"panel": panels.SINGULAR}, ("gaussian-singular",))
    for panel in (panels.SOLVE, panels.MATRICES, panels.ERRATA):
        yield Address("gaussians", panel, "", {"panel": panel})


def _joint_maximum() -> Iterator[Address]:
    for view in joint_maximum.VIEWS:
        for key, problem in PROBLEMS.items():
            breaks = view == joint_maximum.BREAK
            if breaks and not gap.breakable(shipped(key)):
                continue
            for kind in gap.KINDS if breaks else ("",):
                query = {"view": view, "problem": problem.title} | ({"gap": kind} if kind else {})
                yield Address("joint_maximum", view, _joined(problem.title, kind), query, ("joint",))
    yield Address("joint_maximum", "your own f and h", "", {"problem": "Your own f and h"})


def _joined(*words: str) -> str:
    return ", ".join(filter(None, words))
