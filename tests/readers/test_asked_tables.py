"""A table is read as plan.toml asks: its sheet, its header rows, some of its rows; and a stated year fits it."""

import io

import openpyxl
import pytest

from connected_place.gis_data.catalogue import source
from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files.input_files import InputFile, read_input
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.readers.intake import READERS

from ..publisher_files import codes, warned

NAMES = ["ID", "NAME1", "LOCAL_TYPE", "GEOMETRY_X", "GEOMETRY_Y"]
POPULATION = ["LSOA 2021 Code", "Total"]


def layer_of(folder, kind, name, content, **asked):
    """The layer of a file by the reader of its kind."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    entry = source(kind)
    file: InputFile = read_input(name, folder=folder)
    return READERS[entry.reader](entry, file, SourceFile(kind=kind, path=name, **asked))


def workbook(**sheets):
    """A workbook; underscores in the names of its sheets are blanks."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def of_years(*years):
    """A sheet of residents a year: 100 more in each."""
    return workbook(
        Contents=[["Population estimates"]],
        **{
            f"Mid-{year}_LSOA_2021": [[f"Mid-{year}: residents"], [], POPULATION, ["E01000001", 100 * (1 + at)]]
            for at, year in enumerate(years)
        },
    )


# --- sheets


def test_sheets_that_look_alike_are_listed_and_none_is_chosen(tmp_path):
    with pytest.raises(DataError, match=r'"Mid-2023 LSOA 2021", "Mid-2024 LSOA 2021"\. Write sheet = ') as refusal:
        layer_of(tmp_path, "population", "p.xlsx", of_years(2023, 2024), release="mid-2024")
    assert codes(refusal) == ["SHEET_AMBIGUOUS"]


@pytest.mark.parametrize("sheet", ["Mid-2024 LSOA 2021", " mid-2024  lsoa 2021"])
def test_the_sheet_that_the_plan_names_is_read_and_tells_the_year(tmp_path, sheet):
    layer = layer_of(tmp_path, "population", "p.xlsx", of_years(2023, 2024), sheet=sheet)
    assert layer.frame["population"].tolist() == [200]
    assert (layer.year, layer.provenance.vintage) == ("2021", "Mid-2024 LSOA 2021")


@pytest.mark.parametrize(
    ("name", "content"), [("p.xlsx", of_years(2024)), ("p.csv", "LSOA21CD,population\nE01000001,5\n")]
)
def test_a_sheet_that_is_not_there_is_refused(tmp_path, name, content):
    with pytest.raises(DataError, match="sheet") as refusal:
        layer_of(tmp_path, "population", name, content, sheet="Mid-2019")
    assert codes(refusal)[0] in ("SHEET_MISSING", "SHEET_OF_TEXT")


@pytest.mark.parametrize(
    ("release", "fits"),
    [
        ("mid-2024", True),
        ("2024", True),
        ("mid-2024 on LSOAs 2021", True),
        ("", True),
        ("mid-2023", False),
        ("2021", False),
    ],
)
def test_a_stated_year_never_contradicts_the_sheet(tmp_path, release, fits):
    """The year of the area codes is not one of the figures."""
    if fits:
        layer = layer_of(tmp_path, "population", "p.xlsx", of_years(2024), release=release)
        assert "2024" in layer.provenance.vintage
        return
    with pytest.raises(DataError, match="says 2024") as refusal:
        layer_of(tmp_path, "population", "p.xlsx", of_years(2024), release=release)
    assert codes(refusal) == ["RELEASE_CONTRADICTS"]


def test_a_title_above_the_header_contradicts_a_stated_year_as_well(tmp_path):
    text = "Mid-2019 estimates,\nLSOA21CD,population\nE01000001,5\n"
    with pytest.raises(DataError, match="says 2019"):
        layer_of(tmp_path, "population", "p.csv", text, release="mid-2024")


