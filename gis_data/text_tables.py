"""A table file as rows of text, each with the number that its owner sees: CSV in any usual form, or XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass, replace

import pandas as pd

from connected_place.gis_data.cells import plain
from connected_place.gis_data.errors import DataError, Fault
from connected_place.gis_data.input_files import InputFile

HEADER_WITHIN_ROWS = 25
NOT_TEXT = {b"\x1f\x8b": "gzip", b"PK": "zip", b"%PDF": "PDF", b"\xd0\xcf\x11\xe0": "old Excel", b"SQLite": "SQLite"}
MARKUP = ("<!doctype", "<html", "<?xml", "<table", "<ogrvrt", "<vrt")
MOJIBAKE = ("Â£", "â€™", "â€œ", "Ã©", "Â ")
TOTALS = frozenset({"total", "totals", "grand total", "sum", "all"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """Every cell as the text that a person sees.

    Attributes
    ----------
    file : str
        Name in messages.
    frame : DataFrame of str
        Columns as headed in the file; the index is the row number as an editor or a spreadsheet shows it.
    decimal_comma : bool
        True where the file separates cells by semicolons and so writes 80,1 for 80.1.
    blank_rows : int
        Rows without any text, left out.
    warnings : tuple of Fault
    """

    file: str
    frame: pd.DataFrame
    decimal_comma: bool = False
    blank_rows: int = 0
    warnings: tuple[Fault, ...] = ()


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


def read_table(source: InputFile, *, known_headers: Collection[str]) -> TextTable:
    """Read a CSV or XLSX file as text.

    Parameters
    ----------
    source : InputFile
    known_headers : collection of str
        Headers that the reader looks for; the first row that holds one of them is the header, so that title
        lines above it are skipped.

    Raises
    ------
    DataError
        NOT_A_CSV, ENC_UNKNOWN, QUOTE_UNCLOSED, NO_ROWS, COLUMN_MISSING, COLUMN_DUPLICATE, RAGGED, TRUNCATED,
        TOTAL_ROW; for workbooks those of `workbooks.read_sheet` too.
    """
    known = {header_key(header) for header in known_headers}
    if source.name.lower().endswith((".xlsx", ".xlsm")):
        from connected_place.gis_data.workbooks import read_sheet

        sheet, warnings = read_sheet(source)
        return _table(source.name, sheet, known=known, warnings=warnings)
    text, warnings = _decoded(source)
    delimiter = _delimiter(text, known)
    rows = _rows(source.name, text, delimiter)
    table = _table(source.name, rows, known=known, warnings=warnings, ends_cleanly=text.endswith(("\n", "\r")))
    return replace(table, decimal_comma=delimiter == ";")


def _decoded(source: InputFile) -> tuple[str, list[Fault]]:
    """The text of a CSV file, its encoding found by byte-order mark or by trial."""
    head = source.content[:4]
    kind = next((name for magic, name in NOT_TEXT.items() if source.content.startswith(magic)), "")
    if kind:
        raise _not_a_csv(source.name, f"a {kind} file")
    if head in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        raise _unknown_encoding(source.name)
    text, warnings = _decoded_text(source)
    if text.lstrip()[:20].lower().startswith(MARKUP):
        raise _not_a_csv(source.name, "a web page or XML")
    if "\0" in text:
        raise _not_a_csv(source.name, "binary")
    if any(mark in text for mark in MOJIBAKE):
        warnings.append(_mojibake(source.name))
    return text, warnings


def _decoded_text(source: InputFile) -> tuple[str, list[Fault]]:
    if source.content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return source.content.decode("utf-16"), []
    try:
        return source.content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        return source.content.decode("cp1252"), [_guessed_encoding(source.name)]
    except UnicodeDecodeError as error:
        raise _unknown_encoding(source.name) from error


def _delimiter(text: str, known: Set[str]) -> str:
    """The separator under which the first rows hold most known headers; a comma where none does."""
    head = "\n".join(text[:100_000].splitlines()[:HEADER_WITHIN_ROWS])

    def headers_found(delimiter: str) -> int:
        rows = csv.reader(io.StringIO(head), delimiter=delimiter)
        try:
            return max((len(known & {header_key(cell) for cell in row}) for row in rows), default=0)
        except csv.Error:
            return 0

    return max(",;\t|", key=headers_found)


def _rows(file: str, text: str, delimiter: str) -> Iterator[list[str]]:
    """Records of a CSV file; quotes are taken strictly."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise DataError(
            Fault(
                code="QUOTE_UNCLOSED",
                file=file,
                rows=(reader.line_num,),
                message=f"A quotation mark is opened and never closed, or stands inside a cell ({error}).",
                remedy="Export the file again, or correct the quotation marks.",
            )
        ) from error


