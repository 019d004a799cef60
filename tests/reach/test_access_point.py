"""Radio plan: what the law allows is the most that is ever reckoned with, and every cut is reported."""

import dataclasses
import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.parameters.wifi import Wifi
from connected_place.coverage.reach import access_point as module
from connected_place.coverage.reach.access_point import radio_plan
from connected_place.coverage.reach.link import coverage_probability
from connected_place.gis_data.errors import PlanFileError

rules = settings(deadline=None, derandomize=True, max_examples=40)
METRES = np.array([5.0, 20, 50, 100, 200, 400])

BANDS = {2_437.0: 20.0, 5_500.0: 30.0}
"""Middle of a channel that may be used outdoors and the most that may be radiated there, dBm EIRP."""


def codes(wifi):
    """Codes of the faults that a plan is refused for."""
    with pytest.raises(PlanFileError) as refusal:
        radio_plan(wifi)
    return [fault.code for fault in refusal.value.faults]


def test_docstring_examples_run():
    assert doctest.testmod(module).failed == 0


# --- the law -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"frequency_mhz": 5_180.0}, "BAND_INDOORS_ONLY"),
        ({"frequency_mhz": 5_180.0, "reach": "fixed"}, "BAND_INDOORS_ONLY"),  # the law asks no model
        ({"frequency_mhz": 5_220.0, "eirp_dbm": 10.0}, "BAND_INDOORS_ONLY"),
        ({"frequency_mhz": 3_600.0}, "BAND_UNKNOWN"),
        ({"frequency_mhz": 5_500.0, "dfs": False}, "DFS_NEEDED"),
        ({"frequency_mhz": 6_100.0, "standard_power": True}, "STANDARD_POWER_OFF"),
        ({"eirp_dbm": 30.1}, "EIRP_OVER_LIMIT"),
        ({"eirp_dbm": 36.0}, "EIRP_OVER_LIMIT"),
        ({"eirp_dbm": 30.0, "tpc": False}, "EIRP_OVER_LIMIT"),
        ({"conducted_dbm": 31.0}, "EIRP_OVER_LIMIT"),
        ({"frequency_mhz": 2_437.0, "eirp_dbm": 30.0}, "EIRP_OVER_LIMIT"),
    ],
)
def test_what_the_law_forbids_is_refused_by_name(terms, code):
    assert codes(Wifi(**terms)) == [code]


def test_a_band_for_indoors_alone_is_refused_with_the_key_and_with_what_may_be_used_instead():
    with pytest.raises(PlanFileError, match=r"wifi.frequency_mhz.*5170-5190 MHz.*Use .*5470-5725.* outdoors"):
        radio_plan(Wifi(frequency_mhz=5_180.0))


def test_the_same_band_may_be_used_indoors():
    assert radio_plan(Wifi(frequency_mhz=5_180.0, outdoors=False)).power.eirp_dbm == 23


@pytest.mark.parametrize(("frequency_mhz", "cap_dbm"), BANDS.items())
def test_without_a_stated_power_it_is_what_the_law_allows(frequency_mhz, cap_dbm):
    found = radio_plan(Wifi(frequency_mhz=frequency_mhz))
    assert (found.power.eirp_dbm, found.power.cut_db) == (cap_dbm, 0)
    assert found.outdoors.eirp_dbm == found.indoors.eirp_dbm == cap_dbm
    assert found.outdoors.frequency_ghz == frequency_mhz / 1_000


def test_an_antenna_of_36_dbi_is_cut_to_the_law_and_that_is_reported():
    found = radio_plan(Wifi(conducted_dbm=20.0, antenna_gain_dbi=36.0))
    assert (found.power.eirp_dbm, found.power.cut_db) == (30, 26)
    assert found.power.words == "56 dBm would be radiated and 30 dBm may be: 26 dB of the antenna gain are cut."
    assert found.outdoors == radio_plan(Wifi()).outdoors


def test_an_antenna_within_the_law_counts_whole():
    found = radio_plan(Wifi(conducted_dbm=18.0, antenna_gain_dbi=6.0))
    assert (found.power.eirp_dbm, found.power.cut_db) == (24, 0)


def test_a_stated_power_below_the_law_is_taken_unchanged():
    assert radio_plan(Wifi(eirp_dbm=17.0)).outdoors.eirp_dbm == 17


