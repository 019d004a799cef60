"""Where the gap lies so close together that it is one area to invest in."""

from connected_place.coverage.clusters.dense import GapClusters
from connected_place.coverage.clusters.unserved import unserved_clusters

__all__ = [
    "GapClusters",
    "unserved_clusters",
]
