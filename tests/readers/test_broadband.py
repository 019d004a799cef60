"""Ofcom's fixed coverage files: every release means the same in our columns, or is refused with the reason."""

import csv
import io
import tomllib
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from connected_place.gis_data.catalogue import source
from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files.input_files import read_input
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.readers.broadband import TIER_KEYS, read_broadband
from connected_place.gis_data.readers.intake import read_layers
from connected_place.gis_data.readers.ofcom_names import file_name, supersede

ENTRY = source("ofcom-fixed-coverage")
HEADERS = tomllib.loads(Path(__file__).parents[1].joinpath("ofcom_headers.toml").read_text(encoding="utf-8"))
KEYS = {"postcode": "RM11 1AA", "laua": "E06000034", "parl_const": "E14000933", "postcode.no.spaces": "RM111AA"}

UNABLE_10, UNABLE_30 = "% of premises unable to receive 10Mbit/s", "% of premises unable to receive 30Mbit/s"
SFBB, UFBB_100 = "SFBB availability (% premises)", "UFBB (100Mbit/s) availability (% premises)"
UFBB, GIGABIT = "UFBB availability (% premises)", "Gigabit availability (% premises)"


def read(folder: Path, name: str, text: str, *, release: str = "", encoding: str = "utf-8"):
    """The layer of a coverage file with this name and content."""
    (folder / name).write_text(text, encoding=encoding, newline="")
    asked = SourceFile(kind=ENTRY.id, path=name, release=release)
    return read_broadband(ENTRY, read_input(name, folder=folder), asked)


def table(*rows: dict[str, object]) -> str:
    """Rows as CSV."""
    return pd.DataFrame(rows).to_csv(index=False)


def code_of(error: pytest.ExceptionInfo[DataError]) -> list[str]:
    return [fault.code for fault in error.value.faults]


def a_row(header: str) -> str:
    """One row of zeros under a header, with a key of the right form."""
    names = next(csv.reader(io.StringIO(header)))
    known = {"status": "OK", "available": "TRUE", "lines.less": "FALSE", "lines <": "N", "laua_name": "Thurrock"}
    cells = [
        KEYS.get(name.lower(), next((value for part, value in known.items() if part in name.lower()), "0"))
        for name in names
    ]
    return ",".join(cells)


# --- every published header ------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", HEADERS)
@pytest.mark.parametrize(("encoding", "line_end"), [("utf-8", "\n"), ("utf-8-sig", "\r\n")])
def test_every_published_header_is_read_or_refused_with_the_reason(tmp_path, edition, encoding, line_end):
    entry = HEADERS[edition]
    text = f"{entry['header']}{line_end}{a_row(entry['header'])}{line_end}"
    if entry["answer"].isupper():
        with pytest.raises(DataError) as error:
            read(tmp_path, entry["file"], text, encoding=encoding)
        assert code_of(error) == [entry["answer"]]
    else:
        layer = read(tmp_path, entry["file"], text, encoding=encoding)
        assert layer.level == entry["answer"]
        assert len(layer.frame) == 1


NEW = {SFBB: 90.5, UFBB_100: 70, UFBB: 60, GIGABIT: 50, UNABLE_10: 1, UNABLE_30: 9.5}
OLD = {SFBB: 30.5, UFBB: 60, UNABLE_10: 1, UNABLE_30: 9.5}