def _table(
    file: str,
    rows: Iterator[list[str]] | Sequence[list[str]],
    *,
    known: Set[str],
    warnings: Sequence[Fault],
    ends_cleanly: bool = True,
) -> TextTable:
    """Rows of text to a table: header found, each row as long as the header, no totals."""
    numbered = list(enumerate(rows, start=1))
    at = _header_position(file, numbered, known)
    header = [cell.strip(" \ufeff\u00a0") for cell in numbered[at][1]]
    below = numbered[at + 1 :]
    filled = [(number, row) for number, row in below if any(map(str.strip, row))]
    _refuse(file, header, filled, ends_cleanly=ends_cleanly)
    frame = pd.DataFrame([row for _, row in filled], columns=header, index=[number for number, _ in filled], dtype=str)
    _refuse_totals(file, frame)
    return TextTable(file=file, frame=frame, blank_rows=len(below) - len(filled), warnings=tuple(warnings))


def _header_position(file: str, numbered: list[tuple[int, list[str]]], known: Set[str]) -> int:
    for position, (_, row) in enumerate(numbered[:HEADER_WITHIN_ROWS]):
        if known & {header_key(cell) for cell in row}:
            return position
    found = next((", ".join(row) for _, row in numbered if any(row)), "")
    raise DataError(
        Fault(
            code="COLUMN_MISSING",
            file=file,
            message=f"None of the expected columns is among the headers ({', '.join(sorted(known)[:6])}, ...).",
            value=found,
            remedy="Check that it is the right file, or say which column is which with columns = { ... }.",
        )
    )


def _refuse(file: str, header: list[str], filled: list[tuple[int, list[str]]], *, ends_cleanly: bool) -> None:
    """Raise every fault of the shape of a table at once."""
    faults = []
    keys = [header_key(name) for name in header if name]
    twice = sorted({name for name in keys if keys.count(name) > 1})
    if twice:
        faults.append(_duplicate_columns(file, twice))
    if not filled:
        faults.append(
            Fault(code="NO_ROWS", file=file, message="There is a header and no row below it.", remedy="Export again.")
        )
    ragged = [number for number, row in filled if len(row) != len(header)]
    if ragged:
        cut = ragged == [filled[-1][0]] and len(filled[-1][1]) < len(header) and not ends_cleanly
        faults.append(_truncated(file, ragged) if cut else _ragged(file, header, dict(filled), ragged))
    if faults:
        raise DataError(faults)


def _refuse_totals(file: str, frame: pd.DataFrame) -> None:
    """A total among the rows would count everything twice."""
    first = plain(frame.iloc[:, 0]).str.casefold()
    rows = tuple(frame.index[first.isin(TOTALS)])
    if rows:
        raise DataError(
            Fault(
                code="TOTAL_ROW",
                file=file,
                rows=rows,
                message="A total stands among the rows, so every sum would count twice.",
                remedy="Delete the total and any notes below the table.",
            )
        )


def _duplicate_columns(file: str, names: list[str]) -> Fault:
    return Fault(
        code="COLUMN_DUPLICATE",
        file=file,
        column=names[0],
        message=f"{len(names)} column name(s) stand twice in the header, so it is unclear which one counts.",
        remedy="Rename or delete one of each.",
    )


def _ragged(file: str, header: list[str], filled: dict[int, list[str]], rows: list[int]) -> Fault:
    return Fault(
        code="RAGGED",
        file=file,
        rows=tuple(rows),
        message=f"{len(rows):,} of {len(filled):,} rows have not {len(header)} cells as the header has "
        f"(the first has {len(filled[rows[0]])}), so values would stand under the wrong headings.",
        remedy="Export the file again; look for a comma at the end of rows or inside a cell without quotation marks.",
    )


def _truncated(file: str, rows: list[int]) -> Fault:
    return Fault(
        code="TRUNCATED",
        file=file,
        rows=tuple(rows),
        message="The file ends in the middle of a row.",
        remedy="Download it again: the transfer was cut off.",
    )


def _not_a_csv(file: str, kind: str) -> DataError:
    return DataError(
        Fault(
            code="NOT_A_CSV",
            file=file,
            message=f"The name says CSV, the content is {kind}.",
            remedy="Open it with its own program and export it as CSV, or give it its true ending.",
        )
    )


def _unknown_encoding(file: str) -> DataError:
    return DataError(
        Fault(
            code="ENC_UNKNOWN",
            file=file,
            message="The text is neither UTF-8, UTF-16 with a byte-order mark nor Windows-1252.",
            remedy='Save it again as "CSV UTF-8".',
        )
    )


def _guessed_encoding(file: str) -> Fault:
    return Fault(
        code="ENC_DETECTED",
        file=file,
        message="The text is not UTF-8 and was read as Windows-1252.",
        remedy='Save it as "CSV UTF-8" if names look wrong.',
        blocks=False,
    )


def _mojibake(file: str) -> Fault:
    return Fault(
        code="ENC_MOJIBAKE",
        file=file,
        message="Some text was saved in the wrong encoding once (it shows Â£ or â€™).",
        remedy='Export it again from where it came, as "CSV UTF-8"; names are printed as they stand.',
        blocks=False,
    )
