"""A CSV file as rows of cells, whatever its encoding and its separator.

Two ways lead from a CSV file to its columns and give the same table. Row by row, Python's strict reader finds every
fault and its row. All columns at once, Arrow reads only the columns asked for; it is taken only where a look at the
bytes has shown that each row has as many cells as the header and that every quotation mark is where it may be.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.gis_data.errors import DataError, Fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.tabular.heads import HEADER_WITHIN_ROWS

_HEAD_BYTES = 200_000
_CHUNK_BYTES = 32_000_000
LONGEST_ROW_BYTES = 100_000
"""Below the longest cell that Python's reader takes, so that both ways refuse the same rows."""

NOT_TEXT = {b"\x1f\x8b": "gzip", b"PK": "zip", b"%PDF": "PDF", b"\xd0\xcf\x11\xe0": "old Excel", b"SQLite": "SQLite"}
MARKUP = ("<!doctype", "<html", "<?xml", "<table", "<ogrvrt", "<vrt")
MOJIBAKE = ("Â£", "â€™", "â€œ", "Ã©", "Â\u00a0")

COMMA_DECIMAL = re.compile(r"(?:^|;)\"?-?\d+,\d+\"?(?:;|$)", re.MULTILINE)
POINT_DECIMAL = re.compile(r"(?:^|;)\"?-?\d+\.\d+\"?(?:;|$)", re.MULTILINE)
NEWLINE, RETURN, QUOTE = b'\n\r"'

HeadScore = Callable[[Sequence[Sequence[str]]], int]
"""How many known headers the first rows of a table have."""


@dataclass(frozen=True, slots=True)
class DelimitedText:
    """A CSV file whose encoding and separator are known."""

    source: InputFile
    encoding: str
    delimiter: str
    sample: str

    def rows(self) -> Iterator[list[str]]:
        """Records; quotes are taken strictly.

        Raises
        ------
        DataError
            QUOTE_UNCLOSED.
        """
        stream = io.TextIOWrapper(io.BytesIO(self.source.content), encoding=self.encoding, newline="")
        reader = csv.reader(stream, delimiter=self.delimiter, strict=True)
        try:
            yield from reader
        except csv.Error as error:
            raise DataError(self.source.fault("QUOTE_UNCLOSED", rows=(reader.line_num,), reason=str(error))) from error

    @property
    def has_decimal_commas(self) -> bool:
        """A file with semicolons has decimal commas, unless its first rows show decimal points only."""
        shows_points = POINT_DECIMAL.search(self.sample) and not COMMA_DECIMAL.search(self.sample)
        return self.delimiter == ";" and not shows_points


def as_text(source: InputFile, *, score: HeadScore) -> tuple[DelimitedText, list[Fault]]:
    """A CSV file with its encoding found by byte-order mark or by trial, its separator by the known headers.

    Raises
    ------
    DataError
        NOT_A_CSV, ENC_UNKNOWN.
    """
    kind = next((name for magic, name in NOT_TEXT.items() if source.content.startswith(magic)), "")
    if kind:
        raise _not_a_csv(source, f"a {kind} file")
    encoding, warnings = _encoding(source)
    sample = codecs.getincrementaldecoder(encoding)().decode(source.content[:_HEAD_BYTES])
    if sample.lstrip()[:20].lower().startswith(MARKUP):
        raise _not_a_csv(source, "a web page or XML")
    if not encoding.startswith("utf-16") and b"\0" in source.content:
        raise _not_a_csv(source, "binary")
    if _is_mojibake(source.content, encoding):
        warnings.append(_mojibake(source))
    return DelimitedText(source, encoding, _delimiter(sample, score), sample), warnings


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
        for start in range(0, len(content), _CHUNK_BYTES):
            decoder.decode(content[start : start + _CHUNK_BYTES])
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


def _delimiter(sample: str, score: HeadScore) -> str:
    """The separator under which the first rows have most known headers; a comma where none does."""
    first = "\n".join(sample.splitlines()[:HEADER_WITHIN_ROWS])

    def headers_found(delimiter: str) -> int:
        """How well the first rows read as a header with this delimiter."""
        try:
            return score(list(csv.reader(io.StringIO(first), delimiter=delimiter)))
        except csv.Error:
            return 0

    return max(",;\t|", key=headers_found)


