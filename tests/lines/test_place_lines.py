"""Better lines of whole places: the sample borough and Thurrock in 2016, and places where nothing is to be done."""

import dataclasses

import pandas as pd
import pytest

from connected_place.coverage.lines.line_kinds import BUILT_IN
from connected_place.coverage.parameters.lines import Lines
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.parameters.score import Score
from connected_place.coverage.plan import PlanSteps

from ..small_places import NAN, coverage, layers, needs_real_data, outlines, sample_steps, square, thurrock_steps


def with_lines(work, **changes):
    """The same work with other values of [lines]."""
    rules = dataclasses.replace(work.parameters.lines, **changes)
    return work.changed(dataclasses.replace(work.parameters, lines=rules)).lines


@pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.key)
def test_every_option_is_possible_somewhere_in_the_sample(kind):
    """An option that is only in the table would be possible nowhere."""
    options = sample_steps().lines.options
    own = options[options["option"] == kind.key]
    assert own["is_possible"].any() and (own["is_paid"] == (own["cost_gbp"] > 0))[own["is_possible"]].all()


def test_the_sample_pays_for_several_options_within_its_budget():
    found, rules = sample_steps().lines, sample_steps().parameters.lines
    rows = found.interventions
    paid = rows[rows["is_paid"]]
    assert paid["cost_gbp"].sum() <= rules.budget_gbp
    assert len(set(paid["option"])) > 1 and set(paid["status"]) == {"white"}
    assert found.choice.choice.is_proven and rows["reason"].str.len().min() > 20
    assert paid["gained_low"].le(paid["gained"]).all() and paid["gained"].le(paid["gained_high"]).all()


def test_a_larger_budget_never_gains_less():
    values = [with_lines(sample_steps(), budget_gbp=budget).choice.choice.value for budget in (0.0, 2e5, 6e5, 2e6)]
    assert values == sorted(values) and values[0] == 0


def test_without_the_budget_of_lines_sites_stay_as_they_are():
    """The step is one of its own: a change of [lines] takes no other step again."""
    work = sample_steps()
    other = work.changed(dataclasses.replace(work.parameters, lines=Lines()))
    assert other.siting is work.siting and other.need is work.need
    assert other.lines is not work.lines


def test_a_ward_has_all_its_premises_in_its_areas():
    work = sample_steps()
    gaps = work.need.ranking.wards["ufbb_300_gap"]
    for code in gaps.index:
        here = work.lines.in_ward(code)
        assert here["premises_here"].sum() == pytest.approx(gaps[code])
        assert (here["premises_here"] <= here["premises"] + 1e-9).all()
    assert work.lines.in_ward("no such ward").empty


@needs_real_data
def test_thurrock_in_2016_has_no_status_and_no_subsidy():
    work = thurrock_steps()
    found = work.lines
    assert set(found.interventions["status"]) == {"not known"} and found.status_release == ""
    rich = with_lines(work, budget_gbp=1e9, subsidy_route="a scheme", vouchers_open_in=("everywhere",))
    subsidised = rich.options[rich.options["has_subsidy"]]
    assert not subsidised["is_possible"].any()
    assert set(rich.interventions.loc[rich.interventions["is_paid"], "option"]) == {"radio"}
    assert (
        "Vouchers and gap funding: their subsidy status is not known" in found.interventions["reason"].str.cat()
        or (found.interventions["reason_code"] == "NO_BUDGET").all()
    )


@needs_real_data
def test_thurrocks_gap_is_in_its_areas_once_at_every_level():
    """4,744.69 lines in use without 30 Mbit/s, and each unit's gap split over its own areas only."""
    work = thurrock_steps()
    found, counts = work.lines, work.gaps.units.counts["sfbb_30_gap"].fillna(0.0)
    whole = found.interventions["premises"].sum()
    assert whole == pytest.approx(4744.69)
    of_units = found.areas.parts.groupby("unit")["premises"].sum()
    assert of_units.to_numpy() == pytest.approx(counts[of_units.index].to_numpy())
    assert whole == pytest.approx(counts.sum()) == pytest.approx(work.need.ranking.areas["sfbb_30_gap"].sum())
    assert whole == pytest.approx(work.need.ranking.wards["sfbb_30_gap"].sum())
    assert not found.areas.parts.duplicated(["unit", "status"]).any()
    largest = found.interventions["premises"].sort_values(ascending=False)
    assert largest.index[:3].tolist() == ["C1-unknown", "C2-unknown", "C3-unknown"]
    assert largest.iloc[0] == pytest.approx(474.0)


@needs_real_data
def test_most_of_thurrocks_gap_is_in_clusters():
    """19 clusters hold 77 % of it, as clusters.csv says."""
    rows = thurrock_steps().lines.interventions
    in_clusters = rows.loc[rows["cluster_id"] != "", "premises"].sum() / rows["premises"].sum()
    assert in_clusters == pytest.approx(thurrock_steps().clusters.gap_share)
    assert (rows["cluster_id"] != "").sum() == 19


def served(counts):
    """Two areas in one ward: (premises, gap) of each."""
    areas = {f"E0000000{number}": square(number - 1, 0) for number in (1, 2)}
    layered = layers(
        outlines("output_area", areas), outlines("ward", {"E05000001": square(0, 0, side_m=2_000)}), coverage(counts)
    )
    place = Place(name="Twoford", lad="E06000999", areas="output_area")
    return PlanSteps(layered, Parameters(place=place, score=Score(samples=20), lines=Lines(budget_gbp=1e5)))


@pytest.mark.parametrize("gap", [0.0, NAN])
def test_a_place_without_a_known_gap_has_no_areas(gap):
    assert served({"E00000001": (100, 0.0), "E00000002": (50, gap)}).lines is None


def test_need_that_is_not_known_weighs_all_premises_alike():
    """No area has a score where less than half of the weights are known."""
    work = served({"E00000001": (100, 60.0), "E00000002": (50, 40.0)})
    scoreless = dataclasses.replace(
        work.need, ranking=dataclasses.replace(work.need.ranking, areas=work.need.ranking.areas.assign(fixed_score=NAN))
    )
    from connected_place.coverage.lines import place_lines

    rest = {"forecast": None, "parameters": work.parameters}
    found = place_lines(work.layers, work.gaps, scoreless, work.clusters, **rest)
    assert found.interventions["need"].isna().all()
    assert found.choice.choice.value == pytest.approx(found.choice.candidates.query("chosen")["premises_years"].sum())


def test_the_same_work_gives_the_same_rows():
    one, other = (with_lines(sample_steps(), budget_gbp=450_000.0) for _ in range(2))
    pd.testing.assert_frame_equal(pd.DataFrame(one.interventions), pd.DataFrame(other.interventions))
    pd.testing.assert_frame_equal(one.options, other.options)
