"""Base maps: what stands on the ground, drawn quietly under a plan's figures. Nothing is counted from it."""

from connected_place.gis_data.readers.base.layers import read_base_layer, read_base_names
from connected_place.gis_data.readers.base.openstreetmap import read_openstreetmap

__all__ = [
    "read_base_layer",
    "read_base_names",
    "read_openstreetmap",
]
