"""Vector files of every kind as checked shapes in British National Grid."""

from connected_place.gis_data.shapes.vector_files import FORMATS, read_shapes

__all__ = [
    "FORMATS",
    "read_shapes",
]
