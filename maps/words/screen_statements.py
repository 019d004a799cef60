"""Sentences of a page's first screen: what is proposed for each need, when, what it costs, who pays, whom to ask."""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass

import pandas as pd

from connected_place.coverage.delivery import month_words
from connected_place.coverage.objectives import USERS
from connected_place.coverage.plan import Plan
from connected_place.coverage.siting import amount_text
from connected_place.maps.numerals import count_text, money_text, percent_text, plural, shown, speed_text
from connected_place.maps.words.ask_statements import site_question
from connected_place.maps.words.gap_statements import premises_words
from connected_place.maps.words.line_statements import ask_words
from connected_place.maps.words.need_statements import placed_text

FEW_SHOWN = 3
"""Sites and options that the first screen names; the tables below have all."""

_HIGH, _LOW = 1 / 3, 2 / 3
"""Of the ranked wards: the third of greatest need, and where the third of least need begins."""


@dataclass(frozen=True, slots=True)
class ScreenAnswer:
    """A question that a first screen answers.

    Attributes
    ----------
    question, words : str
    """

    question: str
    words: str


def wifi_answers(plan: Plan, ward_code: str = "") -> tuple[ScreenAnswer, ...]:
    """What is proposed for the need of public Wi-Fi, in a ward or ("") in the whole place."""
    chosen = _chosen(plan, ward_code)
    year = plan.parameters.opponent.payer_year
    start = () if not ward_code else (ScreenAnswer("Need", _need_words(plan, ward_code, "wifi")),)
    if chosen.empty:
        return (*start, ScreenAnswer("Proposed", _no_site_words(plan, ward_code)), _ask_of_sites(plan, ward_code, year))
    return (
        *start,
        ScreenAnswer("Proposed", _sites_words(plan, chosen)),
        ScreenAnswer("When", sites_when(plan, chosen.index)),
        ScreenAnswer("Cost", sites_cost(plan, chosen)),
        ScreenAnswer(f"Who pays in year {year}", sites_payer(plan, chosen.index)),
        _ask_of_sites(plan, ward_code, year),
    )


def lines_answers(plan: Plan, ward_code: str = "") -> tuple[ScreenAnswer, ...]:
    """What is proposed for the need of better lines, in a ward or ("") in the whole place."""
    start = () if not ward_code else (ScreenAnswer("Need", _need_words(plan, ward_code, "fixed")),)
    rows = _lines_rows(plan, ward_code)
    if rows is None or rows.empty:
        return (*start, ScreenAnswer("Proposed", _no_lines_words(plan, ward_code)))
    paid = rows[rows["is_paid"].astype(bool)]
    ask = ScreenAnswer("Ask", _ask_of_lines(plan, rows))
    if paid.empty:
        return (*start, ScreenAnswer("Proposed", f"Nothing is paid for. {_unpaid_words(rows)}"), ask)
    speed = speed_text(plan.parameters.gaps.headline)
    return (
        *start,
        ScreenAnswer(
            "Proposed", f"{_options_words(paid)} of the {_left_words(rows)} without {speed}. {_gain_words(paid)}"
        ),
        ScreenAnswer("When", f"{_dates_words(paid)}."),
        ScreenAnswer("Cost", _lines_cost(paid, ward_code)),
        ask,
    )


# --- public Wi-Fi ------------------------------------------------------------------------------------------------


def _chosen(plan: Plan, ward_code: str) -> pd.DataFrame:
    sites = pd.DataFrame(plan.sites)
    found = sites[sites["selected"].astype(bool)].sort_values("rank", kind="stable")
    return found[found["ward_code"] == ward_code] if ward_code else found


def _sites_words(plan: Plan, chosen: pd.DataFrame) -> str:
    """How many sites, some of their names and, where users are counted, what they add: no user counts at two sites."""
    added = chosen["demand_added"].sum(skipna=False)
    is_known = plan.parameters.sites.objective == USERS and not math.isnan(added)
    users = f". They add about {amount_text(added)} users a day" if is_known else ""
    if len(chosen) == 1:
        users = users.replace("They add", "It adds")
    return f"{plural(len(chosen), 'site')}: {_first_names(chosen['name'])}{users}."


def _first_names(names: pd.Series) -> str:
    """The first few names, and how many more there are."""
    named = [shown(name) for name in names[:FEW_SHOWN]]
    more = len(names) - len(named)
    return f"{'; '.join(named)}; and {count_text(more)} more" if more else "; ".join(named)


