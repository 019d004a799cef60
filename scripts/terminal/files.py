"""A file replaced in one step: whole and new, or as it was."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import socket
import tempfile
import time
from pathlib import Path

from connected_place.gis_data.errors import CommandError, fault

LONGEST_WRITE_S = 86_400.0
"""A half-written copy older than a day is abandoned, even if its process number is in use again."""

READ_ONLY = 0o222
"""A writable file has at least one of these permission bits; on Windows Python derives them from its attribute."""


def replace_file(path: Path, content: bytes) -> None:
    """Write a file next to its destination and move it there in one step; a link still points to it.

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
    """Refuse a file that could not be replaced, before any work is done on its contents.

    Raises
    ------
    CommandError
        CANNOT_WRITE: it is read-only, it is not a file, or its folder is not there or takes no new file.
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
    """Refuse to replace a file that the command did not write: one that begins differently.

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
    _clear_what_killed_writers_left(target)
    handle, name = tempfile.mkstemp(prefix=f"{_part_prefix(target)}{os.getpid()}-", dir=target.parent)
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


def _part_prefix(target: Path) -> str:
    """How the names of a file's half-written copies begin; the computer's name tells them from other computers'."""
    computer = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
    return f".{target.name[:100]}.part-{computer}-"


def _clear_what_killed_writers_left(target: Path) -> None:
    """Delete half-written copies whose writer, a process on this computer, no longer exists."""
    for part in target.parent.glob(f"{glob.escape(_part_prefix(target))}*"):
        process = part.name.removeprefix(_part_prefix(target)).partition("-")[0]
        with contextlib.suppress(OSError):
            is_old = time.time() - part.stat().st_mtime > LONGEST_WRITE_S
            if is_old or (process.isdigit() and not _is_running(int(process))):
                part.unlink()


def _is_running(process: int) -> bool:
    """Whether a process exists on this computer; assumed on Windows, where asking would end it."""
    if os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
