"""What use can be told from, each district held out; and effects of the council's own logs, used where they help."""

import numpy as np
import pandas as pd
import pytest

from connected_place.coverage.parameters import Use
from connected_place.coverage.use import site_use
from connected_place.coverage.use.own_effects import own_effects
from connected_place.coverage.use.regression import conformal_width, held_out
from connected_place.coverage.use.validation import BOTH, HALF_GIVEN, KIND_ALONE, POINTS_ALONE, SHUFFLED, validate_use

from ..small_places import REAL_DATA

PARIS = REAL_DATA / "wifi_use" / "paris" / "sites_odd_districts.csv"
KINDS = ("library", "park", "leisure")


def town(*, effect, sites=120, districts=8, spread=0.3, seed=3):
    """Sites in districts, use in proportion to access points to some power and to nothing else but chance."""
    random = np.random.default_rng(seed)
    index = pd.Index([f"S{number:03}" for number in range(sites)], name="site_id")
    points = pd.Series(random.integers(1, 9, sites).astype("float64"), index=index)
    return pd.DataFrame(
        {
            "kind": random.choice(KINDS, sites),
            "district": [f"W{number % districts}" for number in range(sites)],
            "access_points": points,
            "sessions": np.exp(effect * np.log(points) + spread * random.standard_normal(sites)) * 40,
        },
        index=index,
    )


def test_what_use_depends_on_is_found_and_what_it_does_not_is_not():
    found = validate_use(town(effect=1.0, districts=4), seed=7, repetitions=2)
    assert found.loc[BOTH, "spearman"] > 0.8 > 0.3 > abs(found.loc[KIND_ALONE, "spearman"])
    assert found.loc[HALF_GIVEN, "spearman"] > 0.75
    assert abs(found.loc[SHUFFLED, "spearman"]) < 0.2
    assert found.loc[[BOTH, KIND_ALONE, POINTS_ALONE], "inside_share"].between(0.7, 0.9).all()
    assert found.loc[BOTH, "band_factor"] == pytest.approx(np.exp(1.2816 * 0.3), rel=0.2)
    assert found.loc[KIND_ALONE, "band_factor"] > 1.3 * found.loc[BOTH, "band_factor"]


def test_the_same_seed_gives_the_same_table():
    sites = town(effect=0.5, sites=40, districts=2)
    first, second = (validate_use(sites, seed=1, repetitions=1) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_a_district_is_predicted_by_models_that_have_not_seen_it():
    """Other sessions in one district move no prediction there."""
    sites = town(effect=0.5, sites=40, districts=4).assign(log_points=lambda frame: np.log(frame["access_points"]))
    there = sites["district"] == "W1"
    before, after = (
        held_out(sites, ["kind", "log_points"], use, sites["district"]).centre
        for use in (sites["sessions"], sites["sessions"].mask(there, 1e4))
    )
    assert (before[there] == after[there]).all()
    assert (before[~there] != after[~there]).all()


def test_a_conformal_band_holds_its_share_of_new_errors():
    random = np.random.default_rng(5)
    kept = [
        np.mean(np.abs(random.standard_normal(500)) <= conformal_width(pd.Series(random.standard_normal(19))))
        for _ in range(400)
    ]
    assert 0.79 < np.mean(kept) < 0.84


# --- effects of the council's own logs -----------------------------------------------------------------------


def own(sites, *, given=None, rules=None, districts="district"):
    table = sites.assign(footfall=np.nan, hours=np.nan, mobile=np.nan)
    logged = sites if given is None else sites.loc[given]
    logs = pd.DataFrame({"days": 30.0, "counted": 30 * logged["sessions"]})
    return own_effects(table, logs, sites[districts] if districts else None, rules or Use())


def test_effects_that_beat_the_kind_alone_are_used_and_others_are_not():
    used, unused = own(town(effect=1.0)), own(town(effect=0.0))
    assert used.is_used and not unused.is_used
    assert used.band_factor < 2
    assert used.words.startswith("Effects are estimated from the council's own logs: with each of 8 wards held out")
    assert "so the defaults stay" in unused.words
    assert not len(unused.log_median)


@pytest.mark.parametrize(
    ("sites", "districts", "words"),
    [
        (town(effect=1.0, sites=29), "district", "29 sites are too few"),
        (town(effect=1.0), None, "at least three wards"),
        (town(effect=1.0, districts=2), "district", "at least three wards"),
        (town(effect=1.0).assign(sessions=0.0), "district", "every site has zero"),
    ],
)
def test_too_little_to_estimate_effects_from_is_said(sites, districts, words):
    found = own(sites, districts=districts)
    assert not found.is_used
    assert words in found.words


def test_estimated_effects_expect_more_where_there_are_more_access_points():
    """Logs of 90 sites of 120; the other 30 follow their access points, at the logs' own level."""
    sites = town(effect=1.0)
    given = sites.index[:90]
    logs = pd.DataFrame({"days": 60.0, "counted": 60 * sites.loc[given, "sessions"].round(), "are_users": True})
    found = site_use(
        sites,
        logs=logs,
        access_points=sites["access_points"],
        districts=sites["district"],
        rules=Use(),
        seed=1,
    )
    rest = found.frame.loc[sites.index[90:]]
    assert "Effects are estimated from the council's own logs" in found.words
    truth = sites.loc[rest.index, "sessions"]
    assert rest["users_median"].corr(truth, method="spearman") > 0.85
    assert (rest["users_median"] / truth).median() == pytest.approx(1, abs=0.2)
    inside = (rest["users_low"] <= truth) & (truth <= rest["users_high"])
    assert inside.mean() >= 0.7
    without = site_use(sites, logs=logs, rules=Use(), seed=1).frame.loc[rest.index]
    assert (rest["users_high"] / rest["users_low"]).mean() < 0.2 * (without["users_high"] / without["users_low"]).mean()


@pytest.mark.skipif(not PARIS.is_file(), reason=f"no real file {PARIS}")
def test_paris_held_out_by_district():
    """Kind and access points together beat either alone; shuffled sessions tell nothing; the band is a factor of 6."""
    found = validate_use(pd.read_csv(PARIS), seed=7, repetitions=2)
    assert found.loc[BOTH, "spearman"] == pytest.approx(0.46, abs=0.02)
    assert found.loc[KIND_ALONE, "spearman"] == pytest.approx(0.32, abs=0.02)
    assert found.loc[POINTS_ALONE, "spearman"] == pytest.approx(0.35, abs=0.02)
    assert found.loc[BOTH, "inside_share"] == pytest.approx(0.80, abs=0.03)
    assert 5 < found.loc[BOTH, "band_factor"] < Use().band_factor + 0.5 < found.loc[KIND_ALONE, "band_factor"]
    assert found.loc[HALF_GIVEN, "spearman"] > 0.3
    assert abs(found.loc[SHUFFLED, "spearman"]) < 0.2
