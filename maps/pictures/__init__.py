"""Numbered maps and charts for print."""

from connected_place.maps.pictures.formats import DPI
from connected_place.maps.pictures.gallery import Picture, front_picture, pictures
from connected_place.maps.pictures.map_sheet import ILLUSTRATIVE

__all__ = [
    "DPI",
    "ILLUSTRATIVE",
    "Picture",
    "front_picture",
    "pictures",
]
