"""The library: a plan opened as a value, asked with little work, changed, and written as the commands write it."""

import contextlib
import doctest
import hashlib
import inspect
import io
import json
import math
import subprocess
import sys

import geopandas as gpd
import pandas as pd
import pytest

import connected_place.api as cp
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.gis_data.readers import intake
from connected_place.scripts.commands.run import make

from ..small_places import STREET, write_street

BUDGET = "[sites]\nbudget_gbp = 20_000\nsamples = 0\n[score]\nsamples = 20\n[appraisal]\ndraws = 100\n"
"""Enough for one hall or two; few draws, for speed."""


@pytest.fixture(scope="module")
def street(tmp_path_factory):
    """The folder of the street in small_places.py: three areas, one ward, 45 of 160 premises without 300 Mbit/s."""
    return write_street(tmp_path_factory.mktemp("street"), more=BUDGET)


@pytest.fixture(scope="module")
def made_street(street):
    """The open plan of the street, with all of its steps taken."""
    p = cp.open_plan(street)
    p.plan()
    return p


@pytest.fixture
def files_read(monkeypatch):
    """Paths of the input files that are read."""
    paths, read = [], intake.read_source
    monkeypatch.setattr(intake, "read_source", lambda asked, **more: paths.append(asked.path) or read(asked, **more))
    return paths


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_hash_of_plan_toml_is_that_of_the_file_that_was_read(street, tmp_path):
    """Somebody saves another one while the plan is being made."""
    before = (street / "plan.toml").read_bytes()
    opened = cp.open_plan(street)
    (street / "plan.toml").write_bytes(before + b"\n# a remark\n")
    opened.to_folder(tmp_path / "out", only="pages")
    record = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert record["plan_file_sha256"] == hashlib.sha256(before).hexdigest()


# --- little work ---------------------------------------------------------------------------------------------


def test_opening_a_plan_reads_no_input_file(street, files_read):
    assert cp.open_plan(street).parameters.sites.budget_gbp == 20_000
    assert files_read == []


def test_every_input_file_is_read_once_whatever_is_asked(street, files_read):
    p = cp.open_plan(street)
    cp.gaps(p), cp.gaps(p, by="area"), cp.need(p), cp.siting(p), cp.siting(p, budget_gbp=3_000), p.plan()
    assert sorted(files_read) == sorted(source.path for source in p.file.sources)


@pytest.mark.parametrize(
    ("question", "steps"),
    [
        (cp.gaps, ["layers", "area", "gaps"]),
        (cp.need, ["layers", "area", "gaps", "footfall", "need"]),
        (cp.siting, ["layers", "area", "gaps", "footfall", "need", "demand", "radio", "reach", "use", "siting"]),
    ],
)
def test_a_question_takes_the_steps_it_needs_and_no_others(street, taken, question, steps):
    question(cp.open_plan(street))
    assert taken == steps


def test_another_budget_leaves_all_before_the_choice(street, taken):
    p = cp.open_plan(street)
    cp.siting(p)
    taken.clear()
    cp.siting(p, budget_gbp=3_000)
    assert taken == ["siting"]


def test_what_was_answered_is_not_worked_out_again(street, taken):
    p = cp.open_plan(street)
    cp.need(p)
    taken.clear()
    cp.gaps(p), cp.need(p, by="ward")
    assert taken == []


