"""Says which data is missing and fetches it: progress, cancel, and the reason when it fails."""

import streamlit as st

from hw9core.errors import DataError
from hw9core.images.mnist import DATA_FILES, data_dir
from ui.jobs import fetch
from ui.jobs.process import read_only
from ui.lessons.anomaly import tile_images
from ui.quoting import as_sentence


def offer_data() -> None:
    """Show the panel while the images are not on this computer."""
    if not tile_images.inputs_available():
        st.fragment(_panel, run_every=1.0 if fetch.job.running else None)()


def _panel() -> None:
    job = fetch.job
    if job.running:
        progress = job.progress()
        st.progress(progress.share, f"Fetching {progress.file or 'the last bytes'} …")
        if st.button("Cancel"):
            job.cancel()
            st.rerun()
        return
    if job.done or tile_images.inputs_available():
        st.rerun()
    st.info(
        "The images of MNIST and KMNIST are not in this server's data folder. "
        "The gallery shows reconstructions only, drawn from stored codes."
    )
    if job.error:
        st.warning(as_sentence(job.error))
    if read_only():
        st.caption("This server is read-only: whoever runs it can fetch the data.")
    elif st.button(f"Fetch the data ({sum(file.size for file in DATA_FILES) / 1e6:.0f} MB)"):
        _start(job)


def _start(job: fetch.FetchJob) -> None:
    try:
        job.start(data_dir())
    except DataError as error:
        st.warning(as_sentence(error))
    else:
        st.rerun()
