"""A plan's sites chosen again under other rules of plan.toml, without making the whole plan again."""

import dataclasses

import numpy as np

from connected_place.coverage.need.ranked_areas import values_of
from connected_place.coverage.plan import Plan
from connected_place.coverage.siting.decision import SiteChoice, site_choice


def chosen_again(plan: Plan, **rules: object) -> SiteChoice:
    """The choice with some keys of [sites] changed; nothing is drawn unless asked for."""
    stated = dataclasses.replace(plan.parameters.sites, **({"samples": 0} | rules))  # type: ignore[arg-type]
    return site_choice(
        plan.sites,
        plan.choice.counted,
        plan.demand,
        values=values_of(plan.areas),
        wards=plan.wards["area_name"].to_dict(),
        parameters=dataclasses.replace(plan.parameters, sites=stated),
    )


def within_wards(plan: Plan, count: int) -> Plan:
    """The same plan with the candidates of its first wards alone: a case that is solved in a second."""
    kept = plan.sites["ward_code"].isin(plan.wards.index[:count]).to_numpy()
    counted = dataclasses.replace(plan.choice.counted, chances=plan.choice.counted.chances[np.flatnonzero(kept)])
    return dataclasses.replace(plan, sites=plan.sites[kept], choice=dataclasses.replace(plan.choice, counted=counted))
