"""A visitor's own image, drawn or uploaded, scored by the same model."""

import base64
import binascii
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.runtime.uploaded_file_manager import UploadedFile

from hw9core.errors import InputError
from hw9core.figures.anomaly_scores import AxisScale
from hw9core.figures.theme import HIGHLIGHT
from hw9core.images import uploads
from ui.jobs.upload import read_upload
from ui.lessons.anomaly import base, tile_images
from ui.lessons.anomaly.decision import decision
from ui.lessons.anomaly.material import AUTOENCODER, Choice, Material, detector
from ui.live.blocks import Canvas, Readout, ReadoutGroup
from ui.live.kernels import above
from ui.live.marks import VerticalLine
from ui.live.published import published
from ui.live.scene import Scene
from ui.live.values import Reading, named
from ui.quoting import as_code, as_sentence
from ui.state import Drawing, newest

OWN = Reading("own")
CANVAS_SIDE = 112
MEGABYTES = uploads.MAXIMUM_BYTES >> 20


@dataclass(frozen=True)
class ScoredImage:
    """What a sentence calls an image, its score, and the PNG of input, reconstruction and error map."""

    source: str
    score: float
    png: bytes


@dataclass(frozen=True, eq=False)
class ReadImage:
    """An uploaded image in MNIST's form as it is and inverted, or why that cannot be: one sentence."""

    form: NDArray[np.uint8] | str
    inverted: NDArray[np.uint8] | str
    dark_on_light: bool


@published()
def scene(material: Material, scale: AxisScale) -> Scene:
    """A canvas to draw on, the verdict, and the image's place on the histogram."""
    now = decision(material, scale)
    invitation = "Draw a digit, a letter, a face, or upload a file below."
    readouts = (
        Readout(OWN, "Score of your image", ".4f", invitation),
        Readout(named("own_flagged", above(OWN, now.tau)), "Verdict at this τ", "?anomaly|accepted"),
    )
    found = VerticalLine(OWN, f"your image: {OWN:.2f}", color=HIGHLIGHT)
    canvas, verdict = Canvas("own", "Draw here", CANVAS_SIDE), ReadoutGroup("own", "", readouts)
    return base.scene(now, (found,), beside=(canvas,), numbers=(verdict,))


def ask(drawing: Drawing, choice: Choice) -> ScoredImage | None:
    """The upload control, and what came last of file and drawing, scored by a detector."""
    file = st.file_uploader(
        f"or upload a PNG, JPEG or NPY file (up to {MEGABYTES} MB)",
        type=["png", "jpg", "jpeg", "npy"],
        key="own_upload",
    )
    drawn = None if drawing.pixels is None else drawing.serial
    source = newest("own", {"drawing": drawn, "file": file and file.file_id})
    try:
        if source is None:
            return None
        if source == "drawing":
            return _scored("your drawing", uploads.to_mnist_form(_drawn(drawing.pixels), False), choice)
        return _scored(as_code(file.name), _uploaded(file), choice)
    except InputError as error:
        st.warning(as_sentence(error))
        return None


def read_image(content: bytes, name: str) -> ReadImage:
    """What an uploaded file shows. Raises ``InputError`` for a file that is no image."""
    image = uploads.decode_image(content, name)
    return ReadImage(_form(image, False), _form(image, True), uploads.looks_like_black_ink_on_white(image))


def show(image: ScoredImage) -> None:
    """The picture of input, reconstruction and error map."""
    encoded = base64.b64encode(image.png).decode()
    st.html(
        f'<img alt="your image, its reconstruction and the error of every pixel" width="516" '
        f'style="image-rendering: pixelated; max-width: 100%" src="data:image/png;base64,{encoded}">'
    )
    st.caption(
        f"What the model sees of {image.source}, x; what the homework's autoencoder redraws, x̂; "
        "and |x − x̂| of every pixel (dark 0, bright 1)."
    )


def _uploaded(file: UploadedFile) -> NDArray[np.uint8]:
    """A file's image in MNIST's form, inverted if the visitor says so; read beside the server, once."""
    read = read_upload("own_image", file, read_image, at_once=0)  # a file of 40 kB may take half a second
    if read.refusal:
        raise InputError(read.refusal)
    invert = st.checkbox(
        "Dark ink on a light ground: invert it",
        value=read.value.dark_on_light,
        help="The model knows light ink on a dark ground only.",
    )
    form = read.value.inverted if invert else read.value.form
    if isinstance(form, str):
        raise InputError(form)
    return form


def _form(image: NDArray[np.uint8], invert: bool) -> NDArray[np.uint8] | str:
    try:
        return uploads.to_mnist_form(image, invert)
    except InputError as error:
        return str(error)


def _scored(source: str, pixels: NDArray[np.uint8], choice: Choice) -> ScoredImage:
    png, score = tile_images.own_tile(pixels)
    if choice.detector != AUTOENCODER:
        score = float(detector(choice).decision_function(pixels[np.newaxis])[0])
    return ScoredImage(source, score, png)


def _drawn(pixels: object) -> NDArray[np.uint8]:
    """The canvas's grey levels; InputError for anything a canvas does not send."""
    try:
        content = base64.b64decode(pixels, validate=True)
    except (TypeError, ValueError, binascii.Error):
        content = b""
    if len(content) != CANVAS_SIDE**2:
        raise InputError("The drawing did not arrive whole; draw it once more.")
    return np.frombuffer(content, np.uint8).reshape(CANVAS_SIDE, CANVAS_SIDE)
