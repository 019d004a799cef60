"""Whole plans: a street of three areas, the embedded borough and Thurrock, from their files to every output."""

import contextlib
import csv
import dataclasses
import html
import io
import json
import random
import re
import shutil
import sqlite3

import numpy as np
import openpyxl
import pandas as pd
import pytest

from connected_place.api.folders import write_plan
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.parameters.sites import Sites
from connected_place.coverage.parameters.wifi import Wifi
from connected_place.coverage.plan import plan
from connected_place.gis_data.catalogue import SAMPLE
from connected_place.gis_data.errors import DataError, PlanFileError, VintageError
from connected_place.gis_data.layers import SourceFile
from connected_place.maps.page.charts import curve_chart
from connected_place.maps.page.page import pages
from connected_place.maps.tables.plan_tables import csv_tables
from connected_place.scripts.commands.run import make
from connected_place.scripts.config.plan_file import read_plan_file

from .. import worlds
from ..browsing import pages_of
from ..small_places import (
    FEW_DRAWS,
    FEW_DRAWS_LINES,
    STREET,
    TIERS,
    at,
    coverage,
    layers,
    needs_real_data,
    outlines,
    people,
    plan_of,
    postcodes,
    sample_plan,
    sample_steps,
    square,
    steps_of,
    thurrock_file,
    thurrock_plan,
    venues,
    write_street,
)


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def made(folder, out):
    """Every file of `connected-place run --no-pack` by its name; test_pack.py and test_cli.py look at the pack."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        assert make(folder, out, command=["connected-place", "run", "plan.toml"], with_pack=False) == 0
    return contents(out)


def says(text, number):
    """Whether a text has a number on its own."""
    return re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", text) is not None


@pytest.fixture(scope="module")
def street(tmp_path_factory):
    """All output files of the street in places.py."""
    folder = write_street(tmp_path_factory.mktemp("street"), more=FEW_DRAWS_LINES)
    return made(folder, folder / "out")


@pytest.fixture(scope="module")
def planted():
    return json.loads((SAMPLE / "planted.json").read_text(encoding="utf-8"))


# --- a street of three areas ---------------------------------------------------------------------------------


def test_a_ward_has_the_sum_over_the_sum(street):
    """90 of 100, 0 of 10 and 25 of 50."""
    row = next(csv.DictReader(io.StringIO(street["wards.csv"].decode())))
    assert (row["premises"], row["ufbb_300_gap"], row["ufbb_300_gap_share"]) == ("160", "45", "0.28125")
    for path in ("index.html", "wards/E05000001.html"):
        assert "115 of 160 (71.9 %)" in re.sub("<[^>]+>", "", street[path].decode())


def test_the_mean_of_percentages_is_in_no_output(street):
    """(90 + 0 + 50) / 3 = 46.7 would be wrong for the same ward, and its complement 53.3."""
    for name, content in street.items():
        text = content.decode("utf-8", errors="replace")
        assert not [
            number for number in ("46.7", "46.67", "0.4667", "0.466667", "53.3", "0.533333") if says(text, number)
        ], name


def test_a_run_writes_every_output_and_no_other(street):
    assert sorted(street) == sorted(
        ["areas.csv", "wards.csv", "sites.csv", "clusters.csv", "curve.csv", "weight_sets.csv", "datapackage.json",
         "appraisal.csv", "cash_flow.csv", "options.csv", "sensitivity.csv", "funding.csv", "delivery.csv",
         "risks.csv", "monitoring.csv", "interventions.csv", "intervention_options.csv", "lines_curve.csv",
         "index.html", "manifest.json", "plan.gpkg",
         "wards/E05000001.html",
         *(f"coverage/S{number}.tif" for number in range(1, 4))]
    )  # fmt: skip


def test_the_same_files_in_another_folder_give_the_same_bytes(street, tmp_path):
    folder = write_street(tmp_path / "another name with blanks", more=FEW_DRAWS_LINES)
    assert made(folder, tmp_path / "elsewhere" / "result") == street


def test_the_order_of_input_rows_changes_no_table(street, tmp_path):
    folder = write_street(tmp_path / "backwards", backwards=True, more=FEW_DRAWS_LINES)
    found = made(folder, tmp_path / "out")
    assert {name for name in street if found[name] != street[name]} <= {
        "manifest.json",
        "index.html",
        "wards/E05000001.html",
    }
    old, new = (json.loads(files["manifest.json"]) for files in (street, found))
    changed = [key for key in old if old[key] != new[key]]
    assert changed == ["inputs", "files"]
    assert {name for name in old["files"] if old["files"][name] != new["files"][name]} <= {
        "index.html",
        "wards/E05000001.html",
    }
    assert {
        key for one, two in zip(old["inputs"], new["inputs"], strict=True) for key in one if one[key] != two[key]
    } == {"sha256"}


def test_a_deleted_row_is_not_reported_and_moves_no_other_gap(street, tmp_path):
    """The second area loses its row: 35 of 150 lack it, and nothing is known of the others."""
    counts = {code: row for code, row in STREET.items() if code != "E00000002"}
    found = made(write_street(tmp_path, counts=counts, more=FEW_DRAWS_LINES), tmp_path / "out")
    before, after = (pd.read_csv(io.BytesIO(files["areas.csv"]), index_col="area_code") for files in (street, found))
    gaps = [f"{tier}_gap" for tier in TIERS]
    others = ["E00000001", "E00000003"]
    pd.testing.assert_frame_equal(after.loc[others, gaps], before.loc[others, gaps], check_dtype=False)
    assert after.loc["E00000002", gaps].isna().all()
    assert after["units_not_reported"].tolist() == [0, 1, 0]
    assert "1 output area has no row" in found["index.html"].decode()


@pytest.mark.parametrize("starts", ["=+-", "@\t\r"])
def test_a_name_that_a_spreadsheet_would_run_is_inert_in_every_table(tmp_path, starts):
    """Names of venues and of wards come from strangers' files; then each in every place that takes a text."""
    bad = [f"{start}HYPERLINK(1)" for start in starts]
    folder = write_street(tmp_path, names=tuple(bad), ward=bad[0], more=FEW_DRAWS_LINES)
    of_files = plan_of(read_plan_file(folder))
    for found in map(csv_tables, [of_files, *(worlds.renamed(worlds.tiny(), name) for name in bad)]):
        for name in ("areas.csv", "wards.csv", "sites.csv"):
            cells = [cell for row in csv.reader(io.StringIO(found[name], newline="")) for cell in row]
            assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))], name
            assert not [cell for cell in cells if cell.startswith("-") and not re.fullmatch(r"-[\d.]+", cell)], name
            assert [cell for cell in cells if "HYPERLINK" in cell], name


