"""A page that shows live views without a server: HTML whose files are within it, or beside it as scripts.

From a disk (``file://``) a browser lets a page run scripts, but not fetch: so every file that the component
would fetch is a script that keeps it, gzipped and in base64, under its name.
"""

from __future__ import annotations

import base64
import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from hw9core.store.files import REPOSITORY
from ui.encodings import GZIP
from ui.live import assets
from ui.live.payloads import Payload
from ui.takehome.alone import Alone, alone
from ui.takehome.capsule import capsule
from ui.takehome.kept import PROGRAM, Kept

BROWSER = Path(__file__).parent / "browser"
ICON = Path(__file__).parents[1] / "icon.svg"
LOADER = "loader.js"
_POLICY = (  # nothing is asked of any network
    "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline' blob:; "
    "connect-src blob:; img-src data: blob:"
)
_VARIABLES = {
    "textColor": "--st-text-color",
    "borderColor": "--st-border-color",
    "backgroundColor": "--st-background-color",
    "secondaryBackgroundColor": "--st-secondary-background-color",
    "primaryColor": "--st-primary-color",
}


@dataclass(frozen=True)
class File:
    """A file of the component, gzipped, by the name under which a page asks for it."""

    name: str
    gzipped: bytes

    @property
    def script(self) -> str:
        """The script that keeps it."""
        text = base64.b64encode(self.gzipped).decode()
        return f'(globalThis.hw9Files ??= {{}})["{self.name}"] = "{text}";'


@dataclass(frozen=True)
class Places:
    """Under which names or addresses a page finds what is the same on every page."""

    plotly: str = assets.PLOTLY
    stylesheet: str = assets.STYLES


@dataclass(frozen=True)
class Part:
    """A live view on a page: where it stands, and the files it brings along."""

    kept: Kept
    alone: Alone

    @classmethod
    def of(cls, kept: Kept) -> Part:
        """Computes its scene once more where that rests on committed values."""
        return cls(kept, alone(kept.shown))

    @property
    def files(self) -> list[File]:
        """Its scenes."""
        return [File(_name(payload), payload.gzipped) for payload in self._scenes]

    @property
    def _scenes(self) -> list[Payload]:
        return [self.alone.scene, *([self.alone.elsewhere] if self.alone.elsewhere else [])]

    def html(self, places: Places) -> str:
        """Its place on a page, with all that the host of it has to know."""
        shown = self.kept.shown
        data = shown.beside(shown.scene(shown.values)) | {
            "plotly": places.plotly,
            "stylesheet": places.stylesheet,
            "scene": _name(self.alone.scene),
            "serial": 0,
            "put": 0,
        }
        elsewhere = self.alone.elsewhere and _name(self.alone.elsewhere)
        beside = {
            "controls": self.alone.controls,
            "elsewhere": elsewhere,
            "tables": self.alone.rows,
        }
        return (
            f'<section class="hw9-place"><div class="hw9-parent"></div>{_away(self)}'
            f'<script type="application/json">{in_script({"data": data, "alone": beside})}</script></section>'
        )


def single_file(kept: Kept) -> bytes:
    """One live view as one HTML file, UTF-8, that opens from a disk and asks nothing of any network."""
    part = Part.of(kept)
    files = [*shared_files(), *part.files, _asset(assets.PLOTLY), _asset(assets.STYLES)]
    scripts = [f"<script>{file.script}</script>" for file in files]
    head = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n<style>{page_styles()}</style>'
    sentence = "A live figure: drag its handles, or use the keyboard. It needs no server and no network."
    body = f"{part.html(Places())}\n{foot([part])}"
    scripts.append(f"<script>{host()}</script>")
    top = f'<header class="hw9-top"><h1>{escape(kept.title)}</h1><p>{sentence}</p></header>'
    return document(kept.title, head, f"{top}\n<main>{body}</main>", scripts).encode()


def document(title: str, head: str, body: str, scripts: Iterable[str]) -> str:
    """A whole page."""
    name = title if title == PROGRAM else f"{title} · {PROGRAM}"
    return "\n".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<title>{escape(name)}</title>\n<link rel="icon" href="{_icon()}">',
            head,
            "</head>\n<body>",
            body,
            *scripts,
            "</body>\n</html>\n",
        )
    )


def foot(parts: Sequence[Part]) -> str:
    """Where the page is from, what it cannot do, and the capsules of its views."""
    link = next((part.kept.link for part in parts if part.kept.link), "")
    where = f'<a href="{escape(link)}">the same state in the program</a>' if link else "the program itself"
    capsules = [capsule(part.kept) for part in parts]
    shown = escape(json.dumps(capsules, indent=2, ensure_ascii=False))
    return (
        "<footer><p>Training, uploads, other choices and the ledger need the server: go on in "
        f"{where}.</p><details><summary>Capsule: version, checkpoints, seed and state</summary>"
        f"<pre>{shown}</pre></details>"
        f'<script type="application/json" id="hw9-capsule">{in_script(capsules)}</script></footer>'
    )


def in_script(value: object) -> str:
    """JSON that stays within its element whatever its texts hold. Raises ``ValueError`` for a NaN."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def shared_files() -> list[File]:
    """The component's modules and the loader that links them, the same on every page."""
    loader = File(LOADER, Payload.of(assets.loader("BUNDLE").encode()).gzipped)
    return [_asset(assets.BUNDLE), loader]


@cache
def page_styles() -> str:
    """The page's own styles, in the colours of the program's light and dark theme."""
    themes = tomllib.loads((REPOSITORY / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    light, dark = (
        "".join(f"{variable}: {themes[name][key]}; " for key, variable in _VARIABLES.items())
        for name in ("light", "dark")
    )
    font = '--st-font: "Source Sans", "Source Sans 3", system-ui, sans-serif; --st-base-radius: 0.5rem; '
    themed = f":root {{ {font}{light}}}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark}}} }}\n"
    return themed + (BROWSER / "page.css").read_text("utf-8")


@cache
def host() -> str:
    """The script that stands in for the server."""
    return (BROWSER / "host.js").read_text("utf-8")


@cache
def _icon() -> str:
    """The program's icon as an address that holds it."""
    return f"data:image/svg+xml;base64,{base64.b64encode(ICON.read_bytes()).decode()}"


def _asset(name: str) -> File:
    content = assets.encoded(name, GZIP)
    assert content is not None
    return File(name, content)


def _name(payload: Payload) -> str:
    return f"scene-{payload.address[:16]}"


def _away(part: Part) -> str:
    """What is said once the figure is asked for what only the server knows."""
    controls, alone = part.kept.shown.controls, part.alone.controls
    names = ", ".join(getattr(one, "label", one.name) for one in controls if one.name in alone)
    which = "the controls" if len(alone) == len(controls) else escape(names)
    link = part.kept.link
    server = f'<a href="{escape(link)}">the server</a>' if link else "the server"
    away = f"What is a dash or empty needs {server}: it was computed for one position of {which}."
    drawn = f"To score a drawing needs {server}."
    return (
        '<div class="hw9-away" role="status" hidden>'
        f'<p data-says="away">{away} <button type="button">Back to that position</button></p>'
        f'<p data-says="drawn">{drawn}</p></div>'
    )
