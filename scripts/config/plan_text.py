"""New weights in the text of a plan.toml, with every comment and every other line unchanged."""

from __future__ import annotations

import codecs
import io
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connected_place.gis_data.errors import CommandError, Fault, fault
from connected_place.scripts.terminal import replace_file

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
LONE_LINE_FEED = re.compile(r"(?<!\r)\n")


def write_weights(path: Path, weights: Mapping[str, float]) -> None:
    """Write weights to a plan.toml; its byte-order mark and line endings are kept.

    Parameters
    ----------
    path : Path
        The file, read again, so that what was changed in an editor meanwhile is kept.
    weights : mapping of str to float
        By criterion.

    Raises
    ------
    CommandError
        CANNOT_EDIT or CANNOT_WRITE; the file is as it was then.
    """
    try:
        before = path.read_bytes()
        text = before.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(_unreadable(path.name, weights, error)) from error
    mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    after = mark + with_weights(text, weights, file=path.name).encode()
    if after != before:
        replace_file(path, after)


def with_weights(text: str, weights: Mapping[str, float], *, file: str = "plan.toml") -> str:
    r"""The text of a plan.toml with new weights.

    Parameters
    ----------
    text : str
        TOML, with the line ends of its file.
    weights : mapping of str to float
        By criterion. Weights that the text states and this mapping does not are kept.
    file : str
        For the fault.

    Returns
    -------
    str
        A line that states a weight keeps its place and its comment; a new one follows the last of them.

    Raises
    ------
    CommandError
        CANNOT_EDIT: the text is not TOML, or is laid out so that the rest of it would change.

    Examples
    --------
    >>> print(with_weights("[score.weights]\na = 3.0  # why\n# end\n[wifi]\n", {"a": 50, "b": 100}), end="")
    [score.weights]
    a = 50  # why
    b = 100
    # end
    [wifi]
    """
    from tomlkit.exceptions import TOMLKitError

    numbers = {key: whole_or_float(number) for key, number in weights.items()}
    try:
        wanted = _wanted(text, numbers)
        edited = _edited(text if text.endswith("\n") or not text else f"{text}\n", numbers)
        found = _content(edited)
    except (TOMLKitError, ValueError) as error:
        raise CommandError(_unreadable(file, numbers, error)) from error
    if found != wanted:
        lines = ", ".join(weight_lines(numbers))
        raise CommandError(fault("CANNOT_EDIT.settings", file=file, column="score.weights", lines=lines))
    return edited


def weight_lines(weights: Mapping[str, float]) -> list[str]:
    """Weights as lines of TOML.

    Examples
    --------
    >>> weight_lines({"gap_headline": 100.0, "population": 33.33})
    ['gap_headline = 100', 'population = 33.33']
    """
    return [f"{_key(key)} = {whole_or_float(number)!r}" for key, number in weights.items()]


def whole_or_float(number: float) -> float:
    """A whole number without ".0".

    Examples
    --------
    >>> whole_or_float(100.0), whole_or_float(33.33)
    (100, 33.33)
    """
    return int(number) if float(number).is_integer() else float(number)


def _edited(text: str, numbers: Mapping[str, float]) -> str:
    import tomlkit

    document = tomlkit.parse(text)
    _put(_weights_table(document), numbers)
    edited = tomlkit.dumps(document)
    return LONE_LINE_FEED.sub("\r\n", edited) if _is_of_windows(text) else edited


def _weights_table(document: Any) -> Any:
    """The table of weights of a document, added if there is none."""
    import tomlkit

    if "score" not in document:
        document["score"] = tomlkit.table(is_super_table=True)
    score = document["score"]
    if "weights" not in score:
        _append(score, "weights", tomlkit.table())
    return score["weights"]


def _put(table: Any, numbers: Mapping[str, float]) -> None:
    """Set numbers in a table: in place if they are there, else after the last one."""
    for key, number in numbers.items():
        if key not in table:
            _append(table, key, number)
        elif table[key] != number:
            table[key] = number


def _append(table: Any, key: str, value: object) -> None:
    """Add to a table before the comments and empty lines at its end, which belong to what follows."""
    from tomlkit.items import Table

    end = []
    if isinstance(table, Table) and any(name is not None for name, _ in table.value.body):
        while table.value.body[-1][0] is None:
            end.append(table.value.body.pop()[1])
    table[key] = value
    for item in reversed(end):
        table.add(item)


def _is_of_windows(text: str) -> bool:
    return "\r\n" in text and not LONE_LINE_FEED.search(text)


def _content(text: str) -> dict[str, Any]:
    """The content of a text, with line endings read as `config` reads them."""
    return tomllib.loads(io.StringIO(text, newline=None).read())


def _wanted(text: str, numbers: Mapping[str, float]) -> dict[str, Any]:
    """The content that a text should have afterwards: the same except for the weights.

    Raises
    ------
    ValueError
        It is not TOML, or the weights cannot be put into it.
    """
    content = _content(text)
    score = content.get("score", {})
    weights = score.get("weights", {}) if isinstance(score, dict) else None
    if not isinstance(weights, dict):
        raise ValueError("score.weights is not a table there")
    return content | {"score": score | {"weights": weights | dict(numbers)}}


def _key(name: str) -> str:
    return name if BARE_KEY.fullmatch(name) else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unreadable(file: str, weights: Mapping[str, float], error: Exception) -> Fault:
    lines = ", ".join(weight_lines(weights))
    return fault("CANNOT_EDIT.layout", file=file, column="score.weights", reason=str(error), lines=lines)
