"""``python -m ui.publish FOLDER``: the whole program as a static site, for a disk or any static host.

Exit codes are those of ``python -m hw9core``: 0 done, 2 it cannot be done (one line on stderr says why),
130 interrupted. ``$HW9_PUBLIC_URL`` is where the site links back to, if it is set.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from hw9core.cli import EXIT_CANNOT, EXIT_INTERRUPTED, OneLineParser
from hw9core.errors import ConfigError, Hw9Error, printable
from ui.server.door import PUBLIC_URL, allowed_places
from ui.takehome.addresses import addresses
from ui.takehome.site import Site

# Says once a page that there is no server, which is meant; settings of levels do not outlive its next start.
_WARNS = "streamlit.runtime.scriptrunner_utils.script_run_context"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the site and return the exit code; ``argv`` is without the program's name."""
    parser = OneLineParser(
        prog="python -m ui.publish",
        description="Writes the program as a static site: home and every lesson, live without a server.",
    )
    parser.add_argument("folder", type=Path, help="where to; must not exist yet, or be empty")
    folder = parser.parse_args(argv).folder
    logging.getLogger(_WARNS).disabled = True
    try:
        pages, size = publish(Site(addresses(), public_address()), folder)
    except Hw9Error as error:
        return _cannot(str(error))
    except OSError as error:
        return _cannot(f"{folder} cannot be written ({error.strerror or error}).")
    except KeyboardInterrupt:
        print("hw9: interrupted, nothing was written.", file=sys.stderr)
        return EXIT_INTERRUPTED
    print(f"{pages} pages, {size / 1e6:.1f} MB in {printable(str(folder))}: open index.html there.")
    return 0


def publish(site: Site, folder: Path) -> tuple[int, int]:
    """Write a site to a folder that does not exist or is empty; returns how many pages and bytes.

    The folder appears complete or not at all. Raises ``ConfigError``, ``Hw9Error`` and ``OSError``.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ConfigError(f"{folder} exists and is no folder: name a new one.")
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError(f"{folder} exists and is not empty: name a new one, or empty it.")
    target = folder.resolve()
    making = target.with_name(f"{target.name}.{secrets.token_hex(8)}.tmp")
    making.mkdir(parents=True)
    try:
        written = _write(site, making)
        if target.exists():
            target.rmdir()
        os.replace(making, target)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return sum(path.endswith(".html") for path in written), sum(written.values())


def public_address() -> str:
    """The first address of $HW9_PUBLIC_URL, "" where it is not set. Raises ``ConfigError``."""
    allowed_places()
    return next(iter(os.environ.get(PUBLIC_URL, "").split()), "").rstrip("/")


def _write(site: Site, folder: Path) -> dict[str, int]:
    """Write all files; returns their sizes by path."""
    written: dict[str, int] = {}
    for path, content in site.files(lambda pages: tqdm(pages, unit="page", disable=None)):
        if path not in written:
            file = folder / path
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
            written[path] = len(content)
    return written


def _cannot(why: str) -> int:
    print(f"hw9: {printable(why)}", file=sys.stderr)
    return EXIT_CANNOT


if __name__ == "__main__":
    sys.exit(main())
