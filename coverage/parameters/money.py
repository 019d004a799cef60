"""What plan.toml may say of money and time that cannot be: every fault of it, each once."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from connected_place.coverage.parameters.appraisal import RANGES, Appraisal, Benefit, Range
from connected_place.coverage.parameters.delivery import MONTHS, DeliveryRules
from connected_place.coverage.parameters.funding import MODELS, FundingRules
from connected_place.coverage.parameters.tables import Parameters
from connected_place.gis_data.errors import Fault, fault

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
            yield _fault("BENEFIT_KEY", f"{place}.key", item.key, taken=", ".join(taken))
        taken.append(item.key)
        yield from _value_range(item, place)


def _value_range(item: Benefit, place: str) -> Iterator[Fault]:
    """Low, value and high, all or only the value, in their order."""
    stated = (item.low, item.unit_value_gbp, item.high)
    if item.low is None and item.high is None:
        return
    known = [number for number in stated if isinstance(number, int | float)]
    if len(known) < len(stated) or known != sorted(known):
        yield _fault("RANGE_ORDER.benefit", f"{place}.low, high", ", ".join(map(str, stated)))


def _ranges(rules: Appraisal) -> Iterator[Fault]:
    known = [*OWN_FACTORS, *(item.key for item in rules.benefit), "demand"]
    for number, item in enumerate(rules.range, start=1):
        place = f"appraisal.range {number}"
        if item.key not in known:
            yield _unknown(item.key, known, f"{place}.key")
        if _is_falling(item):
            yield _fault("RANGE_ORDER.range", f"{place}.low, high")
    for key, times in _repeated(item.key for item in rules.range):
        yield _fault("RANGE_TWICE", "appraisal.range", key, count=times)


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
            yield _fault("NOT_A_YEAR", key, str(year))
    for name, index in rules.deflator.items():
        if not isinstance(index, int | float) or index <= 0:
            yield _fault("NOT_POSITIVE.index", f"appraisal.deflator.{name}")
    for key, year in used.items():
        if year and not base:
            yield _fault("PRICE_BASE", key, str(year))
        elif year and year != base and not {str(year), str(base)} <= set(rules.deflator):
            yield _fault("NO_DEFLATOR", key, year=str(year), base=str(base))


def _incomes(rules: Appraisal) -> Iterator[Fault]:
    stated = rules.distribution
    for decile, income in stated.income_gbp.items():
        key = f"appraisal.distribution.income_gbp.{decile}"
        if decile not in DECILES:
            yield _unknown(decile, DECILES, key)
        elif not isinstance(income, int | float) or income <= 0:
            yield _fault("NOT_POSITIVE.income", key)
    if (stated.median_income_gbp is None) != (not stated.income_gbp) or stated.median_income_gbp == 0:
        yield _fault("NO_INCOME", "appraisal.distribution")


def _funding(rules: FundingRules) -> Iterator[Fault]:
    for name in rules.mixed:
        if name not in MODELS[:-1]:
            yield _unknown(name, MODELS[:-1], f"funding.mixed.{name}")
    if sum(share for share in rules.mixed.values() if isinstance(share, int | float)) > 1 + 1e-9:
        yield _fault("MIXED_SHARES", "funding.mixed")
    for site, times in _repeated(site for item in rules.enterprise for site in item.sites):
        yield _fault("SITE_TWICE", "funding.enterprise.sites", site, count=times)


def _delivery(rules: DeliveryRules) -> Iterator[Fault]:
    if rules.start and not _MONTH.fullmatch(rules.start):
        yield _fault("NOT_A_MONTH", "delivery.start", rules.start)
    for task in rules.person_days:
        if task not in MONTHS:
            yield _unknown(task, MONTHS, f"delivery.person_days.{task}")
    for key, times in _repeated(item.key for item in rules.risk):
        yield _fault("RISK_TWICE", "delivery.risk", key, count=times)


def _repeated(names: Iterable[str]) -> list[tuple[str, int]]:
    """Names that stand more than once, with how often."""
    return [(name, count) for name, count in Counter(names).items() if count > 1]


def _unknown(name: str, known: Iterable[str], key: str) -> Fault:
    near = difflib.get_close_matches(name, list(known), n=1)
    if near:
        return _fault("UNKNOWN_KEY.near", key, name=name, nearest=near[0])
    return _fault("UNKNOWN_KEY.list", key, name=name, known=", ".join(known))


def _fault(key: str, column: str, value: str = "", **fields: Any) -> Fault:
    return fault(key, file=_FILE, column=column, value=value, **fields)
