"""The store of published scenes."""

import gzip
import hashlib

from ui.live.payloads import Payload, PayloadStore


def payload(i: int, size: int = 1000) -> Payload:
    # Random-looking bytes do not compress, so sizes can be reasoned about.
    return Payload.of(b"".join(hashlib.sha256(f"{i}-{j}".encode()).digest() for j in range(size // 32)))


def test_content_comes_back_under_its_digest():
    store = PayloadStore()
    item = Payload.of(b"scene")
    store.keep(item)
    assert item.address == hashlib.sha256(b"scene").hexdigest()
    assert gzip.decompress(store.get(item.address).gzipped) == b"scene"
    assert store.get("0" * 64) is None


def test_same_content_is_the_same_payload():
    assert Payload.of(b"scene") == Payload.of(b"scene")


def test_the_longest_unused_leaves_first_and_the_newest_always_stays():
    items = [payload(i) for i in range(4)]
    store = PayloadStore(maximum_bytes=3 * max(len(item.gzipped) for item in items))
    for item in items[:3]:
        store.keep(item)
    store.get(items[0].address)
    store.keep(items[3])
    assert [store.get(item.address) is None for item in items] == [False, True, False, False]
    giant = payload(9, size=100_000)
    store.keep(giant)
    assert store.get(giant.address) == giant
    assert all(store.get(item.address) is None for item in items)


def test_keeping_twice_counts_once():
    item = payload(1)
    store = PayloadStore(maximum_bytes=len(item.gzipped))
    store.keep(item)
    store.keep(item)
    assert store.get(item.address) == item
