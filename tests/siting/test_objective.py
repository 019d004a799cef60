"""What the choice counts: covered places, every chance, or users a day; each exactly, against every combination."""

import itertools

import geopandas as gpd
import numpy as np
import pytest
import scipy.sparse
import shapely

from connected_place.coverage.covering import siting_case
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.solution import best_choice
from connected_place.coverage.objectives import COVERED, EXPECTED, USERS
from connected_place.coverage.parameters import Parameters, Sites, Wifi
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.reach.access_point import radio_plan
from connected_place.coverage.reach.sites import SiteReach
from connected_place.coverage.siting.objective import Counted, counted_worth, least_users, too_few_users, users_by_point

from ..small_places import METRES, sample_steps

LEAST = 0.8
EVERY = tuple(itertools.product([0, 1], repeat=5))
"""Every combination of five sites."""


def street(random, *, sites=5, points=7):
    """Sites and points in a square of 600 m; each site reaches about half of the points by some chance."""
    chances = random.uniform(0, 1, (sites, points)) * (random.uniform(size=(sites, points)) < 0.6)
    reach = SiteReach(
        radio=radio_plan(Wifi()),
        outdoors=scipy.sparse.csr_array(chances),
        indoors=None,
        already=random.uniform(0, 1, points) * (random.uniform(size=points) < 0.3),
        fields={},
    )
    return (
        reach,
        layer(random, sites),
        layer(random, points).assign(
            demand=random.uniform(0, 9, points),
            group=random.choice(["residents", "visitors", "staff"], points),
            premises=random.uniform(0.5, 9, points),
        ),
    )


def layer(random, count):
    x, y = random.uniform(0, 600, (2, count))
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(560_000 + x, 180_000 + y), crs=METRES)


def asked(objective):
    return Parameters(
        place=Place(name="P", lad="E06000999"), sites=Sites(objective=objective), wifi=Wifi(covered_share=LEAST)
    )


def numbers(points):
    """How many are at each point: homes count the same whatever their area's need, in the residents' whole demand."""
    homes = points["premises"].where(points["group"] == "residents", 0.0)
    whole = points["demand"].where(points["group"] == "residents", 0.0).sum()
    shares = homes / homes.sum() if homes.sum() > 0 else homes
    return points["demand"].where(points["group"] != "residents", shares * whole)


