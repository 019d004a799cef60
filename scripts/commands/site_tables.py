"""What the command `sites` prints: the shortlist, its proof, phases, prices of rules, the curve and other choices."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd

from connected_place.coverage.covering import Alternative, Choice
from connected_place.coverage.plan import Plan
from connected_place.coverage.siting import amount_text
from connected_place.maps.numerals import count_text, money_text, percent_text, plural, share_text, shown
from connected_place.maps.words import site_statements, statements
from connected_place.scripts.terminal import WIDTH, table_lines, wrapped_lines


def shortlist_lines(made: Plan) -> list[str]:
    """The chosen sites in rank order, with sentences about the choice."""
    chosen = made.sites[made.sites["selected"]].sort_values("rank")
    place, unit = made.parameters.place, made.parameters.counted_unit
    mark = "Illustrative: invented data, not a real place. " if place.illustrative else ""
    columns: dict[str, object] = {"rank": chosen["rank"].map(count_text)}
    if len(made.choice.phases) > 1:
        columns["phase"] = chosen["phase"].map(count_text)
    columns |= {
        "site": chosen.index,
        "name": chosen["name"],
        "kind": chosen["kind"],
        "ward": chosen["ward_name"],
        "cost": chosen["capex_gbp"].map(money_text),
        "adds": chosen["demand_added"].map(_decimal),
        "loss": chosen["loss_without"].map(_decimal),
    }
    if made.choice.chosen_share.solved:
        columns["draws"] = [f"{100 * share:.0f} %" for share in chosen["chosen_share"]]
    head = list(columns)
    numbers = [at for at, name in enumerate(head) if name in ("rank", "phase", "cost", "adds", "loss", "draws")]
    rows = list(zip(*columns.values(), strict=True)) if len(chosen) else []
    notes = f"adds: {unit} on top of the sites above. loss: what dropping the site and re-planning would lose."
    draws = " draws: share of random draws of weights and costs in which it is chosen." if "draws" in columns else ""
    return [
        *wrapped_lines(f"{mark}{shown(place.name)}: {statements.shortlist_sentence(made)}"),
        *wrapped_lines(statements.best_sentence(made.shortlist, statements.demand_words(made.parameters))),
        "",
        *(table_lines(head, rows, numbers=numbers) if rows else []),
        *(["", *wrapped_lines(notes + draws)] if rows else []),
    ]


def statement_lines(made: Plan) -> list[str]:
    """Phases, prices of rules and other statements, a paragraph each."""
    return [line for sentence in site_statements.choice_sentences(made) for line in wrapped_lines(sentence)]


def curve_lines(made: Plan) -> list[str]:
    """Covered demand against budget, with each step's proof."""
    total, own = made.shortlist.demand_total, made.curve.at(made.parameters.sites.budget_gbp)
    rows = [
        (
            money_text(step.budget_gbp),
            money_text(step.spent_gbp),
            int(step.chosen.sum()),
            _decimal(step.covered),
            share_text(step.covered, total),
            site_statements.proof_text(step) + (" (this plan's budget)" if step is own else ""),
        )
        for step in made.curve.steps
    ]
    head = ["budget", "spent", "sites", "covers", "of all", "proof"]
    return ["What other budgets would cover", *table_lines(head, rows, numbers=range(5))]


def alternative_lines(made: Plan, found: tuple[Alternative, ...]) -> list[str]:
    """Other choices that cover nearly as much: the sites that go and those that come in."""
    if not found:
        return wrapped_lines("No other choice within 1 % of the best meets the rules.")
    ids, chosen = made.sites.index, made.choice.best.chosen
    always = chosen.copy()
    for each in found:
        always &= each.chosen
    lines = wrapped_lines(
        f"{plural(len(found), 'other choice')} within 1 % of the best, each as different as possible. "
        f"{count_text(always.sum())} of {plural(chosen.sum(), 'site')} are in all of them."
    )
    for number, each in enumerate(found, start=1):
        loss = "covers as much" if each.loss_share <= 0 else f"covers {percent_text(each.loss_share)} less"
        proof = "" if each.status == "optimal" else f"; the search ended at the {each.status}"
        lines += wrapped_lines(f"{number}. {loss} for {money_text(each.spent_gbp)}{proof}")
        lines += _sites_lines(made, ids[chosen & ~each.chosen], start="out: ")
        lines += _sites_lines(made, ids[each.chosen & ~chosen], start="in: ")
    return lines


def fewest_lines(made: Plan, share: float, fewest: Choice, cheapest: Choice) -> list[str]:
    """The fewest and the cheapest sites that reach a share of what all candidates could reach between them."""
    most, total = float(made.choice.case.problem.demand.sum()), made.shortlist.demand_total
    costs = made.choice.costs["capex_gbp"].to_numpy()
    lines = wrapped_lines(
        f"To reach {percent_text(share)} of what all candidates could reach between them ({amount_text(share * most)} "
        f"of {amount_text(most)}, which is {share_text(most, total)} of all demand), at any cost:"
    )
    for words, found in (("fewest", fewest), ("cheapest", cheapest)):
        count, spent = int(found.chosen.sum()), float(costs[found.chosen].sum())
        proof = "proven" if found.status == "optimal" else f"not proven: ended at the {found.status}"
        lines += wrapped_lines(f"{words}: {plural(count, 'site')} for {money_text(spent)} ({proof})")
        is_same = words == "cheapest" and np.array_equal(found.chosen, fewest.chosen)
        lines += ["   the same sites"] if is_same else _sites_lines(made, made.sites.index[found.chosen])
    return lines


def _sites_lines(made: Plan, ids: pd.Index, *, start: str = "") -> list[str]:
    """Names and ids of sites over as many lines as they need, none of them cut."""
    names = ", ".join(f"{shown(made.sites['name'][site])} ({shown(site)})" for site in ids) or "none"
    return textwrap.wrap(start + names, WIDTH, initial_indent="   ", subsequent_indent="   ", break_on_hyphens=False)


def _decimal(number: float) -> str:
    """One decimal; "" if not known.

    Examples
    --------
    >>> _decimal(3.14159), _decimal(float("nan"))
    ('3.1', '')
    """
    return "" if np.isnan(number) else f"{number:,.1f}"
