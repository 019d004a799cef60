"""The study area of a plan: its areas within areas, the level it is planned at, and where its postcodes are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd

from connected_place.coverage.parameters import Parameters
from connected_place.coverage.places.cells import CELL_WORDS
from connected_place.coverage.places.geography import Geography, geography_of, postcode_directory
from connected_place.coverage.places.outside import layers_elsewhere, refuse_centroids_outside
from connected_place.gis_data.errors import PlanFileError, fault
from connected_place.gis_data.layers import Layers

_LEVELS_OF_AREAS = ("lsoa", "output_area", "ward")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyArea:
    """Where a plan is made.

    Attributes
    ----------
    places : Geography
    level : str
        Of the rows of areas.csv.
    directory : GeoDataFrame or None
        Postcodes with positions, as `postcode_directory` gives them; None where no file of them was given.
    """

    places: Geography
    level: str
    directory: gpd.GeoDataFrame | None

    def with_codes(self, points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Points with `ward_code`, `ward_name` and `area_code`: ward and area that each lies in; "" for none."""
        wards = self.places.outlines["ward"]
        codes = self.places.areas_at(points.geometry, "ward")
        return points.assign(
            ward_code=codes,
            ward_name=codes.map(wards["name"]),
            area_code=self.places.areas_at(points.geometry, self.level),
        )


def study_area(layers: Layers, parameters: Parameters) -> StudyArea:
    """Put the areas of a plan's place together.

    Raises
    ------
    DataError, VintageError
        Those of `geography_of`. MOSTLY_OUTSIDE: centroids put most areas elsewhere.
    PlanFileError
        NO_OUTLINES: none at the level that plan.toml asks for.
    """
    places = geography_of(layers, lad=parameters.place.lad)
    refuse_centroids_outside(layers, places)
    return StudyArea(
        places=replace(places, warnings=(*places.warnings, *layers_elsewhere(layers, places))),
        level=_level_of_areas(places, parameters.place.areas),
        directory=postcode_directory(layers) if layers.of("postcodes") else None,
    )


def _level_of_areas(places: Geography, asked: str) -> str:
    """The level of areas.csv: the one asked for, which must have outlines unless it is of cells.

    Raises
    ------
    PlanFileError
        NO_OUTLINES.
    """
    if asked in CELL_WORDS or (asked in places.outlines and asked in _LEVELS_OF_AREAS):
        return asked
    have = [level for level in _LEVELS_OF_AREAS if level in places.outlines]
    raise PlanFileError(fault("NO_OUTLINES.areas", file="plan.toml", column="place.areas", value=asked, level=have[0]))
