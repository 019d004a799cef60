"""The command as people start it: its exit codes, what it says and what it leaves behind.

Each exit code is seen once from a real process; what else is asked of the command is asked in this one.
"""

import contextlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from importlib import metadata
from pathlib import Path

import pytest

from connected_place.api.open_plan import OpenPlan
from connected_place.maps import formats
from connected_place.scripts import cli
from connected_place.scripts.commands.run import make

from ..processes import EMERGENCY_S, PROGRAM, called, contents, demo_folder, environment, run
from ..small_places import FEW_DRAWS_LINES, sample_steps, write_street

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


@pytest.fixture
def street(tmp_path):
    return write_street(tmp_path / "street", more=FEW_DRAWS_LINES)


@pytest.fixture(scope="module")
def run_before(tmp_path_factory):
    """The street with the output of a run; test_trace.py looks at the pack."""
    street = write_street(tmp_path_factory.mktemp("before") / "street", more=FEW_DRAWS_LINES)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        make(street, street / "output", command=["connected-place", "run", "plan.toml", "--no-pack"], with_pack=False)
    return street


@pytest.fixture
def earlier(run_before, tmp_path):
    """A copy of the street with the output of an earlier run."""
    return shutil.copytree(run_before, tmp_path / "street")


# --- done ----------------------------------------------------------------------------------------------------


def test_run_writes_the_folder_next_to_the_plan_and_prints_which_file_to_open(street):
    found = called("run", street)
    assert found.returncode == 0, found.stderr
    page = street / "output" / "index.html"
    assert page.is_file()
    assert found.stdout.splitlines()[-1] == f"Open {page.resolve()}"
    assert "45 of 160 (28.1 %) homes and businesses cannot get 300 Mbit/s (Ofcom, January 2026)." in found.stdout
    assert [line.split()[0] for line in found.stderr.splitlines()] == [f"[{step}/14]" for step in range(1, 15)]


def test_run_takes_the_plan_file_itself_and_another_folder(street, tmp_path):
    assert called("run", "plan.toml", "--no-pack", "--out", tmp_path / "there", cwd=street).returncode == 0
    assert (tmp_path / "there" / "manifest.json").is_file()
    assert not (street / "output").exists()


@pytest.fixture
def elsewhere(monkeypatch):
    """Another time zone."""
    with monkeypatch.context() as changed:
        changed.setenv("TZ", "UTC+2")
        if sys.platform != "win32":
            time.tzset()
        yield
    if sys.platform != "win32":
        time.tzset()


@pytest.mark.usefixtures("elsewhere")
def test_demo_makes_the_plan_of_the_invented_borough_the_same_to_the_byte_every_time(tmp_path, monkeypatch):
    """Two processes whose hashes are seeded otherwise, in two folders and time zones, on one thread and on many.

    The second is this one (or the worker that was first to ask), which has made the plan already for other tests.
    """
    steps = sample_steps()
    monkeypatch.setattr(OpenPlan, "steps", property(lambda _opened: steps))
    found = called("demo", "--out", tmp_path / "demo 2")
    assert found.stdout.startswith("Illustrative: invented data, not a real place.")
    one, other = contents(demo_folder()), contents(tmp_path / "demo 2")
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []
    assert len(one) > 25


def test_a_second_run_names_added_files_and_otherwise_replaces_the_first_completely(earlier):
    before = contents(earlier / "output")
    stray = earlier / "output" / "wards" / "E05999999.html"
    stray.write_text("of an earlier release")
    refused = called("run", earlier, "--no-pack")
    assert (refused.returncode, "wards/E05999999.html" in refused.stderr) == (2, True)
    assert stray.read_text() == "of an earlier release"
    stray.unlink()
    assert called("run", earlier, "--no-pack").returncode == 0
    assert contents(earlier / "output") == before
    assert not [path for path in earlier.iterdir() if path.name.startswith(".")]


def test_a_terminal_that_cannot_show_every_character_is_not_a_failure(tmp_path):
    """Output sent to a file is cp1252 on Windows; Welsh names and £ must not end a run that has written everything."""
    street = write_street(tmp_path / "street", names=("Tŷ Ŵyth", "Hall 2", "Hall 3"), ward="Ŵyth", more=FEW_DRAWS_LINES)
    plan = street / "plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("Streetford", "Ŵyth"), encoding="utf-8")
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="cp1252") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        assert cli.main(["run", "--no-pack", str(street)]) == 0
    out.flush()
    assert b"yth" in out.buffer.getvalue()


