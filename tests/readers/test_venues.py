"""Candidates from every published list: buildings that exist and are open, each once, without names of people."""

import geopandas as gpd
import pytest
import shapely

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.readers.venues.kinds import kind_of
from connected_place.gis_data.readers.venues.layouts import EPRACCUR, OPEN_NAMES
from connected_place.gis_data.readers.venues.lists import read_functional_sites, read_venues

from ..publisher_files import codes, read, warned
from ..small_places import REAL_DATA, needs_real_data

LEEDS = REAL_DATA / "leeds"
needs_leeds = pytest.mark.skipif(not LEEDS.is_dir(), reason=f"no real files in {LEEDS}")

# --- libraries: both schemas read in the real files (Thurrock's list; the basic dataset of 2023 as re-published)

SCHEMA = "Local authority,Library name,Address 1,Postcode,Unique property reference number,Type of library,Year closed"
BASIC = (
    "Reporting service,Name,Type,Postcode,Unique property reference number,Easting,Northing,Longitude,Latitude,"
    "Operation in 2022,Year opened,Year closed"
)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Thurrock,Aveley,High Street,RM15 4BY,10093506117,LAL,", ""),
        ("Thurrock,Aveley,High Street,RM15 4BY,10093506117,CRL,", ""),
        ("Thurrock,Aveley,High Street,RM15 4BY,10093506117,LAL,2011", "closed"),
        ("Thurrock,Aveley,High Street,RM15 4BY,10093506117,XL,", "closed"),
        ("Thurrock,Aveley,High Street,,10093506117,LAL,", "neither position nor postcode"),
    ],
)
def test_a_library_of_the_published_schema_is_open_or_set_aside_with_the_reason(tmp_path, row, reason):
    layer = read(read_venues, "libraries", tmp_path / "libraries.csv", f"{SCHEMA}\n{row}\n")
    assert layer.provenance.set_aside == ({reason: 1} if reason else {})
    assert layer.frame.index.tolist() == ([] if reason else ["libraries:10093506117"])


def test_the_basic_dataset_has_positions_and_a_mobile_library_is_not_a_building(tmp_path):
    rows = [
        "Barnsley,Cudworth,Static Library,S72 8UQ,2007005463,438545.38,409068.79,-1.4193452,53.5768238,LA,2006,",
        "Bath,Mobile Library,Mobile Library,BA3 2DP,,366454,154228,-2.482407,51.286193,LA,,",
        "Barnsley,Kendray,Static Library,S70 3NG,2007005897,436050.28,405185.24,-1.4574684,53.5420978,,2000,2015",
    ]
    layer = read(read_venues, "libraries", tmp_path / "basic.csv", "\n".join([BASIC, *rows, ""]))
    assert layer.frame["name"].tolist() == ["Cudworth"]
    assert layer.frame.geometry.x.tolist() == [438_545.38]
    assert layer.provenance.set_aside == {"closed": 1, "mobile library": 1}


def test_metres_and_degrees_of_one_venue_must_agree(tmp_path):
    row = "Barnsley,Cudworth,Static Library,S72 8UQ,1,438545.38,409068.79,1.4193452,53.5768238,LA,2006,"
    with pytest.raises(DataError, match="sign of the longitude") as refusal:
        read(read_venues, "libraries", tmp_path / "basic.csv", f"{BASIC}\n{row}\n")
    assert codes(refusal) == ["COORD_DISAGREE"]


# --- schools: header names read in public code against edubasealldata

GIAS = (
    "URN,LA (code),EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),CloseDate,Postcode,"
    "HeadFirstName,HeadLastName,Easting,Northing"
)


@pytest.mark.parametrize(
    ("status", "close_date", "reason"),
    [
        ("Open", "", ""),
        ("Open, but proposed to close", "31-08-2030", ""),  # a date to come closes nothing
        ("Closed", "31-08-2019", "closed"),
        ("Proposed to open", "", "not open yet"),
    ],
)
def test_a_school_is_what_its_status_says(tmp_path, status, close_date, reason):
    row = f'109825,883,Test Academy,Academy sponsor led,"{status}",{close_date},RM17 6EE,Ada,Byron,561600,177900'
    layer = read(read_venues, "schools", tmp_path / "edubasealldata.csv", f"{GIAS}\n{row}\n")
    assert layer.provenance.set_aside == ({reason: 1} if reason else {})
    assert layer.frame.index.tolist() == ([] if reason else ["schools:109825"])
    assert "Byron" not in layer.frame.to_csv()


