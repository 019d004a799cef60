"""Output folders read back: compared with one another, put on one overview, opened in a browser."""

from __future__ import annotations

import csv
import http.client
import shutil
import threading
import webbrowser

import pandas as pd
import pytest
import shapely

from connected_place.gis_data.errors import CommandError, DataError
from connected_place.maps.folder.run_folder import read_run
from connected_place.maps.page.overview import Council, council_outlines, overview_page, totals
from connected_place.scripts import cli
from connected_place.scripts.commands import view
from connected_place.scripts.commands.differences import differences
from connected_place.scripts.commands.run import make

from ..browsing import EVERY_RULE, Tab, write_pages
from ..page.looks import CONTROLS, OF_COLOUR, SMALL_TARGETS, TOO_FAINT
from ..page.test_page import HOSTILE
from ..processes import EMERGENCY_S
from ..small_places import STREET, write_street


def run_of(folder, **street):
    """The output folder of a run on the street of places.py."""
    assert (
        make(write_street(folder, **street), folder / "out", command=["connected-place", "run"], with_pack=False) == 0
    )
    return folder / "out"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Runs on the street: unchanged, again, with a smaller budget, with better coverage, and of another council."""
    place = tmp_path_factory.mktemp("runs")
    better = STREET | {"E00000003": (50, 50)}
    other = write_street(place / "other")
    text = (other / "plan.toml").read_text(encoding="utf-8")
    (other / "plan.toml").write_text(text.replace("E06000999", "E06000998").replace("Streetford", "Laneham"), "utf-8")
    assert make(other, other / "out", command=["connected-place", "run"], with_pack=False) == 0
    return {
        "first": run_of(place / "first"),
        "again": run_of(place / "again"),
        "poorer": run_of(place / "poorer", more="\n[sites]\nbudget_gbp = 3_000\n"),
        "better": run_of(place / "better", counts=better),
        "other": other / "out",
    }


def differences_by_key(old, new):
    """Differences as (kind, key, what) to (before, now, why)."""
    return {
        (one.kind, one.key, one.what): (one.before, one.now, one.why)
        for one in differences(read_run(old), read_run(new))
    }


# --- compare -------------------------------------------------------------------------------------------------


def test_two_identical_runs_have_no_differences(runs, capsys):
    assert differences_by_key(runs["first"], runs["again"]) == {}
    assert cli.main(["compare", str(runs["first"]), str(runs["again"])]) == 0
    assert "no differences between the two runs" in capsys.readouterr().out


def test_a_smaller_budget_is_named_with_the_sites_that_it_costs(runs):
    found = differences_by_key(runs["first"], runs["poorer"])
    assert found["parameter", "sites.budget_gbp", "value"][1] == "3000.0"
    gone = [
        key for key, (before, now, _) in found.items() if key[2] == "selected" and (before, now) == ("true", "false")
    ]
    assert gone
    assert all(found[key][2].startswith("Not chosen") for key in gone)
    assert not [key for key in found if key[0] in ("input", "area", "place")]


def test_better_coverage_is_traced_to_its_file(runs):
    """E00000003: 25 of 50 lacked it, now none; the file has the same name and other bytes."""
    found = differences_by_key(runs["first"], runs["better"])
    file = "202601_fixed_oa_coverage_r1.csv"
    before, now, _ = found["input", file, "sha256"]
    assert len(before) == len(now) == 64
    assert found["area", "E00000003", "ufbb_300_gap"] == ("25", "0", f"different {file}")
    assert found["ward", "E05000001", "ufbb_300_gap"][:2] == ("45", "20")
    assert found["place", "E06000999", "ufbb_300_gap"][:2] == ("45.0", "20.0")
    assert found["area", "E00000003", "score"][2].startswith("different level of gap_")
    assert ("area", "E00000001", "ufbb_300_gap") not in found


def test_the_command_prints_and_writes_all_and_replaces_no_foreign_file(runs, tmp_path, capsys):
    file = tmp_path / "differences.csv"
    command = ["compare", str(runs["first"]), str(runs["better"]), "--first", "1", "--csv", str(file)]
    assert cli.main(command) == 0
    assert cli.main(command) == 0  # its own file it replaces
    out = capsys.readouterr().out
    assert "more: --first" in out
    with file.open(encoding="utf-8", newline="") as content:
        rows = list(csv.DictReader(content))
    assert len(rows) == len(differences_by_key(runs["first"], runs["better"]))
    file.write_text("mine\n", encoding="utf-8")
    assert cli.main(command) == 2
    assert file.read_text(encoding="utf-8") == "mine\n"


def test_two_councils_and_folders_that_are_not_runs_are_refused(runs, tmp_path, capsys):
    assert cli.main(["compare", str(runs["first"]), str(runs["other"])]) == 2
    assert "OTHER_PLACE" in capsys.readouterr().err
    assert cli.main(["compare", str(tmp_path), str(runs["other"])]) == 2
    assert "NOT_A_RUN" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("manifest.json", "{"),
        ("manifest.json", "{}"),
        ("areas.csv", ""),
        ("sites.csv", "site_id\nA\nA\n"),
        ("wards.csv", None),
    ],
)
def test_a_damaged_run_is_refused_by_its_file(runs, tmp_path, capsys, file, content):
    shutil.copytree(runs["first"], tmp_path / "out")
    if content is None:
        (tmp_path / "out" / file).unlink()
    else:
        (tmp_path / "out" / file).write_text(content, encoding="utf-8")
    assert cli.main(["compare", str(tmp_path / "out"), str(runs["first"])]) == 1
    error = capsys.readouterr().err
    assert "RUN_DAMAGED" in error
    assert file in error


# --- overview ------------------------------------------------------------------------------------------------


@pytest.fixture
def page_of_two(runs, tmp_path):
    out = tmp_path / "county" / "overview.html"
    out.parent.mkdir()
    command = ["overview", str(runs["first"]), str(runs["other"]), "--out", str(out), "--title", "Testshire"]
    assert cli.main(command) == 0
    return out


def test_an_overview_sums_its_councils_and_leads_to_each(page_of_two, offline):
    """Twice 45 of 160."""
    tab = Tab(offline).open(page_of_two)
    assert "Testshire" in tab.page.title()
    assert "90 of 320 (28.1 %) homes and businesses in 2 councils cannot get" in tab.page.inner_text(".finding")
    assert tab.page.locator("tbody tr").count() == 2
    assert tab.page.locator(".councils path").count() == 2
    assert (tab.requests, tab.said) == ([page_of_two.as_uri()], [])
    tab.page.get_by_role("link", name="Laneham").click()
    assert "Laneham" in tab.page.title()


def test_an_overview_is_accessible(page_of_two, browser):
    for settings in ({"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": {"width": 320, "height": 256}}):
        context = browser.new_context(offline=True, **settings)
        tab = Tab(context).open(page_of_two)
        assert tab.axe(tags=EVERY_RULE, without=OF_COLOUR) == {"violations": [], "undecided": []}
        assert tab.unroll().axe(rules=OF_COLOUR)["violations"] == []
        assert tab.page.evaluate(TOO_FAINT) == []
        tab.open(page_of_two)
        assert tab.page.evaluate(SMALL_TARGETS, CONTROLS) == []
        width = settings.get("viewport", {"width": 1280})["width"]
        assert tab.page.evaluate("document.documentElement.scrollWidth") == width
        context.close()


def test_an_overview_can_be_searched_coloured_sorted_and_read_without_scripts(page_of_two, offline, browser):
    tab = Tab(offline).open(page_of_two)
    tab.page.fill("#search", "lane")
    assert tab.page.locator("tbody tr:visible").count() == 1
    assert tab.page.inner_text("#search-said") == "1 of 2 councils"
    tab.page.fill("#search", "")
    tab.page.locator("input[name=tier]").first.check()
    assert tab.page.locator(".councils path.k0").count() == 2  # everybody can get 10 Mbit/s
    tab.page.locator("thead button").first.click()
    tab.page.locator("thead button").first.click()
    assert "Streetford" in tab.page.locator("tbody tr").first.inner_text()
    assert tab.said == []
    context = browser.new_context(offline=True, java_script_enabled=False)
    bare = Tab(context).open(page_of_two).page
    assert bare.locator("tbody tr:visible").count() == 2
    assert bare.locator("input:visible, button:visible").count() == 0
    context.close()


def test_a_council_given_twice_and_a_foreign_page_are_refused(runs, tmp_path, capsys):
    first, again = str(runs["first"]), str(runs["again"])
    assert cli.main(["overview", first, again, "--out", str(tmp_path / "o.html")]) == 2
    assert "COUNCIL_TWICE" in capsys.readouterr().err
    foreign = tmp_path / "mine.html"
    foreign.write_text("<!DOCTYPE html><p>mine", encoding="utf-8")
    assert cli.main(["overview", first, "--out", str(foreign)]) == 2
    assert "mine" in foreign.read_text(encoding="utf-8")
    assert cli.main(["overview", str(tmp_path), str(tmp_path / "x"), "--out", str(tmp_path / "o.html")]) == 2
    assert capsys.readouterr().err.count("NOT_A_RUN") == 2  # all faults at once


def council(code, **changes):
    """A council of 100 premises, 10 of them without 300 Mbit/s."""
    given = {
        "code": code, "name": f"Council {code}", "href": "a/index.html", "sites": 1, "spent_gbp": 5.0,
        "vintage": "2026-01", "figures": {"premises": 100.0, "ufbb_300_gap": 10.0, "ufbb_300_not_reported": 0.0},
    }  # fmt: skip
    return Council(**given | changes)


def test_a_council_that_does_not_report_is_left_out_of_the_total_not_counted_as_nought(tmp_path, offline):
    silent = council("B", figures={"premises": 900.0, "ufbb_300_gap": float("nan")})
    html = overview_page([council("A"), silent], title="")
    (file,) = write_pages({"o.html": html}, tmp_path).values()
    text = Tab(offline).open(file).page.inner_text("main")
    assert "10 of 100 (10.0 %) homes and businesses in 1 council cannot get" in text
    assert "1 council does not report 300 Mbit/s, so is left out of that total." in text
    table = pd.DataFrame({"premises": [100.0, 900], "ufbb_300_gap": [10.0, float("nan")], "ufbb_300_not_reported": 0.0})
    assert totals(table)["ufbb_300_share"] == 0.1


@pytest.mark.parametrize(
    ("counted", "words"),
    [
        (["lines in use", "lines in use"], "lines in use"),
        (["homes and businesses", "households"], "homes and businesses, or households"),
    ],
)
def test_an_overview_calls_what_is_counted_by_its_name(counted, words):
    html = overview_page([council(code, counted=each) for code, each in zip("AB", counted, strict=True)], title="")
    assert f"20 of 200 (10.0 %) {words} in 2 councils cannot get" in html
    assert f"the share of {words} that cannot get" in html
    assert words == "homes and businesses" or "(10.0 %) homes and businesses in" not in html


def test_councils_of_several_vintages_are_not_mixed_in_silence():
    html = overview_page([council("A"), council("B", vintage="2025-07")], title="")
    assert "have different dates" in html
    assert "have different dates" not in overview_page([council("A"), council("B")], title="")


def test_hostile_councils_are_shown_as_text(tmp_path, tab):
    """Every name on one page: a council's name, code and month, and all of them in the title."""
    councils = [council(f"{number}{name}", name=name, vintage=name) for number, name in enumerate(HOSTILE.values())]
    title = " ".join(name for key, name in HOSTILE.items() if key != "long")
    (file,) = write_pages({"o.html": overview_page(councils, title=title)}, tmp_path).values()
    tab.open(file)
    assert tab.page.evaluate("window.ran") is None
    assert (tab.requests, tab.said) == ([file.as_uri()], [])
    assert tab.page.locator("main script, main img").count() == 0
    assert tab.page.locator("tbody tr").count() == len(HOSTILE)


