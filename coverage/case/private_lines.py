"""Money of others than the public sector: what they bear of the costs, what they earn, what they pay the council."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from connected_place.coverage.case import payers
from connected_place.coverage.case.lines import PRIVATE, RECEIPTS, RUNNING, Line, yearly
from connected_place.coverage.parameters import Appraisal, FundingRules

FUNDING_SOURCE = "plan.toml, [funding]"
_CONCESSION = "concession"


def divided_costs(costs: Sequence[Line], shares: pd.DataFrame, funding: FundingRules) -> list[Line]:
    """Each line of costs cut to what the public sector bears, and the rest of it as a private disbenefit.

    Parameters
    ----------
    costs : sequence of Line
        As `lines.cost_lines` gives them: whoever pays.
    shares : DataFrame indexed by `site_id`
        As `payers.model_shares` gives them.
    funding : FundingRules

    Returns
    -------
    list of Line
        The public lines, then those of others with a negative amount; none of these where nobody else bears anything.
    """
    capital, running = payers.capital_borne(shares, funding), payers.running_borne(shares, funding)
    borne = [running if line.kind == RUNNING else capital for line in costs]
    public = [_times(line, 1 - share) for line, share in zip(costs, borne, strict=True)]
    private = [
        replace(_times(line, -share), key=f"private_{line.key}", words=f"{line.words}, borne by others", kind=PRIVATE)
        for line, share in zip(costs, borne, strict=True)
        if (share > 0).any()
    ]
    return [*public, *private]


def income_lines(shares: pd.DataFrame, residents: pd.Series, rules: Appraisal, funding: FundingRules) -> list[Line]:
    """What the council receives, what others pay for it, and what a concessionaire earns.

    A receipt lowers the net public cost and is a disbenefit of the same size to whoever pays it, so that it moves the
    ratio and not the net present value. Grants are neither: they are public money too.
    """
    lines = []
    for model in payers.SINGLE:
        if model.income and (shares[model.key] > 0).any():
            amounts = _where_used(shares[model.key], payers.income_of(model, residents, funding))
            profile = yearly(rules, lasts_years=payers.income_lasts(model, funding))
            name, factors = model.key.replace("-", "_"), ("reach", "use") if model.is_per_resident else ()
            received = _line(f"receipts_{name}", f"Received by the council ({model.key})", -amounts, profile, factors)
            lines += [
                received,
                replace(received, key=f"payments_{name}", words=f"Paid to the council ({model.key})", kind=PRIVATE),
            ]
    if (shares[_CONCESSION] > 0).any():
        stated = funding.concession_revenue_gbp_per_year
        earned = pd.Series(float("nan") if stated is None else stated, index=shares.index)
        amounts = _where_used(shares[_CONCESSION], earned)
        revenue = _line("private_revenue", "Revenue of the concessionaire", amounts, yearly(rules), ("use",))
        lines.append(replace(revenue, kind=PRIVATE))
    return lines


def _times(line: Line, share: pd.Series) -> Line:
    """The same line with a share of its amounts."""
    bounds = None if line.bounds is None else (line.bounds[0] * share, line.bounds[1] * share)
    return replace(line, amounts_gbp=line.amounts_gbp * share, bounds=bounds)


def _where_used(share: pd.Series, gbp: pd.Series) -> pd.Series:
    """Nothing where a model is not used, whatever is known of its income."""
    return (share * gbp).where(share > 0, 0.0)


def _line(key: str, words: str, amounts: pd.Series, profile: np.ndarray, factors: tuple[str, ...]) -> Line:
    one = pd.Series(1.0, index=amounts.index)
    return Line(
        key=key, words=words, kind=RECEIPTS, amounts_gbp=amounts, profile=profile, factors=factors, quantity=one,
        unit="site", source=FUNDING_SOURCE, is_estimate="reach" in factors,
    )  # fmt: skip
