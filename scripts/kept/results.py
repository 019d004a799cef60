"""A folder of results, each under the hash of all that it depends on."""

from __future__ import annotations

import hashlib
import os
import pickle
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any

import platformdirs

from connected_place.scripts.kept.input_files import InputFiles

FOLDER_VARIABLE = "CONNECTED_PLACE_KEPT"
"""Environment variable: the folder for kept results, or "off"."""

MOST_BYTES = 500_000_000
"""Of all kept results together; those not used for longest are deleted first."""

MOST_BYTES_EACH = 150_000_000
"""Of one result; a larger one is not kept."""

_ENDING = ".result"
_DIGEST_BYTES = hashlib.sha256().digest_size
_UNREADABLE = (OSError, EOFError, ValueError, AttributeError, ImportError, IndexError, TypeError, pickle.PickleError)


def kept_folder() -> Path | None:
    """The user's own folder for kept results; None where nothing is to be kept.

    It is never the folder of a plan: a result is read with pickle, which runs what the file says, and a plan may have
    come with an email.
    """
    named = os.environ.get(FOLDER_VARIABLE, "")
    if named.strip().lower() == "off":
        return None
    return Path(named) if named else Path(platformdirs.user_cache_dir("connected-place", appauthor=False))


class KeptResults:
    """The kept results of one plan's files.

    Parameters
    ----------
    folder : Path or None
        None: nothing is kept.
    inputs : InputFiles
        What every result depends on.

    Notes
    -----
    A file is written beside its place and moved there, so it is never seen half written; it begins with a hash of the
    rest, so a damaged one counts as none. A folder that cannot be written, or a full disk, is no fault: the result is
    worked out again next time.
    """

    def __init__(self, folder: Path | None, inputs: InputFiles) -> None:
        self._folder, self._inputs, self._is_left = folder, inputs, folder is None

    def holds(self, key: str) -> bool:
        """Whether there is a file under a key."""
        path = self._path(key)
        return path is not None and path.is_file()

    def get(self, key: str) -> Any:
        """The result under a key.

        Raises
        ------
        KeyError
            There is none, or none that can be read.
        """
        path = self._path(key)
        if path is None:
            raise KeyError(key)
        try:
            result = _read(path)
            os.utime(path)
        except _UNREADABLE:  # overwritten when the result is worked out again
            raise KeyError(key) from None
        return result

    def put(self, key: str, result: Any) -> None:
        """Keep a result, unless it is too large or cannot be written."""
        path = self._path(key)
        if path is None:
            return
        content = pickle.dumps(result, protocol=5)
        if len(content) > MOST_BYTES_EACH:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(path, content)
            _make_room(path.parent)
        except OSError:
            return

    def leave_if_changed(self) -> None:
        """Keep and find nothing more if a file has changed since the first look at it."""
        self._is_left = self._is_left or self._inputs.digest() != self._digest

    def _path(self, key: str) -> Path | None:
        if self._is_left or self._folder is None or not self._digest:
            return None
        return self._folder / f"{hashlib.sha256(f'{self._digest}{key}'.encode()).hexdigest()}{_ENDING}"

    @cached_property
    def _digest(self) -> str:
        return self._inputs.digest()


def _read(path: Path) -> Any:
    """The result in a file.

    Raises
    ------
    ValueError
        The file is not as it was written.
    """
    written = memoryview(path.read_bytes())
    digest, content = written[:_DIGEST_BYTES], written[_DIGEST_BYTES:]
    if hashlib.sha256(content).digest() != digest:
        raise ValueError(path)
    return pickle.loads(content)


def _write(path: Path, content: bytes) -> None:
    handle, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(content).digest())
            file.write(content)
        Path(part).replace(path)
    except OSError:
        Path(part).unlink(missing_ok=True)
        raise


def _make_room(folder: Path) -> None:
    """Delete the results, and parts of a run that was killed, that were not used for longest, down to the limit."""
    with os.scandir(folder) as entries:
        files = [(entry.stat(), entry.path) for entry in entries if entry.name.endswith((_ENDING, ".part"))]
    left = sum(state.st_size for state, _ in files)
    for state, path in sorted(files, key=lambda each: (each[0].st_mtime, each[1])):
        if left <= MOST_BYTES:
            return
        Path(path).unlink(missing_ok=True)
        left -= state.st_size
