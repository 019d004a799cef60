"""The ways to get faster lines: what each is open to, costs, needs and may go wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.parameters import lines

WAIT, REQUEST, CONTRACT, VOUCHERS, GAP_FUNDING, HUB, RADIO = (
    "wait", "right_to_request", "contract", "vouchers", "gap_funding", "hub", "radio",
)  # fmt: skip

_Amount = Callable[[pd.DataFrame, lines.Lines], pd.Series]
"""Premises, pounds or words of each area, by the rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOption:
    """One way for premises to get a faster line.

    Attributes
    ----------
    key, words : str
    short : str
        The words as a list of options has them.
    tier : str
        Speed that it gives; "" for `Lines.radio_tier`.
    is_paid : bool
        Whether it costs the council anything, so that the budget decides.
    has_subsidy : bool
        Whether public money pays an operator to build or serve: then it is open to White premises alone.
    open_to : callable
        Premises of each area that it is open to, before the rule on subsidy.
    cost_gbp, others_gbp : callable
        Of each area with its `open_to` and `taken` (the likely number of premises) as columns.
    why_not : callable
        Words for the areas where it is not possible; "": nothing but the premises stands against it.
    conditions, evidence, risk : str
        Sentences. Fields in braces are columns of the area, or numbers of the rules.
    """

    key: str
    words: str
    short: str
    tier: str
    is_paid: bool
    has_subsidy: bool
    open_to: _Amount
    cost_gbp: _Amount
    others_gbp: _Amount
    why_not: _Amount
    conditions: str
    evidence: str
    risk: str


def option_kinds(rules: lines.Lines) -> tuple[LineOption, ...]:
    """The built-in options and the council's own."""
    return (*BUILT_IN, *(_own(number, rules) for number in range(len(rules.option))))


def _zero(areas: pd.DataFrame, rules: lines.Lines) -> pd.Series:
    return pd.Series(0.0, index=areas.index)


def _no_reason(areas: pd.DataFrame, rules: lines.Lines) -> pd.Series:
    return pd.Series("", index=areas.index, dtype=object)


def _outside_contracts(areas: pd.DataFrame, rules: lines.Lines) -> pd.Series:
    return (areas["premises"] - areas["in_contract"]).clip(lower=0.0)


def _hub_homes(areas: pd.DataFrame, rules: lines.Lines) -> pd.Series:
    return areas["premises"].where(areas["building_m"] <= rules.hub_within_m, 0.0)


def _times(areas: pd.DataFrame, rules: lines.Lines) -> pd.Series:
    """How many times the mean price of a contract a premises costs."""
    return pd.Series(np.where(areas["cluster_id"] == "", rules.scattered_times, 1.0), index=areas.index)


def _vouchers_closed(areas: pd.DataFrame, rules: lines.Lines) -> pd.Series:
    is_open = areas["ward_code"].isin(rules.vouchers_open_in) | (lines.EVERYWHERE in rules.vouchers_open_in)
    return pd.Series(np.where(is_open, "", "the voucher scheme is closed here"), index=areas.index, dtype=object)


def _no_route(areas: pd.DataFrame, rules: lines.Lines) -> pd.Series:
    words = "" if rules.subsidy_route else "no subsidy route is named (lines.subsidy_route)"
    return pd.Series(words, index=areas.index, dtype=object)


