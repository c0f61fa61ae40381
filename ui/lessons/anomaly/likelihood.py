"""Is a likely image a normal one? The flow's score of images made to be simple, live, and what follows."""

import numpy as np
import streamlit as st

from hw9core.anomaly.likelihood.simple_images import SimpleImageReport, SimpleImages
from hw9core.figures.anomaly_scores import AxisScale, grey_figure
from hw9core.figures.theme import HIGHLIGHT, TRUTH
from ui.lessons.anomaly import base, overview, texts
from ui.lessons.anomaly.decision import Decision, decision
from ui.lessons.anomaly.material import Material
from ui.live.blocks import Readout, ReadoutGroup, Sprites
from ui.live.controls import Slider
from ui.live.kernels import above, at, count_above
from ui.live.marks import Point, VerticalLine
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene
from ui.live.values import Data, Value, named

GREY = Slider("grey", "Grey level of all pixels", high=255, step=1, format="d", tabulated=True)


@published()
def scene(material: Material, scale: AxisScale, simple: SimpleImages) -> Scene:
    """The ROC curve, and a grey level that runs along its scores; the histogram above shows the score too."""
    now = decision(material, scale)
    score = named("grey_score", at(Data("grey_scores", simple.grey_scores), GREY))
    figure = grey_figure(simple.grey_scores, material.test, material.threshold)
    point = Point(GREY, score, TRUTH, f"{score:,.0f} nats")
    grey = Figure("grey", figure, 340, "−log p of images of one grey level, against the level", (point,))
    found = VerticalLine(score, f"one grey: {score:,.0f}", color=HIGHLIGHT)
    beside = (grey, GREY.spoken(f"grey level {GREY:d}: {score:.0f} nats"))
    stage = base.scene(now, (found,), beside=beside, numbers=(_readouts(now, score),))
    return stage + Scene(((Cell((_pictures(simple),)), Cell((overview.roc(now),))),))


def _readouts(now: Decision, score: Value) -> ReadoutGroup:
    likelier, digits = count_above(now.test, score), now.test.array.size
    sentence = f"{likelier:,d} of {digits:,} test digits are less likely than this grey image."
    flagged = named("grey_flagged", above(score, now.tau))
    readouts = (
        Readout(score, "−log p of the grey image (nats)", ".1f", sentence),
        Readout(flagged, "Verdict on it at this τ", "?anomaly|accepted"),
    )
    return ReadoutGroup("grey", "", readouts)


def _pictures(simple: SimpleImages) -> Sprites:
    greys = np.repeat(np.arange(256, dtype=np.uint8)[:, np.newaxis], 784, axis=1)
    pictures = np.stack([greys, np.broadcast_to(simple.mode_levels, greys.shape)], axis=1)
    labels = ("one grey", "z = 0")
    return Sprites("simple", "Made without data", Data("simple_pictures", pictures), GREY, labels)


def explain(material: Material, simple: SimpleImages, lesson: SimpleImageReport | None) -> None:
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
