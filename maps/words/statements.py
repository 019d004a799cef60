"""Sentences with numbers that pages and papers share."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from connected_place.coverage.case import stated_benefits
from connected_place.coverage.objectives import COVERED, USERS
from connected_place.coverage.parameters import Benefit, Parameters
from connected_place.coverage.plan import Plan
from connected_place.coverage.siting import Shortlist, amount_text
from connected_place.coverage.user_groups import HOMES_BY_NEED
from connected_place.gis_data.layers import Provenance
from connected_place.maps.numerals import (
    NOT_REPORTED,
    count_text,
    money_text,
    percent_text,
    plural,
    pounds_text,
    share_text,
    shown,
    speed_text,
)
from connected_place.maps.words.gap_statements import (
    counted_words,
    is_estimate,
    premises_words,
)

LIMITS = (
    "Coverage says nothing about skills, devices or whether people can afford a service: a covered place can still be "
    "left behind.",
    "Shares are calculated from sums of premises, never by averaging percentages.",
    "Where nobody has reported on a place, it is shown as not reported: neither covered nor uncovered.",
)


def demand_words(parameters: Parameters) -> str:
    """What demand is counted in: homes counted by need or, with other groups of people, weighted demand.

    Examples
    --------
    >>> from connected_place.coverage.parameters.demand import Demand
    >>> from connected_place.coverage.parameters.place import Place
    >>> from connected_place.coverage.parameters.sites import Sites
    >>> place = Place(name="Twoford", lad="E06000999")
    >>> demand_words(Parameters(place=place))
    'users a day'
    >>> demand_words(Parameters(place=place, sites=Sites(objective="expected")))
    'homes counted by need'
    >>> demand_words(Parameters(place=place, sites=Sites(objective="expected"), demand=Demand(visitors=0.5)))
    'weighted demand of residents and visitors'
    """
    if parameters.sites.objective == USERS:
        return "users a day"
    groups = [name for name, weight in parameters.group_weights.items() if weight > 0]
    if groups == ["residents"]:
        return parameters.counted_unit
    return f"weighted demand of {' and '.join([', '.join(groups[:-1]), groups[-1]] if groups[1:] else groups)}"


def unit_note(parameters: Parameters) -> str:
    """What a unit of demand is, and what "added" means."""
    if parameters.sites.objective == USERS:
        unit = (
            "Users a day: one person at one place on one day. Someone who uses five sites in a day counts five times."
        )
    elif parameters.counted_unit == HOMES_BY_NEED:
        unit = (
            "Need score: homes that should get Wi-Fi, counted by need; a home in an area with the highest possible "
            "need counts as 1."
        )
    else:
        parts = ", ".join(f"{name} {weight:g}" for name, weight in parameters.group_weights.items() if weight > 0)
        unit = (
            "Weighted demand: a home in an area with the highest possible need counts as 1, and other people on the "
            f"same scale; the whole of each group is weighted {parts}."
        )
    return f"{unit} Added: on top of the sites above."


def clusters_sentence(plan: Plan) -> str:
    """How much of the gap is close together, and what makes a cluster."""
    found, rules, tier = plan.clusters, plan.parameters.clusters, plan.parameters.gaps.headline
    counted = counted_words(plan.reporting)
    rule = (
        f"A cluster is at least {count_text(rules.least_premises)} {counted} without {speed_text(tier)} within "
        f"{count_text(rules.join_m)} m of one another, in postcodes or output areas where at least "
        f"{percent_text(rules.least_share)} cannot get it."
    )
    if found.frame.empty:
        return f"No clusters were found. {rule}"
    clusters, gap = found.frame, plan.borough[f"{tier}_gap"]
    contain = "cluster contains" if len(clusters) == 1 else "clusters contain"
    return (
        f"{len(clusters):,} {contain} {count_text(clusters['gap'].sum())} of the {count_text(gap)} "
        f"({share_text(clusters['gap'].sum(), gap)}) {counted} without {speed_text(tier)}. {rule}"
    )


def shortlist_sentence(plan: Plan) -> str:
    """How many sites are proposed, for how much of the budget, and what they reach."""
    found = plan.shortlist
    chosen = int(plan.sites["selected"].sum())
    spent = f"{money_text(found.spent_gbp)} of the {money_text(found.budget_gbp)} capital budget"
    if not chosen:
        return f"No sites are proposed: {spent} is spent."
    return (
        f"{count_text(chosen)} of {plural(len(plan.sites), 'candidate site')} {'is' if chosen == 1 else 'are'} "
        f"proposed, for {spent}."
    )


def best_sentence(found: Shortlist, demand: str = HOMES_BY_NEED) -> str:
    """How much of the demand is served, and how sure it is that no other choice serves more.

    Examples
    --------
    >>> found = Shortlist(status="time limit", demand_total=200, demand_covered=90, demand_bound=100, gap_share=0.1,
    ...                   points_total=9, points_covered=4, premises_total=90, premises_covered=40,
    ...                   premises_covered_high=44, premises_indoors=9, premises_indoors_high=10,
    ...                   residents_covered=88, residents_covered_high=95, premises_source="estimate",
    ...                   budget_gbp=1000, spent_gbp=900, solver="HiGHS")
    >>> best_sentence(found)
    'Counting every chance of coverage, the proposed sites serve 45.0 % of the homes counted by need. The search ended at its time limit: no choice within the budget can serve more than 50.0 %, so this one is at most 10.0 % short of the best.'
    """  # noqa: E501
    reached = share_text(found.demand_covered, found.demand_total)
    if reached == NOT_REPORTED:
        return "There is no demand to serve."
    start = _served_words(found, reached, demand)
    if found.status == "optimal" and found.gap_share == 0:
        more = "serves more" if found.demand_backed_up == 0 else "is worth more, counting second sites within reach"
        if found.demand_toll > 0:
            more += (
                f", once {amount_text(found.demand_toll)} a day are taken off for these sites, so that none is "
                "proposed for a handful of people (use.least_users)"
            )
        return f"{start} Proven best: no other choice within the budget and the plan's rules {more}."
    if found.status == "optimal":
        ended = "The search ended within its tolerance"
    else:
        ended = f"The search ended at its {found.status}"
    as_many = " with as many sites" if found.demand_toll > 0 else ""
    return (
        f"{start} {ended}: no choice within the budget{as_many} can serve more than "
        f"{share_text(found.demand_bound, found.demand_total)}, so this one is at most "
        f"{percent_text(found.gap_share)} short of the best."
    )


def _served_words(found: Shortlist, share: str, demand: str) -> str:
    """What the chosen sites serve, in the words of what was made as large as could be."""
    if found.objective == USERS:
        return (
            f"The proposed sites should have about {count_text(found.demand_covered)} users a day, {share} of those "
            "that all candidates together would have."
        )
    if found.objective == COVERED:
        return f"{share} of the {demand} {_are(demand)} very likely to be covered outdoors by the proposed sites."
    return f"Counting every chance of coverage, the proposed sites serve {share} of the {demand}."


def _are(demand: str) -> str:
    return "is" if demand.startswith("weighted") else "are"


def reach_sentence(plan: Plan) -> str:
    """How many premises the proposed sites cover, first those that are very likely, then counting every chance."""
    found, wifi = plan.shortlist, plan.parameters.wifi
    start = (
        f"{'An estimated ' if is_estimate(found.premises_source) else ''}"
        f"{count_text(found.premises_likely)} of {count_text(found.premises_total)} "
        f"({share_text(found.premises_likely, found.premises_total)}) {premises_words([found.premises_source])}, in "
        f"{count_text(found.points_covered)} of {plural(found.points_total, 'postcode')},"
    )
    if pd.isna(found.premises_indoors):
        return f"{start} are within {plan.reach.radio.reach_m:,.0f} m of a proposed site."
    residents = (
        ""
        if pd.isna(found.residents_covered)
        else f", with {_between(found.residents_covered, found.residents_covered_high)} residents"
    )
    return (
        f"{start} are very likely to get Wi-Fi outdoors from a proposed site: the chance of coverage there is "
        f"{percent_text(wifi.covered_share)} or more. Counting every chance, "
        f"{_between(found.premises_covered, found.premises_covered_high)} might{residents}, and "
        f"{_between(found.premises_indoors, found.premises_indoors_high)} indoors as well, behind one wall."
        f"{_gross_words(plan)}"
    )


def users_sentence(plan: Plan) -> str:
    """How many people should use the proposed sites in a day, and what that rests on; "" where it was not estimated."""
    found = plan.shortlist
    if plan.use is None or pd.isna(found.users_per_day) or not plan.sites["selected"].any():
        return ""
    low, high = (count_text(number) for number in (found.users_low, found.users_high))
    return (
        f"Together, the proposed sites should have about {count_text(found.users_per_day)} users a day, probably "
        f"between {low} and {high} (80 % likely). {_median_words(found)}{plan.use.words}"
    )


def _median_words(found: Shortlist) -> str:
    if pd.isna(found.users_median):
        return ""
    return (
        f"That is the mean, which the choice and the business case count; the median, as likely to be more as to be "
        f"fewer, is about {count_text(found.users_median)}. "
    )


def unspent_sentence(plan: Plan) -> str:
    """What is left of the budget where users a day are counted, and what would use it; "" where nothing is left."""
    found, sites = plan.shortlist, plan.sites
    left = found.budget_gbp - found.spent_gbp
    if found.objective != USERS or left < 1 or not sites["selected"].any():
        return ""
    others = sites[sites["reason_code"].isin(["OTHERS_ADD_MORE", "ADDS_TOO_FEW", "TOO_FEW_USERS"])]
    payable = others[others["capex_gbp"] <= left].sort_values("demand_added", ascending=False, kind="stable")
    if payable.empty:
        return f"{money_text(left)} is left, less than any other suitable candidate costs."
    best, least = payable.iloc[0], plan.parameters.use.least_users
    why = (
        f"too few: a site should bring at least {least:g} (use.least_users)"
        if best["demand_added"] <= least
        else "but the plan's rules do not allow it"
    )
    return (
        f"{money_text(left)} is left. {shown(best['name'])} would use {money_text(best['capex_gbp'])} of it and add "
        f"{amount_text(best['demand_added'])} users a day, {why}."
    )


def gapless_sentence(plan: Plan) -> str:
    """How many proposed sites are in areas where everybody is reported to have the headline speed; "" where none is."""
    tier, chosen = plan.parameters.gaps.headline, plan.sites[plan.sites["selected"].astype(bool)]
    served = (plan.areas[f"{tier}_gap"] == 0) & (plan.areas[f"{tier}_not_reported"] == 0)
    gapless = int(chosen["area_code"].isin(plan.areas.index[served]).sum())
    if not gapless:
        return ""
    is_or_are = "is in an area" if gapless == 1 else "are in areas"
    return (
        f"{gapless:,} of the {plural(len(chosen), 'proposed site')} {is_or_are} where everyone can already get "
        f"{speed_text(tier)}: public Wi-Fi there is for people away from a line of their own, and closes none of the "
        "broadband gap."
    )


def _gross_words(plan: Plan) -> str:
    """That some of those reached have free Wi-Fi already, where any does."""
    if not (plan.reach.already > 0).any():
        return ""
    return " Those who already have free Wi-Fi there are included; the business case leaves them out."


def _between(low: float, high: float) -> str:
    """Two bounds as a range; one number where they round to the same.

    Examples
    --------
    >>> _between(2769.7, 2879.3), _between(951.6, 952.4)
    ('2,770 to 2,879', '952')
    """
    return count_text(low) if count_text(low) == count_text(high) else f"{count_text(low)} to {count_text(high)}"


def radio_sentence(plan: Plan) -> str:
    """The access point that reach is calculated for, and how."""
    radio, wifi = plan.reach.radio, plan.parameters.wifi
    if wifi.reach == "fixed":
        return (
            f"Reach is a fixed distance of {radio.reach_m:,.0f} m: a planning assumption, not a radio survey. It "
            "leaves out walls, trees and interference, and nobody has visited the sites for it."
        )
    link = radio.outdoors
    weaker = "from the phone" if link.up_db < link.down_db else "to the phone"
    return (
        f"Reach is calculated for an access point radiating {link.eirp_dbm:g} dBm at {wifi.frequency_mhz:,.0f} MHz, "
        f"{radio.height_m:g} m above the ground, and a phone sending {link.client_dbm:g} dBm. Each needs a signal of "
        f"{link.threshold_dbm:.3g} dBm, and the way {weaker} is the weaker, so it decides: at {radio.reach_m:,.0f} m "
        f"along a street the chance of coverage is {percent_text(wifi.covered_share)}."
        f"{_open_words(plan)}{_surface_words(plan)}"
    )


def _open_words(plan: Plan) -> str:
    """How many candidates stand in the open, and by whose word."""
    count, wifi = len(plan.reach.open_fields), plan.parameters.wifi
    if not count:
        return ""
    if not plan.reach.open_assumed:
        return f" For {plural(count, 'candidate')} in an open place, everyone in that place is in line of sight."
    return (
        f" For {plural(count, 'candidate')} whose kind ({_listed(wifi.open_kinds)}) is usually in the open, everyone "
        f"within {wifi.open_m:g} m is taken to be in line of sight: an assumption."
    )


def _surface_words(plan: Plan) -> str:
    """How many candidates are on a surface model, and how many beside them are not."""
    seen, every = len(plan.reach.fields), len(plan.sites)
    if not seen:
        return ""
    words = f" For {plural(seen, 'candidate')} it follows lines of sight over a surface model instead."
    if seen == every:
        return words
    return (
        f"{words} For the other {count_text(every - seen)} it does not know what is in the way, so the two are not "
        "compared like with like."
    )


def limit_sentences(plan: Plan) -> tuple[str, ...]:
    """The limits of what the plan knows."""
    parameters = plan.parameters
    remarks = () if parameters.wifi.reach == "fixed" else plan.reach.radio.remarks
    return (radio_sentence(plan), *remarks, _ratio_sentence(parameters), *LIMITS)


def _ratio_sentence(parameters: Parameters) -> str:
    """What a benefit-cost ratio rests on."""
    stated = [item for item in stated_benefits(parameters.appraisal) if item.unit_value_gbp is not None]
    if not stated:
        return (
            "No benefit-cost ratio is given: plan.toml gives no value for a benefit, and none is published for street "
            "Wi-Fi."
        )
    values = [_value_words(item, parameters) for item in stated]
    benefits = "a stated benefit" if len(stated) == 1 else "stated benefits"
    return f"A benefit-cost ratio is evidence, not a pass/fail test. Here it rests on {benefits} of {_listed(values)}."


def _value_words(item: Benefit, parameters: Parameters) -> str:
    value = f"{pounds_text(item.unit_value_gbp or 0.0)} a year for each of"
    if not isinstance(item.quantity, str):
        return f"{value} {item.quantity:,.10g} {shown(item.unit) or 'units stated'}"
    if item.quantity == "user_days":
        return f"{pounds_text(item.unit_value_gbp or 0.0)} for each user-day"
    units = {"demand": parameters.counted_unit, "sites": "sites"}
    return f"{value} the {units.get(item.quantity, f'{item.quantity} reached')}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def attributions(provenance: Sequence[Provenance]) -> tuple[str, ...]:
    """The acknowledgements that the licences require, each sentence once, in the order of the files.

    Examples
    --------
    >>> from types import SimpleNamespace as File
    >>> attributions([File(attribution="Contains OS data. Source: ONS v.3.0."), File(attribution="Contains OS data.")])
    ('Contains OS data.', 'Source: ONS v.3.0.')
    """
    sentences = (
        f"{part.removesuffix('.')}." for item in provenance for part in item.attribution.split(". ") if part.strip()
    )
    return tuple(dict.fromkeys(sentences))