def test_the_sheet_with_most_of_the_headers_is_read(tmp_path):
    """A page of notes with a column called Name is another thing."""
    content = workbook(
        Notes=[["Name", "Meaning"], ["X", "Y"]], Assets=[["Name", "Easting", "Northing"], ["A", 561600, 177900]]
    )
    layer = layer_of(tmp_path, "libraries", "a.xlsx", content)
    assert (layer.frame["name"].tolist(), warned(layer)) == (["A"], ["SHEET_NOT_READ"])


@pytest.mark.parametrize(
    ("kind", "rows", "number"),
    [
        ("postcodes", [["pcds", "east1m", "north1m", "doterm"], ["RM17 6EE", 561600, 177900, None]], 1),
        ("postcodes", [["RM17 6EE", 10, 561600, 177900, "E92000001", "E19", "E18", "", "E06000034", "E05002229"]], 1),
        ("gp-practices", [["org_code", "name", "postcode"], ["A10001", "THE SURGERY", "LS1 1AA"]], 1),
        (
            "os-open-names",
            [NAMES, ["o1", "A", "Hospital", 1e5, 2e5]],
            1,
        ),
        ("place-names", [NAMES, ["o1", "A", "Town", 1e5, 2e5]], 1),
    ],
)
def test_a_workbook_is_read_wherever_a_csv_is(tmp_path, kind, rows, number):
    """With a header, or without one where the publisher gives none."""
    assert len(layer_of(tmp_path, kind, "a.xlsx", workbook(Sheet1=rows)).frame) == number


# --- headers


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Asset name,Type,Location,\n,,Easting,Northing\nHall,hall,561600,177900\n", {}),
        ("About,,Location,\nAsset name,Type,Easting,Northing\nHall,hall,561600,177900\n", {}),
        (
            "Our assets,,,\nAsset,What,Place,\nname,,East,North\nHall,hall,561600,177900\n",
            {"header_rows": 2, "columns": {"name": "Asset name", "easting": "Place East", "northing": "Place North"}},
        ),
        (
            "Asset,What,Place,\nname,,East,North\nHall,hall,561600,177900\n",
            {"header_rows": 2, "columns": {"easting": "East", "northing": "North"}},
        ),
    ],
)
def test_a_header_over_two_rows_is_read(tmp_path, text, asked):
    """Merged cells leave blanks beside and below them."""
    layer = layer_of(tmp_path, "venues", "a.csv", text, **asked)
    assert layer.frame["name"].tolist() == ["Hall"]
    assert layer.frame.geometry.x.tolist() == [561_600]


