"""Capsules: what is said where version or checkpoints are others than those that numbers were made with."""

import hashlib

import pytest

import hw9core
from hw9core.errors import CheckpointError
from hw9core.store.capsule import differences, file_digest
from tests.test_imports import ROOT

NAME = "flow-0123456789abcdef.safetensors"


def test_nothing_is_said_where_nothing_differs(tmp_path):
    (tmp_path / NAME).write_bytes(b"weights")
    made = {"version": hw9core.__version__, "checkpoints": {NAME: hashlib.sha256(b"weights").hexdigest()}}
    assert differences(made, tmp_path) == []


def test_every_difference_is_one_sentence(tmp_path):
    (tmp_path / NAME).write_bytes(b"other weights")
    digest = hashlib.sha256(b"weights").hexdigest()
    made = {"version": "9.9", "checkpoints": {NAME: digest, "gone.safetensors": digest}}
    assert differences(made, tmp_path) == [
        f"This was made by hw9core 9.9; here is {hw9core.__version__}. Numbers may differ.",
        f"The checkpoint {NAME} is another file than where this was made.",
        f"The checkpoint gone.safetensors is not in {tmp_path}: its model cannot be used here.",
    ]


def test_a_file_that_cannot_be_read_is_an_error_of_the_program(tmp_path):
    with pytest.raises(CheckpointError, match="cannot be read: Is a directory"):
        file_digest(tmp_path)


def test_the_version_is_the_projects():
    assert f'version = "{hw9core.__version__}"' in (ROOT / "pyproject.toml").read_text("utf-8")