def sites_when(plan: Plan, sites: pd.Index) -> str:
    """From the first survey of some proposed sites to the last acceptance, by the delivery plan."""
    tasks = plan.delivery.tasks
    own = tasks[tasks["site_id"].isin(sites)]
    if own.empty:
        return "Not known: the delivery plan has no task for it."
    start = plan.delivery.start
    first, last = (month_words(int(number), start) for number in (own["start_month"].min(), own["end_month"].max()))
    if not start:
        return f"From {first} to {last} of the delivery plan; no start date is given."
    return f"{_date_words(first)} to {_date_words(last)}, by the delivery plan."


def dates_by_site(plan: Plan) -> pd.Series:
    """From when to when each proposed site is built, in words; indexed by `site_id`."""
    spans = plan.delivery.tasks.groupby("site_id").agg(start=("start_month", "min"), end=("end_month", "max"))
    start = plan.delivery.start
    words = [
        f"{_date_words(month_words(first, start))} to {_date_words(month_words(last, start))}"
        for first, last in zip(spans["start"], spans["end"], strict=True)
    ]
    return pd.Series(words, index=spans.index, dtype="object")


def sites_cost(plan: Plan, chosen: pd.DataFrame) -> str:
    """Capital and whole-life cost of some proposed sites."""
    capital = f"{money_text(chosen['capex_gbp'].sum(skipna=False))} of capital"
    costs = plan.case.sites["pv_costs_gbp"].reindex(chosen.index).sum(skipna=False)
    if math.isnan(costs):
        return f"{capital}; the whole-life cost is not known."
    return (
        f"{capital}; over {plural(plan.parameters.appraisal.years, 'year')} {money_text(costs)} at present value, net "
        "of income, with optimism bias."
    )


def sites_payer(plan: Plan, sites: pd.Index) -> str:
    """Who pays to run some proposed sites in the year that is looked at, how much, and by which funding model."""
    return " ".join(filter(None, (_payer_words(*_payer_year(plan, sites)), _model_words(plan, sites))))


def _payer_words(running: float, unpaid: float) -> str:
    """Who pays running costs, of which no income pays for a part.

    Examples
    --------
    >>> _payer_words(900.0, 400.0)
    'The council: £400, running costs of £900 less £500 of income.'
    >>> _payer_words(900.0, float("nan"))
    'Running costs are £900; what income there will be is not known.'
    """
    if math.isnan(running):
        return "Not known."
    if running == 0:
        return "No running costs fall on the council."
    if math.isnan(unpaid):
        return f"Running costs are {money_text(running)}; what income there will be is not known."
    if unpaid == 0:
        return f"Income, if all of it comes: it covers running costs of {money_text(running)}."
    if unpaid == running:
        return f"The council: all {money_text(running)} of running costs. No income is planned."
    income = money_text(running - unpaid)
    return f"The council: {money_text(unpaid)}, running costs of {money_text(running)} less {income} of income."


def _model_words(plan: Plan, sites: pd.Index) -> str:
    """The funding model of some proposed sites in words, or the names of several; the parts of a mix with shares."""
    used = list(dict.fromkeys(plan.funding.sites["model"].reindex(sites).dropna()))
    if len(used) > 1:
        return f"Funding models: {', '.join(used)}."
    model = next((model for model in plan.funding.models if model.key in used), None)
    if model is None or not model.is_mixed:
        return "" if model is None else model.words
    parts = [f"{name} {percent_text(share)}" for name, share in plan.parameters.funding.mixed.items() if share > 0]
    return f"{'; '.join(parts) or 'no part is stated'}; the council pays the rest.".capitalize()


def _payer_year(plan: Plan, sites: pd.Index) -> tuple[float, float]:
    """Running costs of some sites in the year, and of them what no income pays for; NaN: not known."""
    year, paid = plan.parameters.opponent.payer_year, plan.funding
    if year not in paid.running:
        return math.nan, math.nan
    running = float(paid.running[year].reindex(sites).sum(skipna=False))
    income = float(paid.income[year].reindex(sites).sum(skipna=False))
    return running, math.nan if math.isnan(income) else max(0.0, running - income)


def _no_site_words(plan: Plan, ward_code: str) -> str:
    """That no site is proposed, with the reason of the candidate that came closest."""
    sites = pd.DataFrame(plan.sites)
    here = sites[sites["ward_code"] == ward_code] if ward_code else sites
    if here.empty:
        return "No site: the council's list has no candidate here."
    nearest = here.sort_index().sort_values(["demand_added", "demand_covered"], ascending=False, kind="stable").iloc[0]
    return f"No site. The closest of {plural(len(here), 'candidate')}, {shown(nearest['name'])}: {_plain(nearest)}"


def _plain(row: pd.Series) -> str:
    """A reason without the words that it was not chosen, which have been said."""
    return shown(str(row["reason"]).removeprefix("Not chosen: "), 300)


