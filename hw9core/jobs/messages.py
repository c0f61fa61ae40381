"""What a server and its worker process say to each other, pickled; see :mod:`hw9core.jobs.worker`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Call:
    """A computation: its number and ``pickle.dumps((function, arguments))``.

    With ``reports`` the function's first argument is another function, which sends what it is given.
    """

    number: int
    pickled: bytes
    reports: bool = False


@dataclass(frozen=True)
class Cancel:
    """The call of that number is not wanted any more, whether it runs or waits."""

    number: int


@dataclass(frozen=True)
class Beat:
    """The process is alive."""


@dataclass(frozen=True)
class Reported:
    """What a computation tells while it runs."""

    number: int
    value: Any


@dataclass(frozen=True)
class Ended:
    """The end of a computation: its value, or why there is none."""

    number: int
    value: Any = None
    error: Exception | None = None
