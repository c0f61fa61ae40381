"""The browser's side of the component as static files under one content-hashed folder.

The folder's name is the digest of all files in it, Plotly.js (from the installed plotly package) included, so
that responses can be cached for good and a new version is never mixed with an old one.
"""

import gzip
import hashlib
from functools import cache
from pathlib import Path

import plotly
import streamlit as st

FOLDER = Path(__file__).parent
_MEDIA_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


def base_url() -> str:
    """The path that routes start with, "" or "/prefix": Streamlit does not prefix a program's own routes."""
    prefix = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{prefix}" if prefix else ""


@cache
def _files() -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix in _MEDIA_TYPES}
    files["plotly.min.js"] = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()
    return files


@cache
def version() -> str:
    """Digest of all files served, 16 hex digits."""
    digest = hashlib.sha256()
    for name, content in _files().items():
        digest.update(name.encode() + content)
    return digest.hexdigest()[:16]


@cache
def gzipped(name: str) -> bytes | None:
    """One file, compressed once per server (Plotly.js takes 130 ms); None when there is no such file."""
    content = _files().get(name)
    return None if content is None else gzip.compress(content, compresslevel=9, mtime=0)


def media_type(name: str) -> str:
    """The Content-Type of a served file."""
    return _MEDIA_TYPES[Path(name).suffix]
