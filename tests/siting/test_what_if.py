"""What if: the page and Python score, rank and re-evaluate alike to the last bit, and both as the plan itself does."""

from __future__ import annotations

import dataclasses
import json
import tomllib

import numpy as np
import pandas as pd
import pytest

from connected_place.coverage.need.ranked_areas import values_of
from connected_place.coverage.parameters.demand import Demand
from connected_place.coverage.reach.chances import ChanceSteps
from connected_place.coverage.siting.objective import Counted
from connected_place.coverage.siting.what_if import reached_by
from connected_place.maps.page import page
from connected_place.maps.page.what_if_data import what_if
from connected_place.scripts.config.plan_file import read_plan_file

from .. import small_places as places
from .. import worlds
from ..browsing import write_pages
from ..what_ifs import covered_by, ranked_by

WEIGHTINGS = {"sample with holes": 300, "sample": 100, "tiny": 100}
"""Most where most can differ: all areas of a borough, levels that are not known, areas without a rank.

Each compares a hundred scores to the last bit, so another order of adding up is seen at the first weightings.
"""

EVALUATE = """stated => stated.map((weights) => {
    const found = evaluated(data, weights);
    return [found.areas.scores, found.areas.ranks, found.wards.scores, found.wards.ranks, found.covered, found.demand];
})"""


def sample():
    """The embedded borough."""
    return places.sample_plan()


def sample_with_holes():
    """The same, where three in ten levels are not known: scores of the rest, ranks only where enough is."""
    plan = places.sample_plan()
    columns = [name for name in plan.areas if name.endswith("_value")]
    draw = np.random.default_rng(7)
    hidden = draw.random((len(plan.areas), len(columns))) < 0.3
    return dataclasses.replace(plan, areas=plan.areas.assign(**plan.areas[columns].mask(hidden)))


WORLDS = {"sample": sample, "sample with holes": sample_with_holes, "tiny": worlds.tiny}


def weightings(count, criteria):
    """Random weights over five orders of magnitude, a fifth of them 0; every so often all alike, or one alone."""
    draw = np.random.default_rng(20_260_113)
    found = 10 ** draw.uniform(-3, 2, size=(count, criteria)) * (draw.random((count, criteria)) < 0.8)
    found[::50] = 1.0
    found[np.arange(criteria), :] = np.eye(criteria)
    return found[found.sum(axis=1) > 0].tolist()


@pytest.fixture
def opened(tab, tmp_path):
    """Open a page of a plan."""

    def open_page(plan):
        file = tmp_path / "page.html"
        file.write_text(page.borough_page(plan), encoding="utf-8")
        return tab.open(file)

    return open_page


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The pages of the tiny world, written once."""
    return write_pages(page.pages(worlds.tiny()), tmp_path_factory.mktemp("twoford"))


@pytest.fixture
def borough(files, tab):
    """The page of the tiny borough, just opened."""
    return tab.open(files["index.html"])


def numbers(series):
    """As JSON has them: None for NaN."""
    return [None if number != number else number for number in series.astype("float64").tolist()]


# --- the page and Python -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WORLDS)
def test_page_and_python_agree_on_every_score_rank_and_budget(name, opened):
    """Equal to the last bit, over hundreds of weightings: the numbers of the page's own functions and of the model."""
    world = WORLDS[name]()
    found = what_if(world)
    keys = [slider.key for slider in found.sliders]
    stated = weightings(WEIGHTINGS[name], len(keys))
    told = opened(world).page.evaluate(EVALUATE, stated)
    assert len(told) >= WEIGHTINGS[name] - 1
    for weights, answer in zip(stated, told, strict=True):
        by_key = dict(zip(keys, weights, strict=True))
        areas, wards = ranked_by(found.area_values, by_key), ranked_by(found.ward_values, by_key)
        covered = covered_by(found.reached, areas["score"])
        assert answer == [
            numbers(areas["score"]), numbers(areas["rank"]), numbers(wards["score"]), numbers(wards["rank"]),
            covered[:-1].tolist(), covered[-1],
        ]  # fmt: skip


def test_some_areas_of_the_holed_world_have_no_score_by_one_criterion_and_some_by_all():
    """Else the test above would not try them."""
    values = what_if(sample_with_holes()).area_values
    found = ranked_by(values, dict.fromkeys(values.columns[:1], 1.0))
    assert found["score"].isna().any()
    even = ranked_by(values, dict.fromkeys(values.columns, 1.0))
    assert even["score"].isna().any()
    assert even["score"].notna().any()
    assert even["rank"].notna().equals(even["score"].notna())


