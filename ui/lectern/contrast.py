"""Colours for a projector, which greys what a screen shows: words 7 : 1, marks 3 : 1 at least (WCAG 2.2).

Figures and scenes keep their colours; the style of a lecture shows stronger ones in their place.
"""

from hw9core.figures.theme import PALETTE

TEXT = {"light": "#000000", "dark": "#FFFFFF"}
BACKGROUND = {"light": "#FFFFFF", "dark": "#000000"}
# What figures and marks are drawn with, and what takes its place on a white and on a black ground.
STRONGER = {
    "#0072B2": ("#005F95", "#2F9FE8"),
    "#D55E00": ("#B84F00", "#F07A20"),
    "#009E73": ("#00734F", "#14BD8C"),
    "#CC79A7": ("#A23E78", "#E293BE"),
    "#E69F00": ("#A36A00", "#FFB524"),
    "#56B4E9": ("#2179AD", "#7CCBF7"),
    "#8C6D1F": ("#6E5412", "#C29B3A"),
    "#8A929C": ("#5F6873", "#A9B1BB"),
    "#999999": ("#666666", "#AAAAAA"),
    "#808080": ("#666666", "#AAAAAA"),
    "#7F7F7F": ("#666666", "#AAAAAA"),
}


def colors() -> str:
    """The stronger colours as CSS: the palette's variables; marks and traces by what they are drawn with."""
    variables = "".join(f"--hw9-{name}: {_pair(*STRONGER[color])};" for name, color in PALETTE.items())
    rules = [f".hw9-live {{ {variables} }}"]
    for color, stronger in STRONGER.items():
        red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
        for kind in ("stroke", "fill"):
            mark = f'.hw9-overlay [{kind}="{color}"]'
            trace = f'.hw9-figure [style*="{kind}: rgb({red}, {green}, {blue})"]'
            rules.append(f"{mark}, {trace} {{ {kind}: {_pair(*stronger)} !important }}")
    return "\n".join(rules)


def _pair(light: str, dark: str) -> str:
    return f"light-dark({light}, {dark})"
