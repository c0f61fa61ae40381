"""The browser's side of the component as static files under one content-hashed folder.

The folder's name is the digest of all files in it, Plotly.js (from the installed plotly package) included, so
that responses can be cached for good and a new version is never mixed with an old one.
"""

import hashlib
import json
import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import plotly
import streamlit as st

from hw9core.figures.theme import PALETTE
from ui.encodings import encode
from ui.shared import shared

FOLDER = Path(__file__).parent / "browser"
PLOTLY = "plotly.min.js"
BUNDLE = "modules.json"
STYLES = "live.css"
_LOADER, _RETRY = "loader.js", "retry.js"
_MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
}
_IMPORT = re.compile(r'from "\./([\w.]+)"')


def base_url() -> str:
    """The path that routes start with, "" or "/prefix": Streamlit does not prefix a program's own routes."""
    prefix = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{prefix}" if prefix else ""


def _own_files() -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix in _MEDIA_TYPES}
    return files | {STYLES: _palette() + files[STYLES]}


def _palette() -> bytes:
    """The figures' colours for everything beside them."""
    variables = "".join(f"--hw9-{name}: {color};" for name, color in PALETTE.items())
    return f":root {{{variables}}}\n".encode()


@cache
def _files() -> dict[str, bytes]:
    files = _own_files() | {BUNDLE: _bundle()}
    files[PLOTLY] = (Path(plotly.__file__).parent / "package_data" / PLOTLY).read_bytes()
    return files


@cache
def _bundle() -> bytes:
    """All modules as JSON: pairs of name and source, each after those that it imports."""
    files = _own_files()
    sources = {
        name: content.decode() for name, content in files.items() if name.endswith(".js") and name != _LOADER
    }
    imported = {name: _IMPORT.findall(source) for name, source in sources.items()}
    ordered = TopologicalSorter(imported).static_order()
    return json.dumps([[name, sources[name]] for name in ordered]).encode()


@cache
def version() -> str:
    """Digest of all files served, 16 hex digits."""
    digest = hashlib.sha256()
    for name, content in _files().items():
        digest.update(name.encode() + content)
    return digest.hexdigest()[:16]


def encoded(name: str, encoding: str) -> bytes | None:
    """One file in an encoding of :mod:`ui.encodings`, made once per server.

    None when there is no such file, which leaves nothing behind.
    """
    return _encoded(name, encoding) if name in _files() else None


@shared(entries=256)
def _encoded(name: str, encoding: str) -> bytes:
    return encode(_files()[name], encoding)


@cache
def loader(address: str, module: str = "live.js") -> str:
    """A component's inline script: it fetches the bundle at ``address``, links its modules and mounts one."""
    files = _own_files()
    retry = files[_RETRY].decode().replace("export ", "")
    return retry + files[_LOADER].decode().replace("BUNDLE", address).replace("MODULE", module)


def media_type(name: str) -> str:
    """The Content-Type of a served file."""
    return _MEDIA_TYPES[Path(name).suffix]
