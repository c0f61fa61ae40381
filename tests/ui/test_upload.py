"""A visitor's file: read once for its session, its refusal remembered, a full queue not."""

import math
from types import SimpleNamespace

import pytest

from hw9core.errors import InputError
from ui.jobs import upload as module
from ui.jobs.task import LaneError
from ui.jobs.upload import SMALL_BYTES, Read, read_upload


@pytest.fixture
def session(monkeypatch):
    """A session of the page, and the calls that went beside the server."""
    kept, asked = {}, []

    def last_good(key, value=None):
        if value is not None:
            kept[key] = value
        return kept.get(key)

    def aside(words, parse, *arguments):
        asked.append(words)
        return parse(*arguments)

    monkeypatch.setattr(module, "last_good", last_good)
    monkeypatch.setattr(module, "aside", aside)
    return asked


def file(number: str, content: bytes):
    return SimpleNamespace(file_id=number, name="own.csv", getvalue=lambda: content)


def counting(results):
    """A parser that gives, or raises, one result after the other."""
    results = iter(results)

    def parse(content, name):
        result = next(results)
        if isinstance(result, Exception):
            raise result
        return result

    return parse


def test_a_file_is_read_once_and_another_one_again(session):
    parse = counting([1, 2, 3])
    assert read_upload("key", None, parse) == Read()
    assert [read_upload("key", file("a", b""), parse) for _ in range(3)] == [Read(1)] * 3
    assert read_upload("key", file("b", b""), parse) == Read(2)
    assert read_upload("other", file("b", b""), parse) == Read(3)


def test_large_files_are_read_beside_the_server(session):
    read_upload("key", file("a", bytes(SMALL_BYTES)), counting([1]))
    assert session == []
    read_upload("key", file("b", bytes(SMALL_BYTES + 1)), counting([1]))
    read_upload("key", file("c", b""), counting([1]), at_once=-1)
    assert session == ["Reading own.csv"] * 2


def test_a_refusal_is_remembered(session):
    parse = counting([InputError("own.csv, line 2: no number."), math.nan])
    for _ in range(2):
        assert read_upload("key", file("a", b""), parse) == Read(refusal="own.csv, line 2: no number.")


def test_a_full_queue_is_not(session):
    parse = counting([LaneError("20 visitors are waiting."), 5])
    assert read_upload("key", file("a", b""), parse) == Read(refusal="20 visitors are waiting.")
    assert read_upload("key", file("a", b""), parse) == Read(5)
