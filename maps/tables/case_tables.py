"""Rows of the tables of the business case, its funding and its delivery."""

from __future__ import annotations

import pandas as pd

from connected_place.coverage.case import BusinessCase
from connected_place.coverage.delivery import Delivery, Funding

_MONEY, _ENDS = ("npv", "costs"), ("low", "high")


def case_rows(case: BusinessCase, paid: Funding, built: Delivery) -> dict[str, pd.DataFrame]:
    """Rows of every table of the business case, by its name."""
    return {
        "appraisal": case.lines,
        "cash_flow": _cash_flow_rows(case, paid),
        "options": case.options,
        "sensitivity": _sensitivity_rows(case),
        "switching": _switching_rows(case),
        "ranges": _range_rows(case),
        "simulation": case.monte_carlo.quantiles,
        "funding": paid.sites.join(paid.subsidy).reset_index(),
        "council_cash": paid.years,
        "delivery": built.tasks.fillna({"phase": float("nan")}),
        "risks": built.risks,
        "monitoring": built.monitoring,
    }


def _cash_flow_rows(case: BusinessCase, paid: Funding) -> pd.DataFrame:
    """The economic case and the council's cash, year by year."""
    council = paid.years[["net_gbp", "cumulative_gbp"]].add_prefix("council_")
    return case.years.join(council)


def _sensitivity_rows(case: BusinessCase) -> pd.DataFrame:
    """Ranges and switching values of each figure, the widest range first."""
    moved, switched = _range_rows(case), _switching_rows(case)
    every = [*moved["key"], *(key for key in switched["key"] if key not in set(moved["key"]))]
    both = moved.set_index("key").join(switched.set_index("key").drop(columns="words"), how="outer").reindex(every)
    words = pd.concat([moved, switched]).drop_duplicates("key").set_index("key")["words"]
    return both.assign(words=words, source=both["source"].fillna("")).reset_index()


def _range_rows(case: BusinessCase) -> pd.DataFrame:
    """Each figure at both ends of its range."""
    return case.tornado.rename(columns={f"{name}_{end}": f"{name}_{end}_gbp" for name in _MONEY for end in _ENDS})


def _switching_rows(case: BusinessCase) -> pd.DataFrame:
    """What each figure alone would have to be."""
    return case.switching.rename(columns={f"unit_value_{end}": f"unit_value_{end}_gbp" for end in ("one", "target")})
