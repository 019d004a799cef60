"""Reach as areas, on worlds of a few cells."""

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis.extra.numpy import arrays

from connected_place.coverage.parameters.wifi import Wifi
from connected_place.coverage.reach.access_point import radio_plan
from connected_place.coverage.reach.surface.fields import SignalField
from connected_place.maps.gis.reach_layers import cell_area, reach_areas, reach_words
from connected_place.maps.tables.columns import table_text

NAN = np.nan
WEST, NORTH, CELL_M = 560_490.0, 180_510.0, 2.0


def field(chances):
    """Cells of 2 m whose north-west corner is at 560490, 180510."""
    probability = np.array(chances, dtype="float64")
    return SignalField(
        signal_dbm=np.where(np.isnan(probability), NAN, -70.0),
        probability=probability,
        transform=(CELL_M, 0.0, WEST, 0.0, -CELL_M, NORTH),
        crs="EPSG:27700",
        placing="street",
    )


def on_surface(plan, chances):
    """The plan with its first site, S1, on a surface model."""
    return dataclasses.replace(plan, reach=dataclasses.replace(plan.reach, fields={0: field(chances)}))


def areas_of(plan):
    return reach_areas(plan.sites, plan.reach, plan.parameters.wifi)


def with_wifi(plan, wifi):
    parameters = dataclasses.replace(plan.parameters, wifi=wifi)
    return dataclasses.replace(
        plan, parameters=parameters, reach=dataclasses.replace(plan.reach, radio=radio_plan(wifi))
    )


def test_each_chosen_site_has_a_circle_around_it_and_no_other_site_has(tiny):
    areas = areas_of(tiny)
    assert areas.index.tolist() == ["S1", "S4"]
    assert areas.crs.to_epsg() == 27700
    assert ["site_id", *areas.columns.drop("geometry")] == [column.name for column in table_text("reach").columns]
    assert areas["name"].tolist() == ["Quay library", "Station lamp 1"]
    assert areas["basis"].tolist() == ["distance", "distance"]
    assert areas["chance"].tolist() == [0.8, 0.8]
    radius_m = tiny.reach.radio.reach_m
    assert areas["reach_m"].tolist() == [radius_m, radius_m]
    apart = shapely.distance(tiny.sites.geometry["S4"], shapely.points(shapely.get_coordinates(areas.geometry["S4"])))
    assert apart == pytest.approx(radius_m)


def test_a_fixed_reach_is_a_circle_without_a_chance(tiny):
    areas = areas_of(with_wifi(tiny, Wifi(reach="fixed", reach_m=100.0)))
    assert areas["basis"].tolist() == ["fixed", "fixed"]
    assert areas["chance"].isna().all()
    assert areas["reach_m"].tolist() == [100.0, 100.0]
    assert areas.area.tolist() == pytest.approx([np.pi * 100**2] * 2, rel=0.01)


def test_on_a_surface_model_the_cells_with_the_chance_or_more_are_drawn(tiny):
    """A street from west to east, a house north of it: the edge counts, what is not known does not."""
    areas = areas_of(on_surface(tiny, [[NAN, NAN, NAN], [0.8, 0.95, 0.79], [NAN, 0.1, NAN]]))
    assert areas["basis"].tolist() == ["surface model", "distance"]
    assert areas.geometry["S1"].equals(shapely.box(WEST, NORTH - 4, WEST + 4, NORTH - 2))
    assert areas.loc["S1", "reach_m"] == pytest.approx(np.sqrt(8 / np.pi), abs=0.05)


def test_in_an_open_place_its_cells_are_drawn_unless_a_surface_model_shows_them(tiny):
    street, place = field([[0.1, 0.9]]), field([[0.9, 0.95]])
    reach = dataclasses.replace(tiny.reach, fields={0: street}, open_fields={0: place, 3: place})
    areas = areas_of(dataclasses.replace(tiny, reach=reach))
    assert areas["basis"].tolist() == ["surface model", "open place"]
    assert areas.area.tolist() == [CELL_M**2, 2 * CELL_M**2]


def test_a_site_without_one_covered_cell_keeps_its_row_with_an_empty_shape(tiny):
    areas = areas_of(on_surface(tiny, [[0.1, NAN]]))
    assert areas.index.tolist() == ["S1", "S4"]
    assert areas.geometry["S1"].is_empty
    assert areas.loc["S1", "reach_m"] == 0.0


def test_nothing_chosen_is_an_empty_layer_with_all_columns(tiny):
    areas = areas_of(dataclasses.replace(tiny, sites=tiny.sites.assign(selected=False)))
    assert len(areas) == 0
    assert ["site_id", *areas.columns.drop("geometry")] == [column.name for column in table_text("reach").columns]
    assert areas.crs.to_epsg() == 27700


def test_the_order_of_the_sites_does_not_matter(tiny):
    """Fields go by the row: turned about, S1 is the last of five."""
    turned = dataclasses.replace(
        tiny,
        sites=tiny.sites.iloc[::-1],
        reach=dataclasses.replace(tiny.reach, fields={4: field([[0.9]])}),
    )
    areas = areas_of(turned)
    assert areas.equals(areas_of(on_surface(tiny, [[0.9]])))


def test_an_outline_from_a_model_in_another_system_is_on_the_national_grid():
    """One cell of 2 m in UTM zone 31 north, its corner where that of the grid is."""
    corner = gpd.GeoSeries([shapely.Point(WEST, NORTH)], crs="EPSG:27700").to_crs("EPSG:32631").iloc[0]
    abroad = dataclasses.replace(
        field([[0.9]]), crs="EPSG:32631", transform=(CELL_M, 0.0, corner.x, 0.0, -CELL_M, corner.y)
    )
    area = cell_area(abroad, share=0.8)
    assert area.area == pytest.approx(CELL_M**2, rel=0.01)
    assert area.distance(shapely.Point(WEST, NORTH)) < 0.01


@given(arrays("bool", (6, 6)))
def test_an_outline_is_valid_and_leaves_the_cells_by_half_a_cell_at_most(covered):
    """Cells that touch at a corner, and holes, too."""
    area = cell_area(field(np.where(covered, 0.9, 0.2)), share=0.8)
    assert area.geom_type == "MultiPolygon"
    assert area.is_valid
    rows, columns = np.nonzero(covered)
    x, y = WEST + CELL_M * columns, NORTH - CELL_M * rows
    cells = shapely.union_all(shapely.box(x, y - CELL_M, x + CELL_M, y))
    assert area.difference(cells.buffer(CELL_M / 2 + 1e-6)).is_empty
    assert cells.difference(area.buffer(CELL_M / 2 + 1e-6)).is_empty


@pytest.mark.parametrize(
    ("wifi", "words"),
    [
        (Wifi(), "outdoor coverage with a chance of 80 % or more"),
        (Wifi(covered_share=0.875), "outdoor coverage with a chance of 87.5 % or more"),
        (Wifi(reach="fixed", reach_m=60.0), "within 60 m of a proposed site"),
    ],
)
def test_the_key_explains_an_outline(wifi, words):
    assert reach_words(wifi, radio_plan(wifi).reach_m) == words
