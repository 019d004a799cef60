"""plan.toml: what it may say, and everything that is wrong with it at once."""

import re

import pytest

from connected_place.coverage.need.criterion import CRITERIA, criteria
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.parameters.score import OwnCriterion
from connected_place.coverage.parameters.sites import CAPEX_GBP_BY_KIND
from connected_place.gis_data.catalogue import SAMPLE, catalogue
from connected_place.gis_data.errors import CommandError, PlanFileError
from connected_place.scripts.commands.init import downloads, init, plan_toml
from connected_place.scripts.config.plan_file import read_plan_file

from ..small_places import needs_real_data, thurrock_file

PLACE = '[place]\nname = "Streetford"\nlad = "E06000999"\n'
SOURCE = '[[source]]\nkind = "venues"\npath = "a.csv"\n'
FIGURES = '[[source]]\nkind = "area-table"\npath = "b.csv"\ncolumns = { code = "LSOA21CD", damp_homes = "Damp (%)" }\n'
DAMP = (
    '[[score.criterion]]\nkey = "damp_homes"\nwords = "homes with damp"\nunit = "share"\nnone_at = 0\nfull_at = 0.3\n'
    'source = "Survey"\n'
)


@pytest.fixture
def read(tmp_path):
    """Reads a plan.toml of the given text."""

    def read_text(text, encoding="utf-8"):
        (tmp_path / "plan.toml").write_bytes(text.encode(encoding))
        return read_plan_file(tmp_path)

    return read_text


@pytest.fixture
def faults(read):
    """Faults of a plan.toml as (code, key)."""

    def of_text(text):
        with pytest.raises(PlanFileError) as caught:
            read(text)
        return [(fault.code, fault.column) for fault in caught.value.faults]

    return of_text


def with_top(text):
    """Keys before the first table."""
    return text + "\n" + PLACE + SOURCE


# --- what it may say -----------------------------------------------------------------------------------------


def test_a_plan_that_says_only_what_it_must_has_every_default(read, tmp_path):
    found = read(PLACE + SOURCE)
    assert found.parameters == Parameters(place=Place(name="Streetford", lad="E06000999"))
    assert [(source.kind, source.path, source.columns, source.release) for source in found.sources] == [
        ("venues", "a.csv", {}, "")
    ]
    assert (found.path, found.data) == (tmp_path / "plan.toml", tmp_path / ".")


