"""One optimiser step of an autoencoder, as few device launches as the device allows.

Everything a step needs (images, the epoch's order, where it is in that order, the losses) is a tensor on the
device, so a step takes no argument and returns nothing. That is what lets CUDA record it once and replay it,
and nothing waits for the device until somebody reads the losses. The same code runs eagerly elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional

# torch's documentation asks for a few eager runs on a side stream before a capture; its examples take three.
WARM_UP_STEPS = 3


class TrainingStep:
    """Calls run the steps of an epoch one after the other; :meth:`start_epoch` must come first.

    ``images`` is float32 (n, 784) on the device. After i calls ``losses[:i]``, float32 on the device, holds
    the mean squared errors of the first i batches. The last batch of an epoch is smaller when ``batch_size``
    does not divide n, as with a DataLoader. ``precision`` "bf16" runs the model under bfloat16 autocast.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        images: Tensor,
        batch_size: int,
        precision: str,
    ) -> None:
        self.model, self.optimizer, self.images = model, optimizer, images
        self.precision = precision
        full_batches, remainder = divmod(len(images), batch_size)
        self.steps_per_epoch = full_batches + (remainder > 0)
        device = images.device
        self.order = torch.arange(len(images), device=device)
        self.losses = torch.zeros(self.steps_per_epoch, device=device)
        self._position = torch.zeros(1, dtype=torch.int64, device=device)
        self._step = torch.zeros(1, dtype=torch.int64, device=device)
        self._calls = 0
        self._schedule = [self._batch_step(batch_size)] * full_batches
        if remainder:
            self._schedule.append(self._batch_step(remainder))

    def start_epoch(self, order: Tensor) -> None:
        """Take the images in this order, int64 (n,), from now on."""
        self.order.copy_(order)
        self._rewind()
        self._calls = 0

    def __call__(self) -> None:
        self._schedule[self._calls]()
        self._calls += 1

    def _batch_step(self, size: int) -> Callable[[], None]:
        """The step for batches of one size: a replayed CUDA graph, or the eager step on any other device."""
        device = self.images.device
        offsets = torch.arange(size, device=device)
        batch = torch.empty(size, self.images.shape[1], device=device)

        def step() -> None:
            rows = self.order.index_select(0, self._position + offsets)
            torch.index_select(self.images, 0, rows, out=batch)
            loss = self._loss(batch)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.optimizer.step()
            self.losses.index_copy_(0, self._step, loss.detach().reshape(1))
            self._position += size
            self._step += 1

        return self._captured(step) if device.type == "cuda" else step

    def _loss(self, batch: Tensor) -> Tensor:
        bf16 = self.precision == "bf16"
        # Every weight is used once per step, so autocast's cache of cast weights would gain nothing, and a
        # cache filled outside a CUDA graph must not be read inside it.
        with torch.autocast(batch.device.type, torch.bfloat16, enabled=bf16, cache_enabled=False):
            reconstruction = self.model(batch)
        return functional.mse_loss(reconstruction.float(), batch)

    def _captured(self, step: Callable[[], None]) -> Callable[[], None]:
        graph = torch.cuda.CUDAGraph()
        with tf32_allowed(), self.undone():
            side_stream = torch.cuda.Stream()
            side_stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side_stream):
                for _ in range(WARM_UP_STEPS):
                    self._rewind()  # an epoch may have fewer steps than the warm-up
                    step()
            torch.cuda.current_stream().wait_stream(side_stream)
            self.optimizer.zero_grad(set_to_none=True)
            with torch.cuda.graph(graph):
                step()
        return graph.replay

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Undo on exit what steps inside the block did, in place; for use before the first real step.

        Adam's state starts as zeros and is created by its first step, so it is zeroed rather than removed: a
        captured step keeps using these very tensors.
        """
        parameters = list(self.model.parameters())
        saved = [parameter.detach().clone() for parameter in parameters]
        yield
        with torch.no_grad():
            for parameter, value in zip(parameters, saved, strict=True):
                parameter.copy_(value)
            for state in self.optimizer.state.values():
                for value in state.values():
                    value.zero_()
        self._rewind()
        self.losses.zero_()

    def _rewind(self) -> None:
        self._position.zero_()
        self._step.zero_()


@contextmanager
def tf32_allowed() -> Iterator[None]:
    """Allow TF32 matrix products inside the block; the caller's global setting comes back after it."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)
