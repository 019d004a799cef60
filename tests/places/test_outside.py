"""Layers of points that lie elsewhere are noticed, whatever they are and whoever publishes them."""

import geopandas as gpd
import pytest

from connected_place.coverage.footfall.place import place_footfall
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.places.study_area import study_area
from connected_place.gis_data.catalogue import catalogue
from connected_place.gis_data.errors import DataError

from ..small_places import METRES, at, layer, layers, outlines, people, square

PARAMETERS = Parameters(place=Place(name="P", lad="E06000001", areas="ward"))
WARDS = outlines("ward", {"E05000001": square(0, 0), "E05000002": square(1, 0)})
AREAS = outlines("output_area", {"E00000001": square(0, 0), "E00000002": square(1, 0)})
POINTS = ("postcodes", "uprns", "place-names", "ons-centroids", "libraries", "schools", "gp-practices", "os-open-names")


def spots(source, *places, codes=None):
    """A layer of points without anything else."""
    index = codes or [f"P{number}" for number in range(len(places))]
    return layer(source, gpd.GeoDataFrame(index=index, geometry=list(places), crs=METRES), file=f"{source}.csv")


def warned(*more):
    found = study_area(layers(WARDS, *more), PARAMETERS).places.warnings
    return [(fault.code, fault.file) for fault in found if fault.code == "MOSTLY_OUTSIDE"]


@pytest.mark.parametrize("source", POINTS)
def test_points_of_which_none_is_in_the_place_are_said_and_a_national_file_is_not(source):
    assert source in catalogue()
    assert warned(spots(source, at(9, 9), at(10, 9))) == [("MOSTLY_OUTSIDE", f"{source}.csv")]
    assert warned(spots(source, at(9, 9), at(10, 9), at(2, 1))) == []  # on the corner of the place
    assert warned(spots(source)) == []


@pytest.mark.parametrize(("outside", "is_refused"), [(1, False), (2, True)])
def test_centroids_that_put_most_areas_of_the_place_elsewhere_are_refused(outside, is_refused):
    """Two areas; a third centroid is of an area elsewhere and counts nothing."""
    places = [at(9, 9), at(9, 9) if outside == 2 else at(1.5, 0.5), at(50, 50)]
    codes = ["E00000001", "E00000002", "E00999999"]
    centres = layer(
        "ons-centroids", gpd.GeoDataFrame(index=codes, geometry=places, crs=METRES), level="output_area", file="pwc.csv"
    )
    given = layers(WARDS, AREAS, centres)
    if not is_refused:
        assert study_area(given, PARAMETERS).places.level == "output_area"
        return
    with pytest.raises(DataError, match=r"2 of 2 centres of the place's areas are outside its wards.*MOSTLY_OUTSIDE"):
        study_area(given, PARAMETERS)


@pytest.mark.parametrize("has_counts", [False, True])
def test_the_councils_counters_block_where_they_stand_elsewhere_and_their_counts_are_given(has_counts):
    """Two counters outside and one inside; without counts the counters are not used."""
    counters = spots("footfall-counters", at(9, 9), at(9, 8), at(0.5, 0.5))
    hours = layer("footfall-hourly", people("population", {}).frame) if has_counts else None
    given = layers(WARDS, AREAS, counters, *([hours] if hours else []))
    places = study_area(given, PARAMETERS).places
    if not has_counts:
        assert place_footfall(given, places, PARAMETERS).footfall is not None
        return
    with pytest.raises(DataError, match=r"2 of 3 counters in the council's own list.*MOSTLY_OUTSIDE"):
        place_footfall(given, places, PARAMETERS)