def test_names_that_break_out_of_a_page_are_shown_unchanged(tmp_path):
    bad = "<script>alert(1)</script>\"'</title>"
    street = write_street(tmp_path, names=(bad, "Hall 2", "Hall 3"), ward=bad, more=FEW_DRAWS_LINES)
    found = pages(plan_of(read_plan_file(street)))
    for name in ("index.html", "wards/E05000001.html"):
        assert "<script>alert" not in found[name]


# --- plans in memory -----------------------------------------------------------------------------------------

AREAS = {f"E0000000{number}": square(number - 1, 0) for number in range(1, 5)}
WARDS = {"E05000001": square(0, 0), "E05000002": square(1, 0), "E05000003": square(2, 0)}
"""Four areas of 1 km in a row. The first three are a ward each; the fourth lies beyond the place."""

COUNTS = coverage({"E00000001": (100, 10), "E00000002": (10, 10), "E00000003": (50, 25)})
PEOPLE = people("population", dict.fromkeys(AREAS, 100.0))
HALLS = venues({f"V{number}": at(number - 0.5, 0.5) for number in range(1, 4)})


def memory_plan(*more, areas="output_area", **terms):
    found = layers(outlines("output_area", AREAS), outlines("ward", WARDS), COUNTS, HALLS, *more)
    return plan(found, Parameters(place=Place(name="P", lad="E06000999", areas=areas), **FEW_DRAWS | terms))