def test_a_plan_may_be_named_by_its_folder_or_by_its_file(read, tmp_path):
    assert read(PLACE + SOURCE) == read_plan_file(tmp_path / "plan.toml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_marks_and_line_ends_of_windows_are_accepted(read, encoding, ending):
    text = (PLACE.replace("Streetford", "Ynys Môn") + SOURCE).replace("\n", ending)
    assert read(text, encoding).parameters.place.name == "Ynys Môn"


def test_stated_costs_join_the_defaults_and_stated_weights_replace_them(read):
    found = read(PLACE + SOURCE + "[sites.capex_gbp]\nmarket = 9_000\n[score.weights]\ndeprivation = 1\n").parameters
    assert found.sites.capex_gbp == CAPEX_GBP_BY_KIND | {"market": 9_000.0}
    assert found.score.weights == {"deprivation": 1.0}


def test_every_setting_may_be_stated(read):
    found = read(
        PLACE
        + 'areas = "output_area"\nillustrative = true\n[gaps]\nweights = "connections"\nheadline = "gigabit"\n'
        + '[score]\nsamples = 10\nseed = 7\n[wifi]\nreach = "fixed"\nreach_m = 80\nfrequency_mhz = 2_437\ntpc = false\n'
        + '[sites]\nbudget_gbp = 1\nlock_in = ["A"]\nlock_out = []\ntime_limit_s = 5\n'
        + '[appraisal]\ndiscount_rate = 0\nyears = 0\nbenefit_gbp_per_demand = 12\nbenefit_source = "us"\n'
        + SOURCE
        + 'release = "2026-01"\ncolumns = { name = "Asset name" }\n'
    )
    assert (found.parameters.place.areas, found.parameters.gaps.headline) == ("output_area", "gigabit")
    wifi = found.parameters.wifi
    assert (wifi.reach, wifi.reach_m, wifi.frequency_mhz, wifi.tpc) == ("fixed", 80.0, 2_437.0, False)
    assert found.parameters.sites.lock_in == ("A",)
    assert found.parameters.appraisal.benefit_gbp_per_demand == 12.0
    assert (found.sources[0].release, found.sources[0].columns) == ("2026-01", {"name": "Asset name"})


def test_data_names_the_folder_that_paths_start_from(read, tmp_path):
    assert read(with_top('data = "../files"')).data == tmp_path / "../files"


def test_the_embedded_plan_can_be_read():
    assert read_plan_file(SAMPLE).parameters.place.illustrative


def test_a_criterion_of_the_planners_own_may_be_described_and_weighed(read):
    found = read(
        PLACE + FIGURES + DAMP + "error = 0.05\n[score.weights]\ndamp_homes = 2\nno_car = 1\n"
    ).parameters.score
    assert found.criterion == (
        OwnCriterion(
            key="damp_homes",
            words="homes with damp",
            unit="share",
            none_at=0.0,
            full_at=0.3,
            source="Survey",
            error=0.05,
        ),
    )
    assert found.weights == {"damp_homes": 2.0, "no_car": 1.0}
    assert list(criteria(found))[-1] == "damp_homes"


def test_a_built_in_criterion_may_get_other_levels_also_negative_and_falling_ones(read):
    text = '[[score.criterion]]\nkey = "footfall"\nnone_at = -1\nfull_at = -50.5\nerror = 0\n'
    found = criteria(read(PLACE + SOURCE + text).parameters.score)["footfall"]
    assert (found.none_at, found.full_at, found.error) == (-1.0, -50.5, 0.0)


@pytest.mark.parametrize("key", CRITERIA)
def test_every_built_in_criterion_may_have_a_weight(read, key):
    assert read(f"{PLACE}{SOURCE}[score.weights]\n{key} = 0").parameters.score.weights == {key: 0.0}


@needs_real_data
def test_every_file_that_the_plan_of_thurrock_names_is_there():
    file = thurrock_file()
    assert [source.path for source in file.sources if not (file.data / source.path).is_file()] == []


# --- what is wrong with it -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key", "nearest"),
    [
        (with_top("[wify]"), "wify", "wifi"),
        (PLACE + SOURCE + "[sites]\nbudget_gpb = 5", "sites.budget_gpb", "budget_gbp"),
        (PLACE + SOURCE + "[score.weights]\ndeprivaton = 5", "score.weights.deprivaton", "deprivation"),
        (PLACE + FIGURES + DAMP + "[score.weights]\ndamp_home = 5", "score.weights.damp_home", "damp_homes"),
        (PLACE + FIGURES + DAMP + "ful_at = 5", "score.criterion 1.ful_at", "full_at"),
        (PLACE + "[[source]]\nkind = 'venues'\npath = 'a'\nrelese = '2026'", "source 1.relese", "release"),
        (PLACE.replace("lad", "lda") + SOURCE, "place.lda", "lad"),
        (PLACE + SOURCE.replace("source", "sources"), "sources", "source"),
        (with_top('dta = "files"'), "dta", "data"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_one(read, text, key, nearest):
    with pytest.raises(PlanFileError, match="UNKNOWN_KEY") as caught:
        read(text)
    fault = next(fault for fault in caught.value.faults if fault.code == "UNKNOWN_KEY")
    assert fault.column == key
    assert fault.remedy == f'Did you mean "{nearest}"?'


def test_a_key_that_is_like_no_other_lists_the_known_ones(read):
    with pytest.raises(PlanFileError, match=r"Choose one of: .*\bplace\b"):
        read(with_top("[zzz]"))


def test_an_unknown_kind_of_file_is_refused_with_the_nearest_one(read):
    words = r'plan.toml, column "source 1: kind".*Did you mean "ofcom-fixed-coverage"\? \[UNKNOWN_KIND\]'
    with pytest.raises(PlanFileError, match=words):
        read(PLACE + SOURCE.replace("venues", "ofcom-fixed-covrage"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("KEY_MISSING", "place.name"), ("KEY_MISSING", "place.lad"), ("KEY_MISSING", "source")]),
        (PLACE, [("KEY_MISSING", "source")]),
        ("[place]\nname = 'X'\n" + SOURCE, [("KEY_MISSING", "place.lad")]),
        (PLACE + "[[source]]\nkind = 'venues'\n", [("KEY_MISSING", "source 1: path")]),
        (PLACE + "[[source]]\npath = 'a'\n", [("KEY_MISSING", "source 1: kind")]),
        (PLACE + SOURCE + "[[source]]\n", [("KEY_MISSING", "source 2: kind"), ("KEY_MISSING", "source 2: path")]),
        (PLACE + FIGURES + DAMP.replace('unit = "share"\n', ""), [("KEY_MISSING", "score.criterion 1.unit")]),
        (
            PLACE + SOURCE + "[[score.criterion]]\nwords = 'w'\nnone_at = 1\n",
            [("KEY_MISSING", f"score.criterion 1.{name}") for name in ("key", "unit", "full_at", "source")],
        ),
    ],
)
def test_what_is_missing_is_named(faults, text, found):
    assert faults(text) == found


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (PLACE + SOURCE + "[sites]\nbudget_gbp = '250,000'", "sites.budget_gbp"),
        (PLACE + SOURCE + "[sites]\nbudget_gbp = true", "sites.budget_gbp"),
        (PLACE + SOURCE + "[sites]\nlock_in = 'A'", "sites.lock_in"),
        (PLACE + SOURCE + "[sites]\nlock_in = [1]", "sites.lock_in"),
        (PLACE + SOURCE + "[sites]\ncapex_gbp = 5", "sites.capex_gbp"),
        (PLACE + SOURCE + "[sites.capex_gbp]\nlibrary = 'dear'", "sites.capex_gbp.library"),
        (PLACE + SOURCE + "[score]\nsamples = 1.5", "score.samples"),
        (PLACE + SOURCE + "[score]\nweights = [1, 2]", "score.weights"),
        (PLACE + SOURCE + "[score]\ncriterion = 5", "score.criterion"),
        (PLACE + SOURCE + "[score]\ncriterion = ['no_car']", "score.criterion"),
        (PLACE + SOURCE + "[score.criterion]\nkey = 'no_car'", "score.criterion"),
        (PLACE + SOURCE + DAMP.replace('"damp_homes"', "5"), "score.criterion 1.key"),
        (PLACE + SOURCE + DAMP.replace('"damp_homes"', "['a']"), "score.criterion 1.key"),
        (PLACE + SOURCE + "[[score.criterion]]\nkey = 'no_car'\nfull_at = '0.5'", "score.criterion 1.full_at"),
        (PLACE + FIGURES + DAMP + "error = true", "score.criterion 1.error"),
        (PLACE + SOURCE + "[appraisal]\nbenefit_gbp_per_demand = 'x'", "appraisal.benefit_gbp_per_demand"),
        (PLACE + SOURCE + "[appraisal]\nyears = false", "appraisal.years"),
        (PLACE + SOURCE + "columns = 'Asset name'", "source 1: columns"),
        (PLACE + SOURCE + "columns = { name = 5 }", "source 1: columns"),
        (PLACE.replace('"Streetford"', "5") + SOURCE, "place.name"),
        (PLACE + "illustrative = 'yes'\n" + SOURCE, "place.illustrative"),
    ],
)
def test_a_value_of_another_type_is_refused(faults, text, key):
    assert faults(text) == [("WRONG_TYPE", key)]


