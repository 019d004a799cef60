"""The tables of a plan and the meaning of every column."""

from connected_place.maps.tables.change_rows import PART_HEADS, shown_parts, shown_tier
from connected_place.maps.tables.fields import OutputColumn
from connected_place.maps.tables.plan_tables import (
    AREA_LEVEL_WORDS,
    CLUSTER_FIELDS,
    FORMULA_STARTS,
    SITE_FIELDS,
    area_fields,
    cluster_rows,
    csv_tables,
    csv_text,
    data_package,
    rounded,
)

__all__ = [
    "AREA_LEVEL_WORDS",
    "CLUSTER_FIELDS",
    "FORMULA_STARTS",
    "PART_HEADS",
    "SITE_FIELDS",
    "OutputColumn",
    "area_fields",
    "cluster_rows",
    "csv_tables",
    "csv_text",
    "data_package",
    "rounded",
    "shown_parts",
    "shown_tier",
]
