"""The strongest case against the plan, in sentences: what an opponent would say, with the plan's own figures."""

from __future__ import annotations

import math
from dataclasses import dataclass

from connected_place.coverage.opponent import Opponent
from connected_place.coverage.parameters import Parameters
from connected_place.maps.numerals import count_text, money_text, percent_text, plural, pounds_text, speed_text

LEAD = (
    "Whoever is against the proposed Wi-Fi could say what follows. The numbers are the plan's own. Have an answer "
    "to each, and find out what is not known, before money is spent."
)


@dataclass(frozen=True, slots=True)
class Against:
    """One argument.

    Attributes
    ----------
    words : str
    figures : tuple of str
        The figures "opponent.*" that it prints, in their order.
    """

    words: str
    figures: tuple[str, ...] = ()


def against(found: Opponent, rules: Parameters, *, counted: str) -> tuple[Against, ...]:
    """Every argument that the figures give, or that what is not known gives: use, need, money, what else to do.

    Parameters
    ----------
    found : Opponent
    rules : Parameters
    counted : str
        What premises are called: homes and businesses, or lines in use.
    """
    said = (
        _few_users(found, rules),
        _covered(found, counted),
        _free_nearby(found, rules),
        _good_mobile(found, rules),
        _served(found, rules),
        _cost_of_use(found, rules),
        _instead(found, rules),
        _running(found, rules),
        _ratio(found),
    )
    return tuple(each for each in said if each is not None)


def _of_sites(number: float, found: Opponent) -> str:
    """How many of the proposed sites; the first word is the number as its figure prints it.

    "16, all of the proposed sites" where it is all of them.
    """
    if number == len(found.sites):
        return f"{count_text(number)}, all of the proposed sites," if number > 1 else "1, the only proposed site,"
    return f"{count_text(number)} of the {plural(len(found.sites), 'proposed site')}"


def _few_users(found: Opponent, rules: Parameters) -> Against | None:
    if math.isnan(found.few_users):
        return Against("Nobody knows how many people would use the proposed sites.")
    if not found.few_users:
        return None
    least = count_text(rules.opponent.few_users)
    return Against(
        f"Few people may come: {_of_sites(found.few_users, found)} should have fewer than {least} users a day. "
        f"Capital cost of those: {money_text(found.few_users_gbp)}.",
        ("opponent.few_users", "opponent.few_users_gbp"),
    )


def _covered(found: Opponent, counted: str) -> Against:
    if math.isnan(found.covered_share):
        return Against(f"How many {counted} are very likely to connect was not worked out.")
    return Against(
        f"{'Most' if found.covered_share < 0.5 else 'Part'} of the reach is chance: of the {counted} that might "
        f"connect outdoors when every chance is counted, {percent_text(found.covered_share)} are very likely to.",
        ("opponent.covered_share",),
    )


def _free_nearby(found: Opponent, rules: Parameters) -> Against | None:
    near = f"{count_text(rules.opponent.near_free_m)} m"
    if math.isnan(found.free_nearby):
        return Against(f"No list of existing free Wi-Fi was given, so some of the sites may be within {near} of one.")
    if not found.free_nearby:
        return None
    has = "has" if found.free_nearby == 1 else "have"
    return Against(
        f"There is free Wi-Fi already: {_of_sites(found.free_nearby, found)} {has} some within {near}.",
        ("opponent.free_nearby",),
    )


def _good_mobile(found: Opponent, rules: Parameters) -> Against | None:
    share = percent_text(rules.opponent.good_mobile_share)
    if math.isnan(found.good_mobile):
        return Against(
            "People may not need it: no file of mobile coverage was given, so how good mobile data are at the sites is "
            "not known."
        )
    if not found.good_mobile:
        return None
    stand = "is in an area" if found.good_mobile == 1 else "are in areas"
    return Against(
        f"People may not need it: {_of_sites(found.good_mobile, found)} {stand} where at most {share} of premises are "
        "without 4G indoors, so most visitors can use their own data.",
        ("opponent.good_mobile",),
    )


