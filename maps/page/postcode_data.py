"""The postcodes of a page, in a dozen bytes each: where each is, and what can be had there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from connected_place.coverage.gaps import TIERS
from connected_place.coverage.postcode_spots import PostcodeSpots
from connected_place.maps.numerals import speed_text
from connected_place.maps.page.base_layers import characters, in_whole_degrees

_FORM = r"^([A-Z]{1,2}\d[A-Z\d]?)(\d)([A-Z]{2})$"
SHARE_NOT_REPORTED = -1


def postcodes_json(
    spots: PostcodeSpots | None, *, areas: Mapping[str, int], wards: Mapping[str, int], release_words: str
) -> dict[str, Any] | None:
    """Every postcode of a page; None where no directory was given.

    Parameters
    ----------
    spots : PostcodeSpots or None
    areas, wards : mapping of code to position
        Rows of the page's tables; postcodes of other wards are left out.

    release_words : str
        Who reported what can be had, and when.

    Returns
    -------
    dict
        `tiers`: words and key of each; `coverage`: distinct rows of whole percentages that cannot get each tier, -1
        where not reported; `sectors`: for each postcode sector ("RM18 8") a text of its units one after another: two
        letters, then the steps east and north from the one before (1e-5 degrees; the first from `origin`), and the
        positions of its area, its ward and its row of `coverage`, written as `characters` does.
    """
    if spots is None:
        return None
    here = spots.frame[spots.frame["ward_code"].isin(wards)]
    parts = here.index.to_series().str.replace(" ", "").str.extract(_FORM)
    here = here[parts[0].notna().to_numpy()]
    parts = parts.dropna()
    tiers = [key for key in TIERS if f"{key}_gap" in here and here[f"{key}_gap"].notna().any()]
    rows, distinct = _coverage(here, tiers)
    sectors = (parts[0] + " " + parts[1]).to_numpy()
    at = in_whole_degrees(here.geometry)
    origin = at.min(axis=0) if len(at) else np.zeros(2, dtype=np.int64)
    is_first = np.concatenate([[True], sectors[1:] != sectors[:-1]]) if len(sectors) else np.array([], dtype=bool)
    steps = np.diff(at, axis=0, prepend=0) if len(at) else at
    steps[is_first] = at[is_first] - origin
    area_at = here["area_code"].map(areas).fillna(-1).to_numpy(dtype=np.int64)
    ward_at = here["ward_code"].map(wards).to_numpy(dtype=np.int64)
    texts = _row_texts(np.column_stack([steps, area_at, ward_at, rows]))
    units = pd.Series(parts[2].to_numpy() + texts, index=sectors, dtype=object)
    return {
        "origin": origin.tolist(),
        "tiers": [[key, speed_text(key)] for key in tiers],
        "coverage": distinct,
        "sectors": units.groupby(level=0).agg("".join).to_dict(),
        "release": release_words if tiers else "",
        "directory": spots.directory,
    }


def _coverage(here: gpd.GeoDataFrame, tiers: list[str]) -> tuple[np.ndarray, list[list[int]]]:
    """For each postcode the position of its row among the distinct rows, and these."""
    shares = here[[f"{key}_gap" for key in tiers]].to_numpy(dtype="float64")
    # A single premises without the speed must not vanish, nor the last one that has it.
    percent = np.where(shares > 0, np.maximum(np.rint(100 * shares), 1), 0)
    percent = np.where(shares < 1, np.minimum(percent, 99), 100)
    whole = np.where(np.isnan(shares), SHARE_NOT_REPORTED, percent).astype(np.int64)
    distinct, rows = np.unique(whole, axis=0, return_inverse=True)
    return rows.reshape(-1), distinct.tolist()


def _row_texts(numbers: np.ndarray) -> np.ndarray:
    """Each row of numbers as one text."""
    text, lengths = characters(numbers.ravel())
    ends = np.cumsum(lengths.reshape(numbers.shape).sum(axis=1))
    starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    return np.array([text[start:end] for start, end in zip(starts, ends, strict=True)], dtype=object)
