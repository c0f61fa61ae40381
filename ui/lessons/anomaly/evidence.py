"""The images that a threshold decides about: those nearest to it, and the worst mistakes."""

from functools import partial

import numpy as np

from hw9core.figures.anomaly_scores import AxisScale
from hw9core.figures.theme import HIGHLIGHT
from hw9core.images.mnist import IMAGE_SHAPE
from hw9core.images.tiles import GAP
from ui.lessons.anomaly import base
from ui.lessons.anomaly.decision import Decision, decision
from ui.lessons.anomaly.material import DIGITS, HIRAGANA, Material
from ui.live import assets
from ui.live.blocks import Gallery, Strip
from ui.live.marks import VerticalLine
from ui.live.published import published
from ui.live.scene import Cell, Scene
from ui.live.values import Data, Local

IMAGES_PER_STRIP = 4
TILE_RATIO = (3 * IMAGE_SHAPE[1] + 2 * GAP) / IMAGE_SHAPE[
    0
]  # of three panels; a reconstruction alone is square
PICKED = Local("picked")
WITH_INPUTS = (
    "Each picture: the image x, what the homework's autoencoder makes of it, x̂, and |x − x̂| of every pixel, "
    "dark 0 to bright 1. Below it: true class and score. Click one to enlarge it and find it on the plot."
)
WITHOUT_INPUTS = (
    "The data sets are not on this computer, so each picture shows the autoencoder's reconstruction only, "
    "drawn from its stored code. Below it: true class and score. Click one to enlarge it."
)


@published()
def scene(material: Material, scale: AxisScale, model_key: str, inputs: bool) -> Scene:
    """The gallery; with ``inputs`` the tiles show the images themselves, else reconstructions only."""
    now = decision(material, scale)
    address = f"{assets.base_url()}/live/tile/{model_key}-{'inputs' if inputs else 'codes'}"
    caption = WITH_INPUTS if inputs else WITHOUT_INPUTS
    ratio, strips = TILE_RATIO if inputs else 1.0, _strips(now)
    near = Gallery("evidence", strips[:4], address, "", PICKED, ratio)
    worst = Gallery("worst", strips[4:], address, caption, PICKED, ratio)
    found = VerticalLine(PICKED, f"this image: {PICKED:.2f}", color=HIGHLIGHT)
    return base.scene(now, (found,), beside=(near,)) + Scene(((Cell((worst,)),),))


def _strips(now: Decision) -> tuple[Strip, ...]:
    material = now.material
    digit = _strips_of(now, "test", material.test, now.test, material.test_classes, DIGITS)
    character = _strips_of(now, "anomaly", material.anomaly, now.anomaly, material.anomaly_classes, HIRAGANA)
    return (
        digit("MNIST just below τ: accepted", side="below"),
        digit("MNIST just above τ: false alarms", side="above"),
        character("KMNIST just below τ: missed", side="below"),
        character("KMNIST just above τ: caught", side="above"),
        digit("Worst false alarms: MNIST's highest scores", side="highest"),
        character("Worst misses: KMNIST's lowest scores", side="lowest"),
    )


def _strips_of(
    now: Decision, name: str, scores: np.ndarray, ascending: Data, classes: np.ndarray, names: tuple[str, ...]
) -> partial[Strip]:
    """What the strips of one image set have in common."""
    return partial(
        Strip,
        image_set=name,
        order=Data(f"{name}_order", np.argsort(scores, kind="stable").astype(np.int32)),
        scores=ascending,
        classes=Data(f"{name}_classes", classes),
        class_names=tuple(f"“{shown}”" for shown in names),
        at=now.tau,
        count=IMAGES_PER_STRIP,
    )
