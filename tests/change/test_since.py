"""An earlier vintage in plan.toml: compared, shown, and never mixed with today's."""

from __future__ import annotations

import csv
import dataclasses
import io

import pytest

from connected_place.gis_data.errors import DataError, PlanFileError
from connected_place.gis_data.layers import SourceFile
from connected_place.maps.page import page
from connected_place.maps.tables.change_rows import shown_parts, shown_tier
from connected_place.maps.tables.plan_columns import table_texts
from connected_place.maps.tables.plan_tables import csv_tables, data_package
from connected_place.maps.words import change_statements
from connected_place.scripts.config.plan_file import read_plan_file

from .. import browsing
from ..browsing import Tab
from ..small_places import needs_real_data, plan_of, thurrock_file, write_coverage, write_street

OLDER = {"E00000001": (100, 60), "E00000002": (10, 0), "E00000003": (40, 20)}
"""Premises, and those that could get 300 Mbit/s; today 90 of 100, 0 of 10, 25 of 50."""

SOURCE = '[[source]]\nkind = "ofcom-fixed-coverage"\npath = "{file}"\nrole = "before"\n'


def street(folder, *, file="202501_fixed_oa_coverage_r1.csv", rows=OLDER, more=""):
    """The street of places.py with an earlier coverage file beside today's."""
    write_coverage(write_street(folder, more=more) / "202601_fixed_oa_coverage_r1.csv", rows)
    (folder / "202601_fixed_oa_coverage_r1.csv").rename(folder / file)
    write_street(folder, more=more)
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    (folder / "plan.toml").write_text(text + "\n" + SOURCE.format(file=file), encoding="utf-8")
    return read_plan_file(folder)


def test_a_plan_without_an_earlier_vintage_has_no_change(tmp_path):
    made = plan_of(read_plan_file(write_street(tmp_path)))
    assert made.change is None
    assert "change.csv" not in csv_tables(made)
    assert "Then and now" not in page.borough_page(made)


def test_gaps_of_today_do_not_change_by_what_they_are_compared_with(tmp_path):
    """45 of 160 with the earlier file as without it: vintages never mix."""
    made = plan_of(street(tmp_path / "with"))
    alone = plan_of(read_plan_file(write_street(tmp_path / "without")))
    assert made.borough.to_dict() == alone.borough.to_dict()
    assert made.areas.drop(columns="geometry").equals(alone.areas.drop(columns="geometry"))


def test_then_and_now_by_hand(tmp_path):
    """Then 40 + 10 + 20 = 70 of 150 could not, today 10 + 10 + 25 = 45 of 160.

    E00000001: 40 to 10 of 100 is -30, real. E00000003: 20 of 40 and 25 of 50 are the same half, so its 5 are premises.
    """
    change = plan_of(street(tmp_path)).change
    assert change.place["ufbb_300_gap_before"] == 70
    assert change.place["ufbb_300_gap_now"] == 45
    assert change.place["ufbb_300_change_real"] == pytest.approx(-30)
    assert change.place["ufbb_300_change_premises"] == pytest.approx(5)
    assert change.areas["ufbb_300_change"].to_dict() == {"E00000001": -30, "E00000002": 0, "E00000003": 5}
    assert change.wards["ufbb_300_change"].to_dict() == {"E05000001": -25}
    assert shown_parts(change, "ufbb_300") == ("real", "premises")
    assert (change.units_both, change.units_before_only, change.units_now_only) == (3, 0, 0)


def test_a_revision_of_the_same_month_is_not_a_change_on_the_ground(tmp_path):
    """r1 of the month stays beside r2 where it has the role; without it r2 would replace it."""
    file = street(tmp_path, file="202601_fixed_oa_coverage_r0.csv")
    change = plan_of(file).change
    assert change.is_revision
    assert change.place["ufbb_300_change_revision"] == -25
    assert change.place["ufbb_300_change_real"] == 0
    assert "publisher's revision" in change_statements.real_sentence(change.place, "ufbb_300", change)


