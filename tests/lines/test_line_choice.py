"""The choice of options: the best there is for the money to the penny, at most one an area, and why not otherwise."""

import re

import numpy as np
import pandas as pd
import pytest

from connected_place.coverage.lines.line_choice import choose_lines, turning_points
from connected_place.coverage.lines.line_reasons import reasoned
from connected_place.coverage.parameters.lines import Lines
from connected_place.gis_data.errors import InfeasibleError, PlanFileError

from .line_worlds import areas_with, best_by_hand, drawn_case, options_of, own

MANY = Lines(subsidy_route="a scheme", vouchers_open_in=("everywhere",), radio_tier="gigabit")


def chosen(areas, options, rules):
    wards = dict(zip(areas["ward_code"], areas["ward_name"], strict=True))
    return choose_lines(areas, options, rules, wards=wards)


def pairs(choice):
    rows = choice.candidates[choice.candidates["chosen"]]
    return [f"{row.area_id}={row.option}" for row in rows.itertuples()]


@pytest.mark.parametrize("start", range(0, 200, 20))
def test_the_choice_is_the_best_of_all_in_value_and_pence(start):
    """200 small cases, each against every combination; a quarter with a settled choice, a fifth with floors."""
    for seed in range(start, start + 20):
        areas, options, rules = drawn_case(seed)
        best = best_by_hand(areas, options, rules)
        if best is None:
            with pytest.raises(InfeasibleError, match=r"RULES_CLASH"):
                chosen(areas, options, rules)
            continue
        found = chosen(areas, options, rules)
        assert found.choice.value == pytest.approx(best[0], abs=1e-9), seed
        assert found.case.terms.pence_of(found.choice.chosen) == best[1], seed
        assert found.choice.is_proven and found.choice.bound == pytest.approx(best[0], abs=1e-9)
        assert not found.candidates.loc[found.candidates["chosen"], "area_id"].duplicated().any()


def settled(**changes):
    areas = areas_with({}, {"ward_code": "W2", "ward_name": "Orsett", "premises": 50.0, "white_by_uprn": 50.0})
    rules = Lines(subsidy_route="a scheme", vouchers_open_in=("everywhere",), **changes)
    return areas, options_of(areas, rules).reset_index(), rules


def test_a_settled_choice_is_kept_and_an_excluded_one_is_not():
    assert pairs(chosen(*settled(budget_gbp=10_000))) == ["A1=vouchers", "A2=vouchers"]
    assert pairs(chosen(*settled(budget_gbp=90_000, must=("A2=gap_funding",)))) == ["A1=vouchers", "A2=gap_funding"]
    assert pairs(chosen(*settled(budget_gbp=10_000, never=("A1",)))) == ["A2=vouchers"]
    assert pairs(chosen(*settled(budget_gbp=10_000, never=("A1=vouchers",)))) == ["A2=vouchers"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"must": ("C9-white=radio",)}, "LINE_UNKNOWN"),
        ({"never": ("C9-white",)}, "LINE_UNKNOWN"),
        ({"must": ("A1=rockets",)}, "LINE_UNKNOWN"),
        ({"must": ("A1=hub",)}, "LINE_NOT_POSSIBLE"),
    ],
)
def test_a_settled_choice_that_cannot_be_is_refused(changes, fault):
    with pytest.raises(PlanFileError, match=fault):
        chosen(*settled(budget_gbp=1_000_000, **changes))


@pytest.mark.parametrize("status", ["under review", "grey/black", "not known"])
def test_a_subsidy_cannot_be_settled_where_the_premises_are_not_white(status):
    areas = areas_with({"status": status})
    rules = Lines(budget_gbp=1e7, subsidy_route="a scheme", must=("A1=gap_funding",))
    with pytest.raises(PlanFileError, match="only White premises may be subsidised"):
        chosen(areas, options_of(areas, rules).reset_index(), rules)


def test_rules_in_conflict_are_named_with_the_budget_that_would_do():
    words = (
        "No choice satisfies all of these rules: a budget of £50,000; A2=gap_funding as settled. "
        "Raise the budget to at least £78,450.00"
    )
    with pytest.raises(InfeasibleError, match=re.escape(words)) as refusal:
        chosen(*settled(budget_gbp=50_000, must=("A2=gap_funding",)))
    assert {each.column for each in refusal.value.faults} == {"lines.budget_gbp", "lines.must"}


def test_a_floor_that_no_area_of_a_ward_can_meet_is_named():
    areas, options, rules = settled(budget_gbp=1e6, ward_floor=1, never=("A2",))
    with pytest.raises(InfeasibleError, match="at least 1 area in Orsett"):
        chosen(areas, options, rules)


def test_no_budget_chooses_nothing_and_the_curve_shows_what_money_would_do():
    found = chosen(*settled(budget_gbp=0))
    assert pairs(found) == []
    assert found.curve["is_plan"].tolist()[0] and len(found.curve) > 3
    assert (np.diff(found.curve["value"]) >= -1e-9).all()
    assert (found.curve["spent_gbp"] <= found.curve["budget_gbp"]).all()


def test_without_anything_to_pay_for_the_choice_is_empty():
    areas = areas_with({"status": "not known"})
    found = chosen(areas, options_of(areas, Lines(budget_gbp=1e6)).reset_index(), Lines(budget_gbp=1e6))
    assert (len(found.candidates), found.choice.value, len(found.curve)) == (0, 0.0, 1)
    assert turning_points(found).empty


