"""Problem 6: f, h and g at the point, or after a step of three ways up."""

from __future__ import annotations

from hw9core.joint_maximum.problems import PROBLEMS
from ui.lessons import joint_maximum as lesson
from ui.takehome.recipe import Recipe, State

_PROBLEMS = "from hw9core.joint_maximum.problems import PROBLEMS"


def recipe(state: State) -> Recipe | None:
    """For landscape and paths of the lesson's own problems."""
    keys = {problem.title: key for key, problem in PROBLEMS.items()}
    title = state.choice("problem")
    views = {lesson.LANDSCAPE: _landscape, lesson.PATHS: _paths}
    view = state.choice("view")
    return views[view](keys[title], state) if view in views and title in keys else None


def _landscape(key: str, state: State) -> Recipe:
    imports = f"""\
import numpy as np

from hw9core.joint_maximum.maximum import maximisers_of_f
{_PROBLEMS}"""
    code = f"""\
problem = PROBLEMS[{key!r}]
theta, phi = np.array([{state.values["theta"]!r}]), np.array([{state.values["phi"]!r}])
f, h = float(problem.f(theta)[0]), float(problem.h(theta, phi)[0])
g = f - h"""
    numbers = {"f": "f", "h": "h", "g": "g", "below": "maximisers_of_f(problem).value - g"}
    return Recipe(imports, code, numbers)


def _paths(key: str, state: State) -> Recipe:
    imports = f"""\
from hw9core.joint_maximum.paths import coordinate_ascent, gradient_ascent, iterated_ascent
{_PROBLEMS}"""
    code = f"""\
start = PROBLEMS[{key!r}], {state.values["theta"]!r}, {state.values["phi"]!r}
step = {int(state.values["step"])}"""
    numbers = {
        f"g_{way}": f"float({way}_ascent(*start).g[step])" for way in ("coordinate", "gradient", "iterated")
    }
    return Recipe(imports, code, numbers)
