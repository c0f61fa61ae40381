"""Errors whose message is one sentence for the user: what is wrong and what to do."""

from __future__ import annotations


class Hw9Error(Exception):
    """Base of every error that the command line shows as one line and ends with exit code 2.

    Whatever names of files are in it, the message is printable and one line.
    """

    def __init__(self, message: str) -> None:
        super().__init__(printable(message))


def printable(text: str) -> str:
    """The text with "?" for each character that cannot be printed, such as a line's end in a file name."""
    return "".join(character if character.isprintable() else "?" for character in text)


class ConfigError(Hw9Error):
    """A setting is outside what the model or this computer allows."""


class DataError(Hw9Error):
    """A data file is missing, damaged, or cannot be fetched."""


class CheckpointError(Hw9Error):
    """A checkpoint is missing, damaged, or cannot be written."""


class TrainingError(Hw9Error):
    """Training cannot go on, for example because the loss is no longer finite."""


class InputError(Hw9Error):
    """Something the user handed in, such as an image file, cannot be used."""


class MissingPackageError(Hw9Error):
    """A package that only training or fetching needs is not installed."""

    @classmethod
    def of(cls, error: ModuleNotFoundError) -> MissingPackageError:
        """What to do about an import that failed."""
        return cls(f"{error.name} is not installed: pip install -r requirements.txt")
