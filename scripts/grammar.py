"""The grammar of the command line: commands with their options, kept beside what runs them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn


@dataclass(frozen=True, slots=True)
class CliOption:
    """An argument or option of a command, as argparse takes it; several names of one choice: `either`."""

    names: tuple[str, ...]
    settings: dict[str, Any]
    either: tuple[CliOption, ...] = ()


@dataclass(frozen=True, slots=True)
class CliCommand:
    """A command: its name, what it does in a line, its options, an example, and what runs it."""

    name: str
    words: str
    options: tuple[CliOption, ...]
    example: str
    run: Callable[[argparse.Namespace], int]


_COMMANDS: list[CliCommand] = []
"""Every command, in the order of work."""


def cli_parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    top = argparse.ArgumentParser(
        prog="connected-place",
        description="Turns official open data into a costed, evidenced shortlist of sites for public Wi-Fi, and into "
        "what can be done for every home without a fast line.",
        epilog="PLAN is a plan.toml, or a folder that contains one. Answers go to standard output, progress to "
        "standard error. Exit codes: 0 done, 1 the input has problems, 2 the command is wrong, 130 interrupted.",
    )
    top.add_argument("--version", action=_Version)
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for command in _COMMANDS:
        grammar = commands.add_parser(
            command.name, help=command.words, description=f"{command.words[0].upper()}{command.words[1:]}."
        )
        grammar.epilog = f"Example: connected-place {command.example}"
        for option in command.options:
            _add(grammar, option)
        grammar.add_argument("--quiet", action="store_true", help="show no progress")
        grammar.set_defaults(run=command.run)
    return top


def _add(grammar: argparse.ArgumentParser, option: CliOption) -> None:
    if not option.either:
        grammar.add_argument(*option.names, **option.settings)
        return
    alone = grammar.add_mutually_exclusive_group()
    for one in option.either:
        alone.add_argument(*one.names, **one.settings)


def cli_option(*names: str, **settings: Any) -> CliOption:
    """An argument or option, as argparse's `add_argument` takes it."""
    return CliOption(names, settings)


def either_option(*options: CliOption) -> CliOption:
    """Options of which at most one may be given."""
    return CliOption((), {}, options)


def cli_command(
    name: str, words: str, *options: CliOption, example: str
) -> Callable[[Callable[[argparse.Namespace], int]], Callable[[argparse.Namespace], int]]:
    """Make a function the command of a name."""

    def kept(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
        _COMMANDS.append(CliCommand(name, words, options, example, run))
        return run

    return kept


class _Version(argparse.Action):
    """Prints the version, looked up only when needed."""

    def __init__(self, option_strings: Sequence[str], dest: str):
        super().__init__(option_strings, dest, nargs=0, help="print the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"connected-place {version('connected-place')}")
        parser.exit(0)


def at_least_one(text: str) -> int:
    """A whole number, 1 or more."""
    if text.isdecimal() and int(text) >= 1:
        return int(text)
    raise argparse.ArgumentTypeError(f"must be a whole number, 1 or more, not {text!r}")


def whole_number(text: str) -> int:
    """A whole number, 0 or more."""
    if text.isdecimal():
        return int(text)
    raise argparse.ArgumentTypeError(f"must be a whole number, not {text!r}")


def positive_share(text: str) -> float:
    """A share in (0, 1]."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if 0 < number <= 1:
        return number
    raise argparse.ArgumentTypeError(f"must be a share, more than 0 and at most 1, not {text!r}; write 0.9 for 90%")
