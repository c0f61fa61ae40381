"""The files that leave the program, opened from a disk with no network, beside the running program."""

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest

import hw9core
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.store.checkpoints import checkpoint_path
from tests.browser.conftest import WAIT_MS
from tests.browser.live import drag, grip, next_frame, open_live, plot_area, readout, settled
from tests.variants import seldom

LIMIT = 3_000_000
READ = """() => Object.fromEntries([...document.querySelectorAll('[data-testid^="readout-"]')]
    .map((node) => [node.dataset.testid.slice(8), node.dataset.value]))"""
SLIDERS = """(name) => {
    const view = document.querySelector(`[data-testid="live-${name}"]`);
    return [...view.querySelectorAll('[data-testid^="control-"]')].map((node) => ({
        name: node.dataset.testid.slice(8),
        low: +node.min, high: +node.max, step: +node.step, now: +node.value,
    }));
}"""
# A hand's effect without a hand's path: the positions are set and let go, all at once, which is one commit.
SET = """(positions) => {
    const found = Object.entries(positions).map(([name, position]) => {
        const input = document.querySelector(`[data-testid="control-${name}"]`);
        input.value = position;
        input.dispatchEvent(new Event("input"));
        return input;
    });
    for (const input of found) input.dispatchEvent(new Event("change"));
}"""


@dataclass(frozen=True)
class View:
    """Where a view is, the live view's name, and what only the server knows once a slider has moved.

    ``alone``: only one slider at a time leaves its first position, since numbers along each are known.
    """

    path: str
    name: str
    unknown: frozenset[str] = frozenset()
    alone: bool = False


MONTE_CARLO = frozenset({"jensen_shannon"})
PATHS = frozenset({"g_coordinate", "g_gradient", "g_iterated"})
VIEWS = (
    View("threshold", "threshold"),
    View("gaussian-kl", "gaussian-kl", MONTE_CARLO),
    View("coupling", "coupling", alone=True),
    View("kl", "jensen"),
    View("flow", "flow"),
    View("joint-maximum?view=paths", "joint", PATHS, alone=True),
    View("threshold?view=rules", "threshold"),
    View("threshold?view=curves", "threshold"),
    View("threshold?view=classes", "threshold"),
    View("threshold?view=images", "threshold"),
    View("threshold?view=uncertainty", "threshold"),
    View("threshold?view=training", "threshold"),
    View("threshold?view=detectors", "threshold"),
    View("flow?view=learning", "flow"),
    View("flow?view=by hand", "flow"),
    View("flow?view=negative weight", "flow"),
    View("coupling?part=Two dimensions", "plane"),
    View("coupling?part=Two dimensions&view=learning", "plane"),
    View("coupling?part=Two dimensions&view=what can go wrong", "plane"),
    View("kl?view=densities", "densities", alone=True),
    View("kl?view=additivity", "additivity", alone=True),
    View("gaussian-kl?panel=fit", "gaussian-fit"),
    View("gaussian-kl?panel=break it", "gaussian-singular"),
    View("joint-maximum", "joint"),
    View("joint-maximum?view=break it", "joint"),
)


