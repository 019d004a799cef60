"""The output folder of a run, read back: its tables and its manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from connected_place.gis_data.errors import CommandError, DataError, fault
from connected_place.maps.folder.ownership import MANIFEST

_TABLES = {"areas": "area_code", "wards": "area_code", "sites": "site_id"}
"""Tables that are read back, and the column that tells their rows apart."""

PARTS_OF_MANIFEST = ("place", "inputs", "parameters", "borough", "versions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run wrote.

    Attributes
    ----------
    folder : Path
    manifest : mapping
    areas, wards, sites : DataFrame of text
        As in the CSV files, indexed by code; empty cells are "".
    """

    folder: Path
    manifest: Mapping[str, Any]
    areas: pd.DataFrame
    wards: pd.DataFrame
    sites: pd.DataFrame


def read_run(folder: Path) -> Run:
    """Read an output folder.

    Raises
    ------
    CommandError
        NOT_A_RUN: there is no such folder, or no run has made it.
    DataError
        RUN_DAMAGED: a file of it is missing, cut short or changed by hand beyond reading.
    """
    if not (folder / MANIFEST).is_file():
        raise CommandError(fault("NOT_A_RUN", file=str(folder)))
    manifest = _manifest(folder / MANIFEST)
    tables = {name: _table(folder / f"{name}.csv", key) for name, key in _TABLES.items()}
    return Run(folder=folder, manifest=manifest, **tables)


def numbers(column: pd.Series) -> pd.Series:
    """A column of text as numbers; NaN where it is empty or no number."""
    return pd.to_numeric(column.where(column != ""), errors="coerce").astype("float64")


def _manifest(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise DataError(fault("RUN_DAMAGED.unreadable", file=str(path), reason=str(error))) from error
    lacking = [part for part in PARTS_OF_MANIFEST if not isinstance(content, dict) or part not in content]
    if lacking:
        raise DataError(fault("RUN_DAMAGED.parts", file=str(path), missing=", ".join(lacking)))
    return dict(content)


def _table(path: Path, key: str) -> pd.DataFrame:
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (ValueError, OSError) as error:
        raise DataError(fault("RUN_DAMAGED.unreadable", file=str(path), reason=str(error))) from error
    if key not in frame or frame[key].duplicated().any():
        raise DataError(fault("RUN_DAMAGED.rows", file=str(path), column_name=key))
    return frame.set_index(key).sort_index()
