"""The parts of a page: which its address can hide, ``hide=readouts,rules``, and which a lecture shows."""

import re

PARTS = {
    "readouts": ".hw9-readouts",
    "sentences": ".hw9-sentence",
    "story": ".st-key-story-panel",
    "legends": ".hw9-figure .legend",
    "presets": '.hw9-presets:not(:has([data-testid^="play-"]))',
    "players": '.hw9-presets:has([data-testid^="play-"])',
    "rules": (
        '.hw9-scroll:has([data-testid="table-rules"]), .hw9-control:has([data-testid="control-k_scale"])'
    ),
    "options": ".st-key-head .stPopover",
    "tables": ".hw9-scroll, .stTable, .stDataFrame, .stMarkdown table",
}


def hiding(parts: list[str]) -> str:
    """The style that hides parts, as CSS; empty for none."""
    if not parts:
        return ""
    rules = f"{', '.join(PARTS[part] for part in parts)} {{ display: none !important }}"
    return f"{rules} :root {{ --hw9-legends: none }}" if "legends" in parts else rules  # nor room for them


def foremost(key: str) -> str:
    """The style that shows the live component ``key`` alone, right below the story, as CSS."""
    page = ".stMainBlockContainer > .stVerticalBlock"
    place = f".st-key-{re.sub(r'[^A-Za-z0-9_-]', '-', key)}"
    return (
        f"{page} > * {{ order: 2 }} {page} > :is({place}, :has({place})) {{ order: 1 }} "
        f"{page} > :has(.st-key-story-panel) {{ order: 0 }} "
        f"{page} .stElementContainer:has(.hw9-live):not({place}) {{ display: none }}"
    )
