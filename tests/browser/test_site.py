"""The static site in a browser: from a disk, and from a static server with no other network."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

import pytest

from tests.browser.live import open_live, settled
from tests.browser.test_takehome import READ, View, differences, disconnected, in_file, in_program, states
from tests.variants import seldom
from ui.publish import publish
from ui.takehome.addresses import Address, addresses
from ui.takehome.site import Site, path_of

LIMIT = 25_000_000
SHOWN = (
    Address("divergence", "jensen", "p = q", {"view": "jensen", "r1": "0.25"}, ("jensen",)),
    Address("line_flow", "negative weight", "", {"view": "negative weight"}, ("flow",)),
    Address("joint_maximum", "landscape", "", {"problem": "Gaussian mixture (EM)"}, ("joint",)),
)
TYPED = Address("joint_maximum", "your own f and h", "", {"problem": "Your own f and h"})


class Quiet(SimpleHTTPRequestHandler):
    """A static server without a log."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published") / "site"
    publish(Site([*SHOWN, TYPED]), folder)
    return folder


@pytest.fixture(scope="module")
def static_url(site):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def served(browser, static_url):
    """A page for which there is nothing but the static server."""
    context, foreign, errors = browser.new_context(viewport={"width": 1400, "height": 1000}), [], []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: foreign.append(request.url))
    page.goto(f"{static_url}/index.html")
    yield page
    context.close()
    assert not errors
    assert not [url for url in foreign if not url.startswith((f"{static_url}/", "data:", "blob:"))]


@pytest.fixture
def alone(browser):
    with disconnected(browser) as page:
        yield page


@pytest.mark.slow
@pytest.mark.parametrize("count", seldom([3, 20]))
@pytest.mark.parametrize("address", seldom(SHOWN), ids=lambda address: address.word)
def test_pages_read_what_the_program_reads(page, app_url, alone, served, site, static_url, address, count):
    (name,) = address.names
    path = f"{address.lesson.slug}?{urlencode(address.query)}"
    view = View(path, name)
    open_live(page, f"{app_url}/{path}", name)
    settled(page, name)
    pages = {alone: (site / path_of(address)).as_uri(), served: f"{static_url}/{path_of(address)}"}
    for other, url in pages.items():
        open_live(other, url, name)
        assert not differences(view, page.evaluate(READ), other.evaluate(READ))
    for positions in states(page, view, count):
        there = in_program(page, view, positions)
        for other in pages:
            assert not differences(view, there, in_file(other, positions)), positions


@pytest.mark.slow
def test_one_finds_ones_way_from_home_to_a_view_and_back(served, static_url):
    served.get_by_role("link", name="Joint maximisation").click()
    served.wait_for_selector('[data-testid="live-joint"][data-ready="true"]')
    assert served.get_by_role("link", name="landscape").get_attribute("aria-current") == "page"
    served.get_by_role("link", name="your own f and h").click()
    served.get_by_text("“your own f and h” needs the server.").wait_for()
    served.get_by_role("link", name="All lessons").click()
    served.wait_for_url(f"{static_url}/index.html")


@pytest.mark.slow
def test_the_whole_site_is_small_and_every_page_of_it_works(browser, tmp_path):
    folder = tmp_path / "site"
    _, size = publish(Site(addresses()), folder)
    assert size <= LIMIT
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) == size
    with disconnected(browser) as page:
        for address in addresses():
            page.goto((folder / path_of(address)).as_uri())
            for name in address.names:
                page.wait_for_selector(f'[data-testid="live-{name}"][data-ready="true"]')
            if not address.names:
                page.get_by_text("needs the server").wait_for()