@posix_only
def test_a_closed_pipe_is_not_a_failure(street):
    """`connected-place check PLAN | head -1` closes the pipe before everything is printed."""
    reader, writer = os.pipe()
    os.close(reader)
    found = subprocess.run(
        [*PROGRAM, "check", str(street)], stdout=writer, stderr=subprocess.PIPE, timeout=EMERGENCY_S, check=False,
        env=environment(),
    )  # fmt: skip
    os.close(writer)
    assert b"Traceback" not in found.stderr
    assert b"Exception ignored" not in found.stderr


# --- the input has blockers ----------------------------------------------------------------------------------


def test_a_plan_with_faults_ends_with_1_reports_all_of_them_and_writes_nothing(street):
    plan = street / "plan.toml"
    plan.write_text(plan.read_text().replace("lad =", "lda =").replace("areas.geojson", "area.geojson"))
    found = run("run", street)
    assert found.returncode == 1
    assert "2 problems to fix; nothing was written." in found.stderr
    assert 'Did you mean "lad"?' in found.stderr
    assert "Traceback" not in found.stderr
    assert not (street / "output").exists()


def test_a_fault_in_a_file_ends_with_1_and_keeps_the_earlier_output(earlier):
    before = contents(earlier / "output")
    (earlier / "wards.geojson").unlink()
    found = called("run", earlier)
    assert found.returncode == 1
    assert "wards.geojson" in found.stderr
    assert "[PATH_NOT_A_FILE]" in found.stderr
    assert contents(earlier / "output") == before


def test_locks_over_the_budget_end_with_1(tmp_path):
    street = write_street(tmp_path / "street", more='[sites]\nbudget_gbp = 100\nlock_in = ["S1"]\n')
    found = called("run", street)
    assert (found.returncode, "LOCKS_OVER_BUDGET" in found.stderr) == (1, True)


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_band_that_the_law_keeps_indoors_ends_with_1_and_is_named(tmp_path, command):
    street = write_street(tmp_path / "street", more="[wifi]\nfrequency_mhz = 5180\n")
    found = called(command, street)
    assert found.returncode == 1
    said = found.stdout + found.stderr
    assert "BAND_INDOORS_ONLY" in said and "5170-5190 MHz" in said and "wifi.frequency_mhz" in said
    assert "Traceback" not in said
    assert not (street / "output").exists()


# --- check ---------------------------------------------------------------------------------------------------


def test_check_lists_every_source_with_its_rows_and_ends_with_0_when_nothing_blocks(street):
    found = run("check", street)
    assert found.returncode == 0, found.stderr
    for name in ("202601_fixed_oa_coverage_r1.csv", "areas.geojson", "wards.geojson", "venues.csv"):
        assert name in found.stdout
    assert "3 rows read = 3 used" in found.stdout
    assert found.stdout.rstrip().endswith("No problems: the plan can be made.")
    assert not (street / "output").exists()


@pytest.mark.parametrize("blocked", [False, True])
def test_check_as_json_reports_the_same(street, blocked):
    if blocked:
        (street / "areas.geojson").write_text("{")
        (street / "venues.csv").unlink()
    found = called("check", street, "--json")
    report = json.loads(found.stdout)
    assert (found.returncode, report["blocked"]) == ((1, True) if blocked else (0, False))
    assert {fault["file"] for fault in report["faults"] if fault["blocks"]} == (
        {"areas.geojson", "venues.csv"} if blocked else set()
    )
    assert len(report["sources"]) == (2 if blocked else 4)
    assert all(source["sha256"] for source in report["sources"])


def test_check_finds_what_only_the_whole_plan_can_know(street):
    """Every file is in order by itself; the venues lie in another county."""
    text = (street / "venues.csv").read_text()
    (street / "venues.csv").write_text(text.replace(",1805", ",2805").replace(",180500.0", ",280500.0"))
    found = called("check", street, "--json")
    assert (found.returncode, [fault["code"] for fault in json.loads(found.stdout)["faults"]]) == (1, ["NO_CANDIDATES"])


def test_check_of_a_new_plan_names_what_is_missing(tmp_path):
    assert called("init", tmp_path / "new", "--lad", "E06000034", "--name", "Thurrock").returncode == 0
    found = called("check", tmp_path / "new")
    assert found.returncode == 1
    assert "No input file is named. Add at least one [[source]]" in found.stderr


