"""The tables of a plan: areas, wards and sites as CSV, and the meaning and unit of every column."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

import pandas as pd

from connected_place.coverage.gap import TIERS
from connected_place.coverage.need import CRITERIA
from connected_place.coverage.plan import Plan
from connected_place.coverage.ranking import criteria_of

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
DECIMALS = {"_share": 6, "_value": 6, "score": 4, "_gbp": 2, "_gbp_per_year": 2, "bcr": 4, "demand_covered": 4}
DECIMALS |= {
    "demand_added": 4,
    "_gap": 3,
    "_have": 3,
    "premises": 3,
    "_not_reported": 3,
    "_matched": 3,
    "easting": 1,
    "northing": 1,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table: its name, its type in Frictionless' words, and its meaning with the unit."""

    name: str
    type: str
    description: str


def area_fields(plan: Plan, *, of_wards: bool) -> list[Field]:
    """Columns of areas.csv or wards.csv, in their order."""
    kind = "ward" if of_wards else LEVEL_WORDS[plan.parameters.place.areas]
    fields = [
        Field("area_code", "string", f"Code of the {kind} (Office for National Statistics)"),
        Field("area_name", "string", f"Name of the {kind}"),
    ]
    if not of_wards:
        fields += [Field("ward_code", "string", "Ward it lies in"), Field("ward_name", "string", "Name of that ward")]
    fields += [
        Field("premises", "number", "Homes and businesses that the coverage file counts; empty: not reported"),
        Field("premises_source", "string", "Where that count comes from; begins with 'estimate' where it is one"),
        Field("premises_matched", "number", "Of them, matched by the publisher to network data; empty: not published"),
        Field(
            "units_not_reported", "integer", "Output areas or postcodes in use that the coverage file has no row for"
        ),
    ]
    for tier in TIERS.values():
        fields += _tier_fields(tier.key, tier.words)
    rows = plan.wards if of_wards else plan.areas
    fields += [Field(key, "number", f"{CRITERIA[key].words} ({CRITERIA[key].unit})") for key in criteria_of(rows)]
    fields += [Field(f"{key}_value", "number", f"Need by {key}, 0 (none) to 1 (full)") for key in criteria_of(rows)]
    fields += [
        Field("score", "number", "Weighted need, 0 to 100"),
        Field("rank", "integer", "1: highest score; ties by code"),
        Field("rank_low", "integer", "Best rank in 90 % of the samples of the weights (5th percentile)"),
        Field("rank_high", "integer", "Worst rank in 90 % of the samples of the weights (95th percentile)"),
    ]
    return fields


LEVEL_WORDS = {"output_area": "output area", "lsoa": "lower-layer super output area"}

SITE_FIELDS = [
    Field("site_id", "string", "Id of the candidate, with its source before the colon"),
    Field("name", "string", "Name"),
    Field("kind", "string", "Kind of venue"),
    Field("easting", "number", "British National Grid, metres"),
    Field("northing", "number", "British National Grid, metres"),
    Field("os_grid_ref", "string", "Ordnance Survey grid reference, 10 m"),
    Field("ward_code", "string", "Ward it stands in"),
    Field("ward_name", "string", "Name of that ward"),
    Field("area_code", "string", "Area of areas.csv that it stands in"),
    Field("selected", "boolean", "Chosen for the budget"),
    Field("rank", "integer", "Among the chosen, by the demand that each adds to those before it"),
    Field("phase", "integer", "Phase in which it is built"),
    Field("reason_code", "string", "Why chosen or not, for machines"),
    Field("reason", "string", "Why chosen or not, in words"),
    Field("capex_gbp", "number", "Capital cost, £"),
    Field("opex_gbp_per_year", "number", "Running cost, £ a year"),
    Field("share_of_investment_pct", "number", "Of the capital of all chosen sites; the chosen sum to 100.0"),
    Field("demand_covered", "number", "Need-weighted premises within reach"),
    Field("demand_added", "number", "Of them, beyond the chosen sites ranked before (others: beyond all chosen)"),
    Field("reach_m", "number", "Distance taken to be covered outdoors, metres: a planning assumption, no survey"),
    Field(
        "backhaul_class",
        "string",
        "A: gigabit at its postcode, B: in part, or 300 Mbit/s; D: neither; empty: not reported",
    ),
    Field("npv_gbp", "number", "Net present value, £; empty: no value of a benefit was stated"),
    Field("bcr", "number", "Benefits over costs at present value; no pass or fail"),
]


