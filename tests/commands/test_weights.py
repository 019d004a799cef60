"""Swing weights: what is shown before they are asked, which answers are taken, and what is written at the end."""

import contextlib
import io
import os
import select
import stat
import subprocess
import sys
import time
import tomllib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.coverage.need.criterion import CRITERIA
from connected_place.coverage.scoring.weighted_score import weights_of
from connected_place.gis_data.catalogue import SAMPLE
from connected_place.scripts import cli
from connected_place.scripts.commands.interview import Left, interview, present_answer
from connected_place.scripts.commands.swings import Swing, swing_lines, swings
from connected_place.scripts.commands.weights import all_weights, change_lines, scaled
from connected_place.scripts.terminal.text_tables import WIDTH, cut, printed_width, table_lines

from ..processes import EMERGENCY_S, contents, environment
from ..small_places import NAN, needs_real_data, thurrock_plan, write_street
from .test_cli import posix_only

KEYS = ("gap_headline", "deprivation", "wifi_distance")


def swing(key, *, weight=1.0, **changes):
    """A criterion that runs from 0.1 to 0.3 of its unit here."""
    facts = {
        "share": 0.5, "low": 0.1, "middle": 0.2, "high": 0.3, "low_name": "Quay, A1", "high_name": "Moor, A2",
        "span": 0.2, "unknown": 0, "areas": 4,
    }  # fmt: skip
    return Swing(criterion=CRITERIA[key], words=f"words of {key}", weight=weight, **facts | changes)


THREE = [swing(key, weight=weight) for key, weight in zip(KEYS, (3.0, 2.0, 1.0), strict=True)]


class NoMoreAnswersError(Exception):
    """More is asked than was typed."""


class Talk:
    """An interview with typed answers; what was printed and asked."""

    def __init__(self, *answers, items=THREE):
        self.answers, self.items = list(answers), items
        self.said, self.prompts, self.shown = [], [], []

    def ask(self, prompt):
        """The next answer."""
        self.prompts.append(prompt)
        if not self.answers:
            raise NoMoreAnswersError
        return self.answers.pop(0)

    def result(self):
        """The weights in the order of the criteria."""
        found = interview(self.items, ask=self.ask, say=self.said.append, show=self.shown.append)
        assert not self.answers, "answers were left over"
        return list(found.values())

    @property
    def text(self):
        """All that was printed, as one line."""
        return " ".join(" ".join(self.said).split())


# --- the questions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "weights"),
    [
        (["", "", "", "y"], [100, 66.67, 33.33]),  # Enter keeps all
        (["1", "50", "0", "y"], [100, 50, 0]),
        (["1", "100", "100", "yes"], [100, 100, 100]),
        (["3", "10", "12.5", "Y"], [10, 12.5, 100]),
        (["3", "", "", "y"], [100, 100, 100]),  # what weighed more than the new first one counts the same
        ([" 2 ", " 5 ", "5", " y "], [5, 100, 5]),
        (["1", "33.333", "0.001", "y"], [100, 33.33, 0]),
    ],
)
def test_the_first_move_has_100_and_the_others_what_they_were_given(answers, weights):
    assert Talk(*answers).result() == weights


@pytest.mark.parametrize(
    ("answers", "weights"),
    [
        (["1", "50", "b", "40", "30", "y"], [100, 40, 30]),
        (["1", "b", "2", "50", "30", "y"], [50, 100, 30]),
        (["b", "B", "1", "50", "30", "y"], [100, 50, 30]),  # before the first question there is none
        (["1", "50", "30", "b", "20", "y"], [100, 50, 20]),  # from the last question, too
        (["1", "50", "30", "b", "", "y"], [100, 50, 30]),  # the answer given before is in brackets
        (["1", "50", "30", "b", "b", "b", "3", "", "", "y"], [100, 50, 100]),
    ],
)
def test_b_goes_back_one_question(answers, weights):
    assert Talk(*answers).result() == weights


