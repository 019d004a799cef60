"""Small places that the tests of the model share: layers in memory, input files, and real plans made once."""

from __future__ import annotations

import csv
import dataclasses
import functools
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from connected_place.api.open_plan import OpenPlan
from connected_place.coverage.parameters.appraisal import Appraisal
from connected_place.coverage.parameters.score import Score
from connected_place.coverage.parameters.sites import Sites
from connected_place.coverage.plan import Plan, PlanSteps
from connected_place.gis_data.catalogue import SAMPLE
from connected_place.gis_data.layers import Layer, Layers, Provenance
from connected_place.scripts.config.plan_file import PlanFile, read_plan_file

from .made_once import made_once

METRES = "EPSG:27700"
NAN = math.nan
WEST, SOUTH = 560_000.0, 180_000.0
TIERS = ("decent_10", "sfbb_30", "ufbb_100", "ufbb_300", "gigabit")

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = Path(os.environ.get("CONNECTED_PLACE_DATA", ROOT.parent / "shared" / "data"))
needs_real_data = pytest.mark.skipif(not (REAL_DATA / "thurrock").is_dir(), reason=f"no real files in {REAL_DATA}")


# --- layers in memory ----------------------------------------------------------------------------------------


def record(source: str, *, file: str = "file.csv", vintage: str = "2026-01") -> Provenance:
    """Where a layer of a test comes from."""
    return Provenance(
        source=source, title=source, publisher="P", licence="L", attribution="A", page="", file=file, sha256="0" * 64,
        vintage=vintage, rows_read=0, rows_used=0,
    )  # fmt: skip


def layer(
    source: str,
    frame: pd.DataFrame,
    *,
    level: str = "",
    measure: str = "",
    file: str = "file.csv",
    vintage: str = "2026-01",
) -> Layer:
    """A layer as a reader would give it."""
    return Layer(frame=frame, level=level, measure=measure, provenance=record(source, file=file, vintage=vintage))


def layers(*items: Layer) -> Layers:
    """All layers of a plan."""
    return Layers(items)


def square(column: float, row: float, *, side_m: float = 1_000.0) -> shapely.Polygon:
    """A square of a grid whose south-west corner is at 560000, 180000."""
    west, south = WEST + column * side_m, SOUTH + row * side_m
    return shapely.box(west, south, west + side_m, south + side_m)


def at(column: float, row: float) -> shapely.Point:
    """A point in kilometres from the corner of the grid."""
    return shapely.Point(WEST + 1_000 * column, SOUTH + 1_000 * row)


def outlines(level: str, shapes: Mapping[str, shapely.Geometry], *, vintage: str = "") -> Layer:
    """Outlines of one level; each area is named after its code."""
    names = [f"Name of {code}" for code in shapes]
    frame = gpd.GeoDataFrame(
        {"name": names}, index=pd.Index(shapes, name="code"), geometry=list(shapes.values()), crs=METRES
    ).sort_index()
    return layer("ons-boundaries", frame, level=level, file=f"{level}.geojson", vintage=vintage or f"{level} 2021")


def coverage(
    rows: Mapping[str, tuple[float, float]], *, level: str = "output_area", vintage: str = "2026-01, all premises"
) -> Layer:
    """Coverage by unit: (premises, gap in every tier); as counts, or for postcodes (connections, share)."""
    index = pd.Index(rows, name=level)
    whole = [float(first) for first, _ in rows.values()]
    of_counts = level == "output_area"
    columns: dict[str, object] = {
        "premises": whole if of_counts else NAN,
        "premises_matched": whole if of_counts else NAN,
        "connections": NAN if of_counts else whole,
        "matched": [not math.isnan(gap) for _, gap in rows.values()],
    }
    columns |= {f"{tier}_gap": [float(gap) for _, gap in rows.values()] for tier in TIERS}
    measure = "count" if of_counts else "share"
    frame = pd.DataFrame(columns, index=index)
    return layer("ofcom-fixed-coverage", frame, level=level, measure=measure, file=f"{level}.csv", vintage=vintage)


def postcodes(rows: Mapping[str, shapely.Point], *, output_area: str = "", terminated: Sequence[str] = ()) -> Layer:
    """A postcode directory."""
    frame = gpd.GeoDataFrame(
        {
            "live": [code not in terminated for code in rows],
            "output_area": output_area,
            "output_area_year": "",
            "authority": "",
        },
        index=pd.Index(rows, name="postcode"),
        geometry=list(rows.values()),
        crs=METRES,
    )
    return layer("postcodes", frame, level="postcode")


def people(source: str, rows: Mapping[str, float], *, level: str = "output_area", vintage: str = "") -> Layer:
    """One number for each area: population, households or deprivation."""
    frame = pd.DataFrame({source: pd.Series(rows, dtype="float64")})
    return layer(source, frame, level=level, file=f"{source}.csv", vintage=vintage or f"on {level} 2021")


def venues(rows: Mapping[str, shapely.Point | None], *, source: str = "venues", kind: str = "library") -> Layer:
    """Candidates, each named after its id; one without a point has the postcode AA11AA."""
    frame = gpd.GeoDataFrame(
        {
            "name": [f"Hall {code}" for code in rows],
            "kind": kind,
            "postcode": ["" if place else "AA11AA" for place in rows.values()],
        },
        index=pd.Index(rows, name="site_id"),
        geometry=list(rows.values()),
        crs=METRES,
    )
    return layer(source, frame, level="site", file=f"{source}.csv")


# --- input files in a folder ---------------------------------------------------------------------------------

