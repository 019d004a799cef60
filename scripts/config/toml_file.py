"""A plan.toml as TOML gives it, or why it cannot be read."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any

from connected_place.gis_data.errors import CommandError, PlanFileError, fault


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """The content of a plan.toml, and the SHA-256 of the bytes that it was read from."""
    content = _content(path)
    return _toml(path, content), hashlib.sha256(content).hexdigest()


def _content(path: Path) -> bytes:
    """The bytes of a plan.toml.

    Raises
    ------
    CommandError
        NO_PLAN.
    PlanFileError
        PATH_NOT_READABLE.
    """
    if not path.is_file():
        raise CommandError(fault("NO_PLAN", file=str(path)))
    try:
        return path.read_bytes()
    except OSError as error:
        raise PlanFileError(fault("PATH_NOT_READABLE", file=path.name, reason=error.strerror or str(error))) from error


def _toml(path: Path, content: bytes) -> dict[str, Any]:
    """A plan.toml as TOML gives it.

    Raises
    ------
    PlanFileError
        NOT_TOML.
    """
    try:
        return tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise PlanFileError(fault("NOT_TOML.plan", file=path.name, reason=str(error))) from error
    except UnicodeDecodeError as error:
        raise PlanFileError(fault("NOT_TOML.text", file=path.name)) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, thousands of brackets
        raise PlanFileError(fault("NOT_TOML.endless", file=path.name)) from error
