"""Footfall at any points: measured, estimated where that is shown to be better than a mean, else an index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from connected_place.coverage.footfall.counters import Counters, counters
from connected_place.coverage.footfall.index import (
    SCALES,
    index_of_people,
    index_of_surroundings,
    index_words,
    is_of_homes,
    known_scales,
)
from connected_place.coverage.footfall.model import (
    BY_SURROUNDINGS,
    FEATURES,
    NAMES,
    Evidence,
    estimate,
    evidence,
    names_known,
)
from connected_place.coverage.footfall.surroundings import at_points, surroundings
from connected_place.coverage.footfall.validation import FEWEST_COUNTERS, Validation, validate
from connected_place.gis_data.errors import Fault, fault
from connected_place.gis_data.layers import Layer, Layers

SPOT_M = 25.0
"""A point this close to a counter is the counter's own spot."""

FAR_M = 500.0
"""Farther than this from every counter nothing is estimated from positions alone (project's proposal)."""

MOST_SHARE = 0.9
"""The index uses estimates if they cover at least this share of the points (project's proposal)."""

SEED = 20_260_131
HOURS_WORDS = "People an hour on a typical weekday from 08:00 to 18:00"
BASIS_WORDS = {
    "counters": "Footfall is an index from 0 to 100 of people an hour: 0 at 10 or fewer, 100 at 5,000 or more.",
    "raster": "Footfall is an index from 0 to 100 of a footfall grid: 0 at 10 or fewer, 100 at 5,000 or more.",
    "none": "Footfall is not known.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Footfall:
    """Footfall of n points.

    Attributes
    ----------
    index : array (n,)
        0 to 100, one scale for all points of a plan: that of `basis`. NaN: not known.
    people_per_hour : array (n,)
        On a typical weekday from 08:00 to 18:00; NaN where neither measured nor estimated.
    given : array (n,) of str
        Where each figure comes from: "measured" (a counter's own spot), "estimated" (from counters), "grid" (a footfall
        grid that was given), "index" or "none".
    basis : str
        Of the index: "counters", "raster", "index" (surroundings) or "none".
    validation : Validation or None
        None with fewer than five counters.
    only_homes : bool
        The index is of homes and addresses alone: no other data were given.
    sentence : str
        What the numbers are and how far they can be trusted; to be printed beside them.
    profiles : DataFrame
        Typical days of the counters, as `footfall_profiles.profiles`; empty without counters.
    counters : DataFrame indexed by counter_id
        `name, easting, northing, people_per_hour, people_per_weekday, people_per_saturday, days, since, until`.
    cleaning : DataFrame indexed by counter_id
        What became of every hour of the counts.
    warnings : tuple of Fault
    """

    index: np.ndarray
    people_per_hour: np.ndarray
    given: np.ndarray
    basis: str
    validation: Validation | None
    only_homes: bool
    sentence: str
    profiles: pd.DataFrame
    counters: pd.DataFrame
    cleaning: pd.DataFrame
    warnings: tuple[Fault, ...]


def footfall(layers: Layers, points: np.ndarray, *, seed: int = SEED) -> Footfall:
    """Say how busy points are, and how that is known.

    Parameters
    ----------
    layers : Layers
    points : array (n, 2)
        Easting and northing, EPSG:27700, metres.
    seed : int
        Of the shuffled control.

    Notes
    -----
    People an hour are estimated only where the estimate passes its validation, and only as far as that reaches: not
    farther from a counter than a counter left out was from the next one, and where surroundings are used not beyond
    those of the counters. Counters are put in busy places and say little about others. No estimate replaces a counter's
    own figure.

    The index has one basis for all points, so that points can be compared: people an hour where they are known at nine
    points of ten, else a footfall grid where one is given, else the surroundings.
    """
    counted = counters(layers)
    around = surroundings(layers, np.vstack([points, counted.spots]), names={*SCALES, *FEATURES})
    here, there = around.iloc[: len(points)], around.iloc[len(points) :]
    known = evidence(counted.spots, there, counted.people)
    validation = validate(known, seed=seed) if len(counted.spots) >= FEWEST_COUNTERS else None
    people = _estimates(known, validation, points=points, here=here[names_known(there)])
    estimated = ~np.isnan(people)
    people, measured = _with_measured(people, points, counted)
    estimated &= ~measured
    grids = layers.of("footfall-raster")
    basis, index = _index(people, grids, here=here, points=points)
    return Footfall(
        index=index,
        people_per_hour=people,
        given=_given(index, basis=basis, estimated=estimated, measured=measured),
        basis=basis,
        validation=validation,
        only_homes=basis == "index" and is_of_homes(here),
        sentence=_sentence(basis, counted, validation, here=here, grids=grids, estimated=estimated),
        profiles=counted.profiles,
        counters=counted.frame,
        cleaning=counted.cleaning,
        warnings=(*counted.warnings, *_not_known(index)),
    )


def _estimates(known: Evidence, validation: Validation | None, *, points: np.ndarray, here: pd.DataFrame) -> np.ndarray:
    """People an hour at points, as far as the validation reaches; NaN elsewhere."""
    if validation is None or not validation.is_better:
        return np.full(len(points), np.nan)
    way = NAMES.index(validation.way)
    at = Evidence(places=points, features=np.log1p(here.to_numpy(dtype="float64")), log_people=np.empty(0))
    tested = _metres_to_counter(points, known.places) <= reach_m(known.places, way=way)
    if way == BY_SURROUNDINGS:
        low, high = known.features.min(axis=0), known.features.max(axis=0)
        tested &= ((at.features >= low) & (at.features <= high)).all(axis=1)
    return np.where(tested, estimate(known, at, way=way), np.nan)


def reach_m(spots: np.ndarray, *, way: int) -> float:
    """How far from a counter an estimate was tested: as far as a counter left out is from the nearest of the others.

    Examples
    --------
    >>> spots = np.array([[0.0, 0], [0, 90], [0, 990]])
    >>> reach_m(spots, way=BY_SURROUNDINGS), reach_m(spots, way=0)
    (900.0, 500.0)
    """
    farthest_m = float(cKDTree(spots).query(spots, k=2)[0][:, 1].max())
    return farthest_m if way == BY_SURROUNDINGS else min(farthest_m, FAR_M)


def _index(
    people: np.ndarray, grids: tuple[Layer, ...], *, here: pd.DataFrame, points: np.ndarray
) -> tuple[str, np.ndarray]:
    """Basis and index, one for all points."""
    if len(people) and np.mean(~np.isnan(people)) >= MOST_SHARE:
        return "counters", index_of_people(people)
    if grids:
        return "raster", index_of_people(at_points(grids[0].raster, points))
    return ("index" if known_scales(here) else "none"), index_of_surroundings(here)


def _with_measured(people: np.ndarray, points: np.ndarray, counted: Counters) -> tuple[np.ndarray, np.ndarray]:
    """People an hour with the counters' own figures at their own spots, and which points those are."""
    if not len(counted.spots) or not len(points):
        return people, np.zeros(len(points), dtype=bool)
    distance_m, nearest = cKDTree(counted.spots).query(points)
    measured = distance_m <= SPOT_M
    return np.where(measured, counted.people[nearest], people), measured


def _given(index: np.ndarray, *, basis: str, estimated: np.ndarray, measured: np.ndarray) -> np.ndarray:
    words = np.where(np.isnan(index), "none", {"raster": "grid", "index": "index"}.get(basis, "none"))
    return np.where(measured, "measured", np.where(estimated, "estimated", words)).astype(object)


def _metres_to_counter(points: np.ndarray, spots: np.ndarray) -> np.ndarray:
    return np.asarray(cKDTree(spots).query(points)[0])


# --- words ---------------------------------------------------------------------------------------------------


def _sentence(
    basis: str,
    counted: Counters,
    validation: Validation | None,
    *,
    here: pd.DataFrame,
    grids: tuple[Layer, ...],
    estimated: np.ndarray,
) -> str:
    """What the numbers are, and how far off they may be."""
    parts = [index_words(here) if basis == "index" else BASIS_WORDS[basis]]
    if basis == "raster":
        parts.append(f"It is based on the grid {grids[0].provenance.file}, which was not checked against counters.")
    if len(counted.spots):
        parts.append(f"{HOURS_WORDS} are given at the {len(counted.spots)} counter(s) that measured them")
        if validation is not None and estimated.any():
            parts[-1] += f", and were estimated from them for {estimated.sum():,} point(s) by {validation.way}"
        parts[-1] += f"; {counted.period}."
    if validation is not None:
        parts.append(validation.sentence)
    elif len(counted.spots):
        parts.append(f"With fewer than {FEWEST_COUNTERS} counters, none can be left out to test an estimate.")
    return " ".join(parts)


def _not_known(index: np.ndarray) -> tuple[Fault, ...]:
    lost = int(np.isnan(index).sum())
    if not lost or lost == len(index):
        return ()
    return (fault("FOOTFALL_NOT_KNOWN", blocks=False, count=lost, total=len(index)),)
