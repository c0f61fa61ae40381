"""The panel that trains a one-dimensional flow on the page: its settings, and what came of it."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from hw9core.jobs.kinds import MOST_SNAPSHOTS
from hw9core.line_flow.config import FlowConfig
from hw9core.line_flow.own_numbers import MAX_VALUES, OwnNumbers, parse_numbers
from hw9core.numerics.number_files import MAX_FILE_BYTES
from ui import choices
from ui.jobs import training_panel
from ui.jobs.aside import aside
from ui.jobs.training import Job
from ui.jobs.upload import read_upload
from ui.lessons import line_flow
from ui.lessons.lesson import View
from ui.lessons.line_flow import Request
from ui.lessons.line_flow.material import Material, of_arrays
from ui.live.published import Published
from ui.quoting import as_code, as_sentence
from ui.shared import shared


def trained(base: str) -> Material | None:
    """This visitor's own training, shown with a base; None when none is done."""
    job = training_panel.finished(FlowConfig.kind)
    return None if job is None else _material(job, base)


@shared(entries=32)
def _material(job: Job, base: str) -> Material:
    samples = dict(zip(("data/train", "data/test"), job.samples(), strict=True))
    return of_arrays(job.arrays() | samples, base, job.config.data_set if job.data is None else None)


def view(name: str) -> View[Request]:
    """A view of a visitor's own training, drawn beside the server: it may take seconds."""
    return View(lambda request: _drawn_aside(name, request), line_flow.VIEWS[name].tables)


@shared(entries=32, maximum_bytes=16 * 2**20)
def _drawn_aside(name: str, request: Request) -> Published:
    return aside("Drawing your flow", drawn, name, request)


def drawn(name: str, request: Request) -> Published:
    """The scene of a view."""
    return line_flow.VIEWS[name].scene(request)


def summary() -> str:
    """What this visitor trained and how long it took, in a few words."""
    job = training_panel.finished(FlowConfig.kind)
    origin = job.origin or job.config.data_set
    return f"trained on {origin}, K = {job.config.components}, in {job.seconds:.1f} s"


def to_be_seen() -> bool:
    """Whether the panel has something to say that nobody asked for."""
    return training_panel.to_be_seen(FlowConfig.kind)


def panel(data_set: str) -> None:
    """Settings and a button; while a training runs, its progress instead."""
    training_panel.panel(FlowConfig.kind, lambda: _settings(data_set))


def _settings(data_set: str) -> None:
    defaults = FlowConfig()
    upload = st.file_uploader(
        f"Your own numbers instead: a CSV file, one number a line (up to {MAX_FILE_BYTES // 10**6} MB)",
        type=["csv", "txt"],
        key="flow_upload",
    )
    own, refusal = _own_numbers(upload)
    boxes = st.columns(5)
    components = choices.number_in(boxes[0], "Components K", 0, 100, defaults.components, "flow_components")
    epochs = choices.number_in(boxes[1], "Epochs", 0, 1000, defaults.epochs, "flow_epochs")
    start = defaults.learning_rate
    rate = choices.number_in(boxes[2], "Learning rate", 0.0, 1.0, start, "flow_rate", digits="%.4f")
    batch = choices.number_in(boxes[3], "Batch size", 0, 100_000, defaults.batch_size, "flow_batch")
    seed = choices.number_in(boxes[4], "Seed", 0, 2**31, defaults.seed, "flow_seed")

    def config() -> FlowConfig:
        return FlowConfig(
            data_set=data_set,
            components=int(components),
            epochs=int(epochs),
            learning_rate=float(rate),
            batch_size=int(batch),
            seed=int(seed),
        )

    st.caption(
        f"Of a long training {MOST_SNAPSHOTS} epochs are kept to be shown, fewer of many components; of more "
        f"than {MAX_VALUES:,} numbers so many are drawn at random."
    )
    if own is None:
        training_panel.train_button(config, lambda: None, disabled=bool(refusal))
    else:
        training_panel.train_button(config, lambda: own.values, origin_of(own))


def origin_of(own: OwnNumbers) -> str:
    """Which of a visitor's numbers are trained on."""
    if own.sampled:
        return f"{own.values.size:,} of {own.n_given:,} numbers, chosen at random"
    return f"your {own.n_given:,} numbers"


def _own_numbers(upload: UploadedFile | None) -> tuple[OwnNumbers | None, str]:
    """The numbers of an uploaded file, or why it cannot be used; the page says either."""
    read = read_upload("flow_numbers", upload, parse_numbers)
    if read.refusal:
        st.warning(as_sentence(read.refusal))
    elif read.value is not None:
        st.caption(f"{as_code(upload.name)}: {origin_of(read.value)}.")
    return read.value, read.refusal
