"""The choice of options: at most one that costs anything in each area, the most premises by need for the budget."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy.sparse

from connected_place.coverage.covering import (
    NOISE_SHARE,
    Case,
    Choice,
    Effort,
    best_choice,
    siting_case,
)
from connected_place.coverage.covering import (
    rules as kept,
)
from connected_place.coverage.lines.knapsack import Knapsack, KnapsackAnswer
from connected_place.coverage.parameters import lines
from connected_place.gis_data.errors import Fault, InfeasibleError, PlanFileError, fault

LINES_BUDGET, MUST, NEVER, LINES_FLOOR = "lines.budget_gbp", "lines.must", "lines.never", "lines.ward_floor"

_GAIN_COLUMNS = {lines.BY_PREMISES_YEARS: "premises_years", lines.BY_PREMISES: "gained"}
"""Column of an option's gain by what the choice counts."""

_STEPS_MOST = 12
"""Budgets of the curve, the plan's own aside."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LineChoice:
    """Which options to pay for.

    Attributes
    ----------
    candidates : DataFrame, one row a candidate
        Rows of `line_options` that cost something and may be chosen, with `ward_code`, `value` (what the
        choice counts, weighted by need) and `chosen`.
    case : Case
        The same as a covering problem: each candidate covers one point of its own.
    choice : Choice
    curve : DataFrame, by budget
        `budget_gbp`, `spent_gbp`, `areas` (with a paid option), `gained`, `value`, `bound`, `status`, `is_plan`.
    """

    candidates: pd.DataFrame
    case: Case
    choice: Choice
    curve: pd.DataFrame


def choose_lines(
    areas: pd.DataFrame, options: pd.DataFrame, rules: lines.Lines, *, wards: Mapping[str, str]
) -> LineChoice:
    """The choice that gains most premises-years beyond the forecast, or premises, counted by need, within the budget.

    Parameters
    ----------
    areas : DataFrame indexed by `area_id`
        `ward_code`, `ward_name`, `need` (in [0, 1]; NaN counts as 1: premises are then not weighted).
    options : DataFrame
        As `line_options` gives it.
    rules : lines.Lines
    wards : mapping of code to name
        Of the wards that areas lie in.

    Raises
    ------
    PlanFileError
        LINE_UNKNOWN, LINE_NOT_POSSIBLE: a settled choice names what is not there, or not possible.
    InfeasibleError
        RULES_CLASH: no choice keeps the budget, the settled choices and the floors together.

    Notes
    -----
    A multiple-choice knapsack: maximise the sum of value over candidates, at most one an area, costs in whole pence
    within the budget. As each candidate covers a point of its own it is also a covering problem, and is solved and
    proven by the same rules: of equal choices the cheapest, then the one with the first candidate that they differ in.
    """
    must, never = _settled(areas, options, rules)
    need = areas["need"].fillna(1.0)
    value = options[_GAIN_COLUMNS[rules.objective]].fillna(0.0) * options["area_id"].map(need)
    is_open = options["is_paid"] & options["is_possible"] & (value > 0) & ~never
    valued = options.assign(value=value, ward_code=options["area_id"].map(areas["ward_code"]))
    found = valued[is_open | must].reset_index(drop=True)
    case = _case(found, must[is_open | must].to_numpy(), rules, wards=wards)
    try:
        choice = best_choice(case, effort=Effort.limited(work=rules.work_limit))
    except InfeasibleError as error:
        raise InfeasibleError([_of_lines(each) for each in error.faults]) from error
    chosen = found.assign(chosen=choice.chosen)
    return LineChoice(candidates=chosen, case=case, choice=choice, curve=_curve(case, choice, found, rules))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesAnswer:
    """The best choice of options for one budget.

    Attributes
    ----------
    spent_gbp : float
    areas : int
        With an option that costs something.
    gained : float
        Premises, likely.
    value, bound : float
        What the choice counts, by need, and what no choice exceeds.
    is_proven : bool
    """

    spent_gbp: float
    areas: int
    gained: float
    value: float
    bound: float
    is_proven: bool


def line_answers(choice: LineChoice, budgets_gbp: list[float]) -> list[LinesAnswer | None]:
    """The best choice for each budget, as the plan's own was found; None where no choice keeps the rules."""
    rows = choice.candidates
    model = Knapsack(choice.case, rows["value"].to_numpy(dtype="float64"))
    found = [model.best(budget_pence=math.floor(100 * budget + 0.5)) for budget in budgets_gbp]
    gained = rows["gained"].to_numpy(dtype="float64")
    return [
        None
        if each is None
        else LinesAnswer(
            spent_gbp=choice.case.terms.pence_of(each.chosen) / 100,
            areas=int(each.chosen.sum()),
            gained=float(gained[each.chosen].sum()),
            value=each.value,
            bound=each.bound,
            is_proven=each.is_proven,
        )
        for each in found
    ]


