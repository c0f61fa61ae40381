"""requirements-view.lock pins what requirements-view.txt and its packages ask for, and nothing else."""

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.test_imports import ROOT
from tests.ui.test_without_torch import VIEW

TEXT = (ROOT / "requirements-view.lock").read_text(encoding="utf-8")
LINES = [line for line in TEXT.replace("\\\n", " ").split("\n") if line and not line.startswith("#")]
PINNED = [Requirement(line.split("--hash=")[0]) for line in LINES]


def versions(name: str) -> list[Version]:
    """The versions that the lock names: more than one where Python's version decides."""
    pins = [pin for pin in PINNED if canonicalize_name(pin.name) == name]
    return [Version(specifier.version) for pin in pins for specifier in pin.specifier]


def wanted() -> list[Requirement]:
    lines = (ROOT / "requirements-view.txt").read_text(encoding="utf-8").split("\n")
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.split("=")[0])
def test_each_line_is_a_name_a_version_and_hashes(line):
    marker = r"(?:; [a-z_]+ [<>=!]+ '[\w.]+' +)?"
    assert re.fullmatch(rf"[a-z0-9-]+==[\w.]+ +{marker}(?:--hash=sha256:[0-9a-f]{{64}} *)+", line)


@pytest.mark.parametrize("requirement", wanted(), ids=lambda requirement: requirement.name)
def test_the_pins_lie_in_the_ranges(requirement):
    found = versions(canonicalize_name(requirement.name))
    assert found and all(requirement.specifier.contains(version) for version in found)


def test_everything_that_comes_along_is_pinned():
    assert {canonicalize_name(pin.name) for pin in PINNED if not pin.marker or pin.marker.evaluate()} == VIEW
