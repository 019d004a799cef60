"""A zip is its data files, or a fault that says why not; any bytes at all are answered so."""

import io
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files import archives
from connected_place.gis_data.files.archives import members
from connected_place.gis_data.files.input_files import InputFile


def packed(entries, **options):
    """A zip of (name or ZipInfo, content) pairs."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, **options) as package:
        for name, content in entries:
            package.writestr(name, content)
    return stream.getvalue()


def file_of(content):
    return InputFile(Path("a.zip"), "a.zip", content)


def refused(content):
    with pytest.raises(DataError) as error:
        members(file_of(content))
    return {fault.code for fault in error.value.faults}


def test_the_data_files_are_given_by_name_and_the_rest_is_passed_over():
    content = packed(
        [
            ("b.csv", b"2"),
            ("a/A.CSV", b"1"),
            ("README.txt", b""),
            ("__MACOSX/._b.csv", b""),
            (".DS_Store", b""),
            ("x.pdf", b""),
        ]
    )
    assert [(file.name, file.content) for file in members(file_of(content))] == [
        ("a.zip/a/A.CSV", b"1"),
        ("a.zip/b.csv", b"2"),
    ]


def test_many_tables_are_given_in_order():
    content = packed([(f"202601_fixed_pc_{at:03d}.csv", b"x") for at in reversed(range(121))])
    names = [file.name for file in members(file_of(content))]
    assert (len(names), names) == (121, sorted(names))


@pytest.mark.parametrize(
    "name",
    [
        "../a.csv",
        "/a.csv",
        "a/../b.csv",
        "C:/a.csv",
        "..\\a.csv",
        "CON.csv",
        "x/aux",
        "lpt1.txt",
        "a.csv.",
        "a .csv ",
        "a\x01.csv",
        "a//b.csv",
    ],
)
def test_a_name_that_could_harm_is_refused(name):
    assert refused(packed([(name, b"x")])) == {"ZIP_UNSAFE_NAME"}


@pytest.mark.parametrize("second", ["a.csv", "A.csv"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(second):
    assert refused(packed([("a.csv", b"1"), (second, b"2")])) == {"ZIP_DUPLICATE_NAME"}


def test_an_archive_in_an_archive_is_refused():
    assert refused(packed([("a.csv", b"1"), ("b.ZIP", b"2")])) == {"ZIP_NESTED"}


def test_a_link_is_refused():
    link = zipfile.ZipInfo("a.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert refused(packed([(link, b"/etc/passwd")])) == {"ZIP_SYMLINK"}


def test_a_locked_archive_is_refused():
    content = bytearray(packed([("a.csv", b"1")]))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(content)) == {"ZIP_ENCRYPTED"}


def test_an_unusual_method_is_refused():
    info = zipfile.ZipInfo("a.csv")
    info.compress_type = zipfile.ZIP_BZIP2
    assert refused(packed([(info, b"1")])) == {"ZIP_METHOD"}


@pytest.mark.parametrize(("limit", "value"), [("SMALL_BYTES", 1_000), ("MOST_MEMBERS", 0)])
def test_what_swells_beyond_measure_is_refused_before_it_is_unpacked(monkeypatch, limit, value):
    monkeypatch.setattr(archives, limit, value)
    monkeypatch.setattr(zipfile.ZipFile, "read", None)
    assert refused(packed([("a.csv", b"0" * 1_000_000)])) == {"TOO_LARGE"}


@pytest.mark.parametrize("entries", [[], [("README.txt", b"x")], [("folder/", b"")]])
def test_an_archive_without_data_is_empty(entries):
    assert refused(packed(entries)) == {"EMPTY"}


def test_data_before_the_archive_are_a_warning_that_is_given_once():
    first, second = members(file_of(b"MZ program" + packed([("a.csv", b"1"), ("b.csv", b"2")])))
    assert [fault.code for fault in first.warnings] == ["ZIP_PREFIX"]
    assert second.warnings == ()


def test_damage_is_distinguished_from_another_format():
    content = packed([("a.csv", b"some text that is packed " * 9)])
    assert refused(content[:-30]) == {"DAMAGED"}
    assert refused(content.replace(content[40:44], b"\0\0\0\0")) == {"DAMAGED"}
    assert refused(b"postcode,premises\n") == {"FORMAT_MISMATCH"}


VALID = packed([("a.csv", b"code,b\n1,2\n" * 5), ("b/c.csv", b"x")])


@given(st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.integers(0, 255)), max_size=4), st.integers(0, len(VALID)))
def test_no_bytes_raise_anything_but_faults(changes, length):
    content = bytearray(VALID)
    for at, value in changes:
        content[at] = value
    for candidate in (bytes(content), bytes(content[:length])):
        try:
            members(file_of(candidate))
        except DataError as error:
            assert error.faults
