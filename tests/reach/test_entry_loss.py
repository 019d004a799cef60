"""Entry loss: the recommendation's distribution, one wall, and a mean over buildings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.coverage.reach.entry_loss import WALLS, entry_loss_db, entry_losses_db

from ..small_places import NAN

shares = st.floats(0.001, 0.999)
gigahertz = st.floats(0.08, 100)
buildings = st.sampled_from(sorted(WALLS))


@pytest.mark.parametrize(
    ("building", "frequency_ghz", "share", "elevation_deg", "loss_db"),
    [
        ("traditional", 0.5, 0.05, 0.0, 3.8555),
        ("traditional", 0.5, 0.05, 45.0, 7.9674),
        ("traditional", 0.5, 0.10, 5.0, 6.0429),
        ("traditional", 2.437, 0.50, 0.0, 15.2067),
        ("traditional", 5.25, 0.90, 0.0, 30.0208),
        ("thermally_efficient", 2.437, 0.50, 0.0, 30.5757),
        ("thermally_efficient", 5.25, 0.90, 0.0, 51.3586),
    ],
)
def test_a_loss_is_that_of_the_recommendation(building, frequency_ghz, share, elevation_deg, loss_db):
    """Values of crc-covlib 4.6.2 for ITU-R P.2109-2; tests/test_radio_reference.py compares all of them."""
    found = entry_loss_db(share, frequency_ghz, building=building, elevation_deg=elevation_deg)
    assert found == pytest.approx(loss_db, abs=0.0001)


def test_the_median_follows_from_the_coefficients_by_hand():
    """1 GHz: log10 f is 0 and F^-1(0.5) is 0, so that A = r, B = w: 10 log10(10^1.264 + 10^0.91 + 10^-0.3)."""
    by_hand = 10 * np.log10(10**1.264 + 10**0.91 + 10**-0.3)
    assert entry_loss_db(0.5, 1.0, building="traditional") == pytest.approx(by_hand, abs=1e-12)


@pytest.mark.parametrize(
    ("frequency_ghz", "share", "known"),
    [(0.08, 0.5, True), (0.079, 0.5, False), (100.0, 0.5, True), (100.1, 0.5, False), (5.5, NAN, False)],
)
def test_outside_its_range_there_is_no_answer(frequency_ghz, share, known):
    assert np.isfinite(entry_loss_db(share, frequency_ghz, building="traditional")) == known


@given(low=shares, high=shares, frequency_ghz=gigahertz, building=buildings)
def test_a_greater_share_of_buildings_never_loses_less(low, high, frequency_ghz, building):
    low, high = sorted([low, high])
    found = entry_loss_db([low, high], frequency_ghz, building=building)
    assert -3.01 <= found[0] <= found[1]


@given(share=st.floats(0.05, 0.95), frequency_ghz=st.floats(2.4, 6.5))
def test_an_efficient_building_never_loses_less_in_the_wifi_bands(share, frequency_ghz):
    old, new = (entry_loss_db(share, frequency_ghz, building=name) for name in ("traditional", "thermally_efficient"))
    assert old <= new


@given(angle=st.floats(0, 90), steeper=st.floats(0, 90), frequency_ghz=gigahertz, building=buildings)
def test_a_steeper_path_never_loses_less_and_up_is_as_down(angle, steeper, frequency_ghz, building):
    angle, steeper = sorted([angle, steeper])
    found = entry_loss_db(0.5, frequency_ghz, building=building, elevation_deg=[angle, steeper, -steeper])
    assert found[0] <= found[1] == found[2]


def test_the_parts_of_a_mix_weigh_as_the_buildings_do():
    """Three in four traditional; the shares are scaled."""
    losses_db, weights = entry_losses_db(5.5, shares={"traditional": 3.0, "thermally_efficient": 1.0})
    assert losses_db.shape == weights.shape == (400,)
    assert weights[:200].sum() == pytest.approx(0.75)
    assert weights.sum() == pytest.approx(1.0)
    assert losses_db[:200].mean() < losses_db[200:].mean()


def test_the_middle_of_the_parts_is_the_median():
    losses_db, _ = entry_losses_db(5.5, shares={"traditional": 1.0})
    assert (np.diff(losses_db) > 0).all()
    assert losses_db[99] < entry_loss_db(0.5, 5.5, building="traditional") < losses_db[100]


def test_fewer_than_200_parts_are_refused():
    with pytest.raises(ValueError, match="199; the mean needs at least 200"):
        entry_losses_db(5.5, shares={"traditional": 1.0}, quantiles=199)
