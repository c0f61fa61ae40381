"""The browser's files: what is kept of requests for files that do not exist."""

import tracemalloc

from ui.live import assets


def test_files_are_compressed_once_and_unknown_names_are_not_kept():
    assert assets.encoded("live.js", "gzip") is assets.encoded("live.js", "gzip")
    tracemalloc.start()
    for number in range(200):
        assert assets.encoded(f"{number:060000d}.js", "gzip") is None
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 100_000  # of the 12 MB of names
