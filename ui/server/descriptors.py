"""File descriptors: a session of Streamlit takes four, and keeps three for two minutes after it was closed.

Without any left the server cannot accept, open a checkpoint, or start a worker. So the soft limit is raised
at the start, and the last ones are not given to new sessions.
"""

import os

try:
    import resource
except ImportError:  # Windows, which has no such limit
    resource = None

WANTED = 16_384  # 4,000 visitors, if the hard limit allows
HALL = 200  # visitors
PER_SESSION = 4
RESERVE = 64  # files, workers, and connections that are no session


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
    sessions = (soft - RESERVE - open_now()) // PER_SESSION
    if sessions >= HALL or soft == resource.RLIM_INFINITY:
        return None
    return (
        f"Only {soft} files may be open at once: enough for about {sessions} visitors. For more, say "
        f"`ulimit -n {WANTED}` before the server starts, or ask the administrator for it."
    )


def room() -> bool:
    """Whether one more session leaves the reserve untouched."""
    if resource is None:
        return True
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft == resource.RLIM_INFINITY or soft - open_now() >= RESERVE + PER_SESSION


def open_now() -> int:
    """How many descriptors this process has open."""
    return len(os.listdir("/dev/fd"))
