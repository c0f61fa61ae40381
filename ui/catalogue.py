"""The finished lessons, in the order of the homework: one table for navigation and start page."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import streamlit as st
from streamlit.navigation.page import Page

from ui.home.miniature import Miniature

PAGES = Path(__file__).parent.parent / "pages"


@dataclass(frozen=True)
class Lesson:
    """One lesson: its word in every layer, its address ``/slug``, and in one sentence what it shows."""

    word: str
    slug: str
    title: str
    icon: str
    summary: str

    def page(self) -> Page:
        """The page as Streamlit's navigation knows it."""
        return st.Page(PAGES / f"{self.word}.py", title=self.title, icon=self.icon, url_path=self.slug)

    def package(self) -> ModuleType:
        """Its package of :mod:`ui.lessons`; imported when asked for."""
        return import_module(f"ui.lessons.{self.word}")

    def miniature(self) -> Miniature:
        """What the start page shows of it. Raises Hw9Error where that needs what is not there."""
        return import_module(f"ui.lessons.{self.word}.miniature").miniature()


def page_address(base: str, slug: str, query: str) -> str:
    """The address of a page in a state, where the program is at ``base``."""
    return f"{base}/{slug}{'?' if query else ''}{query}"


LESSONS = (
    Lesson(
        "anomaly",
        "threshold",
        "Anomaly threshold",
        ":material/vertical_align_center:",
        "Drag the threshold and trade false alarms against misses: how badly redrawn is an anomaly?",
    ),
    Lesson(
        "line_flow",
        "flow",
        "One-dimensional flow",
        ":material/water:",
        "A rising curve carries data to plain noise, and slices of equal mass show that nothing is lost.",
    ),
    Lesson(
        "coupling",
        "coupling",
        "Coupling layer",
        ":material/grid_on:",
        "Half of the coordinates move the other half, layer by layer, and a determinant costs a mere sum.",
    ),
    Lesson(
        "divergence",
        "kl",
        "Properties of the KL divergence",
        ":material/compare_arrows:",
        "The gap between a chord and a convex curve is the divergence: so it is never negative.",
    ),
    Lesson(
        "gaussians",
        "gaussian-kl",
        "KL between Gaussians",
        ":material/join_inner:",
        "What it costs to take one Gaussian for another: volume, distance and shape each pay their part.",
    ),
    Lesson(
        "joint_maximum",
        "joint-maximum",
        "Joint maximisation",
        ":material/landscape:",
        "Climb g over both arguments and you have climbed f: why one may maximise the ELBO.",
    ),
)
