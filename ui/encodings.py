"""Content encodings: which one a browser takes, and bytes in it.

Browsers offer Brotli over https and to localhost only, so a phone in a hall that opens ``http://`` gets gzip.
"""

import gzip

import pyarrow

BROTLI, GZIP, IDENTITY = "br", "gzip", "identity"
_BROTLI_LEVEL = 9  # of 11; level 11 takes ten times as long, and Plotly.js then has a tenth less
_HAS_BROTLI = pyarrow.Codec.is_available("brotli")


def chosen(accept_encoding: str) -> str:
    """The smallest encoding that the header Accept-Encoding allows; ``identity`` where it allows none."""
    allowed = set()
    for offer in accept_encoding.lower().split(","):
        name, *parameters = (part.strip() for part in offer.split(";"))
        if not any(parameter.startswith("q=") and not parameter[2:].strip("0.") for parameter in parameters):
            allowed.add(name)
    if _HAS_BROTLI and BROTLI in allowed:
        return BROTLI
    return GZIP if GZIP in allowed else IDENTITY


def encode(content: bytes, encoding: str) -> bytes:
    """``content`` in an encoding of :func:`chosen`, the same bytes every time; keep the result."""
    if encoding == BROTLI:
        return pyarrow.Codec("brotli", compression_level=_BROTLI_LEVEL).compress(content, asbytes=True)
    return gzip.compress(content, compresslevel=9, mtime=0) if encoding == GZIP else content
