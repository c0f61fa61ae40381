"""What the page says below its figures, in the symbols of the base that is shown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Symbols:
    """Of a base: its density in words, and in formulas its quantile, its density and what its letter says."""

    density: str
    quantile_formula: str
    density_formula: str
    meaning: str = ""


SYMBOLS = {
    "normal": Symbols("φ(z)", r"\Phi^{-1}(u)", r"\varphi(z)"),
    "uniform": Symbols("b(z)", "u", "b(z)", "b(z) = 1"),
    "logistic": Symbols("b(z)", r"\log\frac{u}{1 - u}", "b(z)", r"b(z) = e^{-z} / (1 + e^{-z})^2"),
}


def explanation(base: str) -> str:
    """The formulas of the flow onto a base, in Markdown."""
    symbols = SYMBOLS[base]
    meaning = f"The base's density is ${symbols.meaning}$. " if symbols.meaning else ""
    return rf"""
The curve is the distribution function of a Gaussian mixture, followed by the quantile of the base:
$u = F(x) = \sum_k w_k\,\Phi\big((x - \mu_k)/\sigma_k\big)$ and $z = {symbols.quantile_formula}$.
{meaning}By the change of variables

$$\log p(x) = \log {symbols.density_formula} + \log \frac{{dz}}{{dx}},$$

$$p_t(x_t) = \frac{{p(x)}}{{(1 - t) + t f'(x)}} \quad\text{{for}}\quad x_t = (1 - t)\,x + t f(x).$$

The time $t$ shows the map; it is no model's time. Training makes the mean of $-\log p(x)$ small, and since
the two terms add up to the mixture's own density, **the flow is the mixture**, whatever the base.
"""
