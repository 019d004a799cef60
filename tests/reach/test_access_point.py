"""Radio plan: what the law allows is the most that is ever reckoned with, and every cut is reported."""

import dataclasses
import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from connected_place.coverage.parameters.wifi import Wifi
from connected_place.coverage.reach import access_point as module
from connected_place.coverage.reach.access_point import radio_plan
from connected_place.coverage.reach.link import coverage_probability, probability_in_sight
from connected_place.coverage.reach.propagation import line_of_sight_loss_db
from connected_place.gis_data.errors import PlanFileError

rules = settings(deadline=None, derandomize=True, max_examples=40)
METRES = np.array([5.0, 20, 50, 100, 200, 400])

BANDS = {2_437.0: 20.0, 5_500.0: 30.0}
"""Middle of a channel that may be used outdoors and the most that may be radiated there, dBm EIRP."""

ORDINARY = {2_437.0: 20.0, 5_500.0: 23.0, 6_100.0: 14.0}
"""The same, and what an ordinary access point radiates there."""


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


@pytest.mark.parametrize(("frequency_mhz", "eirp_dbm"), ORDINARY.items())
def test_without_a_stated_power_it_is_an_ordinary_access_point_within_the_law_and_the_plan_says_so(
    frequency_mhz, eirp_dbm
):
    found = radio_plan(Wifi(frequency_mhz=frequency_mhz))
    assert (found.power.eirp_dbm, found.power.cut_db) == (eirp_dbm, 0)
    assert found.outdoors.eirp_dbm == found.indoors.eirp_dbm == eirp_dbm
    assert found.outdoors.frequency_ghz == frequency_mhz / 1_000
    assert f"An ordinary access point is assumed, radiating {eirp_dbm:g} dBm" in found.remarks[0]


def test_a_stated_power_may_go_up_to_the_law_and_is_no_assumption():
    found = radio_plan(Wifi(eirp_dbm=30.0))
    assert (found.power.eirp_dbm, found.remarks[0]) == (30, "30 dBm are radiated; 30 dBm may be.")


def test_an_antenna_of_36_dbi_is_cut_to_the_law_and_that_is_reported():
    found = radio_plan(Wifi(conducted_dbm=20.0, antenna_gain_dbi=36.0))
    assert (found.power.eirp_dbm, found.power.cut_db) == (30, 26)
    assert found.power.words == "56 dBm would be radiated and 30 dBm may be: 26 dB of the antenna gain are cut."
    assert found.outdoors.antenna_gain_dbi == 36  # it hears with all of it


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
    assert radio_plan(Wifi()).reach_m == 37


# --- both directions -----------------------------------------------------------------------------------------


def test_both_budgets_are_those_reckoned_by_hand():
    """At 20 m in sight, 5.5 GHz, 20 log10(4 pi d f/c) = 73.276 dB are lost, free space being the greater.

    ::

        to the phone      23 dBm radiated         - 6 dB phone  - 73.276 = -56.276; needs -80: 23.724 dB to spare
        from the phone    15 dBm + 3 dBi antenna  - 6 dB phone  - 73.276 = -61.276; needs -80: 18.724 dB to spare
        needed            -95 dBm noise + 5 dB interference + 10 dB signal to noise             = -80 dBm
    """
    link = radio_plan(Wifi()).outdoors
    assert (link.down_db, link.up_db, link.threshold_dbm) == (97, 92, -80)
    loss_db = float(line_of_sight_loss_db(20.0, 5.5))
    assert loss_db == pytest.approx(73.276, abs=5e-4)
    assert (link.down_db - loss_db, link.up_db - loss_db) == pytest.approx((23.724, 18.724), abs=5e-4)
    assert probability_in_sight(20.0, link) == pytest.approx(ndtr(18.724 / 5.06), abs=1e-5)


@pytest.mark.parametrize(
    ("terms", "decides"),
    [({}, "up"), ({"eirp_dbm": 30.0}, "up"), ({"eirp_dbm": 17.0}, "down"), ({"client_dbm": 21.0}, "down")],
)
def test_the_weaker_direction_decides(terms, decides):
    link = radio_plan(Wifi(**terms)).outdoors
    weaker_db = {"up": link.up_db, "down": link.down_db}[decides]
    assert weaker_db == min(link.up_db, link.down_db)
    assert probability_in_sight(100.0, link) == ndtr((weaker_db - line_of_sight_loss_db(100.0, 5.5)) / 5.06)


def test_more_power_than_the_phone_can_answer_covers_no_one_more():
    assert radio_plan(Wifi(eirp_dbm=30.0)).reach_m == radio_plan(Wifi()).reach_m


@pytest.mark.parametrize(
    ("terms", "needed_dbm"),
    [
        ({}, -80.0),
        ({"width_mhz": 40.0}, -76.9897),
        ({"width_mhz": 5.0}, -80.0),
        ({"noise_dbm": -92.0, "interference_db": 0.0, "snr_db": 12.0}, -80.0),
        ({"threshold_dbm": -67.0, "snr_db": 30.0, "width_mhz": 40.0}, -67.0),
    ],
)
def test_what_a_receiver_needs_is_noise_interference_and_signal_to_noise_unless_stated(terms, needed_dbm):
    assert radio_plan(Wifi(**terms)).outdoors.threshold_dbm == pytest.approx(needed_dbm, abs=1e-4)


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
        ({"eirp_dbm": 15.0}, {"eirp_dbm": 17.0}),
        ({"client_dbm": 12.0}, {"client_dbm": 15.0}),
        ({"frequency_mhz": 5_600.0, "width_mhz": 80.0}, {"frequency_mhz": 5_600.0, "width_mhz": 20.0}),
        ({"interference_db": 10.0}, {"interference_db": 5.0}),
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
    lawful, cut = (chance(conducted_dbm=20.0, client_dbm=40.0, antenna_gain_dbi=gain) for gain in (10.0, 36.0))
    assert (lawful == cut).all()


def test_indoors_is_heard_worse_and_behind_efficient_walls_worst():
    traditional, efficient = (
        radio_plan(Wifi(walls={name: 1.0})).indoors for name in ("traditional", "thermally_efficient")
    )
    room, sealed = coverage_probability(METRES, traditional), coverage_probability(METRES, efficient)
    assert (chance() > room).all() and (room > sealed).all()
