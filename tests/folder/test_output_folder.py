"""The output folder: whole and new, or as it was, whatever happens in between."""

import errno
import hashlib
import json
import multiprocessing
import os
import re
import socket
import sys
from pathlib import Path

import pytest

from connected_place.maps.folder import output_folder
from connected_place.maps.folder.output_folder import OutputError, replace_folder, write_files
from connected_place.maps.folder.ownership import MANIFEST

from ..processes import EMERGENCY_S

FILES = {"index.html": "new", "wards/E05.html": "new ward"}


def fill(folder):
    write_files(folder, FILES)


def contents(folder):
    """Every file but the manifest, which a test of its own reads."""
    files = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}
    return {name: text for name, text in files.items() if name != MANIFEST}


@pytest.fixture
def earlier(tmp_path):
    """A folder that an earlier run made, alone in its parent."""
    target = tmp_path / "place" / "out"
    replace_folder(target, lambda folder: write_files(folder, {"index.html": "old", "gone.html": "old"}))
    return target


OLD = {"index.html": "old", "gone.html": "old"}


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


def test_a_relative_name_starts_from_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    replace_folder(Path("out"), fill)
    assert contents(tmp_path / "out") == FILES


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_others_may_read_what_was_written(tmp_path):
    replace_folder(tmp_path / "out", fill)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o755


def test_line_ends_and_letters_are_written_unchanged(tmp_path):
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
        with pytest.raises(
            OutputError, match=r"Another run on this computer is writing to this folder.*\[FOLDER_BUSY\]"
        ):
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
        assert answers.get(timeout=EMERGENCY_S) == "FOLDER_BUSY"
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


@pytest.fixture
def without_exchange(monkeypatch):
    """A system that cannot exchange two folders: Windows, or a disk that does not support it."""
    monkeypatch.setattr(output_folder, "exchanged", lambda first, second: False)


@pytest.mark.usefixtures("without_exchange")
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
    """Nothing could be done on the way out: the old folder was moved aside, the new one was never put in place."""
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
        write_files(earlier.with_name(name), {"index.html": "half"})
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


@pytest.mark.usefixtures("without_exchange")
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


# --- whose folder and whose files ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "manifest",
    [
        '{"name": "My app", "icons": []}',
        '{"versions": {"react": "18"}}',
        "{}",
        "[]",
        "not JSON",
        "[" * 100_000,
    ],
    ids=["web app", "other versions", "empty", "list", "text", "brackets"],
)
def test_a_folder_with_someone_elses_manifest_is_left_alone(tmp_path, manifest):
    target = tmp_path / "out"
    write_files(target, {MANIFEST: manifest, "thesis.docx": "years of work"})
    with pytest.raises(OutputError, match="NOT_OURS"):
        replace_folder(target, fill)
    assert contents(target) == {"thesis.docx": "years of work"}
    assert (target / MANIFEST).read_text() == manifest


def test_the_manifest_lists_every_file_with_its_hash_and_keeps_what_it_had(tmp_path):
    replace_folder(tmp_path / "out", lambda folder: write_files(folder, FILES | {MANIFEST: '{"place": "Twoford"}'}))
    written = json.loads((tmp_path / "out" / MANIFEST).read_text())
    assert written["place"] == "Twoford"
    assert written["files"] == {name: hashlib.sha256(text.encode()).hexdigest() for name, text in FILES.items()}


@pytest.mark.parametrize("name", ["thesis.docx", "wards/notes.txt", "empty folder/", ".hidden", "a b/ü.txt"])
def test_files_that_someone_added_are_named_and_nothing_is_deleted(earlier, name):
    path = earlier / name
    path.mkdir() if name.endswith("/") else write_files(earlier, {name: "mine"})
    before = contents(earlier)
    with pytest.raises(OutputError, match=rf"would delete: {re.escape(name.rstrip('/'))}\..*\[FILES_ADDED\]"):
        replace_folder(earlier, fill)
    assert contents(earlier) == before
    assert path.exists()


