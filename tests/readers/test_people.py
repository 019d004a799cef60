"""Residents and households by area: counts and what they are part of, and the year of the areas."""

import numpy as np
import pytest
import rasterio

from connected_place.gis_data.errors import CrsError, DataError
from connected_place.gis_data.readers.people import read_older_people, read_people, read_population_raster

from ..publisher_files import codes, read
from ..small_places import REAL_DATA, needs_real_data

# Headers of Nomis' Census 2021 bulk files as public code reads them (TS001, TS003, TS007A, TS045); TS041's is the one
# of the embedded borough. 2011 spellings (KS404EW) from memory.
TS001 = (
    "date,geography,geography code,Residence type: Total; measures: Value,"
    "Residence type: Lives in a household; measures: Value"
)
TS003 = "date,geography,geography code,Household composition: Total; measures: Value"
TS041 = "date,geography,geography code,Number of households"
NO_CAR = "Number of cars or vans: No cars or vans in household"
TS045 = (
    f"date,geography,geography code,Number of cars or vans: Total: All households,{NO_CAR},"
    "Number of cars or vans: 1 car or van in household"
)
BANDS = [
    "Age: Aged 4 years and under",
    *(f"Age: Aged {age} to {age + 4} years" for age in range(5, 85, 5)),
    "Age: Aged 85 years and over",
]
TS007A = ",".join(["date", "geography", "geography code", "Age: Total", *BANDS])


@pytest.mark.parametrize(
    ("kind", "header", "cells", "column", "value"),
    [
        ("population", TS001, "227,224", "population", 227),
        ("households", TS003, "110", "households", 110),
        ("households", TS041, "110", "households", 110),
    ],
)
def test_a_census_table_gives_one_count_for_each_area(tmp_path, kind, header, cells, column, value):
    """The column date is the census, and so the year of the codes."""
    layer = read(read_people, kind, tmp_path / "census.csv", f"{header}\n2021,E00080505,E00080505,{cells}\n")
    assert layer.frame[column].to_dict() == {"E00080505": value}
    assert (layer.level, layer.year, layer.provenance.vintage) == ("output_area", "2021", "on output areas 2021")


@pytest.mark.parametrize(
    ("header", "code", "level", "year"),
    [
        ("OA11CD,LSOA11CD,All Ages", "E00080505,E01015921,9", "output_area", "2011"),  # the finest level
        ("LSOA 2021 Code,LSOA 2021 Name,Total", "E01015921,Thurrock 015A,9", "lsoa", "2021"),  # mid-year estimates
        ("LSOA code (2011),population", "E01015921,9", "lsoa", "2011"),
        ("lsoacd,population", "E01015921,9", "lsoa", ""),
        ("date,geography code,population", "2011,E01015921,9", "lsoa", "2011"),
        ("place,name,population", "E05002229,Aveley,9", "ward", ""),  # known from the cells alone
    ],
)
def test_level_and_year_of_the_codes_come_from_the_header_or_are_unknown(tmp_path, header, code, level, year):
    layer = read(read_people, "population", tmp_path / "people.csv", f"{header}\n{code}\n")
    assert (layer.level, layer.year, layer.frame["population"].tolist()) == (level, year, [9.0])


def test_rows_of_another_level_are_set_aside(tmp_path):
    text = "geography code,population\nE01015921,9\nE01015922,8\nE06000034,17\n"
    layer = read(read_people, "population", tmp_path / "people.csv", text)
    assert layer.frame["population"].sum() == 17
    assert layer.provenance.set_aside == {"codes of another level": 1}


def test_households_without_a_car_come_with_all_households(tmp_path):
    text = f"{TS045}\n2021,E00080505,E00080505,110,33,50\n2021,E00080506,E00080506,100,0,60\n"
    layer = read(read_people, "no-car-households", tmp_path / "census2021-ts045-oa.csv", text)
    sums = layer.frame[["no_car_households", "households"]].sum()
    assert sums["no_car_households"] / sums["households"] == 33 / 210


def test_a_part_is_at_most_the_whole(tmp_path):
    with pytest.raises(DataError, match="more no car households than households") as refusal:
        read(read_people, "no-car-households", tmp_path / "t.csv", f"{TS045}\n2021,E00080505,E00080505,30,33,0\n")
    assert (codes(refusal), refusal.value.faults[0].rows) == (["MORE_THAN_ALL"], (2,))


@pytest.mark.parametrize(
    ("header", "cells", "older", "everyone"),
    [
        (TS007A, "18," + ",".join(["1"] * 18), 5, 18),  # 65-69, 70-74, 75-79, 80-84, 85+
        ("OA11CD,All Ages," + ",".join(map(str, range(91))), "91," + ",".join(["1"] * 91), 26, 91),  # 90 is 90+
        (
            "LSOA 2021 Code," + ",".join(f"{sex}{age}" for sex in "FM" for age in range(91)),
            ",".join(["1"] * 182),
            52,
            182,
        ),
        ("LSOA21CD,Total,0-64,65+", "10,8,2", 2, 10),
    ],
)
def test_residents_from_65_on_are_summed_whatever_the_bands(tmp_path, header, cells, older, everyone):
    code = ["2021", "E01015921"] if header == TS007A else []
    line = ",".join([*code, "E01015921", cells])
    layer = read(read_older_people, "older-residents", tmp_path / "ages.csv", f"{header}\n{line}\n")
    assert layer.frame.loc["E01015921"].to_dict() == {"older_residents": older, "residents": everyone}


