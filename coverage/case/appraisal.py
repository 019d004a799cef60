"""The business case of a plan: what it costs and brings, how sure that is, and what it was weighed against."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import scipy.sparse

from connected_place.coverage.case.benefits import added_quantities
from connected_place.coverage.case.cost_effectiveness import ANCHORS, cost_effectiveness
from connected_place.coverage.case.monte_carlo import MonteCarlo, monte_carlo
from connected_place.coverage.case.options import Valued, options
from connected_place.coverage.case.present_values import (
    Programme,
    appraised,
    by_year,
    line_rows,
    programme,
    site_values,
)
from connected_place.coverage.case.sensitivity import tornado
from connected_place.coverage.case.switching import switching_values
from connected_place.coverage.case.two_to_one import TwoToOne, two_to_one
from connected_place.coverage.case.yearly_lines import line_years
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.reach import SiteReach

SITE_COLUMNS = ["pv_costs_gbp", "pv_benefits_gbp", "npv_gbp", "bcr", "band", "decile"]
"""What sites.csv says of every candidate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCase:
    """The business case; £ in real prices of the base year.

    Attributes
    ----------
    lines : DataFrame
        One row a cost or benefit line of the programme, as `present_values.line_rows` gives it.
    sites : DataFrame indexed by `site_id`, by rank
        The chosen sites, as `present_values.site_values` gives them, with `decile` (1: most deprived; NaN: not known),
        `rank` and what each adds to those before it: `residents`, `premises`, `demand`.
    candidates : DataFrame indexed by `site_id`
        The same values of every candidate; one that is not chosen is worth what it would add to all the chosen.
    years : DataFrame
        As `present_values.by_year` gives it.
    line_years : DataFrame indexed by `year`
        As `yearly_lines.line_years` gives it.
    programme : Programme
    switching : DataFrame
        As `switching.switching_values` gives it; empty where no value of a benefit was stated.
    tornado : DataFrame
        As `sensitivity.tornado` gives it.
    monte_carlo : MonteCarlo
    options : DataFrame
        As `case_options.options` gives it.
    effectiveness, anchors : DataFrame
        As `cost_effectiveness` gives them.
    two_to_one : TwoToOne
    """

    lines: pd.DataFrame
    sites: pd.DataFrame
    candidates: pd.DataFrame
    years: pd.DataFrame
    line_years: pd.DataFrame
    programme: Programme
    switching: pd.DataFrame
    tornado: pd.DataFrame
    monte_carlo: MonteCarlo
    options: pd.DataFrame
    effectiveness: pd.DataFrame
    anchors: pd.DataFrame
    two_to_one: TwoToOne

    @property
    def user_days(self) -> float:
        """User-days a year of the chosen sites together; NaN: not known."""
        return float(self.options.set_index("key")["user_days"].get("preferred", math.nan))


def business_case(
    sites: pd.DataFrame,
    reach: SiteReach,
    points: pd.DataFrame,
    *,
    users: scipy.sparse.csr_array | None = None,
    deciles: pd.Series,
    alternatives: Mapping[str, pd.DataFrame],
    parameters: Parameters,
) -> BusinessCase:
    """Appraise a plan.

    Parameters
    ----------
    sites : DataFrame indexed by `site_id`
        Every candidate: `kind, selected, rank, phase, capex_gbp, opex_gbp_per_year, demand_added`.
    reach : SiteReach
        Rows as `sites`, points as `points`.
    points : DataFrame, one row a demand point
        `premises`, `residents`.
    users : sparse array, rows as `sites` and columns as `points`, or None
        Users a day of each candidate by where they come from; None: not known.
    deciles : Series indexed by `site_id`
        Deprivation decile of each; NaN: not known.
    alternatives : mapping of words to DataFrame
        Other choices, as `case_options.alternative_choices` gives them.
    parameters : Parameters
    """
    rules = parameters.appraisal
    added = added_quantities(sites, reach, points, rules, users=users)
    case = appraised(sites, added, rules, funding=parameters.funding)
    by_decile = rules.distribution.weight_by_decile
    weights = deciles.map(by_decile).astype("float64") if by_decile else None
    values = site_values(case, weights).assign(decile=deciles)
    chosen = sites.loc[case.chosen].sort_values("rank", kind="stable")
    of_chosen = values.loc[chosen.index]
    own = added.loc[chosen.index]
    others = {
        words: Valued.of(rows, reach, points, rules, users=users, programme=own, funding=parameters.funding)
        for words, rows in alternatives.items()
    }
    preferred = Valued(sites=chosen, values=of_chosen, added=own)
    return BusinessCase(
        lines=line_rows(case),
        sites=of_chosen.join(added.loc[chosen.index, ["residents", "premises", "demand"]]).assign(rank=chosen["rank"]),
        candidates=values,
        years=by_year(case),
        line_years=line_years(case),
        programme=programme(case, of_chosen),
        switching=switching_values(case),
        tornado=tornado(case),
        monte_carlo=monte_carlo(case),
        options=options(preferred, others, rules),
        effectiveness=cost_effectiveness(case, added, sites["capex_gbp"]),
        anchors=ANCHORS,
        two_to_one=two_to_one(
            case,
            of_chosen,
            added=own,
            programme_gbp=parameters.money_from_outside.programme_gbp,
        ),
    )
