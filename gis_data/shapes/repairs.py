"""Shapes that cross themselves, repaired where it is clear what they enclose, with how much each changed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from connected_place.gis_data.errors import DataError, Fault
from connected_place.gis_data.files import InputFile

M2_PER_HA = 10_000.0
SAME_SHARE = 1e-6
"""Areas that differ by less are the same: rounding of sums."""

FEW_CORNERS = 2_000
MOST_CROSSINGS_PER_CORNER = 20
"""A repair cuts each line at each crossing, and n lines may have n squared. Hand-drawn shapes have a handful; a
shape of 100,000 corners that all cross would take hours and more memory than there is."""

_PAIRS_AT_ONCE = 5_000_000


def repaired(source: InputFile, frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Fault]]:
    """Valid shapes, with a warning that says how the repaired ones changed.

    Parameters
    ----------
    source : InputFile
    frame : GeoDataFrame
        In metres; the index counts features from 1.

    Raises
    ------
    DataError
        GEOM_REPAIR: a shape encloses nothing once it is repaired, or would gain its hole as land; TOO_LARGE: it
        crosses itself too often.
    """
    shapes = frame.geometry.to_numpy().copy()
    invalid = ~shapely.is_valid(shapes)
    if not invalid.any():
        return frame, []
    rows, before = frame.index[invalid].to_numpy(), np.asarray(shapes[invalid])
    tangled = np.array([_is_tangled(shape) for shape in before])
    if tangled.any():
        raise DataError(source.fault("TOO_LARGE.crossings", rows=tuple(rows[tangled].tolist())))
    after = _made_valid(before)
    faults = _failures(source, rows, before, after)
    if faults:
        raise DataError(faults)
    shapes[invalid] = after
    return frame.set_geometry(np.asarray(shapes), crs=frame.crs), [_repair(source, rows, before, after)]


def _made_valid(shapes: np.ndarray) -> np.ndarray:
    return np.asarray(shapely.make_valid(shapes, method="structure", keep_collapsed=False))


def _failures(source: InputFile, rows: np.ndarray, before: np.ndarray, after: np.ndarray) -> list[Fault]:
    """Shapes that a repair makes nothing of, or more than what their outer rings enclose."""
    areal = shapely.get_dimensions(before) == 2
    after_m2 = np.where(areal, shapely.area(after), 0.0)
    nothing = shapely.is_empty(after) | (areal & (after_m2 == 0))
    whole_m2 = np.zeros(len(before))
    whole_m2[areal] = shapely.area(_made_valid(_without_holes(before[areal])))
    grown = areal & (after_m2 > whole_m2 * (1 + SAME_SHARE))
    faults = []
    if nothing.any():
        faults.append(source.fault("GEOM_REPAIR.nothing", rows=tuple(rows[nothing].tolist()), count=int(nothing.sum())))
    if grown.any():
        faults.append(source.fault("GEOM_REPAIR.hole", rows=tuple(rows[grown].tolist()), count=int(grown.sum())))
    return faults


def _without_holes(shapes: np.ndarray) -> np.ndarray:
    """Polygons and multipolygons, each of their parts by its outer ring alone."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    shells = np.asarray(shapely.polygons(shapely.get_exterior_ring(parts)))
    return np.asarray(shapely.multipolygons(shells, indices=owner)) if len(shells) else shapes


def _repair(source: InputFile, rows: np.ndarray, before: np.ndarray, after: np.ndarray) -> Fault:
    """A warning with the row and the areas of the shape that changed most."""
    areas_ha = np.abs(shapely.area(before)) / M2_PER_HA, shapely.area(after) / M2_PER_HA
    most = int(np.argmax(np.abs(areas_ha[1] - areas_ha[0])))
    was, now = (f"{area[most]:,.4g}" for area in areas_ha)
    fault_rows = tuple(rows.tolist())
    return source.warning(
        "GEOM_INVALID_REPAIRED", rows=fault_rows, count=len(rows), row=int(rows[most]), was=was, now=now
    )


def _is_tangled(shape: shapely.Geometry) -> bool:
    """True where a shape crosses itself so often that a repair would not end; the count stops at the limit."""
    if shapely.get_num_coordinates(shape) <= FEW_CORNERS:
        return False
    corners, ring = shapely.get_coordinates(shapely.get_rings(shape), return_index=True)
    within = ring[1:] == ring[:-1]
    lines = np.asarray(shapely.linestrings(np.stack([corners[:-1][within], corners[1:][within]], axis=1)))
    tree, limit, found = shapely.STRtree(lines), MOST_CROSSINGS_PER_CORNER * len(lines), 0
    step = max(1, _PAIRS_AT_ONCE // len(lines))
    for first in range(0, len(lines), step):
        found += len(tree.query(lines[first : first + step], predicate="intersects")[0])
        if found > limit:
            return True
    return False