def _ask_of_sites(plan: Plan, ward_code: str, year: int) -> ScreenAnswer:
    chosen = _chosen(plan, ward_code)
    here = plan.sites[plan.sites["ward_code"] == ward_code] if ward_code else plan.sites
    unpaid = _payer_year(plan, chosen.index)[1] if len(chosen) else 0.0
    own = site_question(pd.DataFrame(here))
    if unpaid == 0:
        return ScreenAnswer("Ask", own)
    sum_words = "the running costs" if math.isnan(unpaid) else f"the {money_text(unpaid)}"
    return ScreenAnswer("Ask", f"{own} And which budget pays {sum_words} in year {year}?")


# --- better lines ------------------------------------------------------------------------------------------------


def _lines_rows(plan: Plan, ward_code: str) -> pd.DataFrame | None:
    """Intervention areas with `premises_here`, most first; None where lines were not worked out."""
    if plan.lines is None or plan.units is None:
        return None
    found = plan.lines.interventions
    here = plan.lines.in_ward(ward_code) if ward_code else found.assign(premises_here=found["premises"])
    return pd.DataFrame(here).sort_values("premises_here", ascending=False, kind="stable")


def _no_lines_words(plan: Plan, ward_code: str) -> str:
    tier = plan.parameters.gaps.headline
    row = plan.wards.loc[ward_code] if ward_code else plan.borough
    counted, speed = premises_words([plan.reporting.premises_source]), speed_text(tier)
    if row[f"{tier}_gap"] > 0:
        return "What could be done here was not worked out."
    if row[f"{tier}_gap"] == 0:
        return f"Nothing: no {counted} are reported to be without {speed}."
    return f"Not known: nothing is reported of who is without {speed}."


def _left_words(rows: pd.DataFrame) -> str:
    return count_text(rows["premises_here"].sum())


def _options_words(rows: pd.DataFrame) -> str:
    """The options of some areas, each with how many are in these areas, most first."""
    counts = rows.groupby("option_words")["premises_here"].sum().sort_values(ascending=False, kind="stable")
    named = [f"{shown(words)} for {count_text(number)}" for words, number in counts[:FEW_SHOWN].items()]
    more = len(counts) - len(named)
    return f"{'; '.join(named)}; and {plural(more, 'more option')}" if more else "; ".join(named)


def _gain_words(paid: pd.DataFrame) -> str:
    """How many should gain the speed: an option that is offered to many may be taken up by few."""
    here = paid["premises_here"] / paid["premises"]
    low, likely, high = (count_text((paid[name] * here).sum()) for name in ("gained_low", "gained", "gained_high"))
    return f"About {likely} ({low} to {high}) of them should gain the speed."


def _unpaid_words(rows: pd.DataFrame) -> str:
    """What is left without money for those here, and why nothing is paid for where most of them are."""
    first, *rest = re.split(r"(?<=[.]) (?=[A-Z0-9])", str(rows.iloc[0]["reason"]))
    why = " ".join([first, *([] if first.startswith("Not paid for: ") else rest[:1])]).removeprefix("Not paid for: ")
    return f"{_options_words(rows)}. In the largest area, {shown(why[:1].lower() + why[1:], 300)}"


def _dates_words(paid: pd.DataFrame) -> str:
    dates = sorted({str(date) for date in paid["by_when"] if str(date)})
    words = [_date_words(date) for date in dates]
    if not words:
        return "Not known"
    if len(words) > 1 and words != dates:
        return f"Between {words[0]} and {words[-1]}, depending on the area"
    return f"By {' and '.join(words)}" if words != dates else "; ".join(words)


def _date_words(date: str) -> str:
    """A month or a day in words; anything else as it stands.

    Examples
    --------
    >>> _date_words("2027-04"), _date_words("2029-03-31"), _date_words("9 months after the start")
    ('April 2027', '31 March 2029', '9 months after the start')
    """
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])(-\d{2})?", date):
        return date
    year, number, *day = date.split("-")
    return " ".join([*(str(int(each)) for each in day), calendar.month_name[int(number)], year])


def _lines_cost(paid: pd.DataFrame, ward_code: str) -> str:
    """What the council pays, once, and others; areas that reach beyond the ward are counted whole."""
    cost, others = paid["cost_gbp"].sum(skipna=False), paid["others_gbp"].sum(skipna=False)
    beyond = ward_code and (paid["premises"] - paid["premises_here"] > 1e-6).any()
    whole = " The areas reach beyond the ward and are counted whole." if beyond else ""
    rest = f"; {money_text(others)} from others" if others != 0 else ""
    return f"{money_text(cost)} from the council, once{rest}.{whole}"