@pytest.mark.parametrize(
    ("name", "row", "gaps"),
    [
        (
            "2014_fixed_pc.csv",
            {"SFBB (>30 Mbit/s) availability by PC (% premises)": 90.5},
            [None, 9.5, None, None, None],
        ),
        ("2016_fixed_pc_r01_RM.csv", OLD, [1, 9.5, None, 40, None]),
        ("2017_fixed_pc_r02_RM.csv", OLD | {"FTTP availability (% premises)": 3}, [1, 9.5, None, 40, None]),
        ("201809_fixed_pc_coverage_r01.csv", OLD | {"pcds": "RM11 1AA"}, [1, 9.5, None, 40, None]),
        ("201909_fixed_pc_coverage_r01_RM.csv", OLD, [1, 9.5, None, 40, None]),
        ("202001_fixed_pc_coverage_r01_RM.csv", NEW, [1, 9.5, 30, 40, 50]),
        ("202309_fixed_postcode_coverage_r01_RM.csv", NEW, [1, 9.5, 30, 40, 50]),
        ("202601_fixed_pc_coverage_r2_RM.csv", NEW, [1, 9.5, 30, 40, 50]),
    ],
)
def test_one_world_gives_the_same_gaps_in_every_release(tmp_path, name, row, gaps):
    """A postcode: 30.5 % have 30 to 300 Mbit/s, 60 % have 300; SFBB includes the latter only from 2020-01 on."""
    layer = read(tmp_path, name, table({"postcode": "RM111AA"} | row))
    found = layer.frame.loc["RM111AA", [f"{tier}_gap" for tier in TIER_KEYS]] * 100
    expected = [np.nan if gap is None else gap for gap in gaps]
    np.testing.assert_allclose(found.to_numpy(dtype=float), expected)


def test_counts_of_2019_and_2020_describe_the_same_world_alike(tmp_path):
    """In the authority file of 2019-09 the percentage of SFBB leaves UFBB out and the number includes it."""
    counts = {
        "laua": "E06000034",
        "All Premises": 1000,
        "All Matched Premises": 990,
        "Number of premises with SFBB availability": 905,
        "Number of premises with UFBB availability": 600,
        "Number of premises unable to receive 10Mbit/s": 10,
        "Number of premises unable to receive 30Mbit/s": 85,
    }
    before = read(tmp_path, "201909_fixed_laua_coverage_r01.csv", table(counts | {SFBB: 30.5, UFBB: 60}))
    after = read(tmp_path, "202001_fixed_laua_coverage_r01.csv", table(counts | {SFBB: 90.5, UFBB: 60}))
    pd.testing.assert_frame_equal(before.frame, after.frame)
    assert before.frame.loc["E06000034", ["sfbb_30_gap", "ufbb_300_gap", "decent_10_gap"]].tolist() == [95, 400, 10]


@pytest.mark.parametrize(
    ("rows", "gap"),
    [
        ([(0, 100), (60, 30)], 0.1),  # UFBB above SFBB: it is left out
        ([(100, 80), (90, 30)], 0.1),  # more than 100 % together: it is included
        ([(60, 30)], None),  # either would do: not known, so not reported
    ],
)
def test_if_what_sfbb_means_is_not_stated_the_rows_decide(tmp_path, rows, gap):
    text = table(*({"postcode": f"RM11{i}AA", SFBB: sfbb, UFBB: ufbb} for i, (sfbb, ufbb) in enumerate(rows)))
    last = read(tmp_path, "Fixed_Postcode_2015.csv", text).frame["sfbb_30_gap"].iloc[-1]
    assert np.isnan(last) if gap is None else last == pytest.approx(gap)


@pytest.mark.parametrize(
    ("name", "sfbb", "ufbb"),
    [("201909_fixed_pc_coverage_r01.csv", 100, 80), ("202001_fixed_pc_coverage_r01.csv", 0, 100)],
)
def test_rows_that_deny_the_release_in_the_name_are_refused(tmp_path, name, sfbb, ufbb):
    row = {"postcode": "RM111AA", SFBB: sfbb, UFBB: ufbb, UNABLE_10: 0, UNABLE_30: 0}
    with pytest.raises(DataError, match="SFBB") as error:
        read(tmp_path, name, table(row))
    assert code_of(error) == ["SFBB_MEANING"]


# --- 2013 ------------------------------------------------------------------------------------------------------

RAW_2013 = """Postcode(No Spaces),Postcode Data Status,NGA Available(Y/N),Number of Connections
RM111AA,OK,Y,20
RM111AB,OK,N,<3
RM111AC,Insufficient Premises,N,N/A
RM111AC,No Data,N,N/A
RM111AD,No Data,N,N/A
"""