def test_steps_are_announced_in_their_order():
    steps = []
    found = layers(outlines("output_area", AREAS), outlines("ward", WARDS), COUNTS, HALLS)
    plan(found, Parameters(place=Place(name="P", lad="L", areas="output_area")), on_step=steps.append)
    assert len(steps) == 12
    assert steps[0] == "Putting areas together"
    assert steps[-3:] == ["Choosing sites", "Appraising sites", "Planning funding and delivery"]


def test_an_area_beyond_the_wards_of_the_place_takes_part_in_no_rank():
    """Outlines of output areas often come for a whole county: the fourth area is not part of the need."""
    areas = memory_plan(PEOPLE).areas
    assert "E00000004" not in areas.index or np.isnan(areas.loc["E00000004", "rank"])
    assert areas.drop(index="E00000004", errors="ignore")["rank"].max() == 3


def test_an_area_without_a_live_postcode_keeps_its_premises_at_its_centre():
    """The directory has one postcode of the first area; the others would lose their 60 premises."""
    found = memory_plan(postcodes({"AA11AA": at(0.2, 0.5)}), sites=Sites(samples=0, objective="expected"))
    assert found.demand["premises"].to_dict() == {"AA11AA": 100, "E00000002": 10, "E00000003": 50}
    assert found.shortlist.premises_total == 160


def test_a_plan_that_chooses_nothing_still_has_all_its_rows():
    found = memory_plan(sites=Sites(samples=0, budget_gbp=0.0))
    assert set(found.sites["reason_code"]) == {"OVER_BUDGET"}
    assert not found.sites["selected"].any()
    assert found.areas["rank"].notna().sum() == 3
    assert found.shortlist.spent_gbp == 0
    assert len(csv_tables(found)["sites.csv"].splitlines()) == 4


def test_a_level_without_outlines_is_refused_with_one_that_can_be_written():
    """The remedy must be a value that plan.toml takes."""
    with pytest.raises(PlanFileError, match=r'place.areas.*Found "lsoa".*Write areas = "output_area".*\[NO_OUTLINES\]'):
        memory_plan(areas="lsoa")


@pytest.mark.parametrize("level", ["msoa", "authority"])
def test_a_remedy_never_names_a_level_that_cannot_be_chosen(level):
    """Only outlines of that level and of wards are given; areas.csv cannot have rows of either."""
    shapes = {"E02000001": square(0, 0)} if level == "msoa" else {"E06000999": square(0, 0, side_m=3_000)}
    units = coverage({"AA11AA": (80, 0.25)}, level="postcode")
    found = layers(outlines(level, shapes), outlines("ward", WARDS), units, HALLS, postcodes({"AA11AA": at(0.5, 0.5)}))
    with pytest.raises(PlanFileError, match="NO_OUTLINES") as caught:
        plan(found, Parameters(place=Place(name="P", lad="L", areas="lsoa")))
    assert level not in caught.value.faults[0].remedy


def test_locks_and_budget_of_the_plan_reach_the_choice():
    found = memory_plan(sites=Sites(samples=0, budget_gbp=2_600.0, lock_in=("V2",)))
    assert found.sites.index[found.sites["selected"]].tolist() == ["V2"]
    assert found.sites.loc["V2", "reason_code"] == "LOCKED_IN"
    assert found.shortlist.spent_gbp == 2_600


def test_a_fixed_reach_covers_the_points_within_it_and_none_beyond():
    """Postcodes 50 m and 51 m from the hall of the first area; those of the others are their centres."""
    near, far = at(0.5, 0.55), at(0.551, 0.5)
    directory = postcodes({"AA11AA": near, "AA11AB": far})
    rules = Sites(samples=0, budget_gbp=50_000.0, objective="expected")
    found = memory_plan(directory, wifi=Wifi(reach="fixed", reach_m=50.0), sites=rules)
    assert found.demand.loc[["AA11AA", "AA11AB"], "chance"].tolist() == [1, 0]
    assert found.demand.loc[["AA11AA", "AA11AB"], "covered"].tolist() == [True, False]
    assert found.shortlist.demand_covered == pytest.approx(found.demand.loc[found.demand["covered"], "demand"].sum())
    assert np.isnan(found.shortlist.premises_indoors)


