"""One run at a time into one folder, on this computer and on every other that sees the same disk."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from connected_place.gis_data.errors import Fault, fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who wrote a lock file: the computer, the process there, and when, as text for people."""

    computer: str
    process: int
    since: str


class FolderBusyError(Exception):
    """Another run is writing the folder: on this computer, or where a lock file says.

    Attributes
    ----------
    holder : Holder or None
        None: a run on this computer.
    lock : Path
    """

    def __init__(self, lock: Path, holder: Holder | None = None) -> None:
        super().__init__(lock, holder)
        self.lock, self.holder = lock, holder

    def fault_of(self, target: Path) -> Fault:
        """What to tell the one who wanted to write the folder."""
        if self.holder is None:
            return fault("FOLDER_BUSY.here", file=str(target))
        return fault(
            "FOLDER_BUSY.elsewhere",
            file=str(target),
            computer=self.holder.computer,
            since=self.holder.since,
            lock=str(self.lock),
        )


@contextlib.contextmanager
def locked(target: Path) -> Iterator[None]:
    """Keep a folder to this run.

    The system's own lock, in the folder for temporary files, ends with the process that took it, but other computers
    do not see it. So a small file beside the target names the computer and the process as well; one that a killed run
    of this computer left behind is known by that, since the system's lock was free.

    Parameters
    ----------
    target : Path
        Its parent must exist.

    Raises
    ------
    FolderBusyError
    OSError
    """
    path = target.with_name(f".{target.name[:200]}.lock")
    try:
        with FileLock(_system_lock(target)).acquire(timeout=0):
            _take(path)
            try:
                yield
            finally:
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)
    except Timeout as error:
        raise FolderBusyError(path) from error


def _system_lock(target: Path) -> Path:
    name = hashlib.sha256(str(target).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"connected-place-{name}.lock"


def _take(path: Path) -> None:
    """Write the lock file, unless another computer's is there."""
    text = json.dumps(
        {"computer": socket.gethostname(), "process": os.getpid(), "since": time.strftime("%Y-%m-%d %H:%M")}
    )
    for _ in range(2):
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
            return
        except FileExistsError:
            holder = _holder(path)
            if holder and holder.computer != socket.gethostname():
                raise FolderBusyError(path, holder) from None
            path.unlink(missing_ok=True)
    raise FolderBusyError(path)


def _holder(path: Path) -> Holder | None:
    """Who wrote a lock file; None where a killed run left it half written."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Holder(computer=str(content["computer"]), process=int(content["process"]), since=str(content["since"]))
    except (ValueError, KeyError, TypeError, FileNotFoundError):
        return None
