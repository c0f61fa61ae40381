"""The lesson on two properties of the divergence (problem 4): non-negativity and additivity."""

from dataclasses import dataclass
from functools import lru_cache

from ui.lessons.divergence import additivity, densities, jensen
from ui.live.payloads import Payload

JENSEN, DENSITIES, ADDITIVITY = VIEWS = ("jensen", "densities", "additivity")


@dataclass(frozen=True)
class Jensen:
    """What determines the scene of the atoms."""

    count: int
    unit: str


@dataclass(frozen=True)
class Densities:
    """What determines the scene of two densities: family, committed parameters, unit."""

    family: str
    base: tuple[float, ...]
    unit: str


@lru_cache(maxsize=16)
def jensen_payload(request: Jensen) -> Payload:
    """The packed scene, built once for all sessions."""
    return Payload.of(jensen.scene(request.count, request.unit).payload())


@lru_cache(maxsize=48)
def densities_payload(request: Densities) -> Payload:
    """The packed scene, built once for all sessions that look at the same parameters."""
    return Payload.of(densities.scene(request.family, request.base, request.unit).payload())


@lru_cache(maxsize=48)
def additivity_payload(request: additivity.Request) -> Payload:
    """The packed scene, built once for all sessions that look at the same coordinates and ρ."""
    return Payload.of(additivity.scene(request).payload())
