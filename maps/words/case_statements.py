"""Sentences on money and time: the councillors' two to one, value for money, who pays, when it is built."""

from __future__ import annotations

import math

from connected_place.coverage.case import TwoToOne
from connected_place.coverage.plan import Plan
from connected_place.maps.numerals import money_text, percent_text, plural, pounds_text, shown

NO_PASS = "A ratio is evidence beside other evidence, and no pass or fail test (HM Treasury, Green Book 2026)."
UNKNOWN_RATIO = (
    "Whether each pound brings two is not known: no value of a benefit was stated, and none is published for street "
    "Wi-Fi that could stand in."
)


def case_sentences(plan: Plan) -> tuple[str, ...]:
    """Everything here, in the order of a business case."""
    return (
        value_sentence(plan),
        price_sentence(plan),
        *two_to_one_sentences(plan),
        *silence_sentences(plan),
        external_sentence(plan),
        *grant_sentences(plan),
        payback_sentence(plan),
        delivery_sentence(plan),
    )


def two_to_one_sentences(plan: Plan) -> tuple[str, ...]:
    """The councillors' question answered: whether, because of what, and what it would take."""
    found = plan.case.two_to_one
    needed = _needed_sentences(found)
    if not plan.case.programme.sites:
        return ("No site is chosen, so there is nothing to weigh.",)
    if found.bcr is None:
        return (UNKNOWN_RATIO, *needed, *_programme_sentence(found))
    return (
        _answer(found),
        *_driver_sentences(found),
        *(needed if not found.is_met else ()),
        *_what_it_takes(found),
        *_first_sites_sentence(plan),
        *_programme_sentence(found),
        NO_PASS,
    )


def ratio_text(ratio: float | None) -> str:
    """A ratio as people say it.

    Examples
    --------
    >>> ratio_text(1.9097), ratio_text(2.0), ratio_text(None), ratio_text(1.9999)
    ('1.91 to 1', '2 to 1', 'not known', 'just under 2 to 1')
    """
    if ratio is None or math.isnan(ratio):
        return "not known"
    rounded = round(ratio, 2)
    just = "just under " if rounded > ratio and rounded == math.ceil(ratio) else ""
    return f"{just}{rounded:.10g} to 1"


def value_sentence(plan: Plan) -> str:
    """What the programme costs and brings at present value, in one sentence."""
    found = plan.case.programme
    years = plan.parameters.appraisal.years
    costs = f"Over {plural(years, 'year')} the programme costs {money_text(found.pv_costs_gbp)} at present value"
    if found.bcr is None or found.pv_benefits_gbp is None or found.npv_gbp is None:
        return f"{costs}; what it brings is not known in money."
    more = "more" if found.npv_gbp >= 0 else "less"
    return (
        f"{costs} and brings {money_text(found.pv_benefits_gbp)}, {money_text(abs(found.npv_gbp))} {more}: a benefit-"
        f"cost ratio of {found.bcr:.2f}, which the Department for Transport's bands call {found.band}."
    )


def price_sentence(plan: Plan) -> str:
    """What the prices and the discounting are."""
    rules = plan.parameters.appraisal
    base = f"prices of {rules.price_base_year}" if rules.price_base_year else "prices of one year, which is not stated"
    later = f" and {percent_text(rules.later_discount_rate)} from year 31" if rules.years > 30 else ""
    return (
        f"Real {base}, discounted at {percent_text(rules.discount_rate)} a year{later} (HM Treasury Green Book), over "
        f"{plural(rules.years, 'year')} after year 0."
    )


def silence_sentences(plan: Plan) -> tuple[str, ...]:
    """What the business case leaves out, said before somebody asks."""
    rules, found = plan.parameters.appraisal, plan.case.programme
    net = rules.additionality.net_share
    remarks = [
        (not rules.renewal_years, "Renewal of equipment is left out: no life of the equipment was stated."),
        (not rules.price_base_year, "No base year was stated: prices of all figures are taken to be of one year."),
        (
            bool(found.not_valued),
            f"Named and not valued in money: {', '.join(shown(words) for words in found.not_valued)}.",
        ),
        (
            found.bcr is not None and net == 1.0,
            "Benefits are gross: nothing is taken off for what would have happened anyway, since nothing was stated.",
        ),
        (
            found.bcr is not None and found.weighted_bcr is None,
            "Benefits are not weighted by income, since no incomes or no deprivation ranks were given.",
        ),
        (
            found.weighted_bcr is not None,
            f"Weighted by income the ratio is {ratio_text(found.weighted_bcr)}; the unweighted one leads.",
        ),
    ]
    return tuple(words for holds, words in remarks if holds)


def external_sentence(plan: Plan) -> str:
    """Whether enough comes from outside the council."""
    found = plan.funding.external
    if found.needed_gbp is None or found.needed_share is None or found.missing_gbp is None:
        return "How much must come from outside the council was not stated."
    whole = "the programme" if found.is_programme_stated else "the capital of the chosen sites"
    needed = (
        f"{money_text(found.needed_gbp)} of {whole} ({money_text(found.programme_gbp)}) must come from outside the "
        f"council: {percent_text(found.needed_share)}."
    )
    if found.is_met:
        return f"{needed} {money_text(found.found_gbp)} ({percent_text(found.found_share)}) is found: met."
    return (
        f"{needed} {money_text(found.found_gbp)} ({percent_text(found.found_share)}) is found: missed by "
        f"{money_text(found.missing_gbp)}."
    )


