"""The lesson on two properties of the divergence (problem 4): non-negativity and additivity."""

from dataclasses import dataclass
from functools import lru_cache

from ui.lessons.kl import jensen
from ui.live.payloads import Payload

(JENSEN,) = VIEWS = ("jensen",)


@dataclass(frozen=True)
class Jensen:
    """What determines the scene of the atoms."""

    count: int
    unit: str


@lru_cache(maxsize=16)
def jensen_payload(request: Jensen) -> Payload:
    """The packed scene, built once for all sessions."""
    return Payload.of(jensen.scene(request.count, request.unit).payload())
