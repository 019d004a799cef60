"""What the commands sites, explain and gaps say of the embedded borough and of Thurrock."""

import dataclasses
import functools
import itertools

import numpy as np
import pytest

from connected_place.coverage.covering.case import siting_case
from connected_place.coverage.covering.other_choices import alternatives
from connected_place.coverage.covering.solution import best_choice, cheapest_choice
from connected_place.coverage.siting.reasons import amount_text
from connected_place.gis_data.errors import CommandError, InfeasibleError, PlanFileError
from connected_place.maps.words.site_statements import choice_sentences
from connected_place.scripts.commands.explain import explain_lines, site_named
from connected_place.scripts.commands.gaps import gap_lines
from connected_place.scripts.commands.site_tables import alternative_lines, curve_lines, fewest_lines, shortlist_lines
from connected_place.scripts.terminal.text_tables import WIDTH, printed_width

from ..siting_plans import chosen_again, within_wards
from ..siting_worlds import drawn, sparse
from ..small_places import needs_real_data, sample_plan, thurrock_plan
from ..worlds import tiny


def with_rules(plan, **rules):
    """The plan with its sites chosen again under other rules."""
    found = chosen_again(plan, **rules)
    stated = dataclasses.replace(plan.parameters.sites, **rules)
    parameters = dataclasses.replace(plan.parameters, sites=stated)
    return dataclasses.replace(plan, choice=found, curve=found.curve, parameters=parameters)


def fits(lines):
    return all(printed_width(line) <= WIDTH for line in lines)


# --- the shortlist on the terminal ---------------------------------------------------------------------------


def test_the_shortlist_marks_invented_data_lists_every_site_and_fits_the_terminal():
    made = sample_plan()
    lines = shortlist_lines(made)
    assert lines[0].startswith("Illustrative: invented data")
    assert all(any(site in line for line in lines) for site in made.sites.index[made.sites["selected"]])
    assert "Proven best" in " ".join(lines)
    assert fits(lines)


def test_a_plan_without_draws_has_no_column_of_them():
    assert "draws" not in " ".join(shortlist_lines(tiny()))
    assert "draws" in " ".join(shortlist_lines(sample_plan()))


def test_the_curve_names_the_plans_budget_and_each_steps_proof():
    lines = curve_lines(tiny())
    assert [line.split()[0] for line in lines[2:]] == ["£2,600", "£20,000", "£40,000"]
    assert "(this plan's budget)" in lines[3]
    assert "ended at the time limit, at most 4.5 % short of the best" in lines[4]
    assert fits(lines)


def test_no_site_of_a_long_list_is_cut():
    """Each of 300 candidates that must all be taken is named."""
    made = sample_plan()
    every = dataclasses.replace(made.choice.choice, chosen=np.ones(len(made.sites), dtype=bool))
    lines = fewest_lines(made, 1.0, every, every)
    assert all(f"({site})" in " ".join(lines) for site in made.sites.index)
    assert "the same sites" in " ".join(lines)
    assert fits(lines)


def test_every_ward_has_its_gap_once_and_the_widest_first():
    made = sample_plan()
    lines = gap_lines(made.wards, made.reporting, made.parameters)
    worst = made.wards["ufbb_300_gap_share"].idxmax()
    assert made.wards["area_name"][worst][:8] in lines[lines.index(next(x for x in lines if x.startswith("ward"))) + 1]
    assert fits(lines)


# --- explanations --------------------------------------------------------------------------------------------


def test_a_site_is_found_by_its_id_or_by_a_name_that_no_other_has():
    made = tiny()
    assert site_named(made.sites, "S4") == "S4"
    assert site_named(made.sites, " quay LIBRARY ") == "S1"


def test_an_unknown_site_is_refused_with_the_nearest_and_a_name_of_two_with_their_ids():
    made = tiny()
    with pytest.raises(CommandError, match=r"Did you mean Quay library \(S1\).*\[NO_SITE\]"):
        site_named(made.sites, "Key library")
    twice = dataclasses.replace(made, sites=made.sites.assign(name="Hall"))
    with pytest.raises(CommandError, match=r"5 candidates have that name.*S1, S2, S3, S4, S5.*\[NAME_TWICE\]"):
        site_named(twice.sites, "hall")