def drawn_turning_points(count):
    for seed in range(count):
        areas, options, rules = drawn_case(seed)
        if best_by_hand(areas, options, rules) is not None and not rules.must and not rules.ward_floor:
            yield areas, options, rules


def test_an_option_enters_the_choice_just_at_the_price_that_is_named():
    """At that price the best choice is worth no less with it, and a pound above it is worth less."""
    tried = 0
    for areas, options, rules in drawn_turning_points(80):
        found = chosen(areas, options, rules)
        for area, row in turning_points(found).iterrows():
            if np.isnan(row["would_cost_gbp"]) or row["would_cost_gbp"] <= 0:
                continue
            at = (options["area_id"] == area) & (options["option"] == row["option"])
            pair = f"{area}={row['option']}"
            forced = Lines(budget_gbp=rules.budget_gbp, must=(pair,), objective=rules.objective)
            at_price = options.assign(cost_gbp=options["cost_gbp"].mask(at, row["would_cost_gbp"]))
            above = options.assign(cost_gbp=options["cost_gbp"].mask(at, row["would_cost_gbp"] + 0.01))
            assert best_by_hand(areas, at_price, forced)[0] >= found.choice.value - 1e-9
            dearer = best_by_hand(areas, above, forced)
            assert dearer is None or dearer[0] < found.choice.value - 1e-9 or row["loss"] == 0
            tried += 1
    assert tried > 5


def test_the_loss_is_that_of_choosing_again():
    for areas, options, rules in drawn_turning_points(20):
        found = chosen(areas, options, rules)
        for area, row in turning_points(found).iterrows():
            if area in set(found.candidates.loc[found.candidates["chosen"], "area_id"]):
                rest = best_by_hand(areas, options[options["area_id"] != area], rules)
                assert row["loss"] == pytest.approx(found.choice.value - rest[0], abs=1e-9)


def said(areas, rules, *, headline="ufbb_300"):
    options = options_of(areas, rules, headline=headline).reset_index()
    return reasoned(areas, options, chosen(areas, options, rules), rules, headline=headline)


@pytest.mark.parametrize(
    ("change", "rules", "code", "option", "words"),
    [
        ({}, {"budget_gbp": 200_000}, "PAID_FOR", "gap_funding", "Paid for: gap funding for £156,900."),
        ({}, {"budget_gbp": 2e5, "must": ("A1=gap_funding",)}, "SETTLED", "gap_funding", "Settled in plan.toml"),
        ({}, {"budget_gbp": 1e6, "never": ("A1",)}, "LEFT_OUT", "wait", "plan.toml says so"),
        ({}, {}, "NO_BUDGET", "wait", "no budget is stated"),
        (
            {"below_10": 4.0},
            {"budget_gbp": 100},
            "OTHERS_GAIN_MORE",
            "wait",
            "4 are reported without 10 Mbit/s and may ask",
        ),
        ({"below_10": 51.0}, {"budget_gbp": 100}, "OTHERS_GAIN_MORE", "right_to_request", "Not paid for"),
        (
            {"status": "not known"},
            {"budget_gbp": 1e6},
            "NOT_POSSIBLE",
            "wait",
            "Vouchers and gap funding: their subsidy",
        ),
        (
            {"status": "under review", "in_contract": 100.0},
            {"budget_gbp": 1e6},
            "NOT_POSSIBLE",
            "contract",
            "Radio or satellite: all premises are in a contract already.",
        ),
    ],
)
def test_an_area_has_its_option_and_the_reason_in_words(change, rules, code, option, words):
    row = said(areas_with(change), Lines(subsidy_route="a scheme", **rules)).loc["A1"]
    assert (row["reason_code"], row["option"]) == (code, option)
    assert words in row["reason"]


def test_an_area_that_misses_the_money_names_its_rival_and_the_price_that_would_do():
    """Two areas of 100 White premises, one of more need; the money is for one."""
    rows = said(areas_with({"need": 0.9}, {"need": 0.3}), Lines(subsidy_route="a scheme", budget_gbp=160_000))
    assert rows["reason_code"].tolist() == ["PAID_FOR", "OTHERS_GAIN_MORE"]
    assert rows.loc["A2", "rival_id"] == "A1" and "Its nearest rival is Area 1." in rows.loc["A2", "reason"]
    assert rows.loc["A2", "smallest_change"] == "It would be paid for at £3,100 or less, instead of £156,900."
    assert rows.loc["A1", "smallest_change"] == ""


def test_an_own_option_competes_with_the_built_in_ones():
    cheaper = own(has_subsidy=False, gbp_per_premises=10.0, likely=0.95, high=1.0)
    rules = Lines(subsidy_route="a scheme", budget_gbp=1e6, option=(cheaper,))
    assert said(areas_with({}), rules).loc["A1", "option"] == "own"


def test_the_order_of_options_does_not_matter():
    areas, options, rules = drawn_case(11)
    one = chosen(areas, options, rules)
    other = chosen(areas, options.iloc[::-1].reset_index(drop=True), rules)
    assert sorted(pairs(one)) == sorted(pairs(other))
    pd.testing.assert_frame_equal(one.curve, other.curve)