def test_2013_says_yes_or_no_for_a_whole_postcode_and_no_data_is_not_no(tmp_path):
    layer = read(tmp_path, "2013_fixed_pc.csv", RAW_2013)
    assert layer.frame["sfbb_30_gap"].fillna(-1).tolist() == [0, 1, 1, -1]
    assert layer.frame["connections"].isna().tolist() == [False, True, True, True]
    assert layer.provenance.set_aside == {"no data, beside a row of the same postcode": 1}
    assert layer.provenance.rows_read == 5


# --- three states ----------------------------------------------------------------------------------------------


def test_a_postcode_that_the_publisher_matched_to_nothing_is_not_reported(tmp_path):
    """0 % with 30 Mbit/s and 0 % without it: no premises was matched, which is neither covered nor not."""
    rows = [
        {"postcode": code, SFBB: 0, UFBB: 0, UNABLE_10: 0, UNABLE_30: gap}
        for code, gap in [("RM111AA", 0), ("RM111AB", 100)]
    ]
    layer = read(tmp_path, "2016_fixed_pc_r01_RM.csv", table(*rows))
    assert layer.frame["matched"].tolist() == [False, True]
    assert layer.frame["sfbb_30_gap"].fillna(-1).tolist() == [-1, 1]


def test_suppressed_lines_make_the_sum_unknown_not_smaller(tmp_path):
    bands = [
        f"Number of connections {band} (number of lines)"
        for band in ("< 2 Mbit/s ", "2<5 Mbit/s", "5<10 Mbit/s", "10<30 Mbit/s", ">= 30 Mbit/s")
    ]
    rows = [
        {"postcode": "RM111AA", UNABLE_30: 0, SFBB: 100} | dict.fromkeys(bands, 2),
        {"postcode": "RM111AB", UNABLE_30: 0, SFBB: 100} | dict.fromkeys(bands, 2) | {bands[1]: "N/A"},
    ]
    layer = read(tmp_path, "2016_fixed_pc_r01_RM.csv", table(*rows))
    assert layer.frame["connections"].fillna(-1).tolist() == [10, -1]


# --- names, revisions, refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "month", "premises", "revision", "area"),
    [
        ("2016_fixed_pc_r01_RM.csv", "2016-06", "all", 1, "RM"),
        ("201809_fixed_pc_coverage_r03.zip", "2018-09", "all", 3, ""),
        ("202601_fixed_pc_coverage_res_r1_RM.csv", "2026-01", "residential", 1, "RM"),
        ("202507_fixed_pc_res_coverage_r01_B.csv", "2025-07", "residential", 1, "B"),
        ("postcode_files.zip/202309_fixed_pc_coverage_r01_ZE.csv", "2023-09", "all", 1, "ZE"),
        ("fixed_la_2017.csv", "2017-06", "all", 0, ""),
    ],
)
def test_the_name_is_the_record_of_month_premises_revision_and_area(name, month, premises, revision, area):
    found = file_name(name)
    assert (found.month, found.premises, found.revision, found.area) == (month, premises, revision, area)


def test_a_later_revision_supersedes_an_earlier_one_of_the_same_area(tmp_path):
    row = {"postcode": "RM111AA"} | NEW
    for name in (
        "202601_fixed_pc_coverage_r1_RM.csv",
        "202601_fixed_pc_coverage_r2_RM.csv",
        "202601_fixed_pc_coverage_r1_SS.csv",
    ):
        (tmp_path / name).write_text(table(row | {"postcode": f"{name[-6:-4]}11{name[-8]}AA"}))
    sources = [SourceFile(kind=ENTRY.id, path=path.name) for path in sorted(tmp_path.iterdir())]
    layers, faults = read_layers(sources, folder=tmp_path)
    assert not faults
    kept = {layer.provenance.file: len(layer.frame) for layer in layers}
    assert kept == {
        "202601_fixed_pc_coverage_r1_RM.csv": 0,
        "202601_fixed_pc_coverage_r1_SS.csv": 1,
        "202601_fixed_pc_coverage_r2_RM.csv": 1,
    }
    replaced = next(layer.provenance for layer in layers if not len(layer.frame))
    assert replaced.set_aside == {"replaced by revision 2": 1}
    assert replaced.rows_read == 1


