"""One round of `check` names every fault: those of plan.toml, of each file, and of each step that can be tried."""

import json

import pytest

from connected_place.scripts.cli import main

from ..small_places import write_street


@pytest.fixture
def street(tmp_path):
    return write_street(tmp_path / "street")


def checked(plan, capsys):
    """Exit code and report of `check --json`."""
    code = main(["check", str(plan), "--json"])
    return code, json.loads(capsys.readouterr().out)


def blockers(found):
    return sorted({fault["code"] for fault in found["faults"] if fault["blocks"]})


def changed(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_fault_of_the_plan_file_hides_none_of_the_input_files(street, capsys):
    changed(street / "plan.toml", "[place]", "[place]\nnmae = 1")
    (street / "areas.geojson").write_text("{")
    code, found = checked(street, capsys)
    assert (code, blockers(found)) == (1, ["NOT_GEOJSON", "UNKNOWN_KEY"]) or "TRUNCATED" in blockers(found)
    assert any(record["file"] == "venues.csv" for record in found["sources"])


def test_a_fault_of_a_file_hides_none_of_the_whole_plan(street, capsys):
    """The venues cannot be read; two coverage files are of two months."""
    other = (street / "202601_fixed_oa_coverage_r1.csv").read_text()
    (street / "202501_fixed_oa_coverage_r1.csv").write_text(other)
    plan = street / "plan.toml"
    plan.write_text(
        plan.read_text() + '[[source]]\nkind = "ofcom-fixed-coverage"\npath = "202501_fixed_oa_coverage_r1.csv"\n'
    )
    changed(street / "202501_fixed_oa_coverage_r1.csv", ",90", ",89")
    changed(street / "venues.csv", "name", "title")
    code, found = checked(street, capsys)
    assert code == 1
    assert {"COLUMN_MISSING", "RELEASES_MIXED"} <= set(blockers(found))
    assert not any(name.startswith("NO_") for name in blockers(found))


def test_a_step_that_fails_hides_none_of_the_others(street, capsys):
    """The power is more than the law allows, and no venue lies in the place."""
    changed(
        street / "plan.toml",
        "[[source]]",
        "[wifi]\neirp_dbm = 36.0\nfrequency_mhz = 2437\n\n[[source]]",
    )
    text = (street / "venues.csv").read_text()
    (street / "venues.csv").write_text(text.replace(",1805", ",2805").replace(",180500.0", ",280500.0"))
    code, found = checked(street, capsys)
    assert (code, blockers(found)) == (1, ["EIRP_OVER_LIMIT", "NO_CANDIDATES"])


def test_nothing_that_a_terminal_would_obey_is_printed(street, capsys):
    """Names, paths and keys may contain escape bytes."""
    plan = street / "plan.toml"
    text = plan.read_text().replace("[place]", '["\\u001b[31mkey"]\n[place]', 1)
    plan.write_text(text + '[[source]]\nkind = "venues"\npath = "a\\u001b[2J\\u009b.csv"\n')
    assert main(["check", str(street)]) == 1
    printed = capsys.readouterr()
    assert all(line.isprintable() for line in (printed.out + printed.err).splitlines())
    assert "\\x1b[31mkey" in printed.err
    main(["check", str(street), "--json"])
    assert all(line.isprintable() for line in capsys.readouterr().out.splitlines())


def test_header_lines_inside_a_table_are_counted_among_the_rows_set_aside(street, capsys):
    """Two lists were put one below the other, each with its header."""
    venues = street / "venues.csv"
    header, *rows = venues.read_text(encoding="utf-8").splitlines()
    venues.write_text("\n".join([header, *rows, header.upper(), ""]), encoding="utf-8")
    code, found = checked(street, capsys)
    (record,) = [each for each in found["sources"] if each["file"] == "venues.csv"]
    assert code == 0
    assert record["set_aside"] == {"repeats the header": 1}
    assert record["rows_read"] == record["rows_used"] + 1
    main(["check", str(street)])
    assert "1 set aside (repeats the header)" in " ".join(capsys.readouterr().out.split())