@pytest.mark.parametrize("key", ["gaps", "score", "wifi", "sites", "appraisal"])
def test_a_table_that_is_not_one_is_refused_and_never_passed_over(faults, key):
    """`wifi = 50` would else give the default reach in silence."""
    assert ("WRONG_TYPE", key) in faults(with_top(f"{key} = 50"))


@pytest.mark.parametrize("value", ["5", "true", "['a.csv']", "'a.csv'", "{ kind = 'venues', path = 'a.csv' }"])
def test_sources_that_are_not_a_list_of_tables_are_refused(faults, value):
    found = faults(f"source = {value}\n{PLACE}")
    assert {code for code, _ in found} <= {"WRONG_TYPE", "KEY_MISSING"}
    assert found


@pytest.mark.parametrize("value", ["5", "['files']", "true"])
def test_a_data_folder_that_is_not_text_is_refused(faults, value):
    assert ("WRONG_TYPE", "data") in faults(with_top(f"data = {value}"))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sites.budget_gbp", "-1"),
        ("sites.budget_gbp", "nan"),
        ("sites.budget_gbp", "inf"),
        ("wifi.reach_m", "-0.5"),
        ("wifi.frequency_mhz", "-5500"),
        ("wifi.height_m", "1.4"),
        ("wifi.covered_share", "0"),
        ("wifi.clients_per_radio", "0"),
        ("wifi.phone_m", "0"),
        ("wifi.walls.traditional", "-1"),
        ("appraisal.discount_rate", "-0.01"),
        ("score.weights.deprivation", "-1"),
        ("sites.capex_gbp.other", "-1"),
        ("appraisal.years", "-1"),
        ("score.samples", "-5"),
        ("score.samples", "0"),
        ("score.seed", "-1"),
    ],
)
def test_a_number_that_cannot_be_is_refused(faults, key, value):
    table, name = key.rsplit(".", 1)
    assert faults(f"{PLACE}{SOURCE}[{table}]\n{name} = {value}") == [("NOT_POSITIVE", key)]


