"""Intervention areas: every premises without the speed stands in exactly one, and none is called White for nothing."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.coverage.lines.areas import intervention_areas
from connected_place.coverage.lines.premises_by_status import listed_premises, premises_by_status
from connected_place.coverage.parameters.clusters import Clusters
from connected_place.coverage.parameters.gaps import Gaps
from connected_place.coverage.parameters.lines import LINE_STATUSES
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.plan import PlanSteps

from ..small_places import (
    METRES,
    NAN,
    at,
    coverage,
    layer,
    layers,
    needs_real_data,
    outlines,
    postcodes,
    sample_steps,
    square,
    thurrock_steps,
)

AREAS = {f"E0000000{number}": square(number - 1, 0) for number in (1, 2, 3, 4)}
WARDS = {"E05000001": square(0, 0, side_m=2_000), "E05000002": square(1, 0, side_m=2_000)}
GAPS = {"E00000001": (100, 60), "E00000002": (100, 70), "E00000003": (50, 5), "E00000004": (40, NAN)}
POSTCODES = {"AA11AA": at(0.5, 0.5), "AA11AB": at(1.5, 0.5), "AA11AC": at(2.5, 0.5)}


def listed(rows, *, vintage="2026-05"):
    """Premises of BDUK: (UPRN, postcode, status, further columns)."""
    blank = dict.fromkeys(["contract", "supplier", "contract_date", "descoped_reason"], "")
    frame = pd.DataFrame(
        [
            {**blank, "postcode": postcode, "status": said, "current_gigabit": 0.0, **more}
            for _, postcode, said, more in rows
        ],
        index=pd.Index([uprn for uprn, *_ in rows], name="uprn"),
    )
    return layer("premises-status", frame, level="premises", vintage=vintage)


def positions(spots):
    frame = gpd.GeoDataFrame(index=pd.Index(spots, name="uprn"), geometry=list(spots.values()), crs=METRES)
    return layer("uprns", frame, level="premises")


def steps(*more):
    """Four areas in a row, two wards of two; the first two have a gap of more than half and touch.

    ::

        +----------+----------+----------+----------+
        | 60 of 100| 70 of 100|  5 of 50 | not said |
        +----------+----------+----------+----------+
          E05000001 (cluster)    E05000002
    """
    layered = layers(
        outlines("output_area", AREAS), outlines("ward", WARDS), coverage(GAPS), postcodes(POSTCODES), *more
    )
    place = Place(name="Twoford", lad="E06000999", areas="output_area")
    rules = Parameters(place=place, gaps=Gaps(headline="ufbb_300"), clusters=Clusters(join_m=400, least_premises=50))
    return PlanSteps(layered, rules)


def areas_of(work, need=0.5):
    found = listed_premises(work.layers, work.gaps.area.places, work.gaps.units)
    everywhere = pd.Series(need, index=work.gaps.units.counts.index)
    return intervention_areas(work.gaps, work.clusters, found, need=everywhere, headline="ufbb_300")


def test_a_cluster_and_each_wards_rest_are_areas():
    frame = areas_of(steps()).frame
    assert frame["premises"].to_dict() == {"C1-unknown": 130.0, "E05000002-unknown": 5.0}
    assert frame["cluster_id"].tolist() == ["C1", ""]
    assert frame["ward_code"].tolist() == ["E05000001", "E05000002"]
    assert frame["below_10"].tolist() == [130.0, 5.0]


def test_an_area_is_split_by_the_status_of_its_premises():
    """Area 1 lists 30 White, 20 Under Review and 10 Grey or Black; area 3 lists two White for a gap of five."""
    rows = [(str(n), "AA11AA", "white", {}) for n in range(30)]
    rows += [(str(30 + n), "AA11AA", "under review", {}) for n in range(20)]
    rows += [(str(50 + n), "AA11AA", "grey/black", {}) for n in range(10)]
    rows += [(str(60 + n), "AA11AC", "white", {}) for n in range(2)]
    frame = areas_of(steps(listed(rows))).frame
    assert frame["premises"].round(6).to_dict() == {
        "C1-white": 30.0,
        "C1-review": 20.0,
        "C1-grey-black": 10.0,
        "C1-unknown": 70.0,
        "E05000002-white": 2.0,
        "E05000002-unknown": 3.0,
    }
    assert frame["status_basis"].to_dict()["C1-white"] == "postcode"
    assert frame["white_by_uprn"].sum() == 0


def test_more_listed_than_lack_the_speed_are_a_sample_of_them():
    rows = [(str(n), "AA11AC", "white" if n < 8 else "grey/black", {}) for n in range(10)]
    frame = areas_of(steps(listed(rows))).frame
    assert frame.loc["E05000002-white", "premises"] == pytest.approx(4.0)
    assert frame.loc["E05000002-grey-black", "premises"] == pytest.approx(1.0)


def test_a_status_is_by_uprn_where_the_property_has_a_position():
    """Four White of the five in area 3, three of them with a position: these alone are White by UPRN."""
    rows = [(str(n), "AA11AC", "white", {}) for n in range(4)]
    spots = {str(n): at(2.5, 0.5) for n in range(3)}
    frame = areas_of(steps(listed(rows), positions(spots))).frame
    assert frame.loc["E05000002-white", ["premises", "white_by_uprn"]].tolist() == [4.0, 3.0]
    assert frame.loc["E05000002-white", "status_basis"] == "UPRN"


def test_a_property_lies_where_its_position_is_not_where_its_postcode_says():
    frame = areas_of(steps(listed([("7", "AA11AC", "white", {})]), positions({"7": at(0.5, 0.5)}))).frame
    assert frame.loc["C1-white", "white_by_uprn"] == 1.0
    assert "E05000002-white" not in frame.index


def test_contracts_descoping_and_vouchers_are_counted():
    contract = {"in_contract": 1.0, "contract": "Lot 9", "supplier": "Network Ltd", "contract_date": "2029-03-31"}
    rows = [("1", "AA11AC", "under review", contract), ("2", "AA11AC", "under review", {"in_contract": 0.0})]
    rows += [("3", "AA11AC", "white", {"descoped_reason": "R3"}), ("4", "AA11AC", "white", {"has_voucher": 1.0})]
    frame = areas_of(steps(listed(rows))).frame
    review = frame.loc["E05000002-review"]
    assert review[["premises", "in_contract", "contract", "supplier", "contract_date"]].tolist() == [
        2.0, 1.0, "Lot 9", "Network Ltd", "2029-03-31",
    ]  # fmt: skip
    white = frame.loc["E05000002-white"]
    assert white[["descoped", "descoped_reason", "has_voucher"]].tolist() == [1.0, "R3", 1.0]


def test_premises_with_gigabit_today_are_not_counted():
    frame = listed([("1", "AA11AC", "white", {"current_gigabit": 1.0})])
    assert areas_of(steps(frame)).frame["status"].unique().tolist() == ["not known"]


COUNTS = st.lists(st.integers(0, 6), min_size=3, max_size=3)


@given(st.lists(st.tuples(st.floats(0.001, 40), COUNTS), min_size=1, max_size=8))
def test_no_premises_is_lost_or_counted_twice(units):
    """Each unit's parts sum to its gap, none is below 0, and no more are White than the file lists."""
    gap = pd.Series({f"U{at}": size for at, (size, _) in enumerate(units)})
    rows = [
        (f"U{at}", status)
        for at, (_, counts) in enumerate(units)
        for status, count in zip(LINE_STATUSES, counts, strict=False)
        for _ in range(count)
    ]
    found = premises_by_status(gap, pd.DataFrame(rows, columns=["unit", "status"]))
    np.testing.assert_allclose(found.sum(axis=1), gap)
    assert (found >= 0).all(axis=None)
    white = [counts[0] for _, counts in units]
    assert (found["white"].to_numpy() <= np.array(white) + 1e-9).all()


def sums_equal_the_gap(work):
    """At every level of the place, the parts of the areas sum to the gap that the plan prints."""
    tier = work.parameters.gaps.headline
    parts, units = work.lines.areas.parts, work.gaps.units
    gap = units.counts[f"{tier}_gap"]
    for level in units.areas.columns:
        codes = units.areas[level]
        ours = parts["premises"].groupby(parts["unit"].map(codes).to_numpy()).sum()
        theirs = gap.groupby(codes.to_numpy()).sum().loc[lambda sums: sums > 0]
        pd.testing.assert_series_equal(ours, theirs, check_names=False, check_freq=False)
    assert work.lines.interventions["premises"].sum() == pytest.approx(work.need.borough[f"{tier}_gap"])
    assert not parts.duplicated(["unit", "status"]).any()


def test_every_premises_of_the_samples_gap_is_in_one_area_at_every_level():
    sums_equal_the_gap(sample_steps())


@needs_real_data
def test_every_premises_of_thurrocks_gap_is_in_one_area_at_every_level():
    sums_equal_the_gap(thurrock_steps())
