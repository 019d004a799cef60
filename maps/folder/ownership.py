"""Which folders an earlier run made, and which files in them it wrote: nothing else is ever replaced."""

from __future__ import annotations

import fnmatch
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

MANIFEST = "manifest.json"
MAKER = "connected-place"

LEFT_BY_PROGRAMS = (".DS_Store", "Thumbs.db", "desktop.ini", "~$*", ".~lock.*#", "*.gpkg-shm", "*.gpkg-wal")
"""Files that an operating system or an office or GIS program puts beside what it shows; they are nobody's work."""


def sign(folder: Path) -> None:
    """Record in a folder's manifest that we made it, and each of its files with its SHA-256.

    Raises
    ------
    OSError
    """
    path = folder / MANIFEST
    content = _manifest_of(folder) or {}
    names = sorted(_names(folder) - {MANIFEST})
    files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    text = json.dumps({**content, "made_by": MAKER, "files": files}, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8", newline="")


def is_ours(folder: Path) -> bool:
    """Whether an earlier run made a folder: its manifest says so, whatever else is called manifest.json."""
    content = _manifest_of(folder)
    if content is None:
        return False
    versions = content.get("versions")
    is_of_an_older_version = isinstance(versions, dict) and MAKER in versions and "plan_file_sha256" in content
    return content.get("made_by") == MAKER or is_of_an_older_version


def strangers(folder: Path) -> list[str]:
    """Files of a folder that its manifest does not list, so that someone else put them there; sorted.

    Raises
    ------
    OSError
    """
    content = _manifest_of(folder) or {}
    listed = content.get("files")
    known = {MANIFEST, *(listed if isinstance(listed, dict) else ())}
    return sorted(name for name in _names(folder) - known if not _is_left_by_a_program(name))


def _manifest_of(folder: Path) -> Mapping[str, object] | None:
    """The manifest as an object; None where there is none, or where it is something else of that name."""
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _names(folder: Path) -> set[str]:
    """Every file and link below a folder, and every empty folder, by its path from there."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_dir() or not any(path.iterdir()):
            found.add(path.relative_to(folder).as_posix())
    return found


def _is_left_by_a_program(name: str) -> bool:
    return any(fnmatch.fnmatchcase(name.rsplit("/", 1)[-1], pattern) for pattern in LEFT_BY_PROGRAMS)
