"""A table file as rows of text, each with the number that its owner sees: CSV in any usual form, or a workbook.

Two ways lead from a CSV file to its columns and give the same table. Row by row, Python's strict reader finds every
fault and its row. All columns at once, Arrow reads only the columns asked for; it is taken only where a look at the
bytes has shown that each row has as many cells as the header and that every quotation mark stands where it may.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from connected_place.gis_data.archives import TABLES, is_zip, members
from connected_place.gis_data.cells import contains, plain
from connected_place.gis_data.errors import DataError, Fault
from connected_place.gis_data.input_files import InputFile
from connected_place.gis_data.workbooks import HEADER_WITHIN_ROWS, WORKBOOKS, read_sheet

HEAD_BYTES = 200_000
CHUNK_BYTES = 32_000_000
LONGEST_ROW_BYTES = 100_000
"""Below the longest cell that Python's reader takes, so that both ways refuse the same rows."""

NOT_TEXT = {b"\x1f\x8b": "gzip", b"PK": "zip", b"%PDF": "PDF", b"\xd0\xcf\x11\xe0": "old Excel", b"SQLite": "SQLite"}
MARKUP = ("<!doctype", "<html", "<?xml", "<table", "<ogrvrt", "<vrt")
MOJIBAKE = ("Â£", "â€™", "â€œ", "Ã©", "Â\u00a0")
TOTALS = r"(?:grand |sub-?\s?)?totals?:?|sum:?|all:?"
TOTAL_OR_BLANK = r"(?i)total|sum|^[\s\pZ]*all|^[^\pL\pN\pP\pS]*$"
"""Cells that may say total, and blank ones: a first look at millions."""

COMMA_DECIMAL = re.compile(r"(?:^|;)\"?-?\d+,\d+\"?(?:;|$)", re.MULTILINE)
POINT_DECIMAL = re.compile(r"(?:^|;)\"?-?\d+\.\d+\"?(?:;|$)", re.MULTILINE)
NEWLINE, RETURN, QUOTE = b'\n\r"'


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """Cells as the text that a person sees.

    Attributes
    ----------
    file : str
        Name in messages.
    frame : DataFrame of str
        Columns as headed in the file; the index is the row number as an editor or a spreadsheet shows it.
    headers : tuple of str
        All headers of the file, read or not.
    decimal_comma : bool
        True where the file separates cells by semicolons and so writes 80,1 for 80.1.
    blank_rows : int
        Rows without any text, left out.
    warnings : tuple of Fault
    """

    file: str
    frame: pd.DataFrame
    headers: tuple[str, ...] = ()
    decimal_comma: bool = False
    blank_rows: int = 0
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Head:
    """The header of a table: its row, its cells, and which columns are read."""

    row: int
    names: tuple[str, ...]
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """A CSV file whose encoding and separator are known."""

    source: InputFile
    encoding: str
    delimiter: str
    sample: str

    def rows(self) -> Iterator[list[str]]:
        """Records; quotes are taken strictly."""
        stream = io.TextIOWrapper(io.BytesIO(self.source.content), encoding=self.encoding, newline="")
        reader = csv.reader(stream, delimiter=self.delimiter, strict=True)
        try:
            yield from reader
        except csv.Error as error:
            finding = f"A quotation mark is opened and never closed, or stands inside a cell ({error})."
            remedy = "Export the file again, or correct the quotation marks."
            raise DataError(self.source.fault("QUOTE_UNCLOSED", finding, remedy, rows=(reader.line_num,))) from error


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


