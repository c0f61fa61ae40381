"""Entry of ``python -m hw9core``."""

import sys

from hw9core.cli import main
from hw9core.commands.output import spell_missing_characters

if __name__ == "__main__":
    spell_missing_characters()
    sys.exit(main())