def test_of_many_added_files_five_are_named_and_the_rest_counted(earlier):
    write_files(earlier, {f"{letter}.txt": "mine" for letter in "abcdefg"})
    with pytest.raises(OutputError, match=r"contains 7 files .*: a\.txt, b\.txt, c\.txt, d\.txt, e\.txt and 2 more"):
        replace_folder(earlier, fill)


@pytest.mark.parametrize("name", [".DS_Store", "wards/Thumbs.db", "pack/~$bid_pack.docx", "plan.gpkg-wal"])
def test_what_programs_leave_behind_is_nobodys_work(earlier, name):
    write_files(earlier, {name: "left behind"})
    replace_folder(earlier, fill)
    assert contents(earlier) == FILES


def test_a_link_that_someone_put_there_is_named_and_what_it_leads_to_is_kept(earlier, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    write_files(tmp_path / "elsewhere", {"a.txt": "mine"})
    (earlier / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(OutputError, match="link"):
        replace_folder(earlier, fill)
    assert contents(tmp_path / "elsewhere") == {"a.txt": "mine"}


def test_a_folder_of_a_version_that_listed_no_files_is_ours_but_its_files_are_named(tmp_path):
    target = tmp_path / "out"
    old = {"plan_file_sha256": "0" * 64, "versions": {"connected-place": "0.1.0"}}
    write_files(target, {MANIFEST: json.dumps(old), "areas.csv": "A1"})
    with pytest.raises(OutputError, match=r"areas\.csv.*\[FILES_ADDED\]"):
        replace_folder(target, fill)
    (target / "areas.csv").unlink()
    replace_folder(target, fill)
    assert contents(target) == FILES


# --- other computers -----------------------------------------------------------------------------------------


def lock_of(target):
    return target.with_name(f".{target.name}.lock")


def test_a_run_on_another_computer_is_seen_and_named(earlier):
    lock = {"computer": "finance-pc", "process": 4, "since": "2026-11-30 09:00"}
    lock_of(earlier).write_text(json.dumps(lock))
    with pytest.raises(OutputError, match=r'"finance-pc".*since 2026-11-30 09:00.*delete .*\.out\.lock.*FOLDER_BUSY'):
        replace_folder(earlier, fill)
    assert contents(earlier) == OLD
    assert json.loads(lock_of(earlier).read_text()) == lock


@pytest.mark.parametrize("text", ["", "{", '{"computer": "HERE", "process": 999999, "since": "then"}'])
def test_a_lock_that_a_killed_run_of_this_computer_left_is_taken_over(earlier, text):
    lock_of(earlier).write_text(text.replace("HERE", socket.gethostname()))
    replace_folder(earlier, fill)
    assert contents(earlier) == FILES
    assert not lock_of(earlier).exists()


def test_while_a_run_writes_its_lock_says_which_computer_and_process(tmp_path):
    target = tmp_path / "out"

    def fill_and_look(folder):
        held = json.loads(lock_of(target).read_text())
        assert (held["computer"], held["process"]) == (socket.gethostname(), os.getpid())
        fill(folder)

    replace_folder(target, fill_and_look)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


# --- in one step ---------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="This system cannot exchange folders.")
def test_the_two_folders_change_places_and_the_target_is_never_absent(earlier, monkeypatch):
    """No rename at all: a reader of the target sees the old folder, then the new one."""
    monkeypatch.setattr(Path, "rename", lambda self, other: pytest.fail("renamed, so the target was absent"))
    replace_folder(earlier, fill)
    assert contents(earlier) == FILES
    assert [path.name for path in earlier.parent.iterdir()] == ["out"]


@pytest.mark.usefixtures("without_exchange")
def test_if_even_the_old_folder_cannot_come_back_its_place_is_shown(earlier, monkeypatch):
    true_rename = Path.rename

    def rename(self, other):
        if Path(other) == earlier:
            raise OSError(errno.EACCES, "in use")
        return true_rename(self, other)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OutputError, match=r"the earlier folder is now .*\.out\.old"):
        replace_folder(earlier, fill)
    assert contents(earlier.with_name(".out.old")) == OLD