def test_the_import_loads_no_library_for_tables_or_maps():
    code = (
        "import sys, connected_place.api; print({'pandas', 'numpy', 'geopandas', 'scipy', 'rasterio'} & {*sys.modules})"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"


def test_gaps_and_need_want_no_venue(tmp_path):
    """A council that has no list of its buildings yet still has gaps; sites it cannot have."""
    folder = write_street(tmp_path, more=BUDGET)
    stated = (folder / "plan.toml").read_text(encoding="utf-8")
    (folder / "plan.toml").write_text(stated.partition('\n[[source]]\nkind = "venues"')[0], encoding="utf-8")
    p = cp.open_plan(folder)
    assert cp.gaps(p).attrs["total"]["ufbb_300_gap"] == 45
    assert cp.need(p)["rank"].notna().all()
    with pytest.raises(cp.ConnectedPlaceError, match="NO_CANDIDATES"):
        cp.siting(p)


# --- frames --------------------------------------------------------------------------------------------------


def test_gaps_of_wards_and_areas_are_counts_and_sums(street):
    p = cp.open_plan(street)
    wards, areas = cp.gaps(p), cp.gaps(p, by="area")
    assert wards["ufbb_300_gap"].to_dict() == {"E05000001": 45}
    assert areas["ufbb_300_gap"].to_dict() == {code: whole - has for code, (whole, has) in STREET.items()}
    assert wards.attrs["total"]["ufbb_300_gap_share"] == 45 / 160
    assert isinstance(areas, gpd.GeoDataFrame)
    assert areas.crs.to_epsg() == 27700


def test_the_gaps_alone_are_those_of_the_whole_plan(street, made_street):
    p, made = cp.open_plan(street), made_street.plan()
    for alone, whole in ((cp.gaps(p), made.wards), (cp.gaps(p, by="area"), made.areas)):
        # Text may be stored as Arrow's or as Python's; the values are the same.
        same = pd.DataFrame(whole[alone.columns]).astype(alone.drop(columns="geometry").dtypes)
        pd.testing.assert_frame_equal(pd.DataFrame(alone), same, check_like=True)


def test_need_comes_with_the_worst_first_and_its_reason(street):
    areas = cp.need(cp.open_plan(street))
    assert areas["rank"].tolist() == [1, 2, 3]
    assert areas["score"].is_monotonic_decreasing
    assert areas["explanation"].str.startswith("Score ").all()


def test_sites_come_with_the_chosen_first_and_each_with_its_reason(street):
    sites = cp.siting(cp.open_plan(street), budget_gbp=3_000)
    assert sites["selected"].tolist() == [True, False, False]
    assert sites["reason"].str.len().min() > 0
    assert sites.attrs["shortlist"]["spent_gbp"] == 2_600


def test_a_frame_says_units_sources_and_parameters(street):
    frame = cp.siting(cp.open_plan(street), budget_gbp=3_000)
    assert frame.attrs["units"]["capex_gbp"] == "£"
    assert frame.attrs["meanings"]["capex_gbp"].startswith("Capital cost")
    assert "name" not in frame.attrs["units"]
    assert [source["file"] for source in frame.attrs["sources"]] == [
        "202601_fixed_oa_coverage_r1.csv", "areas.geojson", "wards.geojson", "venues.csv",
    ]  # fmt: skip
    assert all(len(source["sha256"]) == 64 and source["vintage"] for source in frame.attrs["sources"])
    assert frame.attrs["parameters"]["sites"]["budget_gbp"] == 3_000


def test_attrs_can_be_written_as_json_and_survive_geoparquet(street, tmp_path):
    frame = cp.need(cp.open_plan(street))
    assert json.loads(json.dumps(frame.attrs)) == frame.attrs
    frame.to_parquet(tmp_path / "need.parquet")
    assert gpd.read_parquet(tmp_path / "need.parquet").attrs["units"] == frame.attrs["units"]


@pytest.mark.parametrize("question", [cp.gaps, cp.need, cp.siting])
def test_a_frame_that_is_changed_changes_no_later_answer(street, question):
    p = cp.open_plan(street)
    first = question(p)
    kept = first.copy()
    first.iloc[:, 0] = "spoilt"
    first.attrs["units"].clear()
    again = question(p)
    pd.testing.assert_frame_equal(pd.DataFrame(again), pd.DataFrame(kept))
    assert again.attrs["units"]


# --- changes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"sites.budget_gbp": 5_000, "sites.at_most": 1},
        {"sites": {"budget_gbp": 5_000, "at_most": 1}},
        {"sites": {"budget_gbp": 5_000}, "sites.at_most": 1},
    ],
)
def test_dotted_and_nested_keys_say_the_same(street, changes):
    p = cp.open_plan(street)
    changed = p.with_(changes)
    assert (changed.parameters.sites.budget_gbp, changed.parameters.sites.at_most) == (5_000, 1)
    assert changed.parameters.sites.samples == 0
    assert (p.parameters.sites.budget_gbp, p.parameters.sites.at_most) == (20_000, 0)


