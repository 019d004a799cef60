"""Tables as a person sees them: CSV and workbooks as rows of text, then as checked columns."""

from connected_place.gis_data.tabular.cells import as_numbers, plain
from connected_place.gis_data.tabular.headerless import Layout, read_with_layout
from connected_place.gis_data.tabular.schema import check_columns, raise_if_blocked, unique_by
from connected_place.gis_data.tabular.text_tables import TextTable, header_key, read_table

__all__ = [
    "Layout",
    "TextTable",
    "as_numbers",
    "check_columns",
    "header_key",
    "plain",
    "raise_if_blocked",
    "read_table",
    "read_with_layout",
    "unique_by",
]
