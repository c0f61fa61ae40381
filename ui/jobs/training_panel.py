"""What every panel that trains a flow shares: the queue, progress with a growing loss curve, the outcome."""

from collections.abc import Callable

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from hw9core.errors import Hw9Error
from hw9core.figures import line_flow as figures
from hw9core.figures.theme import ANOMALY, IN_DISTRIBUTION
from hw9core.jobs.kinds import MAX_SECONDS, Config
from ui import choices, state
from ui.jobs.owner import owner
from ui.jobs.process import read_only
from ui.jobs.training import Job, trainer
from ui.live.live import live
from ui.live.marks import Point
from ui.live.published import Published
from ui.live.scene import Cell, Figure, Scene
from ui.quoting import as_sentence
from ui.words import written

REFRESH_SECONDS = 0.3
WAITING_REFRESH_SECONDS = 1.0
SHIPPED, MINE = "shipped", "mine"  # models
MOST_NATS = 20.0  # above its start a loss leaves the plot, or nothing could be seen of where it began


def newest(kind: str) -> Job | None:
    """This visitor's newest training of a kind of configuration, waiting, running or ended."""
    return trainer.job(owner(), kind)


def finished(kind: str) -> Job | None:
    """The newest one that is done and can be shown."""
    return trainer.finished(owner(), kind)


def model(box: DeltaGenerator, summary: str | None, key: str) -> str:
    """Which model is chosen, SHIPPED or MINE; ``summary`` is of what this visitor trained, if anything.

    The address says it. To whoever opens a link to another's model, what is shown instead is said.
    """
    if summary is not None:
        return choices.one_of_said(box, f"Model (mine: {summary})", (SHIPPED, MINE), key, default=MINE)
    if MINE in state.words(key):
        box.info(
            "The address asks for a model of somebody's own training, and you have none here: "
            "showing the shipped one."
        )
    return SHIPPED


def to_be_seen(kind: str) -> bool:
    """Whether a training of this visitor waits or runs, or the newest ended with a sentence to be read."""
    job = newest(kind)
    return job is not None and (job.running or bool(job.message))


def panel(kind: str, settings: Callable[[], None]) -> None:
    """``settings`` and how the last training ended; while one waits or runs, its progress instead."""
    if read_only():
        st.info("This server is read-only: training is off.")
        return
    job = newest(kind)
    if job is not None and job.running:
        waiting = trainer.place(job) > 0
        refresh = WAITING_REFRESH_SECONDS if waiting else REFRESH_SECONDS
        st.fragment(_progress, run_every=refresh)(kind, waiting)
        return
    if job is not None and job.message:
        st.warning(as_sentence(job.message))
        _show_losses(job)
    settings()
    st.caption(
        f"Visitors' trainings run one after the other, each for {MAX_SECONDS:.0f} seconds at the most."
    )


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
        trainer.start(owner(), config(), data(), origin)
    except Hw9Error as error:
        st.warning(as_sentence(error))
    else:
        st.rerun()


def _progress(kind: str, waiting: bool) -> None:
    job = newest(kind)
    place = trainer.place(job)
    if not job.running or waiting and not place:
        st.rerun()
    if place:
        st.progress(0.0, f"waiting: {_trainings(place)} before yours")
    else:
        done = max(job.epochs, 0)
        starting = "" if job.epochs >= 0 else " (the worker is starting)"
        st.progress(done / job.config.epochs, f"epoch {done} of {job.config.epochs}{starting}")
    if st.button("Cancel"):
        trainer.cancel(owner())
        st.rerun()
    _show_losses(job)


def _trainings(count: int) -> str:
    return "1 training is" if count == 1 else f"{count} trainings are"


def _show_losses(job: Job) -> None:
    if job.epochs < 1:
        return
    name = "Losses of the training that runs" if job.running else "Losses of the training that ended"
    scene = losses_scene(*job.losses(), job.config.epochs, name)
    live(f"{job.config.kind}-losses", Published.of(scene), keep=False)


def losses_scene(
    train_loss: NDArray[np.float64], test_loss: NDArray[np.float64], epochs: int, name: str
) -> Scene:
    """Both losses, in nats, of the epochs so far out of ``epochs``; NaN where a flow had diverged.

    What is too high for the plot is an arrow at its edge with the highest value.
    """
    figure = figures.losses_figure(train_loss, test_loss, None, "nats")
    figure.update_xaxes(range=[0, epochs])
    marks = ()
    if not np.max(test_loss) <= test_loss[0] + MOST_NATS:
        top = test_loss[0] + MOST_NATS
        figure.update_yaxes(range=[np.nanmin(test_loss) - 1.0, top])
        named = (("training loss", train_loss, IN_DISTRIBUTION), ("test loss", test_loss, ANOMALY))
        marks = tuple(_highest(*of) for of in named if np.nanmax(of[1]) > top)
    return Scene(((Cell((Figure("growing", figure, 260, name, marks),)),),))


def _highest(name: str, loss: NDArray[np.float64], color: str) -> Point:
    epoch = int(np.nanargmax(loss))
    return Point(float(epoch), float(loss[epoch]), color, f"{name}: up to {written(loss[epoch], '.4g')}")
