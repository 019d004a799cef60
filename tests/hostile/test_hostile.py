"""Hostile and awkward files: each is accepted, warned of or refused as expected, and harms nothing.

The files lie beside the project or where CONNECTED_PLACE_HOSTILE points; without them these tests are skipped.
"""

import functools
import json
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
import shapely

from connected_place.gis_data.catalogue import Column
from connected_place.gis_data.crs import outside_area, points
from connected_place.gis_data.errors import ConnectedPlaceError
from connected_place.gis_data.files.archives import members
from connected_place.gis_data.files.input_files import InputFile, changed_since, read_input
from connected_place.gis_data.rasters.grids import read_raster
from connected_place.gis_data.shapes.vector_files import read_shapes
from connected_place.gis_data.tabular.schema import check_columns, nations_mixed, raise_if_blocked, unique_by
from connected_place.gis_data.tabular.text_tables import TextTable, read_table

from ..processes import EMERGENCY_S

ROOT = Path(__file__).parents[2]
HOSTILE = Path(os.environ.get("CONNECTED_PLACE_HOSTILE", ROOT.parent / "shared" / "hostile"))
LISTED = HOSTILE / "cases.jsonl"
CASES = [json.loads(line) for line in LISTED.read_text(encoding="utf-8").splitlines()] if LISTED.is_file() else []
pytestmark = pytest.mark.skipif(not CASES, reason="the hostile files are not beside the project")

SECRET = "quicksilver-heron-4711"
LONGEST_S = 20
"""Processor time, which a busy machine does not lengthen."""
MOST_GROWTH_BYTES = 1_000_000_000
COUNCIL = shapely.box(425_000, 429_000, 437_000, 440_000)

ALSO_GOOD = {
    "C10b": {"COORD_DISAGREE"},  # shown by the easting and northing of the same row; the postcode is not needed
}
RECORDED_SHA256 = {"HASH_CHANGED": "0" * 64}
"""What a manifest would say of the file before it rotted: without a record this cannot be seen."""


def columns(*described):
    """Columns as (kind, name, spellings...)."""
    limits = {"percent": (0.0, 100.0), "count": (0.0, None)}
    return [
        Column(
            name=name,
            kind=kind,
            spellings=(name, *spellings),
            required=name in ("postcode", "venue_id", "name", "area_code", "premises"),
            low=limits.get(kind, (None, None))[0],
            high=limits.get(kind, (None, None))[1],
            pattern=r"[EWSN]\d{8}|95\w{2}\d\d\w\d",
        )
        for kind, name, *spellings in described
    ]


POSTCODES = columns(
    ("postcode", "postcode"),
    ("postcode", "postcode_space"),
    ("count", "premises", "Number of premises"),
    ("percent", "sfbb", "SFBB availability (% premises)", "SFBB_availability(pc)"),
    ("percent", "ufbb", "UFBB (100Mbit/s) availability (% premises)", "UFBB_availability(pc)"),
    ("percent", "gigabit", "Gigabit availability (% premises)"),
    ("percent", "unable_10", "% of premises unable to receive 10Mbit/s", "Pct unable 10Mbit/s"),
)
VENUES = columns(
    ("text", "venue_id"),
    ("text", "name"),
    ("text", "type"),
    ("postcode", "postcode"),
    ("number", "easting"),
    ("number", "northing"),
    ("number", "latitude"),
    ("number", "longitude"),
    ("number", "annual_cost"),
)
AREAS = columns(("code", "area_code"), ("text", "area_name"), ("number", "value"))
PLACES = columns(("text", "id"), ("text", "name"))
ATTRIBUTES = columns(("count", "pop"))


@dataclass
class Answer:
    """What the readers made of a case."""

    verdict: str
    codes: set = field(default_factory=set)
    rows: set = field(default_factory=set)
    words: str = ""
    found: dict = field(default_factory=dict)
    seconds: float = 0.0
    growth_bytes: int = 0


def columns_for(file):
    """The catalogue's columns for a table, chosen by its header as a council would by its name."""
    head = file.content[:2_000].replace(b"\0", b"")
    if b"venue_id" in head or b"X09" in file.name.encode():
        return VENUES
    if b"area_code" in head:
        return AREAS
    return PLACES if head.startswith(b"id,name") else POSTCODES


def read_a_table(file):
    wanted = columns_for(file)
    table = read_table(file, known_headers=[spelling for column in wanted for spelling in column.spellings])
    checked = check_columns(table, wanted)
    faults = [*table.warnings, *checked.faults]
    frame = checked.frame
    if wanted is POSTCODES and not any(fault.blocks for fault in faults):
        frame, doubled = unique_by(frame, "postcode", file=file.name)
        faults += doubled
    faults += points(frame, file=file.name)[1]
    mixed = nations_mixed(frame["area_code"], file=file.name) if "area_code" in frame else None
    return [*faults, *([mixed] if mixed else [])], found_in_table(table, frame)


def found_in_table(table, frame):
    found = {"rows": len(frame), "first_col": table.frame.columns[0]}
    if "premises" in frame:
        found |= {"premises": frame["premises"].sum(), "distinct": frame["postcode_space"].nunique()}
        found["missing"] = int(frame["sfbb"].isna().sum()) if "sfbb" in frame else 0
    if "venue_id" in frame:
        found["id0"] = frame["venue_id"].iloc[0]
    if "id" in frame:
        found["distinct"] = frame.loc[frame["id"] != "", "id"].nunique()
    return found


