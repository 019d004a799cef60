"""Where each postcode is and what can be had there: for a page's search, never for counting."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from connected_place.coverage.gaps import TIERS, merge_releases
from connected_place.coverage.places import StudyArea, postcodes_to_areas
from connected_place.gis_data.layers import Layers


def postcode_spots(layers: Layers, area: StudyArea) -> gpd.GeoDataFrame | None:
    """The live postcodes of the place; None where no directory of them was given.

    Parameters
    ----------
    layers : Layers
        With the postcode files of the coverage release; without them nothing is reported.
    area : StudyArea

    Returns
    -------
    GeoDataFrame, EPSG:27700, indexed by postcode, sorted
        `area_code`, `ward_code`, and for each tier that the file has `<tier>_gap`: the share of the postcode's premises
        that cannot get it, in [0, 1] (NaN: not reported).
    """
    if area.directory is None:
        return None
    live = gpd.GeoDataFrame(area.directory[area.directory["live"] & area.directory.geometry.notna()])
    codes = postcodes_to_areas(live, area.places)
    spots = gpd.GeoDataFrame(
        {"area_code": codes[area.level], "ward_code": codes["ward"]}, geometry=live.geometry, crs=live.crs
    )
    inside = gpd.GeoDataFrame(spots[spots["ward_code"] != ""].sort_index())
    found = layers.of("ofcom-fixed-coverage", level="postcode")
    if not found:
        return inside
    reported = merge_releases(found).frame
    names = [f"{tier}_gap" for tier in TIERS if f"{tier}_gap" in reported]
    return gpd.GeoDataFrame(inside.join(pd.DataFrame(reported[names])))
