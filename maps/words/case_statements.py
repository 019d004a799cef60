"""Sentences on money and time: whether benefits are twice the costs, who pays, when it is built."""

from __future__ import annotations

import math

from connected_place.coverage.case import TwoToOne
from connected_place.coverage.plan import Plan
from connected_place.maps.numerals import money_text, percent_text, plural, pounds_text, shown
from connected_place.maps.words.cost_statements import BANDS_SOURCE, cost_sentences, price_sentence

NO_PASS = "A ratio is one piece of evidence among others, not a pass/fail test (HM Treasury, Green Book 2026)."
UNKNOWN_RATIO = (
    "Whether each £1 spent brings £2 of benefits is not known: plan.toml gives no value for a benefit, and no "
    "published value for street Wi-Fi could be used instead."
)
NO_NET_PUBLIC_COST = (
    "There is no benefit-cost ratio: the public sector gets back at least as much as it spends, so there is no net "
    "cost to divide by."
)


def case_sentences(plan: Plan) -> tuple[str, ...]:
    """Everything here, in the order of a business case."""
    return (
        value_sentence(plan),
        price_sentence(plan),
        *cost_sentences(plan),
        *two_to_one_sentences(plan),
        *silence_sentences(plan),
        external_sentence(plan),
        *grant_sentences(plan),
        payback_sentence(plan),
        delivery_sentence(plan),
    )


def two_to_one_sentences(plan: Plan) -> tuple[str, ...]:
    """Whether benefits are twice the costs, what decides it, and what it would take."""
    found = plan.case.two_to_one
    needed = _needed_sentences(found)
    if not plan.case.programme.sites:
        return ("No site is proposed, so there are no costs or benefits to compare.",)
    if not plan.case.programme.has_net_cost:
        return (NO_NET_PUBLIC_COST, *_programme_sentence(found))
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
    """A ratio in words.

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
    if found.pv_benefits_gbp is None or found.npv_gbp is None:
        return f"{costs}; the value of its benefits is not known."
    more = "more" if found.npv_gbp >= 0 else "less"
    if found.bcr is None:
        return f"{costs} and brings benefits of {money_text(found.pv_benefits_gbp)}. {NO_NET_PUBLIC_COST}"
    return (
        f"{costs} and brings benefits of {money_text(found.pv_benefits_gbp)}, {money_text(abs(found.npv_gbp))} {more} "
        f"than it costs: a benefit-cost ratio of {found.bcr:.2f}, which is {found.band} value for money "
        f"({BANDS_SOURCE})."
    )


def silence_sentences(plan: Plan) -> tuple[str, ...]:
    """What the business case leaves out."""
    rules, found = plan.parameters.appraisal, plan.case.programme
    net = rules.additionality.net_share
    remarks = [
        (not rules.renewal_years, "Replacing equipment is left out: plan.toml does not say how long it lasts."),
        (
            not rules.price_base_year,
            "No price base year is given: all figures are taken to be in the prices of one year.",
        ),
        (
            bool(found.not_valued),
            f"Benefits named but not valued in money: {', '.join(shown(words) for words in found.not_valued)}.",
        ),
        (
            found.bcr is not None and net == 1.0,
            "Benefits are gross: nothing is deducted for what would have happened anyway, because no share was given.",
        ),
        (
            found.bcr is not None and found.weighted_bcr is None,
            "Benefits are not weighted by income, because incomes or deprivation ranks are missing.",
        ),
        (
            found.weighted_bcr is not None,
            f"Weighted by income, the ratio is {ratio_text(found.weighted_bcr)}; the unweighted ratio is the headline.",
        ),
    ]
    return tuple(words for holds, words in remarks if holds)


def external_sentence(plan: Plan) -> str:
    """Whether enough comes from outside the council."""
    found = plan.funding.external
    if found.needed_gbp is None or found.needed_share is None or found.missing_gbp is None:
        return "plan.toml does not say how much must come from outside the council."
    whole = "the programme" if found.is_programme_stated else "the capital of the chosen sites"
    needed = (
        f"{money_text(found.needed_gbp)} of {whole} ({money_text(found.programme_gbp)}) must come from outside the "
        f"council: {percent_text(found.needed_share)}."
    )
    if found.is_met:
        return f"{needed} {money_text(found.found_gbp)} ({percent_text(found.found_share)}) has been found: target met."
    return (
        f"{needed} {money_text(found.found_gbp)} ({percent_text(found.found_share)}) has been found, "
        f"{money_text(found.missing_gbp)} short of the target."
    )


def lines_note(plan: Plan) -> str:
    """How the lines of costs and benefits are multiplied out."""
    net_share = plan.parameters.appraisal.additionality.net_share
    share = "" if net_share == 1.0 else f", of which the {percent_text(net_share)} that is additional is counted"
    use = plan.parameters.appraisal.use
    if use.take_up is not None:
        share += f"; {percent_text(use.take_up)} of the people within reach are counted, those who use it"
    if use.is_counterfactual_stated:
        share += f"; {percent_text(use.new_share)} of the use is counted, that which is new"
    return (
        f"£ each time is quantity times £ per unit: once for capital, a year in full operation for a benefit{share}. "
        "£ per unit of a cost is the mean over the proposed sites."
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
    """When the council recovers its money, as cash."""
    paid = plan.funding
    if paid.payback == "not known":
        keys = ", ".join(paid.missing)
        ask = f" Give {keys} in plan.toml." if keys else ""
        return f"When the council gets its money back is not known.{ask}"
    if paid.payback_year is None:
        within = paid.payback.removeprefix("never ")
        return f"In cash, the council does not get its money back {within}; benefits to residents are not counted."
    return f"In cash, the council gets its money back in {paid.payback}; benefits to residents are not counted."


def delivery_sentence(plan: Plan) -> str:
    """How long it takes, and whether the dates are the council's or a proposal."""
    built = plan.delivery
    first, last = built.tasks["start"].iloc[0], built.tasks["end"].iloc[built.tasks["end_month"].argmax()]
    dates = "" if built.start else " plan.toml gives no start date, so months are numbered instead."
    defaults = int(built.tasks["is_default"].sum())
    note = f" {defaults} of {len(built.tasks)} task lengths are this project's own assumptions." if defaults else ""
    return f"Delivery runs from {first} to {last}, {plural(built.months, 'month')} in all.{dates}{note}"