@pytest.mark.parametrize("answers", [["q"], ["1", "q"], ["1", "5", "Q"], ["1", "5", "5", "q"], ["1", "5", "5", "n"]])
def test_q_leaves_at_any_question_and_n_at_the_last(answers):
    with pytest.raises(Left):
        Talk(*answers).result()


@pytest.mark.parametrize("wrong", ["0", "4", "-1", "1.5", "x", "²", "1 2", "1e0"])
def test_an_invalid_first_move_is_asked_for_again(wrong):
    talk = Talk(wrong, "1", "5", "5", "y")
    assert talk.result() == [100, 5, 5]
    assert "Type a number from 1 to 3, or Enter for 1." in talk.text


@pytest.mark.parametrize("wrong", ["-0.1", "100.1", "nan", "inf", "-inf", "x", "50,5", "1/2", "50 %", "y"])
def test_an_answer_outside_0_to_100_is_asked_for_again(wrong):
    talk = Talk("1", wrong, "5", "5", "y")
    assert talk.result() == [100, 5, 5]
    assert "Type a number from 0 to 100, or Enter for 66.67." in talk.text


@pytest.mark.parametrize("unclear", ["", "x", "100", "ye"])
def test_nothing_is_written_by_an_unclear_answer(unclear):
    talk = Talk("1", "5", "5", unclear, "y")
    assert talk.result() == [100, 5, 5]
    assert talk.prompts.count("Write these weights to plan.toml? y or n: ") == 2


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (["?", "1", "5", "5", "y"], "least like to see at full need"),
        (["1", "?", "5", "5", "y"], "two moves like this one count as much as the first"),
        (["1", "5", "5", "?", "y"], "changes the weights in plan.toml and nothing else"),
    ],
)
def test_a_question_mark_explains_and_asks_again(answers, words):
    plain = Talk(*[answer for answer in answers if answer != "?"])
    asked = Talk(*answers)
    assert asked.result() == plain.result()
    assert words in asked.text
    assert words not in plain.text


def test_the_effect_of_the_weights_is_shown_before_the_last_question():
    talk = Talk("1", "50", "30", "b", "20", "y")
    talk.result()
    assert talk.shown == [dict(zip(KEYS, found, strict=True)) for found in ((100, 50, 30), (100, 50, 20))]


def test_the_introduction_explains_the_method_and_why_the_range_matters():
    talk = Talk("", "", "", "y")
    talk.result()
    assert "swing weights (von Winterfeldt and Edwards 1986)" in talk.text
    assert "A criterion that hardly varies between them cannot change their order, whatever its weight." in talk.text
    assert "words of deprivation: 0 % to 40 % of people (here 10 % to 30 %)" in talk.text
    assert all(len(line) <= WIDTH for line in talk.said)


@pytest.mark.parametrize(
    ("weight", "first", "answer"), [(2, 3, 66.67), (3, 2, 100), (0, 3, 0), (3, 0, 100), (0, 0, 0), (1, 1, 100)]
)
def test_the_answer_in_brackets_keeps_the_present_proportion(weight, first, answer):
    assert present_answer(swing("population", weight=weight), swing("deprivation", weight=first)) == answer


@given(st.lists(st.sampled_from(["", "b", "?", "0", "1", "2", "3", "50", "100", "x", "y"]), max_size=30))
def test_any_answers_give_weights_with_100_as_the_largest(answers):
    talk = Talk(*answers, "", "", "", "y")
    with contextlib.suppress(NoMoreAnswersError):
        found = interview(THREE, ask=talk.ask, say=talk.said.append, show=talk.shown.append)
        assert list(found) == list(KEYS)
        assert max(found.values()) == 100
        assert min(found.values()) >= 0
        assert found == talk.shown[-1]


# --- what is shown -------------------------------------------------------------------------------------------


