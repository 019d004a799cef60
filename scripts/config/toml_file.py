"""A plan.toml as TOML gives it, or why it cannot be read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from connected_place.gis_data.errors import CommandError, PlanFileError, fault


def read_toml(path: Path) -> dict[str, Any]:
    """The content of a plan.toml.

    Raises
    ------
    CommandError
        NO_PLAN.
    PlanFileError
        NOT_TOML, PATH_NOT_READABLE.
    """
    if not path.is_file():
        raise CommandError(fault("NO_PLAN", file=str(path)))
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise PlanFileError(fault("NOT_TOML.plan", file=path.name, reason=str(error))) from error
    except UnicodeDecodeError as error:
        raise PlanFileError(fault("NOT_TOML.text", file=path.name)) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, thousands of brackets
        raise PlanFileError(fault("NOT_TOML.endless", file=path.name)) from error
    except OSError as error:
        raise PlanFileError(fault("PATH_NOT_READABLE", file=path.name, reason=error.strerror or str(error))) from error
