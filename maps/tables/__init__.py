"""The tables of a plan, and the one description of every column: columns.toml."""

from connected_place.maps.tables.change_rows import shown_parts, shown_tier
from connected_place.maps.tables.columns import OutputColumn, TableText, table_text
from connected_place.maps.tables.csv_text import FORMULA_STARTS, csv_text
from connected_place.maps.tables.plan_columns import frame_text, table_texts, tier_parts
from connected_place.maps.tables.plan_tables import PlanTable, csv_tables, data_package, plan_tables

__all__ = [
    "FORMULA_STARTS",
    "OutputColumn",
    "PlanTable",
    "TableText",
    "csv_tables",
    "csv_text",
    "data_package",
    "frame_text",
    "plan_tables",
    "shown_parts",
    "shown_tier",
    "table_text",
    "table_texts",
    "tier_parts",
]