@functools.cache
def explained():
    """The sample without phases, a site that others outdo, and the words on it."""
    made = with_rules(sample_plan(), phases=())
    site = made.sites.index[made.sites["reason_code"] == "OTHERS_ADD_MORE"][0]
    return made, site, tuple(explain_lines(made, site))


def test_an_explanation_gives_cost_demand_lock_and_the_sites_that_the_lock_pushes_out():
    made, site, lines = explained()
    text = "\n".join(lines)
    assert made.sites["reason"][site][:40] in text
    assert "What would get it chosen" in text
    assert f'lock_in = ["{site}"]' in text
    assert "The lock would change these sites" in text
    assert fits(text.splitlines())


def test_following_an_explanation_in_plan_toml_gives_what_it_states():
    """The lock is written into the rules, and every site chosen again: the site is in, for the stated demand."""
    made, site, lines = explained()
    locked = chosen_again(made, lock_in=(site,), samples=0)
    lost = made.choice.choice.covered - locked.choice.covered
    assert locked.choice.chosen[made.sites.index.get_loc(site)]
    assert f"lose {amount_text(lost)}" in " ".join(lines)


# --- other choices -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_an_alternative_is_within_the_share_keeps_the_rules_and_has_least_in_common(seed):
    """No choice within a tenth of the best shares fewer of its sites than the first alternative does."""
    world = drawn(seed, sites_most=7)
    if world.best() is None:
        return
    best = best_choice(world.case)
    found = alternatives(world.case, best, count=3, within=0.1)
    for each in found:
        assert world.keeps(each.chosen)
        assert each.value >= 0.9 * best.value - 1e-6
        assert each.loss_share == pytest.approx(1 - each.value / best.value if best.value else 0, abs=1e-6)
    if found and best.value:
        choices = world.choices()
        near = choices[(world.values(choices) >= 0.9 * best.value - 1e-6)]
        assert (found[0].chosen & best.chosen).sum() <= (near & best.chosen).sum(axis=1).min()
    pairs = itertools.combinations([best.chosen, *(each.chosen for each in found)], 2)
    assert not any(np.array_equal(one, other) for one, other in pairs)


def test_without_a_near_equal_choice_there_is_no_alternative():
    case = siting_case(sparse(np.eye(2)), np.array([10.0, 8]), np.full(2, 100.0), budget_gbp=100)
    assert alternatives(case, best_choice(case), count=3) == ()
    assert alternative_lines(tiny(), ()) == ["No other choice within 1 % of the best meets the rules."]


def test_the_choice_of_fewest_sites_has_no_more_than_the_cheapest_one():
    made = sample_plan()
    case = made.choice.case.keeping(set(), ())
    few = cheapest_choice(case, target_share=0.1, count_sites=True)
    cheap = cheapest_choice(case, target_share=0.1)
    assert few.chosen.sum() <= cheap.chosen.sum()
    assert case.terms.costs_pence[cheap.chosen].sum() <= case.terms.costs_pence[few.chosen].sum()


# --- rules of a real place -----------------------------------------------------------------------------------


def test_phases_of_the_borough_are_nested_and_their_price_is_the_difference_from_the_best_alone():
    made = with_rules(sample_plan(), phases=(104_000.0, 220_000.0), phases_from="first")
    phases = made.choice.phases
    for earlier, later in itertools.pairwise(phases):
        assert not (earlier.choice.chosen & ~later.choice.chosen).any()
    for phase in phases:
        alone = best_choice(made.choice.case.with_budget(phase.budget_gbp))
        assert phase.price == pytest.approx(alone.value - phase.choice.value, abs=1e-6)
        assert phase.choice.status == alone.status == "optimal"
    assert max(phase.price for phase in phases) > 0
    price = amount_text(max(phase.price for phase in phases))
    assert f"Keeping sites from phase to phase costs {price} users a day" in " ".join(choice_sentences(made))


