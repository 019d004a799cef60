"""What a plan's results depend on besides its parameters: the bytes of its files, and the program that reads them."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from connected_place.gis_data.errors import ConnectedPlaceError
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.readers import paths_of
from connected_place.maps.folder import LIBRARIES

_CALCULATE = ("gis_data", "coverage")
"""The folders whose code decides what a result is."""


@dataclass(frozen=True, slots=True)
class InputFiles:
    """The files of a plan, and how they are read.

    Attributes
    ----------
    sources : tuple of SourceFile
    folder : Path
        The folder of plan.toml.
    recorded : mapping of path to str
        Hashes of files as they were downloaded: a changed one is a warning.
    """

    sources: tuple[SourceFile, ...]
    folder: Path = field(kw_only=True)
    recorded: Mapping[str, str] = field(kw_only=True)

    def digest(self) -> str:
        """A hash of all of it; "" where a file cannot be read."""
        found = hashlib.sha256(program_digest().encode())
        found.update(repr((str(self.folder.resolve()), self.sources, sorted(self.recorded.items()))).encode())
        try:
            for path in self._files():
                found.update(f"{path}\0{_file_digest(path)}\n".encode(errors="surrogateescape"))
        except (ConnectedPlaceError, OSError, ValueError):
            return ""
        return found.hexdigest()

    def _files(self) -> Iterator[Path]:
        """Every file of the sources, and those beside it with the same stem: they may belong to it."""
        for asked in self.sources:
            for path in paths_of(asked, folder=self.folder):
                place = self.folder / path
                beside = (each for each in place.parent.iterdir() if each.stem == place.stem and each.is_file())
                yield from sorted({place, *beside})


@functools.cache
def program_digest() -> str:
    """A hash of the code that calculates, of Python's version and those of the libraries."""
    found = hashlib.sha256(f"{sys.version}{[(name, version(name)) for name in LIBRARIES]}".encode())
    for path in sorted(_code(_CALCULATE)):
        found.update(path.read_bytes())
    return found.hexdigest()


def _code(folders: Iterable[str]) -> Iterator[Path]:
    for name in folders:
        found = importlib.util.find_spec(f"connected_place.{name}")
        for place in (found.submodule_search_locations or []) if found else []:
            for ending in ("*.py", "*.toml", "*.csv", "*.json"):
                yield from (path for path in Path(place).rglob(ending) if "sample" not in path.parts)


def _file_digest(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
