"""The panel that trains a one-dimensional flow on the page: its settings, and what came of it."""

import streamlit as st

from hw9core.errors import InputError
from hw9core.line_flow.config import FlowConfig
from hw9core.line_flow.own_numbers import OwnNumbers, parse_numbers
from hw9core.numerics.number_files import MAX_FILE_BYTES
from ui.jobs import training_panel
from ui.jobs.training import Job
from ui.lessons.line_flow.material import Material, of_arrays
from ui.shared import shared


def trained(base: str) -> Material | None:
    """This visitor's own training, shown with a base; None when none is done."""
    job = training_panel.finished(FlowConfig.kind)
    return None if job is None else _material(job, base)


@shared(entries=32)
def _material(job: Job, base: str) -> Material:
    return of_arrays(job.arrays(), base, job.config.data_set if job.data is None else None)


def summary() -> str:
    """What this visitor trained and how long it took, in a few words."""
    job = training_panel.finished(FlowConfig.kind)
    origin = job.origin or job.config.data_set
    return f"trained on {origin}, K = {job.config.components}, in {job.seconds:.1f} s"


def running() -> bool:
    """Whether a training of this visitor runs."""
    return training_panel.running(FlowConfig.kind)


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
    components = boxes[0].number_input("Components K", 0, 100, defaults.components)
    epochs = boxes[1].number_input("Epochs", 0, 1000, defaults.epochs)
    rate = boxes[2].number_input("Learning rate", value=defaults.learning_rate, format="%.4f")
    batch = boxes[3].number_input("Batch size", 0, 100_000, defaults.batch_size)
    seed = boxes[4].number_input("Seed", 0, 2**31, defaults.seed)

    def config() -> FlowConfig:
        return FlowConfig(
            data_set=data_set,
            components=int(components),
            epochs=int(epochs),
            learning_rate=float(rate),
            batch_size=int(batch),
            seed=int(seed),
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


def _own_numbers(upload: object) -> tuple[OwnNumbers | None, str]:
    """The numbers of an uploaded file, or why it cannot be used; the page says either."""
    if upload is None:
        return None, ""
    try:
        own = _parsed(upload.getvalue(), upload.name)
    except InputError as error:
        st.warning(str(error))
        return None, str(error)
    st.caption(f"{upload.name}: {origin_of(own)}.")
    return own, ""


@shared(entries=4)
def _parsed(content: bytes, name: str) -> OwnNumbers:
    return parse_numbers(content, name)
