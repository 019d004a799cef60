"""What a site, a home or a resident within reach costs, beside what others have paid."""

from __future__ import annotations

import numpy as np
import pandas as pd

from connected_place.coverage.case.benefits import BEYOND
from connected_place.coverage.case.lines import WHOLE_LIFE
from connected_place.coverage.case.present_values import Appraised

ANCHORS = pd.DataFrame(
    [
        ("lffn", "Local Full Fibre Networks, £4.4m over 129 sites", 34_100.0, "£", "site", "Thurrock cabinet minutes"),
        ("gigahubs", "GigaHubs, up to £110m for up to 7,000 sites", 15_700.0, "£", "site", "the programme's document"),
        ("library", "Wi-Fi in a library, England 2015-16", 2_600.0, "£", "site", "press, second hand"),
        ("town_centre", "Town-centre scheme, Sutton Coldfield", 48_000.0, "£", "scheme", "press, second hand"),
        ("wifi4eu", "WiFi4EU voucher", 15_000.0, "EUR", "municipality", "the programme's document"),
        ("project_gigabit", "Project Gigabit, 12 contracts", 1_569.0, "£", "premises", "the publisher's document"),
    ],
    columns=["key", "words", "amount", "currency", "per", "source"],
)  # fmt: skip
"""What others paid, in prices of their own years; none of it is converted. A premises connected by fibre is another
thing than a premises whose street has Wi-Fi."""

PER = {
    "sites": "site",
    "premises": f"premises that might connect outdoors {BEYOND}",
    "residents": f"resident who might connect outdoors {BEYOND}",
}


def cost_effectiveness(case: Appraised, added: pd.DataFrame, capex_gbp: pd.Series) -> pd.DataFrame:
    """£ for each site, premises and resident that the chosen sites add.

    Parameters
    ----------
    case : Appraised
    added : DataFrame
        As `benefit_lines.added_quantities` gives it.
    capex_gbp : Series indexed by `site_id`
        As stated, without optimism bias.

    Returns
    -------
    DataFrame
        `key, per, quantity, capital_gbp` (without bias, as the anchors are), `pv_costs_gbp` (whole life, with bias,
        whoever pays), `pv_costs_gbp_per_year` (of the appraisal). NaN: the quantity is not known or 0.
    """
    values = case.present_values().loc[case.chosen]
    public, whole = case.keys(*WHOLE_LIFE), {f"private_{key}" for key in case.keys(*WHOLE_LIFE)}
    costs = values[public].to_numpy().sum() - values[[key for key in values if key in whole]].to_numpy().sum()
    capital = float(capex_gbp[case.chosen].sum())
    rows = []
    for key, per in PER.items():
        quantity = float(added.loc[case.chosen, key].sum(skipna=False)) if len(case.chosen) else np.nan
        each = 1 / quantity if quantity > 0 else np.nan
        rows.append(
            {
                "key": key,
                "per": per,
                "quantity": quantity,
                "capital_gbp": capital * each,
                "pv_costs_gbp": costs * each,
                "pv_costs_gbp_per_year": costs * each / case.rules.years if case.rules.years else np.nan,
            }
        )
    return pd.DataFrame(rows)
