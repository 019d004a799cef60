"""Pictures of a pack: files that open, words that can be read aloud, and nothing in them that a name could do."""

import dataclasses
import hashlib
import io
import os
import pickle
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import matplotlib
import numpy as np
import pikepdf
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from connected_place.maps.choropleth import COLOURS
from connected_place.maps.pictures import gallery
from connected_place.maps.pictures.area_maps import gap_map_by_area, maps
from connected_place.maps.pictures.formats import DPI, drawing_settings, pdf, png, svg
from connected_place.maps.pictures.gallery import Picture, pictures
from connected_place.maps.pictures.gap_charts import charts
from connected_place.maps.pictures.ground import ground, outlines
from connected_place.maps.pictures.label_places import label_places
from connected_place.maps.pictures.letters import LACKING, printable, text_width_pt, wrapped
from connected_place.maps.pictures.map_sheet import SHEET_IN, Draft
from connected_place.maps.signs import PHASES

from ..packs import sample_pack
from ..processes import EMERGENCY_S
from ..small_places import sample_plan

SVG = "{http://www.w3.org/2000/svg}"
MAPS = ["need", "gap_by_ward", "gap_by_area", "clusters", "better_lines", "deprivation", "existing_wifi", "backhaul",
        "proposal"]  # fmt: skip
CHARTS = ["gap_bars", "budget_curve", "cash_flow", "tornado", "monte_carlo", "gantt"]


@pytest.fixture(scope="module")
def made():
    """Every picture of the sample: its words from the plan, its bytes from the pack that the command wrote."""
    with drawing_settings():
        drafts = [*maps(sample_plan()), *charts(sample_plan())]
    return [packed(draft, number) for number, draft in enumerate(drafts, start=1)]


def packed(draft, number):
    empty = Picture(name=draft.name, number=number, title=draft.title, alt=draft.alt, png=b"", svg=b"", pdf=b"")
    files = {end: (sample_pack() / "pictures" / f"{empty.stem}.{end}").read_bytes() for end in ("png", "svg", "pdf")}
    return dataclasses.replace(empty, **files)


@pytest.fixture(scope="module")
def named(made):
    return {picture.name: picture for picture in made}


def texts(content):
    """Every text of an SVG."""
    return ["".join(item.itertext()) for item in ET.fromstring(content).iter(f"{SVG}text")]


def drawn(plan, name):
    """The SVG of one map of a plan."""
    with drawing_settings():
        draft = next(draft for draft in maps(plan) if draft.name == name)
        return svg(draft.draw(1), title=draft.title, description=draft.alt)


def all_drawn(plan):
    """Every map and chart of a plan with its SVG."""
    with drawing_settings():
        return [
            (draft, svg(draft.draw(1), title=draft.title, description=draft.alt))
            for draft in [*maps(plan), *charts(plan)]
        ]


def test_the_sample_has_every_map_and_chart_numbered_in_order(made):
    assert [picture.name for picture in made] == [*MAPS, *CHARTS]
    assert [picture.number for picture in made] == list(range(1, 16))
    assert made[0].stem == "figure-01-need"


def test_each_says_its_finding_with_numbers_and_never_calls_itself_a_map(made):
    for picture in made:
        assert len(picture.alt) > 60
        assert re.search(r"\d", picture.alt)
        assert not re.match(r"(a |the )?(map|chart|picture|image)", picture.alt, re.IGNORECASE)
    assert len({picture.alt for picture in made}) == len(made)


def test_every_png_has_300_dots_an_inch_and_maps_are_a4(made):
    for picture in made:
        image = Image.open(io.BytesIO(picture.png))
        assert image.info["dpi"] == pytest.approx((DPI, DPI), abs=0.01)
        if picture.name in MAPS:
            assert image.size == pytest.approx([side * DPI for side in SHEET_IN], abs=2)
        image.verify()


def test_every_svg_has_title_description_and_text_as_text(made):
    for picture in made:
        root = ET.fromstring(picture.svg)
        assert any(f"Figure {picture.number}. {picture.title}"[:30] in text for text in texts(picture.svg))
        words = " ".join(root.itertext())
        assert picture.alt[:60] in words
        assert not list(root.iter(f"{SVG}script"))


def test_every_pdf_is_tagged_has_its_alternative_text_and_its_fonts(made):
    for picture in made:
        with pikepdf.open(io.BytesIO(picture.pdf)) as opened:
            assert bool(opened.Root.MarkInfo.Marked)
            assert str(opened.Root.Lang) == "en-GB"
            alts = [str(item.Alt) for item in opened.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item]
            assert alts == [picture.alt]
            fonts = [
                item for item in opened.objects
                if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
            ]  # fmt: skip
            assert fonts and all("/FontFile2" in item or "/FontFile3" in item for item in fonts)


def test_maps_have_key_scale_north_date_and_attribution(named):
    for name in MAPS:
        found = texts(named[name].svg)
        whole = " ".join(found)
        assert "N" in found
        assert "km" in whole
        assert "Scale about 1:" in whole
        assert "Open Government Licence" in whole
        assert "wards 2025" in whole