def test_one_weight_is_changed_and_the_others_stay_whether_stated_or_not(street):
    p = cp.open_plan(street)
    stated = dict(p.parameters.score.weights)
    once = p.with_({"score.weights.deprivation": 9})
    assert once.parameters.score.weights == stated | {"deprivation": 9}
    assert once.with_({"score.weights.population": 0}).parameters.score.weights == stated | {
        "deprivation": 9,
        "population": 0,
    }


def test_lists_and_mappings_may_be_given_as_python_has_them(street):
    changed = cp.open_plan(street).with_({"sites.lock_in": ("S1",), "sites.capex_gbp": {"library": 3_000}})
    assert changed.parameters.sites.lock_in == ("S1",)
    assert changed.parameters.sites.capex_gbp["library"] == 3_000


@pytest.mark.parametrize(
    "changes",
    [
        {"sites.budget_gbp": 3_000},
        {"score.weights.gap_decent": 0},
        {"gaps.headline": "gigabit"},
        {"wifi.reach": "fixed"},
        {"demand.staff": 1},
        {"appraisal.discount_rate": 0.05},
        {"place.areas": "ward"},
        {"clusters.least_premises": 5},
        {"funding.programme_gbp": 1_000},
        {"delivery.at_once": 1},
    ],
    ids=str,
)
def test_a_changed_plan_is_the_one_that_plan_toml_would_give(made_street, tmp_path, changes):
    """Made from shared steps, and again from a folder with the same lines."""
    ((key, value),) = changes.items()
    table, _, name = key.rpartition(".")
    p = made_street
    shared = p.with_(changes).plan()
    more = BUDGET
    line = f"{name} = {json.dumps(value)}"
    if key == "sites.budget_gbp":
        more = more.replace("budget_gbp = 20_000", line)
    elif key == "score.weights.gap_decent":
        weights = p.parameters.score.weights | {name: value}
        more += "[score.weights]\n" + "".join(f"{each} = {weight}\n" for each, weight in weights.items())
    elif f"[{table}]\n" in more:
        more = more.replace(f"[{table}]\n", f"[{table}]\n{line}\n")
    elif table != "place":
        more += f"[{table}]\n{line}\n"
    folder = write_street(tmp_path, more=more)
    if table == "place":
        text = (folder / "plan.toml").read_text(encoding="utf-8")
        (folder / "plan.toml").write_text(text.replace('areas = "output_area"', line), encoding="utf-8")
    anew = cp.open_plan(folder).plan()
    assert shared.record.parameters == anew.record.parameters != p.parameters
    for name in ("areas", "wards", "sites", "clusters"):
        pd.testing.assert_frame_equal(pd.DataFrame(getattr(shared, name)), pd.DataFrame(getattr(anew, name)))
    pd.testing.assert_frame_equal(shared.record.case.lines, anew.record.case.lines)
    pd.testing.assert_frame_equal(shared.record.funding.cash, anew.record.funding.cash)


# --- faults --------------------------------------------------------------------------------------------------


def test_faults_of_a_change_come_all_at_once(street):
    with pytest.raises(cp.ConnectedPlaceError) as refused:
        cp.open_plan(street).with_({"sites.budgett_gbp": 1, "wifi.covered_share": 80, "score.weights.deprived": 1})
    assert {fault.column for fault in refused.value.faults} == {
        "sites.budgett_gbp", "wifi.covered_share", "score.weights.deprived",
    }  # fmt: skip


def test_input_files_are_not_parameters(street):
    with pytest.raises(cp.ConnectedPlaceError, match=r"NOT_A_PARAMETER"):
        cp.open_plan(street).with_({"data": "elsewhere"})


def test_faults_of_all_files_come_at_once(tmp_path):
    folder = write_street(tmp_path)
    (folder / "areas.geojson").unlink()
    (folder / "venues.csv").write_text("nothing,here\n", encoding="utf-8")
    p = cp.open_plan(folder)
    for _ in range(2):
        with pytest.raises(cp.ConnectedPlaceError) as refused:
            cp.gaps(p)
        assert {fault.file for fault in refused.value.faults} == {"areas.geojson", "venues.csv"}


