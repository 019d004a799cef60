"""Counters with their figures: which counts belong to which position, cleaned, and people an hour at each."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from connected_place.coverage.footfall.profiles import counter_levels, period_words, profiles, without_sensor_errors
from connected_place.gis_data.crs import METRES, coordinates
from connected_place.gis_data.errors import Fault, fault
from connected_place.gis_data.layers import Layers

SMALL_WORDS = re.compile(r"(?<![a-z])(?:at|the|of|and)(?![a-z])|(?<=[a-z])(?:At|The|Of|And)(?=[A-Z])")
LEAST_SHARE = 0.5
"""An abbreviation keeps at least half of the letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """What counters counted.

    Attributes
    ----------
    frame : DataFrame indexed by counter_id, sorted by it
        Counters with a position and a figure: `name, easting, northing` and the columns of `footfall_profiles.levels`.
    profiles : DataFrame
        As `footfall_profiles.profiles` gives it; `counter_id` is that of the positions.
    cleaning : DataFrame indexed by counter_id
        `name` and the account of `footfall_profiles.clean`.
    period : str
        When it was counted, in words; "" without counters.
    warnings : tuple of Fault
    """

    frame: pd.DataFrame
    profiles: pd.DataFrame
    cleaning: pd.DataFrame
    period: str
    warnings: tuple[Fault, ...]

    @property
    def spots(self) -> np.ndarray:
        """Easting and northing, shape (n, 2)."""
        return np.asarray(self.frame[["easting", "northing"]].to_numpy(dtype="float64").reshape(-1, 2))

    @property
    def people(self) -> np.ndarray:
        """People an hour, shape (n,)."""
        return np.asarray(self.frame["people_per_hour"].to_numpy(dtype="float64"))


NOTHING = Counters(
    frame=pd.DataFrame(columns=["name", "easting", "northing", "people_per_hour"]),
    profiles=pd.DataFrame(columns=["counter_id", "day", "hour", "people", "low", "high", "days"]),
    cleaning=pd.DataFrame(),
    period="",
    warnings=(),
)


def counters(layers: Layers) -> Counters:
    """Clean the hourly counts, put them at the positions of their counters and take the typical day.

    Parameters
    ----------
    layers : Layers
        Of the kinds footfall-counters and footfall-hourly; there are no counters unless both are given.
    """
    positions = [layer.frame for layer in layers.of("footfall-counters") if len(layer.frame)]
    hourly = [layer.frame for layer in layers.of("footfall-hourly") if len(layer.frame)]
    if not positions or not hourly:
        return replace(NOTHING, warnings=_half_given(bool(positions), bool(hourly)))
    places = gpd.GeoDataFrame(pd.concat(positions), crs=METRES)
    places = gpd.GeoDataFrame(places[~places.index.duplicated()]).sort_index()
    hours = pd.concat(hourly)
    codes, counted = pd.factorize(hours["counter_id"])
    names = match(pd.Index(counted), places["name"])
    hours = hours.assign(counter_id=_renamed(codes, names)).dropna(subset=["counter_id", "count"])
    file = layers.of("footfall-hourly")[0].provenance.file
    if not len(hours):
        return replace(NOTHING, warnings=_matching(names, places["name"], file))
    cleaned = without_sensor_errors(hours)
    typical = profiles(cleaned)
    found = counter_levels(typical)
    xy = pd.DataFrame(coordinates(places.geometry), index=places.index, columns=["easting", "northing"])
    frame = places[["name"]].join(xy).join(found, how="inner")
    cleaning = places[["name"]].join(cleaned.account, how="inner")
    return Counters(
        frame=frame.dropna(subset=["people_per_hour"]),
        profiles=typical,
        cleaning=cleaning,
        period=period_words(typical),
        warnings=(
            *_matching(names, places["name"], file),
            *_removed(cleaning, file),
            *_too_short(frame, file),
            *_different_periods(typical, file),
        ),
    )


