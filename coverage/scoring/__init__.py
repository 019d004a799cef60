"""Scores and ranks of areas from any criteria: how sure they are, why, and what would move them."""

from connected_place.coverage.scoring.explanation import explanations
from connected_place.coverage.scoring.leading import weights_to_lead
from connected_place.coverage.scoring.rank_uncertainty import WEIGHT_FACTOR, drawn_weights, uncertainty_of_ranks
from connected_place.coverage.scoring.redundancy import Overlap, overlap_faults, overlaps
from connected_place.coverage.scoring.weight_sets import STANDARD, WeightSet, agreement, ranks_by_set, standard_sets
from connected_place.coverage.scoring.weighted_score import SCORE_DECIMALS, known_share, rank, score, weights_of

__all__ = [
    "SCORE_DECIMALS",
    "STANDARD",
    "WEIGHT_FACTOR",
    "Overlap",
    "WeightSet",
    "agreement",
    "drawn_weights",
    "explanations",
    "known_share",
    "overlap_faults",
    "overlaps",
    "rank",
    "ranks_by_set",
    "score",
    "standard_sets",
    "uncertainty_of_ranks",
    "weights_of",
    "weights_to_lead",
]
