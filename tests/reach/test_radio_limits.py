"""Radio limits: a warning on a reach too good to be true, and on every use outside the stated range."""

import pytest

from connected_place.coverage.parameters.wifi import Wifi
from connected_place.coverage.reach.radio_limits import STREET_REACH_M, limits_sentences, reach_faults, validity_faults

from ..small_places import NAN


@pytest.mark.parametrize(("reach_m", "warned"), [(45.0, False), (120.0, False), (120.1, True), (250.0, True)])
def test_a_reach_above_120_m_is_a_warning_and_stops_nothing(reach_m, warned):
    found = reach_faults(reach_m)
    assert [(fault.code, fault.blocks) for fault in found] == [("REACH_OPTIMISTIC", False)] * warned


def test_the_warning_names_the_reach_and_what_to_state_instead():
    words = str(*reach_faults(250.0))
    assert "250 m" in words and "35-50 m" in words


def test_a_reach_that_is_not_known_is_not_optimistic():
    assert reach_faults(NAN) == ()


def test_the_default_reach_is_that_of_a_phone_on_a_street():
    low, high = STREET_REACH_M
    assert low <= Wifi().reach_m <= high


@pytest.mark.parametrize(
    ("frequency_ghz", "height_m", "found"),
    [
        (5.5, 10.0, []),
        (5.5, 4.0, [("HEIGHT_EXTRAPOLATED", False)]),
        (5.5, 12.0, [("HEIGHT_EXTRAPOLATED", False)]),
        (0.8, 10.0, []),
        (82.0, 10.0, []),
        (0.7, 10.0, [("FREQUENCY_OUTSIDE_MODEL", True)]),
        (NAN, 10.0, [("FREQUENCY_OUTSIDE_MODEL", True)]),
        (83.0, 4.0, [("FREQUENCY_OUTSIDE_MODEL", True), ("HEIGHT_EXTRAPOLATED", False)]),
    ],
)
def test_a_use_outside_the_range_of_the_formulas_is_reported(frequency_ghz, height_m, found):
    faults = validity_faults(frequency_ghz=frequency_ghz, height_m=height_m)
    assert [(fault.code, fault.blocks) for fault in faults] == found


@pytest.mark.parametrize("word", ["8 dB", "a survey", "interference", "radar", "leaves", "fixed margin", "statistic"])
def test_every_limit_is_stated(word):
    assert word in " ".join(limits_sentences())