STREET = {"E00000001": (100, 90), "E00000002": (10, 0), "E00000003": (50, 25)}
"""Premises, and those that can get 300 Mbit/s: 115 of 160, 71.9 %; the mean of the three percentages is wrong."""

STREET_PLAN = """\
[place]
name = "{name}"
lad = "E06000999"
areas = "output_area"
{more}
[[source]]
kind = "ofcom-fixed-coverage"
path = "202601_fixed_oa_coverage_r1.csv"

[[source]]
kind = "ons-boundaries"
path = "areas.geojson"

[[source]]
kind = "ons-boundaries"
path = "wards.geojson"

[[source]]
kind = "venues"
path = "venues.csv"
"""


FEW_DRAWS: dict[str, Any] = {"score": Score(samples=20), "appraisal": Appraisal(draws=100), "sites": Sites(samples=0)}
"""Parameters of a plan whose ranges no test looks at: most of the work on a small place is drawing them."""

FEW_DRAWS_LINES = "[sites]\nsamples = 0\n[score]\nsamples = 20\n[appraisal]\ndraws = 100\n"
"""The same as lines of plan.toml."""


def write_street(
    folder: Path,
    *,
    counts: Mapping[str, tuple[int, int]] = STREET,
    names: Sequence[str] = ("Hall 1", "Hall 2", "Hall 3"),
    ward: str = "Highward",
    more: str = "",
    backwards: bool = False,
) -> Path:
    """Three output areas of 1 km in a row, in one ward, a venue in the middle of each; the folder.

    ::

        +-----------+-----------+-----------+
        | E00000001 | E00000002 | E00000003 |      one ward, E05000001
        |  90 of 100|  0 of 10  |  25 of 50 |      a venue at each centre
        +-----------+-----------+-----------+
    """
    folder.mkdir(parents=True, exist_ok=True)
    turn = -1 if backwards else 1
    write_coverage(folder / "202601_fixed_oa_coverage_r1.csv", dict(list(counts.items())[::turn]))
    shapes = {code: square(number, 0) for number, code in enumerate(STREET)}
    areas = gpd.GeoDataFrame({"OA21CD": list(shapes)}, geometry=list(shapes.values()), crs=METRES)
    wards = gpd.GeoDataFrame(
        {"WD25CD": ["E05000001"], "WD25NM": [ward]},
        geometry=[shapely.box(WEST, SOUTH, WEST + 3_000, SOUTH + 1_000)],
        crs=METRES,
    )
    for name, frame in (("areas", areas[::turn]), ("wards", wards)):
        (folder / f"{name}.geojson").write_text(frame.to_json(), encoding="utf-8")
    rows = [
        [f"S{number}", name, "Library", WEST + 1_000 * number - 500, SOUTH + 500]
        for number, name in enumerate(names, start=1)
    ]
    with (folder / "venues.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["site_id", "name", "kind", "easting", "northing"], *rows[::turn]])
    (folder / "plan.toml").write_text(STREET_PLAN.format(name="Streetford", more=more), encoding="utf-8")
    return folder


def write_coverage(path: Path, counts: Mapping[str, tuple[int, int]]) -> None:
    """An output-area file with the publisher's columns of January 2026; everybody has 30 Mbit/s."""
    with (SAMPLE / path.name).open(encoding="utf-8-sig") as sample:
        header = next(csv.reader(sample))
    everybody = {"SFBB availability", "NGA"}
    has = {"UFBB (100Mbit/s) availability", "UFBB availability", "Gigabit availability", ">=300Mbit/s download speed"}

    def number_of(label: str, premises: int, with_300: int) -> int:
        if label in everybody:
            return premises
        if label in has:
            return with_300
        return premises - with_300 if label == "30<300Mbit/s download speed" else 0

    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for code, (premises, with_300) in counts.items():
            labels = [name.removeprefix("Number of premises ").removeprefix("with ") for name in header[20:]]
            numbers = [number_of(label, premises, with_300) for label in labels]
            percents = [f"{100 * number / premises:.1f}" for number in numbers]
            writer.writerow([code, premises, premises, *percents, *numbers])


# --- real plans, made once -----------------------------------------------------------------------------------


def steps_of(file: PlanFile, *names: str) -> PlanSteps:
    """The model of a plan file, taken up to the steps that are named."""
    return OpenPlan(file=file).take(*names)


def plan_of(file: PlanFile) -> Plan:
    """The plan of a plan file, without progress."""
    return OpenPlan(file=file).plan().record


@functools.cache
def sample_steps() -> PlanSteps:
    """All steps of the embedded borough; `changed` repeats those that other parameters reach."""
    return made_once("sample_steps", lambda: steps_of(read_plan_file(SAMPLE), *PlanSteps.steps()))


@functools.cache
def sample_plan() -> Plan:
    """The plan of the embedded borough; not to be changed."""
    return sample_steps().record


def thurrock_file() -> PlanFile:
    """The plan file of Thurrock on the release of 2016, with the real data wherever they are."""
    file = read_plan_file(Path(__file__).with_name("thurrock"))
    return dataclasses.replace(file, data=REAL_DATA / "thurrock")


@functools.cache
def thurrock_plan() -> Plan:
    """The plan of Thurrock; not to be changed."""
    return made_once("thurrock_plan", lambda: plan_of(thurrock_file()))


@functools.cache
def thurrock_steps() -> PlanSteps:
    """Thurrock's model with its areas scored and its clusters found; the steps after these are taken when asked for."""
    return made_once("thurrock_steps", lambda: steps_of(thurrock_file(), "clusters", "lines"))
