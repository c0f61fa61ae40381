"""The panel that trains a flow in the plane on the page: settings, a visitor's own points, the result."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from hw9core.coupling.config import CouplingConfig
from hw9core.coupling.own_points import PlanePoints, parse_points
from hw9core.coupling.plane_sets import PLANE_SETS
from hw9core.numerics.number_files import MAX_FILE_BYTES
from ui import choices
from ui.jobs import training_panel
from ui.jobs.aside import aside
from ui.jobs.training import Job
from ui.jobs.upload import read_upload
from ui.lessons.coupling import plane
from ui.lessons.coupling.plane import Request
from ui.lessons.coupling.plane.material import DATA_SET_NAMES, Material
from ui.lessons.lesson import View
from ui.live.published import Published
from ui.quoting import as_code, as_sentence
from ui.shared import shared

EPOCHS = 60  # at first; about 15 s


def trained() -> Material | None:
    """This visitor's own training; None when none is done."""
    job = training_panel.finished(CouplingConfig.kind)
    return None if job is None else _material(job)


@shared(entries=32)
def _material(job: Job) -> Material:
    data = PLANE_SETS[job.config.data_set] if job.data is None else None
    return Material(job.config, job.arrays(), *job.samples(), data)


def view(name: str) -> View[Request]:
    """A view of a visitor's own training, drawn beside the server: it may take seconds."""
    return View(lambda request: _drawn_aside(name, request), plane.VIEWS[name].tables)


@shared(entries=32, maximum_bytes=16 * 2**20)
def _drawn_aside(name: str, request: Request) -> Published:
    return aside("Drawing your flow", drawn, name, request)


def drawn(name: str, request: Request) -> Published:
    """The scene of a view."""
    return plane.VIEWS[name].scene(request)


def summary() -> str:
    """What this visitor trained and how long it took, in a few words."""
    job = training_panel.finished(CouplingConfig.kind)
    layers = "1 layer" if job.config.layers == 1 else f"{job.config.layers} layers"
    origin = job.origin or DATA_SET_NAMES[job.config.data_set]
    return f"trained on {origin}, {layers}, in {job.seconds:.1f} s"


def to_be_seen() -> bool:
    """Whether the panel has something to say that nobody asked for."""
    return training_panel.to_be_seen(CouplingConfig.kind)


def panel(data_set: str) -> None:
    """Settings and a button; while a training runs, its progress instead."""
    training_panel.panel(CouplingConfig.kind, lambda: _settings(data_set))


def origin_of(own: PlanePoints) -> str:
    """Which of a visitor's points are trained on, and that they are standardised."""
    if own.sampled:
        return f"{len(own.points):,} of {own.n_given:,} points, chosen at random, standardised"
    return f"your {own.n_given:,} points, standardised"


def _settings(data_set: str) -> None:
    upload = st.file_uploader(
        f"Your own points instead: a CSV file, two numbers a line (up to {MAX_FILE_BYTES // 10**6} MB)",
        type=["csv", "txt"],
        key="plane_upload",
    )
    own, refusal = _own_points(upload)
    defaults = CouplingConfig()
    boxes = st.columns(6)
    layers = choices.number_in(boxes[0], "Layers", 0, 100, defaults.layers, "plane_layers")
    hidden = choices.number_in(boxes[1], "Hidden units", 0, 10_000, defaults.hidden_size, "plane_hidden")
    epochs = choices.number_in(boxes[2], "Epochs", 0, 10_000, EPOCHS, "plane_epochs")
    start = defaults.learning_rate
    rate = choices.number_in(boxes[3], "Learning rate", 0.0, 1.0, start, "plane_rate", digits="%.4f")
    batch = choices.number_in(boxes[4], "Batch size", 0, 1_000_000, defaults.batch_size, "plane_batch")
    seed = choices.number_in(boxes[5], "Seed", 0, 2**31, defaults.seed, "plane_seed")
    switches = st.container(horizontal=True, gap="medium")
    permute = choices.switch(switches, "Permute: the coordinates take turns", "plane_permute", default=True)
    bounded = choices.switch(switches, "Bound s: |s| ≤ 2", "plane_bounded", default=True)

    def config() -> CouplingConfig:
        return CouplingConfig(
            data_set=data_set,
            layers=int(layers),
            hidden_size=int(hidden),
            permute=permute,
            bounded=bounded,
            epochs=int(epochs),
            learning_rate=float(rate),
            batch_size=int(batch),
            seed=int(seed),
        )

    if own is None:
        training_panel.train_button(config, lambda: None, disabled=bool(refusal))
    else:
        training_panel.train_button(config, lambda: own.standardised().points, origin_of(own))


def _own_points(upload: UploadedFile | None) -> tuple[PlanePoints | None, str]:
    """The points of an uploaded file, or why it cannot be used; the page says either."""
    read = read_upload("plane_points", upload, parse_points)
    if read.refusal:
        st.warning(as_sentence(read.refusal))
    elif read.value is not None:
        st.caption(
            f"{as_code(upload.name)}: {origin_of(read.value)}, which is to say each column less its mean and "
            "divided by its standard deviation. Losses and densities are those of the standardised points."
        )
    return read.value, read.refusal
