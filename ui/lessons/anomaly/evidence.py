"""The images that a threshold decides about: those nearest to it, and the worst mistakes."""

import numpy as np

from ui.lessons.anomaly.material import DIGITS, HIRAGANA, Material
from ui.live import assets
from ui.live.blocks import Gallery, Strip
from ui.live.marks import VerticalLine
from ui.live.scene import Cell, Scene

IMAGES_PER_STRIP = 4
WITH_INPUTS = (
    "Each picture: the image, its reconstruction, and the squared error of every pixel, "
    "dark 0 to bright 1. Below it: true class and score. Click one to enlarge it and find it on the plot."
)
WITHOUT_INPUTS = (
    "The data sets are not on this computer, so each picture shows the autoencoder's reconstruction only, "
    "drawn from its stored code. Below it: true class and score. Click one to enlarge it."
)


def scene(material: Material, model_key: str, inputs: bool) -> Scene:
    """The gallery; with ``inputs`` the tiles show the images themselves, else reconstructions only."""
    address = f"{assets.base_url()}/live/tile/{model_key}-{'inputs' if inputs else 'codes'}"
    gallery = Gallery("evidence", _strips(), address, WITH_INPUTS if inputs else WITHOUT_INPUTS, "picked")
    return Scene(
        blocks=(gallery,),
        marks=(VerticalLine("scores", "picked", "this image: {picked:.2f}", color="#E69F00"),),
        rows=((Cell(("gallery:evidence",)),),),
        arrays={
            "test_order": np.argsort(material.test, kind="stable").astype(np.int32),
            "anomaly_order": np.argsort(material.anomaly, kind="stable").astype(np.int32),
            "test_classes": material.test_classes,
            "anomaly_classes": material.anomaly_classes,
        },
    )


def _strips() -> tuple[Strip, ...]:
    return (
        _strip("MNIST just below τ: accepted", "test", "below"),
        _strip("MNIST just above τ: false alarms", "test", "above"),
        _strip("KMNIST just below τ: missed", "anomaly", "below"),
        _strip("KMNIST just above τ: caught", "anomaly", "above"),
        _strip("Worst false alarms: MNIST's highest scores", "test", "highest"),
        _strip("Worst misses: KMNIST's lowest scores", "anomaly", "lowest"),
    )


def _strip(title: str, image_set: str, side: str) -> Strip:
    names = DIGITS if image_set == "test" else HIRAGANA
    return Strip(
        title=title,
        image_set=image_set,
        order=f"{image_set}_order",
        scores=image_set,
        classes=f"{image_set}_classes",
        class_names=tuple(f"“{name}”" for name in names),
        at="tau",
        side=side,
        count=IMAGES_PER_STRIP,
    )
