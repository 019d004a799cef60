"""Indices of deprivation: income first, ranks with their number, and broadband never counted twice in silence."""

import numpy as np
import pytest

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.readers.deprivation import read_deprivation

from ..publisher_files import codes, read, warned
from ..small_places import REAL_DATA, needs_real_data

RANK = "(where 1 is most deprived)"
# File 7 of 2019, as in the embedded borough's file of 2025 except the years; SIMD and WIMD headers as public code
# reads them ("SIMD2020v2_Rank", "income_rate"; "LSOA code", "WIMD 2019"), the rest of their columns from memory.
FILE_7 = (
    "LSOA code ({lsoa}),LSOA name ({lsoa}),Local Authority District code ({lad}),"
    f"Index of Multiple Deprivation (IMD) Score,Index of Multiple Deprivation (IMD) Rank {RANK},Income Score (rate),"
    f"Income Rank {RANK}"
)
FILE_7_2019 = FILE_7.format(lsoa=2011, lad=2019)
FILE_7_2025 = FILE_7.format(lsoa=2021, lad=2024)
OVERALL = f"LSOA code (2021),Index of Multiple Deprivation (IMD) Rank {RANK}"
SIMD = "Data_Zone,Council_area,Total_population,SIMD2020v2_Rank,SIMD2020v2_Income_Domain_Rank,Income_rate"
WIMD = "LSOA code,LSOA name (Eng),Local Authority name (Eng),WIMD 2019,Income,Employment"


CASES = {
    "File 7 of 2019": (
        "File_7.csv",
        f'{FILE_7_2019}\nE01015921,Thurrock 015A,E06000034,29.5,"6,684",0.151,"8,557"\n',
        (0.151, 8_557, 32_844),
        "IMD 2019, income score, on LSOAs 2011",
    ),
    "File 7 of 2025": (
        "File_7.csv",
        f"{FILE_7_2025}\nE01015921,Thurrock 015A,E06000034,30.8,7894,0.263,11509\n",
        (0.263, 11_509, 33_755),
        "IoD 2025, income score, on LSOAs 2021",
    ),
    "Scotland, a rate as people see it": (
        "simd.csv",
        f"{SIMD}\nS01006506,Aberdeen City,894,4691,4763,8%\n",
        (0.08, 4_763, 6_976),
        "SIMD 2020v2, income score, on data zones 2011",
    ),
    "Scotland, a rate as a number": (
        "simd.csv",
        f"{SIMD}\nS01006506,Aberdeen City,894,4691,4763,0.08\n",
        (0.08, 4_763, 6_976),
        "SIMD 2020v2, income score, on data zones 2011",
    ),
    "Wales": (
        "wimd.csv",
        f"{WIMD}\nW01000001,Aberffraw,Isle of Anglesey,885,931,877\n",
        (np.nan, 931, 1_909),
        "WIMD 2019, income rank, on LSOAs 2011",
    ),
    "ranks only": (
        "imd2019_lsoa11.csv",
        "lsoa11_code,IMD_rank,Income_rank\nE01015921,6684.0,8557.0\n",
        (np.nan, 8_557, 32_844),
        "IMD 2019, income rank, on LSOAs 2011",
    ),
}


@pytest.mark.parametrize(("name", "text", "values", "vintage"), CASES.values(), ids=CASES)
def test_the_income_domain_comes_first_and_the_edition_is_named(tmp_path, name, text, values, vintage):
    layer = read(read_deprivation, "deprivation", tmp_path / name, text)
    columns = ["deprivation", "deprivation_rank", "deprivation_ranks"]
    np.testing.assert_equal(layer.frame[columns].to_numpy(), [values])
    assert (layer.provenance.vintage, layer.level, warned(layer)) == (vintage, "lsoa", [])


IDACI = "Income Deprivation Affecting Children Index (IDACI) Score (rate)"


@pytest.mark.parametrize(
    ("header", "cells", "found"),
    [
        (f"{FILE_7_2025},Employment Score (rate),{IDACI}", "a,E,30.8,7894,0.263,11509,0.149,0.31", [0.149, 0.31]),
        (f"{FILE_7_2025},Employment Score (rate)", "a,E,30.8,7894,0.263,11509,0.149", [0.149, -1]),
        (FILE_7_2025, "a,E,30.8,7894,0.263,11509", [-1, -1]),
        (f"{SIMD},employment_rate", "Aberdeen,894,4691,4763,8%,7%", [0.07, -1]),
    ],
)
def test_the_scores_of_employment_and_of_children_are_kept_beside_income(tmp_path, header, cells, found):
    code = "S01006506" if header.startswith(SIMD) else "E01015921"
    layer = read(read_deprivation, "deprivation", tmp_path / "f.csv", f"{header}\n{code},{cells}\n")
    columns = ["deprivation_employment", "deprivation_children"]
    assert layer.frame[columns].fillna(-1).to_numpy().tolist() == [found]
    assert "income score" in layer.provenance.vintage


def test_a_planner_who_names_the_column_of_employment_keeps_the_income_score(tmp_path):
    text = f"{FILE_7_2025},Out of work\nE01015921,a,E,30.8,7894,0.263,11509,0.149\n"
    columns = {"deprivation_employment": "Out of work"}
    layer = read(read_deprivation, "deprivation", tmp_path / "f.csv", text, columns=columns)
    assert layer.frame[["deprivation", "deprivation_employment"]].to_numpy().tolist() == [[0.263, 0.149]]


