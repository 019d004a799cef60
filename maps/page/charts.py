"""The shapes and positions that make up each chart; the templates draw them as SVG, with the text beside them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from connected_place.coverage.siting import Curve
from connected_place.maps.numerals import money_text, percent_text, share_text, shown

_WIDTH, HEIGHT = 340.0, 210.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 12.0, 12.0, 34.0
"""Size of the curve's box and its margins. Small, so that its text stays readable on a phone."""

TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A grid line: its position and label."""

    at: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One solved budget: its position, and whether it is the plan's own."""

    x: float
    y: float
    y_bound: float
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveChart:
    """Coverage against budget.

    Attributes
    ----------
    dots : tuple of Dot
        By budget.
    line, bound : str
        Points of the two polylines, as SVG has them.
    across, up : tuple of Tick
        Budgets and shares.
    floor : float
        Position of the budget axis.
    sentence : str
        What the chart says.
    is_proven : bool
        Every step is proven best, so the bound coincides with the line.
    """

    dots: tuple[Dot, ...]
    line: str
    bound: str
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    floor: float
    sentence: str
    is_proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: a share of the width from 0 to 1, None where not known."""

    name: str
    href: str
    share: float | None
    words: str


def curve_chart(curve: Curve, *, demand_total: float, own_budget_gbp: float, demand_words: str) -> CurveChart | None:
    """The curve of coverage against budget with its bound; None with fewer than two budgets or no demand.

    Parameters
    ----------
    curve : Curve
    demand_total : float
        All that could be covered, which is 100 % of the shares.
    own_budget_gbp : float
        Of the plan.
    demand_words : str
        What the demand is a number of.
    """
    steps = curve.steps
    if len(steps) < 2 or not demand_total > 0:
        return None
    most_gbp = steps[-1].budget_gbp
    highest = max(step.covered_most for step in steps) / demand_total
    top = next(share for share in (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0) if share >= min(highest, 1.0))
    floor = HEIGHT - BOTTOM

    def x(budget_gbp: float) -> float:
        return round(LEFT + (_WIDTH - LEFT - RIGHT) * budget_gbp / most_gbp, 1)

    def y(covered: float) -> float:
        return round(floor - (floor - TOP) * min(covered / demand_total / top, 1.0), 1)

    dots = tuple(
        Dot(
            x=x(step.budget_gbp), y=y(step.covered), y_bound=y(step.covered_most),
            is_own=abs(step.budget_gbp - own_budget_gbp) < 0.005,
        )
        for step in steps
    )  # fmt: skip
    return CurveChart(
        dots=dots,
        line=" ".join(f"{dot.x},{dot.y}" for dot in dots),
        bound=" ".join(f"{dot.x},{dot.y_bound}" for dot in dots),
        across=tuple(Tick(at=x(most_gbp * part), words=_short_money(most_gbp * part)) for part in (0, 0.5, 1)),
        up=tuple(Tick(at=y(demand_total * top * part), words=f"{100 * top * part:.3g} %") for part in TICKS),
        floor=floor,
        sentence=_curve_sentence(curve, demand_total, demand_words),
        is_proven=all(step.status == "optimal" for step in steps),
    )


def _short_money(pounds: float) -> str:
    """Pounds for an axis.

    Examples
    --------
    >>> _short_money(0), _short_money(250_000), _short_money(1_250_000), _short_money(900)
    ('£0', '£250k', '£1.25m', '£900')
    """
    if pounds >= 1e6:
        return f"£{pounds / 1e6:.3g}m"
    return f"£{pounds / 1e3:.3g}k" if pounds >= 1e3 else f"£{pounds:.0f}"


def _curve_sentence(curve: Curve, demand_total: float, demand_words: str) -> str:
    first, last = curve.steps[0], curve.steps[-1]
    ends = (
        f"As the budget rises from {money_text(first.budget_gbp)} to {money_text(last.budget_gbp)}, the share of the "
        f"{demand_words} served rises from {share_text(first.covered, demand_total)} to "
        f"{share_text(last.covered, demand_total)}."
    )
    open_ = [step for step in curve.steps if step.status != "optimal"]
    if not open_:
        return f"{ends} Every point is proven best: no other choice within that budget serves more."
    return (
        f"{ends} {len(curve.steps) - len(open_)} of {len(curve.steps)} points are proven best; for the others, the "
        "dashed line shows the most that could be possible."
    )


def bars(shares: pd.Series, names: pd.Series, *, hrefs: pd.Series | None = None) -> tuple[Bar, ...]:
    """Bars of shares in the order given.

    Parameters
    ----------
    shares : Series
        In [0, 1]; NaN: not reported.
    names : Series indexed alike
    hrefs : Series indexed alike, optional
    """
    links = pd.Series("", index=shares.index) if hrefs is None else hrefs[shares.index]
    return tuple(
        Bar(
            name=shown(name),
            href=href,
            share=None if pd.isna(share) else float(share),
            words=percent_text(share),
        )
        for name, href, share in zip(names[shares.index], links, shares, strict=True)
    )