def _served(found: Opponent, rules: Parameters) -> Against | None:
    speed = speed_text(rules.gaps.headline)
    if math.isnan(found.served):
        return Against(f"Whether the sites are in areas without {speed} is not known.")
    if not found.served:
        return None
    stand = "is in an area" if found.served == 1 else "are in areas"
    return Against(
        f"The broadband gap is elsewhere: {_of_sites(found.served, found)} {stand} where everyone can already get "
        f"{speed}.",
        ("opponent.served",),
    )


def _cost_of_use(found: Opponent, rules: Parameters) -> Against:
    if math.isnan(found.cost_gbp_per_user_day):
        return Against("What each user costs on each day is not known.")
    dear = "It is dear for what it does" if found.cost_gbp_per_user_day > found.sim_gbp_per_day else "It may be dear"
    words = (
        f"{dear}: all costs over {plural(rules.appraisal.years, 'year')}, with optimism bias and not discounted, come "
        f"to {money_text(found.cost_gbp_per_year)} a year, or {pounds_text(found.cost_gbp_per_user_day)} for each user "
        "on each day"
    )
    figures = ["opponent.cost_gbp_per_year", "opponent.cost_gbp_per_user_day"]
    if not math.isnan(found.cost_gbp_per_user_day_high):
        words += f", and {pounds_text(found.cost_gbp_per_user_day_high)} at the low end of their range"
        figures.append("opponent.cost_gbp_per_user_day_high")
    return Against(
        f"{words}. A mobile data allowance costs {pounds_text(found.sim_gbp_per_day)} a day.",
        (*figures, "opponent.sim_gbp_per_day"),
    )


def _instead(found: Opponent, rules: Parameters) -> Against:
    if math.isnan(found.sims):
        return Against("What the same money would buy elsewhere is not known.")
    return Against(
        f"The same money could do something else: every year it would pay for {count_text(found.sims)} mobile data "
        f"allowances at {pounds_text(rules.opponent.data_sim_gbp_per_month)} a month, or for "
        f"{count_text(found.opening_hours_a_week)} more opening hours a week in libraries at "
        f"{pounds_text(rules.opponent.opening_hour_gbp)} an hour.",
        ("opponent.sims", "opponent.opening_hours_a_week"),
    )


def _running(found: Opponent, rules: Parameters) -> Against:
    year = rules.opponent.payer_year
    if math.isnan(found.running_gbp):
        return Against(f"Who pays the running costs in year {year} is not known.")
    if math.isnan(found.unpaid_gbp):
        return Against(
            f"Someone must pay for years: running costs are {money_text(found.running_gbp)} in year {year}, and what "
            "income there will be is not known.",
            ("opponent.running_gbp",),
        )
    if found.unpaid_gbp == 0:
        return Against(
            f"It rests on income: the {money_text(found.running_gbp)} of running costs in year {year} are met only if "
            "all the income comes.",
            ("opponent.running_gbp",),
        )
    if found.unpaid_gbp == found.running_gbp:
        return Against(
            f"Someone must pay for years: running costs are {money_text(found.running_gbp)} in year {year}, and no "
            "income pays for any of it. The council finds that every year, or switches off.",
            ("opponent.running_gbp",),
        )
    return Against(
        f"Someone must pay for years: running costs are {money_text(found.running_gbp)} in year {year}, and no income "
        f"pays for {money_text(found.unpaid_gbp)} of it. The council finds that every year, or switches off.",
        ("opponent.running_gbp", "opponent.unpaid_gbp"),
    )


def _ratio(found: Opponent) -> Against | None:
    if not found.has_net_cost:
        return None
    if math.isnan(found.ratio):
        return Against(
            "Nobody can show that it pays: no benefit has a value, so there is no benefit-cost ratio. State values "
            "with their source (appraisal.benefit)."
        )
    value = f"It may not pay: each £1 of public money brings £{found.ratio:.2f} of benefits"
    if math.isnan(found.share_below_one):
        return Against(f"{value}.", ("opponent.ratio",))
    return Against(
        f"{value}, and less than £1 in {percent_text(found.share_below_one)} of the draws that vary every figure.",
        ("opponent.ratio", "opponent.share_below_one"),
    )