@pytest.mark.parametrize(("key", "value"), [("covered_share", "80"), ("covered_share", "1.01"), ("peak_share", "10")])
def test_a_share_above_the_whole_is_refused(faults, key, value):
    """80 for 80 % would else be a chance that no place has."""
    assert faults(f"{PLACE}{SOURCE}[wifi]\n{key} = {value}") == [("TOO_LARGE", f"wifi.{key}")]


@pytest.mark.parametrize("key", ["threshold_dbm", "client_gain_db", "eirp_dbm", "conducted_dbm", "antenna_gain_dbi"])
def test_a_level_in_decibels_may_be_negative_and_must_be_finite(read, faults, key):
    assert getattr(read(f"{PLACE}{SOURCE}[wifi]\n{key} = -7.5").parameters.wifi, key) == -7.5
    assert faults(f"{PLACE}{SOURCE}[wifi]\n{key} = -inf") == [("NOT_FINITE", f"wifi.{key}")]


def test_walls_are_the_two_kinds_of_the_recommendation(read, faults):
    walls = read(f"{PLACE}{SOURCE}[wifi.walls]\nthermally_efficient = 1").parameters.wifi.walls
    assert walls == {"thermally_efficient": 1.0}
    assert faults(f"{PLACE}{SOURCE}[wifi.walls]\nbrick = 1") == [("UNKNOWN_KEY", "wifi.walls.brick")]


@pytest.mark.parametrize(("value", "code"), [("nan", "NOT_FINITE"), ("-inf", "NOT_FINITE"), ("inf", "NOT_FINITE")])
def test_a_level_that_is_not_a_finite_number_is_refused(faults, value, code):
    text = f"[[score.criterion]]\nkey = 'no_car'\nnone_at = {value}\n"
    assert faults(PLACE + SOURCE + text) == [(code, "score.criterion 1.none_at")]


def test_an_error_is_never_negative(faults):
    text = "[[score.criterion]]\nkey = 'no_car'\nerror = -0.1\n"
    assert faults(PLACE + SOURCE + text) == [("NOT_POSITIVE", "score.criterion 1.error")]


@pytest.mark.parametrize(
    "sources", [SOURCE, FIGURES.replace("damp_homes", "damp"), FIGURES.replace("area-table", "venues")]
)
def test_an_own_criterion_that_no_file_tells_of_is_refused_with_the_remedy(read, sources):
    words = r'"score.criterion 1.key".*"area-table" and columns = .*damp_homes = "..." .*\[CRITERION_NO_COLUMN\]'
    with pytest.raises(PlanFileError, match=words):
        read(PLACE + sources + DAMP)


