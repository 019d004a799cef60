"""The front between the two lists, as an answer to a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from connected_place.api.open_plan import OpenPlan


def front(p: OpenPlan, *, total_gbp: float | None = None, step_gbp: float | None = None) -> pd.DataFrame:
    """What each split of one sum of money between better lines and public Wi-Fi gains.

    Parameters
    ----------
    p : OpenPlan
    total_gbp : float or None
        For both together, £. None: the programme's capital, or else the two budgets.
    step_gbp : float or None
        Between two splits, £. None: 50,000.

    Returns
    -------
    DataFrame, most for lines first
        Splits that no other one betters on both sides: `lines_budget_gbp`, `wifi_budget_gbp`, what is spent of each,
        `sites`, `areas`, `wifi_served` and `lines_served` (what each list makes largest) with their bounds, `gained`
        (premises, likely), `status` ("optimal": both are proven) and `is_plan`. `attrs["units"]` and
        `attrs["meanings"]` say what each column is. Empty where no premises are known to be without the speed.

    Raises
    ------
    ConnectedPlaceError
        Faults of the input files, all at once; or a sum or step that is not a positive amount.

    Examples
    --------
    >>> import connected_place.api as cp
    >>> splits = cp.front(cp.sample(), total_gbp=850_000, step_gbp=200_000)
    >>> splits["wifi_budget_gbp"].tolist()
    [0.0, 200000.0, 250000.0, 400000.0]
    """
    import pandas as pd

    from connected_place.coverage.front import FRONT_COLUMNS, STEP_GBP, split_front
    from connected_place.maps.tables import frame_text

    rules = p.parameters
    total = rules.programme.capital_gbp or rules.sites.budget_gbp + rules.lines.budget_gbp
    total = total if total_gbp is None else total_gbp
    step = STEP_GBP if step_gbp is None else step_gbp
    _refuse_nothing(total, step)
    steps = p.take("siting", "lines", "gaps")
    rows = pd.DataFrame(columns=list(FRONT_COLUMNS))
    if steps.lines is not None:
        rows = split_front(steps.siting.choice, steps.lines.choice, rules, total_gbp=total, step_gbp=step)
    text = frame_text("front", rows, rules, counted=steps.gaps.units.premises_source)
    rows.attrs = {
        "place": rules.place.name,
        "illustrative": rules.place.illustrative,
        "total_gbp": total,
        "step_gbp": step,
        "units": {column.name: column.unit for column in text.columns if column.unit},
        "meanings": {column.name: column.description for column in text.columns},
    }
    return rows


def _refuse_nothing(total: float, step: float) -> None:
    """Refuse a sum or a step that nothing can be bought with.

    Raises
    ------
    CommandError
        NOT_AN_AMOUNT, TOO_MANY_SPLITS.
    """
    from connected_place.gis_data.errors import CommandError, fault

    for name, value in (("total", total), ("step", step)):
        if not 0 < value < float("inf"):
            raise CommandError(fault("NOT_AN_AMOUNT", value=f"{value:g}", name=name))
    if total / step > 2_000:
        raise CommandError(fault("TOO_MANY_SPLITS", value=f"{total / step:,.0f}"))
