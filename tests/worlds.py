"""A borough small enough to check by eye: two wards, four areas, five sites and two places with Wi-Fi.

::

    north  +---------+---------+    Each area is a square of 1 km, its south-west corner of A1 at 560000, 180000.
           |   A2    |   B2    |    Left column: ward A. Right column: ward B.
           | 10 of 10| nobody  |    Written in each area: premises without 300 Mbit/s of all premises.
           +---------+---------+    B2 (40 premises) is not reported.
           |   A1    |   B1    |
           |10 of 100| 25 of 50|
           +---------+---------+

So 115 of the 160 premises that are reported can get 300 Mbit/s, and 45 cannot. Sites S1 (A1) and S4 (B1) are chosen.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse
import shapely

from connected_place.coverage.case.appraisal import business_case
from connected_place.coverage.clusters.dense import GapClusters
from connected_place.coverage.covering.case import siting_case
from connected_place.coverage.covering.solution import Choice
from connected_place.coverage.delivery.monitoring import Baseline
from connected_place.coverage.delivery.schedule import delivery
from connected_place.coverage.delivery.who_pays import funding
from connected_place.coverage.footfall.points import Footfall
from connected_place.coverage.gaps.gap import TIERS
from connected_place.coverage.gaps.units import Reporting
from connected_place.coverage.need.criterion import ALWAYS
from connected_place.coverage.need.ranked_areas import Ranking
from connected_place.coverage.need.two_needs import NEED_COLUMNS, NEED_WORDS, NeedBasis
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.parameters.sites import Sites
from connected_place.coverage.parameters.wifi import Wifi
from connected_place.coverage.plan import Plan
from connected_place.coverage.reach.access_point import radio_plan
from connected_place.coverage.reach.sites import SiteReach
from connected_place.coverage.siting.chosen_share import ChosenShare
from connected_place.coverage.siting.curve import Curve, Step
from connected_place.coverage.siting.decision import SiteChoice
from connected_place.coverage.siting.objective import Counted
from connected_place.coverage.siting.phases import Phase
from connected_place.coverage.siting.shortlist import Shortlist
from connected_place.coverage.siting.site_rivals import rivals
from connected_place.gis_data.errors import Fault
from connected_place.gis_data.layers import Provenance

METRES = "EPSG:27700"
NAN = math.nan
WEST, SOUTH, SIDE = 560_000, 180_000, 1_000
AREAS = ["A1", "A2", "B1", "B2"]
PREMISES = [100.0, 10, 50, 40]
GAPS = {
    "decent_10": [0.0, 1, 2, NAN],
    "sfbb_30": [1.0, 2, 5, NAN],
    "ufbb_100": [5.0, 10, 20, NAN],
    "ufbb_300": [10.0, 10, 25, NAN],
    "gigabit": [12.0, 10, 30, NAN],
}


def tiny() -> Plan:
    """The borough of the drawing above, not marked as illustrative."""
    areas = _areas()
    wards = _wards()
    parameters = Parameters(
        place=Place(name="Twoford", lad="E06000999"), sites=Sites(objective="expected", budget_gbp=20_000.0)
    )
    return Plan(
        parameters=parameters,
        areas=areas,
        wards=wards,
        ranking=_ranking(areas, wards),
        clusters=_clusters(),
        reach=_reach(),
        footfall=_footfall(),
        borough=_borough(),
        sites=_sites(),
        access_points=_access_points(),
        demand=_demand(),
        shortlist=Shortlist(
            status="optimal",
            demand_total=40.0,
            demand_covered=30.0,
            demand_bound=30.0,
            gap_share=0.0,
            points_total=4,
            points_covered=2,
            premises_total=200.0,
            premises_likely=28.0,
            premises_covered=150.0,
            premises_covered_high=155.0,
            premises_indoors=60.0,
            premises_indoors_high=60.0,
            residents_covered=330.0,
            residents_covered_high=341.0,
            premises_source="Ofcom 2026-01: All Premises",
            budget_gbp=20_000.0,
            spent_gbp=18_300.0,
            solver="HiGHS 1.11.0",
        ),
        choice=_choice(),
        curve=_curve(),
        **_money(parameters),
        reporting=Reporting(
            units="postcodes", live_postcodes=3_100, live_postcodes_without_row=326, without_weight=295
        ),
        provenance=(_provenance(),),
        warnings=(
            Fault(
                code="VENUE_AT_POSTCODE",
                message="1 venue is placed at its postcode.",
                remedy="Give it an easting and a northing.",
                file="assets.csv",
                rows=(4,),
                blocks=False,
            ),
        ),
    )


EXPLANATIONS = ("explanation", "fixed_explanation", "wifi_explanation")


def illustrative(plan: Plan) -> Plan:
    """The same plan, marked as invented."""
    place = dataclasses.replace(plan.parameters.place, illustrative=True)
    return dataclasses.replace(plan, parameters=dataclasses.replace(plan.parameters, place=place))


def renamed(plan: Plan, text: str) -> Plan:
    """The same plan with one text wherever a file can put text: place, wards, areas, sites, Wi-Fi, sources."""
    parameters = dataclasses.replace(
        plan.parameters,
        place=dataclasses.replace(plan.parameters.place, name=text),
        appraisal=dataclasses.replace(plan.parameters.appraisal, benefit_gbp_per_demand=1.0, benefit_source=text),
    )
    source = dataclasses.replace(
        plan.provenance[0], title=text, publisher=text, file=text, vintage=text, licence=text, attribution=text,
        page=text, set_aside={text: 2},
    )  # fmt: skip
    return dataclasses.replace(
        plan,
        parameters=parameters,
        areas=plan.areas.assign(area_name=text, known_as=text, ward_name=text, **dict.fromkeys(EXPLANATIONS, text)),
        wards=plan.wards.assign(area_name=text, **dict.fromkeys(EXPLANATIONS, text)),
        clusters=dataclasses.replace(plan.clusters, frame=plan.clusters.frame.assign(name=text)),
        footfall=plan.footfall
        and dataclasses.replace(plan.footfall, sentence=text, counters=plan.footfall.counters.assign(name=text)),
        sites=plan.sites.assign(name=text, kind=text, ward_name=text, reason=text, os_grid_ref=text),
        access_points=plan.access_points.assign(name=text, provider=text, access=text),
        provenance=(source,),
        warnings=(dataclasses.replace(plan.warnings[0], message=text, value=text, file=text),),
    )


def renamed_in_turn(plan: Plan, texts: Sequence[str]) -> Plan:
    """As `renamed`, where each place that takes a text takes the next of the texts, from the first again at the end."""
    turn = itertools.cycle(texts)

    def each(frame: Any, *columns: str) -> Any:
        return frame.assign(**{column: list(itertools.islice(turn, len(frame))) for column in columns})

    one = renamed(plan, next(turn))
    source = {name: next(turn) for name in ("title", "publisher", "file", "vintage", "licence", "attribution", "page")}
    return dataclasses.replace(
        one,
        areas=each(plan.areas, "area_name", "known_as", "ward_name", *EXPLANATIONS),
        wards=each(plan.wards, "area_name", *EXPLANATIONS),
        clusters=dataclasses.replace(plan.clusters, frame=each(plan.clusters.frame, "name")),
        sites=each(plan.sites, "name", "kind", "ward_name", "reason", "os_grid_ref"),
        access_points=each(plan.access_points, "name", "provider", "access"),
        provenance=(dataclasses.replace(one.provenance[0], **source),),
        warnings=(dataclasses.replace(one.warnings[0], message=next(turn), value=next(turn), file=next(turn)),),
    )


def _money(parameters: Parameters) -> dict[str, Any]:
    """Business case, funding and delivery as a plan works them out; nothing is stated of benefits."""
    sites = _sites()
    nothing = pd.Series(NAN, index=sites.index)
    case = business_case(sites, _reach(), _demand(), deciles=nothing, alternatives={}, parameters=parameters)
    unknown = pd.DataFrame(
        {"bduk_status": "not known", "bduk_premises": NAN, "bduk_white": NAN, "bduk_basis": ""}, index=sites.index
    )
    paid = funding(sites[sites["selected"]], case.sites["residents"], unknown, parameters)
    baseline = Baseline(
        gap_premises=45.0, gap_date="2026-01", gap_source="Ofcom", free_spots=1.0, wifi_date="2026-01",
        wifi_source="Council", premises=0.0, premises_then=130.0, residents=NAN, residents_then=NAN,
    )  # fmt: skip
    return {
        "case": case, "funding": paid, "delivery": delivery(sites[sites["selected"]], paid.risks, baseline, parameters)
    }  # fmt: skip


def _square(column: int, row: int, height: int = 1) -> shapely.Polygon:
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    return shapely.box(west, south, west + SIDE, south + height * SIDE)


def _counts(premises: list[float], gaps: dict[str, list[float]], silent: list[float]) -> dict[str, list[float]]:
    """Columns of gaps; a share is of all premises, as `gap.gap_by_area` has it."""
    columns = {"premises": premises, "premises_matched": premises}
    for tier in TIERS:
        columns[f"{tier}_have"] = [
            whole - gap - (0.0 if math.isnan(none) else none)
            for whole, gap, none in zip(premises, gaps[tier], silent, strict=True)
        ]
        columns[f"{tier}_gap"] = gaps[tier]
        columns[f"{tier}_gap_share"] = [gap / whole for gap, whole in zip(gaps[tier], premises, strict=True)]
        columns[f"{tier}_not_reported"] = silent
    return columns


def _scored(score: list[float], rank: list[int]) -> dict[str, list[float] | list[int]]:
    levels: dict[str, list[float] | list[int]] = {key: [0.1] * len(score) for key in ALWAYS}
    values = {f"{key}_value": [0.5] * len(score) for key in ALWAYS}
    last = len(score)
    low, high = [max(1, at - 1) for at in rank], [min(last, at + 1) for at in rank]
    rank_uncertainty = {
        "known_share": [1.0] * last,
        "score_low": [points - 5.0 for points in score],
        "score_high": [points + 5.0 for points in score],
        "lead_share": [0.9 if at == 1 else 0.1 / (last - 1) for at in rank],
        "first_share": [1.0] * last,
    }
    why = {
        "explanation": [f"Score {points} of 100." for points in score],
        "rival_code": [""] * last,
        "rival_points": [NAN] * last,
    }
    ranked = {"score": score, "rank": rank, "rank_low": low, "rank_high": high, **rank_uncertainty, **why}
    needs = {f"{need}_{column}": ranked[column] for need in NEED_WORDS for column in NEED_COLUMNS}
    return {**levels, **values, **ranked, **needs}


NEEDS = (
    NeedBasis(key="fixed", weights={"gap_headline": 3.0, "deprivation": 1.0}, missing=()),
    NeedBasis(key="wifi", weights={"deprivation": 1.0}, missing=("mobile_gap",)),
)


def _areas() -> gpd.GeoDataFrame:
    columns = {
        "area_name": ["Quayside", "Moor", "Station", "Marsh"],
        "known_as": "",
        "ward_code": ["E05000001", "E05000001", "E05000002", "E05000002"],
        "ward_name": ["Northgate", "Northgate", "Southquay", "Southquay"],
        **_counts(PREMISES, GAPS, [0.0, 0, 0, 40]),
        "premises_source": "Ofcom 2026-01: All Premises",
        **_scored([20.0, 80.0, 60.0, 10.0], [3, 1, 2, 4]),
    }
    squares = [_square(0, 0), _square(0, 1), _square(1, 0), _square(1, 1)]
    return gpd.GeoDataFrame(columns, index=pd.Index(AREAS, name="area_code"), geometry=squares, crs=METRES)


def _wards() -> gpd.GeoDataFrame:
    gaps = {tier: [values[0] + values[1], values[2]] for tier, values in GAPS.items()}
    columns = {
        "area_name": ["Northgate", "Southquay"],
        **_counts([110.0, 90.0], gaps, [0.0, 40.0]),
        "premises_source": "Ofcom 2026-01: All Premises",
        **_scored([30.0, 50.0], [2, 1]),
    }
    index = pd.Index(["E05000001", "E05000002"], name="area_code")
    return gpd.GeoDataFrame(columns, index=index, geometry=[_square(0, 0, 2), _square(1, 0, 2)], crs=METRES)


def _ranking(areas: gpd.GeoDataFrame, wards: gpd.GeoDataFrame) -> Ranking:
    ranks = pd.DataFrame({"plan_score": areas["score"], "plan_rank": areas["rank"].astype("float64")})
    return Ranking(
        areas=areas, wards=wards, overlaps=(), weight_sets=ranks, agreement=pd.DataFrame(), needs=NEEDS, warnings=()
    )


def _clusters() -> GapClusters:
    """One cluster in the middle of B1."""
    columns = {
        "name": ["Southquay 1"],
        "ward_codes": [("E05000002",)],
        "units": [3],
        "premises": [30.0],
        "gap": [25.0],
        "gap_share": [25 / 30],
        "units_not_reported": [0],
        "not_reported": [0.0],
    }
    middle = shapely.Point(WEST + 1_500, SOUTH + 500).buffer(200)
    frame = gpd.GeoDataFrame(columns, index=pd.Index(["C1"], name="cluster_id"), geometry=[middle], crs=METRES)
    return GapClusters(frame=frame, members=pd.Series(dtype="str"), gap_share=25 / 45)


def _reach() -> SiteReach:
    """S1 reaches the first point, S4 the third."""
    chances = scipy.sparse.csr_array(([0.9, 0.8], ([0, 3], [0, 2])), shape=(5, 4))
    return SiteReach(radio=radio_plan(Wifi()), outdoors=chances, indoors=chances * 0.5, already=np.zeros(4), fields={})


def _footfall() -> Footfall:
    """One counter at the station."""
    counters = pd.DataFrame(
        {
            "name": ["Station steps"],
            "easting": [WEST + 1_500.0],
            "northing": [SOUTH + 500.0],
            "people_per_hour": [1_810.0],
            "people_per_weekday": [21_000.0],
            "people_per_saturday": [NAN],
            "days": [20],
        },
        index=pd.Index(["K1"], name="counter_id"),
    )
    return Footfall(
        index=np.array([50.0]),
        people_per_hour=np.array([NAN]),
        given=np.array(["index"]),
        basis="index",
        only_homes=False,
        validation=None,
        sentence="Footfall is an index from 0 to 100 of what stands nearby.",
        profiles=pd.DataFrame(),
        counters=counters,
        cleaning=pd.DataFrame(),
        warnings=(),
    )


def _borough() -> pd.Series:
    gaps = {tier: [sum(values[:3])] for tier, values in GAPS.items()}
    return pd.DataFrame(_counts([200.0], gaps, [40.0])).iloc[0]


def _sites() -> gpd.GeoDataFrame:
    x = [WEST + 500, WEST + 700, WEST + 500, WEST + 1_500, WEST + 1_600]
    y = [SOUTH + 500, SOUTH + 500, SOUTH + 1_500, SOUTH + 500, SOUTH + 1_400]
    columns = {
        "name": ["Quay library", "Quay lamp 7", "Moor hall", "Station lamp 1", "Marsh school"],
        "kind": ["library", "street furniture", "other", "street furniture", "other"],
        "easting": x,
        "northing": y,
        "os_grid_ref": ["TQ 605 805", "TQ 607 805", "TQ 605 815", "TQ 615 805", "TQ 616 814"],
        "ward_code": ["E05000001", "E05000001", "E05000001", "E05000002", "E05000002"],
        "ward_name": ["Northgate", "Northgate", "Northgate", "Southquay", "Southquay"],
        "area_code": ["A1", "A1", "A2", "B1", "B2"],
        "selected": [True, False, False, True, False],
        "rank": pd.array([2, None, None, 1, None], dtype="Int64"),
        "phase": pd.array([1, None, None, 1, None], dtype="Int64"),
        "reason_code": ["ADDS", "COVERED", "BUDGET", "ADDS", "BUDGET"],
        "reason": [
            "Adds 10.0 of demand.",
            "Its reach is covered by Quay library.",
            "The budget is spent on sites that add more.",
            "Adds 20.0 of demand, the most of all.",
            "The budget is spent on sites that add more.",
        ],
        "capex_gbp": [2_600.0, 15_700, 15_700, 15_700, 15_700],
        "opex_gbp_per_year": [600.0, 1_200, 900, 1_200, 900],
        "share_of_investment_pct": [14.2, NAN, NAN, 85.8, NAN],
        "demand_covered": [10.0, 8.0, 2.0, 20.0, 1.5],
        "demand_added": [10.0, NAN, NAN, 20.0, NAN],
        "rival_id": ["S2", "S1", "", "", ""],
        "loss_without": [10.0, NAN, NAN, 20.0, NAN],
        "loss_without_low": [10.0, NAN, NAN, 20.0, NAN],
        "loss_without_high": [10.0, NAN, NAN, 20.0, NAN],
        "chosen_share": NAN,
        "reach_m": 37.0,
        "premises_outdoors": [20.0, 16, 4, 40, 3],
        "premises_indoors": [8.0, 6, 1, 16, 1],
        "residents_outdoors": [44.0, 35, 9, 88, 7],
        "visitors_share": NAN,
        "area_ha": 2.2,
        "radios": 1.0,
        "access_points": 1.0,
        "placing": "",
        "backhaul_class": "not known",
        "npv_gbp": NAN,
        "bcr": NAN,
        "covered_premises": [8.0, 4, 0, 20, 1],
        "expected_premises": [20.0, 16, 4, 40, 3],
        **dict.fromkeys(("users_per_day", "users_median", "users_low", "users_high", "cost_per_user_day"), NAN),
        "listed_in": "sites.csv",
        "other_ids": "",
    }
    index = pd.Index(["S1", "S2", "S3", "S4", "S5"], name="site_id")
    return gpd.GeoDataFrame(columns, index=index, geometry=gpd.points_from_xy(x, y), crs=METRES)


def _choice() -> SiteChoice:
    """S1 and S4 in one phase, proven best; no rule, nothing drawn."""
    reach, costs = _reach(), _sites()[["capex_gbp", "opex_gbp_per_year"]]
    counted = Counted(chances=reach.outdoors, already=reach.already, demand=_demand()["demand"].to_numpy())
    problem = counted.problem()
    case = siting_case(problem.covers, problem.demand, costs["capex_gbp"].to_numpy(), budget_gbp=20_000.0)
    chosen = np.array([True, False, False, True, False])
    best = Choice(chosen=chosen, covered=30.0, bound=30.0, status="optimal", solver="HiGHS 1.11.0")
    nothing = np.full(5, NAN)
    return SiteChoice(
        costs=pd.DataFrame(costs),
        counted=counted,
        problem=problem,
        case=case,
        last_case=case,
        phases=(Phase(number=1, budget_gbp=20_000.0, choice=best, alone=best),),
        rule_prices=(),
        curve=_curve(),
        losses=np.where(chosen, [10.0, 0, 0, 20.0, 0], NAN),
        rivals=rivals(case, chosen),
        chosen_share=ChosenShare(share=nothing, samples=0, solved=0, seed=1),
    )


def _curve() -> Curve:
    """One site, two, and three of the five; the highest budget ended at the time limit."""
    steps = [
        (2_600.0, 2_600.0, 10.0, 10.0, "optimal", [1, 0, 0, 0, 0]),
        (20_000.0, 18_300.0, 30.0, 30.0, "optimal", [1, 0, 0, 1, 0]),
        (40_000.0, 34_000.0, 32.0, 33.5, "time limit", [1, 0, 1, 1, 0]),
    ]
    return Curve(
        steps=tuple(
            Step(
                budget_gbp=budget,
                spent_gbp=spent,
                covered=covered,
                bound=bound,
                status=status,
                chosen=np.array(chosen, dtype=bool),
            )
            for budget, spent, covered, bound, status, chosen in steps
        )
    )


def _access_points() -> gpd.GeoDataFrame:
    columns = {
        "name": ["Town hall", "Cafe on the quay"],
        "provider": ["Council", "Cafe"],
        "access": ["free", "paid"],
        "ward_code": ["E05000001", "E05000002"],
    }
    points = gpd.points_from_xy([WEST + 300, WEST + 1_300], [SOUTH + 300, SOUTH + 300])
    return gpd.GeoDataFrame(columns, geometry=points, crs=METRES)


def _demand() -> gpd.GeoDataFrame:
    x, y = (
        [WEST + 500, WEST + 500, WEST + 1_500, WEST + 1_500],
        [SOUTH + 520, SOUTH + 1_520, SOUTH + 520, SOUTH + 1_520],
    )
    columns = {
        "area_code": AREAS,
        "ward_code": ["E05000001", "E05000001", "E05000002", "E05000002"],
        "premises": PREMISES,
        "demand": [10.0, 5, 20, 5],
        "group": "residents",
        "covered": [True, False, True, False],
    }
    index = pd.Index(["ZZ1 1AA", "ZZ1 1AB", "ZZ1 1AD", "ZZ1 1AE"], name="postcode")
    return gpd.GeoDataFrame(columns, index=index, geometry=gpd.points_from_xy(x, y), crs=METRES)


def _provenance() -> Provenance:
    return Provenance(
        source="ofcom-fixed-coverage",
        title="Connected Nations: fixed coverage",
        publisher="Ofcom",
        licence="OGL v3.0",
        attribution="Source: Ofcom, Connected Nations",
        page="https://www.ofcom.org.uk/",
        file="data/202601_fixed_pc_coverage_r2_ZZ.csv",
        sha256="0123456789abcdef" * 4,
        vintage="2026-01",
        rows_read=3_100,
        rows_used=3_090,
        set_aside={"outside the place": 10},
    )
