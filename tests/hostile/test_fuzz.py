"""Whatever is written into a table or a plan.toml, a person reads faults in plain words, never a traceback.

Every kind of table is spoilt by a seeded generator: its bytes, its cells, its header, and what plan.toml says of it. A
longer run: CONNECTED_PLACE_FUZZ=20000 pytest tests/hostile/test_fuzz.py; CONNECTED_PLACE_FUZZ_SEED gives other cases.
"""

import csv
import datetime
import io
import os
import random
import warnings

import openpyxl
import pytest

from connected_place.gis_data.catalogue import SAMPLE
from connected_place.gis_data.errors import ConnectedPlaceError, fault
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.readers.intake import read_layers
from connected_place.gis_data.readers.venues.layouts import EPRACCUR, OPEN_NAMES
from connected_place.scripts.config.plan_file import read_plan_file

CASES = int(os.environ.get("CONNECTED_PLACE_FUZZ", "0"))
SEED = int(os.environ.get("CONNECTED_PLACE_FUZZ_SEED", "20260131"))
EACH = 4
"""Cases of each kind in the suite."""


def top(name, rows=12):
    """The first rows of a table of the sample."""
    lines = (SAMPLE / name).read_text(encoding="utf-8-sig").splitlines()
    return list(csv.reader(lines[:rows]))


def practice(code):
    known = {"Organisation Code": code, "Name": "SURGERY", "Postcode": "RM17 6EE", "Status Code": "A"}
    return [known.get(header, "4" if header == "Prescribing Setting" else "") for header in EPRACCUR.headers]


def open_name(key, kind):
    known = {"ID": key, "NAME1": "Oak", "LOCAL_TYPE": kind, "GEOMETRY_X": "442579", "GEOMETRY_Y": "445562"}
    return [known.get(header, "") for header in OPEN_NAMES.headers]


def ages():
    return [f"Age: Aged {low} to {low + 4} years" for low in range(0, 100, 5)]


def mobile_header():
    return ["laua", "laua_name", *(f"4G_prem_in_{number}" for number in range(5))]


TABLES = {
    "202601_fixed_oa_coverage_r1.csv": ("ofcom-fixed-coverage", top("202601_fixed_oa_coverage_r1.csv")),
    "202601_fixed_pc_coverage_r2_QX.csv": ("ofcom-fixed-coverage", top("202601_fixed_pc_coverage_r2_QX.csv")),
    "202601_mobile_coverage_laua.csv": (
        "ofcom-mobile-coverage",
        [mobile_header(), ["E06000001", "A", "1", "2", "3", "4", "90"], ["E06000002", "B", "", "", "", "50", "50"]],
    ),
    "lookup.csv": ("ons-lookup", top("OA21_LSOA21_WD25_LAD25_EW_LU.csv")),
    "centroids.csv": ("ons-centroids", top("OA_2021_PWC.csv")),
    "nspl.csv": ("postcodes", top("NSPL_NOV_2025_QX.csv")),
    "code_point.csv": ("postcodes", [["RM17 6EE", "10", "561600", "177900", "", "", "", "", "E06000034", ""]] * 2),
    "uprn.csv": (
        "uprns",
        [["UPRN", "X_COORDINATE", "Y_COORDINATE", "LATITUDE", "LONGITUDE"], ["1", "561600", "177900", "", ""]],
    ),
    "bduk.csv": (
        "premises-status",
        [
            ["uprn", "postcode", "subsidy_control_status", "current_gigabit"],
            ["10", "RM17 6EE", "Gigabit White", "true"],
        ],
    ),
    "population.csv": ("population", top("census2021-ts001-oa.csv")),
    "households.csv": ("households", top("census2021-ts041-oa.csv")),
    "older.csv": ("older-residents", [["LSOA21CD", "Age: Total", *ages()], ["E01000001", "20", *["1"] * 20]]),
    "iod2025.csv": (
        "deprivation",
        top("File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv"),
    ),
    "figures.csv": ("area-table", [["LSOA21CD", "damp"], ["E01000001", "5"], ["E01000002", "7.5"]]),
    "libraries.csv": (
        "libraries",
        [["Library name", "Postcode", "Year closed", "Easting", "Northing"], ["A", "RM17 6EE", "", "561600", "177900"]],
    ),
    "schools.csv": (
        "schools",
        [["URN", "EstablishmentName", "EstablishmentStatus (name)", "Postcode"], ["1", "B", "Open", "RM17 6EE"]],
    ),
    "epraccur.csv": ("gp-practices", [practice("F81010"), practice("F81011")]),
    "names.csv": ("os-open-names", [open_name("osgb1", "Hospital"), open_name("osgb2", "Village")]),
    "places.csv": ("place-names", [open_name("osgb1", "Town"), open_name("osgb2", "Railway Station")]),
    "register.csv": (
        "land-register",
        [["Unique Asset ID", "Name", "Postcode", "GeoX", "GeoY"], ["A1", "Town Depot", "RM17 6EE", "561600", "177900"]],
    ),
    "venues.csv": (
        "venues",
        [["site_id", "name", "kind", "X", "Y"], ["A1", "Hall", "hall", "561600", "177900"], ["A2", "B", "", "1", "52"]],
    ),
    "wifi.csv": ("public-wifi", top("existing_public_wifi.csv")),
    "counters.csv": ("footfall-counters", top("footfall_counters.csv")),
    "hourly.csv": ("footfall-hourly", top("footfall_hourly.csv")),
    "wide.csv": ("footfall-hourly", [["Date", "Hour", "Quay", "Mall"], ["05/01/2026", "7", "12", "3"]]),
}