def read_table(
    source: InputFile, *, known_headers: Collection[str], wanted: Collection[str] | None = None
) -> TextTable:
    """Read a CSV file, a workbook, or a zip that holds one of them, as text.

    Parameters
    ----------
    source : InputFile
    known_headers : collection of str
        Headers that the reader looks for; the first row that holds one of them is the header, so that title
        lines above it are skipped.
    wanted : collection of str, optional
        Headers of the columns to read; the first column comes too. Default: all columns. The whole file is checked
        either way.

    Raises
    ------
    DataError
        NOT_A_CSV, ENC_UNKNOWN, QUOTE_UNCLOSED, NO_ROWS, COLUMN_MISSING, COLUMN_DUPLICATE, RAGGED, TRUNCATED,
        TOTAL_ROW; for workbooks those of `workbooks.read_sheet`, for zips LAYER_AMBIGUOUS and those of
        `archives.members`.
    """
    if source.ending == ".zip" and is_zip(source):
        return read_table(_only_table(source), known_headers=known_headers, wanted=wanted)
    known = {header_key(header) for header in known_headers}
    keys = None if wanted is None else {header_key(header) for header in wanted}
    if source.ending in WORKBOOKS:
        sheet, warnings = read_sheet(source, is_header=lambda row: _has_header(row, known))
        head = _head(source, sheet[:HEADER_WITHIN_ROWS], known, keys)
        return _row_by_row(source, head, sheet[head.row :], warnings=warnings, ends_cleanly=True)
    text, warnings = _text(source, known)
    head = _head(source, list(itertools.islice(text.rows(), HEADER_WITHIN_ROWS)), known, keys)
    table = _at_once(text, head, warnings) or _row_by_row(
        source,
        head,
        itertools.islice(text.rows(), head.row, None),
        warnings=warnings,
        ends_cleanly=source.content.rstrip(b"\0").endswith((b"\n", b"\r")),
    )
    return replace(table, decimal_comma=_writes_decimal_commas(text))


def _only_table(source: InputFile) -> InputFile:
    found = members(source, endings=TABLES)
    if len(found) > 1:
        finding = f"The archive holds {len(found)} tables, so it is unclear which one is meant."
        raise DataError(source.fault("LAYER_AMBIGUOUS", finding, "Unpack it and name the one that counts."))
    return found[0]


def _text(source: InputFile, known: Set[str]) -> tuple[_Text, list[Fault]]:
    """A CSV file with its encoding found by byte-order mark or by trial, its separator by the known headers."""
    kind = next((name for magic, name in NOT_TEXT.items() if source.content.startswith(magic)), "")
    if kind:
        raise _not_a_csv(source, f"a {kind} file")
    encoding, warnings = _encoding(source)
    sample = codecs.getincrementaldecoder(encoding)().decode(source.content[:HEAD_BYTES])
    if sample.lstrip()[:20].lower().startswith(MARKUP):
        raise _not_a_csv(source, "a web page or XML")
    if not encoding.startswith("utf-16") and b"\0" in source.content:
        raise _not_a_csv(source, "binary")
    if _is_mojibake(source.content, encoding):
        warnings.append(_mojibake(source))
    return _Text(source, encoding, _delimiter(sample, known), sample), warnings


def _encoding(source: InputFile) -> tuple[str, list[Fault]]:
    content = source.content
    if content.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise _unknown_encoding(source)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        if _decodes(content, "utf-16"):
            return "utf-16", []
        raise _unknown_encoding(source)
    if _decodes(content, "utf-8-sig"):
        return "utf-8-sig", []
    if _decodes(content, "cp1252") and b"\0" not in content:
        return "cp1252", [_guessed_encoding(source)]
    raise _unknown_encoding(source)


