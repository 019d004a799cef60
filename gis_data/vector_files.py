"""A boundary file as checked shapes in British National Grid: GeoJSON, GeoPackage or shapefile, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from connected_place.gis_data.crs import METRES, bounds_fault
from connected_place.gis_data.errors import CrsError, DataError, Fault
from connected_place.gis_data.input_files import InputFile

if TYPE_CHECKING:
    import geopandas as gpd

ALLOWED_DRIVERS = {".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GPKG", ".shp": "ESRI Shapefile"}
MAGIC = {"GeoJSON": b"{", "GPKG": b"SQLite format 3\0", "ESRI Shapefile": b"\x00\x00\x27\x0a"}
SHAPEFILE_PARTS = (".shx", ".dbf", ".prj")
GEOMETRY_TYPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """Features of a file.

    Attributes
    ----------
    frame : GeoDataFrame, EPSG:27700
        Attributes as text; the index counts features from 1.
    crs : str
        As the file states it.
    faults : tuple of Fault
        Warnings; what blocks was raised.
    """

    frame: gpd.GeoDataFrame
    crs: str
    faults: tuple[Fault, ...]


def read_shapes(source: InputFile) -> Shapes:
    """Read a vector file whose content is what its name says.

    Raises
    ------
    DataError
        FORMAT_MISMATCH, ENC_UNKNOWN, TRUNCATED, NOT_GEOJSON, GEOM_TYPE, NO_ROWS, SHP_INCOMPLETE, DAMAGED, GEOM_MISSING.
    CrsError
        CRS_MISSING, CRS_NUMBERS_MISMATCH, COORD_SWAPPED, NOT_FINITE.
    """
    driver = _driver(source)
    if driver == "GeoJSON":
        _check_geojson(source)
    if driver == "ESRI Shapefile":
        _check_shapefile_parts(source)
    frame = _opened(source)
    if not len(frame):
        raise DataError(_fault(source, "NO_ROWS", "The file holds no features.", "Export it again."))
    crs = _checked_crs(source, frame)
    faults: list[Fault] = []
    frame = _repaired(source, frame.to_crs(METRES), faults)
    return Shapes(frame=frame, crs=crs, faults=tuple(faults))


def _driver(source: InputFile) -> str:
    """The format by the file's ending, confirmed by its first bytes."""
    driver = ALLOWED_DRIVERS.get(source.path.suffix.lower())
    if driver is None:
        raise DataError(
            _fault(
                source,
                "FORMAT_UNKNOWN",
                f"Shapes are read from {', '.join(sorted(ALLOWED_DRIVERS))} files.",
                "Export it as GeoPackage or GeoJSON.",
            )
        )
    if not source.content.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").startswith(MAGIC[driver]):
        raise DataError(
            _fault(
                source,
                "FORMAT_MISMATCH",
                f"The name says {driver}, the content is something else; it was not opened.",
                "Get the file from its publisher again.",
            )
        )
    return driver


def _check_geojson(source: InputFile) -> None:
    """Refuse what is no GeoJSON before any other program sees it."""
    try:
        content = json.loads(source.content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DataError(_fault(source, "ENC_UNKNOWN", "GeoJSON must be UTF-8.", "Export it again.")) from error
    except (json.JSONDecodeError, RecursionError) as error:
        finding = f"The JSON ends or breaks at byte {getattr(error, 'pos', 0):,}."
        raise DataError(_fault(source, "TRUNCATED", finding, "Download it again.")) from error
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise DataError(_fault(source, "NOT_GEOJSON", "It is JSON but no FeatureCollection.", "Export it as GeoJSON."))
    features = content.get("features") or []
    kinds = {(feature.get("geometry") or {}).get("type", "Point") for feature in features}
    strange = kinds - set(GEOMETRY_TYPES)
    if strange:
        finding = f"Geometry type {', '.join(sorted(map(str, strange)))} is unknown."
        raise DataError(_fault(source, "GEOM_TYPE", finding, "Export points, lines or polygons."))


def _check_shapefile_parts(source: InputFile) -> None:
    missing = [part for part in SHAPEFILE_PARTS if not source.path.with_suffix(part).is_file()]
    if missing:
        finding = f"A shapefile is several files; {', '.join(missing)} is missing."
        raise DataError(_fault(source, "SHP_INCOMPLETE", finding, "Copy all parts, or use a GeoPackage."))


def _opened(source: InputFile) -> gpd.GeoDataFrame:
    """The file through GDAL, its format already confirmed."""
    import geopandas as gpd
    import pyogrio

    try:
        frame = gpd.read_file(source.path, engine="pyogrio")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, shapely.errors.GEOSException) as error:
        raise DataError(
            _fault(source, "DAMAGED", f"The file cannot be read: {error}.", "Download it again.")
        ) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise DataError(_fault(source, "GEOM_MISSING", "The file holds no shapes.", "Export it with its geometry."))
    frame.index = range(1, len(frame) + 1)
    return frame


def _checked_crs(source: InputFile, frame: gpd.GeoDataFrame) -> str:
    if frame.crs is None:
        finding = "The file does not say in which reference system its coordinates are."
        raise CrsError(_fault(source, "CRS_MISSING", finding, "Export it with one, for example EPSG:27700."))
    crs = str(frame.crs.to_string())
    bounds = frame.total_bounds
    if not np.isfinite(bounds).all():
        raise CrsError(_fault(source, "NOT_FINITE", "A coordinate is not a finite number.", "Export it again."))
    fault = bounds_fault(bounds, crs, file=source.name)
    if fault:
        raise CrsError(fault)
    return crs


def _repaired(source: InputFile, frame: gpd.GeoDataFrame, faults: list[Fault]) -> gpd.GeoDataFrame:
    """Flat, valid shapes; what was mended or left out is said."""
    empty = frame.geometry.isna() | frame.geometry.is_empty
    if empty.any():
        rows = tuple(frame.index[empty])
        finding = f"{len(rows)} feature(s) have no shape and were set aside."
        faults.append(_fault(source, "GEOM_MISSING", finding, "Draw or delete them.", rows=rows))
        frame = frame[~empty]
    invalid = ~frame.geometry.is_valid
    if invalid.any():
        rows = tuple(frame.index[invalid])
        finding = f"{len(rows)} shape(s) cross themselves and were repaired."
        faults.append(_fault(source, "GEOM_INVALID_REPAIRED", finding, "Nothing to do.", rows=rows))
    flat = shapely.force_2d(frame.geometry.to_numpy())
    mended = shapely.make_valid(flat[invalid.to_numpy()], method="structure", keep_collapsed=False)
    flat[invalid.to_numpy()] = mended
    return frame.set_geometry(np.asarray(flat), crs=frame.crs)


def _fault(source: InputFile, code: str, message: str, remedy: str, *, rows: tuple[int, ...] = ()) -> Fault:
    return Fault(code=code, file=source.name, rows=rows, message=message, remedy=remedy, blocks=not rows)
