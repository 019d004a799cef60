"""The output folder: written whole or not at all."""

from __future__ import annotations

import errno
import glob
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from connected_place.gis_data.errors import CommandError, Fault, fault
from connected_place.maps.folder.exchange import exchanged
from connected_place.maps.folder.lock import FolderBusyError, locked
from connected_place.maps.folder.ownership import is_ours, sign, strangers

NAMED_MOST = 5
"""Files that a refusal names; the rest it counts."""


class OutputError(CommandError):
    """The output folder cannot be written."""


def replace_folder(target: Path, fill: Callable[[Path], None]) -> None:
    """Build a folder beside its place and put it there in one step.

    Parameters
    ----------
    target : Path
        The folder; an earlier run's is replaced, any other one is left alone, and so is one to which someone has
        added files.
    fill : callable
        Writes the files into the empty folder that it is given; its manifest.json then gains the list of them.

    Raises
    ------
    OutputError
        NOT_OURS, FILES_ADDED, FOLDER_BUSY or CANNOT_WRITE. Whatever happens, the target is as it was, or whole and
        new.
    """
    target = target.resolve()
    refuse_foreign(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with locked(target):
            _mend_after_a_crash(target)
            refuse_foreign(target)
            _build_and_swap(target, fill)
    except FolderBusyError as error:
        raise OutputError(error.fault_of(target)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(fault("CANNOT_WRITE.folder", file=str(target), reason=reason)) from error


def refuse_foreign(target: Path) -> None:
    """Refuse to replace what no earlier run made; asked before long work too, so that no one waits for a refusal.

    Raises
    ------
    OutputError
        NOT_OURS, or FILES_ADDED: it has files that the manifest of the earlier run does not list.
    """
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not target.is_dir() or not is_ours(target):
        raise OutputError(fault("NOT_OURS.folder", file=str(target)))
    added = strangers(target)
    if added:
        raise OutputError(_files_added(target, added))


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts as UTF-8 by their path below a folder, with the line ends they have."""
    for name, text in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


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
        sign(building)
        _flush(building)
        building.chmod(0o755)
        _swap(building, target)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _swap(building: Path, target: Path) -> None:
    """Put the new folder where the old one is; the old one stays, or comes back, if that fails."""
    if not target.exists():
        building.rename(target)
    elif not exchanged(building, target):
        _swap_by_two_renames(building, target)


def _swap_by_two_renames(building: Path, target: Path) -> None:
    """For systems that cannot exchange two folders: for a moment there is none at the target.

    Raises
    ------
    OSError
        If even the old folder could not be put back, its text says where it is.
    """
    old = target.with_name(f".{target.name}.old")
    try:
        target.rename(old)
        building.rename(target)
    finally:
        if not target.exists():
            _put_back(old, target)
    shutil.rmtree(old, ignore_errors=True)


def _put_back(old: Path, target: Path) -> None:
    try:
        old.rename(target)
    except OSError as error:
        raise OSError(error.errno or errno.EIO, f"{error.strerror}; the earlier folder is now {old}") from error


def _flush(folder: Path) -> None:
    """Have every file on the disk before the folder gets its name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def _files_added(target: Path, names: list[str]) -> Fault:
    named = ", ".join(names[:NAMED_MOST]) + (f" and {len(names) - NAMED_MOST} more" if len(names) > NAMED_MOST else "")
    return fault("FILES_ADDED", file=str(target), count=len(names), names=named)
