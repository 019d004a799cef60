"""The manifest: enough to make the plan again, and true."""

import dataclasses
import hashlib
import json
import sys
import tomllib
from importlib import metadata

import pytest

from connected_place.gis_data.catalogue import SAMPLE
from connected_place.maps.folder.record import manifest

from ..small_places import needs_real_data, sample_plan, thurrock_file, thurrock_plan


def no_such_number(name):
    raise AssertionError(f"{name} is no JSON")


def record(plan, command=("connected-place", "demo")):
    text = manifest(plan, command=command, plan_file_sha256="0" * 64)
    return json.loads(text, parse_constant=no_such_number)


@pytest.fixture(scope="module")
def sample():
    return record(sample_plan())


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_input_is_listed_with_the_hash_of_its_bytes(sample):
    plan = tomllib.loads((SAMPLE / "plan.toml").read_text(encoding="utf-8"))
    found = {item["file"]: item["sha256"] for item in sample["inputs"]}
    assert found == {entry["path"]: sha256(SAMPLE / entry["path"]) for entry in plan["source"]}


@needs_real_data
def test_every_real_input_is_listed_with_the_hash_of_its_bytes():
    file = thurrock_file()
    found = {item["file"]: item["sha256"] for item in record(thurrock_plan())["inputs"]}
    assert found == {source.path: sha256(file.data / source.path) for source in file.sources}


def test_every_input_has_its_publisher_licence_and_vintage_and_its_rows_add_up(sample):
    for item in sample["inputs"]:
        assert all(item[key] for key in ("title", "publisher", "licence", "attribution", "vintage")), item["file"]
        assert item["rows_read"] == item["rows_used"] + sum(item["set_aside"].values()), item["file"]


def test_every_parameter_is_written_down(sample):
    assert sample["parameters"] == json.loads(json.dumps(dataclasses.asdict(sample_plan().parameters)))
    assert sample["parameters"]["score"]["seed"]


def test_the_solvers_proof_is_written_down(sample):
    found = sample["shortlist"]
    assert found["status"] == "optimal"
    assert found["demand_covered"] <= found["demand_bound"] + 1e-9
    assert found["gap_share"] == 0
    assert found["solver"].startswith("HiGHS ")
    assert found["spent_gbp"] <= found["budget_gbp"]


def test_the_business_case_and_its_draws_are_written_down(sample):
    plan, found = sample_plan(), sample["case"]
    assert found["bcr"] == round(plan.case.programme.bcr, 6)
    assert found["monte_carlo_seed"] == plan.parameters.appraisal.seed
    assert found["external"]["is_met"] is plan.funding.external.is_met is not None
    assert any("2 to 1" in sentence for sentence in sample["statements"])


def test_versions_are_those_that_ran(sample):
    assert sample["versions"]["connected-place"] == metadata.version("connected-place")
    assert sample["versions"]["highspy"] == metadata.version("highspy")
    assert sample["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))


def test_invented_data_are_marked(sample):
    assert sample["illustrative"] is True


def test_the_command_and_the_hash_of_the_plan_are_as_given(sample):
    assert sample["command"] == "connected-place demo"
    assert sample["plan_file_sha256"] == "0" * 64


def test_what_is_not_known_is_null(sample, tiny):
    """The tiny world reports nothing for one area; NaN is not JSON."""
    assert None not in sample["borough"].values()
    silent = dataclasses.replace(tiny, borough=tiny.borough.where(tiny.borough.index != "gigabit_gap"))
    assert record(silent)["borough"]["gigabit_gap"] is None


def test_every_warning_is_written_down_with_its_rows(tiny):
    found = record(tiny)["warnings"]
    assert [(item["code"], item["file"], item["rows"]) for item in found] == [("VENUE_AT_POSTCODE", "assets.csv", [4])]


def test_nothing_in_it_changes_from_run_to_run(sample):
    assert record(sample_plan()) == sample
    assert not {"time", "date", "user", "host", "out"} & set(sample)
