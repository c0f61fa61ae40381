"""What is imported is declared, and what is installed lies within the declared ranges."""

import ast
import re
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
OWN = {"hw9core", "ui", "pages", "tests", "benchmarks", "app"}
DISTRIBUTIONS = {
    "axe_playwright_python": "axe-playwright-python",
    "PIL": "pillow",
    "sklearn": "scikit-learn",
    "google": "protobuf",
}  # where the import has another name


def declared(name: str) -> dict[str, str]:
    """Ranges by distribution, those of included files too."""
    ranges = {}
    for line in (ROOT / name).read_text().splitlines():
        if line.startswith("-r "):
            ranges |= declared(line.removeprefix("-r ").strip())
        elif line and not line.startswith("#"):
            distribution, bounds = re.fullmatch(r"([\w-]+)(.*)", line).groups()
            ranges[distribution] = bounds
    return ranges


def imported(*places: str) -> set[str]:
    """The distributions of all modules that are imported anywhere in folders and files."""
    paths = [path for place in places for path in (ROOT / place).rglob("*.py")] if places else []
    paths += [ROOT / place for place in places if place.endswith(".py")]
    names = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    foreign = names - OWN - set(sys.stdlib_module_names) - {"__future__"}
    return {DISTRIBUTIONS.get(name, name) for name in foreign}


@pytest.mark.parametrize(
    ("requirements", "places"),
    [
        ("requirements.txt", ("hw9core", "ui", "pages", "app.py")),
        ("requirements-dev.txt", ("tests", "benchmarks", "docs")),
    ],
)
def test_what_is_imported_is_declared(requirements, places):
    assert imported(*places) <= declared(requirements).keys()


def test_what_is_installed_is_what_was_declared():
    for distribution, bounds in declared("requirements-dev.txt").items():
        assert metadata.version(distribution) in SpecifierSet(bounds), distribution
