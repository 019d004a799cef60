"""Hexagons and squares: every point in one of them, none in two, the same for every place; sums as of the wards."""

import dataclasses
import functools
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.api.folders import write_plan
from connected_place.coverage.gaps.cell_areas import with_cells
from connected_place.coverage.gaps.gap import borough_total, gap_by_area
from connected_place.coverage.gaps.units import count_units
from connected_place.coverage.matching import premises_by_level
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.places.cells import Cells
from connected_place.coverage.places.geography import geography_of, postcode_directory, postcodes_to_areas
from connected_place.coverage.plan import plan
from connected_place.gis_data.crs import grid_references
from connected_place.gis_data.errors import PlanFileError
from connected_place.maps.page.page import pages
from connected_place.maps.tables.plan_tables import csv_tables, data_package
from connected_place.scripts.config.plan_file import read_plan_file

from ..small_places import (
    FEW_DRAWS,
    FEW_DRAWS_LINES,
    METRES,
    NAN,
    SOUTH,
    WEST,
    at,
    coverage,
    layer,
    layers,
    outlines,
    plan_of,
    postcodes,
    square,
    venues,
    write_street,
)

rules = settings(deadline=None, derandomize=True, max_examples=30)
KINDS = ("hexagon", "grid")
NEAR_M = 1e-6
"""Slanted edges of hexagons have no exact position in binary numbers."""

spots = st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 3_000)), min_size=1, max_size=60)
"""Whole metres from 560000, 180000, as postcodes have them: edges and corners of squares are among them."""

sizes = st.sampled_from([50.0, 100.0, 250.0, 333.0, 500.0, 1_000.0, 1_250.5])


def points(pairs):
    return gpd.GeoSeries([shapely.Point(WEST + x, SOUTH + y) for x, y in pairs], crs=METRES)


def around(pairs, cells):
    """All cells of the neighbourhood of some points: half a cell is near enough to miss none."""
    ticks = np.arange(-4, 5) * cells.cell_m / 2
    net = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 1, 2) + np.array(pairs, dtype=float)
    places = gpd.GeoSeries.from_xy(WEST + net[..., 0].ravel(), SOUTH + net[..., 1].ravel(), crs=METRES)
    return cells.outlines(cells.of_points(places))


# --- the tiling ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        (250, 250, "sq500-01120-00360"),
        (500, 250, "sq500-01120-00360"),  # on a shared edge: the lowest code
        (501, 250, "sq500-01121-00360"),
        (250, 500, "sq500-01120-00360"),
        (500, 500, "sq500-01120-00360"),  # on a shared corner
        (500, 501, "sq500-01120-00361"),
    ],
)
def test_a_point_lies_in_one_square(x, y, code):
    """560000 / 500 = 1120 and 180000 / 500 = 360."""
    assert Cells(level="grid").of_points(points([(x, y)])).tolist() == [code]


@pytest.mark.parametrize(
    ("easting", "northing", "code"),
    [
        (1_000.0, 0.0, "hex500-00002-00000"),  # a centre: two widths east of the origin
        (1_250.0, 10.0, "hex500-00002-00000"),  # on the edge between two of a row: the lowest code
        (1_250.1, 10.0, "hex500-00003-00000"),
        (1_250.0, 433.0, "hex500-00002-00001"),  # the next row begins half a width farther east
        (1_000.0, 433.0, "hex500-00001-00001"),  # on the edge between two of that row
        (1_000.0, 288.6, "hex500-00002-00000"),  # just below the northern corner at 288.675
        (1_000.0, 288.7, "hex500-00001-00001"),  # just above it, on the edge between two
        (0.0, 0.0, "hex500-00000-00000"),
        (0.0, 433.0, "hex500-00000-00001"),  # the western edge of the grid
    ],
)
def test_a_point_lies_in_one_hexagon(easting, northing, code):
    """Hexagons of 500 m are pointy-topped; rows lie 433.01 m apart."""
    place = gpd.GeoSeries.from_xy([easting], [northing], crs=METRES)
    assert Cells(level="hexagon").of_points(place).tolist() == [code]


@pytest.mark.parametrize("level", KINDS)
@rules
@given(pairs=st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 3_000)), min_size=1, max_size=8), cell_m=sizes)
def test_membership_is_that_of_the_drawn_outlines_and_an_edge_is_counted_once(level, pairs, cell_m):
    """Each point against every cell of its neighbourhood, one by one; on an edge the lowest code counts."""
    cells = Cells(level=level, cell_m=cell_m)
    shapes = around(pairs, cells)
    places = points(pairs)
    for place, code in zip(places, cells.of_points(places), strict=True):
        apart_m = shapes.geometry.distance(place)
        touching = apart_m.index[apart_m <= NEAR_M]
        assert code in touching
        exact = shapes.index[shapes.geometry.intersects(place)]
        slanted = len(touching) > 1 and level == "hexagon" and len(exact) != len(touching)
        assert slanted or code == min(exact)


