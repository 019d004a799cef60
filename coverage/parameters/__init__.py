"""Every number that a planner may change, one module for each table of plan.toml."""

from connected_place.coverage.parameters import funding_models, lines
from connected_place.coverage.parameters.appraisal import Appraisal
from connected_place.coverage.parameters.benefits import Benefit
from connected_place.coverage.parameters.clusters import Clusters
from connected_place.coverage.parameters.delivery import DeliveryRules
from connected_place.coverage.parameters.funding import FundingRules
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.ranges import Range
from connected_place.coverage.parameters.score import OwnCriterion, Score
from connected_place.coverage.parameters.setting import Setting
from connected_place.coverage.parameters.sites import Sites
from connected_place.coverage.parameters.use import Use
from connected_place.coverage.parameters.wifi import Wifi

__all__ = [
    "Appraisal",
    "Benefit",
    "Clusters",
    "DeliveryRules",
    "FundingRules",
    "OwnCriterion",
    "Parameters",
    "Range",
    "Score",
    "Setting",
    "Sites",
    "Use",
    "Wifi",
    "funding_models",
    "lines",
]