def test_neighbours_keep_their_border_and_an_islet_that_shrinks_to_nothing_is_left_out():
    """Two councils side by side; the second has an islet of a hundredth of a unit."""
    islet = shapely.box(2_500, 0, 2_500.01, 0.01)
    second = shapely.union_all([shapely.box(1_000, 0, 2_000, 1_000), islet])
    drawn = council_outlines([shapely.box(0, 0, 1_000, 1_000), second])
    assert drawn.paths == ("M400 400V0H0V400Z", "M400 400V0H800V400Z")


# --- view ----------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch):
    """Addresses that a browser was asked to open."""
    asked = []
    monkeypatch.setattr(webbrowser, "open", lambda address: asked.append(address) or True)
    return asked


def test_view_opens_the_page_as_a_file(runs, opened, capsys):
    assert cli.main(["view", str(runs["first"])]) == 0
    assert opened == [(runs["first"] / "index.html").as_uri()]
    assert str(runs["first"] / "index.html") in capsys.readouterr().out


def test_view_refuses_a_folder_without_a_page(tmp_path, opened, capsys):
    assert cli.main(["view", str(tmp_path)]) == 2
    assert "NO_PAGE" in capsys.readouterr().err
    assert opened == []


@pytest.fixture
def serving(runs):
    with view.server(runs["first"]) as found:
        thread = threading.Thread(target=found.serve_forever)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def answer(serving, path, host=""):
    connection = http.client.HTTPConnection("127.0.0.1", serving.server_port, timeout=EMERGENCY_S)
    connection.request("GET", path, headers={"Host": host} if host else {})
    found = connection.getresponse()
    content = found.read()
    connection.close()
    return found.status, content