CELLS = (
    *(
        "",
        " ",
        "E1",
        "e",
        "1e400",
        "-",
        "--5",
        "\u2212 5",
        "\uff11\uff12",
        "\u0661",
        "1,2,3",
        "1.2.3",
        ",5",
        ">=\uff13",
    ),
    *("<", "<3", "TBC", "Various", "N/A", "#REF!", "=1+1", "1.00012E+11", "Mar-01", "99/99/9999", "31/02/2026"),
    *(
        "2026-13-45",
        "2026-01-05T07:00Z",
        "2026-01-05 25:99",
        "\uff17:00",
        "0001-01-01 00:00+99:99",
        "9" * 400,
        "0" * 20,
    ),
    *(
        "inf",
        "nan",
        "\x1b[31mred",
        "a\nb",
        'say "x"',
        "\u202e",
        "\x85",
        "\u00a0",
        "name",
        "postcode",
        "Total",
        "Postcode",
    ),
    *("E01000001", "<b>", "{count}", "%s", "../..", "E06000001", "-1", "1.5", "TRUE", "x" * 300, "\u00c2\u00a3", "0"),
    *("\ufeff", "9999-12-31 23:59:59.9+00:00", "1677-01-01 00:00Z", "24:00", "07:60", "1/1/1", "31-Feb-99"),
)
BYTES = (
    b"",
    b"\0",
    b"\r",
    b"\n",
    b"\r\n",
    b'"',
    b",",
    b";",
    b"\t",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"\x1b",
    b"9" * 30,
)


def spoilt_rows(dice, rows):
    """A table with some of its cells, columns or rows spoilt."""
    rows = [list(row) for row in rows]
    for _ in range(dice.randint(0, 4)):
        at, column = dice.randrange(len(rows)), dice.randrange(max(len(rows[0]), 1))
        way = dice.randrange(9)
        if way < 4 and column < len(rows[at]):
            rows[at][column] = dice.choice(CELLS)
        elif way == 4:
            rows.insert(dice.randint(0, len(rows)), list(rows[0]))
        elif way == 5:
            rows = [row[:column] + row[column + 1 :] for row in rows]
        elif way == 6:
            rows = [[*row, row[column] if column < len(row) else ""] for row in rows]
        elif way == 7 and column < len(rows[0]):
            rows[0][column] = dice.choice(["", dice.choice(rows[0]), dice.choice(CELLS)])
        else:
            del rows[at]
        if not rows:
            return [[]]
    return rows


def as_csv(dice, rows):
    text = io.StringIO(newline="")
    writer = csv.writer(
        text, delimiter=dice.choice(",,,,;\t|"), lineterminator=dice.choice(["\n", "\r\n", "\r"]), escapechar="\\"
    )
    writer.writerows(rows)
    encoding = dice.choice(["utf-8"] * 6 + ["utf-8-sig", "utf-16", "cp1252", "latin-1"])
    content = bytearray(text.getvalue().encode(encoding, errors="replace"))
    for _ in range(dice.choice([0, 0, 1, 3])):
        at = dice.randrange(len(content) + 1)
        content[at : at + dice.choice([0, 1, 5])] = dice.choice(BYTES)
    return bytes(content[: dice.randrange(len(content) + 1)] if dice.random() < 0.1 else content)


