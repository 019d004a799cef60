"""Damaged files of shapes and grids, seeded: each is read or refused in the project's own words, never a traceback.

A short run is part of every test; CONNECTED_PLACE_FUZZ=100000 asks for so many cases of each kind, and prints what
came of them (pytest -s).
"""

import collections
import functools
import io
import json
import os
import random
import struct
import sys
import tempfile
import traceback
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from rasterio import Affine

from connected_place.gis_data.catalogue import source
from connected_place.gis_data.errors import ConnectedPlaceError
from connected_place.gis_data.files.input_files import InputFile
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.readers.intake import READERS

from ..shapes.test_curved import CIRCLE, MULTISURFACE, collected
from ..shapes.test_vector_files import altered, squares
from .mutations import damaged_bytes, damaged_database, damaged_json

CASES = int(os.environ.get("CONNECTED_PLACE_FUZZ", "12"))
FIRST_SEED = int(os.environ.get("CONNECTED_PLACE_FUZZ_SEED", "0"))
BOUNDS = (560_000.0, 179_800.0, 560_200.0, 180_000.0)


def ring(west, south, size=0.01):
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def wards():
    """GeoJSON of two wards, one of two parts and a hole, and a site."""
    shapes = (
        {"type": "Polygon", "coordinates": [ring(-1.58, 53.78), ring(-1.577, 53.783, 0.003)]},
        {"type": "MultiPolygon", "coordinates": [[ring(-1.57, 53.78)], [ring(-1.5, 53.7)]]},
    )
    features = [
        {
            "type": "Feature",
            "geometry": shape,
            "properties": {"WD25CD": f"E0500000{number}", "WD25NM": "Môn", "LAD25CD": "E06000034", "name": "Hall"},
        }
        for number, shape in enumerate(shapes)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}).encode()


def sites():
    """GeoJSON of two sites, as JSON-FG has them."""
    features = [
        {
            "type": "Feature",
            "geometry": None,
            "place": {"type": "Point", "coordinates": [428_000 + at, 432_000]},
            "properties": {"name": f"Hall {at}", "counter_id": str(at), "OA21CD": f"E0000000{at}", "postcode": ""},
        }
        for at in range(2)
    ]
    system = "http://www.opengis.net/def/crs/EPSG/0/27700"
    return json.dumps({"type": "FeatureCollection", "coordRefSys": system, "features": features}).encode()


def database():
    """A GeoPackage of two areas, the second with arcs."""
    blob = b"GP\0\1" + struct.pack("<i", 27700) + collected(MULTISURFACE, CIRCLE)
    with tempfile.TemporaryDirectory() as folder:
        return altered(
            squares(Path(folder), "a.gpkg"),
            f"UPDATE a SET geom = x'{blob.hex()}' WHERE code = 'B'",
            *(f"ALTER TABLE a ADD COLUMN {name} TEXT" for name in ("WD25CD", "OA21CD", "name", "counter_id", "kind")),
            "UPDATE a SET WD25CD = 'E0500000' || fid, OA21CD = 'E0000000' || fid",
            "UPDATE a SET name = 'Hall ' || fid, counter_id = fid",
        ).content


@functools.cache
def shapefile():
    """The bytes of each part of a shapefile of two wards with names in Welsh."""
    shapes = [shapely.box(428_000, 432_000, 429_000, 433_000), shapely.box(429_000, 432_000, 430_000, 433_000)]
    columns = {"WD25CD": ["E05000001", "E05000002"], "WD25NM": ["Môn", "Llŷn"], "name": ["Hall", "Pool"]}
    with tempfile.TemporaryDirectory() as folder:
        gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:27700").to_file(Path(folder) / "a.shp")
        return {path.suffix: path.read_bytes() for path in Path(folder).iterdir()}


def plain_grid(compress):
    """A GeoTIFF of 20 by 20 heights."""
    profile = {"crs": "EPSG:27700", "transform": Affine(10, 0, 560_000, 0, -10, 180_000), "compress": compress}
    with rasterio.MemoryFile() as memory:
        with memory.open(driver="GTiff", height=20, width=20, count=1, dtype="float32", **profile) as out:
            out.write(np.arange(400, dtype="float32").reshape(1, 20, 20))
        return memory.read()


def odd_grid(chance):
    """A GeoTIFF of 20 by 20 cells with settings that somebody chose badly."""
    kind = chance.choice(["uint8", "int16", "float32", "float64", "complex64", "uint32"])
    cells = np.random.default_rng(chance.randrange(9)).integers(0, 200, (1, 20, 20)).astype(kind)
    if kind.startswith("float") and chance.random() < 0.3:
        cells[0, 0, 0] = chance.choice([np.nan, np.inf, -9999, 3e38, -1, 5_000])
    settings = {
        "crs": chance.choice(["EPSG:27700", "EPSG:27700", "EPSG:7405", "EPSG:4326", "EPSG:5800", "EPSG:2263", None]),
        "transform": chance.choice(
            [Affine(10, 0, 560_000, 0, -10, 180_000)] * 3
            + [
                Affine(10, 0, 560_000, 0, 10, 179_800),
                Affine(0, 0, 0, 0, 0, 0),
                Affine(10, 1, 560_000, 1, -10, 180_000),
            ]
            + [Affine(1e-300, 0, 560_000, 0, -10, 180_000), Affine(float("nan"), 0, 5, 0, -1, 5)]
        ),
        "nodata": chance.choice([None, 0, 255]),
        "compress": chance.choice([None, "deflate", "lzw"]),
        "tiled": chance.choice([False, False, True]),
        "blockxsize": 16,
        "blockysize": 16,
    }
    with warnings.catch_warnings(), rasterio.MemoryFile() as memory:
        warnings.simplefilter("ignore")
        with memory.open(driver="GTiff", height=20, width=20, count=1, dtype=kind, **settings) as out:
            out.write(cells)
            out.scales, out.offsets = (
                (chance.choice([1.0, 0.1, 0.0, float("nan"), 1e300]),),
                (chance.choice([0, -1e9]),),
            )
            out.units = (chance.choice(["", "", "ft", "m", "people", "\x1b", "ü"]),)
        return memory.read()


