"""`connected-place score`: the areas of most need on one screen, and all of them in a file."""

import csv
import dataclasses
import io

import pandas as pd
import pytest

from connected_place.coverage.need.criterion import criteria
from connected_place.coverage.need.ranked_areas import values_of as values_of_areas
from connected_place.coverage.scoring.weighted_score import score as score_of
from connected_place.gis_data.errors import CommandError
from connected_place.maps.tables.columns import table_text
from connected_place.maps.tables.plan_columns import table_texts
from connected_place.scripts import cli
from connected_place.scripts.commands.score import (
    CSV_START,
    lead_lines,
    ranking_csv,
    ranking_lines,
    ranks_under_sets,
    set_lines,
)
from connected_place.scripts.terminal.files import refuse_foreign_file
from connected_place.scripts.terminal.text_tables import WIDTH, printed_width

from ..processes import contents
from ..small_places import NAN, needs_real_data, sample_plan, thurrock_plan, write_street

NONE = pd.DataFrame()


def with_areas(plan, **columns):
    return dataclasses.replace(plan, areas=plan.areas.assign(**columns))


@pytest.fixture
def street(tmp_path):
    return write_street(tmp_path / "street")


def score(*arguments):
    return cli.main(["score", *map(str, arguments)])


# --- the screen ----------------------------------------------------------------------------------------------


def test_areas_are_listed_by_rank_with_range_score_and_ward(tiny):
    assert ranking_lines(tiny, first=3) == [
        "Twoford: 3 of 4 areas, greatest need first.",
        "",
        "rank  range  score  code  area      ward",
        "   1    1-2   80.0  A2    Moor      Northgate",
        "      Score 80.0 of 100.",
        "   2    1-3   60.0  B1    Station   Southquay",
        "      Score 60.0 of 100.",
        "   3    2-4   20.0  A1    Quayside  Northgate",
        "      Score 20.0 of 100.",
        "",
        "range: where the rank falls in nine out of ten random draws of the weights and of uncertain figures.",
    ]


def test_no_more_areas_are_listed_than_there_are(tiny):
    assert ranking_lines(tiny, first=99)[0] == "Twoford: 4 of 4 areas, greatest need first."


def test_invented_data_are_marked(tiny, worlds):
    assert ranking_lines(worlds.illustrative(tiny), first=1)[0].startswith("Illustrative: invented data, not a real")


def test_an_areas_explanation_is_below_it_if_the_plan_has_one(tiny):
    words = "Many homes here cannot get the headline speed. " * 4  # two lines
    lines = ranking_lines(with_areas(tiny, explanation=["a", words, "c", "d"]), first=2)
    assert lines[3].startswith("   1 ")
    assert " ".join(line.strip() for line in lines[4:6]) == words.strip()
    assert lines[6].startswith("   2 ")
    assert lines[7] == "      c"
    assert max(map(len, lines)) <= WIDTH


def test_an_area_without_a_rank_is_counted_and_not_listed(tiny):
    plan = with_areas(tiny, rank=[2.0, 1.0, NAN, NAN], score=[20.0, 80.0, NAN, NAN], rank_low=[2, 1, NAN, NAN])
    lines = ranking_lines(plan, first=10)
    assert lines[0] == "Twoford: 2 of 4 areas, greatest need first."
    assert lines[-1] == "2 areas without a rank: nothing that counts is known about them."
    assert ranking_lines(with_areas(plan, rank=[2.0, 1.0, 3.0, NAN]), first=1)[-1].endswith("is known about it.")


def test_names_that_only_repeat_the_code_are_left_out(tiny):
    lines = ranking_lines(with_areas(tiny, area_name=tiny.areas.index), first=1)
    assert lines[2:4] == ["rank  range  score  code  ward", "   1    1-2   80.0  A2    Northgate"]


def test_wards_as_areas_have_no_column_of_wards(tiny):
    lines = ranking_lines(dataclasses.replace(tiny, areas=tiny.wards), first=1)
    assert lines[2:4] == ["rank  range  score  code       area", "   1    1-2   50.0  E05000002  Southquay"]


def test_long_names_are_cut_and_hidden_characters_go(tiny, worlds):
    plan = worlds.renamed(tiny, "Quay\u202e \x1b[2Jhall\n" + "very long " * 20)
    lines = ranking_lines(with_areas(plan, explanation=plan.areas["area_name"]), first=4)
    assert max(map(printed_width, lines)) <= WIDTH
    assert any("…" in line for line in lines if line.startswith("   1 "))
    assert not set("\n".join(lines)) & {"\u202e", "\x1b"}


# --- the file ------------------------------------------------------------------------------------------------


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_has_every_area_by_rank_and_those_without_one_last(tiny):
    plan = with_areas(tiny, rank=[2.0, 1.0, NAN, NAN], explanation="=1+1")
    text = ranking_csv(plan, NONE)
    assert text.startswith(CSV_START)
    rows = rows_of(text)
    assert [(row["rank"], row["area_code"]) for row in rows] == [("1", "A2"), ("2", "A1"), ("", "B1"), ("", "B2")]
    assert rows[0]["explanation"] == "'=1+1"  # no spreadsheet takes it for a formula


