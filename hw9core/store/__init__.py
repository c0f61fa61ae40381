"""Files: checkpoints that verify themselves, written whole or not at all."""
