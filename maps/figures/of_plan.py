"""The figures of a plan: gaps and need of the place, existing Wi-Fi, each proposed site and all of them together."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from connected_place.coverage.gaps import TIERS
from connected_place.coverage.parameters import Parameters, Sites
from connected_place.coverage.plan import Plan
from connected_place.coverage.siting import Shortlist
from connected_place.maps.figures.book import FigureBook
from connected_place.maps.figures.figure import Figure
from connected_place.maps.figures.of_case import put_case, put_delivery, put_funding, put_opponent
from connected_place.maps.figures.of_lines import put_lines, put_programme
from connected_place.maps.figures.recipes import FigureParts
from connected_place.maps.figures.rows import BOROUGH, input_rows
from connected_place.maps.numerals import shown, speed_text
from connected_place.maps.words import gap_statements, statements


def plan_figures(plan: Plan) -> dict[str, Figure]:
    """Every figure of a plan by its id, as figures.toml has them."""
    inputs = input_rows(plan)
    book, rules = FigureBook(inputs.rows_of), plan.parameters
    chosen = plan.sites[plan.sites["selected"].astype(bool)].sort_values("rank")
    parts = {
        "units": plan.reporting.units,
        "source": inputs.premises_source,
        "homes": gap_statements.counted_words(plan.reporting),
        "counted": gap_statements.short_counted(plan.reporting),
    }
    put_gaps(book, plan.borough, plan.wards, place=rules.place.name, headline=rules.gaps.headline, parts=parts)
    put_need(book, plan.wards)
    if inputs.whole("public-wifi"):
        put_supply(book, plan.access_points)
    if plan.lines is not None:
        is_estimated = gap_statements.is_estimate(inputs.premises_source)
        put_lines(book, plan.lines, rules, homes=parts["homes"], estimated=is_estimated)
    put_sites(book, chosen, rules, homes=gap_statements.premises_words([plan.shortlist.premises_source]))
    put_shortlist(book, plan.shortlist, chosen, candidates=len(plan.sites), rules=rules)
    put_case(book, plan.case, target_ratio=rules.appraisal.target_ratio, names=plan.sites["name"].map(shown))
    put_funding(book, plan.funding)
    if plan.opponent is not None:
        put_opponent(book, plan.opponent)
    if plan.programme is not None:
        put_programme(book, plan.programme)
    put_delivery(book, plan.delivery, headline=rules.gaps.headline)
    return book.figures()


def reported_tiers(borough: pd.Series, *, headline: str) -> tuple[str, ...]:
    """Tiers that the coverage file reports, the headline first."""
    known = [key for key in TIERS if pd.notna(borough.get(f"{key}_gap"))]
    return tuple(dict.fromkeys([headline, *known]))


def put_gaps(
    book: FigureBook, borough: pd.Series, wards: pd.DataFrame, *, place: str, headline: str, parts: Mapping[str, str]
) -> None:
    """Premises, gap, its share and what is not reported, of the place and each ward.

    Parameters
    ----------
    book : FigureBook
    borough : Series
        As `gap.borough_total` gives it.
    wards : DataFrame indexed by `area_code`
        `area_name` and the same columns.
    place, headline : str
        Name of the place, key of a tier.
    parts : mapping of str to str
        `units`, `source` and `homes`, for the words.
    """
    estimated = gap_statements.is_estimate(parts["source"])
    places = [(BOROUGH, borough.to_dict(), {"code": BOROUGH, "ward": "", "name": shown(place)})] + [
        (f"ward.{code}", row, {"code": str(code), "ward": str(code), "name": shown(row["area_name"])})
        for code, row in zip(wards.index, wards.to_dict("records"), strict=True)
    ]
    tiers = reported_tiers(borough, headline=headline)
    for key, row, named in places:
        said = {**parts, **named}
        book.put("gap.{place}", row, of={"place": key}, parts=said, estimated=estimated)
        for tier in tiers:
            speed = {"speed": speed_text(tier)}
            book.put("gap.{place}", row, of={"place": key, "tier": tier}, parts=said | speed, estimated=estimated)


def put_need(book: FigureBook, wards: pd.DataFrame) -> None:
    """Score, rank and the range of the rank of each ward."""
    for code, row in zip(wards.index, wards.to_dict("records"), strict=True):
        book.put("need.ward.{code}", row, of={"code": str(code)}, parts={"name": shown(row["area_name"])})


def put_supply(book: FigureBook, spots: pd.DataFrame) -> None:
    """Places with public Wi-Fi, all and free ones."""
    is_free = spots["access"].astype("str").str.casefold() == "free" if len(spots) else pd.Series(dtype=bool)
    book.put("supply", {"places": len(spots), "free": int(is_free.sum())})


def put_sites(book: FigureBook, chosen: gpd.GeoDataFrame, rules: Parameters, *, homes: str) -> None:
    """What each proposed site costs, reaches and where it is; what it reaches is a number of `homes`."""
    counted = {"homes": homes, "counted": gap_statements.short_words(homes)}
    for site_id, row in zip(chosen.index, chosen.drop(columns="geometry").to_dict("records"), strict=True):
        parts = {
            "name": shown(row["name"]),
            "demand_unit": rules.counted_unit,
            **counted,
            **_cost_keys(row, rules.sites),
        }
        book.put("site.{site}", row, of={"site": str(site_id)}, parts=parts)


def _cost_keys(row: Mapping[Hashable, Any], rules: Sites) -> dict[str, str]:
    """Keys of plan.toml that a site's costs come from; its line is of class C for a hop, D where nothing is known."""
    kind, is_hop = str(row["kind"]), pd.notna(row.get("backhaul_hop_m"))
    return {
        "kind": shown(kind),
        "capex_key": f"sites.capex_gbp.{kind if kind in rules.capex_gbp else 'other'}",
        "opex_key": f"sites.opex_gbp_per_year.{kind if kind in rules.opex_gbp_per_year else 'other'}",
        "line_key": f"sites.backhaul_gbp.{'C' if is_hop else row['backhaul_class'] or 'D'}",
    }


def put_shortlist(
    book: FigureBook, found: Shortlist, chosen: pd.DataFrame, *, candidates: int, rules: Parameters
) -> None:
    """What the proposed sites cost and reach together."""
    whole, reached = found.demand_total, found.demand_covered
    values = {name: float(getattr(found, name)) for name in (
        "spent_gbp", "demand_total", "demand_covered", "premises_total", "premises_likely", "premises_covered",
        "premises_covered_high", "points_covered", "points_total",
    )}  # fmt: skip
    values |= {
        **{name: float(getattr(found, name)) for name in ("users_per_day", "users_median", "users_low", "users_high")},
        "opex_gbp_per_year": float(sum(chosen["opex_gbp_per_year"])),
        "sites": len(chosen),
        "candidates": candidates,
        "demand_share": reached / whole if whole else float("nan"),
    }
    parts: FigureParts = {
        "chosen": tuple(map(str, chosen.index)),
        "proposed": str(len(chosen)),
        "homes": gap_statements.premises_words([found.premises_source]),
        "counted": gap_statements.short_words(gap_statements.premises_words([found.premises_source])),
        "demand": statements.demand_words(rules),
        "demand_unit": rules.counted_unit,
    }
    book.put("shortlist", values, parts=parts)
    book.put("parameter.sites", {"budget_gbp": found.budget_gbp})
