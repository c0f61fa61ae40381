"""File descriptors: a session of Streamlit takes four, and keeps three for two minutes after it was closed.

Without any left the server cannot accept, open a checkpoint, or start a worker. So the soft limit is raised
at the start, and the last ones are not given to new sessions.
"""

import math
import os
import time

try:
    import resource
except ImportError:  # Windows, which has no such limit
    resource = None

WANTED = 16_384  # 4,000 visitors, if the hard limit allows
HALL = 200  # visitors
PER_SESSION = 4
RESERVE = 64  # files, workers, and connections that are no session
SCARCE = 512
COUNT_SECONDS = 0.25

_counted = -math.inf, False


def raise_limit() -> str | None:
    """Raise the soft limit as far as it may; one sentence when that is too little for a hall."""
    if resource is None:
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < WANTED:
        soft = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        except (OSError, ValueError):  # macOS has a second limit, kern.maxfilesperproc
            soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    sessions = (_left() - RESERVE) // PER_SESSION
    if sessions >= HALL:
        return None
    return (
        f"Only {soft} files may be open at once: enough for about {sessions:.0f} visitors. For more, say "
        f"`ulimit -n {WANTED}` before the server starts, or ask the administrator for it."
    )


def room() -> bool:
    """Whether one more session leaves the reserve untouched."""
    return _left() >= RESERVE + PER_SESSION


def scarce() -> bool:
    """Whether so few are left that idle connections should not keep any; a browser opens six.

    Asked at every answer, so it counts no more than every ``COUNT_SECONDS``; thousands take milliseconds.
    """
    global _counted
    now = time.monotonic()
    if now - _counted[0] > COUNT_SECONDS:
        _counted = now, _left() < SCARCE
    return _counted[1]


def _left() -> float:
    if resource is None:
        return math.inf
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return math.inf if soft == resource.RLIM_INFINITY else soft - _open_now()


def _open_now() -> int:
    return len(os.listdir("/dev/fd"))
