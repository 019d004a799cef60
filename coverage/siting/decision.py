"""The choice of sites: what plan.toml asks as one case, the sites of each phase, and what they depend on."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from connected_place.coverage.covering import Case, Choice, Effort, losses_without, siting_case
from connected_place.coverage.demand import sampled_demand
from connected_place.coverage.parameters import Parameters, Sites
from connected_place.coverage.reach import ChanceSteps
from connected_place.coverage.scoring import weights_of
from connected_place.coverage.siting.chosen_share import ChosenShare, chosen_share, drawn_costs
from connected_place.coverage.siting.costs import site_costs, without_line
from connected_place.coverage.siting.curve import Curve, budget_curve
from connected_place.coverage.siting.objective import Counted, least_users
from connected_place.coverage.siting.phases import FROM_FIRST, Phase, in_phases, phase_budgets, phase_of_sites
from connected_place.coverage.siting.plan_rules import site_rules, words_of_rules
from connected_place.coverage.siting.rule_prices import RulePrice, rule_prices
from connected_place.coverage.siting.site_rivals import Rivals, rivals
from connected_place.gis_data.errors import PlanFileError, fault


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteChoice:
    """Which candidates to build, and all that is known about that choice.

    Attributes
    ----------
    costs : DataFrame indexed by `site_id`
        `capex_gbp, opex_gbp_per_year`.
    counted : Counted
        What each candidate is worth at each demand point.
    problem : ChanceSteps
        The same as a covering problem.
    case : Case
        Every rule and the whole budget, without phases.
    last_case : Case
        That of the last phase: what earlier ones chose is kept.
    phases : tuple of Phase
        One where plan.toml asks for none.
    rule_prices : tuple of RulePrice
    curve : Curve
    losses : DataFrame, one row a candidate
        As `losses_without` gives it for the last case; for an earlier phase's site, with the others kept.
    rivals : Rivals
        In the last case.
    chosen_share : ChosenShare
    """

    costs: pd.DataFrame
    counted: Counted
    problem: ChanceSteps
    case: Case
    last_case: Case
    phases: tuple[Phase, ...]
    rule_prices: tuple[RulePrice, ...]
    curve: Curve
    losses: pd.DataFrame
    rivals: Rivals
    chosen_share: ChosenShare

    @property
    def choice(self) -> Choice:
        """All that is built by the end of the last phase."""
        return self.phases[-1].choice

    @property
    def best(self) -> Choice:
        """The best that the whole budget would buy without phases."""
        return self.phases[-1].alone

    @property
    def phase(self) -> np.ndarray:
        """Number of the phase in which each candidate is built; NaN: in none."""
        return phase_of_sites(self.phases)


def site_choice(
    candidates: gpd.GeoDataFrame,
    counted: Counted,
    demand: pd.DataFrame,
    *,
    values: pd.DataFrame,
    wards: Mapping[str, str],
    parameters: Parameters,
) -> SiteChoice:
    """Choose sites as plan.toml asks.

    Parameters
    ----------
    candidates : GeoDataFrame indexed by `site_id`
        Candidates: `kind, ward_code, backhaul_class, backhaul_hop_m`.
    counted : Counted
        What each candidate is worth at each demand point.
    demand : DataFrame, one row a demand point
        `area_code, premises, demand, group, decile`.
    values : DataFrame indexed by area code, one column a criterion
        In [0, 1].
    wards : mapping of code to name
        Of the place.
    parameters : Parameters

    Raises
    ------
    PlanFileError
        UNKNOWN_SITE: a lock names no candidate; NO_DECILES, PHASES_FALL, PHASE_OVER_BUDGET.
    InfeasibleError
        From `siting_case.siting_case` and `siting.best_choice`.
    """
    rules, problem = parameters.sites, counted.problem()
    refuse_unknown_sites(candidates.index, rules)
    budgets = phase_budgets(rules.budget_gbp, rules.phases)
    costs, locks = site_costs(candidates, rules), Locks.of(candidates, rules)
    case = siting_case(
        problem.covers,
        problem.demand,
        costs["capex_gbp"].to_numpy(),
        budget_gbp=rules.budget_gbp,
        lock_in=locks.lock_in,
        lock_out=locks.lock_out | locks.no_line,
        rules=site_rules(candidates, rules, wards=wards, problem=problem, deciles=demand["decile"]),
        backup_share=rules.backup_share,
        toll=least_users(counted, parameters, asked=locks.lock_in),
    )
    phases = in_phases(case, budgets, begin=rules.phases_from, effort=effort_of(rules))
    best = phases[-1].alone
    prices = rule_prices(
        case,
        best,
        words=words_of_rules(rules, wards=len(wards)),
        no_line=locks.no_line,
        lock_out=locks.lock_out,
        effort=effort_of(rules),
    )
    last = _last_case(case, phases)
    return SiteChoice(
        costs=costs,
        counted=counted,
        problem=problem,
        case=case,
        last_case=last,
        phases=phases,
        rule_prices=prices,
        curve=budget_curve(case, _alone(phases, rules), effort=effort_of(rules)),
        losses=losses_without(last, phases[-1].choice, effort=effort_of(rules)),
        rivals=rivals(last, phases[-1].choice.chosen),
        chosen_share=sampled_choice(
            case, best, candidates, (counted, problem), demand, values=values, parameters=parameters
        ),
    )


def _last_case(case: Case, phases: Sequence[Phase]) -> Case:
    """The case of the last phase: what earlier phases chose is locked in."""
    return case.with_locks(lock_in=case.terms.lock_in | (phases[-2].choice.chosen if len(phases) > 1 else False))


def _alone(phases: Sequence[Phase], rules: Sites) -> dict[float, Choice]:
    """The best choices by budget, each by itself, so that no phase binds a step of the curve."""
    used = phases if rules.phases_from == FROM_FIRST else phases[-1:]
    return {phase.budget_gbp: phase.alone for phase in used}


def effort_of(rules: Sites) -> Effort:
    """What plan.toml allows one search, or several for one question, from now on."""
    return Effort.limited(work=rules.work_limit, seconds=rules.time_limit_s)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Locks:
    """Why candidates are in or out before anything is weighed; arrays of bool, one a candidate.

    Attributes
    ----------
    lock_in, lock_out : array
        As plan.toml asks.
    no_line : array
        No line is good enough; a site that is locked in has none of this.
    """

    lock_in: np.ndarray
    lock_out: np.ndarray
    no_line: np.ndarray

    @classmethod
    def of(cls, candidates: pd.DataFrame, rules: Sites) -> Locks:
        """The locks of a plan."""
        lock_in = np.asarray(candidates.index.isin(rules.lock_in))
        return cls(
            lock_in=lock_in,
            lock_out=np.asarray(candidates.index.isin(rules.left_out)),
            no_line=without_line(candidates, rules) & ~lock_in,
        )


def sampled_choice(
    case: Case,
    best: Choice,
    candidates: pd.DataFrame,
    worth: tuple[Counted, ChanceSteps],
    demand: pd.DataFrame,
    *,
    values: pd.DataFrame,
    parameters: Parameters,
    samples: int | None = None,
) -> ChosenShare:
    """How often each candidate is chosen under drawn weights and costs; `samples` in place of the plan's if given."""
    rules = parameters.sites
    count = rules.samples if samples is None else samples
    weights = weights_of(values.columns, parameters.score.weights)
    counted, problem = worth
    demands: Iterable[np.ndarray] = itertools.repeat(counted.demand, count)
    if counted.follows_need:
        demands = sampled_demand(demand, values, weights[weights > 0], samples=count, seed=rules.seed)
    costs_gbp = case.terms.costs_pence / 100
    costs = drawn_costs(costs_gbp, candidates["kind"], error=rules.capex_error, samples=count, seed=rules.seed)
    stated = counted.demand[problem.point]
    heights = np.divide(problem.demand, stated, out=np.zeros(len(stated)), where=stated > 0)
    draws = ((heights * each[problem.point], cost) for each, cost in zip(demands, costs, strict=True))
    return chosen_share(case, best, draws, samples=count, seed=rules.seed, effort=effort_of(rules))


def refuse_unknown_sites(ids: pd.Index, rules: Sites) -> None:
    """Refuse a site that plan.toml names and no source gives.

    Raises
    ------
    PlanFileError
        UNKNOWN_SITE.
    """
    unknown = sorted({*rules.lock_in, *rules.left_out, *rules.on_wan} - set(ids))
    if unknown:
        raise PlanFileError(
            fault(
                "UNKNOWN_SITE.sites",
                file="plan.toml",
                column="sites.lock_in, sites.lock_out, sites.on_wan",
                value=unknown[0],
                count=len(unknown),
            )
        )
