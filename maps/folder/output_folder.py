"""The output folder: written whole or not at all."""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from filelock import FileLock, Timeout

from connected_place.gis_data.errors import CommandError, fault

MARK = "manifest.json"
"""A folder that holds it was made by an earlier run and may be replaced."""


class OutputError(CommandError):
    """The output folder cannot be written."""


def replace_folder(target: Path, fill: Callable[[Path], None]) -> None:
    """Build a folder beside its place and put it there in one step.

    Parameters
    ----------
    target : Path
        The folder; an earlier run's is replaced, any other one is left alone.
    fill : callable
        Writes the files into the empty folder that it is given.

    Raises
    ------
    OutputError
        NOT_OURS, FOLDER_BUSY or CANNOT_WRITE. Whatever happens, the target is as it was, or whole and new.
    """
    target = target.resolve()
    refuse_foreign(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(_lock_of(target)).acquire(timeout=0):
            _mend_after_a_crash(target)
            _build_and_swap(target, fill)
    except Timeout as error:
        raise OutputError(fault("FOLDER_BUSY", file=str(target))) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(fault("CANNOT_WRITE.folder", file=str(target), reason=reason)) from error


def refuse_foreign(target: Path) -> None:
    """Refuse to replace what no earlier run has made; asked before long work too, so that no one waits for a refusal.

    Raises
    ------
    OutputError
        NOT_OURS.
    """
    if target.is_dir() and (not any(target.iterdir()) or (target / MARK).is_file()):
        return
    if target.exists():
        raise OutputError(fault("NOT_OURS.folder", file=str(target)))


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts as UTF-8 by their path below a folder, with the line ends they have."""
    for name, text in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def _lock_of(target: Path) -> Path:
    """A lock for one folder, kept where temporary files go so that nothing is left beside the folder."""
    name = hashlib.sha256(str(target).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"connected-place-{name}.lock"


def _mend_after_a_crash(target: Path) -> None:
    """Put back the folder that a killed run had moved aside, and clear what it had begun."""
    old = target.with_name(f".{target.name}.old")
    if old.is_dir() and not target.exists():
        old.rename(target)
    for left in [*target.parent.glob(f".{glob.escape(target.name)}.part-*"), old]:
        shutil.rmtree(left, ignore_errors=True)


def _build_and_swap(target: Path, fill: Callable[[Path], None]) -> None:
    building = Path(tempfile.mkdtemp(prefix=f".{target.name}.part-", dir=target.parent))
    try:
        fill(building)
        _flush(building)
        building.chmod(0o755)
        _swap(building, target)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _swap(building: Path, target: Path) -> None:
    """Put the new folder where the old one is; the old one comes back if that fails."""
    if not target.exists():
        building.rename(target)
        return
    old = target.with_name(f".{target.name}.old")
    try:
        target.rename(old)
        building.rename(target)
    finally:
        if not target.exists():
            old.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _flush(folder: Path) -> None:
    """Have every file on the disk before the folder gets its name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