BUILT_IN = (
    LineOption(
        key=WAIT,
        words="Wait for commercial build",
        short="waiting",
        tier="gigabit",
        is_paid=False,
        has_subsidy=False,
        open_to=lambda areas, rules: areas["premises"],
        cost_gbp=_zero,
        others_gbp=_zero,
        why_not=_no_reason,
        conditions="Ask operators each year which of these premises are in their plans, and publish the answer.",
        evidence="Counted as gaining nothing: what operators build anyway is not the council's doing.",
        risk="These premises may never be reached.",
    ),
    LineOption(
        key=REQUEST,
        words="Right to request a decent connection (universal service)",
        short="right to request",
        tier="decent_10",
        is_paid=False,
        has_subsidy=False,
        open_to=lambda areas, rules: areas["below_10"],
        cost_gbp=_zero,
        others_gbp=_zero,
        why_not=_no_reason,
        conditions="Each household asks the universal service provider (BT) itself; above a cost cap of £3,400 a "
        "premises it pays the rest, to be confirmed. Affordable 4G or 5G of that speed ends the right.",
        evidence="Universal Service Order of 28 March 2018: 10 Mbit/s down and 1 Mbit/s up.",
        risk="It gives 10 Mbit/s, never an ultrafast line; few households know of it.",
    ),
    LineOption(
        key=CONTRACT,
        words="Contract already let",
        short="contract",
        tier="gigabit",
        is_paid=False,
        has_subsidy=False,
        open_to=lambda areas, rules: areas["in_contract"],
        cost_gbp=_zero,
        others_gbp=_zero,
        why_not=_no_reason,
        conditions="{contract} ({supplier}), to be complete by {contract_date}. Ask the supplier for the build plan.",
        evidence="BDUK, premises in BDUK plans.",
        risk="Premises are descoped from contracts: BDUK gives a reason code for each.",
    ),
    LineOption(
        key=VOUCHERS,
        words="Vouchers for a community project",
        short="vouchers",
        tier="gigabit",
        is_paid=True,
        has_subsidy=True,
        open_to=_outside_contracts,
        cost_gbp=lambda areas, rules: pd.Series(rules.vouchers_council_gbp, index=areas.index),
        others_gbp=lambda areas, rules: areas["taken"] * rules.vouchers_gbp,
        why_not=_vouchers_closed,
        conditions="The voucher scheme must be open there{until}, and a supplier must offer a project; the scheme pays "
        "up to £{vouchers_gbp:,.0f} a premises, the council only the facilitation.",
        evidence="Gigabit Broadband Voucher Scheme (cap to be confirmed); take-up is this project's proposal.",
        risk="Without enough households that sign up nothing is built.",
    ),
    LineOption(
        key=GAP_FUNDING,
        words="Gap funding for a network operator",
        short="gap funding",
        tier="gigabit",
        is_paid=True,
        has_subsidy=True,
        open_to=_outside_contracts,
        cost_gbp=lambda areas, rules: areas["open_to"] * rules.gap_funding_gbp * _times(areas, rules),
        others_gbp=_zero,
        why_not=_no_route,
        conditions="White by a public review that is still in date; subsidy control route: {subsidy_route}; open "
        "procurement. The operator's own share is not known.",
        evidence="Project Gigabit: £1,569 a premises, the mean of 12 contracts; scattered premises cost more.",
        risk="Bids may come in higher, or none at all.",
    ),
    LineOption(
        key=HUB,
        words="Hub: a gigabit line to a public building",
        short="hub",
        tier="gigabit",
        is_paid=True,
        has_subsidy=False,
        open_to=_hub_homes,
        cost_gbp=lambda areas, rules: pd.Series(rules.hub_gbp, index=areas.index),
        others_gbp=_zero,
        why_not=_no_reason,
        conditions="{building}, {building_m:,.0f} m away, if it needs a line of its own. Homes gain only what "
        "lines.likely states for hubs.",
        evidence="GigaHubs: up to £110m for up to 7,000 sites.",
        risk="No operator may follow to the homes around.",
    ),
    LineOption(
        key=RADIO,
        words="Radio or satellite",
        short="radio or satellite",
        tier="",
        is_paid=True,
        has_subsidy=False,
        open_to=_outside_contracts,
        cost_gbp=lambda areas, rules: areas["taken"] * rules.radio_gbp,
        others_gbp=_zero,
        why_not=_no_reason,
        conditions="Equipment for households that ask, bought in open competition; the monthly price must be "
        "affordable.",
        evidence="Price and take-up are this project's proposal: get quotes.",
        risk="Speed falls in the busy hour; trees and hills may block the signal.",
    ),
)
"""In the order in which they are listed."""


def _own(number: int, rules: lines.Lines) -> LineOption:
    """One of the council's own options."""
    stated = rules.option[number]
    statuses = [status for status in lines.LINE_STATUSES if status in stated.statuses or not stated.statuses]

    def open_to(areas: pd.DataFrame, rules: lines.Lines) -> pd.Series:
        return _outside_contracts(areas, rules).where(areas["status"].isin(statuses), 0.0)

    def cost_gbp(areas: pd.DataFrame, rules: lines.Lines) -> pd.Series:
        return stated.gbp + areas["open_to"] * stated.gbp_per_premises

    return LineOption(
        key=stated.key,
        words=stated.words,
        short=stated.words[:1].lower() + stated.words[1:],
        tier=stated.tier,
        is_paid=stated.gbp > 0 or stated.gbp_per_premises > 0,
        has_subsidy=stated.has_subsidy,
        open_to=open_to,
        cost_gbp=cost_gbp,
        others_gbp=lambda areas, rules: areas["open_to"] * stated.others_gbp_per_premises,
        why_not=_no_reason,
        conditions=_plain(stated.conditions),
        evidence=stated.source or "stated in plan.toml without a source",
        risk=stated.risk,
    )


def _plain(text: str) -> str:
    """A planner's own text as a template without fields."""
    return text.replace("{", "{{").replace("}", "}}")