@pytest.mark.parametrize(
    "header",
    [
        "LSOA21CD,All Ages,0-15,16-59,60-74,75+",  # a band across 65
        "LSOA21CD,All Ages,65-69,70+",  # the young are missing
        "LSOA21CD,All Ages,0-64,65+,M65",  # persons and men would count twice
        "LSOA21CD,All Ages",
    ],
)
def test_bands_that_do_not_part_at_65_are_refused(tmp_path, header):
    cells = ",".join(["E01015921", *["5"] * header.count(",")])
    with pytest.raises(DataError, match="at 65 years") as refusal:
        read(read_older_people, "older-residents", tmp_path / "ages.csv", f"{header}\n{cells}\n")
    assert codes(refusal) == ["AGE_BANDS"]


def test_fewer_than_no_older_people_are_refused(tmp_path):
    with pytest.raises(DataError, match="below 0") as refusal:
        read(
            read_older_people, "older-residents", tmp_path / "ages.csv", "LSOA21CD,Total,0-64,65+\nE01015921,9,10,-1\n"
        )
    assert codes(refusal) == ["NEGATIVE"]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("name,population\nAveley,9\n", "LEVEL_UNKNOWN", "No column has the codes"),
        ("LSOA21CD,population\nE01015921,9\n,8\n", "KEY_MISSING", "has no area code"),
        ("LSOA21CD,population\nE01015921,9\nE01015921,8\n", "KEY_DUPLICATE", "unclear which row to use"),
        ("LSOA21CD,population\nE01015921,nine\n", "NOT_A_NUMBER", "not a number"),
        ("LSOA21CD,population\nE01015921,-9\n", "NEGATIVE", "below 0"),
    ],
)
def test_a_table_that_misleads_is_refused(tmp_path, text, code, words):
    with pytest.raises(DataError, match=words) as refusal:
        read(read_people, "population", tmp_path / "people.csv", text)
    assert codes(refusal) == [code]


def test_a_suppressed_count_is_not_known_and_not_0(tmp_path):
    layer = read(read_people, "population", tmp_path / "p.csv", "LSOA21CD,population\nE01015921,<3\nE01015922,0\n")
    assert np.isnan(layer.frame.loc["E01015921", "population"])
    assert layer.frame.loc["E01015922", "population"] == 0


def test_the_planner_may_name_code_and_count(tmp_path):
    text = "area,area2,people\nE01015921,E06000034,9\n"
    columns = {"code": "area", "population": "people"}
    layer = read(read_people, "population", tmp_path / "p.csv", text, columns=columns)
    assert layer.frame["population"].to_dict() == {"E01015921": 9.0}


def grid(path, values, *, crs="EPSG:27700", nodata=-1.0):
    """A GeoTIFF of 100 m cells whose corner is at 560000, 180200."""
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=len(values[0]),
        height=len(values),
        count=1,
        dtype="float32",
        crs=crs,
        transform=rasterio.Affine(100, 0, 560_000, 0, -100, 180_200),
        nodata=nodata,
    ) as file:
        file.write(np.array(values, dtype="float32"), 1)
    return path


def test_a_population_grid_keeps_its_total_and_what_is_not_known(tmp_path):
    path = grid(tmp_path / "people.tif", [[10.0, 0.0], [2.5, -1.0]])
    layer = read(read_population_raster, "population-raster", path, release="2026")
    assert (np.nansum(layer.raster.values), layer.raster.cell_m, layer.raster.crs) == (12.5, 100, "EPSG:27700")
    assert np.isnan(layer.raster.values[1, 1])
    assert (layer.provenance.rows_used, layer.provenance.set_aside) == (3, {"cells without a value": 1})


def test_fewer_than_no_people_are_refused(tmp_path):
    path = grid(tmp_path / "people.tif", [[10.0, -3.0], [2.5, -1.0]])
    with pytest.raises(DataError, match="fewer than 0 people") as refusal:
        read(read_population_raster, "population-raster", path)
    assert codes(refusal) == ["NEGATIVE"]


def test_a_population_grid_in_degrees_is_refused(tmp_path):
    with pytest.raises(CrsError, match="metres") as refusal:
        read(read_population_raster, "population-raster", grid(tmp_path / "p.tif", [[1.0]], crs="EPSG:4326"))
    assert codes(refusal) == ["CRS_NOT_METRES"]


@needs_real_data
def test_the_real_people_of_thurrock():
    """Mid-2015 by single year of age on 499 output areas of 2011; households of 2021 on 100 LSOAs."""
    folder = REAL_DATA / "thurrock" / "people"
    residents = read(read_people, "population", folder / "oa11_population_mid2015.csv")
    older = read(read_older_people, "older-residents", folder / "oa11_population_mid2015.csv")
    households = read(read_people, "households", folder / "lsoa21_households_census2021.csv")
    assert (len(residents.frame), residents.year, residents.level) == (499, "2011", "output_area")
    assert older.frame["residents"].equals(residents.frame["population"].rename("residents"))
    assert 0.13 < older.frame["older_residents"].sum() / older.frame["residents"].sum() < 0.14
    assert (len(households.frame), households.year, households.level) == (100, "2021", "lsoa")