# --- the command is wrong ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["rnu"],
        ["run"],
        ["run", "nowhere"],
        ["check", "nowhere"],
        ["init", "new"],
        ["init", "new", "--lad", "Thurrock"],
        ["demo", "--out"],
        ["run", ".", "--colour"],
        ["score"],
        ["score", "nowhere"],
        ["score", "nowhere", "--first", "0"],
        ["weights"],
        ["weights", "nowhere"],
        ["weights", "nowhere", "--show", "--set", "equal"],
    ],
    ids=" ".join,
)
def test_a_wrong_command_ends_with_2_and_writes_nothing(tmp_path, arguments):
    found = called(*arguments, cwd=tmp_path)
    assert found.returncode == 2
    assert found.stderr
    assert "Traceback" not in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_process_with_a_wrong_command_ends_with_2(tmp_path):
    found = run("rnu", cwd=tmp_path)
    assert (found.returncode, "Traceback" in found.stderr) == (2, False)
    assert "rnu" in found.stderr


def test_a_folder_that_is_not_ours_ends_with_2_and_is_unchanged(street):
    (street / "output").mkdir()
    (street / "output" / "notes.txt").write_text("mine")
    found = called("run", street)
    assert (found.returncode, "[NOT_OURS]" in found.stderr) == (2, True)
    assert "[1/" not in found.stderr  # refused before the work, not after it
    assert contents(street / "output") == {"notes.txt": b"mine"}


def test_a_second_plan_in_one_folder_ends_with_2(tmp_path):
    assert called("init", tmp_path, "--lad", "E06000034").returncode == 0
    before = contents(tmp_path)
    assert called("init", tmp_path, "--lad", "E08000035").returncode == 2
    assert contents(tmp_path) == before


def test_a_file_in_place_of_a_folder_ends_with_2(street, tmp_path):
    (tmp_path / "file").write_text("mine")
    for arguments in (["run", street, "--out", tmp_path / "file"], ["init", tmp_path / "file", "--lad", "E06000034"]):
        found = called(*arguments)
        assert (found.returncode, "Traceback" in found.stderr) == (2, False), found.stderr
    assert (tmp_path / "file").read_text() == "mine"


# --- interrupted ---------------------------------------------------------------------------------------------


INTERRUPTIBLE = """
import signal, sys, threading
signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background has it switched off
from connected_place.scripts import cli
from connected_place.maps import formats
def wait(*_, **__):
    if threading.current_thread() is threading.main_thread():  # the pack's thread would never wake up
        print("HALF WRITTEN", file=sys.stderr, flush=True)
        signal.pause()
if sys.argv[1] == "hold":
    formats.write_geopackage = wait
sys.exit(cli.main(sys.argv[2:]))
"""
"""The command, which waits for the signal when pages and tables are written and the GeoPackage is not."""


def interrupted(arguments, *, at, number):
    """Start a process, send it a signal as soon as it prints a text; its exit code and output."""
    hold = "hold" if at == b"HALF WRITTEN" else "go on"
    command = [sys.executable, "-c", INTERRUPTIBLE, hold, *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment())
    emergency = threading.Timer(EMERGENCY_S, process.kill)
    emergency.start()
    with process:
        said = b""
        while at not in said and (byte := process.stderr.read(1)):
            said += byte
        process.send_signal(number)
        said += process.stderr.read()
    emergency.cancel()
    return process.returncode, said.decode()


@posix_only
@pytest.mark.parametrize(
    ("number", "at", "more"),
    [
        (signal.SIGINT, b"[1/14]", ["--no-pack"]),
        (signal.SIGINT, b"HALF WRITTEN", []),  # while the pack is being made beside the pages
        (signal.SIGTERM, b"HALF WRITTEN", ["--no-pack"]),
    ],
    ids=["ctrl-c while reading", "ctrl-c while writing", "terminated while writing"],
)
def test_an_interrupted_run_ends_with_130_and_leaves_the_earlier_output_and_no_mess(street, tmp_path, at, number, more):
    """The earlier output is another plan's."""
    out = tmp_path / "out"
    out.mkdir()
    manifest = json.dumps({"made_by": "connected-place", "files": {"index.html": ""}})
    (out / "manifest.json").write_text(manifest)
    (out / "index.html").write_text("earlier")
    code, said = interrupted(["run", street, "--out", out, *more], at=at, number=number)
    assert code == 130, said
    assert at.decode() in said
    assert "Interrupted. Nothing was written; files from an earlier run are unchanged." in said
    assert "Traceback" not in said
    assert contents(out) == {"manifest.json": manifest.encode(), "index.html": b"earlier"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "street"]