@pytest.mark.parametrize("column", [0, 1, 2])
@pytest.mark.parametrize("row", [3, 4])
def test_a_point_on_the_edge_of_two_hexagons_of_a_row_is_of_the_western_one(column, row):
    cells = Cells(level="hexagon")
    centre = cells.outlines([f"hex500-{column + 1:05d}-{row:05d}"]).geometry.iloc[0].centroid
    edge = gpd.GeoSeries([shapely.Point(round(centre.x) - 250.0, round(centre.y))], crs=METRES)
    assert cells.of_points(edge).tolist() == [f"hex500-{column:05d}-{row:05d}"]


@pytest.mark.parametrize("level", KINDS)
@rules
@given(cell_m=sizes, column=st.integers(1, 500), row=st.integers(1, 500))
def test_cells_tile_without_gaps_or_overlaps(level, cell_m, column, row):
    """A block of 5 x 4 cells: the areas sum to that of their union, which has no hole."""
    cells = Cells(level=level, cell_m=cell_m)
    start = cells.of_points(gpd.GeoSeries.from_xy([1.0], [1.0], crs=METRES)).iloc[0].split("-")[0]
    codes = [f"{start}-{column + i:05d}-{row + j:05d}" for i in range(5) for j in range(4)]
    shapes = cells.outlines(codes).geometry
    whole = shapes.union_all()
    assert len(shapes) == 20
    assert shapes.area.sum() == pytest.approx(whole.area, rel=1e-9)
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    full_m2 = cell_m**2 * (np.sqrt(3) / 2 if level == "hexagon" else 1)
    np.testing.assert_allclose(shapes.area, full_m2, rtol=1e-6)
    assert shapely.coverage_is_valid(shapes.to_numpy())


@pytest.mark.parametrize("level", KINDS)
@rules
@given(cell_m=sizes, column=st.integers(0, 9_000), row=st.integers(0, 9_000))
def test_the_middle_of_an_outline_lies_in_its_own_cell(level, cell_m, column, row):
    cells = Cells(level=level, cell_m=cell_m)
    code = f"{'hex' if level == 'hexagon' else 'sq'}{cell_m:g}-{column:05d}-{row:05d}"
    middle = cells.outlines([code]).geometry.centroid
    assert cells.of_points(gpd.GeoSeries(middle)).tolist() == [code]


@pytest.mark.parametrize("level", KINDS)
@rules
@given(pairs=spots, cell_m=sizes, random=st.randoms())
def test_the_order_of_points_changes_nothing(level, pairs, cell_m, random):
    cells, places = Cells(level=level, cell_m=cell_m), points(pairs)
    order = list(range(len(pairs)))
    random.shuffle(order)
    found = cells.of_points(places)
    mixed = cells.of_points(places.iloc[order])
    assert mixed.sort_index().equals(found)
    assert cells.outlines(mixed).equals(cells.outlines(found))


@pytest.mark.parametrize("level", KINDS)
def test_other_points_move_no_cell(level):
    """Another borough, another year: the cell of a spot is the same beside any other spots."""
    cells = Cells(level=level)
    alone = cells.of_points(points([(1_234, 987)])).iloc[0]
    assert cells.of_points(points([(0, 0), (9_999, 1), (1_234, 987)])).iloc[2] == alone


@pytest.mark.parametrize("level", KINDS)
def test_a_point_that_is_not_known_lies_in_no_cell(level):
    places = gpd.GeoSeries([None, at(0.5, 0.5), shapely.Point()], index=list("PQR"), crs=METRES)
    found = Cells(level=level).of_points(places)
    assert (found["P"], found["R"]) == ("", "")
    assert found["Q"] != ""
    assert Cells(level=level).outlines(["", ""]).empty
    assert Cells(level=level).of_points(places.iloc[:0]).empty


def test_codes_of_any_size_sort_as_columns_and_rows_do():
    """The smallest cells that a plan takes, in the north-east corner of the grid: still five digits."""
    far = gpd.GeoSeries.from_xy([699_999.0], [1_299_999.0], crs=METRES)
    codes = [Cells(level=level, cell_m=50.0).of_points(far).iloc[0] for level in KINDS]
    assert codes == ["hex50-14000-30022", "sq50-13999-25999"]


# --- as a level of a place -----------------------------------------------------------------------------------

