"""A server on which only requirements-view.txt is installed: what works, and what is said about the rest."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hw9core.line_flow.config import FlowConfig
from tests.pages.scene import open_page
from tests.test_imports import ROOT, imported, module, sources
from ui.jobs import training_panel
from ui.jobs.fetch import FetchJob
from ui.jobs.training import Trainer

# Python imports this module at its start, so the children of the server find neither package.
HIDDEN = """
import sys

class Hide:
    def find_spec(self, name, path=None, target=None):
        if name in ("torch", "torchvision"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hide())
"""


@pytest.fixture
def hidden(monkeypatch, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(HIDDEN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.delenv("HW9_READ_ONLY", raising=False)


def test_a_training_panel_says_what_to_install(hidden, monkeypatch):
    trainer = Trainer()
    monkeypatch.setattr(training_panel, "trainer", trainer)
    monkeypatch.setattr(training_panel, "owner", lambda: "anna")
    job = trainer.start("anna", FlowConfig(epochs=1), None)
    assert job.task.wait(60) and job.outcome == "error"
    trainer.lane.close()
    app = open_page("line_flow")
    assert [warning.value for warning in app.warning] == [
        "torch is not installed: pip install -r requirements.txt"
    ]
    assert not app.exception and any(button.label == "Train" for button in app.button)


def test_a_fetch_says_what_to_install(hidden, tmp_path):
    job = FetchJob()
    job.start(tmp_path / "data")
    job._run.process.wait(60)
    assert job.error == "torchvision is not installed: pip install -r requirements.txt."
    job._run.close()


def installed_with(file: Path) -> set[str]:
    """Every distribution that a requirements file brings, the required ones of the required included."""
    lines = re.sub("#.*", "", file.read_text(encoding="utf-8")).split("\n")
    waiting, found = [Requirement(line) for line in lines if line.strip()], set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found or requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        found.add(name)
        waiting += map(Requirement, metadata.requires(name) or ())
    return found


def distributions(names: set[str]) -> set[str]:
    """Those that modules come from; the standard library and the program's own packages come from none."""
    return {canonicalize_name(owner) for name in names for owner in OWNERS.get(name.split(".")[0], ())}


OWNERS = metadata.packages_distributions()
VIEW = installed_with(ROOT / "requirements-view.txt")


@pytest.mark.parametrize("path", [ROOT / "app.py", *sources("ui", "pages")], ids=module)
def test_pages_import_nothing_but_what_the_lessons_need(path):
    assert distributions(imported(path)) <= VIEW


@pytest.mark.parametrize("path", sources("hw9core"), ids=module)
def test_so_does_the_core_on_top_of_every_module_that_is_not_torch(path):
    if not path.stem.endswith("_torch"):
        assert distributions(imported(path, top_level_only=True)) <= VIEW


def test_the_check_can_fail():
    assert distributions({"torch", "PIL.Image", "json", "ui.state"}) == {"torch", "pillow"}
    assert "pillow" in VIEW and not VIEW & {"torch", "torchvision", "scikit-learn"}
