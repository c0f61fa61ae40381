"""What several commands share: their options, and how a command is declared."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from hw9core.anomaly.likelihood.config import coupling_config
from hw9core.coupling.config import CouplingConfig


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
    parser: argparse.ArgumentParser, summaries: Mapping[type, str]
) -> list[tuple[type, argparse.ArgumentParser]]:
    """One word after the command per configuration class, each with the class's fields as options.

    Gives ``arguments.model`` (the kind) and ``arguments.config_class``; returns each class with its parser.
    """
    models = parser.add_subparsers(dest="model", required=True, metavar="MODEL")
    parsers = []
    for config_class, summary in summaries.items():
        model = models.add_parser(config_class.kind, help=summary, description=summary)
        model.set_defaults(config_class=config_class)
        parsers.append((config_class, model))
    return parsers


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


def config_from(arguments: argparse.Namespace, config_class: type) -> Any:
    """The configuration that the options of :func:`add_config_options` name; raises ``ConfigError``."""
    make = coupling_config if config_class is CouplingConfig else config_class
    return make(**{field.name: getattr(arguments, field.name) for field in fields(config_class)})


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