AREAS = {f"E0000000{number}": square(number, 0) for number in range(3)}
WARDS = {"E05000001": square(0, 0), "E05000002": shapely.box(WEST + 1_000, SOUTH, WEST + 3_000, SOUTH + 1_000)}
HALLS = venues({"V1": at(0.5, 0.5), "V2": at(2.9, 0.95)})
BY_AREA = coverage({"E00000000": (100, 10), "E00000001": (10, 10), "E00000002": (50, 25)})


def place(units, *more):
    """Three areas of 1 km in a row, the first in ward 1, the others in ward 2."""
    return layers(outlines("output_area", AREAS), outlines("ward", WARDS), units, HALLS, *more)


def laid(found, cells):
    """A place and its units with cells."""
    places = geography_of(found)
    directory = postcode_directory(found) if found.of("postcodes") else None
    units = count_units(found, places, weights="")
    return with_cells(places, units, cells=cells, directory=directory)


def by_postcode(pairs):
    """A postcode of one to nine premises, half of them without, at each spot."""
    codes = {f"AA{number // 10}{number % 10}AA": pair for number, pair in enumerate(pairs)}
    rows = {code: (1 + number % 9, 0.5) for number, code in enumerate(codes)}
    units = coverage(rows, level="postcode")
    counted = dataclasses.replace(units, frame=units.frame.assign(premises=units.frame["connections"]))
    return place(counted, postcodes({code: shapely.Point(WEST + x, SOUTH + y) for code, (x, y) in codes.items()}))


def test_an_area_belongs_to_the_cell_of_its_centre():
    """Squares of 2 km: the first two areas, then the third."""
    places, units = laid(place(BY_AREA), Cells(level="grid", cell_m=2_000.0))
    assert places.parents["grid"].tolist() == ["sq2000-00280-00090"] * 2 + ["sq2000-00281-00090"]
    assert units.areas["grid"].tolist() == places.parents["grid"].tolist()
    assert places.outlines["grid"].index.tolist() == ["sq2000-00280-00090", "sq2000-00281-00090"]


def test_a_postcode_belongs_to_the_cell_of_its_own_point_whatever_its_area():
    """AA00AA officially belongs to the first area and is in the third."""
    found = by_postcode([(2_600, 300), (300, 300)])
    found.of("postcodes")[0].frame["output_area"] = "E00000000"
    places, units = laid(found, Cells(level="grid"))
    assert units.areas["output_area"].tolist() == ["E00000000", "E00000000"]
    assert units.areas["grid"].tolist() == ["sq500-01125-00360", "sq500-01120-00360"]
    again = postcodes_to_areas(postcode_directory(found), places)
    assert again["grid"].equals(units.areas["grid"])


def test_only_cells_with_a_unit_or_a_centre_have_a_row():
    """The centres of three areas and one postcode; the place has 24 squares of 500 m."""
    places, _ = laid(by_postcode([(2_600, 300)]), Cells(level="grid"))
    centres = Cells(level="grid").of_points(places.centres)
    assert set(places.outlines["grid"].index) == {*centres, "sq500-01125-00360"}


def test_a_postcode_whose_cell_counts_nothing_belongs_to_the_cell_of_its_area():
    """Premises are counted by area, so the cell of a lone postcode has no row."""
    found = place(BY_AREA, postcodes({"AA11AA": at(0.9, 0.9), "AA11AB": at(9, 9)}))
    places, _ = laid(found, Cells(level="grid"))
    codes = postcodes_to_areas(postcode_directory(found), places)["grid"]
    assert codes["AA11AA"] == places.parents.loc["E00000000", "grid"] == "sq500-01120-00360"
    assert codes["AA11AB"] == ""


def test_a_site_is_in_the_cell_of_its_point_or_in_none_with_a_row():
    places, _ = laid(place(BY_AREA), Cells(level="grid"))
    centre = places.centres["E00000000"]
    found = places.areas_at(gpd.GeoSeries([centre, at(0.9, 0.9)], crs=METRES), "grid")
    assert found.tolist() == [places.parents.loc["E00000000", "grid"], ""]


def test_a_cell_without_a_centre_is_of_the_ward_of_most_of_its_units():
    """Squares of 500 m that begin 250 m west of the border between the wards: two units west, one east of it."""
    border = {"E05000001": shapely.box(WEST, SOUTH, WEST + 750, SOUTH + 1_000),
              "E05000002": shapely.box(WEST + 750, SOUTH, WEST + 3_000, SOUTH + 1_000)}  # fmt: skip
    found = by_postcode([(600, 100), (700, 100), (900, 100)])
    found = layers(*(item for item in found if item.level != "ward"), outlines("ward", border))
    rows = made(found, "grid", 500.0).areas
    assert rows.loc["sq500-01121-00360", ["ward_code", "ward_name"]].tolist() == ["E05000001", "Name of E05000001"]
    assert rows.loc["sq500-01121-00360", "premises"] == 6


