"""The GeoPackage read back as a GIS would."""

import dataclasses
import re
import shutil
import sqlite3
import subprocess
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pyogrio
import pytest

from connected_place.maps.choropleth import BREAKS
from connected_place.maps.gis.geopackage import FIXED_DATE, area_style, write_geopackage
from connected_place.maps.gis.layers import gis_layers
from connected_place.maps.signs import PHASES, WIFI
from connected_place.maps.tables.columns import table_text
from connected_place.maps.tables.plan_columns import table_texts

from ..small_places import sample_plan

LAYERS = ["areas", "wards", "sites", "reach", "clusters", "interventions", "existing_wifi"]


def write(plan, path):
    """The GeoPackage of a plan."""
    write_geopackage(gis_layers(plan), path, headline=plan.parameters.gaps.headline)


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    path = tmp_path_factory.mktemp("gis") / "plan.gpkg"
    write(sample_plan(), path)
    return path


def styles(package):
    with closing(sqlite3.connect(package)) as opened:
        return dict(opened.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault = 1"))


SHAPES = {
    "areas": "MultiPolygon",
    "wards": "MultiPolygon",
    "sites": "Point",
    "reach": "MultiPolygon",
    "clusters": "MultiPolygon",
    "interventions": "MultiPolygon",
    "existing_wifi": "Point",
}


def test_it_has_seven_layers_of_shapes(package):
    assert {name: kind for name, kind in pyogrio.list_layers(package) if kind} == SHAPES


def test_a_plan_without_clusters_has_an_empty_layer_of_them(tmp_path):
    made = sample_plan()
    none = dataclasses.replace(made.clusters, frame=made.clusters.frame.iloc[:0])
    write(dataclasses.replace(made, clusters=none), tmp_path / "plan.gpkg")
    assert len(pyogrio.read_dataframe(tmp_path / "plan.gpkg", layer="clusters")) == 0
    assert {name: kind for name, kind in pyogrio.list_layers(tmp_path / "plan.gpkg") if kind} == SHAPES


def test_the_reach_of_each_chosen_site_reads_back(package):
    plan = sample_plan()
    found = pyogrio.read_dataframe(package, layer="reach").set_index("site_id")
    chosen = plan.sites[plan.sites["selected"]]
    assert found.index.tolist() == chosen.index.tolist()
    assert found.crs.to_epsg() == 27700
    assert found.geometry.is_valid.all()
    assert (found["chance"] == plan.parameters.wifi.covered_share).all()
    by_distance = found[found["basis"] == "distance"]
    assert by_distance.geometry.contains(chosen.geometry[by_distance.index]).all()
    assert (by_distance.area < 3.15 * plan.reach.radio.reach_m**2).all()


def test_a_plan_that_chooses_nothing_has_an_empty_layer_of_reach(tmp_path, tiny):
    none = dataclasses.replace(tiny, sites=tiny.sites.assign(selected=False))
    write(none, tmp_path / "plan.gpkg")
    info = pyogrio.read_info(tmp_path / "plan.gpkg", layer="reach")
    assert info["features"] == 0
    assert info["geometry_type"] == "MultiPolygon"
    assert info["fields"].tolist() == [column.name for column in table_text("reach").columns]


def test_the_reach_lets_the_map_below_show_through(package):
    symbol = next(ET.fromstring(styles(package)["reach"]).iter("symbol"))
    assert 0 < float(symbol.get("alpha")) < 0.5


@pytest.mark.parametrize(("layer", "key"), [("areas", "area_code"), ("wards", "area_code"), ("sites", "site_id")])
def test_every_row_of_the_plan_is_there_in_metres(package, layer, key):
    frame = getattr(sample_plan(), layer)
    found = pyogrio.read_dataframe(package, layer=layer).set_index(key)
    assert found.crs.to_epsg() == 27700
    assert found.index.tolist() == frame.index.tolist()
    assert found.geometry.is_valid.all()
    assert found.geometry.area.sum() == pytest.approx(frame.geometry.area.sum())
    assert found.total_bounds.tolist() == pytest.approx(frame.total_bounds.tolist())


@pytest.mark.parametrize("layer", LAYERS)
def test_its_columns_are_those_of_the_tables(package, layer):
    columns = table_texts(sample_plan())[layer].columns
    assert pyogrio.read_info(package, layer=layer)["fields"].tolist() == [column.name for column in columns]


@pytest.mark.parametrize("layer", LAYERS)
def test_every_column_has_an_alias_of_its_own_and_its_description(package, layer):
    """The standard lets no two columns of a layer have one alias."""
    with closing(sqlite3.connect(package)) as opened:
        found = opened.execute(
            "SELECT column_name, name, description FROM gpkg_data_columns WHERE table_name = ? ORDER BY rowid", (layer,)
        ).fetchall()
        known = opened.execute("SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_schema'").fetchall()
    columns = table_texts(sample_plan())[layer].columns
    assert found == [(column.name, column.head, column.description) for column in columns]
    assert len({alias for _, alias, _ in found}) == len(found)
    assert sorted(known) == [("gpkg_data_column_constraints",), ("gpkg_data_columns",)]


def test_numbers_flags_and_what_is_not_known_read_back(package):
    plan = sample_plan()
    sites = pyogrio.read_dataframe(package, layer="sites").set_index("site_id")
    assert sites["selected"].astype(bool).equals(plan.sites["selected"])
    assert sites["rank"].isna().equals(plan.sites["rank"].isna())
    wards = pyogrio.read_dataframe(package, layer="wards").set_index("area_code")
    assert wards["ufbb_300_gap"].tolist() == plan.wards["ufbb_300_gap"].tolist()


def test_no_text_contains_nan(package):
    for layer in LAYERS:
        frame = pyogrio.read_dataframe(package, layer=layer, read_geometry=False)
        for column in frame.select_dtypes(["object", "string"]):
            assert not frame[column].astype(str).str.casefold().isin(["nan", "<na>"]).any(), column


def test_every_layer_has_a_style_that_is_valid_xml(package):
    found = styles(package)
    assert sorted(found) == sorted(LAYERS)
    for text in found.values():
        assert ET.fromstring(text).tag == "qgis"


@pytest.mark.parametrize("layer", LAYERS)
def test_every_rule_of_a_style_names_a_symbol_that_is_there(package, layer):
    style = ET.fromstring(styles(package)[layer])
    symbols = {symbol.get("name") for symbol in style.iter("symbol")}
    assert symbols
    assert {rule.get("symbol") for rule in style.iter("rule") if rule.get("symbol")} <= symbols


def test_every_area_falls_under_just_one_rule_of_its_style(package):
    """The rules are SQL expressions: each area is asked for each of them."""
    with closing(sqlite3.connect(package)) as opened:
        rules = [
            rule.get("filter") for rule in ET.fromstring(styles(package)["areas"]).iter("rule") if rule.get("filter")
        ]
        counts = [opened.execute(f"SELECT COUNT(*) FROM areas WHERE {rule}").fetchone()[0] for rule in rules]
        assert sum(counts) == opened.execute("SELECT COUNT(*) FROM areas").fetchone()[0]
        every = " + ".join(f"coalesce(({rule}), 0)" for rule in rules)
        assert opened.execute(f"SELECT MIN({every}), MAX({every}) FROM areas").fetchone() == (1, 1)


@pytest.mark.parametrize("share", [0.0, *BREAKS, 0.001, 0.999, 1.0, None])
def test_a_share_on_the_edge_of_a_class_falls_under_just_one_rule(share):
    rules = [rule.get("filter") for rule in ET.fromstring(area_style("share")).iter("rule") if rule.get("filter")]
    with closing(sqlite3.connect(":memory:")) as opened:
        opened.execute("CREATE TABLE areas (share REAL)")
        opened.execute("INSERT INTO areas VALUES (?)", (share,))
        assert sum(opened.execute(f"SELECT COUNT(*) FROM areas WHERE {rule}").fetchone()[0] for rule in rules) == 1


def counts_by_rule(package, layer):
    """How many rows of a layer fall under each rule of its style, by the words of the rule."""
    rules = {
        rule.get("label"): rule.get("filter")
        for rule in ET.fromstring(styles(package)[layer]).iter("rule")
        if rule.get("filter")
    }
    with closing(sqlite3.connect(package)) as opened:
        return {
            words: opened.execute(f"SELECT COUNT(*) FROM {layer} WHERE {rule}").fetchone()[0]
            for words, rule in rules.items()
        }


def test_sites_have_a_rule_for_each_phase_and_one_for_those_not_chosen(tmp_path):
    """The first of the sample's chosen sites is built in phase 2, the second in phase 9, the others in phase 1."""
    made = sample_plan()
    chosen = made.sites.index[made.sites["selected"]]
    built = made.sites["phase"].where(made.sites["phase"].isna(), 1.0)
    phases = built.mask(made.sites.index == chosen[0], 2).mask(made.sites.index == chosen[1], 9)
    write(dataclasses.replace(made, sites=made.sites.assign(phase=phases)), tmp_path / "plan.gpkg")
    expected = dict.fromkeys([sign.words for sign in PHASES], 0)
    expected |= {"phase 1": len(chosen) - 2, "phase 2": 1, "phase 5 or later": 1}
    expected["candidate not proposed"] = len(made.sites) - len(chosen)
    assert counts_by_rule(tmp_path / "plan.gpkg", "sites") == expected


def test_existing_wifi_has_a_rule_for_each_kind_of_access(package):
    spots = sample_plan().access_points
    assert counts_by_rule(package, "existing_wifi") == {
        sign.words: int((spots["access"] == access).sum()) for access, sign in WIFI.items()
    }


@pytest.mark.skipif(not shutil.which("ogrinfo"), reason="GDAL's ogrinfo is not installed")
def test_another_program_reads_layers_columns_and_the_national_grid(package):
    """GDAL's own command, another build than the one in our wheels."""
    told = subprocess.run(
        ["ogrinfo", "-so", "-al", "-ro", str(package)], check=True, capture_output=True, text=True, timeout=60
    )
    assert not [line for line in told.stderr.splitlines() if "ERROR" in line or "Warning" in line]
    layers = re.split(r"\nLayer name: ", told.stdout)[1:]
    shaped = {text.splitlines()[0]: text for text in layers if "Geometry: None" not in text}
    assert sorted(shaped) == sorted(LAYERS)
    for name, text in shaped.items():
        kind = "Point" if SHAPES[name] == "Point" else "Multi Polygon"
        assert f"Geometry: {kind}" in text
        assert 'ID["EPSG",27700]' in text
        rows = pyogrio.read_info(package, layer=name)["features"]
        assert f"Feature Count: {rows}" in text
    assert "ufbb_300_gap_share: Real" in shaped["areas"]
    assert "selected: Integer(Boolean)" in shaped["sites"]


def test_the_same_plan_gives_the_same_bytes_under_another_name(package, tmp_path):
    other = tmp_path / "other name.gpkg"
    write(sample_plan(), other)
    assert other.read_bytes() == package.read_bytes()


def test_packages_written_side_by_side_have_the_same_date(tmp_path, tiny):
    """The folder's and the pack's are; one must not take the date away while the other is written."""
    layers = gis_layers(tiny)
    paths = [tmp_path / f"{number}.gpkg" for number in range(8)]
    with ThreadPoolExecutor(max_workers=4) as beside:
        list(beside.map(lambda path: write_geopackage(layers, path, headline="ufbb_300"), paths))
    dates = set()
    for path in paths:
        with closing(sqlite3.connect(path)) as opened:
            dates |= set(opened.execute("SELECT last_change FROM gpkg_contents"))
    assert dates == {(FIXED_DATE,)}


def test_names_are_kept_to_the_letter(tmp_path, tiny, worlds):
    """In a GeoPackage nothing runs, so nothing is escaped either."""
    name = '=1+1 <b>O\'Neill "& Sons"</b> Ŵyth'
    path = tmp_path / "plan.gpkg"
    write(worlds.renamed(tiny, name), path)
    assert set(pyogrio.read_dataframe(path, layer="sites")["name"]) == {name}
    assert {ET.fromstring(text).tag for text in styles(path).values()} == {"qgis"}
