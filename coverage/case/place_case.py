"""The business case of a plan's place: its shortlist appraised, with other budgets as the alternatives."""

from __future__ import annotations

from connected_place.coverage.case.appraisal import BusinessCase, business_case
from connected_place.coverage.case.options import alternative_choices
from connected_place.coverage.demand import WifiDemand, with_kept_ids
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.reach import SiteReach
from connected_place.coverage.siting import PlaceSiting


def place_case(demand: WifiDemand, reach: SiteReach, siting: PlaceSiting, parameters: Parameters) -> BusinessCase:
    """Appraise the shortlist of a plan."""
    parameters = with_kept_ids(parameters, demand.candidates)
    choice, budget_gbp = siting.choice, parameters.sites.budget_gbp
    others = alternative_choices(siting.sites, choice.problem, choice.curve, budget_gbp=budget_gbp)
    return business_case(
        siting.sites,
        reach,
        demand.points,
        users=siting.users,
        deciles=demand.deciles,
        alternatives=others,
        parameters=parameters,
    )
