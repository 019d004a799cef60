"""plan.toml as text: other weights, every other line as it was, and the file whole whatever happens."""

import dataclasses
import errno
import os
import stat
import sys
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.gis_data.errors import CommandError
from connected_place.scripts.commands.init import plan_toml
from connected_place.scripts.config.plan_file import read_plan_file
from connected_place.scripts.config.plan_text import weight_lines, with_weights, write_weights
from connected_place.scripts.terminal import files as file_replacement
from connected_place.scripts.terminal.files import replace_file

NEW = {"gap_headline": 100.0, "deprivation": 66.67, "population": 0.0}
STATED = "gap_headline = 100\ndeprivation = 66.67\npopulation = 0\n"
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions and links")


# --- the text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (  # a table with comments and blanks of its own
            "[score.weights]  # ours\n# first\ngap_headline = 3.0   # why\n\n  deprivation=2 # d\npopulation=1\n"
            "# end\n\n[wifi]\nreach_m = 5\n",
            "[score.weights]  # ours\n# first\ngap_headline = 100   # why\n\n  deprivation=66.67 # d\npopulation=0\n"
            "# end\n\n[wifi]\nreach_m = 5\n",
        ),
        (  # a new line follows the last one, and what is above the next table stays there
            "[score.weights]\ngap_headline = 3\ndeprivation = 2\n\n# about Wi-Fi\n[wifi]\nreach_m = 5\n",
            f"[score.weights]\n{STATED}\n# about Wi-Fi\n[wifi]\nreach_m = 5\n",
        ),
        (  # what is stated and not asked is kept
            "[score.weights]\nwifi_distance = 3\n",
            f"[score.weights]\nwifi_distance = 3\n{STATED}",
        ),
        (  # no weights yet
            "[score]\nsamples = 4\n\n# about Wi-Fi\n[wifi]\nreach_m = 5\n",
            f"[score]\nsamples = 4\n\n[score.weights]\n{STATED}\n# about Wi-Fi\n[wifi]\nreach_m = 5\n",
        ),
        (  # no score yet, and no line end at the end
            "[wifi]\nreach_m = 5",
            f"[wifi]\nreach_m = 5\n\n[score.weights]\n{STATED}",
        ),
        (  # after lists of tables
            '[[source]]\npath = "a"\n[[source]]\npath = "b" # last\n',
            f'[[source]]\npath = "a"\n[[source]]\npath = "b" # last\n\n[score.weights]\n{STATED}',
        ),
        (  # in one line
            "[score]\nweights = { gap_headline = 3.0, deprivation = 1, population = 5 } # c\nseed = 1\n",
            "[score]\nweights = { gap_headline = 100, deprivation = 66.67, population = 0 } # c\nseed = 1\n",
        ),
        (  # dotted
            "[score]\nweights.gap_headline = 3 # c\nweights.deprivation = 1\nseed = 1\nweights.population = 2\n",
            "[score]\nweights.gap_headline = 100 # c\nweights.deprivation = 66.67\nseed = 1\nweights.population = 0\n",
        ),
        (  # the table of weights far from that of the score
            "[score.weights]\ngap_headline=3\ndeprivation=1\npopulation=1\n[wifi]\nreach_m=1\n[score]\nseed=5\n",
            "[score.weights]\ngap_headline=100\ndeprivation=66.67\npopulation=0\n[wifi]\nreach_m=1\n[score]\nseed=5\n",
        ),
        ("", f"[score.weights]\n{STATED}"),
    ],
    ids=["commented", "new key", "unasked", "no weights", "no score", "sources", "inline", "dotted", "apart", "empty"],
)
def test_weights_change_and_every_other_character_stays(before, after):
    assert with_weights(before, NEW) == after
    assert with_weights(after, NEW) == after


def test_line_ends_of_windows_stay_and_new_lines_have_them():
    before = "[score.weights]\ngap_headline = 3 # c\n\n[wifi]\nreach_m = 5\n"
    after = f"[score.weights]\n{STATED}\n[wifi]\nreach_m = 5\n".replace("= 100", "= 100 # c")
    assert with_weights(before.replace("\n", "\r\n"), NEW) == after.replace("\n", "\r\n")


def test_the_plan_that_init_writes_keeps_all_its_explanations():
    before = plan_toml("E06000034", "Thurrock")
    after = with_weights(before, {"gap_headline": 10.0, "population": 100.0})
    changed = [(old, new) for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]
    assert [(old.split("#")[1], new.split("#")[1]) for old, new in changed] == [
        (" premises without the headline speed",) * 2,
        (" people per hectare",) * 2,
    ]


def test_a_key_that_needs_quotation_marks_gets_them():
    text = with_weights("", {'a "b" \\ ü': 5.0})
    assert tomllib.loads(text) == {"score": {"weights": {'a "b" \\ ü': 5}}}
    assert tomllib.loads("\n".join(weight_lines({'a "b" \\ ü': 5.0}))) == {'a "b" \\ ü': 5}


