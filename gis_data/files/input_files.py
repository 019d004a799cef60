"""The bytes of an input: that a path is a plain file, what its hash is, and whether it changed."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from connected_place.gis_data.errors import DataError, Fault, fault

LARGEST_BYTES = 2_000_000_000
"""No open data file of the catalogue comes near; a larger one is a mistake or an attack on memory."""

_READ_AT_ONCE_BYTES = 16_000_000


_PIECE_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file on this disk or inside an archive, read once.

    Attributes
    ----------
    path : Path
        Where it is.
    name : str
        How plan.toml calls it, with forward slashes: the name in every message and output.
    content : bytes
    warnings : tuple of Fault
        What was odd on the way to the bytes; the readers pass it on.
    """

    path: Path
    name: str
    content: bytes
    warnings: tuple[Fault, ...] = ()

    @property
    def sha256(self) -> str:
        """Hash of the bytes, 64 hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def ending(self) -> str:
        """The ending of the name in small letters, with its dot.

        Examples
        --------
        >>> InputFile(Path("A.CSV"), "data/A.CSV", b"").ending
        '.csv'
        """
        return Path(self.name).suffix.lower()

    def fault(self, key: str, *, column: str = "", rows: tuple[int, ...] = (), value: str = "", **fields: Any) -> Fault:
        """A fault of this file that blocks; `key` and `fields` as in `errors.fault`."""
        return fault(key, file=self.name, column=column, rows=rows, value=value, **fields)

    def warning(self, key: str, *, rows: tuple[int, ...] = (), value: str = "", **fields: Any) -> Fault:
        """A fault of this file that does not block; `key` and `fields` as in `errors.fault`."""
        return fault(key, file=self.name, rows=rows, value=value, blocks=False, **fields)


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
        PATH_NOT_A_FILE, PATH_NOT_READABLE, TOO_LARGE or EMPTY.
    """
    place = folder / path
    file = InputFile(place, path.replace("\\", "/"), b"")
    if _names_no_file(path) or not _is_file(place):
        raise DataError(file.fault("PATH_NOT_A_FILE.path", folder=str(folder.name or folder)))
    content = _bounded_content(file)
    if not content:
        raise DataError(file.fault("EMPTY.file"))
    return InputFile(place, file.name, content)


def changed_since(file: InputFile, recorded_sha256: str) -> Fault | None:
    """A warning where the bytes are not those that were downloaded; formats such as GeoPackage have no checksum.

    Parameters
    ----------
    file : InputFile
    recorded_sha256 : str
        From the record of downloads; empty if there is none, and then there is nothing to compare.

    Examples
    --------
    >>> file = InputFile(Path("a.csv"), "a.csv", b"abc")
    >>> changed_since(file, file.sha256) is None, changed_since(file, "0" * 64).code
    (True, 'HASH_CHANGED')
    """
    if recorded_sha256.lower() in ("", file.sha256):
        return None
    return file.warning("HASH_CHANGED", before=recorded_sha256[:12], now=file.sha256[:12])


def _bounded_content(file: InputFile) -> bytes:
    """All bytes of a file, never more than fits in memory."""
    try:
        with file.path.open("rb") as stream:
            size_bytes = file.path.stat().st_size
            content = stream.read(size_bytes + 1) if size_bytes <= LARGEST_BYTES else b""
            if len(content) > size_bytes:  # it grows while it is read, or does not state its size
                content += read_up_to(stream, LARGEST_BYTES + 1 - len(content))
    except OSError as error:
        raise DataError(file.fault("PATH_NOT_READABLE", reason=error.strerror or str(error))) from error
    if max(size_bytes, len(content)) > LARGEST_BYTES:
        raise DataError(file.fault("TOO_LARGE.file", size=size_bytes, limit=LARGEST_BYTES))
    return content


def read_up_to(stream: BinaryIO | io.BufferedIOBase, most_bytes: int) -> bytes:
    """All that a stream has, up to a limit, with memory for no more than it has.

    Examples
    --------
    >>> import io
    >>> read_up_to(io.BytesIO(b"abc"), 2_000_000_000), read_up_to(io.BytesIO(b"abc"), 2)
    (b'abc', b'ab')
    """
    pieces = []
    left = most_bytes
    while left > 0 and (piece := stream.read(min(left, _PIECE_BYTES))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces) if len(pieces) != 1 else pieces[0]


def _is_file(place: Path) -> bool:
    """True for a plain file; a name too long for this disk is none."""
    try:
        return place.is_file()
    except (OSError, ValueError):
        return False


def _names_no_file(path: str) -> bool:
    """True for what GDAL or a shell would take for something else than a file."""
    head = path.split(":", 1)[0]
    has_scheme = ":" in path and len(head) > 1
    return path in ("", "-", ".", "..") or "\0" in path or path.startswith("/vsi") or has_scheme
