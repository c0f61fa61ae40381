"""Visitors in a process of their own: what they cost a client, no other visitor of the server feels."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event

from benchmarks.trials.visitor import Guest

Act = Callable[[Guest, int], Awaitable[object]]
_OPENING_SECONDS = 120.0


@contextmanager
def crowd(url: str, page: str, query: str, act: Act, visitors: int) -> Iterator[Synchronized]:
    """``visitors`` open a page and then do ``act(guest, turn)`` again and again, until the block ends.

    Yields how often they did, all together. Raises ``RuntimeError`` when one of them failed.
    """
    context = multiprocessing.get_context("spawn")
    acts, opened = context.Value("i", 0), context.Event()
    arguments = (url, page, query, act, visitors, acts, opened)
    process = context.Process(target=_attend, args=arguments, daemon=True)
    process.start()
    try:
        if not opened.wait(_OPENING_SECONDS):
            raise RuntimeError("The other visitors could not open their page.")
        yield acts
        if not process.is_alive():
            raise RuntimeError("One of the other visitors failed.")
    finally:
        process.kill()
        process.join()


def _attend(
    url: str, page: str, query: str, act: Act, visitors: int, acts: Synchronized, opened: Event
) -> None:
    asyncio.run(_act(url, page, query, act, visitors, acts, opened))


async def _act(
    url: str, page: str, query: str, act: Act, visitors: int, acts: Synchronized, opened: Event
) -> None:
    guests = [Guest(url, page, query, timeout=300.0) for _ in range(visitors)]
    for guest in guests:
        await guest.__aenter__()
        await guest.open()
    opened.set()

    async def on_and_on(guest: Guest) -> None:
        turn = 0
        while True:
            await act(guest, turn)
            turn += 1
            acts.value += 1

    await asyncio.gather(*map(on_and_on, guests))
