"""A zip file as the data files inside it, refused where unpacking it could harm or mislead."""

from __future__ import annotations

import contextlib
import io
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import PurePosixPath

from connected_place.gis_data.errors import DataError, Fault, shortened
from connected_place.gis_data.files.input_files import LARGEST_BYTES, InputFile

TABLES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm"})
SHAPES = frozenset({".geojson", ".json", ".gpkg", ".shp", ".shx", ".dbf", ".prj", ".cpg"})
RASTERS = frozenset({".tif", ".tiff"})
DATA = TABLES | SHAPES | RASTERS
ARCHIVES = frozenset({".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".kmz"})

MOST_MEMBERS = 10_000
LARGEST_RATIO = 200
SMALL_BYTES = 100_000_000
"""Below this size any ratio is harmless: a file of blanks shrinks a thousandfold."""

DOCUMENT = re.compile(r"(read[ _-]?me|licen[cs]e|about|notes?|metadata)\b.*", re.IGNORECASE)
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
IS_ENCRYPTED = 0x1
DAMAGES = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, ValueError)
"""What zipfile raises on bytes that are not what their headers say."""


def is_zip(file: InputFile) -> bool:
    """True where the name or the first bytes say zip."""
    return file.ending == ".zip" or file.content.startswith(b"PK\x03\x04")


def members(file: InputFile, *, endings: Collection[str] = DATA) -> tuple[InputFile, ...]:
    """Read the data files of a zip, sorted by name.

    Parameters
    ----------
    file : InputFile
    endings : collection of str
        Which files are data; folders, Mac litter, read-me files and all others are passed over.

    Returns
    -------
    tuple of InputFile
        Called "archive.zip/member.csv". Warnings about the archive are with the first.

    Raises
    ------
    DataError
        FORMAT_MISMATCH, DAMAGED, EMPTY, TOO_LARGE, ZIP_UNSAFE_NAME, ZIP_DUPLICATE_NAME, ZIP_NESTED, ZIP_ENCRYPTED,
        ZIP_SYMLINK, ZIP_METHOD.
    """
    with opened(file) as package:
        wanted = sorted(info.filename for info in package.infolist() if _is_data(info, endings))
        contents = [package.read(name) for name in wanted]
    if not wanted:
        raise DataError(file.fault("EMPTY.archive"))
    found = (
        InputFile(file.path / name, f"{file.name}/{name}", content, _warnings(file) if name == wanted[0] else ())
        for name, content in zip(wanted, contents, strict=True)
    )
    return tuple(found)


@contextlib.contextmanager
def opened(file: InputFile, *, largest_bytes: int = LARGEST_BYTES) -> Iterator[zipfile.ZipFile]:
    """A zip with nothing harmful in its directory; damage that shows while reading is a fault too.

    Raises
    ------
    DataError
        As `members`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as package:
            _refuse(file, package.infolist(), largest_bytes)
            yield package
    except DataError:  # a ValueError too, which DAMAGES would take for damage
        raise
    except DAMAGES as error:
        raise DataError(_damaged(file, error)) from error


def _refuse(file: InputFile, infos: Sequence[zipfile.ZipInfo], largest_bytes: int) -> None:
    """Raise every fault of the directory at once."""
    names = Counter(info.filename.casefold() for info in infos)
    found = (
        _size_fault(file, infos, largest_bytes),
        _fault("ZIP_UNSAFE_NAME", file, infos, _is_unsafe),
        _fault("ZIP_DUPLICATE_NAME", file, infos, lambda info: names[info.filename.casefold()] > 1),
        _fault("ZIP_ENCRYPTED", file, infos, lambda info: bool(info.flag_bits & IS_ENCRYPTED)),
        _fault("ZIP_SYMLINK", file, infos, lambda info: stat.S_ISLNK(info.external_attr >> 16)),
        _fault("ZIP_NESTED", file, infos, _is_archive),
        _fault("ZIP_METHOD", file, infos, lambda info: info.compress_type not in METHODS),
    )
    faults = [fault for fault in found if fault]
    if faults:
        raise DataError(faults)


def original_name(info: zipfile.ZipInfo) -> str:
    """The name as packed: `filename` has lost what follows a zero byte."""
    return info.orig_filename


def _fault(
    key: str, file: InputFile, infos: Sequence[zipfile.ZipInfo], is_faulty: Callable[[zipfile.ZipInfo], bool]
) -> Fault | None:
    """A fault that names the first of the members that are faulty; None where there is none."""
    wrong = [original_name(info) for info in infos if is_faulty(info)]
    return file.fault(key, value=wrong[0], count=len(wrong)) if wrong else None


def _size_fault(file: InputFile, infos: Sequence[zipfile.ZipInfo], largest_bytes: int) -> Fault | None:
    unpacked_bytes = sum(info.file_size for info in infos)
    ratio = unpacked_bytes / len(file.content)
    is_bomb = unpacked_bytes > SMALL_BYTES and ratio > LARGEST_RATIO
    if unpacked_bytes <= largest_bytes and len(infos) <= MOST_MEMBERS and not is_bomb:
        return None
    return file.fault("TOO_LARGE.archive", count=len(infos), size=unpacked_bytes, ratio=f"{ratio:,.0f}")


def _is_unsafe(info: zipfile.ZipInfo) -> bool:
    """True for names that climb, start at a root or a drive, or that Windows does not allow."""
    name = original_name(info)
    parts = name.removesuffix("/").split("/")
    return (
        "\\" in name
        or ":" in name
        or not name.isprintable()
        or any(part in ("", ".", "..") or part != part.rstrip(". ") or _RESERVED.fullmatch(part) for part in parts)
    )


def _is_archive(info: zipfile.ZipInfo) -> bool:
    return PurePosixPath(info.filename).suffix.lower() in ARCHIVES


def _is_data(info: zipfile.ZipInfo, endings: Collection[str]) -> bool:
    """True for files that were packed on purpose and are not documents."""
    path = PurePosixPath(info.filename)
    is_litter = any(part.startswith((".", "__MACOSX")) for part in path.parts) or DOCUMENT.fullmatch(path.name)
    return not info.is_dir() and not is_litter and path.suffix.lower() in endings


def _warnings(file: InputFile) -> tuple[Fault, ...]:
    if file.content.startswith(b"PK"):
        return file.warnings
    return (*file.warnings, file.warning("ZIP_PREFIX"))


def _damaged(file: InputFile, error: Exception) -> Fault:
    if not isinstance(error, zipfile.BadZipFile) or b"PK" in file.content[:2] + file.content[-22:]:
        return file.fault("DAMAGED.archive", reason=shortened(str(error), 200))
    return file.fault("FORMAT_MISMATCH.archive")
