"""Validation: a pattern is found, none is invented, and the artefact of means left out is kept out of the ranks."""

import numpy as np
import pytest

from connected_place.coverage.footfall.model import NAMES, Evidence
from connected_place.coverage.footfall.validation import (
    CONTROL,
    EACH,
    GROUPS_LEFT_OUT,
    MEAN,
    MODEL,
    NEAR,
    neighbours,
    rank_correlations,
    validate,
)

from .test_model import town

SCHEMES = (EACH, GROUPS_LEFT_OUT)


def test_a_plain_mean_left_out_is_worked_out_by_hand():
    """Counts of 100, 200 and so on: without the first, the geometric mean of the others is its estimate."""
    people = np.array([100.0, 200, 400, 800, 1600])
    known = Evidence(places=np.arange(10.0).reshape(5, 2) * 900, features=np.empty((5, 0)), log_people=np.log(people))
    said = [np.exp(np.log(np.delete(people, row)).mean()) for row in range(5)]
    row = validate(known, seed=1).table.loc[(EACH, MEAN)]
    off_pct = 100 * np.abs(said / people - 1)
    assert row["mape_pct"] == pytest.approx(off_pct.mean())
    assert row["median_ape_pct"] == pytest.approx(np.median(off_pct))


def test_the_nearest_counter_is_worked_out_by_hand():
    """Along a street at 0, 100, 250, 450 and 700 m: each takes the one before it, the first the second."""
    people = np.array([100.0, 200, 300, 500, 900])
    places = np.column_stack([[0.0, 100, 250, 450, 700], np.zeros(5)])
    known = Evidence(places=places, features=np.empty((5, 0)), log_people=np.log(people))
    off_pct = 100 * np.abs(people[[1, 0, 1, 2, 3]] / people - 1)
    assert validate(known, seed=1).table.loc[(EACH, NEAR), "mape_pct"] == pytest.approx(off_pct.mean())


def test_the_ranks_of_means_left_out_are_an_artefact_and_are_not_reported():
    """Bare means left out rank exactly against the counts; relative to themselves they rank nothing."""
    table = validate(town(12), seed=1).table
    assert table.loc[(EACH, MEAN), "spearman_plain"] == pytest.approx(-1)
    assert np.isnan(table.loc[(EACH, MEAN), "spearman"])


@pytest.mark.parametrize("slope", [0.0, 2.0])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_shuffled_counts_rank_nothing(slope, scheme):
    """Whatever pattern there was is gone; the bare ranks would say less than nothing."""
    control = validate(town(24, slope=slope, noise=0.3), seed=1).table.loc[(scheme, CONTROL)]
    assert abs(control["spearman"]) < 0.1
    assert control["spearman_low"] < 0 <= control["spearman_high"]
    assert control["spearman_plain"] < -0.2


@pytest.mark.parametrize("seed", range(5))
def test_a_pattern_in_the_surroundings_is_found(seed):
    found = validate(town(15, slope=2.0, noise=0.3, seed=seed), seed=1)
    table = found.table["mape_pct"]
    assert found.is_better
    assert found.chance <= 0.05
    assert found.way == "ridge regression on surroundings"
    assert all(table[(scheme, MODEL)] < table[(scheme, MEAN)] for scheme in SCHEMES)
    assert found.table.loc[(EACH, MODEL), "spearman"] > 0.6


def test_noise_is_seldom_taken_for_a_pattern():
    """One in twenty of towns without any pattern may pass, by the share of shuffles that is asked for."""
    passed = [validate(town(10, seed=seed), seed=seed, shuffles=39).is_better for seed in range(100, 120)]
    assert sum(passed) <= 1


def test_a_lower_error_that_shuffles_reach_as_well_does_not_pass():
    """Eight counters, a weak pattern: better than a plain mean both ways, as are one in six of the shuffles."""
    found = validate(town(8, slope=0.6, seed=109), seed=1)
    table = found.table["mape_pct"]
    assert all(table[(scheme, MODEL)] < table[(scheme, MEAN)] for scheme in SCHEMES)
    assert found.chance > 0.1
    assert not found.is_better


def test_an_estimate_that_only_knows_its_twin_does_not_pass():
    """Four pairs of counters at one spot: leaving out one of a pair proves nothing once the pair is left out."""
    pairs = np.repeat(np.arange(4.0), 2)
    known = Evidence(
        places=np.column_stack([pairs * 3_000, np.zeros(8)]),
        features=np.empty((8, 0)),
        log_people=np.array([4.0, 6, 7.5, 5])[pairs.astype(int)],
    )
    found = validate(known, seed=1)
    assert found.way == NAMES[1]
    assert found.table.loc[(EACH, MODEL), "mape_pct"] < found.table.loc[(EACH, MEAN), "mape_pct"]
    assert not found.is_better


def test_the_same_seed_gives_the_same_table_whatever_the_order_of_counters():
    known = town(10, slope=1.0)
    first = validate(known, seed=4)
    again = validate(known.at(np.random.default_rng(1).permutation(10)), seed=4)
    assert np.allclose(first.table, again.table, equal_nan=True)
    assert (first.way, first.chance) == (again.way, again.chance)
    other = validate(known, seed=5).table
    assert not np.allclose(first.table, other, equal_nan=True)
    assert first.table.drop(index=CONTROL, level=1).equals(other.drop(index=CONTROL, level=1))


@pytest.mark.parametrize(("counters", "groups"), [(5, 3), (8, 3), (16, 4), (21, 5)])
def test_groups_are_neighbours_of_about_four_counters(counters, groups):
    known = town(counters)
    found = neighbours(known.places)
    assert len(np.unique(found)) == groups
    assert validate(known, seed=1, shuffles=5).groups == groups


def test_ranks_are_those_of_scipy():
    from scipy.stats import spearmanr

    draws = np.random.default_rng(1)
    first, second = draws.integers(0, 5, size=(6, 9)).astype(float), draws.normal(size=(6, 9))
    expected = [spearmanr(*rows).statistic for rows in zip(first, second, strict=True)]
    assert np.allclose(rank_correlations(first, second), expected)


def test_the_sentence_gives_every_error_and_says_if_the_estimate_is_no_better():
    poor, good = validate(town(12), seed=1), validate(town(15, slope=2.0, noise=0.3), seed=1)
    for found in (poor, good):
        for scheme, answer in (
            (EACH, MODEL),
            (EACH, MEAN),
            (EACH, NEAR),
            (GROUPS_LEFT_OUT, MODEL),
            (GROUPS_LEFT_OUT, MEAN),
        ):
            assert f"{found.table.loc[(scheme, answer), 'mape_pct']:.0f} %" in found.sentence
        assert f"{found.counters} counters" in found.sentence
    assert "No number of people is estimated" in poor.sentence
    assert "No number of people" not in good.sentence
