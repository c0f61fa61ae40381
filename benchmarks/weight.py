"""Bytes that a visit makes the server send, as the browser counts them.

A first visit has an empty cache; the second opens the same page in a new tab of the same browser. Counted
are answers as they travel (headers and compressed bodies) and messages of the websocket, until the figure is
drawn and the network is quiet. Browsers offer every encoding over https and to localhost; a phone that opens
``http://`` of another machine offers gzip alone, which a made-up host name for 127.0.0.1 brings about.
"""

from __future__ import annotations

import base64

from playwright.sync_api import Browser, BrowserContext

from benchmarks.browser import VIEWPORT, chromium
from benchmarks.report import Row, print_table
from benchmarks.server import serving

HALL = "hall.test"
PAGES = {"home": "h1", "threshold": '[data-testid="live-threshold"][data-ready="true"] .main-svg'}
FIRST_MB, SECOND_KB = 2.0, 10.0
BINARY = 2  # the websocket's opcode


class Meter:
    """Counts what one tab receives."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.files: dict[str, float] = {}
        self.messages = 0
        self._addresses: dict[str, str] = {}
        session = context.new_cdp_session(self.page)
        session.on("Network.requestWillBeSent", self._ask)
        session.on("Network.loadingFinished", self._finish)
        session.on("Network.webSocketFrameReceived", self._hear)
        session.send("Network.enable")

    @property
    def bytes(self) -> float:
        return sum(self.files.values()) + self.messages

    def _ask(self, event: dict) -> None:
        self._addresses[event["requestId"]] = event["request"]["url"]

    def _finish(self, event: dict) -> None:
        address = self._addresses.get(event["requestId"], event["requestId"])
        self.files[address] = self.files.get(address, 0) + event["encodedDataLength"]

    def _hear(self, event: dict) -> None:
        frame = event["response"]
        payload = frame["payloadData"]
        self.messages += len(base64.b64decode(payload) if frame["opcode"] == BINARY else payload.encode())


def measure(pages: tuple[str, ...] = tuple(PAGES)) -> list[Row]:
    """Rows for the first and the second visit of each page, with every encoding and with gzip alone."""
    with serving() as server, chromium(f"--host-resolver-rules=MAP {HALL} 127.0.0.1") as browser:
        origins = {"localhost": server.url, "http in a hall": server.url.replace("127.0.0.1", HALL)}
        rows = []
        for where, origin in origins.items():
            for name in pages:
                rows += _visits(browser, name, f"{origin}/{'' if name == 'home' else name}", where)
        return rows


def _visits(browser: Browser, name: str, address: str, where: str) -> list[Row]:
    context = browser.new_context(viewport=VIEWPORT)
    try:
        first, second = (_visit(context, address, PAGES[name]) for _ in range(2))
    finally:
        context.close()
    largest = sorted(first.files.items(), key=lambda item: -item[1])[:4]
    beside = ", ".join(f"{url.rsplit('/', 1)[-1][:24]} {size / 1e3:.0f}" for url, size in largest)
    title = f"weight of {name}, {where}"
    again = f"of it {second.messages / 1e3:.1f} kB over the websocket"
    return [
        Row(f"{title}: first visit", first.bytes / 1e6, "MB", ("<=", FIRST_MB), f"largest, kB: {beside}"),
        Row(f"{title}: second visit", second.bytes / 1e3, "kB", ("<=", SECOND_KB), again),
    ]


def _visit(context: BrowserContext, address: str, drawn: str) -> Meter:
    meter = Meter(context)
    meter.page.goto(address)
    meter.page.wait_for_selector(drawn, timeout=60_000)
    meter.page.wait_for_load_state("networkidle")
    return meter


if __name__ == "__main__":
    print_table(measure())