@pytest.mark.parametrize("reach", ["model", "fixed"])
def test_a_band_that_the_law_keeps_indoors_stops_the_plan_before_anything_else(reach):
    steps = []
    parameters = Parameters(place=Place(name="P", lad="L"), wifi=Wifi(reach=reach, frequency_mhz=5_180.0))
    with pytest.raises(PlanFileError, match="BAND_INDOORS_ONLY"):
        plan(layers(), parameters, on_step=steps.append)
    assert steps == []


# --- the embedded borough ------------------------------------------------------------------------------------


def test_the_planted_gaps_of_the_borough_are_found_again(planted):
    borough = sample_plan().borough
    assert {tier: borough[f"{tier}_gap"] for tier in TIERS} == planted["gap"]
    assert borough["premises"] == planted["premises_reported"]


def test_the_planted_gaps_of_every_ward_are_found_again(planted):
    wards = sample_plan().wards
    found = {code: (row["area_name"], row["premises"], row["ufbb_300_gap"]) for code, row in wards.iterrows()}
    assert found == {
        entry["ward_code"]: (entry["ward_name"], entry["premises"], entry["gap_ufbb_300"]) for entry in planted["wards"]
    }


def test_the_two_areas_without_a_row_are_found_again(planted):
    found = sample_plan()
    assert found.reporting.areas_without_row == len(planted["areas_not_reported"]) == 2
    assert found.reporting.live_postcodes_without_row == len(planted["postcodes_not_reported"])
    assert found.wards["units_not_reported"].sum() == 2


def test_the_planted_clusters_are_where_need_is_found(planted):
    """At least eight of the ten LSOAs with the largest share of premises without it contain a planted cluster."""
    lookup = pd.read_csv(SAMPLE / "OA21_LSOA21_WD25_LAD25_EW_LU.csv", index_col="OA21CD")["LSOA21CD"]
    clustered = {lookup[code] for cluster in planted["clusters"] for code in cluster["area_codes"]}
    areas = sample_plan().areas
    worst = set(areas["ufbb_300_gap_share"].nlargest(10).index)
    assert len(worst & clustered) >= 8
    others = areas.drop(index=list(clustered))
    assert areas.loc[list(clustered), "score"].mean() > 1.5 * others["score"].mean()


@pytest.mark.parametrize("tier", TIERS)
def test_areas_wards_and_borough_agree_exactly(tier):
    found = sample_plan()
    column = f"{tier}_gap"
    assert found.areas[column].sum() == found.wards[column].sum() == found.borough[column]
    by_ward = found.areas.groupby("ward_code")[column].sum()
    assert by_ward.sum() == found.wards[column].sum()


@pytest.mark.parametrize("tier", TIERS)
def test_shares_lie_between_nothing_and_all_and_three_states_make_up_the_premises(tier):
    for rows in (sample_plan().areas, sample_plan().wards):
        known = rows[rows[f"{tier}_gap"].notna()]
        covered = known["premises"] - known[f"{tier}_gap"]
        assert (covered >= 0).all()
        assert known[f"{tier}_gap_share"].between(0, 1).all()
        np.testing.assert_allclose(known[f"{tier}_gap_share"], known[f"{tier}_gap"] / known["premises"])


def test_a_higher_speed_is_never_had_by_more_premises():
    gaps = sample_plan().areas[["sfbb_30_gap", "ufbb_100_gap", "ufbb_300_gap", "gigabit_gap"]].dropna().to_numpy()
    assert (np.diff(gaps, axis=1) >= 0).all()