def test_the_server_answers_this_computer_with_files_of_the_folder_only(serving, runs):
    assert serving.server_address[0] == "127.0.0.1"
    assert answer(serving, "/index.html") == (200, (runs["first"] / "index.html").read_bytes())
    outside = runs["first"].parent / "plan.toml"
    assert outside.is_file()
    for path in ("/../plan.toml", "/%2e%2e/plan.toml", "/wards/../../plan.toml", "/wards/", "//etc/passwd"):
        assert answer(serving, path)[0] == 404, path
    assert answer(serving, "/index.html", host="example.org")[0] == 403


def test_the_server_follows_no_link_out_of_the_folder(serving, runs):
    link = runs["first"] / "link.toml"
    link.symlink_to(runs["first"].parent / "plan.toml")
    try:
        assert answer(serving, "/link.toml")[0] == 404
    finally:
        link.unlink()


def test_the_page_works_through_the_server(serving, browser):
    context = browser.new_context()
    tab = Tab(context)
    tab.page.goto(f"http://127.0.0.1:{serving.server_port}/index.html")
    assert tab.page.locator("path.area").count() == 3
    assert tab.said == []
    context.close()


def test_ctrl_c_ends_the_server_and_is_not_an_error(runs, opened, monkeypatch, capsys):
    monkeypatch.setattr(view.ThreadingHTTPServer, "serve_forever", _interrupted)
    assert cli.main(["view", str(runs["first"]), "--serve"]) == 0
    assert opened[0].startswith("http://127.0.0.1:")
    assert "Stopped." in capsys.readouterr().out


def _interrupted(*_):
    raise KeyboardInterrupt


def test_unreadable_parts_of_a_run_are_named_by_kind(tmp_path):
    with pytest.raises(CommandError):
        read_run(tmp_path)
    (tmp_path / "manifest.json").write_text("[]", encoding="utf-8")
    with pytest.raises(DataError):
        read_run(tmp_path)
