"""A walk over every lesson's scenes: at states typed between positions no readout reads a neighbour's number.

A number that follows a control is either computed in every frame or read from a table. What is read must
stand at the very place that the controls say; between two places it would belong to another x. Controls whose
numbers stand in tables have no values but the tables' own, and every state typed or linked is moved to one.
"""

import gzip

import numpy as np
import pytest

from tests.pages.scene import read
from ui.catalogue import LESSONS
from ui.live.controls import Slider
from ui.live.published import Published

STATES = 50
WHOLE = 1e-6  # of a step: what rounding makes of a whole number
SCENES = [(lesson.word, i) for lesson in LESSONS for i in range(len(lesson.package().FIRST_SCENES))]


class Walk:
    """Evaluates a scene's program as far as its arithmetic goes, and notes every place it reads."""

    def __init__(self, published: Published, values: dict[str, float]) -> None:
        self.spec, self.arrays = read(gzip.decompress(published.payload.gzipped))
        self.values = dict(values)
        self.places: list[tuple[str, float, int]] = []  # name, index, entries
        for step in self.spec["values"]:
            self.values[step["name"]] = self._step(step)
        for mark in self.spec["marks"]:
            self._row(mark)

    def _get(self, name):
        if isinstance(name, int | float):
            return name
        return self.arrays.get(name) if name in self.arrays else self.values.get(name)

    def _step(self, step):
        arguments = [self._get(name) for name in step["arguments"]]
        if any(argument is None for argument in arguments):
            return None  # follows from what only the browser computes
        kernel = getattr(self, f"_{step['kernel']}", None)
        return None if kernel is None else kernel(step["name"], *arguments)

    def _add(self, _, a, b):
        return a + b

    def _subtract(self, _, a, b):
        return a - b

    def _multiply(self, _, a, b):
        return a * b

    def _divide(self, _, a, b):
        return a / b if b else np.nan

    def _at(self, name, table, index):
        self.places.append((name, index, len(table)))
        return None if np.isnan(index) else float(table[int(np.clip(round(index), 0, len(table) - 1))])

    def _cell(self, name, table, columns, row, column):
        self.places += [(name, row, len(table) // columns), (name, column, columns)]
        return float(table[round(row) * columns + round(column)])

    def _countAbove(self, _, ascending, x):
        return len(ascending) - int(np.searchsorted(ascending.astype(np.float64), x, side="right"))

    def _countNotAbove(self, _, ascending, x):
        return int(np.searchsorted(ascending.astype(np.float64), x, side="right"))

    def _along(self, _, grid, base, *point):
        moved = [j for j, value in enumerate(point) if value != base[j]]
        if not moved:
            return len(base) * (len(grid) + 1) - 1
        found = np.flatnonzero(grid == point[moved[0]])
        return moved[0] * (len(grid) + 1) + found[0] if len(moved) == 1 and found.size else np.nan

    def _alongOwn(self, _, grids, base, *point):
        moved = [j for j, value in enumerate(point) if value != base[j]]
        if not moved:
            return len(grids)
        size = len(grids) // len(base)
        found = np.flatnonzero(grids[moved[0] * size : (moved[0] + 1) * size] == point[moved[0]])
        return moved[0] * size + found[0] if len(moved) == 1 and found.size else np.nan

    def _row(self, mark) -> None:
        name = {"curve": "y", "dots": "x", "raster": "levels"}.get(mark["kind"])
        row = self._get(mark["row"]) if name else None
        if row is not None:
            self.places.append((mark["kind"], row, len(self.arrays[mark[name]])))


def scene_of(word: str, i: int) -> Published:
    (lesson,) = [lesson for lesson in LESSONS if lesson.word == word]
    return lesson.package().FIRST_SCENES[i]()


def typed_states(published: Published, seed: int) -> list[dict[str, float]]:
    """States as a visitor may type them, anywhere within bounds, after the page has taken them."""
    rng = np.random.default_rng(seed)
    return [
        {control.name: control.nearest(rng.uniform(*_shown(control))) for control in published.controls}
        for _ in range(STATES)
    ]


def _shown(control) -> tuple[float, float]:
    return (control.low, control.high) if isinstance(control, Slider) else control.bounds


@pytest.mark.parametrize(("word", "i"), SCENES)
def test_no_number_is_a_neighbours(word, i):
    published = scene_of(word, i)
    read_places = 0
    for state in typed_states(published, seed=i):
        for name, index, entries in Walk(published, state).places:
            if np.isnan(index):
                continue  # shown as a dash until the release
            read_places += 1
            assert abs(index - round(index)) <= WHOLE, (name, index)
            assert -WHOLE <= index <= entries - 1 + WHOLE, (name, index, entries)
    assert read_places or not any(getattr(control, "tabulated", False) for control in published.controls)


@pytest.mark.parametrize(("word", "i"), SCENES)
def test_every_control_begins_where_it_may_stand(word, i):
    for control in scene_of(word, i).controls:
        low, high = control.bounds
        assert low <= control.default <= high
        assert control.nearest(control.default) == control.default


def test_the_walk_can_fail():
    published = scene_of("joint_maximum", 0)
    (theta, *_) = published.controls
    state = {control.name: control.default for control in published.controls}
    off = Walk(published, state | {theta.name: theta.default + 0.3 * theta.step})
    assert any(abs(index - round(index)) > WHOLE for _, index, _ in off.places)