def test_the_shortlist_keeps_its_budget_and_its_sums():
    found = sample_plan()
    chosen = found.sites[found.sites["selected"]]
    assert chosen["capex_gbp"].sum() == found.shortlist.spent_gbp <= found.shortlist.budget_gbp
    assert chosen["demand_added"].sum() == pytest.approx(found.shortlist.demand_covered)
    assert sorted(chosen["rank"]) == list(range(1, len(chosen) + 1))
    each = found.choice.counted.chances[np.flatnonzero(found.sites["selected"].to_numpy())]
    assert each.max(axis=0).sum() == pytest.approx(found.shortlist.demand_covered)
    assert found.shortlist.demand_covered <= found.shortlist.demand_bound <= found.shortlist.demand_total
    assert found.demand["premises"].sum() == pytest.approx(found.borough["premises"])
    assert f"{chosen['share_of_investment_pct'].sum():.1f}" == "100.0"
    assert found.sites["reason"].str.len().gt(20).all()


def test_what_the_shortlist_reaches_lies_between_its_bounds_and_is_never_more_than_there_is():
    found, plan_of_sample = sample_plan().shortlist, sample_plan()
    assert 0 < found.premises_covered <= found.premises_covered_high <= found.premises_total
    assert 0 < found.premises_indoors <= found.premises_indoors_high <= found.premises_total
    assert found.premises_indoors < found.premises_covered
    assert 0 < found.residents_covered <= found.residents_covered_high <= plan_of_sample.demand["residents"].sum()
    assert (plan_of_sample.demand["covered"] == (plan_of_sample.demand["chance"] >= 0.8)).all()
    alone = plan_of_sample.sites["premises_outdoors"]
    assert alone[plan_of_sample.sites["selected"]].max() <= found.premises_covered <= found.premises_covered_high
    assert found.premises_covered_high <= alone[plan_of_sample.sites["selected"]].sum() * (1 + 1e-12)


def test_no_step_of_the_curve_covers_more_than_any_choice_could():
    """What is taken off for each site is in neither number or in both: on the page, in the chart and in curve.csv."""
    plan = sample_plan()
    assert any(step.toll > 0 for step in plan.curve.steps)
    for step in plan.curve.steps:
        assert step.covered <= step.covered_most * (1 + 1e-9)
        assert step.covered_most == pytest.approx(step.covered) or step.status != "optimal"
    total = plan.shortlist.demand_total
    chart = curve_chart(plan.curve, demand_total=total, own_budget_gbp=250_000.0, demand_words="users a day")
    assert [dot.y_bound for dot in chart.dots] == [dot.y for dot in chart.dots]
    assert len({dot.y for dot in chart.dots}) == len({round(step.covered, 3) for step in plan.curve.steps})


def test_a_larger_budget_never_covers_less():
    terms, covered = sample_steps().parameters, []
    for budget_gbp in (0.0, 50_000.0, 250_000.0):
        sites = dataclasses.replace(terms.sites, budget_gbp=budget_gbp, phases=(), samples=0)
        chosen = sample_steps().changed(dataclasses.replace(terms, sites=sites)).siting
        covered.append(chosen.shortlist.demand_covered)
    assert covered == sorted(covered)
    assert covered[0] == 0 < covered[-1]


def shuffled_sample(folder):
    """The embedded files with the rows of every table and every list of shapes in another order."""
    mixer = random.Random(7)
    shutil.copytree(SAMPLE, folder)
    for path in folder.glob("*.csv"):
        content = path.read_bytes()
        end = b"\r\n" if b"\r\n" in content else b"\n"
        head, *rows = content.rstrip(end).split(end)
        mixer.shuffle(rows)
        path.write_bytes(end.join([head, *rows]) + end)
    for path in folder.glob("*.geojson"):
        content = json.loads(path.read_text(encoding="utf-8"))
        mixer.shuffle(content["features"])
        path.write_text(json.dumps(content), encoding="utf-8")
    book = openpyxl.load_workbook(folder / "asset_register.xlsx")
    sheet = book.active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    mixer.shuffle(rows)
    for number, row in enumerate(rows, start=4):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column, value)
    book.save(folder / "asset_register.xlsx")
    return folder


