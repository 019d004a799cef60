"""What a session of tests makes once for all its workers: kept on disk for the session, under a lock."""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

T = TypeVar("T")
STORE = "CONNECTED_PLACE_TEST_STORE"
"""Variable that tells the workers where the session keeps what it has made; conftest.py sets and removes it.

A session has a store of its own, so nothing outlives a change of the code.
"""


def store() -> Path:
    """The session's folder; outside a session (a test's module in a notebook) one of this process."""
    if STORE not in os.environ:
        os.environ[STORE] = tempfile.mkdtemp(prefix="connected-place-tests-")
    return Path(os.environ[STORE])


def made_once(name: str, make: Callable[[], T]) -> T:
    """A value that the first worker to ask makes and pickles, and every other reads.

    Parameters
    ----------
    name : str
        One name, one value; also the name of its file.
    make : callable
        Makes a value that can be pickled.
    """
    path = store() / f"{name}.pickle"
    with FileLock(f"{path}.lock"):
        if path.exists():
            return pickle.loads(path.read_bytes())
        value = make()
        _write_whole(path, pickle.dumps(value))
        return value


def folder_made_once(name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first worker to ask fills, and every other finds filled; not to be changed."""
    folder, done = store() / name, store() / f"{name}.done"
    with FileLock(store() / f"{name}.lock"):
        if not done.exists():
            make(folder)
            done.touch()
    return folder


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file that is never seen half written, even where its writer is killed."""
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)
