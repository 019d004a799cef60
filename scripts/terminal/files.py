"""A file replaced in one step: whole and new, or as it was."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from connected_place.gis_data.errors import CommandError, fault

READ_ONLY = 0o222
"""Permission bits of which a file that may be written has one; on Windows Python derives them from its attribute."""


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside its place and put it there in one step; a link keeps pointing to it.

    Parameters
    ----------
    path : Path
        Its folder must be there.
    content : bytes

    Raises
    ------
    CommandError
        CANNOT_WRITE; the file is as it was then, and nothing is left beside it.
    """
    target = path.resolve()
    refuse_unwritable(target)
    try:
        _write_and_swap(target, content)
    except OSError as error:
        raise CommandError(fault("CANNOT_WRITE.file", file=str(path), reason=error.strerror or str(error))) from error


def refuse_unwritable(path: Path) -> None:
    """Refuse a file that could not be replaced, before anybody puts work into what it is to hold.

    Raises
    ------
    CommandError
        CANNOT_WRITE: it is read-only, it is no file, or its folder is not there or takes no new file.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise CommandError(fault("CANNOT_WRITE.not_a_file", file=str(path)))
    if target.exists() and not (target.stat().st_mode & READ_ONLY and os.access(target, os.W_OK)):
        raise CommandError(fault("CANNOT_WRITE.read_only", file=str(path)))
    if not target.parent.is_dir():
        raise CommandError(fault("CANNOT_WRITE.no_folder", file=str(path)))
    if not os.access(target.parent, os.W_OK):
        raise CommandError(fault("CANNOT_WRITE.closed_folder", file=str(path)))


def refuse_foreign_file(path: Path, *, begins: str) -> None:
    """Refuse to replace a file that the command did not write: one that begins with other words.

    Raises
    ------
    CommandError
        NOT_OURS or CANNOT_WRITE.
    """
    refuse_unwritable(path)
    if not path.exists():
        return
    with path.open("rb") as file:
        if file.read(len(begins)) == begins.encode():
            return
    raise CommandError(fault("NOT_OURS.csv", file=str(path)))


def _write_and_swap(target: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.part-", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
        part.replace(target)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
