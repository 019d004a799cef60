"""What plan.toml may say of money and time that cannot be: every fault of it, each once."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from connected_place.coverage.parameters.appraisal import RANGES, Appraisal, Benefit, Range
from connected_place.coverage.parameters.delivery import MONTHS, DeliveryRules
from connected_place.coverage.parameters.funding import MODELS, FundingRules
from connected_place.coverage.parameters.tables import Parameters
from connected_place.gis_data.errors import Fault

_FILE = "plan.toml"
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")
OWN_LINES = ("capital", "optimism_bias", "running", "renewal", "renewal_bias", "residual")
OWN_FACTORS = (*(item.key for item in RANGES), "reach", "additionality")
DECILES = tuple(str(number) for number in range(1, 11))
YEARS = range(1900, 2200)


def money_faults(rules: Parameters) -> list[Fault]:
    """Faults of [appraisal], [funding] and [delivery] that no single value shows.

    Returns
    -------
    list of Fault
        BENEFIT_KEY, RANGE_ORDER, UNKNOWN_KEY, NOT_A_YEAR, PRICE_BASE, NO_DEFLATOR, NOT_POSITIVE, MIXED_SHARES,
        NO_INCOME, NOT_A_MONTH, RANGE_TWICE, RISK_TWICE and SITE_TWICE.
    """
    return [
        *_benefits(rules.appraisal),
        *_ranges(rules.appraisal),
        *_prices(rules.appraisal),
        *_incomes(rules.appraisal),
        *_funding(rules.funding),
        *_delivery(rules.delivery),
    ]


def _benefits(rules: Appraisal) -> Iterator[Fault]:
    taken = [*OWN_LINES, *OWN_FACTORS, *(["demand"] if rules.benefit_gbp_per_demand is not None else [])]
    for number, item in enumerate(rules.benefit, start=1):
        place = f"appraisal.benefit {number}"
        if item.key and (not _KEY.fullmatch(item.key) or item.key in taken):
            yield _fault(
                "BENEFIT_KEY",
                f"{place}.key",
                "It cannot name a line.",
                f"Write small letters, digits and _, and another name than {', '.join(taken)}.",
                item.key,
            )
        taken.append(item.key)
        yield from _value_range(item, place)


def _value_range(item: Benefit, place: str) -> Iterator[Fault]:
    """Low, value and high, all or only the value, in their order."""
    stated = (item.low, item.unit_value_gbp, item.high)
    if item.low is None and item.high is None:
        return
    known = [number for number in stated if isinstance(number, int | float)]
    if len(known) < len(stated) or known != sorted(known):
        yield _fault(
            "RANGE_ORDER",
            f"{place}.low, high",
            "A range needs a value, one below it and one above it.",
            "Write low, unit_value_gbp and high, rising.",
            ", ".join(map(str, stated)),
        )


def _ranges(rules: Appraisal) -> Iterator[Fault]:
    known = [*OWN_FACTORS, *(item.key for item in rules.benefit), "demand"]
    for number, item in enumerate(rules.range, start=1):
        place = f"appraisal.range {number}"
        if item.key not in known:
            yield _unknown(item.key, known, f"{place}.key")
        if _is_falling(item):
            yield _fault("RANGE_ORDER", f"{place}.low, high", "The low end lies above the high end.", "Exchange them.")
    yield from _twice((item.key for item in rules.range), "RANGE_TWICE", "appraisal.range")


def _is_falling(item: Range) -> bool:
    return isinstance(item.low, int | float) and isinstance(item.high, int | float) and item.low > item.high


def _prices(rules: Appraisal) -> Iterator[Fault]:
    """Prices of another year than the base are refused unless a deflator for both is stated."""
    used = {"appraisal.costs_price_year": rules.costs_price_year} | {
        f"appraisal.benefit {number}.price_year": item.price_year for number, item in enumerate(rules.benefit, start=1)
    }
    base = rules.price_base_year
    for key, year in {"appraisal.price_base_year": base, **used}.items():
        if year and year not in YEARS:
            yield _fault("NOT_A_YEAR", key, "It is no year.", "Write it with four figures, such as 2026.", str(year))
    for name, index in rules.deflator.items():
        if not isinstance(index, int | float) or index <= 0:
            yield _fault("NOT_POSITIVE", f"appraisal.deflator.{name}", "An index is more than 0.", "Correct it.")
    for key, year in used.items():
        if year and not base:
            remedy = "Write price_base_year under [appraisal]: the year whose prices all figures are to be in."
            yield _fault("PRICE_BASE", key, "It states a price year, and no base year is stated.", remedy, str(year))
        elif year and year != base and not {str(year), str(base)} <= set(rules.deflator):
            remedy = f"Write deflator = {{ {year} = ..., {base} = ... }} under [appraisal], and deflator_source."
            yield _fault(
                "NO_DEFLATOR", key, f"Prices of {year} are not those of {base}, and nothing converts them.", remedy
            )


def _incomes(rules: Appraisal) -> Iterator[Fault]:
    stated = rules.distribution
    for decile, income in stated.income_gbp.items():
        key = f"appraisal.distribution.income_gbp.{decile}"
        if decile not in DECILES:
            yield _unknown(decile, DECILES, key)
        elif not isinstance(income, int | float) or income <= 0:
            yield _fault("NOT_POSITIVE", key, "An income is more than 0.", "Correct it.")
    if (stated.median_income_gbp is None) != (not stated.income_gbp) or stated.median_income_gbp == 0:
        yield _fault(
            "NO_INCOME",
            "appraisal.distribution",
            "Weights need the median income and that of each decile.",
            "Write median_income_gbp and income_gbp = { 1 = ..., 10 = ... }, or neither.",
        )


def _funding(rules: FundingRules) -> Iterator[Fault]:
    for name in rules.mixed:
        if name not in MODELS[:-1]:
            yield _unknown(name, MODELS[:-1], f"funding.mixed.{name}")
    if sum(share for share in rules.mixed.values() if isinstance(share, int | float)) > 1 + 1e-9:
        yield _fault("MIXED_SHARES", "funding.mixed", "The shares come to more than 1.", "Write shares of one site.")
    sites = (site for item in rules.enterprise for site in item.sites)
    yield from _twice(sites, "SITE_TWICE", "funding.enterprise.sites")


def _delivery(rules: DeliveryRules) -> Iterator[Fault]:
    if rules.start and not _MONTH.fullmatch(rules.start):
        yield _fault("NOT_A_MONTH", "delivery.start", "It is no month.", 'Write it like "2027-04".', rules.start)
    for task in rules.person_days:
        if task not in MONTHS:
            yield _unknown(task, MONTHS, f"delivery.person_days.{task}")
    yield from _twice((item.key for item in rules.risk), "RISK_TWICE", "delivery.risk")


def _twice(names: Iterable[str], code: str, place: str) -> Iterator[Fault]:
    for name, count in Counter(names).items():
        if count > 1:
            yield _fault(code, place, f"It is stated {count} times.", "Keep one.", name)


def _unknown(name: str, known: Iterable[str], key: str) -> Fault:
    near = difflib.get_close_matches(name, list(known), n=1)
    remedy = f'Did you mean "{near[0]}"?' if near else f"Known are {', '.join(known)}."
    return _fault("UNKNOWN_KEY", key, f'"{name}" is not known here.', remedy)


def _fault(code: str, key: str, message: str, remedy: str, value: str = "") -> Fault:
    return Fault(code=code, file=_FILE, column=key, message=message, remedy=remedy, value=value)
