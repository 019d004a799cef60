"""Scores and ranks of areas from any criteria: how sure they are, why, and what would move them."""

from connected_place.coverage.scoring import weight_sets
from connected_place.coverage.scoring.explanation import explanations
from connected_place.coverage.scoring.leading import weights_to_lead
from connected_place.coverage.scoring.rank_uncertainty import WEIGHT_FACTOR, drawn_weights, uncertainty_of_ranks
from connected_place.coverage.scoring.redundancy import Overlap, overlap_faults, overlaps
from connected_place.coverage.scoring.weighted_score import known_share, rank, score, weights_of

__all__ = [
    "WEIGHT_FACTOR",
    "Overlap",
    "drawn_weights",
    "explanations",
    "known_share",
    "overlap_faults",
    "overlaps",
    "rank",
    "score",
    "uncertainty_of_ranks",
    "weight_sets",
    "weights_of",
    "weights_to_lead",
]
