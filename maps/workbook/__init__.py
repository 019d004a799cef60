"""The plan as a spreadsheet whose formulas recalculate."""

from connected_place.maps.workbook.book import workbook_bytes

__all__ = [
    "workbook_bytes",
]
