"""Plain-text tables that fit a terminal."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Collection, Sequence

from connected_place.maps.numerals import shown

WIDTH = 100
LEAST_WIDTH = 8
_GAP = "  "


def table_lines(head: Sequence[str], rows: Sequence[Sequence[object]], *, numbers: Collection[int] = ()) -> list[str]:
    r"""A table whose widest columns shrink until it fits.

    Parameters
    ----------
    head : sequence of str
    rows : sequence of sequences
        Cells are shown on one line, without characters that cannot be seen.
    numbers : collection of int
        Positions of the columns that are set to the right.

    Examples
    --------
    >>> print("\n".join(table_lines(["rank", "area"], [[1, "Quay"], [12, "Marsh"]], numbers=[0])))
    rank  area
       1  Quay
      12  Marsh
    """
    cells = [[shown(cell, WIDTH) for cell in row] for row in (head, *rows)]
    widths = [max(map(printed_width, column)) for column in zip(*cells, strict=True)]
    room = WIDTH - len(_GAP) * (len(widths) - 1)
    while sum(widths) > room and max(widths) > LEAST_WIDTH:
        widths[widths.index(max(widths))] -= 1
    return [_line(row, widths, numbers) for row in cells]


def cut(text: str, width: int) -> str:
    """Text cut to a width on the terminal, with an ellipsis if it was cut.

    Examples
    --------
    >>> cut("Saltmarsh", 9), cut("Saltmarsh", 5)
    ('Saltmarsh', 'Salt…')
    """
    if printed_width(text) <= width:
        return text
    while text and printed_width(text) > width - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"


def wrapped_lines(text: object, *, indent: int = 0) -> list[str]:
    """A sentence over as many lines as it needs.

    Examples
    --------
    >>> wrapped_lines("a b", indent=2)
    ['  a b']
    """
    blank = " " * indent
    return textwrap.wrap(
        shown(text, 10 * WIDTH), WIDTH, initial_indent=blank, subsequent_indent=blank, break_on_hyphens=False
    )


def printed_width(text: str) -> int:
    """Columns that a text takes up on a terminal: two for a wide character, none for a combining accent.

    Examples
    --------
    >>> printed_width("Ynys Môn"), printed_width("東"), printed_width("o\u0302")
    (8, 2, 1)
    """
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _line(row: Sequence[str], widths: Sequence[int], numbers: Collection[int]) -> str:
    return _GAP.join(
        _filled(cell, width, to_the_right=position in numbers)
        for position, (cell, width) in enumerate(zip(row, widths, strict=True))
    ).rstrip()


def _filled(cell: str, width: int, *, to_the_right: bool) -> str:
    text = cut(cell, width)
    blank = " " * (width - printed_width(text))
    return blank + text if to_the_right else text + blank