# --- a disk that is full -------------------------------------------------------------------------------------


@pytest.fixture
def full_disk(monkeypatch):
    """A disk on which a file may grow to 20 kB while the GeoPackage, which always exceeds that, is written."""
    import resource

    true_write, limits = formats.write_geopackage, resource.getrlimit(resource.RLIMIT_FSIZE)

    def write(layers, path, *, headline):
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
        try:
            true_write(layers, path, headline=headline)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    monkeypatch.setattr(formats, "write_geopackage", write)


@posix_only
@pytest.mark.usefixtures("full_disk")
def test_a_disk_that_is_full_when_the_geopackage_is_written_ends_with_2_and_keeps_the_earlier_output(earlier):
    """GDAL and SQLite have errors of their own."""
    before = contents(earlier / "output")
    found = called("run", "--no-pack", earlier)
    assert contents(earlier / "output") == before
    assert not [path for path in earlier.iterdir() if path.name.startswith(".")]
    assert (found.returncode, "[CANNOT_WRITE]" in found.stderr) == (2, True), found.stderr


# --- what it says of itself ----------------------------------------------------------------------------------


def test_help_names_every_command_and_the_exit_codes(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert ended.value.code == 0
    assert all(command in text for command in ("demo", "run", "check", "score", "weights", "init"))
    assert "0 done, 1 the input has problems, 2 the command is wrong, 130 interrupted" in text


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"connected-place {metadata.version('connected-place')}\n"


def test_help_loads_nothing_heavy():
    """So that it answers at once: no library for tables, maps or solving is imported for it."""
    code = "import sys\nfrom connected_place.scripts import cli\ncli.cli_parser().format_help()\nprint(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())
    loaded = set(found.stdout.split())
    assert not loaded & {
        "numpy",
        "pandas",
        "geopandas",
        "shapely",
        "highspy",
        "scipy",
        "folium",
        "jinja2",
        "pyogrio",
        "tomlkit",
    }


def test_every_command_has_its_own_help(capsys):
    for command in ("demo", "run", "check", "score", "weights", "init"):
        with pytest.raises(SystemExit) as ended:
            cli.main([command, "--help"])
        assert ended.value.code == 0
        assert f"connected-place {command}" in capsys.readouterr().out


def test_quiet_shows_no_progress_and_the_same_answer(street, capsys):
    assert cli.main(["gaps", str(street)]) == 0
    loud = capsys.readouterr()
    assert cli.main(["gaps", str(street), "--quiet"]) == 0
    quiet = capsys.readouterr()
    assert (quiet.out, quiet.err) == (loud.out, "")
    assert "Counting gaps" in loud.err
    assert cli.main(["gaps", str(street)]) == 0
    assert "Counting gaps" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("connected-place ex", {"explain"}),
        ("connected-place run --no", {"--no-pack"}),
        ("connected-place completion f", {"fish"}),
    ],
)
def test_a_shell_is_told_how_a_line_may_go_on(line, found, tmp_path):
    """As argcomplete's shell code asks: the line so far in, the candidates out to a file."""
    asked = {
        "_ARGCOMPLETE": "1", "_ARGCOMPLETE_STDOUT_FILENAME": str(tmp_path / "out"), "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_SUPPRESS_SPACE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line)), "COMP_TYPE": "9",
    }  # fmt: skip
    run(**asked)
    assert set((tmp_path / "out").read_text().split("\n")) - {""} == found


@pytest.mark.parametrize("shell", cli.SHELLS)
def test_each_shell_gets_code_that_names_the_command(shell, capsys):
    assert cli.main(["completion", shell]) == 0
    assert "connected-place" in capsys.readouterr().out


def test_the_launcher_that_is_installed_is_this_command():
    entry = next(item for item in metadata.entry_points(group="console_scripts") if item.name == "connected-place")
    assert entry.load() is cli.main or Path(entry.load().__code__.co_filename).name == "cli.py"
