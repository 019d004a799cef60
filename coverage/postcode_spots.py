"""Where each postcode is and what can be had there: for a page's search, never for counting."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from connected_place.coverage.gaps import TIERS, merge_releases
from connected_place.coverage.places import StudyArea, postcodes_to_areas
from connected_place.gis_data.layers import Layers


@dataclass(frozen=True, slots=True, kw_only=True)
class PostcodeSpots:
    """The live postcodes of a place.

    Attributes
    ----------
    frame : GeoDataFrame, EPSG:27700, indexed by postcode without a blank, sorted
        `area_code`, `ward_code`, and for each tier that the coverage file has `<tier>_gap`: the share of the
        postcode's premises that cannot get it, in [0, 1] (NaN: not reported).
    publisher, release : str
        Of the coverage file, its month as "2016-06"; "" where no file of postcodes was given.
    directory : str
        Month or edition of the postcode directory.
    """

    frame: gpd.GeoDataFrame
    publisher: str = ""
    release: str = ""
    directory: str = ""


def postcode_spots(layers: Layers, area: StudyArea) -> PostcodeSpots | None:
    """The live postcodes of the place; None where no directory of them was given.

    Parameters
    ----------
    layers : Layers
        With the postcode files of the coverage release; without them nothing is reported.
    area : StudyArea
    """
    if area.directory is None:
        return None
    live = gpd.GeoDataFrame(area.directory[area.directory["live"] & area.directory.geometry.notna()])
    codes = postcodes_to_areas(live, area.places)
    spots = gpd.GeoDataFrame(
        {"area_code": codes[area.level], "ward_code": codes["ward"]}, geometry=live.geometry, crs=live.crs
    )
    inside = gpd.GeoDataFrame(spots[spots["ward_code"] != ""].sort_index())
    directory = layers.of("postcodes")[0].provenance.vintage
    found = layers.of("ofcom-fixed-coverage", level="postcode")
    if not found:
        return PostcodeSpots(frame=inside, directory=directory)
    reported = merge_releases(found)
    names = [f"{tier}_gap" for tier in TIERS if f"{tier}_gap" in reported.frame]
    return PostcodeSpots(
        frame=gpd.GeoDataFrame(inside.join(pd.DataFrame(reported.frame[names]))),
        publisher=reported.provenance.publisher,
        release=reported.provenance.vintage.split(",")[0],
        directory=directory,
    )
