"""What could be done for each intervention area: cost, money from others, premises gained, date, conditions, risk."""

from __future__ import annotations

import numpy as np
import pandas as pd

from connected_place.coverage.forecast import years_between
from connected_place.coverage.gaps import TIERS
from connected_place.coverage.lines.line_kinds import CONTRACT, HUB, RADIO, REQUEST, WAIT, LineOption, option_kinds
from connected_place.coverage.lines.outlook import LinesOutlook
from connected_place.coverage.lines.premises_by_status import GREY_BLACK, UNDER_REVIEW, UNKNOWN_STATUS, WHITE
from connected_place.coverage.parameters import Appraisal, lines

_NOT_WHITE = {
    UNDER_REVIEW: "the premises are under review, and only White premises may be subsidised",
    GREY_BLACK: "a commercial network is there or planned, and only White premises may be subsidised",
    UNKNOWN_STATUS: "their subsidy status is not known, and only White premises may be subsidised",
}
_NOBODY = {
    REQUEST: "no premises there is known to be below 10 Mbit/s",
    CONTRACT: "no contract is known to include these premises",
    HUB: "no public building is known to be near",
    RADIO: "all premises are in a contract already",
}


def line_options(
    areas: pd.DataFrame, rules: lines.Lines, *, headline: str, start: str = "", outlook: LinesOutlook | None = None
) -> pd.DataFrame:
    """Every option of every area.

    Parameters
    ----------
    areas : DataFrame indexed by `area_id`
        As `placed_areas` gives it.
    rules : lines.Lines
    headline : str
        Tier that the areas lack.
    start : str
        First month of delivery, "2027-04"; "": not decided.
    outlook : LinesOutlook or None
        What becomes of the premises anyway; None: all stay without the speed.

    Returns
    -------
    DataFrame, area by area in their order, options in theirs
        `area_id`, `option`, `words`, `short`, `tier`, `is_paid`, `has_subsidy`, `is_possible`, `why_not` ("": it is
        possible), `open_to` (premises), `cost_gbp` (to the council), `others_gbp`, `gained_low`, `gained`,
        `gained_high` (premises that gain the headline speed), `premises_years` (discounted years with that speed of the
        likely ones, beyond the forecast; NaN: the date is not known), `by_when`, `conditions`, `evidence`, `risk`.

    Notes
    -----
    A subsidy goes to White premises only, by the status of the property itself (UPRN): whatever an option says, its
    `open_to` is cut to these. An option gains premises at the headline speed only where it gives that speed.
    """
    kinds = option_kinds(rules)
    outlook = outlook or _no_outlook(areas, start)
    found = [_rows(kind, areas, rules, headline=headline, outlook=outlook) for kind in kinds]
    rows = pd.concat(found).rename_axis("area_id").reset_index()
    order = np.lexsort(
        (rows["option"].map([kind.key for kind in kinds].index), areas.index.get_indexer(pd.Index(rows["area_id"])))
    )
    return rows.iloc[order].reset_index(drop=True)


def may_be_subsidised(areas: pd.DataFrame) -> pd.Series:
    """Premises of each area that a subsidy may go to: White by the status of the property itself."""
    return areas["white_by_uprn"].where(areas["status"] == WHITE, 0.0)


def _no_outlook(areas: pd.DataFrame, start: str) -> LinesOutlook:
    by_ward = areas[["premises"]]
    return LinesOutlook(by_ward=by_ward, forecast=None, rules=Appraisal(), start=start)


def _rows(
    kind: LineOption, areas: pd.DataFrame, rules: lines.Lines, *, headline: str, outlook: LinesOutlook
) -> pd.DataFrame:
    tier = kind.tier or rules.radio_tier
    gives = TIERS[tier].speed_mbps >= TIERS[headline].speed_mbps
    open_to = kind.open_to(areas, rules).fillna(0.0)
    if kind.has_subsidy:
        open_to = open_to.clip(upper=may_be_subsidised(areas))
    low, likely, high = _shares(kind.key, rules)
    known = areas.assign(open_to=open_to, taken=open_to * likely)
    why_not = _why_not(kind, known, rules, headline=headline)
    is_possible = why_not == ""
    years = outlook.years_each(_months(kind.key, areas, rules, start=outlook.start))
    numbers = {
        "open_to": open_to,
        "cost_gbp": kind.cost_gbp(known, rules).round(2),
        "others_gbp": kind.others_gbp(known, rules).round(2),
        "gained_low": open_to * low * gives,
        "gained": open_to * likely * gives,
        "gained_high": open_to * high * gives,
        "premises_years": (open_to * likely * gives * years).where(open_to * likely * gives > 0, 0.0),
    }
    return pd.DataFrame(
        {
            "option": kind.key,
            "words": kind.words,
            "short": kind.short,
            "tier": tier,
            "is_paid": kind.is_paid,
            "has_subsidy": kind.has_subsidy,
            "is_possible": is_possible,
            "why_not": why_not,
            **{name: values.where(is_possible, 0.0) for name, values in numbers.items()},
            "by_when": _by_when(kind.key, areas, rules, outlook=outlook),
            "conditions": [kind.conditions.format(**row) for row in _texts(known, rules)],
            "evidence": kind.evidence,
            "risk": kind.risk,
        },
        index=areas.index,
    )