def match(counted: pd.Index, names: pd.Series) -> pd.Series:
    """Which position each counted name belongs to: by id, by name, or by a name shortened in one way only.

    Parameters
    ----------
    counted : Index of str
        Ids in the hourly counts.
    names : Series indexed by counter_id
        Names of the positions.

    Returns
    -------
    Series indexed by `counted`
        counter_id; None where none fits, or more than one does.

    Examples
    --------
    >>> names = pd.Series({"C1": "Dortmund Square", "C2": "Briggate", "C3": "Briggate at McDonalds"})
    >>> match(pd.Index(["C1", "briggate", "BriggateAtMcDs", "Headrow"]), names).tolist()
    ['C1', 'C2', 'C3', None]
    """
    found: dict[str, str] = {name: name for name in counted if name in names.index}
    letters = {code: _letters(name) for code, name in names.items()}
    for is_same in (str.__eq__, _shortens):
        open_ids = [code for code in names.index if code not in found.values()]
        open_names = [name for name in counted if name not in found]
        pairs = [(name, code) for name in open_names for code in open_ids if is_same(_letters(name), letters[code])]
        found |= {name: code for name, code in pairs if _are_unique(pairs, name, code)}
    return pd.Series([found.get(name) for name in counted], index=counted, dtype=object)


def _renamed(codes: np.ndarray, names: pd.Series) -> pd.Categorical:
    """Ids of positions for millions of rows at once."""
    positions, ids = pd.factorize(names)
    return pd.Categorical.from_codes(positions[codes], categories=ids)


def _letters(name: str) -> str:
    """Letters and digits of a name in small letters, without small words.

    Examples
    --------
    >>> _letters("BriggateAtMcDs"), _letters("The Headrow, north")
    ('briggatemcds', 'headrownorth')
    """
    without = SMALL_WORDS.sub(" ", name[:1].lower() + name[1:] if name[:1].isupper() else name)
    return re.sub(r"[^a-z0-9]", "", without.casefold())


def _shortens(short: str, long: str) -> bool:
    """True where the longer name begins like the shorter one and contains all its letters in order."""
    rest = iter(long)
    in_order = all(letter in rest for letter in short)
    return bool(short) and short[0] == long[:1] and len(short) >= LEAST_SHARE * len(long) and in_order


def _are_unique(pairs: list[tuple[str, str]], name: str, code: str) -> bool:
    return sum(first == name for first, _ in pairs) == 1 and sum(second == code for _, second in pairs) == 1


# --- warnings ------------------------------------------------------------------------------------------------


def _half_given(has_positions: bool, has_counts: bool) -> tuple[Fault, ...]:
    if has_positions == has_counts:
        return ()
    return (_warning("FOOTFALL_HALF.positions" if has_positions else "FOOTFALL_HALF.counts", ""),)


def _matching(names: pd.Series, positions: pd.Series, file: str) -> tuple[Fault, ...]:
    """What the ids of counts and positions say of each other."""
    lost = names.index[names.isna()]
    silent = positions.index.difference(pd.Index(names.dropna()))
    by_name = [
        f"{name} is {positions[code]} ({code})" for name, code in names.dropna().items() if str(name) != str(code)
    ]
    found = []
    if len(lost):
        found.append(_warning("FOOTFALL_UNPLACED", file, value=", ".join(map(str, lost[:6])), count=len(lost)))
    if len(silent):
        found.append(_warning("FOOTFALL_SILENT", file, value=", ".join(map(str, silent[:6])), count=len(silent)))
    if by_name:
        found.append(_warning("FOOTFALL_BY_NAME", file, count=len(by_name), pairs="; ".join(by_name)))
    return tuple(found)


def _removed(account: pd.DataFrame, file: str) -> tuple[Fault, ...]:
    """Hours that no people made, by reason."""
    reasons = {
        "stuck": "the same count hour after hour",
        "copied": "copied from another day or counter",
        "zeros": "zero where people always pass",
        "jumps": "far from the hours beside them",
    }
    total = {reason: int(account[reason].sum()) for reason in reasons}
    if not sum(total.values()):
        return ()
    listed = ", ".join(f"{count:,} {reasons[reason]}" for reason, count in total.items() if count)
    return (
        _warning(
            "FOOTFALL_REMOVED",
            file,
            count=sum(total.values()),
            total=int(account["hours"].sum()),
            reasons=listed,
        ),
    )


def _too_short(frame: pd.DataFrame, file: str) -> tuple[Fault, ...]:
    short = frame.index[frame["people_per_hour"].isna()]
    if not len(short):
        return ()
    return (_warning("FOOTFALL_SHORT", file, value=", ".join(map(str, short[:6])), count=len(short)),)


def _different_periods(typical: pd.DataFrame, file: str) -> tuple[Fault, ...]:
    if typical["common"].all():
        return ()
    return (_warning("FOOTFALL_PERIODS", file),)


def _warning(key: str, file: str, *, value: str = "", **fields: Any) -> Fault:
    return fault(key, file=file, value=value, blocks=False, **fields)