def _ask_of_lines(plan: Plan, rows: pd.DataFrame) -> str:
    """What to ask of the council where it pays, of those under contract, and of network builders for the rest."""
    paid = rows["is_paid"].astype(bool)
    in_contract = rows["option"] == "contract"
    asked = [
        ask_words({"option": "contract", "supplier": supplier})
        for supplier in rows.loc[in_contract, "supplier"].head(1)
    ]
    if paid.any():
        cost = money_text(rows.loc[paid, "cost_gbp"].sum())
        asked.insert(0, f"The council's broadband lead: which budget pays the {cost}, and when does the work start?")
    rest = rows.loc[~paid & ~in_contract, "premises_here"].sum()
    if rest > 0:
        asked.append(f"Network builders: which of the other {count_text(rest)} will you connect, and when?")
    return " ".join(asked) if asked[1:] or paid.any() else " ".join(asked).replace("the other ", "the ")


# --- where money and need part -----------------------------------------------------------------------------------


def _need_words(plan: Plan, ward_code: str, need: str) -> str:
    placed = placed_text(plan.wards.loc[ward_code, f"{need}_rank"], plan.wards[f"{need}_rank"])
    return f"Ranks {placed} wards (1 is the greatest need)." if placed else "Too little is known to rank this ward."


def parting_sentences(plan: Plan, ward_code: str) -> tuple[str, ...]:
    """Where money and need part in a ward; empty where they do not.

    They part where a ward of the third with the greatest need gets nothing, and where one of the third with the least
    gets something.
    """
    chosen = _chosen(plan, ward_code)
    rows = _lines_rows(plan, ward_code)
    paid = 0 if rows is None else int(rows["is_paid"].astype(bool).sum())
    said = [_parted(plan, ward_code, "wifi", len(chosen))]
    said += [] if rows is None else [_parted(plan, ward_code, "fixed", paid)]
    return tuple(filter(None, said))


def _parted(plan: Plan, ward_code: str, need: str, number: int) -> str:
    ranks = plan.wards[f"{need}_rank"]
    rank, of = float(ranks[ward_code]), int(ranks.notna().sum())
    if math.isnan(rank):
        return ""
    words, got = {
        "wifi": ("public Wi-Fi", plural(number, "site")),
        "fixed": ("better lines", f"money for {plural(number, 'area')}"),
    }[need]
    placed = placed_text(rank, ranks)
    if rank <= of * _HIGH and not number:
        nothing = "no site is proposed" if need == "wifi" else "nothing is paid for"
        said = f"need for {words} ranks {placed}, yet {nothing} here"
    elif rank > of * _LOW and number:
        said = f"{got} here, though need for {words} ranks only {placed}"
    else:
        return ""
    return f"Money and need part ways: {said}. {_rule(plan, need)}"


def _rule(plan: Plan, need: str) -> str:
    """What the money follows instead of the rank."""
    if need == "fixed":
        return "Money for lines goes where it gains most and may be spent, which is not always where need is greatest."
    if plan.parameters.sites.objective == USERS:
        return "Sites are chosen for the users a day that they add for the budget, not by the ward's rank."
    return "Sites are chosen for what they add for the budget, not by the ward's rank."


def parted_wards(plan: Plan) -> tuple[str, ...]:
    """The wards of the third with the greatest need that get nothing, one sentence for each need."""
    found = [_parted_list(plan, "wifi", "public Wi-Fi", "no proposed site")]
    if plan.lines is not None and plan.units is not None:
        found.append(_parted_list(plan, "fixed", "better lines", "no area whose lines are paid for"))
    return tuple(filter(None, found))


def _parted_list(plan: Plan, need: str, words: str, without: str) -> str:
    ranks = plan.wards[f"{need}_rank"].dropna().sort_values(kind="stable")
    first = ranks[ranks <= len(ranks) * _HIGH].index
    left = [code for code in first if not _gets(plan, code, need)]
    if not left:
        return ""
    has = "has" if len(left) == 1 else "have"
    names = _first_names(plan.wards["area_name"].reindex(left))
    return (
        f"Money and need part ways: of the {plural(len(first), 'ward')} of greatest need for {words}, "
        f"{count_text(len(left))} {has} {without}: {names}. {_rule(plan, need)}"
    )


def _gets(plan: Plan, ward_code: str, need: str) -> bool:
    if need == "wifi":
        return len(_chosen(plan, ward_code)) > 0
    rows = _lines_rows(plan, ward_code)
    return rows is not None and bool(rows["is_paid"].astype(bool).any())
