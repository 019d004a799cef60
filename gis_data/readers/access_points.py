"""Public Wi-Fi that exists today, so that nothing is planned twice."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.crs import METRES
from connected_place.gis_data.errors import Fault, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.readers.placed_tables import read_placed


def read_access_points(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read places that offer Wi-Fi to the public.

    Returns
    -------
    Layer, GeoDataFrame in EPSG:27700, rows sorted by name and position
        `name`, `provider`, `access` ("free", "paid" or "not stated"), geometry. A place listed twice, by name,
        provider and position, is one.

    Raises
    ------
    DataError
        Those of `text_tables`, `schema` and `crs`.
    """
    found = read_placed(entry, file, asked)
    frame = _access_points(found.columns, found.places)
    placed = frame.dropna(subset=["geometry"])
    keys = placed.get_coordinates().join(placed[["name", "provider", "access"]]).sort_values(["name", "x", "y"])
    used = placed.loc[keys.drop_duplicates().index]
    repeated = tuple(sorted(placed.index.difference(used.index)))
    return Layer(
        frame=used.reset_index(drop=True),
        level="site",
        warnings=(*found.warnings, *([_repeated(repeated, file.name)] if repeated else [])),
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or "not stated",
            rows_used=len(used),
            set_aside={"no position": len(frame) - len(placed), "repeats another row": len(repeated)},
            crs=found.crs,
        ),
    )


def _access_points(columns: pd.DataFrame, places: gpd.GeoSeries) -> gpd.GeoDataFrame:
    nothing = pd.Series("", index=columns.index)
    stated = columns.get("access", nothing).str.casefold()
    access = nothing.mask(stated.str.startswith(("paid", "pay", "charge")), "paid").mask(
        stated.str.startswith("free"), "free"
    )
    return gpd.GeoDataFrame(
        {
            "name": columns["name"],
            "provider": columns.get("provider", nothing),
            "access": access.where(access != "", "not stated"),
        },
        geometry=places,
        crs=METRES,
    )


def _repeated(rows: tuple[int, ...], file: str) -> Fault:
    return fault("KEY_DUPLICATE_IDENTICAL.places", file=file, rows=rows, blocks=False, count=len(rows))