def test_all_that_is_wrong_with_criteria_is_reported_at_once(faults):
    text = (
        PLACE + FIGURES + DAMP + DAMP.replace("0.3", "0") + "[[score.criterion]]\nkey = 'Damp'\nfull_at = 'x'\n"
        "[[score.criterion]]\nkey = 'no_car'\nwords = 'w'\n[score.weights]\ndamp_homs = 1\nno_car = -1\n"
    )
    assert sorted(faults(text)) == [
        ("BUILT_IN", "score.criterion 4.words"),
        ("CRITERION_NO_COLUMN", "score.criterion 3.key"),
        ("CRITERION_TWICE", "score.criterion 2.key"),
        ("KEY_MISSING", "score.criterion 3.none_at"),
        ("KEY_MISSING", "score.criterion 3.source"),
        ("KEY_MISSING", "score.criterion 3.unit"),
        ("KEY_MISSING", "score.criterion 3.words"),
        ("NOT_A_KEY", "score.criterion 3.key"),
        ("NOT_POSITIVE", "score.weights.no_car"),
        ("SCALE_FLAT", "score.criterion 2.full_at"),
        ("UNKNOWN_KEY", "score.weights.damp_homs"),
        ("WRONG_TYPE", "score.criterion 3.full_at"),
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("place.areas", "msoa"),
        ("place.areas", "LSOA"),
        ("gaps.headline", "ultrafast"),
        ("gaps.weights", "premises"),
        ("wifi.reach", "circle"),
        ("sites.worst_backhaul", "E"),
    ],
)
def test_a_choice_that_is_none_is_refused_with_the_choices(read, key, value):
    table, name = key.split(".")
    head = PLACE if table == "place" else f"{PLACE}[{table}]\n"
    with pytest.raises(PlanFileError, match=rf'"{key}".*Found "{value}".*Choose one of .*\[NOT_A_CHOICE\]'):
        read(f'{head}{name} = "{value}"\n{SOURCE}')


def test_all_faults_are_reported_at_once(faults):
    text = (
        "colour = 1\n[place]\nlad = 5\n[sites]\nbudget_gbp = -1\nbudgt = 2\n[gaps]\nheadline = 'x'\n"
        "[[source]]\nkind = 'librarys'\n"
    )
    assert sorted(faults(text)) == [
        ("KEY_MISSING", "place.name"),
        ("KEY_MISSING", "source 1: path"),
        ("NOT_A_CHOICE", "gaps.headline"),
        ("NOT_POSITIVE", "sites.budget_gbp"),
        ("UNKNOWN_KEY", "colour"),
        ("UNKNOWN_KEY", "sites.budgt"),
        ("UNKNOWN_KIND", "source 1: kind"),
        ("WRONG_TYPE", "place.lad"),
    ]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("[place\nname = 'X'", "utf-8"), ("name = C:\\data", "utf-8"), (PLACE + "# Môn", "latin-1"), (PLACE, "utf-16")],
)
def test_what_is_not_toml_is_refused_with_the_place(read, text, encoding):
    with pytest.raises(
        PlanFileError,
        match=r"plan.toml: The file (cannot be read: .*Correct that line|is not UTF-8 text).*\[NOT_TOML\]",
    ):
        read(text, encoding)


@pytest.mark.parametrize("name", ["nowhere", "folder"])
def test_a_plan_that_is_not_there_is_a_wrong_command(tmp_path, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(CommandError, match=r"no such plan.*connected-place init.*\[NO_PLAN\]"):
        read_plan_file(tmp_path / name)


# --- a new plan ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Thurrock", "", 'The "Old" Town', "C:\\new\\town", "Ynys Môn", "line\nbreak", "@LAD@"]
)
def test_a_new_plan_can_be_read_and_lacks_only_its_sources(faults, name):
    assert faults(plan_toml("E06000034", name)) == [("KEY_MISSING", "source")]


def test_a_new_plan_says_what_the_defaults_say(read):
    found = read(plan_toml("E06000034", "Thurrock") + "\n" + SOURCE)
    assert found.parameters == Parameters(place=Place(name="Thurrock", lad="E06000034"))


def test_a_source_of_a_new_plan_is_used_by_taking_the_marks_away(read):
    text = re.sub(r"^# (?=\[\[source\]\]|kind|path)", "", plan_toml("E06000034", "Thurrock"), flags=re.MULTILINE)
    assert [source.kind for source in read(text).sources] == list(catalogue())


