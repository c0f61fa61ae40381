"""What the server adds to Streamlit: a door, headers, files, health, first views, one-line errors."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import streamlit as st
from starlette.middleware import Middleware

from ui.catalogue import LESSONS
from ui.jobs.owner import OwnerCookie
from ui.live import assets
from ui.server import descriptors, logs, readiness
from ui.server.door import Door, allowed_places
from ui.server.headers import SecurityHeaders, frame_ancestors
from ui.server.quotas import Quotas
from ui.server.routes import routes
from ui.server.static_files import StaticFiles

__all__ = ["lifespan", "middleware", "routes", "show_error"]

_log = logging.getLogger(__name__)


def middleware() -> list[Middleware]:
    """Headers on every answer, the door, what a visitor may make the server hold, names for browsers, files.

    Raises ``ConfigError`` for settings that make no sense.
    """
    return [
        Middleware(SecurityHeaders, frame_ancestors()),
        Middleware(Door, base=assets.base_url(), allowed=allowed_places()),
        Middleware(Quotas, base=assets.base_url()),
        Middleware(OwnerCookie),
        Middleware(StaticFiles, base=assets.base_url(), pages=["", *(lesson.slug for lesson in LESSONS)]),
    ]


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Before the first visitor: bounds on files and the log, and the first views."""
    logs.ration()
    logs.say_accept_failures_once(asyncio.get_running_loop())
    too_few = descriptors.raise_limit()
    if too_few:
        _log.warning(too_few)
    await anyio.to_thread.run_sync(readiness.build_first_views)
    yield


def show_error(error: Exception) -> bool:
    """One sentence for the visitor; the traceback goes to the server's log."""
    _log.error("A page failed", exc_info=error)
    st.error("This page met an error of its own. Reload it; the server's log has the details.")
    return True