def test_the_order_of_rows_in_any_file_changes_no_table_no_rank_and_no_site(tmp_path):
    found = plan_of(read_plan_file(shuffled_sample(tmp_path / "shuffled")))
    assert [item.sha256 for item in found.provenance] != [item.sha256 for item in sample_plan().provenance]
    assert csv_tables(found) == csv_tables(sample_plan())


def test_a_deleted_output_area_moves_no_gap_of_another(tmp_path):
    """The row of one output area is deleted: its LSOA alone changes, and what is not reported rises."""
    folder = tmp_path / "sample"
    shutil.copytree(SAMPLE, folder)
    path = folder / "202601_fixed_oa_coverage_r1.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if not line.startswith(b"E00990253,")))
    lookup = pd.read_csv(SAMPLE / "OA21_LSOA21_WD25_LAD25_EW_LU.csv", index_col="OA21CD")["LSOA21CD"]
    before, after = sample_plan().areas, steps_of(read_plan_file(folder), "need").need.ranking.areas
    mine = lookup["E00990253"]
    gaps = [f"{tier}_gap" for tier in TIERS]
    assert after.drop(index=mine)[gaps].equals(before.drop(index=mine)[gaps])
    assert (after.loc[mine, gaps] <= before.loc[mine, gaps]).all()
    silent = [f"{tier}_not_reported" for tier in TIERS]
    assert (after.loc[mine, silent] > before.loc[mine, silent]).all()
    assert after["units_not_reported"].sum() == before["units_not_reported"].sum() + 1


def test_invented_data_are_marked_on_every_page():
    assert all("nvented" in text for text in pages_of("sample").values())


# --- Thurrock, the release of 2016 ---------------------------------------------------------------------------


def share_pct(wards, name):
    """Share of premises without 30 Mbit/s in a ward, per cent with one decimal."""
    wards = wards.set_index("area_name")
    return round(100 * wards.loc[name, "sfbb_30_gap_share"], 1)


def thurrock_with(**changes):
    """The plan file of Thurrock with files changed by their path; None: left out."""
    file = thurrock_file()
    sources = [
        dataclasses.replace(source, path=changes.get(source.path, source.path))
        for source in file.sources
        if changes.get(source.path, "") is not None
    ]
    return dataclasses.replace(file, sources=tuple(sources))


FULL_WARDS = "boundaries/wards_by_lad_E06000034.geojson"
SIMPLE_WARDS = "boundaries/ward22_E06000034.geojson"


@needs_real_data
def test_thurrocks_wards_are_weighted_by_connections():
    wards = thurrock_plan().wards
    assert share_pct(wards, "Orsett") == 63.0
    assert share_pct(wards, "Tilbury Riverside and Thurrock Park") == 10.6


@needs_real_data
def test_simplified_wards_lose_postcodes_and_say_so():
    """Generalised outlines are for drawing: 19 postcodes lie outside every ward."""
    found = steps_of(thurrock_with(**{FULL_WARDS: SIMPLE_WARDS}), "need")
    wards = found.need.ranking.wards
    assert share_pct(wards, "Orsett") == 58.0
    assert share_pct(wards, "Tilbury Riverside and Thurrock Park") == 12.0
    assert found.gaps.units.reporting.outside == 19


@needs_real_data
def test_thurrock_says_what_it_does_not_know():
    found = thurrock_plan().reporting
    assert (found.live_postcodes, found.live_postcodes_without_row) == (3_278, 326)
    assert found.without_weight == 295
    assert thurrock_plan().borough["premises"] == 54_944
    assert thurrock_plan().wards["premises_source"].str.startswith("estimate").all()


