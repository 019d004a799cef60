"""Candidates: every venue that could be chosen, each at one place inside the borough."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.spatial

from connected_place.coverage.demand.same_venues import once_each
from connected_place.coverage.places import refuse_own_outside
from connected_place.gis_data.crs import METRES, coordinates, postcode_mismatch
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.layers import Layer, Layers
from connected_place.gis_data.readers import VENUE_SOURCES

_NEIGHBOURS = 10
PAIRS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Venues with a position in the place.

    Attributes
    ----------
    frame : GeoDataFrame, EPSG:27700
        Indexed by `site_id`, sorted by it: `name, kind, postcode, listed_in, other_ids` (as `once_each` gives
        them), geometry.
    warnings : tuple of Fault
        Venues left out, venues that several lists have, and venues placed at their postcode only.
    """

    frame: gpd.GeoDataFrame
    warnings: tuple[Fault, ...]


def candidates(layers: Layers, directory: gpd.GeoDataFrame | None, outline: gpd.GeoDataFrame) -> Candidates:
    """Put the venues of all sources together.

    Parameters
    ----------
    layers : Layers
    directory : GeoDataFrame or None
        Postcodes with positions, for venues that give only a postcode.
    outline : GeoDataFrame
        The place; venues outside it are left out with a warning.

    Raises
    ------
    DataError
        NO_CANDIDATES, MOSTLY_OUTSIDE or SITE_DUPLICATE.
    """
    found = [_of_file(layer) for name in VENUE_SOURCES for layer in layers.of(name)]
    if not found:
        raise DataError(fault("NO_CANDIDATES.source"))
    venues = gpd.GeoDataFrame(pd.concat(found), crs=METRES)
    by_postcode = venues.geometry.isna()
    if directory is not None:
        venues = venues.set_geometry(venues.geometry.where(~by_postcode, _at_postcode(venues, directory)))
    venues = venues.assign(at_postcode=by_postcode)
    placed = venues.geometry.notna()
    once = once_each(venues[placed], by_postcode[placed])
    place = outline.geometry.union_all()
    inside = once.frame.geometry.intersects(place)
    if not inside.any():
        raise DataError(fault("NO_CANDIDATES.inside"))
    lists = ((str(group["source"].iloc[0]), str(file), group) for file, group in venues.groupby("file", sort=False))
    refuse_own_outside(lists, outline)
    kept = once.frame[inside].sort_index()
    _refuse_same_ids(kept)
    far = [] if directory is None else _far_from_postcode(venues[placed & ~by_postcode], directory)
    warnings = [
        *far,
        _twice(once.pairs),
        _warning("VENUE_NOT_PLACED", venues[~placed]),
        _warning("VENUE_OUTSIDE", once.frame[~inside]),
        _warning("VENUE_AT_POSTCODE", kept[kept["at_postcode"]]),
    ]
    return Candidates(
        frame=kept.drop(columns=["file", "row", "source", "at_postcode"]),
        warnings=tuple(warning for warning in warnings if warning),
    )


def _of_file(layer: Layer) -> pd.DataFrame:
    """The venues of a layer with their file, kind of source and row."""
    frame = layer.frame.assign(file=layer.provenance.file, source=layer.source)
    return frame if "row" in frame else frame.assign(row=range(2, 2 + len(frame)))


def _at_postcode(venues: gpd.GeoDataFrame, directory: gpd.GeoDataFrame) -> gpd.GeoSeries:
    places = directory.geometry.reindex(venues["postcode"])
    return gpd.GeoSeries(places.to_numpy(), index=venues.index, crs=METRES)


def _far_from_postcode(venues: gpd.GeoDataFrame, directory: gpd.GeoDataFrame) -> list[Fault]:
    """A warning for each file with venues whose own position and postcode contradict each other."""
    spacing_m = pd.Series(_spacing_m(directory), index=directory.index).reindex(venues["postcode"])
    faults = []
    for file, group in venues.assign(spacing_m=spacing_m.to_numpy()).groupby("file", sort=False):
        by_row = group.set_index("row")
        centres = gpd.GeoSeries(_at_postcode(group, directory).to_numpy(), index=by_row.index, crs=METRES)
        found = postcode_mismatch(by_row.geometry, centres, file=str(file), spacing_m=by_row["spacing_m"])
        if found is not None:
            names = ", ".join(sorted(by_row.loc[list(found.rows), "name"])[:3])
            faults.append(replace(found, value=names))
    return faults


def _spacing_m(directory: gpd.GeoDataFrame) -> np.ndarray:
    """How far from each postcode's centre its tenth neighbour lies; NaN where there are fewer."""
    if len(directory) <= _NEIGHBOURS:
        return np.full(len(directory), np.nan)
    spots = coordinates(directory.geometry)
    return np.asarray(scipy.spatial.cKDTree(spots).query(spots, k=_NEIGHBOURS + 1)[0][:, -1])


def _twice(pairs: tuple[str, ...]) -> Fault | None:
    """A warning on venues that several lists have."""
    if not pairs:
        return None
    shown = "; ".join(pairs[:PAIRS_SHOWN]) + ("; ..." if len(pairs) > PAIRS_SHOWN else "")
    return fault("VENUE_TWICE", blocks=False, count=len(pairs), pairs=shown)


def _refuse_same_ids(venues: gpd.GeoDataFrame) -> None:
    same = venues.index[venues.index.duplicated()]
    if len(same):
        raise DataError(fault("SITE_DUPLICATE.files", value=str(same[0]), count=len(same)))


def _warning(key: str, venues: gpd.GeoDataFrame) -> Fault | None:
    if not len(venues):
        return None
    names = ", ".join(sorted(venues["name"])[:3]) + (", ..." if len(venues) > 3 else "")
    return fault(key, value=names, blocks=False, count=len(venues))
