"""Candidates: every venue that could be chosen, each at one place inside the borough."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from connected_place.gis_data.crs import METRES, postcode_mismatch
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.layers import Layers
from connected_place.gis_data.readers import VENUE_SOURCES


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Venues with a position in the place.

    Attributes
    ----------
    frame : GeoDataFrame, EPSG:27700
        Indexed by `site_id`, sorted by it: `name, kind, postcode`, geometry.
    warnings : tuple of Fault
        Venues left out, and venues placed at their postcode only.
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
        NO_CANDIDATES or SITE_DUPLICATE.
    """
    found = [layer.frame for source in VENUE_SOURCES for layer in layers.of(source)]
    if not found:
        raise DataError(fault("NO_CANDIDATES.source"))
    venues = gpd.GeoDataFrame(pd.concat(found), crs=METRES)
    _refuse_same_ids(venues)
    by_postcode = venues.geometry.isna()
    if directory is not None:
        venues = venues.set_geometry(venues.geometry.where(~by_postcode, _at_postcode(venues, directory)))
    placed = venues.geometry.notna()
    inside = placed & venues.geometry.intersects(outline.geometry.union_all())
    if not inside.any():
        raise DataError(fault("NO_CANDIDATES.inside"))
    warnings = [
        None if directory is None else _far_from_postcode(venues[inside & ~by_postcode], directory),
        _warning("VENUE_NOT_PLACED", venues[~placed]),
        _warning("VENUE_OUTSIDE", venues[placed & ~inside]),
        _warning("VENUE_AT_POSTCODE", venues[by_postcode & inside]),
    ]
    kept = venues[inside].sort_index()
    return Candidates(frame=kept, warnings=tuple(warning for warning in warnings if warning))


def _at_postcode(venues: gpd.GeoDataFrame, directory: gpd.GeoDataFrame) -> gpd.GeoSeries:
    places = directory.geometry.reindex(venues["postcode"])
    return gpd.GeoSeries(places.to_numpy(), index=venues.index, crs=METRES)


def _far_from_postcode(venues: gpd.GeoDataFrame, directory: gpd.GeoDataFrame) -> Fault | None:
    """A warning on venues whose own position and postcode contradict each other."""
    found = postcode_mismatch(venues.geometry, _at_postcode(venues, directory), file="")
    if found is None:
        return None
    names = ", ".join(sorted(venues.loc[list(found.rows), "name"])[:3])
    return replace(found, rows=(), value=names, blocks=False)


def _refuse_same_ids(venues: gpd.GeoDataFrame) -> None:
    same = venues.index[venues.index.duplicated()]
    if len(same):
        raise DataError(fault("SITE_DUPLICATE.files", value=str(same[0]), count=len(same)))


def _warning(key: str, venues: gpd.GeoDataFrame) -> Fault | None:
    if not len(venues):
        return None
    names = ", ".join(sorted(venues["name"])[:3]) + (", ..." if len(venues) > 3 else "")
    return fault(key, value=names, blocks=False, count=len(venues))