# --- Python and the plan -------------------------------------------------------------------------------------


def test_by_the_plans_own_weights_nothing_changes():
    plan = places.sample_plan()
    found = ranked_by(values_of(plan.areas), plan.parameters.score.weights)
    pd.testing.assert_series_equal(found["score"], plan.areas["score"], check_exact=True)
    pd.testing.assert_series_equal(found["rank"], plan.areas["rank"], check_exact=True, check_dtype=False)
    of_plan = what_if(plan)
    covered = covered_by(of_plan.reached, plan.areas["score"])
    assert covered[:-1] == pytest.approx([step.covered for step in plan.curve.steps], rel=1e-9)
    assert covered[-1] == pytest.approx(plan.shortlist.demand_total, rel=1e-9)


OTHER_WEIGHTS = {"gap_headline": 0.5, "gap_decent": 7.0, "deprivation": 1.0, "population": 4.0}
GROUPS = {
    "residents": Demand(),
    "all groups": Demand(visitors=0.4, staff=0.25),
    "no residents": Demand(residents=0.0, visitors=1.0),
}


@pytest.mark.parametrize("groups", GROUPS)
def test_other_weights_give_what_a_run_with_them_gives(groups):
    """The old shortlists on the demand of a plan that was made again with other weights; seven budgets, no draws.

    Weights move no point of demand, so what each site reaches of it is that of the old plan.
    """
    steps, few = places.sample_steps(), places.FEW_DRAWS
    sites = dataclasses.replace(steps.parameters.sites, objective="expected", budget_gbp=60_000.0, phases=(), samples=0)
    asked = steps.changed(dataclasses.replace(steps.parameters, **few | {"demand": GROUPS[groups], "sites": sites}))
    old, reach = asked.record, asked.reach
    other = dataclasses.replace(few["score"], weights=OTHER_WEIGHTS)
    new = asked.changed(dataclasses.replace(asked.parameters, score=other))
    assert new.demand.points.geometry.equals(old.demand.geometry)
    found = what_if(old)
    by_weights = ranked_by(found.area_values, OTHER_WEIGHTS)
    pd.testing.assert_series_equal(by_weights["score"], new.need.ranking.areas["score"], check_exact=True)
    told = covered_by(found.reached, by_weights["score"])
    demand = new.demand.points["demand"].to_numpy()
    problem, whole = ChanceSteps.of(reach.outdoors, demand, reach.already), demand @ (1 - reach.already)
    wanted = [float(problem.demand @ (problem.covers.T @ step.chosen > 0)) for step in old.curve.steps]
    if groups == "no residents":  # then weights move the unit of the demand and no share of it
        told, wanted = told / told[-1], np.array(wanted) / whole
        assert told[:-1] == pytest.approx(wanted, rel=1e-9)
        return
    assert told[:-1] == pytest.approx(wanted, rel=1e-9)
    assert told[-1] == pytest.approx(whole, rel=1e-9)


def test_reached_is_summed_by_area_and_existing_wifi_is_netted_off():
    """Two points in A1 (10 and 20 premises), one in A2 (5); S1 reaches the first two by 0.9 and 0.5, Wi-Fi by 0.2."""
    import scipy.sparse

    points = pd.DataFrame(
        {"area_code": ["A1", "A1", "A2"], "premises": [10.0, 20, 5], "demand": [5.0, 10, 1], "group": "residents"}
    )
    reach = scipy.sparse.csr_array(np.array([[0.9, 0.5, 0.0], [0.0, 0.0, 0.1]]))
    found = reached_by(
        points, Counted(chances=reach, already=np.full(3, 0.2), demand=points["demand"].to_numpy()),
        shortlists=[np.array([True, True]), np.array([False, True])],
        codes=pd.Index(["A1", "A2"]), weights={"residents": 1.0},
    )  # fmt: skip
    assert found.reached == pytest.approx(np.array([[10 * 0.7 + 20 * 0.3, 0], [0, 0], [24, 4]]))
    assert covered_by(found, pd.Series({"A1": 50.0, "A2": 100.0})) == pytest.approx([6.5, 0, 16])
    assert covered_by(found, pd.Series({"A1": 50.0, "A2": float("nan")})) == pytest.approx([6.5, 0, 14])  # A2: the mean


