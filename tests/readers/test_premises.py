"""Postcode directories of every year, Code-Point Open and OS Open UPRN: the same columns, whatever the header."""

import pandas as pd
import pytest

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.readers.premises import read_postcodes, read_uprns

from ..publisher_files import codes, read, warned
from ..small_places import REAL_DATA, needs_real_data

# Headers read in public code against the real files: ONSPD 2011 and 2023, NSPL 2022 and 2024, NSPL of August 2026;
# Code-Point Open's from its own Code-Point_Open_Column_Headers.csv. Columns without use here are left out of rows.
ONSPD_2011 = "pcd,pcd2,pcds,dointr,doterm,oscty,oslaua,osward,usertype,oseast1m,osnrth1m,osgrdind,oa11,lsoa11"
ONSPD_2023 = (
    "pcd,pcd2,pcds,dointr,doterm,oscty,ced,oslaua,osward,oseast1m,osnrth1m,osgrdind,oa01,oa11,lsoa11,oa21,lsoa21"
)
NSPL_2024 = "pcd,pcd2,pcds,dointr,doterm,usertype,oseast1m,osnrth1m,osgrdind,oa21,cty,ced,laua,ward,lsoa21,lat,long"
NSPL_2026 = (
    "pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,oa21cd,cty26cd,ced25cd,lad26cd,wd26cd,lsoa21cd,lat,"
    "long"
)
CODE_POINT = (
    "Postcode,Positional_quality_indicator,Eastings,Northings,Country_code,NHS_regional_HA_code,NHS_HA_code,"
    "Admin_county_code,Admin_district_code,Admin_ward_code"
)

CELLS = {
    **dict.fromkeys(["pcd", "pcd2", "pcds", "pcd7", "pcd8"], "RM17 6EE"),
    **dict.fromkeys(["oseast1m", "east1m"], "561600"),
    **dict.fromkeys(["osnrth1m", "north1m"], "177900"),
    **dict.fromkeys(["osgrdind", "gridind"], "1"),
    "oa01": "00KGGH0001",
    "oa11": "E00080505",
    **dict.fromkeys(["oa21", "oa21cd"], "E00180505"),
    "lsoa11": "E01015921",
    **dict.fromkeys(["lsoa21", "lsoa21cd"], "E01034921"),
    **dict.fromkeys(["oslaua", "laua", "lad26cd"], "E06000034"),
    **dict.fromkeys(["osward", "ward", "wd26cd"], "E05002229"),
    "dointr": "198001",
}


def row(header: str, **cells: str) -> str:
    known = CELLS | cells
    return ",".join(known.get(name, "") for name in header.split(","))


@pytest.mark.parametrize(
    ("header", "output_area", "year", "lsoa"),
    [
        (ONSPD_2011, "E00080505", "2011", "E01015921"),
        (ONSPD_2023, "E00180505", "2021", "E01034921"),  # three censuses in one file: the latest
        (NSPL_2024, "E00180505", "2021", "E01034921"),
        (NSPL_2026, "E00180505", "2021", "E01034921"),
    ],
)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_directory_of_any_year_gives_the_same_columns(tmp_path, header, output_area, year, lsoa, mark):
    layer = read(read_postcodes, "postcodes", tmp_path / "NSPL.csv", f"{mark}{header}\r\n{row(header)}\r\n")
    found = layer.frame.loc["RM176EE"]
    assert (found["output_area"], found["output_area_year"], found["lsoa"]) == (output_area, year, lsoa)
    assert found["lsoa_year"] == year
    assert (found["authority"], found["ward"], bool(found["live"])) == ("E06000034", "E05002229", True)
    assert (found.geometry.x, found.geometry.y) == (561_600, 177_900)
    assert layer.provenance.vintage == f"not stated, output areas {year}"


def test_a_year_that_is_not_published_yet_is_read_too(tmp_path):
    header = NSPL_2026.replace("oa21cd", "oa31cd").replace("lad26cd", "lad33cd")
    text = f"{header}\n{row(header, oa31cd='E00280505', lad33cd='E06000099')}\n"
    layer = read(read_postcodes, "postcodes", tmp_path / "NSPL.csv", text)
    found = layer.frame.loc["RM176EE"]
    assert (found["output_area_year"], found["output_area"], found["authority"]) == ("2031", "E00280505", "E06000099")


def test_the_planner_may_name_the_older_output_areas(tmp_path):
    path = tmp_path / "ONSPD.csv"
    layer = read(
        read_postcodes, "postcodes", path, f"{ONSPD_2023}\n{row(ONSPD_2023)}\n", columns={"output_area": "oa11"}
    )
    assert layer.frame.loc["RM176EE", ["output_area", "output_area_year"]].tolist() == ["E00080505", "2011"]


def test_a_terminated_postcode_is_known_and_not_live(tmp_path):
    text = f"{NSPL_2026}\n{row(NSPL_2026)}\n{row(NSPL_2026, pcds='RM17 6EF', doterm='201506')}\n"
    layer = read(read_postcodes, "postcodes", tmp_path / "NSPL.csv", text)
    assert layer.frame["live"].to_dict() == {"RM176EE": True, "RM176EF": False}