def test_a_floor_for_the_most_deprived_is_kept_and_its_price_is_stated():
    """Candidates of the first seven wards, where the best choice without the rule leaves the most deprived out."""
    made, terms = within_wards(sample_plan(), 7), {"budget_gbp": 60_000.0, "phases": ()}
    free, found = chosen_again(made, **terms), chosen_again(made, deprived_share=0.95, **terms)
    covered = (found.problem.covers.T @ found.choice.chosen.astype(float)) > 0
    weights = found.problem.demand * covered
    deprived = (made.demand["decile"] <= 2).to_numpy()[found.problem.point]
    assert weights[deprived].sum() >= 0.95 * weights.sum() - 1e-6
    assert weights.sum() > 0
    assert [item.name for item in found.rule_prices] == ["sites.deprived_share"]
    assert found.rule_prices[0].price == pytest.approx(free.choice.value - found.choice.value, abs=1e-6)
    assert found.rule_prices[0].price > 1


def test_the_order_of_candidates_and_points_changes_no_figure():
    """Which of equal choices is given goes by the order of candidates, which a plan sorts by their ids."""
    made = sample_plan()
    sites, points = np.random.default_rng(3).permutation(300), np.random.default_rng(4).permutation(len(made.demand))
    shuffled = dataclasses.replace(
        made,
        sites=made.sites.iloc[sites],
        demand=made.demand.iloc[points],
        choice=dataclasses.replace(
            made.choice,
            counted=dataclasses.replace(
                made.choice.counted,
                chances=made.choice.counted.chances[sites][:, points],
                already=made.choice.counted.already[points],
                demand=made.choice.counted.demand[points],
            ),
        ),
    )
    one, other = chosen_again(made, ward_floor=1), chosen_again(shuffled, ward_floor=1)
    assert other.choice.chosen.sum() == one.choice.chosen.sum()
    assert other.choice.covered == pytest.approx(one.choice.covered, abs=1e-9)
    assert other.rule_prices[0].price == pytest.approx(one.rule_prices[0].price, abs=1e-6)
    assert (
        one.case.terms.costs_pence[one.choice.chosen].sum() == other.case.terms.costs_pence[other.choice.chosen].sum()
    )


def test_the_same_draws_give_the_same_shares():
    made = sample_plan()
    one, other = chosen_again(made, samples=3).chosen_share, chosen_again(made, samples=3).chosen_share
    assert (one.share == other.share).all()
    assert one.solved == one.samples == 3
    assert set(np.unique(one.share * 3).round(6)) <= {0, 1, 2, 3}


def test_without_draws_no_share_is_given():
    nothing = chosen_again(sample_plan(), samples=0).chosen_share
    assert np.isnan(nothing.share).all()
    assert nothing.solved == 0


@needs_real_data
def test_one_site_in_each_ward_of_thurrock_has_a_price_and_more_than_the_money_has_a_remedy():
    made = thurrock_plan()
    found = chosen_again(made, ward_floor=1)
    wards = made.sites["ward_code"].to_numpy()
    assert set(made.wards.index) == set(wards[found.choice.chosen])
    assert found.rule_prices[0].price == pytest.approx(made.choice.choice.value - found.choice.value, abs=1e-6)
    with pytest.raises(InfeasibleError, match=r"Raise the budget to at least £183,000.00;"):
        chosen_again(made, ward_floor=1, budget_gbp=100_000.0)


@needs_real_data
def test_a_floor_for_the_most_deprived_without_their_ranks_is_refused():
    with pytest.raises(PlanFileError, match=r"No file ranks areas nationally.*\[NO_DECILES\]"):
        chosen_again(thurrock_plan(), deprived_share=0.4)


def test_a_site_is_explained_by_its_id_in_any_of_its_lists():
    made = tiny()
    made = dataclasses.replace(made, sites=made.sites.assign(other_ids=["", "libraries:L7; X9", "", "", ""]))
    assert [site_named(made.sites, wanted) for wanted in ("S2", "X9", "libraries:L7")] == ["S2"] * 3
