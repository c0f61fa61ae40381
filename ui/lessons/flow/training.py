"""The panel that trains a flow on the page: settings, progress with a live loss curve, cancel."""

from functools import lru_cache

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from hw9core.errors import Hw9Error
from hw9core.figures import flow as figures
from hw9core.flow_config import FlowConfig
from hw9core.flow_data import MAX_FILE_BYTES, parse_numbers
from ui.fetch_job import read_only
from ui.flow_job import Job, trainer
from ui.lessons.flow.material import Material, of_arrays
from ui.live.live import live
from ui.live.payloads import Payload
from ui.live.scene import Cell, Figure, Scene
from ui.state import visitor

REFRESH_SECONDS = 0.3


def trained(base: str) -> Material | None:
    """This visitor's own training, shown with a base; None when none is done."""
    job = trainer.job(visitor())
    return None if job is None or job.outcome != "done" else _material(job, base)


@lru_cache(maxsize=32)
def _material(job: Job, base: str) -> Material:
    return of_arrays(job.arrays(), base, job.config.data_set if job.data is None else None)


def summary() -> str:
    """What this visitor trained and how long it took, in a few words."""
    job = trainer.job(visitor())
    origin = "your numbers" if job.data is not None else job.config.data_set
    return f"trained on {origin}, K = {job.config.components}, in {job.seconds:.1f} s"


def running() -> bool:
    """Whether a training of this visitor runs."""
    job = trainer.job(visitor())
    return job is not None and job.running


def panel(data_set: str) -> None:
    """Settings and a button; while a training runs, its progress instead."""
    if read_only():
        st.info("This server is read-only: training is off.")
        return
    job = trainer.job(visitor())
    if job is not None and job.running:
        st.fragment(_progress, run_every=REFRESH_SECONDS)()
        return
    if job is not None and job.outcome == "error":
        st.warning(job.message)
    _settings(data_set)


def _settings(data_set: str) -> None:
    defaults = FlowConfig()
    upload = st.file_uploader(
        f"Your own numbers instead: a CSV file, one number a line (up to {MAX_FILE_BYTES // 10**6} MB)",
        type=["csv", "txt"],
        key="flow_upload",
    )
    boxes = st.columns(5)
    components = boxes[0].number_input("Components K", 0, 100, defaults.components)
    epochs = boxes[1].number_input("Epochs", 0, 1000, defaults.epochs)
    rate = boxes[2].number_input("Learning rate", value=defaults.learning_rate, format="%.4f")
    batch = boxes[3].number_input("Batch size", 0, 100_000, defaults.batch_size)
    seed = boxes[4].number_input("Seed", 0, 2**31, defaults.seed)
    if not st.button("Train", type="primary"):
        return
    try:
        config = FlowConfig(
            data_set=data_set,
            components=int(components),
            epochs=int(epochs),
            learning_rate=float(rate),
            batch_size=int(batch),
            seed=int(seed),
        )
        trainer.start(visitor(), config, _numbers(upload))
    except Hw9Error as error:
        st.warning(str(error))
    else:
        st.rerun()


def _numbers(upload: object) -> NDArray[np.float64] | None:
    return None if upload is None else parse_numbers(upload.getvalue(), upload.name)


def _progress() -> None:
    job = trainer.job(visitor())
    if not job.running:
        st.rerun()
    done = max(len(job.epochs) - 1, 0)
    waiting = "" if job.epochs else " (the worker is starting)"
    st.progress(done / job.config.epochs, f"epoch {done} of {job.config.epochs}{waiting}")
    if st.button("Cancel"):
        trainer.cancel(visitor())
    if len(job.epochs) > 1:
        live("flow-losses", _losses(job), ())


def _losses(job: Job) -> Payload:
    figure = figures.losses_figure(*job.losses(), None, "nats")
    figure.update_xaxes(range=[0, job.config.epochs])
    described = {"growing": Figure(figure, 260, "Losses of the training that runs")}
    return Payload.of(Scene(figures=described, rows=((Cell(("figure:growing",)),),)).payload())
