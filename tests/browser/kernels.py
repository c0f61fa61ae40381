"""Calls kernels.js in a real browser, without a page of the program around it."""

from dataclasses import dataclass

from ui.live import assets

CALL = """async ([url, name, calls]) => {
    const kernels = await import(url);
    return calls.map((args) => kernels[name](...args));
}"""


@dataclass(frozen=True)
class Kernels:
    page: object
    url: str

    def __call__(self, name: str, calls: list) -> list:
        """The kernel's result for every list of arguments."""
        return self.page.evaluate(CALL, [self.url, name, calls])


def open_kernels(page, app_url: str) -> Kernels:
    page.goto(f"{app_url}/healthz")
    return Kernels(page, f"{app_url}/live/{assets.version()}/kernels.js")