def test_invented_data_is_marked_in_every_picture_and_other_data_in_none(made, tiny):
    assert all("ILLUSTRATIVE: invented data, not a real place" in texts(picture.svg) for picture in made)
    assert not any("ILLUSTRATIVE" in text for _, drawing in all_drawn(tiny) for text in texts(drawing))


def test_the_map_tells_classes_in_words_with_the_count_of_each(tiny):
    """Shares: A1 10 %, A2 100 %, B1 50 %, B2 not reported."""
    found = texts(drawn(tiny, "gap_by_area"))
    for line in ("2 % or less (0)", "over 2 to 10 % (1)", "over 25 to 50 % (1)", "over 50 % (1)", "not reported (1)"):
        assert line in found


def test_what_is_not_reported_is_hatched_and_has_no_colour_of_the_scale(tiny):
    silent = tiny.areas.assign(ufbb_300_gap_share=np.nan)
    root = ET.fromstring(drawn(dataclasses.replace(tiny, areas=silent), "gap_by_area"))
    collections = [item for item in root.iter(f"{SVG}g") if str(item.get("id")).startswith("PathCollection")]
    text = b" ".join(ET.tostring(item) for item in collections).decode().casefold()
    assert not [colour for colour in COLOURS if colour in text]
    assert len(list(root.iter(f"{SVG}pattern"))) > 0


def test_without_a_list_of_wifi_there_is_no_map_of_it(tiny):
    assert "existing_wifi" not in [draft.name for draft in maps(tiny)]
    listed = dataclasses.replace(tiny.provenance[0], source="public-wifi")
    with_list = dataclasses.replace(tiny, provenance=(*tiny.provenance, listed))
    assert "existing_wifi" in [draft.name for draft in maps(with_list)]


def test_a_plan_that_chooses_nothing_has_maps_and_no_chart_of_its_delivery(tiny):
    nothing = dataclasses.replace(tiny.funding, sites=tiny.funding.sites[:0])
    none = dataclasses.replace(tiny, sites=tiny.sites.assign(selected=False), funding=nothing)
    names = [draft.name for draft in [*maps(none), *charts(none)]]
    assert drawn(none, "proposal")
    assert "proposal" in names
    assert not {"gantt", "cash_flow"} & set(names)


@pytest.mark.parametrize(
    "text",
    [
        "$x^2$ {{7*7}} #panic() %\\input{x} & <b>",
        "</text><script>alert(1)</script>",
        "=1+1a\u202eb\x07\ufffe図書館",
    ],
)
def test_a_name_is_shown_and_nothing_more(tiny, worlds, text):
    clean = printable(text)
    found = all_drawn(worlds.renamed(tiny, text))
    assert len(found) > 8
    for _, drawing in found:
        root = ET.fromstring(drawing)
        assert not list(root.iter(f"{SVG}script"))
        assert not set("".join(root.itertext())) & set("\u202e\x07\ufffe")
        assert clean.split()[0] in " ".join(texts(drawing))
    draft, drawing = found[0]
    paged = pdf(drawing, size_in=SHEET_IN, title=draft.title, alt=draft.alt)
    with pikepdf.open(io.BytesIO(paged)) as opened:
        assert "/JavaScript" not in opened.Root.get("/Names", {})
        assert "/OpenAction" not in opened.Root


def test_the_same_plan_gives_the_same_bytes(made, monkeypatch):
    """Every drawing made here, three with all formats, and those of the pack that the command made in a process."""
    with drawing_settings():
        for number, draft in enumerate([*maps(sample_plan()), *charts(sample_plan())], start=1):
            title = f"Figure {number}: {draft.title}"
            assert svg(draft.draw(number), title=title, description=draft.alt) == made[number - 1].svg, draft.name
    monkeypatch.setattr(gallery, "maps", lambda plan: maps(plan)[:3])
    monkeypatch.setattr(gallery, "charts", lambda plan: [])
    assert list(pictures(sample_plan())) == made[:3]
    assert len(list((sample_pack() / "pictures").iterdir())) == 3 * len(made)


ALL_FORMATS = """
import hashlib, pickle, sys
from connected_place.maps.gis.kml import kml_bytes
from connected_place.maps.gis import gis_layers
from connected_place.maps.gis.open_tables import geoparquet_files, wkt_tables
from connected_place.maps.pictures import gallery
from connected_place.maps.workbook import workbook_bytes
maps, charts = gallery.maps, gallery.charts
gallery.maps, gallery.charts = lambda plan: maps(plan)[-1:], lambda plan: charts(plan)[:2]
with open(sys.argv[1], "rb") as file:
    plan = pickle.load(file)
drawn, layers = gallery.pictures(plan), gis_layers(plan)
parts = [part for item in drawn for part in (item.png, item.svg, item.pdf)]
parts += [workbook_bytes(plan, drawn), kml_bytes(plan), *geoparquet_files(layers).values()]
parts += [text.encode() for text in wkt_tables(layers).values()]
print(hashlib.sha256(b"".join(parts)).hexdigest(), len(parts))
"""


