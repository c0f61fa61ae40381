"""Problem 2: the change of variables at the probe, and the losses of an epoch, of the shipped flows."""

from __future__ import annotations

from ui.jobs.training_panel import MINE
from ui.lessons import line_flow as lesson
from ui.lessons.line_flow.material import DATA_SET_NAMES
from ui.takehome.recipe import Recipe, State

_CONFIG = "from hw9core.line_flow.config import FlowConfig"
_REQUIRE = "from hw9core.store.checkpoints import require"


def recipe(state: State) -> Recipe | None:
    """For the journey and the epochs; a flow of the visitor's own is with the server alone."""
    views = {lesson.JOURNEY: _probe, lesson.LEARNING: _epoch}
    view = state.choice("view")
    if state.view != "flow" or view not in views or state.choice("model") == MINE:
        return None
    keys = {name: key for key, name in DATA_SET_NAMES.items()}
    key = keys[state.choice("data")]
    return views[view](f"{state.unit}\narrays = require(FlowConfig(data_set={key!r})).arrays", state)


def _probe(trained: str, state: State) -> Recipe:
    imports = f"""\
import numpy as np

from hw9core.line_flow.bases import BASES
{_CONFIG}
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform
{_REQUIRE}"""
    code = f"""\
{trained}
base = BASES[{state.choice("base")!r}]
flow = MixtureCDFTransform.from_snapshots(arrays, base)  # after the last epoch
x = np.array([{state.values["probe"]!r}])
z, log_slope = flow.call_and_ladj(x)"""
    numbers = {
        "probe_log_p": "UNIT * float(base.log_prob(z)[0] + log_slope[0])",
        "probe_z": "float(z[0])",
        "probe_ladj": "UNIT * float(log_slope[0])",
    }
    return Recipe(imports, code, numbers)


def _epoch(trained: str, state: State) -> Recipe:
    code = f"{trained}\nepoch = {int(state.values['epoch'])}"
    numbers = {name: f"UNIT * float(arrays[{name!r}][epoch])" for name in ("train_loss", "test_loss")}
    return Recipe(f"{_CONFIG}\n{_REQUIRE}", code, numbers)