@needs_real_data
def test_the_mean_of_postcodes_is_in_no_output_of_thurrock(tmp_path):
    """The mean of percentages would say 60.1 % for Orsett and 23.0 % for Tilbury Riverside and Thurrock Park."""
    write_plan(thurrock_plan(), tmp_path, file=thurrock_file(), command=["connected-place"])
    texts = {
        name: html.unescape(content.decode("utf-8", errors="replace")) for name, content in contents(tmp_path).items()
    }
    wards = thurrock_plan().wards.reset_index().set_index("area_name")["area_code"]
    for ward, mean in (("Orsett", "60.1"), ("Tilbury Riverside and Thurrock Park", "23.0")):
        assert not says(texts[f"wards/{wards[ward]}.html"], f"{mean} %")
        row = next(line for line in texts["wards.csv"].splitlines() if line.startswith(wards[ward]))
        assert not [cell for cell in row.split(",") if re.fullmatch(rf"0\.{mean.replace('.', '')}\d*", cell)]
    assert not says(texts["index.html"], "60.1 %")
    assert says(texts[f"wards/{wards['Orsett']}.html"], "63.0 %")
    with contextlib.closing(sqlite3.connect(tmp_path / "plan.gpkg")) as package:
        shares = [row[0] for row in package.execute("SELECT sfbb_30_gap_share FROM wards")]
    assert not [share for share in shares if round(share, 3) in (0.601, 0.230)]


@needs_real_data
def test_thurrock_without_weights_is_refused_with_the_reason():
    file = thurrock_file()
    gaps = dataclasses.replace(file.parameters.gaps, weights="")
    without = dataclasses.replace(file, parameters=dataclasses.replace(file.parameters, gaps=gaps))
    with pytest.raises(
        DataError,
        match=r"Averaging percentages over a ward would be wrong.*connections.*as estimates.*\[NO_DENOMINATORS\]",
    ):
        plan_of(without)


@needs_real_data
def test_thurrocks_whole_postcode_areas_give_what_the_cut_file_gives():
    """RM and SS cover Thurrock and its neighbours; Thurrock has a few postcodes in CM and DA too, which they lack."""
    file = thurrock_file()
    cut = "broadband/2016_fixed_pc_r01_E06000034_thurrock.csv"
    whole = [
        SourceFile(kind="ofcom-fixed-coverage", path=f"broadband/2016_fixed_pc_r01_{area}.csv") for area in ("SS", "RM")
    ]
    sources = (*whole, *(source for source in file.sources if source.path != cut))
    found = steps_of(dataclasses.replace(file, sources=sources), "need").need
    assert share_pct(found.ranking.wards, "Tilbury Riverside and Thurrock Park") == 10.6
    assert 0.97 * 54_944 < found.borough["premises"] <= 54_944


@needs_real_data
def test_a_cut_file_beside_the_whole_one_is_refused():
    file = thurrock_file()
    more = SourceFile(kind="ofcom-fixed-coverage", path="broadband/2016_fixed_pc_r01_RM.csv")
    with pytest.raises(DataError, match="UNIT_TWICE"):
        plan_of(dataclasses.replace(file, sources=(*file.sources, more)))


@needs_real_data
def test_people_of_another_census_are_refused_unless_a_lookup_is_given():
    """96 of the codes are the same in both years, so a match proves nothing."""
    file = thurrock_file()
    kept = [source for source in file.sources if source.kind not in ("ons-centroids", "population")]
    kept = [source for source in kept if "oa_by_lad" not in source.path]
    added = [
        SourceFile(kind="ons-boundaries", path="boundaries/lsoa_by_lad_E06000034.geojson", release="2011"),
        SourceFile(kind="households", path="people/lsoa21_households_census2021.csv"),
    ]
    place = dataclasses.replace(file.parameters.place, areas="lsoa")
    parameters = dataclasses.replace(file.parameters, place=place)
    mixed = dataclasses.replace(file, sources=(*kept, *added), parameters=parameters)
    with pytest.raises(VintageError, match="VINTAGE_MIXED"):
        steps_of(mixed, "need")
    bridge = SourceFile(kind="ons-lookup", path="boundaries/lookup_lsoa11_lsoa21.csv")
    found = steps_of(dataclasses.replace(mixed, sources=(*mixed.sources, bridge)), "need").need
    assert len(found.ranking.areas) == 98