def schools(*statuses):
    rows = [f"{at},883,A{at},x,{status},,RM17 6EE,,,561600,177900" for at, status in enumerate(statuses)]
    return "\n".join([GIAS, *rows, ""])


@pytest.mark.parametrize("statuses", [("Open", "Perhaps"), ("Open", "", "Perhaps"), ("Closed", "Perhaps", "Open")])
def test_a_row_whose_status_says_neither_open_nor_closed_is_set_aside_and_named(tmp_path, statuses):
    layer = read(read_venues, "schools", tmp_path / "edubasealldata.csv", schools(*statuses))
    (warning,) = [found for found in layer.warnings if found.code == "STATUS_UNKNOWN"]
    assert (warning.blocks, warning.rows) == (False, (2 + statuses.index("Perhaps"),))
    assert layer.provenance.set_aside["status neither open nor closed"] == 1
    assert f"schools:{statuses.index('Perhaps')}" not in layer.frame.index
    assert f"schools:{statuses.index('Open')}" in layer.frame.index


def test_a_column_of_statuses_that_mostly_say_neither_is_refused_with_its_rows(tmp_path):
    text = schools("Open", "Grade I", "Grade II", "")
    with pytest.raises(DataError, match="2 of 3 statuses mean neither open nor closed") as refusal:
        read(read_venues, "schools", tmp_path / "edubasealldata.csv", text)
    assert (codes(refusal), refusal.value.faults[0].rows) == (["STATUS_UNKNOWN"], (3, 4))


# --- practices: 27 columns without a header, as public code of the NHS names them


def practice(code: str, name: str, *, status: str = "A", setting: str = "4") -> str:
    known = {
        "Organisation Code": code,
        "Name": name,
        "Postcode": "RM17 6EE",
        "Open Date": "19740401",
        "Status Code": status,
        "Prescribing Setting": setting,
    }
    return ",".join(f'"{known.get(header, "")}"' for header in EPRACCUR.headers)


def test_practices_are_read_without_a_header(tmp_path):
    assert (len(EPRACCUR.headers), EPRACCUR.headers.index("Postcode"), EPRACCUR.headers.index("Status Code")) == (
        27,
        9,
        12,
    )
    rows = [
        practice("F81010", "AVELEY MEDICAL CENTRE"),
        practice("F81011", "OLD SURGERY", status="C"),
        practice("Y06357", "IAPT ANALGESIC SERVICE", setting="0"),  # a service at another's address
        practice("F81012", "NEW SURGERY", status="P"),
    ]
    layer = read(read_venues, "gp-practices", tmp_path / "epraccur.csv", "\r\n".join([*rows, ""]))
    assert layer.frame[["name", "kind", "postcode"]].to_dict("index") == {
        "gp-practices:F81010": {"name": "AVELEY MEDICAL CENTRE", "kind": "health", "postcode": "RM176EE"}
    }
    assert layer.provenance.set_aside == {"closed": 1, "not a GP practice": 1, "not open yet": 1}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("DR ABELA T PRACTICE", "GP practice F81010"),
        ("DRS DAVIES & JAYAKUMAR", "GP practice F81010"),
        ("ANDREW STREET SURGERY", "ANDREW STREET SURGERY"),
    ],
)
def test_a_practice_that_bears_a_doctors_name_is_shown_by_its_code(tmp_path, name, shown):
    layer = read(read_venues, "gp-practices", tmp_path / "epraccur.csv", practice("F81010", name) + "\n")
    assert layer.frame["name"].to_dict() == {"gp-practices:F81010": shown}


# --- the council's own lists. Spellings of the Transparency Code's schema from memory

