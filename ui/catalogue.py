"""The finished lessons, in the order of the homework: one table for navigation and start page."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import streamlit as st
from streamlit.navigation.page import Page

PAGES = Path(__file__).parent.parent / "pages"


@dataclass(frozen=True)
class Lesson:
    """One lesson: its word in every layer, its address ``/slug``, and what it lets a student find out."""

    word: str
    slug: str
    title: str
    icon: str
    summary: str

    def page(self) -> Page:
        """The page as Streamlit's navigation knows it."""
        return st.Page(PAGES / f"{self.word}.py", title=self.title, icon=self.icon, url_path=self.slug)

    def package(self) -> ModuleType:
        """Its package of :mod:`ui.lessons`; imported when asked for, which the start page need not."""
        return import_module(f"ui.lessons.{self.word}")


LESSONS = (
    Lesson(
        "anomaly",
        "threshold",
        "Anomaly threshold",
        ":material/vertical_align_center:",
        "An autoencoder learned handwritten digits. How badly must it redraw an image before you call the "
        "image an anomaly? Drag the threshold and trade false alarms against misses.",
    ),
    Lesson(
        "line_flow",
        "flow",
        "One-dimensional flow",
        ":material/water:",
        "A rising curve turns complicated data into plain noise. Watch it learn, follow coloured slices of "
        "equal mass from x to z, test whether z is really normal, and bend the curve by hand.",
    ),
    Lesson(
        "coupling",
        "coupling",
        "Coupling layer",
        ":material/grid_on:",
        "Half of the coordinates scale and shift the other half. Drag a point, reorder its Jacobian until "
        "the triangle appears, and see why an n × n determinant costs a sum; then let the halves mix.",
    ),
    Lesson(
        "divergence",
        "kl",
        "Properties of the KL divergence",
        ":material/compare_arrows:",
        "Why is it never negative? Drag atoms along a curve and watch the gap that is the divergence. Why "
        "does it add up over independent coordinates? Correlate them and see what is missing.",
    ),
    Lesson(
        "gaussians",
        "gaussian-kl",
        "KL between Gaussians",
        ":material/join_inner:",
        "Two ellipses and the price of taking one for the other. Drag centres and axes: volume, distance and "
        "shape each pay their part of the divergence. Then fit one to the other, both ways round.",
    ),
    Lesson(
        "joint_maximum",
        "joint-maximum",
        "Joint maximisation",
        ":material/landscape:",
        "Why may one maximise the ELBO instead of the likelihood? Drag a point over the landscape, climb it "
        "by EM and by gradients, then open a gap that nothing closes and watch the estimate move.",
    ),
)