def lines_note(plan: Plan) -> str:
    """How the lines of costs and benefits are multiplied out."""
    net_share = plan.parameters.appraisal.additionality.net_share
    share = "" if net_share == 1.0 else f", of which the {percent_text(net_share)} that is additional is counted"
    return (
        f"£ each time is quantity times £ for one: once for capital, a year in full operation for a benefit{share}. "
        "£ for one of a cost is the mean over the proposed sites."
    )


def grant_sentences(plan: Plan) -> tuple[str, ...]:
    """Where the grants secured go; none without a grant."""
    found = plan.funding.external
    if not found.grant_gbp > 0:
        return ()
    if found.grant_left_gbp < 1:
        return (f"All of the {money_text(found.grant_gbp)} in grants is paid towards the chosen sites.",)
    rest = (
        "is left for the rest of the programme"
        if found.is_programme_stated
        else "is more than the council pays for these sites"
    )
    return (
        f"Of the {money_text(found.grant_gbp)} in grants, {money_text(found.grant_paid_gbp)} is paid towards the "
        f"chosen sites; the other {money_text(found.grant_left_gbp)} {rest}.",
    )


def payback_sentence(plan: Plan) -> str:
    """When the council has its money back, as cash."""
    paid = plan.funding
    if paid.payback == "not known":
        keys = ", ".join(paid.missing)
        ask = f" State {keys} in plan.toml." if keys else ""
        return f"When the council has its money back is not known.{ask}"
    if paid.payback_year is None:
        within = paid.payback.removeprefix("never ")
        return f"The council does not get its money back {within}, as cash; what residents gain is not in it."
    return f"The council has its money back in {paid.payback}, as cash; what residents gain is not in it."


def delivery_sentence(plan: Plan) -> str:
    """How long it takes, and whether the dates are the council's or a proposal."""
    built = plan.delivery
    first, last = built.tasks["start"].iloc[0], built.tasks["end"].iloc[built.tasks["end_month"].argmax()]
    dates = "" if built.start else " No start was stated, so months are counted and no date is given."
    defaults = int(built.tasks["is_default"].sum())
    note = f" The length of {defaults} of {len(built.tasks)} tasks is this project's proposal." if defaults else ""
    return f"From {first} to {last}, {plural(built.months, 'month')} in all.{dates}{note}"


def _answer(found: TwoToOne) -> str:
    assert found.bcr is not None
    target = ratio_text(found.target_ratio)
    verb = "reaches" if found.is_met else "does not reach"
    return f"The programme {verb} {target}: each pound brings £{found.bcr:.2f} at present value."


def _driver_sentences(found: TwoToOne) -> tuple[str, ...]:
    """Which lines decide it."""
    if not found.driver_key or found.driver_share is None:
        return ()
    return (
        f'The line that drives the ratio is "{shown(found.driver_words)}", with {percent_text(found.driver_share)} of '
        f"all benefits; of costs it is {shown(found.cost_driver_words).lower()}, with "
        f"{percent_text(found.cost_driver_share)}.",
    )


def _needed_sentences(found: TwoToOne) -> tuple[str, ...]:
    if math.isnan(found.benefit_needed_gbp_per_year):
        return ()
    have = f", against {money_text(found.benefit_gbp_per_year)} in the plan" if found.benefit_gbp_per_year else ""
    each = found.benefit_needed_gbp_per_resident
    people = "" if each is None else f", {pounds_text(round(each, 2))} for each resident within reach"
    return (
        f"{ratio_text(found.target_ratio)} would need benefits of {money_text(found.benefit_needed_gbp_per_year)} a "
        f"year{people}{have} ({money_text(found.benefit_needed_gbp)} at present value, against costs of "
        f"{money_text(found.pv_costs_gbp)}).",
    )


def _what_it_takes(found: TwoToOne) -> tuple[str, ...]:
    """Each way of getting there, or of losing it, by itself."""
    said = []
    if found.driver_factor is not None:
        change = "rise to" if found.driver_factor >= 1 else "fall to"
        verb = "would have to" if found.driver_factor >= 1 else "could"
        said.append(f"that line {verb} {change} {100 * found.driver_factor:.1f} % of its value")
    if found.cost_ceiling_gbp is not None:
        said.append(f"costs could be at most {money_text(found.cost_ceiling_gbp)} at present value")
    if found.optimism_bias_limit is not None:
        stated = (
            "" if found.optimism_bias_stated is None else f" (the plan has {100 * found.optimism_bias_stated:.1f} %)"
        )
        said.append(f"optimism bias on capital could be at most {100 * found.optimism_bias_limit:.1f} %{stated}")
    else:
        said.append("no optimism bias, not even none, is low enough by itself")
    return (f"For {ratio_text(found.target_ratio)}, each by itself: {'; '.join(said)}.",)


def _first_sites_sentence(plan: Plan) -> tuple[str, ...]:
    found, whole = plan.case.two_to_one, plan.case.programme.sites
    if found.sites_at_target is None or found.is_met:
        return ()
    if not found.sites_at_target:
        return ("Not even the first ranked site alone comes to it.",)
    return (f"The first {found.sites_at_target} of {whole} sites in the order of rank come to it together.",)


def _programme_sentence(found: TwoToOne) -> tuple[str, ...]:
    if found.programme_gbp is None or found.programme_benefit_needed_gbp is None:
        return ()
    return (
        f"The whole programme of {money_text(found.programme_gbp)} would need "
        f"{money_text(found.programme_benefit_needed_gbp)} of benefits at present value for "
        f"{ratio_text(found.target_ratio)}, if that sum is its cost at present value.",
    )