def test_a_merged_header_of_a_workbook_is_not_merged_data(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["Our assets"],
        ["Asset name", "Location", None],
        [None, "Easting", "Northing"],
        ["Hall", 561600, 177900],
    ):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.active.merge_cells("B2:C2")
    stream = io.BytesIO()
    book.save(stream)
    assert layer_of(tmp_path, "venues", "a.xlsx", stream.getvalue()).frame.geometry.y.tolist() == [177_900]


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("name,easting,northing,,\nHall,561600,177900,,\n", []),
        ("name,easting,northing,Notes,Notes\nHall,561600,177900,a,b\n", ["COLUMN_DUPLICATE"]),
        ("name,easting,northing\nHall,561600,177900\nName,EASTING,Northing\n", ["HEADER_REPEATED"]),
        ("name,easting,northing,postcode\nHall,561600,177900,TBC\n", ["CELL_AS_BLANK"]),
        ("name,easting,northing,postcode\nHall,561600,177900,M31\nB,561600,177901,Various\n", ["CELL_AS_BLANK"]),
        (
            "name,easting,northing\nHall,561600,177900\nA,561600,177901\nB,E1,177900\n",
            ["CELL_AS_BLANK", "COORD_INCOMPLETE"],
        ),
        ("name,easting,northing\nHall,561600,177900\nHall,561600,177900\n", ["KEY_DUPLICATE_IDENTICAL"]),
        ("name,longitude,latitude\nHall,0.33,51.5\nA,51.5,0.33\nB,0.33,51.6\n", ["COORD_SWAPPED"]),
        ("name,easting,northing\nHall,561600,177900\nA,0,0\nB,561600,177901\n", ["COORD_NULL_ISLAND"]),
    ],
)
def test_a_fault_of_a_row_or_an_unread_column_stays_its_own(tmp_path, text, warnings):
    """The others are read; what is wrong is a warning."""
    layer = layer_of(tmp_path, "venues", "a.csv", text, kind_of_all="library")
    assert "Hall" in layer.frame["name"].tolist()
    assert warned(layer) == warnings


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name,easting,northing,Easting\nHall,561600,177900,1\n", "COLUMN_DUPLICATE"),
        ("name,easting,northing\nHall,561600,177900\nA,1.11,53.3\nB,561600,177901\n", "COORD_DEGREES"),
        ("name,longitude,latitude\nHall,51.5,0.33\nA,51.5,0.34\nB,0.33,51.6\n", "COORD_SWAPPED"),
        ("Asset ID,name,easting,northing\n1.00012E+11,A,561600,177900\n", "ID_SPOILT"),
        ("Asset ID,name,easting,northing\nMar-01,A,561600,177900\nA1,B,561600,177900\n", "ID_SPOILT"),
        ("Asset ID,name,easting,northing\n2001-03-01 00:00:00,A,561600,177900\n", "ID_SPOILT"),
    ],
)
def test_what_the_plan_uses_and_cannot_be_relied_on_blocks_with_its_rows(tmp_path, text, code):
    with pytest.raises(DataError) as refusal:
        layer_of(tmp_path, "venues", "a.csv", text)
    assert codes(refusal) == [code]


def test_ids_of_an_ordinary_form_are_ids(tmp_path):
    text = "Asset ID,name,easting,northing\nMAR-01,A,561600,177900\n1E5,B,561600,177901\n12/A,C,561600,177902\n"
    layer = layer_of(tmp_path, "venues", "a.csv", text, kind_of_all="library")
    assert layer.frame.index.tolist() == ["12/A", "1E5", "MAR-01"]


def test_all_faults_of_a_table_come_at_once(tmp_path):
    """A row too long, a total, and a cell that is not a number."""
    text = "LSOA21CD,population\nE01000001,5\nE01000002,5,5\nE01000003,many\nTotal,10\n"
    with pytest.raises(DataError) as refusal:
        layer_of(tmp_path, "population", "p.csv", text)
    assert codes(refusal) == ["RAGGED", "TOTAL_ROW", "NOT_A_NUMBER"]
    assert [fault.rows for fault in refusal.value.faults] == [(3,), (5,), (4,)]


def test_a_file_of_another_kind_is_not_quoted(tmp_path):
    """Its first line may be anybody's."""
    with pytest.raises(DataError) as refusal:
        layer_of(tmp_path, "libraries", "passwd", "root:x:0:0:root:/root\nsecret line\n")
    assert "root" not in str(refusal.value)


# --- rows


SEXES = "LSOA21CD,Sex,population\nE01000001,Female,5\nE01000001,Male,6\nE01000002,Female,7\nE01000002,Male,9\n"


def test_a_column_that_tells_alike_rows_apart_is_named(tmp_path):
    with pytest.raises(DataError, match='column "Sex", which is not read, differs: "Female", "Male"') as refusal:
        layer_of(tmp_path, "population", "p.csv", SEXES)
    assert (codes(refusal), refusal.value.faults[0].rows) == (["ROWS_TOLD_APART"], (2, 3, 4, 5))


def test_some_rows_are_kept_where_the_plan_says_so(tmp_path):
    layer = layer_of(tmp_path, "population", "p.csv", SEXES, rows={"sex": " male"})
    assert layer.frame["population"].tolist() == [6, 9]


@pytest.mark.parametrize(("rows", "code"), [({"Sex": "Persons"}, "ROWS_NONE"), ({"Age": "1"}, "COLUMN_MISSING")])
def test_rows_that_are_not_there_are_refused(tmp_path, rows, code):
    with pytest.raises(DataError) as refusal:
        layer_of(tmp_path, "population", "p.csv", SEXES, rows=rows)
    assert codes(refusal) == [code]


