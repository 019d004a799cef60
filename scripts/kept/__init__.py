"""Results of earlier runs, found again when nothing that they depend on has changed."""

from connected_place.scripts.kept.input_files import InputFiles
from connected_place.scripts.kept.results import FOLDER_VARIABLE, KeptResults, kept_folder

__all__ = ["FOLDER_VARIABLE", "InputFiles", "KeptResults", "kept_folder"]
