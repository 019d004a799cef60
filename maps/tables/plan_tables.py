"""The tables of a plan: areas, wards and sites as CSV, and the meaning and unit of every column."""

from __future__ import annotations

import csv
import io
import json

import geopandas as gpd
import pandas as pd

from connected_place.coverage.gaps import TIERS
from connected_place.coverage.need import FIRST_RANKS, criteria, criteria_of
from connected_place.coverage.places import CELL_WORDS
from connected_place.coverage.plan import Plan
from connected_place.maps.tables.case_tables import case_tables
from connected_place.maps.tables.change_rows import CODE_COLUMNS, change_columns, change_rows
from connected_place.maps.tables.fields import OutputColumn as Field

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_DECIMALS = {
    "_share": 6,
    "_value": 6,
    "_points": 4,
    "score": 4,
    "score_low": 4,
    "score_high": 4,
    "_gbp": 2,
    "_gbp_per_year": 2,
    "bcr": 4,
    "demand_covered": 4,
    "demand_added": 4,
    "_share_before": 6,
    "_share_now": 6,
    "_gap_before": 3,
    "_gap_now": 3,
    "demand_bound": 4,
    "loss_without": 4,
    "_gap": 3,
    "gap": 3,
    "_have": 3,
    "premises": 3,
    "not_reported": 3,
    "_matched": 3,
    "premises_outdoors": 2,
    "area_ha": 2,
    "premises_indoors": 2,
    "residents_outdoors": 2,
    "backhaul_hop_m": 2,
    "easting": 1,
    "northing": 1,
}
"""Places after the point by how a column's name ends; the first that fits."""


def area_fields(plan: Plan, *, of_wards: bool) -> list[Field]:
    """Columns of areas.csv or wards.csv, in their order."""
    fields = _code_fields("ward" if of_wards else plan.parameters.place.areas, plan.parameters.place.cell_m)
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
    known = [criteria(plan.parameters.score)[key] for key in criteria_of(rows)]
    fields += [Field(item.key, "number", f"{item.words} ({item.unit})") for item in known]
    fields += [Field(f"{key}_value", "number", f"Need by {key}, 0 (none) to 1 (full)") for key in criteria_of(rows)]
    fields += [
        Field("score", "number", "Weighted need, 0 to 100"),
        Field("rank", "integer", "1: highest score; ties by code"),
        *DOUBT_FIELDS,
    ]
    return fields


AREA_LEVEL_WORDS = {
    "output_area": "output area",
    "lsoa": "lower-layer super output area",
    "ward": "ward",
    "hexagon": "hexagon",
    "grid": "square",
}

DOUBT_FIELDS = [
    Field("rank_low", "integer", "Best rank in 90 % of the samples of weights and unsure values (5th percentile)"),
    Field("rank_high", "integer", "Worst rank in 90 % of the samples of weights and unsure values (95th percentile)"),
    Field("known_share", "number", "Share of the weights, 0 to 1, that stands on known figures; the score is of these"),
    Field("score_low", "number", "Score in the same samples: 5th percentile"),
    Field("score_high", "number", "Score in the same samples: 95th percentile"),
    Field("lead_share", "number", "Share of the samples, 0 to 1, in which it came first"),
    Field("first_share", "number", f"Share of the samples, 0 to 1, in which it was among the first {FIRST_RANKS}"),
    Field("rival_code", "string", "Area one rank above; of the first the one below"),
    Field("rival_points", "number", "How far away that one is, points of 100"),
    Field("explanation", "string", "What makes the score, how sure the rank is, and what would change it"),
]

