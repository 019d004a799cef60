"""Why an area gets an option that costs something, or none: a stable code, a sentence, and what would change it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd

from connected_place.coverage.gaps import TIERS
from connected_place.coverage.lines.line_choice import LineChoice, turning_points
from connected_place.coverage.lines.line_kinds import CONTRACT, REQUEST, WAIT
from connected_place.coverage.parameters import lines

SETTLED, PAID, NOT_POSSIBLE, LEFT_OUT, NO_BUDGET, OTHERS_GAIN_MORE = (
    "SETTLED", "PAID_FOR", "NOT_POSSIBLE", "LEFT_OUT", "NO_BUDGET", "OTHERS_GAIN_MORE",
)  # fmt: skip

_SENTENCES = {
    SETTLED: "Settled in plan.toml (lines.must): {words} for {cost}.",
    PAID: "Paid for: {words} for {cost}.{loss}{rival}",
    NOT_POSSIBLE: "No option that costs money is possible. {why}",
    LEFT_OUT: "Left out because plan.toml says so (lines.never).",
    NO_BUDGET: "Nothing is paid for: no budget is stated (lines.budget_gbp). It would take {cost}: {words}.",
    OTHERS_GAIN_MORE: "Not paid for: {words} for {cost} would gain less than what the same money does elsewhere.{loss}"
    "{rival}",
}


def reasoned(
    areas: pd.DataFrame, options: pd.DataFrame, choice: LineChoice, rules: lines.Lines, *, headline: str
) -> pd.DataFrame:
    """The chosen option of each area, and why.

    Parameters
    ----------
    areas : DataFrame indexed by `area_id`
        `area_name`, `premises`, `below_10`, `in_contract`, `contract`, `contract_date`.
    options : DataFrame
        As `line_options` gives it.
    choice : LineChoice
    rules : Lines
    headline : str
        Tier that the areas lack.

    Returns
    -------
    DataFrame indexed as `areas`
        `option`, `option_words`, `is_paid`, `cost_gbp`, `others_gbp`, `gained_low`, `gained`, `gained_high`,
        `premises_years`, `by_when`, `reason_code`, `reason`, `rival_id` ("": none), `loss` (of what the choice counts,
        by need), `would_cost_gbp` (cost at which it would be paid for; NaN: it is, or at no cost), `smallest_change`
        (in words; "": none).
    """
    candidates, turned = choice.candidates, turning_points(choice)
    paid = candidates[candidates["chosen"]].set_index("area_id")["option"]
    chosen = paid.reindex(areas.index)
    chosen = chosen.where(chosen.notna(), _free_route(areas))
    rows = options.set_index(["area_id", "option"])
    gains = ["gained_low", "gained", "gained_high", "premises_years"]
    names = ["words", "is_paid", "cost_gbp", "others_gbp", *gains, "by_when"]
    own = rows[names].reindex(pd.MultiIndex.from_arrays([areas.index, chosen])).set_axis(areas.index)
    found = own.rename(columns={"words": "option_words"}).assign(option=chosen).join(turned[["loss", "would_cost_gbp"]])
    found["rival_id"] = turned["rival"].reindex(areas.index).fillna("")
    found["reason_code"] = _codes(areas, options, candidates, chosen, rules)
    turned_to = turned[["option", "cost_gbp"]].add_prefix("turned_")
    counted = rules.objective.replace("_", "-")
    fields = _fields(areas, options, found.join(turned_to).assign(counted=counted), headline)
    said = zip(found["reason_code"], fields, strict=True)
    found["reason"] = [_SENTENCES[code].format(**row) for code, row in said] + _also(areas)
    found["smallest_change"] = _changes(found, fields)
    return found


def why_none(options: pd.DataFrame, *, headline: str) -> pd.Series:
    """Why no option that costs money is possible, by area: the options that share a reason in one sentence.

    Parameters
    ----------
    options : DataFrame
        As `line_options` gives it.
    headline : str
        Tier that the areas lack.
    """
    paid = options[options["is_paid"]]
    speeds = paid["tier"].map(lambda tier: float(TIERS[tier].speed_mbps))
    slow = "gives " + speeds.map("{:,.0f}".format) + " Mbit/s only"
    no_gain = slow.where(speeds < TIERS[headline].speed_mbps, "no homes are counted as gaining by it")
    why = paid["why_not"].where(paid["why_not"] != "", no_gain)
    shared = paid["short"].groupby([paid["area_id"], why], sort=False).agg(_listed).rename_axis(["area_id", "why"])
    rows = shared.rename("options").reset_index()
    said = rows["options"].str[:1].str.upper() + rows["options"].str[1:] + ": " + rows["why"] + "."
    return pd.Series(said.groupby(rows["area_id"]).agg(" ".join))


def _listed(words: pd.Series) -> str:
    """Words as a sentence lists them.

    Examples
    --------
    >>> _listed(pd.Series(["vouchers", "gap funding", "hub"])), _listed(pd.Series(["hub"]))
    ('vouchers, gap funding and hub', 'hub')
    """
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else str(last)


def _free_route(areas: pd.DataFrame) -> pd.Series:
    """What is left without money for most of the premises: their contract, the right to request, or to wait."""
    half = areas["premises"] / 2
    routes = np.select([areas["in_contract"] > half, areas["below_10"] > half], [CONTRACT, REQUEST], default=WAIT)
    return pd.Series(routes, index=areas.index, dtype=object)


def _also(areas: pd.DataFrame) -> pd.Series:
    """What some of an area's premises can do besides: ask for a decent connection, or look to their contract.

    Examples
    --------
    >>> areas = pd.DataFrame({"below_10": [6.0, float("nan")], "in_contract": [0.0, 12.0], "contract": ["", "Lot 9"],
    ...                       "contract_date": ["", "2029-03-31"]})
    >>> for words in _also(areas):
    ...     print(words.strip())
    6 are reported without 10 Mbit/s and may ask for a decent connection.
    12 are in a contract (Lot 9), to be complete by 2029-03-31.
    """
    below = areas["below_10"].map("{:,.0f}".format)
    asks = " " + below + " are reported without 10 Mbit/s and may ask for a decent connection."
    lot = areas["contract"].where(areas["contract"] != "", "its name is not given")
    date = areas["contract_date"].where(areas["contract_date"] != "", "a date that is not given")
    count = areas["in_contract"].map("{:,.0f}".format)
    signed = " " + count + " are in a contract (" + lot + "), to be complete by " + date + "."
    return asks.where(areas["below_10"] >= 0.5, "") + signed.where(areas["in_contract"] >= 0.5, "")


def _codes(
    areas: pd.DataFrame, options: pd.DataFrame, candidates: pd.DataFrame, chosen: pd.Series, rules: lines.Lines
) -> np.ndarray:
    pairs = pd.Series(areas.index, index=areas.index) + "=" + chosen
    possible = options[options["is_paid"] & options["is_possible"] & (options["gained"] > 0)]
    is_paid = chosen.isin(options.loc[options["is_paid"], "option"])
    has_candidate = areas.index.isin(candidates["area_id"])
    return np.select(
        [
            pairs.isin(rules.must) & is_paid,
            is_paid,
            ~areas.index.isin(possible["area_id"]),
            ~has_candidate,
            np.full(len(areas), rules.budget_gbp <= 0),
        ],
        [SETTLED, PAID, NOT_POSSIBLE, LEFT_OUT, NO_BUDGET],
        default=OTHERS_GAIN_MORE,
    )


def _fields(areas: pd.DataFrame, options: pd.DataFrame, found: pd.DataFrame, headline: str) -> list[dict[str, str]]:
    """What each sentence is filled with."""
    words = options.drop_duplicates("option").set_index("option")["short"]
    why = why_none(options, headline=headline).reindex(areas.index)
    return [
        _of_area(row, areas["area_name"], words, why[area], is_paid=row["reason_code"] in (PAID, SETTLED))
        for area, row in zip(areas.index, found.to_dict("records"), strict=True)
    ]


def _of_area(
    row: Mapping[Hashable, object], names: pd.Series, words: pd.Series, why: str, *, is_paid: bool
) -> dict[str, str]:
    option = row["option"] if is_paid else row["turned_option"]
    cost = row["cost_gbp"] if is_paid else row["turned_cost_gbp"]
    rival, loss = str(row["rival_id"]), float(row["loss"])  # type: ignore[arg-type]
    without = "Giving it no money and choosing again would lose" if is_paid else "Paying for it all the same would lose"
    return {
        "words": str(words.get(option, "")),
        "cost": "" if pd.isna(cost) else f"£{cost:,.0f}",  # type: ignore[call-overload]
        "why": why,
        "loss": "" if np.isnan(loss) else f" {without} {_amount(loss)} {row['counted']}, counted by need.",
        "rival": f" Its nearest rival is {names[rival]}." if rival else "",
    }


def _changes(found: pd.DataFrame, fields: list[dict[str, str]]) -> list[str]:
    """The smallest change of its cost that would have an area paid for."""
    rows = zip(found["reason_code"], found["would_cost_gbp"], fields, strict=True)
    return [
        f"It would be paid for at £{price:,.0f} or less, instead of {row['cost']}."
        if code == OTHERS_GAIN_MORE and price > 0
        else ""
        for code, price, row in rows
    ]


def _amount(number: float) -> str:
    """Premises in words; a little is never shown as none.

    Examples
    --------
    >>> _amount(1234.4), _amount(0.4), _amount(0.01), _amount(0.0)
    ('1,234', '0.4', 'under 0.1', '0')
    """
    if 0 < number < 0.05:
        return "under 0.1"
    return f"{number:,.0f}" if number >= 10 or float(number).is_integer() else f"{number:.1f}"