def varied(plan):
    """The tiny borough with one reason that varies, one that does not, and one that is not known of B2."""
    columns = {
        "gap_headline": [0.1, 1.0, 0.5, NAN],
        "gap_headline_value": [0.1, 1.0, 0.5, NAN],
        "population": [30.0, 30.0, 30.0, 30.0],
        "population_value": [0.3, 0.3, 0.3, 0.3],
    }
    keys = [key for key in CRITERIA if f"{key}_value" in plan.areas and key not in columns]
    areas = plan.areas.drop(columns=[name for key in keys for name in (key, f"{key}_value")]).assign(**columns)
    return type(plan)(**{name: getattr(plan, name) for name in plan.__slots__} | {"areas": areas})


def test_a_criterion_is_shown_with_its_scale_its_range_here_and_its_weight(tiny):
    gap, people = swings(varied(tiny))
    assert swing_lines(gap, number=1) == [
        "  1. premises without the headline speed (300 Mbit/s)",
        "     scale   0 % to 100 % of premises: no need to full need",
        "     here    lowest 10 %: Quayside, A1; middle 50 %",
        "             highest 100 %: Moor, A2; not known in 1 of 4 areas",
        "     weight  3, 75.0 % of all; moves a score by up to 67.5 of 100; areas span 90.0 % of the scale",
    ]
    assert swing_lines(people, number=2)[3:] == [
        "             highest 30: Quayside, A1; known in all 4 areas",
        "     weight  1, 25.0 % of all; all areas are alike here, so it does not affect the order",
    ]


def test_a_criterion_that_hardly_varies_is_shown_to_span_little_of_its_scale():
    assert swing_lines(swing("deprivation", span=0.04), number=1)[-1].endswith("areas span only 4.0 % of the scale")
    assert "only" not in swing_lines(swing("deprivation", span=0.06), number=1)[-1]


def test_an_area_whose_name_is_its_code_is_shown_with_its_ward(tiny):
    plan = varied(tiny)
    plan.areas["area_name"] = plan.areas.index
    assert "highest 100 %: Northgate, A2;" in swing_lines(swings(plan)[0], number=1)[3]


def test_a_name_cannot_reverse_the_text_on_the_screen(tiny, worlds):
    plan = varied(worlds.renamed(tiny, "Quay\u202e \x1b[2Jhall\n" + "x" * 200))
    text = "\n".join(line for item in swings(plan) for line in swing_lines(item, number=1))
    assert "Quay [2Jhall" in text
    assert not set(text) & {"\u202e", "\x1b"}
    assert max(map(len, text.split("\n"))) <= WIDTH


def test_new_weights_are_shown_with_the_areas_they_move(tiny):
    """By the gap A2 leads and A1 is last; by people alone all are alike and the code decides, and B2 has a rank."""
    plan = varied(tiny)
    lines = change_lines(plan, swings(plan), {"gap_headline": 0.0, "population": 100.0})
    assert lines == [
        "criterion                                         weight  share now  new share",
        "premises without the headline speed (300 Mbit/s)       0     75.0 %      0.0 %",
        "people living there                                  100     25.0 %    100.0 %",
        "",
        "rank  area now      area with new weights",
        "   1  Moor, A2      Quayside, A1",
        "   2  Station, B1   Moor, A2",
        "   3  Marsh, B2     Station, B1",
        "   4  Quayside, A1  Marsh, B2",
        "",
        "The first 4 areas would be the same, 4 of them with a different rank.",
    ]


def test_the_same_weights_move_nothing(tiny):
    plan = varied(tiny)
    lines = change_lines(plan, swings(plan), {"gap_headline": 75.0, "population": 25.0})
    assert lines[-1] == "The first 4 areas would be the same, in the same order."


