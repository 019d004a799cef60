"""The output folder: written whole or not at all, recorded in its manifest, and read back."""

from connected_place.maps.folder.output_folder import refuse_foreign, replace_folder, write_files
from connected_place.maps.folder.record import LIBRARIES, POSITIONS, manifest
from connected_place.maps.folder.run_folder import Run, numbers, read_run

__all__ = [
    "LIBRARIES",
    "POSITIONS",
    "Run",
    "manifest",
    "numbers",
    "read_run",
    "refuse_foreign",
    "replace_folder",
    "write_files",
]
