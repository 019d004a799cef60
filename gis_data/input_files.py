"""The bytes of an input: that a path is a plain file, and what its hash is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from connected_place.gis_data.errors import DataError, Fault

LARGEST_BYTES = 2_000_000_000
"""No open data file of the catalogue comes near; a larger one is a mistake or an attack on memory."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file on this disk, read once.

    Attributes
    ----------
    path : Path
        Where it is.
    name : str
        How plan.toml calls it, with forward slashes: the name in every message and output.
    content : bytes
    """

    path: Path
    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Hash of the bytes, 64 hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


def read_input(path: str, *, folder: Path) -> InputFile:
    """Read a file named in plan.toml.

    Parameters
    ----------
    path : str
        As written there; relative to `folder`. A URL, a device, a folder or one of GDAL's virtual paths is refused.
    folder : Path
        The folder of plan.toml.

    Raises
    ------
    DataError
        PATH_NOT_A_FILE, TOO_LARGE or EMPTY.
    """
    name = path.replace("\\", "/")
    place = folder / path
    if _names_no_file(path) or not place.is_file():
        raise DataError(
            Fault(
                code="PATH_NOT_A_FILE",
                file=name,
                message=f"There is no such file in {folder.name or folder}.",
                remedy="Give the path of one file on this computer, relative to plan.toml.",
            )
        )
    size_bytes = place.stat().st_size
    if size_bytes > LARGEST_BYTES:
        raise DataError(
            Fault(
                code="TOO_LARGE",
                file=name,
                message=f"The file holds {size_bytes:,} bytes; at most {LARGEST_BYTES:,} are read.",
                remedy="Cut it to your council's area.",
            )
        )
    if size_bytes == 0:
        raise DataError(
            Fault(code="EMPTY", file=name, message="The file holds 0 bytes.", remedy="Download or export it again.")
        )
    return InputFile(place, name, place.read_bytes())


def _names_no_file(path: str) -> bool:
    """True for what GDAL or a shell would take for something else than a file."""
    head = path.split(":", 1)[0]
    has_scheme = ":" in path and len(head) > 1
    return path in ("", "-", ".", "..") or "\0" in path or path.startswith("/vsi") or has_scheme