def made(found, level, cell_m=500.0):
    return plan(found, Parameters(place=Place(name="P", lad="L", areas=level, cell_m=cell_m), **FEW_DRAWS))


@functools.cache
def made_of_forty(level):
    """Forty postcodes all over the place, as a plan."""
    return made(forty(), level)


def forty():
    return by_postcode([(137 * number % 3_000, 91 * number % 1_000) for number in range(40)])


@pytest.mark.parametrize("level", KINDS)
@settings(rules, max_examples=12)
@given(pairs=spots, cell_m=st.sampled_from([100.0, 500.0, 1_000.0, 5_000.0]))
def test_premises_and_gaps_of_cells_sum_to_those_of_the_wards(level, pairs, cell_m):
    """Postcodes at any whole metre of the place and beyond: those outside the wards are in no cell."""
    places, units = laid(by_postcode([(0, 0), *pairs]), Cells(level=level, cell_m=cell_m))
    cells, wards = (
        gap_by_area(units.counts, units.areas[name], index=places.outlines[name].index) for name in (level, "ward")
    )
    for column in ("premises", "ufbb_300_gap", "ufbb_300_have"):
        assert cells[column].sum() == wards[column].sum()
    sums = premises_by_level(units, borough_total(wards))
    assert set(sums) == {"postcode", "output_area", "ward", level, "authority"}
    assert len(set(sums.values())) == 1
    assert set(units.areas[level]) | set(places.parents[level]) == set(places.outlines[level].index)


@pytest.mark.parametrize("level", KINDS)
def test_areas_wards_borough_and_demand_of_a_whole_plan_agree(level):
    result = made_of_forty(level)
    for column in ("premises", "ufbb_300_gap", "ufbb_300_have"):
        assert result.areas[column].sum() == result.wards[column].sum() == result.borough[column]
    assert len(set(result.premises_by_level.values())) == 1
    assert result.demand["premises"].sum() == result.borough["premises"]
    assert set(result.areas["ward_code"]) == set(WARDS)
    assert not result.warnings


@pytest.mark.parametrize("level", KINDS)
def test_the_order_of_rows_changes_no_table(level):
    turned = layers(*(dataclasses.replace(item, frame=item.frame.iloc[::-1]) for item in forty()))
    assert csv_tables(made(turned, level)) == csv_tables(made_of_forty(level))


def residents(*numbers):
    frame = pd.DataFrame({"population": [float(number) for number in numbers]}, index=pd.Index(AREAS))
    return layer("population", frame, level="output_area", file="population.csv")


@pytest.mark.parametrize("level", KINDS)
def test_the_density_of_a_cell_is_over_its_full_area(level):
    """Cells of 1 km across; a hexagon reaches beyond the place."""
    rows = made(place(BY_AREA, residents(300, 300, 300)), level, 1_000.0).areas
    hectares = rows.geometry.area / 10_000
    assert (rows["population"] * hectares).sum() == pytest.approx(900)
    assert hectares.iloc[0] == pytest.approx(100 if level == "grid" else 100 * np.sqrt(3) / 2)


def test_a_cell_without_a_centre_has_the_people_of_the_area_that_its_postcodes_lie_in():
    """Areas of 100 ha with 300, 600 and 900 people; a lone postcode in the first, two and one across a border."""
    found = layers(*by_postcode([(100, 100), (1_990, 100), (2_005, 100), (2_010, 100)]), residents(300, 600, 900))
    rows = made(found, "grid", 40.0).areas
    assert rows.loc["sq40-14002-04502", "population"] == 3
    assert rows.loc["sq40-14050-04502", "population"] == 9
    centre = rows.loc["sq40-14012-04512"]
    assert centre["population"] == pytest.approx(300 / 0.16)


def test_a_gap_is_never_lent():
    """The cell of the first area's centre has no postcode, and the postcode's own cell no centre."""
    rows = made(layers(*by_postcode([(900, 900)]), residents(300, 600, 900)), "grid").areas
    assert rows["ufbb_300_gap_share"].notna().tolist() == [name == "sq500-01121-00361" for name in rows.index]
    assert rows["gap_headline"].notna().sum() == 1