@pytest.mark.parametrize("question", [cp.gaps, cp.need])
def test_a_level_that_is_none_is_refused(street, question):
    with pytest.raises(cp.ConnectedPlaceError, match=r'Found "county".*NOT_A_LEVEL'):
        question(cp.open_plan(street), by="county")


def test_a_part_that_is_none_is_refused_before_the_work(street, tmp_path, taken):
    with pytest.raises(cp.ConnectedPlaceError, match="NOT_A_PART"):
        cp.open_plan(street).to_folder(tmp_path / "out", only="tables")
    assert (taken, list(tmp_path.iterdir())) == ([], [])


# --- progress and the folder ---------------------------------------------------------------------------------


def test_nothing_is_printed_unless_asked(street, capsys):
    cp.open_plan(street).plan()
    assert capsys.readouterr() == ("", "")


def test_progress_counts_the_steps_that_a_question_takes(street, capsys):
    p = cp.open_plan(street, progress=True)
    cp.gaps(p), cp.need(p), cp.gaps(p.with_({"gaps.headline": "gigabit"}))
    shown = capsys.readouterr()
    assert shown.out == ""
    assert [line.split(" ... ")[0] for line in shown.err.splitlines()] == [
        "[1/3] Reading the files",
        "[2/3] Putting areas together",
        "[3/3] Counting gaps",
        "[1/2] Estimating footfall",
        "[2/2] Scoring areas",
        "[1/1] Counting gaps",
    ]


def test_the_folder_of_the_library_is_that_of_the_command(street, made_street, tmp_path):
    command = ["connected-place", "run", "plan.toml", "--no-pack"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        make(street, tmp_path / "command", command=command, with_pack=False)
    made = made_street.plan()
    assert made.to_folder(tmp_path / "library", with_pack=False, command=command) == tmp_path / "library"
    assert contents(tmp_path / "library") == contents(tmp_path / "command")


def test_the_record_of_a_changed_plan_says_what_was_changed(street, tmp_path):
    p = cp.open_plan(street).with_({"sites.budget_gbp": 3_000})
    p.plan().to_folder(tmp_path / "out", only="pages")
    record = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert record["command"] == 'connected_place.api with_({"sites.budget_gbp": 3000})'
    assert record["parameters"]["sites"]["budget_gbp"] == 3_000


def test_a_folder_that_is_not_ours_is_left_alone(street, tmp_path, taken):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(cp.ConnectedPlaceError, match="NOT_OURS"):
        cp.open_plan(street).to_folder(tmp_path)
    assert (taken, [path.name for path in tmp_path.iterdir()]) == ([], ["notes.txt"])


def test_what_is_shown_of_a_plan_names_its_place(street):
    p = cp.open_plan(street)
    assert repr(p) == "<OpenPlan Streetford, 4 files>"
    assert repr(p.with_({"sites.budget_gbp": 3_000})) == "<OpenPlan Streetford, 4 files, changed: sites.budget_gbp>"
    assert repr(p.plan()) == "<MadePlan Streetford: 3 of 3 candidates, £7,800 of £20,000>"


# --- the door ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(cp.__all__) - {"ConnectedPlaceError"}))
def test_every_public_name_has_an_example(name):
    """The test of every module's examples shows that it runs."""
    thing = inspect.unwrap(getattr(cp, name))
    assert doctest.DocTestParser().get_examples(inspect.getdoc(thing)), f"{name} has no example"


def test_what_is_not_known_is_nan_and_none_in_attrs(tmp_path):
    counts = {code: row for code, row in STREET.items() if code != "E00000002"}
    p = cp.open_plan(write_street(tmp_path, counts=counts, more=BUDGET))
    assert math.isnan(cp.gaps(p, by="area").loc["E00000002", "ufbb_300_gap"])
    assert cp.siting(p).attrs["shortlist"]["residents_covered"] is None


def test_parameters_in_attrs_are_all_of_them(street):
    stated = cp.gaps(cp.open_plan(street)).attrs["parameters"]
    assert set(stated) == set(Parameters.__dataclass_fields__)
