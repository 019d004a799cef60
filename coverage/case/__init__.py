"""The business case: costs and benefits over the years, how sure they are, and what else was weighed."""

from connected_place.coverage.case import payers
from connected_place.coverage.case.appraisal import SITE_COLUMNS, BusinessCase
from connected_place.coverage.case.benefits import USER_DAY, stated_benefits
from connected_place.coverage.case.lines import DEDUCTED, GAINS, PRIVATE, once, renewals, starting_years, yearly
from connected_place.coverage.case.place_case import place_case
from connected_place.coverage.case.present_values import VALUE_BANDS
from connected_place.coverage.case.two_to_one import TwoToOne

__all__ = [
    "DEDUCTED",
    "GAINS",
    "PRIVATE",
    "SITE_COLUMNS",
    "USER_DAY",
    "VALUE_BANDS",
    "BusinessCase",
    "TwoToOne",
    "once",
    "payers",
    "place_case",
    "renewals",
    "starting_years",
    "stated_benefits",
    "yearly",
]