@pytest.mark.parametrize(
    ("name", "text", "is_warned"),
    [
        ("f.csv", f"{OVERALL}\nE01015921,7894\n", True),  # IoD 2025
        ("f.csv", f"{OVERALL.replace('2021', '2011')},Local Authority District code (2019)\nE01015921,6684,E\n", False),
        ("f.csv", "Data_Zone,SIMD2020v2_Rank\nS01006506,4691\n", True),
        ("f.csv", "LSOA code,WIMD 2019\nW01000001,885\n", True),
    ],
)
def test_an_overall_index_that_includes_broadband_is_a_double_count(tmp_path, name, text, is_warned):
    layer = read(read_deprivation, "deprivation", tmp_path / name, text)
    assert ("overall rank" in layer.provenance.vintage, warned(layer) == ["DOUBLE_COUNT"]) == (True, is_warned)
    assert layer.frame["deprivation"].isna().all()


@pytest.mark.parametrize(("other", "warnings"), [("E01015922", []), ("W01000001", ["NATION_MIXED"])])
def test_indices_of_two_nations_in_one_file_are_a_warning(tmp_path, other, warnings):
    """Their ranks are out of different numbers of areas, but the file is read as one edition."""
    text = f"lsoa11_code,IMD_rank,Income_rank\nE01015921,1,1\n{other},2,2\n"
    assert warned(read(read_deprivation, "deprivation", tmp_path / "imd2019_lsoa11.csv", text)) == warnings


def test_areas_that_tie_share_the_mean_of_their_ranks(tmp_path):
    text = "Data_Zone,SIMD2020v2_Rank,SIMD2020v2_Income_Domain_Rank\nS01006506,5047,5955.5\n"
    layer = read(read_deprivation, "deprivation", tmp_path / "f.csv", text)
    assert layer.frame["deprivation_rank"].tolist() == [5_955.5]


def test_the_planner_who_chooses_the_overall_rank_of_2025_is_warned(tmp_path):
    """The file has an income score, and would use it."""
    columns = {"overall_rank": f"Index of Multiple Deprivation (IMD) Rank {RANK}"}
    row = "E01015921,Thurrock 015A,E06000034,30.8,7894,0.263,11509"
    layer = read(read_deprivation, "deprivation", tmp_path / "f.csv", f"{FILE_7_2025}\n{row}\n", columns=columns)
    assert layer.frame["deprivation_rank"].tolist() == [7_894]
    assert warned(layer) == ["DOUBLE_COUNT"]


@pytest.mark.parametrize(
    ("name", "release", "vintage"),
    [
        ("ranks.csv", "", "IMD of 2015 or 2019, overall rank, on LSOAs 2011"),  # both rank the same 32,844 areas
        ("ranks.csv", "2015", "IMD 2015, overall rank, on LSOAs 2011"),
        ("IMD_2019_ranks.csv", "", "IMD 2019, overall rank, on LSOAs 2011"),
    ],
)
def test_an_edition_that_the_header_leaves_open_is_found_by_release_or_name(tmp_path, name, release, vintage):
    text = "lsoa11_code,IMD_rank\nE01015921,6684\n"
    layer = read(read_deprivation, "deprivation", tmp_path / name, text, release=release)
    assert (layer.provenance.vintage, layer.frame["deprivation_ranks"].tolist()) == (vintage, [32_844])


def test_the_header_of_a_file_counts_more_than_the_planners_word(tmp_path):
    text = f"{FILE_7_2019}\nE01015921,Thurrock 015A,E06000034,29.5,6684,0.151,8557\n"
    layer = read(read_deprivation, "deprivation", tmp_path / "File_7.csv", text, release="2015")
    assert layer.provenance.vintage.startswith("IMD 2019")


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("LSOA code,WIMD 2019\nW01000001,21.4\n", "NOT_A_RANK", "not a rank from 1 to 1,909"),  # the table of scores
        (f"{OVERALL}\nE01015921,33756\n", "NOT_A_RANK", "not a rank from 1 to 33,755"),
        (f"{OVERALL}\nE01015921,0\n", "NOT_A_RANK", "not a rank"),
        ("LSOA code (2021),Income Score (rate)\nE01015921,26.3\n", "OUT_OF_RANGE", "not between 0 and 1"),
        ("LSOA code (2021),Employment Score (rate)\nE01015921,0.1\n", "NO_DEPRIVATION", "an income rank"),
        (
            "LSOA code (2021),Employment Score (rate),Income Score (rate)\nE01015921,14,0.1\n",
            "OUT_OF_RANGE",
            "between 0 and 1",
        ),
        ("LSOA code (2021),IMD decile\nE01015921,3\n", "NO_DEPRIVATION", "an income rank or an overall rank"),
        ("lsoacd,IMD_rank\nE01015921,3\n", "EDITION_UNKNOWN", "Ranks from different editions cannot be compared"),
    ],
)
def test_a_file_that_misleads_is_refused(tmp_path, text, code, words):
    with pytest.raises(DataError, match=words) as refusal:
        read(read_deprivation, "deprivation", tmp_path / "f.csv", text)
    assert codes(refusal) == [code]


@needs_real_data
@pytest.mark.parametrize(
    ("name", "areas", "ranks", "measure"),
    [
        ("imd2019_lsoa11.csv", 98, 32_844, "income rank"),
        ("imd2019_lsoa11_ranks.csv", 98, 32_844, "overall rank"),
        ("imd2025_lsoa21.csv", 100, 33_755, "income score"),
    ],
)
def test_the_real_deprivation_of_thurrock(name, areas, ranks, measure):
    layer = read(read_deprivation, "deprivation", REAL_DATA / "thurrock" / "people" / name)
    assert (len(layer.frame), set(layer.frame["deprivation_ranks"])) == (areas, {ranks})
    assert measure in layer.provenance.vintage
    assert warned(layer) == []
    assert layer.frame["deprivation"].notna().all() == (measure == "income score")
