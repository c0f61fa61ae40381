"""The parts of a page that its address can hide: ``hide=readouts,rules``."""

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
    return f"{', '.join(PARTS[part] for part in parts)} {{ display: none !important }}"
