"""Every entry of a registry has an effect, so that a half-made extension fails at once.

Funding models: tests/delivery/test_funding_models.py. Output formats: tests/pack/test_formats.py. The rest is here.
"""

import ast
import dataclasses
import functools

import pandas as pd
import pytest

import connected_place.api as cp
from connected_place.coverage.gaps.gap import TIERS
from connected_place.coverage.need.criterion import CRITERIA
from connected_place.coverage.parameters.wifi import Wifi
from connected_place.coverage.reach.access_point import radio_plan
from connected_place.coverage.reach.power_limits import BANDS, INDOORS, OUTDOORS
from connected_place.gis_data.catalogue import catalogue, point_sources
from connected_place.gis_data.errors import PlanFileError
from connected_place.gis_data.readers.intake import READERS
from connected_place.maps.pack.funds import chosen_fund, fund, fund_names

from .reading import ROOT, tree

ELSEWHERE = {
    "deprivation_employment": "tests/readers/test_deprivation.py",
    "deprivation_children": "tests/readers/test_deprivation.py",
    "deprivation_rank": "tests/readers/test_deprivation.py",
    "no_car": "tests/need/test_area_facts.py",
    "older": "tests/need/test_area_facts.py",
    "mobile_gap": "tests/need/test_area_facts.py",
}
"""Criteria whose file the sample does not have, and where their effect is shown."""


@functools.cache
def sample():
    return cp.sample()


@functools.cache
def scored(keys, headline):
    """The sample's areas, scored by these criteria in equal parts."""
    weights = dict.fromkeys(keys, 1.0)
    return cp.need(sample().with_({"score.weights": weights, "score.samples": 10, "gaps.headline": headline}))


def areas_with(key):
    """The sample scored by every criterion; where the headline would repeat one, under another headline."""
    keys = tuple(CRITERIA)
    return scored(keys, "sfbb_30") if key == "gap_ufbb_300" else scored(keys, "ufbb_300")


@pytest.mark.parametrize("key", CRITERIA)
def test_a_criterion_gives_a_level_and_a_part_of_the_score(key):
    areas = areas_with(key)
    if key in ELSEWHERE:
        return
    assert key in areas, f"{key} has no column: say in coverage/need/levels.py how its level is found"
    assert areas[key].notna().any(), f"{key} is known nowhere in the sample: give it a source, or name its test"
    values = areas[f"{key}_value"].dropna()
    assert values.max() > values.min(), f"{key} has one value everywhere, so it moves no score"


def test_what_is_shown_elsewhere_is_still_a_criterion():
    assert set(ELSEWHERE) <= set(CRITERIA)


def test_a_criterion_that_is_only_in_the_table_is_noticed(monkeypatch):
    """A copy of another one under a new key, with nothing that finds its level."""
    half_made = dataclasses.replace(CRITERIA["population"], key="half_made")
    monkeypatch.setitem(CRITERIA, "half_made", half_made)
    scored.cache_clear()
    with pytest.raises((AssertionError, KeyError), match="half_made"):
        test_a_criterion_gives_a_level_and_a_part_of_the_score("half_made")


@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_has_its_columns(tier):
    wards = cp.gaps(sample())
    assert {f"{tier}_gap", f"{tier}_gap_share", f"{tier}_not_reported"} <= set(wards)
    assert wards[f"{tier}_gap"].sum() > 0


# --- kinds of source -----------------------------------------------------------------------------------------


