"""Runs a module as ``python -m`` does, and ends with whoever started it, however that ends.

``python -m hw9core.jobs.attached MODULE [ARGUMENT ...]``, with stdin a pipe that its starter holds open: the
operating system closes it even when the starter is killed and can clean up nothing.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading

from hw9core.jobs.worker import lower_priority


def _end_with_stdin() -> None:
    os.read(0, 1)
    os._exit(1)


def main() -> None:
    lower_priority()
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
