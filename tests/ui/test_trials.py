"""The trials are a table that can be run; the quick ones are run here, against one server."""

import asyncio

import pytest
from websockets.exceptions import ConnectionClosed

from benchmarks.server import serving
from benchmarks.trials import Outcome, trial, trials
from benchmarks.trials.size import MOST_MB
from benchmarks.trials.visitor import Guest
from benchmarks.trials.worst import forged
from ui.server.quotas import MESSAGE_KEYS, SESSION_BYTES


def test_every_trial_says_what_is_tried_and_which_number_it_answers():
    known = trials()
    assert len(known) >= 12
    for name, found in known.items():
        assert found.name == name and found.tried and found.numbers and found.seconds <= 600
    with pytest.raises(ValueError, match="two trials called herd"):
        trial("herd", "1", "again")(lambda tree: Outcome(True, ""))


@pytest.fixture(scope="module")
def server():
    with serving(HW9_DATA="no-data") as server:
        yield server


def test_a_session_keeps_three_files_of_five_megabytes(server):
    async def visit():
        async with Guest(server.url, "flow") as guest:
            await guest.open()
            before = server.resident_bytes()
            address = f"/_stcore/upload_file/{guest.session}/file"
            statuses = [
                await asyncio.to_thread(guest.put_file, f"{address}{i}", bytes(5_000_000)) for i in range(8)
            ]
            return statuses, server.resident_bytes() - before

    statuses, grown = asyncio.run(visit())
    assert statuses == [204] * 3 + [413] * 5 and 3 * 5_000_000 <= SESSION_BYTES
    assert grown < MOST_MB * 1e6


@pytest.mark.parametrize("keys", [MESSAGE_KEYS + 1, 30_000])
def test_made_up_keys_end_the_connection_and_the_page_opens_again(server, keys):
    async def visit():
        async with Guest(server.url, "threshold") as guest:
            await guest.first_load()
            guest.forged = forged(keys)
            with pytest.raises(ConnectionClosed) as closed:
                await guest.rerun()
            guest.forged = b""
            await guest.reconnect()
            await guest.first_load()
            return closed.value.rcvd.code

    assert asyncio.run(visit()) == 1009


def test_an_endless_training_is_refused_with_one_sentence(server):
    async def visit():
        async with Guest(server.url, "coupling", "part=Two dimensions") as guest:
            await guest.open()
            guest.fill("Epochs", 2000)
            guest.fill("Batch size", 1)
            await guest.press("Train")
            return guest.said

    said = asyncio.run(visit())
    assert any("takes about 71 hours, and here 120 seconds are the most" in text for text in said)