def packed(parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()


WARDS, SITES = wards(), sites()
LAYER_READERS = (
    *("boundaries", "venues", "access_points", "counters", "centroids", "functional_sites", "open_places"),
    *("base_layer", "base_names", "openstreetmap"),
)
GRID_READERS = ("surface_model", "population_raster")
KINDS = {
    "base_layer": "base-roads",
    "base_names": "base-names",
    "openstreetmap": "openstreetmap",
    "boundaries": "ons-boundaries",
    "venues": "venues",
    "access_points": "public-wifi",
    "counters": "footfall-counters",
    "centroids": "ons-centroids",
    "functional_sites": "os-functional-sites",
    "open_places": "open-places",
    "surface_model": "surface-model",
    "population_raster": "population-raster",
}


def geojson_by_bytes(chance, folder):
    return InputFile(folder / "a.geojson", "a.geojson", damaged_bytes(chance.choice([WARDS, SITES]), chance))


def geojson_by_values(chance, folder):
    return InputFile(folder / "a.geojson", "a.geojson", damaged_json(chance.choice([WARDS, SITES]), chance))


def geopackage_by_bytes(chance, folder):
    return InputFile(folder / "a.gpkg", "a.gpkg", damaged_bytes(DATABASE[0], chance))


def geopackage_by_values(chance, folder):
    return InputFile(folder / "a.gpkg", "a.gpkg", damaged_database(DATABASE[0], chance))


def shapefile_by_bytes(chance, folder):
    """One or two of its parts are damaged; the .shp is twice as likely."""
    parts = dict(shapefile())
    for ending in chance.choices([".shp", ".shp", ".shx", ".dbf", ".prj", ".cpg"], k=chance.randint(1, 2)):
        parts[ending] = damaged_bytes(parts[ending], chance)
    for ending, content in parts.items():
        (folder / f"a{ending}").write_bytes(content)
    return InputFile(folder / "a.shp", "a.shp", parts[".shp"])


def zip_by_bytes(chance, folder):
    parts = {"a.geojson": WARDS} if chance.random() < 0.5 else {f"a{e}": c for e, c in shapefile().items()}
    return InputFile(folder / "a.zip", "a.zip", damaged_bytes(packed(parts), chance))


def geotiff_by_bytes(chance, folder):
    return InputFile(folder / "a.tif", "a.tif", damaged_bytes(GRIDS[chance.randrange(len(GRIDS))], chance))


def geotiff_by_values(chance, folder):
    return InputFile(folder / "a.tif", "a.tif", odd_grid(chance))


DATABASE, GRIDS = [], []
DAMAGES = {
    geojson_by_bytes: LAYER_READERS,
    geojson_by_values: LAYER_READERS,
    geopackage_by_bytes: LAYER_READERS,
    geopackage_by_values: LAYER_READERS,
    shapefile_by_bytes: LAYER_READERS,
    zip_by_bytes: LAYER_READERS,
    geotiff_by_bytes: GRID_READERS,
    geotiff_by_values: GRID_READERS,
}


def outcome(file, reader):
    """What a reader makes of a file: "read", or the codes of its faults; each can be printed unchanged."""
    kind = KINDS[reader]
    try:
        layer = READERS[reader](source(kind), file, SourceFile(kind=kind, path=file.name))
        if reader == "surface_model":
            layer.raster.window(BOUNDS)
        found, codes = layer.warnings, ["read"]
    except ConnectedPlaceError as error:
        found, codes = error.faults, sorted({fault.code for fault in error.faults})
    for fault in found:
        text = f"{fault}{fault.column}{fault.value}"
        assert text.encode()
        assert str(fault).isprintable(), str(fault)
    return " ".join(codes)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_file_is_read_or_refused_and_never_a_traceback(damage, tmp_path):
    if not DATABASE:
        DATABASE.append(database())
        GRIDS.extend(map(plain_grid, (None, "deflate", "lzw")))
    counts, failures = collections.Counter(), []
    for seed in range(FIRST_SEED, FIRST_SEED + CASES):
        chance = random.Random(f"{damage.__name__} {seed}")
        try:
            counts[outcome(damage(chance, tmp_path), chance.choice(DAMAGES[damage]))] += 1
        except Exception:  # noqa: BLE001 - any other exception is what this test looks for
            failures.append(f"seed {seed}\n{traceback.format_exc(limit=-4)}")
    told = f"{damage.__name__}: {CASES:,} cases from seed {FIRST_SEED}, {len(failures)} tracebacks, {dict(counts)}"
    sys.stdout.write(f"\n{told}\n")
    assert not failures, f"{len(failures)} of {CASES}, the first:\n" + "\n".join(failures[:3])