# --- what a reader does --------------------------------------------------------------------------------------


def test_a_slider_ranks_again_colours_the_map_and_says_so(opened):
    """All weight on distance to Wi-Fi: another order, the map by the new score, the words after a rest."""
    plan = places.sample_plan()
    tab = opened(plan)
    keys = [slider.key for slider in what_if(plan).sliders]
    for at, key in enumerate(keys):
        tab.page.fill(f"#weight-{at}", "1" if key == "wifi_distance" else "0")
    found = ranked_by(values_of(plan.areas), {"wifi_distance": 1.0})
    shown = tab.rows("tbody[data-ranks='areas']")
    in_order = plan.areas.sort_index().sort_values("rank", kind="stable")
    assert [row[0] for row in shown] == [f"{found.loc[code, 'rank']:.0f}" for code in in_order.index]
    assert tab.page.is_checked("input[name='tier'] >> nth=5")
    assert tab.page.inner_text("#key-speed") == "need score, 0 to 100, with your weights"
    tab.page.locator("#what-if-said", has_text="change their rank").wait_for()
    tab.page.click("#what-if-sort")
    assert [row[0] for row in tab.rows("tbody[data-ranks='areas']")] == [str(at + 1) for at in range(len(shown))]
    tab.page.click("#what-if-reset")
    assert tab.page.inner_text("#key-speed") == "need score, 0 to 100"
    assert tab.said == []


def test_a_budget_snaps_to_the_nearest_solved_one_below(borough):
    """Solved: £2,600, £20,000 and £40,000."""
    tab = borough
    tab.page.fill("#budget", "39999")
    assert tab.page.get_attribute("tr[aria-current='true']", "id") == "b1"
    assert "nearest solved budget below it, £20,000" in tab.page.inner_text("#budget-said")
    tab.page.fill("#budget", "40000")
    assert tab.page.get_attribute("tr[aria-current='true']", "id") == "b2"
    assert "budget_gbp = 40000.0" in tab.page.inner_text("#what-if-toml")
    assert tab.page.locator(".dot.taken-in").count() == 1


def test_the_lines_are_toml_and_state_what_was_asked(tiny, borough, tmp_path):
    tab = borough
    tab.page.fill("#weight-0", "0.125")
    tab.page.fill("#budget", "2600")
    lines = tomllib.loads(tab.page.inner_text("#what-if-toml"))
    assert lines["score"]["weights"]["gap_headline"] == 0.125
    assert lines["score"]["weights"]["population"] == tiny.parameters.score.weights["population"]
    assert lines["sites"]["budget_gbp"] == 2600
    folder = places.write_street(tmp_path / "street", more=tab.page.inner_text("#what-if-toml"))
    taken = read_plan_file(folder).parameters
    assert taken.score.weights["gap_headline"] == 0.125
    assert taken.sites.budget_gbp == 2600


def test_a_link_carries_the_settings(files, borough):
    tab = borough
    tab.page.fill("#weight-1", "7.5")
    tab.page.fill("#budget", "2600")
    fragment = tab.page.get_attribute("#what-if-link", "href")
    lines = tab.page.inner_text("#what-if-toml")
    again = tab.open(files["index.html"], fragment)
    assert again.page.input_value("#weight-1") == "7.5"
    assert again.page.input_value("#budget") == "2600"
    assert again.page.inner_text("#what-if-toml") == lines


def test_a_weight_that_is_none_is_refused_in_words(files, tab):
    for typed in ("", "-1", "1001"):
        tab.open(files["index.html"])
        tab.page.fill("#weight-0", typed)
        assert "0 to 1000" in tab.page.inner_text("#what-if-said"), typed
        assert "gap_headline = 3" in tab.page.inner_text("#what-if-toml"), typed


def test_no_weight_at_all_is_refused_in_words(borough):
    tab = borough
    for box in tab.page.locator("[data-weight]").all():
        box.fill("0")
    assert "Give at least one criterion a weight above 0." in tab.page.inner_text("#what-if-said")
    assert tab.said == []


def test_a_ward_page_ranks_its_areas_among_all_of_the_place(files, tab):
    tab.open(files["wards/E05000002.html"])
    assert [row[0] for row in tab.rows("tbody[data-ranks='areas']")] == ["2", "4"]
    data = json.loads(tab.page.locator("#what-if-data").text_content())
    assert len(data["areas"]["values"]) == 4
