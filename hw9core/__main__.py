"""Entry of ``python -m hw9core``."""

import sys

from hw9core.cli import main

if __name__ == "__main__":
    sys.exit(main())