def test_nothing_is_lent_to_a_cell_with_a_centre():
    """The people of the second area are not known; a postcode beside its centre is officially of the first."""
    found = by_postcode([(1_495, 495)])
    found.of("postcodes")[0].frame["output_area"] = "E00000000"
    rows = made(layers(*found, residents(300, NAN, 900)), "grid").areas
    assert rows.loc["sq500-01122-00360", "premises"] == 1
    assert np.isnan(rows.loc["sq500-01122-00360", "population"])


def test_a_cell_of_a_live_postcode_without_a_row_is_not_reported():
    """Only AA00AA has a row in the coverage file; AA11AA is 800 m east of it."""
    units = by_postcode([(100, 100)]).of("ofcom-fixed-coverage")[0]
    rows = made(place(units, postcodes({"AA00AA": at(0.1, 0.1), "AA11AA": at(0.9, 0.1)})), "grid").areas
    assert np.isnan(rows.loc["sq500-01121-00360", "premises"])
    assert rows.loc["sq500-01121-00360", ["units_not_reported", "ward_code"]].tolist() == [1, "E05000001"]


def test_a_postcode_outside_the_wards_is_in_no_cell():
    """It is 500 m north of the place, in the square of 2 km that contains two areas."""
    found = place(BY_AREA, postcodes({"AA11AA": at(0.5, 0.9), "AA11AB": at(0.5, 1.5)}))
    places, _ = laid(found, Cells(level="grid", cell_m=2_000.0))
    assert postcodes_to_areas(postcode_directory(found), places)["grid"].tolist() == ["sq2000-00280-00090", ""]


@pytest.mark.parametrize(
    ("code", "name"), [("sq500-01120-00360", "TQ 6025 8025"), ("hex500-01120-00416", "TQ 6000 8013")]
)
def test_a_cell_is_named_after_its_centre(code, name):
    level = "grid" if code.startswith("sq") else "hexagon"
    shapes = Cells(level=level).outlines([code])
    middle = shapes.geometry.centroid.iloc[0]
    assert shapes["name"].tolist() == [name] == grid_references(np.array([middle.x]), np.array([middle.y]))


# --- wards as areas, and what plan.toml may ask for ----------------------------------------------------------


def test_wards_as_areas_are_their_own_wards():
    result = made(place(BY_AREA), "ward")
    assert result.areas["ward_code"].tolist() == result.areas.index.tolist() == list(WARDS)
    assert result.areas["ward_name"].equals(result.areas["area_name"])
    assert result.areas["premises"].tolist() == result.wards["premises"].tolist() == [100, 60]
    assert result.sites["area_code"].tolist() == result.sites["ward_code"].tolist()


@pytest.mark.parametrize(
    ("level", "words"),
    [("hexagon", "hexagon of 500 m"), ("grid", "square of 500 m"), ("ward", "Code of the ward (Office")],
)
def test_the_description_of_a_table_says_what_one_row_is(level, words):
    package = json.loads(data_package(made(place(BY_AREA), level)))
    assert words in package["resources"][0]["schema"]["fields"][0]["description"]


@pytest.mark.parametrize("level", ["ward", "hexagon", "grid"])
def test_every_output_is_written_at_every_level(level, tmp_path):
    """With cells so large that the second ward has none of its own."""
    folder = write_street(tmp_path / "street", more=FEW_DRAWS_LINES)
    text = (folder / "plan.toml").read_text().replace('areas = "output_area"', f'areas = "{level}"\ncell_m = 5_000')
    (folder / "plan.toml").write_text(text)
    file = read_plan_file(folder)
    (tmp_path / "out").mkdir()
    write_plan(plan_of(file), tmp_path / "out", file=file, command=["connected-place"])
    assert (tmp_path / "out" / "plan.gpkg").is_file()
    rows = pd.read_csv(tmp_path / "out" / "areas.csv")
    assert rows["premises"].sum() == 160
    assert rows["ward_name"].notna().all()


def test_a_ward_without_a_cell_of_its_own_still_has_its_page():
    """One hexagon of 9 km contains the place; its ward is that of most of the areas."""
    result = made(place(BY_AREA), "hexagon", 9_000.0)
    assert result.areas["ward_code"].tolist() == ["E05000002"]
    assert "E05000001" in pages(result)["wards/E05000001.html"]


def test_cells_smaller_than_fifty_metres_are_refused(tmp_path):
    (tmp_path / "plan.toml").write_text(
        '[place]\nname = "P"\nlad = "L"\nareas = "grid"\ncell_m = 49\n[[source]]\nkind = "venues"\npath = "v.csv"\n'
    )
    with pytest.raises(PlanFileError, match=r"place.cell_m.*50 or more.*NOT_POSITIVE"):
        read_plan_file(tmp_path)
