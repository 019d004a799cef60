"""The page decides again: its search against every combination and the plan's own solver, and as a reader uses it."""

import dataclasses
import itertools
import json

import numpy as np
import pytest

from connected_place.coverage.covering import best_choice
from connected_place.coverage.siting import amount_text
from connected_place.maps.page.decide_data import MOST_DECIDING_BYTES, cannot_decide, decide_json
from connected_place.maps.page.leaflet import json_text
from connected_place.maps.page.page import borough_page
from connected_place.maps.page.templating import template_text

from ..siting_plans import chosen_again
from ..small_places import needs_real_data, sample_plan, thurrock_plan

ENDED = "(problem, most) => { let last = null; for (const told of decided(problem, most)) last = told; return last; }"


def small(seed):
    """A drawn problem of at most eight candidates, with spacing, locks, tolls and costs of several kinds."""
    draw = np.random.default_rng(seed)
    count, places = int(draw.integers(2, 9)), int(draw.integers(1, 30))
    at = draw.uniform(0, 100, (count, 2))
    apart = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)) < draw.choice([0, 0, 15, 30])
    points = []
    for _ in range(places):
        sites = draw.choice(count, int(draw.integers(1, min(count, 6) + 1)), replace=False)
        points.append([sites.tolist(), draw.exponential(3, len(sites)).tolist()])
    costs = [draw.choice([260_000, 1_570_000], count), draw.integers(1, 2_000_000, count), np.full(count, 5_000)][
        seed % 3
    ]
    lock_in = (draw.random(count) < 0.08) & (np.arange(count) < 3)
    lock_out = (draw.random(count) < 0.15) & ~lock_in
    return {
        "costs": costs.tolist(),
        "budget": int(draw.uniform(0.02, 1.1) * costs.sum()),
        "tolls": np.where(lock_in, 0.0, draw.choice([0.0, 2.0, 5.0])).tolist(),
        "lockIn": lock_in.astype(int).tolist(),
        "lockOut": lock_out.astype(int).tolist(),
        "near": [[other for other in range(count) if other != site and apart[site, other]] for site in range(count)],
        "points": points,
    }  # fmt: skip


def value_of(problem, chosen):
    """What a choice is worth, step by step."""
    sum_of = -sum(toll for toll, is_in in zip(problem["tolls"], chosen, strict=True) if is_in)
    for sites, beyond in problem["points"]:
        first = next((at for at, site in enumerate(sites) if chosen[site]), len(sites))
        sum_of += sum(beyond[first:])
    return sum_of


def keeps_all(problem, chosen):
    """Whether a choice keeps the budget, the locks and the distances."""
    cost = sum(cost for cost, is_in in zip(problem["costs"], chosen, strict=True) if is_in)
    locks = all(out <= 1 - is_in and own <= is_in for own, out, is_in in
                zip(problem["lockIn"], problem["lockOut"], chosen, strict=True))  # fmt: skip
    near = any(chosen[site] and chosen[other] for site, others in enumerate(problem["near"]) for other in others)
    return cost <= problem["budget"] and locks and not near


def best_of(problem):
    """The best value over every combination; None where none keeps all."""
    every = itertools.product((0, 1), repeat=len(problem["costs"]))
    return max((value_of(problem, chosen) for chosen in every if keeps_all(problem, chosen)), default=None)


@pytest.fixture(scope="module")
def search(browser):
    """The page's search in a browser: a function of problems and the most nodes."""
    page = browser.new_page()
    page.add_script_tag(content=template_text("choose.js"))
    yield lambda problems, most=400: page.evaluate(
        f"([all, most]) => all.map((one) => ({ENDED})(one, most))", [problems, most]
    )
    page.close()


def test_200_small_cases_agree_with_every_combination(search):
    problems = [small(seed) for seed in range(200)]
    proven = 0
    for problem, found in zip(problems, search(problems), strict=True):
        best = best_of(problem)
        assert (best is None) == (found is None)
        if found is None:
            continue
        assert keeps_all(problem, found["chosen"])
        assert value_of(problem, found["chosen"]) == pytest.approx(found["value"])
        assert found["bound"] >= best - 1e-6 * max(1.0, best) and found["value"] <= best + 1e-6 * max(1.0, best)
        assert not found["proven"] or found["value"] == pytest.approx(best, rel=1e-6, abs=1e-6)
        proven += found["proven"]
    assert proven > 180


def test_a_search_that_is_stopped_early_still_has_a_true_bound(search):
    problems = [small(seed) for seed in range(200, 260)]
    for problem, found in zip(problems, search(problems, most=1), strict=True):
        best = best_of(problem)
        assert found is None or found["bound"] >= best - 1e-6 * max(1.0, best)


@pytest.mark.parametrize("plan_of", [sample_plan, pytest.param(thurrock_plan, marks=needs_real_data)])
def test_each_budget_of_the_curve_gives_the_sites_of_the_plan(search, plan_of):
    plan = plan_of()
    stated = decide_json(plan, {})
    steps = plan.curve.steps
    found = search([{**stated, "budget": round(step.budget_gbp * 100)} for step in steps])
    for step, answer in zip(steps, found, strict=True):
        assert answer["proven"]
        assert np.flatnonzero(answer["chosen"]).tolist() == np.flatnonzero(step.chosen).tolist()
        assert answer["value"] == pytest.approx(step.value, rel=1e-5)


