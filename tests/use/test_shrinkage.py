"""A log weighed against a prior: by another way of integrating, and by rules that any such weighing keeps."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
import scipy.integrate
import scipy.optimize
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.use.bands import spread_of
from connected_place.coverage.use.shrinkage import UseEvidence, log_likelihood, posterior

SPREAD = float(spread_of(6.5))
FEW_DRAWS = settings(max_examples=15)
SIZE = 1 / (7 * SPREAD**2)


def evidence(days, counted, *, medians=None, level_spread=0.0, are_users=True):
    count = len(days)
    return UseEvidence(
        log_median=np.log(np.full(count, 10.0) if medians is None else np.array(medians, dtype="float64")),
        own_spread=np.full(count, SPREAD),
        level_spread=level_spread,
        days=np.array(days, dtype="float64"),
        counted=np.array(counted, dtype="float64"),
        size_per_day=SIZE,
        are_users=are_users,
    )


def by_quadrature(days, counted):
    """Mean and quantiles of one site's users by scipy: its negative binomial, its log-normal, its integrator."""

    def density(log_mean):
        size = days * SIZE
        likelihood = scipy.stats.nbinom.pmf(counted, size, SIZE / (SIZE + math.exp(log_mean)))
        return likelihood * scipy.stats.norm.pdf(log_mean, math.log(10.0), SPREAD)

    peak = scipy.optimize.minimize_scalar(lambda x: -math.log(density(x) + 1e-300), bounds=(-6, 9), method="bounded").x
    low, high = math.log(10) - 9 * SPREAD, math.log(10) + 9 * SPREAD

    def integral(function, top=high):
        parts = [low, *(x for x in (peak - 1, peak, peak + 1) if low < x < top), top]
        return sum(scipy.integrate.quad(function, a, b, limit=200)[0] for a, b in itertools.pairwise(parts))

    whole = integral(density)
    mean = integral(lambda x: math.exp(x) * density(x)) / whole
    quantiles = [
        math.exp(scipy.optimize.brentq(lambda top, q=q: integral(density, top) / whole - q, low + 1, high - 1))
        for q in (0.1, 0.5, 0.9)
    ]
    return mean, quantiles


@pytest.mark.parametrize(("days", "counted"), [(1, 0), (7, 350), (30, 3_000), (30, 0), (28, 3), (400, 4_000)])
def test_the_weighing_is_that_of_scipy(days, counted):
    found = posterior(evidence([days], [counted]))
    mean, quantiles = by_quadrature(days, counted)
    assert found.means()[0] == pytest.approx(mean, rel=2e-3)
    assert found.quantiles()[:, 0] == pytest.approx(quantiles, rel=1e-2)


def test_the_likelihood_is_the_negative_binomial_of_all_days_together():
    """Up to a constant: differences between two means are those of scipy's logarithms."""
    means, days, counted = np.array([4.0, 9.0]), 12.0, 70
    reference = scipy.stats.nbinom.logpmf(counted, days * SIZE, SIZE / (SIZE + means))
    found = log_likelihood(np.log(means), np.array(days), np.array(float(counted)), SIZE)
    assert np.diff(found) == pytest.approx(np.diff(reference))


def test_without_a_log_the_prior_is_log_normal():
    found = posterior(evidence([0], [0]))
    low, median, high = found.quantiles()[:, 0]
    assert (median, low, high) == pytest.approx((10, 10 / 6.5, 65))
    assert found.means()[0] == pytest.approx(29, rel=0.01)  # 2.9 medians


def test_a_log_of_as_many_days_as_the_prior_is_worth_is_as_precise():
    """7 days of 1,000 users a day: the curvature of the log-likelihood at its top is one over the prior's variance."""
    step = 1e-3
    around = math.log(1_000) + np.array([-step, 0.0, step])
    values = log_likelihood(around, np.array(7.0), np.array(7_000.0), SIZE)
    assert -np.diff(values, 2)[0] / step**2 == pytest.approx(1 / SPREAD**2, rel=0.01)
    low, median, high = posterior(evidence([7], [7_000])).quantiles()[:, 0]
    assert 10 < median < 1_000
    assert high / low < 6.5**2


@FEW_DRAWS
@given(st.integers(1, 200), st.integers(0, 300), st.sampled_from([0.0, 1.0]))
def test_a_band_is_in_order_and_never_negative(days, a_day, level_spread):
    found = posterior(evidence([days, 0], [days * a_day, 0], level_spread=level_spread))
    low, median, high = found.quantiles()
    assert (low >= 0).all()
    assert (low <= median).all() and (median <= high).all()
    assert (found.means() >= low).all()