LAND = (
    "Organisation URI,Organisation Label,Effective Date,UPRN,Unique Asset Identity,"
    "Name of the building or land or both,Street number,Street,Town,Postcode,GeoAreaWebAddress,GeoX,GeoY,"
    "Tenure Type,Tenure Detail,Holding Type,"
    "Building or Land or Both,Purpose"
)


@pytest.mark.parametrize(("x", "y"), [("561625", "187848"), ("0.3305", "51.5663")])
def test_a_land_register_gives_its_buildings_in_metres_or_degrees(tmp_path, x, y):
    """Only the size of GeoX and GeoY tells what they are: no place in Britain fits both."""
    rows = [
        f"u,Council,2026-01-01,1,A1,Grays Town Hall,1,High St,Grays,RM17 6SL,,{x},{y},Freehold,,Corporate,Building,",
        f"u,Council,2026-01-01,2,A2,Blackshots Field,,Lane,Grays,RM16 2JU,,{x},{y},Freehold,,Parks,Land,Recreation",
        f"u,Council,2026-01-01,3,A3,The Lodge,,Lane,Grays,RM16 2JU,,{x},{y},Freehold,,Parks,Both,Sports pavilion",
    ]
    layer = read(read_venues, "land-register", tmp_path / "land.csv", "\n".join([LAND, *rows, ""]))
    assert layer.frame["kind"].to_dict() == {"land-register:A1": "council office", "land-register:A3": "leisure"}
    assert layer.provenance.set_aside == {"land without a building": 1}
    assert layer.frame.geometry.distance(shapely.Point(561_625, 187_848)).max() < 10


def test_a_council_says_which_column_is_which(tmp_path):
    text = "Ref,What,Sort,E,N\nL1,Lamp 1,Lighting column,561600,177900\n"
    columns = {"site_id": "Ref", "name": "What", "kind": "Sort", "easting": "E", "northing": "N"}
    layer = read(read_venues, "venues", tmp_path / "lamps.csv", text, columns=columns)
    assert layer.frame[["name", "kind"]].to_dict("index") == {"L1": {"name": "Lamp 1", "kind": "street furniture"}}


def test_longitudes_under_the_name_x_are_not_eastings(tmp_path):
    """0.33 is an easting off Land's End, and a longitude in Thurrock."""
    layer = read(read_venues, "venues", tmp_path / "a.csv", "Name,X,Y\nHall,0.3305,51.5663\n")
    assert layer.frame.geometry.x.between(561_000, 562_000).all()
    assert layer.provenance.crs == "EPSG:4326"


def test_two_sites_of_one_id_are_refused(tmp_path):
    text = "Asset ID,Name,Easting,Northing\n1,A,561600,177900\n1,B,561700,177900\n"
    with pytest.raises(DataError, match="appears in several rows") as refusal:
        read(read_venues, "venues", tmp_path / "a.csv", text)
    assert (codes(refusal), refusal.value.faults[0].rows) == (["SITE_DUPLICATE"], (2, 3))


@pytest.mark.parametrize("order", [1, -1])
def test_ids_made_from_names_do_not_depend_on_the_order_of_rows(tmp_path, order):
    rows = ["Central,S70 2JF", "Central,LS1 3AB", "Hall,S70 2TA"][::order]
    layer = read(read_venues, "venues", tmp_path / "a.csv", "\n".join(["Name,Postcode", *rows, ""]))
    assert layer.frame.index.tolist() == ["central-ls13ab", "central-s702jf", "hall"]


@pytest.mark.parametrize(
    ("text", "kind"), [("Bus shelter", "street furniture"), ("Sports hall", "leisure"), ("", "other")]
)
def test_the_councils_word_gives_the_kind(text, kind):
    assert kind_of(text) == kind


# --- Ordnance Survey: header of Open Names read in public code; attributes of OpenMap Local in a published layer


def open_name(key: str, name: str, local_type: str) -> str:
    known = {"ID": key, "NAME1": name, "LOCAL_TYPE": local_type, "GEOMETRY_X": "442579", "GEOMETRY_Y": "445562"}
    return ",".join(known.get(header, "") for header in OPEN_NAMES.headers)