def read_a_layer(file):
    shapes = read_shapes(file)
    frame = shapes.frame
    attributes = pd.DataFrame(frame.drop(columns="geometry"))
    checked = check_columns(
        TextTable(file=file.name, frame=attributes), [c for c in ATTRIBUTES if c.name in attributes]
    )
    faults = [*shapes.faults, *checked.faults]
    key = next((name for name in ("lsoa21cd", "code", "name") if name in frame), None)
    if key:
        frame, doubled = unique_by(frame, key, file=file.name)
        faults += doubled
    outside = outside_area(frame.geometry, COUNCIL, file=file.name)
    found = {"rows": len(frame), "area_km2": round(frame.area.sum() / 1e6, 2)}
    if "pop" in checked.frame:
        found["pop"] = checked.frame["pop"].sum()
    return [*faults, *([outside] if outside else [])], found


def read_a_grid(file):
    raster = read_raster(file)
    return raster.warnings, {"sum": float(raster.values[raster.values == raster.values].sum())}


def read_an_archive(file):
    found = members(file)
    if any(member.name.endswith(".shp") for member in found):
        return read_a_layer(file)
    read = [read_a_table(member) for member in found]
    return [fault for faults, _ in read for fault in faults], {"rows": sum(item["rows"] for _, item in read)}


READERS = {
    "csv": read_a_table,
    "xlsx": read_a_table,
    "vector": read_a_layer,
    "raster": read_a_grid,
    "zip": read_an_archive,
}


def placed(case, folder):
    """A case's file and what lies beside it under its name, the canary's path written into it."""
    canary = folder / "canary.csv"
    canary.write_text(f"name,secret\nx,{SECRET}\n", encoding="utf-8")
    if case["kind"] == "path":
        return case["file"].replace("@CANARY@", str(canary))
    original = HOSTILE / case["file"]
    for part in original.parent.glob(f"{original.stem}.*"):
        content = part.read_bytes().replace(b"@CANARY@", str(canary).encode())
        (folder / part.name).write_bytes(content)
    return original.name


def read(case, folder):
    """Faults and figures of a case, by the reader that a file of its kind would take."""
    file = read_input(placed(case, folder), folder=folder)
    assert isinstance(file, InputFile)
    faults, found = READERS[case["kind"]](file)
    changed = changed_since(file, RECORDED_SHA256.get(case["code"], ""))
    faults = [*faults, *([changed] if changed else [])]
    raise_if_blocked(faults)
    return faults, found


def peak_bytes():
    resource = pytest.importorskip("resource")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@functools.cache
def answer(identity, folder):
    """The answer to a case; an exception of another kind than ours is not caught."""
    case = next(case for case in CASES if case["id"] == identity)
    before, start = peak_bytes(), time.process_time()
    try:
        faults, found = read(case, folder)
        verdict = "warn" if faults else "accept"
    except ConnectedPlaceError as error:
        faults, found, verdict = error.faults, {}, "reject"
    return Answer(
        verdict=verdict,
        codes={fault.code for fault in faults},
        rows={row for fault in faults if fault.code == case["code"] for row in fault.rows},
        words="\n".join(map(str, faults)),
        found=found,
        seconds=time.process_time() - start,
        growth_bytes=peak_bytes() - before,
    )


def same(found, true):
    """Equal; numbers as far as a projection rounds them."""
    return found == true if isinstance(true, str) else found == pytest.approx(true, rel=0.002)


def shortcomings(case, given):
    """What in an answer is not as expected, in words."""
    truth = dict(case["truth"])
    bad_rows, row = truth.pop("bad_rows", None), truth.pop("row", None)
    if given.verdict != case["expect"]:
        yield f"{given.verdict} instead of {case['expect']}: {given.words or given.found}"
    elif given.verdict != "accept" and not given.codes & ({case["code"]} | ALSO_GOOD.get(case["id"], set())):
        yield f"{sorted(given.codes)} instead of {case['code']}"
    if bad_rows is not None and case["expect"] == given.verdict and len(given.rows) != bad_rows:
        yield f"{len(given.rows)} bad rows instead of {bad_rows}"
    if row is not None and row not in given.rows:
        yield f"rows {sorted(given.rows)} instead of {row}"
    if given.found:
        wrong = {key: given.found.get(key) for key, true in truth.items() if not same(given.found.get(key), true)}
        if wrong:
            yield f"{wrong} instead of {truth}"
    if SECRET in given.words + str(given.found):
        yield "another file was read"
    if given.seconds > LONGEST_S or given.growth_bytes > MOST_GROWTH_BYTES:
        yield f"{given.seconds:.0f} s, {given.growth_bytes:,} bytes"


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A folder for each case, made once."""
    return functools.cache(tmp_path_factory.mktemp)


@pytest.fixture
def guarded(monkeypatch):
    """No network, and an alarm that ends what hangs."""

    def refuse(*_):
        raise AssertionError("a reader asked the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    if hasattr(signal, "alarm"):
        signal.alarm(EMERGENCY_S)
    yield
    if hasattr(signal, "alarm"):
        signal.alarm(0)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_hostile_file_is_answered_as_expected(case, folders, guarded):
    assert not list(shortcomings(case, answer(case["id"], folders(case["id"]))))


def test_the_tally(folders, guarded, capsys):
    """One line for the person at the keyboard."""
    open_cases = {}
    for case in CASES:
        found = list(shortcomings(case, answer(case["id"], folders(case["id"]))))
        if found:
            open_cases[case["id"]] = found
    answered = len(CASES) - len(open_cases)
    with capsys.disabled():
        sys.stdout.write(f"\n{answered} of {len(CASES)} hostile files answered as expected. {open_cases or ''}\n")
    assert not open_cases


def test_a_canary_is_never_written(folders):
    """A disguised file contains a command that would delete rows of another."""
    for case in CASES:
        canary = folders(case["id"]) / "canary.csv"
        assert not canary.exists() or SECRET in canary.read_text(encoding="utf-8")
