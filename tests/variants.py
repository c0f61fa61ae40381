"""Variants of one test that cost seconds each: some in every run, the others in the long one."""

from collections.abc import Iterable

import pytest


def seldom(variants: Iterable, always: int = 1) -> list:
    """The first ``always`` variants as they are, the others marked slow; a tuple is one's arguments."""
    sets = [variant if isinstance(variant, tuple) else (variant,) for variant in variants]
    return [pytest.param(*one, marks=[pytest.mark.slow] if i >= always else []) for i, one in enumerate(sets)]
