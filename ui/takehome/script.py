"""The state of a view as source: a script, and a notebook of the same cells, that compute its numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pprint import pformat

from ui.takehome.alone import spec_of
from ui.takehome.capsule import capsule
from ui.takehome.kept import Kept
from ui.takehome.recipe import Recipe, recipe

_KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def script(kept: Kept) -> bytes:
    """A Python program, UTF-8, that prints the view's numbers as the view shows them."""
    said = f'"""{_title(kept)}\n\n{_HOW}\n"""'
    return ("\n\n".join((said, *_cells(kept))) + "\n").encode()


def notebook(kept: Kept) -> bytes:
    """The same as a notebook, nbformat 4.5."""
    cells = [_cell("markdown", 0, f"# {_title(kept)}\n\n{_HOW}")]
    cells += [_cell("code", i, source) for i, source in enumerate(_cells(kept), start=1)]
    content = {"cells": cells, "metadata": _KERNEL, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


_HOW = (
    "It computes the numbers anew with hw9core, without a page: run it with the program's folder in\n"
    "PYTHONPATH. Where version or models differ from those it was made with, it says so."
)


def _title(kept: Kept) -> str:
    where = f", as it stood at\n{kept.link}" if kept.link else ", as it stood on screen"
    return f"{kept.title}{where}."


def _cells(kept: Kept) -> tuple[str, ...]:
    """Imports, capsule, computation and numbers. The view must have a recipe."""
    found = recipe(kept)
    assert found is not None
    made = pformat(capsule(kept), width=100, sort_dicts=False)
    check = f"CAPSULE = {made}\nfor sentence in differences(CAPSULE):\n    print(sentence)"
    return _imports(found), check, found.code, _prints(found, _readouts(kept))


def _imports(found: Recipe) -> str:
    """The recipe's, and the capsule's, in the order of their names."""
    first, _, ours = found.imports.rpartition("\n\n")
    lines = sorted([*ours.split("\n"), "from hw9core.store.capsule import differences"])
    return "\n\n".join(filter(None, (first, "\n".join(lines))))


def _prints(found: Recipe, readouts: Mapping[str, dict]) -> str:
    """One line for each number that the view shows, in its own format."""
    shown = [(name, expression) for name, expression in found.numbers.items() if name in readouts]
    return "\n".join(
        f'print(f"{name} = {{{expression}:{_format(readouts[name])}}}")  # {readouts[name]["label"]}'
        for name, expression in shown
    )


def _readouts(kept: Kept) -> dict[str, dict]:
    """The readouts of a view by name."""
    spec = spec_of(kept.shown.scene(kept.shown.values).payload)
    groups = [block for block in spec["blocks"] if block["kind"] == "readouts"]
    return {readout["name"]: readout for group in groups for readout in group["readouts"]}


def _format(readout: dict) -> str:
    """The readout's format in Python's language: of ".4-7f" (as many as it takes) the most."""
    first, dash, most = readout["format"].partition("-")
    return f".{most}" if dash else first


def _cell(kind: str, number: int, source: str) -> dict:
    cell = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": source}
    return cell if kind == "markdown" else cell | {"execution_count": None, "outputs": []}