HOURS = "Counter ID,Date,Hour,Count,Direction\n"


@pytest.mark.parametrize(
    "rows", [["A,2026-01-05,7,12,In", "A,2026-01-05,7,14,Out", "A,2026-01-05,8,2,In", "A,2026-01-05,8,2,Out"]]
)
def test_counts_in_two_directions_are_asked_about(tmp_path, rows):
    with pytest.raises(DataError, match=r'"Direction".*rows = \{ "Direction" = "In" \}') as refusal:
        layer_of(tmp_path, "footfall-hourly", "f.csv", HOURS + "\n".join(rows))
    assert codes(refusal) == ["ROWS_TOLD_APART"]


@pytest.mark.parametrize(
    ("times", "hours"),
    [
        (["2026-06-05T07:00Z", "2026-06-05T08:00Z"], [8, 9]),
        (["2026-06-05T08:00+01:00", "2026-06-05T08:00Z"], [8, 9]),
        (["2026-06-05 08:00 BST", "2026-06-05 08:00 GMT"], [8, 9]),
        (["2026-01-05T07:00Z", "2026-01-05T08:00Z"], [7, 8]),
        (["2026-06-05 07:59:59.997", "2026-06-05 09:00:00"], [8, 9]),
    ],
)
def test_times_are_rounded_to_the_minute_and_zones_are_converted(tmp_path, times, hours):
    text = "Counter ID,Date,Count\n" + "".join(f"A,{time},5\n" for time in times)
    assert layer_of(tmp_path, "footfall-hourly", "f.csv", text).frame["time"].dt.hour.tolist() == hours


def test_times_with_and_without_a_zone_are_refused(tmp_path):
    text = "Counter ID,Date,Count\nA,2026-06-05T07:00Z,5\nA,2026-06-05 08:00,5\n"
    with pytest.raises(DataError) as refusal:
        layer_of(tmp_path, "footfall-hourly", "f.csv", text)
    assert (codes(refusal), refusal.value.faults[0].rows) == (["TIME_ZONES_MIXED"], (3,))


def test_digits_of_another_script_are_not_an_hour(tmp_path):
    with pytest.raises(DataError) as refusal:
        layer_of(tmp_path, "footfall-hourly", "f.csv", "Counter ID,Date,Hour,Count\nA,2026-01-05,\uff11,5\n")
    assert codes(refusal) == ["HOUR_RANGE"]


# --- directories, codes and kinds


@pytest.mark.parametrize(
    ("header", "row", "warning"),
    [
        ("pcds,east1m,north1m,doterm", "RM17 6EE,561600,177900,", []),
        ("pcd,laua,oseast1m,osnrth1m", "RM17 6EE,E06000034,561600,177900", ["LIVE_UNKNOWN"]),
        ("postcode,ward_code,lon,lat", "RM17 6EE,E05002229,0.33,51.48", ["LIVE_UNKNOWN"]),
    ],
)
def test_a_directory_says_which_postcodes_are_in_use_or_is_reported_not_to(tmp_path, header, row, warning):
    layer = layer_of(tmp_path, "postcodes", "p.csv", f"{header}\n{row}\n")
    assert (warned(layer), layer.frame["live_known"].all()) == (warning, not warning)
    assert layer.frame.geometry.x["RM176EE"] == pytest.approx(561_600, abs=1_000)


@pytest.mark.parametrize(
    ("text", "number"), [("name,laua\nx,E06000001\n", 2), ("lat,lon\n51.5,0.3\n", 1), ("pcds\nRM17 6EE\n", 1)]
)
def test_a_directory_without_postcodes_or_positions_is_refused(tmp_path, text, number):
    with pytest.raises(DataError) as refusal:
        layer_of(tmp_path, "postcodes", "p.csv", text)
    assert codes(refusal) == ["COLUMN_MISSING"] * number


