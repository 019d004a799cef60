"""The main path in steps: a step is taken once, after those it needs, and again only when it could differ."""

import dataclasses

import pytest

from connected_place.coverage.parameters.gaps import Gaps
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.parameters.score import Score
from connected_place.coverage.parameters.sites import Sites
from connected_place.coverage.parameters.wifi import Wifi
from connected_place.coverage.plan import PlanSteps
from connected_place.coverage.stepwise import Stepwise, plan_step
from connected_place.gis_data.catalogue import SAMPLE
from connected_place.gis_data.readers.intake import read_layers
from connected_place.scripts.config.plan_file import read_plan_file


@dataclasses.dataclass(frozen=True)
class Numbers:
    """Parameters of the work below: a table of each letter."""

    a: int = 1
    b: int = 2
    c: int = 3


class Sums(Stepwise):
    """Two sums side by side, and one over both."""

    @plan_step("left", reads=("a",))
    def left(self):
        """One number."""
        return self.parameters.a

    @plan_step("right", reads=("b",))
    def right(self):
        """One number."""
        return self.parameters.b

    @plan_step("both", after=("left", "right"), reads=("c",))
    def both(self):
        """One number."""
        return self.left + self.right + self.parameters.c


@pytest.fixture
def taken():
    return []


@pytest.fixture
def sums(taken):
    return Sums(Numbers(), on_step=taken.append)


def test_a_step_is_taken_after_those_it_needs(sums, taken):
    assert sums.both == 6
    assert taken == ["left", "right", "both"]


def test_a_step_that_is_not_asked_for_is_not_taken(sums, taken):
    assert sums.right == 2
    assert taken == ["right"]


def test_a_step_is_taken_once(sums, taken):
    assert (sums.left, sums.left, sums.both) == (1, 1, 6)
    assert taken == ["left", "right", "both"]


@pytest.mark.parametrize(
    ("change", "total", "again"),
    [
        ({"a": 10}, 15, ["left", "both"]),
        ({"b": 20}, 24, ["right", "both"]),
        ({"c": 30}, 33, ["both"]),
        ({}, 6, []),
    ],
)
def test_only_what_a_change_reaches_is_taken_again(sums, taken, change, total, again):
    assert sums.both == 6
    taken.clear()
    assert sums.changed(dataclasses.replace(sums.parameters, **change)).both == total
    assert taken == again
    assert sums.both == 6


def test_what_changed_work_shares_is_done_for_both(sums, taken):
    """The change comes first: `right` is taken once, whoever asks first."""
    first, second = (sums.changed(Numbers(a=number)) for number in (10, 20))
    assert (first.both, second.both, sums.both) == (15, 25, 6)
    assert taken.count("right") == 1


def test_steps_to_take_are_those_that_are_announced_and_not_yet_taken(sums):
    assert sums.to_take("both") == ("left", "right", "both")
    assert sums.left == 1
    assert sums.to_take("both") == ("right", "both")
    assert sums.changed(Numbers(a=10)).to_take("both") == ("left", "right", "both")
    assert sums.changed(Numbers(b=10)).to_take("both") == ("right", "both")


def test_a_step_that_fails_is_not_a_result(taken):
    class Failing(Sums):
        @plan_step("failing")
        def failing(self):
            """Nothing, ever."""
            raise ValueError(len(taken))

    work = Failing(Numbers(), on_step=taken.append)
    for count in ("1", "2"):
        with pytest.raises(ValueError, match=count):
            _ = work.failing


# --- the plan's own steps ------------------------------------------------------------------------------------


def test_every_table_of_plan_toml_reaches_a_step_or_no_figure_at_all():
    """The pack's texts change no figure; every other table must be read by some step, or a change of it is lost."""
    steps = (step for name, step in PlanSteps.steps().items() if name != "record")
    read = {key.partition(".")[0] for step in steps for key in step.reads}
    assert read == {field.name for field in dataclasses.fields(Parameters)} - {"pack"}


