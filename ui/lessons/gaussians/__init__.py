"""The lesson on the divergence between Gaussians (problem 5): two ellipses in the plane, tuned live."""

from functools import lru_cache

from ui.lessons.gaussians import plane, stage
from ui.lessons.gaussians.plane import P, Q
from ui.live.payloads import Payload
from ui.words import UNITS

fields = plane.fields


def stage_payload(values: dict[str, float], unit: str) -> Payload:
    """The packed stage around the committed ellipses, shared by all who look at the same ones."""
    return _stage_payload(tuple(values[name] for name in (*P, *Q)), unit)


@lru_cache(maxsize=64)
def _stage_payload(numbers: tuple[float, ...], unit: str) -> Payload:
    values = dict(zip((*P, *Q), numbers, strict=True))
    return Payload.of(stage.scene(values, UNITS[unit], unit).payload())
