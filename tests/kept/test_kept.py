"""Results kept for later runs: found where nothing changed, never trusted where anything did, and never in the way."""

import dataclasses
import os
import pickle
import subprocess
import sys
import threading

import pandas as pd
import pytest

import connected_place.api as cp
from connected_place.scripts.config.plan_file import read_plan_file
from connected_place.scripts.kept import input_files, results
from connected_place.scripts.kept.input_files import InputFiles
from connected_place.scripts.kept.results import FOLDER_VARIABLE, KeptResults, kept_folder

from ..small_places import write_street

BUDGET = "[sites]\nbudget_gbp = 20_000\nsamples = 0\n[score]\nsamples = 20\n[appraisal]\ndraws = 100\n"
COVERAGE = "202601_fixed_oa_coverage_r1.csv"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A folder with everything that planning the street keeps, the folder of the plan, and the plan."""
    kept, street = tmp_path_factory.mktemp("kept"), write_street(tmp_path_factory.mktemp("street"), more=BUDGET)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(kept))
        plan = cp.open_plan(street).plan()
    assert sorted(path.name for path in street.iterdir() if path.suffix == ".result") == []
    return kept, street, plan


@pytest.fixture
def street(kept, tmp_path, monkeypatch):
    """The plan's folder; what was kept of it is found in a folder of the test's own."""
    for path in kept[0].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return kept[1]


def copied(folder, into):
    """A folder of a plan with the same files."""
    for path in folder.iterdir():
        (into / path.name).write_bytes(path.read_bytes())
    return into


class Inputs:
    """Files whose hash the test decides."""

    def __init__(self, *digests):
        self.digests = list(digests)

    def digest(self):
        """The next one; the last one for ever."""
        return self.digests.pop(0) if len(self.digests) > 1 else self.digests[0]


# --- found again ---------------------------------------------------------------------------------------------


def test_a_second_run_takes_no_step_and_finds_what_was_worked_out(street, kept, taken):
    found, made = cp.open_plan(street).plan(), kept[2]
    assert taken == []
    for table in ("areas", "wards", "sites"):
        pd.testing.assert_frame_equal(getattr(found, table), getattr(made, table))
    assert found.record.warnings == made.record.warnings
    assert found.record.provenance == made.record.provenance


def test_a_changed_number_takes_only_the_steps_that_read_it(street, taken):
    cp.open_plan(street).with_({"sites.budget_gbp": 3_000}).plan()
    assert taken == ["siting", "programme", "case", "delivery", "opponent", "record"]


def test_a_step_that_is_kept_needs_none_of_those_before_it(street, taken, tmp_path):
    """With the rest deleted, the sites are still an answer."""
    p = cp.open_plan(street)
    path = p.steps.shelf._path(p.steps.key_of("siting"))
    for other in set(tmp_path.iterdir()) - {path}:
        other.unlink()
    assert p.take("siting").siting.sites["selected"].any()
    assert taken == []


def test_the_same_results_are_found_whatever_order_python_gives_to_sets(street):
    code = f"import connected_place.api as cp; p = cp.open_plan({str(street)!r}); print(p.steps.to_take('record'))"
    child = {**os.environ, "PYTHONHASHSEED": "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"}
    found = subprocess.run([sys.executable, "-c", code], env=child, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "()"


# --- never trusted -------------------------------------------------------------------------------------------


def test_a_changed_file_is_read_and_worked_out_again(street, taken):
    whole = (street / COVERAGE).read_bytes()
    try:
        (street / COVERAGE).write_bytes(whole + b"\n")
        cp.open_plan(street).take("gaps")
    finally:
        (street / COVERAGE).write_bytes(whole)
    assert taken == ["layers", "area", "gaps"]


@pytest.mark.parametrize("changed", ["file", "beside it", "moved", "program", "another column", "recorded"])
def test_whatever_can_change_a_result_changes_the_hash(street, monkeypatch, tmp_path_factory, changed):
    own = copied(street, tmp_path_factory.mktemp("own"))
    sources = read_plan_file(own).sources

    def digest(*, sources=sources, recorded=()):
        return InputFiles(tuple(sources), folder=own, recorded=dict(recorded)).digest()

    before = digest()
    assert before == digest() != ""
    if changed == "moved":
        own = own.rename(own.with_name(f"{own.name}-elsewhere"))
    elif changed == "program":
        monkeypatch.setattr(input_files, "program_digest", lambda: "another")
    elif changed == "file":
        (own / COVERAGE).write_bytes((own / COVERAGE).read_bytes().replace(b"1", b"2", 1))
    elif changed == "beside it":
        (own / COVERAGE).with_suffix(".csvt").write_text('"String"')
    elif changed == "another column":
        sources = (dataclasses.replace(sources[0], columns={"code": "Code"}), *sources[1:])
    after = digest(sources=sources, recorded=[(COVERAGE, "0" * 64)] if changed == "recorded" else [])
    assert after not in ("", before)


def test_a_file_that_is_missing_has_no_hash(street):
    missing = dataclasses.replace(read_plan_file(street).sources[0], path="missing*.csv")
    assert InputFiles((missing,), folder=street, recorded={}).digest() == ""


def test_one_byte_of_the_code_that_calculates_is_another_program(tmp_path, monkeypatch):
    before = input_files.program_digest.__wrapped__()
    (tmp_path / "rule.py").write_text("x = 1\n")
    found = input_files._code(("coverage",))
    code = [*found, tmp_path / "rule.py"]
    monkeypatch.setattr(input_files, "_code", lambda folders: iter(code))
    with_rule = input_files.program_digest.__wrapped__()
    (tmp_path / "rule.py").write_text("x = 2\n")
    assert len({before, with_rule, input_files.program_digest.__wrapped__()}) == 3


def test_the_code_is_all_that_calculates():
    """The rooms are there, and the embedded borough's files, which are inputs, are not."""
    found = {path.name for path in input_files._code(("gis_data", "coverage"))}
    assert {"plan.py", "intake.py", "sources.toml", "messages.toml"} <= found
    assert not any("sample" in path.parts for path in input_files._code(("gis_data",)))


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b[:10], lambda b: b"", lambda b: b[:-1] + b"\0"])
def test_a_damaged_result_counts_as_none_and_is_kept_anew(tmp_path, damage):
    shelf = KeptResults(tmp_path, Inputs("a"))
    shelf.put("key", {"a": 1})
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(KeyError):
        shelf.get("key")
    shelf.put("key", {"a": 2})
    assert shelf.get("key") == {"a": 2}