@pytest.mark.parametrize(
    "text",
    [
        "a = \n",
        "score = 5\n",
        "[score]\nweights = 5\n",
        "[[score]]\nweights = { gap_headline = 1 }\n",
        "a = 1 # one line\rb = 2\n",  # Python reads two lines there, TOML knows no such line end
    ],
    ids=["no toml", "no table", "no weights", "a list", "old line ends"],
)
def test_what_cannot_be_changed_safely_is_refused_with_the_lines_to_write(text):
    with pytest.raises(CommandError, match=r"left unchanged.*gap_headline = 100, deprivation = 66.67.*\[CANNOT_EDIT\]"):
        with_weights(text, NEW)


def test_an_edit_that_would_change_another_setting_is_refused(monkeypatch):
    import tomlkit

    monkeypatch.setattr(tomlkit, "dumps", lambda document: "[score.weights]\nseed = 1\n")
    with pytest.raises(CommandError, match=r"changing another setting.*\[CANNOT_EDIT\]"):
        with_weights("seed = 2\n", NEW)


# --- any plan ------------------------------------------------------------------------------------------------

KEYS = ("gap_headline", "gap_decent", "deprivation", "deprivation_rank", "population", "wifi_distance")
numbers = st.floats(0, 100).map(lambda number: round(number, 2))
comments = st.sampled_from(["", "  # a note", "\t# [score.weights]", ' # "quoted" = 5', "# ünï"])
blanks = st.sampled_from(["", "\n", "# a line of its own\n", "\n# [wifi]\n\n", "   \n"])


@st.composite
def weight_texts(draw):
    """Weights as a planner may lay them out; the text and whether it must come before the first table."""
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True))
    stated = {key: draw(st.one_of(st.integers(0, 9), numbers)) for key in keys}
    quoted = {key: draw(st.sampled_from([key, f'"{key}"', f"'{key}'"])) for key in keys}
    form = draw(st.sampled_from(["none", "table", "inline", "dotted", "top", "score", "inline score"]))
    pairs = [f"{quoted[key]} = {number}" for key, number in stated.items()]
    lines = "".join(f"{pair}{draw(comments)}\n{draw(blanks)}" for pair in pairs)
    prefixed = "".join(f"score.weights.{pair}{draw(comments)}\n" for pair in pairs)
    return {
        "none": ("", False),
        "table": (f"[score.weights]{draw(comments)}\n{draw(blanks)}{lines}", False),
        "inline": (f"[score]\nweights = {{ {', '.join(pairs)} }}{draw(comments)}\nsamples = 7\n", False),
        "dotted": (
            "[score]\nsamples = 7\n" + "".join(f"weights.{pair}{draw(comments)}\n" for pair in pairs),
            False,
        ),
        "top": (prefixed, True),
        "score": (f"[score]\nseed = 5{draw(comments)}\n", False),
        "inline score": (f"score = {{ samples = 3, weights = {{ {', '.join(pairs)} }} }}\n", True),
    }[form]


@st.composite
def plan_texts(draw):
    """Plans that can be read, their tables in any order."""
    weights, is_top = draw(weight_texts())
    blocks = draw(
        st.permutations(
            [
                f'[place]{draw(comments)}\nname = "Ŵyth # no comment"\nlad = "E06000999"\n',
                f'[[source]]\nkind = "venues"{draw(comments)}\npath = "a.csv"\ncolumns = {{ name = "A" }}\n',
                f"[sites]\nbudget_gbp = 250_000{draw(comments)}\nlock_in = [\n  'A', # one\n  'B',\n]\n",
                '[sites.capex_gbp]\n"market hall" = 9_000\n',
                f"[wifi]\nreach_m = 5e1{draw(comments)}\n",
                *([] if is_top else [weights]),
            ]
        )
    )
    text = (weights if is_top else "") + "".join(f"{draw(blanks)}{block}{draw(blanks)}" for block in blocks)
    text = text if draw(st.booleans()) else text.rstrip("\n")
    text = text.replace("\n", "\r\n") if draw(st.booleans()) else text
    return ("\ufeff" if draw(st.booleans()) else "") + text


def without_weights(found):
    score = dataclasses.replace(found.parameters.score, weights={})
    stated = {name: value for name, value in found.stated.items() if name != "score"}
    rest = {name: value for name, value in found.stated.get("score", {}).items() if name != "weights"}
    parameters = dataclasses.replace(found.parameters, score=score)
    kept = stated | ({"score": rest} if rest else {})
    return dataclasses.replace(found, parameters=parameters, stated=kept, sha256="")