def turning_points(choice: LineChoice) -> pd.DataFrame:
    """What it would take to choose otherwise in each area that has an option which costs something.

    Parameters
    ----------
    choice : LineChoice

    Returns
    -------
    DataFrame indexed by `area_id`
        `loss`: of an area with a chosen option, the value that is lost when it gets no money and the rest is chosen
        again; of another one, the value that is lost when it must get some. NaN: no choice keeps the rules then.
        `rival`: the area whose option changes most by that ("": none), `option`: the option that this area has or
        would have, `cost_gbp` of it, `would_cost_gbp`: cost at or below which it would be chosen (NaN: chosen
        already, or at no cost).
    """
    codes = choice.candidates["area_id"].to_numpy()
    model = Knapsack(choice.case, choice.candidates["value"].to_numpy(dtype="float64"))
    found = {area: _turned(choice, model, codes == area) for area in dict.fromkeys(codes)}
    names = ["loss", "rival", "option", "cost_gbp", "would_cost_gbp"]
    return pd.DataFrame(list(found.values()), columns=names, index=pd.Index(found, name="area_id", dtype=object))


def _turned(choice: LineChoice, model: Knapsack, members: np.ndarray) -> tuple[float, str, str, float, float]:
    """The turning point of one area: loss, rival, option, its cost, the cost at which it would be chosen."""
    rows, best = choice.candidates, choice.choice
    is_chosen = bool(best.chosen[members].any())
    other = model.best(out=members) if is_chosen else model.best(one_of=members)
    own = best.chosen if is_chosen or other is None else other.chosen
    at = np.flatnonzero(own & members)
    if not len(at):
        at = np.flatnonzero(members)[[int(rows["value"].to_numpy()[members].argmax())]]
    row = rows.iloc[at[0]]
    is_known = other is not None and other.is_proven and best.is_proven
    loss = _quiet(best.value - other.value, best.value) if other is not None and is_known else np.nan
    rival = "" if other is None else _changed_most(rows, best.chosen, other.chosen, members)
    price = np.nan if is_chosen else _price_to_choose(choice, model, members, float(row["value"]))
    return loss, rival, str(row["option"]), float(row["cost_gbp"]), price


def _price_to_choose(choice: LineChoice, model: Knapsack, members: np.ndarray, value: float) -> float:
    """The cost at which an option of this value would enter a best choice: what is left when the rest makes up for it.

    With the area left out, the cheapest choice of the others that is worth the best less this value leaves so much of
    the budget.
    """
    cheapest = model.cheapest(max(0.0, choice.choice.value - value), out=members)
    return np.nan if cheapest is None else (choice.case.terms.budget_pence - cheapest) / 100


def _changed_most(rows: pd.DataFrame, before: np.ndarray, after: np.ndarray, members: np.ndarray) -> str:
    """The other area whose chosen value changes most between two choices; "" where none does."""
    change = np.where(before != after, rows["value"].to_numpy(), 0.0) * ~members
    return str(rows["area_id"].iloc[int(change.argmax())]) if change.max(initial=0.0) > 0 else ""


def _quiet(loss: float, value: float) -> float:
    return 0.0 if abs(loss) <= NOISE_SHARE * max(1.0, value) else loss


def _case(found: pd.DataFrame, must: np.ndarray, rules: lines.Lines, *, wards: Mapping[str, str]) -> Case:
    """Candidates, their costs and what a choice of them keeps."""
    count = len(found)
    return siting_case(
        scipy.sparse.csr_array(scipy.sparse.eye_array(count)),
        found["value"].to_numpy(dtype="float64"),
        found["cost_gbp"].to_numpy(dtype="float64"),
        budget_gbp=rules.budget_gbp,
        rules=tuple(_rules(found, must, rules, wards=wards)),
    )


def _rules(
    found: pd.DataFrame, must: np.ndarray, rules: lines.Lines, *, wards: Mapping[str, str]
) -> Iterator[kept.Rule]:
    areas, count = found["area_id"].to_numpy(), len(found)
    names = list(dict.fromkeys(areas))
    table = (areas[None, :] == np.array(names, dtype=object)[:, None]).astype("float64") if count else np.zeros((0, 0))
    yield kept.Rule(
        name="lines",
        words="at most one option that costs anything in each area",
        sites=scipy.sparse.csr_array(table),
        points=scipy.sparse.csr_array((len(names), count)),
        least=np.full(len(names), -np.inf),
        most=np.ones(len(names)),
        is_count=False,
    )
    for at in np.flatnonzero(must):
        one = np.arange(count) == at
        pair = f"{areas[at]}={found['option'].iloc[at]}"
        yield replace(_floor(one, 1, name=MUST, where=""), words=f"{pair} as settled", is_count=False)
    if rules.ward_floor > 0:
        codes = found["ward_code"].to_numpy()
        for code in sorted(wards):
            members = np.asarray(codes == code)
            yield _floor(members, rules.ward_floor, name=LINES_FLOOR, where=f"in {wards[code]}")


