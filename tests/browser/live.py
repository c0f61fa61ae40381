"""What every live page's tests do: open, read a readout, record a drag."""

from dataclasses import dataclass


def open_live(page, url: str, name: str) -> None:
    page.goto(url)
    page.wait_for_selector(f'[data-testid="live-{name}"][data-ready="true"]', timeout=30_000)


def readout(page, name: str) -> float:
    return float(page.get_by_test_id(f"readout-{name}").get_attribute("data-value"))


def wait_for_readout(page, name: str, text: str) -> None:
    """Wait until a readout's full-precision value is written as ``text``."""
    page.wait_for_selector(f'[data-testid="readout-{name}"][data-value="{text}"]')


def next_frame(page) -> None:
    """Wait until a frame asked for by now has been shown: a key's effect is drawn in the next one."""
    page.evaluate("() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)))")


def settled(page, name: str) -> None:
    """Wait until the page has no rerun under way."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_selector(f'[data-testid="live-{name}"][data-ready="true"]')


def open_options(page) -> None:
    """Open what stands behind the button at the end of a lesson's head."""
    page.get_by_role("button", name="Options").click()


def start_recording(page, watched: str, names: list[str]) -> None:
    """From now on note the readouts ``names`` at each change of the readout ``watched``."""
    page.evaluate(
        """([watched, names]) => {
            const find = (name) => document.querySelector(`[data-testid="readout-${name}"]`);
            const record = () => names.map((name) => Number(find(name).dataset.value));
            window.recorded = [];
            window.recorder = new MutationObserver(() => window.recorded.push(record()));
            window.recorder.observe(find(watched), { attributes: true, attributeFilter: ["data-value"] });
        }""",
        [watched, names],
    )


def recorded(page) -> list[list[float]]:
    page.evaluate("window.recorder.disconnect()")
    return page.evaluate("window.recorded")


@dataclass(frozen=True)
class Box:
    """A figure's plot area in page pixels."""

    left: float
    top: float
    width: float
    height: float

    def at(self, across: float, down: float) -> tuple[float, float]:
        return self.left + across * self.width, self.top + down * self.height


def plot_area(page, figure: str) -> Box:
    area = page.locator(f'[data-figure="{figure}"] .nsewdrag').first.bounding_box()
    return Box(area["x"], area["y"], area["width"], area["height"])


def grip(page, figure: str, controls: str) -> tuple[float, float]:
    """Where a pointer takes hold of what moves these controls, such as "tau" or "theta phi"."""
    target = page.locator(f'[data-figure="{figure}"] [data-grip="{controls}"] .hw9-target').bounding_box()
    return target["x"] + target["width"] / 2, target["y"] + target["height"] / 2


def drag(page, start: tuple[float, float], end: tuple[float, float], steps: int = 40) -> None:
    """Press at ``start`` and move in small steps, one a frame; the button stays down."""
    page.mouse.move(*start)
    page.mouse.down()
    for i in range(1, steps + 1):
        share = i / steps
        page.mouse.move(*(a + share * (b - a) for a, b in zip(start, end, strict=True)))
        page.evaluate("() => new Promise(requestAnimationFrame)")