def test_areas_that_come_into_the_first_ten_are_counted(tiny):
    """Twelve areas in opposite orders on two criteria: the last two replace the first two."""
    codes = [f"E{number:02}" for number in range(12)]
    rows = pd.concat([tiny.areas.iloc[[0]]] * 12).set_axis(pd.Index(codes, name="area_code"))
    rising = pd.Series([number / 12 for number in range(12)], index=codes)
    plan = varied(tiny)
    areas = rows.drop(columns=[name for name in rows if name.removesuffix("_value") in CRITERIA])
    for key, column in {"gap_headline": 1 - rising, "population": rising}.items():
        areas[key] = areas[f"{key}_value"] = column
    plan = type(plan)(**{name: getattr(plan, name) for name in plan.__slots__} | {"areas": areas})
    lines = change_lines(plan, swings(plan), {"gap_headline": 0.0, "population": 100.0})
    assert lines[-1] == "2 of the first 10 areas would be replaced."


@needs_real_data
def test_the_lines_of_a_real_borough_fit_the_screen():
    plan = thurrock_plan()
    found = swings(plan)
    lines = [line for number, item in enumerate(found, start=1) for line in swing_lines(item, number=number)]
    lines += change_lines(plan, found, {item.criterion.key: 100.0 for item in found})
    assert max(map(printed_width, lines)) <= WIDTH


# --- numbers that are written --------------------------------------------------------------------------------


def test_weights_not_asked_about_keep_their_proportion_to_the_heaviest_one_asked_about():
    stated = {"gap_headline": 3.0, "deprivation": 2.0, "older": 6.0}
    asked = [swing("gap_headline", weight=3.0), swing("deprivation", weight=2.0)]
    found = all_weights(asked, stated, {"gap_headline": 10.0, "deprivation": 100.0})
    assert found == {"gap_headline": 10.0, "deprivation": 100.0, "older": 200.0}


@given(st.dictionaries(st.sampled_from(KEYS), st.floats(0, 1e6), min_size=1).filter(lambda it: max(it.values()) > 1e-6))
def test_scaling_changes_no_share_by_more_than_rounding(stated):
    index = pd.Index(list(stated))
    before, after = weights_of(index, stated), weights_of(index, scaled(stated))
    assert max(scaled(stated).values()) == 100
    assert (before - after).abs().max() < 1e-4


# --- tables on a terminal ------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.text(max_size=150), st.text(max_size=150), st.integers()), max_size=5))
def test_a_table_fits_the_screen_whatever_its_contents(rows):
    lines = table_lines(["one", "other", "number"], rows, numbers=(2,))
    assert len(lines) == len(rows) + 1
    assert max(map(printed_width, lines)) <= WIDTH


@given(st.text(max_size=30), st.integers(1, 20))
def test_a_cut_text_takes_no_more_than_its_width(text, width):
    assert printed_width(cut(text, width)) <= width
    assert cut(text, width) == text or cut(text, width).endswith("…")


# --- the command ---------------------------------------------------------------------------------------------


@pytest.fixture
def street(tmp_path):
    return write_street(
        tmp_path / "street", more="# ours\n[score.weights]\ngap_headline = 3.0  # why\ngap_decent = 1.5\n"
    )


@pytest.fixture
def typed(monkeypatch):
    """Gives `connected-place` lines on standard input, in this process; its exit code."""

    def of(lines, *arguments):
        stream = None if lines is None else io.TextIOWrapper(io.BytesIO(lines.encode()), encoding="utf-8")
        monkeypatch.setattr(sys, "stdin", stream)
        return cli.main(list(map(str, arguments)))

    return of


def stated(folder):
    return tomllib.loads((folder / "plan.toml").read_text(encoding="utf-8"))["score"]["weights"]


def test_piped_answers_change_the_weights_and_nothing_else(street, typed, capsys):
    before = (street / "plan.toml").read_text()
    assert typed("2\n50\ny\n", "weights", street) == 0
    after = (street / "plan.toml").read_text()
    assert after == before.replace("gap_headline = 3.0  # why", "gap_headline = 50  # why").replace("= 1.5", "= 100")
    out = capsys.readouterr().out
    assert f"Wrote the weights to {street / 'plan.toml'}; nothing else in it has changed." in out
    assert "The previous weights were: gap_headline = 3; gap_decent = 1.5." in " ".join(out.split())
    assert "Which move counts most? 1 to 2 [1]: 2\n" in out  # a transcript that can be read
    assert not (street / "output").exists()


