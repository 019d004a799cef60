"""The council's own figures by area: each column that plan.toml names, by the key that it gives it."""

from __future__ import annotations

from connected_place.gis_data.catalogue import Column, Source
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile
from connected_place.gis_data.readers.people import CODE_HEADERS, area_layer
from connected_place.gis_data.tabular import check_columns, read_asked

_CODE = "code"
"""The one key of `columns` that is not a figure: the header of the area codes."""


def read_area_figures(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read figures by area.

    Returns
    -------
    Layer
        Indexed by `code`; one column of numbers for each key that plan.toml maps to a header, besides `code`, as the
        file has them: 12 stays 12 where the file means per cent, and a spreadsheet's 12 % is 12. The level follows from
        the codes, `year` by their header or the release; rows of another level are set aside.

    Raises
    ------
    DataError
        NO_FIGURES, COLUMN_MISSING and those of `people.area_layer`, `text_tables` and `schema`.
    """
    mapping = {key: header for key, header in asked.columns.items() if key != _CODE}
    if not mapping:
        raise DataError(_no_figures(file.name))
    table = read_asked(file, asked, known_headers=[*CODE_HEADERS, *asked.columns.values()])
    columns = [Column(name=key, kind="number", spellings=(header,)) for key, header in mapping.items()]
    checked = check_columns(table, columns)
    return area_layer(entry, file, asked, table=table, values=checked.frame, faults=checked.faults)


def _no_figures(file: str) -> Fault:
    return fault("NO_FIGURES.columns", file=file)
