"""Ids of venues that several lists have: any of them means the one candidate."""

from dataclasses import replace

import pandas as pd

from connected_place.coverage.case.place_case import place_case
from connected_place.coverage.delivery.place_delivery import place_delivery
from connected_place.coverage.demand.site_names import with_kept_ids
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.parameters.funding import Enterprise, FundingRules
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.parameters.sites import Sites
from connected_place.coverage.siting.place_siting import place_siting

from ..small_places import sample_steps

CANDIDATES = pd.DataFrame({"other_ids": ["A1; B1", "", "X1"]}, index=["libraries:L1", "A2", "X2"])
"""Three candidates: the first is also A1 and B1 in other lists, the last also X1."""


def named(**sites):
    return with_kept_ids(Parameters(place=Place(name="P", lad="E06000001"), sites=Sites(**sites)), CANDIDATES).sites


def test_a_site_is_locked_by_the_id_of_any_list_and_once():
    rules = named(lock_in=("A1", "B1", "A2"), lock_out=("X1",), on_wan=("libraries:L1", "A1"))
    assert (rules.lock_in, rules.lock_out, rules.on_wan) == (("libraries:L1", "A2"), ("X2",), ("libraries:L1",))


def test_a_reason_for_the_candidates_own_id_goes_before_one_for_another():
    assert named(lock_out_reason={"libraries:L1": "own", "A1": "other"}).left_out == ("libraries:L1",)
    assert named(lock_out_reason={"libraries:L1": "own", "A1": "other"}).lock_out_reason == {"libraries:L1": "own"}


def test_an_id_that_no_list_has_stays_to_be_refused():
    assert named(lock_in=("A1", "A9")).lock_in == ("libraries:L1", "A9")


def test_funding_by_site_and_enterprises_follow():
    rules = FundingRules(by_site={"A1": "sponsored"}, enterprise=(Enterprise(name="E", sites=("B1", "A1")),))
    found = with_kept_ids(Parameters(place=Place(name="P", lad="E06000001"), funding=rules), CANDIDATES).funding
    assert found.by_site == {"libraries:L1": "sponsored"}
    assert found.enterprise[0].sites == ("libraries:L1",)


def test_another_candidates_own_id_is_never_taken_for_a_second_one():
    """Two lists use A2 for different places, one of which is merged with X2."""
    both = CANDIDATES.assign(other_ids=["", "", "A2"])
    rules = with_kept_ids(Parameters(place=Place(name="P", lad="E06000001"), sites=Sites(lock_in=("A2",))), both).sites
    assert rules.lock_in == ("A2",)


def test_a_lock_on_the_id_of_any_list_is_kept_and_its_funding_too():
    """The sample's first candidate not chosen is also X9 of another list."""
    steps = sample_steps()
    site = steps.record.sites.query("~selected").index[0]
    named = steps.demand.candidates.assign(
        other_ids=["X9" if each == site else "" for each in steps.record.sites.index]
    )
    demand, stated = replace(steps.demand, candidates=named), steps.parameters
    rules = replace(stated.sites, lock_in=("X9",), phases=(), samples=0)
    paid = replace(stated.funding, by_site={"X9": "concession"})
    parameters = replace(stated, sites=rules, funding=paid)
    siting = place_siting(demand, steps.reach, steps.use, steps.need, parameters=parameters)
    assert siting.sites.loc[site, ["reason_code", "other_ids"]].tolist() == ["LOCKED_IN", "X9"]
    delivered = place_delivery(
        steps.layers,
        demand,
        steps.reach,
        siting,
        case=place_case(demand, steps.reach, siting, parameters),
        borough=steps.need.borough,
        parameters=parameters,
    )
    assert delivered.sites.loc[site, "funding_model"] == "concession"
