"""Programmes small enough to reckon by hand: sites in a row, each with people of its own and some that two share."""

import numpy as np
import pandas as pd
import scipy.sparse

from connected_place.coverage.case.appraisal import business_case
from connected_place.coverage.case.benefits import added_quantities
from connected_place.coverage.case.present_values import appraised
from connected_place.coverage.parameters.appraisal import Appraisal
from connected_place.coverage.parameters.benefits import Benefit
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.parameters.wifi import Wifi
from connected_place.coverage.reach.access_point import radio_plan
from connected_place.coverage.reach.sites import SiteReach

from .small_places import NAN

PLACE = Place(name="Twoford", lad="E06000999")


def reach_of(chances, already=None):
    """Chances (candidates by points) as a plan has them."""
    outdoors = scipy.sparse.csr_array(np.asarray(chances, dtype=float))
    free = np.zeros(outdoors.shape[1]) if already is None else np.asarray(already, dtype=float)
    return SiteReach(radio=radio_plan(Wifi()), outdoors=outdoors, indoors=None, already=free, fields={})


def sites_of(count, *, capex=100_000.0, opex=10_000.0, chosen=None, phase=1.0, kinds="library", demand=1.0):
    """Sites S1, S2, ... ranked in that order; `chosen` counts the first."""
    chosen = count if chosen is None else chosen
    is_chosen = np.arange(count) < chosen
    return pd.DataFrame(
        {
            "name": [f"Hall {number}" for number in range(1, count + 1)],
            "kind": kinds,
            "selected": is_chosen,
            "rank": np.where(is_chosen, np.arange(1.0, count + 1), NAN),
            "phase": np.where(is_chosen, phase, NAN),
            "capex_gbp": capex,
            "opex_gbp_per_year": opex,
            "demand_added": demand,
            "backhaul_class": "A",
        },
        index=pd.Index([f"S{number}" for number in range(1, count + 1)], name="site_id"),
    )


def points_of(residents, premises=None):
    """Demand points with so many residents; half as many premises unless stated."""
    people = np.asarray(residents, dtype=float)
    return pd.DataFrame({"residents": people, "premises": people / 2 if premises is None else premises})


def case_of(sites, rules, *, chances=None, residents=(1.0,), funding=None, deciles=None, alternatives=None, users=None):
    """A business case; without chances each site has one point of its own. `users` a day: sites by points."""
    count = len(sites)
    chances = np.eye(count) if chances is None else chances
    people = np.resize(np.asarray(residents, dtype=float), np.asarray(chances).shape[1])
    parameters = Parameters(place=PLACE, appraisal=rules, **({"funding": funding} if funding else {}))
    unknown = pd.Series(NAN, index=sites.index) if deciles is None else deciles
    return business_case(
        sites, reach_of(chances), points_of(people), deciles=unknown, alternatives=alternatives or {},
        parameters=parameters, users=None if users is None else scipy.sparse.csr_array(np.asarray(users, dtype=float)),
    )  # fmt: skip


def appraised_of(sites, rules, *, residents=(1.0,)):
    """The lines of all candidates, each with one point of its own."""
    points = points_of(np.resize(np.asarray(residents, dtype=float), len(sites)))
    return appraised(sites, added_quantities(sites, reach_of(np.eye(len(sites))), points), rules)


def vector(benefit_gbp=40_000.0, *, bias=0.0, **terms):
    """The test vector: £100,000 in year 0, £10,000 a year to run and a benefit in each of ten years."""
    benefits = () if benefit_gbp is None else (Benefit(key="gain", quantity=1.0, unit_value_gbp=benefit_gbp),)
    return case_of(sites_of(1), Appraisal(optimism_bias=bias, benefit=benefits, **terms))
