"""Sentences on the choice of sites: the proof, the phases and what they cost, the price of each rule."""

from __future__ import annotations

from connected_place.coverage.covering import Choice
from connected_place.coverage.objectives import USERS
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.plan import Plan
from connected_place.coverage.siting import FROM_LAST, Phase, RulePrice, Step, amount_text
from connected_place.maps.numerals import money_text, percent_text, plural, share_text


def choice_sentences(plan: Plan) -> tuple[str, ...]:
    """How the sites were chosen."""
    return (
        *phase_sentences(plan),
        *rule_sentences(plan),
        *filter(None, (backup_sentence(plan), curve_sentence(plan), sample_sentence(plan))),
    )


def counted_head(parameters: Parameters, *, reached: str = "") -> str:
    """What the choice counts, as the head of a column: demand is reached, users come.

    Examples
    --------
    >>> from connected_place.coverage.parameters.place import Place
    >>> counted_head(Parameters(place=Place(name="Twoford", lad="E06000999")), reached=" reached")
    'Users a day'
    """
    return "Users a day" if parameters.sites.objective == USERS else f"Demand{reached}"


def proof_text(found: Choice | Step) -> str:
    """How close a choice is proven to be to the best, in a few words.

    Examples
    --------
    >>> import numpy as np
    >>> step = Step(budget_gbp=9.0, spent_gbp=8.0, covered=90.0, bound=100.0, status="time limit", chosen=np.zeros(1))
    >>> proof_text(step)
    'ended at the time limit, at most 10.0 % short of the best'
    """
    if found.status == "optimal" and found.gap_share == 0:
        return "proven best"
    ended = "ended within the tolerance" if found.status == "optimal" else f"ended at the {found.status}"
    return f"{ended}, at most {percent_text(found.gap_share)} short of the best"


def phase_sentences(plan: Plan) -> tuple[str, ...]:
    """What each phase covers, and what keeping its sites in the next one costs; empty without phases."""
    phases = plan.choice.phases
    if len(phases) == 1:
        return ()
    backwards = plan.parameters.sites.phases_from == FROM_LAST
    way = (
        "The final set was chosen first, and each earlier phase is the best part of it."
        if backwards
        else "Each phase is the best that builds on the one before; every rule applies in each."
    )
    return (way, *(_phase_sentence(plan, phase) for phase in phases))


def _phase_sentence(plan: Plan, phase: Phase) -> str:
    unit, count, choice = plan.parameters.counted_unit, int(phase.choice.chosen.sum()), phase.choice
    spent = float(plan.choice.costs["capex_gbp"].to_numpy()[choice.chosen].sum())
    start = (
        f"By the end of phase {phase.number}, {plural(count, 'site')} for {money_text(spent)} of "
        f"{money_text(phase.budget_gbp)} cover {amount_text(choice.covered)} {unit} ({proof_text(choice)})."
    )
    if phase.price_most <= 0:
        return f"{start} Keeping sites from phase to phase costs nothing here."
    return f"{start} {price_words(phase.price, phase.price_most, 'Keeping sites from phase to phase costs', unit)}"


def price_words(price: float, price_most: float, start: str, unit: str) -> str:
    """A price in units of demand, or the range it lies in.

    Examples
    --------
    >>> price_words(4.0, 4.0, "It costs", "premises"), price_words(4.0, 6.0, "It costs", "premises")
    ('It costs 4 premises.', 'It costs between 4 and 6 premises: the search ended before it was proven.')
    """
    if price_most - price <= 1e-6 * max(1.0, price_most):
        return f"{start} {amount_text(price)} {unit}."
    between = f"between {amount_text(price)} and {amount_text(price_most)}"
    return f"{start} {between} {unit}: the search ended before it was proven."


def rule_sentences(plan: Plan) -> tuple[str, ...]:
    """What each rule of plan.toml costs."""
    return tuple(_rule_sentence(found, plan.parameters.counted_unit) for found in plan.choice.rule_prices)


def _rule_sentence(found: RulePrice, unit: str) -> str:
    start = f"The rule “{found.words}” ({found.name})"
    if found.price_most <= 1e-9:
        return f"{start} costs nothing: without it, the same budget would cover no more."
    price = price_words(found.price, found.price_most, f"{start} costs", unit)
    sites = plural(found.changes, "different site")
    return f"{price} Without it, the same budget would cover {amount_text(found.covered_without)}, with {sites}."


def backup_sentence(plan: Plan) -> str:
    """What second sites within reach count for; "" where they count for nothing."""
    share, choice = plan.parameters.sites.backup_share, plan.choice.choice
    if share <= 0:
        return ""
    return (
        f"A second site within reach counts for {percent_text(share)} of the demand there: "
        f"{amount_text(choice.backed_up)} {plan.parameters.counted_unit} on top of the {amount_text(choice.covered)} "
        "covered. The sites were chosen for the two combined."
    )


def curve_sentence(plan: Plan) -> str:
    """What more and less money would cover, and how many of the steps are proven."""
    steps = plan.curve.steps
    if len(steps) < 2:
        return ""
    first, last, total = steps[0], steps[-1], plan.shortlist.demand_total
    proven = sum(step.gap_share == 0 for step in steps)
    told = "all proven best" if proven == len(steps) else f"{proven} of them proven best"
    return (
        f"{money_text(first.budget_gbp)} would cover {share_text(first.covered, total)} of the demand, "
        f"{money_text(last.budget_gbp)} {share_text(last.covered, total)} ({len(steps)} budgets tried, {told}). Each "
        "budget was solved separately, so the sites can differ from one to the next."
    )


def sample_sentence(plan: Plan) -> str:
    """The random draws behind how often a site is chosen."""
    found, rules = plan.choice.chosen_share, plan.parameters.sites
    if found.solved == 0:
        return ""
    left = found.samples - found.solved
    rest = f" {plural(left, 'draw was', 'draws were')} left out for want of a proven choice." if left else ""
    return (
        f"How often a site is chosen was counted over {plural(found.solved, 'random draw')} of the weights (half to "
        f"double) and of the capital cost of each kind of site ({percent_text(rules.capex_error)} either way), seed "
        f"{found.seed}.{rest}"
    )
