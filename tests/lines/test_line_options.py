"""What each option costs and gains, and where it is not possible; a subsidy goes to White premises by UPRN alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.lines.line_kinds import BUILT_IN
from connected_place.coverage.parameters.lines import BUILT_IN_LINES, LINE_STATUSES, Lines

from .line_worlds import areas_with, options_of, own

EVERYTHING = Lines(subsidy_route="a scheme", vouchers_open_in=("everywhere",), radio_tier="gigabit")


def test_the_built_in_options_are_those_that_plan_toml_knows():
    assert tuple(kind.key for kind in BUILT_IN) == BUILT_IN_LINES


@pytest.mark.parametrize(
    ("change", "option", "cost_gbp", "others_gbp", "gained"),
    [
        ({}, "wait", 0, 0, (0, 0, 0)),
        ({}, "gap_funding", 156_900, 0, (70, 90, 100)),  # 100 x £1,569
        ({"cluster_id": ""}, "gap_funding", 313_800, 0, (70, 90, 100)),  # scattered: twice as much
        ({"white_by_uprn": 40.0}, "gap_funding", 62_760, 0, (28, 36, 40)),
        ({}, "vouchers", 5_000, 180_000, (15, 40, 70)),  # 40 x £4,500 from the scheme; facilitation from the council
        ({"building": "Hall", "building_m": 300.0}, "hub", 15_700, 0, (0, 0, 0)),
        ({"status": "grey/black"}, "radio", 18_000, 0, (20, 40, 70)),  # 40 x £450
        ({"status": "under review", "in_contract": 60.0}, "contract", 0, 0, (36, 54, 60)),
        ({"status": "under review", "in_contract": 60.0}, "radio", 7_200, 0, (8, 16, 28)),  # 40 are in no contract
    ],
)
def test_what_an_option_costs_and_gains(change, option, cost_gbp, others_gbp, gained):
    row = options_of(areas_with(change), EVERYTHING).loc[("A1", option)]
    assert row["is_possible"]
    assert (row["cost_gbp"], row["others_gbp"]) == pytest.approx((cost_gbp, others_gbp))
    assert (row["gained_low"], row["gained"], row["gained_high"]) == pytest.approx(gained)


@pytest.mark.parametrize(
    ("change", "option", "rules", "why"),
    [
        ({"white_by_uprn": 0.0}, "gap_funding", EVERYTHING, "not eligible yet: the status is known by postcode only"),
        ({"status": "not known"}, "gap_funding", EVERYTHING, "status is not known"),
        ({"status": "under review"}, "gap_funding", EVERYTHING, "under review"),
        ({"status": "grey/black"}, "vouchers", EVERYTHING, "commercial network"),
        ({}, "gap_funding", Lines(), "no subsidy route is named"),
        ({}, "vouchers", Lines(), "closed here"),
        ({}, "vouchers", Lines(vouchers_open_in=("W2",)), "closed here"),
        ({}, "right_to_request", EVERYTHING, "below 10 Mbit/s"),
        ({"below_10": float("nan")}, "right_to_request", EVERYTHING, "below 10 Mbit/s"),
        ({}, "contract", EVERYTHING, "no contract"),
        ({}, "hub", EVERYTHING, "no public building"),
        ({"building": "Hall", "building_m": 1_000.1}, "hub", EVERYTHING, "no public building"),
        ({"in_contract": 100.0}, "radio", EVERYTHING, "in a contract already"),
    ],
)
def test_why_an_option_is_not_possible(change, option, rules, why):
    row = options_of(areas_with(change), rules).loc[("A1", option)]
    assert not row["is_possible"]
    assert why in row["why_not"]
    assert row[["open_to", "cost_gbp", "others_gbp", "gained_low", "gained", "gained_high"]].sum() == 0


@pytest.mark.parametrize(
    ("headline", "gained"), [("decent_10", 10.0), ("sfbb_30", 0.0), ("ufbb_300", 0.0), ("gigabit", 0.0)]
)
def test_the_right_to_request_gains_premises_at_10_mbits_alone(headline, gained):
    row = options_of(areas_with({"below_10": 20.0}), headline=headline).loc[("A1", "right_to_request")]
    assert (row["is_possible"], row["open_to"], row["gained"]) == (True, 20.0, gained)


@pytest.mark.parametrize(("tier", "gained"), [("sfbb_30", 0.0), ("ufbb_100", 0.0), ("ufbb_300", 40.0)])
def test_radio_gains_premises_at_the_speed_that_it_truly_gives(tier, gained):
    assert options_of(areas_with({}), Lines(radio_tier=tier)).loc[("A1", "radio"), "gained"] == gained


@pytest.mark.parametrize("status", LINE_STATUSES)
def test_no_option_subsidises_premises_that_are_not_white_even_if_plan_toml_asks_for_it(status):
    """A council's own option is declared open to every status, and names no condition."""
    greedy = own(statuses=LINE_STATUSES, has_subsidy=True, gbp_per_premises=1_000.0, likely=1.0)
    rules = Lines(subsidy_route="a scheme", vouchers_open_in=("everywhere",), option=(greedy,))
    for white_by_uprn in (0.0, 30.0, 100.0):
        rows = options_of(areas_with({"status": status, "white_by_uprn": white_by_uprn}), rules)
        subsidised = rows[rows["has_subsidy"]]
        assert set(subsidised.index.get_level_values("option")) == {"vouchers", "gap_funding", "own"}
        allowed = white_by_uprn if status == "white" else 0.0
        assert (subsidised["open_to"] <= allowed).all() and (subsidised["gained_high"] <= allowed).all()
        assert subsidised["is_possible"].eq(allowed > 0).all()


