"""Where a printed number comes from: traced to formula, file, hash and rows, by the command."""

import hashlib
import random
import shutil

import pytest

from connected_place.gis_data.catalogue import SAMPLE
from connected_place.gis_data.errors import CommandError
from connected_place.maps.figures import plan_figures
from connected_place.maps.pack import writing
from connected_place.scripts.commands.trace import figure_trace, leaves, line_of, search

from ..packs import pack_of, register, sample_pack
from ..processes import called, run
from ..small_places import FEW_DRAWS_LINES, plan_of, sample_plan, write_street


def traced(capsys, out, asked, *, plan=None, rows=3):
    assert figure_trace(out, asked, plan=plan, rows=rows) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("seed", range(10))
def test_a_figure_drawn_at_random_traces_to_a_file_its_hash_and_its_rows(seed, capsys):
    """Ten of all figures that the sample borough's documents print, no two of one kind."""
    known = register(sample_pack())
    printed = sorted(name for name, figure in known["figures"].items() if figure["printed"])
    recipe = {name: figure.recipe for name, figure in plan_figures(sample_plan()).items()}
    kinds = {}
    for name in random.Random(2026).sample(printed, len(printed)):
        kinds.setdefault(recipe[name], name)
    name = list(kinds.values())[seed]
    text = traced(capsys, sample_pack(), name)
    assert text.startswith(f"{name} = {known['figures'][name]['text']} (illustrative")
    assert "Formula: " in text
    found = leaves(known, name)
    assert found or known["figures"][name]["parameters"]
    for leaf in found:
        content = (SAMPLE / leaf.file).read_bytes()
        assert hashlib.sha256(content).hexdigest() == known["files"][leaf.file]["sha256"]
        assert f"SHA-256 {known['files'][leaf.file]['sha256']}" in text
        if leaf.keys:
            assert "    row " in text
    assert "CHANGED" not in text
    assert "has moved or changed" not in text


def test_every_printed_figure_leads_to_a_file_or_to_a_key_of_plan_toml():
    known = register(sample_pack())
    for name, figure in known["figures"].items():
        assert leaves(known, name) or figure["parameters"], name


def test_the_rows_of_a_ward_are_those_of_its_output_areas(capsys):
    """They sum to what is printed: premises less those that have the speed."""
    import re

    known = register(sample_pack())
    name = "gap.ward.E05990001.ufbb_300"
    text = traced(capsys, sample_pack(), name, rows=1_000)
    rows = re.findall(r"All Premises = (\d+); Number of premises with UFBB availability = (\d+)", text)
    assert sum(int(whole) - int(have) for whole, have in rows) == known["figures"][name]["value"]
    assert len(rows) > 10


def test_a_site_is_traced_to_its_row_of_the_asset_register(capsys):
    text = traced(capsys, sample_pack(), "site.A0082.easting")
    assert "row 85: Asset ID = A0082" in text
    assert "X = 610563" in text


def test_a_share_names_what_it_is_calculated_from(capsys):
    text = traced(capsys, sample_pack(), "gap.borough.ufbb_300_share")
    assert "gap.borough.ufbb_300 = 5,013" in text
    assert "gap.borough.premises = 69,979" in text


def test_a_parameter_is_shown_with_its_line_of_plan_toml(capsys):
    text = traced(capsys, sample_pack(), "parameter.sites.budget_gbp")
    line = (SAMPLE / "plan.toml").read_text(encoding="utf-8").splitlines().index("budget_gbp = 250_000") + 1
    assert f"sites.budget_gbp = 250000.0 (plan.toml, line {line}" in text


@pytest.mark.parametrize(
    ("key", "line"), [("sites.budget_gbp", 3), ("sites.capex_gbp.library", 4), ("wifi.reach_m", 0), ("wifi", 5)]
)
def test_the_line_of_a_key_is_found_in_its_own_table(key, line):
    text = "[place]\n[sites]\nbudget_gbp = 1\ncapex_gbp = { library = 2 }\n[wifi]\nbudget_gbp = 3\n"
    assert line_of(text, key) == line


def test_a_word_lists_the_figures_that_have_it(capsys):
    assert "parameter.sites.budget_gbp = £250,000" in traced(capsys, sample_pack(), "budget")
    assert search(register(sample_pack()), "HOMES AND BUSINESSES")


def test_an_id_copied_from_a_pdf_is_found(capsys):
    assert traced(capsys, sample_pack(), "gap\u200b.borough\u200b.ufbb_\u200b300").startswith("gap.borough.ufbb_300 =")


def test_an_unknown_id_is_refused_with_the_nearest():
    with pytest.raises(CommandError, match=r"the nearest are gap\.borough\.ufbb_300"):
        figure_trace(sample_pack(), "gap.borough.ufbb_3000", plan=None, rows=1)


def test_a_folder_without_figures_is_refused(tmp_path):
    with pytest.raises(CommandError, match="NO_FIGURES"):
        figure_trace(tmp_path, "gap", plan=None, rows=1)


def test_a_changed_file_is_reported_and_its_rows_are_not_shown(tmp_path, capsys, monkeypatch):
    """The street, run by the command without pictures; then one count is changed."""
    monkeypatch.setattr(writing, "pictures", lambda plan: ())
    street = write_street(tmp_path / "street", more=FEW_DRAWS_LINES)
    assert called("pack", street).returncode == 0
    text = traced(capsys, street / "pack", "gap.borough.ufbb_300")
    assert "row 2: output_area = E00000001" in text
    path = street / "202601_fixed_oa_coverage_r1.csv"
    path.write_bytes(path.read_bytes().replace(b"E00000001,100", b"E00000001,101"))
    text = traced(capsys, street / "pack", "gap.borough.ufbb_300")
    assert "THE FILE HAS CHANGED" in text
    assert "row 2" not in text
    path.unlink()
    assert "no longer at the path given in plan.toml" in traced(capsys, street / "pack", "gap.borough.ufbb_300")
    (street / "plan.toml").unlink()
    assert "give its path with --plan" in traced(capsys, street / "pack", "gap.borough.ufbb_300")


def test_a_plan_that_has_moved_is_named(tmp_path, capsys, monkeypatch):
    """The pack is written without pictures: its register is what is traced."""
    from connected_place.scripts.config.plan_file import read_plan_file

    street = write_street(tmp_path / "street", more=FEW_DRAWS_LINES)
    monkeypatch.setattr(writing, "pictures", lambda plan: ())
    folder = pack_of(plan_of(read_plan_file(street)), plan_file=street / "plan.toml")
    moved = shutil.move(street, tmp_path / "elsewhere")
    assert "give its path with --plan" in traced(capsys, folder, "gap.borough.ufbb_300")
    assert "row 2: output_area" in traced(capsys, folder, "gap.borough.ufbb_300", plan=tmp_path / "elsewhere")
    assert moved


def test_the_command_traces_and_its_exit_codes_say_what_went_wrong(tmp_path):
    assert run("trace", sample_pack(), "gap.borough.ufbb_300").returncode == 0
    wrong = called("trace", sample_pack(), "gap.boro.ufbb")
    assert wrong.returncode == 2
    assert "UNKNOWN_FIGURE" in wrong.stderr
