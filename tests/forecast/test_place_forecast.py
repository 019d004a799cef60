"""A forecast from the layers of a plan: any number of releases, of any level, and what better lines make of it."""

import dataclasses
import functools

import pandas as pd
import pytest

from connected_place.coverage.lines.outlook import LinesOutlook
from connected_place.coverage.lines.place_lines import place_lines
from connected_place.coverage.parameters.appraisal import Appraisal
from connected_place.coverage.parameters.gaps import Gaps
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.parameters.score import Score
from connected_place.coverage.plan import PlanSteps
from connected_place.gis_data.layers import BEFORE
from connected_place.maps.tables.plan_tables import csv_tables
from connected_place.maps.words import forecast_statements

from ..small_places import at, coverage, layers, outlines, postcodes, sample_plan, square
from .forecast_worlds import MONTHS, closing_at

WARDS = 6


def earlier(layer):
    return dataclasses.replace(layer, provenance=dataclasses.replace(layer.provenance, role=BEFORE))


def release(vintage):
    rows = {code: (1.0, share) for code, share in vintage.share.items()}
    return coverage(rows, level="postcode", vintage=f"{vintage.month}, all premises, revision 0")


def authority(month, premises, without):
    found = coverage({"E06000999": (premises, without)}, vintage=f"{month}, all premises, revision 0")
    return dataclasses.replace(found, level="authority")


def steps_of(*series, rate=0.4, months=MONTHS):
    """Six wards of 1 km in a row with 20 postcodes each, whose gap of 5 to 95 % closes at one rate."""
    vintages = closing_at(rate, months=months, areas=WARDS, noise=0.01)
    codes = vintages[0].area
    spots = {unit: at(int(ward[1:]) + 0.5, 0.5) for unit, ward in codes.items()}
    wards = {f"E0500000{number}": square(number, 0) for number in range(WARDS)}
    *past, today = map(release, vintages)
    directory = postcodes(spots)
    directory = dataclasses.replace(directory, frame=directory.frame.assign(introduced=""))
    found = layers(today, *map(earlier, past), *series, outlines("ward", wards), directory)
    rules = Parameters(
        place=Place(name="Twoford", lad="E06000999", areas="ward"),
        gaps=Gaps(headline="ufbb_300", weights="connections"),
        score=Score(samples=20),
    )
    return PlanSteps(found, rules)


@functools.cache
def forecast_steps():
    return steps_of(authority("2025-07", 200.0, 10.0))


def test_the_newest_earlier_release_is_the_one_that_today_is_compared_with():
    change = forecast_steps().change
    assert (change.before[:7], change.now[:7]) == ("2020-01", "2020-07")


def test_every_release_is_in_the_series_with_what_it_can_tell():
    series = forecast_steps().forecast.series
    assert series["month"].tolist() == [*MONTHS, "2025-07"]
    assert series["use"].tolist() == ["used"] * 6 + ["not used for areas: it has the whole authority only"]
    assert series["share"].is_monotonic_increasing and series["share"].iloc[-1] == 0.95


def test_each_ward_has_its_share_by_date_with_a_range():
    found = forecast_steps().forecast
    assert found.is_given and len(found.wards) == 4 * WARDS
    rows = found.wards
    assert (rows["share_low"] <= rows["share"]).all() and (rows["share"] <= rows["share_high"]).all()
    assert rows["share_low"].min() >= 0 and rows["share_high"].max() <= 1
    assert rows.groupby("area_code")["share"].apply(lambda shares: shares.is_monotonic_increasing).all()
    assert rows["month"].unique().tolist() == ["2021-07", "2022-07", "2023-07", "2025-07"]
    assert rows["is_tested"].tolist() == [True, True, False, False] * WARDS


def test_without_other_releases_there_is_no_forecast_nor_a_word_of_it():
    alone = steps_of(months=MONTHS[:1])
    assert alone.forecast is None and forecast_statements.forecast_sentences(None) == ()


def test_two_releases_are_not_tested_and_it_is_said():
    found = steps_of(months=MONTHS[:2]).forecast
    assert not found.is_given and found.wards.empty
    (said,) = forecast_statements.forecast_sentences(found)
    assert said.startswith("No forecast is given. To test one,") and "of the 2 releases given, 0" in said


def test_the_forecast_is_said_with_its_test_and_how_far_it_was_tested():
    given, tested = forecast_statements.forecast_sentences(forecast_steps().forecast)
    assert given.startswith("Without a plan, the number without 300 Mbit/s should fall to about ")
    assert given.count("(further than was tested)") == 2 and "by 2021-07, " in given
    assert "against" in tested and "may be chance" not in tested


def test_waiting_has_a_date_and_what_comes_anyway_is_no_gain_of_an_option():
    """A line's years count only for the part of the premises that the forecast still leaves without one."""
    work = forecast_steps()
    rules = dataclasses.replace(work.parameters.lines, radio_tier="gigabit")
    parameters = dataclasses.replace(work.parameters, lines=rules)
    with_it, without = (
        place_lines(work.layers, work.gaps, work.need, work.clusters, forecast=each, parameters=parameters)
        for each in (work.forecast, None)
    )
    waits = with_it.options.query("option == 'wait'")
    assert waits["by_when"].str.fullmatch(r"half by 202\d-\d\d \(forecast\)").all() and (waits["gained"] == 0).all()
    less, more = (each.options.query("option == 'radio'")["premises_years"].sum() for each in (with_it, without))
    assert 0 < less < 0.6 * more


def test_years_are_those_of_the_appraisal_after_the_line_is_there():
    """10 years, a line after 9 months, nothing forecast: 0.25 + 1 + ... discounted at 3.5 %."""
    outlook = LinesOutlook(by_ward=pd.DataFrame({"W": [5.0]}, index=["A"]), forecast=None, rules=Appraisal(years=10))
    by_hand = 0.25 / 1.035 + sum(1.035**-year for year in range(2, 11))
    assert outlook.years_each(pd.Series({"A": 9.0}))["A"] == pytest.approx(by_hand)
    assert outlook.years_each(pd.Series({"A": 200.0}))["A"] == 0
    assert outlook.years_each(pd.Series({"A": float("nan")})).isna().all()


def test_the_tables_have_every_release_and_each_wards_forecast():
    plan = dataclasses.replace(sample_plan(), forecast=forecast_steps().forecast)
    found = csv_tables(plan)
    rows = {name: found[f"{name}.csv"] for name in ("coverage_series", "forecast")}
    assert rows["coverage_series"].splitlines()[0] == "month,level,share,use"
    assert len(rows["coverage_series"].splitlines()) == 1 + 7
    assert rows["forecast"].splitlines()[0].startswith("ward_code,ward_name,years,month,share_low,share,share_high,gap")
    assert len(rows["forecast"].splitlines()) == 1 + 4 * WARDS