def gathered(points):
    """Those who walk, each group's of a square of 250 m at the square's point with most of them."""
    found = dict.fromkeys(range(len(points)), 0.0)
    squares: dict[tuple[str, int, int], list[int]] = {}
    for at, (group, place) in enumerate(zip(points["group"], points.geometry, strict=True)):
        if group != "visitors":
            squares.setdefault((group, int(place.x // 250), int(place.y // 250)), []).append(at)
    for members in squares.values():
        amounts = numbers(points).iloc[members]
        found[members[int(np.argmax(amounts))]] = float(amounts.sum())
    return np.array([found[at] for at in range(len(points))])


NONE = np.empty((0, 2))
"""Places with free Wi-Fi already: none."""


def worth_of(objective, world, users, free=NONE):
    """What each site is worth at each point by the definition of the objective, and what each point counts for."""
    reach, sites, points = world
    chances, already, demand = reach.outdoors.toarray(), reach.already, points["demand"].to_numpy()
    if objective == COVERED:
        return ((chances >= LEAST) & (already < LEAST)).astype(float), demand
    if objective == EXPECTED:
        return (np.rint((chances - already) / 0.01) * 0.01).clip(0), demand
    worth, walkers = np.zeros(chances.shape), gathered(points)
    is_visitor = (points["group"] == "visitors").to_numpy()
    for site in range(len(sites)):
        apart_m = points.distance(sites.geometry.iloc[site]).to_numpy()
        walks = walkers * np.where(apart_m <= 800, np.exp(-apart_m / 400.0), 0.0)
        drawn = np.where(is_visitor, numbers(points).to_numpy() * chances[site], walks)
        if drawn.sum() > 0:
            has = [np.hypot(*(np.array([place.x, place.y]) - spot)) for place in points.geometry for spot in free]
            to_free = np.array(has).reshape(len(points), -1).min(axis=1, initial=np.inf)
            there = walkers * np.where(to_free <= 800, np.exp(-to_free / 400.0), 0.0)
            added = np.where(is_visitor, drawn * (1 - already), (drawn - there).clip(0))
            worth[site] = users[site] * added / drawn.sum()
    return worth, np.ones(len(points))


@pytest.mark.parametrize("objective", [COVERED, EXPECTED, USERS])
def test_each_objective_finds_the_best_of_every_combination(objective):
    """200 places of five sites: 32 combinations each; the value, and never more than the budget to the penny."""
    random = np.random.default_rng(20_261_130)
    for _ in range(200):
        world, users = street(random), random.uniform(1, 80, 5)
        costs = random.integers(100, 900, 5) / 1.0
        budget = float(random.integers(300, 2_500))
        free = random.uniform(0, 600, (int(random.integers(0, 3)), 2)) + world[2].total_bounds[:2]
        by_point = users_by_point(*world, users, walk_m=400.0, free=free)
        worth = counted_worth(world[0], world[2], asked(objective), users=by_point)
        problem = worth.problem()
        case = siting_case(problem.covers, problem.demand, costs, budget_gbp=budget)
        found = best_choice(case, effort=Effort.limited(work=1_000.0, seconds=60.0))
        each, amounts = worth_of(objective, world, users, free)
        values = {bits: float(amounts @ (each * np.array(bits)[:, None]).max(axis=0)) for bits in EVERY}
        best = max(value for bits, value in values.items() if costs @ np.array(bits) <= budget)
        assert costs[found.chosen].sum() <= budget
        assert found.covered == pytest.approx(best, rel=1e-9, abs=1e-9)
        assert values[tuple(found.chosen.astype(int).tolist())] == pytest.approx(best, rel=1e-9, abs=1e-9)


def test_the_users_of_a_site_are_spread_over_the_places_they_come_from():
    """A row sums to the site's users where nothing is there yet, and visitors come only where they are covered."""
    reach, sites, points = street(np.random.default_rng(7))
    reach = SiteReach(radio=reach.radio, outdoors=reach.outdoors, indoors=None, already=np.zeros(7), fields={})
    users = np.array([10.0, 20, 30, 40, 50])
    spread = users_by_point(reach, sites, points, users, walk_m=400.0, free=NONE)
    assert spread.sum(axis=1) == pytest.approx(users)
    uncovered = (reach.outdoors.toarray() == 0) & (points["group"] == "visitors").to_numpy()
    assert (spread.toarray()[uncovered] == 0).all()


def test_users_who_have_free_wifi_where_they_are_do_not_count_again():
    reach, sites, points = street(np.random.default_rng(8))
    points = points.assign(group="visitors")
    everywhere = SiteReach(radio=reach.radio, outdoors=reach.outdoors, indoors=None, already=np.ones(7), fields={})
    assert users_by_point(everywhere, sites, points, np.full(5, 10.0), walk_m=400.0, free=NONE).sum() == 0


def test_free_wifi_at_a_site_leaves_it_nobody_who_walks_and_elsewhere_those_with_the_longer_way():
    """Residents 0, 100 and 300 m east of free Wi-Fi; sites beside it and beside the last of them."""
    east = np.array([0.0, 100.0, 300.0])
    points = gpd.GeoDataFrame(
        {"demand": 1.0, "premises": 1.0, "group": "residents"},
        index=range(3),
        geometry=gpd.points_from_xy(east * 10, [0.0] * 3),
        crs=27700,
    )
    sites = points.iloc[[0, 2]]
    reach = SiteReach(
        radio=radio_plan(Wifi()), outdoors=scipy.sparse.csr_array((2, 3)), indoors=None, already=np.zeros(3), fields={}
    )
    users, walk_m = np.array([10.0, 10.0]), 4_000.0
    alone = users_by_point(reach, sites, points, users, walk_m=walk_m, free=NONE).toarray()
    beside = users_by_point(reach, sites, points, users, walk_m=walk_m, free=np.array([[0.0, 0.0]])).toarray()
    assert beside[0].tolist() == [0, 0, 0]
    assert beside[1, :2].tolist() == [0, 0]
    assert beside[1, 2] == pytest.approx(alone[1, 2] * (1 - np.exp(-3_000 / walk_m)))


def test_people_come_from_where_they_live_not_from_where_need_is():
    """Two places with 10 homes each, as near to the site, one of them in an area of ten times the need."""
    places = [shapely.Point(560_000, 180_000), shapely.Point(560_600, 180_000)]
    columns = {"demand": [10.0, 1.0], "premises": 10.0, "group": "residents"}
    points = gpd.GeoDataFrame(columns, index=range(2), geometry=places, crs=METRES)
    site = gpd.GeoDataFrame(geometry=[shapely.Point(560_300, 180_000)], crs=METRES)
    reach = SiteReach(
        radio=radio_plan(Wifi()), outdoors=scipy.sparse.csr_array((1, 2)), indoors=None, already=np.zeros(2), fields={}
    )
    spread = users_by_point(reach, site, points, np.array([8.0]), walk_m=400.0, free=NONE)
    assert spread.toarray()[0] == pytest.approx([4.0, 4.0])


def test_small_shares_of_people_are_never_rounded():
    """Users of a hundredth of a person at each of 700 points add up to seven."""
    points = layer(np.random.default_rng(9), 700).assign(demand=1.0, premises=1.0, group="residents")
    site = layer(np.random.default_rng(10), 1)
    reach = SiteReach(
        radio=radio_plan(Wifi()),
        outdoors=scipy.sparse.csr_array((1, 700)),
        indoors=None,
        already=np.zeros(700),
        fields={},
    )
    by_point = users_by_point(reach, site, points, np.array([7.0]), walk_m=400.0, free=NONE)
    worth = counted_worth(reach, points, asked(USERS), users=by_point)
    assert worth.problem().demand.sum() == pytest.approx(7.0) == worth.total


def test_a_site_with_too_few_users_by_itself_is_known_where_users_are_counted():
    """Users of 3 and 30 a day, at least 5 asked for; nothing is taken off for a site that a rule asks for."""
    spread = scipy.sparse.csr_array(np.array([[3.0, 0.0], [0.0, 30.0]]))
    worth = Counted(chances=spread, already=np.zeros(2), demand=np.ones(2), follows_need=False, step=0.0)
    assert too_few_users(worth, asked(USERS)).tolist() == [True, False]
    assert too_few_users(worth, asked(EXPECTED)).tolist() == [False, False]
    assert least_users(worth, asked(USERS), asked=np.array([False, True])).tolist() == [5.0, 0.0]
    assert least_users(worth, asked(EXPECTED), asked=np.array([False, True])).tolist() == [0.0, 0.0]


def test_covered_homes_of_the_sample_are_the_most_where_they_are_the_objective():
    """The sample's shortlist by each objective: each is best by its own measure."""
    steps = sample_steps()
    rules = steps.parameters.sites
    likely, expected = {}, {}
    for objective in (COVERED, EXPECTED):
        changed = Sites(budget_gbp=100_000.0, samples=0, objective=objective, capex_gbp=rules.capex_gbp)
        parameters = Parameters(**{**_tables(steps.parameters), "sites": changed})
        again = steps.changed(parameters)
        made, chances, already = again.siting, again.reach.outdoors, again.reach.already
        best = np.asarray(chances[np.flatnonzero(made.choice.choice.chosen)].max(axis=0).todense()).ravel()
        demand = made.points["demand"].to_numpy()
        least = parameters.wifi.covered_share
        likely[objective] = float(demand[(best >= least) & (already < least)].sum())
        expected[objective] = float(demand @ (best - already).clip(0))
    assert likely[COVERED] > likely[EXPECTED]
    assert expected[EXPECTED] > expected[COVERED]


def _tables(parameters):
    return {name: getattr(parameters, name) for name in parameters.__slots__}
