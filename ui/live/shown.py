"""One live view as it stands on a page: how its scene is made, where its controls are, what is beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from ui.live.blocks import TableRow
from ui.live.controls import Control
from ui.live.published import Published
from ui.live.values import Reading
from ui.state import Drawing

Tables = Mapping[str, tuple[TableRow, ...]]
Values = dict[str, float]
At = Callable[[Values], Published]


@dataclass(frozen=True)
class Shown:
    """A live view under its name; ``made`` is its scene, or the function that makes it from the values."""

    name: str
    made: Published | At
    controls: Sequence[Control]
    values: Values
    readings: Mapping[Reading, float | None] = field(default_factory=dict)
    tables: Tables | Callable[[Values], Tables] = field(default_factory=dict)
    drawing: Drawing | None = None

    def scene(self, values: Values) -> Published:
        """The scene where its controls stand at ``values``."""
        return self.made(values) if callable(self.made) else self.made

    def rows(self, scene: Published, values: Values) -> dict[str, list[dict]]:
        """The rows of the scene's tables at ``values``, as JSON. Raises ``KeyError`` for one not given."""
        tables = self.tables(values) if callable(self.tables) else self.tables
        return {table: [asdict(row) for row in tables[table]] for table in scene.tables}

    def beside(self, scene: Published) -> dict:
        """What a browser gets beside the scene, as JSON. Raises ``KeyError`` for what was not given."""
        return {
            "name": self.name,
            "values": self.values,
            "readings": {reading.name: self.readings[reading] for reading in scene.readings},
            "drawing": self.drawing and asdict(self.drawing),
            "tables": self.rows(scene, self.values),
        }