@contextmanager
def disconnected(browser, **settings):
    """A page without a network; afterwards nothing may have been asked of one, and no script have failed."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000}, **settings)
    context.set_default_timeout(WAIT_MS)
    context.set_offline(True)
    page, errors, asked = context.new_page(), [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert not errors
    assert not [url for url in asked if not url.startswith(("file:", "blob:", "data:"))]


@pytest.fixture
def alone(browser):
    with disconnected(browser) as page:
        yield page


def take_home(page, app_url, view: View, folder):
    """The file that the page gives for a view; the page stays open."""
    open_live(page, f"{app_url}/{view.path}", view.name)
    settled(page, view.name)
    # A page may show several live views, each above its own offer.
    offers = page.get_by_role("button", name="Take this figure home")
    names = page.locator(".hw9-live").evaluate_all("all => all.map((one) => one.dataset.testid.slice(5))")
    with page.expect_download() as download:
        offers.nth(names.index(view.name)).click()
    file = folder / "figure.html"
    download.value.save_as(file)
    return file


def open_file(page, file, name: str) -> None:
    page.goto(file.as_uri())
    page.wait_for_selector(f'[data-testid="live-{name}"][data-ready="true"]')


def states(page, view: View, count: int) -> list[dict[str, float]]:
    """Positions of the view's sliders, reproducible, off the outer tenths of their ranges, no two alike."""
    random, sliders = Random(view.path), page.evaluate(SLIDERS, view.name)
    found = [{one["name"]: one["now"] for one in sliders}]

    def anywhere(slider: dict) -> float:
        steps = round((slider["high"] - slider["low"]) / slider["step"])
        return slider["low"] + slider["step"] * random.randint(steps // 10, steps - steps // 10)

    while len(found) <= count:
        moved = [sliders[len(found) % len(sliders)]] if view.alone else sliders
        state = found[0] | {one["name"]: anywhere(one) for one in moved}
        if state not in found:
            found.append(state)
    return found[1:]


def in_program(page, view: View, positions: dict[str, float]) -> dict[str, str]:
    """The readouts of the program once its server has answered."""
    before = page.url
    page.evaluate(SET, positions)
    page.wait_for_function("(before) => location.href !== before", arg=before)
    settled(page, view.name)
    return page.evaluate(READ)


def in_file(page, positions: dict[str, float]) -> dict[str, str]:
    """The readouts of the file once what stands in for the server has answered."""
    before = page.locator(".hw9-parent").get_attribute("data-answered")
    page.evaluate(SET, positions)
    answered = """(before) => {
        const now = document.querySelector(".hw9-parent").dataset.answered;
        return now !== undefined && now !== before;
    }"""
    page.wait_for_function(answered, arg=before)
    next_frame(page)
    return page.evaluate(READ)


def differences(view: View, there: dict[str, str], here: dict[str, str]) -> dict[str, tuple]:
    """The readouts of a file that are not those of the program, nor a dash for what only that knows."""
    assert here
    wrong = {name: (there[name], here[name]) for name in here if here[name] != there[name]}
    return {name: pair for name, pair in wrong.items() if not (name in view.unknown and pair[1] == "NaN")}


QUICK, MANY = 3, 20


@pytest.mark.parametrize(
    ("view", "count"),
    seldom([*((view, QUICK) for view in VIEWS[:6]), *((view, MANY) for view in VIEWS)]),
    ids=lambda value: f"{value.path}" if isinstance(value, View) else str(value),
)
def test_a_file_reads_what_the_program_reads_to_the_last_digit(page, app_url, alone, tmp_path, view, count):
    file = take_home(page, app_url, view, tmp_path)
    assert file.stat().st_size <= LIMIT
    open_file(alone, file, view.name)
    assert not differences(view, page.evaluate(READ), alone.evaluate(READ))
    for positions in states(page, view, count):
        there, here = in_program(page, view, positions), in_file(alone, positions)
        assert not differences(view, there, here), positions


def test_handles_keys_and_play_work_from_a_disk(page, app_url, alone, tmp_path):
    open_file(
        alone,
        take_home(page, app_url, View("gaussian-kl?panel=fit", "gaussian-fit"), tmp_path),
        "gaussian-fit",
    )
    assert alone.get_by_test_id("control-fit_step").input_value() == "0"
    alone.get_by_test_id("control-fit_step").press("ArrowRight")
    wait_for_step(alone, 1)
    alone.get_by_test_id("play-fit_step").click()
    alone.wait_for_function("() => +document.querySelector('[data-testid=control-fit_step]').value > 4")
    alone.get_by_test_id("play-fit_step").click()
    before = readout(alone, "fit_reverse")
    drag(alone, grip(alone, "losses", "fit_step"), plot_area(alone, "losses").at(0.99, 0.5), 20)
    assert readout(alone, "fit_reverse") < before
    alone.mouse.up()


def wait_for_step(page, step: int) -> None:
    page.wait_for_function(
        "(step) => +document.querySelector('[data-testid=control-fit_step]').value === step", arg=step
    )


def test_what_only_the_server_knows_is_a_dash_and_said(page, app_url, alone, tmp_path):
    view = VIEWS[1]
    open_file(alone, take_home(page, app_url, view, tmp_path), view.name)
    first = alone.evaluate(READ)
    notice = alone.get_by_text("What is a dash or empty needs")
    assert not notice.is_visible()
    here = in_file(alone, {"p_x": 2.0})
    assert here["jensen_shannon"] == "NaN" and here["kl_pq"] != first["kl_pq"]
    assert notice.is_visible()
    drawn = "() => document.querySelector('[data-figure=field]').data.length"
    assert alone.evaluate(drawn) == 0  # no samples of another p
    link = urlsplit(alone.get_by_role("link", name="the server").get_attribute("href"))
    assert f"{link.scheme}://{link.netloc}{link.path}" == page.url
    assert {"p_x": ["-1"], "unit": ["nats"]}.items() <= parse_qs(link.query).items()
    alone.get_by_role("button", name="Back to that position").click()
    notice.wait_for(state="hidden")
    alone.wait_for_function(f"() => ({drawn})() > 0")
    assert alone.evaluate(READ) == first


@pytest.mark.slow
def test_a_drawing_is_not_scored_from_a_disk(page, app_url, alone, tmp_path):
    view = View("threshold?view=your image", "threshold")
    open_file(alone, take_home(page, app_url, view, tmp_path), view.name)
    box = alone.locator("canvas.hw9-canvas").bounding_box()
    drag(alone, (box["x"] + 20, box["y"] + 20), (box["x"] + 80, box["y"] + 80), 5)
    alone.mouse.up()
    alone.get_by_text("To score a drawing needs the server").wait_for()
    assert alone.evaluate(READ)["own"] == "NaN"


def test_the_capsule_says_what_made_the_numbers(page, app_url, alone, tmp_path):
    view = View("threshold?tau=18.5&axis=linear", "threshold")
    file = take_home(page, app_url, view, tmp_path)
    open_file(alone, file, view.name)
    (capsule,) = json.loads(alone.locator("#hw9-capsule").text_content())
    assert capsule["version"] == hw9core.__version__
    said = {"view": "overview", "detector": "Autoencoder of the homework", "axis": "linear", "tau": "18.5"}
    assert parse_qs(capsule["state"]["address"]) == {key: [word] for key, word in said.items()}
    assert capsule["state"]["values"]["tau"] == 18.5
    path = checkpoint_path(AutoencoderConfig())
    assert capsule["checkpoints"][path.name] == hashlib.sha256(path.read_bytes()).hexdigest()
    alone.get_by_text("Capsule: version").click()
    assert json.loads(alone.locator("footer pre").inner_text()) == [capsule]
    assert alone.title() == "Anomaly threshold · Deep generative models, live"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scheme", "background"), seldom([("dark", "rgb(17, 21, 26)"), ("light", "rgb(255, 255, 255)")])
)
def test_a_file_follows_the_readers_theme(page, browser, app_url, tmp_path, scheme, background):
    file = take_home(page, app_url, VIEWS[3], tmp_path)
    with disconnected(browser, color_scheme=scheme) as alone:
        open_file(alone, file, "jensen")
        assert alone.evaluate("() => getComputedStyle(document.body).backgroundColor") == background