def test_every_setting_in_comments_of_a_new_plan_is_a_setting(read):
    """Comments that show a setting must not show one that does not exist."""
    text = plan_toml("E06000034", "Thurrock").split("# [[source]]")[0]
    shown = re.sub(r"^# (?=(weights = \"|(lock_in|lock_out|benefit_\w+) = ))", "", text, flags=re.MULTILINE)
    assert shown != text
    found = read(shown + "\n" + SOURCE).parameters
    assert (found.gaps.weights, found.sites.lock_in, found.sites.lock_out) == ("connections", ("A0001",), ("A0002",))


def test_every_criterion_in_comments_of_a_new_plan_is_one(read):
    """Each weight and the whole example of an own criterion, with the file that it takes its figures from."""
    text = plan_toml("E06000034", "Thurrock").split("[wifi]")[0]
    names = "|".join([*CRITERIA, "damp_homes", "key", "words", "unit", "none_at", "full_at", "source", "error", "name"])
    found = read(
        re.sub(rf"^# (?=(?:{names}|weights) = |\[\[score)", "", text, flags=re.MULTILINE) + FIGURES
    ).parameters.score
    assert {"no_car", "older", "footfall", "damp_homes"} < set(found.weights)
    assert set(CRITERIA) - set(found.weights) == {"gap_ufbb_100", "gap_ufbb_300", "gap_gigabit"}  # named in the remark
    assert criteria(found)["damp_homes"].error == 5.0
    assert found.set[0].weights == {"gap_headline": 1.0, "deprivation": 1.0}


def test_the_list_of_downloads_names_every_kind_of_file_the_needed_ones_first():
    text = downloads("E06000034")
    assert [kind for kind in catalogue() if f'`kind = "{kind}"`' not in text] == []
    needed = re.findall(r"- Needed: (\w+)", text)
    assert needed == sorted(needed, key=["yes", "recommended", "optional"].index)


@pytest.mark.parametrize("lad", ["", "Thurrock", "E0600003", "E06000034x", "E05000034", "e06000034", "../E06000034"])
def test_a_code_that_is_not_an_authoritys_is_refused(tmp_path, lad):
    with pytest.raises(CommandError, match=r"not the code of a local authority.*E06000034.*\[NOT_A_CODE\]"):
        init(tmp_path / "new", lad=lad, name="")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "lad", ["E06000034", "E07000001", "E08000035", "E09000033", "W06000001", "S12000033", "N09000001"]
)
def test_every_nation_may_start_a_plan(tmp_path, lad, capsys):
    assert init(tmp_path / "new", lad=lad, name="X") == 0
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["DOWNLOADS.md", "plan.toml"]
    assert "connected-place check" in capsys.readouterr().out


def test_a_plan_is_never_overwritten(tmp_path):
    (tmp_path / "plan.toml").write_text("mine")
    with pytest.raises(CommandError, match=r"already a plan.*Give another folder.*\[PLAN_EXISTS\]"):
        init(tmp_path, lad="E06000034", name="")
    assert (tmp_path / "plan.toml").read_text() == "mine"
    assert not (tmp_path / "DOWNLOADS.md").exists()


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_plan_cannot_be_started_in_a_file(tmp_path, place):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CommandError):
        init(tmp_path / place, lad="E06000034", name="")
    assert (tmp_path / "file").read_text() == "mine"


SET = """
[[score.set]]
name = "{name}"
weights = {{ {key} = 1.0 }}
"""


@pytest.mark.parametrize(
    ("name", "key", "code"),
    [
        ("equal", "population", "SET_NAME"),
        ("Parish!", "population", "SET_NAME"),
        ("parish", "populaton", "UNKNOWN_KEY"),
    ],
)
def test_a_further_set_of_weights_needs_a_name_of_its_own_and_known_criteria(faults, name, key, code):
    assert [found for found, _ in faults(PLACE + SOURCE + SET.format(name=name, key=key))] == [code]


def test_a_further_set_of_weights_is_read(read):
    stated = read(PLACE + SOURCE + SET.format(name="parish", key="population")).parameters.score.set
    assert [(item.name, dict(item.weights)) for item in stated] == [("parish", {"population": 1.0})]


@pytest.mark.parametrize("text", ["", "  ", "\\t"])
def test_a_blank_header_in_columns_is_a_fault_of_plan_toml(faults, text):
    assert faults(PLACE + SOURCE + f'columns = {{ kind = "{text}" }}') == [("BLANK_HEADER", "source 1: columns.kind")]