def test_postcodes_without_a_place_are_set_aside_with_the_reason(tmp_path):
    rows = [
        row(NSPL_2026),
        row(NSPL_2026, pcds="GY1 1AA", gridind="9", east1m="", north1m=""),  # Guernsey has no grid reference
        row(NSPL_2026, pcds="BT1 1AA", east1m="333800", north1m="374200"),  # Irish grid: would lie near Carlisle
        row(NSPL_2026, pcds="RM17 6EG", east1m="", north1m=""),
    ]
    layer = read(read_postcodes, "postcodes", tmp_path / "NSPL.csv", "\n".join([NSPL_2026, *rows, ""]))
    assert layer.frame.index.tolist() == ["RM176EE"]
    assert layer.provenance.set_aside == {
        "Northern Ireland: on the Irish grid": 1,
        "no position (grid reference quality 9)": 1,
        "no position": 1,
    }


@pytest.mark.parametrize("header", ["", f"{CODE_POINT}\n"])
def test_code_point_open_is_read_with_and_without_a_header(tmp_path, header):
    """Quality 90 comes with the position 0, 0 and is not a place off Cornwall."""
    rows = '"RM17 6EE",10,561600,177900,"E92000001","","","","E06000034","E05002229"\n'
    unplaced = '"RM176EF",90,0,0,"E92000001","","","","E06000034","E05002229"\n'
    layer = read(read_postcodes, "postcodes", tmp_path / "rm.csv", header + rows + unplaced)
    assert layer.frame.index.tolist() == ["RM176EE"]
    found = layer.frame.loc["RM176EE"]
    assert (found["authority"], found["ward"], found["output_area"], bool(found["live"])) == (
        "E06000034",
        "E05002229",
        "",
        True,
    )
    assert layer.provenance.set_aside == {"no position (grid reference quality 90)": 1}


@pytest.mark.parametrize(("header", "at"), [("", 2), (f"{CODE_POINT}\n", 3)])
def test_faults_name_the_rows_that_an_editor_shows(tmp_path, header, at):
    rows = '"RM17 6EE",10,561600,177900,"","","","","",""\n"RM17",10,561600,177900,"","","","","",""\n'
    layer = read(read_postcodes, "postcodes", tmp_path / "rm.csv", header + rows)
    assert [(fault.code, fault.rows) for fault in layer.warnings] == [("CELL_AS_BLANK", (at,))]
    assert layer.provenance.set_aside == {"no valid postcode": 1}


def test_a_ragged_file_without_a_header_names_its_row(tmp_path):
    rows = '"RM17 6EE",10,561600,177900,"","","","","",""\n"RM17 6EF",10,561600\n"RM17 6EG",10,1,2,"","","","","",""\n'
    with pytest.raises(DataError, match="RAGGED") as refusal:
        read(read_postcodes, "postcodes", tmp_path / "rm.csv", rows)
    assert refusal.value.faults[0].rows == (2,)


def test_one_postcode_in_two_places_is_refused(tmp_path):
    text = f"{NSPL_2026}\n{row(NSPL_2026)}\n{row(NSPL_2026, east1m='561700')}\n"
    with pytest.raises(DataError, match="unclear which row to use") as refusal:
        read(read_postcodes, "postcodes", tmp_path / "NSPL.csv", text)
    assert codes(refusal) == ["KEY_DUPLICATE"]


UPRN_HEADER = "UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE"  # as released in August 2026


def test_property_numbers_are_points_and_text_without_leading_zeros(tmp_path):
    text = f"\ufeff{UPRN_HEADER}\n000100091537,561625.00,187848.00,51.5663,0.3305\n"
    layer = read(read_uprns, "uprns", tmp_path / "osopenuprn_202507.csv", text)
    assert layer.frame.index.tolist() == ["100091537"]
    assert (layer.frame.geometry.x.iloc[0], layer.provenance.vintage) == (561_625, "2025-07")


def test_a_property_whose_degrees_deny_its_metres_is_refused(tmp_path):
    text = f"{UPRN_HEADER}\n1,561625.00,187848.00,51.5663,0.3305\n2,561625.00,187848.00,51.5663,-0.3305\n"
    with pytest.raises(DataError, match="km apart") as refusal:
        read(read_uprns, "uprns", tmp_path / "osopenuprn_202507.csv", text)
    assert (codes(refusal), refusal.value.faults[0].rows) == (["COORD_DISAGREE"], (3,))


def test_a_property_number_that_a_spreadsheet_rounded_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"1\.00091E\+11") as refusal:
        read(read_uprns, "uprns", tmp_path / "u.csv", f"{UPRN_HEADER}\n1.00091E+11,561625,187848,51.5663,0.3305\n")
    assert codes(refusal) == ["ID_SPOILT"]


@needs_real_data
def test_the_real_directory_of_thurrock():
    """4,979 postcodes ever, 3,278 of them live; the file has no output areas."""
    layer = read(read_postcodes, "postcodes", REAL_DATA / "thurrock" / "people" / "postcodes_E06000034_thurrock.csv")
    assert (len(layer.frame), int(layer.frame["live"].sum())) == (4_979, 3_278)
    assert set(layer.frame["output_area_year"]) == {""}
    assert layer.frame["lsoa"].str.startswith("E01").all()
    assert warned(layer) == []
    assert layer.frame.geometry.notna().all()
    assert pd.Index(layer.frame.index).is_monotonic_increasing
