"""KML read back by GDAL and by an XML parser; names in it are names."""

import dataclasses
import xml.etree.ElementTree as ET

import pyogrio
import pytest

from connected_place.maps.gis.kml import KML, kml_bytes
from connected_place.maps.gis.reach_layers import reach_areas

from ..small_places import sample_plan

TAG = f"{{{KML}}}"


def names(content):
    return [item.text for item in ET.fromstring(content).iter(f"{TAG}name")]


def test_another_reader_finds_every_proposed_site_in_its_place(tmp_path):
    plan = sample_plan()
    (tmp_path / "sites.kml").write_bytes(kml_bytes(plan))
    layers = pyogrio.list_layers(tmp_path / "sites.kml")[:, 0].tolist()
    assert layers[0] == "Proposed sites"
    found = pyogrio.read_dataframe(tmp_path / "sites.kml", layer="Proposed sites")
    chosen = plan.sites[plan.sites["selected"]].sort_values("rank")
    assert found.crs.to_epsg() == 4326
    assert found["Name"].tolist() == [
        f"{rank:.0f} {name}" for rank, name in zip(chosen["rank"], chosen["name"], strict=True)
    ]
    assert (found.geometry.to_crs(27700).distance(chosen.geometry.reset_index(drop=True)) < 0.2).all()


def test_the_reach_is_there_with_the_same_area(tmp_path):
    plan = sample_plan()
    (tmp_path / "sites.kml").write_bytes(kml_bytes(plan))
    layer = next(name for name in pyogrio.list_layers(tmp_path / "sites.kml")[:, 0] if name.startswith("Reach"))
    found = pyogrio.read_dataframe(tmp_path / "sites.kml", layer=layer)
    areas = reach_areas(plan.sites, plan.reach, plan.parameters.wifi)
    drawn = areas[~areas.is_empty]
    assert len(found) == len(drawn)
    assert found.geometry.to_crs(27700).area.sum() == pytest.approx(drawn.area.sum(), rel=0.01)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<script>alert(1)</script>", "\u2039script\u203aalert(1)\u2039/script\u203a"),
        ("$[name] & more", "\uff04[name] + more"),
        ("a\u202eb\x07c\ufffe", "abc"),
        ("]]><kml>", "]]\u203a\u2039kml\u203a"),
        ("Tŷ Newydd", "Tŷ Newydd"),
    ],
)
def test_a_name_is_a_name_whatever_it_contains(tiny, worlds, name, shown):
    content = kml_bytes(worlds.renamed(tiny, name))
    root = ET.fromstring(content)
    assert f"1 {shown}" in names(content)
    assert {item.tag for item in root.iter()} == {item.tag for item in ET.fromstring(kml_bytes(tiny)).iter()}


def test_every_style_that_a_place_names_is_there():
    root = ET.fromstring(kml_bytes(sample_plan()))
    styles = {f"#{item.get('id')}" for item in root.iter(f"{TAG}Style")}
    assert {item.text for item in root.iter(f"{TAG}styleUrl")} <= styles


def test_invented_data_are_marked_and_licences_are_given(tiny, worlds):
    assert "Illustrative" in names(kml_bytes(worlds.illustrative(tiny)))[0]
    assert "Illustrative" not in kml_bytes(tiny).decode()
    assert "Contains Ofcom data" in kml_bytes(sample_plan()).decode()


def test_a_plan_that_chooses_nothing_is_still_a_document(tiny):
    none = dataclasses.replace(tiny, sites=tiny.sites.assign(selected=False))
    assert not list(ET.fromstring(kml_bytes(none)).iter(f"{TAG}Placemark"))


def test_the_same_plan_gives_the_same_bytes():
    assert kml_bytes(sample_plan()) == kml_bytes(sample_plan())
