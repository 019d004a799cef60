"""The path loss against signals that were measured along a street, as scripts/bench/measured_wifi.py describes."""

import numpy as np
import pandas as pd
import pytest

from ..benches import MEASURED, bench

if not MEASURED.is_dir():
    pytest.skip(f"no measurements in {MEASURED}", allow_module_level=True)


@pytest.fixture(scope="module")
def rows():
    return bench("measured_wifi").measured(MEASURED)


@pytest.fixture(scope="module")
def found(rows):
    return bench("measured_wifi").comparison(rows).set_index("case")


@pytest.mark.parametrize(
    ("case", "rmse_db", "bias_db"),
    [
        ("in sight, no offset (full legal power assumed)", 6.4, -3.4),
        ("in sight, one offset per access point", 5.3, 0.0),
        ("  offset of trace 082, tested on 083", 5.2, -0.2),
        ("  offset of trace 083, tested on 082", 5.3, 0.2),
        ("in sight, offset of the other three access points", 5.5, 0.4),
        ("off the street, no line of sight, no offset", 9.0, 6.0),
        ("off the street, no line of sight, offsets of its own", 5.2, 0.0),
    ],
)
def test_the_error_of_each_case_is_what_was_reported(found, case, rmse_db, bias_db):
    """The second is the published anchor: 5.3 dB in sight after one offset per access point."""
    assert found.loc[case, "rmse_db"] == pytest.approx(rmse_db, abs=0.1)
    assert found.loc[case, "bias_db"] == pytest.approx(bias_db, abs=0.1)


def test_off_the_street_the_signal_lies_between_the_two_formulas(found):
    """With the offsets of the street: weaker than in sight, stronger than out of sight."""
    assert found.loc["off the street, line of sight, offsets of the street", "bias_db"] < 0
    assert found.loc["off the street, no line of sight, offsets of the street", "bias_db"] > 0


@pytest.mark.parametrize("half_street_m", [6.0, 8.0, 12.0, 15.0])
def test_how_wide_the_street_is_taken_to_be_decides_nothing(rows, half_street_m):
    found = bench("measured_wifi").comparison(rows, half_street_m=half_street_m).set_index("case")
    assert found.loc["in sight, one offset per access point", "rmse_db"] == pytest.approx(5.3, abs=0.1)


def test_the_places_in_node_info_are_swapped():
    """With them the same model errs by nearly 10 dB."""
    swapped = bench("measured_wifi").comparison(bench("measured_wifi").measured(MEASURED, swapped=True))
    assert swapped.set_index("case").loc["in sight, one offset per access point", "rmse_db"] > 9


def test_seconds_without_a_frame_are_counted_and_never_used(rows):
    counts = bench("measured_wifi").counts(rows)
    assert (counts["used"] + counts["silent_sender_off"] + counts["silent_sender_on"] == counts["seconds"]).all()
    assert counts["seconds"].sum() == len(rows) == 7_832
    assert counts["used"].sum() == rows["rssi_dbm"].notna().sum() == 5_390
    assert rows["rssi_dbm"].min() > -92


def test_a_second_without_a_frame_is_likelier_far_away_and_happens_beside_the_access_point(rows):
    """So it is partly a signal too weak and partly not: no loss can be read from it."""
    counts = bench("measured_wifi").counts(rows)
    assert (counts["share_past_100_m"] > counts["share_within_20_m"]).all()
    assert counts.loc["ap3", "share_within_20_m"] > 0.3


def test_the_published_north_south_distance_is_short_by_the_cosine_of_the_latitude():
    """So positions are taken from latitude and longitude: 30 m north were published as 22.6 m."""
    track = pd.read_csv(MEASURED / "summary_location-log.csv")
    north_m = 111_050 * (track["lat"] - 41.178518)  # metres in a degree of latitude at 41 degrees
    far = north_m.abs() > 5
    ratio = (track["ap1DeltaY"] / north_m)[far]
    assert far.sum() > 500
    assert ratio.to_numpy() == pytest.approx(np.cos(np.radians(41.1785)), abs=0.01)