def test_a_code_in_only_one_file_is_counted_apart(tmp_path):
    change = plan_of(street(tmp_path, rows={"E00000001": (100, 90), "E00000009": (30, 0)})).change
    assert change.outside == 1  # E00000009 lies nowhere in the place
    assert change.units_now_only == 2
    assert change.place["ufbb_300_change_units"] == 35
    assert change.place["ufbb_300_change_real"] == 0


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("202605_fixed_oa_coverage_r1.csv", "BEFORE_IS_LATER"),
        ("202501_fixed_oa_coverage_res_r1.csv", "PREMISES_SETS_DIFFER"),
    ],
)
def test_what_would_be_no_comparison_is_refused(tmp_path, file, code):
    with pytest.raises(DataError, match=code):
        plan_of(street(tmp_path, file=file))


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ('kind = "ofcom-fixed-coverage"\npath = "a.csv"\nrole = "befor"', "NOT_A_CHOICE"),
        ('kind = "venues"\npath = "a.csv"\nrole = "before"', "ROLE_NOT_COMPARED"),
        ('kind = "ofcom-fixed-coverage"\npath = "a.csv"\nrole = 2016', "WRONG_TYPE"),
    ],
)
def test_a_wrong_role_is_refused(tmp_path, entry, code):
    folder = write_street(tmp_path)
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    (folder / "plan.toml").write_text(f"{text}\n[[source]]\n{entry}\n", encoding="utf-8")
    with pytest.raises(PlanFileError, match=code):
        read_plan_file(folder)


def test_change_csv_has_areas_wards_and_the_place_and_every_column_is_described(tmp_path):
    made = plan_of(street(tmp_path))
    rows = list(csv.DictReader(io.StringIO(csv_tables(made)["change.csv"])))
    assert [row["level"] for row in rows] == ["area"] * 3 + ["ward", "place"]
    assert [row["ufbb_300_change_real"] for row in rows] == ["-30", "0", "0", "-30", "-30"]
    columns = table_texts(made)["change"].columns
    assert [column.name for column in columns] == list(rows[0])
    assert all(f'"name": "{name}"' in data_package(made) for name in rows[0])
    assert all(column.empty or all(row[column.name] for row in rows) for column in columns)
    assert len({column.description for column in columns}) == len(columns)


def test_the_page_shows_then_and_now_as_in_the_file(tmp_path, offline):
    made = plan_of(street(tmp_path / "street"))
    files = browsing.write_pages(page.pages(made), tmp_path)
    for path in files:
        tab = Tab(offline).open(files[path])
        text = tab.page.inner_text("main")
        assert "In 2025-01 (revision 1) 70 of 150 (46.7 %) homes and businesses could not get 300 Mbit/s" in text
        rows = tab.page.locator("table:has(#t-change-areas) tbody tr:has-text('E00000001') td").all_inner_texts()
        assert rows == ["40.0 %", "10.0 %", "40", "10", "-30", "-30", "0"]
        tab.page.get_by_label("share that could not get 300 Mbit/s in 2025-01").check()
        drawn = tab.page.locator("path.area").evaluate_all("all => all.map((one) => one.getAttribute('class'))")
        assert sum("k3" in name for name in drawn) == 2  # 40 % and 50 %
        assert sum("k4" in name for name in drawn) == 1  # all of E00000002
        assert tab.said == []


@needs_real_data
def test_thurrock_since_2013():
    """Yes or no for a postcode then, shares now; only 30 Mbit/s is in both files.

    The naive difference says 915 lines more without 30 Mbit/s. Real is a fall by 1,518: the rest is that a yes became
    a share, more lines, and postcodes that one file does not have.
    """
    file = thurrock_file()
    older = SourceFile(
        kind="ofcom-fixed-coverage", path="broadband/ofcom_2013_fixed_pc_thurrock.csv", role="before"
    )  # fmt: skip
    change = plan_of(dataclasses.replace(file, sources=(*file.sources, older))).change
    assert change.tiers == ("sfbb_30",)
    assert change.yes_or_no == ("sfbb_30",)
    assert set(change.not_compared) == {"decent_10", "ufbb_100", "ufbb_300", "gigabit"}
    assert shown_tier(change, "ufbb_300") == "sfbb_30"
    assert (change.units_both, change.units_before_only, change.units_now_only) == (2_900, 242, 63)
    assert change.place["sfbb_30_gap_before"] == 3_830
    assert change.place["sfbb_30_change"] == pytest.approx(914.69)
    assert change.place["sfbb_30_change_real"] == pytest.approx(-1_518.1, abs=0.1)
    parts = [f"sfbb_30_change_{part}" for part in ("real", "definition", "premises", "units", "reporting", "revision")]
    assert change.place[parts].sum() == pytest.approx(914.69)
    told = " ".join(change_statements.limits_of_comparison(change))
    assert "yes or no for a whole postcode" in told
    assert "242 only in the earlier one" in told
