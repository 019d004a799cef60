"""Downloads: a file at a publisher's address is on this disk whole and checked, or not at all."""

from connected_place.gis_data.fetch.downloads import Download, alone, download, file_sha256
from connected_place.gis_data.fetch.jobs import Patience

__all__ = [
    "Download",
    "Patience",
    "alone",
    "download",
    "file_sha256",
]
