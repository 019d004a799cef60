"""A GeoPackage checked after writing: GDAL and SQLite do not report every write that fails."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyogrio
import shapely

from connected_place.maps.gis.layers import GisLayer


def check_package(path: Path, layers: Sequence[GisLayer]) -> None:
    """Compare a GeoPackage with the layers that were written into it.

    Parameters
    ----------
    path : Path
    layers : sequence of GisLayer

    Raises
    ------
    OSError
        The file is damaged, or lacks rows, a spatial index or entries of one, or has other keys or shapes.
    """
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as package:
            findings = [*_damage(package), *(finding for layer in layers for finding in _index_faults(package, layer))]
        findings = findings or [finding for layer in layers for finding in _differences(path, layer)]
    except (sqlite3.Error, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        findings = [str(error)]
    if findings:
        raise OSError(errno.EIO, f"{path.name} differs from what was written: {'; '.join(findings)}")


def _damage(package: sqlite3.Connection) -> Iterator[str]:
    for (answer,) in package.execute("PRAGMA integrity_check(3)"):
        if answer != "ok":
            yield str(answer)


def _index_faults(package: sqlite3.Connection, layer: GisLayer) -> Iterator[str]:
    """Whether every row is there, and every shape is in the layer's spatial index."""
    rows = _count(package, f'SELECT count(*) FROM "{layer.name}"')
    if rows != len(layer.frame):
        yield f"layer {layer.name} has {rows} of {len(layer.frame)} rows"
    shapes = int((~layer.frame.geometry.is_empty & layer.frame.geometry.notna()).sum())
    indexed = _count(package, f'SELECT count(*) FROM "rtree_{layer.name}_geom"')
    if indexed != shapes:
        yield f"the spatial index of {layer.name} has {indexed} of {shapes} shapes"


def _count(package: sqlite3.Connection, query: str) -> int:
    return int(package.execute(query).fetchone()[0])


def _differences(path: Path, layer: GisLayer) -> Iterator[str]:
    """Whether keys and shapes match those written; GDAL reads an empty shape as none."""
    keys = list(layer.text.key)
    back = pyogrio.read_dataframe(path, layer=layer.name, columns=keys)
    if back[keys].to_numpy().tolist() != layer.frame[keys].to_numpy().tolist():
        yield f"layer {layer.name} has different rows"
    written, found = layer.frame.geometry, back.geometry
    known = (~written.is_empty & written.notna()).to_numpy()
    if not shapely.equals_exact(written.to_numpy()[known], found.to_numpy()[known], tolerance=0.0).all():
        yield f"layer {layer.name} has different shapes"