def test_an_option_of_the_councils_own_is_open_to_the_statuses_that_it_states():
    rules = Lines(option=(own(statuses=("under review",), has_subsidy=False, gbp_per_premises=10.0, tier="ufbb_300"),))
    rows = options_of(areas_with({}, {"status": "under review", "in_contract": 20.0}), rules)
    assert not rows.loc[("A1", "own"), "is_possible"]
    assert rows.loc[("A2", "own"), ["open_to", "cost_gbp", "gained"]].tolist() == [80.0, 900.0, 40.0]


def test_braces_in_a_councils_own_words_are_only_text():
    rules = Lines(option=(own(conditions="Ask {everyone} first.", has_subsidy=False),))
    assert options_of(areas_with({}), rules).loc[("A1", "own"), "conditions"] == "Ask {everyone} first."


def test_the_date_counts_from_the_start_of_delivery():
    rows = options_of(areas_with({"contract_date": "2029-03-31", "in_contract": 5.0}))
    assert rows.loc["A1"]["by_when"].to_dict() == {
        "wait": "not known",
        "right_to_request": "2028-03",
        "contract": "2029-03-31",
        "vouchers": "2028-09",
        "gap_funding": "2030-03",
        "hub": "2028-03",
        "radio": "2027-12",
    }


@settings(max_examples=40)
@given(
    st.sampled_from(LINE_STATUSES),
    st.floats(0.01, 1_000),
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from(["decent_10", "sfbb_30", "ufbb_100", "ufbb_300", "gigabit"]),
)
def test_nothing_gains_more_than_there_are_and_low_is_never_above_high(status, premises, white, contract, headline):
    area = {
        "status": status,
        "premises": premises,
        "white_by_uprn": premises * white,
        "in_contract": premises * contract,
        "below_10": premises * white,
    }
    rows = options_of(areas_with(area), EVERYTHING, headline=headline)
    assert (rows["gained_high"] <= premises + 1e-9).all()
    assert (rows["gained_low"] <= rows["gained"]).all() and (rows["gained"] <= rows["gained_high"]).all()
    assert (rows[["cost_gbp", "others_gbp", "gained_low"]] >= 0).all(axis=None)
    assert (rows.loc[~rows["is_paid"], "cost_gbp"] == 0).all()