def test_the_file_has_a_column_for_each_set_of_weights(tiny):
    ranks = pd.DataFrame({"equal_rank": [1.0, 2.0, 3.0, NAN], "low_rank": [4.0, 3.0, 2.0, 1.0]}, index=tiny.areas.index)
    rows = rows_of(ranking_csv(tiny, ranks))
    assert [(row["area_code"], row["rank_under_equal"], row["rank_under_low"]) for row in rows] == [
        ("A2", "2", "3"), ("B1", "3", "2"), ("A1", "1", "4"), ("B2", "", "1"),
    ]  # fmt: skip


def test_its_columns_mean_what_they_mean_in_the_tables_of_a_run(tiny):
    described = {column.name: column for column in table_texts(tiny)["areas"].columns}
    ranked = {column.name: column for column in table_text("ranking", {"area": "output area"}).columns}
    assert set(ranked) <= set(described)
    own = {"area_code", "area_name"}  # which of areas.csv they are
    assert all(ranked[name].description == described[name].description for name in set(ranked) - own)
    assert all(ranked[name].type == described[name].type for name in ranked)


@pytest.mark.parametrize("name", ["notes.txt", "areas.csv", "plan.toml", "empty.csv"])
def test_a_file_that_this_command_did_not_write_is_not_replaced(tmp_path, name):
    """A slip of the hand must not cost a council its asset register."""
    content = "" if name == "empty.csv" else "area_code,area_name\n"
    (tmp_path / name).write_text(content)
    with pytest.raises(CommandError, match=r"not made by this command.*--csv.*\[NOT_OURS\]"):
        refuse_foreign_file(tmp_path / name, begins=CSV_START)
    assert (tmp_path / name).read_text() == content


@pytest.mark.parametrize("name", ["", "nowhere/ranks.csv"])
def test_a_place_that_takes_no_file_is_refused(tmp_path, name):
    with pytest.raises(CommandError, match=r"\[CANNOT_WRITE\]"):
        refuse_foreign_file(tmp_path / name, begins=CSV_START)


# --- the command ---------------------------------------------------------------------------------------------


def test_the_command_prints_and_writes_nothing_unasked(street, capsys):
    before = contents(street)
    assert score(street, "--first", 2) == 0
    out = capsys.readouterr().out
    assert out.startswith("Streetford: 2 of 3 areas, greatest need first.\n\nrank  range  score  code       ward\n")
    assert contents(street) == before


def test_the_file_is_written_and_may_be_written_again(street, tmp_path, capsys):
    for _ in range(2):
        assert score(street, "--csv", tmp_path / "ranks.csv") == 0
        assert f"Wrote 3 areas to {tmp_path / 'ranks.csv'}" in capsys.readouterr().out
    rows = rows_of((tmp_path / "ranks.csv").read_text(encoding="utf-8"))
    assert [(row["rank"], row["area_code"]) for row in rows] == [
        ("1", "E00000002"), ("2", "E00000003"), ("3", "E00000001"),
    ]  # fmt: skip
    assert sorted(item.name for item in tmp_path.iterdir()) == ["ranks.csv", "street"]


def test_a_wrong_file_is_refused_before_anything_is_read(street, capsys):
    (street / "areas.geojson").unlink()
    assert score(street, "--csv", street / "venues.csv") == 2
    assert "[NOT_OURS]" in capsys.readouterr().err


def test_a_plan_with_faults_ends_with_1_and_writes_nothing(street, tmp_path, capsys):
    (street / "areas.geojson").unlink()
    assert score(street, "--csv", tmp_path / "ranks.csv") == 1
    assert "areas.geojson" in capsys.readouterr().err
    assert not (tmp_path / "ranks.csv").exists()


# --- sets of weights -----------------------------------------------------------------------------------------


def test_every_set_is_shown_beside_the_plan_with_how_far_they_agree(street, capsys):
    assert score(street, "--sets") == 0
    out = capsys.readouterr().out
    assert "Ranks under other weights" in out
    assert "plan  equal  deri  area\n" in out or "plan  equal  area\n" in out
    assert "weights  and" in out
    assert "equal: Every criterion of the plan with the same weight." in out


def test_the_first_column_of_ranks_is_that_of_the_plan():
    made = sample_plan()
    ranks = ranks_under_sets(made)
    assert ranks.iloc[:, 0].astype(float).equals(made.areas["rank"].astype(float).rename(ranks.columns[0]))


@needs_real_data
@pytest.mark.parametrize("plan", [sample_plan, thurrock_plan])
def test_the_screen_of_a_real_borough_fits(plan):
    made = plan()
    lines = [*ranking_lines(made, first=40), *set_lines(made, ranks_under_sets(made), first=40)]
    assert max(map(printed_width, lines)) <= WIDTH


def test_the_weights_that_would_put_an_area_first_do_put_it_first():
    made = sample_plan()
    worth, rules = values_of_areas(made.areas), made.parameters.score
    second = made.areas.index[made.areas["rank"] == 2][0]
    lines = lead_lines(made, second)
    table = [
        line.rsplit(maxsplit=2) for line in lines[lines.index("The nearest weights that would rank it first:") + 2 :]
    ]
    words = {item.words: key for key, item in criteria(rules).items()}
    found = pd.Series({words[name]: float(number) for name, _, number in table})
    # Three digits are printed, so the two may be level; the weights of the plan leave it clearly behind.
    scores = score_of(worth[found.index], found)
    assert scores.max() - scores[second] < 0.5
    assert made.areas["score"].max() - made.areas.loc[second, "score"] > 5


def test_an_area_that_the_plan_does_not_have_is_refused():
    with pytest.raises(CommandError, match="NO_AREA"):
        lead_lines(sample_plan(), "E09999999")
