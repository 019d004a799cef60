"""The output folder: whole and new, or as it was, whatever happens in between."""

import errno
import multiprocessing
import os
import sys
from pathlib import Path

import pytest

from connected_place.maps.folder import output_folder
from connected_place.maps.folder.output_folder import MARK, OutputError, replace_folder, write_files

FILES = {MARK: "{}", "index.html": "new", "wards/E05.html": "new ward"}


def fill(folder):
    write_files(folder, FILES)


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def earlier(tmp_path):
    """A folder that an earlier run made, alone in its parent."""
    target = tmp_path / "place" / "out"
    replace_folder(target, lambda folder: write_files(folder, {MARK: "{}", "index.html": "old", "gone.html": "old"}))
    return target


OLD = {MARK: "{}", "index.html": "old", "gone.html": "old"}


def assert_as_it_was(target):
    assert contents(target) == OLD
    assert [path.name for path in target.parent.iterdir()] == [target.name]


# --- the good case -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["out", "out put", "ausgäbe", "out[1]", ".hidden", "a" * 200])
def test_a_new_folder_is_made_with_its_parents_and_nothing_beside_it(tmp_path, name):
    target = tmp_path / "not" / "there" / name
    replace_folder(target, fill)
    assert contents(target) == FILES
    assert [path.name for path in target.parent.iterdir()] == [name]


def test_an_earlier_run_is_replaced_and_leaves_no_file_behind(earlier):
    replace_folder(earlier, fill)
    assert contents(earlier) == FILES
    assert [path.name for path in earlier.parent.iterdir()] == ["out"]


def test_an_empty_folder_is_taken(tmp_path):
    target = tmp_path / "out"
    target.mkdir()
    replace_folder(target, fill)
    assert contents(target) == FILES


def test_a_relative_name_is_taken_from_where_one_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    replace_folder(Path("out"), fill)
    assert contents(tmp_path / "out") == FILES


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_others_may_read_what_was_written(tmp_path):
    replace_folder(tmp_path / "out", fill)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o755


def test_line_ends_and_letters_are_written_as_they_are(tmp_path):
    write_files(tmp_path, {"a.txt": "one\ntwo\r\nÜ £\n"})
    assert (tmp_path / "a.txt").read_bytes() == "one\ntwo\r\nÜ £\n".encode()


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_to_a_folder_is_followed_time_and_again(tmp_path):
    """Councils link `output` to a share: what is behind the link is replaced, and nothing is left beside it."""
    (tmp_path / "share" / "real").mkdir(parents=True)
    link = tmp_path / "out"
    link.symlink_to(tmp_path / "share" / "real")
    for _ in range(3):
        replace_folder(link, fill)
        assert contents(link) == FILES
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
        assert [path.name for path in (tmp_path / "share").iterdir() if path.name.startswith(".")] == []


# --- refusals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["notes.txt", ".hidden", "folder/index.html"])
def test_a_folder_that_no_earlier_run_made_is_left_alone(tmp_path, file):
    target = tmp_path / "out"
    write_files(target, {file: "mine"})
    with pytest.raises(OutputError, match=r"does not come from an earlier run.*--out.*\[NOT_OURS\]"):
        replace_folder(target, fill)
    assert contents(target) == {file: "mine"}


def test_a_file_of_that_name_is_left_alone(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="NOT_OURS"):
        replace_folder(tmp_path / "out", fill)
    assert (tmp_path / "out").read_text() == "mine"


def test_a_folder_below_a_file_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match=r"cannot be written.*\[CANNOT_WRITE\]"):
        replace_folder(tmp_path / "file" / "out", fill)


def test_a_second_run_at_the_same_time_is_refused(earlier):
    def fill_meanwhile(folder):
        with pytest.raises(OutputError, match=r"Another run is writing to this folder.*\[FOLDER_BUSY\]"):
            replace_folder(earlier, fill)
        fill(folder)

    replace_folder(earlier, fill_meanwhile)
    assert contents(earlier) == FILES


def _run_and_tell(target, answers):
    try:
        replace_folder(Path(target), fill)
        answers.put("done")
    except OutputError as error:
        answers.put(error.faults[0].code)


def test_a_second_process_is_refused_too(earlier):
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()

    def fill_meanwhile(folder):
        other = context.Process(target=_run_and_tell, args=(str(earlier), answers))
        other.start()
        assert answers.get(timeout=60) == "FOLDER_BUSY"
        other.join()
        fill(folder)

    replace_folder(earlier, fill_meanwhile)
    assert contents(earlier) == FILES