def test_locks_and_budgets_between_give_what_the_plans_solver_gives(search):
    plan = sample_plan()
    case, stated = plan.choice.case, decide_json(plan, {})
    draw = np.random.default_rng(7)
    asked = []
    for _ in range(12):
        lock_out = draw.random(len(plan.sites)) < 0.05
        lock_in = (draw.random(len(plan.sites)) < 0.01) & ~lock_out
        asked.append((int(draw.integers(80, 600)) * 100_000, lock_in, lock_out))
    answers = search([
        {
            **stated,
            "budget": budget_pence,
            "lockIn": lock_in.astype(int).tolist(),
            "lockOut": lock_out.astype(int).tolist(),
            "tolls": np.where(lock_in, 0.0, stated["tolls"]).tolist(),
        }
        for budget_pence, lock_in, lock_out in asked
    ])  # fmt: skip
    for locked, answer in zip(asked, answers, strict=True):
        own = best_choice(_locked(case, *locked))
        assert answer["proven"] and answer["value"] == pytest.approx(own.value, rel=1e-5)
        assert np.flatnonzero(answer["chosen"]).tolist() == np.flatnonzero(own.chosen).tolist()


def _locked(case, budget_pence, lock_in, lock_out):
    """The case of the plan with another budget and other locks; a site that is locked in pays no toll."""
    terms = dataclasses.replace(case.terms, budget_pence=budget_pence, lock_in=lock_in, lock_out=lock_out)
    problem = dataclasses.replace(case.problem, toll=np.where(lock_in, 0.0, case.problem.toll))
    return dataclasses.replace(case, terms=terms, problem=problem)


def test_a_hostile_name_is_only_shown(tab, tmp_path):
    name = "<img src=x onerror=document.title='ran'>"
    plan = sample_plan()
    plan = dataclasses.replace(plan, sites=plan.sites.assign(name=name))
    file = tmp_path / "page.html"
    file.write_text(borough_page(plan), encoding="utf-8")
    page = tab.open(file).page
    title = page.title()
    page.click("#decide-out")
    page.click("#decide-go")
    page.wait_for_function("document.getElementById('decide-said').getAttribute('aria-busy') === 'false'")
    assert name in page.locator("#decide-sites").inner_text() and name in page.locator("#decide-locks").inner_text()
    assert page.title() == title and page.locator("#decide img").count() == 0


def test_a_site_that_the_plan_leaves_out_cannot_be_asked_for(tab, tmp_path):
    plan = dataclasses.replace(
        sample_plan(), choice=chosen_again(sample_plan(), lock_out=(sample_plan().sites.index[0],))
    )
    file = tmp_path / "page.html"
    file.write_text(borough_page(plan), encoding="utf-8")
    page = tab.open(file).page
    page.select_option("#decide-site", label=plan.sites["name"].iloc[0])
    page.click("#decide-in")
    assert "The plan leaves" in page.locator("#decide-said").inner_text()
    assert page.locator("#decide-locks li").count() == 0


def test_a_rule_that_the_page_cannot_keep_is_named():
    plan = dataclasses.replace(sample_plan(), choice=chosen_again(sample_plan(), at_most=4))
    assert cannot_decide(plan).endswith("cannot keep a rule of the plan: at most 4 sites")
    assert decide_json(plan, {}) is None
    page = borough_page(plan)
    assert "cannot keep a rule of the plan: at most 4 sites" in page and 'id="decide-go"' not in page


def test_what_a_page_carries_to_decide_has_a_limit():
    assert len(json_text(decide_json(sample_plan(), {}))) < MOST_DECIDING_BYTES / 3


def test_a_reader_sets_a_budget_and_a_site_and_sees_what_changes(tab, written):
    plan = sample_plan()
    tab.open(written("sample")["index.html"])
    page = tab.page
    said = page.locator("#decide-said")
    page.click("#decide-go")
    page.wait_for_function("document.getElementById('decide-said').getAttribute('aria-busy') === 'false'")
    users = amount_text(plan.shortlist.demand_covered)
    assert f"about {users} users a day; the plan\u2019s 16 sites for £238,100 add about {users}." in said.inner_text()
    assert "proven best: no choice of as many sites or fewer within this budget adds more." in said.inner_text()
    assert "These are the sites of the plan." in said.inner_text()
    # Without its first site, and with half the money.
    first = plan.sites[plan.sites["rank"] == 1].iloc[0]
    page.select_option("#decide-site", label=first["name"])
    page.click("#decide-out")
    page.fill("#decide-budget", "125000")
    page.click("#decide-go")
    page.wait_for_function("document.getElementById('decide-said').getAttribute('aria-busy') === 'false'")
    assert first["name"] in said.locator("p", has_text="In the plan and not here").inner_text()
    assert page.locator(".mark.left-out").count() > 0
    toml = page.locator("#decide-toml").inner_text()
    assert "budget_gbp = 125000.0" in toml and json.dumps(str(first.name)) in toml
    assert page.locator("#decide-sites li").count() == int(said.inner_text().split(" buys ")[1].split(" ")[0])
    # More money takes in sites of the map that were not chosen.
    page.fill("#decide-budget", "300000")
    page.click("#decide-go")
    page.wait_for_function("document.getElementById('decide-said').getAttribute('aria-busy') === 'false'")
    taken = said.locator("p", has_text="Not in the plan").inner_text().split("map: ")[1].split("; ")
    assert page.locator(".dot.taken-in").count() == len(taken) > 0
    page.fill("#decide-budget", "")
    page.click("#decide-go")
    assert "must be a number of pounds" in said.inner_text()
    page.click("#decide-back")
    assert page.locator(".mark.left-out").count() == 0 and page.locator("#decide-locks li").count() == 0
