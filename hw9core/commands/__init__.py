"""The commands of ``python -m hw9core``: each module declares its options and runs the command."""
