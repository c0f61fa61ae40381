"""Which encoding a browser gets, and that it decodes to what was encoded."""

import zlib

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import encodings


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0, gzip;q=0.001", "gzip"),
        ("br; q=0.000 , gzip;q=0", "identity"),
        ("deflate", "identity"),
        ("brotli, xgzip", "identity"),
        ("", "identity"),
        (";;,q=,;q=", "identity"),
    ],
)
def test_a_browser_gets_what_it_offers(header, encoding):
    assert encodings.chosen(header) == encoding


def test_without_brotli_in_the_library_it_is_never_chosen(monkeypatch):
    monkeypatch.setattr(encodings, "_HAS_BROTLI", False)
    assert encodings.chosen("br, gzip") == "gzip" and encodings.chosen("br") == "identity"


@given(st.binary(max_size=2000))
def test_what_was_encoded_decodes(content):
    assert zlib.decompress(encodings.encode(content, "gzip"), wbits=31) == content
    brotli = encodings.encode(content, "br")
    assert pyarrow.Codec("brotli").decompress(brotli, len(content), asbytes=True) == content
    assert encodings.encode(content, "identity") == content
