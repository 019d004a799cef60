"""The bytes of an input: only a plain file of this disk is one."""

import os
import tracemalloc
from pathlib import Path

import pytest

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files import input_files
from connected_place.gis_data.files.input_files import InputFile, changed_since, read_input


def test_a_file_is_read_with_its_name_and_hash(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "A.CSV").write_bytes(b"abc")
    file = read_input("data/A.CSV", folder=tmp_path)
    assert (file.name, file.content, file.ending) == ("data/A.CSV", b"abc", ".csv")
    assert file.sha256.startswith("ba7816bf")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "-",
        ".",
        "..",
        "nothing.csv",
        "a\0b",
        "x" * 5_000,
        "/vsicurl/http://x/a",
        "http://x/a",
        "PG:host=x",
        "file:///a",
    ],
)
def test_what_is_not_a_plain_file_is_refused(tmp_path, path):
    with pytest.raises(DataError, match="PATH_NOT_A_FILE"):
        read_input(path, folder=tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such devices here")
def test_a_device_is_refused_and_never_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="PATH_NOT_A_FILE"):
        read_input("pipe.csv", folder=tmp_path)


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "a.csv").touch()
    with pytest.raises(DataError, match="0 bytes"):
        read_input("a.csv", folder=tmp_path)


@pytest.mark.parametrize(("size", "is_read"), [(10, True), (11, False)])
def test_a_file_larger_than_the_limit_is_refused(tmp_path, monkeypatch, size, is_read):
    monkeypatch.setattr(input_files, "LARGEST_BYTES", 10)
    (tmp_path / "a.csv").write_bytes(b"x" * size)
    if is_read:
        assert len(read_input("a.csv", folder=tmp_path).content) == size
    else:
        with pytest.raises(DataError, match="TOO_LARGE"):
            read_input("a.csv", folder=tmp_path)


def test_a_file_that_may_not_be_read_is_refused(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_bytes(b"x")

    def denied(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(DataError, match=r"Permission denied.*PATH_NOT_READABLE"):
        read_input("a.csv", folder=tmp_path)


def test_a_change_since_the_last_run_is_a_warning():
    file = InputFile(Path("a.gpkg"), "a.gpkg", b"new")
    fault = changed_since(file, InputFile(Path("a.gpkg"), "a.gpkg", b"old").sha256)
    assert (fault.code, fault.blocks) == ("HASH_CHANGED", False)
    assert changed_since(file, file.sha256.upper()) is None
    assert changed_since(file, "") is None


def test_a_small_file_takes_no_more_memory_than_it_has_bytes(tmp_path):
    """The limit of 2 GB is not reserved."""
    (tmp_path / "a.csv").write_bytes(b"name,x\nA,1\nB,2")
    tracemalloc.start()
    try:
        assert len(read_input("a.csv", folder=tmp_path).content) == 14
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
