"""What every panel that trains a flow shares: progress with a growing loss curve, cancel, and the outcome."""

from collections.abc import Callable

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from hw9core.errors import Hw9Error
from hw9core.figures import line_flow as figures
from hw9core.jobs.kinds import Config
from ui.jobs.fetch import read_only
from ui.jobs.training import Job, trainer
from ui.live.live import live
from ui.live.published import Published
from ui.live.scene import Cell, Figure, Scene
from ui.state import visitor

REFRESH_SECONDS = 0.3
MOST_NATS = 20.0  # above its start a loss leaves the plot, or nothing could be seen of where it began


def newest(kind: str) -> Job | None:
    """This visitor's newest training of a kind of configuration, running or ended."""
    return trainer.job(visitor(), kind)


def finished(kind: str) -> Job | None:
    """The newest one that is done and can be shown."""
    return trainer.finished(visitor(), kind)


def running(kind: str) -> bool:
    """Whether a training of this visitor runs."""
    job = newest(kind)
    return job is not None and job.running


def panel(kind: str, settings: Callable[[], None]) -> None:
    """``settings`` and how the last training ended; while one runs, its progress instead."""
    if read_only():
        st.info("This server is read-only: training is off.")
        return
    job = newest(kind)
    if job is not None and job.running:
        st.fragment(_progress, run_every=REFRESH_SECONDS)(kind)
        return
    if job is not None and job.message:
        st.warning(job.message)
        _show_losses(job)
    settings()


def train_button(
    config: Callable[[], Config],
    data: Callable[[], NDArray[np.float64] | None],
    origin: str = "",
    disabled: bool = False,
) -> None:
    """A button that trains ``config()`` on ``data()``; what either refuses is said in one sentence."""
    if not st.button("Train", type="primary", disabled=disabled):
        return
    try:
        trainer.start(visitor(), config(), data(), origin)
    except Hw9Error as error:
        st.warning(str(error))
    else:
        st.rerun()


def _progress(kind: str) -> None:
    job = newest(kind)
    if not job.running:
        st.rerun()
    done = max(len(job.epochs) - 1, 0)
    waiting = "" if job.epochs else " (the worker is starting)"
    st.progress(done / job.config.epochs, f"epoch {done} of {job.config.epochs}{waiting}")
    if st.button("Cancel"):
        trainer.cancel(visitor())
    _show_losses(job)


def _show_losses(job: Job) -> None:
    if len(job.epochs) < 2:
        return
    train_loss, test_loss = job.losses()
    figure = figures.losses_figure(train_loss, test_loss, None, "nats")
    figure.update_xaxes(range=[0, job.config.epochs])
    if not np.max(test_loss) <= test_loss[0] + MOST_NATS:
        figure.update_yaxes(range=[np.nanmin(test_loss) - 1.0, test_loss[0] + MOST_NATS])
    name = "Losses of the training that runs" if job.running else "Losses of the training that ended"
    scene = Scene(((Cell((Figure("growing", figure, 260, name),)),),))
    live(f"{job.config.kind}-losses", Published.of(scene))
