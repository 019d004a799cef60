"""Power limits: what may be radiated where, and every plan that breaks a limit refused by name."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.coverage.reach.power_limits import BANDS, bands_of, legal_eirp_dbm, radiated, stated
from connected_place.gis_data.errors import PlanFileError


def codes(refused):
    return [fault.code for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("frequency_mhz", "outdoors", "tpc", "eirp_dbm"),
    [
        (2_437, True, True, 20.0),
        (2_437, False, False, 20.0),
        (5_180, False, True, 23.0),
        (5_180, False, False, 23.0),
        (5_300, False, True, 23.0),
        (5_300, False, False, 20.0),  # 5250-5350 without power control
        (5_500, True, True, 30.0),
        (5_500, True, False, 27.0),
        (5_500, False, True, 30.0),
        (5_800, False, True, 23.0),
        (6_000, False, True, 24.0),
        (6_000, True, True, 14.0),  # very low power
    ],
)
def test_a_band_has_its_limit(frequency_mhz, outdoors, tpc, eirp_dbm):
    assert legal_eirp_dbm(frequency_mhz, outdoors=outdoors, tpc=tpc) == eirp_dbm


@pytest.mark.parametrize(
    ("frequency_mhz", "width_mhz", "outdoors", "eirp_dbm"),
    [
        (2_412, 20, True, 20.0),  # channel 1: 2402-2422
        (2_472, 20, True, 20.0),  # channel 13: 2462-2482
        (5_500, 20, True, 30.0),  # channel 100: 5490-5510
        (5_715, 20, True, 30.0),  # ends on the edge
        (5_250, 160, False, 23.0),  # channel 50 lies over both lower parts
        (5_250, 0, False, 23.0),  # the edge between the two
    ],
)
def test_a_channel_inside_its_band_may_be_used(frequency_mhz, width_mhz, outdoors, eirp_dbm):
    assert legal_eirp_dbm(frequency_mhz, outdoors=outdoors, width_mhz=width_mhz) == eirp_dbm


def test_a_channel_over_two_bands_keeps_the_stricter_rules():
    """Channel 50, 5170-5330 MHz: without power control only the upper half has the lower limit."""
    assert legal_eirp_dbm(5_250, outdoors=False, width_mhz=160, tpc=False) == 20.0
    with pytest.raises(PlanFileError) as refused:
        legal_eirp_dbm(5_250, outdoors=False, width_mhz=160, dfs=False)
    assert codes(refused) == ["DFS_NEEDED"]


@pytest.mark.parametrize(
    ("frequency_mhz", "width_mhz", "outdoors", "code"),
    [
        (5_180, 20, True, "BAND_INDOORS_ONLY"),
        (5_300, 20, True, "BAND_INDOORS_ONLY"),
        (5_350, 0, True, "BAND_INDOORS_ONLY"),  # the edge
        (5_800, 20, True, "BAND_INDOORS_ONLY"),
        (5_720, 20, True, "BAND_INDOORS_ONLY"),  # channel 144 reaches into 5725-5850
        (5_400, 20, True, "BAND_UNKNOWN"),
        (5_400, 20, False, "BAND_UNKNOWN"),
        (5_350, 20, False, "BAND_UNKNOWN"),  # its upper edge lies in no band
        (2_484, 20, True, "BAND_UNKNOWN"),  # channel 14 is Japan's
        (2_405, 20, True, "BAND_UNKNOWN"),  # its lower edge
        (5_410, 200, False, "BAND_UNKNOWN"),  # a gap between two bands, with both edges inside them
        (6_430, 0, True, "BAND_UNKNOWN"),
        (868, 0, True, "BAND_UNKNOWN"),
    ],
)
def test_a_channel_that_may_not_be_used_is_refused_by_name(frequency_mhz, width_mhz, outdoors, code):
    with pytest.raises(PlanFileError) as refused:
        legal_eirp_dbm(frequency_mhz, outdoors=outdoors, width_mhz=width_mhz)
    assert codes(refused) == [code]


@pytest.mark.parametrize(("frequency_mhz", "needed"), [(5_500, True), (5_300, True), (5_180, False), (2_437, False)])
def test_bands_shared_with_radar_need_frequency_selection(frequency_mhz, needed):
    if not needed:
        assert legal_eirp_dbm(frequency_mhz, outdoors=False, dfs=False)
        return
    with pytest.raises(PlanFileError, match="radar") as refused:
        legal_eirp_dbm(frequency_mhz, outdoors=False, dfs=False)
    assert codes(refused) == ["DFS_NEEDED"]


def test_standard_power_at_6_ghz_is_off():
    with pytest.raises(PlanFileError, match="24 dBm indoors and 14 dBm outdoors") as refused:
        legal_eirp_dbm(6_000, outdoors=True, standard_power=True)
    assert codes(refused) == ["STANDARD_POWER_OFF"]


def test_all_that_is_wrong_is_reported_at_once():
    with pytest.raises(PlanFileError) as refused:
        legal_eirp_dbm(5_180, outdoors=True, standard_power=True)
    assert codes(refused) == ["STANDARD_POWER_OFF", "BAND_INDOORS_ONLY"]


@pytest.mark.parametrize(
    ("conducted_dbm", "gain_dbi", "eirp_dbm", "cut_db"),
    [(14, 4, 18.0, 0.0), (14, 6, 20.0, 0.0), (14, 8, 20.0, 2.0), (20, 0, 20.0, 0.0), (20, -3, 17.0, 0.0)],
)
def test_antenna_gain_over_the_cap_is_cut_and_reported(conducted_dbm, gain_dbi, eirp_dbm, cut_db):
    found = radiated(conducted_dbm, gain_dbi, cap_dbm=20.0)
    assert (found.eirp_dbm, found.cut_db) == (eirp_dbm, cut_db)
    assert (f"{cut_db:g} dB of the antenna gain are cut" in found.words) == (cut_db > 0)


@pytest.mark.parametrize(
    ("power", "column"),
    [
        (lambda: radiated(21, 0, cap_dbm=20.0), "wifi.conducted_dbm"),
        (lambda: stated(21, cap_dbm=20.0), "wifi.eirp_dbm"),
    ],
)
def test_power_over_the_cap_is_refused_not_cut(power, column):
    with pytest.raises(PlanFileError, match="No more than 20 dBm") as refused:
        power()
    assert codes(refused) == ["EIRP_OVER_LIMIT"]
    assert refused.value.faults[0].column == column


def test_a_stated_power_up_to_the_cap_is_kept():
    assert stated(20.0, cap_dbm=20.0).eirp_dbm == 20.0


@pytest.mark.parametrize("place", ["indoors", "outdoors"])
def test_the_bands_of_a_place_do_not_overlap_and_are_in_order(place):
    bands = [band for band in BANDS if band.place == place]
    assert all(first.high_mhz <= then.low_mhz for first, then in itertools.pairwise(bands))
    assert all(band.low_mhz < band.high_mhz and band.without_tpc_dbm <= band.eirp_dbm for band in bands)


@given(low=st.floats(2_300, 6_500), width=st.floats(0, 320), place=st.sampled_from(["indoors", "outdoors"]))
def test_every_part_of_a_channel_lies_in_a_band_or_there_is_none(low, width, place):
    found = bands_of(low, low + width, place=place)
    steps = [low + width * part / 16 for part in range(17)]
    inside = all(any(b.place == place and b.low_mhz <= at <= b.high_mhz for b in BANDS) for at in steps)
    assert inside or not found
    if found:
        assert found[0].low_mhz <= low and low + width <= found[-1].high_mhz
