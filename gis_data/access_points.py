"""Public Wi-Fi that exists today, so that nothing is planned twice."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.crs import METRES, points
from connected_place.gis_data.input_files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.schema import check_columns, raise_if_blocked
from connected_place.gis_data.text_tables import read_table


def read_access_points(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read places that offer Wi-Fi to the public.

    Returns
    -------
    Layer, GeoDataFrame in EPSG:27700, rows sorted by name and position
        `name`, `provider`, `access` ("free", "paid" or "not stated"), geometry.

    Raises
    ------
    DataError
        Those of `text_tables`, `schema` and `crs`.
    """
    table = read_table(
        file, known_headers=[s for column in entry.columns for s in column.spellings] + [*asked.columns.values()]
    )
    checked = check_columns(table, entry.columns, mapping=asked.columns)
    places, faults = points(checked.frame, file=file.name)
    raise_if_blocked([*checked.faults, *faults])
    nothing = pd.Series("", index=checked.frame.index)
    access = checked.frame.get("access", nothing).str.casefold()
    frame = gpd.GeoDataFrame(
        {
            "name": checked.frame["name"],
            "provider": checked.frame.get("provider", nothing),
            "access": access.where(access.isin(["free", "paid"]), "not stated"),
        },
        geometry=places,
        crs=METRES,
    )
    used = frame.dropna(subset=["geometry"])
    order = used.get_coordinates().assign(name=used["name"]).sort_values(["name", "x", "y"]).index
    return Layer(
        frame=used.loc[order].reset_index(drop=True),
        level="site",
        warnings=table.warnings,
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or "not stated",
            rows_used=len(used),
            set_aside={"no position": len(frame) - len(used)},
            crs=METRES if "easting" in checked.frame else "EPSG:4326",
        ),
    )
