"""Where the header of a table is, over how many rows it goes, and what it calls each column."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files import InputFile

HEADER_WITHIN_ROWS = 25
MOST_HEADER_ROWS = 5
_TITLE_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The columns of a file without a header.

    Attributes
    ----------
    headers : tuple of str
        In the order of the file.
    first_cell : str
        Regular expression that the first cell of a row matches and a header never does.
    """

    headers: tuple[str, ...]
    first_cell: str

    def fits(self, row: Sequence[str], *, may_be_short: bool = False) -> bool:
        """True where a row has as many cells as the layout and begins like a row.

        Parameters
        ----------
        row : sequence of str
        may_be_short : bool
            True for a worksheet, which ends at the last column that has anything.

        Examples
        --------
        >>> layout = Layout(headers=("code", "name"), first_cell="[A-Z][0-9]+")
        >>> layout.fits(["A81", "Surgery"]), layout.fits(["code", "name"]), layout.fits(["A81"])
        (True, False, False)
        """
        is_wide = len(row) == len(self.headers) or (may_be_short and 1 < len(row) < len(self.headers))
        return is_wide and bool(re.fullmatch(self.first_cell, row[0].strip(" \ufeff"), re.IGNORECASE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reader looks for in a table.

    Attributes
    ----------
    known : frozenset of str
        Keys of the headers by which the header row is found.
    columns : frozenset of str or None
        Keys of the headers of the columns that are read; None: all.
    layout : Layout or None
        Columns of a file that may lack a header.
    header_rows : int
        Rows that the header goes over; 0: as the rows show.
    sheet : str
        Name of the worksheet; empty: the one with the headers.
    """

    known: frozenset[str]
    columns: frozenset[str] | None = None
    layout: Layout | None = None
    header_rows: int = 0
    sheet: str = ""

    def found_in(self, row: Sequence[str]) -> int:
        """How many known headers a row has."""
        return len(self.known & {header_key(cell) for cell in row})

    def score(self, rows: Sequence[Sequence[str]]) -> int:
        """How many known headers the best of some rows has; all of them for a row of the layout."""
        first = next((row for row in rows if any(map(str.strip, row))), None)
        if self.layout and first is not None and self.layout.fits(_without_end(first), may_be_short=True):
            return len(self.layout.headers)
        return max(map(self.found_in, rows), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The header of a table.

    Attributes
    ----------
    row : int
        Its last row, counted from 1; 0: the file has none, and the names are those of its layout.
    names : tuple of str
        One for each column, each once; a column without a header is called by its letter.
    positions : tuple of int
        Columns that are read, counted from 0.
    repeated : frozenset of str
        Keys of headers that several columns have.
    title : str
        What is written above it.
    """

    row: int
    names: tuple[str, ...]
    positions: tuple[int, ...]
    repeated: frozenset[str] = frozenset()
    title: str = ""


def header_key(header: str) -> str:
    """A header with what publishers change between releases taken away: case, blanks, underscores.

    Examples
    --------
    >>> header_key(" Number of connections < 2 Mbit/s  (number of lines)")
    'number of connections < 2 mbit/s (number of lines)'
    >>> header_key("Output_Area") == header_key("output area")
    True
    """
    return " ".join(header.replace("_", " ").replace("\u00a0", " ").strip("\ufeff").casefold().split())


def column_letters(position: int) -> str:
    """A column as spreadsheets call it, counted from 0.

    Examples
    --------
    >>> column_letters(0), column_letters(26), column_letters(701)
    ('A', 'AA', 'ZZ')
    """
    letters, rest = "", position + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def head_of(source: InputFile, rows: Sequence[Sequence[str]], wanted: Wanted, *, is_sheet: bool) -> Head:
    """The header among the first rows: the first row with a known header, and the row below where it goes on there.

    Raises
    ------
    DataError
        COLUMN_MISSING. What the file begins with is not repeated: it may be any file of this computer.
    """
    layout = wanted.layout
    first = next((at for at, row in enumerate(rows) if any(map(str.strip, row))), None)
    if layout and first is not None and layout.fits(_without_end(rows[first], is_sheet), may_be_short=is_sheet):
        width = max(len(rows[first]), len(layout.headers)) if is_sheet else len(layout.headers)
        return _head(0, [*layout.headers, *[""] * (width - len(layout.headers))], wanted, title="")
    found = _header_rows(rows, wanted)
    if found is None:
        names = ", ".join(sorted(wanted.known)[:6])
        raise DataError(source.fault("COLUMN_MISSING.headers", wanted=names))
    start, count = found
    title = " ".join(cell.strip() for row in rows[:start] for cell in row if cell.strip())[:_TITLE_LENGTH]
    return _head(start + count, _names(rows[start : start + count], wanted), wanted, title=title)


def _without_end(row: Sequence[str], applies: bool = True) -> Sequence[str]:
    """A row without blank cells at its end, as a worksheet may have them."""
    filled = [at for at, cell in enumerate(row, start=1) if cell.strip()]
    return row[: max(filled, default=0)] if applies else row


def _header_rows(rows: Sequence[Sequence[str]], wanted: Wanted) -> tuple[int, int] | None:
    """Where the header starts, counted from 0, and over how many rows it goes; None where there is none."""
    count = wanted.header_rows
    if count > 1:
        starts = range(max(len(rows) - count + 1, 0))
        found = {at: wanted.found_in(_names(rows[at : at + count], wanted)) for at in starts}
        best = max(found.values(), default=0)
        alike = [at for at, number in found.items() if number == best]
        wide = [at for at in alike if sum(bool(cell.strip()) for cell in rows[at]) > 1]
        return ((wide or alike)[0], count) if best else None
    at = next((position for position, row in enumerate(rows) if wanted.found_in(row)), None)
    if at is None:
        return None
    goes_on = count == 0 and at + 1 < len(rows) and _goes_on(rows[at], rows[at + 1], wanted)
    return at, 2 if goes_on else 1


def _goes_on(above: Sequence[str], below: Sequence[str], wanted: Wanted) -> bool:
    """True where a row of headers goes on in the next: more known headers, nothing below the known ones, no digit."""
    pairs = [*itertools.zip_longest(map(header_key, above), map(header_key, below), fillvalue="")]
    has_more = any(lower in wanted.known for _, lower in pairs)
    has_digits = any(char.isdigit() for _, lower in pairs for char in lower)
    return has_more and not has_digits and not any(lower for upper, lower in pairs if upper in wanted.known)


def _names(rows: Sequence[Sequence[str]], wanted: Wanted) -> list[str]:
    """A name for each column of a header; with several rows, the words of all that a merged cell spans."""
    if len(rows) == 1:
        return [_bare(cell) for cell in rows[0]]
    width = max(map(len, rows))
    own = [[_bare(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    spread = [*(list(_filled(row)) for row in own[:-1]), own[-1]]
    return [_name([row[at] for row in spread], [row[at] for row in own], wanted) for at in range(width)]


def _filled(row: Sequence[str]) -> Iterator[str]:
    """A row in which a merged cell has its text in each of its columns."""
    last = ""
    for cell in row:
        last = cell or last
        yield last


def _name(spread: Sequence[str], own: Sequence[str], wanted: Wanted) -> str:
    """The name of one column: all words together, the lowest or the highest, whichever the reader knows."""
    parts = list(dict.fromkeys(filter(None, spread if own[-1] else own)))
    whole = " ".join(parts)
    return next((name for name in (whole, own[-1], *own) if header_key(name) in wanted.known), whole)


def _bare(cell: str) -> str:
    return cell.strip(" \ufeff\u00a0\r\n\t")


def _head(row: int, names: Sequence[str], wanted: Wanted, *, title: str) -> Head:
    keys = [header_key(name) for name in names]
    counts = Counter(filter(None, keys))
    unique = _unique(names)
    positions = tuple(at for at, key in enumerate(keys) if wanted.columns is None or at == 0 or key in wanted.columns)
    repeated = frozenset(key for key, count in counts.items() if count > 1)
    return Head(row=row, names=tuple(unique), positions=positions, repeated=repeated, title=title)


def _unique(names: Sequence[str]) -> list[str]:
    """Names that are each there once: a column without one is called by its letter, a second one by its number."""
    taken = {header_key(name) for name in names}
    seen: Counter[str] = Counter()
    found = []
    for at, name in enumerate(names):
        key = header_key(name)
        seen[key] += 1
        candidates: Iterator[str] = iter([name])
        if not key:
            candidates = (f"column {column_letters(at)}" + "'" * more for more in itertools.count())
        elif seen[key] > 1:
            candidates = (f"{name} ({number})" for number in itertools.count(seen[key]))
        fresh = next(new for new in candidates if new == name or header_key(new) not in taken)
        taken.add(header_key(fresh))
        found.append(fresh)
    return found


def keys_of(headers: Collection[str] | None) -> frozenset[str] | None:
    """Headers as keys; None stays None."""
    return None if headers is None else frozenset(map(header_key, headers)) - {""}