def test_a_result_of_a_class_that_is_gone_counts_as_none(tmp_path):
    shelf = KeptResults(tmp_path, Inputs("a"))
    shelf.put("key", 1)
    (path,) = tmp_path.iterdir()
    content = pickle.dumps(pd.DataFrame()).replace(b"pandas", b"pandxs")
    path.write_bytes(results.hashlib.sha256(content).digest() + content)
    with pytest.raises(KeyError):
        shelf.get("key")


def test_a_file_that_changes_while_it_is_read_is_kept_under_no_hash(tmp_path):
    shelf = KeptResults(tmp_path, Inputs("before", "after"))
    shelf.put("first", 1)
    shelf.leave_if_changed()
    shelf.put("second", 2)
    assert len(list(tmp_path.iterdir())) == 1
    assert not shelf.holds("first")


def test_files_that_cannot_be_read_keep_nothing(tmp_path):
    shelf = KeptResults(tmp_path, Inputs(""))
    shelf.put("key", 1)
    assert not shelf.holds("key")
    assert list(tmp_path.iterdir()) == []


# --- never in the way ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [PermissionError, OSError(28, "No space left on device")])
def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path, monkeypatch, error):
    def full(*arguments, **named):
        raise error

    monkeypatch.setattr(results.tempfile, "mkstemp", full)
    shelf = KeptResults(tmp_path / "new", Inputs("a"))
    shelf.put("key", 1)
    assert not shelf.holds("key")


def test_a_disk_that_fills_up_leaves_no_part(tmp_path, monkeypatch):
    def full(path, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(results.Path, "replace", full)
    KeptResults(tmp_path, Inputs("a")).put("key", 1)
    assert list(tmp_path.iterdir()) == []


def test_what_was_not_used_for_longest_makes_room(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "MOST_BYTES", 1_100)  # three of them
    shelf = KeptResults(tmp_path, Inputs("a"))
    for age, key in enumerate(("first", "second", "third")):
        shelf.put(key, b"x" * 300)
        os.utime(shelf._path(key), (age, age))
    shelf.get("first")
    shelf.put("fourth", b"x" * 300)
    assert [key for key in ("first", "second", "third", "fourth") if shelf.holds(key)] == ["first", "third", "fourth"]


def test_a_result_that_is_too_large_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "MOST_BYTES_EACH", 100)
    shelf = KeptResults(tmp_path, Inputs("a"))
    shelf.put("key", b"x" * 101)
    assert not shelf.holds("key")


def test_several_at_once_find_a_whole_result_or_none(tmp_path):
    shelf, found, value = KeptResults(tmp_path, Inputs("a")), [], b"x" * 1_000_000

    def work():
        for _ in range(20):
            shelf.put("key", value)
            found.append(shelf.get("key") == value)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 80
    assert len(list(tmp_path.iterdir())) == 1


def test_nothing_is_kept_when_it_is_off(monkeypatch, street, taken):
    monkeypatch.setenv(FOLDER_VARIABLE, "off")
    cp.open_plan(street).take("gaps")
    assert taken == ["layers", "area", "gaps"]


def test_the_folder_is_the_users_own_unless_one_is_named(monkeypatch, tmp_path):
    """Never that of a plan: a result is read with pickle, and a plan may come with an email."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert kept_folder() == tmp_path
    monkeypatch.delenv(FOLDER_VARIABLE)
    assert kept_folder().name == "connected-place"
