"""What can be wrong with an input, said so that its owner can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ROWS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong, where it is and what mends it.

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
        True: nothing is planned until it is mended. False: a warning.

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
        place = ", ".join(filter(None, [self.file, rows_text(self.rows), self.column and f'column "{self.column}"']))
        found = f' Found "{shortened(self.value)}".' if self.value else ""
        return f"{place}{': ' if place else ''}{self.message}{found} {self.remedy} [{self.code}]"


class ConnectedPlaceError(Exception):
    """Any error that the person at the keyboard can mend; carries all faults at once.

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
    shown = [str(row) for row in rows[:ROWS_SHOWN]]
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
    visible = "".join(char if char.isprintable() else repr(char)[1:-1] for char in text[: length + 1])
    return visible if len(text) <= length else visible[:length] + "…"
