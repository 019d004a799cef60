"""The columns of the venue files that are published without a header."""

from __future__ import annotations

from connected_place.gis_data.tabular import Layout

EPRACCUR = Layout(
    headers=(
        "Organisation Code",
        "Name",
        "National Grouping",
        "High Level Health Geography",
        *(f"Address Line {line}" for line in range(1, 6)),
        "Postcode",
        "Open Date",
        "Close Date",
        "Status Code",
        "Organisation Sub-Type Code",
        "Commissioner",
        "Join Provider/Purchaser Date",
        "Left Provider/Purchaser Date",
        "Contact Telephone Number",
        *(f"Null {number}" for number in range(1, 4)),
        "Amended Record Indicator",
        "Null 4",
        "Provider/Purchaser",
        "Null 5",
        "Prescribing Setting",
        "Null 6",
    ),
    first_cell=r"(?=.*\d)[A-Z0-9]{5,8}",
)
"""NHS Organisation Data Service, epraccur.csv: 27 columns."""

OPEN_NAMES = Layout(
    headers=(
        *("ID", "NAMES_URI", "NAME1", "NAME1_LANG", "NAME2", "NAME2_LANG", "TYPE", "LOCAL_TYPE"),
        *("GEOMETRY_X", "GEOMETRY_Y", "MOST_DETAIL_VIEW_RES", "LEAST_DETAIL_VIEW_RES"),
        *("MBR_XMIN", "MBR_YMIN", "MBR_XMAX", "MBR_YMAX", "POSTCODE_DISTRICT", "POSTCODE_DISTRICT_URI"),
        *("POPULATED_PLACE", "POPULATED_PLACE_URI", "POPULATED_PLACE_TYPE"),
        *("DISTRICT_BOROUGH", "DISTRICT_BOROUGH_URI", "DISTRICT_BOROUGH_TYPE"),
        *("COUNTY_UNITARY", "COUNTY_UNITARY_URI", "COUNTY_UNITARY_TYPE", "REGION", "REGION_URI", "COUNTRY"),
        *("COUNTRY_URI", "RELATED_SPATIAL_OBJECT", "SAME_AS_DBPEDIA", "SAME_AS_GEONAMES"),
    ),
    first_cell=r"osgb\d+|[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}",
)
"""Ordnance Survey, OS Open Names: the files of the official zip have no header."""

LAYOUTS = {"gp-practices": EPRACCUR, "os-open-names": OPEN_NAMES}
