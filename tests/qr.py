"""QR codes as sets of dark squares: those that a picture draws, and those that a text asks for."""

import re
from urllib.parse import unquote

import segno

Modules = set[tuple[int, int]]  # row and column


def drawn_modules(data_url: str) -> Modules:
    """The dark squares of a picture whose one path is made of horizontal strokes."""
    path = re.search(r"class='qrline' stroke='#000' d='([^']*)'", unquote(data_url)).group(1)
    dark, x, y = set(), 0.0, 0.0
    for kind, text in re.findall(r"([Mmh])([^Mmh]*)", path):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", text)]
        if kind == "h":
            dark |= {(int(y), int(x) + i) for i in range(int(numbers[0]))}
            x += numbers[0]
        else:
            x, y = numbers if kind == "M" else (x + numbers[0], y + numbers[1])
    return dark


def modules_of(text: str) -> Modules:
    """The dark squares of the code of ``text``, inside a margin of four."""
    rows = segno.make(text, micro=False, error="m").matrix_iter(border=4)
    return {(i, j) for i, row in enumerate(rows) for j, dark in enumerate(row) if dark}
