"""What can be wrong with an input, in words that let its owner put it right; the words are in messages.toml."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

_MESSAGES = Path(__file__).with_name("messages.toml")
_FIELD = re.compile(r"\{([a-z_]+)\}")
"""A place for a field in a template. Any other brace is text, so that `columns = { code = "..." }` needs no escape."""
_SHARED = "shared"
"""The table of messages.toml with sentences that several messages use."""
_ROWS_SHOWN = 5
_BLANKS = dict.fromkeys("\xa0\u2007\u202f\u2009\u3000", " ")
"""Blanks of print, which are not printable in Python's sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Template:
    """The words of one kind of fault, with the names of the fields that they need.

    Attributes
    ----------
    one, many : str
        What was found and why it matters; `one` where the field `count` is 1.
    do : str
        What to do about it.
    fields : frozenset of str
    """

    one: str
    many: str
    do: str
    fields: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong, where it is and what to do about it; made by `fault`.

    Attributes
    ----------
    code : str
        Stable name of the kind of fault, for example "NOT_A_NUMBER".
    message : str
        What was found and why it matters, one sentence.
    remedy : str
        What to do about it, one sentence.
    file, column, value : str
        As the reader of the file knows them; empty where there is none.
    rows : tuple of int
        Line numbers as an editor or a spreadsheet shows them: the header of a plain file is row 1.
    blocks : bool
        True: nothing is planned until it is put right. False: a warning.

    Examples
    --------
    >>> fault = Fault(code="NOT_A_NUMBER", message="1 cell is not a number.", remedy="Write a number.",
    ...               file="assets.csv", column="X", rows=(17,), value="abc")
    >>> print(fault)
    assets.csv, row 17, column "X": 1 cell is not a number. Found "abc". Write a number. [NOT_A_NUMBER]
    """

    code: str
    message: str
    remedy: str
    file: str = ""
    column: str = ""
    rows: tuple[int, ...] = ()
    value: str = ""
    blocks: bool = True

    def __str__(self) -> str:
        """Place, finding, remedy and code in one line."""
        column = f'column "{visible(self.column)}"' if self.column else ""
        place = ", ".join(filter(None, [visible(self.file), rows_text(self.rows), column]))
        found = f' Found "{shortened(self.value)}".' if self.value else ""
        return f"{place}{': ' if place else ''}{self.message}{found} {self.remedy} [{self.code}]"


# The fields have the names that messages.toml gives them, so they are the one `**kwargs` of a public function here.
def fault(
    key: str,
    /,
    *,
    file: str = "",
    column: str = "",
    rows: Sequence[int] = (),
    value: str = "",
    blocks: bool = True,
    **fields: str | int,
) -> Fault:
    """A fault in the words of messages.toml.

    Parameters
    ----------
    key : str
        A code, or "CODE.variant" where several findings share a code.
    file, column, rows, value, blocks
        As in `Fault`.
    **fields : str or int
        Exactly those that the message names. Whole numbers are shown with thousands separators. Braces in a text mean
        nothing, and what a terminal would obey or not show is made visible.

    Raises
    ------
    KeyError
        There is no such message: an error in the program, not in its input.
    TypeError
        A field is missing, or one is given that the message does not name.

    Examples
    --------
    >>> print(fault("TRUNCATED.json", file="a.json", count=1_024))
    a.json: The JSON ends abruptly, at character 1,024. Download it again: the transfer was cut short. [TRUNCATED]
    """
    template = _templates()[key]
    if template.fields != fields.keys():
        raise TypeError(f"{key} needs the fields {sorted(template.fields)}, not {sorted(fields)}.")
    shown = {name: f"{field:,}" if isinstance(field, int) else visible(field) for name, field in fields.items()}
    found = template.one if fields.get("count") == 1 else template.many
    return Fault(
        code=key.partition(".")[0],
        message=_filled(found, shown),
        remedy=_filled(template.do, shown),
        file=file,
        column=column,
        rows=tuple(rows),
        value=value,
        blocks=blocks,
    )


@functools.cache
def _templates() -> Mapping[str, _Template]:
    """All messages by code, or by code and variant."""
    content = tomllib.loads(_MESSAGES.read_text(encoding="utf-8"))
    shared = content.pop(_SHARED)
    found = {}
    for code, table in content.items():
        variants = {code: table} if "do" in table else {f"{code}.{name}": words for name, words in table.items()}
        found.update({key: _template(words, shared) for key, words in variants.items()})
    return MappingProxyType(found)


def _template(words: Mapping[str, Any], shared: Mapping[str, str]) -> _Template:
    """One table of messages.toml; `found` is a text, or a table of `one` and `many`."""
    found = words["found"]
    forms = (found, found) if isinstance(found, str) else (found["one"], found["many"])
    one, many, do = (
        _filled(text, shared) for text in (*(f"{form} {words.get('why', '')}".strip() for form in forms), words["do"])
    )
    return _Template(one=one, many=many, do=do, fields=frozenset(_FIELD.findall(f"{one} {many} {do}")))


def _filled(template: str, fields: Mapping[str, str]) -> str:
    """A text with its fields put in, in one pass: what a field brings is never looked at again."""
    return _FIELD.sub(lambda found: fields.get(found[1], found[0]), template)


class ConnectedPlaceError(Exception):
    """Any error that the person at the keyboard can put right; carries all faults at once.

    Parameters
    ----------
    faults : Fault or iterable of Fault
        At least one.
    """

    def __init__(self, faults: Fault | Iterable[Fault]):
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class DataError(ConnectedPlaceError, ValueError):
    """The content of an input file misleads or cannot be read."""


class CrsError(DataError):
    """Coordinates do not lie where their reference system, or the place, says."""


class VintageError(DataError):
    """Files of different years or geographies were put together without a stated lookup."""


class PlanFileError(ConnectedPlaceError, ValueError):
    """plan.toml says something that the planner does not understand."""


class CommandError(ConnectedPlaceError, ValueError):
    """The command itself asks for something that cannot be: a plan that is not there, a folder that is not ours."""


class InfeasibleError(ConnectedPlaceError, ValueError):
    """No shortlist can keep all the rules it was given."""


def rows_text(rows: Sequence[int]) -> str:
    """Row numbers in words, the first few by number.

    Examples
    --------
    >>> rows_text([3]), rows_text([3, 9]), rows_text(range(2, 12))
    ('row 3', 'rows 3 and 9', 'rows 2, 3, 4, 5, 6 and 5 more')
    """
    if not rows:
        return ""
    if len(rows) == 1:
        return f"row {rows[0]}"
    shown = [str(row) for row in rows[:_ROWS_SHOWN]]
    rest = len(rows) - len(shown)
    last = f"{rest} more" if rest else shown.pop()
    return f"rows {', '.join(shown)} and {last}"


def shortened(text: str, length: int = 60) -> str:
    r"""Text on one line with what cannot be printed made visible, cut at `length` characters.

    Examples
    --------
    >>> shortened("a" * 70, length=5), shortened("a\nb")
    ('aaaaa…', 'a\\nb')
    """
    shown = visible(text[: length + 1])
    return shown if len(text) <= length else shown[:length] + "…"


def visible(text: str) -> str:
    r"""Text on one line in which nothing is hidden and nothing moves a terminal's cursor or changes its colours.

    Examples
    --------
    >>> visible("Main\x1b[31m Road"), visible("a\nb"), visible("Café\u00a0£5")
    ('Main\\x1b[31m Road', 'a\\nb', 'Café £5')
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _BLANKS.get(char) or repr(char)[1:-1] for char in text)