@pytest.mark.parametrize("header", ["", ",".join(OPEN_NAMES.headers) + "\n"])
def test_open_names_gives_places_with_a_building(tmp_path, header):
    rows = [
        open_name("osgb4000000073316772", "St Edward's School", "Primary Education"),
        open_name("LS235AA", "LS23 5AA", "Postcode"),
        open_name("osgb4000000074560352", "Boston Spa", "Village"),
    ]
    layer = read(read_venues, "os-open-names", tmp_path / "SE44.csv", header + "\n".join([*rows, ""]))
    assert layer.frame[["name", "kind"]].to_dict("index") == {
        "os-open-names:osgb4000000073316772": {"name": "St Edward's School", "kind": "school"}
    }
    assert layer.provenance.set_aside == {"no place that could host Wi-Fi": 2}


def functional_sites(path, **attributes: list[str]):
    shape = shapely.Polygon([(0, 0), (90, 0), (90, 30), (30, 30), (30, 90), (0, 90)])  # its centre lies outside
    places = [shapely.affinity.translate(shape, 561_000, 178_000)] * len(next(iter(attributes.values())))
    gpd.GeoDataFrame(attributes, geometry=places, crs="EPSG:27700").to_file(path, driver="GeoJSON")
    return path


def test_a_functional_site_is_a_point_inside_its_outline(tmp_path):
    path = functional_sites(
        tmp_path / "TQ_FunctionalSite.geojson",
        ID=["S1", "S2", "S3"],
        DISTNAME=["Grays School", "", "Grays Golf Club"],
        SITETHEME=["Education", "Medical Care", "Leisure"],
        CLASSIFICA=["Secondary Education", "Hospital", "Sports And Leisure Centre"],
    )
    layer = read(read_functional_sites, "os-functional-sites", path)
    assert layer.frame[["name", "kind"]].to_numpy().tolist() == [["Grays School", "school"], ["Hospital", "health"]]
    assert gpd.read_file(path).to_crs("EPSG:27700").geometry.iloc[0].contains(layer.frame.geometry.iloc[0])
    assert layer.provenance.set_aside == {"no place that could host Wi-Fi": 1}


def test_functional_sites_without_a_classification_are_refused(tmp_path):
    path = functional_sites(tmp_path / "sites.geojson", ID=["S1"], DISTNAME=["Grays School"])
    with pytest.raises(DataError, match="CLASSIFICA") as refusal:
        read(read_functional_sites, "os-functional-sites", path)
    assert codes(refusal) == ["COLUMN_MISSING"]


# --- the real lists


@needs_real_data
@pytest.mark.parametrize(
    ("kind", "name", "used", "aside"),
    [
        ("libraries", "libraries.csv", 10, {}),
        ("schools", "schools_2017.csv", 55, {"closed": 2}),
        ("gp-practices", "gp_practices_2019.csv", 27, {"not a GP practice": 10}),
    ],
)
def test_the_real_venues_of_thurrock(kind, name, used, aside):
    layer = read(read_venues, kind, REAL_DATA / "thurrock" / "venues" / name)
    assert (len(layer.frame), dict(layer.provenance.set_aside), warned(layer)) == (used, aside, [])
    assert not layer.frame["name"].str.contains(r"\bDR\b").any()


@needs_leeds
@pytest.mark.parametrize(
    ("kind", "name", "used", "aside"),
    [
        ("libraries", "leeds_city_council.csv", 38, {"closed": 15}),
        ("schools", "school_eng_addresses_2017_leeds.csv", 310, {"closed": 5}),
        ("gp-practices", "gp_practices_active_E08000035_leeds.csv", 96, {"not a GP practice": 76}),
        ("os-open-names", "os_open_names_nonroad_leeds.csv", 17, {"no place that could host Wi-Fi": 88}),
    ],
)
def test_the_real_venues_of_leeds(kind, name, used, aside):
    layer = read(read_venues, kind, LEEDS / name)
    assert (len(layer.frame), dict(layer.provenance.set_aside), warned(layer)) == (used, aside, [])
