"""The front between both lists: every split of one sum the best on both sides, and none bettered by another."""

import functools
import itertools
import json
import types

import numpy as np
import pandas as pd
import pytest

from connected_place.coverage.front import not_dominated, split_front
from connected_place.gis_data.catalogue import SAMPLE
from connected_place.maps.words import front_statements
from connected_place.scripts.cli import main
from connected_place.scripts.commands import front as front_command

from ..small_places import sample_plan, sample_steps

TOTAL = 850_000.0


@functools.cache
def sample_front():
    work = sample_steps()
    return split_front(work.siting.choice, work.lines.choice, work.parameters, total_gbp=TOTAL, step_gbp=100_000.0)


def test_every_split_is_of_the_whole_sum_proven_and_bettered_by_none():
    rows = sample_front()
    assert np.allclose(rows["wifi_budget_gbp"] + rows["lines_budget_gbp"], TOTAL)
    assert (rows["wifi_spent_gbp"] <= rows["wifi_budget_gbp"]).all()
    assert (rows["lines_spent_gbp"] <= rows["lines_budget_gbp"]).all()
    assert (rows["wifi_bound"] >= rows["wifi_served"] - 1e-6).all() and (
        rows["lines_bound"] >= rows["lines_served"] - 1e-6
    ).all()
    assert (rows["status"] == "optimal").all() and len(rows) == 6
    for one, other in itertools.permutations(rows.to_dict("records"), 2):
        assert one["lines_served"] > other["lines_served"] or one["wifi_served"] > other["wifi_served"]


def test_the_plans_own_split_is_what_the_plan_chooses():
    work = sample_steps()
    own = sample_front().query("is_plan").iloc[0]
    assert own["wifi_budget_gbp"] == 250_000 and own["sites"] == work.siting.choice.choice.chosen.sum()
    assert own["wifi_served"] == pytest.approx(work.siting.choice.choice.covered)
    assert own["lines_served"] == pytest.approx(work.lines.choice.choice.value)
    paid = work.lines.interventions.query("is_paid")
    assert (own["areas"], own["gained"]) == (len(paid), pytest.approx(paid["gained"].sum()))


def test_what_more_money_cannot_improve_is_not_repeated():
    """£20m is more than all sites and options cost: one point gives all that either list can."""
    rows = pd.DataFrame(
        {
            "lines": [5.0, 5.0, 5.0],
            "wifi": [1.0, 2.0, 2.0],
            "lines_spent_gbp": [3.0, 3, 3],
            "wifi_spent_gbp": [1.0, 3, 2],
        }
    )
    assert not_dominated(rows, "lines", "wifi").to_numpy().tolist() == [[5.0, 2.0, 3.0, 2.0]]


def test_the_front_in_words_has_both_ends():
    rows = sample_front().copy()
    rows.attrs = {"total_gbp": TOTAL, "step_gbp": 100_000.0}
    said = front_statements.front_sentence(rows, sample_steps().parameters)
    assert said.startswith("6 splits of £850,000, one at each £100,000, that no other betters on both sides (each")
    assert "Most for lines: £850,000 for lines, " in said and "Most for Wi-Fi: £450,000 for lines, " in said
    one = rows.head(1)
    one.attrs = rows.attrs
    assert "is enough for all" in front_statements.front_sentence(one, sample_steps().parameters)


@pytest.fixture
def opened_sample(monkeypatch):
    """The command finds the sample's plan as the other tests have made it."""
    made = types.SimpleNamespace(record=sample_plan())
    stands_in = types.SimpleNamespace(
        parameters=sample_steps().parameters, take=lambda *names: sample_steps(), plan=lambda: made
    )
    monkeypatch.setattr(front_command, "open_plan", lambda place, progress: stands_in)


def test_the_command_prints_and_writes_the_splits(opened_sample, tmp_path, capsys):
    table, drawing = tmp_path / "front.csv", tmp_path / "front.svg"
    asked = ["front", str(SAMPLE), "--total", "850000", "--step", "400000"]
    assert main([*asked, "--csv", str(table), "--picture", str(drawing)]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "Illustrative: invented data" in printed and "(this plan)" in printed
    rows = pd.read_csv(table)
    assert rows["wifi_budget_gbp"].tolist() == [0, 250_000, 400_000]
    assert drawing.read_text(encoding="utf-8").count(" premises<") >= 3
    assert main([*asked, "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert (content["total_gbp"], len(content["splits"])) == (850_000, 3)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--total", "-5"], "not a positive amount"),
        (["--total", "nan"], "not a positive amount"),
        (["--step", "0"], "not a positive amount"),
        (["--step", "1"], "more than 2,000 splits"),
        (["--picture", "front.gif"], "No picture is written with such an ending"),
    ],
)
def test_what_cannot_be_split_or_drawn_is_refused_before_any_work(asked, words, capsys):
    assert main(["front", str(SAMPLE), *asked]) in (1, 2)
    printed = capsys.readouterr()
    assert printed.out == "" and words in printed.err