def test_the_new_weights_are_those_of_the_next_run(street, typed, capsys):
    assert typed("2\n0\ny\n", "weights", street) == 0
    capsys.readouterr()
    assert typed("", "weights", street, "--show") == 0
    assert "weight  100, 100.0 % of all" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("q\n", "Nothing was written."),
        ("1\n5\nn\n", "Nothing was written."),
        ("\n\ny\n", "The plan already has these weights. Nothing was written."),
        ("1\n50\ny\n", "The plan already has these weights. Nothing was written."),
    ],
)
def test_leaving_and_keeping_write_nothing(street, typed, capsys, lines, words):
    before = contents(street)
    assert typed(lines, "weights", street) == 0
    assert capsys.readouterr().out.rstrip().endswith(words)
    assert contents(street) == before


def test_show_asks_and_writes_nothing(street, typed, capsys):
    before = contents(street)
    assert typed(None, "weights", street, "--show") == 0
    out = capsys.readouterr().out
    assert "scale   0 % to 20 % of premises" in out
    assert "weight  1.5, 33.3 % of all" in out
    assert "Which move" not in out
    assert contents(street) == before


def test_show_looks_at_the_sample_too(typed, capsys):
    assert typed(None, "weights", SAMPLE, "--show") == 0
    assert capsys.readouterr().out.startswith("Illustrative: invented data, not a real place. Saltmarsh: ")


@pytest.mark.parametrize(
    "lines", ["", "1\n", "1\n50\n", "x\n" * 50, None], ids=["none", "one", "two", "wrong", "closed"]
)
def test_input_that_ends_early_is_refused_and_nothing_is_written(street, typed, capsys, lines):
    before = contents(street)
    assert typed(lines, "weights", street) == 2
    assert "The input ended before the last question" in capsys.readouterr().err
    assert contents(street) == before


def test_undecodable_input_is_a_wrong_answer_not_a_failure(street, monkeypatch, capsys):
    stream = io.TextIOWrapper(io.BytesIO(b"\xff\xfe\n1\n100\ny\n"), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stream)
    assert cli.main(["weights", str(street)]) == 0
    assert "Type a number from 1 to 2" in capsys.readouterr().out
    assert stated(street) == {"gap_headline": 100, "gap_decent": 100}


def test_a_set_is_written_without_a_question(street, typed, capsys):
    assert typed(None, "weights", street, "--set", "equal") == 0
    assert stated(street) == {"gap_headline": 100, "gap_decent": 100}
    assert "new share" in capsys.readouterr().out


def test_a_set_that_is_not_known_is_refused_with_the_nearest(street, typed, capsys):
    before = contents(street)
    assert typed(None, "weights", street, "--set", "eqaul") == 2
    assert 'Did you mean "equal"? [UNKNOWN_SET]' in capsys.readouterr().err
    assert typed(None, "weights", street, "--set", "zzz") == 2
    assert "Choose one of: " in capsys.readouterr().err
    assert contents(street) == before


def test_the_plan_of_the_sample_is_refused_before_any_question(typed, capsys):
    before = (SAMPLE / "plan.toml").read_bytes()
    for arguments in ([SAMPLE], [SAMPLE / "plan.toml", "--set", "equal"]):
        assert typed("", "weights", *arguments) == 2
        said = capsys.readouterr()
        assert "comes with the program" in said.err
        assert "[SAMPLE_PLAN]" in said.err
        assert not said.out
    assert (SAMPLE / "plan.toml").read_bytes() == before


