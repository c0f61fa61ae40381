"""The direction of imports: read from the source, and measured in a fresh interpreter."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TORCH = {"torch", "torchvision"}
TRAINING = {
    "training",
    "training_step",
    "torch_autoencoder",
    "torch_mixture_flow",
    "flow_training",
    "flow_worker",
    "detector_training",
    "torch_coupling",
    "torch_image_flow",
    "coupling_training",
    "flow_detector_training",
    "device",
}  # the modules that may know torch


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def imported(path: Path, *, top_level_only: bool = False) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else ast.walk(tree)
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def packages(path: Path, **options) -> set[str]:
    return {name.split(".")[0] for name in imported(path, **options)}


@pytest.mark.parametrize("path", sources("hw9core"), ids=str)
def test_the_core_knows_neither_streamlit_nor_the_pages(path):
    assert not packages(path) & {"streamlit", "ui", "pages", "app"}


@pytest.mark.parametrize("path", sources("hw9core/figures"), ids=str)
def test_figures_know_numpy_and_plotly_only(path):
    assert packages(path) <= {"numpy", "plotly", "hw9core", *sys.stdlib_module_names}


@pytest.mark.parametrize("path", sources("ui", "pages"), ids=str)
def test_the_viewing_side_never_names_torch(path):
    assert not packages(path) & TORCH
    assert not {name.split(".")[1] for name in imported(path) if name.startswith("hw9core.")} & TRAINING


@pytest.mark.parametrize("path", sources("hw9core", "ui", "pages"), ids=str)
def test_nothing_imports_a_page(path):
    assert "pages" not in packages(path)


@pytest.mark.parametrize("path", sources("ui", "pages"), ids=str)
def test_session_state_and_query_are_touched_in_one_place(path):
    if path.name != "state.py":
        text = path.read_text(encoding="utf-8")
        assert "session_state" not in text and "query_params" not in text


@pytest.mark.parametrize("path", sources("pages"), ids=str)
def test_pages_are_thin(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 120


def test_no_view_and_no_drawing_brings_torch_into_the_server():
    program = """
import base64, sys
from tests.pages.scene import open_page
from ui.lessons.gaussians.panels import PANELS
from ui.lessons.anomaly import VIEWS
for view in VIEWS:
    app = open_page("anomaly", view=view)
drawing = base64.b64encode(bytes(255 * (40 < i % 112 < 60) for i in range(112**2))).decode()
app.session_state["threshold-autoencoder"] = {"drawing": drawing}
app.run()
assert not app.exception and not app.warning
app = open_page("coupling", leak="true")
assert not app.exception and not app.warning
for view in ("jensen", "densities", "additivity"):
    app = open_page("divergence", view=view)
    assert not app.exception and not app.warning
for panel in PANELS:
    app = open_page("gaussians", panel=panel)
    assert not app.exception and not app.warning
heavy = {"torch", "torchvision", "scipy.stats", "sklearn"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=120)