def _decodes(content: bytes, encoding: str) -> bool:
    """True where all bytes are text of an encoding; looked at in pieces, so that no copy of the file is made."""
    if content.isascii() and encoding != "utf-16":
        return True
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), CHUNK_BYTES):
            decoder.decode(content[start : start + CHUNK_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_mojibake(content: bytes, encoding: str) -> bool:
    """True where UTF-8 was once taken for Windows-1252 and saved so."""
    if content.isascii() or encoding == "cp1252":
        return False
    bare = {"utf-16": "utf-16-le" if content.startswith(b"\xff\xfe") else "utf-16-be"}.get(encoding, "utf-8")
    return any(mark.encode(bare) in content for mark in MOJIBAKE)


def _delimiter(sample: str, known: Set[str]) -> str:
    """The separator under which the first rows hold most known headers; a comma where none does."""
    first = "\n".join(sample.splitlines()[:HEADER_WITHIN_ROWS])

    def headers_found(delimiter: str) -> int:
        rows = csv.reader(io.StringIO(first), delimiter=delimiter)
        try:
            return max((len(known & {header_key(cell) for cell in row}) for row in rows), default=0)
        except csv.Error:
            return 0

    return max(",;\t|", key=headers_found)


def _writes_decimal_commas(text: _Text) -> bool:
    """A file with semicolons has decimal commas, unless its first rows show decimal points only."""
    shows_points = POINT_DECIMAL.search(text.sample) and not COMMA_DECIMAL.search(text.sample)
    return text.delimiter == ";" and not shows_points


def _has_header(row: Sequence[str], known: Set[str]) -> bool:
    return not known.isdisjoint({header_key(cell) for cell in row})


def _head(source: InputFile, rows: Sequence[Sequence[str]], known: Set[str], wanted: Set[str] | None) -> _Head:
    """The first row that holds a known header.

    Raises
    ------
    DataError
        COLUMN_MISSING, COLUMN_DUPLICATE.
    """
    at = next((position for position, row in enumerate(rows) if _has_header(row, known)), None)
    if at is None:
        found = next((", ".join(row) for row in rows if any(row)), "")
        finding = f"None of the expected columns is among the headers ({', '.join(sorted(known)[:6])}, ...)."
        remedy = "Check that it is the right file, or say which column is which with columns = { ... }."
        raise DataError(source.fault("COLUMN_MISSING", finding, remedy, value=found))
    names = tuple(cell.strip(" \ufeff\u00a0") for cell in rows[at])
    keys = [header_key(name) for name in names]
    twice = sorted({key for key in keys if key and keys.count(key) > 1})
    if twice:
        finding = f"{len(twice)} column name(s) stand twice in the header, so it is unclear which one counts."
        raise DataError(source.fault("COLUMN_DUPLICATE", finding, "Rename or delete one of each.", column=twice[0]))
    positions = (position for position, key in enumerate(keys) if wanted is None or position == 0 or key in wanted)
    return _Head(at + 1, names, tuple(positions))


def _row_by_row(
    source: InputFile, head: _Head, rows: Iterable[list[str]], *, warnings: Sequence[Fault], ends_cleanly: bool
) -> TextTable:
    """Check every row below the header and keep the columns asked for.

    Raises
    ------
    DataError
        NO_ROWS, RAGGED, TRUNCATED, TOTAL_ROW.
    """
    width = len(head.names)
    numbers: list[int] = []
    kept: list[list[str]] = []
    ragged: dict[int, int] = {}
    blank_rows = number = 0
    for number, row in enumerate(rows, start=head.row + 1):
        if not any(map(str.strip, row)):
            blank_rows += 1
            continue
        numbers.append(number)
        if len(row) != width:
            ragged[number] = len(row)
        elif not ragged:
            kept.append([row[position] for position in head.positions])
    if ragged:
        is_cut = list(ragged) == numbers[-1:] and ragged[numbers[-1]] < width and not ends_cleanly
        raise DataError(_truncated(source, ragged) if is_cut else _ragged(source, head, ragged, len(numbers)))
    columns = zip(*kept, strict=True) if kept else ((),) * len(head.positions)
    cells = {at: pd.array(list(column), dtype="str") for at, column in enumerate(columns)}
    frame = pd.DataFrame(cells, index=numbers).set_axis(_read_names(head), axis="columns")
    return _checked_table(source, head, frame, blank_rows=blank_rows, warnings=warnings)


def _at_once(text: _Text, head: _Head, warnings: Sequence[Fault]) -> TextTable | None:
    """The same table by Arrow, or None where only the way row by row can tell."""
    starts = _row_starts(text, head)
    if starts is None:
        return None
    frame = _arrow_frame(text, head, starts)
    if frame is None or len(frame) != len(starts) - 1:
        return None
    frame.index = pd.RangeIndex(head.row + 1, head.row + 1 + len(frame))
    blank = _blank_rows(text, frame, starts)
    frame = frame.drop(index=blank) if blank else frame
    return _checked_table(text.source, head, frame, blank_rows=len(blank), warnings=warnings)


def _arrow_frame(text: _Text, head: _Head, starts: np.ndarray) -> pd.DataFrame | None:
    """Columns below the header, every cell as text; None where Arrow sees other rows."""
    import pyarrow as pa
    import pyarrow.csv

    content = text.source.content
    names = [str(position) for position in range(len(head.names))]
    wanted = [str(position) for position in head.positions]
    has_quoted_newlines = content.count(b"\n", int(starts[0])) >= len(starts)
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(pa.py_buffer(content).slice(int(starts[0]))),
            read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=8 * 2**20),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=text.delimiter, newlines_in_values=has_quoted_newlines, ignore_empty_lines=False
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                include_columns=wanted, column_types=dict.fromkeys(wanted, pa.large_string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    return table.to_pandas().set_axis(_read_names(head), axis="columns")


def _row_starts(text: _Text, head: _Head) -> np.ndarray | None:
    """Byte at which each row below the header starts, and the end of the last; None where a row is irregular."""
    content, width = text.source.content, len(head.names)
    if text.encoding != "utf-8-sig" or width < 2 or content.count(b"\r") != content.count(b"\r\n"):
        return None
    codes = np.frombuffer(content, dtype=np.uint8)
    above = _row_ends(codes[:HEAD_BYTES], QUOTE in codes[:HEAD_BYTES])
    if len(above) < head.row or above[head.row - 1] + 1 >= len(codes):
        return None
    start = int(above[head.row - 1]) + 1
    starts = [np.array([start])]
    while start < len(codes):
        ends = _regular_ends(
            codes[start : start + CHUNK_BYTES], ord(text.delimiter), width, start + CHUNK_BYTES >= len(codes)
        )
        if ends is None:
            return None
        starts.append(start + ends + 1)
        start = int(starts[-1][-1])
    found = np.concatenate(starts)
    return found if np.diff(found).max() <= LONGEST_ROW_BYTES else None


def _row_ends(codes: np.ndarray, has_quotes: bool) -> np.ndarray:
    """Positions of the line ends that stand outside quotation marks."""
    ends = codes == NEWLINE
    return np.flatnonzero(ends & ~_is_quoted(codes) if has_quotes else ends)


def _is_quoted(codes: np.ndarray) -> np.ndarray:
    """True from an opening quotation mark up to the closing one; a doubled mark closes and opens again."""
    return np.logical_xor.accumulate(codes == QUOTE)


def _regular_ends(codes: np.ndarray, delimiter: int, width: int, is_last: bool) -> np.ndarray | None:
    """Ends of the whole rows in a piece of a file; None where a row has other than `width` cells or loose quotes."""
    has_quotes = bool((codes == QUOTE).any())
    ends = _row_ends(codes, has_quotes)
    if is_last and codes[-1] != NEWLINE:
        ends = np.append(ends, len(codes))
    if not len(ends):
        return None
    codes = codes[: ends[-1] + 1]
    is_between = codes == delimiter
    if has_quotes:
        if not _quotes_are_strict(codes, delimiter):
            return None
        is_between &= ~_is_quoted(codes)
    between = np.flatnonzero(is_between)
    if len(between) != len(ends) * (width - 1):
        return None
    by_row = between.reshape(len(ends), width - 1)
    before = np.concatenate([[-1], ends[:-1]])
    is_regular = (by_row[:, 0] > before) & (by_row[:, -1] < ends)
    return ends if is_regular.all() else None


def _quotes_are_strict(codes: np.ndarray, delimiter: int) -> bool:
    """True where quotation marks open only at the start of a cell and close only at its end."""
    quotes = np.flatnonzero(codes == QUOTE)
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = codes[opening[opening > 0] - 1]
    after = codes[closing[closing < len(codes) - 1] + 1]
    opens_well = (before == delimiter) | (before == NEWLINE) | (before == QUOTE)
    closes_well = (after == delimiter) | (after == NEWLINE) | (after == RETURN) | (after == QUOTE)
    return bool(opens_well.all() and closes_well.all())


def _blank_rows(text: _Text, frame: pd.DataFrame, starts: np.ndarray) -> list[int]:
    """Rows in which no cell, read or not, holds text."""
    candidates = np.arange(len(frame))
    for at in range(frame.shape[1]):
        if len(candidates):
            cells = frame.iloc[:, at] if at == 0 else frame.iloc[candidates, at]
            candidates = candidates[(cells.str.strip() == "").to_numpy()]
    lines = (text.source.content[starts[at] : starts[at + 1]].decode("utf-8") for at in candidates)
    rows = csv.reader((line.rstrip("\r\n") for line in lines), delimiter=text.delimiter)
    return [int(frame.index[at]) for at, row in zip(candidates, rows, strict=True) if not any(map(str.strip, row))]


def _read_names(head: _Head) -> list[str]:
    return [head.names[position] for position in head.positions]


def _checked_table(
    source: InputFile, head: _Head, frame: pd.DataFrame, *, blank_rows: int, warnings: Sequence[Fault]
) -> TextTable:
    """A table with rows and without totals, which would count everything twice."""
    if not len(frame):
        raise DataError(source.fault("NO_ROWS", "There is a header and no row below it.", "Export it again."))
    rows = _total_rows(frame)
    if rows:
        finding = "A total stands among the rows, so every sum would count twice."
        remedy = "Delete the total and any notes below the table."
        raise DataError(source.fault("TOTAL_ROW", finding, remedy, rows=rows))
    return TextTable(
        file=source.name,
        frame=frame,
        headers=head.names,
        blank_rows=blank_rows,
        warnings=(*source.warnings, *warnings),
    )


def _total_rows(frame: pd.DataFrame) -> tuple[int, ...]:
    """Rows whose first cell that is not blank says total."""
    is_candidate = contains(frame.iloc[:, 0], TOTAL_OR_BLANK)
    if not is_candidate.any():
        return ()
    some = frame[is_candidate]
    first = plain(some.iloc[:, 0])
    for at in range(1, some.shape[1]):
        first = first.where(first != "", plain(some.iloc[:, at]))
    return tuple(first.index[first.str.casefold().str.fullmatch(TOTALS)])


def _ragged(source: InputFile, head: _Head, ragged: dict[int, int], count: int) -> Fault:
    return source.fault(
        "RAGGED",
        f"{len(ragged):,} of {count:,} rows have not {len(head.names)} cells as the header has "
        f"(the first has {next(iter(ragged.values()))}), so values would stand under the wrong headings.",
        "Export the file again; look for a comma at the end of rows or inside a cell without quotation marks.",
        rows=tuple(ragged),
    )


def _truncated(source: InputFile, ragged: dict[int, int]) -> Fault:
    finding = "The file ends in the middle of a row."
    return source.fault("TRUNCATED", finding, "Download it again: the transfer was cut off.", rows=tuple(ragged))


def _not_a_csv(source: InputFile, kind: str) -> DataError:
    remedy = "Open it with its own program and export it as CSV, or give it its true ending."
    return DataError(source.fault("NOT_A_CSV", f"The name says CSV, the content is {kind}.", remedy))


def _unknown_encoding(source: InputFile) -> DataError:
    finding = "The text is neither UTF-8, UTF-16 with a byte-order mark nor Windows-1252."
    return DataError(source.fault("ENC_UNKNOWN", finding, 'Save it again as "CSV UTF-8".'))


def _guessed_encoding(source: InputFile) -> Fault:
    finding = "The text is not UTF-8 and was read as Windows-1252."
    return source.warning("ENC_DETECTED", finding, 'Save it as "CSV UTF-8" if names look wrong.')


def _mojibake(source: InputFile) -> Fault:
    finding = "Some text was saved in the wrong encoding once (it shows Â£ or â€™)."
    remedy = 'Export it again from where it came, as "CSV UTF-8"; names are printed as they stand.'
    return source.warning("ENC_MOJIBAKE", finding, remedy)
