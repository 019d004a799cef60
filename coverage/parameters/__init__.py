"""Every number that a planner may change, one module for each part of plan.toml."""

from connected_place.coverage.parameters.appraisal import (
    CONFIDENCES,
    OPTIMISM_BIAS,
    QUANTITIES,
    RANGES,
    Appraisal,
    Benefit,
    Distribution,
    Range,
)
from connected_place.coverage.parameters.delivery import MONTHS, DeliveryRules
from connected_place.coverage.parameters.funding import MODELS, FundingRules
from connected_place.coverage.parameters.funding_models import FUNDING_MODELS, FundingModel
from connected_place.coverage.parameters.money import money_faults
from connected_place.coverage.parameters.tables import (
    GROUPS,
    RESIDENTS,
    STAFF,
    VISITORS,
    Clusters,
    OwnCriterion,
    Pack,
    Parameters,
    Score,
    Sites,
    Wifi,
)

__all__ = [
    "CONFIDENCES",
    "FUNDING_MODELS",
    "GROUPS",
    "MODELS",
    "MONTHS",
    "OPTIMISM_BIAS",
    "QUANTITIES",
    "RANGES",
    "RESIDENTS",
    "STAFF",
    "VISITORS",
    "Appraisal",
    "Benefit",
    "Clusters",
    "DeliveryRules",
    "Distribution",
    "FundingModel",
    "FundingRules",
    "OwnCriterion",
    "Pack",
    "Parameters",
    "Range",
    "Score",
    "Sites",
    "Wifi",
    "money_faults",
]
