"""Eighteen faults planted in the sample's files, of every format: one call of check names each where it is."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from connected_place.api import open_plan
from connected_place.gis_data.catalogue import SAMPLE
from connected_place.gis_data.readers import read_layers
from connected_place.scripts.commands.check import report
from connected_place.scripts.config import read_plan_file

OA, PC = "202601_fixed_oa_coverage_r1.csv", "202601_fixed_pc_coverage_r2_QX.csv"
IOD = "File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv"


def cell(row: int, column: str, value: str) -> Callable[[Path], None]:
    """Write a value into a cell of a CSV file; rows as an editor shows them."""

    def spoil(path: Path) -> None:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        cells = lines[row - 1].split(",")
        cells[lines[0].split(",").index(column)] = value
        lines[row - 1] = ",".join(cells)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    return spoil


def text(change: Callable[[str], str]) -> Callable[[Path], None]:
    """Change the whole text of a file."""

    def spoil(path: Path) -> None:
        path.write_text(change(path.read_text(encoding="utf-8-sig")), encoding="utf-8")

    return spoil


def line(row: int, change: Callable[[str], str]) -> Callable[[Path], None]:
    """Change one line of a text file."""

    def of_lines(content: str) -> str:
        lines = content.splitlines()
        lines[row - 1] = change(lines[row - 1])
        return "\n".join(lines) + "\n"

    return text(of_lines)


def cut(path: Path) -> None:
    """Leave the first half of a file's bytes."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def swap_coordinates(path: Path) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))

    def swapped(part):
        return part[::-1] if isinstance(part[0], float) else [swapped(item) for item in part]

    for feature in content["features"]:
        feature["geometry"]["coordinates"] = swapped(feature["geometry"]["coordinates"])
    path.write_text(json.dumps(content), encoding="utf-8")


def second_shape_of_one_ward(path: Path) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    content["features"][1]["properties"]["WD25CD"] = content["features"][0]["properties"]["WD25CD"]
    path.write_text(json.dumps(content), encoding="utf-8")


def excel_error(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book.active["G9"] = "#REF!"
    book.active["G9"].data_type = "e"
    book.save(path)


FAULTS = [
    (OA, cell(5, "All Premises", "-12"), "NEGATIVE", 5, "premises"),
    (OA, cell(9, "Number of premises with UFBB availability", "many"), "NOT_A_NUMBER", 9, "ufbb_300"),
    (PC, cell(7, "SFBB availability (% premises)", "180"), "OUT_OF_RANGE", 7, "sfbb_pct"),
    (PC, cell(8, "postcode", "NOWHERE"), "CODE_FORM", 8, "postcode"),
    ("OA_2021_EW_BGC.geojson", swap_coordinates, "COORD_SWAPPED", None, ""),
    ("LSOA_2021_EW_BGC.geojson", cut, "TRUNCATED", None, ""),
    ("WD_MAY_2025_UK_BGC.geojson", second_shape_of_one_ward, "KEY_DUPLICATE", 1, "code"),
    ("OA21_LSOA21_WD25_LAD25_EW_LU.csv", line(4, lambda row: row + ",one more"), "RAGGED", 4, ""),
    ("OA_2021_PWC.csv", text(lambda _: "<!DOCTYPE html><html>Please log in</html>"), "NOT_A_CSV", None, ""),
    ("NSPL_NOV_2025_QX.csv", cell(12, "east1m", "12.3.4"), "NOT_A_NUMBER", 12, "easting"),
    ("census2021-ts001-oa.csv", line(6, lambda row: '"' + row), "QUOTE_UNCLOSED", None, ""),
    ("census2021-ts041-oa.csv", text(lambda content: content.splitlines()[0] + "\n"), "NO_ROWS", None, ""),
    ("population_100m_2026.tif", cut, "DAMAGED", None, ""),
    (IOD, text(lambda content: content.replace("Score (rate)", "value").replace("Rank", "Place")), "", None, ""),
    ("asset_register.xlsx", excel_error, "CELL_ERROR", 9, "G"),
    ("existing_public_wifi.csv", text(lambda content: content.replace("Easting", "Northing")), "", None, "Northing"),
    ("footfall_hourly.csv", cell(20, "Hour", "25"), "", 20, "hour"),
    ("dsm_1m_town_centre.tif", lambda path: path.write_text("<VRTDataset/>"), "FORMAT_MISMATCH", None, ""),
]
"""File, what is done to it, the fault's code ("" for any), its row and its column as check names them."""


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory) -> Path:
    """The sample with every fault at once."""
    folder = tmp_path_factory.mktemp("spoilt") / "plan"
    shutil.copytree(SAMPLE, folder)
    for name, spoil, *_ in FAULTS:
        spoil(folder / name)
    return folder


@pytest.fixture(scope="module")
def found(spoilt):
    return report(open_plan(spoilt))


@pytest.mark.parametrize(("file", "code", "row", "column"), [(f, c, r, k) for f, _, c, r, k in FAULTS])
def test_each_planted_fault_is_named_with_its_place_and_its_remedy(found, file, code, row, column):
    fits = [
        fault
        for fault in found.faults
        if fault.blocks and fault.file == file and code in ("", fault.code) and (row is None or row in fault.rows)
    ]
    assert fits, [str(fault) for fault in found.faults if fault.file == file]
    assert any(column in fault.column for fault in fits)
    assert all(fault.remedy for fault in fits)


def test_a_row_that_the_plan_can_do_without_is_a_warning(tmp_path):
    """One place in twenty is placed in the sea: the nineteen others are read."""
    folder = tmp_path / "plan"
    shutil.copytree(SAMPLE, folder)
    cell(3, "Easting", "6000000")(folder / "existing_public_wifi.csv")
    asked = next(item for item in read_plan_file(folder).sources if item.kind == "public-wifi")
    layers, faults = read_layers([asked], folder=folder)
    (layer,) = layers
    assert (faults, len(layer.frame)) == ((), 19)
    assert [(fault.code, fault.rows) for fault in layer.warnings] == [("COORD_RANGE", (3,))]


def test_nothing_else_is_blamed(found):
    assert {fault.file for fault in found.faults if fault.blocks} == {file for file, *_ in FAULTS}


def test_check_ends_with_1_and_says_all_in_one_json(spoilt):
    command = [sys.executable, "-m", "connected_place.scripts.cli", "check", str(spoilt), "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    said = json.loads(ended.stdout)
    assert said["blocked"] is True
    assert {fault["file"] for fault in said["faults"] if fault["blocks"]} == {file for file, *_ in FAULTS}