def _answer(found: TwoToOne) -> str:
    assert found.bcr is not None
    target = ratio_text(found.target_ratio)
    verb = "reaches" if found.is_met else "does not reach"
    return f"The programme {verb} {target}: each £1 brings benefits of £{found.bcr:.2f} at present value."


def _driver_sentences(found: TwoToOne) -> tuple[str, ...]:
    """The largest benefit and the largest cost."""
    if not found.driver_key or found.driver_share is None:
        return ()
    return (
        f'The largest benefit is "{shown(found.driver_words)}", {percent_text(found.driver_share)} of all benefits; '
        f"the largest cost is {shown(found.cost_driver_words).lower()}, {percent_text(found.cost_driver_share)} of all "
        "costs.",
    )


def _needed_sentences(found: TwoToOne) -> tuple[str, ...]:
    if math.isnan(found.benefit_needed_gbp_per_year):
        return ()
    have = f", against {money_text(found.benefit_gbp_per_year)} in the plan" if found.benefit_gbp_per_year else ""
    each = found.benefit_needed_gbp_each
    people = "" if each is None else f", {pounds_text(round(each, 2))} for each {found.needed_for}"
    return (
        f"Reaching {ratio_text(found.target_ratio)} would take benefits of "
        f"{money_text(found.benefit_needed_gbp_per_year)} a year{people}{have} ({money_text(found.benefit_needed_gbp)} "
        f"at present value, against costs of {money_text(found.pv_costs_gbp)}).",
    )


def _what_it_takes(found: TwoToOne) -> tuple[str, ...]:
    """What each change on its own would have to be, to reach the target or to keep it."""
    said = []
    if found.driver_factor is not None:
        change = "rise to" if found.driver_factor >= 1 else "fall to"
        verb = "would have to" if found.driver_factor >= 1 else "could"
        said.append(f"the largest benefit {verb} {change} {100 * found.driver_factor:.1f} % of its value")
    if found.cost_ceiling_gbp is not None:
        said.append(f"costs could be at most {money_text(found.cost_ceiling_gbp)} at present value")
    if found.optimism_bias_limit is not None:
        stated = (
            "" if found.optimism_bias_stated is None else f" (the plan has {100 * found.optimism_bias_stated:.1f} %)"
        )
        said.append(f"optimism bias on capital could be at most {100 * found.optimism_bias_limit:.1f} %{stated}")
    else:
        said.append("even with no optimism bias at all it would fall short")
    return (f"For {ratio_text(found.target_ratio)}, changing one thing at a time: {'; '.join(said)}.",)


def _first_sites_sentence(plan: Plan) -> tuple[str, ...]:
    found, whole = plan.case.two_to_one, plan.case.programme.sites
    if found.sites_at_target is None or found.is_met:
        return ()
    if not found.sites_at_target:
        return ("Not even the top-ranked site alone reaches it.",)
    if found.sites_at_target == 1:
        return (f"Of {whole} sites only the top-ranked one reaches it, by itself.",)
    return (f"The first {found.sites_at_target} of {whole} sites, in rank order, reach it between them.",)


def _programme_sentence(found: TwoToOne) -> tuple[str, ...]:
    if found.programme_gbp is None or found.programme_benefit_needed_gbp is None:
        return ()
    return (
        f"The whole programme of {money_text(found.programme_gbp)} would need benefits of "
        f"{money_text(found.programme_benefit_needed_gbp)} at present value to reach {ratio_text(found.target_ratio)}, "
        "taking that sum as its cost at present value.",
    )
