"""Gives names to what a scene refers to, once, in the order in which the scene is walked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import numpy as np

from ui.live.controls import Control, Preset, Spoken
from ui.live.pieces import Piece
from ui.live.values import Computed, Data, Local, Reading, Text, Value, array_of

_LIMIT = "a scene refers to the control {0!r}, which its layout does not show"


class Packing:
    """The names of one scene's controls, values and arrays; ``values`` is the program in its order."""

    def __init__(self, controls: Iterable[Control]) -> None:
        self.values: list[dict] = []
        self.arrays: dict[str, np.ndarray] = {}
        self._holders: dict[str, object] = {}  # of every name, what it stands for
        self._programs: dict[tuple, str] = {}
        self._names: dict[int, str] = {}  # of every object, by identity; _holders keeps them alive
        for control in controls:
            self._take(control.name, control)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The readings that the scene refers to."""
        return tuple(item for item in self._holders.values() if isinstance(item, Reading))

    def piece(self, item: Piece) -> dict:
        """A block or mark, or a part of one, as JSON."""
        kind = {"kind": item.kind} if hasattr(item, "kind") else {}
        return kind | {field.name: self._plain(getattr(item, field.name)) for field in fields(item)}

    def slider(self, item: Spoken) -> dict:
        """A slider as JSON."""
        slider = item.slider
        if slider.drives is not None:
            self._take(slider.name, slider)
        return {
            "name": slider.name,
            "label": slider.label,
            "minimum": slider.low,
            "maximum": slider.high,
            "step": slider.step,
            "precision": slider.precision or slider.step,
            "value_text": item.text.template(self.name),
            "format": slider.format,
            "scale": slider.scale,
            "presets": [_preset(preset) for preset in slider.presets],
            "drives": self.name(slider.drives) if slider.drives else "",
            "slope": slider.slope,
            "intercept": slider.intercept,
            "play": slider.play,
            "tabulated": slider.tabulated,
        }

    def name(self, value: Value) -> str:
        """The name of a value; what it needs comes before it in the program."""
        known = self._names.get(id(value))
        if known is not None:
            return known
        if isinstance(value, Reading | Local):
            return self._take(value.name, value)
        if isinstance(value, Control):
            if getattr(value, "drives", None) is not None:
                return self._take(value.name, value)
            raise ValueError(_LIMIT.format(value.name))
        return self._computed(value)

    def array(self, item: np.ndarray | Data) -> str:
        """The name of an array; the same object has one name."""
        array = array_of(item)
        known = self._names.get(id(array))
        if known is not None:
            return known
        name = item.name if isinstance(item, Data) else f"a{len(self.arrays) + 1}"
        holder = self._holders.get(name)
        if isinstance(holder, np.ndarray) and holder.dtype == array.dtype and np.array_equal(holder, array):
            return name
        self.arrays[name] = array
        return self._take(name, array)

    def _computed(self, value: Computed) -> str:
        arguments = [self._argument(item) for item in value.arguments]
        program = (value.name, value.kernel, *arguments)
        if program in self._programs:  # written twice, such as one index in two groups of readouts
            return self._remember(self._programs[program], value)
        name = self._take(value.name or f"v{len(self.values) + 1}", value)
        self._programs[program] = name
        self.values.append({"name": name, "kernel": value.kernel, "arguments": arguments})
        return name

    def _argument(self, item: Any) -> str | float:
        if isinstance(item, Value):
            return self.name(item)
        return item if isinstance(item, int | float) else self.array(item)

    def _plain(self, item: Any) -> Any:
        if isinstance(item, Value):
            return self.name(item)
        if isinstance(item, Text):
            return item.template(self.name)
        if isinstance(item, np.ndarray | Data):
            return self.array(item)
        if isinstance(item, Piece):
            return self.piece(item)
        if isinstance(item, tuple):
            return [self._plain(part) for part in item]
        return "" if item is None else item

    def _take(self, name: str, item: object) -> str:
        if name in self._holders and self._holders[name] is not item:
            raise ValueError(f"two things in one scene are called {name!r}")
        self._holders[name] = item
        return self._remember(name, item)

    def _remember(self, name: str, item: object) -> str:
        self._names[id(item)] = name
        return name


def _preset(preset: Preset) -> dict:
    return {"label": preset.label, "value": preset.value}