def csv_tables(plan: Plan) -> dict[str, str]:
    """Every CSV of a plan by its file name."""
    return {
        "areas.csv": csv_text(plan.areas.sort_index().reset_index(), area_fields(plan, of_wards=False)),
        "wards.csv": csv_text(plan.wards.sort_index().reset_index(), area_fields(plan, of_wards=True)),
        "sites.csv": csv_text(plan.sites.sort_index().reset_index(), SITE_FIELDS),
    }


def data_package(plan: Plan) -> str:
    """The Frictionless description of the tables."""
    resources = [
        _resource("areas.csv", area_fields(plan, of_wards=False), "area_code"),
        _resource("wards.csv", area_fields(plan, of_wards=True), "area_code"),
        _resource("sites.csv", SITE_FIELDS, "site_id"),
    ]
    mark = "Illustrative: invented data. " if plan.parameters.place.illustrative else ""
    package = {
        "name": "connected-place-plan",
        "title": f"{mark}Coverage gaps and proposed sites: {plan.parameters.place.name}",
        "sources": [{"title": item.title, "path": item.page} for item in plan.provenance],
        "resources": resources,
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def csv_text(frame: pd.DataFrame, fields: list[Field]) -> str:
    """A table as CSV: numbers rounded, not known left empty, text that a spreadsheet would run made inert.

    Examples
    --------
    >>> fields = [Field("name", "string", ""), Field("rank", "integer", "")]
    >>> print(csv_text(pd.DataFrame({"name": ["=1+1", "Hall"], "rank": [1.0, float("nan")]}), fields), end="")
    name,rank
    '=1+1,1
    Hall,
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    present = [field for field in fields if field.name in frame]
    writer.writerow([field.name for field in present])
    columns = [_cells(frame[field.name], field) for field in present]
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def inert(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> inert("=HYPERLINK(1)"), inert("Civic Centre")
    ("'=HYPERLINK(1)", 'Civic Centre')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def rounded(values: pd.Series, name: str) -> pd.Series:
    """Numbers to the decimals that their column's name calls for."""
    places = next((count for ending, count in DECIMALS.items() if name.endswith(ending)), 6)
    return values.astype("float64").round(places) + 0.0


def _cells(values: pd.Series, field: Field) -> list[str]:
    if field.type == "boolean":
        return ["true" if value else "false" for value in values]
    if field.type == "integer":
        return ["" if pd.isna(value) else str(int(value)) for value in values]
    if field.type == "number":
        return ["" if pd.isna(value) else f"{value:.12g}" for value in rounded(values, field.name)]
    return [inert(str(value).replace("\r", " ").replace("\n", " ")) for value in values]


def _tier_fields(key: str, words: str) -> list[Field]:
    return [
        Field(f"{key}_have", "number", f"Premises that can get {words}; empty: not reported"),
        Field(f"{key}_gap", "number", f"Premises that cannot get {words}; empty: not reported"),
        Field(f"{key}_gap_share", "number", f"Of all premises, 0 to 1: sums over sums; without {words}"),
        Field(
            f"{key}_not_reported",
            "number",
            f"Premises that nothing is reported of at {words}: neither with nor without",
        ),
    ]


def _resource(path: str, fields: list[Field], key: str) -> dict[str, object]:
    return {
        "name": path.removesuffix(".csv"),
        "path": path,
        "schema": {
            "fields": [{"name": item.name, "type": item.type, "description": item.description} for item in fields],
            "missingValues": [""],
            "primaryKey": key,
        },
    }
