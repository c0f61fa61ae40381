"""What several commands share: their options, and how a command is declared."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import MISSING, Field, fields
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from hw9core.errors import CheckpointError
from hw9core.images.mnist import data_dir
from hw9core.models import MODELS, Model, Resources
from hw9core.store.checkpoints import ModelConfig, checkpoint_dir


def add_command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], summary: str, example: str
) -> argparse.ArgumentParser:
    """Declare one command: ``summary`` is its line in the list of commands, ``example`` ends its help."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def add_model_parsers(
    parser: argparse.ArgumentParser, models: Iterable[Model]
) -> list[tuple[Model, argparse.ArgumentParser]]:
    """One word after the command per model, its kind, with its configuration's fields as options.

    Gives what :func:`chosen` reads; returns each model with its parser.
    """
    words = parser.add_subparsers(dest="model", required=True, metavar="MODEL")
    parsers = []
    for model in models:
        options = words.add_parser(model.config_class.kind, help=model.summary, description=model.summary)
        add_checkpoints_option(options)
        if model.reads_images:
            add_data_option(options)
        add_config_options(options, model.config_class)
        parsers.append((model, options))
    return parsers


def chosen(arguments: argparse.Namespace) -> tuple[Model, ModelConfig, Resources]:
    """The model that a command names, its configuration, and what it is trained or evaluated with.

    Raises ``ConfigError`` and ``DataError``.
    """
    model = MODELS[arguments.model]
    config = config_from(arguments, model.config_class, model.configure)
    resources = Resources(
        data=data_dir(getattr(arguments, "data", None)),
        checkpoints=checkpoint_dir(arguments.checkpoints),
        device=getattr(arguments, "device", "auto"),
    )
    return model, config, resources


@contextmanager
def contents_of(path: Path) -> Iterator[None]:
    """Say in one sentence that an intact checkpoint (or one of a folder) is not what this program stores.

    What shows it is a value of another type or shape than expected; a name that is missing the store reports.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(
            f"{path} does not hold what this program stores ({type(error).__name__}: {error}): "
            "train it again with --force."
        ) from error


def add_data_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", help="data folder (default: $HW9_DATA, else data/)")


def add_checkpoints_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--checkpoints",
        metavar="DIR",
        help="checkpoint folder (default: $HW9_CHECKPOINTS, else checkpoints/)",
    )


def add_config_options(parser: argparse.ArgumentParser, config_class: type) -> None:
    """One option per field of a configuration class, with the field's type and default."""
    group = parser.add_argument_group("configuration", "the defaults are those of the shipped model")
    hints = get_type_hints(config_class)
    for field in fields(config_class):
        option = f"--{field.name.replace('_', '-')}"
        default = _default(field)
        if isinstance(default, bool):
            group.add_argument(
                option, action=argparse.BooleanOptionalAction, default=default, help="default: %(default)s"
            )
            continue
        value_type, nargs = _argument_type(hints[field.name])
        group.add_argument(
            option,
            type=value_type,
            nargs=nargs,
            default=default,
            metavar=value_type.__name__.upper(),
            help="default: %(default)s" if default is not None else "default: the data set's own",
        )


def config_from(
    arguments: argparse.Namespace, config_class: type, configure: Callable[..., ModelConfig]
) -> ModelConfig:
    """What ``configure`` makes of the options of :func:`add_config_options`; raises ``ConfigError``."""
    return configure(**{field.name: getattr(arguments, field.name) for field in fields(config_class)})


def _argument_type(hint: Any) -> tuple[type, str | None]:
    """The type of one value, and argparse's ``nargs``: ``tuple[int, ...]`` takes any number of integers."""
    if get_origin(hint) is tuple:
        return get_args(hint)[0], "+"
    if get_origin(hint) is UnionType:  # int | None
        return get_args(hint)[0], None
    return hint, None


def _default(field: Field) -> Any:
    if field.default is MISSING:
        raise TypeError(f"The configuration field {field.name} has no default.")
    return field.default
