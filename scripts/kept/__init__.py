"""Results of earlier runs, found again when nothing that they depend on has changed."""

from connected_place.scripts.kept.input_files import InputFiles
from connected_place.scripts.kept.results import KeptResults, kept_folder

__all__ = ["InputFiles", "KeptResults", "kept_folder"]