CLUSTER_FIELDS = [
    Field("cluster_id", "string", "Id of the cluster, the one with the largest gap first"),
    Field("name", "string", "Nearest named place, or the ward"),
    Field("ward_codes", "string", "Wards it lies in, the one with most of its gap first"),
    Field("units", "integer", "Postcodes or output areas that belong to it"),
    Field("premises", "number", "Premises of these"),
    Field("gap", "number", "Of them, without the headline speed"),
    Field("gap_share", "number", "The same as a share, 0 to 1: sums over sums"),
    Field("units_not_reported", "integer", "Postcodes or output areas nearby that nobody reported"),
    Field("not_reported", "number", "Premises of these, where known"),
]

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
    Field(
        "demand_covered",
        "number",
        "Demand it is expected to reach: need-weighted premises, or of others what counts as much",
    ),
    Field("demand_added", "number", "Of them, beyond the chosen sites ranked before (others: beyond all chosen)"),
    Field("rival_id", "string", "Candidate that the reason names; of a chosen site the one that would replace it best"),
    Field(
        "loss_without",
        "number",
        "Of a chosen site: demand covered less without it, all others chosen anew (those of earlier phases kept); "
        "empty: not chosen, or no choice keeps the rules without it",
    ),
    Field(
        "chosen_share",
        "number",
        "Share of the draws of weights and costs, 0 to 1, in which it is chosen (for the whole budget, without phases)",
    ),
    Field(
        "reach_m",
        "number",
        "Distance at which a phone on a street is covered with the stated chance (wifi.covered_share), metres; of a "
        "fixed reach, the distance stated: a planning median, no survey",
    ),
    Field("premises_outdoors", "number", "Premises whose street it is expected to reach by itself"),
    Field("premises_indoors", "number", "The same in a room behind one wall; empty: a fixed reach does not say"),
    Field("residents_outdoors", "number", "Residents whose street it is expected to reach by itself; an estimate"),
    Field("visitors_share", "number", "Share of the visitors' demand that it is expected to reach by itself, 0 to 1"),
    Field("area_ha", "number", "Area in which a phone on the street is expected to be covered, hectares"),
    Field("radios", "integer", "Radios for those of them who use it at the busiest time"),
    Field("access_points", "integer", "Access points with two radios each, one at least"),
    Field(
        "placing",
        "string",
        "On the surface model: street, or facade (moved off the building); empty: no surface model there",
    ),
    Field(
        "backhaul_class",
        "string",
        "A: the council's own network, or gigabit at its postcode; B: in part, or 300 Mbit/s; C: street furniture near "
        "A or B; D: none of these; empty: not reported. A postcode's share is no proof for one address",
    ),
    Field("backhaul_hop_m", "number", "Of class D: distance to a site of class A that a radio hop could span, metres"),
    Field("pv_costs_gbp", "number", "Costs over the appraisal at present value with optimism bias, £"),
    Field("pv_benefits_gbp", "number", "Benefits of what it adds at present value, £; empty: no value was stated"),
    Field("npv_gbp", "number", "Net present value, £; empty: no value of a benefit was stated"),
    Field("bcr", "number", "Benefits over costs at present value; no pass or fail"),
    Field("band", "string", "Value for money by that ratio: poor, low, medium or high; empty: no ratio"),
    Field("decile", "integer", "Deprivation decile of its area, 1 the most deprived; empty: not known"),
    Field("funding_model", "string", "How a chosen site is paid for; as in funding.csv"),
]


def change_fields(plan: Plan) -> list[Field]:
    """Columns of change.csv, for a plan that has an earlier vintage."""
    texts = [Field(name, "string", words) for name, words in CODE_COLUMNS.items()]
    numbers = change_columns(plan.change) if plan.change else {}
    return [*texts, *(Field(name, "number", words) for name, words in numbers.items())]


CURVE_FIELDS = [
    Field("budget_gbp", "number", "Capital budget, £"),
    Field("spent_gbp", "number", "Capital cost of the sites that cover most for it, £"),
    Field("sites", "integer", "How many sites these are"),
    Field("demand_covered", "number", "Demand that they are expected to reach; see sites.csv"),
    Field(
        "demand_bound",
        "number",
        "No choice within that budget that keeps the rules covers more (with backup: is worth more)",
    ),
    Field("gap_share", "number", "How far the choice may be from the best, 0 to 1; 0: proven best"),
    Field("status", "string", "optimal: the search ended with its proof; time limit: it was ended"),
    Field("of_plan", "boolean", "The plan's own budget"),
    Field("site_ids", "string", "Those sites; each budget by itself, so that sites need not stay from one to the next"),
]


def csv_tables(plan: Plan) -> dict[str, str]:
    """Every CSV of a plan by its file name."""
    return {
        "areas.csv": csv_text(plan.areas.sort_index().reset_index(), area_fields(plan, of_wards=False)),
        "wards.csv": csv_text(plan.wards.sort_index().reset_index(), area_fields(plan, of_wards=True)),
        "sites.csv": csv_text(plan.sites.sort_index().reset_index(), SITE_FIELDS),
        "clusters.csv": csv_text(cluster_rows(plan).reset_index(), CLUSTER_FIELDS),
        "curve.csv": csv_text(curve_rows(plan), CURVE_FIELDS),
        "weight_sets.csv": csv_text(_weight_sets(plan), weight_set_fields(plan)),
        **{name: csv_text(table.rows, table.fields) for name, table in case_tables(plan).items()},
        **({"change.csv": csv_text(change_rows(plan), change_fields(plan))} if plan.change else {}),
    }


