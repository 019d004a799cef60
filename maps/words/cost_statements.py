"""Sentences on what a business case rests on: prices, VAT, optimism bias, who bears the costs, and use."""

from __future__ import annotations

import pandas as pd

from connected_place.coverage.plan import Plan
from connected_place.maps.numerals import money_text, percent_text, plural, shown

BANDS_SOURCE = "Department for Transport, Value for Money Framework, updated in November 2024"

_VAT = {
    "excluded": "Costs are without VAT.",
    "included": "Costs include VAT.",
    "": "plan.toml does not say whether costs include VAT.",
}


def price_sentence(plan: Plan) -> str:
    """What the prices and the discounting are."""
    rules = plan.parameters.appraisal
    base = (
        f"{rules.price_base_year} prices" if rules.price_base_year else "prices of a single year, which is not stated"
    )
    later = f" and {percent_text(rules.later_discount_rate)} from year 31" if rules.years > 30 else ""
    return (
        f"Real {base}, discounted at {percent_text(rules.discount_rate)} a year{later} (HM Treasury Green Book), over "
        f"{plural(rules.years, 'year')} after year 0."
    )


def cost_sentences(plan: Plan) -> tuple[str, ...]:
    """What is counted as a cost, in which prices, and with how much optimism bias."""
    return (
        f"{_VAT[plan.parameters.appraisal.vat]}{_converted(plan)}",
        *_bias_sentences(plan),
        *_private_sentences(plan),
        *_use_sentences(plan),
    )


def _converted(plan: Plan) -> str:
    rules = plan.parameters.appraisal
    if rules.costs_price_year in (0, rules.price_base_year):
        return ""
    source = f" ({shown(rules.deflator_source, 200)})" if rules.deflator_source else ""
    return (
        f" They were given in {rules.costs_price_year} prices and converted to those of {rules.price_base_year} by a "
        f"price index{source}."
    )


def _bias_sentences(plan: Plan) -> tuple[str, ...]:
    """How much of the capital is equipment, and what that adds."""
    rules, bias = plan.parameters.appraisal, plan.case.two_to_one.optimism_bias_stated
    if bias is None:
        return ()
    chosen = plan.sites[plan.sites["selected"]]
    bought = chosen["capex_gbp"] * chosen["kind"].map(rules.equipment_of)
    share = float(bought.sum() / chosen["capex_gbp"].sum()) if chosen["capex_gbp"].sum() > 0 else 0.0
    upper = rules.equipment_bounds[0]
    parts = (
        f"{percent_text(share)} of the capital of the proposed sites is taken to be equipment (radios, switches, "
        f"software), whose upper bound of optimism bias is {100 * upper:.0f} %; the rest is works, with lower bounds"
    )
    if rules.bias_evidence:
        reason = f"less than the upper bounds because of {shown(rules.bias_evidence, 200)}"
    else:
        reason = "the upper bounds, because no quotes or contract are named"
    return (f"{parts}. Together {100 * bias:.1f} % is added to capital: {reason} (Mott MacDonald 2002).",)


def _private_sentences(plan: Plan) -> tuple[str, ...]:
    """Costs and revenue of others than the public sector; grants."""
    lines, found = plan.case.lines, plan.case.programme
    said = ["The costs are those of the public sector; grants are public money and count as no benefit."]
    private = lines[lines["kind"] == "private"]
    if len(private):
        net, amount = found.pv_private_gbp, money_text(abs(found.pv_private_gbp))
        more, side = ("more", "taken off") if net <= 0 else ("less", "added to")
        said.append(
            f"What companies and users bear and pay comes to {amount} {more} than they earn, at present value, which "
            f"is {side} the benefits{_receipts(lines)}."
        )
    if found.not_counted:
        words = ", ".join(shown(text) for text in found.not_counted)
        said.append(f"Left out because plan.toml gives no figure: {words}.")
    return tuple(said)


def _receipts(lines: pd.DataFrame) -> str:
    received = float(lines.loc[lines["kind"] == "receipts", "pv_gbp"].sum())
    return f", and the {money_text(abs(received))} that the council receives is taken off its costs" if received else ""


def _use_sentences(plan: Plan) -> tuple[str, ...]:
    """What take-up and counterfactual are, and what is not said of them."""
    rules = plan.parameters.appraisal
    use, valued = rules.use, [item for item in rules.benefit if item.unit_value_gbp is not None]
    source = f" ({shown(use.source, 200)})" if use.source else ""
    said = []
    if any(item.quantity in ("residents", "premises", "demand", "visitors") for item in valued):
        said.append(
            "plan.toml does not say what share of the people within reach use the Wi-Fi: every one of them is counted."
            if use.take_up is None
            else f"{percent_text(use.take_up)} of the people within reach are taken to use the Wi-Fi{source}."
        )
    if any(item.quantity == "user_days" for item in valued) and not _are_users_known(plan):
        said.append("How many people will use the sites in a day is not known, so user-days are not valued.")
    if not valued:
        return tuple(said)
    if use.is_counterfactual_stated:
        said.append(
            f"{percent_text(use.new_share)} of the use is new; the rest would have been over mobile data or other "
            f"Wi-Fi{source}."
        )
    elif rules.additionality.deadweight == 0:
        said.append("plan.toml does not say how much of the use would have been over mobile data or other Wi-Fi.")
    return tuple(said)


def _are_users_known(plan: Plan) -> bool:
    of_users = plan.case.lines["unit"].str.startswith("user-day")
    return bool(plan.case.lines.loc[of_users, "quantity"].notna().all())
