"""The record of downloads beside plan.toml: what each file was when it arrived."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from connected_place.gis_data.errors import DataError, fault
from connected_place.scripts.config.plan_file import PlanFile

DOWNLOADS_RECORD = "downloads.json"

DownloadsRecord = dict[str, dict[str, Any]]
"""By path as in plan.toml, with forward slashes."""


def recorded_hashes(plan: PlanFile) -> dict[str, str]:
    """SHA-256 of each file of a plan when it was downloaded from its url, by path.

    Raises
    ------
    DataError
        FETCH_RECORD.
    """
    record = read_record(plan.path.with_name(DOWNLOADS_RECORD))
    entries = {item.path: (item.url, record.get(item.path.replace("\\", "/"), {})) for item in plan.sources if item.url}
    return {path: str(entry.get("sha256", "")) for path, (url, entry) in entries.items() if entry.get("url") == url}


def read_record(path: Path) -> DownloadsRecord:
    """The record of earlier downloads; empty if there is none.

    Raises
    ------
    DataError
        FETCH_RECORD.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise DataError(fault("FETCH_RECORD.unreadable", file=DOWNLOADS_RECORD, reason=str(error))) from error
    if not isinstance(record, dict) or not all(isinstance(item, dict) for item in record.values()):
        raise DataError(fault("FETCH_RECORD.other", file=DOWNLOADS_RECORD))
    return record


def write_record(path: Path, record: DownloadsRecord) -> None:
    """Write the record in one step, so that it is always complete.

    Raises
    ------
    DataError
        FETCH_RECORD.
    """
    beside = path.with_name(f".{path.name}.part")
    text = json.dumps(record, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise DataError(fault("FETCH_RECORD.unwritable", file=DOWNLOADS_RECORD, reason=reason)) from error
