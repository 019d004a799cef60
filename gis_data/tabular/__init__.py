"""Tables as a person sees them: CSV and workbooks as rows of text, then as checked columns."""

from connected_place.gis_data.tabular.asked_tables import figures_year, read_asked, told_apart
from connected_place.gis_data.tabular.cells import as_numbers, plain
from connected_place.gis_data.tabular.heads import MOST_HEADER_ROWS, Layout, header_key
from connected_place.gis_data.tabular.schema import check_columns, nations_mixed, raise_if_blocked, unique_by
from connected_place.gis_data.tabular.text_tables import TextTable, read_table

__all__ = [
    "MOST_HEADER_ROWS",
    "Layout",
    "TextTable",
    "as_numbers",
    "check_columns",
    "figures_year",
    "header_key",
    "nations_mixed",
    "plain",
    "raise_if_blocked",
    "read_asked",
    "read_table",
    "told_apart",
    "unique_by",
]