class Watched:
    """Parameters, or a table of them, that note what is read."""

    def __init__(self, stated, note, *, opened=lambda name: False):
        self._stated, self._note, self._opened = stated, note, opened

    def __getattr__(self, name):
        derived = getattr(type(self._stated), name, None)
        if isinstance(derived, property):
            return derived.fget(self)  # what it is made from is read
        value = getattr(self._stated, name)
        if self._opened(name):
            return Watched(value, lambda key: self._note(f"{name}.{key}"))
        self._note(name)
        return value


def test_every_step_says_what_it_reads(monkeypatch):
    """On the embedded borough, in which every step has something to do; with few draws, which change no reading."""
    file = read_plan_file(SAMPLE)
    stated = dataclasses.replace(
        file.parameters,
        score=dataclasses.replace(file.parameters.score, samples=20),
        sites=dataclasses.replace(file.parameters.sites, samples=1, phases=(), budget_gbp=40_000.0),
        appraisal=dataclasses.replace(file.parameters.appraisal, draws=100),
        wifi=Wifi(reach="fixed"),
    )
    noted, running = set(), [None]
    for step in PlanSteps.steps().values():

        def watched(work, take=step.take, name=step.name):
            running.append(name)
            result = take(work)
            running.pop()
            return result

        monkeypatch.setattr(step, "take", watched)

    def reads_single_keys(table):
        """Where the running step names a whole table, its keys need not be told apart."""
        return running[-1] and any(key.startswith(f"{table}.") for key in PlanSteps.steps()[running[-1]].reads)

    layers, _ = read_layers(file.sources, folder=file.data)
    parameters = Watched(stated, lambda key: noted.add((running[-1], key)), opened=reads_single_keys)
    steps = PlanSteps(layers, parameters)
    steps.take(*steps.steps())
    unsaid = {f"{step}: {key}" for step, key in noted if key not in steps.keys_read(step)}
    assert not unsaid, f"steps that read what their `reads` does not name: {sorted(unsaid)}"
    read = {key.partition(".")[0] for _, key in noted}
    no_series = {"forecast"}  # the sample has one release: there is nothing to forecast from
    assert read == {field.name for field in dataclasses.fields(Parameters)} - {"pack"} - no_series


@pytest.mark.parametrize(
    ("step", "needs"),
    [
        ("gaps", ("area", "gaps")),
        ("need", ("area", "gaps", "footfall", "need")),
        ("clusters", ("area", "gaps", "clusters")),
        ("siting", ("area", "gaps", "footfall", "need", "demand", "reach", "use", "siting")),
    ],
)
def test_a_question_takes_few_steps(step, needs):
    steps = PlanSteps(None, Parameters(place=Place(name="P", lad="L")))
    assert steps.to_take(step) == needs


@pytest.mark.parametrize(
    ("table", "again"),
    [
        (Sites(budget_gbp=1.0), ("siting", "case", "delivery")),
        (Sites(on_wan=("S1",)), ("demand", "reach", "use", "siting", "case", "delivery")),
        (
            Score(samples=7),
            ("footfall", "need", "lines", "demand", "reach", "use", "siting", "case", "delivery"),
        ),
        (
            Gaps(headline="gigabit"),
            ("gaps", "need", "clusters", "lines", "demand", "reach", "use", "siting", "case", "delivery"),
        ),
    ],
)
def test_a_changed_table_leaves_the_steps_before_it(monkeypatch, table, again):
    parameters = Parameters(place=Place(name="P", lad="L"))
    for step in PlanSteps.steps().values():
        monkeypatch.setattr(step, "take", lambda work: None)
    steps = PlanSteps(None, parameters)
    steps.take(*steps.steps())
    changed = steps.changed(dataclasses.replace(parameters, **{type(table).__name__.lower(): table}))
    assert changed.to_take(*steps.steps()) == again
