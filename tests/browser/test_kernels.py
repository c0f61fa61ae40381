"""kernels.js against hw9core in a real browser, on random inputs with many ties."""

import numpy as np
import pytest

from hw9core.error_rates import error_rates
from ui.live import assets

CALL = """async ([url, name, calls]) => {
    const kernels = await import(url);
    return calls.map((args) => kernels[name](...args));
}"""


@pytest.fixture
def call(page, app_url):
    page.goto(f"{app_url}/healthz")
    url = f"{app_url}/live/{assets.version()}/kernels.js"
    return lambda name, calls: page.evaluate(CALL, [url, name, calls])


def test_counts_equal_hw9core(call):
    generator = np.random.default_rng(5)
    cases, flagged, passed = [], [], []
    for _ in range(300):
        size = int(generator.integers(1, 200))
        scores = np.sort(generator.integers(0, 30, size) / 7)
        tau = float(generator.choice([*scores, *generator.uniform(-1, 6, 3)]))
        rates = error_rates(tau, scores, scores)
        cases.append([scores.tolist(), tau])
        flagged.append(rates.false_positives)
        passed.append(rates.false_negatives)
    assert call("countAbove", cases) == flagged
    assert call("countNotAbove", cases) == passed


def test_arithmetic_equals_python(call):
    pairs = np.random.default_rng(6).normal(size=(300, 2)).tolist()
    assert call("divide", pairs) == [a / b for a, b in pairs]
    assert call("subtract", pairs) == [a - b for a, b in pairs]
