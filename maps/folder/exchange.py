"""Two folders that change places in one step, where the operating system can do that."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # Linux: renameat2
_RENAME_SWAP = 2  # macOS: renamex_np
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


def exchanged(first: Path, second: Path) -> bool:
    """Let two folders change places, so that at no moment either name is without a folder.

    Returns
    -------
    bool
        False: this system or this disk cannot do it, and nothing happened.

    Raises
    ------
    OSError
        It can, and it failed; nothing happened.
    """
    number = _exchange(os.fsencode(first), os.fsencode(second))
    if number == 0:
        return True
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(second))


def _exchange(first: bytes, second: bytes) -> int:
    """The system's own call; its error number, or 0."""
    if sys.platform not in ("linux", "darwin"):
        return errno.ENOSYS
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        answer = library.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE)
    elif sys.platform == "darwin" and hasattr(library, "renamex_np"):
        answer = library.renamex_np(first, second, _RENAME_SWAP)
    else:
        return errno.ENOSYS
    return 0 if answer == 0 else ctypes.get_errno()