def read_at_once(
    text: DelimitedText, *, header_row: int, width: int, positions: Sequence[int]
) -> tuple[pd.DataFrame, int] | None:
    """Cells below the header as Arrow reads them, or None where only the way row by row can tell.

    Parameters
    ----------
    text : DelimitedText
    header_row : int
        Counted from 1; 0: there is none.
    width : int
        Cells in the header, and so in each row.
    positions : sequence of int
        Columns to read, counted from 0.

    Returns
    -------
    DataFrame of str
        One column for each position, in their order; the index is the row number. Blank rows are left out.
    int
        How many rows were blank.
    """
    starts = _row_starts(text, header_row, width)
    if starts is None:
        return None
    frame = _arrow_frame(text, starts, width=width, positions=positions)
    if frame is None or len(frame) != len(starts) - 1:
        return None
    frame.index = pd.RangeIndex(header_row + 1, header_row + 1 + len(frame))
    blank = _blank_rows(text, frame, starts)
    return (frame.drop(index=blank) if blank else frame), len(blank)


def _arrow_frame(
    text: DelimitedText, starts: np.ndarray, *, width: int, positions: Sequence[int]
) -> pd.DataFrame | None:
    """Columns by position, every cell as text; None where Arrow sees other rows."""
    import pyarrow as pa
    import pyarrow.csv

    content = text.source.content
    names = [str(position) for position in range(width)]
    wanted = [str(position) for position in positions]
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
    return table.to_pandas()


def _row_starts(text: DelimitedText, header_row: int, width: int) -> np.ndarray | None:
    """Byte at which each row below the header starts, and the end of the last; None where a row is irregular."""
    content = text.source.content
    if text.encoding != "utf-8-sig" or width < 2 or content.count(b"\r") != content.count(b"\r\n"):
        return None
    codes = np.frombuffer(content, dtype=np.uint8)
    above = _row_ends(codes[:_HEAD_BYTES], QUOTE in codes[:_HEAD_BYTES])
    if len(above) < header_row:
        return None
    start = int(above[header_row - 1]) + 1 if header_row else len(_mark_of(content))
    if start >= len(codes):
        return None
    starts = [np.array([start])]
    while start < len(codes):
        ends = _regular_ends(
            codes[start : start + _CHUNK_BYTES], ord(text.delimiter), width, start + _CHUNK_BYTES >= len(codes)
        )
        if ends is None:
            return None
        starts.append(start + ends + 1)
        start = int(starts[-1][-1])
    found = np.concatenate(starts)
    return found if np.diff(found).max() <= LONGEST_ROW_BYTES else None


def _mark_of(content: bytes) -> bytes:
    """The byte-order mark at the start of UTF-8 text; empty where there is none."""
    return codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""


def _row_ends(codes: np.ndarray, has_quotes: bool) -> np.ndarray:
    """Positions of the line ends outside quotation marks."""
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


def _blank_rows(text: DelimitedText, frame: pd.DataFrame, starts: np.ndarray) -> list[int]:
    """Rows without text in any cell, read or not."""
    candidates = np.arange(len(frame))
    for at in range(frame.shape[1]):
        if len(candidates):
            cells = frame.iloc[:, at] if at == 0 else frame.iloc[candidates, at]
            candidates = candidates[(cells.str.strip() == "").to_numpy()]
    lines = (text.source.content[starts[at] : starts[at + 1]].decode("utf-8") for at in candidates)
    rows = csv.reader((line.rstrip("\r\n") for line in lines), delimiter=text.delimiter)
    return [
        int(found) for found, row in zip(frame.index[candidates], rows, strict=True) if not any(map(str.strip, row))
    ]


def _not_a_csv(source: InputFile, kind: str) -> DataError:
    return DataError(source.fault("NOT_A_CSV", kind=kind))


def _unknown_encoding(source: InputFile) -> DataError:
    return DataError(source.fault("ENC_UNKNOWN.table"))


def _guessed_encoding(source: InputFile) -> Fault:
    return source.warning("ENC_DETECTED.table")


def _mojibake(source: InputFile) -> Fault:
    return source.warning("ENC_MOJIBAKE.table")