def _floor(members: np.ndarray, least: int, *, name: str, where: str) -> kept.Rule:
    rule = kept.sites_floor(members, least, points=len(members), where=where)
    noun = "area" if least == 1 else "areas"
    return replace(rule, name=name, words=f"an option that costs something for at least {least:,} {noun} {where}")


def _of_lines(each: Fault) -> Fault:
    """A fault of the search under this table's own keys."""
    column = each.column.replace("sites.budget_gbp", LINES_BUDGET).replace("sites.work_limit", "lines.work_limit")
    return replace(each, column=column)


def _settled(areas: pd.DataFrame, options: pd.DataFrame, rules: lines.Lines) -> tuple[pd.Series, pd.Series]:
    """Options that must be, and that must not be chosen.

    Raises
    ------
    PlanFileError
        LINE_UNKNOWN, LINE_NOT_POSSIBLE.
    """
    pairs = options["area_id"] + "=" + options["option"]
    faults = [*_unknown(areas, options, rules.must, MUST), *_unknown(areas, options, rules.never, NEVER)]
    must = pairs.isin(rules.must) & options["is_paid"]
    impossible = options[must & ~options["is_possible"]]
    faults += [
        fault("LINE_NOT_POSSIBLE", file="plan.toml", column=MUST, value=pair, why=f"{why}.")
        for pair, why in zip(pairs[impossible.index], impossible["why_not"], strict=True)
    ]
    if faults:
        raise PlanFileError(faults)
    return must, pairs.isin(rules.never) | options["area_id"].isin(rules.never)


def _unknown(areas: pd.DataFrame, options: pd.DataFrame, texts: tuple[str, ...], column: str) -> Iterator[Fault]:
    known = list(dict.fromkeys(options["option"]))
    for text in texts:
        area, _, option = text.partition("=")
        if area not in areas.index:
            yield fault("LINE_UNKNOWN.area", file="plan.toml", column=column, value=text)
        elif option and option not in known:
            yield fault("LINE_UNKNOWN.option", file="plan.toml", column=column, value=text, known=", ".join(known))


def _curve(case: Case, choice: Choice, found: pd.DataFrame, rules: lines.Lines) -> pd.DataFrame:
    """What other budgets would gain, up to the one that pays for the dearest option of every area."""
    model = Knapsack(case, found["value"].to_numpy(dtype="float64"))
    asked = {budget: model.best(budget_pence=round(100 * budget)) for budget in _budgets(found)}
    steps = [_step(case, found, budget, each) for budget, each in asked.items() if each and budget != rules.budget_gbp]
    own = KnapsackAnswer(chosen=choice.chosen, value=choice.value, bound=choice.bound, is_proven=choice.is_proven)
    plan = {**_step(case, found, rules.budget_gbp, own), "is_plan": True}
    return pd.DataFrame([plan, *steps]).sort_values("budget_gbp", ignore_index=True)


def _step(case: Case, found: pd.DataFrame, budget_gbp: float, each: KnapsackAnswer) -> dict[str, object]:
    return {
        "budget_gbp": budget_gbp,
        "spent_gbp": case.terms.pence_of(each.chosen) / 100,
        "areas": int(each.chosen.sum()),
        "gained": float(found["gained"].to_numpy(dtype="float64")[each.chosen].sum()),
        "value": each.value,
        "bound": each.bound,
        "status": "optimal" if each.is_proven else "work limit",
        "is_plan": False,
    }


def _budgets(found: pd.DataFrame) -> list[float]:
    """Round budgets in equal steps, up to what the dearest option of every area costs together."""
    most = float(found.groupby("area_id")["cost_gbp"].max().sum()) if len(found) else 0.0
    if most <= 0:
        return []
    power = 10.0 ** np.floor(np.log10(most / _STEPS_MOST))
    step = next(head * power for head in (1.0, 2.0, 2.5, 5.0, 10.0) if head * power * _STEPS_MOST >= most * (1 - 1e-9))
    return [step * number for number in range(1, _STEPS_MOST + 1) if step * (number - 1) < most]