def test_one_folder_by_two_names_is_one_folder(earlier):
    """`place/out` and `place/../place/out`."""

    def fill_meanwhile(folder):
        with pytest.raises(OutputError, match="FOLDER_BUSY"):
            replace_folder(earlier.parent / ".." / earlier.parent.name / "out", fill)
        fill(folder)

    replace_folder(earlier, fill_meanwhile)


def test_runs_into_two_folders_do_not_disturb_each_other(tmp_path):
    """`out` and `out.v2` side by side: neither clears away what the other is building."""

    def fill_before(folder):
        fill(folder)
        replace_folder(tmp_path / "out", fill)

    replace_folder(tmp_path / "out.v2", fill_before)
    assert contents(tmp_path / "out.v2") == contents(tmp_path / "out") == FILES


# --- what goes wrong on the way ------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, MemoryError])
def test_a_run_that_ends_while_it_writes_leaves_the_earlier_one(earlier, error):
    def broken(folder):
        write_files(folder, {"index.html": "half"})
        raise error

    with pytest.raises(error):
        replace_folder(earlier, broken)
    assert_as_it_was(earlier)


def test_a_run_that_ends_while_it_writes_leaves_nothing_where_nothing_was(tmp_path):
    def broken(folder):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_folder(tmp_path / "place" / "out", broken)
    assert list((tmp_path / "place").iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT])
def test_a_disk_that_fails_while_it_is_written_leaves_the_earlier_run(earlier, monkeypatch, number):
    def fail(descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError, match=rf"{os.strerror(number)}.*Make room.*\[CANNOT_WRITE\]"):
        replace_folder(earlier, fill)
    assert_as_it_was(earlier)


def test_a_full_disk_in_the_middle_of_a_file_leaves_the_earlier_run(earlier, monkeypatch):
    def full(folder):
        write_files(folder, {"index.html": "half"})
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OutputError, match=r"\[CANNOT_WRITE\]"):
        replace_folder(earlier, full)
    assert_as_it_was(earlier)


@pytest.mark.parametrize("error", [OSError(errno.EACCES, "in use"), KeyboardInterrupt()], ids=["error", "interrupt"])
@pytest.mark.parametrize("step", [1, 2], ids=["old aside", "new in place"])
def test_a_run_that_ends_between_the_renames_puts_the_earlier_one_back(earlier, monkeypatch, step, error):
    """The first rename moves the old folder aside, the second puts the new one in its place."""
    true_rename, calls = Path.rename, []

    def rename(self, other):
        calls.append(other)
        if len(calls) == step:
            raise error
        return true_rename(self, other)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises((OutputError, KeyboardInterrupt)):
        replace_folder(earlier, fill)
    assert_as_it_was(earlier)


def test_a_run_that_was_killed_between_the_renames_is_mended_by_the_next(earlier):
    """Nothing could be done on the way out: the old folder stands aside, the new one was never put in place."""
    earlier.rename(earlier.with_name(".out.old"))
    half = earlier.with_name(".out.part-abcd1234")
    half.mkdir()

    def broken(folder):
        raise ValueError

    with pytest.raises(ValueError):
        replace_folder(earlier, broken)
    assert_as_it_was(earlier)


def test_what_killed_runs_left_is_cleared_away(earlier):
    for name in (".out.part-abcd1234", ".out.part-zyxw9876", ".out.old"):
        write_files(earlier.with_name(name), {"index.html": "half", MARK: "{}"})
    replace_folder(earlier, fill)
    assert contents(earlier) == FILES
    assert [path.name for path in earlier.parent.iterdir()] == ["out"]


def test_what_belongs_to_others_is_not_cleared_away(earlier):
    for name in ("out2", ".outer.abcd1234.part", "report.part"):
        write_files(earlier.with_name(name), {"a.txt": "mine"})
    replace_folder(earlier, fill)
    assert sorted(path.name for path in earlier.parent.iterdir()) == [
        ".outer.abcd1234.part",
        "out",
        "out2",
        "report.part",
    ]


def test_an_old_folder_that_cannot_be_cleared_does_not_undo_the_new_one(earlier, monkeypatch):
    true_remove = output_folder.shutil.rmtree

    def remove(path, **options):
        if str(path).endswith(".old"):
            assert options == {"ignore_errors": True}
            return
        true_remove(path, **options)

    monkeypatch.setattr(output_folder.shutil, "rmtree", remove)
    replace_folder(earlier, fill)
    assert contents(earlier) == FILES
