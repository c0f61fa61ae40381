"""Is a likely image a normal one? The flow's score of images made to be simple, live, and what follows."""

import numpy as np
import streamlit as st

from hw9core.anomaly.likelihood.simple_images import Lesson, SimpleImages
from hw9core.figures.anomaly_likelihood import grey_figure
from hw9core.figures.anomaly_scores import AxisScale
from hw9core.figures.theme import TRUTH
from ui.lessons.anomaly import overview, texts
from ui.lessons.anomaly.material import Material
from ui.live.blocks import Readout, ReadoutGroup, Sprites
from ui.live.controls import Slider
from ui.live.marks import Point, VerticalLine
from ui.live.scene import Cell, Figure, Scene, Value
from ui.state import Field

GREY = Field("grey", 0.0, 0.0, 255.0)


def scene(material: Material, scale: AxisScale, simple: SimpleImages) -> Scene:
    """The ROC curve, and a grey level that runs along its scores; the histogram above shows the score too."""
    figure = grey_figure(simple.grey_scores, material.test, material.threshold)
    greys = np.repeat(np.arange(256, dtype=np.uint8)[:, np.newaxis], 784, axis=1)
    pictures = np.stack([greys, np.broadcast_to(simple.mode_levels, greys.shape)], axis=1)
    return overview.roc(material, scale) + Scene(
        figures={"grey": Figure(figure, 340, "−log p of images of one grey level, against the level")},
        controls=(_slider(),),
        values=(
            Value("grey_score", "at", ("grey_scores", "grey")),
            Value("grey_likelier", "countAbove", ("test", "grey_score")),
            Value("grey_flagged", "above", ("grey_score", "tau")),
        ),
        blocks=(_readouts(material.test.size), _pictures()),
        marks=(
            Point("grey", "grey", "grey_score", TRUTH, "{grey_score:,.0f} nats"),
            VerticalLine("scores", "grey_score", "one grey: {grey_score:,.0f}", color="#E69F00"),
        ),
        rows=(
            (Cell(("figure:roc",)), Cell(("figure:grey", "control:grey"))),
            (Cell(("sprites:simple",)), Cell(("readouts:grey",), 2.0)),
        ),
        arrays={"grey_scores": simple.grey_scores, "simple_pictures": pictures},
    )


def _slider() -> Slider:
    return Slider(
        name="grey",
        label="Grey level of all pixels",
        minimum=0,
        maximum=255,
        step=1,
        precision=1,
        format="d",
        value_text="grey level {grey:d}: {grey_score:.0f} nats",
    )


def _readouts(digits: int) -> ReadoutGroup:
    sentence = f"{{grey_likelier:,d}} of {digits:,} test digits are less likely than this grey image."
    readouts = (
        Readout("grey_score", "−log p of the grey image (nats)", ".1f", sentence),
        Readout("grey_flagged", "Verdict on it at this τ", "?anomaly|accepted"),
    )
    return ReadoutGroup("grey", "", readouts, columns=2)


def _pictures() -> Sprites:
    return Sprites("simple", "Made without data", "simple_pictures", "grey", ("one grey", "z = 0"))


def explain(material: Material, simple: SimpleImages, lesson: Lesson | None) -> None:
    """What follows, in words, and one click away the same measurements of every detector."""
    st.subheader("Is a likely image a normal one?")
    st.markdown(texts.text(facts(material, simple), lesson))
    if lesson is not None:
        with st.expander("Every detector on these images"):
            st.markdown(texts.table(lesson))


def facts(material: Material, simple: SimpleImages) -> dict[str, float]:
    """The numbers of the texts that need no data set: scores in nats, counts and shares."""
    blank = simple.grey_scores[0]
    by_digit = [float(material.test[material.test_classes == digit].mean()) for digit in range(10)]
    simplest, hardest = int(np.argmin(by_digit)), int(np.argmax(by_digit))
    return {
        "digits": material.test.size,
        "less_likely": int(np.count_nonzero(material.test > blank)),
        "blank": blank,
        "least": material.test.min(),
        "first_flagged": int(np.argmax(simple.grey_scores > material.threshold)),
        "simplest": simplest,
        "simplest_nats": by_digit[simplest],
        "eight_nats": by_digit[8],
        "hardest": hardest,
        "hardest_nats": by_digit[hardest],
        "mode": simple.mode_score,
        "likelier": float(np.mean(material.test < simple.mode_score)),
        "never_varying": simple.never_varying,
    }
