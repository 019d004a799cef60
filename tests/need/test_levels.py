"""Need: criteria on fixed scales, put together from the finest areas."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.gaps.gap import TIERS, gap_by_area
from connected_place.coverage.need.criterion import CRITERIA, asked_criteria, criteria
from connected_place.coverage.need.levels import area_facts_of, bounds, levels, values
from connected_place.coverage.parameters.score import OwnCriterion, Score
from connected_place.coverage.places.geography import geography_of
from connected_place.gis_data.errors import DataError, VintageError
from connected_place.gis_data.rasters.grids import Raster

from ..small_places import METRES, NAN, SOUTH, WEST, at, layer, layers, outlines, people, square, venues

AREAS = {"E00000001": square(0, 0), "E00000002": square(1, 0)}
LSOAS = {"E01000001": square(0, 0, side_m=2_000)}
WARDS = {"E05000001": square(0, 0, side_m=2_000)}

prove = settings(deadline=None, derandomize=True, max_examples=60)
SAYS_NOTHING = Score()


def place(*more, lsoas=False):
    """Two areas of 1 km side by side in one ward (and in one LSOA)."""
    wider = (outlines("lsoa", LSOAS),) if lsoas else ()
    return layers(outlines("output_area", AREAS), *wider, outlines("ward", WARDS), *more)


def known(*more, lsoas=False):
    found = place(*more, lsoas=lsoas)
    return area_facts_of(found, geography_of(found))


def wifi(rows):
    """Existing access points: (position, access)."""
    frame = gpd.GeoDataFrame(
        {"name": "n", "provider": "p", "access": [access for _, access in rows]},
        geometry=[position for position, _ in rows],
        crs=METRES,
    )
    return layer("public-wifi", frame, level="site")


# --- levels --------------------------------------------------------------------------------------------------


def gaps(shares):
    return pd.DataFrame(
        {"ufbb_300_gap_share": shares, "decent_10_gap_share": 0.01}, index=pd.Index(shares.index, name="area_code")
    )


def ward_levels(*more, headline="ufbb_300", rules=SAYS_NOTHING, footfall=None, lad=""):
    found = place(*more)
    places = geography_of(found)
    known_of = area_facts_of(found, places, footfall, lad=lad)
    asked = asked_criteria(rules, headline=headline)
    table = gaps(pd.Series({"E05000001": 0.3}))
    return levels(known_of, places, table, level="ward", headline=headline, criteria=asked).loc["E05000001"]


def weighted(*keys):
    """A plan that names criteria."""
    return Score(weights=dict.fromkeys(keys, 1.0))


def table(source, rows, **columns):
    """A table of several columns on the two areas."""
    return layer(source, pd.DataFrame(columns, index=rows, dtype="float64"), level="output_area", file=f"{source}.csv")


def test_a_rate_of_a_ward_is_weighted_by_people():
    """300 people at 0.4 and 100 at 0.0."""
    found = ward_levels(
        people("population", {"E00000001": 300, "E00000002": 100}),
        people("deprivation", {"E00000001": 0.4, "E00000002": 0.0}),
    )
    assert found["deprivation"] == pytest.approx(0.3)
    assert found["population"] == pytest.approx(400 / 400)  # 4 km2 of ward are 400 hectares


def test_a_rate_without_people_is_a_plain_mean():
    assert ward_levels(people("deprivation", {"E00000001": 0.4, "E00000002": 0.0}))["deprivation"] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("source", "part", "whole", "key"),
    [
        ("no-car-households", "no_car_households", "households", "no_car"),
        ("older-residents", "older_residents", "residents", "older"),
    ],
)
def test_a_share_is_a_sum_over_the_sum_of_its_own_whole_whatever_the_people(source, part, whole, key):
    """9 of 10 and 10 of 90: 19 of 100, not the mean of 90 % and 11 %, nor that weighted by people."""
    found = ward_levels(
        people("population", {"E00000001": 1, "E00000002": 999}),
        table(source, list(AREAS), **{part: [9, 10], whole: [10, 90]}),
        rules=weighted(key),
    )
    assert found[key] == pytest.approx(0.19)


def test_a_share_leaves_out_areas_whose_part_or_whole_is_not_known():
    found = ward_levels(
        table("no-car-households", list(AREAS), no_car_households=[5, NAN], households=[10, 90]),
        rules=weighted("no_car"),
    )
    assert found["no_car"] == 0.5


@pytest.mark.parametrize(("households", "share"), [([0, 0], NAN), ([1, 0], 1.0)])
def test_a_share_of_nobody_is_not_known_and_one_of_a_single_household_is(households, share):
    rows = table("no-car-households", list(AREAS), no_car_households=households, households=households)
    found = ward_levels(rows, rules=weighted("no_car"))
    assert found.get("no_car", NAN) == pytest.approx(share, nan_ok=True)


def test_households_are_told_by_the_hectare():
    assert ward_levels(people("households", {"E00000001": 300, "E00000002": 100}), rules=weighted("households"))[
        "households"
    ] == pytest.approx(1.0)


def test_other_levels_are_means_over_people():
    """Footfall 0 where 300 live, 100 where 100 live; a library beside the 300."""
    found = ward_levels(
        people("population", {"E00000001": 300, "E00000002": 100}),
        table("deprivation", list(AREAS), deprivation_children=[0.2, 0.6], deprivation_employment=[0.1, 0.3]),
        venues({"S1": at(0.5, 0.5)}),
        rules=weighted("footfall", "public_buildings", "deprivation_children", "deprivation_employment"),
        footfall=pd.Series({"E00000002": 100.0, "E00000001": 0.0}),
    )
    assert found["footfall"] == pytest.approx(25)
    assert found["public_buildings"] == pytest.approx(0.75)
    assert found["deprivation_children"] == pytest.approx(0.3)
    assert found["deprivation_employment"] == pytest.approx(0.15)


def test_mobile_coverage_is_that_of_the_authority_in_premises_indoors_without_any_operator():
    mobile = layer(
        "ofcom-mobile-coverage",
        pd.DataFrame({"4g_prem_in_no_operator_share": 0.02, "4g_prem_in_all_share": 0.6}, index=["E06000034"]),
        level="authority",
    )
    assert ward_levels(mobile, rules=weighted("mobile_gap"), lad="E06000034")["mobile_gap"] == 0.02
    assert "mobile_gap" not in ward_levels(mobile, rules=weighted("mobile_gap"), lad="E06000035")


@pytest.mark.parametrize(("scores", "rank"), [([NAN, NAN], [1.0, 0.5]), ([0.3, NAN], [-1, 0.5])])
def test_a_rank_stands_only_where_there_is_no_income_score(scores, rank):
    """Ranks 1 and 6 of 11: nobody is more deprived than the first, half of the others are less so than the second."""
    indices = table("deprivation", list(AREAS), deprivation=scores, deprivation_rank=[1, 6], deprivation_ranks=11)
    assert known(indices).frame["deprivation_rank"].fillna(-1).tolist() == rank


def test_footfall_is_not_known_where_nobody_says_it():
    assert "footfall" not in ward_levels(rules=weighted("footfall"))
    with_one = ward_levels(rules=weighted("footfall"), footfall=pd.Series({"E00000001": 40.0, "E00000099": 90.0}))
    assert with_one["footfall"] == 40


def test_criteria_of_which_nothing_is_known_are_left_out():
    assert ward_levels().index.tolist() == ["gap_headline", "gap_decent"]


@pytest.mark.parametrize("tier", TIERS)
def test_the_headline_gap_is_that_of_its_tier(tier):
    shares = pd.DataFrame({f"{name}_gap_share": [0.1 * n] for n, name in enumerate(TIERS)}, index=["E05000001"])
    found, places = place(), geography_of(place())
    asked = asked_criteria(weighted("gap_headline"), headline=tier)
    assert levels(area_facts_of(found, places), places, shares, level="ward", headline=tier, criteria=asked)[
        "gap_headline"
    ].item() == 0.1 * list(TIERS).index(tier)


def test_gaps_of_every_tier_are_offered():
    shares = pd.DataFrame({f"{name}_gap_share": [0.1 * n] for n, name in enumerate(TIERS)}, index=["E05000001"])
    found, places = place(), geography_of(place())
    found_levels = levels(
        area_facts_of(found, places), places, shares, level="ward", headline="gigabit", criteria=CRITERIA
    )
    assert found_levels.iloc[0].to_dict() == pytest.approx(
        {"gap_headline": 0.4, "gap_decent": 0.0, "gap_sfbb_30": 0.1, "gap_ufbb_100": 0.2, "gap_ufbb_300": 0.3}
        | {"gap_gigabit": 0.4}
    )


# --- the council's own figures -------------------------------------------------------------------------------

DAMP = OwnCriterion(key="damp", words="damp", unit="%", none_at=0.0, full_at=50.0, source="Survey")
CALLS = OwnCriterion(key="calls", words="calls", unit="calls a year", none_at=0.0, full_at=9.0, source="Survey")


def test_own_figures_are_criteria_like_any_other():
    """Two files; a figure is a mean over people, as the file has it."""
    found = ward_levels(
        people("population", {"E00000001": 300, "E00000002": 100}),
        table("area-table", list(AREAS), damp=[10, 50]),
        dataclasses.replace(table("area-table", ["E00000001"], calls=[4]), level="output_area"),
        rules=Score(weights={"damp": 1.0}, criterion=(DAMP, CALLS)),
    )
    assert (found["damp"], found["calls"]) == (20, 4)


def test_an_own_figure_of_a_wider_area_holds_for_its_parts():
    wide = layer("area-table", pd.DataFrame({"damp": [7.0]}, index=["E01000001"]), level="lsoa")
    assert known(wide, lsoas=True).own["damp"].tolist() == [7, 7]


def test_an_own_figure_of_another_vintage_is_refused():
    with pytest.raises(VintageError, match=r"area-table.csv: It has a row for only 0% .*\[VINTAGE_MIXED\]"):
        known(table("area-table", ["E00999999"], damp=[1]))


def test_an_own_figure_named_as_a_built_in_count_does_not_take_its_place():
    found = known(table("area-table", list(AREAS), households=[1, 2]))
    assert found.frame["households"].isna().all()


def test_one_figure_in_two_files_is_refused():
    one, other = (
        layer(
            "area-table", pd.DataFrame({"damp": [1.0], "ok": 2.0}, index=["E00000001"]), level="output_area", file=name
        )
        for name in ("a.csv", "b.csv")
    )
    with pytest.raises(
        DataError, match=r'b.csv, column "damp": a.csv also has this column.*\[COLUMN_TWICE\]'
    ) as refusal:
        known(one, other)
    assert [fault.column for fault in refusal.value.faults] == ["damp", "ok"]


# --- values and their bounds ---------------------------------------------------------------------------------


def test_values_keep_the_rows_and_columns_of_levels():
    found = values(pd.DataFrame({"population": [50.0, NAN], "no_car": [0.25, 0.1]}, index=["A", "B"]), CRITERIA)
    assert found.fillna(-1).to_dict("index") == {
        "A": {"population": 0.5, "no_car": 0.5},
        "B": {"population": -1, "no_car": 0.2},
    }


def counted(rows):
    """Gaps of one area each: (premises, lacking; NaN: not reported), the same in every tier."""
    counts = pd.DataFrame(rows, columns=["premises", "lack"], dtype="float64")
    frame = pd.DataFrame({"premises": counts["premises"], "premises_matched": counts["premises"]})
    for tier in TIERS:
        frame[f"{tier}_gap"] = counts["lack"]
    return frame


def test_the_bounds_of_a_gap_are_none_and_all_of_what_is_not_reported():
    """100 premises of which 10 lack it, and 60 of which nobody reports: 10 to 70 of 160; without doubt 10 of 100."""
    frame = counted([(100, 10), (60, NAN), (100, 10)])
    reported = gap_by_area(frame, pd.Series(["A", "A", "B"]), index=pd.Index(["A", "B"]))
    found = pd.DataFrame({"gap_headline": reported["gigabit_gap_share"], "gap_decent": reported["decent_10_gap_share"]})
    low, high = bounds(found, reported, CRITERIA, headline="gigabit")
    assert low["gap_headline"].tolist() == [10 / 160, 0.1]
    assert high["gap_headline"].tolist() == [70 / 160, 0.1]
    assert (low["gap_decent"].tolist(), high["gap_decent"].tolist()) == ([10 / 32, 0.5], [1.0, 0.5])  # full at 0.2


def test_the_bounds_of_a_gap_are_those_of_its_own_tier():
    """Of 100 premises 10 lack 10 Mbit/s, 20 lack 30 Mbit/s ... and of 20 more nobody reports gigabit."""
    frame = counted([(100, 0), (20, 0)])
    for number, tier in enumerate(TIERS, start=1):
        frame[f"{tier}_gap"] = [10.0 * number, NAN if tier == "gigabit" else 0.0]
    reported = gap_by_area(frame, pd.Series(["A", "A"]), index=pd.Index(["A"]))
    keys = {"gap_headline": "ufbb_100", "gap_sfbb_30": "sfbb_30", "gap_gigabit": "gigabit"}
    found = pd.DataFrame({key: reported[f"{tier}_gap_share"] for key, tier in keys.items()})
    low, high = bounds(found, reported, CRITERIA, headline="ufbb_100")
    assert low.iloc[0].tolist() == [30 / 120, 20 / 120, 50 / 120]
    assert high.iloc[0].tolist() == [30 / 120, 20 / 120, 70 / 120]


def test_households_of_units_without_a_row_widen_a_gap():
    """A unit without a row adds 100 households to what is not reported: 10 to 110 of 200."""
    reported = gap_by_area(counted([(100, 10)]), pd.Series(["A"]), index=pd.Index(["A"]))
    reported = reported.assign(gigabit_not_reported=100.0)
    found = pd.DataFrame({"gap_headline": reported["gigabit_gap_share"]})
    low, high = bounds(found, reported, CRITERIA, headline="gigabit")
    assert (low["gap_headline"].item(), high["gap_headline"].item()) == (0.05, 0.55)


@pytest.mark.parametrize(
    ("key", "level", "low", "high"),
    [
        ("footfall", 50.0, 0.4, 0.6),
        ("footfall", 5.0, 0.0, 0.15),  # no value below 0
        ("no_car", 0.25, 0.5, 0.5),  # no error is stated
        ("footfall", NAN, 0.0, 1.0),
        ("less_is_worse", 5.0, 0.4, 0.6),
    ],
)
def test_the_bounds_of_a_level_are_its_error_both_ways_and_everything_where_it_is_not_known(key, level, low, high):
    falling = OwnCriterion(key="less_is_worse", words="w", unit="u", none_at=10, full_at=0, source="s", error=1)
    known_criteria = criteria(Score(criterion=(falling,)))
    found = bounds(pd.DataFrame({key: [level]}), pd.DataFrame(), known_criteria, headline="gigabit")
    assert [frame[key].item() for frame in found] == pytest.approx([low, high])


def test_a_gap_of_which_nothing_is_said_of_silence_is_what_it_is():
    """Nothing not reported, said as not known: the gap has no range."""
    reported = gap_by_area(counted([(1, 1)]), pd.Series(["A"]), index=pd.Index(["A"])).assign(gigabit_not_reported=NAN)
    found = pd.DataFrame({"gap_headline": reported["gigabit_gap_share"]})
    low, high = bounds(found, reported, CRITERIA, headline="gigabit")
    assert (low["gap_headline"].item(), high["gap_headline"].item()) == (1.0, 1.0)


def test_a_gap_that_is_not_known_may_be_anything():
    reported = gap_by_area(counted([(60, NAN)]), pd.Series(["A"]), index=pd.Index(["A", "B"]))
    found = pd.DataFrame({"gap_headline": reported["gigabit_gap_share"]})
    low, high = bounds(found, reported, CRITERIA, headline="gigabit")
    assert (low["gap_headline"].tolist(), high["gap_headline"].tolist()) == ([0, 0], [1, 1])


premises = st.floats(0, 1e5)


@prove
@given(
    st.lists(st.tuples(premises, st.one_of(st.floats(0, 1), st.just(NAN)), st.integers(0, 2)), min_size=1, max_size=8),
    st.lists(premises, min_size=3, max_size=3),
    st.lists(st.one_of(st.floats(-200, 200), st.just(NAN)), min_size=3, max_size=3),
    st.sampled_from([(0.0, 1.0), (1.0, 0.0), (0.3, 0.2), (-1.0, 0.05)]),
    st.floats(0, 50),
)
def test_a_value_lies_between_its_bounds_and_these_between_0_and_1(units, homes, footfall, scale, error):
    """Units with premises, the share that lacks the tier, and one of three areas; households without a row; a scale."""
    frame = counted([(whole, whole * share) for whole, share, _ in units])
    areas = pd.Series([f"A{number}" for *_, number in units])
    reported = gap_by_area(frame, areas, index=pd.Index(["A0", "A1", "A2"]))
    reported["gigabit_not_reported"] = reported["gigabit_not_reported"].fillna(0.0) + homes
    stated = tuple(
        OwnCriterion(key=key, none_at=scale[0], full_at=scale[1], error=error) for key in ("gap_headline", "footfall")
    )
    known_criteria = criteria(Score(criterion=stated))
    found = pd.DataFrame({"gap_headline": reported["gigabit_gap_share"], "footfall": footfall}, index=reported.index)
    low, high = bounds(found, reported, known_criteria, headline="gigabit")
    value = values(found, known_criteria)
    assert low.ge(0).all(axis=None)
    assert high.le(1).all(axis=None)
    assert (low.le(value) | value.isna()).all(axis=None)
    assert (high.ge(value) | value.isna()).all(axis=None)
    assert ((low == 0) & (high == 1) | value.notna()).all(axis=None)


# --- what is known of each finest area -----------------------------------------------------------------------


def test_a_rate_of_an_lsoa_holds_for_its_output_areas_and_a_total_is_spread():
    found = known(
        people("deprivation", {"E01000001": 0.3}, level="lsoa"),
        people("households", {"E01000001": 90.0}, level="lsoa"),
        people("population", {"E01000001": 200.0}, level="lsoa"),
        lsoas=True,
    ).frame
    assert found["deprivation"].tolist() == [0.3, 0.3]
    assert found["households"].tolist() == [45, 45]
    assert found["population"].sum() == 200


def test_an_area_without_a_row_is_not_known():
    found = known(people("population", {"E00000001": 5.0})).frame
    assert found["population"].fillna(-1).tolist() == [5, -1]


def test_a_people_table_of_another_vintage_is_refused():
    with pytest.raises(VintageError, match=r"population.csv: It has a row for only 0% .*\[VINTAGE_MIXED\]"):
        known(people("population", {"E00999999": 5.0}))


def test_a_table_of_a_level_without_outlines_is_refused_and_never_passed_over():
    with pytest.raises(DataError, match=r"for LSOAs, and there are no outlines of them.*\[NO_OUTLINES\]"):
        known(people("deprivation", {"E01000001": 0.3}, level="lsoa"))


@pytest.mark.parametrize(
    ("spots", "distance_m"),
    [
        ([(at(0.5, 0.5), "free")], [0, 1000]),
        ([(at(0.5, 0.5), "paid"), (at(1.5, 0.5), "not stated")], [1000, 0]),  # what has to be paid is no free Wi-Fi
        ([(at(0.5, 0.5), "paid")], [-1, -1]),
        ([], [-1, -1]),
    ],
)
def test_distance_is_to_the_nearest_wifi_that_nobody_pays_for(spots, distance_m):
    """Two squares of 1 km; their centres lie 1,000 m apart."""
    found = known(wifi(spots)).frame["wifi_distance"]
    assert found.fillna(-1).tolist() == pytest.approx(distance_m, abs=1e-6)


@pytest.mark.parametrize(("is_rate", "found"), [(True, [0.3, 0.3]), (False, [0.15, 0.15])])
def test_a_bridge_between_two_years_carries_a_rate_whole_and_a_count_in_parts(is_rate, found):
    """One area of 2011 became the two of 2021."""
    source = "deprivation" if is_rate else "population"
    table = dataclasses.replace(people(source, {"E00009999": 0.3}), year="2011")
    pairs = pd.DataFrame({"before": "E00009999", "after": list(AREAS)})
    bridge = dataclasses.replace(layer("ons-lookup", pairs, level="output_area", measure="bridge"), year="2021")
    of_2021 = dataclasses.replace(outlines("output_area", AREAS), year="2021")
    with_bridge = layers(of_2021, outlines("ward", WARDS), table, bridge)
    assert area_facts_of(with_bridge, geography_of(with_bridge)).frame[source].tolist() == pytest.approx(found)
    without = layers(of_2021, outlines("ward", WARDS), table)
    with pytest.raises(VintageError, match=r"Its codes are from 2011.*ons-lookup.*\[VINTAGE_MIXED\]"):
        area_facts_of(without, geography_of(without))


def test_two_editions_of_one_table_are_refused():
    one, other = (people("population", dict.fromkeys(AREAS, 1.0), vintage=year) for year in ("2011", "2021"))
    with pytest.raises(DataError, match=r"\(2011\) has the same figures as this file \(2021\).*\[LAYER_TWICE\]"):
        known(one, other)


# --- people from a grid --------------------------------------------------------------------------------------


def grid(cells):
    """Cells of 1 km, the first row in the north, from the corner of the world."""
    array = np.array(cells, dtype="float64")
    transform = (1_000.0, 0.0, WEST, 0.0, -1_000.0, SOUTH + 1_000 * len(cells))
    return Raster(values=array, transform=transform, crs=METRES)


def test_a_table_of_people_goes_before_a_grid():
    cells = dataclasses.replace(layer("population-raster", pd.DataFrame(), level="cell"), raster=grid([[1, 2], [3, 4]]))
    assert known(cells).frame["population"].tolist() == pytest.approx([3, 4])
    table = people("population", {"E00000001": 50.0, "E00000002": 60.0})
    assert known(cells, table).frame["population"].tolist() == [50, 60]
