"""Shared results: one computation for all who ask, bounded, whatever the threads do."""

import random
import sys
import threading
import time
from collections import Counter, OrderedDict
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.live.payloads import Payload
from ui.shared import shared, size_of

SECONDS = 20


def in_threads(count, function):
    """The results of ``function(i)`` in ``count`` threads that start together; an exception is a result."""
    barrier = threading.Barrier(count)

    def run(i):
        barrier.wait(SECONDS)
        try:
            return function(i)
        except Exception as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count), timeout=SECONDS))


def until(condition):
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.001)


@given(
    calls=st.lists(st.integers(0, 6), max_size=60),
    entries=st.integers(1, 5),
    maximum_bytes=st.integers(0, 40),
    sizes=st.lists(st.integers(0, 20), min_size=7, max_size=7),
)
def test_one_thread_sees_a_least_recently_used_cache(calls, entries, maximum_bytes, sizes):
    computed = []

    @shared(entries=entries, maximum_bytes=maximum_bytes)
    def result(key):
        computed.append(key)
        return bytes(sizes[key])

    expected, kept = [], OrderedDict()
    for key in calls:
        assert result(key) == bytes(sizes[key])
        if key not in kept:
            expected.append(key)
        kept[key] = sizes[key]
        kept.move_to_end(key)
        while len(kept) > entries or (sum(kept.values()) > maximum_bytes and len(kept) > 1):
            kept.popitem(last=False)
    assert computed == expected
    info = result.cache_info()
    assert (info.hits, info.misses) == (len(calls) - len(expected), len(expected))
    assert (info.currsize, info.nbytes) == (len(kept), sum(kept.values()))
    assert (info.maxsize, info.maximum_bytes) == (entries, maximum_bytes)


def test_forty_callers_wait_for_one_computation():
    computed = []

    @shared(entries=4)
    def result(key):
        computed.append(key)
        until(lambda: result.cache_info().hits == 39)
        return {key}

    results = in_threads(40, lambda _: result("view"))
    assert computed == ["view"] and results == [{"view"}] * 40 and len(set(map(id, results))) == 1
    assert result.cache_info()[:2] == (39, 1)


def test_a_failure_reaches_all_who_waited_and_is_not_kept():
    computed = []

    @shared(entries=4)
    def result(key):
        computed.append(key)
        if len(computed) == 1:
            until(lambda: result.cache_info().hits == 7)
            raise ValueError("no such file")
        return "there now"

    results = in_threads(8, lambda _: result("view"))
    assert [str(error) for error in results] == ["no such file"] * 8 and computed == ["view"]
    assert result("view") == "there now"


class Stopped(BaseException):
    """As Streamlit ends a script in the middle."""


def test_a_stopped_thread_leaves_the_computation_to_one_that_waits():
    computed = []

    @shared(entries=4)
    def result(key):
        computed.append(key)
        if len(computed) == 1:
            until(lambda: result.cache_info().hits == 7)
            raise Stopped
        return "there"

    def ask(_):
        try:
            return result("view")
        except Stopped:
            return "stopped"

    assert Counter(in_threads(8, ask)) == {"stopped": 1, "there": 7}
    assert computed == ["view"] * 2


def test_different_keys_are_computed_at_the_same_time():
    together = threading.Barrier(6)

    @shared(entries=6)
    def result(key):
        together.wait(SECONDS)  # breaks unless all six are here
        return key

    assert in_threads(6, result) == list(range(6))


def test_a_computation_may_call_shared_functions():
    @shared(entries=50)
    def fibonacci(n):
        return n if n < 2 else fibonacci(n - 1) + fibonacci(n=n - 2)

    assert set(in_threads(8, lambda i: fibonacci(30 + i % 2))) == {832040, 1346269}


def test_a_computation_that_needs_itself_fails_instead_of_waiting_for_ever():
    @shared(entries=1)
    def result(key):
        return result(key)

    with pytest.raises(RecursionError, match="result needs its own result"):
        result(1)
    assert result.cache_info().currsize == 0


def test_clearing_during_a_computation_keeps_nothing_old():
    values = iter(["old", "new"])
    started, gate = threading.Event(), threading.Event()

    @shared(entries=2)
    def result():
        value = next(values)
        if value == "old":
            started.set()
            assert gate.wait(SECONDS)
        return value

    with ThreadPoolExecutor(1) as pool:
        old = pool.submit(result)
        assert started.wait(SECONDS)
        result.cache_clear()
        assert result() == "new"
        gate.set()
        assert old.result(SECONDS) == "old"
    assert result() == "new" and result.cache_info().currsize == 1


def test_a_race_of_many_threads_never_computes_a_key_twice_at_a_time_nor_breaks_a_bound():
    running, overlaps, lock = set(), [], threading.Lock()

    @shared(entries=3, maximum_bytes=2500)
    def result(key):
        with lock:
            if key in running:
                overlaps.append(key)
            running.add(key)
        value = np.full(100, key)
        if key % 3 == 0:
            inner(key)
        with lock:
            running.discard(key)
        if key == 5:
            raise ValueError(key)
        return value

    @shared(entries=2)
    def inner(key):
        return result(key + 1)

    def visit(seed):
        rng = random.Random(seed)
        for _ in range(300):
            key = rng.randrange(8)
            try:
                assert (result(key) == key).all()
            except ValueError:
                assert key == 5
            info = result.cache_info()
            assert info.currsize <= 3 and info.nbytes <= 2500

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        assert in_threads(12, visit) == [None] * 12
    finally:
        sys.setswitchinterval(interval)
    assert not overlaps and not result._running
    info = result.cache_info()
    assert info.nbytes == 800 * info.currsize


def test_sizes_are_counted_where_they_are_known():
    payload = Payload.of(b"scene")
    array = np.zeros((3, 5), np.float32)
    assert size_of(payload) == len(payload.gzipped)
    assert size_of((array, [b"four"], {"a": array, "b": None})) == 60 + 4 + 60
    assert size_of(object()) == 0


def test_the_bound_is_checked_when_the_function_is_made():
    with pytest.raises(ValueError, match="entries must be at least 1"):
        shared(entries=0)
