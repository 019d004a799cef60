"""Names of wards on a printed map: in their own ward, or led to it from outside the council, or not at all."""

import matplotlib.figure
import numpy as np
import pytest
import shapely

from connected_place.maps.pictures import ground
from connected_place.maps.pictures.ground import Ground, outlines, ward_labels


def land_of(wards, names):
    shapes = np.array(wards)
    west, south, east, north = shapely.union_all(shapes).bounds
    inner = shapely.maximum_inscribed_circle(shapes)
    return Ground(
        extent_m=(west - 3_000, south - 3_000, east + 3_000, north + 3_000), areas=[], wards=outlines(shapes),
        shapes=shapes, names=names, centres=shapely.get_coordinates(shapely.get_point(inner, 0)),
        room_m=shapely.length(inner),
    )  # fmt: skip


def drawn(land):
    """Where each name is, by name, and how many lines lead from one."""
    axes = matplotlib.figure.Figure().add_subplot()
    ward_labels(axes, land)
    return {text.get_text(): text.get_position() for text in axes.texts}, len(axes.lines)


def test_a_name_with_room_is_in_its_ward_without_a_line():
    wards = [shapely.box(0, 0, 20_000, 20_000), shapely.box(20_000, 0, 40_000, 20_000)]
    places, lines = drawn(land_of(wards, ["West", "East"]))
    assert [shapely.contains_xy(ward, *places[name]) for ward, name in zip(wards, ("West", "East"), strict=True)]
    assert lines == 0


@pytest.mark.parametrize("count", [8, 20, 40])
def test_no_name_is_in_the_ward_of_another(count):
    """Strips of a few hundred metres side by side: at most some of the names fit."""
    wards = [shapely.box(at * 400, 0, (at + 1) * 400, 16_000) for at in range(count)]
    names = [f"Long name of ward {at}" for at in range(count)]
    places, lines = drawn(land_of(wards, names))
    own = dict(zip([name.replace(" ", "") for name in names], wards, strict=True))
    led = 0
    for text, at in places.items():
        ward = own[text.replace("\n", "").replace(" ", "")]
        is_outside = not shapely.contains_xy(shapely.union_all(wards), *at)
        assert is_outside or shapely.contains_xy(ward, *at)
        led += is_outside
    assert led == lines
    assert places


def test_a_name_led_farthest_chooses_first_in_the_next_order(monkeypatch):
    """Strips of 400 m side by side: as many names, and lines of 12 km where one order would draw 18 km."""
    wards = [shapely.box(at * 400, 0, (at + 1) * 400, 16_000) for at in range(20)]
    land = land_of(wards, [f"Long name of ward {at}" for at in range(20)])
    costs = []
    for orders in (1, 6):
        monkeypatch.setattr(ground, "ORDERS_TRIED", orders)
        axes = matplotlib.figure.Figure().add_subplot()
        ward_labels(axes, land)
        length_m = sum(float(np.hypot(*np.diff(line.get_xydata(), axis=0)[0])) for line in axes.lines)
        costs.append((len(wards) - len(axes.texts), length_m))
    assert costs[1][0] == costs[0][0] == 0
    assert costs[1][1] < 0.7 * costs[0][1]