def as_workbook(dice, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([typed(dice, cell) for cell in row])
    if dice.random() < 0.3:
        book.create_sheet(dice.choice(["Mid-2019", "Notes", "2"])).append([typed(dice, cell) for cell in rows[0]])
    if dice.random() < 0.2:
        book.active.merge_cells("A1:B2")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def typed(dice, cell):
    """A cell as a spreadsheet may keep it."""
    if cell.isascii() and cell.isdigit() and len(cell) < 15:
        return dice.choice([cell, int(cell), float(cell), datetime.datetime(2026, 1, 5, 7, 59, 59, 999_000)])
    return openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", cell)[:30_000]


def asked(dice, kind, name, rows):
    """What plan.toml says of the file, usually nothing."""
    headers = [*rows[0], *dice.sample(CELLS, 2), "no such header"]
    columns = {} if kind != "area-table" else {"code": "LSOA21CD", "damp": "damp"}
    if dice.random() < 0.2:
        columns |= {dice.choice(["code", "name", "postcode", "easting", "nonsense"]): dice.choice(headers)}
    return SourceFile(
        kind=kind,
        path=name,
        columns=columns,
        release=dice.choice([""] * 6 + ["2026-01", "mid-2019", "2099", "x"]),
        sheet=dice.choice([""] * 8 + ["Sheet", "Notes"]),
        header_rows=dice.choice([0] * 6 + [1, 2, 5]),
        rows=dice.choice([{}] * 8 + [{dice.choice(headers): dice.choice(CELLS)}]),
        kind_of_all=dice.choice([""] * 5 + ["library"]),
    )


def read_spoilt(dice, folder, name):
    """Read one spoilt table; anything but the project's own faults goes through."""
    kind, whole = TABLES[name]
    rows = spoilt_rows(dice, whole)
    is_book = dice.random() < 0.15
    path = folder / (name.replace(".csv", ".xlsx") if is_book else name)
    path.write_bytes(as_workbook(dice, rows) if is_book else as_csv(dice, rows))
    layers, faults = read_layers([asked(dice, kind, path.name, whole)], folder=folder)
    for said in (*faults, *(warning for layer in layers for warning in layer.warnings)):
        assert str(said).isprintable(), repr(str(said))


@pytest.mark.parametrize("name", TABLES)
def test_no_spoilt_table_ends_in_a_traceback(tmp_path, name):
    for number in range(CASES // len(TABLES) or EACH):
        dice = random.Random(f"{SEED} {name} {number}")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            read_spoilt(dice, tmp_path, name)


PLAN = (SAMPLE / "plan.toml").read_text(encoding="utf-8")
LINES = PLAN.splitlines(keepends=True)
VALUES = (
    *(
        "1" + "0" * 399,
        "9" * 5_000,
        "1e999",
        "-1e400",
        "nan",
        "inf",
        "-0.0",
        "true",
        '""',
        '"\\u001b[31m"',
        "'x'",
        "[]",
    ),
    *("{}", "[" * 3_000, "[" * 400 + "]" * 400, "{ a = " * 300, "1979-05-27", "07:32:00", "[1, 'a']", "[[1]]"),
    *(
        "{ a.b.c = 1 }",
        '"*"',
        '"**"',
        '"a**"',
        '"../*"',
        '"' + "*/" * 2_000 + '"',
        '"\\u0000"',
        '"' + "x" * 5_000 + '"',
    ),
    *("0x10", "1_0", "-" + "9" * 400, "{ 'a' = 1, 'a' = 2 }", '"\\ud800"'),
)


def spoilt_plan(dice):
    """A plan.toml with a value, a key, a line or some bytes spoilt."""
    lines = list(LINES)
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(lines))
        key, equals, _ = lines[at].partition("=")
        way = dice.randrange(6)
        if way < 3 and equals:
            lines[at] = f"{key}= {dice.choice(VALUES)}\n"
        elif way == 3:
            lines.insert(at, f"{'a.' * dice.choice([1, 50, 1_500])}b = {dice.choice(VALUES)}\n")
        elif way == 4:
            del lines[at]
        else:
            lines[at] = dice.choice(["[x]\n", "[[source]]\n", "[score.weights]\n", '"\x1b" = 1\n', "\n\n", "[place]\n"])
    content = bytearray("".join(lines).encode())
    if dice.random() < 0.2:
        at = dice.randrange(len(content))
        content[at : at + 1] = dice.choice(BYTES)
    return bytes(content)


def test_no_spoilt_plan_ends_in_a_traceback(tmp_path):
    for number in range(CASES // 10 or 40):
        (tmp_path / "plan.toml").write_bytes(spoilt_plan(random.Random(f"{SEED} plan {number}")))
        try:
            found = read_plan_file(tmp_path)
            paths = [source for source in found.sources if "*" in source.path]
            said = read_layers(paths, folder=tmp_path)[1]
        except ConnectedPlaceError as error:
            said = error.faults
        assert all(str(item).isprintable() for item in said)


KEYS = ("budget_gbp = 250_000", 'areas = "lsoa"', 'path = "OA_2021_PWC.csv"', "renewal_years = 7", 'kind = "venues"')


@pytest.mark.parametrize("value", VALUES)
def test_every_value_of_a_plan_is_taken_or_refused(tmp_path, value):
    """As a number, a text, a table, a path and an unknown key."""
    for key in (
        "budget_gbp = 250_000",
        'areas = "lsoa"',
        'path = "OA_2021_PWC.csv"',
        "renewal_years = 7",
        'kind = "population"',
    ):
        name = key.partition(" ")[0]
        (tmp_path / "plan.toml").write_text(PLAN.replace(key, f"{name} = {value}"), encoding="utf-8")
        try:
            sources = [source for source in read_plan_file(tmp_path).sources if "*" in source.path]
            read_layers(sources, folder=tmp_path)
        except ConnectedPlaceError as error:
            assert error.faults


def test_what_a_terminal_would_obey_is_made_visible():
    said = str(fault("PATH_NOT_READABLE", file="a\x1b[31m.csv", column="\u009b2J", value="\u202ex", reason="\x07"))
    assert said.isprintable()
    assert said.startswith('a\\x1b[31m.csv, column "\\x9b2J"')