def test_a_read_only_plan_is_refused_before_any_question(street, typed, capsys):
    (street / "plan.toml").chmod(stat.S_IREAD)
    assert typed("", "weights", street) == 2
    said = capsys.readouterr()
    assert "plan.toml: The file is read-only." in said.err
    assert not said.out
    (street / "plan.toml").chmod(stat.S_IREAD | stat.S_IWRITE)


@posix_only
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="an administrator may write anywhere")
def test_a_plan_in_a_folder_that_takes_no_file_is_refused_before_any_question(street, typed, capsys):
    street.chmod(0o555)
    assert typed("", "weights", street) == 2
    assert "You cannot create files in its folder." in capsys.readouterr().err
    street.chmod(0o755)


def test_a_plan_with_one_criterion_needs_no_weights(street, typed, capsys):
    """10 Mbit/s is the headline: the criterion of the same speed would be the same premises again."""
    plan = street / "plan.toml"
    plan.write_text(plan.read_text().replace("# ours", '[gaps]\nheadline = "decent_10"'))
    assert typed("", "weights", street) == 0
    assert capsys.readouterr().out.rstrip().endswith("no weight can change the order. Nothing was written.")


def exit_code(arguments):
    try:
        return cli.main(arguments)
    except SystemExit as ended:
        return ended.code


@pytest.mark.parametrize("arguments", [["nowhere"], ["nowhere", "--show"], [".", "--show", "--set", "equal"], []])
def test_a_wrong_command_ends_with_2(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    assert exit_code(["weights", *arguments]) == 2
    assert list(tmp_path.iterdir()) == []


# --- a true terminal -----------------------------------------------------------------------------------------


AT_A_TERMINAL = """
import fcntl, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C reaches this process
signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background has it switched off
from connected_place.scripts import cli
sys.exit(cli.main(sys.argv[1:]))
"""


def on_a_terminal(arguments, *, answers):
    """Start the command on a pseudo-terminal; type each answer when its prompt is there; exit code and screen."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", AT_A_TERMINAL, *map(str, arguments)], stdin=theirs, stdout=theirs, stderr=theirs,
        env=environment(), start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    screen, deadline, waiting = b"", time.monotonic() + EMERGENCY_S, list(answers)
    while (found := _read(ours)) is not None and time.monotonic() < deadline:
        screen += found
        if waiting and screen.endswith(waiting[0][0]):
            os.write(ours, waiting.pop(0)[1])
        elif not waiting and not found:
            os.write(ours, answers[-1][1])  # Ctrl-C just before the program listens is lost, for a person, too
    if time.monotonic() > deadline:
        process.kill()
    os.close(ours)
    return process.wait(EMERGENCY_S), screen.decode()


def _read(terminal):
    """What has come within some seconds; None when the other end is closed, which Linux reports as an error."""
    if not select.select([terminal], [], [], 5.0)[0]:
        return b""
    try:
        return os.read(terminal, 4096) or None
    except OSError:
        return None


@posix_only
def test_a_person_at_a_terminal_answers_and_the_weights_are_written(street):
    code, screen = on_a_terminal(
        ["weights", street], answers=[(b"[1]: ", b"2\n"), (b"[100]: ", b"2x\x7f5\n"), (b"y or n: ", b"y\n")]
    )
    assert code == 0, screen
    assert stated(street) == {"gap_headline": 25, "gap_decent": 100}
    assert screen.count("0 to 100 [100]: ") == 1


@posix_only
@pytest.mark.parametrize(
    ("keys", "code", "words"),
    [(b"\x03", 130, "Interrupted. Nothing was written"), (b"\x04", 2, "The input ended before the last question")],
    ids=["ctrl-c", "ctrl-d"],
)
def test_ctrl_c_and_ctrl_d_in_the_middle_write_nothing(street, keys, code, words):
    before = contents(street)
    found, screen = on_a_terminal(["weights", street], answers=[(b"[1]: ", b"2\n"), (b"[100]: ", keys)])
    assert (found, words in screen, "Traceback" in screen) == (code, True, False), screen
    assert contents(street) == before
