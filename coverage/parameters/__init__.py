"""Every number that a planner may change, one module for each table of plan.toml."""

from connected_place.coverage.parameters.appraisal import Appraisal
from connected_place.coverage.parameters.benefits import Benefit, Distribution
from connected_place.coverage.parameters.clusters import Clusters
from connected_place.coverage.parameters.delivery import DeliveryRules
from connected_place.coverage.parameters.demand import RESIDENTS, STAFF, VISITORS
from connected_place.coverage.parameters.funding import FundingRules
from connected_place.coverage.parameters.funding_models import FUNDING_MODELS, FundingModel
from connected_place.coverage.parameters.pack import Pack
from connected_place.coverage.parameters.parameters import Parameters, combination_faults
from connected_place.coverage.parameters.ranges import Range
from connected_place.coverage.parameters.score import OwnCriterion, Score
from connected_place.coverage.parameters.setting import Setting, setting_of
from connected_place.coverage.parameters.sites import Sites
from connected_place.coverage.parameters.wifi import Wifi

__all__ = [
    "FUNDING_MODELS",
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
    "Setting",
    "Sites",
    "Wifi",
    "combination_faults",
    "setting_of",
]