@functools.cache
def texts_of_the_model():
    """Every text in the code of the model, the intake aside: where a kind of source is asked for by its name."""
    paths = (ROOT / "coverage").rglob("*.py")
    return frozenset(
        node.value
        for path in paths
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def kind_fault(kind, entry):
    """What a kind of source lacks to have an effect."""
    if entry.reader not in READERS:
        return f"no reader is called {entry.reader!r}"
    if not entry.used:
        return None
    is_asked_for = bool(entry.points) or kind in texts_of_the_model()
    return None if is_asked_for else "nothing in coverage/ asks for it"


@pytest.mark.parametrize("kind", catalogue())
def test_a_kind_of_source_is_read_and_the_model_asks_for_it(kind):
    assert kind_fault(kind, catalogue()[kind]) is None


def test_a_kind_that_is_only_in_the_catalogue_is_noticed():
    entry = catalogue()["population"]
    assert kind_fault("half-made", dataclasses.replace(entry, id="half-made", reader="read_half_made"))
    assert kind_fault("half-made", dataclasses.replace(entry, id="half-made"))


@pytest.mark.parametrize("kind", point_sources("venues"))
def test_a_source_of_venues_has_what_a_candidate_needs(kind):
    """A name, an address or position, and its kind, by the source or by a column."""
    entry = catalogue()[kind]
    names = {column.name for column in entry.columns}
    assert "name" in names
    assert entry.venue_kind or names & {"kind", "place_type"}
    assert entry.reader == "functional_sites" or {"postcode"} <= names or {"easting", "northing"} <= names


@pytest.mark.parametrize("kind", catalogue())
def test_points_are_of_a_kind_that_the_plan_counts(kind):
    assert catalogue()[kind].points in ("", "venues", "access points", "counters")


def test_every_reader_reads_some_kind():
    assert set(READERS) == {entry.reader for entry in catalogue().values()}


# --- radio bands and funds -----------------------------------------------------------------------------------


@pytest.mark.parametrize("band", BANDS, ids=lambda band: f"{band.name} {band.place}")
def test_a_band_is_planned_up_to_its_limit_and_not_a_decibel_above(band):
    """Planning is for the street, so a band that may be used indoors alone is refused at any power."""
    middle = (band.low_mhz + band.high_mhz) / 2
    outdoors = [other for other in BANDS if other.place == "outdoors" and other.low_mhz <= middle <= other.high_mhz]
    limit = max((other.eirp_dbm for other in outdoors), default=0.0)
    if outdoors:
        found = radio_plan(dataclasses.replace(Wifi(), frequency_mhz=middle, eirp_dbm=limit))
        assert found.power.eirp_dbm == limit
        assert found.reach_m > 0, f"the radio model knows nothing of {middle:g} MHz"
    with pytest.raises(PlanFileError):
        radio_plan(dataclasses.replace(Wifi(), frequency_mhz=middle, eirp_dbm=limit + 1.0))


def band_faults(band):
    """What is wrong with a row of the table of bands, beside the others."""
    others = [other for other in BANDS if other is not band and other.place == band.place]
    return [
        words
        for words, is_so in {
            "its edges are the wrong way round": band.low_mhz >= band.high_mhz,
            "it is neither indoors nor outdoors": band.place not in (INDOORS, OUTDOORS),
            "it may radiate more without power control than with it": band.without_tpc_dbm > band.eirp_dbm,
            "it says nobody's rule": not band.source,
            "it overlaps another": any(
                band.low_mhz < other.high_mhz and other.low_mhz < band.high_mhz for other in others
            ),
        }.items()
        if is_so
    ]


@pytest.mark.parametrize("band", BANDS, ids=lambda band: f"{band.name} {band.place}")
def test_a_band_is_whole(band):
    assert not band_faults(band)


@pytest.mark.parametrize(
    "changed",
    [
        {"low_mhz": 2_500.0},
        {"place": "street"},
        {"without_tpc_dbm": 21.0},
        {"source": ""},
        {"low_mhz": 5_000.0, "high_mhz": 5_200.0},
    ],
)
def test_a_band_that_is_half_made_is_noticed(changed):
    """The band of 2.4 GHz indoors, with one thing wrong at a time."""
    assert band_faults(dataclasses.replace(BANDS[0], **changed))


@pytest.mark.parametrize("name", fund_names())
def test_a_fund_asks_for_chapters(name):
    asked = fund(name)
    assert asked.name == name
    assert asked.chapters
    stated = sample().parameters
    parameters = dataclasses.replace(stated, pack=dataclasses.replace(stated.pack, fund=name))
    assert chosen_fund(parameters, folder=ROOT) == asked
    assert pd.Series(asked.chapters).is_unique
