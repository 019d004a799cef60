"""Logs of use find their candidates by id or name; what fits none is counted and named, and sessions are not users."""

import pandas as pd
import pytest

from connected_place.coverage.parameters import Use
from connected_place.coverage.use.logs import use_logs
from connected_place.gis_data.errors import DataError
from connected_place.gis_data.layers import Layers
from connected_place.gis_data.readers.wifi_use import read_wifi_use

from ..publisher_files import read

CANDIDATES = pd.DataFrame(
    {"name": ["Town Library", "Market Hall", "Park", "Park"]},
    index=pd.Index(["libraries:7", "A1", "A2", "A3"], name="site_id"),
)


def logs(folder, *files, header="Site,Date,Users,Sessions", rules=None):
    layers = [
        read(read_wifi_use, "wifi-use", folder / f"use{number}.csv", "\n".join([header, *rows, ""]))
        for number, rows in enumerate(files)
    ]
    return use_logs(Layers(tuple(layers)), CANDIDATES, rules=rules or Use())


def test_without_a_log_there_is_none():
    found = use_logs(Layers(()), CANDIDATES, rules=Use())
    assert (len(found.frame), found.unmatched, found.warnings) == (0, (), ())
    assert list(found.frame) == ["days", "counted", "are_users"]


def test_sites_are_found_by_id_or_name_and_added_up(tmp_path):
    found = logs(
        tmp_path,
        ["a1,2026-01-01,10,", "A1,2026-01-02,0,", "TOWN LIBRARY,2026-01,310,", "7,2026-02,280,"],
        ["A2,2026-03-01,5,"],
    )
    assert found.frame.to_dict("index") == {
        "A1": {"days": 2, "counted": 10, "are_users": True},
        "A2": {"days": 1, "counted": 5, "are_users": True},
        "libraries:7": {"days": 59, "counted": 590, "are_users": True},
    }
    assert found.period == "January 2026 to March 2026"
    assert not found.warnings


def test_what_fits_no_candidate_is_counted_and_named(tmp_path):
    found = logs(tmp_path, ["Park,2026-01-01,10,", "Bus station,2026-01-01,0,", "A1,2026-01-01,3,"])
    assert found.unmatched == ("Bus station", "Park")  # two candidates are called Park
    (warning,) = found.warnings
    assert (warning.code, warning.value, warning.blocks) == ("USE_UNMATCHED", "Bus station, Park", False)


def test_sessions_are_not_users_without_a_stated_factor(tmp_path):
    rows = ["A1,2026-01-01,,20", "A2,2026-01-01,,0"]
    found = logs(tmp_path, rows)
    assert not found.frame["are_users"].any()
    assert [warning.code for warning in found.warnings] == ["USE_SESSIONS"]
    stated = logs(tmp_path, rows, rules=Use(users_per_session=0.25))
    assert stated.frame["are_users"].all()
    assert stated.frame["counted"].tolist() == [5, 0]
    assert not stated.warnings


def test_sessions_beside_users_are_left_out_and_said(tmp_path):
    found = logs(tmp_path, ["A1,2026-01-01,8,20", "A2,2026-01-01,,9"])
    assert found.frame.index.tolist() == ["A1"]
    assert [(warning.code, warning.value) for warning in found.warnings] == [("USE_MIXED", "A2")]


@pytest.mark.parametrize(
    "files",
    [(["A1,2026-01-01,8,"], ["A1,2026-01-01,9,"]), (["A1,2026-01-01,8,", "Market Hall,2026-01-01,8,"],)],
)
def test_one_day_of_a_candidate_in_two_files_or_under_two_names_is_refused(tmp_path, files):
    with pytest.raises(DataError, match="repeats the site and date"):
        logs(tmp_path, *files)