def test_a_headerless_file_with_the_line_ends_of_an_old_mac_is_read(tmp_path):
    text = '"RM17 6EE",10,561600,177900,"","","","","",""\r"RM17 6EF",10,561601,177900,"","","","","",""\r'
    assert len(layer_of(tmp_path, "postcodes", "rm.csv", text).frame) == 2


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("population", "LSOA21CD,population\nE01000001,5\n"),
        ("area-table", "LSOA21CD,population\nE01000001,5\n"),
        ("ons-centroids", "LSOA21CD,easting,northing\nE01000001,561600,177900\n"),
        ("ons-lookup", "LSOA21CD,WD25CD\nE01000001,E05000001\n"),
    ],
)
def test_a_column_of_codes_that_is_not_there_is_refused_with_those_that_are(tmp_path, kind, text):
    columns = {"lsoa": "LSOA11CD"} if kind == "ons-lookup" else {"code": "LSOA11CD"}
    if kind == "area-table":
        columns["population"] = "population"
    with pytest.raises(DataError, match="has: LSOA21CD") as refusal:
        layer_of(tmp_path, kind, "a.csv", text, columns=columns)
    assert codes(refusal) == ["COLUMN_MISSING"]


@pytest.mark.parametrize(
    ("cell", "is_open"),
    [
        *(
            (cell, True)
            for cell in ("", "0", "No", "Not closed", "FALSE", "Open", "n/a", "2099", "31/12/2099", "still open")
        ),
        *(
            (cell, False)
            for cell in ("2015", "Yes", "TRUE", "closed", "31/03/2015", "2015-03-31", "March 2015", "2014/15")
        ),
    ],
)
def test_a_year_of_closing_is_read_as_what_it_says(tmp_path, cell, is_open):
    layer = layer_of(tmp_path, "libraries", "a.csv", f"Library name,Postcode,Year closed\nA,RM17 6EE,{cell}\n")
    assert (len(layer.frame) == 1, warned(layer)) == (is_open, [])


@pytest.mark.parametrize(
    ("release", "is_open"), [("2019", True), ("2020-03", True), ("2020-04", False), ("2021", False)]
)
def test_a_list_with_a_stated_month_is_read_as_of_that_month(tmp_path, release, is_open):
    """So that the same files give the same plan next year."""
    text = "Library name,Postcode,Year closed\nA,RM17 6EE,2020-04-15\n"
    assert (len(layer_of(tmp_path, "libraries", "a.csv", text, release=release).frame) == 1) == is_open


def test_a_word_that_says_neither_closed_nor_open_is_a_warning(tmp_path):
    layer = layer_of(tmp_path, "libraries", "a.csv", "Library name,Postcode,Year closed\nA,RM17 6EE,perhaps\n")
    assert (len(layer.frame), warned(layer)) == (1, ["CLOSED_UNCLEAR"])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("CCTV at School Road", "street furniture"),
        ("CCTV School Road", "street furniture"),
        ("12 College Street", "other"),
        ("Lakeside Retail Park", "other"),
        ("Kiosk outside Library", "other"),
        ("Library Car Park", "car park"),
        ("Church Lane Library", "library"),
        ("Fern Park", "park"),
    ],
)
def test_a_kind_guessed_from_a_name_is_listed_and_never_comes_from_a_street(tmp_path, name, kind):
    text = f"name,easting,northing\n{name},561600,177900\n"
    layer = layer_of(tmp_path, "venues", "a.csv", text)
    assert (layer.frame["kind"].tolist(), warned(layer)) == ([kind], ["KIND_GUESSED"])
    assert f"{kind} (1: {name})" in layer.warnings[0].message


def test_the_plan_may_state_the_kind_of_a_whole_list(tmp_path):
    text = "name,easting,northing\nPole 12 School Road,561600,177900\n"
    layer = layer_of(tmp_path, "venues", "a.csv", text, kind_of_all="street furniture")
    assert (layer.frame["kind"].tolist(), warned(layer)) == (["street furniture"], [])
