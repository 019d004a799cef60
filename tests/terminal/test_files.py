"""A file replaced in one step: whole and new or as it was, and nothing left beside it, not even after a kill."""

import os
import subprocess
import sys

import pytest

from connected_place.gis_data.errors import CommandError
from connected_place.scripts.terminal.files import LONGEST_WRITE_S, replace_file

KILLED = """
import os, sys
from pathlib import Path
os.fsync = lambda descriptor: os.kill(os.getpid(), 9)
from connected_place.scripts.terminal.files import replace_file
replace_file(Path(sys.argv[1]), b"new")
"""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("before", [None, b"old"])
def test_a_file_is_whole_and_new_with_nothing_beside_it(tmp_path, before):
    target = tmp_path / "plan.toml"
    if before:
        target.write_bytes(before)
    replace_file(target, b"new")
    assert target.read_bytes() == b"new"
    assert names(tmp_path) == ["plan.toml"]


def test_a_disk_that_fails_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    target = tmp_path / "plan.toml"
    target.write_bytes(b"old")

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(CommandError, match="No space left"):
        replace_file(target, b"new")
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["plan.toml"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no kill -9.")
def test_what_a_killed_writer_left_is_cleared_by_the_next(tmp_path):
    target = tmp_path / "plan.toml"
    target.write_bytes(b"old")
    subprocess.run([sys.executable, "-c", KILLED, str(target)], check=False)
    assert len(names(tmp_path)) == 2
    assert target.read_bytes() == b"old"
    replace_file(target, b"newer")
    assert names(tmp_path) == ["plan.toml"]
    assert target.read_bytes() == b"newer"


def part_of(target, process):
    """A half-written copy as a process of this computer, of the given number, would have named it."""
    from connected_place.scripts.terminal import files

    path = target.with_name(f"{files._part_prefix(target)}{process}-abc")
    path.write_bytes(b"half")
    return path


def test_the_copy_of_a_writer_at_work_and_other_peoples_files_are_left_alone(tmp_path):
    target = tmp_path / "plan.toml"
    at_work = part_of(target, os.getpid())
    of_another_computer = tmp_path / ".plan.toml.part-0000abcd-1-xyz"
    of_another_computer.write_bytes(b"half")
    replace_file(target, b"new")
    assert at_work.exists()
    assert of_another_computer.exists()


def test_a_copy_older_than_a_day_is_cleared_whatever_its_process(tmp_path):
    target = tmp_path / "plan.toml"
    old = part_of(target, os.getpid())
    long_ago = old.stat().st_mtime - LONGEST_WRITE_S - 1
    os.utime(old, (long_ago, long_ago))
    replace_file(target, b"new")
    assert names(tmp_path) == ["plan.toml"]
