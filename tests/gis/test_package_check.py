"""A GeoPackage is opened again: what the disk swallowed is noticed before anyone relies on the file."""

import re
import shutil
import sqlite3
from contextlib import closing

import pytest

from connected_place.maps.gis.geopackage import write_geopackage
from connected_place.maps.gis.layers import gis_layers
from connected_place.maps.gis.package_check import check_package

from ..worlds import tiny as tiny_plan


@pytest.fixture(scope="module")
def layers():
    return gis_layers(tiny_plan())


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("gis") / "plan.gpkg"
    write_geopackage(gis_layers(tiny_plan()), path, headline="ufbb_300")
    return path


@pytest.fixture
def package(whole, tmp_path):
    return shutil.copy(whole, tmp_path / "plan.gpkg")


def changed(package, *statements):
    """The package after some SQL, without the triggers that keep its index in step."""
    with closing(sqlite3.connect(package)) as opened, opened:
        triggers = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in triggers:
            opened.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            opened.execute(statement)
    return package


def test_what_was_written_reads_back(package, layers):
    check_package(package, layers)


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("DELETE FROM wards WHERE fid = 1", "layer wards has 1 of 2 rows"),
        ("DROP TABLE rtree_areas_geom", "no such table: rtree_areas_geom"),
        ("DELETE FROM rtree_sites_geom WHERE id = 1", "the spatial index of sites has 4 of 5 shapes"),
        ("UPDATE sites SET site_id = 'S9' WHERE fid = 1", "layer sites has different rows"),
        ("UPDATE sites SET geom = (SELECT geom FROM sites WHERE fid = 2) WHERE fid = 1", "sites has different shapes"),
    ],
)
def test_a_write_that_was_lost_is_named(package, layers, statement, finding):
    with pytest.raises(OSError, match=re.escape(finding)):
        check_package(changed(package, statement), layers)


@pytest.mark.parametrize("kept", [0, 100, 20_000, -4096])
def test_a_file_that_is_cut_short_is_refused(package, layers, kept):
    content = package.read_bytes()
    package.write_bytes(content[:kept])
    with pytest.raises(OSError, match=r"plan\.gpkg differs from what was written"):
        check_package(package, layers)