def test_superseding_leaves_other_kinds_of_file_alone():
    assert supersede([]) == []


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("ofcom.csv", table({"postcode": "RM111AA"} | NEW), "RELEASE_UNKNOWN"),
        ("200901_fixed_pc_coverage_r1.csv", table({"postcode": "RM111AA"} | NEW), "RELEASE_UNKNOWN"),
        ("201805_fixed_pc_performance_r03.csv", table({"postcode": "RM111AA"}), "PERFORMANCE_FILE"),
        ("202601_fixed_pc_coverage_r1.csv", table({"postcode": "RM111AA"}), "NO_COVERAGE_COLUMNS"),
        (
            "202601_fixed_pc_coverage_r1.csv",
            table(*({"postcode": "RM111AA"} | NEW | {SFBB: x} for x in (90, 91))),
            "KEY_DUPLICATE",
        ),
        ("202601_fixed_pc_coverage_r1.csv", table({"postcode": "RM111AA"} | NEW | {SFBB: 180}), "OUT_OF_RANGE"),
        ("202601_fixed_pc_coverage_r1.csv", table({"postcode": ""} | NEW), "KEY_MISSING"),
        ("202601_fixed_pc_coverage_r1.csv", table({"postcode": "RM11"} | NEW), "CODE_FORM"),
        (
            "202601_fixed_oa_coverage_r1.csv",
            table({"output_area": "E00000001", "Number of premises with UFBB availability": 6}),
            "COLUMN_MISSING",
        ),
        ("2016_fixed_laua_r01.csv", table({"laua": "E06000034"} | OLD), "COLUMN_MISSING"),
        (
            "202601_fixed_oa_coverage_r1.csv",
            table({"output_area": "E00000001", "All Premises": 5, "Number of premises with UFBB availability": 6}),
            "MORE_THAN_ALL",
        ),
    ],
)
def test_a_file_that_would_mislead_is_refused_by_name(tmp_path, name, text, code):
    with pytest.raises(DataError) as error:
        read(tmp_path, name, text)
    assert code_of(error) == [code]
    assert all(fault.message and fault.remedy for fault in error.value.faults)


def test_a_stated_release_replaces_a_lost_name(tmp_path):
    layer = read(tmp_path, "ofcom.csv", table({"postcode": "RM111AA"} | NEW), release="2026-01")
    assert layer.provenance.vintage == "2026-01, all premises, revision 0"


def test_a_zip_of_area_files_is_read_as_its_files(tmp_path):
    with zipfile.ZipFile(tmp_path / "202601_postcode_files.zip", "w") as package:
        for area in ("RM", "SS"):
            name = f"postcode_files/202601_fixed_pc_coverage_r2_{area}.csv"
            package.writestr(name, table({"postcode": f"{area}111AA"} | NEW))
    layers, faults = read_layers([SourceFile(kind=ENTRY.id, path="202601_postcode_files.zip")], folder=tmp_path)
    assert not faults
    assert sorted(code for layer in layers for code in layer.frame.index) == ["RM111AA", "SS111AA"]


def test_all_area_files_of_a_nation_are_named_by_one_pattern(tmp_path):
    for area in ("RM", "SS", "CM"):
        (tmp_path / f"202601_fixed_pc_coverage_r2_{area}.csv").write_text(table({"postcode": f"{area}111AA"} | NEW))
    layers, faults = read_layers([SourceFile(kind=ENTRY.id, path="202601_fixed_pc_coverage_r2_*.csv")], folder=tmp_path)
    assert not faults
    assert [layer.provenance.file[-6:-4] for layer in layers] == ["CM", "RM", "SS"]
