"""The direction of imports: read from the source, and measured in a fresh interpreter."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TORCH = {"torch", "torchvision"}
# The floors of the house, the lowest first; a package imports from floors below its own.
FLOORS = (
    ("errors", "checks", "arrays", "device", "store"),
    ("numerics", "distributions", "images"),
    ("anomaly", "line_flow", "coupling", "divergence", "gaussians", "joint_maximum", "figures"),
    ("reports",),
    ("jobs", "models", "ledger"),
    ("commands",),
    ("cli", "__main__"),
)
# Within a floor: what may import what all the same.
SIDEWAYS = {
    ("checks", "errors"), ("device", "errors"), ("store", "errors"), ("arrays", "errors"),
    ("checks", "arrays"), ("store", "checks"), ("device", "checks"),
    ("distributions", "numerics"),
    ("anomaly", "coupling"),
    ("figures", "anomaly"), ("figures", "line_flow"), ("figures", "coupling"), ("figures", "divergence"),
    ("figures", "gaussians"), ("figures", "joint_maximum"),
    ("cli", "__main__"), ("__main__", "cli"),
}  # fmt: skip


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


def rooms(path: Path) -> set[str]:
    """The packages of hw9core that a file imports from."""
    parts = [name.split(".") for name in imported(path)]
    return {names[1] for names in parts if names[0] == "hw9core" and len(names) > 1}


def module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def forbidden(room: str, other: str) -> str:
    """Why ``room`` may not import ``other``, or nothing."""
    floor = {name: level for level, names in enumerate(FLOORS) for name in names}
    for name in (room, other):
        if name not in floor:
            return f"hw9core.{name} stands on no floor: give it one in FLOORS"
    if room == other or floor[other] < floor[room] or (room, other) in SIDEWAYS:
        return ""
    return f"hw9core.{room} must not import hw9core.{other}"


CORE = [path for path in sources("hw9core") if path.parent != ROOT / "hw9core" or path.stem != "__init__"]


@pytest.mark.parametrize("path", CORE, ids=module)
def test_packages_of_the_core_import_downwards(path):
    room = path.relative_to(ROOT / "hw9core").parts[0].removesuffix(".py")
    reasons = [forbidden(room, other) for other in sorted(rooms(path))]
    assert not any(reasons), f"{module(path)}: {'; '.join(filter(None, reasons))}"


def test_the_check_of_floors_can_fail():
    assert forbidden("coupling", "anomaly") and forbidden("numerics", "jobs") and forbidden("attic", "errors")
    assert not forbidden("anomaly", "coupling") and not forbidden("jobs", "numerics")


@pytest.mark.parametrize("path", sources("hw9core"), ids=module)
def test_the_core_knows_neither_streamlit_nor_the_pages(path):
    assert not packages(path) & {"streamlit", "ui", "pages", "app"}


@pytest.mark.parametrize("path", sources("hw9core/figures"), ids=module)
def test_figures_know_numpy_and_plotly_only(path):
    assert packages(path) <= {"numpy", "plotly", "hw9core", *sys.stdlib_module_names}


@pytest.mark.parametrize("path", sources("hw9core", "ui", "pages"), ids=module)
def test_torch_is_imported_on_top_in_modules_named_for_it_alone(path):
    if not path.stem.endswith("_torch"):
        names = imported(path, top_level_only=True)
        assert not {name.split(".")[0] for name in names} & TORCH
        assert not {part for name in names for part in name.split(".") if part.endswith("_torch")}


@pytest.mark.parametrize("path", sources("ui", "pages"), ids=module)
def test_the_viewing_side_never_names_torch(path):
    names = imported(path)
    assert not {name.split(".")[0] for name in names} & TORCH
    assert not {part for name in names for part in name.split(".") if part.endswith("_torch")}


@pytest.mark.parametrize("path", sources("hw9core", "ui", "pages"), ids=module)
def test_nothing_imports_a_page(path):
    assert "pages" not in packages(path)


@pytest.mark.parametrize("path", sources("ui", "pages"), ids=module)
def test_session_state_and_query_are_touched_in_one_place(path):
    if path.name != "state.py":
        text = path.read_text(encoding="utf-8")
        assert "session_state" not in text and "st.query_params" not in text


@pytest.mark.parametrize("path", sources("pages"), ids=module)
def test_pages_are_thin(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 120


def test_no_module_for_viewing_brings_torch_or_streamlit():
    modules = [module(path) for path in CORE if not path.stem.endswith("_torch") and path.stem != "__main__"]
    program = f"""
import importlib, sys
for name in {modules!r}:
    importlib.import_module(name)
    heavy = {{"torch", "torchvision", "streamlit"}} & set(sys.modules)
    assert not heavy, (name, heavy)
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=120)


def test_the_check_of_modules_can_fail():
    program = "import sys, hw9core.anomaly.detectors.training_torch; assert 'torch' in sys.modules"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=120)


def test_no_view_and_no_drawing_brings_torch_into_the_server():
    program = """
import base64, sys
from tests.pages.scene import open_page
from ui.lessons.anomaly import VIEWS
from ui.lessons.gaussians.panels import PANELS
for view in VIEWS:
    app = open_page("anomaly", view=view)
drawing = base64.b64encode(bytes(255 * (40 < i % 112 < 60) for i in range(112**2))).decode()
app.session_state["threshold-autoencoder"] = {"drawing": {"pixels": drawing, "serial": 1}}
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