@FEW_DRAWS
@given(st.integers(1, 60), st.integers(1, 300), st.integers(2, 20))
def test_more_days_of_the_same_narrow_the_band(days, a_day, times):
    first, second, last = (
        posterior(evidence([count], [count * a_day])).quantiles()[:, 0] for count in (days, days * times, 2_000)
    )
    assert second[2] / second[0] < first[2] / first[0]
    assert last[1] == pytest.approx(a_day, rel=0.1)


@FEW_DRAWS
@given(st.integers(1, 365))
def test_zeros_pull_down_and_more_zeros_further(days):
    none, some, more = (posterior(evidence([count], [0])).means()[0] for count in (0, days, 2 * days))
    assert 0 < more < some < none


def test_a_log_moves_the_sites_without_one_where_the_level_of_the_town_is_not_known():
    """Five sites with ten times the users expected, one without a log."""
    days, counted = [60] * 5 + [0], [60 * 100] * 5 + [0]
    known = posterior(evidence(days, counted)).quantiles()[1]
    unknown = posterior(evidence(days, counted, level_spread=1.0)).quantiles()[1]
    assert known[-1] == pytest.approx(10, rel=0.01)
    assert 20 < unknown[-1] < 100


def test_more_sites_with_logs_make_the_level_surer():
    """The band of the site without a log comes closer to that of a town whose level is known."""
    factors = []
    for sites in (0, 1, 5, 50):
        found = posterior(evidence([60] * sites + [0], [600] * sites + [0], level_spread=1.0)).quantiles()[:, -1]
        factors.append(math.sqrt(found[2] / found[0]))
    assert factors == sorted(factors, reverse=True)
    assert factors[-1] == pytest.approx(6.5, rel=0.03)


def test_draws_are_those_of_the_bands():
    """A site without a log, one with, and an empty one; the level is not known."""
    found = posterior(evidence([0, 30, 30], [0, 900, 0], level_spread=1.0))
    random = np.random.default_rng(3)
    drawn = found.draws(random.random(40_000), random.random((3, 40_000)))
    assert drawn.shape == (40_000, 3)
    np.testing.assert_allclose(np.quantile(drawn, [0.1, 0.5, 0.9], axis=0), found.quantiles(), rtol=0.06)
    np.testing.assert_allclose(drawn.mean(axis=0), found.means(), rtol=0.12)


def test_sessions_tell_sites_apart_and_leave_the_level():
    """Four sessions a day for each user, at three sites: the scale is of no effect, the sum stays the prior's."""
    days, counted = [60, 60, 60, 0], np.array([600.0, 60_000, 6_000, 0])
    found, scaled = (
        posterior(evidence(days, counted * factor, level_spread=1.0, are_users=False)) for factor in (1.0, 4.0)
    )
    prior = posterior(evidence([0] * 4, [0] * 4, level_spread=1.0))
    assert np.argsort(found.means()[:3]).tolist() == [0, 2, 1]
    np.testing.assert_allclose(scaled.quantiles(), found.quantiles(), rtol=0.05)
    assert found.means()[:3].sum() == pytest.approx(prior.means()[:3].sum(), rel=1e-3)
    assert found.quantiles()[:, 3] == pytest.approx(prior.quantiles()[:, 3])


def test_the_truth_is_recovered_from_negative_binomial_days():
    """200 sites, log-normal, 60 days each with the model's own spread of days: four bands of five hold the truth."""
    random = np.random.default_rng(11)
    truth = 20.0 * np.exp(SPREAD * random.standard_normal(200))
    size = SIZE
    counted = random.negative_binomial(size, size / (size + truth), size=(60, 200)).sum(axis=0)
    found = posterior(evidence([60] * 200, counted, medians=[10.0] * 200, level_spread=1.0))
    low, median, high = found.quantiles()
    assert np.mean((low <= truth) & (truth <= high)) == pytest.approx(0.8, abs=0.08)
    assert np.exp(np.median(np.log(median / truth))) == pytest.approx(1, abs=0.15)
    raw = np.log(np.maximum(counted / 60, 0.01) / truth)
    assert np.std(np.log(median / truth)) < np.std(raw)


def test_blocks_of_sites_change_nothing(monkeypatch):
    whole = posterior(evidence([30] * 5 + [0] * 3, [30.0 * k for k in range(5)] + [0] * 3, level_spread=0.5))
    monkeypatch.setattr("connected_place.coverage.use.shrinkage._BLOCK", 2)
    parts = posterior(whole.evidence)
    np.testing.assert_allclose(parts.quantiles(), whole.quantiles(), rtol=1e-9)
    np.testing.assert_allclose(parts.means(), whole.means(), rtol=1e-9)


def test_the_unit_of_an_evidence_is_not_changed_in_place():
    before = evidence([30, 30], [100, 900], are_users=False, level_spread=0.5)
    copy = dataclasses.replace(before, log_median=before.log_median.copy())
    posterior(before)
    assert (before.log_median == copy.log_median).all()
