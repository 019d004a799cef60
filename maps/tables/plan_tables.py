"""The tables that a plan writes: their rows and columns, as CSV and as a Frictionless description."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from connected_place.coverage.clusters import GapClusters
from connected_place.coverage.lines import PlaceLines
from connected_place.coverage.plan import Plan
from connected_place.gis_data.layers import Provenance
from connected_place.maps.tables.case_tables import case_rows
from connected_place.maps.tables.change_rows import change_rows
from connected_place.maps.tables.columns import TableText, table_text
from connected_place.maps.tables.csv_text import csv_text
from connected_place.maps.tables.plan_columns import table_texts


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTable:
    """One table of a plan.

    Attributes
    ----------
    text : TableText
        What it is: those columns that the rows have.
    rows : DataFrame
        In order.
    """

    text: TableText
    rows: pd.DataFrame


def plan_tables(plan: Plan) -> dict[str, PlanTable]:
    """Every table of a plan by its name, in the order of columns.toml."""
    rows = _rows(plan)
    return {
        name: PlanTable(text=text.holding(rows[name]), rows=rows[name])
        for name, text in table_texts(plan).items()
        if name in rows
    }


def csv_tables(plan: Plan) -> dict[str, str]:
    """Every CSV of a plan by its file name."""
    return {
        f"{name}.csv": csv_text(table.rows, table.text.columns)
        for name, table in plan_tables(plan).items()
        if table.text.is_csv
    }


def data_package(plan: Plan) -> str:
    """The Frictionless description of the tables."""
    place = plan.parameters.place
    mark = "Illustrative: invented data. " if place.illustrative else ""
    package = {
        "name": "connected-place-plan",
        "title": f"{mark}Coverage gaps and proposed sites: {place.name}",
        "sources": [{"title": item.title, "path": item.page} for item in plan.provenance],
        "resources": [_resource(table.text) for table in plan_tables(plan).values() if table.text.is_csv],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _cluster_rows(clusters: GapClusters) -> gpd.GeoDataFrame:
    """The clusters in their order, their wards as one text."""
    frame = clusters.frame
    return gpd.GeoDataFrame(frame.assign(ward_codes=frame["ward_codes"].map(" ".join)))


def _line_rows(found: PlaceLines | None) -> dict[str, pd.DataFrame]:
    """Intervention areas, all their options and the curve of their budget, each in its order."""
    if found is None:
        return {}
    kept = {} if found.promises is None else {"promises": found.promises.wards.rename_axis("ward_code").reset_index()}
    return {
        **kept,
        "interventions": found.interventions.reset_index(),
        "intervention_options": found.options,
        "lines_curve": found.choice.curve,
    }


def _forecast_rows(plan: Plan) -> dict[str, pd.DataFrame]:
    """The releases that were given, and the forecast where there is one."""
    if plan.forecast is None:
        return {}
    made = {"coverage_series": plan.forecast.series}
    if plan.forecast.is_given:
        names = plan.forecast.wards["area_code"].map(plan.wards["area_name"]).fillna("")
        made["forecast"] = plan.forecast.wards.rename(columns={"area_code": "ward_code"}).assign(ward_name=names)
    return made


def _curve_rows(plan: Plan) -> pd.DataFrame:
    """Covered demand against budget, a row for each step."""
    steps = plan.curve.steps
    return pd.DataFrame(
        {
            "budget_gbp": [step.budget_gbp for step in steps],
            "spent_gbp": [step.spent_gbp for step in steps],
            "sites": [int(step.chosen.sum()) for step in steps],
            "demand_covered": [step.covered for step in steps],
            "demand_bound": [step.covered_most for step in steps],
            "gap_share": [step.gap_share for step in steps],
            "status": [step.status for step in steps],
            "of_plan": [step is plan.curve.at(plan.parameters.sites.budget_gbp) for step in steps],
            "site_ids": [" ".join(plan.sites.index[step.chosen]) for step in steps],
        }
    )


def _source_rows(provenance: Sequence[Provenance]) -> pd.DataFrame:
    names = [column.name for column in table_text("sources").columns]
    rows = [
        {name: getattr(item, name) for name in names}
        | {"set_aside": "; ".join(f"{reason}: {count:,}" for reason, count in item.set_aside.items())}
        for item in provenance
    ]
    return pd.DataFrame(rows, columns=names)


def _rows(plan: Plan) -> dict[str, pd.DataFrame]:
    """Rows of each table by its name, in their order."""
    names = plan.areas[["area_name"]]
    made = {
        "areas": plan.areas.sort_index().reset_index(),
        "wards": plan.wards.sort_index().reset_index(),
        "sites": plan.sites.sort_index().reset_index(),
        **_line_rows(plan.lines),
        **_forecast_rows(plan),
        "existing_wifi": plan.access_points.sort_index().reset_index(drop=True),
        "clusters": _cluster_rows(plan.clusters).reset_index(),
        "curve": _curve_rows(plan),
        "weight_sets": names.join(plan.ranking.weight_sets).sort_index().reset_index(),
        "sources": _source_rows(plan.provenance),
        **case_rows(plan.case, plan.funding, plan.delivery),
    }
    if "promises" in made:
        names = made["promises"]["ward_code"].map(plan.wards["area_name"]).fillna("")
        made["promises"] = made["promises"].assign(ward_name=names)
    place = plan.parameters.place
    if plan.change is not None:
        made["change"] = change_rows(
            plan.change,
            areas=plan.areas["area_name"],
            wards=plan.wards["area_name"],
            place=pd.Series({place.lad: place.name}),
        )
    return made


def _resource(text: TableText) -> dict[str, object]:
    return {"name": text.name, "path": f"{text.name}.csv", "title": text.title, "schema": text.schema}
