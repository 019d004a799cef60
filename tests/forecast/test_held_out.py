"""A forecast is given only where it is better than no change and a straight line on what it never saw."""

import numpy as np
import pytest

from connected_place.coverage.forecast.held_out import (
    FORECAST,
    NO_CHANGE,
    STRAIGHT_LINE,
    checked_forecast,
    held_out_rows,
)
from connected_place.coverage.forecast.rates import pairs_of

from ..small_places import needs_real_data
from .forecast_worlds import MONTHS, bradford, closing_at, unmoved


def checked(vintages, groups=None):
    return checked_forecast(pairs_of(vintages), unmoved(vintages) if groups is None else groups)


def test_a_gap_that_closes_at_a_rate_is_forecast_better_than_by_either_baseline():
    found = checked(closing_at(0.6, noise=0.01))
    assert (found.verdict, found.origins, found.longest_years) == ("tested", 4, 2.0)
    assert (
        found.errors.loc[FORECAST, "root_mean_square"]
        < found.errors.loc[[NO_CHANGE, STRAIGHT_LINE], "root_mean_square"].min()
    )
    assert 0.6 <= found.inside <= 1.0 and found.inside_of > 50 and found.lead > 2


def test_noise_alone_is_refused():
    """Where nothing but noise moves, "no change" cannot be bettered."""
    assert checked(closing_at(0.0, noise=0.02, areas=20)).verdict == "no better"


@pytest.mark.parametrize(
    ("releases", "origins", "verdict"), [(2, 0, "not tested"), (4, 2, "not tested"), (5, 3, "tested")]
)
def test_three_origins_are_needed(releases, origins, verdict):
    found = checked(closing_at(0.6, months=MONTHS[:releases], noise=0.005))
    assert (found.origins, found.verdict) == (origins, verdict)
    assert found.errors.empty == (verdict == "not tested")


def test_one_area_alone_cannot_be_held_out():
    vintages = closing_at(0.6)
    assert checked(vintages, unmoved(vintages).map(lambda code: "all")).verdict == "not tested"


def test_a_forecast_never_sees_what_came_later_nor_its_own_area():
    """Wild figures of the last release and of its own area leave its forecasts as they were."""
    vintages = closing_at(0.4, noise=0.01, areas=6)
    rows = pairs_of(vintages)
    own, is_last = rows["area"] == "W00", rows["target"] == 5
    wild = rows.assign(share_later=rows["share_later"].where(~own & ~is_last, 1.0))
    groups = rows["area"].map(unmoved(vintages))
    seen, unseen = (held_out_rows(each, groups) for each in (rows, wild))
    assert seen.loc[seen["area"] == "W00", FORECAST].equals(unseen.loc[unseen["area"] == "W00", FORECAST])
    assert not seen[FORECAST].equals(unseen[FORECAST])


@needs_real_data
def test_outer_bradford_has_a_forecast_at_30_mbits_by_district_and_none_at_300():
    """Six releases over the break of SFBB: at 300 Mbit/s most districts do not move, and building comes in bursts."""
    given, refused = (checked(bradford(tier, letters=4)) for tier in ("sfbb_30", "ufbb_300"))
    assert (given.verdict, refused.verdict) == ("tested", "no better")
    assert (given.errors.loc[FORECAST] < given.errors.loc[[NO_CHANGE, STRAIGHT_LINE]].min()).all()
    assert refused.errors.loc[FORECAST, "mean_error"] > refused.errors.loc[NO_CHANGE, "mean_error"]
    assert given.origins == 4 and 0.6 < given.inside < 0.95 and np.isfinite(given.width)
