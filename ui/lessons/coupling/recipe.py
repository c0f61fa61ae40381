"""Problem 3: the log-determinant of one coupling layer by three routes."""

from __future__ import annotations

from hw9core.coupling.layers import require_mask
from hw9core.errors import ConfigError
from ui.lessons.coupling import one_layer
from ui.takehome.recipe import Recipe, State


def recipe(state: State) -> Recipe | None:
    """For one layer, unless an Ω is chosen that is none."""
    if state.view != "coupling":
        return None
    dim = int(state.choice("n"))
    try:
        mask = require_mask([int(word) - 1 for word in state.choices["omega"]], dim)
    except ConfigError:
        return None  # the page then shows an older one, which nobody chose
    seed, leaky = int(state.choice("seed")), state.choice("leak") == "true"
    x = list(one_layer.point_of(state.values, dim))
    leak = f"layer = random_leak(layer, {one_layer.LEAK_STRENGTH!r}, seed={seed})\n" if leaky else ""
    code = f"""\
omega = {mask!r}  # from 0
layer = random_coupling({dim}, omega, seed={seed})
{leak}x = np.array({x!r})
whole = jacobian(layer, x)
found = three_log_determinants(layer, x, whole)
print(whole.round(4))"""
    imports = f"""\
import numpy as np

from hw9core.coupling.jacobian import three_log_determinants
from hw9core.coupling.layers import jacobian, random_coupling{", random_leak" if leaky else ""}"""
    numbers = {
        "sum_s": "float(found.sum_of_s)",
        "slogdet": "float(found.slogdet)",
        "diagonal": "float(found.sum_of_log_diagonal)",
    }
    return Recipe(imports, code, numbers)