@rules
@given(
    st.sampled_from(list(BANDS)),
    st.floats(-10, 50),
    st.floats(-10, 50),
    st.one_of(st.none(), st.floats(-10, 50)),
)
def test_nothing_that_is_accepted_radiates_more_than_the_law_allows(frequency_mhz, conducted, gain, eirp):
    wifi = Wifi(
        frequency_mhz=frequency_mhz, conducted_dbm=conducted, antenna_gain_dbi=gain, eirp_dbm=eirp, reach="fixed"
    )
    try:
        found = radio_plan(wifi)
    except PlanFileError as refusal:
        assert [fault.code for fault in refusal.faults] == ["EIRP_OVER_LIMIT"]
        assert (conducted if eirp is None else eirp) > BANDS[frequency_mhz]
    else:
        assert found.outdoors.eirp_dbm == found.power.eirp_dbm <= BANDS[frequency_mhz]


# --- reach ---------------------------------------------------------------------------------------------------


def test_the_reach_of_the_defaults_is_the_one_that_the_parameters_tell():
    assert radio_plan(Wifi()).reach_m == 48


def test_the_reach_is_the_last_metre_that_is_covered_with_the_stated_chance():
    found = radio_plan(Wifi(covered_share=0.6))
    here, beyond = coverage_probability([found.reach_m, found.reach_m + 1], found.outdoors)
    assert here >= 0.6 > beyond


@pytest.mark.parametrize("reach_m", [0.0, 50.0, 250.0])
def test_a_fixed_reach_is_the_one_that_is_stated(reach_m):
    assert radio_plan(Wifi(reach="fixed", reach_m=reach_m)).reach_m == reach_m


@pytest.mark.parametrize(("reach_m", "warned"), [(50.0, []), (250.0, ["REACH_OPTIMISTIC"])])
def test_a_fixed_reach_too_good_to_be_true_is_a_warning(reach_m, warned):
    found = radio_plan(Wifi(reach="fixed", reach_m=reach_m))
    assert [(fault.code, fault.blocks) for fault in found.warnings] == [(code, False) for code in warned]


def test_a_threshold_that_not_even_5_m_keep_is_refused():
    assert codes(Wifi(threshold_dbm=-20.0)) == ["REACH_NOWHERE"]


@pytest.mark.parametrize(("height_m", "said"), [(10.0, False), (4.0, True)])
def test_what_the_model_does_not_know_is_stated_beside_it(height_m, said):
    remarks = radio_plan(Wifi(height_m=height_m)).remarks
    assert any("extrapolation" in remark for remark in remarks) is said
    assert any("plus or minus 8 dB" in remark for remark in remarks)


@pytest.mark.parametrize("walls", [{}, {"traditional": 0.0}])
def test_a_room_without_walls_is_refused(walls):
    """It would be reached like the street, in silence."""
    assert codes(Wifi(walls=walls)) == ["NO_WALLS"]


def test_outdoors_has_no_wall_and_indoors_those_of_the_plan():
    found = radio_plan(Wifi(walls={"traditional": 0.0, "thermally_efficient": 1.0}))
    assert dict(found.outdoors.walls) == {}
    assert dict(found.indoors.walls) == {"thermally_efficient": 1.0}
    assert dataclasses.replace(found.indoors, walls={}) == found.outdoors


def chance(**terms):
    return coverage_probability(METRES, radio_plan(Wifi(**terms)).outdoors)


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"eirp_dbm": 20.0}, {"eirp_dbm": 23.0}),
        ({"tpc": False}, {"tpc": True}),
        ({"threshold_dbm": -67.0}, {"threshold_dbm": -75.0}),
        ({"client_gain_db": -10.0}, {"client_gain_db": -6.0}),
        ({"conducted_dbm": 10.0, "antenna_gain_dbi": 3.0}, {"conducted_dbm": 10.0, "antenna_gain_dbi": 9.0}),
        ({"frequency_mhz": 5_500.0, "eirp_dbm": 20.0}, {"frequency_mhz": 2_437.0, "eirp_dbm": 20.0}),
    ],
)
def test_more_power_or_a_phone_that_needs_less_is_heard_better_at_every_distance(worse, better):
    assert (chance(**better) > chance(**worse)).all()
    assert radio_plan(Wifi(**better)).reach_m > radio_plan(Wifi(**worse)).reach_m


def test_power_beyond_the_law_is_heard_no_better():
    lawful, cut = (chance(conducted_dbm=20.0, antenna_gain_dbi=gain) for gain in (10.0, 36.0))
    assert (lawful == cut).all()


def test_indoors_is_heard_worse_and_behind_efficient_walls_worst():
    traditional, efficient = (
        radio_plan(Wifi(walls={name: 1.0})).indoors for name in ("traditional", "thermally_efficient")
    )
    room, sealed = coverage_probability(METRES, traditional), coverage_probability(METRES, efficient)
    assert (chance() > room).all() and (room > sealed).all()