@given(plan_texts(), st.dictionaries(st.sampled_from(KEYS), numbers, min_size=1))
def test_a_plan_that_can_be_read_is_the_same_afterwards_except_its_weights(tmp_path_factory, text, weights):
    path = tmp_path_factory.mktemp("plan") / "plan.toml"
    path.write_bytes(text.encode())
    before = read_plan_file(path)
    has_any = "weights" in tomllib.loads(text.removeprefix("\ufeff")).get("score", {})
    write_weights(path, weights)
    after = read_plan_file(path)
    assert without_weights(after) == without_weights(before)
    assert after.parameters.score.weights == (before.parameters.score.weights if has_any else {}) | weights


@given(plan_texts(), st.dictionaries(st.sampled_from(KEYS), numbers, min_size=1))
def test_no_line_but_those_of_the_weights_changes_or_moves(text, weights):
    text = text.removeprefix("\ufeff")
    after = with_weights(text, weights)
    assert others(after) == others(text)


def others(text):
    """Lines that neither state a weight nor are blank, without their line ends: the last one may have none before."""
    lines = [line.removesuffix("\r") for line in text.split("\n") if line.strip()]
    of_weights = ("[score.weights]", "weights =", "score =", "score.weights.")
    return [line for line in lines if not line.startswith(of_weights) and not any(key in line for key in KEYS)]


# --- the file ------------------------------------------------------------------------------------------------

PLAN = "[place]\nname = 'X' # ours\n[score.weights]\na = 1\n"


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, newline="")
    return path


def assert_as_it_was(path):
    assert path.read_text() == PLAN
    assert [item.name for item in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_mark_at_the_start_stays_and_nothing_is_left_beside_the_file(plan, mark):
    plan.write_bytes(mark + PLAN.encode())
    write_weights(plan, {"a": 2.0})
    assert plan.read_bytes() == mark + PLAN.replace("a = 1", "a = 2").encode()
    assert [item.name for item in plan.parent.iterdir()] == [plan.name]


def test_what_was_changed_meanwhile_is_kept(plan):
    """The interview takes minutes; somebody may save the file in an editor."""
    plan.write_text(PLAN.replace("ours", "theirs"))
    write_weights(plan, {"a": 2.0})
    assert plan.read_text() == PLAN.replace("ours", "theirs").replace("a = 1", "a = 2")


def test_the_same_weights_leave_the_file_untouched(plan):
    before = plan.stat()
    write_weights(plan, {"a": 1.0})
    assert (plan.stat().st_ino, plan.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("content", [b"\xff\xfe", None], ids=["no text", "gone"])
def test_a_file_that_cannot_be_read_any_more_is_refused(plan, content):
    if content is None:
        plan.unlink()
    else:
        plan.write_bytes(content)
    with pytest.raises(CommandError, match=r"a = 2.*\[CANNOT_EDIT\]"):
        write_weights(plan, {"a": 2.0})


def test_a_read_only_file_is_refused_and_stays(plan):
    """Renaming would replace it all the same where its folder may be written."""
    plan.chmod(stat.S_IREAD)
    with pytest.raises(CommandError, match=r"The file is read-only.*work on a copy.*\[CANNOT_WRITE\]"):
        write_weights(plan, {"a": 2.0})
    plan.chmod(stat.S_IREAD | stat.S_IWRITE)
    assert_as_it_was(plan)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_fails_leaves_the_file_as_it_was(plan, monkeypatch, step, number):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    owner = {"fsync": os, "replace": file_replacement.Path}[step]
    monkeypatch.setattr(owner, step, fail)
    with pytest.raises(CommandError, match=rf"{os.strerror(number)}.*\[CANNOT_WRITE\]"):
        write_weights(plan, {"a": 2.0})
    assert_as_it_was(plan)


def test_an_interrupt_while_it_is_written_leaves_the_file_as_it_was(plan, monkeypatch):
    def interrupt(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_weights(plan, {"a": 2.0})
    assert_as_it_was(plan)


@pytest.mark.parametrize(("name", "finding"), [("", "not a file"), ("not/there.csv", "folder does not exist")])
def test_a_place_where_no_file_can_be_is_refused(tmp_path, name, finding):
    with pytest.raises(CommandError, match=rf"{finding}.*\[CANNOT_WRITE\]"):
        replace_file(tmp_path / name, b"")
    assert list(tmp_path.iterdir()) == []


@posix_only
def test_a_link_goes_on_pointing_to_the_file_and_permissions_stay(plan, tmp_path):
    plan.chmod(0o640)
    link = tmp_path / "elsewhere"
    link.symlink_to(plan)
    write_weights(link, {"a": 2.0})
    assert link.is_symlink()
    assert "a = 2" in plan.read_text()
    assert plan.stat().st_mode & 0o777 == 0o640


@posix_only
def test_a_new_file_can_be_read_by_others(tmp_path):
    replace_file(tmp_path / "a.csv", b"a")
    assert (tmp_path / "a.csv").stat().st_mode & 0o777 == 0o644