def data_package(plan: Plan) -> str:
    """The Frictionless description of the tables."""
    resources = [
        _resource("areas.csv", area_fields(plan, of_wards=False), "area_code"),
        _resource("wards.csv", area_fields(plan, of_wards=True), "area_code"),
        _resource("sites.csv", SITE_FIELDS, "site_id"),
        _resource("clusters.csv", CLUSTER_FIELDS, "cluster_id"),
        _resource("curve.csv", CURVE_FIELDS, "budget_gbp"),
        _resource("weight_sets.csv", weight_set_fields(plan), "area_code"),
        *(_resource(name, table.fields, table.key) for name, table in case_tables(plan).items()),
        *([_resource("change.csv", change_fields(plan), ["level", "area_code"])] if plan.change else []),
    ]
    mark = "Illustrative: invented data. " if plan.parameters.place.illustrative else ""
    package = {
        "name": "connected-place-plan",
        "title": f"{mark}Coverage gaps and proposed sites: {plan.parameters.place.name}",
        "sources": [{"title": item.title, "path": item.page} for item in plan.provenance],
        "resources": resources,
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def cluster_rows(plan: Plan) -> gpd.GeoDataFrame:
    """The clusters in their order, their wards as one text."""
    frame = plan.clusters.frame
    return gpd.GeoDataFrame(frame.assign(ward_codes=frame["ward_codes"].map(" ".join)))


def curve_rows(plan: Plan) -> pd.DataFrame:
    """Covered demand against budget, a row for each step."""
    steps = plan.curve.steps
    return pd.DataFrame(
        {
            "budget_gbp": [step.budget_gbp for step in steps],
            "spent_gbp": [step.spent_gbp for step in steps],
            "sites": [int(step.chosen.sum()) for step in steps],
            "demand_covered": [step.covered for step in steps],
            "demand_bound": [step.bound for step in steps],
            "gap_share": [step.gap_share for step in steps],
            "status": [step.status for step in steps],
            "of_plan": [step is plan.curve.at(plan.parameters.sites.budget_gbp) for step in steps],
            "site_ids": [" ".join(plan.sites.index[step.chosen]) for step in steps],
        }
    )


def weight_set_fields(plan: Plan) -> list[Field]:
    """Columns of weight_sets.csv: score and rank of each area by each set of weights."""
    columns = [str(name) for name in plan.ranking.weight_sets.columns]
    words = {"score": "Score, 0 to 100, by the weights", "rank": "Rank by the weights"}
    return [
        Field("area_code", "string", "As in areas.csv"),
        Field("area_name", "string", "As in areas.csv"),
        *(
            Field(name, "number" if end == "score" else "integer", f'{words[end]} called "{of}"')
            for name in columns
            for of, _, end in (name.rpartition("_"),)
        ),
    ]


def _weight_sets(plan: Plan) -> pd.DataFrame:
    names = plan.areas[["area_name"]]
    return names.join(plan.ranking.weight_sets).sort_index().reset_index()


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
    places = next((count for ending, count in _DECIMALS.items() if name.endswith(ending)), 6)
    return values.astype("float64").round(places) + 0.0


def _cells(values: pd.Series, field: Field) -> list[str]:
    if field.type == "boolean":
        return ["true" if value else "false" for value in values]
    if field.type == "integer":
        return ["" if pd.isna(value) else str(int(value)) for value in values]
    if field.type == "number":
        return ["" if pd.isna(value) else f"{value:.12g}" for value in rounded(values, field.name)]
    return [inert(str(value).replace("\r", " ").replace("\n", " ")) for value in values]


def _code_fields(level: str, cell_m: float) -> list[Field]:
    """Code and name of an area: the official ones, or of a cell its place on the National Grid."""
    kind = AREA_LEVEL_WORDS[level]
    if level not in CELL_WORDS:
        return [
            Field("area_code", "string", f"Code of the {kind} (Office for National Statistics)"),
            Field("area_name", "string", f"Name of the {kind}"),
        ]
    size = f"{kind} of {cell_m:,.10g} m"
    return [
        Field("area_code", "string", f"Code of the {size}: its column and row from the National Grid's origin"),
        Field("area_name", "string", f"Ordnance Survey grid reference of the {kind}'s centre, 10 m"),
    ]


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


def _resource(path: str, fields: list[Field], key: str | list[str]) -> dict[str, object]:
    return {
        "name": path.removesuffix(".csv"),
        "path": path,
        "schema": {
            "fields": [{"name": item.name, "type": item.type, "description": item.description} for item in fields],
            "missingValues": [""],
            "primaryKey": key,
        },
    }