def _why_not(kind: LineOption, areas: pd.DataFrame, rules: lines.Lines, *, headline: str) -> pd.Series:
    """Why an option is not possible in each area; "" where it is."""
    none = pd.Series("", index=areas.index, dtype=object)
    closed = areas["open_to"] <= 0
    found = none.mask(closed, _NOBODY.get(kind.key, "there are no premises that it is open to"))
    if kind.has_subsidy:
        found = found.mask(
            closed & (areas["status"] == WHITE), "not eligible yet: the status is known by postcode only"
        )
        for status, words in _NOT_WHITE.items():
            found = found.mask(areas["status"] == status, words)
    return found.mask(found == "", kind.why_not(areas, rules))


def _shares(key: str, rules: lines.Lines) -> tuple[float, float, float]:
    """Low, likely and high share of the premises it is open to that get the speed by an option."""
    for own in rules.option:
        if own.key == key:
            return own.low, own.likely, own.high
    if key == WAIT:
        return 0.0, 0.0, 0.0
    return rules.low[key], rules.likely[key], rules.high[key]


def _by_when(key: str, areas: pd.DataFrame, rules: lines.Lines, *, outlook: LinesOutlook) -> pd.Series:
    if key == WAIT:
        return outlook.half_by()
    if key == CONTRACT:
        return areas["contract_date"].where(areas["contract_date"] != "", "not stated")
    count = round(_months_of(key, rules))
    return pd.Series(_month_after(outlook.start, count), index=areas.index)


def _months(key: str, areas: pd.DataFrame, rules: lines.Lines, *, start: str) -> pd.Series:
    """Months from the start of delivery until each area's lines are there; NaN: not known."""
    if key == CONTRACT:
        dates = areas["contract_date"].astype(str).str[:7]
        known = dates.str.fullmatch(r"\d{4}-\d{2}") & bool(start)
        found = [max(0.0, 12 * years_between(start, date)) if is_date else np.nan
                 for date, is_date in zip(dates, known, strict=True)]  # fmt: skip
        return pd.Series(found, index=areas.index, dtype="float64")
    return pd.Series(0.0 if key == WAIT else float(_months_of(key, rules)), index=areas.index)


def _months_of(key: str, rules: lines.Lines) -> float:
    return next((own.months for own in rules.option if own.key == key), rules.months.get(key, 0.0))


def _month_after(start: str, months: int) -> str:
    """The last month, or how many months it takes where no start is decided.

    Examples
    --------
    >>> _month_after("2027-04", 9), _month_after("", 9), _month_after("2027-04", 0)
    ('2027-12', '9 months after the start', '2027-04')
    """
    if not start:
        return f"{months} months after the start"
    year, month = divmod(12 * int(start[:4]) + int(start[5:]) - 1 + max(0, months - 1), 12)
    return f"{year}-{month + 1:02d}"


def _texts(areas: pd.DataFrame, rules: lines.Lines) -> list[dict[str, object]]:
    """Fields of each area's sentences."""
    until = f" (until {rules.vouchers_until})" if rules.vouchers_until else ""
    shared = {
        "until": until,
        "vouchers_gbp": rules.vouchers_gbp,
        "subsidy_route": rules.subsidy_route or "none is named",
    }
    columns = ["contract", "supplier", "contract_date", "building", "building_m"]
    known = areas[columns].assign(**{name: areas[name].where(areas[name] != "", "not stated") for name in columns[:4]})
    return [{**shared, **{str(name): value for name, value in row.items()}} for row in known.to_dict("records")]