def test_one_thread_and_two_give_the_same_bytes_in_every_format(tiny, tmp_path):
    """Two fresh processes, with another seed of Python's hashes too; a map and two charts, and every table.

    What the command `demo` writes, all of it, is compared so in tests/commands/test_cli.py.
    """
    (tmp_path / "plan.pkl").write_bytes(pickle.dumps(tiny))
    told = set()
    for threads in ("1", "2"):
        environment = os.environ | {
            "OMP_NUM_THREADS": threads, "RAYON_NUM_THREADS": threads, "PYTHONHASHSEED": threads,
            "MPLCONFIGDIR": str(tmp_path / threads),
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", ALL_FORMATS, str(tmp_path / "plan.pkl")],
            check=True, capture_output=True, text=True, env=environment, timeout=EMERGENCY_S,
        )  # fmt: skip
        told.add(done.stdout)
    assert len(told) == 1
    assert int(told.pop().split()[1]) > 15


def test_settings_of_the_users_machine_change_nothing_and_are_left_as_they_were(tiny):
    before = drawn(tiny, "need")
    with matplotlib.rc_context({"font.size": 30.0, "text.parse_math": True, "svg.fonttype": "path"}):
        assert drawn(tiny, "need") == before
        assert matplotlib.rcParams["font.size"] == 30.0


def test_white_numbers_can_be_read_on_the_colour_of_every_phase():
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    for sign in PHASES:
        parts = np.array([int(sign.colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        luminance = float(linear @ [0.2126, 0.7152, 0.0722])
        assert 1.05 / (luminance + 0.05) >= 4.5, sign
    assert len({sign.shape for sign in PHASES}) == len(PHASES)


def test_every_ward_is_named_on_the_map_of_wards(named):
    whole = " ".join(" ".join(texts(named["gap_by_ward"].svg)).split())
    for name in sample_plan().wards["area_name"]:
        assert all(word in whole for word in name.split())


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), min_size=1, max_size=12))
def test_labels_never_hide_each_other_where_there_is_room(anchors):
    """A dozen small labels on a sheet of 500 points; each can step eight times."""
    sizes = np.full((len(anchors), 2), (12.0, 6.0))
    placed = label_places(np.array(anchors), sizes)
    boxes = [shapely.box(x - 6, y - 3, x + 6, y + 3) for x, y in placed]
    for number, box in enumerate(boxes):
        assert all(box.intersection(other).area < 1e-6 for other in boxes[:number])


def test_a_label_beside_its_place_does_not_cover_it():
    placed = label_places(np.array([[50.0, 50.0]]), np.array([[10.0, 10.0]]), beside=True)
    assert np.abs(placed - 50).max() > 5


def test_holes_and_parts_of_an_outline_are_drawn_as_holes_and_parts():
    ring = shapely.Polygon(shapely.box(0, 0, 9, 9).exterior, [shapely.box(3, 3, 6, 6).exterior])
    path = outlines([shapely.MultiPolygon([ring, shapely.box(20, 0, 21, 1)])])[0]
    assert len(path.to_polygons(closed_only=True)) == 3
    assert outlines([shapely.MultiPolygon()])[0].vertices.shape == (1, 2)


def test_the_frame_shows_the_whole_place_with_room_below(tiny):
    land = ground(tiny)
    west, south, east, north = tiny.wards.total_bounds
    assert land.extent_m[0] < west and land.extent_m[2] > east and land.extent_m[3] > north
    assert south - land.extent_m[1] > 0.07 * (north - south)
    assert land.on_ground(land.on_paper(land.centres)) == pytest.approx(land.centres)


def test_letters_that_the_font_lacks_are_found():
    assert printable("Caffi'r Tŷ ŵ ê") == "Caffi'r Tŷ ŵ ê"
    assert printable("中") == LACKING


@given(st.text(alphabet="abc defg", max_size=80), st.floats(30, 200))
def test_wrapping_keeps_every_word_and_no_line_of_words_is_too_wide(text, width_pt):
    lines = wrapped(text, width_pt=width_pt, size_pt=8)
    assert " ".join(lines).split() == text.split()
    assert all(text_width_pt(line, 8) <= width_pt for line in lines if " " in line)


def test_a_drawing_becomes_the_same_picture_whoever_is_first():
    """The PNG depends on the drawing alone."""
    plan = sample_plan()
    with drawing_settings():
        draft: Draft = maps(plan)[1]
        drawing = svg(draft.draw(2), title="t", description="d")
    hashes = {hashlib.sha256(png(drawing, size_in=SHEET_IN)).hexdigest() for _ in range(2)}
    assert len(hashes) == 1


def test_the_finding_of_the_map_is_that_of_the_page():
    assert gap_map_by_area(sample_plan()).finding.startswith("At least 5,013 of 69,979 (7.2 %)")
