"""Where training runs. The names need no torch; it is imported only when a device is looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hw9core.errors import ConfigError

if TYPE_CHECKING:
    import torch

DEVICES = ("auto", "cuda", "mps", "cpu")


def resolve_device(name: str = "auto") -> torch.device:
    """The torch device of that name; ``auto`` takes CUDA, else Apple's MPS, else the CPU.

    Raises ``ConfigError`` for an unknown name or a device this computer does not have.
    """
    import torch

    if name not in DEVICES:
        raise ConfigError(f"The device must be one of {', '.join(DEVICES)}, not {name!r}.")
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        name = next(device for device, present in available.items() if present)
    if not available[name]:
        raise ConfigError(f"This computer has no {name.upper()} device: use --device cpu or --device auto.")
    return torch.device(name)
