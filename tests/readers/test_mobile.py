"""Ofcom's mobile coverage: suffixes are numbers of operators, a blank is 0, and a group adds up to 100."""

import pytest

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.readers.mobile import read_mobile_coverage

from ..publisher_files import codes, read

# The header of 202507_mobile_coverage_laua_r01.csv, 161 columns, seen in the real file.
COUNTS = ["prem_count", "pixel_count", "ab_rd_count", "mway_count", "mway_ard_count"]
PLACES = ["prem_out", "prem_in", "geo_out", "abrd_in", "mway_in", "mway_ard_in"]
GROUPS = [
    *(f"{technology}_{place}" for technology in ("2G", "3G", "4G", "Voice") for place in PLACES),
    *(
        f"5G_{kind}{confidence}_confidence_{place}"
        for kind in ("", "SA_")
        for confidence in ("high", "very_high")
        for place in ("prem_out", "geo_out")
    ),
]
CELLS = [f"{group}_{number}" for group in GROUPS for number in range(4 if group.startswith("2G") else 5)]
HEADER = ["laua", "laua_name", *COUNTS, *CELLS]


def authority(code: str = "E06000034", name: str = "Thurrock", **cells: str) -> str:
    """A row whose groups are all covered by one operator fewer than all, unless cells say otherwise."""
    known = {"laua": code, "laua_name": f'"{name}"', **dict.fromkeys(COUNTS, "73355")}
    full = {f"{group}_{3 if not group.startswith('2G') else 2}": "100" for group in GROUPS}
    return ",".join((known | full | cells).get(name, "") for name in HEADER)


def written(folder, *rows: str, header: list[str] = HEADER, name: str = "202507_mobile_coverage_laua_r01.csv"):
    text = "\r\n".join([",".join(header), *rows, ""])
    return read(read_mobile_coverage, "ofcom-mobile-coverage", folder / name, f"\ufeff{text}")


def test_the_header_of_the_test_is_that_of_the_release():
    assert len(HEADER) == 161
    assert [HEADER[7], HEADER[35], HEADER[-1]] == [
        "2G_prem_out_0",
        "3G_prem_out_4",
        "5G_SA_very_high_confidence_geo_out_4",
    ]


def test_a_share_is_that_of_no_operator_and_that_of_all(tmp_path):
    """2.5 % of premises indoors have no 4G, 60 % have four operators; blanks are 0."""
    layer = written(
        tmp_path,
        authority(**{"4G_prem_in_0": "2.5", "4G_prem_in_3": "37.5", "4G_prem_in_4": "60", "4G_geo_out_3": "100.00"}),
    )
    found = layer.frame.loc["E06000034"]
    assert (found["4g_prem_in_no_operator_share"], found["4g_prem_in_all_share"]) == (0.025, 0.6)
    assert (found["4g_geo_out_no_operator_share"], found["4g_geo_out_all_share"]) == (0.0, 0.0)
    assert (found["5g_sa_high_confidence_prem_out_no_operator_share"], found["premises"]) == (0.0, 73_355)
    assert (layer.level, layer.measure, layer.provenance.vintage) == ("authority", "share", "2025-07")


def test_3g_is_never_offered_as_need(tmp_path):
    """3G is switched off: fewer operators is not worse mobile."""
    offered = [name for name in written(tmp_path, authority()).frame if name.endswith("_share")]
    assert not [name for name in offered if name.startswith(("2g", "3g")) or "_abrd_" in name or "_mway_" in name]
    assert len(offered) == 2 * (3 + 3 + 8)


def test_names_in_capitals_and_with_commas_join_on_the_code(tmp_path):
    layer = written(
        tmp_path, authority("E06000019", "HEREFORDSHIRE, COUNTY OF"), authority("S12000013", "Na h-Eileanan Siar")
    )
    assert layer.frame["name"].to_dict() == {"E06000019": "HEREFORDSHIRE, COUNTY OF", "S12000013": "Na h-Eileanan Siar"}


def test_a_group_without_any_cell_is_not_reported_and_not_full(tmp_path):
    layer = written(tmp_path, authority(**{"Voice_prem_in_3": "", "3G_mway_in_3": ""}))
    assert layer.frame["voice_prem_in_no_operator_share"].isna().all()
    assert layer.frame["voice_prem_in_all_share"].isna().all()


@pytest.mark.parametrize(("cell", "is_refused"), [("36.4", False), ("36.6", False), ("40", True), ("30", True)])
def test_a_group_adds_up_to_100_within_rounding(tmp_path, cell, is_refused):
    """2.5 + cell + 60; 37.5 would be 100."""
    row = authority(**{"4G_prem_in_0": "2.5", "4G_prem_in_3": cell, "4G_prem_in_4": "61"})
    if not is_refused:
        assert written(tmp_path, row).frame.loc["E06000034", "4g_prem_in_all_share"] == 0.61
        return
    with pytest.raises(DataError, match="4G_prem_in_0 to 4G_prem_in_4 do not add up") as refusal:
        written(tmp_path, authority("E06000033"), row)
    assert (codes(refusal), refusal.value.faults[0].rows) == (["GROUP_SUM"], (3,))


def test_every_fault_is_named_at_once(tmp_path):
    row = authority("Thurrock", **{"4G_prem_in_0": "-1", "4G_prem_in_3": "x1", "4G_geo_out_3": "130"})
    with pytest.raises(DataError, match="not contain a valid code") as refusal:
        written(tmp_path, row)
    assert {"CODE_FORM", "NEGATIVE", "NOT_A_NUMBER", "OUT_OF_RANGE", "GROUP_SUM"} == set(codes(refusal))


def test_a_file_of_something_else_is_refused(tmp_path):
    with pytest.raises(DataError, match="4G_prem_in_0") as refusal:
        read(read_mobile_coverage, "ofcom-mobile-coverage", tmp_path / "f.csv", "laua,All Premises\nE06000034,73355\n")
    assert codes(refusal) == ["NO_COVERAGE_COLUMNS"]
