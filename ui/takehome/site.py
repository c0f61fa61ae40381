"""The program as a static site: every page of :mod:`.addresses`, and what all of them share, once.

Links are relative, and scripts are no modules, so the site works from a disk as from any static host. What
lies in ``assets/`` is called after its content and never changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import urlencode

from streamlit.testing.v1 import AppTest

from hw9core.errors import ConfigError
from ui.catalogue import LESSONS, PAGES
from ui.live import assets
from ui.takehome import page
from ui.takehome.addresses import Address
from ui.takehome.kept import PROGRAM, Kept, link, plain
from ui.takehome.offer import collected
from ui.takehome.page import Part, Places

Progress = Callable[[Iterable[Address]], Iterable[Address]]
_SECONDS = 120.0  # for one page of the program
_NAVIGATION = PAGES.parent / "ui" / "navigation.py"


@dataclass(frozen=True)
class Site:
    """Pages to write, in order, and the address of the program that they link back to, "" for none."""

    addresses: Sequence[Address]
    public: str = ""

    def files(
        self, seen: Callable[[Iterable[Address]], Iterable[Address]] = iter
    ) -> Iterator[tuple[str, bytes]]:
        """Every file with its path, each once; ``seen`` wraps the pages, such as to show progress.

        Raises ``Hw9Error`` when a page of the program cannot be shown.
        """
        common = _Common()
        yield from common.files.items()
        yield "index.html", self._home(common)
        for address in seen(self.addresses):
            parts = [Part.of(kept) for kept in kept_at(address, self.public)]
            scenes = {f"assets/{file.name}.js": file.script.encode() for part in parts for file in part.files}
            yield from scenes.items()
            yield path_of(address), self._page(address, parts, list(scenes), common)

    def _home(self, common: _Common) -> bytes:
        items = []
        for lesson in LESSONS:
            of_lesson = [address for address in self.addresses if address.word == lesson.word]
            if of_lesson:
                first = f'<a href="{path_of(of_lesson[0])}">{escape(lesson.title)}</a>'
                links = _links(_first_of_each_view(of_lesson), "", None)
                items.append(f"<h2>{first}</h2><p>{escape(lesson.summary)}</p>{links}")
        sentence = "Homework problems to take in hand: drag a control and watch every number follow."
        body = f'<header class="hw9-top"><h1>{PROGRAM}</h1><p>{sentence}</p></header>'
        body += f"<main>{''.join(items)}</main><footer><p>{_back(self.public)}</p></footer>"
        return page.document(PROGRAM, common.head(""), body, []).encode()

    def _page(self, address: Address, parts: list[Part], scenes: list[str], common: _Common) -> bytes:
        lesson, up = address.lesson, "../"
        of_lesson = [other for other in self.addresses if other.word == address.word]
        of_view = [other for other in of_lesson if other.view == address.view]
        views = _links(_first_of_each_view(of_lesson), up, address)
        presets = _links({other.preset: other for other in of_view}, up, address) if len(of_view) > 1 else ""
        home = f'<a href="{up}index.html">All lessons</a>'
        top = (
            f'<header class="hw9-top"><h1>{escape(lesson.title)}</h1><p>{home}</p></header>'
            f"<nav>{views}{presets}</nav>"
        )
        shown = "".join(part.html(common.places(up)) for part in parts)
        if not parts:
            where = _back(link(self.public, address.word, urlencode(address.query)))
            shown = f"<p>“{escape(address.view)}” needs the server. {where}</p>"
        foot = page.foot(parts) if parts else ""
        sources = [*common.scripts, *scenes, common.host] if parts else []
        scripts = [f'<script src="{up}{source}"></script>' for source in sources]
        body = f"{top}\n<main>{shown}</main>\n{foot}"
        return page.document(f"{lesson.title}: {address.view}", common.head(up), body, scripts).encode()


class _Common:
    """What all pages share."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}  # by path in the site
        self._styles = self._add("page.css", page.page_styles().encode())
        self._plotly = self._add(assets.PLOTLY, assets.encoded(assets.PLOTLY, "identity"))
        self._stylesheet = self._add(assets.STYLES, assets.encoded(assets.STYLES, "identity"))
        self.scripts = [
            self._add(f"{file.name.partition('.')[0]}.js", file.script.encode())
            for file in page.shared_files()
        ]
        self.host = self._add("host.js", page.host().encode())

    def _add(self, name: str, content: bytes) -> str:
        """Keep a file under a name that tells its content; returns its path."""
        stem, _, ending = name.partition(".")
        path = f"assets/{stem}-{hashlib.sha256(content).hexdigest()[:16]}.{ending}"
        self.files[path] = content
        return path

    def head(self, up: str) -> str:
        """The head of a page in a folder from which ``up`` leads to the site's."""
        return f'<link rel="stylesheet" href="{up}{self._styles}">'

    def places(self, up: str) -> Places:
        """Where a page finds what the component loads."""
        return Places(f"{up}{self._plotly}", f"{up}{self._stylesheet}")


def kept_at(address: Address, public: str = "") -> list[Kept]:
    """The live views that the program shows at an address, made by running its page.

    Raises ``ConfigError`` with what the page says when it shows none of them.
    """
    if not address.names:
        return []
    with collected() as offered:
        app = AppTest.from_file(_NAVIGATION, default_timeout=_SECONDS).run()
        app.switch_page(str(PAGES / f"{address.word}.py"))
        for name, word in address.query.items():
            app.query_params[name] = word
        app.run()
    latest = {kept.shown.name: kept for kept in offered}
    missing = [name for name in address.names if name not in latest]
    if missing:
        said = " ".join(element.value for element in (*app.error, *app.warning, *app.info))
        raise ConfigError(f"{address.lesson.title}, {address.view}, cannot be shown: {said}")
    return [replace(latest[name], program=public) for name in address.names]


def path_of(address: Address) -> str:
    """The path of a page in the site."""
    return f"{address.lesson.slug}/{plain(f'{address.view} {address.preset}')}.html"


def _first_of_each_view(of_lesson: Sequence[Address]) -> Mapping[str, Address]:
    first: dict[str, Address] = {}
    for address in of_lesson:
        first.setdefault(address.view, address)
    return first


def _links(targets: Mapping[str, Address], up: str, here: Address | None) -> str:
    """A list of links; the one to where one is, or to the view one is in, is marked."""
    items = []
    for words, target in targets.items():
        current = here is not None and (target == here or (words == here.view and target.view == here.view))
        mark = ' aria-current="page"' if current else ""
        items.append(f'<li><a href="{up}{path_of(target)}"{mark}>{escape(words or "all")}</a></li>')
    return f'<ul class="hw9-nav">{"".join(items)}</ul>'


def _back(link: str) -> str:
    if not link:
        return "Training, uploads and the ledgers are in the program itself."
    return f'Training, uploads and the ledgers are in <a href="{escape(link)}">the program itself</a>.'
